//! The same person in several rows, and in the registry: by the number, a damaged number and the name, or
//! the name with birth, dwelling or phone. Near-linear: candidates come from hash indexes.

mod evidence;

use std::collections::HashMap;

use liren_facts::identifier::Sex;

use crate::draft::{Draft, Fit, Got, How, Match, MatchedBy, Status};
use crate::extract::Record;
use crate::known::Known;
use crate::mapping::{Mapping, PersonMapping, UNANSWERED};
use crate::problem::{At, Problems};
use crate::same::{self, Description, Reason};
use crate::table::SheetRead;

use evidence::{Traits, compare};

/// More people of one name than this are not compared pair by pair.
const NAMESAKES_MAX: usize = 60;

/// For each record the record it was merged into (itself for the first of a person).
pub(crate) fn within(records: &mut [Record], sheets: &[SheetRead], problems: &mut Problems) -> Vec<usize> {
    shared_numbers(records, sheets, problems);
    let mut first_of: Vec<usize> = (0..records.len()).collect();
    let mut by_number: HashMap<String, usize> = HashMap::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let traits: Vec<Traits> = records.iter().map(Traits::of_record).collect();
    for at in 0..records.len() {
        let mut found = None;
        if let Some(number) = &traits[at].number {
            found = by_number.get(number).copied();
        }
        if found.is_none()
            && let Some(name) = &traits[at].name
            && let Some(others) = by_name.get(name)
            && others.len() <= NAMESAKES_MAX
        {
            found = others.iter().copied().find(|other| {
                let needed = if (records[*other].sheet, records[*other].table) == (records[at].sheet, records[at].table)
                {
                    5
                } else {
                    3
                };
                compare(&traits[at], &traits[*other]).is_some_and(|e| e.score >= needed)
            });
        }
        match found {
            Some(first) => first_of[at] = first,
            None => {
                if let Some(name) = &traits[at].name {
                    by_name.entry(name.clone()).or_default().push(at);
                }
            }
        }
        if let Some(number) = &traits[at].number {
            by_number.entry(number.clone()).or_insert(first_of[at]);
        }
    }
    for at in 0..records.len() {
        let first = first_of[at];
        if first == at {
            continue;
        }
        let place = At { sheet: records[at].sheet, row: records[at].row, column: None, record: Some(at) };
        let (other_sheet, other_row) = (sheets[records[first].sheet].name.clone(), records[first].row + 1);
        // The same person in two programmes is no mistake.
        let programme = |r: &Record| sheets[r.sheet].ledger.clone();
        let (mine, theirs) = (programme(&records[at]), programme(&records[first]));
        let twice = mine.is_none() || theirs.is_none() || (mine == theirs && records[at].sheet == records[first].sheet);
        if twice {
            problems.raise_about(place, "duplicate_person", &other_sheet, other_row);
            // Two tables of one sheet are two lists, unless households are told apart in them.
            let lists = |r: &Record| (r.sheet, r.table, r.block, r.in_household_table);
            let (mine, theirs) = (lists(&records[at]), lists(&records[first]));
            if mine.0 == theirs.0 && (mine.1, mine.2) != (theirs.1, theirs.2) && !mine.3 && !theirs.3 {
                problems.lower(at, "duplicate_person");
            }
        }
        if records[at].status_by_column && records[first].draft.status.value == Status::Active {
            let column = records[at].status_column;
            problems.raise_about(At { column, ..place }, "status_conflict", &other_sheet, other_row);
        }
        let (head, tail) = records.split_at_mut(at);
        merge(&mut head[first].draft, &mut tail[0].draft);
    }
    first_of
}

