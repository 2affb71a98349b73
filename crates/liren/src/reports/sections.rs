//! From the sections of the packs to the body of the report: which of them stand, how they are numbered, and what is left out.

use std::sync::{Arc, PoisonError};

use liren_packs::{Chapter, Register, Section};
use liren_rules::Title;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, context};

use super::chips;
use super::compose::{Draft, Shared, asked, broken, counted_as};
use super::records::{Fact, fact};
use crate::base::Result;
use crate::figures::{Answer, Ask, Way};
use crate::registers::Cover;

/// 没有写进报告的 — a figure or a piece of work that is not told, why, and where it is settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    pub title: Title,
    pub why: Title,
    /// The address that settles it.
    pub href: Option<String>,
}

/// A section as it is to be printed.
struct Told {
    heading: String,
    text: String,
}

/// The chapters that have something to tell, numbered, as Markdown; and what is left out of them.
pub(super) fn body(
    shared: &Arc<Shared>,
    env: &Environment<'_>,
    chapters: &[Chapter],
    ground: &Value,
) -> Result<(String, usize)> {
    let mut text = String::new();
    let mut there = 0;
    for chapter in chapters {
        let mut told: Vec<Told> = Vec::new();
        for section in shared.desk.packs().sections.iter().filter(|s| s.chapter == chapter.id) {
            let before = noted(shared);
            let told_by_packs = tell(env, section, ground)?;
            let own = shared.records.words(&section.id);
            let body = match own {
                Some(own) => {
                    // What the packs would lack is no question of a text that does not say it.
                    shared.left.lock().unwrap_or_else(PoisonError::into_inner).truncate(before);
                    chips::fill(shared, own, &told_by_packs)
                }
                None => told_by_packs.clone(),
            };
            draft(shared, section, &chapter.title, own, &told_by_packs);
            if body.is_empty() {
                leave(shared, section, before);
                continue;
            }
            match told.last_mut().filter(|last| !section.heading.is_empty() && last.heading == section.heading) {
                Some(last) => last.text.push_str(&body),
                None => told.push(Told { heading: section.heading.clone(), text: body }),
            }
        }
        if told.is_empty() {
            continue;
        }
        there += 1;
        text.push_str(&format!("### （{}）{}\n\n", super::number::chinese(there), chapter.title));
        let mut n = 0;
        for section in told {
            if !section.heading.is_empty() {
                n += 1;
                text.push_str(&format!("**{n}. {}。**", section.heading));
            }
            text.push_str(&section.text);
            text.push_str("\n\n");
        }
    }
    Ok((text, there as usize))
}

/// Sets down a section as a person edits it.
fn draft(shared: &Arc<Shared>, section: &Section, chapter: &str, own: Option<&str>, told: &str) {
    let spans = shared.spans.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let draft = Draft {
        id: section.id.clone(),
        title: section.title.zh.clone(),
        chapter: chapter.to_owned(),
        text: own.map_or_else(|| chips::source(told, &spans), str::to_owned),
        own: own.is_some(),
    };
    shared.drafts.lock().unwrap_or_else(PoisonError::into_inner).push(draft);
}

/// An own text of a place of the frame, its numbers filled in.
pub(super) fn place_text(shared: &Arc<Shared>, place: &str) -> String {
    let own = shared.records.words(place);
    let title = super::words::place_title(place);
    let draft = Draft {
        id: place.to_owned(),
        title: title.to_owned(),
        chapter: String::new(),
        text: own.unwrap_or_default().to_owned(),
        own: own.is_some(),
    };
    shared.drafts.lock().unwrap_or_else(PoisonError::into_inner).push(draft);
    own.map_or_else(String::new, |own| chips::fill(shared, own, ""))
}

/// The text of a section; empty where nothing of it is on record.
fn tell(env: &Environment<'_>, section: &Section, ground: &Value) -> Result<String> {
    if let Some(when) = &section.when {
        let holds = env.compile_expression(when).and_then(|e| e.eval(ground)).map_err(|e| broken(&section.id, &e))?;
        if !holds.is_true() {
            return Ok(String::new());
        }
    }
    let template = env.get_template(&section.id).map_err(|e| broken(&section.id, &e))?;
    let text = template.render(ground).map_err(|e| broken(&section.id, &e))?;
    Ok(text.trim().to_owned())
}

