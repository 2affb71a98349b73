//! A sheet → tables: where the header stands, what each column means, which columns repeat side by side.

mod blocks;
pub(crate) mod context;
mod header;
mod parts;
mod places;
mod plan;

use liren_facts::Day;

use crate::content::{Profile, birth_share, profile, same_share};
use crate::grid::Grid;
use crate::ledger::{FieldKind, LedgerKind};
use crate::mapping::{Field, Mapping, SheetMapping};
use crate::table::{ColumnRead, Context};
use crate::words;

pub(crate) use context::estate_in;
pub(crate) use header::{Header, column_of_letters, find};
pub(crate) use parts::is_tick;
pub(crate) use plan::{Block, Plan};

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
}

#[derive(Debug, Default)]
pub(crate) struct Understood {
    pub context: Context,
    pub tables: Vec<Table>,
    /// Index of the ledger kind.
    pub ledger: Option<usize>,
}

/// What the whole reading knows that helps to understand one sheet.
pub(crate) struct Helps<'a> {
    pub on: Day,
    pub ledgers: &'a [LedgerKind],
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
    out.ledger = ledger_of(grid, &out.context, headers.first(), mapped, helps);
    let kind = out.ledger.map(|at| &helps.ledgers[at]);
    if headers.is_empty() {
        let whole = table(grid, None, 0, grid.rows(), kind, mapped, helps);
        out.tables.extend(whole.filter(|t| t.columns.iter().filter(|c| c.field.is_some()).count() >= 3));
        return out;
    }
    for (at, header) in headers.iter().enumerate() {
        let end = headers.get(at + 1).map_or(grid.rows(), |next| next.first);
        out.tables.extend(table(grid, Some(header.clone()), header.last + 1, end, kind, mapped, helps));
    }
    out
}

/// Which ledger the sheet is: by its name, then its title, then headers only that ledger has.
fn ledger_of(
    grid: &Grid,
    context: &Context,
    header: Option<&Header>,
    mapped: Option<&SheetMapping>,
    helps: &Helps,
) -> Option<usize> {
    if let Some(programme) = mapped.and_then(|m| m.ledger.as_ref()) {
        // Several kinds of ledgers may belong to one programme; the sheet's name tells them apart.
        let name = words::bare(&grid.sheet.name);
        let fits = |k: &LedgerKind| &k.programme == programme;
        let named = |k: &LedgerKind| k.words.iter().any(|w| name.contains(w.as_str()));
        let by_name = helps.ledgers.iter().position(|k| fits(k) && named(k));
        return by_name.or_else(|| helps.ledgers.iter().position(fits));
    }
    let named = |text: &str| -> Option<usize> {
        let text = words::bare(text);
        let fits = |k: &LedgerKind| !k.not_words.iter().any(|w| text.contains(w.as_str()));
        helps
            .ledgers
            .iter()
            .enumerate()
            .filter(|(_, k)| fits(k))
            .flat_map(|(at, k)| k.words.iter().map(move |w| (at, w)))
            .filter(|(_, w)| text.contains(w.as_str()))
            .max_by_key(|(_, w)| w.len())
            .map(|(at, _)| at)
    };
    let leaves: Vec<String> = header.map(|h| h.columns.iter().map(|c| c.leaf.clone()).collect()).unwrap_or_default();
    let own_headers = |kind: &LedgerKind| kind.headers.iter().filter(|h| leaves.contains(h)).count();
    let by_headers = || {
        let best = helps.ledgers.iter().enumerate().max_by_key(|(_, k)| own_headers(k))?;
        (own_headers(best.1) > 0).then_some(best.0)
    };
    // A general roster may mention a programme in its title only by accident; its relation column tells.
    let by_name = named(&grid.sheet.name).or_else(|| context.title.as_deref().and_then(named));
    by_name.or_else(by_headers).or_else(|| {
        // The name of the file speaks for a sheet that has some of the ledger's columns.
        let at = named(helps.file)?;
        let fields = helps.ledgers[at].fields.iter().filter(|f| f.headers.iter().any(|h| leaves.contains(h))).count();
        (fields >= 2).then_some(at)
    })
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
        });
    }
    if mapped.is_none_or(|m| m.columns.is_empty()) {
        parts::find(grid, &mut columns, header.as_ref(), (first, end));
        settle(&mut columns, &profiles, header.is_some());
        places::settle(grid, &mut columns, &profiles, (first, end));
        guess_pairs(grid, &mut columns, &profiles, (first, end), helps.on);
    }
    plan::table(grid, header, first, end, columns, &profiles)
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

/// Headers corrected by what stands below them, and columns without a known header understood by it.
fn settle(columns: &mut [ColumnRead], profiles: &[Profile], has_header: bool) {
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
                if profile.address > 0.5
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
            Field::LeftKind if profile.left < 0.5 && profile.remark > 0.3 => Some(Field::Remark),
            // 家庭成员 above 王军、李丽
            Field::Name if profile.list > 0.3 && profile.name < 0.6 => Some(Field::Members),
            Field::HukouAddress if profile.residency > 0.8 && profile.distinct <= 8 => Some(Field::Residency),
            Field::Residency | Field::Extra | Field::HukouKind | Field::Employment if profile.is_state() => {
                Some(Field::LeftKind)
            }
            Field::HukouKind if profile.residency > 0.7 => Some(Field::Residency),
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
