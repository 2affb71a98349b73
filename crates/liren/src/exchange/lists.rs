//! The lists that can be taken out: behind a figure, behind a question of data quality, the ledger of a programme,
//! and the figures themselves.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay, Period};
use liren_packs::{Figure, Programme, Question};
use liren_rules::{Cell as Answer, KindId, Type};
use liren_sheets::export::Column;
use liren_sheets::write::{Cell, Style};
use liren_store::Tx;
use serde_json::{Map, Value, json};

use super::export::{List, allowed, cell, columns, people};
use crate::base::{Actor, App, Asked, Key, Lang, Look, Result, Scope, error};
use crate::figures::{self, Ask, Desk, listing};
use crate::people::LONG_AGO;
use crate::people::search::Filter;
use crate::quality;

/// The list behind a figure at a desk, cut by the actor's scope.
pub async fn of_figure(app: &App, actor: &Actor, figure: &Figure, ask: &Ask, desk: &mut Desk) -> Result<List> {
    allowed(app, actor, false).await?;
    if !figure.list {
        return Err(error::invalid(
            "这个指标只公布数字，不提供名单。",
            "This figure is published as a number only; there is no list.",
        ));
    }
    let value = desk.value(figure, ask).await?;
    let (kind, ids) = value.ids.clone().ok_or_else(|| {
        error::invalid(
            format!("{}没有名单：它是比率、上报数或别的指标算出来的。", figure.title.zh),
            format!("{} has no list: it is a ratio, a return or made of other figures.", figure.title.en),
        )
    })?;
    let sheet = desk.fetched_sheet(value.on, kind).await?;
    let mine = listing::within(&sheet, kind, &ids, &actor.scope);
    let mut tx = app.db.read().await?;
    let mut list = if app.schema().kind_of(kind).name == "person" {
        people(app, &mut tx, &actor.scope, value.on, &mine, false).await?
    } else {
        let records = listing::labels(app, &mut tx, &actor.scope.masked(), &sheet, kind, value.on, &mine).await?;
        List {
            title: String::new(),
            about: vec!["姓名已脱敏".to_owned()],
            columns: columns(&[("编号", 10.0), ("名称", 50.0)]),
            json: records.iter().map(|r| json!({ "id": r.id, "label": r.label })).collect(),
            rows: records.into_iter().map(|r| vec![Cell::Number(r.id as f64), cell(r.label)]).collect(),
        }
    };
    list.title = figure.title.zh.clone();
    let place = listing::place_name(desk, &actor.scope);
    let mut about = vec![
        format!("{} {}，{}，范围：{place}", value.text(), figure.unit, time(figure, &value)),
        format!("口径：{}", figure.scope.zh),
    ];
    if let Some(day) = ask.known {
        about.push(format!("只用到 {day} 为止登记的"));
    }
    if mine.len() < ids.len() {
        about.push(format!("列出 {} / {}，其余不在你的范围内", mine.len(), ids.len()));
    }
    if let Some(slice) = &ask.slice
        && let Some(cut) = figure.by.get(slice.cut)
    {
        let found = desk.slices(figure, ask, slice.cut);
        let names = figures::slice_names(app, &actor.scope, cut, desk.today, &found).await?;
        let named = slice.key.parse().ok().and_then(|id: i64| names.get(&id));
        let title = match (named, found.iter().find(|s| s.of == *slice)) {
            (Some(name), _) => name.clone(),
            (None, Some(found)) => found.title.zh.clone(),
            (None, None) => slice.key.clone(),
        };
        about.push(format!("筛选：{} = {title}", figures::cut_title(app, cut, Lang::Zh)));
    }
    about.append(&mut list.about);
    list.about = about;
    Ok(list)
}

fn time(figure: &Figure, value: &figures::Value) -> String {
    match figure.when {
        Some(liren_packs::When::During) => {
            format!("{} 至 {}", value.period.first, value.period.last)
        }
        _ => format!("截至 {}", value.on),
    }
}

