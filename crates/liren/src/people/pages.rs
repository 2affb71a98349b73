//! People as lines of a list: masked, in the words of the page.

use liren_facts::Day;
use liren_store::Tx;

use super::person::PersonLine;
use super::queries;
use crate::base::{App, Lang, Result, Scope};
use crate::places;

/// 居民行 — one person as a list shows them: numbers masked on the server, the name as the reader's grant shows it.
pub struct Row {
    pub id: i64,
    pub href: String,
    pub name: String,
    pub sex: String,
    pub age: String,
    pub id_number: String,
    /// Masked, with 、 between them; empty without one.
    pub phones: String,
    pub address: String,
    pub relation: String,
    pub residency: String,
    pub residency_class: &'static str,
}

/// Lines of people for a list, in the order of `ids`.
pub async fn rows(app: &App, tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64], lang: Lang) -> Result<Vec<Row>> {
    let lines = queries::lines(tx, scope, on, ids).await?;
    let homes = places::queries::addresses(tx, scope, on, lines.iter().filter_map(|l| l.dwelling));
    let homes = homes.await?;
    let mut numbers = super::identity::open(app, tx, scope, on, Some(ids)).await?;
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let own = numbers.remove(&line.id);
        let phones = own.as_ref().map_or_else(String::new, |n| {
            n.phones.iter().map(|p| liren_facts::identifier::masked(p)).collect::<Vec<_>>().join("、")
        });
        let number = own.and_then(|n| n.id_number);
        let (residency, residency_class) = residency(app, &line, lang);
        rows.push(Row {
            id: line.id,
            phones,
            href: format!("/people/{}-{}", scope.community, line.id),
            name: shown_name(scope, &line, lang),
            // 男, 女: as people say it, not as the code table names it.
            sex: code(app, "sex", line.sex.as_deref(), lang).trim_end_matches('性').to_owned(),
            age: line.born.and_then(|b| b.age(on)).map_or_else(|| lang.t("待核实").to_owned(), |a| a.to_string()),
            id_number: number.map_or_else(|| lang.t("未登记").to_owned(), |n| liren_facts::identifier::masked(&n)),
            address: line.dwelling.and_then(|d| homes.get(&d).cloned()).unwrap_or_default(),
            relation: code(app, "relation", line.relation.as_deref(), lang),
            residency,
            residency_class,
        });
    }
    Ok(rows)
}

fn shown_name(scope: &Scope, line: &PersonLine, lang: Lang) -> String {
    match line.name.as_deref() {
        Some(text) if !text.is_empty() => scope.name(text),
        _ => lang.t("姓名未登记").to_owned(),
    }
}

/// The words of a code in the page's language; 待核实 when it is not known.
pub fn code(app: &App, table: &str, code: Option<&str>, lang: Lang) -> String {
    let Some(code) = code else {
        return lang.t("待核实").to_owned();
    };
    let schema = app.schema();
    let found = schema.table(table).and_then(|t| {
        let table = schema.table_of(t);
        table.find(code).and_then(|n| table.codes.get(usize::from(n)))
    });
    found.map_or_else(|| code.to_owned(), |c| lang.pick(&c.title.zh, &c.title.en).to_owned())
}

/// The word of a person's residency and the class of its tag.
fn residency(app: &App, line: &PersonLine, lang: Lang) -> (String, &'static str) {
    if line.alive == Some(false) {
        return (lang.t("已故").to_owned(), "");
    }
    let word = line.residency();
    let class = match word {
        Some("resident") => "pri",
        Some("temporary") => "line",
        Some("hukou_only") => "warn",
        Some(_) => "",
        None => "unk",
    };
    (code(app, "residency", word, lang), class)
}
