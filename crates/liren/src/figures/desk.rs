//! The desk where figures are asked for: it fetches the worlds a question needs and answers it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use liren_facts::{Day, Period};
use liren_packs::{Counted, Figure, Formula, Packs, Register, When};
use liren_rules::{Title, Value as Cell, Values};

use super::answer::{Answer, Way, Why, list_day, uncovered};
use super::sheet::{Asked, Sheet, needs};
use super::value::{Slice, SliceOf, Value};
use crate::base::{App, Moment, Needs, Result, Scope, error};
use crate::org::Tree;
use crate::registers::Registers;
use crate::returns::queries::{self as returns, Reported};

/// 问法 — for which period, area and slice a figure is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub period: Period,
    pub area: Option<i64>,
    pub slice: Option<SliceOf>,
    /// As of the day before the period begins.
    pub opening: bool,
    /// As known at the end of a day; the desk that is asked was made for it, and links carry it on.
    pub known: Option<Day>,
}

impl Ask {
    pub fn of(period: Period) -> Ask {
        Ask { period, area: None, slice: None, opening: false, known: None }
    }
}

/// 指标台 — one community at one revision.
pub struct Desk {
    app: App,
    pub scope: Scope,
    pub revision: i64,
    pub today: Day,
    /// What is kept, as known at the revision.
    pub registers: Registers,
    sheets: HashMap<Day, Arc<Sheet>>,
    reported: HashMap<(String, String), Vec<Reported>>,
    /// The tree of today, as known at the revision.
    pub tree: Tree,
    values: HashMap<Day, Values>,
}

/// Whether there may be more than is on record.
enum Openness {
    NotApplicable(Why),
    Open(Why),
    /// All of it is on record; the day of the list that tells it.
    Closed(Option<Day>),
}

/// What must be fetched before a question can be answered.
#[derive(Debug, Default)]
pub struct Missing {
    /// Days whose world is wanted, with the figures asked of it.
    pub days: BTreeMap<Day, BTreeSet<String>>,
    pub lines: BTreeSet<(String, String)>,
}

impl Desk {
    /// A desk as of today and as known now.
    pub async fn today(app: &App, scope: &Scope) -> Result<Desk> {
        Desk::on(app, scope, app.clock.today()).await
    }

    /// A desk for whom `today` is another day: periods end there.
    pub async fn on(app: &App, scope: &Scope, today: Day) -> Result<Desk> {
        Desk::known(app, scope, today, None).await
    }

    /// A desk that knows no more than was recorded up to `revision`; everything, without one.
    pub async fn known(app: &App, scope: &Scope, today: Day, revision: Option<i64>) -> Result<Desk> {
        let mut tx = app.db.read().await?;
        let last = crate::base::revision(&mut tx, scope.community).await?;
        let revision = revision.map_or(last, |r| r.min(last));
        let moment = Moment { community: scope.community, day: today, revision };
        let registers = crate::registers::queries::registers(&mut tx, moment).await?;
        let tree = Tree::at(&mut tx, moment).await?;
        Ok(Desk {
            app: app.clone(),
            scope: scope.clone(),
            revision,
            today,
            registers,
            sheets: HashMap::new(),
            reported: HashMap::new(),
            tree,
            values: HashMap::new(),
        })
    }

    pub fn packs(&self) -> &Arc<Packs> {
        self.app.packs()
    }

    /// The calendar year that contains today, as far as it has gone.
    pub fn this_year(&self) -> Period {
        let first = Day::ymd(self.today.year(), 1, 1).unwrap_or(self.today);
        Period { first, last: self.today }
    }

    /// Answers a question, fetching what it needs.
    pub async fn value(&mut self, figure: &Figure, ask: &Ask) -> Result<Value> {
        loop {
            let mut missing = Missing::default();
            let value = self.try_value(figure, ask, &mut missing);
            if missing.days.is_empty() && missing.lines.is_empty() {
                return value.ok_or_else(|| error::fault(format!("figure {} has no answer", figure.id)));
            }
            self.fetch(missing).await?;
        }
    }

