//! 撤回 — what one revision wrote is taken back: its rows are superseded, and what they replaced is written again.
//!
//! The unit is a subject: a person with what they are enrolled in, a household, a building, an event. One whose facts were
//! edited since is kept; one that something later was built on is refused, by name. Figures as known in between stay
//! reproducible: nothing is deleted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use liren_store::{Value, params};

use super::error::{Result, invalid, not_found};
use super::records::RecordTable;
use super::states::{StateTable, all_columns as state_columns};
use super::write::Write;

/// A subject: its kind and id.
pub type Whole = (String, i64);

/// Which part of a revision.
pub enum Only {
    All,
    /// One subject: to withdraw a death, a move, an event.
    Subject(Whole),
    /// What came from these sources: one sheet of a file.
    Sources(BTreeSet<i64>),
}

/// What became of the subjects of a revision; together they are all of them.
#[derive(Debug, Default)]
pub struct Undone {
    pub taken: BTreeSet<Whole>,
    /// Edited since; kept as they are.
    pub edited: BTreeSet<Whole>,
    /// Something later names them: what.
    pub refused: BTreeMap<Whole, Whole>,
}

impl Undone {
    /// How many of a kind were taken back, kept and refused.
    pub fn count(&self, kind: &str) -> (usize, usize, usize) {
        let of = |whole: &&Whole| whole.0 == kind;
        (
            self.taken.iter().filter(of).count(),
            self.edited.iter().filter(of).count(),
            self.refused.keys().filter(of).count(),
        )
    }
}

