//! Who asks, what they may do, and over which part of the tree. No query runs without a [`Scope`].

/// 权限 — what a person may do; every route names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    ReadReport,
    ReadPeople,
    Unmask,
    Import,
    Export,
    ExportUnmasked,
    Record,
    ReadAudit,
}

impl Permission {
    /// What the person is told they lack: (zh, en).
    pub fn title(self) -> &'static str {
        match self {
            Permission::ReadReport => "查看报告与指标",
            Permission::ReadPeople => "查看居民名单",
            Permission::Unmask => "查看号码原文",
            Permission::Import => "导入花名册",
            Permission::Export => "导出名单",
            Permission::ExportUnmasked => "导出不脱敏的名单",
            Permission::Record => "登记与更正",
            Permission::ReadAudit => "查看留痕",
        }
    }
}

/// 角色 — a named set of permissions, granted over an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    BuildingHead,
    GroupHead,
    Worker,
    Secretary,
    Officer,
    Operator,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::BuildingHead, Role::GroupHead, Role::Worker, Role::Secretary, Role::Officer, Role::Operator];

    pub fn id(self) -> &'static str {
        match self {
            Role::BuildingHead => "building_head",
            Role::GroupHead => "group_head",
            Role::Worker => "worker",
            Role::Secretary => "secretary",
            Role::Officer => "officer",
            Role::Operator => "operator",
        }
    }

    pub fn parse(id: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.id() == id)
    }

    pub fn title(self) -> &'static str {
        match self {
            Role::BuildingHead => "楼长",
            Role::GroupHead => "居民小组长",
            Role::Worker => "社区工作者",
            Role::Secretary => "社区书记",
            Role::Officer => "街道干部",
            Role::Operator => "系统操作员",
        }
    }

    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            Role::BuildingHead | Role::GroupHead => &[ReadReport, ReadPeople],
            Role::Worker => &[ReadReport, ReadPeople, Unmask, Import, Export, Record],
            Role::Secretary => &[ReadReport, ReadPeople, Unmask, Import, Export, Record, ExportUnmasked, ReadAudit],
            // Above the community, aggregates are the default.
            Role::Officer => &[ReadReport],
            Role::Operator => &[ReadReport, ReadPeople, Unmask, Import, Export, ExportUnmasked, Record, ReadAudit],
        }
    }
}

/// 范围 — one community and the parts of its tree that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub community: i64,
    /// Areas with everything below them; `None` is the whole community, people without a home included.
    pub areas: Option<Vec<i64>>,
}

impl Scope {
    pub fn whole(community: i64) -> Scope {
        Scope { community, areas: None }
    }
}

/// 操作者 — who asks: a signed-in person or the operator of the command line.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: i64,
    pub name: String,
    pub login: String,
    pub role: Role,
    pub scope: Scope,
}

impl Actor {
    /// The command line acts as the operator, with every permission on the named community, and is audited.
    pub fn operator(community: i64) -> Actor {
        Actor {
            account: 0,
            name: "命令行".into(),
            login: "operator".into(),
            role: Role::Operator,
            scope: Scope::whole(community),
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role.permissions().contains(&permission)
    }
}
