//! Taking people in, many at a time, and changing single facts about them.

use liren_facts::Day;
use liren_store::params;

use super::person::NewPerson;
use super::queries;
use super::states::{
    Birth, Contact, Household, Identifier, Life, Marital, Membership, Naming, PhoneOf, Political, Residency, Schooling,
    Work,
};
use crate::base::keys::{ALGORITHM, CommunityKeys, KEY_ID, Key};
use crate::base::records::{self, record};
use crate::base::states::{self, State, StateTable};
use crate::base::{DwellingId, Field, FieldOf, HouseholdId, Id as _, Mine, Origin, PersonId, Result, Write, error};

record! {
    /// 备注 — what a roster said in words, sealed under the person's key; `text` holds those of before they were sealed.
    pub struct Remark in "person_remark", frame "person", part of "person" in "person_id" {
        person: PersonId = "person_id",
        text: String = "text",
        cipher: Option<Vec<u8>> = "cipher",
    }
}

/// A household to be added, with the home it lives in.
pub struct NewHousehold {
    pub dwelling: Option<DwellingId>,
    pub number: Option<String>,
    pub origin: Origin,
}

/// Adds households; their ids in order.
pub async fn add_households(w: &mut Write, from: Day, new: Vec<NewHousehold>) -> Result<Vec<Mine<HouseholdId>>> {
    let ids: Vec<Mine<HouseholdId>> = new.iter().map(|_| w.add()).collect();
    let community = w.community;
    let rows = ids.iter().map(|id| params![community, *id]).collect();
    w.tx.insert("household", &["community_id", "id"], rows).await?;
    let states = ids
        .iter()
        .zip(new)
        .map(|(id, h)| Household { dwelling: h.dwelling, number: h.number }.from(id.id(), from, &h.origin))
        .collect();
    states::insert(w, Household::TABLE, states).await?;
    Ok(ids)
}

/// How many people a large roster should take in at a time: their rows are in memory until they are written.
pub const AT_A_TIME: usize = 4_000;

/// Takes one person in.
pub async fn add_person(w: &mut Write, keys: &CommunityKeys, from: Day, person: NewPerson) -> Result<Mine<PersonId>> {
    let ids = add_people(w, keys, from, vec![person]).await?;
    ids.first().copied().ok_or_else(|| error::fault("nobody was added"))
}

/// Takes people in as they are known from `from` on; their ids in order.
pub async fn add_people(
    w: &mut Write,
    keys: &CommunityKeys,
    from: Day,
    people: Vec<NewPerson>,
) -> Result<Vec<Mine<PersonId>>> {
    let ids: Vec<Mine<PersonId>> = people.iter().map(|_| w.add()).collect();
    let community = w.community;
    let (mut persons, mut remarks, mut rows) = (Vec::with_capacity(ids.len()), Vec::new(), Rows::default());
    for (id, person) in ids.iter().zip(people) {
        let (key, wrapped) = keys.person();
        persons.push(params![community, *id, wrapped]);
        if let Some(text) = &person.remark {
            remarks.push((remark(id.id(), &key, text), vec![], person.origin.clone()));
        }
        rows.add(keys, &key, id.id(), from, person);
    }
    w.tx.insert("person", &["community_id", "id", "data_key"], persons).await?;
    records::add_all(w, remarks).await?;
    for (table, states) in rows.tables() {
        states::insert(w, table, states).await?;
    }
    Ok(ids)
}