/// Says of a section that is not there whether nobody keeps its registers or nothing happened, once for all of its figures.
fn leave(shared: &Arc<Shared>, section: &Section, before: usize) {
    let packs = shared.desk.packs();
    let open = section.registers.iter().find_map(|id| {
        let register = Register::parse(id, &packs.schema)?;
        let cover = cover(shared, &register);
        let why = crate::figures::uncovered(packs, &register, &cover)?;
        Some((why.text, Some(crate::figures::settled_at(&why.way)?)))
    });
    let (why, href) = match open {
        Some(open) => open,
        None if section.registers.is_empty() => return,
        None => (Title::new("本年没有记录", "Nothing is on record for this year"), None),
    };
    shared.left.lock().unwrap_or_else(PoisonError::into_inner).truncate(before);
    note(shared, Left { title: section.title.clone(), why, href });
}

fn noted(shared: &Arc<Shared>) -> usize {
    shared.left.lock().unwrap_or_else(PoisonError::into_inner).len()
}

fn note(shared: &Arc<Shared>, left: Left) {
    let mut all = shared.left.lock().unwrap_or_else(PoisonError::into_inner);
    if !all.contains(&left) {
        all.push(left);
    }
}

/// Whether a register covers the report's period: what happened in it, or at least who stands in it at its end.
fn cover(shared: &Arc<Shared>, register: &Register) -> Cover {
    let (desk, period) = (&shared.desk, shared.period);
    match desk.registers.flow(register, &desk.tree, None, (period.first, period.last)) {
        full @ Cover::Full(_) => full,
        flow => match desk.registers.stock(register, &desk.tree, None, period.last) {
            full @ Cover::Full(_) => full,
            _ => flow,
        },
    }
}

/// `kept(register)` — whether a register covers the report's period.
fn kept(shared: &Arc<Shared>, id: &str) -> std::result::Result<bool, Error> {
    let register = Register::parse(id, &shared.desk.packs().schema)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("没有台账 {id}")))?;
    Ok(matches!(cover(shared, &register), Cover::Full(_)))
}

/// The number of a figure that may be told: known, or at least that. What is not known is noted for the secretary.
fn told(shared: &Arc<Shared>, id: &str, kwargs: &Kwargs) -> std::result::Result<Option<i128>, Error> {
    let (figure, ask): (_, Ask) = asked(shared, id, kwargs)?;
    kwargs.assert_all_used()?;
    let mut missing = shared.missing.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(value) = shared.desk.try_value(figure, &ask, &mut missing) else { return Ok(None) };
    drop(missing);
    match &value.answer {
        Answer::Known | Answer::AtLeast(_) => {
            if let Answer::AtLeast(why) = &value.answer {
                let href = crate::figures::settled_at(&why.way);
                note(shared, Left { title: figure.title.clone(), why: why.text.clone(), href });
            }
            if let Some(day) = value.list_day {
                let why = Title::new(
                    format!("用的是 {day} 的名单，之后的变动没有报来"),
                    format!("By the list of {day}; later changes were not reported"),
                );
                let href = figure.registers.iter().next().map(|r| crate::figures::settled_at(&Way::Register(r.id())));
                note(shared, Left { title: figure.title.clone(), why, href: href.flatten() });
            }
            if value.unknown > 0 {
                let why = Title::new(
                    format!("{} 条记录缺事实，可能也在其中", value.unknown),
                    format!("{} records lack a fact and may belong", value.unknown),
                );
                let href = Some(crate::figures::href(&figure.id, &ask, shared.desk.this_year()));
                note(shared, Left { title: figure.title.clone(), why, href });
            }
            Ok(value.exact().map(|(n, _)| n))
        }
        Answer::Unknown(why) => {
            let href = match why.way {
                Way::Parts => Some(crate::figures::href(&figure.id, &ask, shared.desk.this_year())),
                _ => crate::figures::settled_at(&why.way),
            };
            note(shared, Left { title: figure.title.clone(), why: why.text.clone(), href });
            Ok(None)
        }
        Answer::NotApplicable(_) => Ok(None),
    }
}

