//! Questions to the trail: by person, by account, by day; who looked at somebody; and what somebody should be told of.

use std::collections::{BTreeMap, HashMap, HashSet};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::{Action, Entry, INSTALLATION, Trail, queries};
use crate::base::error::Result;
use crate::base::{App, Lang, midnight_after};

/// What of the trail is asked for; several conditions hold together.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub day: Option<Day>,
    pub account: Option<i64>,
    /// One human being: with the records merged into theirs.
    pub person: Option<Vec<i64>>,
    pub action: Option<Action>,
}

/// One line of what was looked at or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub at: i64,
    pub account: Option<i64>,
    pub actor: String,
    pub address: String,
    /// `None` is a change of the register.
    pub action: Option<Action>,
    /// How many people it was about, and who when it was one.
    pub people: usize,
    pub person: Option<i64>,
    /// The account it was about.
    pub about: Option<i64>,
    pub purpose: String,
    /// The revision of a change.
    pub revision: Option<i64>,
}

/// Lines, newest first, and how many there are of them all.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub lines: Vec<Line>,
    pub total: usize,
}

/// 谁看过 — one account and how it looked at somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    pub account: Option<i64>,
    pub actor: String,
    /// How often their page was opened, and how often they stood in a list or an export.
    pub opened: usize,
    pub listed: usize,
    pub exported: usize,
    pub revealed: usize,
    pub last: i64,
    /// What was given as a reason, newest first.
    pub purposes: Vec<String>,
}

impl Looked {
    /// How they looked, in words.
    pub fn ways(&self, lang: Lang) -> String {
        let mut ways = Vec::new();
        for (n, text) in [
            (self.opened, "个人页 {n} 次"),
            (self.revealed, "完整号码 {n} 次"),
            (self.exported, "导出 {n} 次"),
            (self.listed, "名单 {n} 次"),
        ] {
            if n > 0 {
                ways.push(lang.t_with(text, &[("n", &n.to_string())]));
            }
        }
        ways.join("；")
    }
}

/// 提醒 — something in the trail that somebody should look into.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub kind: AlertKind,
    pub account: Option<i64>,
    pub actor: String,
    pub n: usize,
    /// From when to when, in UTC microseconds.
    pub from: i64,
    pub to: i64,
    /// The address it came from, when it is about one.
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertKind {
    /// 大量查看
    MassReading,
    /// 看号码很多
    ManyReveals,
    /// 多次登录没成
    ManyFailures,
    /// 时钟跳变
    ClockJumped,
}

const MINUTE: i64 = 60 * 1_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// How far back alerts look.
const LATELY: i64 = 7 * DAY;

/// So many different people opened by one account within an hour are many.
const MASS: usize = 100;

/// So many numbers one account looks at in a day, at most; half of them are told to the secretary.
pub const REVEALS: i64 = 60;

/// So many failures for one name, or from one address, within a quarter of an hour.
const FAILURES: usize = 5;
const FAILURES_ADDRESS: usize = 20;

/// A clock that goes back less than this was only set right.
const SET_RIGHT: i64 = MINUTE;

/// Rows that one question reads at most.
const ROWS: usize = 50_000;

impl AlertKind {
    pub fn title(self) -> &'static str {
        match self {
            AlertKind::MassReading => "大量查看",
            AlertKind::ManyReveals => "看号码很多",
            AlertKind::ManyFailures => "多次登录没成",
            AlertKind::ClockJumped => "时钟跳变",
        }
    }
}

/// Conditions over the columns that rows of the trail have, with what is bound to them from `$2` on.
struct Condition {
    text: Vec<String>,
    bound: Vec<Value>,
}

impl Condition {
    fn new() -> Condition {
        Condition { text: vec!["1 = 1".into()], bound: vec![] }
    }

