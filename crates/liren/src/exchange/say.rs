//! What an import did, for people and for programs, and the workbook given back with its problems.

use liren_rosters::draft::{How, MatchedBy};
use liren_rosters::table::{Line, Role};
use liren_rosters::{Level, Reading};
use liren_sheets::annotate::{Level as Mark, Remark};
use serde_json::{Value, json};

use super::differences::Difference;
use super::import::Outcome;
use crate::base::Lang;

/// The outcome in the stable form of `--json`.
pub fn summary(file: &str, outcome: &Outcome) -> Value {
    let c = &outcome.counts;
    let level = |l: Level| outcome.reading.problems.iter().filter(|p| p.level == l).count();
    json!({
        "file": file,
        "people": outcome.reading.people.len(),
        "households": outcome.reading.households.len(),
        "new": c.new, "changed": c.changed, "same": c.same, "conflict": c.conflict, "asked": c.asked,
        "questions": outcome.reading.questions_json(),
        "differences": outcome.differences.iter().map(|d| d.json(outcome.community)).collect::<Vec<_>>(),
        "changes": outcome.changes,
        "enrolments_new": outcome.enrolments_new, "enrolments_moved": outcome.enrolments_moved,
        "enrolments_irregular": outcome.enrolments_irregular,
        "births": outcome.lives.births, "moved_in": outcome.lives.moved_in,
        "deaths": outcome.lives.deaths, "moved_out": outcome.lives.moved_out,
        "confirmed": outcome.confirmed,
        "residency_inferred": inferred(&outcome.reading),
        "errors": level(Level::Error), "warnings": level(Level::Warning), "notes": level(Level::Note),
        "revision": outcome.revision,
        "layouts": outcome.applied.iter().map(|a| json!({ "sheet": a.sheet, "since": a.revision })).collect::<Vec<_>>(),
        "sheets": outcome.reading.sheets_json(),
    })
}

/// The outcome row by row, for `--result`.
pub fn detail(outcome: &Outcome) -> Value {
    let mut out = outcome.reading.to_result_json();
    out["differences"] = outcome.differences.iter().map(|d| d.json(outcome.community)).collect();
    out
}

/// People whose residency was concluded from other cells: nothing is guessed silently.
fn inferred(reading: &Reading) -> usize {
    reading.people.iter().filter(|p| p.residency.as_ref().is_some_and(|r| r.how == How::Inferred)).count()
}

/// The outcome in a few lines: what was understood, what happens, what to look at first.
pub fn summary_text(file: &str, outcome: &Outcome, dry_run: bool, lang: Lang) -> String {
    let c = &outcome.counts;
    let n = |n: usize| n.to_string();
    let mut lines = vec![lang.t_with(
        if dry_run {
            "{file}(未写入)：读到 {people} 人、{households} 户；将新增 {new}、变更 {changed}、不变 {same}、冲突 {conflict}。"
        } else {
            "{file}：读到 {people} 人、{households} 户；新增 {new}、变更 {changed}、不变 {same}、冲突 {conflict}。"
        },
        &[
            ("file", file),
            ("people", &n(outcome.reading.people.len())),
            ("households", &n(outcome.reading.households.len())),
            ("new", &n(c.new)),
            ("changed", &n(c.changed)),
            ("same", &n(c.same)),
            ("conflict", &n(c.conflict)),
        ],
    )];
    if c.asked > 0 {
        lines.push(if lang.is_en() {
            format!("  {} people wait for an answer and were not added.", c.asked)
        } else {
            format!("  有 {} 人要等回答后才登记(见下)。", c.asked)
        });
    }
    let by_name = |p: &&liren_rosters::Draft| p.matched.is_some_and(|m| m.by == MatchedBy::NameAlone);
    let alone = outcome.reading.people.iter().filter(by_name).count();
    if alone > 0 {
        lines.push(if lang.is_en() {
            format!("  {alone} people were recognised by their name alone, of which there is but one on record. Please check.")
        } else {
            format!("  有 {alone} 人只凭姓名认出(登记中没有同名的人)，请核对。")
        });
    }
    let concluded = inferred(&outcome.reading);
    if concluded > 0 {
        lines.push(lang.t_with(
            "  有 {n} 人的居住情况表里没有写明，是按户籍地址、备注或台账推断的，请核对。",
            &[("n", &n(concluded))],
        ));
    }
    if outcome.enrolments_new + outcome.enrolments_moved > 0 {
        lines.push(lang.t_with(
            if dry_run {
                "  台账：将新增 {new} 条、变更 {moved} 条。"
            } else {
                "  台账：新增 {new} 条、变更 {moved} 条。"
            },
            &[("new", &n(outcome.enrolments_new)), ("moved", &n(outcome.enrolments_moved))],
        ));
    }
    if outcome.enrolments_irregular > 0 {
        lines.push(lang.t_with(
            "  台账里有 {n} 处阶段变动不合业务包的规定（时间不够，或跳过了中间阶段），已照台账登记，请核对。",
            &[("n", &n(outcome.enrolments_irregular))],
        ));
    }
    if outcome.confirmed > 0 {
        lines.push(lang.t_with("  名单里仍在的 {n} 人，居住情况记为已核实。", &[("n", &n(outcome.confirmed))]));
    }
    if outcome.lives.any() {
        let lives = outcome.lives;
        lines.push(lang.t_with(
            "  按表中日期记为：出生 {births}、迁入 {moved_in}、死亡 {deaths}、迁出 {moved_out}，请核对。",
            &[
                ("births", &n(lives.births)),
                ("moved_in", &n(lives.moved_in)),
                ("deaths", &n(lives.deaths)),
                ("moved_out", &n(lives.moved_out)),
            ],
        ));
    }
    for one in &outcome.applied {
        lines.push(lang.t_with(
            "  「{sheet}」的表头见过，按修订 {revision} 时确认过的列对照读的；不对的用 --map 指定。",
            &[("sheet", &one.sheet), ("revision", &one.revision.to_string())],
        ));
    }
    lines.extend(open(outcome, lang));
    lines.extend(problems(outcome, lang));
    lines.join("\n")
}

