//! What an import made of a case, held against what its author knows: people, households, enrolments, questions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What the program answered in one case.
pub struct Answers {
    pub files: Vec<File>,
    /// The rows of `export people`.
    pub people: Vec<Value>,
    /// The rows of `export ledger`, for each programme.
    pub ledgers: BTreeMap<String, Vec<Value>>,
}

/// What was said about one file.
#[derive(Default)]
pub struct File {
    pub name: String,
    pub summary: Value,
    pub detail: Value,
    /// Why it was not imported.
    pub refused: Option<String>,
}

/// A stage of a programme: its id and whether it is one of those that hold.
pub struct Stage {
    pub id: String,
    pub in_force: bool,
}

pub type Stages = BTreeMap<String, Vec<Stage>>;

/// Right, wrong, missing and extra.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub wrong: usize,
    pub missing: usize,
    pub extra: usize,
}

/// 判定 — why a case does not pass, and what of it is right.
#[derive(Debug, Default)]
pub struct Verdict {
    pub reasons: Vec<String>,
    pub people: Tally,
    pub enrolments: Tally,
    /// Found, of how many.
    pub asked: (usize, usize),
    pub problems: (usize, usize),
    pub quiet: bool,
    pub false_alarm: bool,
}

pub fn judge(case: &Value, answers: &Answers, stages: &Stages) -> Verdict {
    let mut verdict = Verdict { quiet: case["must_be_quiet"] == true, ..Verdict::default() };
    let matched = people(case, answers, &mut verdict);
    enrolments(case, answers, stages, &matched, &mut verdict);
    for file in &answers.files {
        // A plan of visits is no list of anybody: that nothing was read is told, and is right unless people are missing.
        if let Some(why) = file.refused.as_ref().filter(|_| verdict.quiet) {
            verdict.reasons.push(format!("refused {}: {why}", file.name));
        }
    }
    asked(case, answers, &mut verdict);
    problems(case, answers, &mut verdict);
    if verdict.quiet {
        quiet(answers, &mut verdict);
    }
    verdict
}

/// Which person of truth each exported row is; rows of optional people are `Some` beyond the end of the truth.
struct Matched<'a> {
    truth: Vec<&'a Value>,
    of_row: Vec<Option<usize>>,
}

fn list<'a>(case: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    case[key].as_array().into_iter().flatten()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|t| !t.is_empty())
}

/// A name as one reads it: the dot between its parts has several characters.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).map(|c| if "·•‧・．.。∙".contains(c) { '·' } else { c }).collect()
}

/// The answers that are all right for a field, the truth first.
fn allowed<'a>(truth: &'a Value, field: &str) -> Vec<&'a Value> {
    let more = truth["accept"][field].as_array().into_iter().flatten();
    std::iter::once(&truth[field]).chain(more).collect()
}

fn is_allowed(truth: &Value, field: &str, got: Option<&str>) -> bool {
    allowed(truth, field).iter().any(|v| text(v) == got)
}

fn names_agree(truth: &Value, name: Option<&str>) -> bool {
    let got = name.map(plain);
    allowed(truth, "name").iter().any(|v| text(v).map(plain) == got)
}

/// First and last day of `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a range, as numbers in order.
fn range(text: &str) -> (u32, u32) {
    let bound = |text: &str, rest: u32| {
        let mut parts = text.splitn(3, '-').map(|p| p.parse::<u32>().unwrap_or_default());
        let mut next = || parts.next().unwrap_or(rest);
        next() * 10_000 + next() * 100 + next()
    };
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    (bound(first, 0), bound(last, 99))
}

/// Whether a day says what the truth says: the same time, or a day within it.
fn says(truth: &str, got: &str) -> bool {
    let (t, g) = (range(truth), range(got));
    t.0 <= g.0 && g.1 <= t.1
}

fn day_allowed(truth: &Value, field: &str, got: Option<&str>) -> bool {
    let all = allowed(truth, field);
    text(&truth[field]).is_none()
        || all.iter().any(|v| match (text(v), got) {
            (Some(told), Some(got)) => says(told, got),
            (None, None) => true,
            _ => false,
        })
}

fn stands(row: &Value) -> &str {
    match (row["status"].as_str(), row["residency"].as_str()) {
        (Some("deceased"), _) => "deceased",
        (Some("moved_out"), _) | (_, Some("elsewhere")) => "gone",
        (_, residency) => residency.unwrap_or("unknown"),
    }
}

