//! Every statement of this slice. Accounts are reference data of the installation, not of one community.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::{Argon2, PasswordVerifier};
use liren_facts::Day;
use liren_store::params;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::grants::{self, NewGrant};
use crate::base::{App, Result, Role, error};

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
    let (id,): (i64,) = tx.row("select coalesce(max(id), 0) + 1 from account", params![]).await?;
    let made = tx.insert("account", &["id", "login", "name", "password"], vec![params![id, login, name, hash]]).await;
    match made {
        Err(liren_store::Error::Constraint(name)) if name == "account_login" => {
            return Err(error::invalid(
                format!("登录名 {login} 已经有人使用，请换一个。"),
                format!("The sign-in name {login} is taken; choose another."),
            ));
        }
        other => other?,
    }
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
        by: "operator",
    };
    grants::give(&mut tx, app.clock.instant(), grant).await?;
    tx.commit().await?;
    Ok(id)
}

/// The account of a sign-in name.
pub async fn account_of(app: &App, login: &str) -> Result<Option<i64>> {
    let mut tx = app.db.read().await?;
    let row: Option<(i64,)> = tx.opt("select id from account where login = $1", params![login]).await?;
    Ok(row.map(|(id,)| id))
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
    let row: Option<(i64, String)> =
        tx.opt("select id, password from account where login = $1 and disabled_at is null", params![login]).await?;
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
