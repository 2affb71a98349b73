//! What differs between SQLite and PostgreSQL. If this grows past a few screens, stop and ask why.

use crate::Error;

/// One snapshot, taken at the first reading.
pub const SQLITE_READ: &str = "begin";

/// Takes the write lock when the transaction begins.
pub const SQLITE_WRITE: &str = "begin immediate";

/// What every connection is told.
/// What is deleted or overwritten is overwritten with zeros: somebody who is erased is nowhere in the file.
pub const SQLITE_SETTINGS: &str = "pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -32000; \
     pragma secure_delete = on;";

/// Readers beside a writer. The mode stays with the file; where nothing can be written it stays as it is.
pub const SQLITE_JOURNAL: &str = "pragma journal_mode = wal";

/// Fails when the file cannot be read as a database.
pub const SQLITE_LOOK: &str = "select 1 from sqlite_master limit 1";

/// One snapshot for the whole reading.
pub const PG_READ: &str = "begin isolation level repeatable read, read only";

/// One migrates, others wait; readers do not.
pub const PG_MIGRATING: &str = "lock table migration in exclusive mode";

/// Moves everything from the journal into the file, and leaves the journal empty.
pub const SQLITE_EMPTY_JOURNAL: &str = "pragma wal_checkpoint(truncate)";

/// A whole copy of the database in a new file.
pub const SQLITE_COPY: &str = "vacuum into $1";

/// One row `ok`, or what is wrong.
pub const SQLITE_CHECK: &str = "pragma integrity_check(1)";

/// `insert into t (a, b) values ($1, $2), ($3, $4)`.
pub fn insert_text(table: &str, columns: &[&str], rows: usize) -> String {
    use std::fmt::Write as _;
    let mut sql = format!("insert into {table} ({}) values ", columns.join(", "));
    let mut n = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            n += 1;
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${n}");
        }
        sql.push(')');
    }
    sql
}

/// SQLite takes `$1` for a name and looks it up among all before it, which makes thousands of them quadratic;
/// `?1` is a number to it. Our texts hold no other `$`: every value is bound.
pub fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

/// A table that lies in the order of its key. SQLite would otherwise keep the rows in the order they came and the key
/// beside them, and a community's rows would be looked up one by one.
pub fn create_text(sqlite: bool, statement: &str) -> String {
    let by_community = statement.starts_with("create table") && statement.contains("primary key (community_id");
    match statement.strip_suffix(')') {
        Some(_) if sqlite && by_community => format!("{statement} without rowid"),
        _ => statement.to_owned(),
    }
}

/// Sorts PostgreSQL's error by what the caller can do.
pub fn error(error: sqlx::Error) -> Error {
    let Some(db) = error.as_database_error() else {
        return match &error {
            sqlx::Error::RowNotFound => Error::NoRow,
            sqlx::Error::PoolTimedOut => Error::Busy,
            _ => Error::Fault(error.to_string()),
        };
    };
    if let Some(name) = db.constraint() {
        return Error::Constraint(name.to_owned());
    }
    told(db.message())
}

/// Sorts SQLite's error. It does not report the name of a constraint; by convention a unique constraint is
/// named `table_column_column` without `community_id`, which its message lets us rebuild.
pub fn sqlite_error(error: rusqlite::Error) -> Error {
    match &error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => told(message),
        _ => told(&error.to_string()),
    }
}

fn told(message: &str) -> Error {
    if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
        return Error::Constraint(constraint_name(columns));
    }
    if let Some(name) = message.strip_prefix("CHECK constraint failed: ") {
        return Error::Constraint(name.to_owned());
    }
    if message.contains("database is locked") || message.contains("database is busy") {
        return Error::Busy;
    }
    if message.contains("disk is full") || message.contains("No space left") || message.contains("disk I/O") {
        return Error::DiskFull;
    }
    if message.contains("readonly database") || message.contains("read-only transaction") {
        return Error::ReadOnly;
    }
    if message.contains("malformed") || message.contains("file is not a database") {
        return Error::Damaged;
    }
    Error::Fault(message.to_owned())
}

fn constraint_name(columns: &str) -> String {
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        let (t, c) = column.split_once('.').unwrap_or(("", column));
        table = t;
        if c != "community_id" {
            names.push(c);
        }
    }
    format!("{table}_{}", names.join("_"))
}

/// One row if the table named `$1` is there.
pub fn table_exists(sqlite: bool) -> &'static str {
    if sqlite {
        "select 1 from sqlite_master where type = 'table' and name = $1"
    } else {
        "select cast(1 as bigint) from information_schema.tables
         where table_schema = current_schema() and table_name = $1"
    }
}

/// Table, column, type and nullability of every column, ordered.
pub fn schema_text(sqlite: bool) -> &'static str {
    if sqlite {
        "select m.name, p.name, lower(p.type), p.\"notnull\" = 0
         from sqlite_master m join pragma_table_info(m.name) p
         where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, p.name"
    } else {
        "select cast(table_name as text), cast(column_name as text),
                cast(data_type as text), is_nullable = 'YES'
         from information_schema.columns where table_schema = current_schema()
         order by cast(table_name as text) collate \"C\", cast(column_name as text) collate \"C\""
    }
}