    fn and(&mut self, text: &str, bound: Vec<Value>) {
        let mut text = text.to_owned();
        // Backwards, so that no place is taken for the beginning of another.
        for n in (0..bound.len()).rev() {
            text = text.replace(&format!("?{n}"), &format!("${}", self.bound.len() + 2 + n));
        }
        self.text.push(text);
        self.bound.extend(bound);
    }

    fn among(&mut self, column: &str, values: Vec<Value>) {
        if values.is_empty() {
            self.text.push("1 = 0".into());
            return;
        }
        let places: Vec<String> = (0..values.len()).map(|n| format!("${}", self.bound.len() + 2 + n)).collect();
        self.text.push(format!("{column} in ({})", places.join(", ")));
        self.bound.extend(values);
    }

    fn text(&self) -> String {
        self.text.join(" and ")
    }
}

fn span(day: Day) -> (i64, i64) {
    (midnight_after(Day(day.0 - 1)), midnight_after(day))
}

impl Line {
    fn of(entry: &Entry) -> Line {
        let about = entry.subject.strip_prefix("account:").and_then(|id| id.parse().ok());
        let person = entry.subject.strip_prefix("person:").and_then(|id| id.parse().ok());
        let listed = entry.subject.strip_prefix("people:").and_then(|n| n.parse().ok());
        Line {
            at: entry.at,
            account: entry.account,
            actor: entry.actor.clone(),
            address: entry.address.clone(),
            action: Action::parse(&entry.action),
            people: listed.unwrap_or(usize::from(person.is_some())),
            person,
            about,
            purpose: entry.purpose.clone(),
            revision: None,
        }
    }
}

impl Trail {
    /// Everything on one person.
    pub async fn by_person(&self, app: &App, community: i64, whole: Vec<i64>, skip: usize, n: usize) -> Result<Page> {
        self.page(app, community, &Which { person: Some(whole), ..Which::default() }, skip, n).await
    }

    /// Everything by one account.
    pub async fn by_account(&self, app: &App, community: i64, account: i64, skip: usize, n: usize) -> Result<Page> {
        self.page(app, community, &Which { account: Some(account), ..Which::default() }, skip, n).await
    }

    /// Everything of one day.
    pub async fn by_day(&self, app: &App, community: i64, day: Day, skip: usize, n: usize) -> Result<Page> {
        self.page(app, community, &Which { day: Some(day), ..Which::default() }, skip, n).await
    }

    /// `n` lines after `skip`, newest first: what was looked at in a community, who of its accounts signed in, and what
    /// was changed.
    pub async fn page(&self, app: &App, community: i64, which: &Which, skip: usize, n: usize) -> Result<Page> {
        let want = skip.saturating_add(n).min(ROWS);
        let mut tx = app.db.read().await?;
        let accounts = queries::accounts_of(&mut tx, community).await?;
        let changes = match which.action {
            None => self.changes(&mut tx, community, which, &accounts, want).await?,
            Some(_) => Page::default(),
        };
        drop(tx);
        let mut tx = self.db().await?.read().await?;
        let mut page = Page { total: changes.total, lines: changes.lines };
        let mut condition = Condition::new();
        if let Some(day) = which.day {
            let (from, to) = span(day);
            condition.and("at >= ?0 and at < ?1", params![from, to]);
        }
        if let Some(action) = which.action {
            condition.and("action = ?0", params![action.id()]);
        }
        let mut of_all = Condition { text: condition.text.clone(), bound: condition.bound.clone() };
        if let Some(account) = which.account {
            condition.and("account_id = ?0", params![account]);
            of_all.and("account_id = ?0", params![account]);
        }
        if let Some(whole) = &which.person {
            let found = about(&mut tx, community, whole, &condition).await?;
            page.total += found.len();
            page.lines.extend(found.iter().take(want).map(Line::of));
        } else {
            for (chain, mut condition) in [(community, condition), (INSTALLATION, of_all)] {
                if chain == INSTALLATION && which.account.is_none() {
                    // Of the installation those who work here, and the product itself.
                    let mut ids: Vec<Value> = accounts.iter().map(|(id, ..)| Value::from(*id)).collect();
                    ids.push(Value::from(0i64));
                    condition.among("account_id", ids);
                    // A name that nobody has may have been tried for any community.
                    if let Some(last) = condition.text.last_mut() {
                        *last = format!("({last} or account_id is null)");
                    }
                }
                let (text, bound) = (condition.text(), condition.bound);
                page.total += queries::count(&mut tx, chain, &text, bound.clone()).await? as usize;
                let found = queries::found(&mut tx, chain, &text, bound, want).await?;
                page.lines.extend(found.iter().map(Line::of));
            }
        }
        page.lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        page.lines = page.lines.into_iter().skip(skip).take(n).collect();
        Ok(page)
    }

