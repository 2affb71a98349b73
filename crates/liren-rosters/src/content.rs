//! What a column's contents look like, for headers that say nothing or the wrong thing.

use liren_facts::{Day, address, code, date, identifier, name, phone};
use liren_sheets::Value;

use crate::draft::Residency;
use crate::grid::{Grid, is_number_like};
use crate::mapping::Field;
use crate::meanings;

/// Shares (0–1) of the filled cells of a column that look like something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    pub filled: usize,
    pub number: f32,
    pub date: f32,
    pub phone: f32,
    pub name: f32,
    /// 王军(户主), 李丽(妻)
    pub named_relation: f32,
    pub sex: f32,
    pub relation: f32,
    pub ethnic: f32,
    pub education: f32,
    pub political: f32,
    pub marital: f32,
    pub residency: f32,
    /// 是, 否, √
    pub answers: f32,
    /// 出生, 迁入, 2020年5月迁往佛山: changes of a life, in whichever direction.
    pub moves: f32,
    pub left: f32,
    /// 正常, 健在: what stands beside 死亡 and 迁出 in a column of states.
    pub present: f32,
    pub address: f32,
    /// Says that somebody died, left, lets a flat …
    pub remark: f32,
    /// Several names in one cell.
    pub list: f32,
    pub serial: f32,
    /// Small whole numbers.
    pub small: f32,
    /// Whole numbers like 101 or 1204.
    pub doors: f32,
    pub distinct: usize,
    /// Filled cells that repeat the one before.
    pub repeats: f32,
}

/// So many filled cells of a column are looked at.
const SAMPLE: usize = 480;

/// Characters of a cell that are looked at.
const BEGINNING: usize = 300;

