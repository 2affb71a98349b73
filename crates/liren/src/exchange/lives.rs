//! What a later roster tells of lives. While the register runs, whoever is new in a roster was born, came, or had been
//! missed; a roster that gives the day tells which, and the event is noted so that flows explain the stock.

use liren_facts::Day;
use liren_rosters::draft::{Draft, Status};

use crate::base::{Origin, Result, Write};
use crate::people::events::{self, Passage};
use crate::people::{NewPerson, Residency};

/// 人生事件 — how many of each a roster told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    pub births: usize,
    pub moved_in: usize,
    pub deaths: usize,
    pub moved_out: usize,
}

impl Lives {
    pub fn any(self) -> bool {
        self != Lives::default()
    }

    fn note(&mut self, what: Passage) {
        match what {
            Passage::Birth => self.births += 1,
            Passage::MoveIn => self.moved_in += 1,
            Passage::Death => self.deaths += 1,
            Passage::MoveOut => self.moved_out += 1,
        }
    }
}

/// How somebody new in a roster of `on` came, when the register has run since `begins`.
pub(super) struct Arrival {
    what: Passage,
    day: Day,
    known: Day,
    home: Residency,
    household: Option<i64>,
    origin: Origin,
}

/// What the days of somebody new tell; a birth also says since when they live here. `None` when nothing is told: they
/// may have been missed before.
pub(super) fn arrival(begins: Option<Day>, on: Day, draft: &Draft, person: &mut NewPerson) -> Option<Arrival> {
    let begins =
        begins.filter(|_| draft.status.value == Status::Active && person.residency.lives_here == Some(true))?;
    let while_it_runs = |day: &Day| begins < *day && *day <= on;
    let born = person.born.filter(|b| b.is_exact()).map(|b| b.first).filter(while_it_runs);
    let came = person.residency.since.filter(while_it_runs);
    let (what, day) = match (born, came) {
        (Some(born), None) => (Passage::Birth, born),
        (Some(born), Some(came)) if came <= born => (Passage::Birth, born),
        (_, Some(came)) => (Passage::MoveIn, came),
        (None, None) => return None,
    };
    person.residency.since = Some(day);
    Some(Arrival {
        what,
        day,
        known: person.known_from(on),
        home: person.residency.clone(),
        household: person.household,
        origin: person.origin.clone(),
    })
}

/// Notes the arrivals of people who are now on the register.
pub(super) async fn note_arrivals(w: &mut Write, arrivals: Vec<(i64, Arrival)>, lives: &mut Lives) -> Result<()> {
    for (person, a) in arrivals {
        if a.what == Passage::MoveIn {
            events::elsewhere_before(w, a.known, a.day, person).await?;
        }
        events::passage(w, a.day, person, a.what, &a.home, a.household, &a.origin).await?;
        lives.note(a.what);
    }
    Ok(())
}

/// Notes that somebody who was counted here died or left, and where they lived until then.
pub(super) async fn note_departure(
    w: &mut Write,
    day: Day,
    person: i64,
    status: Status,
    home: &Residency,
    origin: &Origin,
    lives: &mut Lives,
) -> Result<()> {
    let what = match status {
        Status::Active => return Ok(()),
        Status::Deceased => Passage::Death,
        Status::MovedOut => Passage::MoveOut,
    };
    events::passage(w, day, person, what, home, None, origin).await?;
    lives.note(what);
    Ok(())
}