    async fn changes(
        &self,
        tx: &mut Tx,
        community: i64,
        which: &Which,
        accounts: &[(i64, String, String)],
        want: usize,
    ) -> Result<Page> {
        let mut condition = Condition::new();
        if let Some(day) = which.day {
            let (from, to) = span(day);
            condition.and("at >= ?0 and at < ?1", params![from, to]);
        }
        if let Some(account) = which.account {
            // The operator of the command line is no account.
            let login = accounts.iter().find(|(id, ..)| *id == account).map_or("operator", |(_, login, _)| login);
            condition.and("actor = ?0", params![login]);
        }
        if let Some(whole) = &which.person {
            let ids: Vec<String> = whole.iter().map(i64::to_string).collect();
            condition.and(
                &format!(
                    "revision in (select s.revision from change_subject s where s.community_id = $1
                       and s.kind = 'person' and s.subject_id in ({}))",
                    ids.join(", ")
                ),
                vec![],
            );
        }
        let found = queries::changed(tx, community, &condition.text(), condition.bound.clone(), want).await?;
        let total = queries::count_changes(tx, community, &condition.text(), condition.bound).await?;
        let revisions: Vec<i64> = found.iter().map(|(revision, ..)| *revision).collect();
        let people = queries::changed_people(tx, community, &revisions).await?;
        let lines = found
            .into_iter()
            .map(|(revision, at, actor, reason)| {
                let (n, first) = people.get(&revision).copied().unwrap_or((0, 0));
                Line {
                    at,
                    account: accounts.iter().find(|(_, login, _)| *login == actor).map(|(id, ..)| *id),
                    actor,
                    address: String::new(),
                    action: None,
                    people: n as usize,
                    person: (n == 1).then_some(first),
                    about: None,
                    purpose: reason,
                    revision: Some(revision),
                }
            })
            .collect();
        Ok(Page { lines, total: total as usize })
    }

    /// Who looked at somebody, the last first: for their own page and for themselves.
    pub async fn who_looked(&self, community: i64, whole: &[i64]) -> Result<Vec<Looked>> {
        let mut tx = self.db().await?.read().await?;
        let found = about(&mut tx, community, whole, &Condition::new()).await?;
        let mut all: HashMap<(Option<i64>, String), Looked> = HashMap::new();
        for entry in &found {
            let looked = all.entry((entry.account, entry.actor.clone())).or_insert_with(|| Looked {
                account: entry.account,
                actor: entry.actor.clone(),
                opened: 0,
                listed: 0,
                exported: 0,
                revealed: 0,
                last: entry.at,
                purposes: vec![],
            });
            looked.last = looked.last.max(entry.at);
            match Action::parse(&entry.action) {
                Some(Action::ReadPerson) => looked.opened += 1,
                Some(Action::Reveal) => looked.revealed += 1,
                Some(Action::Export | Action::ExportUnmasked) => looked.exported += 1,
                _ => looked.listed += 1,
            }
            if !entry.purpose.is_empty() && looked.purposes.len() < 3 && !looked.purposes.contains(&entry.purpose) {
                looked.purposes.push(entry.purpose.clone());
            }
        }
        let mut all: Vec<Looked> = all.into_values().collect();
        all.sort_by_key(|looked| std::cmp::Reverse(looked.last));
        Ok(all)
    }

    /// How often an account did something in a community since an instant: for what is bounded by day.
    pub async fn times(&self, community: i64, account: i64, action: Action, since: i64) -> Result<i64> {
        let mut tx = self.db().await?.read().await?;
        let condition = "account_id = $2 and action = $3 and at >= $4";
        queries::count(&mut tx, community, condition, params![account, action.id(), since]).await
    }

    /// What of the last days somebody should look into, the newest first.
    pub async fn alerts(&self, app: &App, community: i64) -> Result<Vec<Alert>> {
        let now = app.clock.instant();
        let mut tx = app.db.read().await?;
        let ours: HashSet<i64> =
            queries::accounts_of(&mut tx, community).await?.into_iter().map(|(id, ..)| id).collect();
        drop(tx);
        let mut tx = self.db().await?.read().await?;
        let since = params![now - LATELY, Action::ReadPerson.id(), Action::Reveal.id()];
        let condition = "at >= $2 and action in ($3, $4)";
        let mut read = queries::found(&mut tx, community, condition, since, ROWS).await?;
        let since = params![now - LATELY, Action::SignInFailed.id()];
        let mut failed = queries::found(&mut tx, INSTALLATION, "at >= $2 and action = $3", since, ROWS).await?;
        read.reverse();
        failed.reverse();
        let mut alerts = mass_reading(&read);
        alerts.extend(many_reveals(&read));
        alerts.extend(failures(&failed, &ours));
        for chain in [community, INSTALLATION] {
            let recent = queries::found(&mut tx, chain, "at >= $2", params![now - LATELY], ROWS).await?;
            alerts.extend(jumps(recent, now));
        }
        alerts.sort_by_key(|alert| (std::cmp::Reverse(alert.to), alert.kind));
        Ok(alerts)
    }
}

