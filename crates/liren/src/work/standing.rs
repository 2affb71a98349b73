//! Where somebody stands in a line of work: admitted, moved on, ended; for one person, or for those chosen on a list.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::Day;
use liren_packs::Programme;
use serde::Deserialize;

use super::events::{keys, no_household};
use super::fields::{self, Input, money};
use super::queries;
use crate::base::stages::{self, NewMatter, Step, Subject};
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{
    App, Field, FieldOf, HouseholdId, Id as _, Lang, MatterId, Mine, PersonId, Result, Scope, Write, error,
};
use crate::people::chosen::Chosen;
use crate::people::forms;
use crate::programmes::{self, payments};

/// Whom it is about, by key of a person, with commas.
#[derive(Clone, Default, Deserialize)]
pub struct Whom {
    #[serde(default)]
    about: String,
}

/// One of them: where they stand.
struct Who {
    key: String,
    name: String,
    stage: Option<String>,
}

/// One stage that was entered.
struct Entered {
    id: i64,
    stage: String,
    day: String,
}

#[derive(Template)]
#[template(path = "work/standing.html")]
struct Page {
    s: Shell,
    form: Form,
    programme: String,
    title: String,
    people: Vec<Who>,
    /// The roll is of households: it is the household of each.
    household: bool,
    stages: Vec<(String, String)>,
    inputs: Vec<Input>,
    ways: Vec<(&'static str, String)>,
    /// Of one person only.
    entered: Vec<Entered>,
    one: bool,
}

fn programme(app: &App, id: &str) -> Result<Programme> {
    let found = app.packs().programme(id).filter(|p| ["person", "household"].contains(&p.subject.as_str()));
    found.cloned().ok_or_else(|| error::not_found("条线"))
}

/// The subject of a person in a programme: themselves, or the household they live in.
fn subject(programme: &Programme, chosen: &Chosen, person: i64) -> Option<Subject> {
    if programme.subject == "person" {
        return Some(Subject::Person(PersonId(person)));
    }
    chosen.household(person).map(|id| Subject::Household(HouseholdId(id)))
}

fn stage_title(programme: &Programme, stage: &str, lang: Lang) -> String {
    let found = programme.stages.iter().find(|s| s.id == stage);
    found.map_or_else(|| stage.to_owned(), |s| lang.pick(&s.title.zh, &s.title.en).to_owned())
}

pub async fn show(Path(id): Path<String>, Query(whom): Query<Whom>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r).with("about", whom.about).with("day", r.today().to_string());
    let page = page(&mut r, &id, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, id: &str, form: Form) -> Result<Page> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let programme = programme(&app, id)?;
    let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let ids: Vec<i64> = keys(form.v("about"), scope.community).into_iter().filter(|id| chosen.contains(*id)).collect();
    if ids.is_empty() {
        return Err(error::not_found("居民"));
    }
    let held = programmes::queries::enrolments(&mut r.tx, &scope, id, today).await?;
    let rows = crate::people::rows(&app, &mut r.tx, &scope, today, &ids, lang).await?;
    let one = rows.len() == 1;
    let (mut people, mut entered) = (Vec::new(), Vec::new());
    for row in rows {
        let there = subject(&programme, &chosen, row.id).and_then(|subject| held.get(&subject).cloned());
        if let Some((matter, _)) = &there
            && one
        {
            let steps = stages::transitions(&mut r.tx, &scope, &[*matter]).await?.remove(matter).unwrap_or_default();
            for kept in &steps {
                let t = &kept.value;
                let day = match t.first {
                    Some(first) if first == t.last => t.last.to_string(),
                    Some(first) => format!("{first} — {}", t.last),
                    None => lang.t_with("{day} 的名单上有，从哪天起不知道", &[("day", &t.last.to_string())]),
                };
                entered.push(Entered { id: kept.id, stage: stage_title(&programme, &t.stage, lang), day });
            }
        }
        people.push(Who {
            key: format!("{}-{}", scope.community, row.id),
            name: row.name,
            stage: there.map(|(_, stage)| stage_title(&programme, &stage, lang)),
        });
    }
    let title = lang.pick(&programme.title.zh, &programme.title.en).to_owned();
    Ok(Page {
        s: r.shell(&title, "/work", ""),
        programme: id.to_owned(),
        title,
        people,
        household: programme.subject == "household",
        stages: programme.stages.iter().map(|s| (s.id.clone(), stage_title(&programme, &s.id, lang))).collect(),
        inputs: fields::inputs(&app, &programme.fields, lang),
        ways: forms::ways(lang),
        entered,
        one,
        form,
    })
}

pub async fn save(Path(id): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = if s.form.is("what", "pay") { pay(&mut s, &id).await } else { enter(&mut s, &id).await };
    s.answer(saved, async |r: &mut Reader, form| page(r, &id, form).await).await
}

/// The subjects of a form that its writer may write about, each with the matter it has.
async fn subjects(s: &Submitted, programme: &Programme) -> Result<Vec<(Subject, Option<Mine<MatterId>>)>> {
    let (app, actor) = (s.app.clone(), s.actor()?.clone());
    let ids = keys(s.form.v("about"), actor.scope.community);
    let people: Vec<PersonId> = ids.iter().map(|id| PersonId(*id)).collect();
    forms::several(&app, &actor, &people).await?;
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, actor.scope.community, s.today()).await?;
    let chosen = Chosen::load(&app, &mut tx, &actor.scope, moment).await?;
    let mut found: Vec<(Subject, Option<Mine<MatterId>>)> = Vec::new();
    for id in ids {
        let subject = subject(programme, &chosen, id).ok_or_else(no_household)?;
        if found.iter().all(|(there, _)| *there != subject) {
            let matter = queries::matter(&mut tx, &actor.scope, &programme.id, subject.key()).await?;
            // One whose steps were all withdrawn stands nowhere: it is begun anew.
            let matter = matter.and_then(|id| chosen.enrolment(&actor.scope, id));
            found.push((subject, matter));
        }
    }
    if found.is_empty() {
        return Err(error::not_found("居民"));
    }
    Ok(found)
}

