//! Taking people in, many at a time, and changing single facts about them.

use liren_facts::Day;
use liren_store::{Value, params};

use super::person::{FactValue, NewPerson, Residency};
use crate::base::keys::{ALGORITHM, CommunityKeys, KEY_ID, Key};
use crate::base::states::{self, State, StateTable};
use crate::base::{Origin, Result, Write};

pub const NAMING: StateTable = StateTable {
    name: "person_naming",
    subject: &["person_id"],
    columns: &["name", "former_name", "initials", "sort_key"],
    kind: "person",
};
pub const BIRTH: StateTable = StateTable {
    name: "person_birth",
    subject: &["person_id"],
    columns: &["sex", "born_first", "born_last", "ethnic"],
    kind: "person",
};
pub const LIFE: StateTable = StateTable {
    name: "person_life",
    subject: &["person_id"],
    columns: &["alive", "died_first", "died_last"],
    kind: "person",
};
pub const IDENTIFIER: StateTable = StateTable {
    name: "person_identifier",
    subject: &["person_id"],
    columns: &["kind", "state", "algorithm", "key_id", "cipher", "whole_index", "tail_index"],
    kind: "person",
};
pub const CONTACT: StateTable = StateTable {
    name: "person_contact",
    subject: &["person_id", "slot"],
    columns: &["algorithm", "key_id", "cipher", "whole_index", "tail_index"],
    kind: "person",
};
pub const RESIDENCY: StateTable = StateTable {
    name: "person_residency",
    subject: &["person_id"],
    columns: &["hukou_here", "lives_here", "since", "left_since", "dwelling_id", "inferred"],
    kind: "person",
};
pub const MARITAL: StateTable =
    StateTable { name: "person_marital", subject: &["person_id"], columns: &["marital"], kind: "person" };
pub const SCHOOLING: StateTable =
    StateTable { name: "person_schooling", subject: &["person_id"], columns: &["education"], kind: "person" };
pub const POLITICAL: StateTable =
    StateTable { name: "person_political", subject: &["person_id"], columns: &["political"], kind: "person" };
pub const WORK: StateTable =
    StateTable { name: "person_work", subject: &["person_id"], columns: &["employment", "employer"], kind: "person" };
pub const HOUSEHOLD: StateTable = StateTable {
    name: "household_state",
    subject: &["household_id"],
    columns: &["dwelling_id", "number"],
    kind: "household",
};
pub const MEMBERSHIP: StateTable = StateTable {
    name: "person_membership",
    subject: &["person_id"],
    columns: &["household_id", "relation"],
    kind: "person",
};
pub const FIELD: StateTable = StateTable {
    name: "field_value",
    subject: &["subject_kind", "subject_id", "field"],
    columns: &["number", "text"],
    kind: "field",
};

/// Adds households with the homes they live in; their ids in order.
pub async fn add_households(
    w: &mut Write,
    from: Day,
    homes: Vec<(Option<i64>, Option<String>, Origin)>,
) -> Result<Vec<i64>> {
    let ids: Vec<i64> = homes.iter().map(|_| w.id()).collect();
    let community = w.community;
    let rows = ids.iter().map(|id| params![community, *id]).collect();
    w.tx.insert("household", &["community_id", "id"], rows).await?;
    let rows = ids
        .iter()
        .zip(homes)
        .map(|(id, (dwelling, number, origin))| State {
            subject: params![*id],
            from,
            to: None,
            values: params![dwelling, number],
            origin,
        })
        .collect();
    states::insert(w, &HOUSEHOLD, rows).await?;
    Ok(ids)
}

/// How many people a large roster should take in at a time: their rows are in memory until they are written.
pub const AT_A_TIME: usize = 4_000;

/// Takes people in as they are known from `from` on; their ids in order.
pub async fn add_people(w: &mut Write, keys: &CommunityKeys, from: Day, people: Vec<NewPerson>) -> Result<Vec<i64>> {
    let mut some = Vec::with_capacity(people.len());
    for person in people {
        let id = w.id();
        let remark = person.remark.is_some().then(|| w.id());
        some.push(Numbered { id, remark, person });
    }
    let ids = some.iter().map(|n| n.id).collect();
    let made = Made::of(keys, from, w.community, w.revision, some);
    w.tx.insert("person", &["community_id", "id", "data_key"], made.persons).await?;
    w.tx.insert(
        "person_remark",
        &["community_id", "id", "person_id", "text", "cipher", "recorded", "source_id", "source_ref"],
        made.remarks,
    )
    .await?;
    for (table, states) in made.rows.tables() {
        states::insert(w, table, states).await?;
    }
    Ok(ids)
}

/// A person to be added, with the ids of their row and of their remark.
struct Numbered {
    id: i64,
    remark: Option<i64>,
    person: NewPerson,
}

/// Everything that is written of some new people.
#[derive(Default)]
struct Made {
    persons: Vec<Vec<Value>>,
    remarks: Vec<Vec<Value>>,
    rows: Rows,
}

impl Made {
    fn of(keys: &CommunityKeys, from: Day, community: i64, revision: i64, some: Vec<Numbered>) -> Made {
        let mut made = Made::default();
        for Numbered { id, remark, person } in some {
            let (key, wrapped) = keys.person();
            made.persons.push(params![community, id, wrapped]);
            if let (Some(remark), Some(text)) = (remark, &person.remark) {
                made.remarks.push(params![
                    community,
                    remark,
                    id,
                    "",
                    key.seal(text.as_bytes()),
                    revision,
                    person.origin.source,
                    person.origin.place.clone()
                ]);
            }
            made.rows.add(keys, &key, id, from, person);
        }
        made
    }
}