    /// The figure for the whole community in the year to date.
    pub async fn whole(&mut self, figure: &Figure) -> Result<Value> {
        let ask = Ask::of(self.this_year());
        self.value(figure, &ask).await
    }

    /// Fetches worlds and returns.
    pub async fn fetch(&mut self, missing: Missing) -> Result<()> {
        let packs = self.packs().clone();
        for (day, figures) in missing.days {
            let figures: Vec<&Figure> = figures.iter().filter_map(|id| packs.figure(id)).collect();
            self.fetch_day(day, &figures, Needs::default()).await?;
        }
        let mut tx = self.app.db.read().await?;
        for (ret, line) in missing.lines {
            let moment = Moment { community: self.scope.community, day: self.today, revision: self.revision };
            let found = returns::reported(&mut tx, &self.scope, moment, &ret, &line).await?;
            self.reported.insert((ret, line), found);
        }
        Ok(())
    }

    /// Evaluates figures on a day, loading what they and `wanted` need and is not there yet.
    async fn fetch_day(&mut self, day: Day, figures: &[&Figure], mut wanted: Needs) -> Result<()> {
        let mut tx = self.app.db.read().await?;
        let moment = Moment { community: self.scope.community, day, revision: self.revision };
        if !self.values.contains_key(&day) {
            let values = self.app.values(&mut tx, moment).await?;
            self.values.insert(day, values);
        }
        let schema = self.app.schema().clone();
        figures.iter().for_each(|figure| wanted.extend(needs(&schema, figure)));
        let mut sheet = match self.sheets.get(&day) {
            Some(sheet) => {
                wanted.extend(Needs::held_by(&sheet.look.world));
                sheet.over(self.app.world(&mut tx, moment, &wanted).await?)
            }
            None => Sheet::new(self.app.world(&mut tx, moment, &wanted).await?),
        };
        if let Some(values) = self.values.get(&day) {
            sheet.ask(figures, values);
        }
        self.sheets.insert(day, Arc::new(sheet));
        Ok(())
    }

    /// The value of a parameter on a day whose world has been fetched; otherwise says what is missing.
    pub fn param(&self, id: &str, day: Day, missing: &mut Missing) -> Option<i64> {
        match self.values.get(&day) {
            Some(values) => values.get(id).copied(),
            None => {
                missing.days.entry(day).or_default();
                None
            }
        }
    }

    /// The sheet of a day, if it has been fetched.
    pub fn sheet(&self, day: Day) -> Option<&Arc<Sheet>> {
        self.sheets.get(&day)
    }

    /// The sheet of a day whose world holds a kind: for who lists its records.
    pub async fn fetched_sheet(&mut self, day: Day, kind: liren_rules::KindId) -> Result<Arc<Sheet>> {
        let held = self.sheets.get(&day).is_some_and(|sheet| sheet.look.world.has(kind));
        if !held {
            self.fetch_day(day, &[], Needs::default().with(kind)).await?;
        }
        self.sheets.get(&day).cloned().ok_or_else(|| error::fault("a sheet was not made"))
    }

    /// The values of the parameters on a day.
    pub async fn fetched_values(&mut self, day: Day) -> Result<()> {
        self.fetch_day(day, &[], Needs::default()).await
    }