async fn enter(s: &mut Submitted, id: &str) -> Saved {
    let app = s.app.clone();
    let programme = programme(&app, id)?;
    let today = s.today();
    let stage = s.form.need("stage", "请选到了哪一步。", "Choose the stage.");
    let stage = stage.filter(|stage| programme.stages.iter().any(|p| p.id == *stage));
    let unknown = s.form.is("unknown", "yes");
    let day = match unknown {
        true => Some(today),
        false => {
            if s.form.text("day").is_none() {
                s.form.problem(
                    "day",
                    "请填从哪天起；不知道就勾上“不知道哪天”。",
                    "Say from which day, or tick that it is not known.",
                );
            }
            s.form.day("day", today)
        }
    };
    let values = fields::read(&app, &mut s.form, &programme.fields, today);
    let subjects = subjects(s, &programme).await?;
    let (Some(stage), Some(day)) = (stage, day) else { return Err(Refused::Form) };
    let reason = format!("{}：{}", programme.title.zh, stage_title(&programme, &stage, Lang::Zh));
    let reason = if subjects.len() > 1 { format!("{reason}，{} 个", subjects.len()) } else { reason };
    let about = s.form.v("about").to_owned();
    let to = match keys(&about, s.actor()?.scope.community).as_slice() {
        [one] => format!("/people/{}-{one}", s.actor()?.scope.community),
        _ => "/work".to_owned(),
    };
    s.save(&reason, &[], async |w: &mut Write| {
        let origin = forms::origin(w, &s.form, today).await?;
        // Not before the stage that is known to have gone before.
        let step = |after: Option<Day>| match unknown {
            true => Step { first: after.map(|day| day.plus(1).min(today)), ..Step::seen(today, &stage) },
            false => Step::on(day, &stage),
        };
        for (subject, matter) in &subjects {
            match matter {
                None => {
                    let new = NewMatter {
                        kind: programme.id.clone(),
                        subject: *subject,
                        parent: None,
                        steps: vec![step(None)],
                        fields: values.clone(),
                        origin: origin.clone(),
                    };
                    stages::open(w, vec![new]).await?;
                }
                Some(matter) => {
                    let matter = *matter;
                    let now = stages::stage_on(w, matter, day).await?;
                    // Said again it is no second step; its fields may have changed.
                    if now.as_ref().is_none_or(|now| now.value.stage != stage) {
                        if let Some(now) = &now {
                            programmes::may_enter(&programme, &now.value.stage, now.from, &stage, day)?;
                        }
                        stages::enter(w, matter, step(now.map(|now| now.from)), &origin).await?;
                    }
                    for (field, value) in &values {
                        let of = FieldOf { kind: MatterId::KIND.into(), id: matter.number(), field: field.clone() };
                        let scope = Scope::whole(w.community);
                        let there = Field::at(&mut w.tx, &scope, std::slice::from_ref(&of), day).await?;
                        let new = Field::of(value);
                        if there.is_none_or(|there| there.value != new) {
                            new.record(w, of, day, &origin).await?;
                        }
                    }
                }
            }
        }
        Ok(to)
    })
    .await
}

/// Money that was paid to one of them.
async fn pay(s: &mut Submitted, id: &str) -> Saved {
    let programme = programme(&s.app, id)?;
    let today = s.today();
    let fen = s.form.text("amount").and_then(|text| money(&text)).filter(|fen| *fen > 0);
    if fen.is_none() {
        s.form.problem("amount", "请填发了多少元。", "Say how much was paid, in yuan.");
    }
    let day = match s.form.text("paid") {
        Some(_) => s.form.day("paid", today),
        None => {
            s.form.problem("paid", "请填哪天发的。", "Say on which day it was paid.");
            None
        }
    };
    let subjects = subjects(s, &programme).await?;
    let (Some(fen), Some(day)) = (fen, day) else { return Err(Refused::Form) };
    let [(_, Some(matter))] = subjects.as_slice() else {
        return Err(Refused::Error(error::invalid(
            "还没有办这一项，不能记发放。",
            "Nobody is enrolled here yet; nothing can have been paid.",
        )));
    };
    let about = s.form.v("about").to_owned();
    s.save(&format!("{}：记了一笔发放", programme.title.zh), &[], async |w: &mut Write| {
        let origin = forms::origin(w, &s.form, today).await?;
        payments::pay(w, *matter, day, fen, &origin).await?;
        Ok(format!("/work/standings/{id}?about={about}"))
    })
    .await
}

pub async fn withdraw(Path(id): Path<String>, s: Submitted) -> Result<Response> {
    if let Some(before) = s.twice().await? {
        return Ok(before);
    }
    let saved = async {
        let programme = programme(&s.app, &id)?;
        let step: i64 = s.form.v("step").parse().map_err(|_| error::not_found("记录"))?;
        let subjects = subjects(&s, &programme).await?;
        let [(_, Some(matter))] = subjects.as_slice() else { return Err(error::not_found("记录").into()) };
        let about = s.form.v("about").to_owned();
        s.save(&format!("{}：撤回了一步", programme.title.zh), &[], async |w: &mut Write| {
            stages::withdraw(w, *matter, step).await?;
            Ok(format!("/work/standings/{id}?about={about}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &id, form).await).await
}
