//! The fields of a person that need judgement: identity, residency, phones, words of code tables, remarks.

use liren_facts::date::{self, Date};
use liren_facts::identifier::{self, Fault, Kind, Number, Options};
use liren_facts::{PartialDay, code, phone};
use liren_sheets::Value;

use crate::draft::{Draft, Got, How, Residency, Status, Word};
use crate::extract::Reader;
use crate::meanings::{self, State};
use crate::problem::At;
use crate::understand::Plan;
use crate::words::is_nothing;

impl Reader<'_, '_> {
    /// Number, sex and birth together: a valid number wins, the columns are kept and compared.
    pub(super) fn take_identity(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) -> Date {
        self.take_number(draft, plan, row, record);
        let number = draft.number.as_ref().map(|n| n.value.clone()).filter(|n| n.kind.proves_birth());
        self.take_sex(draft, plan, number.as_ref(), row, record);
        self.take_birth(draft, plan, number.as_ref(), row, record)
    }

    fn options(&self) -> Options {
        Options { on: self.on, fictional: self.fictional }
    }

    fn take_number(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        let Some(column) = plan.number else { return };
        let at = self.at(row, Some(column), record);
        let cell = self.cell(row, Some(column), record);
        let (text, is_number) = match cell.value {
            Value::Number(n) | Value::Date(n) if *n >= 1e15 => {
                // A number keeps 15 digits: what follows is lost whatever it shows.
                draft.number_given = Some(liren_sheets::book::number_text(*n));
                draft.number_fault = Some(Fault::PrecisionLost);
                self.problems.raise(at, "id_precision_lost");
                return;
            }
            Value::Number(n) => (liren_sheets::book::number_text(*n), true),
            other => (other.shown(), false),
        };
        if text.chars().filter(|c| matches!(c, '*' | '＊')).count() >= 3 {
            // 9901**********0016 of a public list: a number nobody can read.
            self.problems.raise(at, "id_masked");
            return;
        }
        // 990101…(临时) keeps its note apart
        let text = match text.split_once(['(', '（']) {
            Some((head, _)) if head.trim().len() >= 15 => head.to_owned(),
            _ => text,
        };
        let cleaned = identifier::clean(&text);
        if let Some(kind) = self.other_kind(plan, row)
            && !cleaned.text.is_empty()
            && identifier::read_cleaned(&cleaned.text, self.options()).is_err()
        {
            // The column of kinds says that it is no identity number: only its text is known.
            self.problems.raise(at, "id_other_document");
            let number =
                Number { text: cleaned.text, kind, birth: None, sex: None, upgraded: false, century_uncertain: false };
            draft.number = Some(Got::new(number, How::Given));
            return;
        }
        let result = if cleaned.text.len() >= 20 {
            // A certificate number in the column of identity numbers
            match identifier::disability_certificate(&text, self.options()) {
                Some(read) => read.map(|c| c.number),
                None => identifier::read_cleaned(&cleaned.text, self.options()),
            }
        } else {
            identifier::read_cleaned(&cleaned.text, self.options())
        };
        match result {
            Ok(number) => self.accept_number(draft, number, &cleaned, is_number, at),
            Err(fault) => {
                draft.number_fault = Some(fault);
                if fault != Fault::Missing {
                    draft.number_given = Some(cleaned.text);
                }
                self.problems.raise(at, fault_kind(fault));
            }
        }
    }

    /// 证件类型: 护照, 通行证 …; `None` for identity cards and where the sheet does not say.
    fn other_kind(&self, plan: &Plan, row: u32) -> Option<Kind> {
        let word = self.grid.own(row, plan.number_kind?).shown();
        let has = |parts: &[&str]| parts.iter().any(|p| word.contains(p));
        if has(&["护照"]) {
            Some(Kind::Passport)
        } else if has(&["港澳", "回乡"]) {
            Some(Kind::HongKongMacaoPass)
        } else if has(&["台胞", "台湾"]) {
            Some(Kind::TaiwanPass)
        } else if has(&["军官", "士兵", "军人", "警官"]) {
            Some(Kind::Military)
        } else if has(&["永久居留"]) {
            Some(Kind::ForeignResident)
        } else {
            None
        }
    }

