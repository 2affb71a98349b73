//! The list of questions with their counts, and the people behind one of them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use liren_packs::Question;
use liren_rules::{Checked, KindId, Outcome, Program, Set};
use liren_store::Tx;
use serde::Deserialize;

use super::queries;
use crate::base::trail::Action;
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Lang, Look, Permission, Result, Scope, error};
use crate::org::Tree;
use crate::people;

/// A question with how many it is about.
pub struct Line {
    pub id: String,
    pub title: String,
    pub advice: String,
    pub n: usize,
}

#[derive(Template)]
#[template(path = "quality/list.html")]
struct ListPage {
    s: Shell,
    questions: Vec<Line>,
    problems: Problems,
}

/// The people behind a question within a scope, as of today.
pub async fn people_of(app: &App, tx: &mut Tx, scope: &Scope, question: &Question) -> Result<Vec<i64>> {
    let answers = answers(app, tx, scope.community, std::slice::from_ref(question)).await?;
    let mut all = answers.ids(scope, std::slice::from_ref(question));
    Ok(all.pop().unwrap_or_default())
}

/// What the people of a community say to questions, as of today.
struct Answers {
    look: Look,
    kind: KindId,
    /// Who is certainly here; then a set for each question.
    present: Set,
    sets: Vec<Set>,
}

/// Asks everybody every question, in one run.
async fn answers(app: &App, tx: &mut Tx, community: i64, questions: &[Question]) -> Result<Answers> {
    let kind = app.schema().kind("person").ok_or_else(|| error::fault("no person kind"))?;
    let moment = app.moment(tx, community, app.clock.today()).await?;
    let values = app.values(tx, moment).await?;
    let conditions: Vec<Checked> = questions.iter().map(|q| q.when.clone()).collect();
    let look = Look::new(app.world(tx, moment, &app.needs(["person"], &conditions)).await?);
    let present = look.set(kind, "person.present", &values).ok_or_else(|| error::fault("person.present"))?;
    let outcomes = Program::new(&look.world, &conditions, &values).run(&look.world);
    let sets = outcomes.outcomes.into_iter().filter_map(Outcome::into_set);
    let sets: Vec<Set> = sets.collect();
    if sets.len() < questions.len() {
        return Err(error::fault("a question is no condition"));
    }
    Ok(Answers { look, kind, present, sets })
}

impl Answers {
    /// The ids behind each question, within a scope.
    fn ids(&self, scope: &Scope, questions: &[Question]) -> Vec<Vec<i64>> {
        let within = self.look.within(self.kind, scope);
        let frame = self.look.world.frame(self.kind);
        questions
            .iter()
            .zip(&self.sets)
            .map(|(question, set)| {
                let rows = if question.unknown { &set.unknown } else { &set.yes };
                // Somebody who may not live here at all is no question of most.
                let rows = match question.everyone {
                    true => rows.clone(),
                    false => rows.and(&self.present.yes),
                };
                let rows = rows.and(&within);
                rows.iter().map(|r| frame.id(r)).collect()
            })
            .collect()
    }
}