/// The residents a filter finds, as the list on the page.
pub async fn residents(app: &App, actor: &Actor, filter: &Filter, unmasked: bool) -> Result<List> {
    allowed(app, actor, unmasked).await?;
    let today = app.clock.today();
    let mut tx = app.db.read().await?;
    let ids = crate::people::search::ids(app, &mut tx, &actor.scope, filter).await?;
    let mut list = people(app, &mut tx, &actor.scope, today, &ids, unmasked).await?;
    let areas = crate::org::Tree::of(&mut tx, &actor.scope, today).await?.areas;
    let place = |id: i64| areas.iter().find(|a| a.id == id).map(|a| a.name.clone());
    let within = match filter.area {
        Some(area) => place(area),
        None => areas.first().map(|a| a.name.clone()),
    };
    let (_, view) = filter.view();
    list.title = format!("居民名单({view})");
    let mut about = vec![format!("截至 {today}，{} 人，范围：{}", ids.len(), within.unwrap_or_default())];
    if !filter.q.trim().is_empty() {
        about.push(format!("查找：{}", filter.q.trim()));
    }
    let conditions = filter.conditions(app)?;
    if !conditions.0.is_empty() {
        let maybe = if filter.maybe { "可能符合的：" } else { "" };
        about.push(format!("条件：{maybe}{}", conditions.words(Lang::Zh)));
    }
    if !filter.i.is_empty() {
        about.push("只有选出的人".to_owned());
    }
    about.append(&mut list.about);
    list.about = about;
    Ok(list)
}

/// The people behind a question of data quality.
pub async fn of_question(app: &App, actor: &Actor, question: &Question) -> Result<List> {
    allowed(app, actor, false).await?;
    let today = app.clock.today();
    let mut tx = app.db.read().await?;
    let ids = quality::people(app, &mut tx, &actor.scope, question).await?;
    let mut list = people(app, &mut tx, &actor.scope, today, &ids, false).await?;
    list.title = question.title.zh.clone();
    list.about.insert(0, format!("截至 {today}，{} 人", ids.len()));
    list.about.insert(1, question.advice.zh.clone());
    Ok(list)
}

/// The ledger of a programme as of a day: whom it is about, the stage and since when, and every field of the pack.
pub async fn ledger(app: &App, actor: &Actor, programme: &Programme, on: Day) -> Result<List> {
    allowed(app, actor, false).await?;
    let scope = &actor.scope.masked();
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, scope.community, on).await?;
    let needs = app.needs(["enrolment", "transition"], []);
    let look = Look::new(app.world(&mut tx, moment, &needs).await?);
    let (entered, last) = entered(&look);
    let values = app.values(&mut tx, moment).await?;
    let kind = app.schema().kind("enrolment").ok_or_else(|| error::fault("no enrolment kind"))?;
    let when = format!("enrolment.programme == \"{}\"", programme.id);
    let set = look.set(kind, &when, &values).ok_or_else(|| error::fault("enrolment.programme"))?;
    let rows = set.yes.and(&look.within(kind, scope));
    let frame = look.world.frame(kind);
    let ids: Vec<(u32, i64)> = rows.iter().map(|row| (row, frame.id(row))).collect();
    let one = |column: &str, row: u32| match look.slot(kind, column).map(|s| frame.cell(s, row)) {
        Some(Answer::One(id)) => Some(id),
        _ => None,
    };
    let people: Vec<i64> = ids.iter().filter_map(|(row, _)| one("person", *row)).collect();
    let names: HashMap<i64, String> = crate::people::queries::lines(&mut tx, scope, on, &people)
        .await?
        .into_iter()
        .filter_map(|line| Some((line.id, scope.name(&line.name?))))
        .collect();
    let of: Vec<i64> = ids.iter().filter_map(|(row, _)| one("household", *row)).collect();
    let of = Asked { kind: "household", on, ids: &of };
    let households = crate::people::queries::household_labels(&mut tx, scope, of).await?;
    let mut shown: Vec<(&str, &str, f64)> =
        vec![("stage", "阶段", 14.0), ("stage_since", "起始日期", 12.0), ("ended", "终止日期", 12.0)];
    shown.extend(programme.fields.iter().map(|f| (f.id.as_str(), f.title.zh.as_str(), 14.0)));
    let rows: Vec<u32> = ids.iter().map(|(row, _)| *row).collect();
    let things = things(app, &mut tx, scope, &look, kind, &rows, &shown).await?;
    let mut head = columns(&[("编号", 10.0), ("对象", 26.0)]);
    let is_money =
        |column: &str| programme.fields.iter().any(|f| f.id == column && f.field_type == liren_packs::FieldType::Money);
    head.extend(shown.iter().map(|(column, title, width)| Column {
        header: (*title).to_owned(),
        width: *width,
        style: if is_money(column) { Style::Money } else { Style::Text },
    }));
    let open = |row: u32| look.slot(kind, "stage").is_some_and(|slot| frame.cell(slot, row) == Answer::Unknown);
    let unsure = ids.iter().filter(|(row, _)| open(*row)).count();
    let unsure =
        if unsure > 0 { format!("，其中 {unsure} 条那天在哪一阶段待核实") } else { String::new() };
    let mut list = List {
        title: format!("{}台账", programme.title.zh),
        about: vec![format!("截至 {on}，{} 条{unsure}", ids.len()), "姓名已脱敏".to_owned()],
        columns: head,
        rows: Vec::with_capacity(ids.len()),
        json: Vec::with_capacity(ids.len()),
    };
    for (row, id) in ids {
        let subject = one("person", row)
            .and_then(|p| names.get(&p).cloned())
            .or_else(|| one("household", row).and_then(|h| households.get(&h).cloned()))
            .unwrap_or_default();
        let mut cells = vec![Cell::Number(id as f64), cell(subject.clone())];
        let mut object = Map::new();
        object.insert("id".into(), json!(id));
        object.insert("subject".into(), json!(subject));
        // By its key a person is found in the other lists, and the trace of this one says who is on it.
        if let Some(person) = one("person", row) {
            object.insert("key".into(), json!(Key { community: scope.community, id: person }.to_string()));
        }
        if let Some(household) = one("household", row) {
            object.insert("household".into(), json!(household));
        }
        for (column, ..) in &shown {
            let money = is_money(column);
            let told = match *column {
                "stage" => {
                    let stage = stage(&look, kind, row, programme).or_else(|| left(&last, id, programme));
                    // Stages of several programmes share an id and have titles of their own.
                    object.insert("stage_id".into(), json!(stage.map(|s| &s.id)));
                    stage.map(|s| s.title.zh.clone())
                }
                "stage_since" => since(&look, kind, row, &entered)
                    .or_else(|| left(&last, id, programme).and_then(|_| told(last.get(&id)?.1))),
                column => words(&look, kind, column, row, money, &things),
            };
            object.insert((*column).to_owned(), json!(told));
            // An amount or a count is a number in its cell: whoever gets the list adds it up.
            cells.push(match number(&look, kind, column, row) {
                Some(fen) if money => Cell::Number(fen as f64 / 100.0),
                Some(n) => Cell::Number(n as f64),
                // Whether it stood then, or in which stage, is for somebody to say.
                None if *column == "stage" && told.is_none() && open(row) => cell("待核实".to_owned()),
                None => cell(told.unwrap_or_default()),
            });
        }
        list.rows.push(cells);
        list.json.push(Value::Object(object));
    }
    Ok(list)
}

