//! What is wrong or doubtful in a roster, in words a clerk can act on. Every problem is made here.

use serde::Serialize;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Handled; nothing to do.
    Note,
    /// Imported; somebody should look.
    Warning,
    /// The value was not imported.
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// 问题 — one finding at one cell: what, why, what to do next. No personal values in the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Index into [`crate::Reading::sheets`].
    pub sheet: usize,
    /// 1-based.
    pub row: u32,
    /// 0-based.
    pub column: Option<u16>,
    /// The column's header, when it has one.
    pub header: Option<String>,
    /// A stable word: `id_bad_checksum`.
    pub kind: String,
    pub level: Level,
    pub zh: String,
    pub en: String,
    /// A value that could stand in the cell instead, when there is exactly one.
    pub fix: Option<String>,
    /// Index into [`crate::Reading::people`].
    pub person: Option<usize>,
    /// What the cell shows; for the workbook given back, never for a log or the register.
    pub value: String,
}

/// Where a problem stands; the maker of problems fills the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub sheet: usize,
    /// 0-based.
    pub row: u32,
    pub column: Option<u16>,
    /// Index of the record, turned into the person's at the end.
    pub record: Option<usize>,
}

/// Makes problems and keeps them.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub list: Vec<Problem>,
}

impl Problems {
    /// Raises a problem of a known kind.
    pub fn raise(&mut self, at: At, kind: &'static str) {
        let (level, zh, en) = text(kind);
        self.push(at, kind, level, zh.to_owned(), en.to_owned(), None);
    }

    /// The same with the one value that could stand there instead.
    pub fn raise_with_fix(&mut self, at: At, kind: &'static str, fix: String) {
        let (level, zh, en) = text(kind);
        self.push(at, kind, level, zh.replace("{fix}", &fix), en.replace("{fix}", &fix), Some(fix));
    }

    /// A problem whose level depends on the case.
    pub fn raise_at_level(&mut self, at: At, kind: &'static str, level: Level) {
        let (_, zh, en) = text(kind);
        self.push(at, kind, level, zh.to_owned(), en.to_owned(), None);
    }

    /// Makes what was raised of a record a note: it is handled.
    pub fn lower(&mut self, record: usize, kind: &str) {
        let of = |p: &&mut Problem| p.person == Some(record) && p.kind == kind;
        self.list.iter_mut().filter(of).for_each(|p| p.level = Level::Note);
    }

    /// Points at another row: `{place}` in the text becomes 「表」第 n 行.
    pub fn raise_about(&mut self, at: At, kind: &'static str, sheet: &str, row: u32) {
        let (level, zh, en) = text(kind);
        let zh = zh.replace("{place}", &format!("「{sheet}」第{row}行"));
        let en = en.replace("{place}", &format!("row {row} of “{sheet}”"));
        self.push(at, kind, level, zh, en, None);
    }

    /// Points at the registry instead of a row.
    pub fn raise_about_registry(&mut self, at: At, kind: &'static str) {
        let (level, zh, en) = text(kind);
        let (zh, en) = (zh.replace("{place}", "居民登记"), en.replace("{place}", "the registry"));
        self.push(at, kind, level, zh, en, None);
    }

    /// Stated and counted numbers, which are no personal values.
    pub fn raise_counted(&mut self, at: At, kind: &'static str, stated: usize, counted: usize) {
        let (level, zh, en) = text(kind);
        let fill = |t: &str| t.replace("{stated}", &stated.to_string()).replace("{counted}", &counted.to_string());
        self.push(at, kind, level, fill(zh), fill(en), Some(counted.to_string()));
    }

    /// A check declared by a pack, with the pack's own words.
    pub fn raise_declared(&mut self, at: At, kind: &str, level: Level, zh: &str, en: &str) {
        self.push(at, kind, level, zh.to_owned(), en.to_owned(), None);
    }

    /// Was the last problem one of this kind, in this row (0-based)?
    pub fn last_is(&self, row: u32, kind: &str) -> bool {
        self.list.last().is_some_and(|p| p.row == row + 1 && p.kind == kind)
    }

    fn push(&mut self, at: At, kind: &str, level: Level, zh: String, en: String, fix: Option<String>) {
        self.list.push(Problem {
            sheet: at.sheet,
            row: at.row + 1,
            column: at.column,
            header: None,
            kind: kind.to_owned(),
            level,
            zh,
            en,
            fix,
            person: at.record,
            value: String::new(),
        });
    }
}

