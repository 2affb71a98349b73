//! From columns to plans: which cells of a row make a person, once or several times side by side.

use liren_facts::identifier::Sex;

use crate::content::Profile;
use crate::draft::{Residency, Status};
use crate::grid::Grid;
use crate::mapping::Field;
use crate::rows::Banner;
use crate::standing::{Says, Standing};
use crate::table::ColumnRead;
use crate::understand::blocks::{apart, by_role, couple, head_block, repeated};
use crate::understand::{Header, Table};
use crate::words::{self, Whose};

/// Where each attribute of a person stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub serial: Option<u16>,
    pub key: Option<u16>,
    pub name: Option<u16>,
    pub former: Option<u16>,
    pub sex: Option<u16>,
    pub birth: Option<u16>,
    /// Year, month and day in columns of their own.
    pub birth_parts: [Option<u16>; 3],
    pub age: Option<u16>,
    pub number: Option<u16>,
    pub number_kind: Option<u16>,
    pub number_tail: Option<u16>,
    pub relation: Option<u16>,
    /// 王军(户主): the relation stands behind the name.
    pub relation_in_name: bool,
    /// 是否户主
    pub head_tick: Option<u16>,
    pub head_name: Option<u16>,
    pub head_number: Option<u16>,
    pub household_number: Option<u16>,
    pub household_size: Option<u16>,
    pub address: Option<u16>,
    /// Further columns of addresses: they speak where the first is silent.
    pub other_addresses: Vec<u16>,
    pub lane: Option<u16>,
    pub estate: Option<u16>,
    pub building: Option<u16>,
    pub unit: Option<u16>,
    pub room: Option<u16>,
    pub group: Option<u16>,
    pub residency: Option<u16>,
    pub hukou_here: Option<u16>,
    pub lives_here: Option<u16>,
    pub hukou_address: Option<u16>,
    pub hukou_kind: Option<u16>,
    pub ethnic: Option<u16>,
    pub education: Option<u16>,
    pub political: Option<u16>,
    pub marital: Option<u16>,
    pub employment: Option<u16>,
    pub workplace: Option<u16>,
    pub left_kind: Option<u16>,
    /// 变动类别 | 变动原因: further columns that say what became of somebody.
    pub more_left_kinds: Vec<u16>,
    pub left_on: Option<u16>,
    pub died_on: Option<u16>,
    pub moved_out_on: Option<u16>,
    pub left_to: Option<u16>,
    pub guardian_name: Option<u16>,
    pub guardian_relation: Option<u16>,
    pub guardian_phone: Option<u16>,
    pub landlord_name: Option<u16>,
    pub landlord_phone: Option<u16>,
    pub spouse_name: Option<u16>,
    pub members: Option<u16>,
    pub children: Vec<u16>,
    pub phones: Vec<u16>,
    pub remarks: Vec<u16>,
    pub extra: Vec<u16>,
    pub ledger: Vec<(u16, String)>,
    pub programmes: Vec<(u16, String, String)>,
    /// Columns whose tick enrols in a programme.
    pub enrolled: Vec<(u16, String)>,
    /// Columns of which one is ticked: what a tick says.
    pub sex_ticks: Vec<(u16, Sex)>,
    pub residency_ticks: Vec<(u16, Residency)>,
    pub status_ticks: Vec<(u16, Status)>,
    /// Columns of a ledger that say its standing.
    pub standing: Vec<u16>,
    pub standing_ticks: Vec<(u16, Says)>,
    pub standing_on: Vec<(u16, Standing)>,
    pub begun_on: Vec<(u16, Option<String>)>,
    /// Of them those of which nobody says no: a blank one was not done yet.
    pub done_ticks: Vec<u16>,
    /// Columns whose meaning only their contents suggest.
    pub suggested: Vec<u16>,
    /// Columns that write their days in an order of their own: 25/4/62.
    pub orders: Vec<(u16, liren_facts::date::Order)>,
}

/// One person's columns of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub plan: Plan,
    /// Own columns, without those shared by all blocks.
    pub own: Vec<u16>,
    /// Where everyone of the block lives: 2单元 above its columns.
    pub place: Banner,
    /// The sex the header says: 男方, 女方.
    pub sex: Option<Sex>,
    /// A relation the header implies: 配偶, 户主.
    pub relation: Option<&'static str>,
    /// Columns whose header names the owner (户主/性别): what they are once the owner's word is taken off.
    pub(super) owned: Vec<(u16, Field)>,
}

