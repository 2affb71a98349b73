//! The value card of a figure, shared by its page and the report's side panel, with its definition in words.

use liren_packs::{Counted, Figure, Formula, When};

use super::answer::{Answer, Way};
use super::asked::href;
use super::desk::{Ask, Desk};
use super::guard::Guard;
use super::value::{Value, decimal};
use crate::base::{Lang, Result};

/// A value as a page shows it.
pub fn shown(value: &Value, lang: Lang) -> String {
    match (&value.answer, value.number) {
        (Answer::NotApplicable(_), _) => lang.t("不适用").to_owned(),
        (Answer::Unknown(_), _) | (_, None) => lang.t("待核实").to_owned(),
        (Answer::AtLeast(_), Some(_)) => {
            let plain = value.exact().map_or_else(String::new, |(n, scale)| decimal(n, scale));
            lang.t_with("至少 {n}", &[("n", &plain)])
        }
        (Answer::Known, Some(_)) => value.text(),
    }
}

/// The page on which an open answer is settled.
fn settle(value: &Value) -> Option<String> {
    settled_at(&value.answer.why()?.way)
}

/// The address of a way to settle something.
pub fn settled_at(way: &Way) -> Option<String> {
    match way {
        Way::Register(id) => Some(format!("/registers#{}", id.replace('/', "-"))),
        Way::Return(_) | Way::Parts | Way::None => None,
    }
}

/// The value card of a figure: shared by its page and the report's side panel.
pub struct Card {
    pub id: String,
    pub title: String,
    pub text: String,
    pub unit: String,
    pub scope: String,
    /// What is counted, in words.
    pub formula: String,
    /// The same as it is written in the pack.
    pub code: String,
    pub period: String,
    pub on: String,
    /// The day up to which it knows, when that is not now.
    pub known: Option<String>,
    pub base: Option<Quotient>,
    pub unknown: usize,
    /// The list of the records that lack a fact.
    pub unknown_list: Option<String>,
    pub why: Option<String>,
    /// Where an open answer is settled.
    pub settle: Option<String>,
    pub list_day: Option<String>,
    pub note: Option<String>,
    pub also: String,
    pub list: Option<(String, usize)>,
    pub partitions: Vec<Partition>,
}

/// The two numbers of a ratio or mean; those that are figures open.
pub struct Quotient {
    pub of: String,
    pub of_href: Option<String>,
    pub base: String,
    pub base_href: Option<String>,
}

/// Named figures that make up another: their bar, the sum written out, and whether it is the total (`None`: one
/// of them has no value).
pub struct Partition {
    pub parts: Vec<Part>,
    pub equation: String,
    pub holds: Option<bool>,
}

/// One part of a figure, with its share of the bar.
pub struct Part {
    pub title: String,
    pub number: i64,
    pub text: String,
    pub href: String,
    pub share: String,
    /// Left edge and width of its bar, of 1000.
    pub x: i64,
    pub width: i64,
    pub colour: usize,
    /// The title is a name, which no translation has.
    pub name: bool,
}

/// The card of a figure that has been found to be told.
pub async fn card(desk: &mut Desk, figure: &Figure, ask: &Ask, guard: &Guard, lang: Lang) -> Result<Card> {
    let value = desk.value(figure, ask).await?;
    let default = desk.this_year();
    let mut partitions = Vec::new();
    let unsliced = Ask { slice: None, ..ask.clone() };
    for named in figure.parts.iter().filter(|named| named.iter().all(|id| guard.tells(id))) {
        let mut items = Vec::new();
        let mut terms = Vec::new();
        let mut sum = Some(0);
        for id in named {
            let Some(part) = desk.named(id).cloned() else {
                continue;
            };
            let v = desk.value(&part, &unsliced).await?;
            let title = lang.pick(&part.title.zh, &part.title.en).to_owned();
            let to = href(&part.id, &unsliced, default);
            terms.push(shown(&v, lang));
            let known = v.number.filter(|_| matches!(v.answer, Answer::Known));
            sum = sum.zip(known).map(|(a, b)| a + b);
            items.push((title, v.number.unwrap_or(0), shown(&v, lang), to));
        }
        // With a part unknown there is nothing to compare the total with.
        let whole = value.number.filter(|_| matches!(value.answer, Answer::Known));
        let holds = whole.zip(sum).map(|(whole, sum)| whole == sum);
        let total = sum.map_or_else(|| lang.t("待核实").to_owned(), |n| n.to_string());
        partitions.push(Partition {
            parts: bar(items, sum.unwrap_or(0)),
            equation: format!("{} {} {total}", terms.join(" + "), if holds == Some(false) { "≠" } else { "=" }),
            holds,
        });
    }
    let list = value
        .ids
        .as_ref()
        .filter(|_| figure.list && value.number.is_some())
        .map(|(_, ids)| (href(&format!("{}/list", figure.id), ask, default), ids.len()));
    let sides = match &figure.formula {
        Formula::Ratio { of, base } => {
            let at = |id: &String| Some(href(id, &unsliced, default));
            (at(of), at(base))
        }
        _ => (None, None),
    };
    let base = value.number.zip(value.base).map(|(of, base)| Quotient {
        of: of.to_string(),
        of_href: sides.0,
        base: base.to_string(),
        base_href: sides.1,
    });
    let unknown_list = (figure.list && value.unknown > 0 && figure.kind().is_some())
        .then(|| with(&href(&format!("{}/list", figure.id), ask, default), "unknown=true"));
    Ok(Card {
        id: figure.id.clone(),
        title: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
        text: shown(&value, lang),
        unit: lang.t(&figure.unit).to_owned(),
        scope: lang.pick(&figure.scope.zh, &figure.scope.en).to_owned(),
        formula: formula(figure, desk, lang),
        code: code(figure),
        period: match figure.when {
            Some(When::During) => format!("{} — {}", value.period.first, value.period.last),
            _ => value.on.to_string(),
        },
        on: value.on.to_string(),
        known: ask.known.map(|day| day.to_string()),
        base,
        // What a return lacks is said by `why`; no record of ours could settle it.
        unknown_list,
        unknown: if !matches!(figure.formula, Formula::Line { .. }) { value.unknown } else { 0 },
        why: value.why().map(|w| lang.pick(&w.zh, &w.en).to_owned()),
        settle: settle(&value),
        list_day: value.list_day.map(|day| lang.t_with("据 {day} 名单", &[("day", &day.to_string())])),
        note: figure.note.as_ref().map(|n| lang.pick(&n.zh, &n.en).to_owned()),
        also: figure.also.join("、"),
        list,
        partitions,
    })
}

