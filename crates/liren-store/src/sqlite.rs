//! The embedded engine: a few connections to one file, used by the thread that asks. No worker stands
//! between, so a row costs what SQLite needs to find it and nothing to hand it over.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result, Row, Value, dialect};

/// Connections at a time; each keeps at most 32 MB of pages.
const CONNECTIONS: usize = 6;

/// How long anybody waits for a connection, for the right to write, or for another process.
const PATIENCE: Duration = Duration::from_secs(20);

/// Texts whose compiled statements a connection keeps.
const STATEMENTS: usize = 256;

/// How a file can be used, found out when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Read and written.
    Write,
    /// Only read, beside a program that writes it or left a journal.
    Read,
    /// On a disk where nothing can be written: nobody changes it, so nothing is locked.
    Still,
}

/// An SQLite file and its connections.
pub struct File {
    path: PathBuf,
    way: Way,
    idle: Mutex<Vec<Connection>>,
    room: Arc<Semaphore>,
    /// Writers of this process queue here, where waiting blocks no thread; the file's own lock is for others.
    writer: Arc<Semaphore>,
}

impl File {
    /// Opens the file, or makes one when `create` is given.
    pub fn open(path: &Path, create: bool) -> Result<File> {
        if create {
            private(path)?;
        }
        let (first, way) = first(path)?;
        Ok(File::with(path, first, way))
    }

    /// Opens a file that nobody changes: nothing is locked and nothing is written beside it.
    pub fn still(path: &Path) -> Result<File> {
        Ok(File::with(path, connect(path, Way::Still)?, Way::Still))
    }

    fn with(path: &Path, first: Connection, way: Way) -> File {
        File {
            path: path.to_owned(),
            way,
            idle: Mutex::new(vec![first]),
            room: Arc::new(Semaphore::new(CONNECTIONS)),
            writer: Arc::new(Semaphore::new(1)),
        }
    }

    #[cfg(test)]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A snapshot to read.
    pub async fn read(self: &Arc<File>) -> Result<Held> {
        let held = self.take(None).await?;
        held.execute(dialect::SQLITE_READ)?;
        Ok(held)
    }

    /// The right to write, taken at once: a plain `begin` that reads first fails with "database is locked"
    /// whatever the timeout.
    pub async fn write(self: &Arc<File>) -> Result<Held> {
        if self.way != Way::Write {
            return Err(Error::ReadOnly);
        }
        let turn = permit(&self.writer).await?;
        let held = self.take(Some(turn)).await?;
        apart(move || {
            held.execute(dialect::SQLITE_WRITE)?;
            Ok(held)
        })
        .await
    }

    /// A connection outside any transaction.
    pub async fn plain(self: &Arc<File>) -> Result<Held> {
        self.take(None).await
    }

    /// Closes every connection nobody uses; a file that nobody uses is then whole without its journal.
    pub fn close(&self) {
        self.idle().clear();
    }

    async fn take(self: &Arc<File>, turn: Option<OwnedSemaphorePermit>) -> Result<Held> {
        let room = permit(&self.room).await?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, self.way)?,
        };
        Ok(Held { connection: Some(connection), file: self.clone(), _room: room, _turn: turn })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use; it goes back when dropped, and what it had not committed is forgotten.
pub struct Held {
    connection: Option<Connection>,
    file: Arc<File>,
    _room: OwnedSemaphorePermit,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Hands the rows of a statement to `take` one by one, as long as it wants more.
    pub fn each(
        &self,
        sql: &str,
        params: &[Value],
        take: &mut (dyn FnMut(&Row<'_>) -> Result<bool> + Send),
    ) -> Result<()> {
        let mut statement = self.statement(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(dialect::sqlite_error)? {
            if !take(&Row::Sqlite(row))? {
                break;
            }
        }
        Ok(())
    }

    /// Runs a statement; how many rows it touched.
    pub fn run(&self, sql: &str, params: &[Value]) -> Result<u64> {
        self.each(sql, params, &mut |_| Ok(true))?;
        Ok(self.connection()?.changes())
    }

    /// Runs one compiled statement for each row: cheaper here than one text of thousands of values.
    pub fn run_each(&self, sql: &str, rows: &mut (dyn Iterator<Item = Vec<Value>> + Send)) -> Result<()> {
        let mut statement = self.statement(sql)?;
        for row in rows {
            bind(&mut statement, &row)?;
            statement.raw_execute().map_err(dialect::sqlite_error)?;
        }
        Ok(())
    }

    /// Runs a text that neither binds nor returns anything.
    pub fn execute(&self, sql: &str) -> Result<()> {
        self.connection()?.execute_batch(sql).map_err(dialect::sqlite_error)
    }

    /// Ends the transaction; its wait for the disk holds no thread of the runtime.
    pub async fn commit(self) -> Result<()> {
        apart(move || self.execute("commit")).await
    }

    fn statement(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        self.connection()?.prepare_cached(&dialect::numbered(sql)).map_err(dialect::sqlite_error)
    }

    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(|| Error::Fault("a connection was used after its end".into()))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // One that cannot be rolled back is in no state to be used again.
        if connection.is_autocommit() || connection.execute_batch("rollback").is_ok() {
            self.file.idle().push(connection);
        }
    }
}

/// Work that may wait for the disk or another process, on a thread that may wait.
pub async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(e) => Err(Error::Fault(e.to_string())),
    }
}

