//! The checks between figures that packs declare, parts that must add up, and stocks that must follow their
//! flows.

use std::collections::HashMap;

use liren_packs::{Comparison, Figure, Operand, Packs, Range};
use liren_rules::{Severity, Title};

use super::answer::Answer;
use super::desk::{Ask, Desk, Missing};
use super::value::{IsMoney as _, Value, decimal};
use crate::base::Result;

/// 勾稽结果 — what was compared, the arithmetic, and whether it holds (`None`: cannot be said).
pub struct Checked {
    pub because: Title,
    pub arithmetic: String,
    pub holds: Option<bool>,
    /// Which side to look at first when it fails.
    pub doubt: Option<Title>,
    pub severity: Severity,
    /// Figures it is about.
    pub figures: Vec<String>,
}

/// Runs every check for a period.
pub async fn checks(desk: &mut Desk, ask: &Ask) -> Result<Vec<Checked>> {
    let packs = desk.packs().clone();
    let mut all = declared(desk, &packs, ask).await?;
    all.extend(parts(desk, &packs, ask).await?);
    all.extend(flows(desk, &packs, ask).await?);
    Ok(all)
}

async fn value(desk: &mut Desk, id: &str, ask: &Ask) -> Result<Option<Value>> {
    let Some(figure) = desk.named(id).cloned() else {
        return Ok(None);
    };
    desk.value(&figure, ask).await.map(Some)
}

/// Nothing is known of a figure that does not exist.
fn range(value: Option<&Value>) -> Range {
    value.map_or((None, None), Value::range)
}

/// Which of the figures of a failed check to look at first: one of which some records are open, or an old list tells; else all.
fn doubtful(packs: &Packs, values: &[(String, Option<Value>)]) -> Option<Title> {
    let loose = |value: &Value| value.unknown > 0 || value.list_day.is_some() || !matches!(value.answer, Answer::Known);
    let loose: Vec<&String> = values.iter().filter(|(_, v)| v.as_ref().is_some_and(loose)).map(|(id, _)| id).collect();
    let of: Vec<&Figure> = match loose.is_empty() {
        true => values.iter().filter_map(|(id, _)| packs.figure(id)).collect(),
        false => loose.into_iter().filter_map(|id| packs.figure(id)).collect(),
    };
    let names = |pick: fn(&Figure) -> &str| of.iter().map(|f| pick(f)).collect::<Vec<_>>();
    (!of.is_empty()).then(|| {
        Title::new(
            format!("请先核对：{}", names(|f| &f.title.zh).join("、")),
            format!("Look first at: {}", names(|f| &f.title.en).join(", ")),
        )
    })
}

async fn declared(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for check in &packs.checks {
        let on = ask.period.last.min(desk.today);
        let (mut ranges, mut values) = (HashMap::new(), Vec::new());
        for operand in check.operands() {
            let range = match operand {
                Operand::Figure(id) => {
                    let value = value(desk, id, ask).await?;
                    let range = range(value.as_ref());
                    values.push((id.clone(), value));
                    range
                }
                Operand::Param(id) => {
                    desk.fetched_values(on).await?;
                    let value = desk.param(id, on, &mut Missing::default());
                    (value, value)
                }
                Operand::Line(_) => (None, None),
            };
            ranges.insert(operand.clone(), range);
        }
        let look = |operand: &Operand| ranges.get(operand).copied().unwrap_or((None, None));
        let exact = |operand: &Operand| match look(operand) {
            (Some(low), Some(high)) if low == high => Some(low),
            _ => None,
        };
        let holds = check.bounded(look);
        let fen = values.iter().filter_map(|(id, _)| packs.figure(id)).any(|f: &Figure| f.is_fen());
        let shown = |n: i64| decimal(n.into(), if fen { 100 } else { 1 });
        // What does not hold is not written as if it did.
        let sign = match (check.comparison, holds) {
            (Comparison::Equal, Some(false)) | (Comparison::NotEqual, Some(true) | None) => "≠",
            (Comparison::Equal, _) | (Comparison::NotEqual, Some(false)) => "=",
            (Comparison::Less, Some(false)) | (Comparison::AtLeast, Some(true) | None) => "≥",
            (Comparison::Less, _) | (Comparison::AtLeast, Some(false)) => "<",
            (Comparison::AtMost, Some(false)) | (Comparison::More, Some(true) | None) => ">",
            (Comparison::AtMost, _) | (Comparison::More, Some(false)) => "≤",
        };
        out.push(Checked {
            because: check.because.clone(),
            arithmetic: match check.sides(exact) {
                Some((a, b)) => format!("{} {sign} {}", shown(a), shown(b)),
                None => check.text.clone(),
            },
            holds,
            doubt: if holds == Some(false) { doubtful(packs, &values) } else { None },
            severity: check.severity,
            figures: values.into_iter().map(|(id, _)| id).collect(),
        });
    }
    Ok(out)
}

