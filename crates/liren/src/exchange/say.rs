//! What an import did, for people and for programs, and the workbook given back with its problems.

use std::sync::Arc;

use liren_rosters::draft::How;
use liren_rosters::{Level, Reading};
use liren_sheets::annotate::{Level as Mark, Remark};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::import::Outcome;
use super::reading;
use crate::base::reader::Size;
use crate::base::{Lang, Result};

/// The outcome in the stable form of `--json`.
pub fn summary(file: &str, outcome: &Outcome) -> Value {
    let c = &outcome.counts;
    let level = |l: Level| outcome.reading.problems.iter().filter(|p| p.level == l).count();
    json!({
        "file": file,
        "people": outcome.reading.people.len(),
        "households": outcome.reading.households.len(),
        "new": c.new, "changed": c.changed, "same": c.same, "conflict": c.conflict,
        "changes": outcome.changes,
        "enrolments_new": outcome.enrolments_new, "enrolments_moved": outcome.enrolments_moved,
        "enrolments_irregular": outcome.enrolments_irregular,
        "births": outcome.lives.births, "moved_in": outcome.lives.moved_in,
        "deaths": outcome.lives.deaths, "moved_out": outcome.lives.moved_out,
        "confirmed": outcome.confirmed,
        "residency_inferred": inferred(&outcome.reading),
        "errors": level(Level::Error), "warnings": level(Level::Warning), "notes": level(Level::Note),
        "revision": outcome.revision,
        "sheets": outcome.reading.sheets.iter().map(|s| json!({
            "name": s.name, "role": s.role.word(), "people_rows": s.people_rows,
            "ledger": s.ledger, "skipped": s.skipped,
        })).collect::<Vec<_>>(),
    })
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
    for problem in outcome.reading.problems.iter().filter(|p| p.level == Level::Error).take(5) {
        let sheet = outcome.reading.sheets.get(problem.sheet).map_or("", |s| s.name.as_str());
        lines.push(format!("  {sheet}!{}: {}", problem.row, lang.pick(&problem.zh, &problem.en)));
    }
    let errors = outcome.reading.problems.iter().filter(|p| p.level == Level::Error).count();
    if errors > 5 {
        lines
            .push(lang.t_with("  另有 {n} 处错误，用 --annotated 文件名 取回带批注的原表。", &[("n", &n(errors - 5))]));
    }
    lines.join("\n")
}

/// Begins to make the workbook with every error and warning as a comment at its cell and a summary sheet, beside what
/// else is done.
pub fn annotating(name: &str, file: Arc<Vec<u8>>, reading: &Reading, size: Size) -> JoinHandle<Result<Vec<u8>>> {
    tokio::spawn(reading::annotated(name.to_owned(), file, remarks(reading), size))
}

fn remarks(reading: &Reading) -> Vec<Remark> {
    reading
        .problems
        .iter()
        .filter(|p| p.level != Level::Note)
        .map(|p| Remark {
            sheet: reading.sheets.get(p.sheet).map_or_else(String::new, |s| s.name.clone()),
            row: p.row.saturating_sub(1),
            column: p.column,
            level: if p.level == Level::Error { Mark::Error } else { Mark::Warning },
            header: p.header.clone().unwrap_or_default(),
            text: p.zh.clone(),
        })
        .collect()
}
