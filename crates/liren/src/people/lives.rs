//! What happens to people. A verb writes the states that begin and end, all on the event's day; the event itself follows from
//! them before the commit (`settle.rs`).

use liren_facts::{Day, PartialDay};

use super::person::NewPerson;
use super::register;
use super::states::{Life, Marital, Membership, Residency};
use crate::base::keys::CommunityKeys;
use crate::base::{Aliases, DwellingId, HouseholdId, Mine, Origin, PersonId, Result, Scope, Write, error};

/// A person's own id and those merged into it, own first.
async fn whole(w: &mut Write, person: Mine<PersonId>) -> Result<Vec<PersonId>> {
    let scope = Scope::whole(w.community);
    Ok(Aliases::now(&mut w.tx, &scope).await?.whole(person.id()))
}

/// The residency of a person on a day, all unknown when nothing is recorded.
pub async fn residency_on(w: &mut Write, person: Mine<PersonId>, day: Day) -> Result<Residency> {
    let (ids, scope) = (whole(w, person).await?, Scope::whole(w.community));
    let found = Residency::at(&mut w.tx, &scope, &ids, day).await?;
    Ok(found.map_or_else(Residency::default, |dated| dated.value))
}

/// The residency of somebody who is living on a day and known then; otherwise a sentence about what is on record.
async fn present(w: &mut Write, person: Mine<PersonId>, day: Day) -> Result<Residency> {
    let (ids, scope) = (whole(w, person).await?, Scope::whole(w.community));
    if Life::at(&mut w.tx, &scope, &ids, day).await?.is_some_and(|life| !life.value.alive) {
        return Err(error::invalid(
            "这个人在这一天之前已经登记为去世。如果去世日期登记错了，请更正那条记录。",
            "This person is already on record as dead on that day. If that day is wrong, correct the entry.",
        ));
    }
    let found = Residency::at(&mut w.tx, &scope, &ids, day).await?;
    found.map(|dated| dated.value).ok_or_else(|| {
        error::invalid(
            format!("{day} 还没有这个人的居住记录，不能从那天登记变动。请核对日期，或先补登记那时的居住情况。"),
            format!("On {day} nothing is on record of where this person lived, so nothing can change from that day. Check the day, or record the residency of that time first."),
        )
    })
}

/// Nobody belongs to a household from `day` on as this person, whichever of the merged records said so.
pub(super) async fn leave_household(w: &mut Write, day: Day, person: Mine<PersonId>) -> Result<()> {
    for id in whole(w, person).await? {
        Membership::end(w, id, day).await?;
    }
    Ok(())
}

/// A child is born into a household.
pub async fn birth(w: &mut Write, keys: &CommunityKeys, day: Day, mut child: NewPerson) -> Result<Mine<PersonId>> {
    child.born = Some(PartialDay::exact(day));
    child.residency.lives_here = Some(true);
    child.residency.since = Some(day);
    register::add_person(w, keys, day, child).await
}

/// Somebody dies: no longer alive, living here or in a household. Of a day that is only partly known the last counts.
pub async fn death(w: &mut Write, died: PartialDay, person: Mine<PersonId>, origin: &Origin) -> Result<()> {
    let day = died.last;
    let before = present(w, person, day).await?;
    // Whatever was expected of later days does not come to pass.
    Life::died(Some(died)).correct(w, person.id(), day, None, origin).await?;
    let gone = Residency { lives_here: Some(false), dwelling: None, left_since: Some(died.first), ..before };
    gone.correct(w, person.id(), day, None, origin).await?;
    leave_household(w, day, person).await
}

/// Somebody comes to live here who was not known here before.
pub async fn move_in(w: &mut Write, keys: &CommunityKeys, day: Day, mut person: NewPerson) -> Result<Mine<PersonId>> {
    person.residency.lives_here = Some(true);
    person.residency.since = Some(day);
    let (known, origin) = (person.known_from(day), person.origin.clone());
    let id = register::add_person(w, keys, day, person).await?;
    elsewhere_before(w, known, day, id, &origin).await?;
    Ok(id)
}

