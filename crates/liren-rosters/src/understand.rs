//! A sheet → tables: where the header stands, what each column means, which columns repeat side by side.

mod blocks;
pub(crate) mod context;
mod header;
mod parties;
mod parts;
mod places;
mod plan;
mod standings;
mod which;

use liren_facts::Day;

use crate::content::{Profile, birth_share, profile, same_share};
use crate::grid::Grid;
use crate::ledger::{FieldKind, LedgerKind};
use crate::mapping::{Field, Mapping, SheetMapping};
use crate::stage::SheetSays;
use crate::standing::Vocabulary;
use crate::table::{ColumnRead, Context};
use crate::words;

pub(crate) use context::estate_in;
pub(crate) use header::{Header, column_of_letters, find};
pub(crate) use parts::is_tick;
pub(crate) use plan::{Block, Plan};
pub(crate) use which::is_default_name;
use which::{ledger_of, matrix, sheet_says};

/// Rows under one header (or none) that share the meaning of their columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub header: Option<Header>,
    /// First row of data and the row after the last, 0-based.
    pub first: u32,
    pub end: u32,
    pub columns: Vec<ColumnRead>,
    pub blocks: Vec<Block>,
    /// Several people stand in one row and belong to one household.
    pub row_is_household: bool,
    /// The head stands in columns of his own in the first row of his household, the others below each other.
    pub heads_apart: bool,
    /// Columns of codes that nothing explains: column, header, codes.
    pub coded: Vec<(u16, String, Vec<String>)>,
}

#[derive(Debug, Default)]
pub(crate) struct Understood {
    pub context: Context,
    pub tables: Vec<Table>,
    /// Index of the ledger kind.
    pub ledger: Option<usize>,
    /// What title, name of the sheet and name of the file say of its lines.
    pub says: SheetSays,
}

/// What the whole reading knows that helps to understand one sheet.
pub(crate) struct Helps<'a> {
    pub on: Day,
    pub ledgers: &'a [LedgerKind],
    pub vocabulary: &'a Vocabulary,
    pub map: Option<&'a Mapping>,
    pub file: &'a str,
    pub community: &'a str,
}

pub(crate) fn understand(grid: &Grid, helps: &Helps) -> Understood {
    let mapped = helps.map.and_then(|m| m.sheets.iter().find(|s| s.name == grid.sheet.name));
    let mut out = Understood::default();
    let headers = match mapped.and_then(|m| m.header) {
        Some((first, last)) => vec![header::at(grid, first.saturating_sub(1), last.saturating_sub(1))],
        None => find(grid),
    };
    let title_end = headers.first().map_or(0, |h| h.first);
    out.context = context::read(grid, title_end, helps);
    let found = ledger_of(grid, &out.context, headers.first(), mapped, helps);
    out.ledger = found.map(|(at, _)| at);
    let kind = out.ledger.map(|at| &helps.ledgers[at]);
    if let (Some(kind), Some((_, named))) = (kind, found) {
        out.says = sheet_says(grid, &out.context, kind, named, helps);
    }
    if headers.is_empty() {
        let whole = table(grid, None, 0, grid.rows(), kind, mapped, helps);
        // 2月3日 星期日 满小翠: days and names without any header are no people. A number, a sex or a relation is theirs.
        let personal = |c: &ColumnRead| {
            let ours = [Field::Number, Field::Sex, Field::Relation, Field::Address, Field::Room, Field::Residency];
            c.field.as_ref().is_some_and(|f| ours.contains(f))
        };
        let known = |t: &Table| t.columns.iter().filter(|c| c.field.is_some()).count() >= 3;
        out.tables.extend(whole.filter(|t| known(t) && t.columns.iter().any(personal)));
        return out;
    }
    for (at, header) in headers.iter().enumerate() {
        let end = headers.get(at + 1).map_or(grid.rows(), |next| next.first);
        out.tables.extend(table(grid, Some(header.clone()), header.last + 1, end, kind, mapped, helps));
    }
    let acts = out.context.title.iter().map(String::as_str).chain([grid.sheet.name.as_str()]);
    if acts.into_iter().any(|text| helps.vocabulary.is_of_acts(text)) {
        out.tables.iter_mut().for_each(|table| done(grid, table));
    }
    out
}

