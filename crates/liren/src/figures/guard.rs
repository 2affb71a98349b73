//! Who is told which number: whoever works with the people sees all of them, others none that would say who somebody is,
//! nor what gives it away by subtraction. The list of figures, a figure's page, its history and the panel beside the report
//! all ask here.

use std::collections::HashSet;

use liren_packs::{Figure, Formula};

use super::desk::{Ask, Desk};
use super::small;
use super::value::{IsMoney, Slice, Value};
use crate::base::{Actor, Permission, Result, error};

/// What a reader may be told of an area.
pub struct Guard {
    /// They work with everybody in it.
    pub all: bool,
    hidden: HashSet<String>,
}

impl Guard {
    pub async fn of(actor: &Actor, desk: &mut Desk, ask: &Ask) -> Result<Guard> {
        let all = covers(actor, desk, ask.area);
        let hidden = if all || ask.area.is_none() { HashSet::new() } else { hidden(desk, ask).await? };
        Ok(Guard { all, hidden })
    }

    /// Whether the number of a figure is told for the area asked for.
    pub fn tells(&self, figure: &str) -> bool {
        !self.hidden.contains(figure)
    }

    /// Whether every slice is told: of people only to those who work with them.
    pub fn tells_slices(&self, figure: &Figure) -> bool {
        self.all || !matches!(figure.formula, Formula::Count { .. })
    }

    /// Whether it is told how a number came about: month beside month, a small one of a part would show.
    pub fn tells_history(&self, ask: &Ask) -> bool {
        self.all || (ask.area.is_none() && ask.slice.is_none())
    }

    /// Refuses to tell the number of a slice, or of an area, that its table would not tell.
    pub async fn check(&self, desk: &mut Desk, figure: &Figure, ask: &Ask) -> Result<()> {
        let mut told = self.tells(&figure.id);
        if let Some(slice) = ask.slice.as_ref().filter(|_| !self.tells_slices(figure)) {
            let whole = Ask { slice: None, ..ask.clone() };
            desk.value(figure, &whole).await?;
            let slices = desk.slices(figure, &whole, slice.cut);
            let numbers = numbers(&slices, false);
            told &= !slices.iter().zip(numbers).any(|(s, told)| s.of == *slice && told.is_none());
        }
        match told {
            true => Ok(()),
            false => Err(error::invalid(
                "这里人数少，单独显示会看出是谁，所以不显示。可以看整个社区的数。",
                "So few people are in it that the number would say who they are; it is not shown. See the number of the whole community.",
            )),
        }
    }
}

/// Whether somebody works with the people of an area, or of the whole community.
fn covers(actor: &Actor, desk: &Desk, area: Option<i64>) -> bool {
    if !actor.may(Permission::ReadPeople) {
        return false;
    }
    match (&actor.over(Permission::ReadPeople).areas, area) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(area)) => own.iter().any(|own| desk.tree.lies_in(area, *own)),
    }
}

/// The numbers of a cut that are told, in its order.
pub fn numbers(slices: &[Slice], all: bool) -> Vec<Option<i64>> {
    if all {
        return slices.iter().map(|s| Some(s.number)).collect();
    }
    let sum = slices.iter().map(|s| s.number).sum();
    small::hide(slices.iter().map(|s| ((), s.number)).collect(), Some(sum)).into_iter().map(|(_, n)| n).collect()
}

/// Whether so few stand behind a value that it says who they are.
fn is_small(figure: &Figure, value: &Value) -> bool {
    let few = |n: i64| (1..small::SMALL).contains(&n);
    let number = value.number.filter(|_| !figure.is_fen());
    let listed = value.ids.as_ref().map(|(_, ids)| ids.len() as i64);
    number.is_some_and(few) || value.base.is_some_and(few) || listed.is_some_and(few)
}

/// The figures of an area that are not told: the small ones, and of what makes up a sum or leads from one day to another as
/// many more as it takes that nothing is left to subtract.
async fn hidden(desk: &mut Desk, ask: &Ask) -> Result<HashSet<String>> {
    let packs = desk.packs().clone();
    let ask = Ask { slice: None, ..ask.clone() };
    let mut hidden = HashSet::new();
    let mut held = std::collections::HashMap::new();
    // What a group head returns is a sum that she gave herself.
    for figure in packs.figures.iter().filter(|f| !matches!(f.formula, Formula::Line { .. })) {
        let value = desk.value(figure, &ask).await?;
        if is_small(figure, &value) {
            hidden.insert(figure.id.clone());
        }
        held.insert(figure.id.clone(), value.number.unwrap_or(0));
    }
    let together = packs.figures.iter().flat_map(|figure| {
        let flows = figure.flows.iter().map(|f| f.into.iter().chain(&f.out).cloned().collect());
        figure.parts.iter().cloned().chain(flows)
    });
    let together: Vec<Vec<String>> = together.collect();
    loop {
        let before = hidden.len();
        for ids in &together {
            let numbers: Vec<i64> = ids.iter().map(|id| held.get(id).copied().unwrap_or(0)).collect();
            let mut flags: Vec<bool> = ids.iter().map(|id| hidden.contains(id)).collect();
            small::cover(&numbers, &mut flags);
            hidden.extend(ids.iter().zip(flags).filter(|(_, flag)| *flag).map(|(id, _)| id.clone()));
        }
        if hidden.len() == before {
            return Ok(hidden);
        }
    }
}