/// A valid number in rows of different names belongs to the one whose columns do not contradict it.
fn shared_numbers(records: &mut [Record], sheets: &[SheetRead], problems: &mut Problems) {
    let mut by_number: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        if let Some(number) = &record.draft.number {
            by_number.entry(number.value.text.as_str()).or_default().push(at);
        }
    }
    let mut groups: Vec<Vec<usize>> = by_number.into_values().filter(|g| g.len() > 1).collect();
    groups.sort_unstable();
    for group in groups {
        let owner = group.iter().copied().find(|at| !contradicts(&records[*at])).unwrap_or(group[0]);
        for at in group {
            if at == owner || same_name(&records[at].draft, &records[owner].draft) {
                continue;
            }
            let alike = similar_name(&records[at].draft, &records[owner].draft);
            // A name typed twice in two ways, unless two members of one household bear them.
            if alike && !contradicts(&records[at]) && !are_members(&records[at], &records[owner]) {
                continue;
            }
            let place = At {
                sheet: records[at].sheet,
                row: records[at].row,
                column: records[at].number_column,
                record: Some(at),
            };
            let other = &sheets[records[owner].sheet].name;
            problems.raise_about(place, "id_shared", other, records[owner].row + 1);
            disown(&mut records[at]);
            problems.list.retain(|p| {
                p.person != Some(at)
                    || !matches!(p.kind.as_str(), "sex_id_mismatch" | "birth_id_mismatch" | "relation_sex_mismatch")
            });
        }
    }
}

/// The record's own columns contradict its number.
fn contradicts(record: &Record) -> bool {
    let birth = record.draft.number.as_ref().and_then(|n| n.value.birth).is_some_and(|day| !record.birth.can_be(day));
    record.draft.sex_column.is_some() || birth
}

/// Takes a number away that is somebody else's; the columns count again.
pub(crate) fn disown(record: &mut Record) {
    let draft = &mut record.draft;
    if let Some(number) = draft.number.take() {
        draft.number_given = Some(number.value.text);
    }
    draft.number_shared = true;
    let column: Option<Sex> = draft.sex_column.or(draft.sex.as_ref().filter(|_| record.sex_given).map(|s| s.value));
    draft.sex = column.map(|sex| Got::new(sex, How::Given));
    draft.birth = draft.birth_column.map(|birth| Got::new(birth, How::Given));
}

fn same_name(a: &Draft, b: &Draft) -> bool {
    let (Some(x), Some(y)) = (&a.name, &b.name) else {
        return true;
    };
    let key = |name: &str| evidence::name_key(name);
    key(&x.value) == key(&y.value) || a.former_names.contains(&y.value) || b.former_names.contains(&x.value)
}

fn similar_name(a: &Draft, b: &Draft) -> bool {
    let (Some(x), Some(y)) = (&a.name, &b.name) else {
        return true;
    };
    evidence::alike(&x.value, &y.value)
}

/// Two rows of one household with relations of their own: a head and a son are two people.
fn are_members(a: &Record, b: &Record) -> bool {
    let code = |r: &Record| r.draft.relation.as_ref().and_then(|r| r.code);
    a.draft.household.is_some()
        && a.draft.household == b.draft.household
        && code(a).zip(code(b)).is_some_and(|(x, y)| x != y)
}

/// What the second row adds to the first.
fn merge(first: &mut Draft, second: &mut Draft) {
    first.also.push(second.source);
    if second.status.value != Status::Active && first.status.value == Status::Active {
        first.status = second.status.clone();
    }
    first.left = first.left.or(second.left);
    macro_rules! fill {
        ($($field:ident),*) => { $( if first.$field.is_none() { first.$field = second.$field.take(); } )* };
    }
    if first.number.is_none() && !first.number_shared {
        first.number = second.number.take();
        if first.number.is_some() {
            first.birth = second.birth.take().or(first.birth.take());
            first.number_fault = None;
        }
    }
    fill!(
        name, sex, birth, relation, dwelling, residency, ethnic, education, political, marital, employment, workplace,
        hukou_address, remark, household
    );
    for phone in second.phones.drain(..) {
        if !first.phones.iter().any(|p| p.digits == phone.digits) {
            first.phones.push(phone);
        }
    }
    first.former_names.append(&mut second.former_names);
    first.facts.append(&mut second.facts);
    first.ledger.append(&mut second.ledger);
    first.extra.append(&mut second.extra);
}

