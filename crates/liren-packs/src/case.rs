//! cases.toml: worked examples. They are the tests of a pack and its documentation.

use liren_facts::Day;
use liren_rules::{Explainer, Explanation, Finding, Reason, Value, World};
use toml::Spanned;
use toml::de::DeValue;

use crate::pack::suggest;
use crate::read::{Reader, Table, Word, as_day, as_int};
use crate::source::Spot;
use crate::texts::Packs;

mod rows;
use rows::Rows;

/// 算例 — facts of one person or household on a day, and the verdict a clerk would give.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub pack: String,
    pub on: Day,
    /// Id of the rule within its pack.
    pub rule: String,
    /// Programmes the subject is enrolled in.
    pub enrolled: Vec<String>,
    pub verdict: Verdict,
    pub because: Option<String>,
    /// Names of the facts that must be missing, no more and no less; `None` when not said.
    pub missing: Option<Vec<String>>,
    pub spot: Spot,
    things: Vec<(String, Facts)>,
    params: Vec<(Word, i64)>,
    verdict_spot: Spot,
    because_spot: Option<Spot>,
    missing_spot: Option<Spot>,
    rule_spot: Option<Spot>,
}

/// What a case expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Eligible,
    NotEligible,
    Unknown,
}

impl Verdict {
    fn of(value: Value) -> Verdict {
        match value {
            Value::Bool(true) => Verdict::Eligible,
            Value::Unknown => Verdict::Unknown,
            _ => Verdict::NotEligible,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Verdict::Eligible => ("符合", "eligible"),
            Verdict::NotEligible => ("不符合", "not eligible"),
            Verdict::Unknown => ("待核实", "unknown"),
        }
    }
}

/// Facts of one record by the name of the column, with the records it leads to.
type Facts = Vec<(Word, Given)>;

#[derive(Clone, Debug)]
enum Given {
    Bool(bool),
    Int(i64),
    Day(Day),
    Text(Word),
    One(Facts),
    Many(Vec<Facts>),
}