/// Where the rows of a kind lie.
#[derive(Clone, Copy)]
enum Table {
    State(&'static StateTable),
    Record(&'static RecordTable),
    Alias,
}

/// The column that names the subject of a row, and whether the subject is the row itself.
struct Shape {
    name: &'static str,
    /// Expression of the kind, and column of the id.
    kind: String,
    id: &'static str,
    /// Facts about a word (a parameter, a programme) instead of a record: those of a revision go together, as id 0.
    of_word: bool,
    columns: Vec<&'static str>,
    /// Columns that point to other records.
    points: Vec<&'static str>,
}

impl Table {
    fn shape(self) -> Shape {
        match self {
            Table::Alias => Shape {
                name: "alias",
                kind: "'person'".into(),
                id: "person_id",
                of_word: false,
                columns: vec!["community_id", "person_id", "target_id", "recorded", "superseded"],
                points: vec!["target_id"],
            },
            Table::State(t) => {
                let of_packs = t.subject[0] == "subject_kind";
                Shape {
                    name: t.name,
                    kind: if of_packs { "t.subject_kind".into() } else { format!("'{}'", t.kind) },
                    id: if of_packs { "subject_id" } else { t.subject[0] },
                    of_word: t.subject.len() == 1 && !t.subject[0].ends_with("id"),
                    columns: state_columns(t),
                    // The name of a key is a word, and points to no record.
                    points: t.columns.iter().copied().filter(|c| c.ends_with("_id") && *c != "key_id").collect(),
                }
            }
            Table::Record(t) => {
                let (kind, id) = match t.part_of {
                    Some((kind, column)) => (format!("'{kind}'"), column),
                    None if t.columns.contains(&"kind") => ("t.kind".into(), "id"),
                    None => (format!("'{}'", t.kind), "id"),
                };
                let points = t.columns.iter().copied().filter(|c| c.ends_with("_id") && *c != "return_id" && *c != id);
                Shape {
                    name: t.name,
                    kind,
                    id,
                    of_word: false,
                    columns: super::records::all_columns(t),
                    points: points.collect(),
                }
            }
        }
    }
}

impl Shape {
    /// The id as the statements select it.
    fn id(&self) -> String {
        if self.of_word { "cast(0 as bigint)".to_owned() } else { format!("t.{}", self.id) }
    }
}

/// Takes a revision back. Refused as a whole when nothing of it can be.
pub async fn undo(w: &mut Write, revision: i64, only: Only) -> Result<Undone> {
    let born: Option<(Option<i64>, Option<i64>)> =
        w.tx.opt(
            "select first_id, next_id from change where community_id = $1 and revision = $2",
            params![w.community, revision],
        )
        .await?;
    let (Some(first), Some(next)) = born.ok_or_else(|| not_found("修订"))? else {
        return Err(invalid(
            "这次修订是旧版本的程序写的，没有留下撤回所需的痕迹，不能整体撤回。请逐条更正。",
            "This revision was written by an older version, which left no trace to take it back by. Correct the entries one by one.",
        ));
    };
    let born = first..next;
    // Life events follow from the states and are settled before the commit.
    let tables: Vec<Table> = (w.slices().states().map(Table::State))
        .chain(w.slices().records().filter(|t| t.name != "life_event").map(Table::Record))
        .chain([Table::Alias])
        .collect();
    let wholes = Wholes::load(w).await?;
    let mut found = Found::default();
    for table in &tables {
        found.read(w, &wholes, &table.shape(), revision).await?;
    }
    let only_all = matches!(only, Only::All);
    let chosen: BTreeSet<Whole> = match only {
        Only::All => found.written.clone(),
        Only::Subject(whole) => found.written.iter().filter(|w| **w == whole).cloned().collect(),
        Only::Sources(sources) => found
            .sources
            .iter()
            .filter(|(source, _)| sources.contains(source))
            .map(|(_, whole)| whole.clone())
            .collect(),
    };
    if chosen.is_empty() && only_all && reopened(w, revision).await? > 0 {
        w.undoes = Some(revision);
        return Ok(Undone::default());
    }
    if chosen.is_empty() {
        return Err(invalid(
            "这次修订没有可以撤回的内容，可能已经撤回过。",
            "There is nothing to take back in this revision; it may have been taken back before.",
        ));
    }
    let mut links = Vec::new();
    for table in &tables {
        links.extend(links_to(w, &wholes, &table.shape(), revision, &born).await?);
    }
    links.extend(matters_of(w, revision, &born).await?);
    let undone = sort_out(chosen, found, links, &wholes);
    if !undone.taken.is_empty() {
        for table in &tables {
            take_back(w, &wholes, &table.shape(), revision, &undone).await?;
        }
        rest(w, revision, &undone).await?;
        w.undoes = Some(revision);
    }
    Ok(undone)
}

/// Opens the problems again that a revision settled; how many.
async fn reopened(w: &mut Write, revision: i64) -> Result<u64> {
    let sql = "update import_problem set settled = null, state = null where community_id = $1 and settled = $2";
    Ok(w.tx.run(sql, params![w.community, revision]).await?)
}

/// A matter belongs to whom it is about, as long as it is about somebody.
struct Wholes {
    matters: HashMap<i64, Whole>,
}

impl Wholes {
    async fn load(w: &mut Write) -> Result<Wholes> {
        let rows: Vec<(i64, String, i64)> =
            w.tx.rows(
                "select id, subject_kind, subject_id from matter where community_id = $1 and subject_id is not null",
                params![w.community],
            )
            .await?;
        Ok(Wholes { matters: rows.into_iter().map(|(id, kind, subject)| (id, (kind, subject))).collect() })
    }

    fn of(&self, kind: String, id: i64) -> Whole {
        match self.matters.get(&id) {
            Some(whole) if kind == "enrolment" => whole.clone(),
            _ => (kind, id),
        }
    }
}

/// What a revision wrote, and what of it was edited since.
#[derive(Default)]
struct Found {
    written: BTreeSet<Whole>,
    edited: BTreeSet<Whole>,
    sources: Vec<(i64, Whole)>,
}

impl Found {
    async fn read(&mut self, w: &mut Write, wholes: &Wholes, shape: &Shape, revision: i64) -> Result<()> {
        let Shape { name, kind, id: column, .. } = shape;
        let id = shape.id();
        let own = format!(
            "select {kind}, {id}, t.superseded is not null, {} from {name} t
             where t.community_id = $1 and t.recorded = $2",
            if shape.columns.contains(&"source_id") { "t.source_id" } else { "cast(null as bigint)" }
        );
        let rows: Vec<(String, i64, bool, Option<i64>)> = w.tx.rows(&own, params![w.community, revision]).await?;
        for (kind, id, edited, source) in rows {
            let whole = wholes.of(kind, id);
            if edited {
                self.edited.insert(whole.clone());
            }
            if let Some(source) = source {
                self.sources.push((source, whole.clone()));
            }
            self.written.insert(whole);
        }
        let replaced =
            format!("select distinct {kind}, {id} from {name} t where t.community_id = $1 and t.superseded = $2");
        let rows: Vec<(String, i64)> = w.tx.rows(&replaced, params![w.community, revision]).await?;
        let replaced: HashSet<Whole> = rows.into_iter().map(|(kind, id)| wholes.of(kind, id)).collect();
        self.written.extend(replaced);
        let later = format!(
            "select distinct {kind}, {id} from {name} t
             where t.community_id = $1 and t.recorded > $2 and t.superseded is null and exists (
                 select 1 from {name} o where o.community_id = t.community_id and o.{column} = t.{column}
                    and (o.recorded = $2 or o.superseded = $2))"
        );
        let rows: Vec<(String, i64)> = w.tx.rows(&later, params![w.community, revision]).await?;
        self.edited.extend(rows.into_iter().map(|(kind, id)| wholes.of(kind, id)));
        Ok(())
    }
}

/// A live row of `from`, written by the revision or later, that names something the revision made.
struct Link {
    from: Whole,
    later: bool,
    to: i64,
}

async fn links_to(
    w: &mut Write,
    wholes: &Wholes,
    shape: &Shape,
    revision: i64,
    born: &std::ops::Range<i64>,
) -> Result<Vec<Link>> {
    let Shape { name, kind, id, points, .. } = shape;
    // A word names nothing and is named by nothing.
    if shape.of_word {
        return Ok(Vec::new());
    }
    let mut links = Vec::new();
    for column in points {
        let sql = format!(
            "select {kind}, t.{id}, t.recorded > $2, t.{column} from {name} t
             where t.community_id = $1 and t.recorded >= $2 and t.superseded is null
               and t.{column} >= $3 and t.{column} < $4"
        );
        let rows: Vec<(String, i64, bool, i64)> =
            w.tx.rows(&sql, params![w.community, revision, born.start, born.end]).await?;
        links.extend(rows.into_iter().map(|(kind, id, later, to)| Link { from: wholes.of(kind, id), later, to }));
    }
    // Facts written later about something the revision made are edits of it.
    let sql = format!(
        "select distinct {kind}, t.{id} from {name} t where t.community_id = $1 and t.recorded > $2
           and t.superseded is null and t.{id} >= $3 and t.{id} < $4"
    );
    let rows: Vec<(String, i64)> = w.tx.rows(&sql, params![w.community, revision, born.start, born.end]).await?;
    links.extend(rows.into_iter().map(|(kind, id)| Link { from: wholes.of(kind, id), later: true, to: id }));
    Ok(links)
}

/// Matters opened later about something the revision made.
async fn matters_of(w: &mut Write, revision: i64, born: &std::ops::Range<i64>) -> Result<Vec<Link>> {
    let rows: Vec<(i64, i64)> = w
        .tx
        .rows(
            "select m.id, m.subject_id from matter m where m.community_id = $1 and m.subject_id >= $3 and m.subject_id < $4
               and exists (select 1 from matter_stage s where s.community_id = m.community_id and s.matter_id = m.id
                           and s.superseded is null and s.recorded > $2)",
            params![w.community, revision, born.start, born.end],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, to)| Link { from: ("enrolment".into(), id), later: true, to }).collect())
}

