//! Loading the frames of this slice. A record's place is that of its own day, not of the day that is asked for.

use std::collections::HashMap;

use liren_facts::Day;
use liren_rules::{Cell, FrameBuilder};
use liren_store::{FromRow as _, Tx, Value, params};

pub mod endings;

use crate::base::states::{as_of, known};
use crate::base::{Aliases, Asked, Loading, Reading, Result, Scope, row};
use crate::org::one;
use crate::people::{LONG_AGO, load_fields, set_field};
use endings::{Endings, Standing};

/// Joins the home a person, a household or a dwelling had on a day to its place in the tree, as `pb.area_id`.
fn place_then(day: &str, person: &str, household: &str, dwelling: &str) -> String {
    let then = |t: &str| {
        format!("{t}.valid_from <= {day} and ({t}.valid_to is null or {t}.valid_to > {day}) and {}", known(t, 3))
    };
    format!(
        "left join person_residency pr on pr.community_id = $1 and pr.person_id = {person} and {}
         left join household_state ph on ph.community_id = $1 and ph.household_id = {household} and {}
         left join dwelling_state pd on pd.community_id = $1
              and pd.dwelling_id = coalesce({dwelling}, pr.dwelling_id, ph.dwelling_id) and {}
         left join building_state pb on pb.community_id = $1 and pb.building_id = pd.building_id and {}",
        then("pr"),
        then("ph"),
        then("pd"),
        then("pb")
    )
}

/// The same for a matter `m`, whoever it is about.
fn place_of_matter(day: &str) -> String {
    let subject = |kind: &str| format!("case when m.subject_kind = '{kind}' then m.subject_id end");
    place_then(day, &subject("person"), &subject("household"), &subject("dwelling"))
}

/// Where people lived whose residency was written under several ids that have been merged: few, so read one by one.
struct Merged {
    /// Person to (from, to, dwelling), own states first.
    homes: HashMap<i64, Vec<(Day, Option<Day>, Option<i64>)>>,
    areas: HashMap<i64, Option<i64>>,
}

impl Merged {
    async fn load(l: &mut Loading<'_>, alias: &Aliases) -> Result<Merged> {
        let mut merged = Merged { homes: HashMap::new(), areas: HashMap::new() };
        if alias.is_empty() {
            return Ok(merged);
        }
        let sql = format!(
            "select s.person_id, s.valid_from, s.valid_to, s.dwelling_id from person_residency s
             where s.community_id = $1 and {} and (s.person_id in (select a.person_id from alias a where a.community_id = $1)
                or s.person_id in (select a.target_id from alias a where a.community_id = $1))",
            known("s", 2)
        );
        let bound = params![l.community, l.revision];
        let mut rows: Vec<(i64, Day, Option<Day>, Option<i64>)> = l.rows(&sql, bound).await?;
        rows.sort_by_key(|(id, from, ..)| (alias.is_merged(*id), *from));
        for (id, from, to, home) in rows {
            merged.homes.entry(alias.of(id)).or_default().push((from, to, home));
        }
        let homes = l.earlier("dwelling").await?;
        let area = homes.slot("area");
        let dwellings = merged.homes.values().flatten().filter_map(|(.., home)| *home);
        merged.areas = dwellings.map(|id| (id, homes.number(id, area))).collect();
        Ok(merged)
    }

    /// The place of a person on a day, when it was written under several ids; else what the statement found.
    fn or(&self, person: Option<i64>, day: Day, found: Option<i64>) -> Option<i64> {
        let Some(homes) = person.and_then(|id| self.homes.get(&id)) else {
            return found;
        };
        let then = homes.iter().find(|(from, to, _)| *from <= day && to.is_none_or(|to| to > day));
        then.and_then(|(.., home)| *self.areas.get(&(*home)?)?).or(found)
    }
}

/// Sets a to-one cell where the kind declares the relation.
fn subject(frame: &mut FrameBuilder, row: u32, kind: &str, id: Option<i64>) {
    if let Some(slot) = frame.slot(kind) {
        one(frame, row, slot, id);
    }
}

row! {
    /// A matter's kind and subject, beside something of it.
    pub struct Of {
        id: i64 = "m.id",
        pub kind: String = "m.kind",
        subject_kind: String = "m.subject_kind",
        subject: Option<i64> = "m.subject_id",
    }
}

