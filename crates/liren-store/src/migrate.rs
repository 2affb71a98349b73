//! Migrations: one numbered list, one text for both engines, run at start.

use crate::{Db, Error, Result, Tx, dialect, params};

/// A numbered step of the schema: `0001_org.sql` and its text. Statements end with `;` at a line's end.
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

/// One column as the engine describes it, for the test that compares both schemas.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub table: String,
    pub name: String,
    pub kind: String,
    pub nullable: bool,
}

impl Db {
    /// Brings the schema up to date; the number of steps that were run. All or nothing.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        let mut tx = self.write().await?;
        tx.run("create table if not exists migration (number bigint primary key, name text not null)", params![])
            .await?;
        let (done,): (i64,) = tx.row("select coalesce(max(number), 0) from migration", params![]).await?;
        let known = migrations.iter().map(|m| m.number).max().unwrap_or(0);
        if done > known {
            return Err(Error::TooNew { found: done, known });
        }
        let mut steps = 0;
        for step in migrations.iter().filter(|m| m.number > done) {
            apply(&mut tx, step).await?;
            steps += 1;
        }
        tx.commit().await?;
        Ok(steps)
    }

    /// Every column of the schema, ordered by table and name.
    pub async fn columns(&self) -> Result<Vec<Column>> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, String, String, bool)> =
            tx.rows(dialect::schema_text(self.is_sqlite()), params![]).await?;
        Ok(rows.into_iter().map(|(table, name, kind, nullable)| Column { table, name, kind, nullable }).collect())
    }
}

async fn apply(tx: &mut Tx, step: &Migration) -> Result<()> {
    let sqlite = matches!(tx, Tx::Sqlite(_));
    for statement in step.sql.split(";\n") {
        let text: String =
            statement.lines().filter(|l| !l.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
        if !text.trim().is_empty() {
            let text = dialect::create_text(sqlite, text.trim().trim_end_matches(';'));
            tx.run(&text, params![]).await?;
        }
    }
    tx.run("insert into migration (number, name) values ($1, $2)", params![step.number, step.name]).await?;
    Ok(())
}
