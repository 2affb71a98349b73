//! Where a row says that somebody lives, and with whom: keys of the household and the dwelling.

use liren_facts::address::{self, Dwelling};
use liren_facts::name;
use liren_sheets::Value;

use crate::draft::{Draft, Got, How};
use crate::extract::{Keys, Reader};
use crate::rows::Banner;
use crate::understand::{Plan, Table};
use crate::words::{is_no_number, is_nothing};

impl Reader<'_, '_> {
    /// Keys of the household, and the dwelling with them.
    pub(super) fn keys(&mut self, plan: &Plan, row: u32, record: usize, table: &Table, draft: &mut Draft) -> Keys {
        let mut keys = Keys { row_household: table.row_is_household, ..Keys::default() };
        let text_key = |reader: &mut Self, column: Option<u16>| -> Option<(String, bool)> {
            let cell = reader.merged(row, column, record);
            let text = cell.value.shown();
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            (!is_no_number(&text)).then_some((text, cell.own))
        };
        keys.household_number = text_key(self, plan.household_number);
        // 0 or 待补 names no household, and says that the row does not belong to the numbered one above it.
        let written = |column: Option<u16>| column.is_some_and(|c| !self.grid.own(row, c).is_empty());
        // In our own list a blank cell says that somebody is in no household.
        keys.without_number =
            keys.household_number.is_none() && (written(plan.household_number) || draft.key.is_some());
        keys.head_name =
            text_key(self, plan.head_name).map(|(t, own)| (name::read(&t).text, own)).filter(|(t, _)| !t.is_empty());
        keys.head_number = text_key(self, plan.head_number);
        keys.number_tail = plan.number_tail.and_then(|column| {
            let text = liren_facts::identifier::clean(&self.grid.own(row, column).shown()).text;
            // Typed as a number 0106 has lost its zero.
            (2..=8).contains(&text.len()).then(|| format!("{text:0>4}"))
        });
        keys.after_blank = row > 0 && self.grid.is_blank(row - 1);
        keys.section = Banner { residency: None, ..self.banner.clone() };
        keys.serial_own = plan.serial.is_some_and(|c| !self.grid.own(row, c).is_empty());
        if let Some(column) = plan.household_size {
            keys.size = match self.grid.own(row, column) {
                Value::Number(n) => whole(*n),
                Value::Text(t) => t.trim().trim_end_matches('人').parse().ok(),
                _ => None,
            };
        }
        let (mut dwelling, mut raw, own) = self.dwelling(plan, row, record);
        let damaged = raw.is_some() && self.problems.last_is(row, "place_is_a_day");
        let unreadable = raw.is_some() && !damaged && dwelling.as_ref().is_none_or(|d| !d.is_door());
        if let Some(card) = self.card.clone() {
            keys.card = Some(card.row);
            keys.head_name = keys.head_name.or(card.head_name.map(|name| (name, false)));
            keys.household_number = keys.household_number.or(card.household_number.map(|number| (number, false)));
            if let Some(address) = card.address.filter(|_| raw.is_none()) {
                let mut parsed = self.parse_address(&address);
                self.add_context(&mut parsed);
                dwelling = Some(parsed).filter(|d| !d.is_empty());
                raw = Some(address);
            }
        }
        // A list that has nothing but the building does not say where in it.
        let tells = plan.address.or(plan.room).is_some();
        if unreadable && tells && dwelling.as_ref().is_none_or(|d| !d.is_door()) && own {
            let column = plan.address.or(plan.room).or(plan.building);
            self.problems.raise(self.at(row, column, record), "address_unreadable");
        }
        keys.address = raw.clone().map(|raw| (raw, own));
        draft.address_raw = raw;
        if let Some(dwelling) = dwelling {
            draft.dwelling = Some(Got::new(dwelling, if own { How::Given } else { How::Filled }));
        }
        keys
    }

