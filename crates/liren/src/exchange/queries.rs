//! Every statement of this slice, and the small words it shares.

use liren_store::{Value, params};

use crate::base::{Result, Write};

/// `sheet!row`, as states keep it.
pub fn source_place(sheet: &str, row: u32) -> String {
    format!("{sheet}!{row}")
}

/// An address part that may be empty.
pub fn part(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A problem as it is kept: where, what kind, whose; never the value.
pub struct KeptProblem {
    pub sheet: String,
    pub row: u32,
    pub column: Option<String>,
    pub kind: String,
    pub level: &'static str,
    pub person: Option<i64>,
}

/// Keeps the problems of an import for the data-quality page.
pub async fn keep_problems(w: &mut Write, source: i64, problems: Vec<KeptProblem>) -> Result<()> {
    let community = w.community;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(problems.len());
    for p in problems {
        let id = w.id();
        rows.push(params![
            community,
            id,
            source,
            p.sheet,
            i64::from(p.row),
            p.column,
            p.kind,
            p.level,
            p.person
        ]);
    }
    let columns = [
        "community_id",
        "id",
        "source_id",
        "sheet",
        "row_number",
        "column_name",
        "kind",
        "level",
        "person_id",
    ];
    w.tx.insert("import_problem", &columns, rows).await?;
    Ok(())
}