/// Who is kept because of edits, who because something that stays names them, and who goes.
fn sort_out(chosen: BTreeSet<Whole>, found: Found, links: Vec<Link>, wholes: &Wholes) -> Undone {
    let mut undone = Undone::default();
    let by_id: HashMap<i64, Vec<&Whole>> = chosen.iter().fold(HashMap::new(), |mut map, whole| {
        map.entry(whole.1).or_default().push(whole);
        map
    });
    for whole in &chosen {
        if found.edited.contains(whole) {
            undone.edited.insert(whole.clone());
        }
    }
    let mut news = true;
    while news {
        news = false;
        for link in &links {
            let stays = link.later
                || !chosen.contains(&link.from)
                || undone.edited.contains(&link.from)
                || undone.refused.contains_key(&link.from);
            if !stays {
                continue;
            }
            // What names a matter names whom it is about.
            let to = wholes.matters.get(&link.to).map_or(link.to, |whole| whole.1);
            for &to in by_id.get(&to).into_iter().flatten() {
                // What is written of a thing itself later is an edit of it.
                if link.from == *to {
                    news |= link.later && !undone.refused.contains_key(to) && undone.edited.insert(to.clone());
                } else if !undone.edited.contains(to) && !undone.refused.contains_key(to) {
                    undone.refused.insert(to.clone(), link.from.clone());
                    news = true;
                }
            }
        }
    }
    let stays = |whole: &Whole| undone.edited.contains(whole) || undone.refused.contains_key(whole);
    undone.taken = chosen.iter().filter(|whole| !stays(whole)).cloned().collect();
    undone
}