/// On a list to be signed the columns of ticks in which nobody says no.
fn done(grid: &Grid, table: &mut Table) {
    let rows = table.first..table.end;
    for block in &mut table.blocks {
        let denied = |column: u16| {
            let header = table.columns.get(usize::from(column)).map_or("", |c| c.header.as_str());
            let choices = words::choices(header);
            rows.clone().any(|row| {
                let text = grid.own(row, column).shown();
                let word = words::bare(&text);
                choices.as_ref().and_then(|c| c.answer(&word)).or_else(|| words::answer(&word)) == Some(false)
                    || ["未", "没", "无"].iter().any(|no| word.starts_with(no))
            })
        };
        let ticks = block.plan.standing_ticks.iter().map(|(column, _)| *column);
        block.plan.done_ticks = ticks.filter(|column| !denied(*column)).collect();
    }
}

#[allow(clippy::too_many_arguments)]
fn table(
    grid: &Grid,
    header: Option<Header>,
    first: u32,
    end: u32,
    kind: Option<&LedgerKind>,
    mapped: Option<&SheetMapping>,
    helps: &Helps,
) -> Option<Table> {
    let width = grid.width().min(256);
    let profiles: Vec<Profile> = (0..width).map(|c| profile(grid, c, first, end, helps.on)).collect();
    let mut columns: Vec<ColumnRead> = Vec::with_capacity(usize::from(width));
    let mut fixed = vec![false; usize::from(width)];
    for column in 0..width {
        let text = header.as_ref().and_then(|h| h.columns.get(usize::from(column)));
        let (leaf, top) = text.map_or(("", None), |t| (t.leaf.as_str(), t.top.as_deref()));
        let mut meaning = meaning_of(leaf, top, kind, helps.ledgers);
        if meaning.as_ref().is_none_or(|(_, sure)| *sure < 0.9)
            && let Some(field) = crate::legend::field_of(leaf)
        {
            meaning = Some((field, 0.9));
        }
        let asked = mapped.and_then(|m| m.columns.iter().find(|c| column_of_letters(&c.column) == Some(column)));
        if let Some(asked) = asked {
            meaning = Some((asked.field.clone(), 1.0));
            fixed[usize::from(column)] = true;
        }
        let (field, confidence) = meaning.map_or((None, 0.0), |(f, c)| (Some(f), c));
        columns.push(ColumnRead {
            column,
            header: text.map(|t| t.full.clone()).unwrap_or_default(),
            field,
            confidence,
            hidden: grid.sheet.hidden_columns.contains(&column),
            block: 0,
            filled: 0,
            aside: false,
            owned: None,
        });
    }
    for row in first..end {
        for (column, _) in grid.filled(row) {
            if let Some(read) = columns.get_mut(usize::from(column)) {
                read.filled += 1;
            }
        }
    }
    // What the headers alone say: codes below them do not bear it out, and are a question.
    let headed: Vec<Option<Field>> = columns.iter().map(|c| c.field.clone()).collect();
    if mapped.is_none_or(|m| m.columns.is_empty()) {
        parts::find(grid, &mut columns, header.as_ref(), (first, end));
        if let Some(kind) = kind {
            standings::claim(&mut columns, kind, helps.vocabulary);
        }
        settle(&mut columns, &profiles, header.is_some(), kind.is_some());
        parties::settle(&mut columns, header.as_ref());
        places::settle(grid, &mut columns, &profiles, (first, end));
        guess_pairs(grid, &mut columns, &profiles, (first, end), helps.on);
        if let Some(kind) = kind {
            standings::settle(grid, &mut columns, kind, helps.vocabulary, (first, end));
        }
    }
    if kind.is_none() && mapped.is_none_or(|m| m.columns.is_empty()) {
        matrix(&mut columns, &profiles, helps);
    }
    let mut coded = Vec::new();
    for (column, headed) in columns.iter_mut().zip(headed) {
        let left = column.field.clone().filter(|f| *f != Field::Extra);
        let Some(field) = left.or(headed) else { continue };
        let codes = crate::legend::unexplained(grid, column.column, &field, (first, end));
        if !codes.is_empty() {
            coded.push((column.column, column.header.clone(), codes));
            column.field = None;
            column.confidence = 0.0;
        }
    }
    let mut table = plan::table(grid, header, first, end, columns, &profiles)?;
    for block in &mut table.blocks {
        let days = [block.plan.birth, block.plan.left_on, block.plan.died_on, block.plan.moved_out_on];
        let order = |column: u16| {
            let cells = (first..end.min(first + 400)).filter_map(|row| grid.own(row, column).as_text());
            Some((column, liren_facts::date::order_of(cells, helps.on)?))
        };
        block.plan.orders = days.into_iter().flatten().filter_map(order).collect();
    }
    for column in &mut table.columns {
        let taken = |b: &Block| !b.plan.extra.contains(&column.column);
        let used = matches!(column.field, Some(Field::MovedInOn | Field::Ignore)) || table.blocks.iter().all(taken);
        column.aside = column.filled > 0 && (!used || column.field.as_ref().is_none_or(|f| *f == Field::Extra));
    }
    table.coded = coded;
    Some(table)
}