async fn parts(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for figure in &packs.figures {
        for parts in &figure.parts {
            let mut values = vec![(figure.id.clone(), value(desk, &figure.id, ask).await?)];
            for part in parts {
                values.push((part.clone(), value(desk, part, ask).await?));
            }
            let total = range(values[0].1.as_ref());
            let sum = values[1..].iter().map(|(_, v)| range(v.as_ref())).fold((Some(0), Some(0)), plus);
            let holds = equal(total, sum);
            let terms: Vec<String> = values[1..].iter().map(|(_, v)| told(v.as_ref())).collect();
            let (sign, whole) = (if holds == Some(false) { "≠" } else { "=" }, told(values[0].1.as_ref()));
            out.push(Checked {
                because: Title::new(
                    format!("{}=各分项之和", figure.title.zh),
                    format!("{} = sum of its parts", figure.title.en),
                ),
                arithmetic: format!("{} {sign} {whole}", terms.join(" + ")),
                holds,
                doubt: if holds == Some(false) { doubtful(packs, &values) } else { None },
                severity: Severity::Error,
                figures: values.into_iter().map(|(id, _)| id).collect(),
            });
        }
    }
    Ok(out)
}

fn plus(a: Range, b: Range) -> Range {
    let with = |a: Option<i64>, b: Option<i64>| a.zip(b).map(|(a, b)| a + b);
    (with(a.0, b.0), with(a.1, b.1))
}

/// Whether two numbers are equal, as far as their bounds tell.
fn equal(a: Range, b: Range) -> Option<bool> {
    match (a, b) {
        ((Some(a), Some(b)), (Some(c), Some(d))) if a == b && c == d => Some(a == c),
        ((_, Some(high)), (Some(low), _)) | ((Some(low), _), (_, Some(high))) if high < low => Some(false),
        _ => None,
    }
}

fn told(value: Option<&Value>) -> String {
    value.map_or_else(|| "?".into(), Value::text)
}

/// closing = opening + in − out, opening and closing at the same revision; decided where all of them are known.
async fn flows(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for figure in &packs.figures {
        let Some(flows) = &figure.flows else { continue };
        let opening = desk.value(figure, &Ask { opening: true, ..ask.clone() }).await?;
        let closing = desk.value(figure, ask).await?;
        let mut values = vec![(figure.id.clone(), Some(opening.clone())), (figure.id.clone(), Some(closing.clone()))];
        let (mut into, mut away) = (Some(0), Some(0));
        for (ids, sum) in [(&flows.into, &mut into), (&flows.out, &mut away)] {
            for id in ids {
                let value = value(desk, id, ask).await?;
                let known = value.as_ref().filter(|v| matches!(v.answer, Answer::Known)).and_then(|v| v.number);
                *sum = sum.zip(known).map(|(a, b)| a + b);
                values.push((id.clone(), value));
            }
        }
        let known = |value: &Value| value.number.filter(|_| matches!(value.answer, Answer::Known));
        let expected = known(&opening).zip(into).zip(away).map(|((o, i), a)| o + i - a);
        let show = |n: Option<i64>| n.map_or_else(|| "?".into(), |n| n.to_string());
        let holds = expected.zip(known(&closing)).map(|(a, b)| a == b);
        let sign = if holds == Some(false) { "≠" } else { "=" };
        out.push(Checked {
            because: Title::new(
                format!("{}：期末=期初+增加−减少", figure.title.zh),
                format!("{}: closing = opening + in − out", figure.title.en),
            ),
            arithmetic: format!(
                "{} + {} − {} {sign} {}",
                show(known(&opening)),
                show(into),
                show(away),
                show(known(&closing))
            ),
            holds,
            doubt: if holds == Some(false) { doubtful(packs, &values) } else { None },
            severity: Severity::Error,
            figures: vec![figure.id.clone()],
        });
    }
    Ok(out)
}
