//! 阶段 — which stage a ledger line says its subject is in, concluded from the cells of its row, then from its days,
//! then from the title. What they do not say is a doubt, and a doubt is asked: nothing is filled in for it.

use liren_facts::{Day, PartialDay};

use crate::draft::{StageEntry, StageSaid};
use crate::ledger::LedgerKind;
use crate::standing::{Says, Since, Standing};

/// What the cells of one row say about the stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// Words in columns of standing, ticks below a question: column and what they say.
    pub cells: Vec<(u16, Cell)>,
    /// The first column of standing that is blank in this row.
    pub blank: Option<u16>,
    /// The stages of whose beginning a column tells: its day, or that it was (已通知).
    pub begun: Vec<(String, Option<PartialDay>)>,
    pub ended: Option<PartialDay>,
    /// The day from which the row is in the stage it is in, and of which stages the column tells that.
    pub since: Option<(Since, PartialDay)>,
    /// The row is struck out.
    pub void: bool,
    pub proof: Proof,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Says(Says),
    /// A word nobody declared.
    Unknown(String),
}

/// Whether an amount or a certificate shows that the subject is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// The sheet has no such column.
    #[default]
    None,
    /// It has, and the row says nothing.
    Blank,
    Shown,
}

/// What the sheet as a whole says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SheetSays {
    pub says: Option<Says>,
    /// The text that says it, or that leaves it open.
    pub text: Option<String>,
    /// A title, the name of the sheet or of the file calls it by the ledger's words.
    pub named: bool,
}

/// Why no stage can be concluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Neither title nor columns say it.
    Silent,
    /// The title has a word that leaves it open: 核查, 摸底.
    Title,
    /// A column of standing, or of what is paid, is blank.
    Blank(Option<u16>),
    /// A word that is not known, or that does not decide.
    Word(u16, String),
    /// Cells, or cells and title, contradict each other.
    Conflict(Option<u16>),
    /// It is in, and the programme has several stages for that.
    Which,
    /// The programme has no stage for what is said.
    NotKept(Standing),
}

/// The evidence of all rows of a household whose programme enrols households: what one row says holds for all.
pub(crate) fn joined(members: &[&Evidence]) -> Evidence {
    let mut out = Evidence::default();
    for one in members {
        for cell in &one.cells {
            if !out.cells.iter().any(|c| c.1 == cell.1) {
                out.cells.push(cell.clone());
            }
        }
        out.proof = out.proof.max(one.proof);
        for begun in &one.begun {
            if !out.begun.iter().any(|b| b.0 == begun.0) {
                out.begun.push(begun.clone());
            }
        }
        out.ended = out.ended.or(one.ended);
        out.since = out.since.or(one.since);
    }
    out.void = !members.is_empty() && members.iter().all(|one| one.void);
    let is_in = |c: &(u16, Cell)| c.1 == Cell::Says(Says::Standing(Standing::In));
    let is_out = |c: &(u16, Cell)| c.1 == Cell::Says(Says::Standing(Standing::Ended));
    // One member of a household is struck off while the household stays.
    if out.cells.iter().any(is_in) && out.cells.iter().any(is_out) {
        out.cells.retain(|c| !is_out(c));
        out.ended = None;
    }
    if out.cells.is_empty() {
        out.blank = members.iter().find_map(|e| e.blank);
    }
    out
}

/// The stage, or why it is not known. `answer` is what a mapping says of the lines of this sheet that are in doubt:
/// a stage, or an empty word for none.
pub(crate) fn conclude(
    e: &Evidence,
    sheet: &SheetSays,
    kind: &LedgerKind,
    answer: Option<&str>,
    on: Day,
) -> Result<StageSaid, Doubt> {
    if e.void {
        return Ok(StageSaid::Not);
    }
    match said(e, sheet, kind, on) {
        Ok(said) => Ok(said),
        Err(Doubt::NotKept(standing)) => Err(Doubt::NotKept(standing)),
        Err(doubt) => match answer {
            None => Err(doubt),
            Some("") => Ok(StageSaid::Not),
            Some(stage) => Ok(way(e, kind, stage, None, on)),
        },
    }
}