fn people<'a>(case: &'a Value, answers: &Answers, verdict: &mut Verdict) -> Matched<'a> {
    let must = list(case, "people").count();
    let truth: Vec<&Value> = list(case, "people").chain(list(case, "optional_people")).collect();
    let mut of_row: Vec<Option<usize>> = vec![None; answers.people.len()];
    let mut row_of: Vec<Option<usize>> = vec![None; truth.len()];
    let mut meet = |fits: &dyn Fn(&Value, &Value) -> bool| {
        for (t, person) in truth.iter().enumerate() {
            if row_of[t].is_some() {
                continue;
            }
            let row = answers.people.iter().enumerate().find(|(r, row)| of_row[*r].is_none() && fits(person, row));
            if let Some((r, _)) = row {
                (row_of[t], of_row[r]) = (Some(r), Some(t));
            }
        }
    };
    let born = |person: &Value, row: &Value| match (text(&person["birth"]), text(&row["birth_date"])) {
        (Some(told), Some(got)) => says(told, got) || says(got, told),
        _ => false,
    };
    meet(&|person, row| text(&person["id"]).is_some_and(|id| row["id_number"] == id));
    meet(&|person, row| names_agree(person, row["name"].as_str()) && born(person, row));
    meet(&|person, row| names_agree(person, row["name"].as_str()));
    let homes = households(&truth, &row_of, answers);
    for (t, person) in truth.iter().enumerate() {
        let called = person["name"].as_str().unwrap_or("?");
        let Some(row) = row_of[t].map(|r| &answers.people[r]) else {
            if t < must && person["accept"]["absent"] != true {
                verdict.people.missing += 1;
                verdict.reasons.push(format!("person missing: {called}"));
            }
            continue;
        };
        let mut wrong = Vec::new();
        if !names_agree(person, row["name"].as_str()) {
            wrong.push(format!("name {}", row["name"]));
        }
        let sex = row["sex"].as_i64().map(|s| s.to_string());
        if text(&person["sex"]).is_some() && !is_allowed(person, "sex", sex.as_deref()) {
            wrong.push(format!("sex {sex:?}, not {}", person["sex"]));
        }
        if !day_allowed(person, "birth", text(&row["birth_date"])) {
            wrong.push(format!("birth {}, not {}", row["birth_date"], person["birth"]));
        }
        if !is_allowed(person, "id", text(&row["id_number"])) {
            wrong.push(format!("id {}, not {}", row["id_number"], person["id"]));
        }
        if text(&person["stands"]).is_some() && !is_allowed(person, "stands", Some(stands(row))) {
            wrong.push(format!("stands {}, not {}", stands(row), person["stands"]));
        }
        let phones = |v: &Value| -> BTreeSet<String> {
            v.as_array().into_iter().flatten().filter_map(|p| p.as_str().map(str::to_owned)).collect()
        };
        if person["phones"].is_array() && !allowed(person, "phones").iter().any(|v| phones(v) == phones(&row["phones"]))
        {
            wrong.push(format!("phones {}, not {}", row["phones"], person["phones"]));
        }
        if !homes.is_right(person, row) {
            wrong.push(format!("household {} for {}", row["household"], person["household"]));
        }
        if t >= must {
            continue;
        }
        if wrong.is_empty() {
            verdict.people.right += 1;
        } else {
            verdict.people.wrong += 1;
            verdict.reasons.push(format!("person wrong: {called}: {}", wrong.join("; ")));
        }
    }
    for (r, row) in answers.people.iter().enumerate().filter(|(r, _)| of_row[*r].is_none()) {
        verdict.people.extra += 1;
        let name = row["name"].as_str().unwrap_or("?");
        verdict.reasons.push(format!("person extra: {name} from {} ({r})", row["source"]["at"]));
    }
    Matched { truth, of_row }
}

/// Which exported household is which of truth.
struct Homes {
    /// The number of most living members of a label, where no other label has more of them in it.
    number: BTreeMap<String, i64>,
    /// How many living people of truth a label has, and an exported household holds.
    members: BTreeMap<String, usize>,
    holds: BTreeMap<i64, usize>,
}

fn lives(person: &Value) -> bool {
    !matches!(person["stands"].as_str(), Some("deceased" | "gone"))
}

