//! rules.toml, params.toml and derive.toml: named conditions with their source, dated values, derived columns.

use liren_facts::Day;
use liren_rules::{Checked, Condition, Derived, Finding, Title, TypeName};

use crate::pack::duplicate;
use crate::read::{Reader, Table, Word, as_day, as_int, hundredths};
use crate::source::Spot;

/// 规则 — a named condition of a line of work, in force from a day up to (not including) another.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `pack-id.rule-id`; versions of different days share it.
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Kind it is about.
    pub kind: String,
    /// Chinese only: 文号, 条款, 日期.
    pub source: String,
    pub from: Day,
    pub to: Option<Day>,
    /// The sentence shown to a clerk.
    pub because: Option<Title>,
    pub conditions: Vec<Condition>,
    /// All versions together; the one in force on the world's day is used. `None` when a text is wrong.
    pub checked: Option<Checked>,
    pub spot: Spot,
}

impl Rule {
    pub fn in_force(&self, on: Day) -> bool {
        self.from <= on && self.to.is_none_or(|to| on < to)
    }
}

/// 参数 — a dated value with its source: an age, an amount, a line.
#[derive(Clone, Debug)]
pub struct Param {
    /// `pack-id.param-id`.
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Chinese; values in 元 are stored in fen.
    pub unit: String,
    pub type_name: TypeName,
    pub values: Vec<ParamValue>,
    /// Who sets it where the pack cannot, and in which document: it has no value until they did.
    pub set_by: Option<Title>,
    pub spot: Spot,
}

/// One value of a parameter, in force from a day up to (not including) another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamValue {
    /// Fen, a day since 1970-01-01, 0 or 1, or a plain number.
    pub value: i64,
    pub from: Day,
    pub to: Option<Day>,
    pub source: String,
}

impl Param {
    /// The value in force on a day.
    pub fn at(&self, on: Day) -> Option<&ParamValue> {
        self.values.iter().find(|v| v.from <= on && v.to.is_none_or(|to| on < to))
    }
}

pub(crate) fn rules(r: &mut Reader, t: &mut Table, pack: &str, subject: Option<&str>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = vec![];
    for mut t in r.tables(t, "rule") {
        if let Some(rule) = rule(r, &mut t, pack, subject) {
            let overlap = rules.iter().find(|x| x.id == rule.id && overlaps((x.from, x.to), (rule.from, rule.to)));
            if let Some(other) = overlap {
                let finding = rule.spot.error(
                    "overlapping-rules",
                    format!("规则 {} 与从 {} 起的那一版日期重叠", rule.id, other.from),
                    format!("rule {} overlaps its version from {}", rule.id, other.from),
                );
                r.findings.push(finding.advise("给旧版写 to", "give the older version a \"to\""));
            }
            rules.push(rule);
        }
        r.done(t);
    }
    rules
}

fn rule(r: &mut Reader, t: &mut Table, pack: &str, subject: Option<&str>) -> Option<Rule> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let kind = r.word(t, "kind");
    let source = r.need_word(t, "source").map(|w| w.text).unwrap_or_default();
    let from = r.day(t, "from");
    let to = r.day(t, "to");
    let because = r.title_if(t, "because");
    let when = r.word(t, "when");
    let mut conditions: Vec<Condition> = vec![];
    for mut part in r.tables(t, "all") {
        if let Some(when) = r.need_word(&mut part, "when") {
            let title = r.title_here(&mut part);
            conditions.push(Condition { text: when.text.clone(), place: when.place(), title: Some(title) });
        }
        // A condition may cite its own clause.
        let _ = r.text(&mut part, "source");
        r.done(part);
    }
    let id = id?;
    match (&when, conditions.is_empty()) {
        (Some(when), true) => {
            conditions.push(Condition { text: when.text.clone(), place: when.place(), title: None });
        }
        (None, false) => {}
        _ => {
            let finding = id.spot.error(
                "when-or-all",
                format!("规则 {} 要写 when 或 all 之一", id.text),
                format!("rule {} needs either \"when\" or \"all\"", id.text),
            );
            r.findings.push(finding);
        }
    }
    if from.is_none() {
        let (zh, en) = (format!("规则 {} 缺生效日 from", id.text), format!("rule {} has no \"from\" day", id.text));
        r.findings.push(id.spot.error("missing-key", zh, en));
    }
    let Some(kind) = kind.map(|k| k.text).or_else(|| subject.map(str::to_string)) else {
        let (zh, en) = (format!("规则 {} 缺 kind（对谁）", id.text), format!("rule {} has no \"kind\"", id.text));
        r.findings.push(id.spot.error("missing-key", zh, en));
        return None;
    };
    Some(Rule {
        id: format!("{pack}.{}", id.text),
        pack: pack.to_string(),
        title,
        kind,
        source,
        from: from.unwrap_or(Day(0)),
        to,
        because,
        conditions,
        checked: None,
        spot: id.spot,
    })
}

/// Half-open intervals; no end is for ever.
fn overlaps(a: (Day, Option<Day>), b: (Day, Option<Day>)) -> bool {
    a.1.is_none_or(|end| b.0 < end) && b.1.is_none_or(|end| a.0 < end)
}

