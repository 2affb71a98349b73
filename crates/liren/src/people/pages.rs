//! The residents list and a person's page, masked, cut by scope, read-only.

use askama::Template;
use axum::extract::State;
use liren_facts::Day;
use liren_store::Tx;

use super::chosen::Chosen;
use super::person::PersonLine;
use super::queries;
use super::search::{self, Filter, VIEWS};
use crate::base::trail::Action;
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Lang, Permission, Result, Scope};
use crate::org::Tree;
use crate::places;

/// 居民行 — one person as a list shows them: numbers masked on the server, the name as the reader's grant shows it.
pub struct Row {
    pub href: String,
    pub name: String,
    pub sex: String,
    pub age: String,
    pub id_number: String,
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
        let number = numbers.remove(&line.id).and_then(|n| n.id_number);
        let (residency, residency_class) = residency(app, &line, lang);
        rows.push(Row {
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

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    s: Shell,
    q: String,
    residency: String,
    total: usize,
    /// Names are whole for whoever looks.
    whole: bool,
    first: usize,
    last: usize,
    people: Vec<Row>,
    views: Vec<(String, &'static str, usize, bool)>,
    areas: Vec<(i64, String, bool)>,
    /// Address of the same list as a workbook, for those who may take it along.
    export: Option<String>,
    newer: Option<String>,
    older: Option<String>,
}

const PAGE: usize = 50;

pub async fn list(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Reply {
    let page = list_page(&app, &visitor, filter).await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

async fn list_page(app: &App, visitor: &Visitor, filter: Filter) -> Result<ListPage> {
    let actor = visitor.actor()?;
    let scope = &actor.scope;
    let today = app.clock.today();
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, scope.community, today).await?;
    let chosen = Chosen::load(app, &mut tx, scope, moment).await?;
    if search::by_number(&filter.q) {
        search::allowed(app, visitor).await?;
    }
    let found = search::found(app, &mut tx, scope, &chosen, &filter).await?;
    // A view's number is the length of the list behind it, what was searched for included.
    let mut set = None;
    let mut views = Vec::with_capacity(VIEWS.len());
    let residencies = chosen.of_residencies(&VIEWS.map(|(word, _)| word));
    let first = residencies.first().map(|view| view.and(&found));
    for ((word, title), residency) in VIEWS.into_iter().zip(residencies) {
        let mut to = filter.clone();
        word.clone_into(&mut to.residency);
        to.skip = 0;
        let view = residency.and(&found);
        let here = filter.residency == word;
        views.push((to.href(), title, view.count(), here));
        if here {
            set = Some(view);
        }
    }
    // A word that is no view means the first of them.
    let set = set.or(first).unwrap_or(found);
    let total = set.count();
    let page = chosen.ordered(&set, filter.order(scope), filter.skip, PAGE);
    let people = rows(app, &mut tx, scope, today, &page, visitor.lang).await?;
    app.trail.tell(visitor.access(Action::ReadList)?.people(page.clone()).because("居民")).await?;
    let tree = Tree::of(&mut tx, scope, today).await?;
    let place = tree.name();
    let step = |skip: usize| Filter { skip, ..filter.clone() }.href();
    Ok(ListPage {
        s: Shell::new(app, visitor, visitor.lang.t("居民"), "/people", &place),
        q: filter.q.trim().to_owned(),
        residency: filter.residency.clone(),
        total,
        whole: scope.full_names,
        first: if page.is_empty() { 0 } else { filter.skip + 1 },
        last: filter.skip + page.len(),
        people,
        views,
        areas: tree
            .areas
            .into_iter()
            .filter(|a| a.level == "group" || a.level == "station")
            .map(|a| (a.id, a.name, filter.area == Some(a.id)))
            .collect(),
        export: (actor.may(Permission::Export) && total > 0).then(|| {
            let all = Filter { skip: 0, ..filter.clone() };
            all.href().replacen("/people", "/people.xlsx", 1)
        }),
        newer: (filter.skip > 0).then(|| step(filter.skip.saturating_sub(PAGE))),
        older: (filter.skip + PAGE < total).then(|| step(filter.skip + PAGE)),
    })
}