/// When a stage was entered.
type Entered = HashMap<(i64, u16), PartialDay>;
/// The stage that was entered last, and when.
type Last = HashMap<i64, (String, PartialDay)>;

/// When each stage of each enrolment was last entered, as far as that is known: a month is told as a month. And for
/// each enrolment the stage it entered last.
fn entered(look: &Look) -> (Entered, Last) {
    let (mut days, mut last) = (HashMap::new(), Last::new());
    let Some(kind) = look.schema().kind("transition") else { return (days, last) };
    let slots = ["enrolment", "stage", "day"].map(|column| look.slot(kind, column));
    let [Some(enrolment), Some(stage), Some(day)] = slots else { return (days, last) };
    let frame = look.world.frame(kind);
    for row in 0..frame.len() as u32 {
        let (Answer::One(of), Answer::Code(stage)) = (frame.cell(enrolment, row), frame.cell(stage, row)) else {
            continue;
        };
        let entered = match frame.cell(day, row) {
            Answer::Day(day) => PartialDay { first: Day(day), last: Day(day) },
            Answer::PartialDay(first, last) => PartialDay { first: Day(first), last: Day(last) },
            _ => continue,
        };
        let known = days.entry((of, stage)).or_insert(entered);
        if known.last <= entered.last {
            *known = entered;
        }
        let id = code(look, kind, "stage", stage).unwrap_or_default();
        let newest = last.entry(of).or_insert_with(|| (id.to_owned(), entered));
        if newest.1.last <= entered.last {
            *newest = (id.to_owned(), entered);
        }
    }
    (days, last)
}

/// The id of a code of a column.
fn code<'a>(look: &'a Look, kind: KindId, column: &str, n: u16) -> Option<&'a str> {
    let at = look.schema().kind_of(kind).column(column)?;
    let Type::Code(table) = look.schema().kind_of(kind).columns.get(at)?.ty() else { return None };
    look.schema().table_of(table).codes.get(usize::from(n)).map(|c| c.code.as_str())
}

/// The stage in which an enrolment was struck off. Whoever died or moved away afterwards, or before the list said so,
/// stands in none; that the list said it is told all the same.
fn left<'a>(last: &Last, enrolment: i64, programme: &'a Programme) -> Option<&'a liren_packs::Stage> {
    let (stage, _) = last.get(&enrolment)?;
    programme.stages.iter().find(|s| s.id == *stage && !s.in_force)
}

fn stage<'a>(look: &Look, kind: KindId, row: u32, programme: &'a Programme) -> Option<&'a liren_packs::Stage> {
    let Answer::Code(n) = look.world.frame(kind).cell(look.slot(kind, "stage")?, row) else { return None };
    let id = code(look, kind, "stage", n)?;
    programme.stages.iter().find(|s| s.id == id)
}

