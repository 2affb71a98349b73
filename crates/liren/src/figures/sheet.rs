//! A world with every figure's conditions evaluated on it, in one run of one program.

use std::collections::HashMap;
use std::sync::Arc;

use liren_packs::{Counted, Figure, Formula};
use liren_rules::{Bitmap, Checked, KindId, Outcome, Program, Schema, Set, Value as Answer, Values, World};

use super::value::SliceOf;
use crate::base::{Look, Needs};

/// Where a figure's expressions stand among the outcomes.
#[derive(Clone, Debug, Default)]
struct Columns {
    filter: Option<usize>,
    path: Option<usize>,
    value: Option<usize>,
    day: Option<usize>,
    cuts: Vec<usize>,
}

/// 某日的指标底表 — the world of a day and what the expressions of the figures asked for say about each row of it.
pub struct Sheet {
    pub look: Look,
    columns: HashMap<String, Columns>,
    outcomes: Vec<Arc<Outcome>>,
}

/// The expressions of a figure.
fn expressions(figure: &Figure) -> impl Iterator<Item = &Checked> {
    let of = match &figure.formula {
        Formula::Count { path, .. } => path.as_ref(),
        Formula::Sum { value, .. } | Formula::Mean { value, .. } => Some(value),
        _ => None,
    };
    figure.filter.iter().chain(&figure.day).chain(figure.by.iter().map(|cut| &cut.path)).chain(of)
}

/// What the frames of a world must hold for a figure: what its expressions look at, and what it counts.
pub fn needs(schema: &Schema, figure: &Figure) -> Needs {
    let mut needs = Needs::default().and(schema, expressions(figure));
    if let Some(kind) = figure.kind() {
        needs = needs.with(kind);
    }
    if let Formula::Count { counted: Counted::Rows(target), .. } = &figure.formula {
        needs = needs.with(*target);
    }
    needs
}

/// Rows of a figure's kind that count, and those nobody knows of.
pub struct Rows {
    pub kind: KindId,
    pub yes: Bitmap,
    pub unknown: Bitmap,
}

/// Which rows are asked for.
pub struct Asked<'a> {
    /// First and last day of a flow.
    pub window: Option<(i32, i32)>,
    pub area: Option<i64>,
    pub slice: Option<&'a SliceOf>,
}

impl Sheet {
    /// A world about which nothing has been asked.
    pub fn new(world: World) -> Sheet {
        Sheet { look: Look::new(world), columns: HashMap::new(), outcomes: Vec::new() }
    }

    /// The same over a world that holds more kinds; what was asked stays answered.
    pub fn over(&self, world: World) -> Sheet {
        Sheet { look: Look::new(world), columns: self.columns.clone(), outcomes: self.outcomes.clone() }
    }

    /// Whether a figure's expressions have been evaluated.
    pub fn has(&self, figure: &str) -> bool {
        self.columns.contains_key(figure)
    }

    /// Evaluates some figures, in one run of one program.
    pub fn ask(&mut self, figures: &[&Figure], values: &Values) {
        let first = self.outcomes.len();
        let mut expressions: Vec<Checked> = Vec::new();
        let mut add = |e: &Checked| {
            expressions.push(e.clone());
            first + expressions.len() - 1
        };
        for figure in figures {
            if self.columns.contains_key(&figure.id) {
                continue;
            }
            let mut c = Columns {
                filter: figure.filter.as_ref().map(&mut add),
                day: figure.day.as_ref().map(&mut add),
                cuts: figure.by.iter().map(|cut| add(&cut.path)).collect(),
                ..Columns::default()
            };
            match &figure.formula {
                Formula::Count { path, .. } => c.path = path.as_ref().map(&mut add),
                Formula::Sum { value, .. } | Formula::Mean { value, .. } => c.value = Some(add(value)),
                _ => {}
            }
            self.columns.insert(figure.id.clone(), c);
        }
        let program = Program::new(&self.look.world, &expressions, values);
        self.outcomes.extend(program.run(&self.look.world).outcomes.into_iter().map(Arc::new));
    }

