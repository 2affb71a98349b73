//! Which ledger a sheet is, and what its name, its title and its file say of all its lines.

use crate::content::Profile;
use crate::grid::Grid;
use crate::ledger::LedgerKind;
use crate::mapping::{Field, SheetMapping};
use crate::stage::SheetSays;
use crate::standing::{Says, Standing};
use crate::table::{ColumnRead, Context};
use crate::understand::{Header, Helps, ledger_field};
use crate::words;

/// Which ledger the sheet is, and whether something calls it so: by its name, then its title, then headers only that
/// ledger has, then the name of the file.
pub(super) fn ledger_of(
    grid: &Grid,
    context: &Context,
    header: Option<&Header>,
    mapped: Option<&SheetMapping>,
    helps: &Helps,
) -> Option<(usize, bool)> {
    let texts = [Some(grid.sheet.name.as_str()), context.title.as_deref()];
    // A word that rules a ledger out rules it out by whatever it is recognised: 残疾人补贴 has certificates, too.
    let ruled_out = |k: &LedgerKind, text: &str| {
        let texts = texts.into_iter().flatten().chain([text]);
        // 业主投票 is the ledger's own word, 投票 alone is not.
        let own = |t: &str| {
            k.words.iter().filter(|w| t.contains(w.as_str())).fold(t.to_owned(), |t, w| t.replace(w.as_str(), ""))
        };
        let gift = |t: &str| helps.vocabulary.is_of_gifts(&own(t));
        texts.map(words::bare).any(|t| gift(&t) || k.not_words.iter().any(|w| t.contains(w.as_str())))
    };
    // The longest of a ledger's words that stands in a text, and whose it is.
    let longest = |text: &str| -> Option<(usize, usize)> {
        let bare = words::bare(text);
        let kinds = helps.ledgers.iter().enumerate().filter(|(_, k)| !ruled_out(k, text));
        let words = kinds.flat_map(|(at, k)| k.words.iter().map(move |w| (at, w)));
        let inside = words.filter(|(_, w)| bare.contains(w.as_str()));
        inside.map(|(at, w)| (w.len(), at)).max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at)))
    };
    let named = |text: &str| longest(text).map(|(_, at)| at);
    if let Some(programme) = mapped.and_then(|m| m.ledger.as_ref()) {
        // Several kinds of ledgers may belong to one programme; the sheet's name or title tells them apart.
        let fits = |at: &usize| &helps.ledgers[*at].programme == programme;
        let by_name = texts.into_iter().flatten().filter_map(named).find(|at| fits(at));
        let any = || helps.ledgers.iter().position(|k| &k.programme == programme);
        return by_name.map(|at| (at, true)).or_else(|| Some((any()?, false)));
    }
    let leaves: Vec<String> = header.map(|h| h.columns.iter().map(|c| c.leaf.clone()).collect()).unwrap_or_default();
    let own_headers = |kind: &LedgerKind| kind.headers.iter().filter(|h| leaves.contains(h)).count();
    let by_headers = || {
        let kinds = helps.ledgers.iter().enumerate().filter(|(_, k)| !ruled_out(k, ""));
        let best = kinds.rev().max_by_key(|(_, k)| own_headers(k))?;
        (own_headers(best.1) > 0).then_some((best.0, named(helps.file) == Some(best.0)))
    };
    // Of the name and the title the one with the longer word is the more exact: 党员, 入党积极分子花名册.
    let by_name = texts.into_iter().flatten().filter_map(&longest).rev().max_by_key(|(length, _)| *length);
    by_name.map(|(_, at)| at).map(|at| (at, true)).or_else(by_headers).or_else(|| by_status(&leaves, helps)).or_else(
        || {
            // The name of the file speaks for a sheet that says nothing else of itself, or has some of the ledger's columns.
            let at = named(helps.file)?;
            let kind = &helps.ledgers[at];
            let own = |leaf: &String| {
                ledger_field(kind, leaf, None).is_some()
                    || helps.vocabulary.day_header(leaf).is_some()
                    || helps.vocabulary.question(leaf, Some(kind)).is_some()
                    || helps.vocabulary.is_status_header(leaf) && helps.vocabulary.cell(leaf, Some(kind)).is_some()
            };
            let fields = leaves.iter().filter(|leaf| own(leaf)).count();
            // 享受名单, 取消名单: what list it is, and the file says of what.
            let says = |text: &str| helps.vocabulary.title(text, Some(kind)).is_some();
            if fields >= 1 && texts.into_iter().flatten().any(says) {
                return Some((at, true));
            }
            let untitled = context.title.is_none() && is_default_name(&grid.sheet.name);
            (fields >= 2 || (untitled && fields >= 1)).then_some((at, true))
        },
    )
}