    /// Answers from what has been fetched; otherwise says what is missing.
    pub fn try_value(&self, figure: &Figure, ask: &Ask, missing: &mut Missing) -> Option<Value> {
        let (period, on, window) = self.window(figure, ask);
        let mut list_day = None;
        let answered = |answer: Answer| Some(Value::none(figure, period, on, self.revision, answer));
        let unknown = |zh: &str, en: &str, way: Way| answered(Answer::Unknown(Why::new(zh, en, way)));
        match &figure.formula {
            Formula::Line { ret, line } => {
                return self.line(figure, ask, (ret, line), period, on, missing);
            }
            Formula::Ratio { of, base } => {
                let of = self.named(of)?;
                let base = self.named(base)?;
                let (of, base) = (self.try_value(of, ask, missing), self.try_value(base, ask, missing));
                let (of, base) = (of?, base?);
                for part in [&of, &base] {
                    if let Answer::NotApplicable(why) = &part.answer {
                        return answered(Answer::NotApplicable(why.clone()));
                    }
                    if let Answer::AtLeast(why) | Answer::Unknown(why) = &part.answer {
                        let zh = format!("分子或分母还没有数：{}", why.text.zh);
                        let en = format!("Numerator or base has no value: {}", why.text.en);
                        return unknown(&zh, &en, why.way.clone());
                    }
                }
                if base.number == Some(0) {
                    let why = Why::new("没有基数，算不出比率", "There is no base to divide by", Way::None);
                    return answered(Answer::NotApplicable(why));
                }
                let mut value = Value::of(figure, period, on, self.revision, of.number);
                value.base = base.number;
                value.unknown = of.unknown + base.unknown;
                value.list_day = of.list_day.into_iter().chain(base.list_day).min();
                return Some(value);
            }
            Formula::Total(parts) => {
                let mut joined: Option<(liren_rules::KindId, BTreeSet<i64>)> = None;
                let (mut lost, mut why, mut day) = (0, None, None);
                for part in parts {
                    let part = self.try_value(self.named(part)?, ask, missing)?;
                    lost += part.unknown;
                    day = day.into_iter().chain(part.list_day).min();
                    if let Answer::AtLeast(open) | Answer::Unknown(open) = &part.answer {
                        why.get_or_insert_with(|| open.clone());
                    }
                    if let Some((kind, ids)) = part.ids {
                        joined.get_or_insert((kind, BTreeSet::new())).1.extend(ids);
                    }
                }
                let number = joined.as_ref().map_or(0, |(_, ids)| ids.len() as i64);
                let mut value = Value::of(figure, period, on, self.revision, Some(number));
                value.ids = joined.map(|(kind, ids)| (kind, ids.into_iter().collect()));
                value.unknown = lost;
                value.list_day = day;
                return Some(value.answered(why));
            }
            _ => {}
        }
        let open = match self.openness(figure, ask.area, on, window) {
            Openness::NotApplicable(why) => return answered(Answer::NotApplicable(why)),
            Openness::Open(why) => Some(why),
            Openness::Closed(day) => {
                list_day = day.filter(|day| *day < on);
                None
            }
        };
        let Some(sheet) = self.sheets.get(&on).filter(|sheet| sheet.has(&figure.id)) else {
            missing.days.entry(on).or_default().insert(figure.id.clone());
            return None;
        };
        let want = Asked { window, area: ask.area, slice: ask.slice.as_ref() };
        let rows = sheet.rows(figure, &want)?;
        let mut value = Value::of(figure, period, on, self.revision, None);
        value.unknown = rows.unknown.count();
        match &figure.formula {
            Formula::Count { counted: Counted::Values, .. } => {
                value.number = sheet.distinct(figure, &rows.yes).map(|n| n as i64);
                value.ids = Some((rows.kind, ids_of(sheet, rows.kind, &rows.yes)));
            }
            Formula::Count { .. } => {
                let (kind, counted, lost) = sheet.counted(figure, &rows.yes, ask.slice.as_ref())?;
                value.number = Some(counted.count() as i64);
                value.unknown += lost;
                value.ids = Some((kind, ids_of(sheet, kind, &counted)));
            }
            Formula::Sum { .. } | Formula::Mean { .. } => {
                let total = sheet.total(figure, &rows.yes)?;
                value.number = total.sum;
                value.unknown += total.unknown;
                if matches!(figure.formula, Formula::Mean { .. }) {
                    if let Some(why) = open {
                        return answered(Answer::Unknown(why));
                    }
                    if total.known == 0 {
                        let why = Why::new("期内没有可以平均的记录", "There is nothing to take the mean of", Way::None);
                        return answered(Answer::NotApplicable(why));
                    }
                    value.base = Some(total.known as i64);
                }
                value.ids = Some((rows.kind, ids_of(sheet, rows.kind, &rows.yes)));
            }
            _ => {}
        }
        value.list_day = list_day;
        Some(value.answered(open))
    }

