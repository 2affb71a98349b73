//! Every statement of this slice. Accounts are reference data of the installation, not of one community.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, PasswordVerifier};
use liren_facts::Day;
use liren_store::{Tx, params};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::rules::folded;
use crate::base::grants::{self, NewGrant};
use crate::base::{App, Permission, Result, Role, error, row};

/// Adds an account with one role over an area of a community (0: the whole); its id.
pub async fn add(
    app: &App,
    login: &str,
    name: &str,
    password: &str,
    community: i64,
    area: i64,
    role: Role,
) -> Result<i64> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(error::fault)?.to_string();
    let mut tx = app.db.write().await?;
    let id = insert(&mut tx, &folded(login), name, &hash).await?;
    let areas = [area];
    let grant = NewGrant {
        account: id,
        role,
        community,
        areas: if area == 0 { &[] } else { &areas },
        programmes: &[],
        appointment: None,
        from: Day(0),
        to: None,
        full_names: role.works_with_people(),
        by: "operator",
    };
    grants::give(&mut tx, app.clock.instant(), grant).await?;
    tx.commit().await?;
    Ok(id)
}

/// The account of a sign-in name.
pub async fn account_of(app: &App, login: &str) -> Result<Option<i64>> {
    let mut tx = app.db.read().await?;
    let row: Option<(i64,)> =
        tx.opt("select id from account where login in ($1, $2)", params![login, folded(login)]).await?;
    Ok(row.map(|(id,)| id))
}

/// A row of an account; its id. Without a password nobody signs in by it.
pub async fn insert(tx: &mut Tx, login: &str, name: &str, password: &str) -> Result<i64> {
    let (id,): (i64,) = tx.row("select coalesce(max(id), 0) + 1 from account", params![]).await?;
    let row = params![id, login, name, password];
    match tx.insert("account", &["id", "login", "name", "password"], vec![row]).await {
        Err(liren_store::Error::Constraint(name)) if name == "account_login" => Err(error::invalid(
            format!("登录名 {login} 已经有人使用，请换一个。"),
            format!("The sign-in name {login} is taken; choose another."),
        )),
        other => other.map(|()| id).map_err(Into::into),
    }
}

row! {
    /// 账户
    pub struct Account {
        pub id: i64 = "a.id",
        pub login: String = "a.login",
        pub name: String = "a.name",
        pub disabled_at: Option<i64> = "a.disabled_at",
    }
}

pub async fn account(tx: &mut Tx, id: i64) -> Result<Option<Account>> {
    Ok(tx.opt(&format!("select {} from account a where a.id = $1", Account::COLUMNS), params![id]).await?)
}

row! {
    /// 授权行 — a grant with whose it is, as the page of accounts shows it.
    pub struct Held {
        pub grant: i64 = "g.id",
        pub account: i64 = "a.id",
        pub login: String = "a.login",
        pub name: String = "a.name",
        pub role: String = "g.role",
        pub from: Day = "g.from_day",
        pub to: Option<Day> = "g.to_day",
        pub full_names: bool = "g.full_names",
        pub ended_by: Option<String> = "g.ended_by",
        pub disabled_at: Option<i64> = "a.disabled_at",
        pub waiting: bool = "a.password = ''",
        pub seen: Option<i64> = "(select max(s.seen) from sign_in s where s.account_id = a.id)",
    }
}

impl Held {
    pub fn holds(&self, on: Day) -> bool {
        self.ended_by.is_none() && self.disabled_at.is_none() && self.from <= on && self.to.is_none_or(|to| to > on)
    }
}

/// Everything granted in a community, and ended there.
pub async fn held(tx: &mut Tx, community: i64) -> Result<Vec<Held>> {
    let sql = format!(
        "select {} from account_grant g join account a on a.id = g.account_id where g.community_id = $1 order by g.id",
        Held::COLUMNS
    );
    Ok(tx.rows(&sql, params![community]).await?)
}

