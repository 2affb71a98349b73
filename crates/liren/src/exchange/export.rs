//! Lists out: masked by default; unmasked needs the permission and is audited.

use std::collections::HashMap;
use std::io::Write as _;

use liren_sheets::export::{About, Column};
use liren_sheets::write::{Cell, Style};
use serde_json::{Value, json};

use crate::base::{Actor, App, Lang, Permission, Result, Write, error};
use crate::people::{identity, queries};
use crate::places;

/// Which form an export takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Xlsx,
    Csv,
}

/// Everyone known in the actor's community, as JSON lines, a workbook or CSV. Numbers and names are masked
/// unless `unmasked`, which needs its own permission and leaves an audit record.
pub async fn people(app: &App, actor: &Actor, form: Form, unmasked: bool) -> Result<Vec<u8>> {
    let needed = if unmasked {
        Permission::ExportUnmasked
    } else {
        Permission::Export
    };
    if !actor.may(needed) {
        return Err(error::forbidden(needed));
    }
    let scope = &actor.scope;
    let today = app.clock.today();
    let mut tx = app.db.read().await?;
    let community = crate::org::queries::community(&mut tx, scope).await?;
    let ids = queries::everyone(&mut tx, scope).await?;
    let lines = queries::lines(&mut tx, scope, today, &ids).await?;
    let numbers = identity::open(app, &mut tx, scope, None).await?;
    let homes: HashMap<i64, places::queries::DwellingLine> =
        places::queries::dwellings(&mut tx, scope)
            .await?
            .into_iter()
            .map(|d| (d.id, d))
            .collect();
    drop(tx);
    if unmasked {
        let mut w = Write::begin(app, actor, scope.community, "导出不脱敏的居民名单").await?;
        w.audit("export_unmasked", "person", 0, "导出居民名单")
            .await?;
        w.commit().await?;
    }
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            let own = numbers.get(&line.id);
            let number = own.and_then(|n| n.id_number.clone());
            let state = own.and_then(|n| n.id_state.clone()).unwrap_or_else(|| "missing".into());
            let usable = number.clone().filter(|_| state == "ok");
            let phones: Vec<String> = own.map(|n| n.phones.clone()).unwrap_or_default();
            let mask = |text: &str| if unmasked { text.to_owned() } else { liren_facts::identifier::masked(text) };
            let name = line.name.as_deref().map(|n| {
                if unmasked { n.to_owned() } else { liren_facts::name::masked(n) }
            });
            json!({
                "key": format!("{}-{}", scope.community, line.id),
                "name": name,
                "sex": line.sex.as_deref().and_then(|s| s.parse::<i64>().ok()),
                "birth_date": line.born.map(|b| b.to_string()),
                "id_number": usable.as_deref().map(mask),
                "id_given": number.as_deref().filter(|_| state != "ok").map(mask),
                "id_state": state,
                "household": line.household,
                "relation": line.relation,
                "dwelling": line.dwelling.and_then(|d| homes.get(&d)).map(|d| d.key()),
                "residency": line.residency().unwrap_or("unknown"),
                "status": line.status(),
                "phones": phones.iter().map(|p| mask(p)).collect::<Vec<_>>(),
                "ethnic": line.ethnic, "marital": line.marital, "education": line.education,
                "political": line.political, "employment": line.employment,
                "source": line.source.as_ref().map(|title| json!({ "file": title, "at": line.source_ref })),
            })
        })
        .collect();
    match form {
        Form::Json => {
            let mut out = Vec::new();
            for row in rows {
                serde_json::to_writer(&mut out, &row).map_err(error::fault)?;
                out.write_all(b"\n").map_err(error::fault)?;
            }
            Ok(out)
        }
        Form::Xlsx | Form::Csv => {
            let cells = lines.iter().zip(&rows).map(|(line, row)| {
                let home = line.dwelling.and_then(|d| homes.get(&d));
                cells(app, line, home, row)
            });
            table(&community.name, today, unmasked, cells, form)
        }
    }
}

const COLUMNS: [(&str, f64); 10] = [
    ("姓名", 10.0),
    ("性别", 6.0),
    ("出生日期", 12.0),
    ("证件号码", 22.0),
    ("证件状态", 16.0),
    ("户", 8.0),
    ("与户主关系", 12.0),
    ("住址", 26.0),
    ("居住", 12.0),
    ("来源", 30.0),
];

/// One row as a clerk reads it: words for codes, an address for a key; an empty cell where nothing is on record.
fn cells(
    app: &App,
    line: &queries::PersonLine,
    home: Option<&places::queries::DwellingLine>,
    row: &Value,
) -> Vec<Cell> {
    let told = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let word = |table: &str, code: Option<&str>| crate::people::code(app, table, code, Lang::Zh);
    let number = row["id_number"].as_str().or(row["id_given"].as_str());
    let state = match (number, row["id_state"].as_str()) {
        (None, _) => "未登记",
        (Some(_), Some("ok")) => "号码有效",
        (Some(_), _) => "号码有误,待核实",
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
        source.join(" ").trim().to_owned(),
    ]
    .map(|text| {
        if text.is_empty() {
            Cell::Blank
        } else {
            Cell::Text(text)
        }
    })
    .into()
}

fn table(
    community: &str,
    on: liren_facts::Day,
    unmasked: bool,
    cells: impl Iterator<Item = Vec<Cell>>,
    form: Form,
) -> Result<Vec<u8>> {
    let about = About {
        title: format!("{community}居民名单"),
        lines: vec![
            format!("截至 {on},全部登记人员,范围:{community}"),
            if unmasked {
                "未脱敏,已留痕"
            } else {
                "姓名和号码已脱敏"
            }
            .to_owned(),
        ],
    };
    let columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(header, width)| Column {
            header: (*header).to_owned(),
            width: *width,
            style: Style::Text,
        })
        .collect();
    let mut out = std::io::Cursor::new(Vec::new());
    match form {
        Form::Xlsx => liren_sheets::export::xlsx(&mut out, &about, &columns, cells)
            .map(|_| ())
            .map_err(|e| error::fault(e.0))?,
        _ => liren_sheets::export::csv(&mut out, &about, &columns, cells)
            .map(|_| ())
            .map_err(error::fault)?,
    }
    Ok(out.into_inner())
}