/// What a header means here: the ledger's own words before the general ones, except for what every sheet has.
fn meaning_of(leaf: &str, top: Option<&str>, kind: Option<&LedgerKind>, all: &[LedgerKind]) -> Option<(Field, f32)> {
    if leaf.is_empty() {
        return None;
    }
    let generic = words::meaning(leaf, top);
    let core = matches!(
        generic,
        Some((
            Field::Name
                | Field::Sex
                | Field::Number
                | Field::Birth
                | Field::Relation
                | Field::Phone
                | Field::HeadName
                | Field::HeadNumber
                | Field::Ethnic
                | Field::GuardianName
                | Field::GuardianPhone
                | Field::GuardianRelation,
            _
        ))
    );
    if let Some(kind) = kind
        && let Some(field) = ledger_field(kind, leaf, top)
        && (!core || matches!(field.kind, FieldKind::DisabilityCertificate))
    {
        let id = match field.kind {
            FieldKind::Years => format!("{}.{}", field.id, year_of(leaf).unwrap_or(0)),
            _ => field.id.clone(),
        };
        return Some((Field::Ledger(id), 1.0));
    }
    if generic.is_some() {
        return generic;
    }
    let matches = |headers: &[String]| headers.iter().any(|h| h == leaf);
    all.iter().find_map(|k| {
        let field = k.roster_fields.iter().find(|f| matches(&f.headers))?;
        Some((Field::Programme(k.programme.clone(), field.id.clone()), 1.0))
    })
}

/// The ledger's field of a header: the word itself, the word with its top (残疾证/类别), or a year.
pub(crate) fn ledger_field<'k>(
    kind: &'k LedgerKind,
    leaf: &str,
    top: Option<&str>,
) -> Option<&'k crate::ledger::LedgerField> {
    let with_top = top.map(|t| format!("{t}/{leaf}"));
    let exact = kind
        .fields
        .iter()
        .find(|f| f.kind != FieldKind::Years && f.headers.iter().any(|h| h == leaf || Some(h) == with_top.as_ref()));
    if exact.is_some() {
        return exact;
    }
    if let Some(year) = year_of(leaf) {
        let rest = leaf.replace(&year.to_string(), "");
        let rest = rest.trim_matches(['年', '度', '(', ')', '元']);
        return kind.fields.iter().find(|f| {
            f.kind == FieldKind::Years
                && (rest.is_empty()
                    || f.headers.iter().any(|h| h == rest || top.is_some_and(|t| t.contains(h.as_str()))))
        });
    }
    // 月保障金(元) and 月保障金
    let plain = leaf.split(['(', '（']).next().unwrap_or(leaf);
    kind.fields
        .iter()
        .filter(|f| f.kind != FieldKind::Years)
        .find(|f| f.headers.iter().any(|h| h == plain || (h.chars().count() >= 4 && plain.contains(h.as_str()))))
}

fn year_of(text: &str) -> Option<i32> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let year: i32 = digits.parse().ok()?;
    ((1990..2100).contains(&year) && digits.len() == 4).then_some(year)
}

