//! Every statement of this slice.

use liren_facts::{Day, Period};
use liren_packs::Return;
use liren_store::{Tx, params};

use crate::base::records::{self, record};
use crate::base::states::known;
use crate::base::{AreaId, Mine, Moment, Origin, Result, Scope, Write, error};
use crate::org::Tree;

record! {
    /// 上报 — what one area reported for a period; its lines lie in `return_line`.
    pub struct ReturnEntry in "return_entry", frame "return" {
        return_id: String = "return_id",
        area: AreaId = "area_id",
        first: Day = "first_day",
        last: Day = "last_day",
        signed_by: Option<String> = "signed_by",
        signed_at: Option<i64> = "signed_at",
    }
}

/// The lines one area reports for a period.
pub struct NewEntry<'a> {
    pub return_id: &'a str,
    pub area: Mine<AreaId>,
    pub period: Period,
    pub lines: Vec<(&'a str, i64)>,
    pub signed_by: Option<&'a str>,
    pub origin: Origin,
}

/// Enters a return, replacing what the area reported for the same period; its id. `packs` says which lines
/// exist and what they must add up to: a return that does not is refused with the arithmetic.
pub async fn enter(w: &mut Write, packs: &liren_packs::Packs, entry: NewEntry<'_>) -> Result<i64> {
    let ret = check(packs, &entry)?;
    let tree = Tree::of(&mut w.tx, &Scope::whole(w.community), w.today).await?;
    if tree.find(entry.area.number()).is_none_or(|a| a.level != ret.area) {
        return Err(error::invalid(
            format!("“{}”由{}填报，所选区划不是这一级。请改选后再交。", ret.title.zh, level(&ret.area).0),
            format!(
                "“{}” is reported by each {}; the area chosen is none. Choose another.",
                ret.title.en,
                level(&ret.area).1
            ),
        ));
    }
    let condition =
        "t.community_id = $1 and t.return_id = $2 and t.area_id = $3 and t.first_day = $4 and t.last_day = $5
                     and t.superseded is null";
    let (first, last) = (entry.period.first, entry.period.last);
    let bound = params![w.community, entry.return_id, entry.area, first, last];
    for before in records::read::<ReturnEntry>(&mut w.tx, condition, bound).await? {
        records::withdraw::<ReturnEntry>(w, before.id).await?;
    }
    let new = ReturnEntry {
        return_id: entry.return_id.to_owned(),
        area: entry.area.id(),
        first,
        last,
        signed_by: entry.signed_by.map(str::to_owned),
        signed_at: entry.signed_by.map(|_| w.instant()),
    };
    let id = records::add(w, new, vec![], &entry.origin).await?;
    let community = w.community;
    let lines = entry.lines.iter().map(|(line, n)| params![community, id, *line, *n]).collect();
    w.tx.insert("return_line", &["community_id", "entry_id", "line", "number"], lines).await?;
    w.touch("return_line");
    Ok(id)
}

/// The name of a level of the tree (zh, en).
fn level(id: &str) -> (&str, &str) {
    let known = crate::org::Level::ALL.into_iter().find(|l| l.id() == id);
    known.map_or((id, id), |l| (l.title().0, l.id()))
}

fn check<'p>(packs: &'p liren_packs::Packs, entry: &NewEntry<'_>) -> Result<&'p Return> {
    let Some(ret) = packs.returns.iter().find(|r| r.id == entry.return_id) else {
        return Err(error::invalid(
            format!("没有名为 {} 的上报表。请用 liren pack check 查看有哪些。", entry.return_id),
            format!("There is no return {}. See liren pack check.", entry.return_id),
        ));
    };
    let value = |line: &str| entry.lines.iter().find(|(l, _)| *l == line).map(|(_, n)| *n);
    for (line, n) in &entry.lines {
        if *n < 0 || !ret.lines.iter().any(|l| l.id == *line) {
            return Err(error::invalid(
                format!("“{}”没有“{line}”这一行，或填了负数。", ret.title.zh),
                format!("“{}” has no line “{line}”, or the number is negative.", ret.title.en),
            ));
        }
    }
    for line in ret.lines.iter().filter(|l| !l.sum.is_empty()) {
        let parts: Vec<i64> = line.sum.iter().filter_map(|part| value(part)).collect();
        let (Some(total), true) = (value(&line.id), parts.len() == line.sum.len()) else {
            continue;
        };
        let sum: i64 = parts.iter().sum();
        if sum != total {
            let terms = parts.iter().map(i64::to_string).collect::<Vec<_>>().join(" + ");
            return Err(error::invalid(
                format!(
                    "“{}”填的是 {total}，但各分项 {terms} = {sum}，相差 {}。请核对后再交。",
                    line.title.zh,
                    total - sum
                ),
                format!(
                    "“{}” says {total}, but its parts {terms} = {sum}: they differ by {}. Please check.",
                    line.title.en,
                    total - sum
                ),
            ));
        }
    }
    Ok(ret)
}

/// What was reported of one line: area, period, number, the entry's id.
#[derive(Clone, Debug)]
pub struct Reported {
    pub entry: i64,
    pub area: i64,
    pub period: Period,
    pub number: i64,
}

/// Everything reported of a line up to a moment, newest period last. `sum` of many areas is the caller's.
pub async fn reported(
    tx: &mut Tx,
    scope: &Scope,
    moment: Moment,
    return_id: &str,
    line: &str,
) -> Result<Vec<Reported>> {
    let sql = format!(
        "select e.id, e.area_id, e.first_day, e.last_day, l.number from return_entry e
         join return_line l on l.community_id = e.community_id and l.entry_id = e.id
         where e.community_id = $1 and e.return_id = $2 and l.line = $3 and {}
         order by e.last_day, e.area_id",
        known("e", 4)
    );
    let rows: Vec<(i64, i64, Day, Day, i64)> =
        tx.rows(&sql, params![scope.community, return_id, line, moment.revision]).await?;
    Ok(rows
        .into_iter()
        .map(|(entry, area, first, last, number)| Reported { entry, area, period: Period { first, last }, number })
        .collect())
}