    /// The dwelling the row names, the address as typed, and whether the row itself says so.
    fn dwelling(&mut self, plan: &Plan, row: u32, record: usize) -> (Option<Dwelling>, Option<String>, bool) {
        let mut dwelling = Dwelling::default();
        let mut raw = Vec::new();
        let mut own = false;
        let mut beside = Dwelling::default();
        for (column, part) in [
            (plan.estate.or(plan.lane), &mut dwelling.estate),
            (plan.building, &mut dwelling.building),
            (plan.unit, &mut dwelling.unit),
            (plan.room, &mut dwelling.room),
        ] {
            let (text, is_own) = match self.place_cell(row, column, record) {
                PlaceCell::Nothing => continue,
                PlaceCell::Damaged(text) => {
                    // It tells this household from the others, if not where it lives.
                    raw.push(text);
                    own = true;
                    continue;
                }
                PlaceCell::Text(text, is_own) => (text, is_own),
            };
            own |= is_own;
            let named = column == plan.estate.or(plan.lane);
            *part = if named { Some(name_like(&text)) } else { address::part(&text) };
            // 祥和小区3栋 or 3-2 in the column of buildings
            if column == plan.building
                && let Some(read) = building_and_more(&text)
            {
                part.clone_from(&read.building);
                beside = read;
            }
            if column == plan.room
                && plan.unit.is_none()
                && let Some((unit, room)) = unit_and_room(&text)
            {
                *part = Some(room);
                beside.unit = Some(unit);
            }
            raw.push(text.trim().to_owned());
        }
        // 101 in every column is a door; 3号楼2单元 in the column of rooms says more than its header.
        dwelling = dwelling.or(&beside);
        let lane = plan.lane.filter(|_| plan.room.is_none() || plan.building.is_none());
        for column in plan.address.into_iter().chain(plan.other_addresses.iter().copied()) {
            if dwelling.is_door() && plan.address != Some(column) {
                break;
            }
            let (text, is_own) = match self.place_cell(row, Some(column), record) {
                PlaceCell::Nothing => continue,
                PlaceCell::Damaged(text) => {
                    raw.push(text);
                    own = true;
                    continue;
                }
                PlaceCell::Text(text, is_own) => (text, is_own),
            };
            own |= is_own;
            let stripped = if self.community.is_empty() { text.clone() } else { text.replace(self.community, "") };
            // 街路巷 学府路, 门牌号 43号附1号: one address in two cells.
            let street = lane.and(dwelling.estate.clone()).filter(|_| dwelling.building.is_none());
            let along = street.filter(|street| !stripped.contains(street.as_str()));
            let parsed = match along {
                Some(street) => {
                    let numbered = if stripped.trim().chars().all(|c| c.is_ascii_digit()) { "号" } else { "" };
                    self.parse_address(&format!("{street}{}{numbered}", stripped.trim()))
                }
                None => self.parse_address(&stripped),
            };
            // 祠堂1巷10号 beside 房号 101: a house with rooms.
            let lane = parsed.estate.as_deref().is_some_and(address::is_lane);
            let house = parsed.room.as_ref().filter(|_| lane && parsed.building.is_none() && parsed.unit.is_none());
            let house =
                house.filter(|door| dwelling.building.is_none() && dwelling.room.as_ref().is_some_and(|r| r != *door));
            if let Some(door) = house {
                dwelling.building = Some(door.clone());
            }
            dwelling = dwelling.or(&parsed);
            raw.push(text.trim().to_owned());
        }
        if plan.group.is_some() {
            let cell = self.merged(row, plan.group, record);
            if let Some(group) = address::part(&cell.value.shown()).filter(|_| !is_nothing(&cell.value.shown()))
                && dwelling.building.is_none()
                && dwelling.estate.as_deref().is_none_or(|e| !address::is_lane(e))
            {
                dwelling.building = Some(format!("{group}组"));
            }
        }
        let named = !dwelling.is_empty();
        if named {
            self.add_context(&mut dwelling);
        }
        let raw = (!raw.is_empty()).then(|| raw.join(" "));
        (named.then_some(dwelling), raw, own)
    }

    /// The text of a cell that says a place. A day there is what a spreadsheet made of 3-2: damage, and no place.
    fn place_cell(&mut self, row: u32, column: Option<u16>, record: usize) -> PlaceCell {
        let cell = self.merged(row, column, record);
        let text = cell.value.shown();
        if is_no_number(&text) {
            return PlaceCell::Nothing;
        }
        if let Some(typed) = typed_as_a_day(cell.value) {
            self.problems.raise_with_fix(self.at(row, column, record), "place_is_a_day", typed);
            return PlaceCell::Damaged(text);
        }
        PlaceCell::Text(text, cell.own)
    }