fn households(truth: &[&Value], row_of: &[Option<usize>], answers: &Answers) -> Homes {
    let mut votes: BTreeMap<(String, i64), usize> = BTreeMap::new();
    let (mut members, mut holds) = (BTreeMap::new(), BTreeMap::new());
    for (person, row) in truth.iter().zip(row_of) {
        let (Some(label), true) = (text(&person["household"]), lives(person)) else { continue };
        *members.entry(label.to_owned()).or_default() += 1;
        if let Some(number) = row.and_then(|r| answers.people[r]["household"].as_i64()) {
            *votes.entry((label.to_owned(), number)).or_default() += 1;
            *holds.entry(number).or_default() += 1;
        }
    }
    let mut order: Vec<_> = votes.into_iter().collect();
    order.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let (mut number, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for ((label, home), _) in order {
        if !number.contains_key(&label) && taken.insert(home) {
            number.insert(label, home);
        }
    }
    Homes { number, members, holds }
}

impl Homes {
    fn is_right(&self, person: &Value, row: &Value) -> bool {
        if text(&person["household"]).is_none() || !lives(person) {
            return true;
        }
        let got = row["household"].as_i64();
        allowed(person, "household").iter().any(|v| match (text(v), got) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some("own"), got) => got.is_none_or(|n| self.holds.get(&n) == Some(&1)),
            (Some(label), Some(n)) => self.number.get(label) == Some(&n),
            // Whoever lives alone lives with nobody.
            (Some(label), None) => self.members.get(label) == Some(&1),
        })
    }
}

/// An enrolment as exported.
struct Exported<'a> {
    programme: &'a str,
    row: &'a Value,
    stage: Option<&'a Stage>,
    used: bool,
}

fn enrolments(case: &Value, answers: &Answers, stages: &Stages, matched: &Matched<'_>, verdict: &mut Verdict) {
    let mut exported: Vec<Exported<'_>> = Vec::new();
    for (programme, rows) in &answers.ledgers {
        for row in rows {
            let known = stages.get(programme).into_iter().flatten();
            let stage = known.into_iter().find(|s| row["stage_id"] == s.id.as_str());
            exported.push(Exported { programme, row, stage, used: false });
        }
    }
    let must = list(case, "enrolments").count();
    let truth: Vec<&Value> = list(case, "enrolments").chain(list(case, "optional_enrolments")).collect();
    let mut open: Vec<usize> = (0..truth.len()).collect();
    // Whoever fits wholly is met first, so that one of two with the same name does not take the place of the other.
    for whole in [true, false] {
        open.retain(|t| {
            let told = truth[*t];
            let found = exported.iter_mut().find(|e| {
                !e.used
                    && told["programme"] == e.programme
                    && is_subject(told, e.row, answers, matched)
                    && (!whole || faults(told, e, stages).is_empty())
            });
            let Some(found) = found else { return true };
            found.used = true;
            let faults = faults(told, found, stages);
            let name = told["name"].as_str().unwrap_or("?");
            match (faults.is_empty(), *t < must) {
                (true, true) => verdict.enrolments.right += 1,
                (true, false) => {}
                (false, true) => verdict.enrolments.wrong += 1,
                (false, false) => verdict.enrolments.extra += 1,
            }
            if !faults.is_empty() {
                verdict.reasons.push(format!("enrolment wrong: {name} {}: {}", found.programme, faults.join("; ")));
            }
            false
        });
    }
    for told in open.into_iter().filter(|t| *t < must).map(|t| truth[t]) {
        if allowed(told, "stage").iter().any(|s| **s == "absent") {
            continue;
        }
        verdict.enrolments.missing += 1;
        let part = |key: &str| told[key].as_str().unwrap_or("?").to_owned();
        verdict.reasons.push(format!("enrolment missing: {} {} {}", part("name"), part("programme"), part("stage")));
    }
    for extra in exported.iter().filter(|e| !e.used) {
        verdict.enrolments.extra += 1;
        let stage = extra.stage.map_or("?", |s| s.id.as_str());
        verdict.reasons.push(format!("enrolment extra: {} {} {stage}", extra.row["subject"], extra.programme));
    }
}

fn is_subject(told: &Value, row: &Value, answers: &Answers, matched: &Matched<'_>) -> bool {
    let people = || answers.people.iter().zip(&matched.of_row);
    let right_home = |truth: Option<usize>| match text(&told["household"]) {
        Some(label) => truth.is_some_and(|t| matched.truth[t]["household"] == label),
        None => true,
    };
    if let Some(key) = row["key"].as_str() {
        return people().any(|(p, t)| {
            p["key"] == key
                && right_home(*t)
                && (names_agree(told, p["name"].as_str())
                    || t.is_some_and(|t| names_agree(told, matched.truth[t]["name"].as_str())))
        });
    }
    let home = row["household"].as_i64();
    let inside = |(p, _): (&Value, &Option<usize>)| {
        home.is_some() && p["household"].as_i64() == home && names_agree(told, p["name"].as_str())
    };
    // A household is exported under its head's name, most of it hidden.
    let masked = |name: &str| {
        let mut rest = name.chars();
        let first: String = rest.by_ref().take(1).collect();
        format!("{first}{}", "*".repeat(rest.count()))
    };
    let subject = row["subject"].as_str().unwrap_or_default();
    let called = subject.split(' ').next().unwrap_or_default();
    people().any(inside)
        || (!people().any(|(p, _)| home.is_some() && p["household"].as_i64() == home)
            && allowed(told, "name").iter().filter_map(|v| text(v)).any(|name| masked(name) == called))
}

