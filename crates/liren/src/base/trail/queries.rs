//! Statements of the trail. A chain is what a scope is elsewhere: every statement names one.

use std::collections::HashMap;

use liren_store::{Row, Tx, Value, params};

use super::Entry;
use crate::base::error::{Result, fault};

const COLUMNS: &str = "chain, seq, at, account_id, actor, address, action, subject, ids, purpose, prev, digest";

/// The last place of a chain and its digest; nobody else appends to it until this transaction ends.
pub async fn head(tx: &mut Tx, chain: i64) -> Result<(i64, Vec<u8>)> {
    let begin = params![chain, 0i64, BEGIN.to_vec()];
    tx.run("insert into trail_head (chain, seq, digest) values ($1, $2, $3) on conflict (chain) do nothing", begin)
        .await?;
    let taken: Option<(i64, Vec<u8>)> =
        tx.opt("update trail_head set seq = seq where chain = $1 returning seq, digest", params![chain]).await?;
    taken.ok_or_else(|| fault("a chain has no head"))
}

/// The digest before the first row of a chain.
pub const BEGIN: [u8; 32] = [0; 32];

pub async fn set_head(tx: &mut Tx, chain: i64, seq: i64, digest: &[u8]) -> Result<()> {
    let row = params![chain, seq, digest.to_vec()];
    tx.run("update trail_head set seq = $2, digest = $3 where chain = $1", row).await?;
    Ok(())
}

pub async fn append(tx: &mut Tx, entries: Vec<Entry>) -> Result<()> {
    let columns: Vec<&str> = COLUMNS.split(", ").collect();
    let rows = entries
        .into_iter()
        .map(|e| {
            params![
                e.chain, e.seq, e.at, e.account, e.actor, e.address, e.action, e.subject, e.ids, e.purpose, e.prev,
                e.digest
            ]
        })
        .collect();
    Ok(tx.insert("trail", &columns, rows).await?)
}

/// The heads there are.
pub async fn heads(tx: &mut Tx) -> Result<Vec<(i64, i64, Vec<u8>)>> {
    Ok(tx.rows("select chain, seq, digest from trail_head order by chain", params![]).await?)
}

/// Where chains begin whose oldest rows were removed: chain, seq, digest, when, signature.
pub async fn begins(tx: &mut Tx) -> Result<Vec<(i64, i64, Vec<u8>, i64, Vec<u8>)>> {
    Ok(tx.rows("select chain, seq, digest, at, signature from trail_begin order by chain", params![]).await?)
}

pub async fn set_begin(tx: &mut Tx, chain: i64, seq: i64, digest: &[u8], at: i64, signature: &[u8]) -> Result<()> {
    let row = params![chain, seq, digest.to_vec(), at, signature.to_vec()];
    tx.run(
        "insert into trail_begin (chain, seq, digest, at, signature) values ($1, $2, $3, $4, $5)
         on conflict (chain) do update set seq = excluded.seq, digest = excluded.digest, at = excluded.at,
           signature = excluded.signature",
        row,
    )
    .await?;
    Ok(())
}

/// The last place of a chain whose row, and all before it, are older than `before`.
pub async fn older(tx: &mut Tx, chain: i64, before: i64) -> Result<Option<(i64, Vec<u8>)>> {
    let first: (Option<i64>,) =
        tx.row("select min(seq) from trail where chain = $1 and at >= $2", params![chain, before]).await?;
    let sql = match first.0 {
        Some(_) => "select seq, digest from trail where chain = $1 and seq < $2 order by seq desc limit 1",
        None => "select seq, digest from trail where chain = $1 and seq <= $2 order by seq desc limit 1",
    };
    Ok(tx.opt(sql, params![chain, first.0.unwrap_or(i64::MAX)]).await?)
}

/// Removes the rows of a chain up to a place, in which a signed point was left.
pub async fn remove(tx: &mut Tx, chain: i64, seq: i64) -> Result<u64> {
    Ok(tx.run("delete from trail where chain = $1 and seq <= $2", params![chain, seq]).await?)
}

/// How many changes a condition finds.
pub async fn count_changes(tx: &mut Tx, community: i64, condition: &str, bound: Vec<Value>) -> Result<i64> {
    let mut all = params![community];
    all.extend(bound);
    let sql = format!("select count(*) from change where community_id = $1 and {condition}");
    let (n,): (i64,) = tx.row(&sql, all).await?;
    Ok(n)
}

fn read(row: &Row<'_>) -> liren_store::Result<Entry> {
    Ok(Entry {
        chain: row.get(0)?,
        seq: row.get(1)?,
        at: row.get(2)?,
        account: row.get(3)?,
        actor: row.get(4)?,
        address: row.get(5)?,
        action: row.get(6)?,
        subject: row.get(7)?,
        ids: row.get(8)?,
        purpose: row.get(9)?,
        prev: row.get(10)?,
        digest: row.get(11)?,
    })
}

/// A chain from its beginning, row by row.
pub async fn each(
    tx: &mut Tx,
    chain: i64,
    mut take: impl FnMut(Entry) -> liren_store::Result<()> + Send,
) -> Result<()> {
    // In pieces: a server hands over all rows of a statement at once.
    const PIECE: i64 = 20_000;
    let sql = format!("select {COLUMNS} from trail where chain = $1 and seq > $2 order by seq limit {PIECE}");
    let mut last = i64::MIN;
    loop {
        let mut n = 0;
        let mut seen = last;
        tx.each(&sql, params![chain, last], |row| {
            let entry = read(row)?;
            n += 1;
            seen = entry.seq;
            take(entry)
        })
        .await?;
        last = seen;
        if n < PIECE {
            return Ok(());
        }
    }
}

