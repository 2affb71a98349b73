//! What is done to accounts: invited, reset, granted, ended. A password is set by whoever has it, over a link that opens
//! once; nobody else ever knows it. Each verb leaves a trace.

use liren_facts::Day;

use super::queries::{self, Link};
use super::rules;
use crate::base::grants::{self, NewGrant};
use crate::base::trail::{Access, Action, INSTALLATION};
use crate::base::{Actor, App, Permission, Result, Role, error};

/// An account to be made.
pub struct NewAccount<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub grant: Scoped<'a>,
}

/// 授权内容 — a role and over what, from a day to a day.
pub struct Scoped<'a> {
    pub role: Role,
    /// None is the whole community.
    pub areas: &'a [i64],
    /// None is all of them.
    pub programmes: &'a [String],
    pub from: Day,
    pub to: Option<Day>,
    pub appointment: Option<i64>,
    /// Whether the names of the people within are shown whole.
    pub full_names: bool,
}

/// A link that opens once: what its address carries.
pub struct OneTime {
    pub account: i64,
    pub token: String,
}

/// One device somebody is signed in on.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// By which it is ended; it does not sign anybody in.
    pub key: String,
    pub since: i64,
    pub seen: i64,
    pub device: String,
    pub here: bool,
}

/// A link holds three days, and the first one of an installation until it is used.
const LINK_MICROS: i64 = 3 * 24 * 3_600 * 1_000_000;

fn manages(actor: &Actor) -> Result<()> {
    match actor.may(Permission::Accounts) {
        true => Ok(()),
        false => Err(error::forbidden(Permission::Accounts)),
    }
}

/// Whether somebody may give a role: never more than they have, and nobody signs in as the operator.
fn may_give(actor: &Actor, scoped: &Scoped<'_>) -> Result<()> {
    manages(actor)?;
    let more = scoped.role.permissions().iter().find(|p| !actor.may(**p));
    if let Some(more) = more {
        return Err(error::forbidden(*more));
    }
    let within = match &actor.over(Permission::Accounts).areas {
        None => true,
        Some(own) => !scoped.areas.is_empty() && scoped.areas.iter().all(|area| own.contains(area)),
    };
    if scoped.role == Role::Operator || !within || scoped.to.is_some_and(|to| to <= scoped.from) {
        return Err(error::invalid(
            "不能这样授权：只能授予自己有的权限、自己管的区划，结束日期要晚于开始日期。没有改动。",
            "This cannot be granted: only rights and areas of your own, and it must end after it begins. Nothing was changed.",
        ));
    }
    Ok(())
}

/// Whether an account is the actor's to change: all that is granted to it lies in their community.
async fn own(app: &App, actor: &Actor, account: i64) -> Result<queries::Account> {
    manages(actor)?;
    let mut tx = app.db.read().await?;
    let found = queries::account(&mut tx, account).await?.ok_or_else(|| error::not_found("账户"))?;
    let communities = queries::communities_of(&mut tx, account).await?;
    if !communities.contains(&actor.scope.community) {
        return Err(error::not_found("账户"));
    }
    if communities.len() > 1 {
        return Err(error::invalid(
            "这个账户在别的社区也有授权，只能改它在本社区的授权；停用、重设请找上级。没有改动。",
            "This account has grants in other communities too: only those here can be changed by you. Nothing was changed.",
        ));
    }
    Ok(found)
}

async fn traced(app: &App, actor: &Actor, action: Action, account: i64, what: &str) -> Result<()> {
    app.trail.note(Access::of(actor, action).about(account).because(what)).await
}

