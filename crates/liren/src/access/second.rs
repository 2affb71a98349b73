//! 两步登录 — begun, confirmed with its first code, ended: each by whoever has it.

use axum::extract::State;
use axum::response::Response;

use super::manage::own_page;
use crate::accounts::{really, second};
use crate::base::trail::{Access, Action};
use crate::base::web::{Form, Reader, Refused, Submitted, see};
use crate::base::{App, Result};

/// `POST /me/second/begin` — a key to be typed into an authenticator.
pub async fn begin(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        really(&app, &mut s).await?;
        second::begin(&app, s.actor()?.account).await?;
        Ok(see("/me#second"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| own_page(r, form, vec![]).await).await
}

/// `POST /me/second/confirm` — the first code: from now on it is asked for. The codes on paper are shown this once.
pub async fn confirm(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let account = s.actor()?.account;
    let typed = s.form.v("code").to_owned();
    match second::confirm(&app, account, &typed).await? {
        Some(codes) => {
            noted(&app, &s, "开了两步登录").await?;
            let mut r = Reader::open(&app, &s.visitor).await?;
            let form = Form::new(&r);
            let page = own_page(&mut r, form, codes).await?;
            r.page(&page)
        }
        None => {
            s.form.set("code", "");
            s.form.problem(
                "code",
                "这个数不对。请看手机上的时间准不准，等下一个数再输。",
                "This code is wrong. See that the phone's clock is right, and type the next one.",
            );
            s.answer(Err(Refused::Form), async |r: &mut Reader, form| own_page(r, form, vec![]).await).await
        }
    }
}

/// `POST /me/second/end` — the password alone again.
pub async fn end(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        really(&app, &mut s).await?;
        let mut tx = app.db.write().await?;
        second::end(&mut tx, s.actor()?.account).await?;
        tx.commit().await?;
        noted(&app, &s, "关了两步登录").await?;
        Ok(see("/me#second"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| own_page(r, form, vec![]).await).await
}

async fn noted(app: &App, s: &Submitted, what: &str) -> Result<()> {
    let actor = s.actor()?;
    let access = Access::installation(Some(actor.account), &actor.login, Action::Account);
    app.trail.note(access.from(&s.visitor.from.address).because(what)).await
}