/// Rows about somebody, newest first: their own, and those of lists they stood in.
async fn about(tx: &mut Tx, community: i64, whole: &[i64], condition: &Condition) -> Result<Vec<Entry>> {
    let mut own = Condition { text: condition.text.clone(), bound: condition.bound.clone() };
    own.among("subject", whole.iter().map(|id| Value::from(format!("person:{id}"))).collect());
    let mut found = queries::found(tx, community, &own.text(), own.bound, ROWS).await?;
    let mut lists = Condition { text: condition.text.clone(), bound: condition.bound.clone() };
    lists.and("ids is not null", vec![]);
    let lists = queries::found(tx, community, &lists.text(), lists.bound, ROWS).await?;
    found.extend(lists.into_iter().filter(|entry| entry.people().iter().any(|id| whole.contains(id))));
    found.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.seq)));
    Ok(found)
}

/// The days on which an account looked at very many numbers. `read` is in order of time.
fn many_reveals(read: &[Entry]) -> Vec<Alert> {
    let mut by_day: BTreeMap<(Option<i64>, i64), Vec<&Entry>> = BTreeMap::new();
    for entry in read.iter().filter(|entry| entry.action == Action::Reveal.id()) {
        by_day.entry((entry.account, entry.at.div_euclid(DAY))).or_default().push(entry);
    }
    let many = by_day.into_iter().filter(|(_, rows)| rows.len() as i64 >= REVEALS / 2);
    many.filter_map(|((account, _), rows)| {
        let (first, last) = (rows.first()?, rows.last()?);
        Some(Alert {
            kind: AlertKind::ManyReveals,
            account,
            actor: last.actor.clone(),
            n: rows.len(),
            from: first.at,
            to: last.at,
            address: last.address.clone(),
        })
    })
    .collect()
}