/// Looks at the cells of `column` between two rows.
pub(crate) fn profile(grid: &Grid, column: u16, first: u32, end: u32, on: Day) -> Profile {
    // Runs of rows spread evenly over the sheet, so that one odd household does not decide and repeats show.
    const RUN: u32 = 30;
    let rows = end.saturating_sub(first);
    let gap = if rows > 600 { rows / 16 } else { RUN };
    let sampled = (first..end).step_by(gap.max(1) as usize).flat_map(|start| start..(start + RUN).min(end));
    let mut out = Profile::default();
    let mut seen: Vec<String> = Vec::new();
    let mut last_small: Option<f64> = None;
    let mut last_text = String::new();
    for row in sampled {
        if out.filled >= SAMPLE {
            break;
        }
        let value = grid.own(row, column);
        if value.is_empty() {
            continue;
        }
        // The beginning of a long text tells what it is.
        let beginning = match value {
            Value::Text(text) => text.char_indices().nth(BEGINNING).map(|(at, _)| Value::Text(text[..at].into())),
            _ => None,
        };
        let value = beginning.as_ref().unwrap_or(value);
        let shown = value.shown();
        let text = shown.trim();
        // 待补 and 0 in half of the cells say nothing of what the column is.
        if meanings::is_ditto(text) || liren_facts::nothing::is_no_number(text) {
            continue;
        }
        out.filled += 1;
        out.repeats += f32::from(u8::from(last_text == text));
        text.clone_into(&mut last_text);
        if seen.len() < 40 && !seen.iter().any(|s| s == text) {
            seen.push(text.to_owned());
        }
        out.answers += f32::from(u8::from(crate::words::is_answer(text)));
        let small = match value {
            Value::Number(n) => Some(*n),
            Value::Text(t) => t.trim().parse::<f64>().ok(),
            _ => None,
        }
        .filter(|n| n.fract() == 0.0 && (0.0..100_000.0).contains(n));
        if let (Some(now), Some(before)) = (small, last_small)
            && now > before
        {
            out.serial += 1.0;
        }
        last_small = small.or(last_small);
        let count = |flag: bool| f32::from(u8::from(flag));
        out.small += count(small.is_some_and(|n| n < 10_000.0));
        out.doors += count(small.is_some_and(|n| (101.0..4000.0).contains(&n) && n % 100.0 < 30.0));
        out.number += count(is_number_like(value));
        // `2013-11-20` has the eight digits of a telephone, and is none.
        let written_day =
            text.contains(['-', '.', '/', '年']) && date::read(text, on).value.is_some_and(|day| day.is_exact());
        let is_phone = matches!(value, Value::Number(n) if (1e10..2e10).contains(n))
            || (text.len() >= 7
                && !written_day
                && !is_number_like(value)
                // Without a header that says so, seven digits are rather the number of a case: 2021-018.
                && phone::read(text).usable().any(|p| p.digits.len() >= 10));
        out.phone += count(is_phone);
        let dated = match value {
            Value::Date(_) => true,
            Value::Number(n) => {
                (1900.0..2100.0).contains(n) || (1.9e7..2.1e7).contains(n) || (10_000.0..46_000.0).contains(n)
            }
            Value::Text(t) => t.len() >= 4 && !is_phone && !is_number_like(value) && date::read(t, on).value.is_some(),
            _ => false,
        };
        out.date += count(dated);
        if let Value::Text(text) = value {
            // 01, 02, 03 are codes of every table there is: what they mean, only a header or a legend says.
            let said = !text.trim().chars().all(|c| c.is_ascii_digit());
            out.sex += count(said && code::sex(text).is_some());
            out.relation += count(said && code::relation(text).is_some());
            out.ethnic += count(said && code::ethnic(text).is_some());
            out.education += count(said && code::education(text).is_some_and(|c| c != "90"));
            out.political += count(said && code::political(text).is_some());
            out.marital += count(said && code::marital(text).is_some() && text.chars().count() > 1);
            out.residency += count(meanings::residency(text).is_some() && text.chars().count() <= 12);
            out.left += count(meanings::left_kind(text).is_some() && text.chars().count() <= 8);
            out.moves += count(meanings::arrives(text) || meanings::status_of_remark(text, None).is_some());
            out.present += count(meanings::is_present(text));
            out.address += count(
                address::read(text).is_some_and(|d| d.is_door()) && !dated && !is_phone && !is_number_like(value),
            );
            let says =
                || meanings::status_of_remark(text, None).is_some() || !meanings::remark_facts(text, on).is_empty();
            out.remark += count(text.chars().count() >= 2 && says());
            // 妻：夏月荷；子：蓝浩德
            let member = |part: &str| {
                let labelled = part.split_once([':', '：']);
                let related = labelled.filter(|(label, _)| code::relation(label.trim()).is_some());
                // 妻沙金花, 子小军
                let unmarked = || {
                    let mut rest = part.trim().chars();
                    let first: String = rest.by_ref().take(1).collect();
                    let rest = rest.as_str();
                    code::relation(&first).is_some()
                        && (2..=4).contains(&rest.chars().count())
                        && rest.chars().all(name::is_han)
                };
                name::read(related.map_or(part, |(_, name)| name)).is_likely() || unmarked()
            };
            let mut parts = text.split(['、', ',', '，', ';', '；', '\n']).map(member);
            out.list += count(parts.next() == Some(true) && parts.next() == Some(true));
            let named = name::read(text);
            out.name += count(named.is_likely());
            let related = |note: &String| code::relation(note).is_some();
            out.named_relation += count(named.annotations.iter().any(related));
        }
    }
    out.distinct = seen.len();
    #[allow(clippy::cast_precision_loss)]
    let all = out.filled.max(1) as f32;
    for share in [
        &mut out.number, &mut out.date, &mut out.phone, &mut out.name, &mut out.named_relation, &mut out.sex,
        &mut out.relation, &mut out.ethnic, &mut out.education, &mut out.political, &mut out.marital,
        &mut out.residency, &mut out.answers, &mut out.moves, &mut out.left, &mut out.present, &mut out.address,
        &mut out.remark, &mut out.list, &mut out.serial, &mut out.small, &mut out.doors, &mut out.repeats,
    ] {
        *share /= all;
    }
    out
}

impl Profile {
    /// Do the contents bear out what the header says? Columns with few cells are believed.
    pub fn bears_out(&self, field: &Field) -> bool {
        if self.filled < 3 {
            return true;
        }
        match field {
            Field::Number | Field::HeadNumber | Field::SpouseNumber => self.number > 0.15 || self.date < 0.3,
            Field::Sex => self.sex > 0.3 || self.small > 0.6,
            // 常住 … 已故 … 迁出: what a column of states holds.
            Field::Residency => self.residency + self.left + self.present > 0.5,
            Field::LeftKind => self.left > 0.5 || self.moves > 0.6 || self.is_state(),
            Field::Name | Field::HeadName => {
                self.name > 0.3
                    || (self.number < 0.3
                        && self.date < 0.3
                        && self.sex < 0.3
                        && self.relation < 0.5
                        && self.small < 0.5)
            }
            Field::Relation => self.relation > 0.3 || self.small > 0.6,
            Field::Address => self.address > 0.05 || (self.small < 0.5 && self.number < 0.1),
            Field::Political => self.political > 0.3 || self.small > 0.6,
            Field::Marital => self.marital > 0.3 || self.small > 0.6,
            Field::Ethnic => self.ethnic > 0.3 || self.small > 0.6,
            Field::Phone => self.phone > 0.1 || self.number < 0.3,
            _ => true,
        }
    }