/// Finds the people of the registry. Returns for each record the index into `known.people`. Who is several, or only
/// likely, stays open: see [`Draft::fits`].
pub(crate) fn with_known(
    records: &mut [Record],
    first_of: &[usize],
    sheets: &[SheetRead],
    known: &Known,
    map: Option<&Mapping>,
    is_ledger: impl Fn(&Record) -> bool,
    problems: &mut Problems,
) -> Vec<Option<usize>> {
    let mut found_by: Vec<Option<(usize, MatchedBy)>> = vec![None; records.len()];
    if known.people.is_empty() {
        return vec![None; records.len()];
    }
    let traits: Vec<Traits> = known.people.iter().map(Traits::of_known).collect();
    let mut by_number: HashMap<&str, usize> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, person) in traits.iter().enumerate() {
        if let Some(number) = &person.number {
            by_number.entry(number).or_insert(at);
        }
        for name in person.name.iter().chain(&person.former) {
            by_name.entry(name).or_default().push(at);
        }
    }
    let by_key: HashMap<i64, usize> = known.people.iter().enumerate().map(|(at, p)| (p.key, at)).collect();
    let mut decided = vec![false; records.len()];
    let mut several: Vec<Vec<usize>> = vec![Vec::new(); records.len()];
    let mut rows: HashMap<(&str, u32), Vec<usize>> = HashMap::new();
    for (at, person) in known.people.iter().enumerate() {
        if let Some((sheet, row)) = &person.row {
            rows.entry((sheet, *row)).or_default().push(at);
        }
    }
    for at in 0..records.len() {
        if first_of[at] != at {
            continue;
        }
        let record = &records[at];
        let own = Traits::of_record(record);
        if let Some(told) = told(record, sheets, map) {
            found_by[at] = told.person().and_then(|key| Some((by_key.get(&key).copied()?, MatchedBy::Told)));
            decided[at] = true;
            continue;
        }
        // Our own list names the person by the key: the name must be theirs, too.
        let keyed = record.draft.key.and_then(|key| by_key.get(&key).copied());
        if let Some(found) = keyed.filter(|found| own.name.is_none() || own.name == traits[*found].name) {
            found_by[at] = Some((found, MatchedBy::Told));
            continue;
        }
        let ledger = is_ledger(record);
        let place = At { sheet: record.sheet, row: record.row, column: record.name_column, record: Some(at) };
        if let Some(found) = own.number.as_ref().and_then(|n| by_number.get(n.as_str())).copied() {
            let other = &traits[found];
            let same = own.name.is_none()
                || own.name == other.name
                || own.name.as_ref().is_some_and(|n| other.former.contains(n))
                || other.name.as_ref().is_some_and(|n| own.former.contains(n));
            if !same && contradicts(record) {
                let number = At { column: record.number_column, ..place };
                problems.raise_about_registry(number, "id_shared");
                disown(&mut records[at]);
            } else {
                if !same {
                    problems.raise(place, "ledger_name_differs");
                }
                found_by[at] = Some((found, MatchedBy::Number));
                continue;
            }
        }
        let own = Traits::of_record(&records[at]);
        let thin = is_thin(&records[at], &sheets[records[at].sheet]);
        // A list of heads and no more is about households on record, as a ledger is.
        let about_known = ledger || thin || sheets[records[at].sheet].heads_only;
        found_by[at] = match by_evidence(&own, &traits, &by_name, about_known) {
            Evident::One(found, by) => {
                // The same name, birth and home, and a digit of the number corrected.
                let (mine, theirs) = (own.number.as_deref(), traits[found].number.as_deref());
                let near = mine.zip(theirs).is_some_and(|(a, b)| a != b && same::numbers_near(a, b));
                let home = own.dwelling.as_ref().zip(traits[found].dwelling.as_ref()).is_some_and(|(a, b)| a.can_be(b));
                Some((found, if near && home { MatchedBy::CorrectedNumber } else { by }))
            }
            Evident::None => None,
            Evident::Several(all) => {
                several[at] = all;
                None
            }
        };
        found_by[at] = found_by[at].or_else(|| by_row(&own, record_row(&records[at], sheets), &rows, &traits));
        if let Some((found, by)) = found_by[at]
            && own.number.is_some()
            && traits[found].number.is_some()
        {
            let number = At { column: records[at].number_column, ..place };
            let corrected = by == MatchedBy::CorrectedNumber;
            problems.raise(number, if corrected { "number_corrected" } else { "ledger_number_differs" });
        }
    }
    by_household(records, first_of, known, &traits, &mut found_by);
    let open: Vec<usize> = (0..records.len()).filter(|at| first_of[*at] == *at && found_by[*at].is_none()).collect();
    let open: Vec<usize> = open.into_iter().filter(|at| !decided[*at]).collect();
    likely(records, &open, known, &mut found_by, &several, problems);
    for at in open {
        // Known people of the same name and no way to tell them apart, or nothing that tells anybody: it stays open.
        records[at].draft.thin = found_by[at].is_none() && is_thin(&records[at], &sheets[records[at].sheet]);
    }
    for at in (0..records.len()).filter(|at| first_of[*at] == *at) {
        let record = &records[at];
        if found_by[at].is_none() && record.draft.fits.is_empty() && is_ledger(record) {
            let place = At { sheet: record.sheet, row: record.row, column: record.name_column, record: Some(at) };
            problems.raise(place, "ledger_person_not_in_roster");
        }
    }
    for (at, found) in found_by.iter().enumerate() {
        let Some((found, _)) = found else { continue };
        let record = &records[at];
        let gone = known.people[*found].status.is_some_and(|s| s != Status::Active);
        // A roster of households speaks of where people live, and is held against that elsewhere.
        let list = is_ledger(record) || !record.in_household_table;
        if gone && record.draft.status.value == Status::Active && list {
            let place = At { sheet: record.sheet, row: record.row, column: record.name_column, record: Some(at) };
            problems.raise(place, "ledger_person_left");
        }
    }
    found_by
        .into_iter()
        .enumerate()
        .map(|(at, found)| {
            let (found, by) = found?;
            records[at].draft.matched = Some(Match { person: known.people[found].key, by });
            Some(found)
        })
        .collect()
}

