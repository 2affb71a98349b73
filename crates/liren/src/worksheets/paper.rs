//! The worksheet as a page to print and as a workbook to fill.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use liren_sheets::write::Cell as SheetCell;
use serde::Deserialize;

use super::columns::{self, Blank, KEY, NEW};
use crate::base::trail::Action;
use crate::base::web::{Query, Reader, Shell};
use crate::base::{Lang, Permission, Result};
use crate::exchange::export::{self, List};
use crate::org::Tree;
use crate::people::chosen::Chosen;
use crate::people::columns::{Column, What, text};
use crate::people::search::{self, Filter};
use crate::people::{conditions, rows};

/// How a worksheet is laid out.
#[derive(Clone, Default, Deserialize)]
pub struct Layout {
    /// Ids of empty columns with commas.
    #[serde(default)]
    blank: String,
    /// `none`: not parted by building.
    #[serde(default)]
    by: String,
    #[serde(default)]
    title: String,
}

/// A worksheet, made.
struct Made {
    title: String,
    place: String,
    columns: Vec<Column>,
    blanks: Vec<Blank>,
    groups: Vec<Group>,
    people: Vec<i64>,
}

/// The people of a building; of nowhere without an address, all of them when they are not parted.
struct Group {
    area: Option<Option<i64>>,
    name: String,
    rows: Vec<Row>,
}

struct Row {
    number: usize,
    key: String,
    name: String,
    /// Text, and whether it is Chinese in every language.
    cells: Vec<(String, bool)>,
}

/// Whom a worksheet has room for: more is no errand for one person.
const MOST: usize = 2_000;

async fn make(r: &mut Reader, filter: &Filter, layout: &Layout) -> Result<Made> {
    let (scope, lang, app, today) = (r.scope(), r.lang, r.app.clone(), r.today());
    let fields = conditions::fields(&app);
    let conditions = filter.conditions(&app)?;
    let (columns, blanks) = columns::chosen(&app, &fields, filter, &layout.blank);
    if search::by_number(&filter.q) {
        search::allowed(&app, &r.visitor).await?;
    }
    let ids = search::ids(&app, &mut r.tx, &scope, filter).await?;
    if ids.len() > MOST {
        return Err(crate::base::error::invalid(
            format!("名单有 {} 人，一张工作单最多 {MOST} 人。请先按小组或条件缩小。", ids.len()),
            format!("The list has {} people; a worksheet takes {MOST}. Narrow it by group or condition.", ids.len()),
        ));
    }
    let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let people = rows(&app, &mut r.tx, &scope, today, &ids, lang).await?;
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let mut groups: Vec<Group> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        // Two estates may each have a building 1: parted by the building, not by its name.
        let area = if layout.by == "none" { None } else { Some(chosen.area(person.id)) };
        let row = Row {
            number: at + 1,
            key: format!("{}-{}", scope.community, person.id),
            name: person.name.clone(),
            cells: columns
                .iter()
                .map(|column| (text(&app, &chosen, person, column, lang), column.what == What::Address))
                .collect(),
        };
        match groups.iter_mut().find(|g| g.area == area) {
            Some(group) => group.rows.push(row),
            None => {
                let name = match area {
                    None => String::new(),
                    Some(id) => id
                        .and_then(|id| tree.find(id))
                        .map_or_else(|| lang.t("没有住址").to_owned(), |a| a.name.clone()),
                };
                groups.push(Group { area, name, rows: vec![row] });
            }
        }
    }
    if layout.by != "none" {
        // By the tree's order; numbers run through the sheet as it is printed.
        let rank = |area: Option<Option<i64>>| tree.areas.iter().position(|a| Some(Some(a.id)) == area);
        groups.sort_by_key(|g| rank(g.area).unwrap_or(usize::MAX));
        for (at, row) in groups.iter_mut().flat_map(|g| &mut g.rows).enumerate() {
            row.number = at + 1;
        }
    }
    let named = Some(layout.title.trim()).filter(|t| !t.is_empty()).map(str::to_owned);
    let worded = conditions.words(lang);
    let title = named.unwrap_or_else(|| match worded.is_empty() {
        true => lang.t("居民工作单").to_owned(),
        false => lang.t_with("{list}：工作单", &[("list", &worded)]),
    });
    Ok(Made { title, place: tree.name(), columns, blanks, groups, people: ids })
}

#[derive(Template)]
#[template(path = "worksheets/paper.html")]
struct Page {
    s: Shell,
    filter: Filter,
    layout: Layout,
    made: Made,
    heads: Vec<String>,
    empties: Vec<String>,
    wide: usize,
    columns: Vec<(String, String, bool)>,
    blanks: Vec<(String, String, bool)>,
    today: String,
    by: String,
    export: Option<String>,
    back: bool,
}