pub(crate) fn params(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Param> {
    let mut params: Vec<Param> = vec![];
    for mut t in r.tables(t, "param") {
        let id = r.need_word(&mut t, "id");
        let title = r.title(&mut t, "title");
        let unit = r.text(&mut t, "unit").unwrap_or_default();
        let set_by = r.title_if(&mut t, "set_by");
        let mut values: Vec<ParamValue> = vec![];
        let mut type_name = TypeName::Int;
        for mut v in r.tables(&mut t, "values") {
            if let Some((value, ty)) = value(r, &mut v, &unit, &values) {
                type_name = ty;
                values.push(value);
            }
            r.done(v);
        }
        if let Some(id) = id {
            if values.is_empty() && set_by.is_none() {
                let (zh, en) = (
                    format!("参数 {} 没有值；由地方规定的要写 set_by", id.text),
                    format!("parameter {} has no value; one that is set locally says so with set_by", id.text),
                );
                r.findings.push(id.spot.error("no-value", zh, en));
            }
            let full = format!("{pack}.{}", id.text);
            if params.iter().any(|p| p.id == full) {
                duplicate(r, &id);
            }
            params.push(Param {
                id: full,
                pack: pack.to_string(),
                title,
                unit,
                type_name,
                values,
                set_by,
                spot: id.spot,
            });
        }
        r.done(t);
    }
    params
}

fn value(r: &mut Reader, t: &mut Table, unit: &str, before: &[ParamValue]) -> Option<(ParamValue, TypeName)> {
    let span = t.span.clone();
    let written = r.value(t, "value");
    let from = r.day(t, "from");
    let to = r.day(t, "to");
    let source = r.need_word(t, "source").map(|w| w.text).unwrap_or_default();
    let written = written?;
    let raw = written.get_ref();
    let money = unit.starts_with('元');
    let known = match (as_int(raw), raw.as_bool(), as_day(raw)) {
        (Some(n), _, _) => Some((if money { n.checked_mul(100)? } else { n }, TypeName::Int)),
        (_, Some(b), _) => Some((i64::from(b), TypeName::Bool)),
        (_, _, Some(day)) => Some((i64::from(day.0), TypeName::Day)),
        _ => {
            let text = raw.as_str().or_else(|| raw.as_float().map(|f| f.as_str()));
            text.filter(|_| money).and_then(hundredths).map(|fen| (fen, TypeName::Int))
        }
    };
    let Some((value, ty)) = known else {
        r.error(
            written.span(),
            "param-value",
            "参数的值要是整数、日期、true/false，或以元计的 300 或 \"300.50\"".into(),
            "a value is a whole number, a date, true or false, or yuan as 300 or \"300.50\"".into(),
        );
        return None;
    };
    let Some(from) = from else {
        r.error(span, "missing-key", "参数的值缺生效日 from".into(), "the value has no \"from\" day".into());
        return None;
    };
    if let Some(other) = before.iter().find(|b| overlaps((b.from, b.to), (from, to))) {
        let finding = r.spot(span).error(
            "overlapping-values",
            format!("从 {from} 起的值与从 {} 起的值日期重叠", other.from),
            format!("the value from {from} overlaps the one from {}", other.from),
        );
        r.findings
            .push(finding.advise(format!("给前一个值写 to = {from}"), format!("give the earlier one to = {from}")));
    }
    Some((ParamValue { value, from, to, source }, ty))
}

pub(crate) fn derived(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Derived> {
    let mut list = vec![];
    for mut t in r.tables(t, "derive") {
        let kind = r.need_word(&mut t, "kind");
        let name = r.need_word(&mut t, "name");
        let also = r.texts(&mut t, "also");
        let title = r.title(&mut t, "title");
        let codes = r.text(&mut t, "codes");
        let ty = r.word(&mut t, "type");
        let value = r.need_word(&mut t, "value");
        let type_name = derived_type(r, ty, codes, &t);
        if let (Some(kind), Some(name), Some(value), Some(type_name)) = (kind, name, value, type_name) {
            list.push(Derived {
                kind: kind.text,
                name: name.text,
                title,
                also,
                type_name,
                place: value.place(),
                text: value.text,
                pack: pack.to_string(),
            });
        }
        r.done(t);
    }
    list
}

fn derived_type(r: &mut Reader, ty: Option<Word>, codes: Option<String>, t: &Table) -> Option<TypeName> {
    match (ty.as_ref().map(|w| w.text.as_str()), codes) {
        (None | Some("code"), Some(table)) => Some(TypeName::Code(table)),
        (Some("bool"), None) => Some(TypeName::Bool),
        (Some("int" | "money"), None) => Some(TypeName::Int),
        (Some("day"), None) => Some(TypeName::Day),
        _ => {
            let span = ty.map_or(t.span.clone(), |w| w.spot.span);
            let finding: Finding = r.spot(span).error(
                "derived-type",
                "派生列要写 codes，或 type = \"bool\"、\"int\"、\"money\"、\"day\"".into(),
                "a derived column needs codes, or type = \"bool\", \"int\", \"money\" or \"day\"".into(),
            );
            r.findings.push(finding);
            None
        }
    }
}
