//! Looking at a world: which rows lie in an area, which meet a condition, where somebody is enrolled.

use std::collections::{HashMap, HashSet};

use liren_rules::{Ask, Bitmap, Cell, Checked, KindId, Place, Program, Schema, Set, Slot, Values, Want, World};

/// 某日的社区 — a world and its tree, for questions that are not figures.
pub struct Look {
    pub world: World,
    /// For each area, everything above it and itself.
    above: HashMap<i64, HashSet<i64>>,
}

impl Look {
    pub fn new(world: World) -> Look {
        let above = ancestors(&world);
        Look { world, above }
    }

    pub fn schema(&self) -> &Schema {
        self.world.schema()
    }

    /// Rows of a kind whose place lies in an area; none for kinds without a place.
    pub fn inside(&self, kind: KindId, area: i64) -> Bitmap {
        let frame = self.world.frame(kind);
        let rows = 0..frame.len() as u32;
        if self.schema().kind_of(kind).name == "area" {
            return Bitmap::of(frame.len(), rows.filter(|r| self.lies_in(frame.id(*r), area)));
        }
        let Some(slot) = self.slot(kind, "area") else {
            return Bitmap::none(frame.len());
        };
        let inside = rows.filter(|r| match frame.cell(slot, *r) {
            Cell::One(at) => self.lies_in(at, area),
            _ => false,
        });
        Bitmap::of(frame.len(), inside)
    }

    /// Rows of a kind within a scope's areas.
    pub fn within(&self, kind: KindId, scope: &super::Scope) -> Bitmap {
        let len = self.world.frame(kind).len();
        match &scope.areas {
            None => Bitmap::all(len),
            Some(areas) => areas.iter().fold(Bitmap::none(len), |set, area| set.or(&self.inside(kind, *area))),
        }
    }

    /// The rows for which a condition holds or may hold; `None` when the text is no condition.
    pub fn set(&self, kind: KindId, text: &str, values: &Values) -> Option<Set> {
        self.sets(kind, &[text], values).pop()?
    }

    /// The same for several conditions, in one run.
    pub fn sets(&self, kind: KindId, texts: &[impl AsRef<str>], values: &Values) -> Vec<Option<Set>> {
        let checked: Vec<Option<Checked>> = texts
            .iter()
            .map(|text| {
                let ask = Ask { kind, text: text.as_ref(), place: &Place::nowhere(), pack: "", want: Want::Condition };
                self.schema().check(&ask).0
            })
            .collect();
        let conditions: Vec<Checked> = checked.iter().flatten().cloned().collect();
        let program = Program::new(&self.world, &conditions, values);
        let mut outcomes = program.run(&self.world).outcomes.into_iter();
        checked.into_iter().map(|checked| checked.and_then(|_| outcomes.next()?.into_set())).collect()
    }

    pub fn slot(&self, kind: KindId, column: &str) -> Option<Slot> {
        self.schema().kind_of(kind).column(column).map(|c| Slot(c as u16))
    }

    /// Programme, stage and the day the stage began, of everything a person or their household is enrolled in.
    pub fn enrolments(&self, person: i64, household: Option<i64>) -> Vec<(u16, u16, i32)> {
        let Some(kind) = self.schema().kind("enrolment") else {
            return vec![];
        };
        let frame = self.world.frame(kind);
        let slots = ["person", "household", "programme", "stage", "stage_since"].map(|c| self.slot(kind, c));
        let [Some(who), Some(of), Some(programme), Some(stage), Some(since)] = slots else {
            return vec![];
        };
        (0..frame.len() as u32)
            .filter(|r| {
                frame.cell(who, *r) == Cell::One(person)
                    || household.is_some_and(|h| frame.cell(of, *r) == Cell::One(h))
            })
            .filter_map(|r| match (frame.cell(programme, r), frame.cell(stage, r), frame.cell(since, r)) {
                (Cell::Code(p), Cell::Code(s), Cell::Day(d)) => Some((p, s, d)),
                _ => None,
            })
            .collect()
    }

    fn lies_in(&self, area: i64, ancestor: i64) -> bool {
        self.above.get(&area).is_some_and(|above| above.contains(&ancestor))
    }
}

fn ancestors(world: &World) -> HashMap<i64, HashSet<i64>> {
    let schema = world.schema();
    let Some(kind) = schema.kind("area") else {
        return HashMap::new();
    };
    let frame = world.frame(kind);
    let Some(parent) = schema.kind_of(kind).column("parent").map(|c| Slot(c as u16)) else {
        return HashMap::new();
    };
    let up: HashMap<i64, i64> = (0..frame.len() as u32)
        .filter_map(|r| match frame.cell(parent, r) {
            Cell::One(above) => Some((frame.id(r), above)),
            _ => None,
        })
        .collect();
    (0..frame.len() as u32)
        .map(|r| {
            let mut at = frame.id(r);
            let mut all = HashSet::from([at]);
            while let Some(&above) = up.get(&at) {
                if !all.insert(above) {
                    break;
                }
                at = above;
            }
            (frame.id(r), all)
        })
        .collect()
}
