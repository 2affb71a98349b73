//! `/audit`.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use liren_facts::Day;
use serde::Deserialize;

use crate::base::trail::{Action, Alert, AlertKind, Line, Looked, Which};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{Aliases, App, Key, Lang, PersonId, Result, days, error, grants};
use crate::org::Tree;
use crate::people;

#[derive(Deserialize, Default, Clone)]
pub struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    account: Option<i64>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    skip: usize,
}

impl Asked {
    fn href(&self, skip: usize) -> String {
        let mut query = Vec::new();
        for (name, value) in [("day", &self.day), ("person", &self.person), ("action", &self.action)] {
            if !value.is_empty() {
                query.push(format!("{name}={value}"));
            }
        }
        query.extend(self.account.map(|account| format!("account={account}")));
        if skip > 0 {
            query.push(format!("skip={skip}"));
        }
        if query.is_empty() { "/audit".into() } else { format!("/audit?{}", query.join("&")) }
    }
}

/// A line as the page shows it.
struct Row {
    day: String,
    time: String,
    who: String,
    who_href: Option<String>,
    action: &'static str,
    class: &'static str,
    /// Somebody's page of the trail, what they are called, and where they live.
    whom: Option<(String, String, String)>,
    many: usize,
    about: String,
    purpose: String,
    address: String,
}

struct Warning {
    title: &'static str,
    text: String,
    href: String,
}

/// An account and how often, with the width of its bar.
struct Times {
    name: String,
    n: i64,
    width: i64,
}

#[derive(Template)]
#[template(path = "audit/page.html")]
struct AuditPage {
    s: Shell,
    asked: Asked,
    warnings: Vec<Warning>,
    rows: Vec<Row>,
    total: usize,
    first: usize,
    last: usize,
    newer: Option<String>,
    older: Option<String>,
    accounts: Vec<(i64, String, bool)>,
    actions: Vec<(&'static str, &'static str, bool)>,
    /// What was found when the chains were read last.
    verified: Option<(bool, String)>,
    revealed: Vec<Times>,
    /// Whom the lines are about, and who looked at them.
    of: Option<String>,
    looked: Vec<(String, String, String)>,
}

const PAGE: usize = 50;

