//! What a later roster tells of lives. While the register runs, whoever is new in a roster was born, came, or had been
//! missed; a roster that gives the day tells which, and the event is noted so that flows explain the stock.

use liren_facts::Day;
use liren_rosters::draft::{Draft, Status};

use crate::base::{Mine, Origin, PersonId, Result, Write};
use crate::people::lives::elsewhere_before;
use crate::people::{NewPerson, queries};

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

    /// What this transaction has settled so far.
    pub(super) async fn settled(w: &mut Write) -> Result<Lives> {
        w.settle().await?;
        let told = queries::settled_now(w).await?;
        let of = |kind: &str| told.get(kind).map_or(0, |n| *n as usize);
        Ok(Lives { births: of("birth"), moved_in: of("move.in"), deaths: of("death"), moved_out: of("move.out") })
    }
}

/// Since when somebody new in a roster lives here, when they lived elsewhere before.
pub(super) struct Arrival {
    day: Day,
    known: Day,
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
    let (moved, day) = match (born, came) {
        (Some(born), None) => (false, born),
        (Some(born), Some(came)) if came <= born => (false, born),
        (_, Some(came)) => (true, came),
        (None, None) => return None,
    };
    person.residency.since = Some(day);
    moved.then(|| Arrival { day, known: person.known_from(on), origin: person.origin.clone() })
}

/// Whoever came lived elsewhere before.
pub(super) async fn note_arrivals(w: &mut Write, arrivals: Vec<(Mine<PersonId>, Arrival)>) -> Result<()> {
    for (person, a) in arrivals {
        elsewhere_before(w, a.known, a.day, person, &a.origin).await?;
    }
    Ok(())
}