    /// 正常 … 死亡 … 迁出: who is still here.
    pub fn is_state(&self) -> bool {
        self.left > 0.0 && self.present > 0.0 && self.left + self.present > 0.9
    }

    /// The field the contents speak for by themselves.
    pub fn guess(&self) -> Option<Field> {
        if self.filled < 3 {
            return None;
        }
        let candidates = [
            (self.number, Field::Number),
            (self.sex, Field::Sex),
            (self.relation, Field::Relation),
            (self.residency, Field::Residency),
            (self.left, Field::LeftKind),
            (self.marital, Field::Marital),
            (self.political, Field::Political),
            (self.ethnic, Field::Ethnic),
            (self.phone, Field::Phone),
            (self.name, Field::Name),
            (self.address, Field::Address),
            (self.education, Field::Education),
            (self.remark, Field::Remark),
        ];
        candidates.into_iter().find(|(share, _)| *share > 0.7).map(|(_, field)| field)
    }
}

/// In how many of the rows where both columns are filled they show the same.
pub(crate) fn same_share(grid: &Grid, a: u16, b: u16, first: u32, end: u32) -> f32 {
    let (mut both, mut same) = (0u16, 0u16);
    for row in first..end.min(first.saturating_add(400)) {
        let (x, y) = (grid.own(row, a), grid.own(row, b));
        if !x.is_empty() && !y.is_empty() {
            both += 1;
            same += u16::from(x.shown().split_whitespace().eq(y.shown().split_whitespace()));
        }
    }
    f32::from(same) / f32::from(both.max(1))
}

/// In how many rows a column of dates agrees with the birth inside the number of another column.
pub(crate) fn birth_share(grid: &Grid, dates: u16, numbers: u16, first: u32, end: u32, on: Day) -> f32 {
    let (mut both, mut same) = (0u16, 0u16);
    let options = identifier::Options { on, fictional: true };
    for row in first..end.min(first.saturating_add(200)) {
        let number = identifier::read(&grid.own(row, numbers).shown(), options);
        let read = match grid.own(row, dates) {
            Value::Number(n) => date::read_number(*n, false, on),
            Value::Date(n) => date::read_number(*n, true, on),
            Value::Text(text) => date::read(text, on),
            _ => continue,
        };
        if let (Ok(number), Some(_)) = (number, read.value)
            && let Some(birth) = number.birth
        {
            both += 1;
            same += u16::from(read.can_be(birth));
        }
    }
    f32::from(same) / f32::from(both.max(1))
}

/// Everyone of a sheet (or below a banner) that says so: 流动人口登记表 → temporary. A title that names
/// several kinds says nothing about one person.
pub(crate) fn residency_of_title(title: &str) -> Option<Residency> {
    // 公共租赁住房 is a kind of housing and no way of living here.
    let social = ["公共租赁", "公租", "廉租", "保障房", "保障性住房"].iter().any(|w| title.contains(w));
    let title = if social {
        ["承租", "租户", "租住", "租赁"].iter().fold(title.to_owned(), |t, w| t.replace(w, ""))
    } else {
        title.to_owned()
    };
    let title = ["村民小组", "公共租赁", "公租", "廉租", "租赁补贴", "租赁住房", "租金"]
        .iter()
        .fold(title, |t, w| t.replace(w, ""));
    let has = |parts: &[&str]| parts.iter().any(|p| title.contains(p));
    let away = has(&["空挂", "人户分离", "户在人不在"]);
    let temporary =
        has(&["流动人口", "暂住", "外来", "租住", "租户", "租客", "承租", "流入", "出租房", "出租屋", "租赁"]);
    let resident = has(&["常住", "户籍人口", "户籍居民", "村民", "户籍"]);
    match (away, temporary, resident) {
        (true, false, _) => Some(Residency::HukouOnly),
        (false, true, false) => Some(Residency::Temporary),
        (false, false, true) => Some(Residency::Resident),
        _ => None,
    }
}