/// How many ids one statement takes.
const SOME: usize = 5_000;

/// Supersedes what a revision wrote of those that go, and writes again what it had replaced.
async fn take_back(w: &mut Write, wholes: &Wholes, shape: &Shape, revision: i64, undone: &Undone) -> Result<()> {
    let Shape { name, kind, id, columns, .. } = shape;
    // A record that is a part names its whole; a matter's states name the matter.
    let sql = format!(
        "select distinct {kind}, {} from {name} t
         where t.community_id = $1 and (t.recorded = $2 or t.superseded = $2)",
        shape.id()
    );
    let rows: Vec<(String, i64)> = w.tx.rows(&sql, params![w.community, revision]).await?;
    let all = rows.len();
    // Several rows of one matter are one subject: an id is counted once.
    let going: Vec<(String, i64)> =
        rows.into_iter().filter(|(kind, id)| undone.taken.contains(&wholes.of(kind.clone(), *id))).collect();
    if going.is_empty() {
        return Ok(());
    }
    w.touch(*name);
    let mut ids: Vec<i64> = Vec::with_capacity(going.len());
    for (kind, id) in &going {
        w.changed(kind, *id, name);
        ids.push(*id);
    }
    ids.sort_unstable();
    ids.dedup();
    let copied: Vec<&str> = columns.iter().copied().filter(|c| *c != "recorded" && *c != "superseded").collect();
    let copied = copied.join(", ");
    let of_records = columns.contains(&"id");
    let whole = all == going.len();
    for some in ids.chunks(if whole { usize::MAX } else { SOME }) {
        let (among, more) = match whole {
            true => (String::new(), vec![]),
            false => {
                let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 4)).collect();
                (format!(" and {id} in ({})", places.join(", ")), some.iter().map(|id| Value::from(*id)).collect())
            }
        };
        let mut bound = params![w.community, revision, w.revision];
        bound.extend(more);
        let again = format!(
            "insert into {name} ({copied}, recorded, superseded)
             select {copied}, $3, cast(null as bigint) from {name}
             where community_id = $1 and superseded = $2{among}"
        );
        let fields = format!(
            "insert into record_value (community_id, id, recorded, field, number, text)
             select v.community_id, v.id, $3, v.field, v.number, v.text from record_value v
             join {name} t on t.community_id = v.community_id and t.id = v.id and t.recorded = v.recorded
             where t.community_id = $1 and t.superseded = $2{}",
            among.replace(&format!(" and {id} in"), &format!(" and t.{id} in"))
        );
        let gone = format!(
            "update {name} set superseded = $3
             where community_id = $1 and recorded = $2 and superseded is null{among}"
        );
        if of_records {
            w.tx.run(&fields, bound.clone()).await?;
        }
        w.tx.run(&again, bound.clone()).await?;
        w.tx.run(&gone, bound).await?;
    }
    Ok(())
}

/// Confirmations and open problems go with the people they are about.
async fn rest(w: &mut Write, revision: i64, undone: &Undone) -> Result<()> {
    let people: Vec<i64> = undone.taken.iter().filter(|(kind, _)| kind == "person").map(|(_, id)| *id).collect();
    for some in people.chunks(SOME) {
        let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 4)).collect();
        let among = places.join(", ");
        let mut bound = params![w.community, revision, w.revision];
        bound.extend(some.iter().map(|id| Value::from(*id)));
        let sql = format!(
            "update confirmation set superseded = $3
             where community_id = $1 and recorded = $2 and superseded is null and subject_id in ({among})"
        );
        if w.tx.run(&sql, bound).await? > 0 {
            w.touch("confirmation");
        }
    }
    // A file of which nothing is left raises no questions.
    if undone.edited.is_empty() && undone.refused.is_empty() {
        w.tx.run(
            "update import_problem set settled = $3 where community_id = $1 and settled is null and source_id in (
                 select id from source where community_id = $1 and recorded = $2)",
            params![w.community, revision, w.revision],
        )
        .await?;
        // What that file had settled is open again.
        reopened(w, revision).await?;
    }
    Ok(())
}