fn said(e: &Evidence, sheet: &SheetSays, kind: &LedgerKind, on: Day) -> Result<StageSaid, Doubt> {
    let title = sheet.says.as_ref().filter(|s| **s != Says::Standing(Standing::Doubtful));
    let cells = of_cells(e, kind)?;
    let past_end = e.ended.filter(|d| d.first <= on);
    let standing = |s: &Option<Says>| match s {
        Some(Says::Standing(standing)) => Some(*standing),
        _ => None,
    };
    if past_end.is_some() {
        // 停发时间 beside 状态 在保: which of them is out of date nobody knows.
        let still_in = match &cells {
            Some(Says::Stage(_)) => true,
            Some(Says::Standing(s)) => matches!(s, Standing::In | Standing::Applied | Standing::Found),
            None => false,
        };
        if still_in {
            return Err(Doubt::Conflict(e.cells.first().map(|c| c.0)));
        }
        return stage(e, kind, &Says::Standing(Standing::Ended), past_end, on);
    }
    if let Some(cells) = cells {
        let ends = |s: &Option<Says>| matches!(standing(s), Some(Standing::Ended | Standing::Not | Standing::Refused));
        let of_title = title.cloned();
        let is_in = matches!(cells, Says::Stage(_) | Says::Standing(Standing::In));
        if is_in && ends(&of_title) {
            return Err(Doubt::Conflict(e.cells.first().map(|c| c.0)));
        }
        // 应保未保 beside 是否参保 否: the title says more.
        if cells == Says::Standing(Standing::Not)
            && matches!(
                standing(&of_title),
                Some(Standing::Found | Standing::Applied | Standing::Ended | Standing::Refused)
            )
        {
            return whole(e, kind, &of_title.unwrap_or(cells), on);
        }
        // 预备党员 in the title, 在册 in the row
        if cells == Says::Standing(Standing::In)
            && let Some(Says::Stage(_)) = of_title
        {
            return whole(e, kind, &of_title.unwrap_or(cells), on);
        }
        return stage(e, kind, &cells, None, on);
    }
    let leaves_open = |says: &Says| matches!(says, Says::Standing(Standing::In));
    if let Some(title) = title.filter(|t| !leaves_open(t)) {
        return whole(e, kind, title, on);
    }
    if let Some(column) = e.blank {
        return Err(Doubt::Blank(Some(column)));
    }
    let begun = latest(e, kind);
    match e.proof {
        Proof::Shown => return whole(e, kind, &Says::Standing(Standing::In), on),
        Proof::Blank if begun.is_none() => return Err(Doubt::Blank(None)),
        Proof::Blank | Proof::None => {}
    }
    if title.is_some() {
        return whole(e, kind, &Says::Standing(Standing::In), on);
    }
    if let Some(stage) = begun {
        return Ok(way(e, kind, &stage, None, on));
    }
    // 排查表 leaves open who is in; a list of those who were found is made by just that.
    let of_found = kind.bare.is_some() && kind.bare.as_deref() != kind.stage_of(Standing::In);
    if sheet.says.is_some() && !of_found {
        return Err(Doubt::Title);
    }
    match kind.bare.as_deref().filter(|_| sheet.named) {
        Some(bare) => whole(e, kind, &Says::Stage(bare.to_owned()), on),
        None => Err(Doubt::Silent),
    }
}

/// What the columns of standing say together.
fn of_cells(e: &Evidence, kind: &LedgerKind) -> Result<Option<Says>, Doubt> {
    let mut says: Vec<&Says> = Vec::new();
    for (column, cell) in &e.cells {
        match cell {
            Cell::Unknown(word) => return Err(Doubt::Word(*column, word.clone())),
            Cell::Says(one) if !says.iter().any(|s| kind.same(s, one)) => says.push(one),
            Cell::Says(_) => {}
        }
    }
    if says.contains(&&Says::Standing(Standing::Doubtful)) {
        return Err(Doubt::Conflict(e.cells.first().map(|c| c.0)));
    }
    let is = |s: Standing| says.contains(&&Says::Standing(s));
    let stages: Vec<&&Says> = says.iter().filter(|s| matches!(s, Says::Stage(_))).collect();
    Ok(match says[..] {
        [] => None,
        [one] => Some(one.clone()),
        // 是否低保 否, 原因 已停保: that it ended says more than that it is not.
        _ if is(Standing::Not) && is(Standing::Ended) && says.len() == 2 => Some(Says::Standing(Standing::Ended)),
        _ if is(Standing::Not) && is(Standing::Applied) && says.len() == 2 => Some(Says::Standing(Standing::Applied)),
        _ if is(Standing::Not) && is(Standing::Found) && says.len() == 2 => Some(Says::Standing(Standing::Found)),
        _ if is(Standing::Not) && is(Standing::Refused) && says.len() == 2 => Some(Says::Standing(Standing::Refused)),
        // 正式党员 and 在册 agree.
        _ if is(Standing::In) && stages.len() == 1 && says.len() == 2 => Some((*stages[0]).clone()),
        // 已申请 and 已享受: the later one is where it stands.
        _ if is(Standing::In) && is(Standing::Applied) && says.len() == 2 && kind.stage_of(Standing::In).is_some() => {
            Some(Says::Standing(Standing::In))
        }
        _ => return Err(Doubt::Conflict(e.cells.first().map(|c| c.0))),
    })
}

