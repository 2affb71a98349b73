//! The list of questions with their counts, and the people behind one of them.

use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;

use super::{QUESTIONS, Question, queries};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Look, Result, error};
use crate::people;

#[derive(Template)]
#[template(path = "quality/list.html")]
struct ListPage {
    s: Shell,
    questions: Vec<(&'static Question, usize)>,
    problems: Vec<(String, String, i64)>,
}

async fn look(app: &App, visitor: &Visitor) -> Result<Look> {
    let actor = visitor.actor()?;
    let mut tx = app.db.read().await?;
    let moment = app
        .moment(&mut tx, actor.scope.community, app.clock.today())
        .await?;
    Ok(Look::new(app.world(&mut tx, moment).await?))
}

/// The ids behind a question, within the reader's scope.
fn ids(app: &App, visitor: &Visitor, look: &Look, question: &Question) -> Result<Vec<i64>> {
    let actor = visitor.actor()?;
    let kind = app
        .schema()
        .kind("person")
        .ok_or_else(|| error::fault("no person kind"))?;
    let values = app.packs().values(app.clock.today());
    let set = look
        .set(kind, question.when, &values)
        .ok_or_else(|| error::fault(format!("the question {} is no condition", question.id)))?;
    // Somebody who may not live here at all is a question of residency only.
    let present = look
        .set(kind, "person.present", &values)
        .ok_or_else(|| error::fault("person.present"))?;
    let mut rows = if question.unknown {
        set.unknown
    } else {
        set.yes
    };
    if question.id != "residency" {
        rows = rows.and(&present.yes);
    }
    let rows = rows.and(&look.within(kind, &actor.scope));
    let frame = look.world.frame(kind);
    Ok(rows.iter().map(|r| frame.id(r)).collect())
}

pub async fn list(State(app): State<App>, visitor: Visitor) -> Reply {
    let work = async {
        let look = look(&app, &visitor).await?;
        let mut questions = Vec::new();
        for question in &QUESTIONS {
            questions.push((question, ids(&app, &visitor, &look, question)?.len()));
        }
        let scope = &visitor.actor()?.scope;
        let mut tx = app.db.read().await?;
        let problems = queries::open_problems(&mut tx, scope).await?;
        let areas = crate::org::queries::tree(&mut tx, scope).await?;
        let place = areas.first().map(|a| a.name.clone()).unwrap_or_default();
        Ok(ListPage {
            s: Shell::new(
                &app,
                &visitor,
                visitor.lang.t("数据质量"),
                "/quality",
                &place,
            ),
            questions,
            problems,
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

#[derive(Template)]
#[template(path = "quality/show.html")]
struct ShowPage {
    s: Shell,
    question: &'static Question,
    total: usize,
    people: Vec<people::Row>,
    more: Option<String>,
}

#[derive(Deserialize)]
pub struct Skip {
    #[serde(default)]
    skip: usize,
}

const PAGE: usize = 50;

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(at): Query<Skip>,
) -> Reply {
    let work = async {
        let question = QUESTIONS
            .iter()
            .find(|q| q.id == id)
            .ok_or_else(|| error::not_found("名单"))?;
        let look = look(&app, &visitor).await?;
        let all = ids(&app, &visitor, &look, question)?;
        let page: Vec<i64> = all.iter().copied().skip(at.skip).take(PAGE).collect();
        let scope = &visitor.actor()?.scope;
        let mut tx = app.db.read().await?;
        let people =
            people::rows(&app, &mut tx, scope, app.clock.today(), &page, visitor.lang).await?;
        let next = at.skip + PAGE;
        Ok(ShowPage {
            s: Shell::new(
                &app,
                &visitor,
                visitor.lang.t(question.title),
                "/quality",
                "",
            ),
            question,
            total: all.len(),
            people,
            more: (next < all.len()).then(|| format!("/quality/{id}?skip={next}")),
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}
