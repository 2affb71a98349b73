//! Statements of the spine about the whole installation: no single community, so no scope.

use liren_store::{Tx, params};

use super::error::Result;

/// Each community and its key, wrapped by the master key.
pub async fn wrapped_keys(tx: &mut Tx) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(tx.rows("select id, wrapped_key from community order by id", params![]).await?)
}

/// What the installation says under a name.
pub async fn word(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.opt("select value from installation where name = $1", params![name]).await?;
    Ok(row.map(|(value,)| value))
}

pub async fn say(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.run(
        "insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        params![name, value],
    )
    .await?;
    Ok(())
}