/// A statement about the whole list: a stage whose day stands in the row and comes later is further on.
fn whole(e: &Evidence, kind: &LedgerKind, says: &Says, on: Day) -> Result<StageSaid, Doubt> {
    let ends = matches!(says, Says::Standing(Standing::Ended | Standing::Not | Standing::Refused));
    let own = match says {
        Says::Stage(stage) => Some(stage.as_str()),
        Says::Standing(standing) => kind.stage_of(*standing),
    };
    if let (Some(own), Some(begun), false) = (own, latest(e, kind), ends)
        && kind.order(&begun) > kind.order(own)
    {
        return Ok(way(e, kind, &begun, None, on));
    }
    stage(e, kind, says, None, on)
}

fn stage(e: &Evidence, kind: &LedgerKind, says: &Says, day: Option<PartialDay>, on: Day) -> Result<StageSaid, Doubt> {
    match says {
        Says::Stage(stage) => Ok(way(e, kind, stage, day, on)),
        Says::Standing(Standing::Not) if kind.stage_of(Standing::Not).is_none() => Ok(StageSaid::Not),
        Says::Standing(standing) => match (kind.stage_of(*standing), standing) {
            (Some(stage), _) => Ok(way(e, kind, stage, day, on)),
            // It is in: the days say in which of several stages.
            (None, Standing::In) => match latest(e, kind) {
                Some(begun) => Ok(way(e, kind, &begun, None, on)),
                None => Err(Doubt::Which),
            },
            (None, standing) => Err(Doubt::NotKept(*standing)),
        },
    }
}

/// The stage entered last of those whose day is given.
fn latest(e: &Evidence, kind: &LedgerKind) -> Option<String> {
    e.begun.iter().max_by_key(|(stage, day)| (kind.order(stage), *day)).map(|(stage, _)| stage.clone())
}

/// The day of a column that names no stage, where it can be about this one.
fn since(e: &Evidence, kind: &LedgerKind, last: &str) -> Option<PartialDay> {
    let (since, day) = e.since?;
    let is = |standing: Standing| kind.stage_of(standing) == Some(last);
    let is_in = is(Standing::In);
    let over = !is_in && (is(Standing::Ended) || is(Standing::Refused));
    let before = !is_in && (is(Standing::Applied) || is(Standing::Found) || is(Standing::Not));
    let fits = match since {
        Since::State => true,
        Since::Entered => !over,
        Since::Granted => !over && !before,
    };
    fits.then_some(day)
}

/// The way to a stage: those before it whose days are known, then the stage itself.
fn way(e: &Evidence, kind: &LedgerKind, last: &str, day: Option<PartialDay>, on: Day) -> StageSaid {
    let mut entries: Vec<StageEntry> = e
        .begun
        .iter()
        .filter(|(stage, _)| stage != last && kind.order(stage) < kind.order(last))
        .map(|(stage, day)| StageEntry { stage: stage.clone(), day: *day })
        .collect();
    let own =
        e.begun.iter().find(|(stage, _)| stage == last).and_then(|(_, day)| *day).or_else(|| since(e, kind, last));
    entries.sort_by_key(|entry| (kind.order(&entry.stage), entry.day));
    entries.push(StageEntry { stage: last.to_owned(), day: day.or(own) });
    let named = e.cells.iter().any(|(_, c)| matches!(c, Cell::Says(Says::Stage(_))));
    let follows =
        |t: &&crate::ledger::Then| !named && t.from == last && own.is_some_and(|d| d.last.plus_years(t.years) < on);
    if let Some(then) = kind.then.iter().find(follows) {
        entries.push(StageEntry { stage: then.to.clone(), day: None });
    }
    StageSaid::Stages(entries)
}
