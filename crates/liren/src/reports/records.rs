//! What a template may cite of records: days, names and numbers, each with what it opens.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError};

use liren_facts::Day;
use liren_packs::When;
use minijinja::value::{Kwargs, Object, Value};
use minijinja::{Error, ErrorKind};

use super::compose::{Shared, place};
use super::number::Exact;
use super::queries::EventRecord;
use super::span::{Opens, SpanRecord};
use crate::base::records::Kept;
use crate::figures::targets::Target;
use crate::figures::{Answer, Ask};

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
    let record = SpanRecord { text, value: number, unit, least: false, label: fact.label.clone(), opens };
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
    let said = shared.records.targets.iter().filter_map(|kept| {
        let owner = kept.value.owner.clone().unwrap_or_default();
        Some(minijinja::context! { says => said(shared, kept)?, owner => owner })
    });
    said.collect()
}

/// A target as a person says it: `2014年9月30日前，仍未参保由136人降到60人以内`. `None` when the figure is no longer defined.
fn said(shared: &Arc<Shared>, kept: &Kept<Target>) -> Option<String> {
    let t = &kept.value;
    let figure = shared.desk.named(&t.figure)?;
    let (title, unit) = (figure.title.zh.clone(), figure.unit.clone());
    let opens = Some(Opens::Target { id: kept.id });
    let of = |fact: Fact| Fact { opens: opens.clone(), label: title.clone(), ..fact };
    let printed = |fact: Fact, form: &str| cite(shared, &self::fact(of(fact)), Some(form)).ok().map(|v| v.to_string());
    let number = || printed(Fact { number: Some((Exact::whole(t.number), unit.clone())), ..Fact::default() }, "");
    let last = printed(Fact { day: Some(t.last), ..Fact::default() }, "月日")?;
    // Where it stands now; of what happens in a year nothing has happened yet.
    let stock = figure.when != Some(When::During);
    let mut missing = shared.missing.lock().unwrap_or_else(PoisonError::into_inner);
    let now = shared.desk.try_value(figure, &Ask::of(shared.period), &mut missing);
    drop(missing);
    let now = now.filter(|v| stock && v.answer == Answer::Known).and_then(|v| v.number);
    let from = || Some(super::compose::figure_span(shared, figure));
    Some(match (t.bound.as_str(), now) {
        ("<=", Some(now)) if t.number == 0 && now > 0 => format!("{last}前，{title}{}{unit}全部办结", from()?),
        ("<=", Some(now)) if now > t.number => {
            format!("{last}前，{title}由{}{unit}降到{}{unit}以内", from()?, number()?)
        }
        ("<=", _) => format!("{last}前，{title}不超过{}{unit}", number()?),
        (">=", Some(now)) if now < t.number => {
            format!("{last}前，{title}由{}{unit}增加到{}{unit}以上", from()?, number()?)
        }
        (">=", _) => format!("{last}前，{title}不少于{}{unit}", number()?),
        _ => format!("{last}前，{title}达到{}{unit}", number()?),
    })
}
