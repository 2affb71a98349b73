//! Migrations: numbered steps, one text for both engines. A database keeps the set of those it has had, so a step
//! with a lower number that arrives later still runs.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use crate::{Db, Error, Result, Tx, dialect, params};

/// A numbered step of the schema.
#[derive(Clone, Copy)]
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub step: Step,
}

/// What a migration does.
#[derive(Clone, Copy)]
pub enum Step {
    /// Statements that end with `;` at a line's end.
    Sql(&'static str),
    /// What SQL cannot say: a function over the transaction in which all steps of one upgrade run.
    Code(Code),
}

/// `|tx| Box::pin(fill(tx))` of an `async fn fill(tx: &mut Tx) -> Result<()>`.
pub type Code = for<'a> fn(&'a mut Tx) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// How far a database has come.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    /// Steps it has had.
    pub done: usize,
    /// Numbers of the steps it still lacks, in the order in which they will run.
    pub pending: Vec<i64>,
}

/// One column as the engine describes it, for the test that compares both schemas.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub table: String,
    pub name: String,
    pub kind: String,
    pub nullable: bool,
}

impl Migration {
    pub const fn sql(number: i64, name: &'static str, text: &'static str) -> Migration {
        Migration { number, name, step: Step::Sql(text) }
    }

    pub const fn code(number: i64, name: &'static str, run: Code) -> Migration {
        Migration { number, name, step: Step::Code(run) }
    }
}

impl Db {
    /// How far this database has come. It only reads, so it neither waits for a writer nor needs a disk that can be
    /// written.
    pub async fn standing(&self, migrations: &[Migration]) -> Result<Standing> {
        let mut tx = self.read().await?;
        let done = done(&mut tx).await?;
        let pending = pending(migrations, &done)?;
        Ok(Standing { done: done.len(), pending: pending.iter().map(|m| m.number).collect() })
    }

    /// Brings the schema up to date; the number of steps that were run. All or nothing.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        if self.standing(migrations).await?.pending.is_empty() {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        tx.run("create table if not exists migration (number bigint primary key, name text not null)", params![])
            .await?;
        if !self.is_sqlite() {
            // Two programs that start together: the second finds the work done.
            tx.run(dialect::PG_MIGRATING, params![]).await?;
        }
        let done = done(&mut tx).await?;
        let steps = pending(migrations, &done)?;
        for step in &steps {
            apply(&mut tx, step).await?;
        }
        tx.commit().await?;
        Ok(steps.len())
    }

    /// Every column of the schema, ordered by table and name.
    pub async fn columns(&self) -> Result<Vec<Column>> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, String, String, bool)> =
            tx.rows(dialect::schema_text(self.is_sqlite()), params![]).await?;
        Ok(rows.into_iter().map(|(table, name, kind, nullable)| Column { table, name, kind, nullable }).collect())
    }
}

/// The steps a database has had, by number; none when it is new.
async fn done(tx: &mut Tx) -> Result<BTreeMap<i64, String>> {
    if !tx.has_table("migration").await? {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, String)> = tx.rows("select number, name from migration", params![]).await?;
    Ok(rows.into_iter().collect())
}

/// The steps that are still to run, lowest first. A step this program does not know was done by a newer one, or by
/// one that went another way: neither may be written by this program.
fn pending<'a>(migrations: &'a [Migration], done: &BTreeMap<i64, String>) -> Result<Vec<&'a Migration>> {
    let known: BTreeMap<i64, &Migration> = migrations.iter().map(|m| (m.number, m)).collect();
    for (number, name) in done.iter().rev() {
        match known.get(number) {
            Some(step) if step.name == name => {}
            Some(step) => {
                return Err(Error::OtherWay { number: *number, found: name.clone(), known: step.name.to_owned() });
            }
            None => {
                let known = known.last_key_value().map_or(0, |(number, _)| *number);
                return Err(Error::TooNew { found: *number, known });
            }
        }
    }
    Ok(known.into_values().filter(|m| !done.contains_key(&m.number)).collect())
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<()> {
    match migration.step {
        Step::Sql(text) => tx.script(text).await?,
        Step::Code(run) => run(tx).await?,
    }
    tx.run("insert into migration (number, name) values ($1, $2)", params![migration.number, migration.name]).await?;
    Ok(())
}

impl Tx {
    /// Runs statements that each end with `;` at a line's end, as a step of the schema is written.
    pub async fn script(&mut self, text: &str) -> Result<()> {
        let sqlite = self.is_sqlite();
        for statement in text.split(";\n") {
            let text: String =
                statement.lines().filter(|l| !l.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
            if !text.trim().is_empty() {
                let text = dialect::create_text(sqlite, text.trim().trim_end_matches(';'));
                self.run(&text, params![]).await?;
            }
        }
        Ok(())
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Tx::Sqlite(_))
    }
}
