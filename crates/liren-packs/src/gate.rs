//! Which stage may follow which, and when.

use liren_facts::Day;

use crate::{Move, Programme};

/// Why an enrolment may not enter a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No move leads there from the stage it is in.
    NoWay,
    /// The time in the stage before is not over; the first day on which it is.
    TooSoon(Day),
}

impl Programme {
    /// Whether an enrolment that has been in `from` since a day may enter `to` on another. A stage to which the pack
    /// declares no move is open to every other.
    pub fn may_enter(&self, from: &str, since: Day, to: &str, on: Day) -> Result<(), Refusal> {
        let mut ways = self.moves.iter().filter(|m| m.to == to).peekable();
        if ways.peek().is_none() {
            return Ok(());
        }
        let way = ways.find(|m| m.from.iter().any(|stage| stage == from)).ok_or(Refusal::NoWay)?;
        match way.open_from(since) {
            Some(day) if on < day => Err(Refusal::TooSoon(day)),
            _ => Ok(()),
        }
    }
}

impl Move {
    /// The first day on which somebody who entered the stage before on `since` may make this move; `None` without a
    /// time to wait.
    pub fn open_from(&self, since: Day) -> Option<Day> {
        let text = self.wait.as_deref()?.strip_prefix('P')?;
        let number: i32 = text.get(..text.len() - 1)?.parse().ok()?;
        Some(match text.as_bytes().last()? {
            b'Y' => since.plus_years(number),
            b'M' => since.plus_months(number),
            b'W' => since.plus(7 * number),
            _ => since.plus(number),
        })
    }
}