/// Grant and area of everything that is granted over a part of a community.
pub async fn held_areas(tx: &mut Tx, community: i64) -> Result<Vec<(i64, i64)>> {
    let sql = "select x.grant_id, x.area_id from account_grant_area x join account_grant g on g.id = x.grant_id
               where g.community_id = $1 order by x.grant_id, x.area_id";
    Ok(tx.rows(sql, params![community]).await?)
}

/// The communities in which something is granted to an account; a grant of an office counts as one more.
pub async fn communities_of(tx: &mut Tx, account: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx
        .rows(
            "select distinct coalesce(community_id, -office_id) from account_grant
             where account_id = $1 and ended_by is null order by 1",
            params![account],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends a grant of a community; whose it was.
pub async fn end_grant(tx: &mut Tx, grant: i64, community: i64, by: &str) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx
        .opt(
            "update account_grant set ended_by = $3 where id = $1 and community_id = $2 and ended_by is null
             returning account_id",
            params![grant, community, by],
        )
        .await?;
    Ok(row.map(|(account,)| account))
}

/// How many accounts that can sign in, or soon can, manage those of a community.
pub async fn left_to_manage(tx: &mut Tx, community: i64) -> Result<i64> {
    let roles: Vec<String> = Role::ALL
        .iter()
        .filter(|role| role.permissions().contains(&Permission::Accounts))
        .map(|role| format!("'{}'", role.id()))
        .collect();
    let sql = format!(
        "select count(distinct a.id) from account a join account_grant g on g.account_id = a.id
         where a.disabled_at is null and g.ended_by is null and g.community_id = $1 and g.role in ({})",
        roles.join(", ")
    );
    let (n,): (i64,) = tx.row(&sql, params![community]).await?;
    Ok(n)
}

pub async fn disable(tx: &mut Tx, account: i64, now: i64, by: &str) -> Result<()> {
    tx.run("update account set disabled_at = $2, password = '' where id = $1", params![account, now]).await?;
    tx.run("update account_grant set ended_by = $2 where account_id = $1 and ended_by is null", params![account, by])
        .await?;
    tx.run("delete from account_link where account_id = $1", params![account]).await?;
    sign_out_everywhere(tx, account).await
}

pub async fn set_password(tx: &mut Tx, account: i64, hash: &str) -> Result<()> {
    tx.run("update account set password = $2 where id = $1", params![account, hash]).await?;
    Ok(())
}

pub async fn sign_out_everywhere(tx: &mut Tx, account: i64) -> Result<()> {
    tx.run("delete from sign_in where account_id = $1", params![account]).await?;
    Ok(())
}

pub async fn sign_out_others(tx: &mut Tx, account: i64, token: &[u8]) -> Result<()> {
    tx.run("delete from sign_in where account_id = $1 and token <> $2", params![account, token.to_vec()]).await?;
    Ok(())
}

pub async fn sign_out(tx: &mut Tx, account: i64, token: &[u8]) -> Result<()> {
    tx.run("delete from sign_in where account_id = $1 and token = $2", params![account, token.to_vec()]).await?;
    Ok(())
}

/// Digest, since when, last seen, device.
pub async fn sign_ins(tx: &mut Tx, account: i64, since: i64) -> Result<Vec<(Vec<u8>, i64, i64, String)>> {
    let sql = "select token, created, seen, coalesce(device, '') from sign_in
               where account_id = $1 and created > $2 order by seen desc";
    Ok(tx.rows(sql, params![account, since]).await?)
}

row! {
    /// 一次性链接
    pub struct Link {
        pub account: i64 = "l.account_id",
        pub purpose: String = "l.purpose",
        pub expires: Option<i64> = "l.expires",
    }
}

/// A link of an account, in place of those it had.
pub async fn put_link(tx: &mut Tx, link: &Link, token: &str) -> Result<()> {
    tx.run("delete from account_link where account_id = $1", params![link.account]).await?;
    let row = params![grants::digest(token), link.account, link.purpose.as_str(), link.expires];
    Ok(tx.insert("account_link", &["token", "account_id", "purpose", "expires"], vec![row]).await?)
}

/// A link that opens now.
pub async fn link(tx: &mut Tx, token: &str, now: i64) -> Result<Option<Link>> {
    let sql = format!(
        "select {} from account_link l join account a on a.id = l.account_id and a.disabled_at is null
         where l.token = $1 and (l.expires is null or l.expires > $2)",
        Link::COLUMNS
    );
    Ok(tx.opt(&sql, params![grants::digest(token), now]).await?)
}

/// Takes a link away; whether it was there.
pub async fn use_link(tx: &mut Tx, token: &str) -> Result<bool> {
    Ok(tx.run("delete from account_link where token = $1", params![grants::digest(token)]).await? > 0)
}

/// The first community of an installation in which nobody can sign in.
pub async fn without_accounts(tx: &mut Tx) -> Result<Option<i64>> {
    let (able,): (i64,) = tx.row("select count(*) from account where password <> ''", params![]).await?;
    let (first,): (Option<i64>,) = tx.row("select min(id) from community", params![]).await?;
    Ok(first.filter(|_| able == 0))
}

/// The account whose first link was printed and not used.
pub async fn first_account(tx: &mut Tx) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.opt("select account_id from account_link where purpose = 'first'", params![]).await?;
    Ok(row.map(|(id,)| id))
}