impl Of {
    pub fn is(&self, kind: &str) -> Option<i64> {
        self.subject.filter(|_| self.subject_kind == kind)
    }

    pub fn person(&self, alias: &Aliases) -> Option<i64> {
        self.is("person").map(|id| alias.of(id))
    }

    /// The cells that say whom it is about.
    fn set(&self, frame: &mut FrameBuilder, row: u32, alias: &Aliases) {
        subject(frame, row, "person", self.person(alias));
        for kind in ["household", "dwelling", "organisation"] {
            subject(frame, row, kind, self.is(kind));
        }
    }
}

/// Enrolments whose next stage was heard of after the moment's day and may have begun before it: whose begin nobody knows.
async fn perhaps_begun(l: &mut Loading<'_>) -> Result<HashMap<i64, String>> {
    let sql = format!(
        "select t.matter_id, t.stage from transition t
         where t.community_id = $1 and (t.first_day is null or t.first_day <= $2) and t.last_day > $2 and {}
         order by t.last_day desc, t.id desc",
        known("t", 3)
    );
    let rows: Vec<(i64, String)> = l.rows(&sql, l.params()).await?;
    // The earliest of them comes last.
    Ok(rows.into_iter().collect())
}

/// Frame `enrolment`: those that have a stage on the moment's day, and those that may have had one.
pub async fn enrolments(l: &mut Loading<'_>) -> Result<()> {
    let (programme, stage, in_force) = (l.slot("programme"), l.slot("stage"), l.slot("in_force"));
    let (since, stage_since, area) = (l.slot("since"), l.slot("stage_since"), l.slot("area"));
    let alias = Aliases::load(l).await?;
    let merged = Merged::load(l, &alias).await?;
    let Days { firsts, entered, heard } = first_days(l).await?;
    let endings = Endings::load(l, &alias).await?;
    let mut perhaps = perhaps_begun(l).await?;
    let (forces, day) = (l.in_force(), l.day);
    let (ended, reason, whom) = (l.slot("ended"), l.slot("end_reason"), l.slot("whom"));
    let to_check = l.slot("to_check");
    let sql = format!(
        "select {}, s.stage, pb.area_id from matter m
         join matter_stage s on s.community_id = m.community_id and s.matter_id = m.id and {}
         {}
         where m.community_id = $1 order by m.id",
        Of::COLUMNS,
        as_of("s", 2, 3),
        place_of_matter("$2")
    );
    l.each(&sql, l.params(), |frame, matter| {
        let of = Of::read(matter)?;
        let st: String = matter.get(4)?;
        let row = frame.push(of.id);
        frame.set_code(row, programme, Some(&of.kind));
        let (standing, asked) = endings.of(&of, &alias, heard.get(&of.id).copied());
        let force = |stage: String| forces.contains(&(of.kind.clone(), stage));
        match perhaps.remove(&of.id).filter(|next| *next != st) {
            None => {
                frame.set_code(row, stage, Some(&st));
                frame.set_day(row, stage_since, entered.get(&(of.id, st.clone())).and_then(|d| *d).map(|d| d.0));
                frame.set_bool(row, in_force, Some(force(st)));
            }
            // In this stage still, or in the next already.
            Some(next) => {
                frame.set(row, stage, Cell::Unknown);
                let (now, then) = (force(st), force(next));
                frame.set(row, in_force, if now == then { Cell::Bool(now) } else { Cell::Unknown });
            }
        }
        frame.set_bool(row, to_check, Some(standing == Standing::Asked));
        match standing {
            Standing::Open => {
                frame.set(row, ended, Cell::Absent);
                frame.set_code(row, reason, None);
            }
            // Whether it is still so is for somebody to say.
            Standing::Asked => {
                frame.set(row, in_force, Cell::Unknown);
                frame.set(row, stage, Cell::Unknown);
            }
            Standing::Ended(why, first, last) => {
                frame.set_bool(row, in_force, Some(false));
                frame.set(row, stage, Cell::Absent);
                frame.set_partial_day(row, ended, Some((first.0, last.0)));
                frame.set_code(row, reason, Some(why.code()));
            }
        }
        one(frame, row, whom, asked);
        frame.set_day(row, since, firsts.get(&of.id).and_then(|d| *d).map(|d| d.0));
        of.set(frame, row, &alias);
        one(frame, row, area, merged.or(of.person(&alias), day, matter.get(5)?));
        Ok(())
    })
    .await?;
    let sql = format!(
        "select {}, pb.area_id from matter m
         {}
         where m.community_id = $1 order by m.id",
        Of::COLUMNS,
        place_of_matter("$2")
    );
    let bound = l.params();
    if !perhaps.is_empty() {
        l.each(&sql, bound, |frame, matter| {
            let of = Of::read(matter)?;
            if perhaps.remove(&of.id).is_none() {
                return Ok(());
            }
            let row = frame.push(of.id);
            frame.set_code(row, programme, Some(&of.kind));
            let (standing, asked) = endings.of(&of, &alias, None);
            frame.set_bool(row, to_check, Some(false));
            if let Standing::Ended(why, first, last) = standing {
                frame.set_bool(row, in_force, Some(false));
                frame.set(row, stage, Cell::Absent);
                frame.set_partial_day(row, ended, Some((first.0, last.0)));
                frame.set_code(row, reason, Some(why.code()));
            } else {
                frame.set(row, ended, Cell::Absent);
                frame.set_code(row, reason, None);
            }
            one(frame, row, whom, asked.filter(|_| standing != Standing::Asked));
            of.set(frame, row, &alias);
            one(frame, row, area, merged.or(of.person(&alias), day, matter.get(4)?));
            Ok(())
        })
        .await?;
    }
    load_fields(l, "enrolment", &Aliases::default()).await
}