/// 姓名 above numbers and 身份证号 above names: headers that stand over each other's columns change places. What stands
/// below must be unmistakable, and nothing of what the header says.
fn exchange(columns: &mut [ColumnRead], profiles: &[Profile]) {
    let share = |profile: &Profile, field: &Field| match field {
        Field::Number => profile.number,
        Field::Name => profile.name,
        Field::Sex => profile.sex,
        // 女 is a daughter, too.
        Field::Relation if profile.sex > 0.8 => 0.0,
        Field::Relation => profile.relation,
        Field::Phone => profile.phone,
        _ => 1.0,
    };
    const KINDS: &[Field] = &[Field::Number, Field::Sex, Field::Relation, Field::Phone, Field::Name];
    let meant = |at: usize| {
        let (field, profile) = (columns[at].field.as_ref()?, &profiles[at]);
        let lies = KINDS.contains(field) && profile.filled >= 2 && share(profile, field) < 0.1;
        KINDS.iter().find(|k| lies && share(profile, k) > 0.8).cloned()
    };
    let mut moves: Vec<(usize, Field)> = (0..columns.len()).filter_map(|at| Some((at, meant(at)?))).collect();
    // Nobody's place is taken: what a column becomes is what another one of them stops being, or nothing is yet.
    loop {
        let left: Vec<Field> = moves.iter().filter_map(|(at, _)| columns[*at].field.clone()).collect();
        let before = moves.len();
        let all = moves.clone();
        moves.retain(|(at, to)| {
            let free = left.contains(to) || !columns.iter().any(|c| c.field.as_ref() == Some(to));
            free && !all.iter().any(|(other, field)| other < at && field == to)
        });
        if moves.len() == before {
            break;
        }
    }
    if moves.len() >= 2 {
        for (at, to) in moves {
            columns[at].field = Some(to);
            columns[at].confidence = 0.9;
        }
    }
}

