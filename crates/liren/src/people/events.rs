//! Life events. A verb writes the event and the states it begins and ends, all on the event's day.

use liren_facts::{Day, PartialDay};
use liren_store::{Value, params};

use super::person::{NewPerson, Residency};
use super::queries;
use super::register::{self, LIFE, MARITAL, MEMBERSHIP, RESIDENCY};
use crate::base::keys::CommunityKeys;
use crate::base::states::{self, State};
use crate::base::{Origin, Result, Write};

/// What is written about a life event besides its day and person.
#[derive(Default)]
struct Event<'a> {
    kind: &'a str,
    direction: Option<&'a str>,
    other: Option<i64>,
    household: Option<i64>,
    from_dwelling: Option<i64>,
    to_dwelling: Option<i64>,
    residency: Option<&'a str>,
    origin: Origin,
}

/// A child is born into a household: the person, its residency and the event. Its id.
pub async fn birth(w: &mut Write, keys: &CommunityKeys, day: Day, mut child: NewPerson) -> Result<i64> {
    child.born = Some(PartialDay::exact(day));
    child.residency.lives_here = Some(true);
    let (household, dwelling) = (child.household, child.residency.dwelling);
    let residency = child.residency.word();
    let id = register::add_people(w, keys, day, vec![child]).await?.first().copied().unwrap_or_default();
    let event = Event { kind: "birth", household, to_dwelling: dwelling, residency, ..Event::default() };
    note(w, day, id, event).await?;
    Ok(id)
}

/// Somebody dies on `day`: no longer alive, living here or in a household from that day on.
pub async fn death(w: &mut Write, day: Day, person: i64, origin: &Origin) -> Result<()> {
    let before = queries::residency_on(w, person, day).await?;
    let dead = params![false, day.0, day.0];
    states::record(w, &LIFE, &params![person], day, dead, origin).await?;
    let gone = Residency { lives_here: Some(false), dwelling: None, left_since: Some(day), ..before.clone() };
    states::record(w, &RESIDENCY, &params![person], day, register::residency_values(&gone), origin).await?;
    states::end(w, &MEMBERSHIP, &params![person], day).await?;
    let event = Event {
        kind: "death",
        from_dwelling: before.dwelling,
        residency: before.word(),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, person, event).await
}

/// Somebody comes to live here; their id. For a person known here before, see [`move_within`].
pub async fn move_in(w: &mut Write, keys: &CommunityKeys, day: Day, mut person: NewPerson) -> Result<i64> {
    person.residency.lives_here = Some(true);
    person.residency.since = Some(day);
    let known = person.known_from(day);
    let (household, dwelling) = (person.household, person.residency.dwelling);
    let residency = person.residency.word();
    let id = register::add_people(w, keys, day, vec![person]).await?.first().copied().unwrap_or_default();
    elsewhere_before(w, known, day, id).await?;
    let event =
        Event { kind: "move", direction: Some("in"), household, to_dwelling: dwelling, residency, ..Event::default() };
    note(w, day, id, event).await?;
    Ok(id)
}

/// Somebody leaves the community.
pub async fn move_out(w: &mut Write, day: Day, person: i64, origin: &Origin) -> Result<()> {
    let before = queries::residency_on(w, person, day).await?;
    let gone = Residency {
        hukou_here: Some(false),
        lives_here: Some(false),
        left_since: Some(day),
        since: before.since,
        dwelling: None,
        inferred: false,
    };
    states::record(w, &RESIDENCY, &params![person], day, register::residency_values(&gone), origin).await?;
    states::end(w, &MEMBERSHIP, &params![person], day).await?;
    let event = Event {
        kind: "move",
        direction: Some("out"),
        from_dwelling: before.dwelling,
        residency: before.word(),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, person, event).await
}

/// Somebody moves to another home of the same community; in and out of it this cancels.
pub async fn move_within(
    w: &mut Write,
    day: Day,
    person: i64,
    dwelling: i64,
    household: Option<i64>,
    origin: &Origin,
) -> Result<()> {
    let before = queries::residency_on(w, person, day).await?;
    let now = Residency { dwelling: Some(dwelling), since: Some(day), ..before.clone() };
    states::record(w, &RESIDENCY, &params![person], day, register::residency_values(&now), origin).await?;
    if let Some(household) = household {
        let values = params![household, None::<String>];
        states::record(w, &MEMBERSHIP, &params![person], day, values, origin).await?;
    }
    let event = Event {
        kind: "move",
        direction: Some("within"),
        from_dwelling: before.dwelling,
        to_dwelling: Some(dwelling),
        household,
        residency: before.word(),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, person, event).await
}

