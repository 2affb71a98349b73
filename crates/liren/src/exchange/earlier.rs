//! A list of an earlier day, read after one of a later day: it tells of the time before that one, and nothing of what that one
//! said. So the order in which two lists are read changes nothing.

use super::known::Register;
use super::queries;
use crate::base::keys::CommunityKeys;
use crate::base::states::{self, Dated, Stated, Subject as _};
use crate::base::{Mine, Origin, PersonId, Result, Scope, Write};
use crate::people::lives::elsewhere_before;
use crate::people::{Birth, Contact, Identifier, Life, Membership, Naming, PhoneOf, Residency};
use liren_facts::Day;

/// Writes what a list says of its day. What a later list said reaches back over this day only because nothing else was
/// known: it stays from its own day on.
pub(super) async fn said<T: Stated>(
    w: &mut Write,
    register: &Register,
    on: Day,
    of: T::Subject,
    value: T,
    origin: &Origin,
) -> Result<()> {
    let key = of.key();
    if on < register.last {
        let scope = Scope::whole(w.community);
        let there: Option<Dated<T>> = states::at(&mut w.tx, &scope, std::slice::from_ref(&of), on).await?;
        if let Some(there) = there
            && let Some(source) = there.origin.source
            && let Some(day) = queries::day_of(w, source).await?
            && day > on
            && there.to.is_none_or(|to| to > day)
        {
            return states::correct(w, &T::TABLE, &key, on, Some(day), value.values(), origin).await;
        }
    }
    states::record(w, &T::TABLE, &key, on, value.values(), origin).await
}

/// Somebody belonged to a household on this list's day, and as later lists say died or left since.
pub(super) async fn member(
    w: &mut Write,
    register: &Register,
    on: Day,
    person: PersonId,
    member: Membership,
    origin: &Origin,
) -> Result<()> {
    said(w, register, on, person, member, origin).await?;
    if on >= register.last {
        return Ok(());
    }
    let scope = Scope::whole(w.community);
    let lives = Life::history(&mut w.tx, &scope, person).await?;
    let died = lives.iter().filter(|d| d.superseded.is_none() && !d.value.alive).map(|d| d.from);
    let homes = Residency::history(&mut w.tx, &scope, person).await?;
    let gone = |r: &Residency| (r.lives_here, r.hukou_here) == (Some(false), Some(false));
    let left = homes.iter().filter(|d| d.superseded.is_none() && gone(&d.value)).map(|d| d.from);
    match died.chain(left).filter(|day| *day > on).min() {
        Some(day) => Membership::end(w, person, day).await,
        None => Ok(()),
    }
}

/// Somebody of whom nothing was known on the day of this list: what lasts was so then too.
pub(super) async fn known_since(w: &mut Write, on: Day, person: Mine<PersonId>, origin: &Origin) -> Result<()> {
    let of = person.id();
    back::<Naming>(w, on, of, origin).await?;
    back::<Birth>(w, on, of, origin).await?;
    back::<Identifier>(w, on, of, origin).await?;
    let scope = Scope::whole(w.community);
    if Life::at(&mut w.tx, &scope, &[of], on).await?.is_none() {
        Life::ALIVE.record(w, of, on, origin).await?;
    }
    Ok(())
}

/// The first state on record was so from `on` on, when there is none on that day.
async fn back<T: Stated>(w: &mut Write, on: Day, of: T::Subject, origin: &Origin) -> Result<()> {
    let scope = Scope::whole(w.community);
    let mut held: Vec<Dated<T>> = states::history(&mut w.tx, &scope, of.clone()).await?;
    held.retain(|dated| dated.superseded.is_none());
    let there = held.iter().any(|d| d.from <= on && d.to.is_none_or(|to| to > on));
    match held.iter().min_by_key(|d| d.from) {
        Some(first) if !there && first.from > on => {
            states::record(w, &T::TABLE, &of.key(), on, first.value.values(), origin).await
        }
        _ => Ok(()),
    }
}

/// Phones that a later list gave, and this one too, were theirs on its day already.
pub(super) async fn phones_since(
    w: &mut Write,
    keys: &CommunityKeys,
    on: Day,
    person: Mine<PersonId>,
    phones: &[&str],
    origin: &Origin,
) -> Result<()> {
    let indexes: Vec<Vec<u8>> = phones.iter().map(|phone| keys.whole(phone)).collect();
    for (slot, index) in queries::phones(w, person.number()).await? {
        if indexes.contains(&index) {
            back::<Contact>(w, on, PhoneOf { person: person.id(), slot }, origin).await?;
        }
    }
    Ok(())
}

/// A thing of a place of which nothing was known on the day of this list.
pub(super) async fn place_since<T: Stated>(w: &mut Write, on: Day, of: T::Subject) -> Result<()> {
    back::<T>(w, on, of, &Origin::default()).await
}

/// The register runs since an earlier day than was known when later lists were read: whoever was born or came while it ran
/// was born here or came, as if this list had been read first.
pub(super) async fn begun_earlier(w: &mut Write, on: Day, before: Day) -> Result<()> {
    for came in queries::came_between(w, on, before).await? {
        let person = w.actor.scope.mine(PersonId(came.person))?;
        let origin = Origin { source: came.source, place: came.place, confirmed_on: None };
        let born = came.born.filter(|day| *day > on);
        let since = came.since.filter(|day| *day > on);
        match (born, since) {
            (Some(born), since) if since.is_none_or(|day| day <= born) => {
                let scope = Scope::whole(w.community);
                let first: Option<Dated<Residency>> =
                    Residency::at(&mut w.tx, &scope, &[person.id()], came.from).await?;
                if let Some(first) = first {
                    let here = Residency { since: Some(born), ..first.value };
                    here.correct(w, person.id(), born, first.to, &origin).await?;
                }
                let member: Option<Dated<Membership>> =
                    Membership::at(&mut w.tx, &scope, &[person.id()], came.from).await?;
                if let Some(member) = member {
                    member.value.correct(w, person.id(), born, member.to, &member.origin).await?;
                }
            }
            (_, Some(since)) => {
                let known = came.born.map_or(came.listed, |born| born.min(came.listed));
                elsewhere_before(w, known, since, person, &origin).await?;
            }
            _ => {}
        }
    }
    Ok(())
}