    fn accept_number(
        &mut self,
        draft: &mut Draft,
        number: Number,
        cleaned: &identifier::Cleaned,
        is_number: bool,
        at: At,
    ) {
        for (flag, kind) in [
            (number.upgraded && is_number, "id_15_number"),
            (number.upgraded && !is_number, "id_15"),
            (number.century_uncertain, "id_century_uncertain"),
            (cleaned.apostrophe, "id_apostrophe"),
            (cleaned.fullwidth, "id_fullwidth"),
            (cleaned.spaces, "id_spaces"),
            (cleaned.lower_x, "id_lower_x"),
            (!matches!(number.kind, Kind::Citizen), "id_other_document"),
        ] {
            if flag {
                self.problems.raise(at, kind);
            }
        }
        let repaired = number.upgraded || cleaned.apostrophe || cleaned.fullwidth || cleaned.spaces || cleaned.lower_x;
        draft.number = Some(Got::new(number, if repaired { How::Repaired } else { How::Given }));
    }

    /// Takes a number another column proves (a certificate that holds it).
    pub(crate) fn prove(&mut self, draft: &mut Draft, number: Number) {
        if draft.number.is_some() {
            return;
        }
        if draft.sex.is_none()
            && let Some(sex) = number.sex
        {
            draft.sex = Some(Got::new(sex, How::FromNumber));
        }
        if let Some(birth) = number.birth {
            draft.birth = Some(Got::new(PartialDay::exact(birth), How::FromNumber));
        }
        draft.number_fault = None;
        draft.number_given = None;
        draft.number = Some(Got::new(number, How::Inferred));
    }

    fn take_sex(&mut self, draft: &mut Draft, plan: &Plan, number: Option<&Number>, row: u32, record: usize) {
        let proved = number.and_then(|n| n.sex);
        let mut given = None;
        if plan.sex.is_none()
            && let Some((column, _)) = plan.sex_ticks.first()
        {
            let at = self.at(row, Some(*column), record);
            match self.ticked(row, &plan.sex_ticks) {
                Ok(None) => self.problems.raise(at, "sex_missing"),
                Ok(sex) => given = sex,
                Err(()) => self.problems.raise(at, "sex_unknown_word"),
            }
            self.compare_sex(draft, at, given, proved);
        }
        if let Some(column) = plan.sex {
            let at = self.at(row, Some(column), record);
            let cell = self.cell(row, Some(column), record);
            let text = cell.value.shown();
            given = code::sex(&text);
            if cell.value.is_empty() {
                self.problems.raise(at, "sex_missing");
            } else if given.is_none() {
                let level = if proved.is_some() { crate::Level::Note } else { crate::Level::Warning };
                self.problems.raise_at_level(at, "sex_unknown_word", level);
            }
            self.compare_sex(draft, at, given, proved);
        }
        draft.sex = match (proved, given) {
            (Some(sex), _) => Some(Got::new(sex, How::FromNumber)),
            (None, Some(sex)) => Some(Got::new(sex, How::Given)),
            (None, None) => None,
        };
    }

    fn take_birth(&mut self, draft: &mut Draft, plan: &Plan, number: Option<&Number>, row: u32, record: usize) -> Date {
        let proved = number.and_then(|n| n.birth);
        let mut read = Date::default();
        let parts = match plan.birth {
            Some(_) => None,
            None => self.birth_of_parts(plan, row),
        };
        if let Some(column) = plan.birth.or(parts.map(|(column, _)| column)) {
            let at = self.at(row, Some(column), record);
            let cell = self.cell(row, Some(column), record);
            read = match (parts, cell.value) {
                (Some((_, read)), _) => read,
                (None, Value::Number(n)) => self.date_of_number(*n),
                (None, Value::Date(n)) => date::read_number(*n, true, self.on),
                (None, Value::Text(text)) => match plan.orders.iter().find(|(c, _)| *c == column) {
                    Some((_, order)) => date::read_in(text, *order, self.on),
                    None => date::read(text, self.on),
                },
                _ => Date::default(),
            };
            for (flag, kind) in [
                (read.invalid, "date_invalid"),
                (read.unknown_word, "date_unknown_text"),
                (read.two_digit_year, "date_two_digit_year"),
                (read.lunar, "date_lunar"),
                (read.serial, "date_serial_unformatted"),
                (read.ambiguous_month, "date_ambiguous_month"),
                (read.is_partial() && !read.lunar && !read.ambiguous_month, "date_partial"),
            ] {
                if flag {
                    self.problems.raise(at, kind);
                }
            }
            if let Some(value) = read.value {
                if value.first > self.on {
                    self.problems.raise(at, "birth_future");
                    read.value = None;
                } else if value.last.years_until(self.on) > 130 {
                    self.problems.raise(at, "birth_implausible");
                    read.value = None;
                } else if proved.is_some_and(|day| !read.can_be(day) && !self.was_october(cell.value, day)) {
                    self.problems.raise_with_fix(
                        at,
                        "birth_id_mismatch",
                        proved.map(|d| d.to_string()).unwrap_or_default(),
                    );
                }
            }
        }
        draft.birth_column = read.value;
        draft.birth = match (proved, read.value) {
            (Some(day), _) => Some(Got::new(PartialDay::exact(day), How::FromNumber)),
            (None, Some(value)) => {
                let how = if read.two_digit_year || read.serial { How::Repaired } else { How::Given };
                Some(Got::new(value, how))
            }
            (None, None) => None,
        };
        read
    }