pub async fn page(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Reply {
    let page = audit_page(&app, &visitor, asked).await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

async fn audit_page(app: &App, visitor: &Visitor, mut asked: Asked) -> Result<AuditPage> {
    let actor = visitor.actor()?;
    let (scope, lang, today) = (&actor.scope, visitor.lang, app.clock.today());
    if scope.areas.is_some() {
        return Err(error::invalid(
            "留痕是整个社区的，授权只到一部分区划的人不能查看。请社区书记查看。",
            "The trail is of the whole community; a grant over a part of it does not open it. Ask the secretary.",
        ));
    }
    let community = scope.community;
    asked.person = asked.person.trim().to_owned();
    let day = (!asked.day.trim().is_empty()).then(|| days::asked(asked.day.trim())).transpose()?;
    asked.day = day.map(|day| day.to_string()).unwrap_or_default();
    let action = Action::parse(&asked.action);
    asked.action = action.map(|action| action.id().to_owned()).unwrap_or_default();
    let mut tx = app.db.read().await?;
    let names: HashMap<i64, (String, String)> = grants::accounts(&mut tx, community).await?;
    let aliases = Aliases::now(&mut tx, scope).await?;
    let person = match asked.person.as_str() {
        "" => None,
        key => {
            let key = Key::parse(key).filter(|key| key.community == community);
            Some(aliases.of(key.ok_or_else(|| error::not_found("居民"))?.id))
        }
    };
    let whole = person.map(|id| aliases.whole(PersonId(id)).into_iter().map(|id| id.0).collect::<Vec<i64>>());
    let which = Which { day, account: asked.account, person: whole.clone(), action };
    drop(tx);
    let trail = &app.trail;
    let found = trail.page(app, community, &which, asked.skip, PAGE).await?;
    let alerts = trail.alerts(app, community).await?;
    let looked = match &whole {
        Some(whole) => trail.who_looked(community, whole).await?,
        None => vec![],
    };
    let midnight = crate::base::midnight_after(Day(app.clock.day_of(app.clock.instant()).0 - 1));
    let mut revealed = Vec::new();
    for (account, (_, name)) in &names {
        let n = trail.times(community, *account, Action::Reveal, midnight).await?;
        if n > 0 {
            revealed.push(Times { name: name.clone(), n, width: 0 });
        }
    }
    revealed.sort_by_key(|times| std::cmp::Reverse(times.n));
    let most = revealed.first().map_or(1, |times| times.n);
    for times in &mut revealed {
        times.width = 120 * times.n / most;
    }
    let ids: Vec<i64> =
        found.lines.iter().filter_map(|line| line.person).chain(person).map(|id| aliases.of(id)).collect();
    let mut tx = app.db.read().await?;
    let people = people::rows(app, &mut tx, scope, today, &ids, lang).await?;
    let people: HashMap<String, people::Row> = people.into_iter().map(|row| (row.href.clone(), row)).collect();
    let place = Tree::of(&mut tx, scope, today).await?.name();
    drop(tx);
    let told = Told { app, lang, community, names: &names, people: &people, aliases: &aliases };
    let verified = trail.last_verified(app).await?.map(|last| {
        let when = format!("{} {}", app.clock.day_of(last.at), app.clock.time_of(last.at));
        let places = [("n", last.rows.to_string()), ("when", when)];
        let places = places.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = match last.broken {
            0 => lang.t_with("{n} 条，一条不少、一条没改。{when} 验过。", &places),
            _ => lang.t_with("{n} 条，有缺失或改动，请联系维护人员。{when} 验过。", &places),
        };
        (last.broken == 0, text)
    });
    // Who reads the trail leaves one.
    trail.note(visitor.access(Action::Audit)?).await?;
    let next = asked.skip + PAGE;
    Ok(AuditPage {
        s: Shell::new(app, visitor, lang.t("留痕"), "/audit", &place),
        warnings: alerts.iter().map(|alert| told.warning(alert)).collect(),
        rows: found.lines.iter().map(|line| told.row(line)).collect(),
        total: found.total,
        first: if found.lines.is_empty() { 0 } else { asked.skip + 1 },
        last: asked.skip + found.lines.len(),
        newer: (asked.skip > 0).then(|| asked.href(asked.skip.saturating_sub(PAGE))),
        older: (next < found.total).then(|| asked.href(next)),
        accounts: {
            let mut all: Vec<(i64, String, bool)> =
                names.iter().map(|(id, (_, name))| (*id, name.clone(), asked.account == Some(*id))).collect();
            all.sort();
            all
        },
        actions: Action::ALL.map(|a| (a.id(), a.title(), Some(a) == action)).into(),
        verified,
        revealed,
        of: person.and_then(|id| people.get(&told.href(id)).map(|row| row.name.clone())),
        looked: looked.iter().map(|looked| told.looked(looked)).collect(),
        asked,
    })
}

/// What is needed to say a line.
struct Told<'a> {
    app: &'a App,
    lang: Lang,
    community: i64,
    names: &'a HashMap<i64, (String, String)>,
    people: &'a HashMap<String, people::Row>,
    aliases: &'a Aliases,
}

impl Told<'_> {
    fn href(&self, person: i64) -> String {
        format!("/people/{}-{person}", self.community)
    }

    fn who(&self, account: Option<i64>, login: &str) -> String {
        match account {
            Some(0) if login == "operator" => self.lang.t("命令行").to_owned(),
            Some(0) => self.lang.t("里仁").to_owned(),
            Some(id) => self.names.get(&id).map_or_else(|| login.to_owned(), |(_, name)| name.clone()),
            None if login == "operator" => self.lang.t("命令行").to_owned(),
            None => login.to_owned(),
        }
    }

    fn row(&self, line: &Line) -> Row {
        let (action, class) = match line.action {
            Some(action @ (Action::Reveal | Action::ExportUnmasked)) => (action.title(), "warn"),
            Some(action @ Action::SignInFailed) => (action.title(), "bad"),
            Some(action) => (action.title(), ""),
            None => ("登记与更正", "pri"),
        };
        let person = line.person.map(|id| self.aliases.of(id));
        let whom = person.and_then(|id| {
            let row = self.people.get(&self.href(id))?;
            Some((format!("/audit?person={}-{id}", self.community), row.name.clone(), row.address.clone()))
        });
        Row {
            day: self.app.clock.day_of(line.at).to_string(),
            time: self.app.clock.time_of(line.at),
            who: self.who(line.account, &line.actor),
            who_href: line.account.filter(|id| *id > 0).map(|id| format!("/audit?account={id}")),
            action,
            class,
            many: if whom.is_some() { 0 } else { line.people },
            whom,
            about: line.about.map(|id| self.who(Some(id), "")).unwrap_or_default(),
            purpose: line.purpose.clone(),
            address: line.address.clone(),
        }
    }

    fn span(&self, from: i64, to: i64) -> (String, String, String) {
        let clock = self.app.clock;
        let minutes = |at: i64| clock.time_of(at)[..5].to_owned();
        (clock.day_of(from).to_string(), minutes(from), minutes(to))
    }

    fn warning(&self, alert: &Alert) -> Warning {
        let (day, from, to) = self.span(alert.from, alert.to);
        let (who, n) = (self.who(alert.account, &alert.actor), alert.n.to_string());
        let places = [
            ("who", who.as_str()),
            ("n", n.as_str()),
            ("day", day.as_str()),
            ("from", from.as_str()),
            ("to", to.as_str()),
            ("address", alert.address.as_str()),
        ];
        let of_account = alert.account.map(|id| format!("&account={id}")).unwrap_or_default();
        let (text, href) = match alert.kind {
            AlertKind::MassReading => (
                self.lang.t_with("{who} {day} {from}—{to} 打开了 {n} 人的页面", &places),
                format!("/audit?day={day}{of_account}"),
            ),
            AlertKind::ManyReveals => (
                self.lang.t_with("{who} {day} {from}—{to} 看了 {n} 次证件号或电话", &places),
                format!("/audit?day={day}&action=reveal{of_account}"),
            ),
            AlertKind::ManyFailures if alert.account.is_some() => (
                self.lang.t_with("{who} {day} {from}—{to} 登录 {n} 次没成", &places),
                format!("/audit?day={day}&action=sign_in_failed{of_account}"),
            ),
            AlertKind::ManyFailures => (
                self.lang.t_with("{day} {from}—{to} 从 {address} 登录 {n} 次没成", &places),
                format!("/audit?day={day}&action=sign_in_failed"),
            ),
            AlertKind::ClockJumped => (
                self.lang.t_with("服务器的时钟 {day} 往回跳了约 {n} 分钟，请检查对时", &places),
                format!("/audit?day={day}"),
            ),
        };
        Warning { title: alert.kind.title(), text, href }
    }

    fn looked(&self, looked: &Looked) -> (String, String, String) {
        let purposes = looked.purposes.join("、");
        let joint = if purposes.is_empty() { "" } else { " · " };
        let when = self.app.clock.day_of(looked.last).to_string();
        (self.who(looked.account, &looked.actor), format!("{purposes}{joint}{}", looked.ways(self.lang)), when)
    }
}