impl Plan {
    pub(super) fn take(&mut self, column: u16, field: &Field) {
        let slot = match field {
            Field::Serial => &mut self.serial,
            Field::Key => &mut self.key,
            Field::Name => &mut self.name,
            Field::FormerName => &mut self.former,
            Field::Sex => &mut self.sex,
            Field::Male => return self.sex_ticks.push((column, Sex::Male)),
            Field::Female => return self.sex_ticks.push((column, Sex::Female)),
            Field::Birth => &mut self.birth,
            Field::BirthYear => &mut self.birth_parts[0],
            Field::BirthMonth => &mut self.birth_parts[1],
            Field::BirthDay => &mut self.birth_parts[2],
            Field::Age => &mut self.age,
            Field::Number => &mut self.number,
            Field::NumberKind => &mut self.number_kind,
            Field::NumberTail => &mut self.number_tail,
            Field::Relation => &mut self.relation,
            Field::HeadTick => &mut self.head_tick,
            Field::HeadName => &mut self.head_name,
            Field::HeadNumber => &mut self.head_number,
            Field::HouseholdNumber => &mut self.household_number,
            Field::HouseholdSize => &mut self.household_size,
            Field::Address if self.address.is_some() => return self.other_addresses.push(column),
            Field::Address => &mut self.address,
            Field::Estate => &mut self.estate,
            Field::Building => &mut self.building,
            Field::Unit => &mut self.unit,
            Field::Room => &mut self.room,
            Field::Group => &mut self.group,
            Field::Residency => &mut self.residency,
            Field::HukouHere => &mut self.hukou_here,
            Field::LivesHere => &mut self.lives_here,
            Field::ResidentTick => {
                return self.residency_ticks.push((column, Residency::Resident));
            }
            Field::TemporaryTick => {
                return self.residency_ticks.push((column, Residency::Temporary));
            }
            Field::HukouOnlyTick => {
                return self.residency_ticks.push((column, Residency::HukouOnly));
            }
            Field::HukouAddress => &mut self.hukou_address,
            Field::Ethnic => &mut self.ethnic,
            Field::Education => &mut self.education,
            Field::Political => &mut self.political,
            Field::Marital => &mut self.marital,
            Field::Employment => &mut self.employment,
            Field::Workplace => &mut self.workplace,
            Field::LeftKind if self.left_kind.is_some() => return self.more_left_kinds.push(column),
            Field::LeftKind => &mut self.left_kind,
            Field::DeceasedTick => return self.status_ticks.push((column, Status::Deceased)),
            Field::MovedOutTick => return self.status_ticks.push((column, Status::MovedOut)),
            Field::LeftOn => &mut self.left_on,
            Field::DiedOn => &mut self.died_on,
            Field::MovedOutOn => &mut self.moved_out_on,
            Field::HukouKind => &mut self.hukou_kind,
            Field::Lane => &mut self.lane,
            Field::LeftTo => &mut self.left_to,
            Field::GuardianName => &mut self.guardian_name,
            Field::GuardianRelation => &mut self.guardian_relation,
            Field::GuardianPhone => &mut self.guardian_phone,
            Field::LandlordName => &mut self.landlord_name,
            Field::LandlordPhone => &mut self.landlord_phone,
            Field::SpouseName => &mut self.spouse_name,
            Field::Members => &mut self.members,
            Field::ChildName => {
                self.children.push(column);
                return;
            }
            Field::Phone => {
                self.phones.push(column);
                return;
            }
            Field::Remark => {
                self.remarks.push(column);
                return;
            }
            Field::Standing => return self.standing.push(column),
            Field::StandingTick(says) => return self.standing_ticks.push((column, says.clone())),
            Field::StandingOn(standing) => return self.standing_on.push((column, *standing)),
            Field::BegunOn(stage) => return self.begun_on.push((column, stage.clone())),
            Field::EnrolledTick(programme) => return self.enrolled.push((column, programme.clone())),
            Field::Ledger(id) => {
                self.ledger.push((column, id.clone()));
                return;
            }
            Field::Programme(programme, id) => {
                self.programmes.push((column, programme.clone(), id.clone()));
                return;
            }
            Field::Ignore => return,
            Field::Floor | Field::FormerAddress | Field::MovedInOn | Field::SpouseNumber | Field::Extra => {
                self.extra.push(column);
                return;
            }
        };
        match slot {
            None => *slot = Some(column),
            Some(_) => self.extra.push(column),
        }
    }

