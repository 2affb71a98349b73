//! Who is signed in, and what was granted to them. A right comes from one grant, never the role of one with the area of
//! another.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, params};
use sha2::{Digest as _, Sha256};

use super::error::{Result, fault};
use super::states::on_day;
use super::{App, Role, row};

/// 授权 — a role over a community, or over parts of its tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    pub id: i64,
    pub role: Role,
    pub community: i64,
    /// Areas with everything below them; none is the whole community.
    pub areas: Vec<i64>,
    /// Lines of work; none is all of them.
    pub programmes: Vec<String>,
    /// Whether the names of the people within are shown whole.
    pub full_names: bool,
}

row! {
    struct GrantRow {
        id: i64 = "g.id",
        role: String = "g.role",
        community: Option<i64> = "g.community_id",
        office: Option<i64> = "g.office_id",
        appointment: Option<i64> = "g.appointment_id",
        full_names: bool = "g.full_names",
    }
}

/// What is granted to an account on a day, community by community. A grant of an office holds in every community below it.
pub async fn grants(tx: &mut Tx, account: i64, on: Day) -> Result<Vec<Grant>> {
    let sql = format!(
        "select {} from account_grant g where g.account_id = $1 and g.ended_by is null
           and g.from_day <= $2 and (g.to_day is null or g.to_day > $2) order by g.id",
        GrantRow::COLUMNS
    );
    let rows: Vec<GrantRow> = tx.rows(&sql, params![account, on]).await?;
    let areas: Vec<(i64, i64)> = tx
        .rows(
            "select a.grant_id, a.area_id from account_grant_area a join account_grant g on g.id = a.grant_id
             where g.account_id = $1 order by a.grant_id, a.area_id",
            params![account],
        )
        .await?;
    let programmes: Vec<(i64, String)> = tx
        .rows(
            "select p.grant_id, p.programme from account_grant_programme p join account_grant g on g.id = p.grant_id
             where g.account_id = $1 order by p.grant_id, p.programme",
            params![account],
        )
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let Some(role) = Role::parse(&row.role) else { continue };
        let communities = match (row.community, row.office) {
            (Some(community), _) => vec![community],
            (None, Some(office)) => below(tx, office).await?,
            (None, None) => vec![],
        };
        for community in communities {
            if !still_holds(tx, community, row.appointment, on).await? {
                continue;
            }
            all.push(Grant {
                id: row.id,
                role,
                community,
                areas: areas.iter().filter(|(grant, _)| *grant == row.id).map(|(_, area)| *area).collect(),
                programmes: programmes.iter().filter(|(grant, _)| *grant == row.id).map(|(_, p)| p.clone()).collect(),
                full_names: row.full_names,
            });
        }
    }
    Ok(all)
}

/// The communities of an office and of those below it.
async fn below(tx: &mut Tx, office: i64) -> Result<Vec<i64>> {
    let offices: Vec<(i64, Option<i64>)> = tx.rows("select id, parent_id from office", params![]).await?;
    let parents: HashMap<i64, Option<i64>> = offices.into_iter().collect();
    let communities: Vec<(i64, Option<i64>)> =
        tx.rows("select id, office_id from community order by id", params![]).await?;
    let lies_below = |mut at: Option<i64>| {
        for _ in 0..=parents.len() {
            match at {
                Some(id) if id == office => return true,
                Some(id) => at = parents.get(&id).copied().flatten(),
                None => return false,
            }
        }
        false
    };
    Ok(communities.into_iter().filter(|(_, of)| lies_below(*of)).map(|(id, _)| id).collect())
}

/// A grant that hangs on a post ends with it, the same day.
async fn still_holds(tx: &mut Tx, community: i64, appointment: Option<i64>, on: Day) -> Result<bool> {
    let Some(appointment) = appointment else {
        return Ok(true);
    };
    let sql = format!(
        "select s.appointment_id from appointment_state s where s.community_id = $1 and {} and s.appointment_id = $3",
        on_day("s", 2)
    );
    let row: Option<(i64,)> = tx.opt(&sql, params![community, on, appointment]).await?;
    Ok(row.is_some())
}

/// A grant to be given.
pub struct NewGrant<'a> {
    pub account: i64,
    pub role: Role,
    pub community: i64,
    pub areas: &'a [i64],
    pub programmes: &'a [String],
    /// The post it hangs on: it ends with it.
    pub appointment: Option<i64>,
    pub from: Day,
    pub to: Option<Day>,
    /// Whether the names of the people within are shown whole.
    pub full_names: bool,
    pub by: &'a str,
}

