//! Areas and their levels.

/// 层级 — the levels a community is divided into, from the whole to the building.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    Community,
    Station,
    Group,
    Building,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Community, Level::Station, Level::Group, Level::Building];

    pub fn id(self) -> &'static str {
        match self {
            Level::Community => "community",
            Level::Station => "station",
            Level::Group => "group",
            Level::Building => "building",
        }
    }

    /// What the level and its head are called where a community says nothing else.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Level::Community => ("社区", "社区书记"),
            Level::Station => ("工作站", "站长"),
            Level::Group => ("居民小组", "居民小组长"),
            Level::Building => ("楼栋", "楼长"),
        }
    }
}

/// 新区划 — an area to be added below `parent`.
pub struct NewArea<'a> {
    pub parent: Option<i64>,
    pub name: &'a str,
    pub level: Level,
    /// Place among its siblings.
    pub rank: i64,
}
