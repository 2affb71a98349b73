//! Signing in and out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{queries, rules, second, verbs};
use crate::base::trail::{Access, Action};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Error, Result, error, grants};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    s: Shell,
    login: String,
    then: String,
    kept: Vec<(String, String)>,
    refused: bool,
}

#[derive(Deserialize)]
pub struct Then {
    #[serde(default)]
    then: String,
}

/// Sign-in, and what was typed into a form before: `kept.` and the field's name.
type Fields = Vec<(String, String)>;

fn field(form: &Fields, name: &str) -> String {
    form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
}

fn kept(form: &Fields) -> Vec<(String, String)> {
    form.iter().filter_map(|(n, v)| Some((n.strip_prefix("kept.")?.to_owned(), v.clone()))).collect()
}

/// Only a path of our own: a redirect never leaves the product.
fn own_path(then: &str) -> &str {
    let own = then.starts_with('/') && !then.starts_with("//") && !then.contains(['\\', '\n', '\r']);
    if own { then } else { "/" }
}

pub async fn sign_in(visitor: Visitor, Query(query): Query<Then>) -> Reply {
    let page = SignInPage {
        s: Shell::bare(&visitor, visitor.lang.t("登录")),
        login: String::new(),
        then: own_path(&query.then).to_owned(),
        kept: vec![],
        refused: false,
    };
    web::html(&visitor, &page)
}

