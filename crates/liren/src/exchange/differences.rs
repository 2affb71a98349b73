//! Where a list and the register say otherwise and nobody may choose for them: by name, with both sides.

use liren_rosters::Reading;
use liren_rosters::draft::Status;
use serde_json::{Value, json};

use super::known::Register;
use super::ledger::Refused;
use super::plan::{Change, Plan, Step};
use crate::base::{App, Lang};

/// 出入 — one statement of a list that was not taken, and what the register has instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// A stable word: `number`, `stage`.
    pub kind: &'static str,
    pub sheet: String,
    /// 1-based.
    pub row: u32,
    /// Index of the draft.
    pub draft: usize,
    /// The person on record.
    pub person: Option<i64>,
    pub name: String,
    pub on_record: Said,
    pub said: Said,
    /// What somebody may do about it.
    pub advice: Said,
}

/// A statement in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub zh: String,
    pub en: String,
}

impl Said {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Said {
        Said { zh: zh.into(), en: en.into() }
    }
}

/// All differences of an import, in the order of the list.
pub fn differences(
    app: &App,
    reading: &Reading,
    plan: &Plan,
    register: &Register,
    refused: &[Refused],
) -> Vec<Difference> {
    let mut out: Vec<Difference> = Vec::new();
    let mut add = |kind, draft: usize, person: Option<i64>, on_record: Said, said: Said, advice: Said| {
        let read = &reading.people[draft];
        let known = person.and_then(|p| register.lines.get(&p)).and_then(|l| l.name.clone());
        out.push(Difference {
            kind,
            sheet: reading.sheet_name(read.source.sheet).to_owned(),
            row: read.source.row,
            draft,
            person,
            name: read.name.as_ref().map(|n| n.value.clone()).or(known).unwrap_or_default(),
            on_record,
            said,
            advice,
        });
    };
    for (draft, step) in plan.steps.iter().enumerate() {
        if let Step::Conflict { person, what: Change::Life } = step {
            let (zh, en) = match reading.people[draft].status.value {
                Status::Deceased => ("去世", "dead"),
                _ => ("迁出", "moved out"),
            };
            let day = reading.people[draft].left.map(|left| format!(" {left}")).unwrap_or_default();
            add(
                "life",
                draft,
                Some(*person),
                Said::new("后来的名单里仍住在本社区", "a later list says they live here"),
                Said::new(format!("{zh}{day}"), format!("{en}{day}")),
                Said::new("没有改动。请核实本人现在的情况。", "Nothing was changed. Ask how it is now."),
            );
        }
        if let Step::Conflict { person, what: Change::Number } = step {
            let masked = |number: &str| {
                let text = liren_facts::identifier::masked(number);
                Said::new(format!("证件号码 {text}"), format!("number {text}"))
            };
            let on_record = register.numbers.get(person).map(|n| masked(n)).unwrap_or_default();
            let said = reading.people[draft].number.as_ref().map(|n| masked(&n.value.text)).unwrap_or_default();
            let advice = Said::new(
                "请核对证件，确认是号码更正还是另一个人。",
                "Check the card: is it a corrected number, or another person?",
            );
            add("number", draft, Some(*person), on_record, said, advice);
        }
    }
    for (draft, read) in reading.people.iter().enumerate() {
        if plan.steps.get(draft) != Some(&Step::Asked) {
            continue;
        }
        let who = |person: i64| -> String {
            let Some(line) = register.lines.get(&person) else { return String::new() };
            let home = register.homes.get(&person).map(|h| h.key().replace('|', " ")).unwrap_or_default();
            let born = line.born.map(|b| b.first.year().to_string()).unwrap_or_default();
            let name = line.name.clone().unwrap_or_default();
            let told = [born, home.trim().to_owned()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
            format!("{}-{person} {name}({})", register.community, told.join("，"))
        };
        let answer = |zh: &str, en: &str| {
            let place = format!(
                "[[person]] sheet = \"{}\" row = {} is = \"…\"",
                reading.sheet_name(read.source.sheet),
                read.source.row
            );
            Said::new(
                format!("{zh}在列对照表里写 {place}(编号，或 new)。"),
                format!("{en} Write {place} in the mapping (the key, or new)."),
            )
        };
        if !read.fits.is_empty() {
            let all: Vec<String> = read.fits.iter().map(|f| who(f.person)).collect();
            let words = |pick: fn((&'static str, &'static str)) -> &'static str| -> String {
                let reasons = read.fits.first().map(|f| f.reasons.as_slice()).unwrap_or_default();
                reasons.iter().map(|r| pick(r.words())).collect::<Vec<_>>().join("、")
            };
            let name = read.name.as_ref().map(|n| n.value.clone()).unwrap_or_default();
            let said = Said::new(format!("{name}({})", words(|w| w.0)), format!("{name} ({})", words(|w| w.1)));
            let kind = if read.fits.len() > 1 { "several_fit" } else { "likely_same" };
            let advice = answer("没有登记；是同一人还是另一人，请", "Nobody was added; is it one person or another?");
            add(kind, draft, None, Said::new(all.join("、"), all.join(", ")), said, advice);
        } else if read.erased {
            let name = read.name.as_ref().map(|n| n.value.clone()).unwrap_or_default();
            let advice = answer(
                "没有登记；请先问本人是否同意重新登记，同意的",
                "Nobody was added. Ask whether they agree to be registered again; if so,",
            );
            add(
                "erased",
                draft,
                None,
                Said::new("这个号码的人已注销个人信息", "whoever has this number had their data erased"),
                Said::new(name.clone(), name),
                advice,
            );
        } else if read.thin {
            let name = read.name.as_ref().map(|n| n.value.clone()).unwrap_or_default();
            let advice = answer(
                "没有新增；请补上身份证号、出生日期或住址，或",
                "Nobody was added; give the number, the birth or the home.",
            );
            add(
                "thin",
                draft,
                None,
                Said::new("登记中没有这个姓名", "nobody of this name on record"),
                Said::new(format!("{name}，只有姓名"), format!("{name}, a name alone")),
                advice,
            );
        }
    }
    for draft in &plan.second_heads {
        let Some(Step::Known { person, .. }) = plan.steps.get(*draft) else { continue };
        let household = register.households.get(person);
        let head = register.lines.values().find(|l| {
            household.is_some()
                && l.household == household.copied()
                && l.relation.as_deref() == Some("02")
                && l.id != *person
        });
        let name = head.and_then(|l| l.name.clone()).unwrap_or_default();
        let advice = Said::new(
            "户主没有改动。已换户主的，请在名单里写明原户主的关系或去向后再导入。",
            "The head was not changed. If it did change, let the list say what the former head is now, and import again.",
        );
        add(
            "second_head",
            *draft,
            Some(*person),
            Said::new(format!("户主 {name}"), format!("head: {name}")),
            Said::new("户主为本人", "this person is the head"),
            advice,
        );
    }
    for draft in &plan.gaps {
        let Some(Step::Known { person, .. }) = plan.steps.get(*draft) else { continue };
        let home =
            |d: Option<&liren_facts::address::Dwelling>| d.map(|d| d.key().replace('|', " ")).unwrap_or_default();
        let had = home(register.homes.get(person));
        let said = home(reading.people[*draft].dwelling.as_ref().map(|d| &d.value));
        let advice = Said::new(
            "住址没有改动。确已搬家的，请在本行写上住址再导入。",
            "The home was not changed. If they did move, write the address in this row and import again.",
        );
        add(
            "home",
            *draft,
            Some(*person),
            Said::new(format!("住 {had}"), format!("home: {had}")),
            Said::new(format!("排在 {said} 户下，本行没有写住址"), format!("below {said}; the row has no address")),
            advice,
        );
    }
    for one in refused {
        let Some(programme) = app.packs().programme(&one.programme) else { continue };
        let stage = |id: &str| {
            let title = programme.stages.iter().find(|s| s.id == id).map(|s| &s.title);
            let (zh, en) = title.map_or((id, id), |t| (t.zh.as_str(), t.en.as_str()));
            Said::new(format!("{}：{zh}", programme.title.zh), format!("{}: {en}", programme.title.en))
        };
        let said = one.said.as_deref().map(stage).unwrap_or_else(|| {
            Said::new(format!("{}：不在册", programme.title.zh), format!("{}: not in", programme.title.en))
        });
        let on_day = |said: Said, day: Option<&String>| match day {
            Some(day) => Said::new(format!("{}，{day}", said.zh), format!("{}, {day}", said.en)),
            None => said,
        };
        let on_record = on_day(stage(&one.on_record), one.days.as_ref().map(|d| &d.0));
        let said = on_day(said, one.days.as_ref().map(|d| &d.1));
        let person = match plan.steps.get(one.draft) {
            Some(Step::Known { person, .. } | Step::Conflict { person, .. }) => Some(*person),
            _ => None,
        };
        let advice = match one.days {
            None => Said::new(
                "没有改动。确已变动的，请在名单里写明日期后再导入。",
                "Nothing was changed. If it did change, write the day in the list and import again.",
            ),
            Some(_) => Said::new(
                "日期没有改动。请核对原件，登记有误的请更正登记。",
                "The day was not changed. Check the original; if the register is wrong, correct it there.",
            ),
        };
        add("stage", one.draft, person, on_record, said, advice);
    }
    out.sort_by_key(|d| (d.draft, d.kind));
    out
}

impl Difference {
    /// One line for people: who, where, what the register has, what the list says, what to do.
    pub fn line(&self, lang: Lang) -> String {
        let (had, said) = (lang.pick(&self.on_record.zh, &self.on_record.en), lang.pick(&self.said.zh, &self.said.en));
        let advice = lang.pick(&self.advice.zh, &self.advice.en);
        let (name, sheet, row) = (&self.name, &self.sheet, self.row);
        if lang.is_en() {
            format!("{name} ({sheet}!{row}): on record “{had}”, the list says “{said}”. {advice}")
        } else {
            format!("{name}({sheet}!{row})：登记为“{had}”，本表写“{said}”。{advice}")
        }
    }

    /// For `--json` and `--result`.
    pub fn json(&self, community: i64) -> Value {
        json!({
            "kind": self.kind, "sheet": self.sheet, "row": self.row, "name": self.name,
            "person": self.person.map(|p| format!("{community}-{p}")),
            "on_record": self.on_record.zh, "on_record_en": self.on_record.en,
            "said": self.said.zh, "said_en": self.said.en,
            "advice": self.advice.zh, "advice_en": self.advice.en,
        })
    }
}