    /// The records that lack a fact a figure needs, ascending, with their kind: those that may belong, those of which it is
    /// not known whom or how much they tell. As many as its value says. After the figure was asked for.
    pub fn doubtful(&self, figure: &Figure, ask: &Ask) -> Option<(liren_rules::KindId, Vec<i64>)> {
        let (_, on, window) = self.window(figure, ask);
        let sheet = self.sheets.get(&on)?;
        let rows = sheet.rows(figure, &Asked { window, area: ask.area, slice: ask.slice.as_ref() })?;
        let lost = sheet.lost(figure, &rows.yes);
        Some((rows.kind, ids_of(sheet, rows.kind, &rows.unknown.or(&lost))))
    }

    /// Whether the registers of a figure cover what is asked.
    fn openness(&self, figure: &Figure, area: Option<i64>, on: Day, window: Option<(i32, i32)>) -> Openness {
        let packs = self.packs();
        let mut covers = Vec::new();
        let mut why = None;
        for register in &figure.registers {
            if let Register::Programme(id) = register
                && self.registers.unused.contains(id)
            {
                let title = packs.programme(id).map_or_else(|| Title::new(id, id), |p| p.title.clone());
                return Openness::NotApplicable(Why::new(
                    format!("本社区没有“{}”这项工作", title.zh),
                    format!("This community does not do {}", title.en),
                    Way::None,
                ));
            }
            let cover = match window {
                Some((first, last)) => self.registers.flow(register, &self.tree, area, (Day(first), Day(last))),
                None => self.registers.stock(register, &self.tree, area, on),
            };
            why = why.or_else(|| uncovered(packs, register, &cover));
            covers.push(cover);
        }
        match why {
            Some(why) => Openness::Open(why),
            None => Openness::Closed(list_day(&covers)),
        }
    }

    /// The slices of a figure along one of its cuts, largest first, 未登记 last.
    pub fn slices(&self, figure: &Figure, ask: &Ask, cut: usize) -> Vec<Slice> {
        let (_, on, window) = self.window(figure, ask);
        let Some(sheet) = self.sheets.get(&on) else {
            return vec![];
        };
        let want = Asked { window, area: ask.area, slice: None };
        let Some(rows) = sheet.rows(figure, &want) else {
            return vec![];
        };
        let on_target = sheet.cut_on_target(figure, cut);
        let base = match (on_target, sheet.counted(figure, &rows.yes, None)) {
            (true, Some((_, counted, _))) => counted,
            _ => rows.yes,
        };
        let mut slices: Vec<Slice> = sheet
            .cut(figure, cut, &base)
            .into_iter()
            .filter_map(|(key, answer, rows)| {
                let number = match (&figure.formula, on_target) {
                    (Formula::Count { .. }, false) => sheet.counted(figure, &rows, None)?.1.count() as i64,
                    (Formula::Count { .. }, true) => rows.count() as i64,
                    _ => sheet.total(figure, &rows)?.sum?,
                };
                let title = self.slice_title(sheet, figure, cut, answer, &key);
                Some(Slice { of: SliceOf { cut, key }, title, number })
            })
            .collect();
        slices.sort_by_key(|s| (s.of.key.is_empty(), -s.number, s.of.key.clone()));
        slices
    }