pub async fn open(State(app): State<App>, mut visitor: Visitor, headers: HeaderMap, Form(form): Form<Fields>) -> Reply {
    let field = |name: &str| field(&form, name);
    let (login, then) = (field("login"), field("then"));
    let kept = kept(&form);
    let address = visitor.from.address.clone();
    rules::may_try(&app, &login, &address).map_err(|e| visitor.fail(e))?;
    let account = queries::verify(&app, login.trim(), &field("password")).await.map_err(|e| visitor.fail(e))?;
    if let Some(account) = account
        && second::asked(&app, account).await.map_err(|e| visitor.fail(e))?
    {
        // Nobody is in before the code is right: no trace says so, and a password that is right takes no wrong code back.
        let ticket = second::ticket(&app, account, login.trim());
        let login = login.trim().to_owned();
        let page = SecondPage {
            s: Shell::bare(&visitor, visitor.lang.t("两步登录")),
            ticket,
            login,
            then,
            kept,
            refused: false,
        };
        return web::html(&visitor, &page);
    }
    rules::tried(&app, &login, &address, account.is_some());
    traced(&app, &visitor, login.trim(), account).await.map_err(|e| visitor.fail(e))?;
    let Some(account) = account else {
        let page = SignInPage { s: Shell::bare(&visitor, visitor.lang.t("登录")), login, then, kept, refused: true };
        let mut response = web::html(&visitor, &page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let device = device(&headers);
    enter(&app, &mut visitor, account, &device, (&then, kept)).await.map_err(|e| visitor.fail(e))
}

/// A session for somebody who has proved who they are, and on to where they wanted.
async fn enter(
    app: &App,
    visitor: &mut Visitor,
    account: i64,
    device: &str,
    (then, kept): (&str, Vec<(String, String)>),
) -> Result<Response> {
    let cookie = web::new_session(app, account, device, &visitor.from).await?;
    let mut response = if kept.is_empty() {
        Redirect::to(own_path(then)).into_response()
    } else {
        visitor.actor = None;
        web::form_again(visitor, own_path(then), kept)?
    };
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "accounts/second.html")]
struct SecondPage {
    s: Shell,
    ticket: String,
    login: String,
    then: String,
    kept: Vec<(String, String)>,
    refused: bool,
}

/// `POST /session/second` — the code after the password.
pub async fn second(
    State(app): State<App>,
    mut visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Reply {
    let field = |name: &str| field(&form, name);
    let (login, then, ticket) = (field("login"), field("then"), field("ticket"));
    let kept = kept(&form);
    let Some(account) = second::ticket_of(&app, &ticket, &login) else {
        return Err(visitor.fail(error::invalid(
            "两步登录等得太久了，请从头登录。",
            "The second step took too long; sign in again.",
        )));
    };
    let address = visitor.from.address.clone();
    rules::may_try(&app, &login, &address).map_err(|e| visitor.fail(e))?;
    let right = second::right(&app, account, &field("code")).await.map_err(|e| visitor.fail(e))?;
    rules::tried(&app, &login, &address, right);
    traced(&app, &visitor, &login, right.then_some(account)).await.map_err(|e| visitor.fail(e))?;
    if !right {
        let page = SecondPage {
            s: Shell::bare(&visitor, visitor.lang.t("两步登录")),
            ticket,
            login,
            then,
            kept,
            refused: true,
        };
        let mut response = web::html(&visitor, &page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let device = device(&headers);
    enter(&app, &mut visitor, account, &device, (&then, kept)).await.map_err(|e| visitor.fail(e))
}

/// The trace of somebody who signed in, or tried to. A name that nobody has may be a password typed into the wrong
/// field: it is told apart by a keyed digest and not written down.
async fn traced(app: &App, visitor: &Visitor, login: &str, account: Option<i64>) -> Result<()> {
    let (action, id) = match account {
        Some(id) => (Action::SignIn, Some(id)),
        None => (Action::SignInFailed, queries::account_of(app, login).await?),
    };
    let name = match id {
        Some(_) => login.to_owned(),
        None => {
            let digest = app.master().key.sign("unknown sign-in name", login.as_bytes());
            format!("?{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2])
        }
    };
    app.trail.note(Access::installation(id, &name, action).from(&visitor.from.address)).await
}

/// What a browser says it is, cut short: for the list of one's own sign-ins.
pub fn device(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    told.chars().take(120).collect()
}

#[derive(Deserialize)]
pub struct Where {
    #[serde(default)]
    everywhere: bool,
}

/// Signs this device out, or every device of the account.
pub async fn close(State(app): State<App>, visitor: Visitor, Form(form): Form<Where>) -> Reply {
    let work = async {
        match (&visitor.actor, &visitor.token) {
            (Some(actor), _) if form.everywhere => grants::sign_out_everywhere(&app, actor.account).await,
            (_, Some(token)) => grants::sign_out(&app, token).await,
            _ => Ok(()),
        }
    };
    work.await.map_err(|e| visitor.fail(e))?;
    if let Some(actor) = &visitor.actor {
        let gone = Access::installation(Some(actor.account), &actor.login, Action::SignOut);
        let purpose = if form.everywhere { "所有设备" } else { "" };
        let gone = gone.from(&visitor.from.address).because(purpose);
        app.trail.note(gone).await.map_err(|e| visitor.fail(e))?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().insert(header::SET_COOKIE, web::no_session(&visitor.from));
    Ok(response)
}

#[derive(Template)]
#[template(path = "accounts/welcome.html")]
struct WelcomePage {
    s: Shell,
    login: String,
    link: String,
    problems: Vec<String>,
}

#[derive(Deserialize)]
pub struct LinkOf {
    #[serde(default)]
    link: String,
}

/// Whoever holds a link sets their password here.
pub async fn welcome(State(app): State<App>, visitor: Visitor, Query(query): Query<LinkOf>) -> Reply {
    let account = verbs::link(&app, &query.link).await.map_err(|e| visitor.fail(e))?;
    let s = Shell::bare(&visitor, visitor.lang.t("设置密码"));
    web::html(&visitor, &WelcomePage { s, login: account.login, link: query.link, problems: vec![] })
}

#[derive(Deserialize)]
pub struct NewPassword {
    link: String,
    password: String,
    again: String,
}

pub async fn settle(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Reply {
    let account = verbs::link(&app, &form.link).await.map_err(|e| visitor.fail(e))?;
    let set = if form.password == form.again {
        verbs::redeem(&app, &form.link, &form.password, &visitor.from.address).await
    } else {
        Err(error::invalid("两次输入的密码不一样，请重新输入。", "The two passwords differ; type them again."))
    };
    match set {
        Ok(account) => {
            let cookie = web::new_session(&app, account, &device(&headers), &visitor.from).await;
            let cookie = cookie.map_err(|e| visitor.fail(e))?;
            let mut response = Redirect::to("/").into_response();
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(Error::Invalid(problems)) => {
            let problems = Error::Invalid(problems).sentences(visitor.lang.is_en());
            let s = Shell::bare(&visitor, visitor.lang.t("设置密码"));
            let page = WelcomePage { s, login: account.login, link: form.link, problems };
            let mut response = web::html(&visitor, &page)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(visitor.fail(other)),
    }
}

#[derive(Deserialize)]
pub struct Language {
    lang: String,
    #[serde(default)]
    then: String,
}

pub async fn language(Form(form): Form<Language>) -> Response {
    let cookie = if form.lang == "en" {
        "lang=en; Path=/; SameSite=Lax; Max-Age=31536000"
    } else {
        "lang=zh; Path=/; SameSite=Lax; Max-Age=31536000"
    };
    let mut response = Redirect::to(own_path(&form.then)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    response
}

pub async fn health() -> &'static str {
    "ok"
}