/// Makes an account that has no password yet: its link sets one.
pub async fn invite(app: &App, actor: &Actor, new: NewAccount<'_>) -> Result<OneTime> {
    may_give(actor, &new.grant)?;
    let (login, name) = (rules::folded(new.login), new.name.trim());
    if login.is_empty() || login.chars().count() > 40 || login.contains(char::is_whitespace) || name.is_empty() {
        return Err(error::invalid(
            "请写登录名和姓名。登录名中间不能有空格，最多 40 个字。没有保存。",
            "Give a sign-in name and a name. A sign-in name has no spaces and 40 characters at most. Nothing was saved.",
        ));
    }
    let token = grants::token();
    let mut tx = app.db.write().await?;
    let now = app.clock.instant();
    let account = queries::insert(&mut tx, &login, name, "").await?;
    grants::give(&mut tx, now, granted(actor, account, &new.grant)).await?;
    queries::put_link(&mut tx, &Link { account, purpose: "invite".into(), expires: Some(now + LINK_MICROS) }, &token)
        .await?;
    tx.commit().await?;
    traced(app, actor, Action::Account, account, "新建账户，发出邀请链接").await?;
    traced(app, actor, Action::Grant, account, new.grant.role.title()).await?;
    Ok(OneTime { account, token })
}

fn granted<'a>(actor: &'a Actor, account: i64, scoped: &Scoped<'a>) -> NewGrant<'a> {
    NewGrant {
        account,
        role: scoped.role,
        community: actor.scope.community,
        areas: scoped.areas,
        programmes: scoped.programmes,
        appointment: scoped.appointment,
        from: scoped.from,
        to: scoped.to,
        full_names: scoped.full_names,
        by: &actor.login,
    }
}

/// Grants an account something more; the grant's id.
pub async fn grant(app: &App, actor: &Actor, account: i64, scoped: &Scoped<'_>) -> Result<i64> {
    may_give(actor, scoped)?;
    let mut tx = app.db.write().await?;
    queries::account(&mut tx, account).await?.ok_or_else(|| error::not_found("账户"))?;
    let id = grants::give(&mut tx, app.clock.instant(), granted(actor, account, scoped)).await?;
    tx.commit().await?;
    traced(app, actor, Action::Grant, account, scoped.role.title()).await?;
    Ok(id)
}

/// Ends one grant of the actor's community.
pub async fn end_grant(app: &App, actor: &Actor, grant: i64) -> Result<()> {
    manages(actor)?;
    let mut tx = app.db.write().await?;
    let account = queries::end_grant(&mut tx, grant, actor.scope.community, &actor.login).await?;
    let account = account.ok_or_else(|| error::not_found("授权"))?;
    if queries::left_to_manage(&mut tx, actor.scope.community).await? == 0 {
        return Err(last_one());
    }
    tx.commit().await?;
    traced(app, actor, Action::Grant, account, "结束授权").await
}

fn last_one() -> crate::base::Error {
    error::invalid(
        "这是最后一个能管账户的人，先把这个权限给别人。没有改动。",
        "Nobody else could manage accounts then. Give that right to somebody first. Nothing was changed.",
    )
}

/// The password holds no more, and every device is signed out; the link sets a new one.
pub async fn reset(app: &App, actor: &Actor, account: i64) -> Result<OneTime> {
    own(app, actor, account).await?;
    let token = grants::token();
    let mut tx = app.db.write().await?;
    let expires = Some(app.clock.instant() + LINK_MICROS);
    queries::set_password(&mut tx, account, "").await?;
    // Whoever lost their phone begins again with the password.
    super::second::end(&mut tx, account).await?;
    queries::sign_out_everywhere(&mut tx, account).await?;
    queries::put_link(&mut tx, &Link { account, purpose: "reset".into(), expires }, &token).await?;
    tx.commit().await?;
    traced(app, actor, Action::Account, account, "重设密码，发出链接").await?;
    Ok(OneTime { account, token })
}

/// Ends everything granted to an account, and signs it out everywhere.
pub async fn disable(app: &App, actor: &Actor, account: i64) -> Result<()> {
    own(app, actor, account).await?;
    let mut tx = app.db.write().await?;
    queries::disable(&mut tx, account, app.clock.instant(), &actor.login).await?;
    if queries::left_to_manage(&mut tx, actor.scope.community).await? == 0 {
        return Err(last_one());
    }
    tx.commit().await?;
    traced(app, actor, Action::Account, account, "停用").await
}

/// Whom a link is for, as long as it opens.
pub async fn link(app: &App, token: &str) -> Result<queries::Account> {
    let mut tx = app.db.read().await?;
    let found = queries::link(&mut tx, token, app.clock.instant()).await?;
    let account = match found {
        Some(link) => queries::account(&mut tx, link.account).await?,
        None => None,
    };
    account.ok_or_else(|| {
        error::invalid(
            "这个链接已经用过或者过期了。请找社区书记重新发一个。",
            "This link was used or has expired. Ask the secretary for another.",
        )
    })
}

