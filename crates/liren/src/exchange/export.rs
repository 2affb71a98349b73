//! A list on its way out: as a workbook or CSV that says what it is, of which day and whose area, or as JSON lines.
//! Masked by default; unmasked needs the permission and is audited.

use std::collections::HashMap;
use std::io::Write as _;

use liren_facts::Day;
use liren_sheets::export::{About, Column};
use liren_sheets::write::{Cell, Style};
use liren_store::Tx;
use serde_json::{Value, json};

use crate::base::trail::{Access, Action};
use crate::base::{Actor, App, Key, Lang, Permission, Result, Scope, error};
use crate::people::{PersonLine, identity, queries};
use crate::places;

/// Which form an export takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Xlsx,
    Csv,
}

impl Form {
    pub const ALL: [Form; 3] = [Form::Json, Form::Xlsx, Form::Csv];

    /// By the ending of a file name.
    pub fn of(ending: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|f| f.ending() == ending)
    }

    pub fn ending(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Xlsx => "xlsx",
            Form::Csv => "csv",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Form::Json => "application/x-ndjson",
            Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Form::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// 清单 — what it is, its columns, and its rows for people and for programs.
pub struct List {
    pub title: String,
    /// Filter, day, scope, masking: a printed page explains itself.
    pub about: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub json: Vec<Value>,
}

impl List {
    pub fn write(self, form: Form) -> Result<Vec<u8>> {
        let about = About { title: self.title, lines: self.about };
        let mut out = std::io::Cursor::new(Vec::new());
        match form {
            Form::Json => {
                for row in self.json {
                    serde_json::to_writer(&mut out, &row).map_err(error::fault)?;
                    out.write_all(b"\n").map_err(error::fault)?;
                }
            }
            Form::Xlsx => {
                liren_sheets::export::xlsx(&mut out, &about, &self.columns, self.rows)
                    .map_err(|e| error::fault(e.0))?;
            }
            Form::Csv => {
                liren_sheets::export::csv(&mut out, &about, &self.columns, self.rows).map_err(error::fault)?;
            }
        }
        Ok(out.into_inner())
    }
}

/// Columns of text.
pub fn columns(titles: &[(&str, f64)]) -> Vec<Column> {
    titles
        .iter()
        .map(|(header, width)| Column { header: (*header).to_owned(), width: *width, style: Style::Text })
        .collect()
}

/// A cell of text; blank where nothing is on record.
pub fn cell(text: String) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
}

/// Whether an actor may take a list along. A list without masks needs a permission of its own.
pub async fn allowed(_: &App, actor: &Actor, unmasked: bool) -> Result<()> {
    let needed = if unmasked { Permission::ExportUnmasked } else { Permission::Export };
    if !actor.may(needed) {
        return Err(error::forbidden(needed));
    }
    Ok(())
}

/// Leaves the trace of a list before it is given away: who takes it, and who is on it.
pub async fn noted(app: &App, actor: &Actor, address: &str, list: &List, unmasked: bool) -> Result<()> {
    let action = if unmasked { Action::ExportUnmasked } else { Action::Export };
    let people = list.json.iter().filter_map(|row| Some(Key::parse(row["key"].as_str()?)?.id)).collect();
    app.trail.note(Access::of(actor, action).from(address).people(people).because(&list.title)).await
}

/// Everyone known in the actor's community. Numbers and names are masked unless `unmasked`, which needs its own
/// permission.
pub async fn everyone(app: &App, actor: &Actor, unmasked: bool) -> Result<List> {
    allowed(app, actor, unmasked).await?;
    let (scope, today) = (&actor.scope, app.clock.today());
    let mut tx = app.db.read().await?;
    let community = crate::org::queries::community(&mut tx, scope).await?;
    let ids = queries::everyone(&mut tx, scope).await?;
    let mut list = people(app, &mut tx, scope, today, &ids, unmasked).await?;
    list.title = format!("{}居民名单", community.name);
    list.about.insert(0, format!("截至 {today}，全部登记人员，范围：{}", community.name));
    Ok(list)
}

