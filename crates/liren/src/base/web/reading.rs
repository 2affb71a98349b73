//! What a page reads: who asks, and one snapshot of the community that is released before the page is rendered.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use liren_facts::Day;
use liren_store::Tx;

use super::guard::Visitor;
use super::page::{Flash, Shell};
use crate::base::{Actor, App, Error, Lang, Moment, Result, Scope, changes, error};

/// 读者 — a signed-in person looking at one moment of their community. Dropping it, or rendering with [`Reader::page`], ends
/// the snapshot.
pub struct Reader {
    pub app: App,
    pub visitor: Visitor,
    pub actor: Actor,
    pub lang: Lang,
    pub tx: Tx,
    pub moment: Moment,
    /// What was just done, when the address says so.
    pub flash: Option<Flash>,
}

impl Reader {
    pub async fn open(app: &App, visitor: &Visitor) -> Result<Reader> {
        let actor = visitor.actor()?.clone();
        let mut tx = app.db.read().await?;
        let moment = app.moment(&mut tx, actor.scope.community, app.clock.today()).await?;
        let flash = match done(visitor) {
            Some(revision) => told(&mut tx, &actor, revision).await?,
            None => None,
        };
        let (app, visitor, lang) = (app.clone(), visitor.clone(), visitor.lang);
        Ok(Reader { app, visitor, actor, lang, tx, moment, flash })
    }

    pub fn scope(&self) -> Scope {
        self.actor.scope.clone()
    }

    pub fn today(&self) -> Day {
        self.moment.day
    }

    pub fn community(&self) -> i64 {
        self.actor.scope.community
    }

    /// What stands around the page. `current` is the address of its entry in the navigation.
    pub fn shell(&mut self, title: &str, current: &'static str, place: &str) -> Shell {
        let mut shell = Shell::new(&self.app, &self.visitor, title, current, place);
        shell.flash = self.flash.take();
        shell
    }

    /// Releases the snapshot, then renders.
    pub fn page(self, page: &impl Template) -> Result<Response> {
        drop(self.tx);
        Ok(Html(page.render().map_err(error::fault)?).into_response())
    }
}

/// `?done=118`: the revision that a form has just written.
fn done(visitor: &Visitor) -> Option<i64> {
    let (_, query) = visitor.address.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "done").and_then(|(_, value)| value.parse().ok())
}

/// Only whoever wrote it is told, and may take it back from there.
async fn told(tx: &mut Tx, actor: &Actor, revision: i64) -> Result<Option<Flash>> {
    let change = changes::change(tx, actor.scope.community, revision).await?;
    Ok(change.filter(|c| c.actor == actor.login).map(|c| Flash {
        revision,
        text: c.reason,
        // What took something back is not taken back from here.
        undo: c.undoes.is_none(),
    }))
}

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Reader> {
        let visitor = parts.extensions.get::<Visitor>().ok_or_else(|| error::fault("a route without its guard"))?;
        Reader::open(app, &visitor.clone()).await
    }
}
