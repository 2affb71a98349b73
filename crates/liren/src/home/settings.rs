//! 本社区标准 — what a community or its district sets itself, each with the document that says so.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::base::web::{Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, Result, Write, error};
use crate::figures::decimal;
use crate::org::params;

struct Line {
    id: String,
    title: String,
    unit: String,
    now: Option<String>,
    set_by: Option<String>,
    source: Option<String>,
}

#[derive(Template)]
#[template(path = "home/standards.html")]
struct StandardsPage {
    s: Shell,
    form: Form,
    unset: Vec<Line>,
    set: Vec<Line>,
    may: bool,
}

pub async fn show(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&app, &mut r, form).await?;
    r.page(&page)
}

async fn page(app: &App, r: &mut Reader, form: Form) -> Result<StandardsPage> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let moment = r.moment;
    let values = app.values(&mut r.tx, moment).await?;
    let own = params::LocalValue::all(&mut r.tx, &scope, today).await?;
    let (mut unset, mut set) = (vec![], vec![]);
    for param in &app.packs().params {
        let scale = if param.unit == "元" { 100 } else { 1 };
        let now = values.get(&param.id).map(|v| decimal((*v).into(), scale));
        let local = own.iter().find(|(of, _)| of.0 == param.id);
        let national = param.at(today).map(|v| v.source.clone());
        let line = Line {
            id: param.id.clone(),
            title: lang.pick(&param.title.zh, &param.title.en).to_owned(),
            unit: lang.t(&param.unit).to_owned(),
            set_by: param.set_by.as_ref().map(|t| lang.pick(&t.zh, &t.en).to_owned()),
            source: local.map(|(_, d)| format!("{} · {}", d.value.document, d.from)).or(national),
            now,
        };
        if line.now.is_none() { unset.push(line) } else { set.push(line) }
    }
    let may = r.actor.may(crate::base::Permission::Manage);
    let title = lang.t("本社区标准");
    Ok(StandardsPage { s: r.shell(title, "/standards", ""), form, unset, set, may })
}

pub async fn save(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = put(&app, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(&app, r, form).await).await
}

async fn put(app: &App, s: &mut Submitted) -> Saved {
    let id = s.form.v("param").to_owned();
    let param = app.packs().param(&id).ok_or_else(|| error::not_found("参数"))?.clone();
    let typed = s.form.need("value", "请填数。", "Fill in the number.");
    let scale = if param.unit == "元" { 100.0 } else { 1.0 };
    let value = typed.as_deref().and_then(|t| t.parse::<f64>().ok()).filter(|v| *v >= 0.0 && *v < 1e9);
    if typed.is_some() && value.is_none() {
        s.form.problem("value", "这不是一个数。", "This is not a number.");
    }
    let today = s.today();
    let from = s.form.day("from", today);
    if from.is_none() && !s.form.has("from") {
        s.form.problem("from", "请填从哪天起执行。", "Say from which day.");
    }
    let document = s.form.need("document", "请写明依据的文件。", "Name the document that sets it.");
    let (Some(value), Some(from), Some(document)) = (value, from, document) else { return Err(Refused::Form) };
    let value = (value * scale).round() as i64;
    s.save("标准定好了", &[], async |w: &mut Write| {
        params::set(w, app.packs(), &id, value, from, &document).await?;
        Ok("/standards".to_owned())
    })
    .await
}