    /// An address cell; in a building's own table 2-501 is unit and room.
    fn parse_address(&self, text: &str) -> Dwelling {
        let building = self.banner.building.as_ref().or(self.context.building.as_ref());
        let trimmed = text.trim();
        let bare_pair = trimmed.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '—' | '－' | ' '))
            && trimmed.split(['-', '—', '－']).filter(|p| !p.trim().is_empty()).count() == 2;
        if let (Some(building), true) = (building, bare_pair) {
            return address::read(&format!("{building}号楼{trimmed}")).unwrap_or_default();
        }
        if let Some(read) = address::read(trimmed) {
            return read;
        }
        // 三组 alone names the group, no room.
        if trimmed.ends_with(['组', '社', '队'])
            && let Some(group) = address::part(trimmed.trim_end_matches(['社', '队']))
            && trimmed.chars().count() <= 6
        {
            return Dwelling { building: Some(format!("{group}组")), ..Dwelling::default() };
        }
        // 501 or 501室 under a building's banner; 12号 in a village group
        let part = address::part(trimmed).filter(|p| p.chars().any(|c| c.is_ascii_digit()) && p.chars().count() <= 6);
        match part {
            Some(room) if !trimmed.contains(['楼', '栋', '幢', '元']) => {
                Dwelling { room: Some(room), ..Dwelling::default() }
            }
            _ => Dwelling::default(),
        }
    }

    fn add_context(&self, dwelling: &mut Dwelling) {
        let or = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
        let block = &self.block_place;
        dwelling.estate = dwelling.estate.take().or_else(|| block.estate.clone());
        dwelling.building = dwelling.building.take().or_else(|| block.building.clone());
        dwelling.unit = dwelling.unit.take().or_else(|| block.unit.clone());
        let around = or(&self.banner.estate, &self.context.estate);
        match &dwelling.estate {
            None => dwelling.estate = around,
            // 88弄 where the title says 幸福路88弄
            Some(own)
                if around
                    .as_ref()
                    .is_some_and(|a| a.ends_with(own.as_str()) && own.starts_with(|c: char| c.is_ascii_digit())) =>
            {
                dwelling.estate = around;
            }
            Some(_) => {}
        }
        if dwelling.building.is_none() {
            dwelling.building = or(&self.banner.building, &self.context.building).or_else(|| {
                let group = or(&self.banner.group, &self.context.group)?;
                // The group stands for a building only where houses have no building.
                dwelling.unit.is_none().then(|| format!("{group}组"))
            });
        }
        if dwelling.unit.is_none() {
            let same = self.banner.building.is_none() || self.banner.building == self.context.building;
            let around = self.context.unit.as_ref().filter(|_| same);
            dwelling.unit = self.banner.unit.as_ref().or(around).cloned();
        }
    }
}

/// A cell that should say a place.
enum PlaceCell {
    Nothing,
    /// A day: what it shows.
    Damaged(String),
    /// Its text, and whether it is the row's own.
    Text(String, bool),
}

/// What was typed where a day stands now: 3-2 of 2024-03-02, of 45353, of 3月2日; `None` for what is no day.
fn typed_as_a_day(value: &Value) -> Option<String> {
    let of_serial = |days: f64| {
        let (_, month, day) = liren_sheets::book::date_of(days)?;
        Some(format!("{month}-{day}"))
    };
    match value {
        Value::Date(days) => of_serial(*days),
        // The days of 2000 to 2050: no building and no room has such a number.
        Value::Number(days) if days.fract() == 0.0 && (36_526.0..55_153.0).contains(days) => of_serial(*days),
        Value::Text(text) => {
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let (month, day) = day_of_text(&text)?;
            ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{month}-{day}"))
        }
        _ => None,
    }
}

/// Month and day of 3月2日, 2024-03-02, 2024年3月2日, 2-Mar, Mar-02.
fn day_of_text(text: &str) -> Option<(u32, u32)> {
    let numbers: Vec<u32> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|t| t.parse().ok()).collect();
    let rest: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    match (&numbers[..], rest.as_str()) {
        ([month, day], "月日" | "月号" | "月") => Some((*month, *day)),
        ([year, month, day], "年月日" | "--" | "//" | "..") if (1900..2100).contains(year) => Some((*month, *day)),
        ([day], name) => {
            const MONTHS: [&str; 12] =
                ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
            let name = name.trim_matches('-').to_ascii_lowercase();
            let month = MONTHS.iter().position(|m| *m == name)?;
            Some((u32::try_from(month).ok()? + 1, *day))
        }
        _ => None,
    }
}

/// 祥和小区3栋, 3号楼2单元, 3-2: a building with its estate or its unit.
fn building_and_more(text: &str) -> Option<Dwelling> {
    let text = text.trim();
    let pair: Vec<&str> = text.split(['-', '—', '－']).map(str::trim).collect();
    let short = |t: &&str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    let read = if pair.len() == 2 && pair.iter().all(short) {
        address::read(&format!("{}号楼{}单元9999室", pair[0], pair[1]))
    } else {
        address::read(&format!("{text}9999室"))
    };
    let more = |d: &Dwelling| d.building.is_some() && (d.estate.is_some() || d.unit.is_some());
    let mut read = read.filter(more)?;
    read.room = None;
    Some(read)
}

/// 2-501 in a column of rooms is unit and room; 101-1 is one room.
fn unit_and_room(text: &str) -> Option<(String, String)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (unit, room) = text.split_once(['-', '—', '－'])?;
    let room = room.trim_end_matches(['室', '号']);
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    ((1..=2).contains(&unit.len()) && (3..=4).contains(&room.len()) && digits(unit) && digits(room))
        .then(|| (unit.to_owned(), room.to_owned()))
}

fn name_like(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn whole(number: f64) -> Option<usize> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as usize)
}
