//! The page: a form to drop a file, then its text with marks and notes.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;

use super::{Form, Proofread, Request, known_figures, proof};
use crate::base::reader::Size;
use crate::base::web::{self, Reply, Shell, Visitor};
use crate::base::{App, Error};

#[derive(Template)]
#[template(path = "proofreading/page.html")]
struct ProofPage {
    s: Shell,
    file: String,
    refused: Option<String>,
    read: Option<Proofread>,
}

fn shell(app: &App, visitor: &Visitor) -> Shell {
    Shell::new(app, visitor, visitor.lang.t("报告校对"), "/proof", "")
}

pub async fn form(State(app): State<App>, visitor: Visitor) -> Reply {
    let page = ProofPage { s: shell(&app, &visitor), file: String::new(), refused: None, read: None };
    web::html(&visitor, &page)
}

/// A report is a few hundred kilobytes; this is far above any. The route refuses what is larger.
pub(super) const FILE_BYTES_MAX: usize = 16 << 20;

pub async fn read(State(app): State<App>, visitor: Visitor, mut form: Multipart) -> Reply {
    let refuse = |name: &str, why: String| -> Reply {
        let page = ProofPage { s: shell(&app, &visitor), file: name.to_owned(), refused: Some(why), read: None };
        let mut response = web::html(&visitor, &page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    };
    let too_large = || visitor.lang.t("文件太大。请只上传报告正文。").to_owned();
    let mut file = (String::new(), Vec::new());
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return refuse("", too_large()),
        };
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("").to_owned();
            match field.bytes().await {
                Ok(bytes) => file = (name, bytes.to_vec()),
                Err(_) => return refuse(&name, too_large()),
            }
        }
    }
    if file.1.is_empty() {
        return refuse(&file.0, visitor.lang.t("没有收到文件。请选择一份报告再提交。").to_owned());
    }
    let actor = visitor.actor().map_err(|e| visitor.fail(e))?;
    let known = known_figures(&app, actor).await.map_err(|e| visitor.fail(e))?;
    let (name, file) = file;
    let request = Request {
        name: &name,
        file,
        known: &known,
        form: Form::Fragment,
        page: false,
        lang: visitor.lang,
        size: Size::Ordinary,
    };
    match proof(request).await {
        Ok(read) => {
            let page = ProofPage { s: shell(&app, &visitor), file: name, refused: None, read: Some(read) };
            web::html(&visitor, &page)
        }
        Err(why @ Error::Invalid(_)) => refuse(&name, why.sentences(visitor.lang.is_en()).join(" ")),
        Err(other) => Err(visitor.fail(other)),
    }
}
