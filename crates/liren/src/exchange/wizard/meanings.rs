//! What a column may mean, in words for a choice.

use liren_rosters::LedgerKind;
use liren_rosters::mapping::Field;
use liren_rosters::standing::{Says, Standing};

use crate::base::Lang;

/// The meanings a clerk chooses from, in the order of a list.
const CHOICES: [(Field, &str); 52] = [
    (Field::Name, "姓名"),
    (Field::Number, "证件号"),
    (Field::NumberKind, "证件类型"),
    (Field::Sex, "性别"),
    (Field::Birth, "出生日期"),
    (Field::Age, "年龄"),
    (Field::FormerName, "曾用名"),
    (Field::Ethnic, "民族"),
    (Field::Phone, "电话"),
    (Field::Address, "住址(整条)"),
    (Field::Estate, "小区"),
    (Field::Lane, "街路巷"),
    (Field::Building, "楼号"),
    (Field::Unit, "单元"),
    (Field::Floor, "楼层"),
    (Field::Room, "房号"),
    (Field::Group, "组、网格"),
    (Field::FormerAddress, "原住址"),
    (Field::HouseholdNumber, "户号"),
    (Field::HouseholdSize, "家庭人口数"),
    (Field::Relation, "与户主关系"),
    (Field::HeadTick, "是否户主"),
    (Field::HeadName, "户主姓名"),
    (Field::HeadNumber, "户主证件号"),
    (Field::Members, "家庭成员(一格几人)"),
    (Field::Residency, "居住情况"),
    (Field::HukouAddress, "户籍地址"),
    (Field::HukouKind, "户口性质"),
    (Field::MovedInOn, "入住日期"),
    (Field::LeftKind, "状态(在、故、迁)"),
    (Field::LeftOn, "变动日期"),
    (Field::DiedOn, "死亡日期"),
    (Field::MovedOutOn, "迁出日期"),
    (Field::LeftTo, "迁往何处"),
    (Field::DeceasedTick, "是否死亡"),
    (Field::MovedOutTick, "是否迁出"),
    (Field::Marital, "婚姻状况"),
    (Field::Education, "学历"),
    (Field::Political, "政治面貌"),
    (Field::Employment, "从业状况"),
    (Field::Workplace, "工作单位"),
    (Field::SpouseName, "配偶姓名"),
    (Field::SpouseNumber, "配偶证件号"),
    (Field::ChildName, "子女姓名"),
    (Field::GuardianName, "监护人姓名"),
    (Field::GuardianRelation, "监护人关系"),
    (Field::GuardianPhone, "监护人电话"),
    (Field::LandlordName, "房主(不当作居民)"),
    (Field::LandlordPhone, "房主电话"),
    (Field::Remark, "备注"),
    (Field::Serial, "序号"),
    (Field::Key, "登记编号"),
];

/// The words of a meaning.
pub fn words(field: &Field, ledgers: &[LedgerKind], lang: Lang) -> String {
    if let Some((_, zh)) = CHOICES.iter().find(|(f, _)| f == field) {
        return lang.t(zh).to_owned();
    }
    let of = |programme: Option<&str>, id: &str| {
        let base = id.rsplit_once('.').map_or(id, |(base, _)| base);
        let kinds = ledgers.iter().filter(|k| programme.is_none_or(|p| k.programme == p));
        let fields = kinds.flat_map(|k| k.fields.iter().chain(&k.roster_fields));
        let named = fields.filter(|f| f.id == id || f.id == base);
        named.flat_map(|f| &f.headers).next().cloned().unwrap_or_else(|| id.to_owned())
    };
    match field {
        Field::Ledger(id) => format!("{}{}", lang.t("台账："), of(None, id)),
        Field::Programme(programme, id) => format!("{}{}", lang.t("台账："), of(Some(programme), id)),
        Field::Standing => lang.t("台账：状态").to_owned(),
        Field::StandingTick(says) => format!("{}{}", lang.t("台账：是否"), said(says, lang)),
        Field::StandingOn(standing) => {
            format!("{}{}", lang.t("台账：日期，"), said(&Says::Standing(*standing), lang))
        }
        Field::BegunOn(_) => lang.t("台账：起始日期").to_owned(),
        Field::Male => lang.t("勾选：男").to_owned(),
        Field::Female => lang.t("勾选：女").to_owned(),
        Field::BirthYear => lang.t("出生年").to_owned(),
        Field::BirthMonth => lang.t("出生月").to_owned(),
        Field::BirthDay => lang.t("出生日").to_owned(),
        Field::ResidentTick => lang.t("勾选：常住").to_owned(),
        Field::TemporaryTick => lang.t("勾选：暂住").to_owned(),
        Field::HukouOnlyTick => lang.t("勾选：空挂").to_owned(),
        _ => lang.t("留作附加内容").to_owned(),
    }
}

fn said(says: &Says, lang: Lang) -> &str {
    match says {
        Says::Standing(Standing::In) => lang.t("在册"),
        Says::Standing(Standing::Applied) => lang.t("申请"),
        Says::Standing(Standing::Found) => lang.t("应入未入"),
        Says::Standing(Standing::Ended) => lang.t("退出"),
        Says::Standing(Standing::Refused) => lang.t("未批准"),
        _ => lang.t("不在册"),
    }
}

/// Value and words of each choice for a column: what it was taken for comes with them, whatever it is.
pub fn choices(
    field: Option<&Field>,
    ledger: Option<&LedgerKind>,
    ledgers: &[LedgerKind],
    lang: Lang,
) -> Vec<(String, String)> {
    let mut all: Vec<Field> = Vec::new();
    if let Some(field) = field {
        all.push(field.clone());
    }
    if let Some(kind) = ledger {
        all.push(Field::Standing);
        all.extend(kind.fields.iter().map(|f| Field::Ledger(f.id.clone())));
    }
    all.extend(CHOICES.iter().map(|(f, _)| f.clone()));
    let mut out: Vec<(String, String)> = Vec::new();
    for field in all.into_iter().filter(|f| !matches!(f, Field::Extra | Field::Ignore)) {
        let value = value(&field);
        if !out.iter().any(|(v, _)| *v == value) {
            out.push((value, words(&field, ledgers, lang)));
        }
    }
    out
}

/// A meaning as a form sends it.
pub fn value(field: &Field) -> String {
    serde_json::to_string(field).unwrap_or_default()
}

/// The meaning a form sent.
pub fn of_value(value: &str) -> Option<Field> {
    serde_json::from_str(value).ok()
}