/// Rows of a chain by a condition over `$2…`, newest first.
pub async fn found(tx: &mut Tx, chain: i64, condition: &str, bound: Vec<Value>, limit: usize) -> Result<Vec<Entry>> {
    let sql = format!(
        "select {COLUMNS} from trail where chain = $1 and {condition} order by at desc, seq desc limit {limit}"
    );
    let mut all = params![chain];
    all.extend(bound);
    let mut entries = Vec::new();
    tx.each(&sql, all, |row| {
        entries.push(read(row)?);
        Ok(())
    })
    .await?;
    Ok(entries)
}

/// How many rows of a chain a condition finds.
pub async fn count(tx: &mut Tx, chain: i64, condition: &str, bound: Vec<Value>) -> Result<i64> {
    let mut all = params![chain];
    all.extend(bound);
    let (n,): (i64,) = tx.row(&format!("select count(*) from trail where chain = $1 and {condition}"), all).await?;
    Ok(n)
}

/// A change with what is chained of it.
pub struct Change {
    pub revision: i64,
    pub at: i64,
    pub actor: String,
    pub reason: String,
    pub touched: String,
    pub first_id: Option<i64>,
    pub next_id: Option<i64>,
    pub undoes: Option<i64>,
    pub prev: Option<Vec<u8>>,
    pub digest: Option<Vec<u8>>,
}

/// Changes of a community after a revision, in their order.
pub async fn changes(tx: &mut Tx, community: i64, after: i64, limit: i64) -> Result<Vec<Change>> {
    let sql = format!(
        "select revision, at, actor, reason, touched, first_id, next_id, undoes, prev, digest from change
         where community_id = $1 and revision > $2 order by revision limit {limit}"
    );
    let mut all = Vec::new();
    tx.each(&sql, params![community, after], |row| {
        all.push(Change {
            revision: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            reason: row.get(3)?,
            touched: row.get(4)?,
            first_id: row.get(5)?,
            next_id: row.get(6)?,
            undoes: row.get(7)?,
            prev: row.get(8)?,
            digest: row.get(9)?,
        });
        Ok(())
    })
    .await?;
    Ok(all)
}

/// Whose facts some revisions changed: revision, kind, id, aspect.
pub async fn subjects(tx: &mut Tx, community: i64, from: i64, to: i64) -> Result<Vec<(i64, String, i64, String)>> {
    let sql = "select revision, kind, subject_id, aspect from change_subject
               where community_id = $1 and revision >= $2 and revision <= $3";
    Ok(tx.rows(sql, params![community, from, to]).await?)
}

type Act = (i64, i64, String, Option<String>, Option<i64>, Option<String>);

/// What some revisions did by name: revision, place, action, kind, id, purpose.
pub async fn acts(tx: &mut Tx, community: i64, from: i64, to: i64) -> Result<Vec<Act>> {
    let sql = "select revision, seq, action, subject_kind, subject_id, purpose from change_act
               where community_id = $1 and revision >= $2 and revision <= $3 order by revision, seq";
    Ok(tx.rows(sql, params![community, from, to]).await?)
}

/// The last revision of a community by its own count.
pub async fn revision(tx: &mut Tx, community: i64) -> Result<i64> {
    let row: Option<(i64,)> = tx.opt("select revision from community where id = $1", params![community]).await?;
    Ok(row.map_or(0, |(n,)| n))
}

pub async fn communities(tx: &mut Tx) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.rows("select id from community order by id", params![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Changes of a community in a span of instants, or of one person, or by one login, newest first.
pub async fn changed(
    tx: &mut Tx,
    community: i64,
    condition: &str,
    bound: Vec<Value>,
    limit: usize,
) -> Result<Vec<(i64, i64, String, String)>> {
    let sql = format!(
        "select revision, at, actor, reason from change where community_id = $1 and {condition}
         order by revision desc limit {limit}"
    );
    let mut all = params![community];
    all.extend(bound);
    Ok(tx.rows(&sql, all).await?)
}

/// Of each of some revisions, how many people it changed and the first of them.
pub async fn changed_people(tx: &mut Tx, community: i64, revisions: &[i64]) -> Result<HashMap<i64, (i64, i64)>> {
    let mut all = HashMap::new();
    for some in revisions.chunks(500) {
        let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 2)).collect();
        let sql = format!(
            "select revision, count(distinct subject_id), min(subject_id) from change_subject
             where community_id = $1 and kind = 'person' and revision in ({}) group by revision",
            places.join(", ")
        );
        let mut bound = params![community];
        bound.extend(some.iter().map(|r| Value::from(*r)));
        let rows: Vec<(i64, i64, i64)> = tx.rows(&sql, bound).await?;
        all.extend(rows.into_iter().map(|(revision, n, first)| (revision, (n, first))));
    }
    Ok(all)
}

/// Whoever has, or had, a grant in a community.
pub async fn accounts_of(tx: &mut Tx, community: i64) -> Result<Vec<(i64, String, String)>> {
    let sql = "select a.id, a.login, a.name from account a
               where exists (select 1 from account_grant g where g.account_id = a.id and g.community_id = $1)
               order by a.id";
    Ok(tx.rows(sql, params![community]).await?)
}