/// The first day of every enrolment, the day each of its stages was last entered (`None` where it is not known), and the last day
/// on which something was said of it.
#[derive(Default)]
struct Days {
    firsts: HashMap<i64, Option<Day>>,
    entered: HashMap<(i64, String), Option<Day>>,
    heard: HashMap<i64, Day>,
}

async fn first_days(l: &mut Loading<'_>) -> Result<Days> {
    let mut days = Days::default();
    let sql = format!(
        "select t.matter_id, t.stage, t.first_day, t.last_day from transition t
         where t.community_id = $1 and t.last_day <= $2 and {} order by t.last_day, t.id",
        known("t", 3)
    );
    let rows: Vec<(i64, String, Option<Day>, Day)> = l.rows(&sql, l.params()).await?;
    for (matter, stage, first, last) in rows {
        let day = first.filter(|first| *first == last);
        days.firsts.entry(matter).or_insert(day);
        days.entered.insert((matter, stage), day);
        days.heard.insert(matter, last);
    }
    Ok(days)
}

/// Frame `transition`: enrolments entering a stage, up to the moment's day.
pub async fn transitions(l: &mut Loading<'_>) -> Result<()> {
    let (day, programme, stage) = (l.slot("day"), l.slot("programme"), l.slot("stage"));
    let (enrolment, area) = (l.slot("enrolment"), l.slot("area"));
    let alias = Aliases::load(l).await?;
    let merged = Merged::load(l, &alias).await?;
    let sql = format!(
        "select {}, t.id, t.stage, t.first_day, t.last_day, pb.area_id from transition t
         join matter m on m.community_id = t.community_id and m.id = t.matter_id
         {}
         where t.community_id = $1 and (t.first_day is null or t.first_day <= $2) and {} order by t.id",
        Of::COLUMNS,
        place_of_matter("t.last_day"),
        known("t", 3)
    );
    l.each(&sql, l.params(), |frame, t| {
        let of = Of::read(t)?;
        let (first, last): (Option<Day>, Day) = (t.get(6)?, t.get(7)?);
        let row = frame.push(t.get(4)?);
        frame.set_partial_day(row, day, Some((first.unwrap_or(LONG_AGO).0, last.0)));
        frame.set_code(row, programme, Some(&of.kind));
        frame.set_code(row, stage, t.text(5)?);
        frame.set_one(row, enrolment, Some(of.id));
        of.set(frame, row, &alias);
        one(frame, row, area, merged.or(of.person(&alias), last, t.get(8)?));
        Ok(())
    })
    .await
}

