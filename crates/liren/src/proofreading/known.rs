//! The figures of a data folder, under the names a report may call them by.

use liren_proof::KnownFigure;

use crate::base::{Actor, App, Result};
use crate::figures::Desk;

/// Every figure that has a value today, with its aliases.
pub async fn known_figures(app: &App, actor: &Actor) -> Result<Vec<KnownFigure>> {
    let mut desk = Desk::today(app, &actor.scope).await?;
    let mut known = Vec::new();
    let packs = app.packs().clone();
    for figure in &packs.figures {
        // 待孕 and 待孕(直管) are one word with two scopes: a text that says only the word names neither.
        if packs.figures.iter().any(|other| other.id != figure.id && stem(other) == stem(figure)) {
            continue;
        }
        let value = desk.whole(figure).await?;
        let Some(printed) = value.printable() else {
            continue;
        };
        known.push(KnownFigure {
            id: figure.id.clone(),
            label: figure.title.zh.clone(),
            aliases: figure.also.clone(),
            unit: figure.unit.clone(),
            value: printed,
            rounded: true,
        });
    }
    Ok(known)
}

/// A figure's name without the scope in its brackets.
fn stem(figure: &liren_packs::Figure) -> &str {
    figure.title.zh.split(['(', '（']).next().unwrap_or_default()
}