/// How many errors and warnings there are, and the first of each kind with the place it stands in.
fn problems(outcome: &Outcome, lang: Lang) -> Vec<String> {
    let all = &outcome.reading.problems;
    let count = |level: Level| all.iter().filter(|p| p.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if errors + warnings == 0 {
        return Vec::new();
    }
    let mut out = vec![if lang.is_en() {
        format!(
            "  {errors} errors, {warnings} warnings; the first of each kind (--annotated FILE gives all of them at their cells):"
        )
    } else {
        format!("  错误 {errors} 处、警告 {warnings} 处，每种举第一处(用 --annotated 文件名 取回标出全部问题的原表)：")
    }];
    let mut kinds: Vec<(&str, &liren_rosters::Problem, usize)> = Vec::new();
    for problem in all.iter().filter(|p| p.level != Level::Note) {
        match kinds.iter_mut().find(|(kind, ..)| *kind == problem.kind) {
            Some((_, _, n)) => *n += 1,
            None => kinds.push((&problem.kind, problem, 1)),
        }
    }
    kinds.sort_by_key(|(_, problem, n)| (std::cmp::Reverse(problem.level), std::cmp::Reverse(*n)));
    for (_, problem, n) in kinds {
        let sheet = outcome.reading.sheet_name(problem.sheet);
        let text = lang.pick(&problem.zh, &problem.en);
        let more = match (n, lang.is_en()) {
            (1, _) => String::new(),
            (n, true) => format!(" ({n} like this)"),
            (n, false) => format!("(共 {n} 处)"),
        };
        out.push(format!("  {sheet}!{}: {text}{more}", problem.row));
    }
    out
}

/// What is left to people: questions with their answers, differences by name, columns that were left aside.
fn open(outcome: &Outcome, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    for question in &outcome.reading.questions {
        let choices: Vec<String> =
            question.choices.iter().map(|c| format!("\"{}\" {}", c.value, lang.pick(&c.zh, &c.en))).collect();
        out.push(format!("  {}{}", lang.pick("待答：", "Question: "), lang.pick(&question.zh, &question.en)));
        for reason in &question.reasons {
            out.push(format!("    {}{}", lang.pick("原因：", "Because: "), lang.pick(&reason.zh, &reason.en)));
        }
        out.push(format!(
            "    {}{}{}{}",
            lang.pick("回答：在列对照表(--map)里写 ", "Answer in the mapping (--map): "),
            question.answer,
            lang.pick("，可填 ", "; choose "),
            choices.join(lang.pick("、", ", "))
        ));
    }
    if !outcome.reading.questions.is_empty() {
        out.push(
            lang.pick(
                "    回答之前，有疑问的行不登记。用 --write-map 文件名 可写出待填的对照表。",
                "    Nothing is written for these rows before the answer. --write-map FILE writes a mapping to fill in.",
            )
            .to_owned(),
        );
    }
    let shown = 20;
    for difference in outcome.differences.iter().take(shown) {
        out.push(format!("  {}", difference.line(lang)));
    }
    if outcome.differences.len() > shown {
        let rest = outcome.differences.len() - shown;
        out.push(if lang.is_en() {
            format!("  {rest} more differences; --json lists all of them.")
        } else {
            format!("  另有 {rest} 处出入，--json 可列出全部。")
        });
    }
    for sheet in outcome.reading.sheets.iter().filter(|s| s.bystanders) {
        let name = &sheet.name;
        out.push(if lang.is_en() {
            format!("  “{name}” lists things, or people for an hour (dogs, cars, shops, who signed in): it says of nobody that they live here, and nobody was registered. If it is a list of residents, write role = \"people\" in the mapping.")
        } else {
            format!("  「{name}」登记的是物品、商户、签到一类，不能说明谁住在本社区，没有登记任何人。确是居民名单的，请在列对照表里写 role = \"people\"。")
        });
    }
    for sheet in outcome.reading.sheets.iter().filter(|s| s.skipped && !s.bystanders) {
        let (name, rows) = (&sheet.name, sheet.people_rows);
        let why = match (sheet.masked, sheet.role) {
            (true, _) => Some(("姓名已脱敏，认不出是谁", "its names are masked")),
            (_, Role::StaleCopy) if sheet.hidden => {
                Some(("隐藏的工作表，内容和别的工作表重复", "hidden, and a copy of another sheet"))
            }
            (_, Role::StaleCopy) => Some(("和别的工作表重复，或是旧表", "a copy of another sheet, or an old one")),
            (_, Role::People) if sheet.hidden => Some((
                "隐藏的工作表；要导入请取消隐藏，或在列对照表里写 role = \"people\"",
                "hidden; show it, or write role = \"people\" in the mapping",
            )),
            _ => None,
        };
        if let Some((zh, en)) = why {
            out.push(if lang.is_en() {
                format!("  “{name}” was left out ({en}); rows of people: {rows}.")
            } else {
                format!("  没有导入「{name}」({zh})，其中人员 {rows} 行。")
            });
        }
    }
    for sheet in outcome.reading.sheets.iter().filter(|s| s.people_rows > 0 && !s.skipped) {
        let other: Vec<String> = sheet
            .runs()
            .into_iter()
            .filter(|(line, ..)| *line == Line::Other)
            .map(|(_, first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
            .collect();
        if !other.is_empty() {
            let shown = other.iter().take(8).cloned().collect::<Vec<_>>().join(lang.pick("、", ", "));
            let more = lang.pick(if other.len() > 8 { "等" } else { "" }, if other.len() > 8 { " …" } else { "" });
            out.push(if lang.is_en() {
                format!("  “{}”: rows that were not understood: {shown}{more}.", sheet.name)
            } else {
                format!("  「{}」没有看懂的行：第 {shown} 行{more}。", sheet.name)
            });
        }
        let aside: Vec<String> = sheet
            .columns
            .iter()
            .filter(|c| c.aside)
            .map(|c| {
                let letters = liren_sheets::book::column_letters(c.column);
                let name = if c.header.is_empty() { letters } else { format!("{letters}“{}”", c.header) };
                let cells = lang.pick(" 格", " cells");
                format!("{name}({}{cells})", c.filled)
            })
            .collect();
        if !aside.is_empty() {
            let (sheet, list) = (&sheet.name, aside.join(lang.pick("、", ", ")));
            out.push(if lang.is_en() {
                format!("  “{sheet}”: columns left aside: {list}.")
            } else {
                format!("  「{sheet}」没有采用的栏目：{list}。")
            });
        }
    }
    out
}

/// Every error and warning, difference and question, at its cell.
pub fn remarks(reading: &Reading, differences: &[Difference]) -> Vec<Remark> {
    let name = |person: Option<usize>| {
        let draft = person.and_then(|p| reading.people.get(p));
        draft.and_then(|d| d.name.as_ref()).map(|n| n.value.clone()).unwrap_or_default()
    };
    let problems = reading.problems.iter().filter(|p| p.level != Level::Note).map(|p| Remark {
        sheet: reading.sheets.get(p.sheet).map_or_else(String::new, |s| s.name.clone()),
        row: p.row.saturating_sub(1),
        column: p.column,
        level: if p.level == Level::Error { Mark::Error } else { Mark::Warning },
        header: p.header.clone().unwrap_or_default(),
        name: name(p.person),
        value: p.value.clone(),
        text: p.zh.clone(),
    });
    let differences = differences.iter().map(|d| Remark {
        sheet: d.sheet.clone(),
        row: d.row.saturating_sub(1),
        column: None,
        level: Mark::Warning,
        header: String::new(),
        name: d.name.clone(),
        value: d.said.zh.clone(),
        text: format!("登记为“{}”，本表写“{}”。{}", d.on_record.zh, d.said.zh, d.advice.zh),
    });
    let questions = reading.questions.iter().map(|q| Remark {
        sheet: reading.sheet_name(q.sheet).to_owned(),
        row: q.rows.first().map_or(0, |r| r.saturating_sub(1)),
        column: q.column,
        level: Mark::Warning,
        header: String::new(),
        name: String::new(),
        value: q.word.clone().unwrap_or_default(),
        text: format!("待答：{}", q.zh),
    });
    problems.chain(differences).chain(questions).collect()
}