/// A password as it is kept; made when it is somebody's turn.
pub async fn hashed(password: &str) -> Result<String> {
    let password = password.to_owned();
    let turn = turn().await?;
    let hash = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hash.await.map_err(error::fault)?.map_err(error::fault)
}

/// Looking at a password costs 19 MB and a core for a while, on purpose. So few at a time, and so few who wait: anybody
/// may ask, and the others must go on.
const AT_A_TIME: usize = 2;
const WAITING: usize = 16;
const PATIENCE: Duration = Duration::from_secs(5);

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_A_TIME)));
static PLACES: Semaphore = Semaphore::const_new(WAITING);

async fn turn() -> Result<OwnedSemaphorePermit> {
    let _place = PLACES.try_acquire().map_err(|_| error::Error::Unavailable)?;
    match tokio::time::timeout(PATIENCE, TURNS.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(error::Error::Unavailable),
    }
}

/// The account whose name and password these are.
pub async fn verify(app: &App, login: &str, password: &str) -> Result<Option<i64>> {
    let mut tx = app.db.read().await?;
    let row: Option<(i64, String)> = tx
        .opt(
            "select id, password from account where login in ($1, $2) and disabled_at is null and password <> ''",
            params![login, folded(login)],
        )
        .await?;
    drop(tx);
    // An unknown name costs the same time as a wrong password.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b+dWRWJTmaaJObG";
    let (id, hash) = match row {
        Some((id, hash)) => (Some(id), hash),
        None => (None, NOBODY.to_owned()),
    };
    let password = password.to_owned();
    let turn = turn().await?;
    let right = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        argon2::PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .map_err(error::fault)?;
    Ok(id.filter(|_| right))
}

/// The second step of an account: sealed secret, since when, the last step used, digests of the codes on paper.
pub async fn second(tx: &mut Tx, account: i64) -> Result<Option<(Vec<u8>, Option<i64>, i64, String)>> {
    let sql = "select secret, since, last_step, recovery from account_second where account_id = $1";
    Ok(tx.opt(sql, params![account]).await?)
}

/// A secret that waits for its first code.
pub async fn put_second(tx: &mut Tx, account: i64, sealed: Vec<u8>) -> Result<()> {
    end_second(tx, account).await?;
    let columns = ["account_id", "secret", "since", "last_step", "recovery"];
    tx.insert("account_second", &columns, vec![params![account, sealed, None::<i64>, 0, ""]]).await?;
    Ok(())
}

/// What was used of a second step, and since when it is asked for.
pub async fn second_used(
    tx: &mut Tx,
    account: i64,
    (since, last_step): (Option<i64>, i64),
    recovery: &str,
) -> Result<()> {
    tx.run(
        "update account_second set since = $2, last_step = $3, recovery = $4 where account_id = $1",
        params![account, since, last_step, recovery],
    )
    .await?;
    Ok(())
}

pub async fn end_second(tx: &mut Tx, account: i64) -> Result<()> {
    tx.run("delete from account_second where account_id = $1", params![account]).await?;
    Ok(())
}