    fn slice_title(&self, sheet: &Sheet, figure: &Figure, cut: usize, answer: Cell, key: &str) -> Title {
        match (answer, figure.by[cut].path.ty()) {
            (Cell::Code(n), liren_rules::Ty::Code(table)) => sheet
                .schema()
                .table_of(table)
                .codes
                .get(usize::from(n))
                .map_or_else(|| Title::new(key, key), |c| c.title.clone()),
            (Cell::Unknown | Cell::Absent | Cell::Between(..), _) => Title::new("未登记", "Not recorded"),
            (Cell::Bool(b), _) => Title::new(if b { "是" } else { "否" }, if b { "Yes" } else { "No" }),
            (Cell::Row(_), liren_rules::Ty::One(kind)) if sheet.schema().kind_of(kind).name == "area" => {
                let name = key.parse().ok().and_then(|id: i64| self.tree.find(id));
                name.map_or_else(|| Title::new(key, key), |a| Title::new(a.name.clone(), a.name.clone()))
            }
            _ => Title::new(key, key),
        }
    }

    pub fn named(&self, id: &str) -> Option<&Figure> {
        self.app.joined.packs.figures.iter().find(|f| f.id == id)
    }

    /// The period meant, the day whose world answers, and the window of a flow.
    fn window(&self, figure: &Figure, ask: &Ask) -> (Period, Day, Option<(i32, i32)>) {
        let last = ask.period.last.min(self.today.max(ask.period.first));
        let mut first = ask.period.first;
        if let Some((month, day)) = figure.year_starts {
            let this = Day::ymd(last.year(), month, day).unwrap_or(first);
            first = if this <= last { this } else { Day::ymd(last.year() - 1, month, day).unwrap_or(first) };
        }
        let period = Period { first, last };
        if figure.when == Some(When::AtStart) || ask.opening {
            return (period, first.plus(-1), None);
        }
        match figure.when {
            Some(When::During) => (period, last, Some((first.0, last.0))),
            _ => (period, last, None),
        }
    }

    /// The first day of the period a figure really speaks of (a statistical year may begin in October).
    pub fn first_day(&self, figure: &Figure, ask: &Ask) -> Day {
        self.window(figure, ask).0.first
    }

    fn line(
        &self,
        figure: &Figure,
        ask: &Ask,
        line: (&str, &str),
        period: Period,
        on: Day,
        missing: &mut Missing,
    ) -> Option<Value> {
        let key = (line.0.to_owned(), line.1.to_owned());
        let Some(reported) = self.reported.get(&key) else {
            missing.lines.insert(key);
            return None;
        };
        // Of each area that has to report, the latest period that has begun and does not lie before the one asked for.
        let level = self.packs().returns.iter().find(|r| r.id == line.0)?;
        let asked: Vec<i64> = self
            .tree
            .areas
            .iter()
            .filter(|a| a.level == level.area)
            .map(|a| a.id)
            .filter(|id| ask.area.is_none_or(|area| self.tree.lies_in(*id, area)))
            .collect();
        let mut latest: HashMap<i64, &Reported> = HashMap::new();
        for r in reported {
            let fits = r.period.first <= period.last && period.first <= r.period.last;
            if fits && asked.contains(&r.area) {
                latest.insert(r.area, r);
            }
        }
        if latest.is_empty() {
            let way = Way::Return(line.0.to_owned());
            let why = Why::new("本期还没有上报", "Nothing has been returned for this period", way);
            return Some(Value::none(figure, period, on, self.revision, Answer::Unknown(why)));
        }
        let sum = latest.values().map(|r| r.number).sum();
        let mut value = Value::of(figure, period, on, self.revision, Some(sum));
        let silent = asked.len() - latest.len();
        if silent > 0 {
            // The sum of those that have reported is not the sum of all.
            value.unknown = silent;
            let why = Why::new(
                format!("应报 {} 处，{silent} 处还没有上报，合计不全", asked.len()),
                format!("{silent} of {} have not reported; the sum is incomplete", asked.len()),
                Way::Return(line.0.to_owned()),
            );
            return Some(value.answered(Some(why)));
        }
        Some(value)
    }
}

fn ids_of(sheet: &Sheet, kind: liren_rules::KindId, rows: &liren_rules::Bitmap) -> Vec<i64> {
    let frame = sheet.look.world.frame(kind);
    let mut ids: Vec<i64> = rows.iter().map(|r| frame.id(r)).collect();
    ids.sort_unstable();
    ids
}
