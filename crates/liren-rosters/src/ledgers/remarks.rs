//! What remarks, and the signs a note explains, say of the stage of a ledger line.

use crate::extract::{Reader, Record};
use crate::ledgers::Sheet;
use crate::meanings;
use crate::stage::{Cell, Evidence};
use crate::standing::{Says, Standing};
use crate::understand::Plan;

/// 带★者为预备党员: whoever has no star is the other.
pub(super) fn unmarked(marks: &[(String, String)], signs: &[String], sheet: &Sheet) -> Option<String> {
    let [one, other] = &sheet.kind.either[..] else { return None };
    let says = |meaning: &str| match sheet.vocabulary.cell(meaning, Some(sheet.kind)) {
        Some(Says::Stage(stage)) => Some(stage),
        _ => None,
    };
    if signs.iter().any(|s| says(s).is_some()) {
        return None;
    }
    match marks.iter().filter_map(|(_, meaning)| says(meaning)).collect::<Vec<_>>()[..] {
        [ref marked] if marked == one => Some(other.clone()),
        [ref marked] if marked == other => Some(one.clone()),
        _ => None,
    }
}

/// 已停保, 2024.3停发 in a remark of this ledger: only that it ended is taken from there.
pub(super) fn remarks(reader: &Reader, sheet: &Sheet, plan: &Plan, record: &Record, evidence: &mut Evidence) {
    for column in &plan.remarks {
        let text = reader.grid.own(record.row, *column).shown();
        for clause in meanings::clauses(&text) {
            if sheet.vocabulary.is_void(clause) {
                evidence.void = true;
                break;
            }
            let short = clause.chars().count() <= 16;
            let others = sheet.others.iter().filter(|k| k.programme != sheet.kind.programme).flat_map(|k| &k.words);
            let about_other = others.filter(|w| w.chars().count() >= 2).any(|w| clause.contains(w.as_str()));
            let ended = || {
                sheet.vocabulary.cell(clause, Some(sheet.kind)) == Some(Says::Standing(Standing::Ended))
                    && meanings::status_of_clause(clause).is_none()
            };
            if short && !about_other && !meanings::names_kin(clause) && ended() {
                evidence.cells.push((*column, Cell::Says(Says::Standing(Standing::Ended))));
                let day = meanings::date_of_remark(clause, reader.on);
                evidence.ended = evidence.ended.or(day.filter(|d| d.first <= reader.on));
            } else if short
                && !about_other
                && evidence.ended.is_none()
                && evidence.cells.iter().any(|(_, c)| *c == Cell::Says(Says::Standing(Standing::Ended)))
                && sheet.vocabulary.names(clause, Standing::Ended)
            {
                // 状态 已注销, 备注 2021年3月本人申请注销: when.
                let day = meanings::date_of_remark(clause, reader.on);
                evidence.ended = day.filter(|d| d.first <= reader.on);
            } else if evidence.ended.is_none()
                && evidence.cells.iter().any(|(_, c)| *c == Cell::Says(Says::Standing(Standing::Ended)))
                && starts_then(clause)
            {
                // 状态 停保, 备注 2018年5月起，就业: from when.
                let day = meanings::date_of_remark(clause, reader.on);
                evidence.ended = day.filter(|d| d.first <= reader.on);
            }
        }
    }
}

/// 2018年5月起, 自2018.5.1: a day and that something begins with it, or a day alone.
fn starts_then(clause: &str) -> bool {
    let rest = clause.trim_start_matches(['自', '从', '于']);
    let after =
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '.' | '-' | '/'));
    after.len() + 5 < rest.len()
        && matches!(after.trim(), "" | "起" | "开始" | "后" | "以后" | "份" | "份起" | "起停" | "起停发" | "起停保")
}