/// Frame `payment`, up to the moment's day.
pub async fn payments(l: &mut Loading<'_>) -> Result<()> {
    let (day, programme, amount) = (l.slot("day"), l.slot("programme"), l.slot("amount"));
    let (enrolment, area) = (l.slot("enrolment"), l.slot("area"));
    let alias = Aliases::load(l).await?;
    let merged = Merged::load(l, &alias).await?;
    let sql = format!(
        "select {}, p.id, p.day, p.amount, pb.area_id from payment p
         join matter m on m.community_id = p.community_id and m.id = p.matter_id
         {}
         where p.community_id = $1 and p.day <= $2 and {} order by p.id",
        Of::COLUMNS,
        place_of_matter("p.day"),
        known("p", 3)
    );
    l.each(&sql, l.params(), |frame, payment| {
        let of = Of::read(payment)?;
        let on: Day = payment.get(5)?;
        let row = frame.push(payment.get(4)?);
        frame.set_day(row, day, Some(on.0));
        frame.set_code(row, programme, Some(&of.kind));
        frame.set_int(row, amount, Some(payment.get(6)?));
        frame.set_one(row, enrolment, Some(of.id));
        of.set(frame, row, &alias);
        one(frame, row, area, merged.or(of.person(&alias), on, payment.get(7)?));
        Ok(())
    })
    .await
}

row! {
    struct EventRow {
        id: i64 = "e.id",
        day: Day = "e.day",
        person: Option<i64> = "e.person_id",
        household: Option<i64> = "e.household_id",
        dwelling: Option<i64> = "e.dwelling_id",
        building: Option<i64> = "e.building_id",
        organisation: Option<i64> = "e.organisation_id",
        facility: Option<i64> = "e.facility_id",
        area: Option<i64> = "e.area_id",
        place: Option<i64> = "pb.area_id",
    }
}

/// A frame of one kind of event that a pack declares, up to the moment's day.
pub async fn event(l: &mut Loading<'_>) -> Result<()> {
    let day = l.slot("day");
    let area = l.frame.slot("area");
    let alias = Aliases::load(l).await?;
    let merged = Merged::load(l, &alias).await?;
    let mut bound = l.params();
    bound.push(l.kind.as_str().into());
    let sql = format!(
        "select {} from event e
         {}
         where e.community_id = $1 and e.kind = $4 and e.day <= $2 and {} order by e.id",
        EventRow::COLUMNS,
        place_then("e.day", "e.person_id", "e.household_id", "e.dwelling_id"),
        known("e", 3)
    );
    l.each(&sql, bound.clone(), |frame, event| {
        let e = EventRow::read(event)?;
        let person = e.person.map(|id| alias.of(id));
        let row = frame.push(e.id);
        frame.set_day(row, day, Some(e.day.0));
        for (kind, id) in [
            ("person", person),
            ("household", e.household),
            ("dwelling", e.dwelling),
            ("building", e.building),
            ("organisation", e.organisation),
            ("facility", e.facility),
        ] {
            subject(frame, row, kind, id);
        }
        if let Some(area) = area {
            one(frame, row, area, e.area.or_else(|| merged.or(person, e.day, e.place)));
        }
        Ok(())
    })
    .await?;
    // A community has many kinds of events and few of them have fields: a kind without a record asks for none.
    if l.frame.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "select v.id, v.field, v.number, v.text from record_value v
         join event e on e.community_id = v.community_id and e.id = v.id and e.recorded = v.recorded
         where v.community_id = $1 and e.kind = $4 and e.day <= $2 and {}",
        known("e", 3)
    );
    l.each(&sql, bound, |frame, value| {
        if let Some(row) = frame.row_of(value.get(0)?) {
            set_field(frame, row, value.text(1)?.unwrap_or_default(), value.get(2)?, value.text(3)?);
        }
        Ok(())
    })
    .await
}

/// Day and title of events, as a list calls them.
pub fn titles<'a>(tx: &'a mut Tx, scope: &'a Scope, asked: Asked<'a>) -> Reading<'a, HashMap<i64, String>> {
    Box::pin(async move {
        let mut all = HashMap::new();
        for ids in asked.ids.chunks(5_000) {
            let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + 3)).collect();
            let sql = format!(
                "select e.id, e.day, e.title from event e
                 where e.community_id = $1 and e.kind = $2 and e.superseded is null and e.id in ({})",
                places.join(", ")
            );
            let mut bound = params![scope.community, asked.kind];
            bound.extend(ids.iter().map(|id| Value::from(*id)));
            for (id, day, title) in tx.rows::<(i64, Day, Option<String>)>(&sql, bound).await? {
                let told: Vec<String> = [Some(day.to_string()), title].into_iter().flatten().collect();
                all.insert(id, told.join(" "));
            }
        }
        Ok(all)
    })
}