/// What a mapping says of the person of a row.
fn told<'m>(record: &Record, sheets: &[SheetRead], map: Option<&'m Mapping>) -> Option<&'m PersonMapping> {
    let (sheet, row) = record_row(record, sheets);
    map?.people.iter().find(|p| p.sheet == sheet && p.row == row && p.is != UNANSWERED)
}

/// Nothing but a name and a phone: it finds somebody on record and is not enough to add anybody. A door beside it is
/// enough only where the list registers residents, or is a ledger: who pays for the water of a flat may live anywhere.
fn is_thin(record: &Record, sheet: &SheetRead) -> bool {
    let draft = &record.draft;
    let identity = draft.number.is_some() || draft.number_given.is_some() || draft.birth.is_some();
    let place = draft.dwelling.is_some() || draft.address_raw.is_some() || draft.hukou_address.is_some();
    let related = draft.relation.as_ref().is_some_and(|r| r.how != How::Context);
    let keys = &record.keys;
    let family = related || keys.household_number.is_some() || keys.card.is_some() || draft.residency.is_some();
    const REGISTERS: &[&str] = &[
        "居民", "住户", "人口", "户籍", "村民", "底册", "登记簿", "名册", "租", "流动", "暂住", "入住", "新增",
        "家庭成员", "户主", "业主",
    ];
    let titled = std::iter::once(sheet.name.as_str()).chain(sheet.context.lines.iter().map(String::as_str));
    let registers = || titled.into_iter().any(|t| t.chars().count() <= 40 && REGISTERS.iter().any(|w| t.contains(w)));
    let described = draft.sex.is_some() || keys.head_name.is_some() || sheet.ledger.is_some();
    !(identity || family || place && (described || registers()))
}