/// One more word in an address.
pub fn with(address: &str, word: &str) -> String {
    format!("{address}{}{word}", if address.contains('?') { '&' } else { '?' })
}

/// What is done to get the number, in words.
fn formula(figure: &Figure, desk: &Desk, lang: Lang) -> String {
    let packs = desk.packs();
    let kind = |k: liren_rules::KindId| {
        let title = &packs.schema.kind_of(k).title;
        lang.pick(&title.zh, &title.en)
    };
    let titled = |id: &String| {
        let title = packs.figure(id).map(|f| lang.pick(&f.title.zh, &f.title.en));
        title.unwrap_or(id.as_str()).to_owned()
    };
    match &figure.formula {
        Formula::Count { kind: of, counted: Counted::Rows(target), path: Some(_) } if of != target => {
            lang.t_with("{kind}涉及的{target}，一个只数一次", &[("kind", kind(*of)), ("target", kind(*target))])
        }
        Formula::Count { kind: of, counted: Counted::Values, .. } => {
            lang.t_with("{kind}里用到的有几种", &[("kind", kind(*of))])
        }
        Formula::Count { kind: of, .. } => lang.t_with("{kind}，一个只数一次", &[("kind", kind(*of))]),
        Formula::Sum { kind: of, .. } => lang.t_with("把{kind}里的数加起来", &[("kind", kind(*of))]),
        Formula::Mean { kind: of, .. } => lang.t_with("{kind}里的数的平均", &[("kind", kind(*of))]),
        Formula::Ratio { of, base } => format!("{} ÷ {}", titled(of), titled(base)),
        Formula::Total(parts) => {
            let all = parts.iter().map(titled).collect::<Vec<_>>().join(lang.pick("、", ", "));
            lang.t_with("{all}合在一起，一个只数一次", &[("all", &all)])
        }
        Formula::Line { ret, line } => {
            let of = packs.returns.iter().find(|r| r.id == *ret);
            let line = of.and_then(|r| r.lines.iter().find(|l| l.id == *line));
            let title = |t: &liren_rules::Title| lang.pick(&t.zh, &t.en).to_owned();
            match (of, line) {
                (Some(of), Some(line)) => format!("{} · {}", title(&of.title), title(&line.title)),
                _ => lang.t("上报").to_owned(),
            }
        }
    }
}

/// The figure as its pack writes it.
fn code(figure: &Figure) -> String {
    let of = match &figure.formula {
        Formula::Count { path, .. } => path.as_ref().map(|path| path.text()),
        Formula::Sum { value, .. } | Formula::Mean { value, .. } => Some(value.text()),
        Formula::Ratio { of, base } => return format!("{of} / {base}"),
        Formula::Total(parts) => return parts.join(" + "),
        Formula::Line { ret, line } => return format!("{ret}.{line}"),
    };
    let parts = [of.map(|of| format!("count {of}")), figure.filter_text.as_ref().map(|text| format!("where {text}"))];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() { figure.id.clone() } else { format!("{}: {}", figure.id, said.join(" ")) }
}

pub fn bar(items: Vec<(String, i64, String, String)>, sum: i64) -> Vec<Part> {
    let mut x = 0;
    let count = items.len();
    items
        .into_iter()
        .enumerate()
        .map(|(i, (title, number, text, href))| {
            // The last takes what rounding left; of nothing there is nothing to share.
            let width = match sum {
                ..=0 => 0,
                _ if i + 1 == count => (1000 - x).max(0),
                _ => number * 1000 / sum,
            };
            let share = if sum > 0 { decimal(((2000 * number + sum) / (2 * sum)).into(), 10) } else { "0".into() };
            let part = Part { title, number, text, href, share, x, width, colour: i % 6 + 1, name: false };
            x += width;
            part
        })
        .collect()
}
