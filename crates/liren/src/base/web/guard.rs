//! Who is asking, whether they may, and the headers of every answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tower_http::csrf::ProtectionError;

use super::form;
use super::reply::{Slot, WebError};
use super::routes;
use super::server::From;
use crate::base::trail::{Access, Action};
use crate::base::{Actor, App, Error, Lang, Result, Slices, error, grants};

/// 外观 — what somebody chose for this device: light is usual, and rows close together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    pub dark: bool,
    pub roomy: bool,
}

/// A visitor of a page: their language, and who they are when signed in.
#[derive(Clone)]
pub struct Visitor {
    pub lang: Lang,
    /// How they want the pages to look on this device.
    pub looks: Looks,
    pub actor: Option<Actor>,
    /// What their cookie carries; never logged, never shown.
    pub token: Option<String>,
    /// Without the query, which may hold what somebody searched for: for logs.
    pub path: String,
    pub address: String,
    /// Where they are.
    pub from: From,
    /// What the product is made of: for the navigation.
    pub slices: Slices,
}

impl Visitor {
    /// The signed-in person. Behind a guarded route there always is one.
    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::SignIn)
    }

    /// What they do in the community they look at, for the trail.
    pub fn access(&self, action: Action) -> Result<Access> {
        Ok(Access::of(self.actor()?, action).from(&self.from.address))
    }

    pub fn fail(&self, error: Error) -> WebError {
        WebError { error, visitor: Box::new(self.clone()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Visitor, Response> {
        parts
            .extensions
            .get::<Visitor>()
            .cloned()
            .ok_or_else(|| axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

/// Lets a request through when its session and its permission allow it.
pub async fn check(State(state): State<Arc<(App, routes::Access)>>, mut request: Request, next: Next) -> Response {
    let (app, access) = (&state.0, state.1);
    let headers = request.headers().clone();
    let from = request.extensions().get::<From>().cloned().unwrap_or_default();
    let mut visitor = match visitor(app, &headers, request.uri()).await {
        Ok(visitor) => Visitor { from, ..visitor },
        Err(error) => {
            return stranger(app, &headers, request.uri()).fail(error).into_response();
        }
    };
    let allowed = match (access, visitor.actor.clone()) {
        (routes::Access::Public, _) => Ok(()),
        (_, None) => Err(Error::SignIn),
        (routes::Access::SignedIn, Some(_)) => Ok(()),
        (routes::Access::Only(permission), Some(actor)) if actor.may(permission) => {
            visitor.actor = Some(actor.doing(permission));
            Ok(())
        }
        (routes::Access::Only(permission), Some(_)) => Err(error::forbidden(permission)),
    };
    match allowed {
        Err(Error::SignIn) if *request.method() == Method::POST && access != routes::Access::SignedIn => {
            return lost(app, &visitor, request).await;
        }
        Err(error) => return visitor.fail(error).into_response(),
        Ok(()) => {}
    }
    request.extensions_mut().insert(visitor.clone());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => in_words(response, &visitor),
        // Where it broke is in the log; what it broke on is not.
        Err(_) => visitor.fail(error::fault("a handler panicked")).into_response(),
    }
}

/// What the framework itself refuses, it refuses in English and for programmers: an address, a form or a body that
/// cannot be read.
fn in_words(response: Response, visitor: &Visitor) -> Response {
    if let Some(Slot(slot)) = response.extensions().get::<Slot>() {
        let error = slot.lock().ok().and_then(|mut held| held.take());
        return visitor.fail(error.unwrap_or_else(|| error::fault("an error without its reason"))).into_response();
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return visitor.fail(foreign()).into_response();
    }
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let error = match response.status() {
        StatusCode::BAD_REQUEST if plain => error::not_found("页面"),
        StatusCode::PAYLOAD_TOO_LARGE if plain => error::invalid(
            "内容太大，没有接收。请减少内容，或分成几次提交。",
            "This is too large and was not taken. Send less, or in several parts.",
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY
            if plain =>
        {
            error::invalid(
                "提交的内容看不懂，没有处理。请从页面重新提交。",
                "What was sent cannot be read and was not used. Please send it again from the page.",
            )
        }
        _ => return response,
    };
    visitor.fail(error).into_response()
}

/// A request that changes something must come from our own pages.
fn foreign() -> Error {
    error::invalid(
        "这个请求不是从里仁的页面发出的，没有执行。请从页面重新操作；如果一直这样，请维护人员核对 serve 的 --origin。",
        "This request did not come from one of Liren's pages and was not carried out. Start again from the page; if it happens again, the operator should check --origin of serve.",
    )
}

/// A form that was sent after its sign-in had ended: what was typed is kept while the person signs in again.
async fn lost(app: &App, visitor: &Visitor, request: Request) -> Response {
    let kept = match form::fields(request, app).await {
        Ok((pairs, _)) => pairs,
        Err(_) => return visitor.fail(Error::SignIn).into_response(),
    };
    match super::reply::sign_in_again(visitor, kept) {
        Ok(response) => response,
        Err(error) => visitor.fail(error).into_response(),
    }
}

fn stranger(app: &App, headers: &HeaderMap, uri: &Uri) -> Visitor {
    let address = uri.path_and_query().map_or("/", |a| a.as_str());
    Visitor {
        lang: language(headers),
        looks: Looks {
            dark: cookie(headers, "theme").as_deref() == Some("dark"),
            roomy: cookie(headers, "density").as_deref() == Some("roomy"),
        },
        actor: None,
        token: None,
        path: uri.path().to_owned(),
        address: address.to_owned(),
        from: From::default(),
        slices: app.joined.slices,
    }
}

async fn visitor(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Visitor> {
    let token = cookie(headers, COOKIE_ENCRYPTED).or_else(|| cookie(headers, COOKIE));
    let actor = match &token {
        Some(token) => actor(app, token).await?,
        None => None,
    };
    Ok(Visitor { actor, token, ..stranger(app, headers, uri) })
}

fn language(headers: &HeaderMap) -> Lang {
    match cookie(headers, "lang").as_deref() {
        Some("en") => Lang::En,
        _ => Lang::Zh,
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(header::COOKIE).iter().find_map(|value| {
        value.to_str().ok()?.split(';').find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
    })
}

async fn actor(app: &App, token: &str) -> Result<Option<Actor>> {
    let mut tx = app.db.read().await?;
    let Some(person) = grants::signed_in(&mut tx, token, app.clock.instant()).await? else {
        return Ok(None);
    };
    grants::seen(app, token, person.seen);
    let mut granted = grants::grants(&mut tx, person.account, app.clock.today()).await?;
    let community = person.community.filter(|c| granted.iter().any(|g| g.community == *c));
    let Some(community) = community.or(granted.first().map(|g| g.community)) else {
        return Ok(None);
    };
    granted.retain(|g| g.community == community);
    Ok(Actor::granted(person.account, person.name, person.login, granted))
}

/// What the cookie of a sign-in is called. Over an encrypted way its name binds it to this host and to that way.
const COOKIE: &str = "liren";
const COOKIE_ENCRYPTED: &str = "__Host-liren";

/// Signs an account in; the cookie that carries it.
pub async fn new_session(app: &App, account: i64, device: &str, from: &From) -> Result<HeaderValue> {
    let token = grants::sign_in(app, account, device).await?;
    let cookie = match from.encrypted {
        true => format!("{COOKIE_ENCRYPTED}={token}; Path=/; HttpOnly; Secure; SameSite=Strict"),
        false => format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"),
    };
    HeaderValue::from_str(&cookie).map_err(error::fault)
}

/// The cookie of somebody who is gone.
pub fn no_session(from: &From) -> HeaderValue {
    match from.encrypted {
        true => HeaderValue::from_static("__Host-liren=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0"),
        false => HeaderValue::from_static("liren=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"),
    }
}

/// No such address.
pub async fn missing(State(app): State<App>, request: Request) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    drop(request);
    let visitor = visitor(&app, &headers, &uri).await.unwrap_or_else(|_| stranger(&app, &headers, &uri));
    visitor.fail(error::not_found("页面")).into_response()
}

/// Strict headers; pages with personal data are kept by no cache.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in set {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::VARY, HeaderValue::from_static("HX-Request, Cookie"));
    response
}