/// Gives a grant; its id.
pub async fn give(tx: &mut Tx, now: i64, grant: NewGrant<'_>) -> Result<i64> {
    let (id,): (i64,) = tx.row("select coalesce(max(id), 0) + 1 from account_grant", params![]).await?;
    let columns = [
        "id", "account_id", "role", "community_id", "appointment_id", "from_day", "to_day", "full_names", "given_by",
        "given_at",
    ];
    let row = params![
        id,
        grant.account,
        grant.role.id(),
        grant.community,
        grant.appointment,
        grant.from,
        grant.to,
        grant.full_names,
        grant.by,
        now
    ];
    tx.insert("account_grant", &columns, vec![row]).await?;
    let areas = grant.areas.iter().map(|area| params![id, *area]).collect();
    tx.insert("account_grant_area", &["grant_id", "area_id"], areas).await?;
    let programmes = grant.programmes.iter().map(|programme| params![id, programme]).collect();
    tx.insert("account_grant_programme", &["grant_id", "programme"], programmes).await?;
    Ok(id)
}

/// Whoever works in a community, or did: sign-in name and name by account.
pub async fn accounts(tx: &mut Tx, community: i64) -> Result<HashMap<i64, (String, String)>> {
    let rows: Vec<(i64, String, String)> = tx
        .rows(
            "select a.id, a.login, a.name from account a
             where exists (select 1 from account_grant g where g.account_id = a.id and g.community_id = $1)",
            params![community],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, login, name)| (id, (login, name))).collect())
}

row! {
    /// Somebody who is signed in.
    pub struct SignedIn {
        pub account: i64 = "a.id",
        pub login: String = "a.login",
        pub name: String = "a.name",
        /// The community being looked at, when it was chosen.
        pub community: Option<i64> = "s.community_id",
        pub seen: i64 = "s.seen",
    }
}

/// A sign-in ends half a day after it began, used or not, and when nobody used it for two hours: office computers are
/// shared.
pub const LASTS_MICROS: i64 = 12 * 3600 * 1_000_000;
const IDLE_MICROS: i64 = 2 * 3600 * 1_000_000;

/// How often it is written down that somebody is still there.
const SEEN_MICROS: i64 = 5 * 60 * 1_000_000;

/// What nobody guesses: of a cookie, of a link.
pub fn token() -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What is kept of a token.
pub fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Who holds a token, if it still holds.
pub async fn signed_in(tx: &mut Tx, token: &str, now: i64) -> Result<Option<SignedIn>> {
    let sql = format!(
        "select {} from sign_in s join account a on a.id = s.account_id and a.disabled_at is null
         where s.token = $1 and s.created > $2 and s.seen > $3",
        SignedIn::COLUMNS
    );
    // Seen is written every few minutes only.
    let bound = params![digest(token), now - LASTS_MICROS, now - IDLE_MICROS - SEEN_MICROS];
    Ok(tx.opt(&sql, bound).await?)
}

/// Writes down that somebody is there, now and then, and beside what they asked for: nobody waits for it.
pub fn seen(app: &App, token: &str, last: i64) {
    let now = app.clock.instant();
    if now - last < SEEN_MICROS {
        return;
    }
    let (db, token) = (app.db.clone(), digest(token));
    tokio::spawn(async move {
        let Ok(mut tx) = db.write().await else { return };
        let row = params![token, now, now - SEEN_MICROS];
        if tx.run("update sign_in set seen = $2 where token = $1 and seen < $3", row).await.is_ok() {
            let _ = tx.commit().await;
        }
    });
}

/// Signs an account in; the token that its cookie carries. Only the token's digest is stored.
pub async fn sign_in(app: &App, account: i64, device: &str) -> Result<String> {
    let token = token();
    let now = app.clock.instant();
    let mut tx = app.db.write().await?;
    tx.run("delete from sign_in where created <= $1", params![now - LASTS_MICROS]).await?;
    let row = params![digest(&token), account, now, now, device];
    tx.insert("sign_in", &["token", "account_id", "created", "seen", "device"], vec![row]).await?;
    tx.commit().await?;
    Ok(token)
}

/// Signs one device out.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    tx.run("delete from sign_in where token = $1", params![digest(token)]).await?;
    Ok(tx.commit().await?)
}

/// Signs an account out everywhere.
pub async fn sign_out_everywhere(app: &App, account: i64) -> Result<()> {
    let mut tx = app.db.write().await?;
    tx.run("delete from sign_in where account_id = $1", params![account]).await?;
    Ok(tx.commit().await?)
}

/// The community that somebody signed in looks at from now on; one that nothing is granted for is refused.
pub async fn look_at(app: &App, token: &str, community: i64) -> Result<()> {
    let mut tx = app.db.write().await?;
    let set =
        tx.run("update sign_in set community_id = $2 where token = $1", params![digest(token), community]).await?;
    if set == 0 {
        return Err(fault("nobody is signed in by this token"));
    }
    Ok(tx.commit().await?)
}
