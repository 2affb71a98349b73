//! Answers: pages as HTML, errors as pages that say what to do next.

use std::sync::{Arc, Mutex};

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::Reply;
use super::guard::Visitor;
use super::page::{Shell, ways_out};
use crate::base::{Error, Result, error};

/// An error and whom to tell.
pub struct WebError {
    pub error: Error,
    pub visitor: Box<Visitor>,
}

/// An error on its way to the guard, which knows who asks and renders it.
#[derive(Clone)]
pub(super) struct Slot(pub Arc<Mutex<Option<Error>>>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Slot(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

/// A rendered template as an answer.
pub fn html(visitor: &Visitor, page: &impl Template) -> Reply {
    match page.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(e) => Err(visitor.fail(error::fault(e))),
    }
}

#[derive(Template)]
#[template(path = "base/layout/error.html")]
struct ErrorPage {
    s: Shell,
    heading: &'static str,
    sentences: Vec<String>,
    links: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "base/layout/again.html")]
struct AgainPage {
    s: Shell,
    then: String,
    kept: Vec<(String, String)>,
    /// Signed in: one more press and the form is there again.
    back: bool,
}

/// The sign-in page that holds on to what was typed.
pub(super) fn sign_in_again(visitor: &Visitor, mut kept: Vec<(String, String)>) -> Result<Response> {
    // A password is typed again, never written into a page.
    kept.retain(|(name, _)| !["own", "password", "again"].contains(&name.as_str()));
    let s = Shell::bare(visitor, visitor.lang.t("登录已经过期"));
    let page = AgainPage { s, then: visitor.path.clone(), kept, back: false };
    let text = page.render().map_err(error::fault)?;
    Ok((StatusCode::UNAUTHORIZED, Html(text)).into_response())
}

/// After it: the way back to the form, filled.
pub fn form_again(visitor: &Visitor, then: &str, kept: Vec<(String, String)>) -> Result<Response> {
    let s = Shell::bare(visitor, visitor.lang.t("接着填"));
    let page = AgainPage { s, then: then.to_owned(), kept, back: true };
    Ok(Html(page.render().map_err(error::fault)?).into_response())
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let WebError { error, visitor } = self;
        if let Error::SignIn = error {
            let to = format!("/sign-in?then={}", visitor.path);
            let mut response = StatusCode::SEE_OTHER.into_response();
            if let Ok(to) = HeaderValue::from_str(&to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            return response;
        }
        let (status, heading) = match &error {
            Error::SignIn => (StatusCode::UNAUTHORIZED, "请先登录"),
            Error::Forbidden(_) => (StatusCode::FORBIDDEN, "没有权限"),
            Error::NotFound(_) => (StatusCode::NOT_FOUND, "没有找到"),
            Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "不能这样做"),
            Error::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "系统正忙"),
            Error::Fault(what) => {
                tracing::error!(path = %visitor.path, what, "a request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "程序出错了")
            }
        };
        let page = ErrorPage {
            s: Shell::bare(&visitor, visitor.lang.t(heading)),
            heading,
            sentences: error.sentences(visitor.lang.is_en()),
            links: ways_out(&visitor),
        };
        match page.render() {
            Ok(text) => (status, Html(text)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
