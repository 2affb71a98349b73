//! Lists as files for the browser.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

use super::export::{Form, List, noted};
use super::lists;
use crate::base::web::{Query, Reply, Visitor};
use crate::base::{App, Result, error};
use crate::figures::Asked;
use crate::people::search::Filter;

/// A list as an answer that the browser saves under a name.
fn file(list: List, form: Form, name: &str) -> Result<axum::response::Response> {
    // RFC 6266: the title in UTF-8 for the clerk, the short name for a browser that knows no better.
    let title: String = list.title.chars().map(|c| if "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let encoded = encoded(&format!("{title}.{}", form.ending()));
    let name = format!("attachment; filename=\"{name}.{}\"; filename*=UTF-8''{encoded}", form.ending());
    let headers = [(header::CONTENT_TYPE, form.content_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, list.write(form)?).into_response())
}

/// A name in the spelling of RFC 5987.
pub(super) fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn form(ending: &str) -> Result<Form> {
    Form::of(ending).ok_or_else(|| error::not_found("文件"))
}

pub async fn of_figure(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, ending)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Reply {
    let work = async {
        let (actor, form) = (visitor.actor()?, form(&ending)?);
        let figure = app.packs().figure(&id).ok_or_else(|| error::not_found("指标"))?;
        let mut desk = asked.desk(&app, &actor.scope).await?;
        let ask = asked.ask(&desk)?;
        let list = lists::of_figure(&app, actor, figure, &ask, &mut desk).await?;
        noted(&app, actor, &visitor.from.address, &list, false).await?;
        file(list, form, &id)
    };
    work.await.map_err(|e| visitor.fail(e))
}

pub async fn residents(
    State(app): State<App>,
    visitor: Visitor,
    Path(ending): Path<String>,
    Query(filter): Query<Filter>,
) -> Reply {
    let work = async {
        let form = form(&ending)?;
        let list = lists::residents(&app, visitor.actor()?, &filter, false).await?;
        noted(&app, visitor.actor()?, &visitor.from.address, &list, false).await?;
        file(list, form, "residents")
    };
    work.await.map_err(|e| visitor.fail(e))
}

pub async fn of_question(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, ending)): Path<(String, String)>,
) -> Reply {
    let work = async {
        let form = form(&ending)?;
        let question = app.packs().question(&id).ok_or_else(|| error::not_found("名单"))?;
        let list = lists::of_question(&app, visitor.actor()?, question).await?;
        noted(&app, visitor.actor()?, &visitor.from.address, &list, false).await?;
        file(list, form, &id)
    };
    work.await.map_err(|e| visitor.fail(e))
}