    /// The rows of a figure. `None` for figures that are made of others.
    pub fn rows(&self, figure: &Figure, want: &Asked) -> Option<Rows> {
        let kind = figure.kind()?;
        let columns = self.columns.get(&figure.id)?;
        let len = self.look.world.frame(kind).len();
        let mut set = match columns.filter.and_then(|f| self.outcomes[f].set()) {
            Some(set) => set.clone(),
            None => Set { yes: Bitmap::all(len), unknown: Bitmap::none(len) },
        };
        if let (Some((first, last)), Some(day)) = (want.window, columns.day) {
            set = set.and(&within(&self.outcomes[day], len, first, last));
        }
        if let Some(area) = want.area {
            set = set.within(&self.look.inside(kind, area));
        }
        if let Some(slice) = want.slice
            && let Some(&cut) = columns.cuts.get(slice.cut)
            && figure.by.get(slice.cut).is_some_and(|c| !self.of_target(figure, c.of_counted))
        {
            let rows = self.slice_rows(&self.outcomes[cut], &figure.by[slice.cut].path, &slice.key, len);
            set = set.within(&rows);
        }
        Some(Rows { kind, yes: set.yes, unknown: set.unknown })
    }

    /// Whether a cut is made on what the path ends in, not on the record itself.
    fn of_target(&self, figure: &Figure, of_counted: bool) -> bool {
        let Formula::Count { kind, path: Some(_), counted: Counted::Rows(target) } = &figure.formula else {
            return false;
        };
        of_counted && target != kind
    }

    /// What a count counts of `rows`: the kind and its rows, each once, and how many records' ends are unknown.
    pub fn counted(&self, figure: &Figure, rows: &Bitmap, slice: Option<&SliceOf>) -> Option<(KindId, Bitmap, usize)> {
        let Formula::Count { kind, path, counted } = &figure.formula else {
            return None;
        };
        let columns = self.columns.get(&figure.id)?;
        let (target, mut bitmap) = match (path, counted, columns.path) {
            (Some(_), Counted::Rows(target), Some(at)) => {
                let len = self.look.world.frame(*target).len();
                (*target, self.outcomes[at].targets(rows, len))
            }
            _ => (*kind, rows.clone()),
        };
        let lost = self.lost(figure, rows).count();
        if let Some(slice) = slice
            && let Some(&cut) = columns.cuts.get(slice.cut)
            && figure.by.get(slice.cut).is_some_and(|c| self.of_target(figure, c.of_counted))
        {
            let len = self.look.world.frame(target).len();
            bitmap = bitmap.and(&self.slice_rows(&self.outcomes[cut], &figure.by[slice.cut].path, &slice.key, len));
        }
        Some((target, bitmap, lost))
    }

    /// Which of `rows` do not say what the figure takes from them: whom a record is about, how much it tells.
    pub fn lost(&self, figure: &Figure, rows: &Bitmap) -> Bitmap {
        let columns = self.columns.get(&figure.id);
        let at = match (&figure.formula, columns) {
            (Formula::Count { path: Some(_), counted: Counted::Rows(_), .. }, Some(columns)) => columns.path,
            (Formula::Sum { .. } | Formula::Mean { .. }, Some(columns)) => columns.value,
            _ => None,
        };
        let Some(at) = at else { return Bitmap::none(rows.len()) };
        let counts = matches!(figure.formula, Formula::Count { .. });
        let open = |row: &u32| match self.outcomes[at].value(*row) {
            Answer::Unknown => true,
            // An amount that lies between two is none that can be added.
            Answer::Between(..) => !counts,
            _ => false,
        };
        Bitmap::of(rows.len(), rows.iter().filter(open))
    }