/// A list of people, in the order of their ids; its title is the caller's.
pub async fn people(app: &App, tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64], unmasked: bool) -> Result<List> {
    let lines = queries::lines(tx, scope, on, ids).await?;
    let numbers = identity::open(app, tx, scope, on, Some(ids)).await?;
    let homes: HashMap<i64, places::DwellingLine> =
        places::queries::dwellings(tx, scope, on).await?.into_iter().map(|d| (d.id, d)).collect();
    let home = |line: &PersonLine| line.dwelling.and_then(|d| homes.get(&d));
    let json: Vec<Value> =
        lines.iter().map(|line| object(scope, line, home(line), numbers.get(&line.id), unmasked)).collect();
    let rows = lines.iter().zip(&json).map(|(line, row)| cells(app, line, home(line), row)).collect();
    let masked = if unmasked { "未脱敏，已留痕" } else { "姓名和号码已脱敏" };
    Ok(List { title: String::new(), about: vec![masked.to_owned()], columns: columns(&COLUMNS), rows, json })
}

/// One person as `--format json` prints them; the form is part of the command line's contract.
fn object(
    scope: &Scope,
    line: &PersonLine,
    home: Option<&places::DwellingLine>,
    own: Option<&identity::Numbers>,
    unmasked: bool,
) -> Value {
    let number = own.and_then(|n| n.id_number.clone());
    let state = own.and_then(|n| n.id_state.clone()).unwrap_or_else(|| "missing".into());
    let usable = number.clone().filter(|_| state == "ok");
    let phones: Vec<String> = own.map(|n| n.phones.clone()).unwrap_or_default();
    let mask = |text: &str| {
        if unmasked { text.to_owned() } else { liren_facts::identifier::masked(text) }
    };
    let name = line.name.as_deref().map(|n| if unmasked { n.to_owned() } else { liren_facts::name::masked(n) });
    json!({
        "key": format!("{}-{}", scope.community, line.id),
        "name": name,
        "sex": line.sex.as_deref().and_then(|s| s.parse::<i64>().ok()),
        // Beside a masked number the day of birth would give most of the number away.
        "birth_date": line.born.map(|b| if unmasked { b.to_string() } else { b.to_string().chars().take(4).collect() }),
        "id_number": usable.as_deref().map(mask),
        "id_given": number.as_deref().filter(|_| state != "ok").map(mask),
        "id_state": state,
        "household": line.household,
        "relation": line.relation,
        "dwelling": home.map(|d| d.key()),
        "residency": line.residency().unwrap_or("unknown"),
        "residency_inferred": line.inferred,
        "status": line.status(),
        "phones": phones.iter().map(|p| mask(p)).collect::<Vec<_>>(),
        "ethnic": line.ethnic, "marital": line.marital, "education": line.education,
        "political": line.political, "employment": line.employment,
        "source": line.source.as_ref().map(|title| json!({ "file": title, "at": line.source_ref })),
    })
}

const COLUMNS: [(&str, f64); 12] = [
    ("姓名", 10.0),
    ("性别", 6.0),
    ("出生日期", 12.0),
    ("证件号码", 22.0),
    ("证件状态", 16.0),
    ("户编号", 8.0),
    ("与户主关系", 12.0),
    ("住址", 26.0),
    ("居住", 12.0),
    ("联系电话", 16.0),
    ("来源", 30.0),
    // By the key our own reader knows everybody again.
    ("登记编号", 12.0),
];

/// One row as a clerk reads it: words for codes, an address for a key; an empty cell where nothing is on record.
fn cells(app: &App, line: &PersonLine, home: Option<&places::DwellingLine>, row: &Value) -> Vec<Cell> {
    let told = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let word = |table: &str, code: Option<&str>| crate::people::code(app, table, code, Lang::Zh);
    let number = row["id_number"].as_str().or(row["id_given"].as_str());
    let state = match (number, row["id_state"].as_str()) {
        (None, _) => "未登记",
        (Some(_), Some("ok")) => "号码有效",
        (Some(_), _) => "号码有误，待核实",
    };
    let residency = match line.status() {
        "deceased" => "已故".to_owned(),
        _ => word("residency", line.residency()),
    };
    let source = &row["source"];
    let source = ["file", "at"].map(|part| source[part].as_str().unwrap_or_default());
    [
        told("name"),
        word("sex", line.sex.as_deref()),
        told("birth_date"),
        number.unwrap_or_default().to_owned(),
        state.to_owned(),
        line.household.map(|h| h.to_string()).unwrap_or_default(),
        word("relation", line.relation.as_deref()),
        home.map(|h| h.label()).unwrap_or_default(),
        residency,
        row["phones"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("、"),
        source.join(" ").trim().to_owned(),
        told("key"),
    ]
    .map(cell)
    .into()
}