    /// In a text file 1977.1 may be what is left of the number 1977.10.
    fn was_october(&self, value: &Value, day: liren_facts::Day) -> bool {
        self.untyped && day.month() == 10 && value.as_text().is_some_and(|t| t.trim() == format!("{}.1", day.year()))
    }

    pub(super) fn take_residency(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        if let (Some(hukou), Some(lives)) = (plan.hukou_here, plan.lives_here) {
            let answer = |column: u16| crate::words::answer(self.grid.shown(row, column).0.shown().trim());
            let said = match (answer(hukou), answer(lives)) {
                (Some(true), Some(true)) => Some(Residency::Resident),
                (Some(true), Some(false)) => Some(Residency::HukouOnly),
                (Some(false), Some(true)) => Some(Residency::Temporary),
                // Neither: why such a row stands here nobody says.
                _ => None,
            };
            match said {
                Some(residency) => draft.residency = Some(Got::new(residency, How::Given)),
                None => self.problems.raise(self.at(row, Some(lives), record), "residency_unknown_word"),
            }
        } else if let Some(column) = plan.residency {
            let cell = self.merged(row, Some(column), record);
            let raw = cell.value.shown().trim().to_owned();
            let at = self.at(row, Some(column), record);
            if is_nothing(&raw) {
                self.problems.raise(at, "residency_missing");
            } else {
                let how = match cell.own {
                    _ if plan.suggested.contains(&column) => How::Suggested,
                    true => How::Given,
                    false => How::Filled,
                };
                let answer = yes_or_no(&raw).map(State::Residency);
                if !self.take_state(draft, meanings::state(&raw).or(answer), how, &raw, at) {
                    self.problems.raise(at, "residency_unknown_word");
                }
                draft.residency_raw = Some(raw);
            }
        } else if let Some((column, _)) = plan.residency_ticks.first() {
            match self.ticked(row, &plan.residency_ticks) {
                Ok(Some(value)) => draft.residency = Some(Got::new(value, How::Given)),
                // 流动人口: 否
                Ok(None) => {
                    let denied = self.denied(plan, row);
                    draft.residency = denied.map(|value| Got::new(value, How::Inferred));
                }
                Err(()) => self.problems.raise(self.at(row, Some(*column), record), "residency_unknown_word"),
            }
        } else if let Some(residency) = self.card.as_ref().and_then(|c| c.residency) {
            draft.residency = Some(Got::new(residency, How::Context));
        } else if let Some(residency) = self.banner.residency.or(self.context.residency) {
            draft.residency = Some(Got::new(residency, How::Context));
        }
        self.take_stray_states(draft, plan, row, record);
    }

    /// States in columns that are about something else: 户别 寄住, 就业 去世, 电话 已故, 户籍地 户口已迁出.
    fn take_stray_states(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        if let Some(column) = plan.hukou_kind {
            let cell = self.merged(row, Some(column), record);
            let raw = cell.value.shown().trim().to_owned();
            let state =
                meanings::state(&raw).filter(|s| !matches!(s, State::Residency(_)) || draft.residency.is_none());
            let how = if cell.own { How::Given } else { How::Filled };
            self.take_state(draft, state, how, &raw, self.at(row, Some(column), record));
        }
        let columns = [plan.employment, plan.workplace, plan.hukou_address, plan.left_to, plan.address];
        for column in columns.into_iter().flatten().chain(plan.phones.iter().copied()) {
            let Value::Text(text) = self.grid.own(row, column) else { continue };
            let text = text.trim();
            // The whole cell says it; an address has a word like 故 in its name now and then.
            if text.chars().count() > 10 || text.chars().any(|c| c.is_ascii_digit()) {
                continue;
            }
            if let Some(said) = meanings::status_of_remark(text, None).filter(|s| s.about.is_none()) {
                let state = Some(State::Status(said.status));
                self.take_state(draft, state, How::Given, text, self.at(row, Some(column), record));
            }
        }
    }

