//! What can go wrong in the store, sorted by what a caller can do about it.

/// The outcome of a store verb.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The named uniqueness or check constraint refused the row.
    #[error("constraint {0}")]
    Constraint(String),
    /// Exactly one row was expected.
    #[error("no such row")]
    NoRow,
    /// Somebody else holds the database; trying again may help.
    #[error("the database is busy")]
    Busy,
    /// The disk is full or the file cannot be written.
    #[error("the disk is full or cannot be written")]
    DiskFull,
    /// A text holds a zero character, which PostgreSQL takes nowhere.
    #[error("a text holds a zero character")]
    Zero,
    /// The disk or the file's permissions allow reading only.
    #[error("the database can only be read")]
    ReadOnly,
    /// Its last changes stand in a journal beside it, which only a program that may write there can read.
    #[error("the journal of {0} must be read by a program that may write")]
    Journal(String),
    /// The file is no database, or parts of it are damaged.
    #[error("the database is damaged")]
    Damaged,
    /// The database file or its folder is missing.
    #[error("there is no database at {0}")]
    Missing(String),
    /// The database was made by a newer program.
    #[error("the database has migration {found}, this program knows {known}")]
    TooNew { found: i64, known: i64 },
    /// A step of the schema is another one than this program's of the same number.
    #[error("migration {number} of the database is {found}, this program's is {known}")]
    OtherWay { number: i64, found: String, known: String },
    /// Anything else; the full chain goes to the log.
    #[error("database: {0}")]
    Fault(String),
}
