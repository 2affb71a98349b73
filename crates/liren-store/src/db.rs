//! The one fork between the engines: a database is an enum of two pools with the same few verbs.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, PgPool, Postgres, Row as _, Sqlite, SqlitePool,
    Transaction,
};

use crate::value::FromRow;
use crate::{Error, FromValue, Result, Value, dialect};

/// A database: an embedded SQLite file or a PostgreSQL server.
#[derive(Clone)]
pub enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// One transaction: a snapshot to read, or the right to write.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// One row of a result.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// Binds are limited to 32,766 on SQLite and 65,535 on PostgreSQL; one limit serves both.
const BINDS_MAX: usize = 30_000;

impl Db {
    /// Opens an SQLite file. Refuses to make one because of a mistyped path unless `create` is given.
    pub async fn sqlite(path: &Path, create: bool) -> Result<Db> {
        if !create && !path.exists() {
            return Err(Error::Missing(path.display().to_string()));
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20))
            .pragma("cache_size", "-32000")
            .row_buffer_size(512)
            // Statements may be long, and a log holds no values of people.
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(6)
            .connect_with(options)
            .await;
        Ok(Db::Sqlite(pool.map_err(dialect::error)?))
    }

    /// Connects to `postgres://…`.
    pub async fn postgres(url: &str) -> Result<Db> {
        let options: PgConnectOptions = url.parse().map_err(dialect::error)?;
        let options = options.disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options)
            .await;
        Ok(Db::Postgres(pool.map_err(dialect::error)?))
    }

    /// One consistent snapshot.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite(pool) => Tx::Sqlite(pool.begin().await.map_err(dialect::error)?),
            Db::Postgres(pool) => Tx::Postgres(
                pool.begin_with(dialect::PG_READ)
                    .await
                    .map_err(dialect::error)?,
            ),
        })
    }

    /// The right to write. On SQLite the lock is taken at once: a plain `begin` that reads first fails
    /// with "database is locked" whatever the timeout.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite(pool) => Tx::Sqlite(
                pool.begin_with(dialect::SQLITE_WRITE)
                    .await
                    .map_err(dialect::error)?,
            ),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await.map_err(dialect::error)?),
        })
    }

    /// Closes every connection; an SQLite file is then whole without its journal.
    pub async fn close(&self) {
        match self {
            Db::Sqlite(pool) => pool.close().await,
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Runs one statement outside any transaction, as `create database` asks.
    pub async fn run_outside(&self, sql: &str) -> Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Db::Sqlite(pool) => sqlx::query(sql)
                .execute(pool)
                .await
                .map(|_| ())
                .map_err(dialect::error),
            Db::Postgres(pool) => sqlx::query(sql)
                .execute(pool)
                .await
                .map(|_| ())
                .map_err(dialect::error),
        }
    }

    /// Copies an SQLite database whole into a new file while others read and write. A server has its own tools.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        let Db::Sqlite(pool) = self else {
            return Err(Error::Fault(
                "a PostgreSQL database is backed up with pg_dump".into(),
            ));
        };
        sqlx::query(dialect::SQLITE_COPY)
            .bind(path.display().to_string())
            .execute(pool)
            .await
            .map(|_| ())
            .map_err(dialect::error)
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite(_))
    }
}

impl Tx {
    /// All rows of a statement.
    pub async fn rows<T: FromRow>(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<T>> {
        self.fetch(sql, params).await?.iter().map(T::read).collect()
    }

    /// The single row of a statement.
    pub async fn row<T: FromRow>(&mut self, sql: &str, params: Vec<Value>) -> Result<T> {
        self.opt(sql, params).await?.ok_or(Error::NoRow)
    }

    /// The first row of a statement, if there is one.
    pub async fn opt<T: FromRow>(&mut self, sql: &str, params: Vec<Value>) -> Result<Option<T>> {
        self.fetch(sql, params)
            .await?
            .first()
            .map(T::read)
            .transpose()
    }

    /// Raw rows, for callers that read columns one by one.
    pub async fn fetch(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Tx::Sqlite(tx) => sqlx::query_with(sql, sqlite_arguments(params)?)
                .fetch_all(&mut **tx)
                .await
                .map_err(dialect::error)?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Tx::Postgres(tx) => sqlx::query_with(sql, pg_arguments(params)?)
                .fetch_all(&mut **tx)
                .await
                .map_err(dialect::error)?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run(&mut self, sql: &str, params: Vec<Value>) -> Result<u64> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Tx::Sqlite(tx) => sqlx::query_with(sql, sqlite_arguments(params)?)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected())
                .map_err(dialect::error),
            Tx::Postgres(tx) => sqlx::query_with(sql, pg_arguments(params)?)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected())
                .map_err(dialect::error),
        }
    }

    /// Inserts many rows with few statements. `table` and `columns` are names from the code, never input.
    pub async fn insert(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let chunk = (BINDS_MAX / columns.len()).clamp(1, 2_000);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let batch: Vec<Vec<Value>> = rows.by_ref().take(chunk).collect();
            let sql =
                dialect::insert_text(matches!(self, Tx::Sqlite(_)), table, columns, batch.len());
            self.run(&sql, batch.into_iter().flatten().collect())
                .await?;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await.map_err(dialect::error),
            Tx::Postgres(tx) => tx.commit().await.map_err(dialect::error),
        }
    }

    /// Forgets everything written. Dropping a transaction does the same.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await.map_err(dialect::error),
            Tx::Postgres(tx) => tx.rollback().await.map_err(dialect::error),
        }
    }
}

impl Row {
    /// The value of the column at `index`, counted from 0.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        T::from_row(self, index)
    }
}

macro_rules! readable {
    ($($plain:ty),+) => { $(
        impl FromValue for $plain {
            fn from_row(row: &Row, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => row.try_get(index).map_err(dialect::error),
                    Row::Postgres(row) => row.try_get(index).map_err(dialect::error),
                }
            }
        }
        impl FromValue for Option<$plain> {
            fn from_row(row: &Row, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => row.try_get(index).map_err(dialect::error),
                    Row::Postgres(row) => row.try_get(index).map_err(dialect::error),
                }
            }
        }
    )+ };
}
readable!(i64, bool, String, Vec<u8>);

fn sqlite_arguments(params: Vec<Value>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for value in params {
        match value {
            Value::Int(v) => arguments.add(v),
            Value::Bool(v) => arguments.add(v),
            Value::Text(v) => arguments.add(v),
            Value::Bytes(v) => arguments.add(v),
        }
        .map_err(|e| Error::Fault(e.to_string()))?;
    }
    Ok(arguments)
}

fn pg_arguments(params: Vec<Value>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in params {
        match value {
            Value::Int(v) => arguments.add(v),
            Value::Bool(v) => arguments.add(v),
            Value::Text(v) => arguments.add(v),
            Value::Bytes(v) => arguments.add(v),
        }
        .map_err(|e| Error::Fault(e.to_string()))?;
    }
    Ok(arguments)
}