/// The states of many new people, table by table.
#[derive(Default)]
struct Rows {
    naming: Vec<State>,
    birth: Vec<State>,
    life: Vec<State>,
    identifier: Vec<State>,
    contact: Vec<State>,
    residency: Vec<State>,
    marital: Vec<State>,
    schooling: Vec<State>,
    political: Vec<State>,
    work: Vec<State>,
    membership: Vec<State>,
    field: Vec<State>,
}

impl Rows {
    fn tables(self) -> [(&'static StateTable, Vec<State>); 12] {
        [
            (&NAMING, self.naming),
            (&BIRTH, self.birth),
            (&LIFE, self.life),
            (&IDENTIFIER, self.identifier),
            (&CONTACT, self.contact),
            (&RESIDENCY, self.residency),
            (&MARITAL, self.marital),
            (&SCHOOLING, self.schooling),
            (&POLITICAL, self.political),
            (&WORK, self.work),
            (&MEMBERSHIP, self.membership),
            (&FIELD, self.field),
        ]
    }

    fn add(&mut self, keys: &CommunityKeys, key: &Key, id: i64, from: Day, p: NewPerson) {
        let (lasting, lives) = (p.known_from(from), p.lives_from(from));
        let state = |from: Day, values: Vec<Value>| State {
            subject: params![id],
            from,
            to: None,
            values,
            origin: p.origin.clone(),
        };
        self.naming.push(state(lasting, naming_values(p.name.as_deref(), p.former_name.as_deref())));
        self.birth.push(state(
            lasting,
            params![p.sex.clone(), p.born.map(|b| b.first.0), p.born.map(|b| b.last.0), p.ethnic.clone()],
        ));
        let end = p.died.map_or(from, |d| d.last.min(from));
        if p.dead && lasting < end {
            let mut before = state(lasting, params![true, None::<i64>, None::<i64>]);
            before.to = Some(end);
            self.life.push(before);
        }
        self.life.push(if p.dead {
            state(end, params![false, p.died.map(|d| d.first.0), p.died.map(|d| d.last.0)])
        } else {
            state(lasting, params![true, None::<i64>, None::<i64>])
        });
        if let Some((kind, number)) = &p.number {
            self.identifier.push(state(lasting, identifier_values(keys, key, kind, &p.number_state, number)));
        }
        for (slot, phone) in p.phones.iter().enumerate() {
            let mut contact = state(from, contact_values(keys, key, phone));
            contact.subject = params![id, slot as i64];
            self.contact.push(contact);
        }
        self.residency.push(state(lives, residency_values(&p.residency)));
        if p.marital.is_some() {
            self.marital.push(state(from, params![p.marital.clone()]));
        }
        if p.education.is_some() {
            self.schooling.push(state(from, params![p.education.clone()]));
        }
        if p.political.is_some() {
            self.political.push(state(from, params![p.political.clone()]));
        }
        if p.employment.is_some() || p.employer.is_some() {
            self.work.push(state(from, params![p.employment.clone(), p.employer.clone()]));
        }
        if p.household.is_some() {
            self.membership.push(state(lives, params![p.household, p.relation.clone()]));
        }
        for (field, value) in &p.facts {
            let mut fact = state(from, fact_values(value));
            fact.subject = params!["person", id, field.clone()];
            self.field.push(fact);
        }
    }
}

/// Values of [`NAMING`]: the name, what it can be found by, and its place in the order of names.
pub fn naming_values(name: Option<&str>, former: Option<&str>) -> Vec<Value> {
    let initials = name.map(|n| liren_facts::name::initials(n).join(" "));
    params![name, former, initials, name.map(liren_facts::name::sort_key)]
}

pub fn residency_values(r: &Residency) -> Vec<Value> {
    params![
        r.hukou_here,
        r.lives_here,
        r.since.map(|d| d.0),
        r.left_since.map(|d| d.0),
        r.dwelling,
        r.inferred.then_some(true)
    ]
}

/// Values of [`IDENTIFIER`]: sealed under the person's key, found by the community's.
pub fn identifier_values(keys: &CommunityKeys, key: &Key, kind: &str, state: &str, number: &str) -> Vec<Value> {
    params![kind, state, ALGORITHM, KEY_ID, key.seal(number.as_bytes()), keys.whole(number), keys.tail(number)]
}

pub fn contact_values(keys: &CommunityKeys, key: &Key, phone: &str) -> Vec<Value> {
    params![ALGORITHM, KEY_ID, key.seal(phone.as_bytes()), keys.whole(phone), keys.tail(phone)]
}

pub fn fact_values(value: &FactValue) -> Vec<Value> {
    match value {
        FactValue::Number(n) => params![*n, None::<String>],
        FactValue::Text(t) => params![None::<i64>, t.clone()],
    }
}

/// A field of a pack is so from `on` on, for a person, a household, an enrolment …
pub async fn set_field(
    w: &mut Write,
    on: Day,
    subject: (&str, i64),
    field: &str,
    value: &FactValue,
    origin: &Origin,
) -> Result<()> {
    w.touch(subject.0);
    let key = params![subject.0, subject.1, field];
    states::record(w, &FIELD, &key, on, fact_values(value), origin).await
}