/// What a kind of problem is, in one sentence without the row it stands in (zh, en): for counts. `None` for a
/// kind that a pack declares.
pub fn headline(kind: &str) -> Option<(String, String)> {
    let (_, zh, en) = text(kind);
    if zh == UNKNOWN.1 {
        return None;
    }
    let first = |text: &str, end: &str| text.split(end).next().unwrap_or_default().to_owned();
    let zh = first(zh, "。")
        .replace("({place})", "")
        .replace("(原来可能是 {fix})", "")
        .replace("{place}", "另一处")
        .replace("{stated}", "n")
        .replace("{counted}", "m");
    let en = first(en, ". ")
        .trim_end_matches('.')
        .replace(" ({place})", "")
        .replace(" (it may have been {fix})", "")
        .replace("{place}", "another place")
        .replace("{stated}", "n")
        .replace("{counted}", "m");
    Some((zh, en))
}

/// A remark that says plainly that somebody died or left.
pub(crate) fn plain_remark(deceased: bool) -> &'static str {
    if deceased { "remark_deceased" } else { "remark_moved_out" }
}

const UNKNOWN: (Level, &str, &str) = (Level::Note, "请查看这一格。", "Please look at this cell.");

/// Level and words of every kind: what, why, what next.
#[allow(clippy::too_many_lines)]
fn text(kind: &str) -> (Level, &'static str, &'static str) {
    use Level::{Error, Note, Warning};
    match kind {
        "id_missing" => (
            Warning,
            "没有身份证号。已导入，请入户补录；确实没有证件的，在备注写明原因。",
            "No identity number. Imported; ask for it at the door, or say in the remark why there is none.",
        ),
        "id_bad_checksum" => (
            Error,
            "身份证号最后一位(校验位)与前 17 位不符，多半有一位抄错。号码未采用，请核对证件后更正。",
            "The last character does not agree with the first 17; a digit was probably mistyped. The number was not used; check the card.",
        ),
        "id_bad_length" => (
            Error,
            "身份证号位数不对(应为 18 位或旧式 15 位)，多了或少了数字。号码未采用，请核对证件。",
            "The number must have 18 characters (or 15 for an old one). It was not used; check the card.",
        ),
        "id_invalid_date" => (
            Error,
            "身份证号里的出生日期不存在。号码未采用，请核对证件。",
            "The birth date inside the number does not exist. It was not used; check the card.",
        ),
        "id_precision_lost" => (
            Error,
            "身份证号后几位被电子表格变成了 0(按数字保存只留 15 位)。号码未采用；请把该列设为“文本”格式，对照证件重新录入。",
            "The spreadsheet replaced the last digits by zeros (numbers keep 15 digits). It was not used; format the column as text and type it again from the card.",
        ),
        "id_scientific_text" => (
            Error,
            "身份证号变成了科学记数(如 4.1E+17)，原号码已丢失。请把该列设为“文本”格式，对照证件重新录入。",
            "The number became scientific notation and is lost. Format the column as text and type it again from the card.",
        ),
        "id_bad_region" => (
            Error,
            "身份证号前两位不是任何省份的代码。号码未采用，请核对证件。",
            "The first two digits are no province. The number was not used; check the card.",
        ),
        "id_bad_characters" => (
            Error,
            "身份证号里有不应出现的文字或符号。号码未采用，请核对证件。",
            "The number has characters that do not belong. It was not used; check the card.",
        ),
        "id_impossible_birth" => (
            Error,
            "身份证号里的出生日期在今天之后或早于 130 年前。号码未采用，请核对证件。",
            "The birth inside the number lies in the future or more than 130 years back. It was not used; check the card.",
        ),
        "id_shared" => (
            Error,
            "这个身份证号是另一个人的({place})，本行的姓名、性别或出生日期与号码不符。号码未采用，请核对本人证件。",
            "This number belongs to somebody else ({place}); name, sex or birth here contradict it. It was not used; check this person's card.",
        ),
        "id_15" => {
            (Note, "15 位旧号码，已按国家标准升为 18 位。", "An old 15-digit number, upgraded to 18 by the standard.")
        }
        "id_15_number" => (
            Note,
            "15 位旧号码(按数字保存)，已升为 18 位。",
            "An old 15-digit number kept as a number, upgraded to 18.",
        ),
        "id_century_uncertain" => (
            Warning,
            "旧号码的顺序码 996–999 曾发给百岁老人，出生世纪不确定，请核对。",
            "Sequences 996–999 were given to centenarians: the century of birth is uncertain. Please check.",
        ),
        "id_apostrophe" => (Note, "号码前有撇号，已去掉。", "A leading apostrophe was removed."),
        "id_fullwidth" => (Note, "号码是全角数字，已转为半角。", "Full-width digits were converted."),
        "id_spaces" => (Note, "号码里有空格或看不见的字符，已去掉。", "Blanks or invisible characters were removed."),
        "id_lower_x" => (Note, "末位小写 x，已改为大写。", "A lower-case x was capitalised."),
        "id_masked" => (
            Note,
            "身份证号有几位用 * 遮住，没有采用；同名的人请核对。",
            "Digits of the number are hidden by *; it was not used. Check people of one name.",
        ),
        "id_other_document" => (
            Note,
            "这是其他证件号码(护照、通行证等)，按其他证件登记。",
            "A number of another document (passport, pass); recorded as such.",
        ),
        "name_missing" => (
            Error,
            "这一行有资料但没有姓名，无法建档。请补上姓名后重新导入。",
            "The row has facts but no name. Add the name and import again.",
        ),
        "name_described" => (
            Warning,
            "姓名一栏写的是某人的妻子、儿子等，不是本人姓名。已按原文登记，请入户核实姓名后更正。",
            "The column of names says whose wife or son it is, and not the person's own name. It was kept as written; ask for the name.",
        ),
        "name_inner_space" => (Note, "姓名中间的空格已去掉。", "Blanks inside the name were removed."),
        "name_fullwidth_space" => {
            (Note, "姓名中间的全角空格已去掉。", "Full-width blanks inside the name were removed.")
        }
        "name_dot_variant" => (Note, "姓名间隔号已统一为“·”。", "The dot of the name was unified to “·”."),
        "name_annotation" => (Note, "姓名后的括号内容已作为备注保存。", "The words in brackets were kept as a remark."),
        "name_former" => (Note, "曾用名已单独保存。", "The former name was kept apart."),
        "name_too_long" => (
            Warning,
            "姓名栏的文字超过 100 个字，只读了前面的部分。请核对这一格是不是姓名。",
            "The cell of the name has more than 100 characters; only its beginning was read. Check that it is a name.",
        ),
        "name_rare_char" => (Note, "姓名含生僻字，已原样保存。", "The name has a rare character, kept as it is."),
        "sex_missing" => (Note, "性别未填。", "The sex is not filled in."),
        "sex_id_mismatch" => (
            Warning,
            "性别与身份证号不一致。已按身份证号登记并保留原填写，请核对。",
            "The sex differs from the identity number. The number was followed and the cell kept; please check.",
        ),
        "sex_unknown_word" => (
            Warning,
            "性别一栏填写的内容看不懂，未采用，请改为“男”或“女”。",
            "The sex is not understood and was not used; write 男 or 女.",
        ),
        "birth_id_mismatch" => (
            Warning,
            "出生日期与身份证号不一致(常见于农历生日、档案年龄)。已按身份证号登记并保留原填写，请核对。",
            "The birth differs from the identity number (often a lunar birthday). The number was followed and the cell kept; please check.",
        ),
        "birth_future" => (
            Error,
            "出生日期在今天之后，未采用，请更正。",
            "The birth lies in the future and was not used; please correct it.",
        ),
        "birth_implausible" => (
            Error,
            "出生日期早于 130 年前，未采用，请更正。",
            "The birth lies more than 130 years back and was not used; please correct it.",
        ),
        "date_invalid" => (
            Error,
            "日期不存在或格式看不懂，未采用，请改成如 1985-03-07。",
            "No such date, or not understood; it was not used. Write it like 1985-03-07.",
        ),
        "date_two_digit_year" => (Note, "年份只有两位，已补足世纪。", "A two-digit year was completed."),
        "date_partial" => (Note, "日期不完整，按已知部分保存。", "The date is incomplete; what is known was kept."),
        "date_lunar" => (Note, "农历日期，只采用年份。", "A lunar date; only the year was used."),
        "date_serial_unformatted" => {
            (Note, "日期显示成了序列数字，已还原。", "A date shown as a serial number was restored.")
        }
        "date_ambiguous_month" => (
            Note,
            "数字“.1”可能是 1 月也可能是 10 月，只采用年份。",
            "“.1” may be January or October; only the year was used.",
        ),
        "date_unknown_text" => (Note, "日期填写为不清楚，按未知保存。", "The date is said to be unknown."),
        "ditto_mark" => (Note, "“同上”已按上一行的内容处理。", "A ditto mark was replaced by the value above."),
        "formula_error" => (Note, "公式出错的单元格按空白处理。", "A cell with a formula error was taken as empty."),
        "hidden_row" => (Note, "这一行是隐藏行，已一并导入。", "A hidden row, imported with the rest."),
        "phone_multiple" => (Note, "一格有多个电话，已分开保存。", "Several phones in one cell were separated."),
        "phone_annotated" => (Note, "电话后的说明已单独保存。", "The words beside the phone were kept apart."),
        "phone_fullwidth" => (Note, "电话是全角数字，已转为半角。", "Full-width digits were converted."),
        "phone_text" => (Note, "电话一栏是文字，没有号码。", "Words instead of a phone."),
        "phone_bad_length" => (
            Warning,
            "电话号码位数不对，未采用，请核实后补录。",
            "The phone has a wrong number of digits and was not used; please check.",
        ),
        "relation_missing" => {
            (Warning, "与户主关系未填，请补上。", "The relation to the head is missing; please add it.")
        }
        "relation_unknown_word" => (
            Warning,
            "与户主关系的写法不明确，未编码，请改为配偶、子、女、父母等。",
            "The relation is not clear and was not coded; write spouse, son, daughter, parent or the like.",
        ),
        "relation_ambiguous" => (
            Warning,
            "“媳”“媳妇”可能是妻子也可能是儿媳，请写明。",
            "媳妇 may be the wife or a daughter-in-law; please say which.",
        ),
        "relation_sex_mismatch" => (
            Warning,
            "与户主关系和性别矛盾(例如“女儿”而性别为男)，请核对。",
            "Relation and sex contradict each other; please check.",
        ),
        "residency_unknown_word" => (
            Warning,
            "居住性质的写法看不懂，按未知保存，请改为常住、暂住或空挂。",
            "The kind of residency is not understood and was kept as unknown; write 常住, 暂住 or 空挂.",
        ),
        "residency_missing" => (
            Warning,
            "居住性质一栏是空白，按未知保存，请核实后补上。",
            "The kind of residency is blank and was kept as unknown; please check and add it.",
        ),
        "status_doubtful" => (
            Warning,
            "写明已注销、流出或减少，没有说明是死亡、迁出还是其他，居住情况未采用。请写明原因。",
            "It says cancelled or struck off, and not why (death, moving out, other); the residency was not used. Please say why.",
        ),
        "left_date_invalid" => (
            Error,
            "死亡或离开的日期不存在、在今天之后或格式看不懂，日期未采用，请更正。",
            "The day of death or leaving does not exist, lies in the future or is not understood; it was not used. Please correct it.",
        ),
        "place_is_a_day" => (
            Warning,
            "楼房号被电子表格变成了日期(原来可能是 {fix})，住址未采用。请把该列设为“文本”格式后改正。",
            "The spreadsheet made a day of the building or room (it may have been {fix}); the home was not used. Format the column as text and correct it.",
        ),
        "estate_unclear" => (
            Warning,
            "小区名称和已登记的不同，而住的是同一门牌的人。是否同一个小区请在列对照表里回答，住址先不登记。",
            "The estate has another name than the one on record, and the same people behind the same doors. Answer in the mapping whether it is one; the home is not recorded before.",
        ),
        "address_unreadable" => (
            Warning,
            "住址看不出是哪一栋、哪一室，没有登记房屋。请写成“小区+楼号+单元+房号”。",
            "The address does not tell building and room; no home was recorded. Write estate, building, unit and room.",
        ),
        "remark_about_member" => (
            Warning,
            "备注说的是同户另一名成员，已记在该成员名下，请核实。",
            "The remark is about another member of the household and was taken for that member. Please confirm.",
        ),
        "remark_about_somebody" => (
            Warning,
            "备注说的是另一个人，本户没有这个姓名，未采用，请核实是谁。",
            "The remark is about somebody whom the household does not have; it was not used. Who is it?",
        ),
        "household_no_head" => (
            Warning,
            "这一户没有人标为户主，请指定户主。",
            "Nobody of this household is marked as its head; please name one.",
        ),
        "household_two_heads" => (
            Warning,
            "同一户有两个户主，请核实是否为两户或改正关系。",
            "Two heads in one household; are they two households, or is a relation wrong?",
        ),
        "household_split_by_header" => (
            Note,
            "本户被换页的表头隔开，已合为一户。",
            "The household is cut by a repeated header; it was kept together.",
        ),
        "duplicate_person" => (
            Warning,
            "同一个人已在{place}登记，两行已合为一人，请核对后保留一处。",
            "The same person stands in {place}; both rows became one person. Please keep one.",
        ),
        "remark_deceased" => (
            Note,
            "备注写明已去世，已标为死亡，请核实并办理注销登记。",
            "The remark says that the person died; marked so. Please confirm.",
        ),
        "remark_moved_out" => (
            Note,
            "备注写明已迁出，已标为迁出，请核实。",
            "The remark says that the person moved out; marked so. Please confirm.",
        ),
        "remark_fact" => (Note, "备注中的情况已单独保存。", "What the remark says was kept as a fact."),
        "comment_carries_fact" => (
            Warning,
            "单元格批注里有情况，未自动采用，请人工确认。",
            "A comment says something; it was not applied. Please confirm.",
        ),
        "status_conflict" => (
            Warning,
            "此人在{place}仍登记为在住，没有死亡或迁出的记载。已按本行标记，请核实。",
            "The person is still listed as living here in {place}. This row was followed; please confirm.",
        ),
        "stated_total_mismatch" => (
            Warning,
            "合计写 {stated} 人，实际数到 {counted} 人。请核对是否漏登或重复。",
            "The total says {stated} people, {counted} were counted. Is somebody missing or listed twice?",
        ),
        "cert_reissue_suffix" => {
            (Note, "证号后的补发标记(B1 等)已单独保存。", "The re-issue suffix of the certificate was kept apart.")
        }
        "several_fit" => (
            Warning,
            "登记中有几个同名的人都可能是此人，没有登记。请在列对照表里指明是哪一位，或补上身份证号。",
            "Several people on record bear this name; nothing was written. Say in the mapping which one it is, or add the number.",
        ),
        "likely_same" => (
            Warning,
            "登记中有一个人很可能就是此人(姓名、出生日期或住址写法略有不同)，没有新增。请在列对照表里回答是同一人还是另一人。",
            "Somebody on record is probably this person (name, birth or home written a little differently); nobody was added. Answer in the mapping whether it is one.",
        ),
        "number_corrected" => (
            Warning,
            "姓名、住址与登记中的一人相同，证件号码差一两位，按号码更正处理，请核对证件。",
            "Name and home are those of somebody on record and the number differs in a digit or two: taken as a correction. Please check the card.",
        ),
        "ledger_person_not_in_roster" => (
            Warning,
            "居民花名册中没有此人。可能住在外区或漏登，请核实。",
            "The person is not in the residents' roster: living elsewhere, or missed. Please check.",
        ),
        "ledger_name_differs" => (
            Warning,
            "身份证号相同而姓名与居民花名册不同，请核对哪一个写错。",
            "Same identity number, another name than in the roster; please check which is wrong.",
        ),
        "ledger_number_differs" => (
            Warning,
            "姓名和出生相同而身份证号与居民花名册不同，请核对。",
            "Same name and birth, another number than in the roster; please check.",
        ),
        "ledger_person_left" => (
            Warning,
            "居民登记中此人已死亡或迁出，仍在本名单上，请核实本人情况，或是否应停发、注销。",
            "The registry has this person as deceased or moved out, and the list names them all the same. Please check, and whether an entry should end.",
        ),
        "ledger_stage_unclear" => (
            Warning,
            "这一行看不出是在册、申请还是已退出，台账没有登记。请在表里写明，或在列对照表里回答后再导入。",
            "The row does not say whether it is in, applied for or ended; nothing was enrolled. Write it in the sheet, or answer in the mapping, and import again.",
        ),
        "ledger_list_unclear" => (
            Warning,
            "整张表看不出说的是在册、申请、退出还是应入未入，台账没有登记。请在列对照表里回答后再导入。",
            "The sheet does not say whether it lists those who are in, applied, ended or were left out; nothing was enrolled. Answer in the mapping and import again.",
        ),
        "ledger_line_not_in" => {
            (Note, "这一行写明不在册，没有登记办理。", "The row says that the person is not in; nothing was enrolled.")
        }
        "ledger_standing_not_kept" => (
            Warning,
            "这一行说的情况(申请、退出、未通过等)在本业务里没有对应的阶段，没有登记。请核对业务包。",
            "The programme has no stage for what the row says; nothing was enrolled. Please check the pack.",
        ),
        "ledger_conflict" => {
            (Warning, "与居民花名册的记载矛盾，请核对。", "This contradicts the residents' roster; please check.")
        }
        _ => UNKNOWN,
    }
}