pub async fn list(State(app): State<App>, visitor: Visitor) -> Reply {
    let work = async {
        let mut tx = app.db.read().await?;
        let scope = &visitor.actor()?.scope;
        let (questions, problems) = open_work(&app, &mut tx, scope, visitor.lang).await?;
        let place = Tree::of(&mut tx, scope, app.clock.today()).await?.name();
        Ok(ListPage {
            s: Shell::new(&app, &visitor, visitor.lang.t("数据质量"), "/quality", &place),
            questions,
            problems,
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

/// What is wrong, how grave it is, how often, and where it is worked off.
pub type Problems = Vec<(String, String, usize, String)>;

/// The questions with how many they are about, and the problems of imports that are open, within a scope.
pub async fn open_work(app: &App, tx: &mut Tx, scope: &Scope, lang: Lang) -> Result<(Vec<Line>, Problems)> {
    let asked = &app.packs().questions;
    let answers = answers(app, tx, scope.community, asked).await?;
    let questions = asked
        .iter()
        .zip(answers.ids(scope, asked))
        .map(|(q, ids)| Line {
            id: q.id.clone(),
            title: lang.pick(&q.title.zh, &q.title.en).to_owned(),
            advice: lang.pick(&q.advice.zh, &q.advice.en).to_owned(),
            n: ids.len(),
        })
        .collect();
    let problems = problems(app, &answers.look, scope, lang, queries::open_problems(tx, scope).await?)?;
    Ok((questions, problems))
}

/// Problems by what is wrong, most frequent first. A reader of a part of the tree sees those of its people.
fn problems(
    app: &App,
    look: &Look,
    scope: &Scope,
    lang: Lang,
    open: Vec<(String, String, Option<i64>)>,
) -> Result<Problems> {
    let kind = app.schema().kind("person").ok_or_else(|| error::fault("no person kind"))?;
    let (frame, within) = (look.world.frame(kind), look.within(kind, scope));
    let mine = |person: Option<i64>| match (&scope.areas, person) {
        (None, _) => true,
        (Some(_), person) => person.and_then(|id| frame.row_of(id)).is_some_and(|row| within.contains(row)),
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (kind, level, person) in open {
        if mine(person) {
            *counts.entry((kind, level)).or_default() += 1;
        }
    }
    let declared: Vec<&toml::Table> = app.packs().ledgers.iter().collect();
    let line = |((kind, level), n): ((String, String), usize)| {
        (words(&declared, &kind, lang), level, n, format!("/problems?kind={kind}"))
    };
    let mut lines: Problems = counts.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.2));
    Ok(lines)
}

/// What is wrong, in one sentence: the reader's own words, or those of the pack that declares the check.
pub(super) fn words(ledgers: &[&toml::Table], kind: &str, lang: Lang) -> String {
    let (zh, en) = match liren_rosters::problem::headline(kind) {
        Some((zh, en)) => (zh.to_owned(), en.to_owned()),
        None => match super::problems::difference(kind) {
            Some((zh, en)) => (zh.to_owned(), en.to_owned()),
            None => declared(ledgers, kind).unwrap_or_else(|| (kind.to_owned(), kind.to_owned())),
        },
    };
    lang.pick(&zh, &en).to_owned()
}

fn declared(ledgers: &[&toml::Table], kind: &str) -> Option<(String, String)> {
    let check = ledgers
        .iter()
        .filter_map(|ledger| ledger.get("check")?.as_array())
        .flatten()
        .find(|check| check.get("kind").and_then(toml::Value::as_str) == Some(kind))?;
    let text = |key: &str| Some(check.get(key)?.as_str()?.to_owned());
    Some((text("zh")?, text("en")?))
}

#[derive(Template)]
#[template(path = "quality/show.html")]
struct ShowPage {
    s: Shell,
    id: String,
    title: String,
    advice: String,
    total: usize,
    first: usize,
    last: usize,
    people: Vec<people::Row>,
    newer: Option<String>,
    older: Option<String>,
    may_export: bool,
}

#[derive(Deserialize)]
pub struct Skip {
    #[serde(default)]
    skip: usize,
}

const PAGE: usize = 50;

pub async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, Query(at): Query<Skip>) -> Reply {
    let work = async {
        let question = app.packs().question(&id).ok_or_else(|| error::not_found("名单"))?;
        let lang = visitor.lang;
        let title = lang.pick(&question.title.zh, &question.title.en).to_owned();
        let mut tx = app.db.read().await?;
        let actor = visitor.actor()?;
        let scope = &actor.scope;
        let all = people_of(&app, &mut tx, scope, question).await?;
        let page: Vec<i64> = all.iter().copied().skip(at.skip).take(PAGE).collect();
        let people = people::rows(&app, &mut tx, scope, app.clock.today(), &page, visitor.lang).await?;
        let seen = visitor.access(Action::ReadList)?.people(page.clone()).because(&question.title.zh);
        app.trail.tell(seen).await?;
        let next = at.skip + PAGE;
        Ok(ShowPage {
            s: Shell::new(&app, &visitor, &title, "/quality", ""),
            id: question.id.clone(),
            title,
            advice: lang.pick(&question.advice.zh, &question.advice.en).to_owned(),
            total: all.len(),
            people,
            may_export: actor.may(Permission::Export),
            first: if page.is_empty() { 0 } else { at.skip + 1 },
            last: at.skip + page.len(),
            newer: (at.skip > 0).then(|| format!("/quality/{id}?skip={}", at.skip.saturating_sub(PAGE))),
            older: (next < all.len()).then(|| format!("/quality/{id}?skip={next}")),
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}