pub(crate) fn read(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Case> {
    let mut cases = vec![];
    for mut t in r.tables(t, "case") {
        cases.extend(one(r, &mut t, pack));
        r.done(t);
    }
    cases
}

fn one(r: &mut Reader, t: &mut Table, pack: &str) -> Option<Case> {
    let name = r.need_word(t, "name");
    let on = r.day(t, "on");
    let rule = r.word(t, "rule");
    let mut things = vec![];
    for kind in ["person", "household", "dwelling", "building", "organisation", "facility", "area"] {
        if let Some(mut table) = r.table(t, kind) {
            things.push((kind.to_string(), facts(r, &mut table)));
        }
    }
    let enrolled = r.texts(t, "enrolled");
    let mut params = vec![];
    if let Some(mut table) = r.table(t, "param") {
        for (name, value) in r.entries(&mut table) {
            match as_int(value.get_ref()).or_else(|| as_day(value.get_ref()).map(|d| i64::from(d.0))) {
                Some(n) => params.push((name, n)),
                None => {
                    r.error(value.span(), "wrong-type", "要整数或日期".into(), "expected a number or a date".into())
                }
            }
        }
    }
    let verdict = r.need_word(t, "verdict");
    let because = r.word(t, "because");
    let missing_span = r.value(t, "missing").map(|v| v.span());
    let missing = r.texts(t, "missing");
    let (name, verdict) = (name?, verdict?);
    let Some(on) = on else {
        let (zh, en) = ("算例缺日期 on".to_string(), "the case has no day \"on\"".to_string());
        r.findings.push(name.spot.error("missing-key", zh, en));
        return None;
    };
    let expected = match verdict.text.as_str() {
        "eligible" | "符合" => Verdict::Eligible,
        "not eligible" | "不符合" => Verdict::NotEligible,
        "unknown" | "待核实" => Verdict::Unknown,
        _ => {
            crate::pack::known(r, &verdict, ["eligible", "not eligible", "unknown"].into_iter(), "结论", "verdict");
            return None;
        }
    };
    Some(Case {
        name: name.text,
        pack: pack.to_string(),
        on,
        rule_spot: rule.as_ref().map(|w| w.spot.clone()),
        rule: rule.map_or_else(|| "eligible".to_string(), |w| w.text),
        enrolled,
        verdict: expected,
        because_spot: because.as_ref().map(|w| w.spot.clone()),
        because: because.map(|w| w.text),
        missing: missing_span.as_ref().map(|_| missing),
        missing_spot: missing_span.map(|s| r.spot(s)),
        spot: name.spot,
        things,
        params,
        verdict_spot: verdict.spot,
    })
}

fn facts(r: &mut Reader, t: &mut Table) -> Facts {
    r.entries(t).into_iter().filter_map(|(name, value)| Some((name, given(r, value)?))).collect()
}

fn given(r: &mut Reader, value: &Spanned<DeValue>) -> Option<Given> {
    let raw = value.get_ref();
    let inner = |r: &mut Reader, map: &toml::de::DeTable| -> Facts {
        map.iter()
            .filter_map(|(key, v)| {
                let name = Word { text: key.get_ref().to_string(), spot: r.spot(key.span()), inside: key.span().start };
                Some((name, given(r, v)?))
            })
            .collect()
    };
    if let Some(b) = raw.as_bool() {
        return Some(Given::Bool(b));
    }
    if let Some(n) = as_int(raw) {
        return Some(Given::Int(n));
    }
    if let Some(day) = as_day(raw) {
        return Some(Given::Day(day));
    }
    if let Some(text) = raw.as_str() {
        let spot = r.spot(value.span());
        return Some(Given::Text(Word { text: text.to_string(), inside: spot.span.start + 1, spot }));
    }
    if let Some(map) = raw.as_table() {
        return Some(Given::One(inner(r, map)));
    }
    if let Some(list) = raw.as_array() {
        let tables = list.iter().filter_map(|v| v.get_ref().as_table().map(|m| inner(r, m))).collect();
        return Some(Given::Many(tables));
    }
    r.error(
        value.span(),
        "wrong-type",
        "事实要是真假、整数、日期、代码或记录".into(),
        "a fact is true or false, a number, a date, a code or a record".into(),
    );
    None
}

/// Runs every case of `packs`.
pub(crate) fn run(packs: &Packs) -> Vec<Finding> {
    let mut findings = vec![];
    for case in &packs.cases {
        judge(packs, case, &mut findings);
    }
    findings
}

fn judge(packs: &Packs, case: &Case, findings: &mut Vec<Finding>) {
    let id = format!("{}.{}", case.pack, case.rule);
    let Some(rule) = packs.schema.rule(&id) else {
        if packs.rules.iter().all(|r| r.id != id) {
            let all = packs.rules.iter().filter(|r| r.pack == case.pack);
            let advice = suggest(
                &case.rule,
                all.map(|r| r.id.split_once('.').map_or("", |x| x.1)).collect::<Vec<_>>().into_iter(),
            );
            let spot = case.rule_spot.as_ref().unwrap_or(&case.spot);
            let finding = spot.error(
                "unknown-rule",
                format!("没有规则 {}", case.rule),
                format!("there is no rule {}", case.rule),
            );
            findings.push(finding.advise(advice.0, advice.1));
        }
        return;
    };
    let mut rows = Rows::new(packs.schema.clone());
    let before = findings.len();
    let subject = rows.case(case, rule.kind(), findings);
    rows.enrol(packs, case, rule.kind(), subject, findings);
    let mut values = packs.values(case.on);
    for (name, value) in &case.params {
        match packs.param(&name.text).or_else(|| packs.param(&format!("{}.{}", case.pack, name.text))) {
            Some(p) => {
                values.insert(p.id.clone(), *value);
            }
            None => {
                let advice = suggest(&name.text, packs.params.iter().map(|p| p.id.as_str()));
                let finding = name.spot.error(
                    "unknown-param",
                    format!("没有参数 {}", name.text),
                    format!("there is no parameter {}", name.text),
                );
                findings.push(finding.advise(advice.0, advice.1));
            }
        }
    }
    if findings.len() > before {
        return;
    }
    let world = World::new(packs.schema.clone(), case.on.0, rows.frames()).complete();
    let row = world.frame(rule.kind()).row_of(subject).unwrap_or(0);
    let found = Explainer::new(&world, &rule, &values).explain(row);
    compare(case, &found, findings);
}

fn compare(case: &Case, found: &Explanation, findings: &mut Vec<Finding>) {
    let verdict = Verdict::of(found.verdict);
    let decided: Vec<&Reason> = found.decided.iter().collect();
    let (why_zh, why_en) = reasons(&decided);
    if verdict != case.verdict {
        let ((found_zh, found_en), (wanted_zh, wanted_en)) = (verdict.words(), case.verdict.words());
        let finding = case.verdict_spot.error(
            "case-verdict",
            format!("算例「{}」写的是{wanted_zh}，算出来是{found_zh}", case.name),
            format!("case \"{}\" says {wanted_en}, the rule says {found_en}", case.name),
        );
        findings.push(finding.advise(format!("起决定作用的是：{why_zh}"), format!("what decided: {why_en}")));
        return;
    }
    if let (Some(because), Some(spot)) = (&case.because, &case.because_spot) {
        let named =
            |r: &Reason| r.text == *because || r.title.as_ref().is_some_and(|t| t.zh == *because || t.en == *because);
        if !decided.iter().any(|r| named(r)) {
            let finding = spot.error(
                "case-because",
                format!("算例「{}」写的理由是「{because}」，起决定作用的却是另外的条件", case.name),
                format!("case \"{}\" gives the reason \"{because}\", other conditions decided", case.name),
            );
            findings.push(finding.advise(format!("起决定作用的是：{why_zh}"), format!("what decided: {why_en}")));
        }
    }
    if let (Some(missing), Some(spot)) = (&case.missing, &case.missing_spot) {
        let mut wanted: Vec<&str> = missing.iter().map(String::as_str).collect();
        let mut names: Vec<&str> = found.missing.iter().map(|m| m.name.as_str()).collect();
        wanted.sort_unstable();
        names.sort_unstable();
        names.dedup();
        if wanted != names {
            let list = |l: &[&str]| {
                if l.is_empty() { "—".to_string() } else { l.join(", ") }
            };
            findings.push(spot.error(
                "case-missing",
                format!("算例「{}」写的缺项是 {}，算出来缺 {}", case.name, list(&wanted), list(&names)),
                format!("case \"{}\" says {} is missing, the rule asks for {}", case.name, list(&wanted), list(&names)),
            ));
        }
    }
}

fn reasons(decided: &[&Reason]) -> (String, String) {
    let zh: Vec<&str> = decided.iter().map(|r| r.title.as_ref().map_or(r.text.as_str(), |t| &t.zh)).collect();
    let en: Vec<&str> = decided.iter().map(|r| r.title.as_ref().map_or(r.text.as_str(), |t| &t.en)).collect();
    (zh.join("；"), en.join("; "))
}
