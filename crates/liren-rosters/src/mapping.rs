//! Which column means what: proposed by the reader, corrected by a clerk, reused (`--map MAP.toml`).

use std::collections::BTreeMap;

use liren_sheets::book::column_letters;
use serde::{Deserialize, Serialize};

use crate::draft::Reading;
use crate::standing::{Says, Standing};
use crate::table::Role;

/// The meaning of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Serial,
    /// 登记编号 of our own lists: the key of somebody on record.
    Key,
    Name,
    FormerName,
    Sex,
    /// 性别 in two columns, one of them ticked
    Male,
    Female,
    Birth,
    /// 出生 in three columns
    BirthYear,
    BirthMonth,
    BirthDay,
    Age,
    Number,
    /// 证件类型
    NumberKind,
    Relation,
    /// 是否户主: a tick says so.
    HeadTick,
    HeadName,
    HeadNumber,
    /// 户号、户编号
    HouseholdNumber,
    /// 家庭人口数
    HouseholdSize,
    /// The whole address in one cell.
    Address,
    /// 原住址: where those on a list of the gone have lived.
    FormerAddress,
    Estate,
    /// 街路巷: the lane a door number belongs to.
    Lane,
    Building,
    Unit,
    Floor,
    Room,
    Group,
    Residency,
    /// 常住 | 流动 | 空挂 in columns of their own, one of them ticked
    ResidentTick,
    TemporaryTick,
    HukouOnlyTick,
    HukouAddress,
    HukouKind,
    Phone,
    Ethnic,
    Education,
    Political,
    Marital,
    Employment,
    Workplace,
    Remark,
    /// 类别: 死亡, 迁出
    LeftKind,
    /// 是否死亡, 是否迁出: a tick says so.
    DeceasedTick,
    MovedOutTick,
    /// 变动时间: a day on which something ended; another column says what.
    LeftOn,
    /// 死亡时间, 迁出时间: whoever has one died or left.
    DiedOn,
    MovedOutOn,
    /// 去向
    LeftTo,
    MovedInOn,
    GuardianName,
    GuardianRelation,
    GuardianPhone,
    LandlordName,
    LandlordPhone,
    SpouseName,
    SpouseNumber,
    ChildName,
    /// 户籍是否在本社区, 是否实际居住: two answers that say the residency together.
    HukouHere,
    LivesHere,
    /// 身份证后四位: the end of a number, which tells people of one name apart.
    NumberTail,
    /// All members of a household in one cell.
    Members,
    /// 参保状态: words of standing.
    Standing,
    /// 是否参保: what a tick says.
    StandingTick(Says),
    /// 停发时间: the day it began.
    StandingOn(Standing),
    /// 确定为发展对象: the day a stage of the ledger was entered; 起始时间: that of the stage the row is in.
    BegunOn(Option<String>),
    /// A field of the sheet's ledger, by its id; `paid.2011` for a year column.
    Ledger(String),
    /// 低保 among columns of ticks on a table of several lines of work: a tick says that somebody is in it.
    EnrolledTick(String),
    /// A field of another programme in a general roster: programme id and field id.
    Programme(String, String),
    Ignore,
    Extra,
}

/// A mapping a clerk may edit: sheets by name, columns by letter.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// Estates of the workbook that are one on record: the name there, or nothing for an estate of its own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub estates: BTreeMap<String, String>,
    #[serde(rename = "sheet")]
    pub sheets: Vec<SheetMapping>,
    /// Who a row is.
    #[serde(rename = "person", skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonMapping>,
}

/// Who the person of a row is: somebody on record (`1-12`), or `new`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PersonMapping {
    pub sheet: String,
    /// 1-based.
    pub row: u32,
    pub is: String,
}

impl PersonMapping {
    /// The key on record; `None` for somebody new, and where nothing was answered.
    pub(crate) fn person(&self) -> Option<i64> {
        self.is.rsplit('-').next()?.trim().parse().ok()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SheetMapping {
    pub name: String,
    /// `people`, or `skip` to leave the sheet out.
    pub role: String,
    /// 1-based first and last header row.
    pub header: Option<(u32, u32)>,
    /// Programme id of the ledger.
    pub ledger: Option<String>,
    /// The stage of the lines of which the sheet does not say it; empty: none of them is enrolled. `?`: not answered.
    pub stage: Option<String>,
    #[serde(rename = "column")]
    pub columns: Vec<ColumnMapping>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    /// `A`, `B` …
    pub column: String,
    /// For the reader of the file; not used.
    #[serde(default)]
    pub header: String,
    pub field: Field,
    /// What words of this column mean: a stage or a standing of a ledger, a code of a table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
}

/// Stands in a written mapping where an answer goes.
pub(crate) const UNANSWERED: &str = "?";

impl Reading {
    /// How the workbook was understood, for a clerk to correct and use again.
    pub fn mapping(&self) -> Mapping {
        let sheets = self.sheets.iter().enumerate().map(|(at, sheet)| {
            let asked = |kind: &'static str| self.questions.iter().filter(move |q| q.sheet == at && q.kind == kind);
            let words = |column: u16| -> BTreeMap<String, String> {
                let of_column = asked("stage_word").filter(|q| q.column == Some(column));
                of_column.filter_map(|q| Some((q.word.clone()?, UNANSWERED.to_owned()))).collect()
            };
            let coded = |column: u16| asked("codes").any(|q| q.column == Some(column));
            let mut out = SheetMapping {
                name: sheet.name.clone(),
                role: if sheet.role == Role::People && !sheet.skipped { "people" } else { "skip" }.to_owned(),
                ledger: sheet.ledger.clone(),
                stage: asked("stage").next().map(|_| UNANSWERED.to_owned()),
                ..SheetMapping::default()
            };
            let header = sheet.header_rows.first().and_then(|h| h.first().copied().zip(h.last().copied()));
            // A sheet with several tables is understood table by table; one mapping cannot say that.
            let mut seen = std::collections::HashSet::new();
            let one_table = sheet.columns.iter().all(|c| seen.insert(c.column));
            if sheet.role == Role::People && one_table {
                out.header = header;
                out.columns = sheet
                    .columns
                    .iter()
                    .filter_map(|c| {
                        let field = c.field.clone().or_else(|| coded(c.column).then_some(Field::Extra))?;
                        Some(ColumnMapping {
                            column: column_letters(c.column),
                            header: c.header.clone(),
                            field,
                            words: words(c.column),
                        })
                    })
                    .collect();
            }
            out
        });
        let estates = self.questions.iter().filter(|q| q.kind == "estate");
        let estates = estates.filter_map(|q| Some((q.word.clone()?, UNANSWERED.to_owned()))).collect();
        let waits = |p: &&crate::Draft| p.matched.is_none() && (!p.fits.is_empty() || p.thin || p.erased);
        let people = self.people.iter().filter(waits).map(|p| PersonMapping {
            sheet: self.sheet_name(p.source.sheet).to_owned(),
            row: p.source.row,
            is: UNANSWERED.to_owned(),
        });
        let people = people.collect();
        Mapping { estates, sheets: sheets.collect(), people }
    }
}
