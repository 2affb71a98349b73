//! Addresses in words.

use crate::base::row;

row! {
    /// 地址 — a dwelling's address as rosters and lists write it, and the ids behind it.
    pub struct DwellingLine {
        pub id: i64 = "d.dwelling_id",
        pub building: i64 = "b.building_id",
        pub estate_name: String = "coalesce(e.name, '')",
        pub building_name: String = "b.name",
        pub unit: String = "coalesce(d.unit, '')",
        pub room: String = "d.room",
        pub area: Option<i64> = "b.area_id",
    }
}

impl DwellingLine {
    /// `estate|building|unit|room`: the key by which rosters find a dwelling.
    pub fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.estate_name, self.building_name, self.unit, self.room)
    }

    /// `榆园小区3号楼2单元501`.
    pub fn label(&self) -> String {
        address(&self.estate_name, &self.building_name, &self.unit, &self.room)
    }
}

/// An address in words, leaving out what is not known.
pub fn address(estate: &str, building: &str, unit: &str, room: &str) -> String {
    let mut text = estate.to_owned();
    if !building.is_empty() {
        text.push_str(building);
        if building.chars().all(|c| c.is_ascii_alphanumeric()) {
            text.push_str("号楼");
        }
    }
    if !unit.is_empty() {
        text.push_str(unit);
        if unit.chars().all(|c| c.is_ascii_alphanumeric()) {
            text.push_str("单元");
        }
    }
    text.push_str(room);
    text
}