/// Headers corrected by what stands below them, and columns without a known header understood by it.
fn settle(columns: &mut [ColumnRead], profiles: &[Profile], has_header: bool, of_ledger: bool) {
    if has_header {
        exchange(columns, profiles);
    }
    let has_room = columns.iter().any(|c| c.field == Some(Field::Room));
    let has_building = columns.iter().any(|c| c.field == Some(Field::Building));
    let has_number = columns.iter().any(|c| c.field == Some(Field::Number));
    let has_relation = columns.iter().any(|c| c.field == Some(Field::Relation));
    for (column, profile) in columns.iter_mut().zip(profiles) {
        let Some(field) = column.field.clone() else {
            continue;
        };
        let corrected = match field {
            Field::Address if profile.small > 0.6 => Some(Field::Room),
            // 101-1 beside a column of buildings is a room.
            Field::Building | Field::Room | Field::Unit
                // Days among them are what a spreadsheet made of 3-2.
                if profile.address > 0.5 * (1.0 - profile.date)
                    && profile.address > 0.0
                    && (field == Field::Room || !has_room)
                    && (field != Field::Room || !has_building) =>
            {
                Some(Field::Address)
            }
            // 户主 above 是/否 or above the relation
            Field::HeadName if profile.relation > 0.6 && profile.name < profile.relation => Some(Field::Relation),
            Field::HouseholdNumber if profile.relation > 0.6 => Some(Field::Relation),
            // 身份 above 户主, 配偶
            Field::Employment if profile.relation > 0.7 && !has_relation => Some(Field::Relation),
            Field::Serial if profile.name > 0.7 => Some(Field::Name),
            Field::Serial if profile.number > 0.7 && !has_number => Some(Field::Number),
            Field::LeftKind if profile.left < 0.5 && profile.moves < 0.6 && profile.remark > 0.3 => Some(Field::Remark),
            // 家庭成员 above 王军、李丽
            Field::Name if profile.list > 0.3 && profile.name < 0.6 => Some(Field::Members),
            Field::HukouAddress if profile.residency > 0.8 && profile.distinct <= 8 => Some(Field::Residency),
            Field::Extra | Field::HukouKind | Field::Employment if profile.is_state() => Some(Field::LeftKind),
            Field::Residency if profile.is_state() && profile.residency == 0.0 => Some(Field::LeftKind),
            Field::HukouKind if profile.residency + profile.left > 0.7 && profile.residency > 0.3 => Some(Field::Residency),
            // 光荣证号 is no number of anybody.
            Field::Number if column.confidence < 0.9 && profile.number == 0.0 && profile.filled >= 2 => Some(Field::Extra),
            Field::Remark if profile.number > 0.7 => Some(Field::Number),
            ref f if !profile.bears_out(f) => profile
                .guess()
                .filter(|g| matches!(g, Field::LeftKind | Field::Residency | Field::Number | Field::Phone))
                .or(Some(Field::Extra)),
            _ => None,
        };
        if let Some(corrected) = corrected {
            column.field = Some(corrected);
            column.confidence = 0.6;
        }
    }
    // 婴儿姓名, 父亲, 母亲: a list of children, of whom the number is.
    let named = |f: &Field| matches!(f, Field::Name | Field::HeadName | Field::SpouseName | Field::ChildName);
    let own = columns.iter().position(|c| matches!(c.field, Some(Field::Number | Field::Birth)));
    let before = |at: usize| columns[..at].iter().rev().find(|c| c.field.as_ref().is_some_and(named));
    let of_child = own.and_then(before).is_some_and(|c| c.field == Some(Field::ChildName));
    // 子女姓名 子女性别 子女出生: the child is whom the row describes.
    let childs = |c: &ColumnRead| {
        let header = &c.header;
        let (whose, field) = words::role(words::leaf(header), None);
        field.filter(|f| whose == words::Whose::Child && matches!(f, Field::Sex | Field::Birth | Field::Number))
    };
    let described = columns.iter().any(|c| childs(c).is_some());
    let heads = columns.iter().any(|c| matches!(c.field, Some(Field::HeadName | Field::SpouseName)));
    let of_child = of_child || described && !heads;
    if of_child && !columns.iter().any(|c| c.field == Some(Field::Name)) {
        let mut children = columns.iter_mut().filter(|c| c.field == Some(Field::ChildName));
        if let (Some(only), None) = (children.next(), children.next()) {
            only.field = Some(Field::Name);
            for column in columns.iter_mut() {
                if let Some(field) = childs(column) {
                    column.field = Some(field);
                }
            }
            // A newborn joins the household of the parent it names.
            let parent = |c: &&mut ColumnRead| {
                c.field == Some(Field::GuardianName)
                    && ["父", "母", "监护人", "家长"].iter().any(|w| c.header.starts_with(w))
            };
            if let Some(parent) = columns.iter_mut().find(parent) {
                parent.field = Some(Field::HeadName);
            }
        }
    }
    // 户籍是否在本社区, 是否实际居住
    let asks = |at: usize, words: &[&str], not: &[&str]| {
        let header = &columns[at].header;
        let free = matches!(
            columns[at].field,
            None | Some(
                Field::Residency
                    | Field::Extra
                    | Field::ResidentTick
                    | Field::TemporaryTick
                    | Field::HukouAddress
                    | Field::HukouKind
                    | Field::Address
                    | Field::LeftKind
            )
        );
        let has = |all: &[&str]| all.iter().any(|w| header.contains(w));
        free && profiles[at].filled > 0 && profiles[at].answers > 0.9 && has(words) && !has(not)
    };
    let find = |words: &[&str], not: &[&str]| (0..columns.len()).find(|at| asks(*at, words, not));
    let hukou = find(&["户籍", "户口"], &["居住", "在住", "实住"]);
    let lives = find(&["居住", "在住", "实住", "常住", "现住", "入住"], &["户籍", "户口"]);
    if let (Some(hukou), Some(lives)) = (hukou, lives) {
        for (at, field) in [(hukou, Field::HukouHere), (lives, Field::LivesHere)] {
            columns[at].field = Some(field);
            columns[at].confidence = 0.9;
        }
    }
    // Of two columns of residency the one that names kinds of it counts; the other says who is still here.
    let residency: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].field == Some(Field::Residency)).collect();
    let best = residency
        .iter()
        .copied()
        .max_by(|a, b| profiles[*a].residency.total_cmp(&profiles[*b].residency).then(b.cmp(a)));
    for at in residency.into_iter().filter(|at| Some(*at) != best) {
        let states = profiles[at].left + profiles[at].present > 0.0;
        columns[at].field = Some(if states { Field::LeftKind } else { Field::Extra });
        columns[at].confidence = 0.6;
    }
    let taken = |columns: &[ColumnRead], field: &Field| columns.iter().any(|c| c.field.as_ref() == Some(field));
    for at in 0..columns.len() {
        if columns[at].field.is_some() {
            continue;
        }
        // 类别 above 死亡 is clear even when it stands there once.
        let kind = ["类别", "类型", "原因", "状态", "情况"].iter().any(|w| columns[at].header.contains(w));
        let left = (kind && profiles[at].filled > 0 && (profiles[at].left > 0.9 || profiles[at].is_state()))
            .then_some(Field::LeftKind);
        // A header that is not known keeps its column apart unless the contents are unmistakable.
        let Some(guess) = left.or_else(|| profiles[at].guess()) else {
            continue;
        };
        let guess = match guess {
            // Names and numbers come in pairs (the head's, the person's); see below.
            Field::Name | Field::Number if has_header => continue,
            // A second column of names beside the first is somebody else's.
            Field::Name if taken(columns, &Field::Name) || (has_header && taken(columns, &Field::HeadName)) => {
                continue;
            }
            // 租金补贴 in a list of housing is no way of living here.
            Field::Residency | Field::LeftKind if of_ledger && has_header => continue,
            Field::Address if taken(columns, &Field::Building) || taken(columns, &Field::Room) => {
                continue;
            }
            guess => guess,
        };
        if !taken(columns, &guess) {
            columns[at].field = Some(guess);
            columns[at].confidence = 0.5;
        }
    }
    // A column of words without any header beside others that have one: what is noted of the row.
    if has_header {
        for (column, profile) in columns.iter_mut().zip(profiles) {
            let other = [profile.number, profile.date, profile.phone, profile.small, profile.serial, profile.answers];
            let words = profile.filled > 0 && other.iter().all(|share| *share < 0.5) && profile.name < 0.6;
            if column.field.is_none() && column.header.is_empty() && words {
                column.field = Some(Field::Remark);
                column.confidence = 0.5;
            }
        }
    }
    // 时间 beside 类别: 死亡
    if taken(columns, &Field::LeftKind) && !taken(columns, &Field::LeftOn) {
        let time = columns
            .iter_mut()
            .find(|c| c.field.is_none() && ["时间", "日期", "年月"].iter().any(|w| c.header.contains(w)));
        if let Some(column) = time {
            column.field = Some(Field::LeftOn);
            column.confidence = 0.6;
        }
    }
    if !has_header && !taken(columns, &Field::Birth) {
        let dated = (0..columns.len()).find(|at| columns[*at].field.is_none() && profiles[*at].date > 0.7);
        if let Some(at) = dated {
            columns[at].field = Some(Field::Birth);
            columns[at].confidence = 0.5;
        }
    }
}