    /// Takes a column out, wherever it stands.
    pub(super) fn forget(&mut self, column: u16) {
        for slot in [
            &mut self.serial, &mut self.name, &mut self.former, &mut self.sex, &mut self.birth,
            &mut self.birth_parts[0], &mut self.age, &mut self.number, &mut self.number_kind, &mut self.relation,
            &mut self.hukou_address, &mut self.hukou_kind, &mut self.ethnic, &mut self.education, &mut self.political,
            &mut self.marital, &mut self.employment, &mut self.workplace, &mut self.left_kind, &mut self.left_on,
            &mut self.died_on, &mut self.moved_out_on, &mut self.left_to,
        ] {
            if *slot == Some(column) {
                *slot = None;
            }
        }
        self.more_left_kinds.retain(|c| *c != column);
        self.phones.retain(|c| *c != column);
        self.remarks.retain(|c| *c != column);
        self.extra.retain(|c| *c != column);
        self.sex_ticks.retain(|(c, _)| *c != column);
        self.status_ticks.retain(|(c, _)| *c != column);
        self.ledger.retain(|(c, _)| *c != column);
        self.programmes.retain(|(c, ..)| *c != column);
    }

    /// Every column that says what became of somebody.
    pub fn left_kinds(&self) -> impl Iterator<Item = u16> + use<> {
        let more = self.more_left_kinds.clone();
        self.left_kind.into_iter().chain(more)
    }

    /// Does a row of this plan say where the person lives or with whom?
    pub fn has_household_key(&self) -> bool {
        self.relation.is_some()
            || self.relation_in_name
            || self.head_tick.is_some()
            || self.head_name.is_some()
            || self.head_number.is_some()
            || self.household_number.is_some()
    }
}

pub(crate) fn table(
    grid: &Grid,
    header: Option<Header>,
    first: u32,
    end: u32,
    mut columns: Vec<ColumnRead>,
    profiles: &[Profile],
) -> Option<Table> {
    let fields: Vec<Option<Field>> = columns.iter().map(|c| c.field.clone()).collect();
    let mut blocks = repeated(&columns, header.as_ref()).unwrap_or_default();
    let mut row_is_household = false;
    if blocks.is_empty() {
        blocks = by_role(&columns, header.as_ref()).unwrap_or_default();
        row_is_household = !blocks.is_empty();
    }
    if blocks.is_empty() {
        blocks = couple(&columns, header.as_ref()).unwrap_or_default();
    }
    if blocks.is_empty()
        && let Some(blocks) = apart(grid, &columns, header.as_ref(), (first, end))
    {
        return Some(Table {
            header,
            first,
            end,
            columns,
            blocks,
            row_is_household: false,
            heads_apart: true,
            coded: Vec::new(),
        });
    }
    if blocks.is_empty() {
        promote(&mut columns, profiles);
        let mut block = Block::default();
        // Surer columns take a slot first.
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by(|a, b| columns[*b].confidence.total_cmp(&columns[*a].confidence).then(a.cmp(b)));
        for at in order {
            let column = &columns[at];
            match &column.field {
                Some(field) => {
                    block.plan.take(column.column, field);
                    if column.confidence <= SUGGESTED {
                        block.plan.suggested.push(column.column);
                    }
                }
                None if profiles.get(at).is_some_and(|p| p.filled > 0) => block.plan.extra.push(column.column),
                None => {}
            }
            block.own.push(column.column);
        }
        sort(&mut block.plan);
        let in_name = |c: u16| profiles.get(usize::from(c)).is_some_and(|p| p.named_relation > 0.3);
        block.plan.relation_in_name = block.plan.relation.is_none() && block.plan.name.is_some_and(in_name);
        let head_is_person = fields.contains(&Some(Field::HeadName)) && !fields.contains(&Some(Field::Name));
        if head_is_person && block.plan.relation.is_none() && block.plan.head_name.is_none() {
            block.relation = Some("02");
        }
        block.plan.name.or(block.plan.number)?;
        return Some(Table {
            header,
            first,
            end,
            columns,
            blocks: vec![block],
            row_is_household: false,
            heads_apart: false,
            coded: Vec::new(),
        });
    }
    let shared: Vec<u16> =
        columns.iter().map(|c| c.column).filter(|c| !blocks.iter().any(|b| b.own.contains(c))).collect();
    for (at, block) in blocks.iter_mut().enumerate() {
        for column in block.own.clone() {
            let read = &mut columns[usize::from(column)];
            read.block = u8::try_from(at + 1).unwrap_or(u8::MAX);
            let owned = block.owned.iter().find(|(c, _)| *c == column).map(|(_, f)| f.clone());
            if let Some(field) = owned.or_else(|| read.field.as_ref().map(as_own)) {
                block.plan.take(column, &field);
            }
        }
        for column in &shared {
            if let Some(field) = &columns[usize::from(*column)].field
                && household_level(field, at == 0)
            {
                block.plan.take(*column, field);
            }
        }
    }
    let shared_key = |f: &Field| {
        matches!(
            f,
            Field::Address
                | Field::HeadName
                | Field::HouseholdNumber
                | Field::Room
                | Field::HeadNumber
                | Field::Building
                | Field::HouseholdSize
        )
    };
    row_is_household |= shared.iter().any(|c| columns[usize::from(*c)].field.as_ref().is_some_and(shared_key));
    // 户主 in columns of its own before the members
    if row_is_household {
        head_block(grid, &columns, &shared, &mut blocks, header.as_ref(), (first, end));
    }
    blocks.retain(|b| b.plan.name.is_some() || b.plan.number.is_some());
    (!blocks.is_empty()).then_some(Table {
        header,
        first,
        end,
        columns,
        blocks,
        row_is_household,
        heads_apart: false,
        coded: Vec::new(),
    })
}