/// Since when an enrolment is in its stage; nothing where it is only known to have been so by a day.
fn since(look: &Look, kind: KindId, row: u32, entered: &Entered) -> Option<String> {
    let frame = look.world.frame(kind);
    let Answer::Code(stage) = frame.cell(look.slot(kind, "stage")?, row) else { return None };
    told(*entered.get(&(frame.id(row), stage))?)
}

fn told(day: PartialDay) -> Option<String> {
    (day.first > LONG_AGO).then(|| day.to_string())
}

/// Names of the things that columns point to, by kind and id.
type Things = HashMap<KindId, HashMap<i64, String>>;

async fn things(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    look: &Look,
    kind: KindId,
    rows: &[u32],
    shown: &[(&str, &str, f64)],
) -> Result<Things> {
    let schema = app.schema();
    let mut things = Things::new();
    for (column, ..) in shown {
        let described = schema.kind_of(kind);
        let ty = described.column(column).map(|at| described.columns[at].ty());
        let (Some(Type::One(to)), Some(slot)) = (ty, look.slot(kind, column)) else { continue };
        let frame = look.world.frame(kind);
        let ids = rows.iter().filter_map(|row| match frame.cell(slot, *row) {
            Answer::One(id) => Some(id),
            _ => None,
        });
        let ids: Vec<i64> = ids.collect();
        let to_name = schema.kind_of(to).name.as_str();
        if let Some(label) = app.joined.slices.kind(to_name).and_then(|kind| kind.label) {
            let on = liren_facts::Day(look.world.day());
            things.insert(to, label(tx, scope, Asked { kind: to_name, on, ids: &ids }).await?);
        }
    }
    Ok(things)
}

/// The number of a cell that holds one.
fn number(look: &Look, kind: KindId, column: &str, row: u32) -> Option<i64> {
    let slot = look.slot(kind, column)?;
    match look.world.frame(kind).cell(slot, row) {
        Answer::Int(n) => Some(n),
        _ => None,
    }
}

/// A cell of a frame in words; `None` where it is absent or not known.
fn words(look: &Look, kind: KindId, column: &str, row: u32, money: bool, things: &Things) -> Option<String> {
    let schema = look.schema();
    let at = schema.kind_of(kind).column(column)?;
    let slot = look.slot(kind, column)?;
    match (look.world.frame(kind).cell(slot, row), schema.kind_of(kind).columns.get(at)?.ty()) {
        (Answer::Bool(yes), _) => Some(if yes { "是" } else { "否" }.to_owned()),
        (Answer::Int(fen), _) if money => Some(figures::decimal(fen.into(), 100)),
        (Answer::Int(n), _) => Some(n.to_string()),
        (Answer::One(id), Type::One(to)) => {
            let name = things.get(&to).and_then(|names| names.get(&id));
            Some(name.cloned().unwrap_or_else(|| id.to_string()))
        }
        (Answer::Day(day), _) => Some(Day(day).to_string()),
        (Answer::PartialDay(first, last), _) => {
            let (first, last) = (Day(first), Day(last));
            Some(liren_facts::PartialDay { first, last }.to_string())
        }
        (Answer::Code(n), Type::Code(table)) => {
            schema.table_of(table).codes.get(usize::from(n)).map(|c| c.title.zh.clone())
        }
        _ => None,
    }
}

/// Every figure of the packs for a period.
pub async fn figures(app: &App, actor: &Actor, period: Period) -> Result<List> {
    allowed(app, actor, false).await?;
    let mut desk = Desk::on(app, &actor.scope, period.last.min(app.clock.today())).await?;
    let mut list = List {
        title: "指标".to_owned(),
        about: vec![format!("{} 至 {}", period.first, period.last)],
        columns: columns(&[
            ("编号", 32.0),
            ("指标", 30.0),
            ("数值", 12.0),
            ("单位", 8.0),
            ("时间", 26.0),
            ("待核实", 8.0),
            ("口径", 60.0),
        ]),
        rows: vec![],
        json: vec![],
    };
    for figure in &app.packs().figures.clone() {
        let value = desk.value(figure, &Ask::of(period)).await?;
        let number = value.printable().map_or_else(|| cell(figures::shown(&value, Lang::Zh)), Cell::Number);
        list.rows.push(vec![
            cell(figure.id.clone()),
            cell(figure.title.zh.clone()),
            number,
            cell(figure.unit.clone()),
            cell(time(figure, &value)),
            Cell::Number(value.unknown as f64),
            cell(figure.scope.zh.clone()),
        ]);
        list.json.push(figures::json(figure, &value));
    }
    Ok(list)
}
