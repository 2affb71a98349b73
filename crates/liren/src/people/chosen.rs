//! Who is on a list of people, and in which order: decided in the person frame, cut by the reader's scope.

use liren_rules::{Bitmap, Cell, KindId, Slot, Values};
use liren_store::Tx;

use crate::base::{App, DwellingId, HouseholdId, Look, Moment, PersonId, Result, Scope, error};

/// The people a reader may see, as a set over the person frame.
pub struct Chosen {
    pub(super) look: Look,
    pub(super) kind: KindId,
    pub(super) scope: Bitmap,
    values: Values,
}

impl Chosen {
    pub async fn load(app: &App, tx: &mut Tx, scope: &Scope, moment: Moment) -> Result<Chosen> {
        let kind = app.schema().kind("person").ok_or_else(|| error::fault("no person kind"))?;
        // What a person's page and the views of a list look at.
        let needs = app.needs(["person", "household", "dwelling", "enrolment"], []);
        let world = app.world(tx, moment, &needs).await?;
        let look = Look::new(world);
        let values = app.values(tx, moment).await?;
        let scope = look.within(kind, scope);
        Ok(Chosen { look, kind, scope, values })
    }

    /// Whom each condition holds of, in one run.
    pub(super) fn sets(&self, texts: &[&str]) -> Vec<Option<liren_rules::Set>> {
        self.look.sets(self.kind, texts, &self.values)
    }

    pub(super) fn slot(&self, column: &str) -> Option<Slot> {
        self.look.slot(self.kind, column)
    }

    /// An enrolment that stands today, inside a scope.
    pub fn enrolment(
        &self,
        scope: &Scope,
        id: crate::base::MatterId,
    ) -> Option<crate::base::Mine<crate::base::MatterId>> {
        self.look.mine(scope, id).ok()
    }

    /// Whether something is of the reader's scope: a person, a household, a home, or nobody in particular.
    pub fn sees(
        &self,
        scope: &Scope,
        (person, household, dwelling): &(Option<PersonId>, Option<HouseholdId>, Option<DwellingId>),
    ) -> bool {
        person.is_none_or(|id| self.contains(id.0))
            && household.is_none_or(|id| self.look.mine(scope, id).is_ok())
            && dwelling.is_none_or(|id| self.look.mine(scope, id).is_ok())
    }

    /// The household somebody belongs to.
    pub fn household(&self, person: i64) -> Option<i64> {
        let frame = self.look.world.frame(self.kind);
        match self.slot("household").zip(frame.row_of(person)).map(|(slot, row)| frame.cell(slot, row)) {
            Some(Cell::One(id)) => Some(id),
            _ => None,
        }
    }

    /// The area somebody's home lies in.
    pub fn area(&self, person: i64) -> Option<i64> {
        let frame = self.look.world.frame(self.kind);
        match self.slot("area").zip(frame.row_of(person)).map(|(slot, row)| frame.cell(slot, row)) {
            Some(Cell::One(id)) => Some(id),
            _ => None,
        }
    }

    /// Whether a person lies within the reader's scope.
    pub fn contains(&self, person: i64) -> bool {
        self.look.world.frame(self.kind).row_of(person).is_some_and(|row| self.scope.contains(row))
    }

    /// The members of a household within the reader's scope, the head first: somebody of it may live in another building, and
    /// existence is private outside the scope.
    pub fn members(&self, household: i64) -> Vec<i64> {
        let (frame, relation) = (self.look.world.frame(self.kind), self.slot("relation"));
        let Some(slot) = self.slot("household") else {
            return vec![];
        };
        let heads = self.heads();
        let mut members: Vec<(bool, Option<u16>, i64)> = self
            .scope
            .iter()
            .filter(|row| frame.cell(slot, *row) == Cell::One(household))
            .map(|row| {
                let code = match relation.map(|relation| frame.cell(relation, row)) {
                    Some(Cell::Code(code)) => Some(code),
                    _ => None,
                };
                (!code.is_some_and(|code| heads.contains(&code)), code, frame.id(row))
            })
            .collect();
        members.sort_unstable();
        members.into_iter().map(|(.., id)| id).collect()
    }

    /// The codes of a head of household (GB/T 4761).
    fn heads(&self) -> Vec<u16> {
        let schema = self.look.schema();
        let table = schema.table("relation").map(|t| schema.table_of(t));
        ["01", "02"].iter().filter_map(|code| table?.find(code)).collect()
    }

    /// The people of each view, all decided in one run.
    pub(super) fn of_residencies(&self, words: &[&str]) -> Vec<Bitmap> {
        let texts: Vec<String> = words
            .iter()
            .map(|word| match *word {
                "resident" | "temporary" | "hukou_only" => {
                    format!("person.residency == \"{word}\"")
                }
                "unknown" => "person.residency == \"resident\"".to_owned(),
                _ => "person.present".to_owned(),
            })
            .collect();
        let sets = self.look.sets(self.kind, &texts, &self.values);
        words
            .iter()
            .zip(sets)
            .map(|(word, set)| match (*word, set) {
                ("all", _) => self.scope.clone(),
                ("unknown", Some(set)) => set.unknown.and(&self.scope),
                (_, Some(set)) => set.yes.and(&self.scope),
                (_, None) => Bitmap::none(self.scope.len()),
            })
            .collect()
    }

    /// One page of ids by address, by name or by age: the order is decided in the frame, alike on both engines.
    pub(super) fn ordered(&self, set: &Bitmap, sort: &str, skip: usize, take: usize) -> Vec<i64> {
        let frame = self.look.world.frame(self.kind);
        let slot = self.slot(match sort {
            "name" => "name_rank",
            "born" => "born",
            _ => "place_rank",
        });
        let mut ids: Vec<(i64, i64)> = set
            .iter()
            .map(|row| {
                let rank = slot.map(|s| frame.cell(s, row));
                // The oldest first; nobody knows where those stand whose birth is unknown.
                let rank = match rank {
                    Some(Cell::Int(n)) => n,
                    Some(Cell::PartialDay(first, _)) => i64::from(first),
                    _ => i64::MAX,
                };
                (rank, frame.id(row))
            })
            .collect();
        // Only what stands before the end of the page has to be in order.
        let end = skip.saturating_add(take).min(ids.len());
        if end < ids.len() {
            ids.select_nth_unstable(end);
        }
        ids.truncate(end);
        ids.sort_unstable();
        ids.into_iter().skip(skip).map(|(_, id)| id).collect()
    }
}

impl Chosen {
    /// Who lives here for certain within the reader's scope, in the order of their homes.
    pub fn living_here(&self) -> Vec<i64> {
        let frame = self.look.world.frame(self.kind);
        let (Some(lives), Some(alive)) = (self.slot("lives_here"), self.slot("alive")) else { return vec![] };
        let here =
            |row: &u32| frame.cell(lives, *row) == Cell::Bool(true) && frame.cell(alive, *row) != Cell::Bool(false);
        let mut found: Vec<(i64, i64)> = self
            .scope
            .iter()
            .filter(here)
            .map(|row| {
                let rank = match self.slot("place_rank").map(|slot| frame.cell(slot, row)) {
                    Some(Cell::Int(n)) => n,
                    _ => i64::MAX,
                };
                (rank, frame.id(row))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}