    /// How many different values a count of a column finds.
    pub fn distinct(&self, figure: &Figure, rows: &Bitmap) -> Option<usize> {
        let at = self.columns.get(&figure.id)?.path?;
        let counts = self.outcomes[at].counts(rows);
        let known = |k: &&Answer| !matches!(k, Answer::Unknown | Answer::Absent);
        Some(counts.keys().filter(known).count())
    }

    /// Sum of a figure's value over rows; the known and the unknown.
    pub fn total(&self, figure: &Figure, rows: &Bitmap) -> Option<liren_rules::Total> {
        let at = self.columns.get(&figure.id)?.value?;
        Some(self.outcomes[at].total(rows))
    }

    /// The slices of rows (or of what is counted of them) along a cut: key, title, rows.
    pub fn cut(&self, figure: &Figure, cut: usize, rows: &Bitmap) -> Vec<(String, Answer, Bitmap)> {
        let Some(&at) = self.columns.get(&figure.id).and_then(|c| c.cuts.get(cut)) else {
            return vec![];
        };
        let path = &figure.by[cut].path;
        self.outcomes[at].cut(rows).into_iter().map(|(answer, rows)| (self.key(path, answer), answer, rows)).collect()
    }

    /// Whether a cut is applied to the rows counted (true) or to the records (false).
    pub fn cut_on_target(&self, figure: &Figure, cut: usize) -> bool {
        figure.by.get(cut).is_some_and(|c| self.of_target(figure, c.of_counted))
    }

    /// The key of a slice in addresses and arguments.
    fn key(&self, path: &Checked, answer: Answer) -> String {
        match answer {
            Answer::Code(n) => match path.ty() {
                liren_rules::Ty::Code(table) => {
                    self.schema().table_of(table).codes.get(usize::from(n)).map_or_else(String::new, |c| c.code.clone())
                }
                _ => n.to_string(),
            },
            Answer::Row(row) => match path.ty() {
                liren_rules::Ty::One(kind) => self.look.world.frame(kind).id(row).to_string(),
                _ => row.to_string(),
            },
            Answer::Bool(b) => b.to_string(),
            Answer::Number(n) => n.to_string(),
            Answer::Between(..) | Answer::Unknown | Answer::Absent => String::new(),
        }
    }

    fn slice_rows(&self, outcome: &Outcome, path: &Checked, key: &str, len: usize) -> Bitmap {
        // A slice may be named by its code or by any word for it: 男, male, 1.
        let wanted = match path.ty() {
            liren_rules::Ty::Code(table) => {
                let table = self.schema().table_of(table);
                let lower = key.to_lowercase();
                table
                    .find(key)
                    .or_else(|| table.codes.iter().position(|c| c.title.en.to_lowercase() == lower).map(|p| p as u16))
                    .and_then(|n| table.codes.get(usize::from(n)))
                    .map_or_else(|| key.to_owned(), |c| c.code.clone())
            }
            _ => key.to_owned(),
        };
        let all = Bitmap::all(len);
        let slices = outcome.cut(&all);
        let mut rows = Bitmap::none(len);
        for (answer, bitmap) in slices {
            if self.key(path, answer) == wanted {
                rows = rows.or(&bitmap);
            }
        }
        rows
    }

    pub fn schema(&self) -> &Schema {
        self.look.schema()
    }
}

/// Rows whose day lies from `first` to `last`; a row whose day is unknown is unknown.
fn within(outcome: &Outcome, len: usize, first: i32, last: i32) -> Set {
    let mut set = Set { yes: Bitmap::none(len), unknown: Bitmap::none(len) };
    for row in 0..len as u32 {
        match outcome.value(row) {
            Answer::Number(day) if i64::from(first) <= day && day <= i64::from(last) => set.yes.insert(row),
            Answer::Unknown => set.unknown.insert(row),
            Answer::Between(a, b) if a <= i64::from(last) && i64::from(first) <= b => {
                if i64::from(first) <= a && b <= i64::from(last) {
                    set.yes.insert(row);
                } else {
                    set.unknown.insert(row);
                }
            }
            _ => {}
        }
    }
    set
}