/// Joins the lines of a text that say something: `{% filter items("有") %}`.
fn items(text: &str, lead: &str, separator: &str, end: &str) -> String {
    let items: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if items.is_empty() { String::new() } else { format!("{lead}{}{end}", items.join(separator)) }
}

/// One sentence of what is left of its clauses: no separator at either end or twice, a full stop; nothing of nothing.
fn sentence(text: &str, lead: &str) -> String {
    let text: String = text.lines().map(str::trim).collect();
    let is_separator = |c: char| matches!(c, '，' | '、' | '；');
    let mut clean = String::new();
    for c in text.trim_matches(is_separator).chars() {
        if is_separator(c) && clean.ends_with(is_separator) {
            continue;
        }
        clean.push(c);
    }
    match clean.is_empty() {
        true => clean,
        false => format!("{lead}{}。", clean.trim_end_matches('。')),
    }
}

/// The functions and filters by which a section says only what is on record.
pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let s = shared.clone();
    env.add_function("some", move |id: String, kwargs: Kwargs| {
        Ok::<bool, Error>(told(&s, &id, &kwargs)?.is_some_and(|n| n > 0))
    });
    let s = shared.clone();
    env.add_function("known", move |id: String, kwargs: Kwargs| Ok::<bool, Error>(told(&s, &id, &kwargs)?.is_some()));
    let s = shared.clone();
    env.add_function("same", move |a: String, b: String| {
        let none = Kwargs::from_iter(Vec::<(&str, Value)>::new());
        Ok::<bool, Error>(told(&s, &a, &none)?.is_some_and(|a| told(&s, &b, &none).ok().flatten() == Some(a)))
    });
    let s = shared.clone();
    env.add_function("kept", move |id: String| kept(&s, &id));
    env.add_filter("items", |text: String, lead: Option<String>, kwargs: Kwargs| {
        let separator = kwargs.get::<Option<String>>("sep")?.unwrap_or_else(|| "、".into());
        let end = kwargs.get::<Option<String>>("end")?.unwrap_or_default();
        kwargs.assert_all_used()?;
        Ok::<String, Error>(items(&text, &lead.unwrap_or_default(), &separator, &end))
    });
    env.add_filter("sentence", |text: String, lead: Option<String>| sentence(&text, &lead.unwrap_or_default()));
    let s = shared.clone();
    // 主要做了三个方面的工作：一是…；二是… — the lines of a text, counted.
    env.add_filter("aspects", move |text: String, lead: String| {
        let items: Vec<String> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        match &items[..] {
            [] => String::new(),
            [one] => format!("{lead}，{one}。"),
            many => {
                let listed = many
                    .iter()
                    .enumerate()
                    .map(|(n, item)| format!("{}是{item}", super::number::chinese(n as i64 + 1)));
                let listed: Vec<String> = listed.collect();
                format!("{lead}，主要做了{}个方面的工作：{}。", counted_as(&s, many.len()), listed.join("；"))
            }
        }
    });
}

/// What the sections and the frame may name besides the functions.
pub(super) fn ground(shared: &Arc<Shared>, year: i32) -> Value {
    let last = shared.period.last;
    let whole = (last.month(), last.day_of_month()) == (12, 31);
    let day = |day| fact(Fact { day: Some(day), ..Fact::default() });
    context! {
        community => shared.records.community.clone(),
        year => year,
        month => last.month(),
        quarter => (last.month() - 1) / 3 + 1,
        so_far => if whole { "全年" } else { "今年以来" },
        today => day(shared.desk.today),
        as_of => day(last),
        levels => levels(shared),
    }
}

/// The levels of the tree by name, from the community down.
fn levels(shared: &Arc<Shared>) -> Vec<String> {
    let schema = &shared.desk.packs().schema;
    let table = schema.table("area_level").map(|table| schema.table_of(table));
    let used: std::collections::BTreeSet<&str> = shared.desk.tree.areas.iter().map(|a| a.level.as_str()).collect();
    let codes = table.map(|t| t.codes.as_slice()).unwrap_or_default();
    codes.iter().filter(|c| used.contains(c.code.as_str())).map(|c| c.title.zh.clone()).collect()
}