/// A remark in somebody's words, sealed.
pub fn remark(person: PersonId, key: &Key, text: &str) -> Remark {
    Remark { person, text: String::new(), cipher: Some(key.seal(text.as_bytes())) }
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
            (Naming::TABLE, self.naming),
            (Birth::TABLE, self.birth),
            (Life::TABLE, self.life),
            (Identifier::TABLE, self.identifier),
            (Contact::TABLE, self.contact),
            (Residency::TABLE, self.residency),
            (Marital::TABLE, self.marital),
            (Schooling::TABLE, self.schooling),
            (Political::TABLE, self.political),
            (Work::TABLE, self.work),
            (Membership::TABLE, self.membership),
            (Field::TABLE, self.field),
        ]
    }

    fn add(&mut self, keys: &CommunityKeys, key: &Key, id: PersonId, from: Day, p: NewPerson) {
        let (lasting, lives, at) = (p.known_from(from), p.lives_from(from), &p.origin);
        self.naming.push(Naming::of(p.name.as_deref(), p.former_name.as_deref()).from(id, lasting, at));
        let birth = Birth {
            sex: p.sex,
            born_first: p.born.map(|b| b.first),
            born_last: p.born.map(|b| b.last),
            ethnic: p.ethnic,
        };
        self.birth.push(birth.from(id, lasting, at));
        if p.dead {
            let end = p.died.map_or(from, |d| d.last.min(from));
            if lasting < end {
                self.life.push(State { to: Some(end), ..Life::ALIVE.from(id, lasting, at) });
            }
            self.life.push(Life::died(p.died).from(id, end, at));
        } else {
            self.life.push(Life::ALIVE.from(id, lasting, at));
        }
        if let Some((kind, number)) = &p.number {
            self.identifier.push(identifier(keys, key, kind, &p.number_state, number).from(id, lasting, at));
        }
        for (slot, phone) in (0..).zip(&p.phones) {
            self.contact.push(contact(keys, key, phone).from(PhoneOf { person: id, slot }, from, at));
        }
        self.residency.push(p.residency.from(id, lives, at));
        if p.marital.is_some() {
            self.marital.push(Marital { marital: p.marital, ..Marital::default() }.from(id, from, at));
        }
        if p.education.is_some() {
            self.schooling.push(Schooling { education: p.education }.from(id, from, at));
        }
        if p.political.is_some() {
            self.political.push(Political { political: p.political }.from(id, from, at));
        }
        if p.employment.is_some() || p.employer.is_some() {
            self.work.push(Work { employment: p.employment, employer: p.employer }.from(id, from, at));
        }
        if let Some(household) = p.household {
            let member = Membership { household: Some(HouseholdId(household)), relation: p.relation };
            self.membership.push(member.from(id, lives, at));
        }
        for (field, value) in &p.facts {
            let of = FieldOf { kind: PersonId::KIND.into(), id: id.0, field: field.clone() };
            self.field.push(Field::of(value).from(of, from, at));
        }
    }
}

/// An identifier, sealed under the person's key, found by the community's.
pub fn identifier(keys: &CommunityKeys, key: &Key, kind: &str, state: &str, number: &str) -> Identifier {
    Identifier {
        kind: kind.to_owned(),
        state: state.to_owned(),
        algorithm: ALGORITHM.to_owned(),
        key_id: KEY_ID.to_owned(),
        cipher: key.seal(number.as_bytes()),
        whole_index: keys.whole(number),
        tail_index: keys.tail(number),
    }
}

/// A phone, sealed as an identifier is.
pub fn contact(keys: &CommunityKeys, key: &Key, phone: &str) -> Contact {
    Contact {
        algorithm: ALGORITHM.to_owned(),
        key_id: KEY_ID.to_owned(),
        cipher: key.seal(phone.as_bytes()),
        whole_index: keys.whole(phone),
        tail_index: keys.tail(phone),
    }
}

/// The key under which a person's numbers are sealed; `None` for somebody who was erased.
pub async fn key_of(w: &mut Write, keys: &CommunityKeys, person: PersonId) -> Result<Option<Key>> {
    let wrapped = queries::data_key(w, person).await?;
    Ok(wrapped.and_then(|wrapped| keys.person_key(&wrapped)))
}

/// Somebody can be reached by these phones too, from `on` on.
pub async fn add_phones(
    w: &mut Write,
    keys: &CommunityKeys,
    on: Day,
    person: Mine<PersonId>,
    phones: &[&str],
    origin: &Origin,
) -> Result<()> {
    let Some(key) = key_of(w, keys, person.id()).await? else {
        return Ok(());
    };
    let first = queries::last_slot(w, person.id()).await? + 1;
    for (slot, phone) in (first..).zip(phones) {
        contact(keys, &key, phone).record(w, PhoneOf { person: person.id(), slot }, on, origin).await?;
    }
    Ok(())
}