/// 居民养老保险参保状态 above the only column of states: the list is about that programme. A roster of households may have
/// such a column beside others, and stays a roster.
fn by_status(leaves: &[String], helps: &Helps) -> Option<(usize, bool)> {
    let roster = |leaf: &String| {
        matches!(words::meaning(leaf, None), Some((Field::Relation | Field::HeadTick | Field::HouseholdNumber, _)))
    };
    if leaves.iter().any(roster) {
        return None;
    }
    let named = |leaf: &str| {
        let plain = leaf.split('(').next().unwrap_or(leaf);
        let states = helps.vocabulary.is_status_header(leaf) || crate::legend::without(leaf).is_some();
        let kinds =
            helps.ledgers.iter().enumerate().filter(|(_, k)| !k.not_words.iter().any(|w| plain.contains(w.as_str())));
        let words = kinds.flat_map(|(at, k)| k.words.iter().map(move |w| (at, w)));
        let found = words.filter(|(_, w)| states && plain.contains(w.as_str()));
        found
            .map(|(at, w)| (w.len(), at))
            .max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at)))
            .map(|(_, at)| at)
    };
    let mut found: Vec<usize> = leaves.iter().filter_map(|leaf| named(leaf)).collect();
    found.dedup();
    match found[..] {
        [only] => Some((only, true)),
        _ => None,
    }
}

/// Sheet1, 工作表1
pub(crate) fn is_default_name(name: &str) -> bool {
    let stem = name.trim().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ' '));
    matches!(stem.to_ascii_lowercase().as_str(), "sheet" | "工作表" | "表" | "")
}

/// What name, title and file say of all lines. The name of the file counts where the others say nothing.
pub(super) fn sheet_says(grid: &Grid, context: &Context, kind: &LedgerKind, named: bool, helps: &Helps) -> SheetSays {
    let file = helps.file.rsplit_once('.').map_or(helps.file, |(stem, _)| stem);
    let mut out = SheetSays { named, ..SheetSays::default() };
    let own = std::iter::once(grid.sheet.name.as_str()).chain(context.lines.iter().map(String::as_str));
    let mut all: Vec<(Says, &str)> = Vec::new();
    for text in own.filter(|t| t.chars().count() <= 40) {
        if ["注", "说明", "填表", "备注", "要求"].iter().any(|w| text.trim().starts_with(w)) {
            continue;
        }
        all.extend(helps.vocabulary.title(text, Some(kind)).map(|says| (says, text)));
    }
    let doubtful = |s: &Says| *s == Says::Standing(Standing::Doubtful);
    if all.iter().all(|(says, _)| doubtful(says)) {
        all.extend(helps.vocabulary.title(file, Some(kind)).map(|says| (says, file)));
    }
    let decided: Vec<&(Says, &str)> = all.iter().filter(|(says, _)| !doubtful(says)).collect();
    let is_in = |s: &Says| matches!(s, Says::Stage(_) | Says::Standing(Standing::In));
    let picked = match decided[..] {
        [] => all.first(),
        [one] => Some(one),
        [first, ref rest @ ..] if rest.iter().all(|o| kind.same(&o.0, &first.0)) => Some(first),
        // 在册 and 预备党员 agree.
        [..] if decided.iter().all(|o| is_in(&o.0)) => {
            let stages: Vec<&&(Says, &str)> = decided.iter().filter(|o| matches!(o.0, Says::Stage(_))).collect();
            if stages.iter().all(|o| o.0 == stages[0].0) { stages.first().map(|o| **o) } else { None }
        }
        [..] => None,
    };
    match picked {
        Some((says, text)) => (out.says, out.text) = (Some(says.clone()), Some((*text).to_owned())),
        None if !all.is_empty() => {
            out.says = Some(Says::Standing(Standing::Doubtful));
            out.text = context.title.clone().or_else(|| Some(grid.sheet.name.clone()));
        }
        None => {}
    }
    out
}

/// 低保 | 残疾人 | 高龄津贴 with ticks below them, on a list of people that is no roster of households: each tick enrols.
pub(super) fn matrix(columns: &mut [ColumnRead], profiles: &[Profile], helps: &Helps) {
    let roster = |c: &ColumnRead| {
        matches!(c.field, Some(Field::Relation | Field::HeadTick | Field::HouseholdNumber | Field::HeadName))
    };
    if columns.iter().any(roster) {
        return;
    }
    let programme = |column: &ColumnRead, profile: &Profile| {
        let free = matches!(column.field, None | Some(Field::Extra | Field::Programme(..)));
        let leaf = words::bare(words::leaf(&column.header));
        if !free
            || profile.filled == 0
            || profile.answers < 0.9
            || leaf.chars().count() > 10
            || helps.vocabulary.is_wish(&leaf)
        {
            return None;
        }
        let asked = leaf.strip_prefix("是否").unwrap_or(&leaf);
        let kinds = helps.ledgers.iter().filter(|k| !k.not_words.iter().any(|w| asked.contains(w.as_str())));
        let words = kinds.flat_map(|k| k.words.iter().map(move |w| (w, k)));
        let found = words.filter(|(w, _)| asked.contains(w.as_str())).max_by_key(|(w, _)| w.len())?.1;
        found.stage_of_those_in().map(|_| found.programme.clone())
    };
    let found: Vec<Option<String>> = columns.iter().zip(profiles).map(|(c, p)| programme(c, p)).collect();
    if found.iter().flatten().count() < 2 {
        return;
    }
    for (column, programme) in columns.iter_mut().zip(found) {
        if let Some(programme) = programme {
            column.field = Some(Field::EnrolledTick(programme));
            column.confidence = 0.8;
        }
    }
}
