//! 居民版 — the report as it is hung on the notice board: nothing that says who somebody is. Small numbers of people are
//! hidden, with as many of their neighbours as it takes that nobody can subtract them back.

use std::collections::{HashMap, HashSet};

use liren_documents::{Block, Span};
use liren_facts::identifier::masked_within;

use super::compose::Composed;
use super::span::Opens;
use crate::base::{App, Result};
use crate::figures::{Ask, small};

/// What stands in place of a number that is hidden.
pub const SOME: &str = "若干";

/// Turns a composed report into the edition for residents.
pub async fn edition(app: &App, composed: &mut Composed) -> Result<()> {
    composed.hidden = hidden(app, composed).await?;
    let hide: HashSet<usize> = composed
        .spans
        .iter()
        .enumerate()
        .filter(|(_, span)| match &span.opens {
            Opens::Figure { id, .. } => composed.hidden.contains(id),
            // A record of its own is one event or one person: its number is told when it counts no people.
            Opens::List { items } => span.unit.as_deref().is_some_and(of_people) && (1..5).contains(items),
            _ => false,
        })
        .map(|(at, _)| at)
        .collect();
    for at in &hide {
        composed.spans[*at].text = SOME.to_owned();
        composed.spans[*at].value = None;
    }
    let spans = |all: &mut Vec<Span>| {
        for span in all {
            match span {
                Span::Figure(figure) => {
                    if hide.contains(&figure.index) {
                        figure.text = SOME.to_owned();
                    }
                }
                // What somebody wrote themselves may hold a phone or a number.
                Span::Text(text) | Span::Strong(text) => *text = masked_within(text),
            }
        }
    };
    for block in &mut composed.document.blocks {
        match block {
            Block::Heading { spans: all, .. } | Block::Paragraph { spans: all } => spans(all),
            Block::Table { rows, .. } => rows.iter_mut().flatten().for_each(spans),
        }
    }
    composed.said.push("居民版：不含个人信息；不足 5 人（户）的数，以及能减出它们的数，写作“若干”。".to_owned());
    Ok(())
}

fn of_people(unit: &str) -> bool {
    matches!(unit, "人" | "户" | "名" | "人次" | "对")
}

/// The figures that may not be told: small counts of people, the parts of what is small, and siblings by whose numbers a
/// hidden one could be found.
async fn hidden(app: &App, composed: &mut Composed) -> Result<HashSet<String>> {
    let packs = app.packs().clone();
    let ask = Ask::of(composed.period);
    let small = |n: i64| (1..small::SMALL).contains(&n);
    let (mut numbers, mut hidden) = (HashMap::new(), HashSet::new());
    for figure in &packs.figures {
        let value = composed.desk.value(figure, &ask).await?;
        let Some(n) = value.number else { continue };
        if value.base.is_some() {
            // 3 of 40: the rate and what it is of tell the three.
            hidden.extend(small(n).then(|| figure.id.clone()));
        } else if of_people(&figure.unit) {
            hidden.extend(small(n).then(|| figure.id.clone()));
            numbers.insert(figure.id.clone(), n);
        }
    }
    // Hiding one may lay another open: as long as that goes on.
    loop {
        let before = hidden.len();
        for figure in &packs.figures {
            for parts in &figure.parts {
                let cells: Option<Vec<i64>> = parts.iter().map(|id| numbers.get(id).copied()).collect();
                // A sum that nobody is told gives nothing away.
                let Some(cells) = cells.filter(|_| !hidden.contains(&figure.id)) else { continue };
                let mut gone: Vec<bool> = parts.iter().map(|id| hidden.contains(id)).collect();
                small::cover(&cells, &mut gone);
                hidden.extend(parts.iter().zip(gone).filter(|(_, gone)| *gone).map(|(id, _)| id.clone()));
            }
        }
        if hidden.len() == before {
            return Ok(hidden);
        }
    }
}