/// Two people marry; `None` for one who is not known here. The event belongs to the first.
pub async fn marriage(w: &mut Write, day: Day, one: i64, other: Option<i64>, origin: &Origin) -> Result<()> {
    wed(w, day, ("marriage", "20"), one, other, origin).await
}

/// A marriage ends.
pub async fn divorce(w: &mut Write, day: Day, one: i64, other: Option<i64>, origin: &Origin) -> Result<()> {
    wed(w, day, ("divorce", "40"), one, other, origin).await
}

/// The event's kind and the marital status (GB/T 2261.2) it gives both.
async fn wed(
    w: &mut Write,
    day: Day,
    (kind, marital): (&str, &str),
    one: i64,
    other: Option<i64>,
    origin: &Origin,
) -> Result<()> {
    for person in std::iter::once(one).chain(other) {
        states::record(w, &MARITAL, &params![person], day, params![marital], origin).await?;
    }
    let before = queries::residency_on(w, one, day).await?;
    let event = Event {
        kind,
        other,
        to_dwelling: before.dwelling,
        residency: before.word(),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, one, event).await
}

/// Another member becomes head; the former head's relation becomes unknown until it is asked.
pub async fn change_of_head(
    w: &mut Write,
    day: Day,
    household: i64,
    former: i64,
    head: i64,
    origin: &Origin,
) -> Result<()> {
    let unknown = params![household, None::<String>];
    states::record(w, &MEMBERSHIP, &params![former], day, unknown, origin).await?;
    states::record(w, &MEMBERSHIP, &params![head], day, params![household, "02"], origin).await?;
    let event = Event {
        kind: "change_of_head",
        other: Some(former),
        household: Some(household),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, head, event).await
}

/// 进出 — how somebody comes to be counted here, or ceases to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    Birth,
    MoveIn,
    Death,
    MoveOut,
}

/// Notes a birth, a death or a move that a roster tells of and whose states it has written itself. `home` is the
/// residency that began or ended.
pub async fn passage(
    w: &mut Write,
    day: Day,
    person: i64,
    what: Passage,
    home: &Residency,
    household: Option<i64>,
    origin: &Origin,
) -> Result<()> {
    let (kind, direction) = match what {
        Passage::Birth => ("birth", None),
        Passage::MoveIn => ("move", Some("in")),
        Passage::Death => ("death", None),
        Passage::MoveOut => ("move", Some("out")),
    };
    let comes = matches!(what, Passage::Birth | Passage::MoveIn);
    let event = Event {
        kind,
        direction,
        household,
        from_dwelling: home.dwelling.filter(|_| !comes),
        to_dwelling: home.dwelling.filter(|_| comes),
        residency: home.word(),
        origin: origin.clone(),
        ..Event::default()
    };
    note(w, day, person, event).await
}

/// Whoever came on `day` was known to live elsewhere before it: they had neither a home nor a hukou here, and that is
/// no open question.
pub async fn elsewhere_before(w: &mut Write, known: Day, day: Day, person: i64) -> Result<()> {
    if known >= day {
        return Ok(());
    }
    let elsewhere = Residency { hukou_here: Some(false), lives_here: Some(false), ..Residency::default() };
    let before = State {
        subject: params![person],
        from: known,
        to: Some(day),
        values: register::residency_values(&elsewhere),
        origin: Origin::default(),
    };
    states::insert(w, &RESIDENCY, vec![before]).await
}

async fn note(w: &mut Write, day: Day, person: i64, event: Event<'_>) -> Result<()> {
    let id = w.id();
    w.touch(event.kind);
    let from_area = queries::area_of_dwelling(w, event.from_dwelling).await?;
    let to_area = queries::area_of_dwelling(w, event.to_dwelling).await?;
    let row: Vec<Value> = params![
        w.community,
        id,
        match event.direction {
            Some(direction) => format!("{}.{direction}", event.kind),
            None => event.kind.to_owned(),
        },
        day.0,
        person,
        event.other,
        event.household,
        event.from_dwelling,
        event.to_dwelling,
        from_area,
        to_area,
        event.residency,
        w.revision,
        event.origin.source,
        event.origin.place
    ];
    w.tx.insert(
        "life_event",
        &[
            "community_id", "id", "kind", "day", "person_id", "other_id", "household_id", "from_dwelling_id",
            "to_dwelling_id", "from_area_id", "to_area_id", "residency", "recorded", "source_id", "source_ref",
        ],
        vec![row],
    )
    .await?;
    Ok(())
}
