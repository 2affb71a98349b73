//! Who asks, what they may do, and over which part of the tree. No query runs without a [`Scope`].

use super::grants::Grant;

/// 权限 — what a person may do; every route names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    ReadReport,
    ReadPeople,
    Unmask,
    Import,
    Export,
    ExportUnmasked,
    /// Notes, answers, and that something still holds.
    Note,
    Record,
    /// Two records that are one person.
    Merge,
    /// Registers, local standards, parts of the tree.
    Manage,
    /// Who may do what.
    Accounts,
    /// The texts of the report, which is the whole community's.
    WriteReport,
    /// The report and frozen sets.
    Sign,
    /// What a community submits: return it with remarks, or accept it.
    Review,
    ReadAudit,
}

impl Permission {
    pub const ALL: [Permission; 15] = [
        Permission::ReadReport,
        Permission::ReadPeople,
        Permission::Unmask,
        Permission::Import,
        Permission::Export,
        Permission::ExportUnmasked,
        Permission::Note,
        Permission::Record,
        Permission::Merge,
        Permission::Manage,
        Permission::Accounts,
        Permission::WriteReport,
        Permission::Sign,
        Permission::Review,
        Permission::ReadAudit,
    ];

    /// What the person is told they lack: (zh, en).
    pub fn title(self) -> &'static str {
        match self {
            Permission::ReadReport => "查看报告与指标",
            Permission::ReadPeople => "查看居民名单",
            Permission::Unmask => "查看号码原文",
            Permission::Import => "导入花名册",
            Permission::Export => "导出名单",
            Permission::ExportUnmasked => "导出不脱敏的名单",
            Permission::Note => "记情况、确认仍是这样",
            Permission::Record => "登记与更正",
            Permission::Merge => "合并重复的人",
            Permission::Manage => "台账、标准和区划",
            Permission::Accounts => "账号与授权",
            Permission::WriteReport => "写报告",
            Permission::Sign => "签发报告",
            Permission::Review => "审阅报告",
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

    /// Whether whoever has it works with the people of the area: they see names whole there.
    pub fn works_with_people(self) -> bool {
        self.permissions().contains(&Permission::ReadPeople)
    }

    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            Role::BuildingHead => &[ReadReport, ReadPeople, Note],
            Role::GroupHead => &[ReadReport, ReadPeople, Note, Record],
            Role::Worker => &[ReadReport, ReadPeople, Unmask, Import, Export, Note, Record, Merge, WriteReport],
            Role::Secretary => &[
                ReadReport, ReadPeople, Unmask, Import, Export, Note, Record, Merge, Manage, Accounts, WriteReport,
                Sign, ExportUnmasked, ReadAudit,
            ],
            // Above the community, aggregates are the default.
            Role::Officer => &[ReadReport, Review],
            Role::Operator => &Permission::ALL,
        }
    }
}

/// 范围 — one community and the parts of its tree that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub community: i64,
    /// Areas with everything below them; `None` is the whole community, people without a home included.
    pub areas: Option<Vec<i64>>,
    /// Whether names are shown whole: granted to those who work with the people within, nobody else's by accident.
    pub full_names: bool,
}

impl Scope {
    pub fn whole(community: i64) -> Scope {
        Scope { community, areas: None, full_names: false }
    }

    /// The same people for a paper that leaves the house: names masked whoever takes it along.
    pub fn masked(&self) -> Scope {
        Scope { full_names: false, ..self.clone() }
    }

    /// A name as whoever asks may see it: 姓名 or 姓*.
    pub fn name(&self, name: &str) -> String {
        if self.full_names { name.to_owned() } else { liren_facts::name::masked(name) }
    }
}

/// 操作者 — who asks: a signed-in person or the operator of the command line.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: i64,
    pub name: String,
    pub login: String,
    /// What is granted to them in the community they look at.
    pub grants: Vec<Grant>,
    /// Over what they may do what is being done: a route's permission decides which grants count.
    pub scope: Scope,
}

impl Actor {
    /// The command line acts as the operator, with every permission on the named community, and is audited.
    pub fn operator(community: i64) -> Actor {
        let grant =
            Grant { id: 0, role: Role::Operator, community, areas: vec![], programmes: vec![], full_names: true };
        Actor {
            account: 0,
            name: "命令行".into(),
            login: "operator".into(),
            grants: vec![grant],
            scope: Scope { full_names: true, ..Scope::whole(community) },
        }
    }

    /// Somebody with the grants of one community; `None` when there are none.
    pub fn granted(account: i64, name: String, login: String, grants: Vec<Grant>) -> Option<Actor> {
        let community = grants.first()?.community;
        let scope = Scope { community, areas: Some(vec![]), full_names: false };
        let mut actor = Actor { account, name, login, grants, scope };
        let all: Vec<&Grant> = actor.grants.iter().collect();
        actor.scope = united(community, &all);
        Some(actor)
    }

    fn with(&self, permission: Permission) -> Vec<&Grant> {
        self.grants.iter().filter(|g| g.role.permissions().contains(&permission)).collect()
    }

    pub fn may(&self, permission: Permission) -> bool {
        !self.with(permission).is_empty()
    }

    /// The same person, doing what a permission allows: over the areas of the grants that give it and no others.
    pub fn doing(mut self, permission: Permission) -> Actor {
        self.scope = united(self.scope.community, &self.with(permission));
        self
    }

    /// The areas over which a permission is granted.
    pub fn over(&self, permission: Permission) -> Scope {
        united(self.scope.community, &self.with(permission))
    }

    /// The first of their roles, as the page shows it.
    pub fn role(&self) -> Role {
        self.grants.first().map_or(Role::Officer, |g| g.role)
    }
}

/// The areas of several grants together. Names are whole only where each of the grants shows them: the names of one
/// grant are not shown in the area of another.
fn united(community: i64, grants: &[&Grant]) -> Scope {
    let full_names = !grants.is_empty() && grants.iter().all(|g| g.full_names);
    if grants.iter().any(|g| g.areas.is_empty()) {
        return Scope { full_names, ..Scope::whole(community) };
    }
    let mut areas: Vec<i64> = grants.iter().flat_map(|g| &g.areas).copied().collect();
    areas.sort_unstable();
    areas.dedup();
    Scope { community, areas: Some(areas), full_names }
}