/// What the people of one name on record have in common with a record.
enum Evident {
    One(usize, MatchedBy),
    None,
    /// Several fit equally well.
    Several(Vec<usize>),
}

fn by_evidence(own: &Traits, traits: &[Traits], by_name: &HashMap<&str, Vec<usize>>, by_name_alone: bool) -> Evident {
    let Some(namesakes) = own.name.as_deref().and_then(|name| by_name.get(name)) else { return Evident::None };
    if namesakes.len() > 10 * NAMESAKES_MAX {
        return Evident::Several(namesakes.iter().take(NAMESAKES_MAX).copied().collect());
    }
    let mut scored: Vec<(i32, usize, MatchedBy)> =
        namesakes.iter().filter_map(|other| compare(own, &traits[*other]).map(|e| (e.score, *other, e.by))).collect();
    scored.sort_by_key(|(score, ..)| -score);
    let Some((best, found, by)) = scored.first().copied() else { return Evident::None };
    let second = scored.get(1).map_or(-1, |s| s.0);
    let both_numbers = own.number.is_some() && traits[found].number.is_some();
    // Two valid numbers that differ are two people unless nearly everything else agrees.
    let needed = match (both_numbers, namesakes.len()) {
        (true, _) => 4,
        (false, 1) if by_name_alone => 0,
        // 1994.6 below a name that one person has, and they were born in that month.
        (false, 1) if own.birth.is_some_and(|b| !b.is_exact() && b.last.0 - b.first.0 < 32) => 1,
        (false, _) => 2,
    };
    if best >= needed && best > second {
        return Evident::One(found, by);
    }
    // Of several of one name the month of birth, or the group, fits one, and all the others were born in another month
    // or live in another group.
    if by_name_alone && best >= 1 && (scored.len() == 1 || second < 0) && !both_numbers {
        return Evident::One(found, by);
    }
    // Several of one name, and nothing in the row that tells which: it is one of them, or nobody knows.
    let tied: Vec<usize> = scored.iter().take_while(|s| s.0 == best).map(|s| s.1).collect();
    let says_otherwise = own.birth.is_some() || own.number.is_some() || own.dwelling.is_some();
    if best >= 0 && (tied.len() > 1 || best < needed) && (!says_otherwise || best >= 2 || by_name_alone && best >= 1) {
        return Evident::Several(tied);
    }
    Evident::None
}

/// Who is on record under a name, a day or a home written a little differently. Nobody is merged: it is asked, but for
/// a number with a digit corrected behind the same door.
fn likely(
    records: &mut [Record],
    open: &[usize],
    known: &Known,
    found_by: &mut [Option<(usize, MatchedBy)>],
    several: &[Vec<usize>],
    problems: &mut Problems,
) {
    let taken: std::collections::HashSet<usize> = found_by.iter().flatten().map(|(found, _)| *found).collect();
    let free: Vec<usize> = (0..known.people.len()).filter(|at| !taken.contains(at)).collect();
    let new: Vec<Description> = open.iter().map(|at| described(&records[*at].draft)).collect();
    let old: Vec<Description> = free.iter().map(|at| of_known(&known.people[*at])).collect();
    let found = if new.is_empty() || old.is_empty() { Vec::new() } else { same::between(&new, &old) };
    let mut by_record: HashMap<usize, Vec<(usize, Vec<Reason>)>> = HashMap::new();
    for one in found {
        by_record.entry(open[one.a]).or_default().push((free[one.b], one.reasons));
    }
    for at in open {
        let mut fits: Vec<(usize, Vec<Reason>)> = by_record.remove(at).unwrap_or_default();
        let corrected = |f: &(usize, Vec<Reason>)| {
            [Reason::SameName, Reason::NumberNearly, Reason::SameDoor].iter().all(|r| f.1.contains(r))
        };
        let place = At {
            sheet: records[*at].sheet,
            row: records[*at].row,
            column: records[*at].name_column,
            record: Some(*at),
        };
        if let [one] = &fits[..]
            && corrected(one)
        {
            found_by[*at] = Some((one.0, MatchedBy::CorrectedNumber));
            problems.raise(At { column: records[*at].number_column, ..place }, "number_corrected");
            continue;
        }
        for other in &several[*at] {
            if !fits.iter().any(|f| f.0 == *other) {
                fits.push((*other, vec![Reason::SameName]));
            }
        }
        if fits.is_empty() {
            continue;
        }
        problems.raise(place, if several[*at].len() > 1 { "several_fit" } else { "likely_same" });
        fits.truncate(5);
        records[*at].draft.fits =
            fits.into_iter().map(|(other, reasons)| Fit { person: known.people[other].key, reasons }).collect();
    }
}

