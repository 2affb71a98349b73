//! Which column means what: proposed by the reader, corrected by a clerk, reused (`--map MAP.toml`).

use serde::{Deserialize, Serialize};

/// The meaning of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Serial,
    Name,
    FormerName,
    Sex,
    Birth,
    Age,
    Number,
    /// 证件类型
    NumberKind,
    Relation,
    HeadName,
    HeadNumber,
    /// 户号、户编号
    HouseholdNumber,
    /// 家庭人口数
    HouseholdSize,
    /// The whole address in one cell.
    Address,
    Estate,
    Building,
    Unit,
    Floor,
    Room,
    Group,
    Residency,
    HukouAddress,
    HukouKind,
    Phone,
    Ethnic,
    Education,
    Political,
    Marital,
    Employment,
    Workplace,
    Remark,
    /// 类别: 死亡, 迁出
    LeftKind,
    /// Date of death or moving out.
    LeftOn,
    /// 去向
    LeftTo,
    MovedInOn,
    GuardianName,
    GuardianRelation,
    GuardianPhone,
    LandlordName,
    LandlordPhone,
    SpouseName,
    SpouseNumber,
    ChildName,
    /// All members of a household in one cell.
    Members,
    /// A field of the sheet's ledger, by its id; `paid.2011` for a year column.
    Ledger(String),
    /// A field of another programme in a general roster: programme id and field id.
    Programme(String, String),
    Ignore,
    Extra,
}

/// A mapping a clerk may edit: sheets by name, columns by letter.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    #[serde(rename = "sheet")]
    pub sheets: Vec<SheetMapping>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SheetMapping {
    pub name: String,
    /// `people`, or `skip` to leave the sheet out.
    pub role: String,
    /// 1-based first and last header row.
    pub header: Option<(u32, u32)>,
    /// Programme id of the ledger.
    pub ledger: Option<String>,
    #[serde(rename = "column")]
    pub columns: Vec<ColumnMapping>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    /// `A`, `B` …
    pub column: String,
    /// For the reader of the file; not used.
    #[serde(default)]
    pub header: String,
    pub field: Field,
}