fn faults(told: &Value, got: &Exported<'_>, stages: &Stages) -> Vec<String> {
    let mut wrong = Vec::new();
    let ended = text(&got.row["ended"]);
    let holds = |id: &str| stages.get(got.programme).into_iter().flatten().any(|s| s.id == id && s.in_force);
    let stage_right = allowed(told, "stage").iter().filter_map(|v| text(v)).any(|stage| match got.stage {
        Some(s) => s.id == stage,
        // Whoever died or left is enrolled no more, whatever the stage was.
        None => ended.is_some() && !holds(stage),
    });
    if !stage_right {
        let is = got.stage.map_or(if ended.is_some() { "ended" } else { "unknown" }, |s| s.id.as_str());
        wrong.push(format!("stage {is}, not {}", told["stage"]));
    }
    let since = text(&got.row["stage_since"]).or(ended);
    if !day_allowed(told, "since", since) {
        wrong.push(format!("since {}, not {}", since.unwrap_or("unknown"), told["since"]));
    }
    wrong
}

fn file<'a>(answers: &'a Answers, name: &Value) -> Option<&'a File> {
    answers.files.iter().find(|f| *name == f.name.as_str())
}

fn asked(case: &Value, answers: &Answers, verdict: &mut Verdict) {
    for told in list(case, "asked") {
        verdict.asked.1 += 1;
        let Some(file) = file(answers, &told["file"]) else { continue };
        let count = |key: &str| file.summary[key].as_u64().unwrap_or_default();
        let questions = file.summary["questions"].as_array().is_some_and(|q| !q.is_empty());
        let wrote = ["new", "enrolments_new", "enrolments_moved"].iter().map(|k| count(k)).sum::<u64>();
        if questions && wrote == 0 {
            verdict.asked.0 += 1;
        } else if wrote > 0 {
            verdict.reasons.push(format!("written before it was asked: {}", file.name));
        } else {
            verdict.reasons.push(format!("not asked: {}", file.name));
        }
    }
}

fn problems(case: &Value, answers: &Answers, verdict: &mut Verdict) {
    for told in list(case, "problems") {
        verdict.problems.1 += 1;
        let Some(file) = file(answers, &told["file"]) else { continue };
        let here = |p: &Value| p["sheet"] == told["sheet"] && p["row"] == told["row"];
        let said = file.detail["problems"].as_array().into_iter().flatten().any(|p| p["level"] != "note" && here(p))
            || file.summary["differences"].as_array().into_iter().flatten().any(here)
            || file.summary["questions"].as_array().into_iter().flatten().any(|q| {
                q["sheet"] == told["sheet"] && q["rows"].as_array().is_some_and(|rows| rows.contains(&told["row"]))
            });
        if said {
            verdict.problems.0 += 1;
        } else {
            let (sheet, row) = (&told["sheet"], &told["row"]);
            verdict.reasons.push(format!("nothing said of {} {sheet} row {row}: {}", file.name, told["why"]));
        }
    }
}

fn quiet(answers: &Answers, verdict: &mut Verdict) {
    for file in &answers.files {
        let mut said: Vec<String> = Vec::new();
        for p in file.detail["problems"].as_array().into_iter().flatten().filter(|p| p["level"] != "note") {
            said.push(format!("{} row {}: {}", p["kind"], p["row"], p["message"]));
        }
        for d in file.summary["differences"].as_array().into_iter().flatten() {
            said.push(format!("{} row {}: {} / {}", d["kind"], d["row"], d["on_record"], d["said"]));
        }
        for q in file.summary["questions"].as_array().into_iter().flatten() {
            said.push(format!("{}", q["question"]));
        }
        if let Some(first) = said.first() {
            verdict.false_alarm = true;
            verdict.reasons.push(format!("false alarm in {} ({}): {first}", file.name, said.len()));
        }
    }
}