/// The hour in which each account opened most people, when they were many. `read` is in order of time.
fn mass_reading(read: &[Entry]) -> Vec<Alert> {
    let mut by_account: BTreeMap<Option<i64>, Vec<&Entry>> = BTreeMap::new();
    for entry in read {
        by_account.entry(entry.account).or_default().push(entry);
    }
    let mut alerts = Vec::new();
    for (account, rows) in by_account {
        let mut worst: Option<(usize, i64, i64)> = None;
        let (mut first, mut inside): (usize, HashMap<&str, usize>) = (0, HashMap::new());
        for row in &rows {
            *inside.entry(row.subject.as_str()).or_default() += 1;
            while row.at - rows[first].at > 60 * MINUTE {
                if let Some(n) = inside.get_mut(rows[first].subject.as_str()) {
                    *n -= 1;
                    if *n == 0 {
                        inside.remove(rows[first].subject.as_str());
                    }
                }
                first += 1;
            }
            if inside.len() >= MASS && worst.is_none_or(|(n, ..)| inside.len() > n) {
                worst = Some((inside.len(), rows[first].at, row.at));
            }
        }
        if let Some((n, from, to)) = worst {
            let actor = rows.last().map(|row| row.actor.clone()).unwrap_or_default();
            alerts.push(Alert {
                kind: AlertKind::MassReading,
                account,
                actor,
                n,
                from,
                to,
                address: rows.last().map(|row| row.address.clone()).unwrap_or_default(),
            });
        }
    }
    alerts
}

/// Failures to sign in, close together: for one account of the community, or from one address for whatever name.
fn failures(failed: &[Entry], ours: &HashSet<i64>) -> Vec<Alert> {
    let mut groups: BTreeMap<(bool, String), (usize, Vec<&Entry>)> = BTreeMap::new();
    for entry in failed {
        if entry.account.is_some_and(|account| ours.contains(&account)) {
            groups.entry((true, entry.actor.clone())).or_insert((FAILURES, vec![])).1.push(entry);
        }
        if !entry.address.is_empty() {
            groups.entry((false, entry.address.clone())).or_insert((FAILURES_ADDRESS, vec![])).1.push(entry);
        }
    }
    let mut alerts = Vec::new();
    for ((by_name, _), (many, rows)) in groups {
        let mut worst: Option<(usize, usize)> = None;
        let mut first = 0;
        for last in 0..rows.len() {
            while rows[last].at - rows[first].at > 15 * MINUTE {
                first += 1;
            }
            let n = last - first + 1;
            if n >= many && worst.is_none_or(|(from, to)| n > to - from + 1) {
                worst = Some((first, last));
            }
        }
        if let Some((first, last)) = worst {
            alerts.push(Alert {
                kind: AlertKind::ManyFailures,
                account: rows[last].account.filter(|_| by_name),
                actor: if by_name { rows[last].actor.clone() } else { String::new() },
                n: last - first + 1,
                from: rows[first].at,
                to: rows[last].at,
                address: rows[last].address.clone(),
            });
        }
    }
    alerts
}

/// Where the clock went back, or stands before what it has written already.
fn jumps(mut recent: Vec<Entry>, now: i64) -> Vec<Alert> {
    recent.sort_by_key(|entry| entry.seq);
    let alert = |from: i64, to: i64| Alert {
        kind: AlertKind::ClockJumped,
        account: None,
        actor: String::new(),
        n: ((from - to) / MINUTE).max(1) as usize,
        from: to,
        to: from,
        address: String::new(),
    };
    let mut alerts: Vec<Alert> = recent
        .windows(2)
        .filter(|pair| pair[1].at < pair[0].at - SET_RIGHT)
        .map(|pair| alert(pair[0].at, pair[1].at))
        .collect();
    if let Some(last) = recent.iter().map(|entry| entry.at).max().filter(|at| *at > now + SET_RIGHT) {
        alerts.push(alert(last, now));
    }
    alerts
}