/// Somebody known here, who lived elsewhere, comes to live here.
pub async fn come_back(
    w: &mut Write,
    day: Day,
    person: Mine<PersonId>,
    home: Residency,
    member: Option<Membership>,
    origin: &Origin,
) -> Result<()> {
    if present(w, person, day).await?.lives_here == Some(true) {
        return Err(error::invalid(
            "这个人那天已经住在本社区。换了住处请用“户内迁移”。",
            "This person already lives here on that day. If they changed homes, record a move within the community.",
        ));
    }
    let now = Residency { lives_here: Some(true), since: Some(day), left_since: None, ..home };
    now.record(w, person.id(), day, origin).await?;
    if let Some(member) = member {
        leave_household(w, day, person).await?;
        member.record(w, person.id(), day, origin).await?;
    }
    Ok(())
}

/// Somebody leaves the community; `hukou_stays` when they remain registered here. Of a day that is only partly known the last
/// counts.
pub async fn move_out(
    w: &mut Write,
    left: PartialDay,
    person: Mine<PersonId>,
    hukou_stays: bool,
    origin: &Origin,
) -> Result<()> {
    let day = left.last;
    let before = present(w, person, day).await?;
    if before.lives_here == Some(false) {
        return Err(error::invalid(
            "这个人那天已经不住在本社区，不用再登记迁出。",
            "This person does not live here on that day already; there is no departure to record.",
        ));
    }
    let gone = Residency {
        hukou_here: if hukou_stays { before.hukou_here } else { Some(false) },
        lives_here: Some(false),
        left_since: Some(left.first),
        since: before.since,
        dwelling: None,
        inferred: None,
    };
    gone.record(w, person.id(), day, origin).await?;
    leave_household(w, day, person).await
}

/// Somebody moves to another home of the same community; in and out of it this cancels.
pub async fn move_within(
    w: &mut Write,
    day: Day,
    person: Mine<PersonId>,
    dwelling: Mine<DwellingId>,
    household: Option<(Mine<HouseholdId>, Option<String>)>,
    origin: &Origin,
) -> Result<()> {
    let before = present(w, person, day).await?;
    if before.lives_here == Some(false) {
        return Err(error::invalid(
            "这个人那天不住在本社区。住进来请登记迁入。",
            "This person does not live here on that day. If they came to live here, record an arrival.",
        ));
    }
    let now = Residency { lives_here: Some(true), dwelling: Some(dwelling.id()), since: Some(day), ..before };
    now.record(w, person.id(), day, origin).await?;
    if let Some((household, relation)) = household {
        let member = Membership { household: Some(household.id()), relation };
        leave_household(w, day, person).await?;
        member.record(w, person.id(), day, origin).await?;
    }
    Ok(())
}

/// 婚变
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wedding {
    Marriage,
    Divorce,
}

/// Two people marry or part; `None` for one who is not known here.
pub async fn wed(
    w: &mut Write,
    day: Day,
    what: Wedding,
    one: Mine<PersonId>,
    other: Option<Mine<PersonId>>,
    origin: &Origin,
) -> Result<()> {
    // GB/T 2261.2
    let marital = match what {
        Wedding::Marriage => "20",
        Wedding::Divorce => "40",
    };
    let pair = [(one, other), (other.unwrap_or(one), Some(one))];
    for (person, spouse) in pair.into_iter().take(1 + usize::from(other.is_some())) {
        let state = Marital { marital: Some(marital.into()), spouse: spouse.map(Mine::id), since: Some(day) };
        state.record(w, person.id(), day, origin).await?;
    }
    Ok(())
}

/// Another member becomes head; the former head's relation becomes unknown until it is asked.
pub async fn change_of_head(
    w: &mut Write,
    day: Day,
    household: Mine<HouseholdId>,
    former: Option<Mine<PersonId>>,
    head: Mine<PersonId>,
    origin: &Origin,
) -> Result<()> {
    let member =
        |relation: Option<&str>| Membership { household: Some(household.id()), relation: relation.map(str::to_owned) };
    if let Some(former) = former {
        leave_household(w, day, former).await?;
        member(None).record(w, former.id(), day, origin).await?;
    }
    leave_household(w, day, head).await?;
    // GB/T 4761: 02 is the head of a household.
    member(Some("02")).record(w, head.id(), day, origin).await
}

/// Whoever came on `day` was known to live elsewhere before it: they had neither a home nor a hukou here, and that is
/// no open question.
pub async fn elsewhere_before(
    w: &mut Write,
    known: Day,
    day: Day,
    person: Mine<PersonId>,
    origin: &Origin,
) -> Result<()> {
    if known >= day {
        return Ok(());
    }
    Residency::elsewhere().correct(w, person.id(), known, Some(day), origin).await
}
