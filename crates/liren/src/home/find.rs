//! 找 — people, homes, figures, programmes and pages from one line.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::web::{self, Query, Reader, Shell, Submitted};
use crate::base::{App, Permission, Result};
use crate::people::{self, Row};
use crate::places;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "home/find.html")]
struct FindPage {
    s: Shell,
    q: String,
    people: Vec<Row>,
    more: usize,
    homes: Vec<(String, String)>,
    figures: Vec<(String, String)>,
    pages: Vec<(String, String)>,
}

const SHOWN: usize = 12;

/// Most of what was typed are digits, eight or more: a number or a phone, which never stands in an address.
fn is_number(q: &str) -> bool {
    let digits = q.chars().filter(char::is_ascii_digit).count();
    digits >= 8 && digits * 2 > q.chars().count()
}

fn plain(q: &str) -> String {
    // Full-width letters and digits mean the same.
    q.trim().chars().map(liren_facts::identifier::narrow).collect()
}

/// `POST /find` — where the line on every page goes: a number is looked up at once and on record, words lead to the page.
pub async fn sent(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let q = plain(s.form.v("q"));
    if is_number(&q) && s.actor()?.may(Permission::ReadPeople) {
        s.visitor.actor = Some(s.actor()?.clone().doing(Permission::ReadPeople));
        s.form.set("whole", q);
        return people::forms::reveal::found(State(app), s).await;
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", &q).finish();
    Ok(web::see(&format!("/find?{query}")))
}

pub async fn find(State(app): State<App>, mut r: Reader, Query(asked): Query<Asked>) -> Result<Response> {
    let q = plain(&asked.q);
    if is_number(&q) {
        return Ok(Redirect::to("/people/find").into_response());
    }
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let (mut found, mut more, mut homes) = (vec![], 0, vec![]);
    let lower = q.to_lowercase();
    if !q.is_empty() && r.actor.may(Permission::ReadPeople) {
        let filter = people::search::Filter { q: q.clone(), residency: "all".to_owned(), ..Default::default() };
        let ids = people::search::ids(&app, &mut r.tx, &scope, &filter).await?;
        more = ids.len().saturating_sub(SHOWN);
        let some: Vec<i64> = ids.into_iter().take(SHOWN).collect();
        found = people::rows(&app, &mut r.tx, &scope, today, &some, lang).await?;
        let all = places::queries::matching(&mut r.tx, &scope, today, &q).await?;
        homes = all
            .into_iter()
            .take(SHOWN)
            .map(|h| (format!("/dwellings/{}-{}", scope.community, h.id), h.label()))
            .collect();
    }
    let packs = app.packs().clone();
    let hit = |text: &str| !lower.is_empty() && text.to_lowercase().contains(&lower);
    let figures = packs
        .figures
        .iter()
        .filter(|f| hit(&f.title.zh) || hit(&f.title.en) || f.also.iter().any(|a| hit(a)))
        .take(SHOWN)
        .map(|f| (format!("/figures/{}", f.id), lang.pick(&f.title.zh, &f.title.en).to_owned()))
        .collect();
    let mut pages: Vec<(String, String)> = r
        .visitor
        .slices
        .nav()
        .into_iter()
        .filter(|n| r.actor.may(n.permission) && (hit(n.title) || hit(lang.t(n.title))))
        .map(|n| (n.href.to_owned(), lang.t(n.title).to_owned()))
        .collect();
    pages.extend(
        packs
            .programmes
            .iter()
            .filter(|p| p.screen.is_some() && (hit(&p.title.zh) || hit(&p.title.en)))
            .map(|p| (format!("/screening/{}", p.id), lang.pick(&p.title.zh, &p.title.en).to_owned())),
    );
    let title = lang.t("找");
    let page = FindPage { s: r.shell(title, "", ""), q, people: found, more, homes, figures, pages };
    r.page(&page)
}
