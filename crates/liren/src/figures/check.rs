//! The checks between figures that packs declare, parts that must add up, and stocks that must follow their
//! flows.

use liren_packs::{Comparison, Figure, Operand, Packs};
use liren_rules::{Severity, Title};

use super::desk::{Ask, Desk, Missing};
use super::value::{IsMoney as _, decimal};
use crate::base::Result;

/// 勾稽结果 — what was compared, the arithmetic, and whether it holds (`None`: cannot be said).
pub struct Checked {
    pub because: Title,
    pub arithmetic: String,
    pub holds: Option<bool>,
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

async fn number(desk: &mut Desk, id: &str, ask: &Ask) -> Result<Option<i64>> {
    let Some(figure) = desk.named(id).cloned() else {
        return Ok(None);
    };
    Ok(desk.value(&figure, ask).await?.number)
}

async fn declared(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for check in &packs.checks {
        let mut values = std::collections::HashMap::new();
        let on = ask.period.last.min(desk.today);
        let mut figures = Vec::new();
        for operand in check.operands() {
            let value = match operand {
                Operand::Figure(id) => {
                    figures.push(id.clone());
                    number(desk, id, ask).await?
                }
                Operand::Param(id) => {
                    desk.fetched_values(on).await?;
                    desk.param(id, on, &mut Missing::default())
                }
                Operand::Line(_) => None,
            };
            values.insert(operand.clone(), value);
        }
        let look = |operand: &Operand| values.get(operand).copied().flatten();
        let sides = check.sides(look);
        let fen = figures.iter().filter_map(|id| packs.figure(id)).any(|f: &Figure| f.is_fen());
        let shown = |n: i64| decimal(n.into(), if fen { 100 } else { 1 });
        let sign = match check.comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::AtMost => "≤",
            Comparison::More => ">",
            Comparison::AtLeast => "≥",
        };
        out.push(Checked {
            because: check.because.clone(),
            arithmetic: match sides {
                Some((a, b)) => format!("{} {sign} {}", shown(a), shown(b)),
                None => check.text.clone(),
            },
            holds: sides.map(|(a, b)| check.comparison.holds(a, b)),
            severity: check.severity,
            figures,
        });
    }
    Ok(out)
}

async fn parts(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for figure in &packs.figures {
        for parts in &figure.parts {
            let total = number(desk, &figure.id, ask).await?;
            let mut numbers = Vec::new();
            for part in parts {
                numbers.push(number(desk, part, ask).await?);
            }
            let sum: Option<i64> = numbers.iter().copied().sum();
            let terms: Vec<String> = numbers.iter().map(|n| n.map_or_else(|| "?".into(), |n| n.to_string())).collect();
            out.push(Checked {
                because: Title::new(
                    format!("{}=各分项之和", figure.title.zh),
                    format!("{} = sum of its parts", figure.title.en),
                ),
                arithmetic: format!("{} = {}", terms.join(" + "), sum.map_or_else(|| "?".into(), |s| s.to_string())),
                holds: total.zip(sum).map(|(a, b)| a == b),
                severity: Severity::Error,
                figures: std::iter::once(figure.id.clone()).chain(parts.iter().cloned()).collect(),
            });
        }
    }
    Ok(out)
}

/// closing = opening + in − out, opening and closing at the same revision.
async fn flows(desk: &mut Desk, packs: &Packs, ask: &Ask) -> Result<Vec<Checked>> {
    let mut out = Vec::new();
    for figure in &packs.figures {
        let Some(flows) = &figure.flows else { continue };
        let opening = desk.value(figure, &Ask { opening: true, ..ask.clone() }).await?.number;
        let closing = desk.value(figure, ask).await?.number;
        let (mut into, mut away) = (Some(0), Some(0));
        for id in &flows.into {
            into = into.zip(number(desk, id, ask).await?).map(|(a, b)| a + b);
        }
        for id in &flows.out {
            away = away.zip(number(desk, id, ask).await?).map(|(a, b)| a + b);
        }
        let expected = opening.zip(into).zip(away).map(|((o, i), a)| o + i - a);
        let show = |n: Option<i64>| n.map_or_else(|| "?".into(), |n| n.to_string());
        out.push(Checked {
            because: Title::new(
                format!("{}：期末=期初+增加−减少", figure.title.zh),
                format!("{}: closing = opening + in − out", figure.title.en),
            ),
            arithmetic: format!("{} + {} − {} = {}", show(opening), show(into), show(away), show(closing)),
            holds: expected.zip(closing).map(|(a, b)| a == b),
            severity: Severity::Error,
            figures: vec![figure.id.clone()],
        });
    }
    Ok(out)
}
