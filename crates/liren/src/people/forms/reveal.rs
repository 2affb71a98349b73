//! 看原文 — a number or phone in the clear: for a purpose, for a minute, on record.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::{About, mine, number_of};
use crate::base::trail::{Action, REVEALS};
use crate::base::web::{Form, Query, Reader, Refused, Shell, Submitted};
use crate::base::{App, PersonId, Result, error};
use crate::people::identity;

/// Why somebody looks. A free sentence may be added; names do not belong in it.
const PURPOSES: [(&str, &str); 5] = [
    ("业务办理", "给本人办事"),
    ("核对证件", "核对证件"),
    ("电话联系", "打电话联系"),
    ("走访", "走访前准备"),
    ("上级核查", "上级核查"),
];

#[derive(Template)]
#[template(path = "people/forms/reveal.html")]
pub struct RevealPage {
    s: Shell,
    form: Form,
    key: String,
    name: String,
    purposes: Vec<(&'static str, String)>,
    /// What is shown for a minute.
    shown: Option<(Option<String>, Vec<String>)>,
}

pub async fn show(mut r: Reader, Path(key): Path<String>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, &key, form, None).await?;
    r.page(&page)
}

type Numbers = (Option<String>, Vec<String>);

async fn page(r: &mut Reader, key: &str, form: Form, shown: Option<Numbers>) -> Result<RevealPage> {
    let about = About::load(r, key).await?;
    let purposes = PURPOSES.iter().map(|(v, w)| (*v, r.lang.t(w).to_owned())).collect();
    let title = r.lang.t("看证件号和电话");
    Ok(RevealPage {
        s: r.shell(title, "/people", ""),
        form,
        key: key.to_owned(),
        name: about.row.name,
        purposes,
        shown,
    })
}

/// `POST /people/{key}/reveal` — bounded by day; half the bound is told to the secretary by the traces.
pub async fn open(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let chosen = PURPOSES.iter().map(|(v, _)| *v).find(|v| s.form.is("purpose", v));
    if chosen.is_none() {
        s.form.problem("purpose", "请选为什么要看。", "Choose why you need to see it.");
        let refused = Err(Refused::Form);
        return s.answer(refused, async |r: &mut Reader, form| page(r, &key, form, None).await).await;
    }
    let actor = s.actor()?.clone();
    let id = PersonId(number_of(&key, actor.scope.community, "居民")?);
    let person = mine(&app, &actor, id).await?;
    let access = s.visitor.access(Action::Reveal)?;
    let since = app.clock.instant() - 24 * 3_600 * 1_000_000;
    let times = app.trail.times(access.chain, access.account.unwrap_or_default(), Action::Reveal, since).await?;
    if times >= REVEALS {
        let refused = Err(Refused::Error(error::invalid(
            format!("一天里看号码已满 {REVEALS} 次，没有再显示。确有需要请书记安排，或明天再看。"),
            format!(
                "You looked at numbers {REVEALS} times within a day; no more is shown. Ask the secretary, or look again tomorrow."
            ),
        )));
        return s.answer(refused, async |r: &mut Reader, form| page(r, &key, form, None).await).await;
    }
    // On record first: nobody sees a number without a trace.
    let seen = s.visitor.access(Action::Reveal)?.person(person.number()).because(chosen.unwrap_or_default());
    app.trail.note(seen).await?;
    let mut r = Reader::open(&app, &s.visitor).await?;
    let (scope, today) = (r.scope(), r.today());
    let opened = identity::open(&app, &mut r.tx, &scope, today, Some(&[id.0])).await?.remove(&id.0).unwrap_or_default();
    let page = page(&mut r, &key, s.form, Some((opened.id_number, opened.phones))).await?;
    let mut response = r.page(&page)?;
    // Masked again after a minute, also without script.
    if let Ok(after) = HeaderValue::from_str(&format!("60; url=/people/{key}")) {
        response.headers_mut().insert(header::REFRESH, after);
    }
    Ok(response)
}

#[derive(Deserialize)]
pub struct Whole {
    #[serde(default)]
    pub missing: bool,
}

#[derive(Template)]
#[template(path = "people/forms/find.html")]
pub struct FindPage {
    s: Shell,
    form: Form,
    missing: bool,
}

/// `GET /people/find` — a whole number or phone finds its person; it is never in an address.
pub async fn find(mut r: Reader, Query(whole): Query<Whole>) -> Result<Response> {
    let form = Form::new(&r);
    let title = r.lang.t("按证件号或电话找人");
    let page = FindPage { s: r.shell(title, "/people", ""), form, missing: whole.missing };
    r.page(&page)
}

/// `POST /people/find` — on record whether it finds somebody or not.
pub async fn found(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let today = s.today();
    let typed =
        s.form.need("whole", "请填完整的证件号或电话。", "Fill in the whole number or phone.").unwrap_or_default();
    let actor = s.actor()?.clone();
    let saved = async {
        if typed.is_empty() {
            return Err(Refused::Form);
        }
        let mut tx = app.db.read().await?;
        let keys = app.community_keys(&mut tx, actor.scope.community).await?;
        let fictional = crate::org::queries::community(&mut tx, &actor.scope).await?.fictional;
        let options = liren_facts::identifier::Options { on: today, fictional };
        let index = match liren_facts::identifier::read(&typed, options) {
            Ok(number) => keys.whole(&number.text),
            Err(_) => match liren_facts::phone::read(&typed).usable().next() {
                Some(phone) => keys.whole(&phone.digits),
                None => {
                    s.form.problem(
                        "whole",
                        "这不是完整的证件号，也不是电话。只记得姓名请到居民名单里找。",
                        "This is neither a whole number nor a phone. To search by name use the list of residents.",
                    );
                    return Err(Refused::Form);
                }
            },
        };
        let moment = app.moment(&mut tx, actor.scope.community, today).await?;
        let chosen = crate::people::Chosen::load(&app, &mut tx, &actor.scope, moment).await?;
        let mut ids = crate::people::queries::holders(&mut tx, &actor.scope, today, &index).await?;
        ids.extend(crate::people::queries::reached_by(&mut tx, &actor.scope, today, &index).await?);
        drop(tx);
        let person = ids.into_iter().find(|id| chosen.contains(*id));
        let looked = s.visitor.access(Action::SearchNumber)?;
        app.trail.note(person.map_or_else(|| looked.clone(), |id| looked.clone().person(id))).await?;
        Ok(crate::base::web::see(&match person {
            Some(id) => format!("/people/{}-{id}", actor.scope.community),
            None => "/people/find?missing=true".to_owned(),
        }))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| {
        let title = r.lang.t("按证件号或电话找人");
        Ok(FindPage { s: r.shell(title, "/people", ""), form, missing: false })
    })
    .await
}
