//! 终止 — death and departure end what somebody is enrolled in. Nobody writes this: it follows from the states of people, as each
//! programme says (`on = { death = …, departure = … }`).

use std::collections::HashMap;

use liren_facts::Day;
use liren_rules::{Cell, Ending, Programme};

use super::Of;
use crate::base::states::{as_of, known};
use crate::base::{Aliases, Loading, Result};
use crate::org::one;
use crate::people::LONG_AGO;

/// Why somebody is no longer here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Departure,
    Death,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Reason::Death => "death",
            Reason::Departure => "departure",
        }
    }
}

/// What became of somebody by the moment's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Here,
    /// Lives elsewhere, and whether they are still registered here is not known.
    Perhaps(Day),
    /// Between two days.
    Gone(Reason, Day, Day),
}

/// What an enrolment's subject and programme make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As its stage says.
    Open,
    /// Whether it goes on is a question for somebody.
    Asked,
    Ended(Reason, Day, Day),
}

/// A person's membership in a household that is enrolled in something.
struct Member {
    person: i64,
    to: Option<Day>,
}

/// Everybody's fate, of those who died or went, and who belongs to the households that are enrolled.
pub struct Endings {
    people: HashMap<i64, Fate>,
    households: HashMap<i64, Vec<Member>>,
    /// The household somebody is in now.
    now: HashMap<i64, i64>,
    policy: HashMap<String, (Ending, Ending)>,
    day: Day,
}

impl Endings {
    pub async fn load(l: &mut Loading<'_>, alias: &Aliases) -> Result<Endings> {
        let policy = |p: &Programme| (p.id.clone(), (p.on_death, p.on_departure));
        let policy = l.programmes().iter().map(policy).collect();
        let mut all = Endings {
            people: departures(l, alias).await?,
            households: HashMap::new(),
            now: HashMap::new(),
            policy,
            day: l.day,
        };
        all.people.extend(deaths(l, alias).await?);
        all.members(l, alias).await?;
        Ok(all)
    }

    async fn members(&mut self, l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
        let sql = format!(
            "select s.household_id, s.person_id, s.valid_to from person_membership s
             where s.community_id = $1 and s.valid_from <= $2 and {} and s.household_id in (
                select m.subject_id from matter m where m.community_id = $1 and m.subject_kind = 'household')
             order by s.person_id, s.valid_from",
            known("s", 3)
        );
        let rows: Vec<(i64, i64, Option<Day>)> = l.rows(&sql, l.params()).await?;
        for (household, person, to) in rows {
            let (person, to) = (alias.of(person), to.filter(|to| *to <= self.day));
            if to.is_none() {
                self.now.insert(person, household);
            }
            self.households.entry(household).or_default().push(Member { person, to });
        }
        Ok(())
    }

    fn fate(&self, person: i64) -> Fate {
        self.people.get(&person).copied().unwrap_or(Fate::Here)
    }

    /// What became of a household, and the member to ask about it. It is gone when its last member is.
    fn household(&self, id: i64) -> (Fate, Option<i64>) {
        let members = self.households.get(&id).map_or(&[][..], Vec::as_slice);
        let mut last: Vec<&Member> = members.iter().filter(|m| m.to.is_none()).collect();
        if last.is_empty() {
            let left = members.iter().filter_map(|m| m.to).max();
            last = members.iter().filter(|m| m.to == left).collect();
        }
        let mut fate = None;
        for member in &last {
            let theirs = match self.fate(member.person) {
                // Nobody is in it and one of those who were is in another: what becomes of its standing is for the office to say.
                Fate::Here if member.to.is_some() && self.now.get(&member.person).is_some_and(|now| *now != id) => {
                    Fate::Perhaps(member.to.unwrap_or(self.day))
                }
                theirs => theirs,
            };
            fate = Some(match (fate, theirs) {
                (None, theirs) => theirs,
                (Some(Fate::Here), _) | (_, Fate::Here) => Fate::Here,
                (Some(Fate::Perhaps(day)), _) | (_, Fate::Perhaps(day)) => Fate::Perhaps(day),
                (Some(Fate::Gone(a, a1, a2)), Fate::Gone(b, b1, b2)) => {
                    let last = if a2 > b2 { a } else { b };
                    Fate::Gone(last, a1.max(b1), a2.max(b2))
                }
            });
        }
        (fate.unwrap_or(Fate::Here), last.iter().map(|m| m.person).min())
    }

