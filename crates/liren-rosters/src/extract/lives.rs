//! Who died or left: remarks, columns of changes and of days, titles.

use liren_facts::date::{self, Date};
use liren_sheets::Value;

use crate::draft::{Draft, Got, How, Status};
use crate::extract::fields::SaidOfOther;
use crate::extract::{Reader, header_of};
use crate::meanings::{self, State};
use crate::understand::{Plan, Table};
use crate::words::{is_no_number, is_nothing};

impl Reader<'_, '_> {
    /// 2021年2月去世 below 体检情况: a column that nobody declared says it as plainly as one of remarks.
    pub(super) fn take_life_in_passing(
        &mut self,
        draft: &mut Draft,
        plan: &Plan,
        row: u32,
        record: usize,
        table: &Table,
    ) {
        if draft.status.value != Status::Active {
            return;
        }
        for column in &plan.extra {
            let Value::Text(text) = self.grid.own(row, *column) else { continue };
            let header = crate::words::bare(header_of(table, *column));
            let of_others = crate::words::whose(&header).0 != crate::words::Whose::Own || meanings::names_kin(&header);
            // 原登记 已亡, 更正前: what is no longer said.
            let before = header.starts_with(['原', '前', '旧', '曾']) || header.ends_with('前');
            if of_others || before || text.chars().count() > 30 {
                continue;
            }
            let Some((status, clause)) = meanings::life_in_passing(text) else { continue };
            draft.status = Got::new(status, How::Given);
            draft.left = meanings::date_of_remark(clause, self.on).or(draft.left);
            let kind = crate::problem::plain_remark(status == Status::Deceased);
            self.problems.raise(self.at(row, Some(*column), record), kind);
            return;
        }
    }

    /// Remarks and columns about leaving. Returns where the status stands and whether it is a column of its own.
    pub(super) fn take_remarks(
        &mut self,
        draft: &mut Draft,
        plan: &Plan,
        row: u32,
        record: usize,
        table: &Table,
    ) -> (Option<u16>, bool) {
        let mut place = (None, false);
        for column in &plan.remarks {
            let cell = self.cell(row, Some(*column), record);
            let text = cell.value.shown().trim().to_owned();
            if is_nothing(&text) {
                continue;
            }
            let at = self.at(row, Some(*column), record);
            let own = draft.name.as_ref().map(|n| n.value.clone());
            let said = meanings::said_in_remark(&text, own.as_deref());
            if let Some(said) = said.iter().find(|s| s.about.is_none()) {
                self.take_life(draft, said.status, &said.clause, at);
                place = (Some(*column), false);
            } else {
                if said.is_empty() && meanings::is_doubtful(&text) && !meanings::names_kin(&text) {
                    draft.doubtful = true;
                    self.problems.raise(at, "status_doubtful");
                }
                let facts = meanings::remark_facts(&text, self.on);
                if !facts.is_empty() {
                    self.problems.raise(at, "remark_fact");
                }
                if draft.residency.is_none() && facts.iter().any(|f| f.kind == "not_living_here") {
                    draft.residency = meanings::residency(&text).map(|r| Got::new(r, How::Inferred));
                }
                draft.facts.extend(facts);
                // What a row says of itself holds before what the title says of all.
                let general = draft.residency.as_ref().is_none_or(|r| r.how == How::Context);
                if general && let Some(residency) = meanings::residency_of_remark(&text) {
                    draft.residency = Some(Got::new(residency, How::Given));
                }
            }
            // Of somebody else of the household: the households are known later.
            self.said_of_others.extend(said.into_iter().filter(|s| s.about.is_some()).map(|said| SaidOfOther {
                record,
                at,
                said,
            }));
            draft.remark = Some(match draft.remark.take() {
                Some(before) => format!("{before};{text}"),
                None => text,
            });
        }
        // Of several columns (变动类别 终止供养, 变动原因 死亡) the one that says why counts.
        let kinds: Vec<(u16, String)> =
            plan.left_kinds().map(|column| (column, self.cell(row, Some(column), record).value.shown())).collect();
        let explained = kinds.iter().any(|(_, text)| matches!(meanings::state(text), Some(State::Status(_))));
        for (column, text) in &kinds {
            let at = self.at(row, Some(*column), record);
            match meanings::state(text) {
                Some(State::Status(status)) => {
                    draft.status = Got::new(status, How::Given);
                    match meanings::dated_remark(text, self.on) {
                        Ok(day) => draft.left = day.or(draft.left),
                        Err(()) => self.problems.raise(at, "left_date_invalid"),
                    }
                    place = (Some(*column), true);
                    break;
                }
                Some(State::Residency(value)) if plan.residency.is_none() && draft.residency.is_none() => {
                    draft.residency = Some(Got::new(value, How::Given));
                }
                Some(State::Doubtful) if !explained => {
                    draft.doubtful = true;
                    self.problems.raise(at, "status_doubtful");
                }
                _ => {}
            }
        }
        if let Ok(Some(status)) = self.ticked(row, &plan.status_ticks) {
            draft.status = Got::new(status, How::Given);
            place = (plan.status_ticks.first().map(|(c, _)| *c), true);
        }
        for (column, says) in
            [(plan.died_on, Some(Status::Deceased)), (plan.moved_out_on, Some(Status::MovedOut)), (plan.left_on, None)]
        {
            let Some(column) = column else { continue };
            if let Some(found) = self.take_left_on(draft, plan, column, says, row, record, table) {
                place = found;
            }
        }
        // A sheet of the dead, or of those who left, says it in its title only.
        if draft.status.value == Status::Active
            && plan.left_kind.is_none()
            && let Some(status) = [self.context.title.as_deref(), Some(self.grid.sheet.name.as_str())]
                .into_iter()
                .flatten()
                .find_map(|title| title_status(title, plan.relation.is_some()))
        {
            draft.status = Got::new(status, How::Context);
            place = (plan.died_on.or(plan.moved_out_on).or(plan.left_on).or(plan.name), true);
        }
        place
    }