fn described(draft: &Draft) -> Description {
    Description {
        name: draft.name.as_ref().map(|n| n.value.clone()).unwrap_or_default(),
        sex: draft.sex.as_ref().map(|s| s.value),
        birth: draft.birth.as_ref().map(|b| b.value),
        number: draft.number.as_ref().map(|n| n.value.text.clone()),
        phones: draft.phones.iter().map(|p| p.digits.clone()).collect(),
        dwelling: draft.dwelling.as_ref().map(|d| d.value.clone()),
        household: None,
    }
}

fn of_known(person: &crate::KnownPerson) -> Description {
    Description {
        name: person.name.clone(),
        sex: person.sex,
        birth: person.birth,
        number: person.number.clone(),
        phones: person.phones.clone(),
        dwelling: person.dwelling.clone(),
        household: None,
    }
}

fn record_row<'a>(record: &Record, sheets: &'a [SheetRead]) -> (&'a str, u32) {
    let sheet = &sheets[record.sheet];
    let row = sheet.unfolded.get(record.row as usize).copied().unwrap_or(record.row);
    (&sheet.name, row + 1)
}

/// The person this very file named in this very row before: the last resort for somebody of whom the file says
/// nothing but a name, or not even that, so that a second import adds nobody.
fn by_row(
    own: &Traits,
    row: (&str, u32),
    rows: &HashMap<(&str, u32), Vec<usize>>,
    traits: &[Traits],
) -> Option<(usize, MatchedBy)> {
    let found = *rows.get(&row)?.iter().find(|at| traits[**at].name == own.name)?;
    compare(own, &traits[found]).map(|_| (found, MatchedBy::SameRow))
}

/// Recognises by their name those whose household is recognised by its other members.
fn by_household(
    records: &[Record],
    first_of: &[usize],
    known: &Known,
    traits: &[Traits],
    found_by: &mut [Option<(usize, MatchedBy)>],
) {
    let mut members: HashMap<i64, Vec<usize>> = HashMap::new();
    for (at, person) in known.people.iter().enumerate() {
        if let Some(household) = person.household {
            members.entry(household).or_default().push(at);
        }
    }
    // Of each household of the workbook, those on record that its recognised members belong to.
    let mut on_record: HashMap<usize, Vec<i64>> = HashMap::new();
    for (record, found) in records.iter().zip(found_by.iter()) {
        if let (Some(household), Some((found, _))) = (record.draft.household, found)
            && let Some(id) = known.people[*found].household
        {
            on_record.entry(household).or_default().push(id);
        }
    }
    let mut taken: std::collections::HashSet<usize> = found_by.iter().flatten().map(|(found, _)| *found).collect();
    for at in 0..records.len() {
        if first_of[at] != at || found_by[at].is_some() {
            continue;
        }
        let own = Traits::of_record(&records[at]);
        let Some(ids) = records[at].draft.household.and_then(|household| on_record.get(&household)) else {
            continue;
        };
        let mut candidates: Vec<usize> = ids
            .iter()
            .filter_map(|id| members.get(id))
            .flatten()
            .copied()
            .filter(|other| own.name.is_some() && own.name == traits[*other].name)
            .filter(|other| !taken.contains(other) && compare(&own, &traits[*other]).is_some())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        if let [only] = candidates[..] {
            taken.insert(only);
            found_by[at] = Some((only, MatchedBy::NameAndHousehold));
        }
    }
}
