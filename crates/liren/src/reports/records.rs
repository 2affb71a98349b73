//! What a template may cite of records: days, names and numbers, each with what it opens.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use liren_facts::Day;
use minijinja::value::{Kwargs, Object, Value};
use minijinja::{Error, ErrorKind};

use super::compose::{Shared, place};
use super::number::Exact;
use super::queries::EventRecord;
use super::span::{Opens, SpanRecord};

/// A fact of a record that can be cited: a day, a name, a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Fact {
    pub day: Option<Day>,
    pub last_day: Option<Day>,
    pub name: Option<String>,
    pub number: Option<(Exact, String)>,
    pub opens: Option<Opens>,
    pub label: String,
}

impl Object for Fact {
    fn repr(self: &Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A fact that is not cited would be a bare number: it prints nothing.
        f.write_str("")
    }
}

/// 没有记录 — what `first(…)` gives when nothing is on record: every fact of it is unknown, and printed so.
#[derive(Debug)]
pub(super) struct NoRecord;

impl Object for NoRecord {
    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        let opens = Some(Opens::Nothing);
        Some(fact(Fact { opens, label: "还没有记录".into(), ..Fact::default() }))
    }
}

pub(super) fn fact(fact: Fact) -> Value {
    Value::from_object(fact)
}

pub(super) fn cite(shared: &Arc<Shared>, value: &Value, form: Option<&str>) -> std::result::Result<Value, Error> {
    let fact = value
        .downcast_object_ref::<Fact>()
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "cite 要一条记录里的事实，如 first(…).day"))?;
    let opens = fact.opens.clone().unwrap_or(Opens::Day);
    let (text, number, unit) = if let Some(day) = fact.day {
        let (y, m, d) = (day.year(), day.month(), day.day_of_month());
        let text = match form {
            Some("年月日") => format!("{y}年{m}月{d}日"),
            Some("月底") if fact.last_day == Some(day.month_end()) && d >= 21 => {
                format!("{m}月底")
            }
            _ => format!("{m}月{d}日"),
        };
        (text, None, None)
    } else if let Some((exact, unit)) = &fact.number {
        (exact.plain(), Some(exact.value()), Some(unit.clone()))
    } else {
        let name = fact.name.clone().unwrap_or_else(|| "待核实".into());
        let number = name.parse().ok();
        (name, number, None)
    };
    let record = SpanRecord { text, value: number, unit, label: fact.label.clone(), opens };
    Ok(Value::from(place(shared, record)))
}

/// Records of a kind whose fields are as asked, oldest first.
pub(super) fn records(shared: &Arc<Shared>, kind: &str, kwargs: &Kwargs) -> std::result::Result<Value, Error> {
    let mut wanted: HashMap<String, String> = HashMap::new();
    for name in kwargs.args() {
        wanted.insert(name.to_owned(), kwargs.get::<String>(name)?);
    }
    if kind == "organisation" {
        let found = shared.records.organisations.iter().filter(|(_, k, _)| wanted.get("kind").is_none_or(|w| w == k));
        return Ok(found
            .map(|(id, kind, name)| {
                let opens = Some(Opens::Record { kind: "organisation".into(), id: *id });
                minijinja::context! {
                    id => *id,
                    kind => kind,
                    name => fact(Fact { name: Some(name.clone()), opens, label: name.clone(), ..Fact::default() }),
                }
            })
            .collect());
    }
    let found = shared
        .records
        .events
        .iter()
        .filter(|e| e.kind == kind && wanted.iter().all(|(field, value)| e.fields.get(field) == Some(value)));
    Ok(found.map(event_value).collect())
}

fn event_value(e: &EventRecord) -> Value {
    let opens = Some(Opens::Record { kind: e.kind.clone(), id: e.id });
    let label = e.title.clone().unwrap_or_default();
    let mut map: HashMap<String, Value> = HashMap::new();
    for (field, value) in &e.fields {
        map.insert(field.clone(), Value::from(value.clone()));
    }
    let day = Fact { day: Some(e.day), opens: opens.clone(), label: label.clone(), ..Fact::default() };
    let days = Fact { last_day: e.last_day, ..day.clone() };
    map.insert("day".into(), fact(day));
    map.insert("days".into(), fact(days));
    map.insert("title".into(), Value::from(label));
    for (key, thing) in [("organisation", &e.organisation), ("building", &e.building)] {
        if let Some((id, name)) = thing {
            let opens = Some(Opens::Record { kind: key.into(), id: *id });
            let named = Fact { name: Some(name.clone()), opens, label: name.clone(), ..Fact::default() };
            map.insert(key.into(), fact(named));
        }
    }
    Value::from(map)
}

pub(super) fn targets(shared: &Arc<Shared>) -> Value {
    shared
        .records
        .targets
        .iter()
        .map(|kept| {
            let t = &kept.value;
            let figure = shared.desk.named(&t.figure);
            let unit = figure.map(|f| f.unit.clone()).unwrap_or_default();
            let title = figure.map(|f| f.title.zh.clone()).unwrap_or_default();
            let opens = Some(Opens::Target { id: kept.id });
            let number = Fact {
                number: Some((Exact::whole(t.number), unit.clone())),
                opens: opens.clone(),
                label: title.clone(),
                ..Fact::default()
            };
            minijinja::context! {
                title => title.clone(),
                unit => unit,
                bound => match t.bound.as_str() { ">=" => "不少于", "<=" => "不超过", _ => "达到" },
                number => fact(number),
                last => fact(Fact { day: Some(t.last), opens, label: title, ..Fact::default() }),
                owner => t.owner.clone().unwrap_or_default(),
            }
        })
        .collect()
}