async fn permit(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(PATIENCE, of.clone().acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Error::Busy),
    }
}

/// Makes an empty file that nobody else may read; SQLite gives its journal the same permissions. One that is there
/// stays as it is. SQLite syncs what it writes into it, but not its name.
pub fn private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let make = || {
        let there = path.exists();
        options.open(path)?;
        match path.parent() {
            Some(dir) if cfg!(unix) && !there => {
                let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
                std::fs::File::open(dir)?.sync_all()
            }
            _ => Ok(()),
        }
    };
    make().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::Missing(path.display().to_string()),
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => Error::ReadOnly,
        // Full, or no longer to be trusted.
        _ => Error::DiskFull,
    })
}

/// The first connection, and the way in which the file can be used at all. A file of which only its own bytes can be
/// read is opened without its journal, but only if nothing stands in that: then its last changes would be missing.
fn first(path: &Path) -> Result<(Connection, Way)> {
    let refused = match connect(path, Way::Write) {
        Ok(connection) if connection.is_readonly("main").unwrap_or(false) => return Ok((connection, Way::Read)),
        Ok(connection) => return Ok((connection, Way::Write)),
        Err(refused @ (Error::Busy | Error::DiskFull | Error::Damaged)) => return Err(refused),
        Err(refused) => refused,
    };
    if let Ok(connection) = connect(path, Way::Read) {
        return Ok((connection, Way::Read));
    }
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    if std::fs::metadata(&journal).is_ok_and(|m| m.len() > 0) {
        return Err(Error::Journal(path.display().to_string()));
    }
    match connect(path, Way::Still) {
        Ok(connection) => Ok((connection, Way::Still)),
        Err(_) => Err(refused),
    }
}

fn connect(path: &Path, way: Way) -> Result<Connection> {
    let open = || {
        let plain = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match way {
            Way::Write => Connection::open_with_flags(path, plain | OpenFlags::SQLITE_OPEN_READ_WRITE)?,
            Way::Read => Connection::open_with_flags(path, plain | OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            Way::Still => Connection::open_with_flags(
                still(path),
                plain | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
            )?,
        };
        connection.busy_timeout(PATIENCE)?;
        connection.execute_batch(dialect::SQLITE_SETTINGS)?;
        if way == Way::Write && !connection.is_readonly("main")? {
            connection.execute_batch(dialect::SQLITE_JOURNAL)?;
        }
        connection.execute_batch(dialect::SQLITE_LOOK)?;
        // One plan for a text, whatever is bound: else every statement that compares days is compiled anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    };
    open().map_err(dialect::sqlite_error)
}

/// The address of a file that nobody changes. In an address `?`, `#` and `%` mean something.
fn still(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => address.push(char::from(*byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address.push_str("?immutable=1");
    address
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Result<()> {
    for at in 1..=statement.parameter_count() {
        let value = params.get(at - 1).ok_or_else(|| Error::Fault(format!("no value is bound to ${at}")))?;
        value.without_zero()?;
        statement.raw_bind_parameter(at, value).map_err(dialect::sqlite_error)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Value::Int(v) => v.map_or(ValueRef::Null, ValueRef::Integer),
            Value::Bool(v) => v.map_or(ValueRef::Null, |b| ValueRef::Integer(i64::from(b))),
            Value::Text(v) => v.as_ref().map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes())),
            Value::Bytes(v) => v.as_deref().map_or(ValueRef::Null, ValueRef::Blob),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}