    /// A day on which somebody died or left. An impossible day is an error and no day; that it stands in a column of
    /// deaths says all the same that somebody died.
    #[allow(clippy::too_many_arguments)]
    fn take_left_on(
        &mut self,
        draft: &mut Draft,
        plan: &Plan,
        column: u16,
        says: Option<Status>,
        row: u32,
        record: usize,
        table: &Table,
    ) -> Option<(Option<u16>, bool)> {
        let cell = self.cell(row, Some(column), record);
        let shown = cell.value.shown();
        if is_no_number(&shown) {
            return None;
        }
        let at = self.at(row, Some(column), record);
        let read = match cell.value {
            Value::Number(n) => self.date_of_number(*n),
            Value::Date(n) => date::read_number(*n, true, self.on),
            Value::Text(text) => date::read(text, self.on),
            _ => Date::default(),
        };
        match read.value {
            Some(day) if day.first > self.on => {
                // A day to come: nothing has ended yet.
                self.problems.raise(at, "left_date_invalid");
                return None;
            }
            Some(day) => draft.left = Some(day),
            None if read.unknown_word && meanings::state(&shown).is_none() && !shown.starts_with('已') => return None,
            None if read.invalid => self.problems.raise(at, "left_date_invalid"),
            None => {}
        }
        match says {
            Some(status) => {
                if draft.status.value == Status::Active {
                    draft.status = Got::new(status, How::Given);
                }
                Some((Some(column), true))
            }
            None => {
                let kinds: Vec<String> = plan.left_kinds().map(|c| self.grid.own(row, c).shown()).collect();
                let came = kinds.iter().any(|kind| meanings::arrives(kind));
                // 供养方式变更, 重名: something changed, and nobody left.
                let header = header_of(table, column);
                let ends = ["减少", "注销", "销户"].iter().any(|w| header.contains(w));
                let other = kinds.iter().any(|k| !is_nothing(k) && !meanings::ends_somehow(k)) || plan.former.is_some();
                if came || (other && !ends && draft.status.value == Status::Active) {
                    draft.left = None;
                } else if draft.status.value == Status::Active && !draft.doubtful {
                    draft.doubtful = true;
                    self.problems.raise(at, "status_doubtful");
                }
                None
            }
        }
    }
}

/// What the title of a sheet says of everybody on it. A list with relations may have the families of the dead on it:
/// its title must call them 死亡人员.
fn title_status(title: &str, related: bool) -> Option<Status> {
    let dead = title.contains("死亡") || title.contains("去世") || title.contains("亡故");
    let left = title.contains("迁出") || title.contains("搬离");
    let other =
        ["迁入", "不含", "除", "家属", "遗属", "抚恤", "丧葬", "补助", "证明"].iter().any(|w| title.contains(w));
    if other || title.chars().count() > 30 {
        return None;
    }
    let people =
        ["死亡人员", "死亡人口", "死亡居民", "死亡名单", "迁出人员", "迁出人口", "迁出名单", "迁出居民", "搬离人员"];
    if related && !people.iter().any(|w| title.contains(w)) {
        return None;
    }
    match (dead, left) {
        (true, false) => Some(Status::Deceased),
        (false, true) => Some(Status::MovedOut),
        _ => None,
    }
}
