//! 数据与备份 — how the data folder is: what it holds, when it was last copied, when a copy was last tried; and the pages
//! somebody chooses for their own device.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::base::web::{Reader, Shell};
use crate::base::{App, Result, clock, nightly};

#[derive(Template)]
#[template(path = "access/data.html")]
struct DataPage {
    s: Shell,
    engine: &'static str,
    size: Option<String>,
    backup: Option<String>,
    restored: Option<String>,
    failing: Option<(String, String)>,
    /// The key lies beside the data: a copy of the folder opens itself.
    key_inside: bool,
    own: bool,
    late: bool,
}

/// Two nights without a backup are told.
const LATE_MICROS: i64 = 48 * 3_600 * 1_000_000;

pub async fn show(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let last = nightly::last(&app).await?;
    let lang = r.lang;
    let file = app.dir.join(crate::base::backup::DATABASE);
    let size = std::fs::metadata(&file).ok().map(|m| format!("{:.1} MB", m.len() as f64 / f64::from(1 << 20)));
    let now = app.clock.instant();
    let title = lang.t("数据与备份");
    let page = DataPage {
        engine: if app.db.is_sqlite() { "SQLite" } else { "PostgreSQL" },
        size: size.filter(|_| app.db.is_sqlite()),
        backup: last.backup_at.map(clock::minute),
        restored: last.restored_at.map(clock::minute),
        late: app.db.is_sqlite() && last.backup_at.is_none_or(|at| now - at > LATE_MICROS),
        failing: last.failing.map(|(since, zh, en)| (clock::minute(since), lang.pick(&zh, &en).to_owned())),
        key_inside: app.dir.join("key").exists(),
        own: app.db.is_sqlite(),
        s: r.shell(title, "/data", ""),
    };
    r.page(&page)
}

#[derive(Template)]
#[template(path = "access/menu.html")]
struct MenuPage {
    s: Shell,
}

/// Every entry of the navigation, for a phone.
pub async fn menu(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let title = r.lang.t("更多");
    let page = MenuPage { s: r.shell(title, "/menu", "") };
    r.page(&page)
}

#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    density: String,
}

/// Light or dark, close or roomy: of this device, kept nowhere else.
pub async fn looks(axum::Form(chosen): axum::Form<Chosen>) -> Response {
    let mut response = Redirect::to("/me").into_response();
    let mut keep = |text: &'static str| {
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(text));
    };
    keep(match chosen.theme.as_str() {
        "dark" => "theme=dark; Path=/; SameSite=Lax; Max-Age=31536000",
        _ => "theme=light; Path=/; SameSite=Lax; Max-Age=31536000",
    });
    keep(match chosen.density.as_str() {
        "roomy" => "density=roomy; Path=/; SameSite=Lax; Max-Age=31536000",
        _ => "density=close; Path=/; SameSite=Lax; Max-Age=31536000",
    });
    response
}
