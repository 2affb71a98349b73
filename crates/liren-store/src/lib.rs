//! `Db`, `Tx`, migrations and what differs between SQLite and PostgreSQL. Knows SQL, not residents.
//!
//! Slices write one SQL text: `$n` placeholders and the common subset of both engines. Values are bound
//! through the typed [`Value`], rows are read by position through [`Row::get`]. There are four column
//! types only: `bigint`, `boolean`, `text`, `bytea`.

mod db;
mod dialect;
mod error;
mod migrate;
mod sqlite;
mod value;

pub use db::{Db, Row, Tx};
pub use error::{Error, Result};
pub use migrate::{Code, Column, Migration, Standing, Step};
pub use value::{FromRow, FromValue, Number, Value};

/// Values for a statement, in the order of its placeholders: `params![community, day, name]`.
#[macro_export]
macro_rules! params {
    () => { Vec::<$crate::Value>::new() };
    ($($value:expr),+ $(,)?) => {
        $crate::bound([$($crate::Value::from($value)),+])
    };
}

/// Values in order, for [`params!`].
pub fn bound<const N: usize>(values: [Value; N]) -> Vec<Value> {
    values.into()
}

#[cfg(test)]
mod tests;
