//! 单个网页 — the report as one file that needs no server: every number leads to what it counts, what it is made of and
//! what it was held against, at the end of the same page.

use std::collections::BTreeMap;

use liren_documents::html::{self, Note};

use super::compose::Composed;
use super::span::Opens;
use crate::base::{App, Result};
use crate::figures::{Ask, Checked, checks};

/// The page. Nobody's name is in it: a list stays where it is kept.
pub async fn page(app: &App, composed: &mut Composed) -> Result<String> {
    let ask = Ask::of(composed.period);
    let checked = checks(&mut composed.desk, &ask).await?;
    let mut notes: Vec<Note> = Vec::new();
    let spans: Vec<(String, String, Opens)> =
        composed.spans.iter().map(|s| (s.href(), s.label.clone(), s.opens.clone())).collect();
    for (href, label, opens) in spans {
        if href.is_empty() || notes.iter().any(|note| note.href == href) {
            continue;
        }
        let mut note = match opens {
            Opens::Figure { id, .. } => figure(app, composed, &ask, &checked, &id).await?.unwrap_or_default(),
            Opens::Param { source, .. } => Note { lines: vec![format!("依据：{source}")], ..Note::default() },
            Opens::Record { .. } => Note { lines: vec!["登记里的一条记录。".to_owned()], ..Note::default() },
            Opens::Target { .. } => Note { lines: vec!["打算里的一项目标。".to_owned()], ..Note::default() },
            Opens::List { .. } | Opens::Day | Opens::Nothing => continue,
        };
        note.href = href;
        if note.title.is_empty() {
            note.title = label;
        }
        notes.push(note);
    }
    let said = composed.said.clone();
    Ok(html::page(&composed.document, &said, &notes))
}

/// What a figure counts, of when, its parts and its checks.
async fn figure(app: &App, composed: &mut Composed, ask: &Ask, checked: &[Checked], id: &str) -> Result<Option<Note>> {
    let packs = app.packs().clone();
    let Some(figure) = packs.figure(id) else { return Ok(None) };
    let hidden = composed.hidden.clone();
    let value = composed.desk.value(figure, ask).await?;
    let shown = |id: &str, text: String| if hidden.contains(id) { super::residents::SOME.to_owned() } else { text };
    let mut lines = vec![format!("口径：{}", figure.scope.zh)];
    lines.push(match figure.when {
        Some(liren_packs::When::During) => format!("时段：{} 至 {}", value.period.first, value.period.last),
        _ => format!("截至：{}", value.on),
    });
    for parts in &figure.parts {
        let mut of = BTreeMap::new();
        for part in parts {
            if let Some(figure) = packs.figure(part) {
                let value = composed.desk.value(figure, ask).await?;
                of.insert(part.clone(), format!("{} {}", figure.title.zh, shown(part, value.text())));
            }
        }
        let told: Vec<String> = parts.iter().filter_map(|part| of.get(part).cloned()).collect();
        if told.len() > 1 {
            lines.push(format!("其中：{}", told.join("，")));
        }
    }
    let about = checked.iter().filter(|c| c.figures.iter().any(|f| f == id));
    // A check tells its numbers: with one of them hidden it is left out.
    for check in about.filter(|c| !c.figures.iter().any(|f| hidden.contains(f))) {
        let holds = match check.holds {
            Some(true) => "相符",
            Some(false) => "不符",
            None => "不能判断",
        };
        lines.push(format!("核对：{}（{}），{holds}", check.because.zh, check.arithmetic));
    }
    let value = format!("{} {}", shown(id, value.text()), figure.unit);
    Ok(Some(Note { href: String::new(), title: figure.title.zh.clone(), value, lines }))
}