pub async fn show(Query(filter): Query<Filter>, Query(layout): Query<Layout>, mut r: Reader) -> Result<Response> {
    let made = make(&mut r, &filter, &layout).await?;
    let (lang, app) = (r.lang, r.app.clone());
    // A printed sheet is a list that leaves the house.
    app.trail.tell(r.visitor.access(Action::ReadList)?.people(made.people.clone()).because(&made.title)).await?;
    let pick = |t: &liren_rules::Title| lang.pick(&t.zh, &t.en).to_owned();
    let all = crate::people::columns::all(&app, &conditions::fields(&app));
    let s = r.shell(lang.t("工作单"), "/people", &made.place);
    let page = Page {
        heads: made.columns.iter().map(|c| pick(&c.title)).collect(),
        empties: made.blanks.iter().map(|b| pick(&b.title)).collect(),
        wide: made.columns.len() + made.blanks.len() + 3,
        columns: all
            .iter()
            .map(|c| (c.id.clone(), pick(&c.title), made.columns.iter().any(|m| m.id == c.id)))
            .collect(),
        blanks: columns::blanks(&app)
            .iter()
            .map(|b| (b.id.clone(), pick(&b.title), made.blanks.iter().any(|m| m.id == b.id)))
            .collect(),
        today: r.today().to_string(),
        by: r.actor.name.clone(),
        export: r.actor.may(Permission::Export).then(|| address(&filter, &layout)),
        back: r.actor.may(Permission::Record),
        s,
        filter,
        layout,
        made,
    };
    r.page(&page)
}

fn address(filter: &Filter, layout: &Layout) -> String {
    let to = filter.at("/people/worksheet.xlsx");
    let mut more = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("blank", &layout.blank), ("by", &layout.by), ("title", &layout.title)] {
        if !value.is_empty() {
            more.append_pair(name, value);
        }
    }
    let more = more.finish();
    match (more.is_empty(), to.contains('?')) {
        (true, _) => to,
        (false, true) => format!("{to}&{more}"),
        (false, false) => format!("{to}?{more}"),
    }
}

/// `GET /people/worksheet.xlsx` — the same as a workbook. By its last column every row is known again.
pub async fn file(Query(filter): Query<Filter>, Query(layout): Query<Layout>, mut r: Reader) -> Result<Response> {
    r.lang = Lang::Zh;
    let made = make(&mut r, &filter, &layout).await?;
    let mut titles: Vec<(String, f64)> = vec![("序号".into(), 6.0), ("姓名".into(), 10.0)];
    titles.extend(made.columns.iter().map(|c| (c.title.zh.clone(), if c.id == "address" { 26.0 } else { 14.0 })));
    let shown: Vec<&str> = made.columns.iter().map(|c| c.title.zh.as_str()).collect();
    titles.extend(made.blanks.iter().map(|b| {
        // What stands beside it already is filled in beside it, not over it.
        let head =
            if shown.contains(&b.title.zh.as_str()) { format!("{}{NEW}", b.title.zh) } else { b.title.zh.clone() };
        (head, 18.0)
    }));
    titles.push((KEY.into(), 12.0));
    let titles: Vec<(&str, f64)> = titles.iter().map(|(t, w)| (t.as_str(), *w)).collect();
    let cells = made.groups.iter().flat_map(|g| &g.rows).map(|row| {
        let mut cells = vec![SheetCell::Number(row.number as f64), export::cell(row.name.clone())];
        cells.extend(row.cells.iter().map(|(text, _)| export::cell(text.clone())));
        cells.extend(made.blanks.iter().map(|_| SheetCell::Blank));
        cells.push(export::cell(row.key.clone()));
        cells
    });
    let list = List {
        title: made.title.clone(),
        about: vec![
            r.lang.t_with(
                "{n} 人，截至 {day}，号码已脱敏",
                &[("n", &made.people.len().to_string()), ("day", &r.today().to_string())],
            ),
            "填好空栏，从“工作单”页面交回；请不要改动“登记编号”。".to_owned(),
        ],
        columns: export::columns(&titles),
        rows: cells.collect(),
        json: made.people.iter().map(|id| serde_json::json!({ "key": format!("{}-{id}", r.community()) })).collect(),
    };
    export::noted(&r.app, &r.actor, &r.visitor.from.address, &list, false).await?;
    let bytes = list.write(export::Form::Xlsx)?;
    let name = format!("attachment; filename*=UTF-8''{}", percent(&format!("工作单-{}.xlsx", r.today())));
    let kind = export::Form::Xlsx.content_type().to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn percent(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