    /// Takes what a cell of states says; false when it says none.
    fn take_state(&mut self, draft: &mut Draft, state: Option<State>, how: How, raw: &str, at: At) -> bool {
        match state {
            Some(State::Residency(value)) => draft.residency = Some(Got::new(value, how)),
            Some(State::Status(status)) => self.take_life(draft, status, raw, at),
            Some(State::Present) => {}
            Some(State::Doubtful) => {
                draft.doubtful = true;
                self.problems.raise(at, "status_doubtful");
            }
            None => return false,
        }
        true
    }

    /// Somebody died or left, and the day of it as far as the text says.
    pub(super) fn take_life(&mut self, draft: &mut Draft, status: Status, text: &str, at: At) {
        draft.status = Got::new(status, How::Given);
        match meanings::dated_remark(text, self.on) {
            Ok(day) => draft.left = day.or(draft.left),
            Err(()) => self.problems.raise(at, "left_date_invalid"),
        }
        self.problems.raise(at, crate::problem::plain_remark(status == Status::Deceased));
    }

    pub(super) fn take_phones(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        for column in &plan.phones {
            let at = self.at(row, Some(*column), record);
            let cell = self.cell(row, Some(*column), record);
            if cell.value.is_empty() {
                continue;
            }
            let read = phone::read(&cell.value.shown());
            for (flag, kind) in [
                (read.phones.len() > 1, "phone_multiple"),
                (read.fullwidth, "phone_fullwidth"),
                (read.phones.is_empty() && read.word.is_some(), "phone_text"),
                (read.phones.iter().any(|p| p.note.is_some()), "phone_annotated"),
                (read.phones.iter().any(|p| p.kind == phone::Kind::BadLength), "phone_bad_length"),
            ] {
                if flag {
                    self.problems.raise(at, kind);
                }
            }
            for phone in read.phones {
                if phone.kind != phone::Kind::BadLength && !draft.phones.iter().any(|p| p.digits == phone.digits) {
                    draft.phones.push(phone);
                }
            }
        }
    }

    pub(super) fn take_words(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        let word = |reader: &mut Self, column: Option<u16>, read: fn(&str) -> Option<&'static str>| -> Option<Word> {
            let cell = reader.cell(row, column, record);
            let raw = cell.value.shown().trim().to_owned();
            let how = if column.is_some_and(|c| plan.suggested.contains(&c)) { How::Suggested } else { How::Given };
            (!is_nothing(&raw)).then(|| Word { code: read(&raw), raw, how })
        };
        draft.ethnic = word(self, plan.ethnic, code::ethnic);
        draft.education = word(self, plan.education, code::education);
        draft.political = word(self, plan.political, code::political);
        draft.marital = word(self, plan.marital, code::marital);
        draft.employment = word(self, plan.employment, code::employment);
        let mut text = |column: Option<u16>, merged: bool| -> Option<String> {
            let cell = if merged { self.merged(row, column, record) } else { self.cell(row, column, record) };
            let text = cell.value.shown().trim().to_owned();
            (!is_nothing(&text)).then_some(text)
        };
        draft.workplace = text(plan.workplace, false);
        draft.hukou_address = text(plan.hukou_address, true);
    }
}

/// What a remark says of somebody else than the person whose row it is.
#[derive(Debug)]
pub(crate) struct SaidOfOther {
    /// The record it stands in.
    pub record: usize,
    pub at: At,
    pub said: meanings::Said,
}

/// 是否户籍人口: 是, 否
fn yes_or_no(word: &str) -> Option<Residency> {
    match word {
        "是" | "√" | "有" | "Y" => Some(Residency::Resident),
        "否" | "×" | "不是" | "非" | "无" | "N" => Some(Residency::Temporary),
        _ => None,
    }
}

pub(crate) fn fault_kind(fault: Fault) -> &'static str {
    match fault {
        Fault::Missing => "id_missing",
        Fault::BadLength(_) => "id_bad_length",
        Fault::BadChecksum => "id_bad_checksum",
        Fault::BadDate => "id_invalid_date",
        Fault::BadRegion => "id_bad_region",
        Fault::PrecisionLost => "id_precision_lost",
        Fault::Scientific => "id_scientific_text",
        Fault::BadCharacters => "id_bad_characters",
        Fault::BadAge => "id_impossible_birth",
    }
}