/// Attributes of a role are the person's own inside the role's block.
fn as_own(field: &Field) -> Field {
    match field {
        Field::HeadName | Field::SpouseName => Field::Name,
        Field::HeadNumber | Field::SpouseNumber => Field::Number,
        other => other.clone(),
    }
}

/// A column understood by its contents alone is no surer than this.
const SUGGESTED: f32 = 0.5;

/// Shared columns that say something about every member; the others (remarks, phones) go to the first.
pub(super) fn household_level(field: &Field, is_first: bool) -> bool {
    is_first
        || matches!(
            field,
            Field::Address
                | Field::Estate
                | Field::Building
                | Field::Unit
                | Field::Floor
                | Field::Room
                | Field::Group
                | Field::Lane
                | Field::HouseholdNumber
                | Field::HeadName
                | Field::HeadNumber
                | Field::HouseholdSize
                | Field::Residency
                | Field::HukouHere
                | Field::LivesHere
                | Field::ResidentTick
                | Field::TemporaryTick
                | Field::HukouOnlyTick
        )
}

fn sort(plan: &mut Plan) {
    plan.phones.sort_unstable();
    plan.remarks.sort_unstable();
    plan.extra.sort_unstable();
}

/// Without a column of names, the head's, the landlord's or the spouse's names are the people.
fn promote(columns: &mut [ColumnRead], profiles: &[Profile]) {
    let has = |columns: &[ColumnRead], field: &Field| columns.iter().any(|c| c.field.as_ref() == Some(field));
    if has(columns, &Field::Name) {
        return;
    }
    let mut swap = |from: Field, to: Field| {
        if let Some(column) = columns.iter_mut().find(|c| c.field.as_ref() == Some(&from)) {
            column.field = Some(to);
            return true;
        }
        false
    };
    if swap(Field::HeadName, Field::Name) {
        swap(Field::HeadNumber, Field::Number);
        return;
    }
    if swap(Field::SpouseName, Field::Name) {
        swap(Field::SpouseNumber, Field::Number);
        return;
    }
    if swap(Field::LandlordName, Field::Name) {
        if !has(columns, &Field::Phone)
            && let Some(column) = columns.iter_mut().find(|c| c.field == Some(Field::LandlordPhone))
        {
            column.field = Some(Field::Phone);
        }
        return;
    }
    // A column of names whose header nobody knows, beside something only people have. 楼长 in a summary names
    // an officer, not a resident.
    let personal = [Field::Number, Field::Sex, Field::Birth, Field::Relation];
    if !personal.iter().any(|f| has(columns, f)) {
        return;
    }
    let best = (0..columns.len())
        .filter(|at| columns[*at].field.as_ref().is_none_or(|f| *f == Field::Extra))
        .filter(|at| words::whose(&columns[*at].header).0 != Whose::Officer)
        .filter(|at| profiles[*at].name > 0.6)
        .max_by(|a, b| profiles[*a].name.total_cmp(&profiles[*b].name));
    if let Some(at) = best {
        columns[at].field = Some(Field::Name);
        columns[at].confidence = 0.5;
    }
}
