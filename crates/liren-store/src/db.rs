//! The one fork between the engines: a database is an embedded file or a pool to a server, with the same few verbs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::ValueRef;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, PgPool, Postgres, Row as _, Transaction};

use crate::sqlite::{File, Held, apart, private};
use crate::value::FromRow;
use crate::{Error, FromValue, Result, Value, dialect};

/// A database: an embedded SQLite file or a PostgreSQL server.
#[derive(Clone)]
pub enum Db {
    Sqlite(Arc<File>),
    Postgres(PgPool),
}

/// One transaction: a snapshot to read, or the right to write.
pub enum Tx {
    Sqlite(Held),
    Postgres(Transaction<'static, Postgres>),
}

/// One row of a result, as long as the result stands on it.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a PgRow),
}

/// Takes the rows of a result one by one.
type Take<'a> = &'a mut (dyn FnMut(&Row<'_>) -> Result<bool> + Send);

/// PostgreSQL takes 65,535 values in one statement.
const BINDS_MAX: usize = 30_000;

impl Db {
    /// Opens an SQLite file. Refuses to make one because of a mistyped path unless `create` is given.
    pub async fn sqlite(path: &Path, create: bool) -> Result<Db> {
        if !create && !path.exists() {
            return Err(Error::Missing(path.display().to_string()));
        }
        let path = path.to_owned();
        let file = apart(move || File::open(&path, create)).await?;
        Ok(Db::Sqlite(Arc::new(file)))
    }

    /// Opens an SQLite file that nobody changes, to read it: nothing is written beside it, and what stands in a
    /// journal beside it is not seen.
    pub async fn sqlite_still(path: &Path) -> Result<Db> {
        if !path.exists() {
            return Err(Error::Missing(path.display().to_string()));
        }
        let path = path.to_owned();
        let file = apart(move || File::still(&path)).await?;
        Ok(Db::Sqlite(Arc::new(file)))
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

    /// The same database over two connections of its own: for what must go on while every other one is in use by
    /// somebody who waits for it.
    pub fn beside(&self) -> Db {
        match self {
            Db::Sqlite(file) => Db::Sqlite(file.clone()),
            Db::Postgres(pool) => {
                let few = PgPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(20));
                Db::Postgres(few.connect_lazy_with((*pool.connect_options()).clone()))
            }
        }
    }

    /// One consistent snapshot.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite(file) => Tx::Sqlite(file.read().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with(dialect::PG_READ).await.map_err(dialect::error)?),
        })
    }

    /// The right to write.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite(file) => Tx::Sqlite(file.write().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await.map_err(dialect::error)?),
        })
    }

    /// Closes every connection; an SQLite file is then whole without its journal.
    pub async fn close(&self) {
        match self {
            Db::Sqlite(file) => file.close(),
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Runs one statement outside any transaction, as `create database` asks.
    pub async fn run_outside(&self, sql: &str) -> Result<()> {
        match self {
            Db::Sqlite(file) => file.plain().await?.execute(sql),
            Db::Postgres(pool) => {
                sqlx::query(AssertSqlSafe(sql.to_owned())).execute(pool).await.map(|_| ()).map_err(dialect::error)
            }
        }
    }

    /// Copies an SQLite database whole into a new file while others read and write. A server has its own tools.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        let Db::Sqlite(file) = self else {
            return Err(Error::Fault("a PostgreSQL database is backed up with pg_dump".into()));
        };
        let held = file.plain().await?;
        let path = path.to_owned();
        let work = move || {
            private(&path)?;
            held.run(dialect::SQLITE_COPY, &[Value::from(path.display().to_string())])
        };
        apart(work).await.map(|_| ())
    }

    /// Empties the journal of an SQLite database into the file, as far as nobody reads an earlier state of it. A server
    /// looks after its own.
    pub async fn empty_journal(&self) -> Result<()> {
        let Db::Sqlite(file) = self else {
            return Ok(());
        };
        let held = file.plain().await?;
        apart(move || held.execute(dialect::SQLITE_EMPTY_JOURNAL)).await
    }

    /// Reads every page and every index of an SQLite database: an error when something does not fit. A server looks
    /// after its own pages.
    pub async fn check(&self) -> Result<()> {
        let Db::Sqlite(file) = self else {
            return Ok(());
        };
        let held = file.plain().await?;
        let work = move || {
            let mut whole = false;
            held.each(dialect::SQLITE_CHECK, &[], &mut |row| {
                whole = row.text(0)? == Some("ok");
                Ok(false)
            })?;
            if whole { Ok(()) } else { Err(Error::Damaged) }
        };
        apart(work).await
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite(_))
    }
}

impl Tx {
    /// All rows of a statement.
    pub async fn rows<T: FromRow + Send>(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.visit(sql, params, &mut |row| {
            all.push(T::read(row)?);
            Ok(true)
        })
        .await?;
        Ok(all)
    }

    /// The single row of a statement.
    pub async fn row<T: FromRow + Send>(&mut self, sql: &str, params: Vec<Value>) -> Result<T> {
        self.opt(sql, params).await?.ok_or(Error::NoRow)
    }