    /// What became of an enrolment that was last heard of on a day, and the person to ask about it.
    pub fn of(&self, of: &Of, alias: &Aliases, heard: Option<Day>) -> (Standing, Option<i64>) {
        let (fate, whom) = match (of.person(alias), of.is("household")) {
            (Some(person), _) => (self.fate(person), Some(person)),
            (None, Some(household)) => self.household(household),
            (None, None) => (Fate::Here, None),
        };
        let (death, departure) = self.policy.get(&of.kind).copied().unwrap_or((Ending::Ends, Ending::Ends));
        let standing = match fate {
            Fate::Here => Standing::Open,
            Fate::Perhaps(_) if departure == Ending::Keeps => Standing::Open,
            Fate::Perhaps(_) => Standing::Asked,
            Fate::Gone(reason, first, last) => {
                let policy = if reason == Reason::Death { death } else { departure };
                // A list that names somebody after they went says otherwise; nobody is on a list of the living after their death.
                let contradicted = reason == Reason::Departure && heard.is_some_and(|heard| heard > last);
                match policy {
                    Ending::Keeps => Standing::Open,
                    Ending::Ask => Standing::Asked,
                    Ending::Ends if contradicted => Standing::Asked,
                    Ending::Ends => Standing::Ended(reason, first, last),
                }
            }
        };
        (standing, whom.filter(|_| standing != Standing::Open))
    }
}

/// The dead of the moment.
async fn deaths(l: &mut Loading<'_>, alias: &Aliases) -> Result<HashMap<i64, Fate>> {
    let sql = format!(
        "select s.person_id, s.valid_from, s.died_first from person_life s
         where s.community_id = $1 and not s.alive and {}",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, Day, Option<Day>)> = l.rows(&sql, l.params()).await?;
    let fate = |first: Option<Day>, last| Fate::Gone(Reason::Death, first.unwrap_or(LONG_AGO), last);
    let own = |id: &i64| !alias.is_merged(*id);
    Ok(rows.into_iter().filter(|(id, ..)| own(id)).map(|(id, last, first)| (id, fate(first, last))).collect())
}

/// Those who lived or were registered here and do neither on the moment's day, or perhaps do not.
async fn departures(l: &mut Loading<'_>, alias: &Aliases) -> Result<HashMap<i64, Fate>> {
    let sql = format!(
        "select s.person_id, s.hukou_here, s.left_since, max(b.valid_to) from person_residency s
         join person_residency b on b.community_id = s.community_id and b.person_id = s.person_id
              and b.valid_from < s.valid_from and (b.lives_here or b.hukou_here) and {}
         where s.community_id = $1 and s.lives_here = false and (s.hukou_here is null or s.hukou_here = false) and {}
         group by s.person_id, s.hukou_here, s.left_since",
        known("b", 3),
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, Option<bool>, Option<Day>, Option<Day>)> = l.rows(&sql, l.params()).await?;
    let day = l.day;
    let fate = |hukou: Option<bool>, left: Option<Day>, last: Day| match hukou {
        None => Fate::Perhaps(last),
        Some(_) => Fate::Gone(Reason::Departure, left.map_or(last, |left| left.min(last)), last),
    };
    let own = |id: &i64| !alias.is_merged(*id);
    let fates = rows.into_iter().filter(|(id, ..)| own(id));
    Ok(fates.map(|(id, hukou, left, last)| (id, fate(hukou, left, last.unwrap_or(day)))).collect())
}

/// Frame `ending`: enrolments that death or departure ended, up to the moment's day, where their subject last lived.
pub async fn load(l: &mut Loading<'_>) -> Result<()> {
    let enrolments = l.earlier("enrolment").await?;
    let shared = ["programme", "person", "household", "end_reason"];
    let pairs: Vec<_> = shared.iter().filter_map(|c| Some((enrolments.slot(c)?, l.slot(c)))).collect();
    let (enrolment, day, area) = (l.slot("enrolment"), l.slot("day"), l.slot("area"));
    let (person, household, ended) =
        (enrolments.slot("person"), enrolments.slot("household"), enrolments.slot("ended"));
    let homes = last_homes(l).await?;
    let (dwellings, households) = (l.earlier("dwelling").await?, l.earlier("household").await?);
    let frame = enrolments.frame();
    for row in 0..frame.len() as u32 {
        let Some(days @ Cell::PartialDay(..) | days @ Cell::Day(_)) = ended.map(|slot| frame.cell(slot, row)) else {
            continue;
        };
        let id = frame.id(row);
        let new = l.frame.push(id);
        l.frame.set_one(new, enrolment, Some(id));
        l.frame.set(new, day, days);
        for (from, to) in &pairs {
            l.frame.set(new, *to, frame.cell(*from, row));
        }
        let lived = enrolments.number(id, person).and_then(|id| homes.get(&id)).copied();
        let place = match enrolments.number(id, household) {
            Some(household) => households.number(household, households.slot("area")),
            None => lived.and_then(|home| dwellings.number(home, dwellings.slot("area"))),
        };
        one(&mut l.frame, new, area, place);
    }
    Ok(())
}

/// The home that each of those who left one had last.
async fn last_homes(l: &mut Loading<'_>) -> Result<HashMap<i64, i64>> {
    let sql = format!(
        "select s.person_id, s.dwelling_id from person_residency s
         where s.community_id = $1 and s.valid_to <= $2 and s.dwelling_id is not null and {}
         order by s.person_id, s.valid_to",
        known("s", 3)
    );
    let alias = Aliases::load(l).await?;
    let rows: Vec<(i64, i64)> = l.rows(&sql, l.params()).await?;
    Ok(rows.into_iter().map(|(person, home)| (alias.of(person), home)).collect())
}
