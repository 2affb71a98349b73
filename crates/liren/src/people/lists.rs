//! 居民名单 — a page of residents: views, saved lists, conditions one can take away one by one, columns that go with the list.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::chosen::Chosen;
use super::columns::{self, Column};
use super::conditions::{self, Answers, Condition, Conditions, Field, Op};
use super::pages::rows;
use super::saved::{self, SavedList};
use super::search::{self, Filter, VIEWS};
use crate::base::trail::Action;
use crate::base::web::{Form, Query, Reader, Refused, Shell, Submitted};
use crate::base::{Permission, Result, Write, error};
use crate::org::Tree;

#[derive(Template)]
#[template(path = "people/list.html")]
struct Page {
    s: Shell,
    form: Form,
    filter: Filter,
    /// What the list is called: 居民, or the name it is kept by.
    title: String,
    total: usize,
    /// How many may fit the conditions, and the list of them.
    maybe: Option<(usize, String)>,
    /// Names are whole for whoever looks.
    whole: bool,
    first: usize,
    last: usize,
    heads: Vec<Head>,
    people: Vec<Line>,
    views: Vec<(String, &'static str, usize, bool)>,
    kept: Vec<Kept>,
    here: Option<i64>,
    /// Words and the address without it.
    conditions: Vec<(String, String)>,
    fields: Vec<(String, String, bool)>,
    adding: Option<Adding>,
    columns: Vec<(String, String, bool)>,
    areas: Vec<(i64, String, bool)>,
    /// Address of the same list as a workbook, for those who may take it along.
    export: Option<String>,
    worksheet: String,
    may_record: bool,
    newer: Option<String>,
    older: Option<String>,
}

/// A column's head; one that can be sorted by leads to the list in its order.
struct Head {
    title: String,
    sort: Option<(String, bool)>,
    class: &'static str,
}

impl Head {
    fn is_here(&self) -> bool {
        self.sort.as_ref().is_some_and(|(_, here)| *here)
    }
}

struct Line {
    key: String,
    href: String,
    name: String,
    cells: Vec<Cell>,
}

struct Cell {
    text: String,
    class: &'static str,
    tag: Option<&'static str>,
    chinese: bool,
}

struct Kept {
    id: i64,
    name: String,
    href: String,
    count: usize,
    here: bool,
}

/// A condition that is being added: its field and what may be answered.
struct Adding {
    field: String,
    title: String,
    number: bool,
    yes: bool,
    codes: Vec<(String, String)>,
}

/// Which field somebody wants to add a condition for.
#[derive(Deserialize)]
pub struct Add {
    #[serde(default)]
    add: String,
}

const PAGE: usize = 50;

pub async fn show(Query(filter): Query<Filter>, Query(add): Query<Add>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, filter, &add.add, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, filter: Filter, add: &str, form: Form) -> Result<Page> {
    let (scope, lang, today) = (r.scope(), r.lang, r.today());
    let app = r.app.clone();
    let fields = conditions::fields(&app);
    let asked = filter.conditions(&app)?;
    let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    if search::by_number(&filter.q) {
        search::allowed(&app, &r.visitor).await?;
    }
    let found = search::found(&app, &mut r.tx, &scope, &chosen, &filter).await?;
    // A view's number is the length of the list behind it, what was searched for included.
    let mut set = None;
    let mut views = Vec::with_capacity(VIEWS.len());
    let residencies = chosen.of_residencies(&VIEWS.map(|(word, _)| word));
    let first = residencies.first().map(|view| view.and(&found));
    for ((word, title), residency) in VIEWS.into_iter().zip(&residencies) {
        let mut to = filter.whole();
        word.clone_into(&mut to.residency);
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
    let (kept, here) = kept_lists(r, &chosen, &residencies, &fields, &filter).await?;
    let maybe = if asked.0.is_empty() || filter.maybe {
        None
    } else {
        let to = Filter { maybe: true, ..filter.whole() };
        let may = search::found(&app, &mut r.tx, &scope, &chosen, &to).await?;
        let view = residencies.get(VIEWS.iter().position(|(w, _)| *w == filter.residency).unwrap_or(0));
        let n = view.map_or(0, |view| view.and(&may).count());
        (n > 0).then(|| (n, to.href()))
    };
    let ids = chosen.ordered(&set, filter.order(&scope), filter.skip, PAGE);
    let people = rows(&app, &mut r.tx, &scope, today, &ids, lang).await?;
    app.trail.tell(r.visitor.access(Action::ReadList)?.people(ids).because("居民")).await?;
    let all = columns::all(&app, &fields);
    let shown = columns::of_list(&all, &filter.cols, &asked);
    let lines = people
        .iter()
        .map(|row| Line {
            key: format!("{}-{}", scope.community, row.id),
            href: row.href.clone(),
            name: row.name.clone(),
            cells: shown.iter().map(|column| cell(&app, &chosen, row, column, lang)).collect(),
        })
        .collect();
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let step = |skip: usize| Filter { skip, ..filter.clone() }.href();
    let worded = asked.0.iter().enumerate();
    let conditions = worded
        .map(|(at, c)| (c.words(lang), Filter { c: asked.without(at).written(), ..filter.whole() }.href()))
        .collect();
    let title = match (here, filter.maybe) {
        (Some(id), _) => kept.iter().find(|k| k.id == id).map_or_else(String::new, |k| k.name.clone()),
        (None, true) => lang.t("可能符合条件的居民").to_owned(),
        (None, false) => lang.t("居民").to_owned(),
    };
    let s = r.shell(lang.t("居民"), "/people", &tree.name());
    Ok(Page {
        title,
        total,
        maybe,
        whole: scope.full_names,
        first: if people.is_empty() { 0 } else { filter.skip + 1 },
        last: filter.skip + people.len(),
        heads: heads(&shown, &filter, scope.full_names, lang),
        people: lines,
        views,
        kept,
        here,
        conditions,
        fields: fields
            .iter()
            .map(|f| (f.id.clone(), lang.pick(&f.title.zh, &f.title.en).to_owned(), f.id == add))
            .collect(),
        adding: fields.iter().find(|f| f.id == add).map(|f| adding(f, lang)),
        columns: all
            .iter()
            .map(|c| (c.id.clone(), lang.pick(&c.title.zh, &c.title.en).to_owned(), shown.iter().any(|s| s.id == c.id)))
            .collect(),
        areas: tree
            .areas
            .into_iter()
            .filter(|a| a.level == "group" || a.level == "station")
            .map(|a| (a.id, a.name, filter.area == Some(a.id)))
            .collect(),
        export: (r.actor.may(Permission::Export) && total > 0).then(|| filter.whole().at("/people.xlsx")),
        worksheet: filter.whole().at("/people/worksheet"),
        may_record: r.actor.may(Permission::Record),
        newer: (filter.skip > 0).then(|| step(filter.skip.saturating_sub(PAGE))),
        older: (filter.skip + PAGE < total).then(|| step(filter.skip + PAGE)),
        filter,
        form,
        s,
    })
}

/// The saved lists with how many stand in each, and the one that is looked at.
async fn kept_lists(
    r: &mut Reader,
    chosen: &Chosen,
    residencies: &[liren_rules::Bitmap],
    fields: &[Field],
    filter: &Filter,
) -> Result<(Vec<Kept>, Option<i64>)> {
    let scope = r.scope();
    let lists = saved::saved(&mut r.tx, &scope).await?;
    // A list whose field a pack no longer has cannot be read; it is not shown with a wrong number.
    let readable: Vec<_> =
        lists.into_iter().filter_map(|kept| Some((Conditions::read(fields, &kept.value.conditions)?, kept))).collect();
    let fitting = conditions::fitting(chosen, &readable.iter().map(|(c, _)| c).collect::<Vec<_>>());
    let mut here = None;
    let mut kept = Vec::with_capacity(readable.len());
    for ((_, held), fitting) in readable.into_iter().zip(fitting) {
        let (id, list) = (held.id, held.value);
        let to = Filter {
            c: list.conditions.clone(),
            residency: list.residency.clone(),
            cols: list.columns.clone(),
            sort: filter.sort.clone(),
            ..Filter::default()
        };
        let same = filter.c == list.conditions && filter.residency == list.residency && !filter.maybe;
        if same {
            here = Some(id);
        }
        let at = VIEWS.iter().position(|(word, _)| *word == list.residency).unwrap_or(0);
        let count = residencies.get(at).map_or(0, |view| view.and(&fitting.yes).count());
        kept.push(Kept { id, name: list.name, href: to.href(), count, here: same });
    }
    Ok((kept, here))
}

fn cell(app: &crate::base::App, chosen: &Chosen, row: &super::Row, column: &Column, lang: crate::base::Lang) -> Cell {
    use columns::What;
    let text = columns::text(app, chosen, row, column, lang);
    let class = match column.what {
        What::Age => "num",
        What::Number | What::Relation => "m-hide",
        _ => "",
    };
    let tag = (column.what == What::Residency).then_some(row.residency_class);
    Cell { chinese: matches!(column.what, What::Address), class, tag, text }
}

fn heads(columns: &[Column], filter: &Filter, whole: bool, lang: crate::base::Lang) -> Vec<Head> {
    let sorted = |sort: &str| {
        let to = Filter { sort: sort.to_owned(), ..filter.whole() };
        Some((to.href(), filter.sort == sort))
    };
    let name = Head { title: lang.t("姓名").to_owned(), sort: if whole { sorted("name") } else { None }, class: "" };
    let others = columns.iter().map(|c| Head {
        title: lang.pick(&c.title.zh, &c.title.en).to_owned(),
        sort: match c.what {
            columns::What::Age => sorted("born"),
            columns::What::Address => sorted(""),
            _ => None,
        },
        class: if c.what == columns::What::Age { "num" } else { "" },
    });
    std::iter::once(name).chain(others).collect()
}

fn adding(field: &Field, lang: crate::base::Lang) -> Adding {
    Adding {
        field: field.id.clone(),
        title: lang.pick(&field.title.zh, &field.title.en).to_owned(),
        number: field.answers == Answers::Number,
        yes: field.answers == Answers::Yes,
        codes: match &field.answers {
            Answers::Codes(codes) => {
                codes.iter().map(|(code, title)| (code.clone(), lang.pick(&title.zh, &title.en).to_owned())).collect()
            }
            _ => vec![],
        },
    }
}

/// One more condition, as a form asks for it.
#[derive(Deserialize)]
pub struct More {
    field: String,
    #[serde(default)]
    op: String,
    /// Codes with commas; `?` for not known.
    #[serde(default)]
    v: String,
}

/// `GET /people/condition` — the list with one more condition.
pub async fn condition(Query(filter): Query<Filter>, Query(more): Query<More>, r: Reader) -> Result<Response> {
    let fields = conditions::fields(&r.app);
    let asked = filter.conditions(&r.app)?;
    let back = || {
        format!(
            "{}{}add={}",
            filter.whole().href(),
            if filter.whole().href().contains('?') { '&' } else { '?' },
            more.field
        )
    };
    let values: Vec<String> = more.v.split(',').filter(|v| !v.is_empty()).map(str::to_owned).collect();
    let (op, values) = match Op::of(&more.op) {
        _ if more.v == "?" => (Op::Unknown, vec![]),
        Some(op) => (op, values.into_iter().filter(|v| v != "?").collect()),
        None => (Op::In, values),
    };
    let Some(new) = Condition::new(&fields, &more.field, op, values) else {
        // Nothing was chosen: the question stands as it was.
        return Ok(Redirect::to(&back()).into_response());
    };
    let all = asked.with(new);
    if all.0.len() > conditions::MOST {
        return Err(error::invalid(
            "一张名单最多用十二个条件，请先去掉一个。",
            "A list has twelve conditions at most; take one away first.",
        ));
    }
    Ok(Redirect::to(&Filter { c: all.written(), maybe: false, ..filter.whole() }.href()).into_response())
}

/// `POST /people/lists` — keeps the list that is looked at by a name.
pub async fn keep(mut s: Submitted) -> Result<Response> {
    let filter = Filter {
        c: s.form.v("c").to_owned(),
        residency: s.form.v("residency").to_owned(),
        cols: s.form.v("cols").to_owned(),
        ..Filter::default()
    };
    let kept = async {
        let name = s.form.need("name", "请给名单起个名字。", "Give the list a name.");
        let asked = filter.conditions(&s.app)?;
        if asked.0.is_empty() {
            s.form.problem("name", "先加上条件，再存成名单。", "Add a condition first.");
        }
        let Some(name) = name.filter(|_| !asked.0.is_empty()) else { return Err(Refused::Form) };
        if name.chars().count() > 30 {
            s.form.problem("name", "名字太长，请不要超过 30 个字。", "Too long: 30 characters at most.");
            return Err(Refused::Form);
        }
        let list = SavedList {
            name,
            conditions: asked.written(),
            residency: filter.view().0.to_owned(),
            columns: filter.cols.clone(),
        };
        let reason = format!("存下名单“{}”", list.name);
        s.save(&reason, &[], async |w: &mut Write| {
            saved::keep(w, list.clone()).await?;
            Ok(filter.href())
        })
        .await
    }
    .await;
    let again = filter.clone();
    s.answer(kept, async |r: &mut Reader, form| page(r, again, "", form).await).await
}

/// `POST /people/lists/{id}/drop` — the list is no longer wanted.
pub async fn let_go(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    let gone = s
        .save("不再用一张名单", &[], async |w: &mut Write| {
            saved::drop(w, id).await?;
            Ok("/people".to_owned())
        })
        .await;
    s.answer(gone, async |r: &mut Reader, form| page(r, Filter::default(), "", form).await).await
}