    /// The first row of a statement, if there is one.
    pub async fn opt<T: FromRow + Send>(&mut self, sql: &str, params: Vec<Value>) -> Result<Option<T>> {
        let mut first = None;
        self.visit(sql, params, &mut |row| {
            first = Some(T::read(row)?);
            Ok(false)
        })
        .await?;
        Ok(first)
    }

    /// Hands each row to `take` as it is read: for many rows, and for callers that read columns one by one.
    pub async fn each(
        &mut self,
        sql: &str,
        params: Vec<Value>,
        mut take: impl FnMut(&Row<'_>) -> Result<()> + Send,
    ) -> Result<()> {
        self.visit(sql, params, &mut |row| take(row).map(|()| true)).await
    }

    async fn visit(&mut self, sql: &str, params: Vec<Value>, take: Take<'_>) -> Result<()> {
        match self {
            Tx::Sqlite(held) => held.each(sql, &params, take),
            Tx::Postgres(tx) => {
                let rows = sqlx::query_with(AssertSqlSafe(sql.to_owned()), pg_arguments(params)?)
                    .fetch_all(&mut **tx)
                    .await
                    .map_err(dialect::error)?;
                for row in &rows {
                    if !take(&Row::Postgres(row))? {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// Whether there is a table of this name.
    pub async fn has_table(&mut self, name: &str) -> Result<bool> {
        let sqlite = matches!(self, Tx::Sqlite(_));
        let there: Option<(i64,)> = self.opt(dialect::table_exists(sqlite), vec![Value::from(name)]).await?;
        Ok(there.is_some())
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run(&mut self, sql: &str, params: Vec<Value>) -> Result<u64> {
        match self {
            Tx::Sqlite(held) => held.run(sql, &params),
            Tx::Postgres(tx) => sqlx::query_with(AssertSqlSafe(sql.to_owned()), pg_arguments(params)?)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected())
                .map_err(dialect::error),
        }
    }

    /// Inserts many rows with few statements. `table` and `columns` are names from the code, never input.
    pub async fn insert(&mut self, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<()> {
        self.insert_from(table, columns, &mut rows.into_iter()).await
    }

    /// The same, for rows so many that each is better made when its turn comes.
    pub async fn insert_from(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut (dyn Iterator<Item = Vec<Value>> + Send),
    ) -> Result<()> {
        if let Tx::Sqlite(held) = self {
            return held.run_each(&dialect::insert_text(table, columns, 1), rows);
        }
        let chunk = (BINDS_MAX / columns.len().max(1)).clamp(1, 2_000);
        loop {
            let batch: Vec<Vec<Value>> = (&mut *rows).take(chunk).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let sql = dialect::insert_text(table, columns, batch.len());
            self.run(&sql, batch.into_iter().flatten().collect()).await?;
        }
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(held) => held.commit().await,
            Tx::Postgres(tx) => tx.commit().await.map_err(dialect::error),
        }
    }

    /// Forgets everything written. Dropping a transaction does the same.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(held) => held.execute("rollback"),
            Tx::Postgres(tx) => tx.rollback().await.map_err(dialect::error),
        }
    }
}

impl Row<'_> {
    /// The value of the column at `index`, counted from 0.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        T::from_row(self, index)
    }

    /// A text that is read where it stands.
    pub fn text(&self, index: usize) -> Result<Option<&str>> {
        match self {
            Row::Sqlite(row) => plain(row, index, |v| match v {
                ValueRef::Text(text) => std::str::from_utf8(text).ok(),
                _ => None,
            }),
            Row::Postgres(row) => row.try_get(index).map_err(dialect::error),
        }
    }
}

/// A value of SQLite as one of our four types; `None` when it is null.
fn plain<'a, T>(
    row: &'a rusqlite::Row<'a>,
    index: usize,
    read: impl FnOnce(ValueRef<'a>) -> Option<T>,
) -> Result<Option<T>> {
    match row.get_ref(index).map_err(dialect::sqlite_error)? {
        ValueRef::Null => Ok(None),
        value => match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::Fault(format!("column {index} holds another type than is read"))),
        },
    }
}

macro_rules! readable {
    ($($plain:ty: $shape:pat => $value:expr),+ $(,)?) => { $(
        impl FromValue for $plain {
            fn from_row(row: &Row<'_>, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(_) => <Option<$plain>>::from_row(row, index)?.ok_or_else(|| {
                        Error::Fault(format!("column {index} is null"))
                    }),
                    Row::Postgres(row) => row.try_get(index).map_err(dialect::error),
                }
            }
        }
        impl FromValue for Option<$plain> {
            fn from_row(row: &Row<'_>, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => plain(row, index, |v| match v {
                        $shape => $value,
                        _ => None,
                    }),
                    Row::Postgres(row) => row.try_get(index).map_err(dialect::error),
                }
            }
        }
    )+ };
}
readable!(
    i64: ValueRef::Integer(v) => Some(v),
    bool: ValueRef::Integer(v) => Some(v != 0),
    String: ValueRef::Text(v) => String::from_utf8(v.to_vec()).ok(),
    Vec<u8>: ValueRef::Blob(v) => Some(v.to_vec()),
);

fn pg_arguments(params: Vec<Value>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in params {
        value.without_zero()?;
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