/// Sets the password of whoever holds the link, which opens no second time.
pub async fn redeem(app: &App, token: &str, password: &str, address: &str) -> Result<i64> {
    let account = link(app, token).await?;
    rules::password(password, &account.login, &account.name)?;
    let hash = queries::hashed(password).await?;
    let mut tx = app.db.write().await?;
    if !queries::use_link(&mut tx, token).await? {
        return Err(error::Error::Unavailable);
    }
    queries::set_password(&mut tx, account.id, &hash).await?;
    tx.commit().await?;
    let noted = Access::installation(Some(account.id), &account.login, Action::Account).from(address);
    app.trail.note(noted.about(account.id).because("用链接设了密码")).await?;
    Ok(account.id)
}

/// Somebody changes their own password, knowing the old one; other devices are signed out.
pub async fn change_password(app: &App, actor: &Actor, token: &str, old: &str, new: &str) -> Result<()> {
    if queries::verify(app, &actor.login, old).await? != Some(actor.account) {
        return Err(error::invalid("原来的密码不对，没有改动。", "The old password is wrong; nothing was changed."));
    }
    rules::password(new, &actor.login, &actor.name)?;
    let hash = queries::hashed(new).await?;
    let mut tx = app.db.write().await?;
    queries::set_password(&mut tx, actor.account, &hash).await?;
    queries::sign_out_others(&mut tx, actor.account, &grants::digest(token)).await?;
    tx.commit().await?;
    traced(app, actor, Action::Account, actor.account, "改密码").await
}

/// Where an account is signed in, the last used first. `token` is that of the device that asks.
pub async fn sign_ins(app: &App, actor: &Actor, token: &str) -> Result<Vec<SignIn>> {
    let mut tx = app.db.read().await?;
    let own = grants::digest(token);
    let all = queries::sign_ins(&mut tx, actor.account, app.clock.instant() - grants::LASTS_MICROS).await?;
    Ok(all
        .into_iter()
        .map(|(digest, since, seen, device)| SignIn { key: key(&digest), since, seen, device, here: digest == own })
        .collect())
}

fn key(digest: &[u8]) -> String {
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Ends one of one's own sign-ins.
pub async fn end_sign_in(app: &App, actor: &Actor, wanted: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    let all = queries::sign_ins(&mut tx, actor.account, 0).await?;
    let found = all.into_iter().find(|(digest, ..)| key(digest) == wanted).ok_or_else(|| error::not_found("登录"))?;
    queries::sign_out(&mut tx, actor.account, &found.0).await?;
    tx.commit().await?;
    let gone = Access::installation(Some(actor.account), &actor.login, Action::SignOut);
    app.trail.note(gone.because("结束另一处登录")).await
}

/// The link by which the first account of an installation is made: a secretary of its first community. `None` when
/// somebody can sign in already, or there is no community to work in.
pub async fn first(app: &App) -> Result<Option<OneTime>> {
    let mut tx = app.db.write().await?;
    let Some(community) = queries::without_accounts(&mut tx).await? else {
        return Ok(None);
    };
    let token = grants::token();
    let account = match queries::first_account(&mut tx).await? {
        Some(account) => account,
        None => {
            let account = queries::insert(&mut tx, "shuji", Role::Secretary.title(), "").await?;
            let grant = NewGrant {
                account,
                role: Role::Secretary,
                community,
                areas: &[],
                programmes: &[],
                appointment: None,
                from: Day(0),
                to: None,
                full_names: true,
                by: "operator",
            };
            grants::give(&mut tx, app.clock.instant(), grant).await?;
            account
        }
    };
    queries::put_link(&mut tx, &Link { account, purpose: "first".into(), expires: None }, &token).await?;
    tx.commit().await?;
    let noted = Access { chain: INSTALLATION, ..Access::installation(Some(0), "liren", Action::Account) };
    app.trail.note(noted.about(account).because("首次启动，发出第一个链接")).await?;
    Ok(Some(OneTime { account, token }))
}