/// Columns of names and of numbers under headers nobody knows: the person's own differ from row to row, the
/// head's repeat and agree with the person's in the head's row. A column of dates that agrees with the numbers
/// is the birth.
fn guess_pairs(grid: &Grid, columns: &mut [ColumnRead], profiles: &[Profile], rows: (u32, u32), on: Day) {
    let (first, end) = rows;
    let taken = |columns: &[ColumnRead], field: &Field| columns.iter().any(|c| c.field.as_ref() == Some(field));
    for (own, heads) in [(Field::Name, Field::HeadName), (Field::Number, Field::HeadNumber)] {
        let mut free: Vec<usize> = (0..columns.len())
            .filter(|at| columns[*at].field.is_none() && profiles[*at].guess().as_ref() == Some(&own))
            .filter(|at| words::whose(&columns[*at].header).0 != words::Whose::Officer)
            .collect();
        let fullness = |at: &usize| {
            #[allow(clippy::cast_precision_loss)]
            let filled = profiles[*at].filled as f32;
            filled * (1.0 - profiles[*at].repeats)
        };
        free.sort_by(|a, b| fullness(b).total_cmp(&fullness(a)).then(a.cmp(b)));
        let known = columns.iter().position(|c| c.field.as_ref() == Some(&own));
        let person = known.or_else(|| (!free.is_empty()).then(|| free.remove(0)));
        let Some(person) = person else { continue };
        if known.is_none() {
            columns[person].field = Some(own.clone());
            columns[person].confidence = 0.5;
        }
        if taken(columns, &heads) {
            continue;
        }
        let mine = columns[person].column;
        let theirs = free.into_iter().find(|at| {
            let other = &profiles[*at];
            let repeats = other.repeats > 0.2 || other.filled * 10 < profiles[person].filled * 8;
            repeats && same_share(grid, mine, columns[*at].column, first, end) > 0.15
        });
        if let Some(at) = theirs {
            columns[at].field = Some(heads);
            columns[at].confidence = 0.5;
        }
    }
    if taken(columns, &Field::Birth) {
        return;
    }
    let Some(numbers) = columns.iter().find(|c| c.field == Some(Field::Number)).map(|c| c.column) else {
        return;
    };
    let found = (0..columns.len()).find(|at| {
        columns[*at].field.is_none()
            && profiles[*at].date > 0.5
            && birth_share(grid, columns[*at].column, numbers, first, end, on) > 0.6
    });
    if let Some(at) = found {
        columns[at].field = Some(Field::Birth);
        columns[at].confidence = 0.6;
    }
}
