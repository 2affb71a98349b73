//! Typed values in and out of the database.

use liren_facts::Day;

use crate::{Error, Result, Row};

/// One bound value. A null has a type too, because PostgreSQL asks for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// What one engine refuses, neither takes: else the same text would be kept here and stop everything there.
    pub(crate) fn without_zero(&self) -> Result<()> {
        match self {
            Value::Text(Some(text)) if text.contains('\0') => Err(Error::Zero),
            _ => Ok(()),
        }
    }
}

macro_rules! from {
    ($variant:ident, $target:ty: $($source:ty),+) => { $(
        impl From<$source> for Value {
            fn from(value: $source) -> Value { Value::$variant(Some(<$target>::from(value))) }
        }
        impl From<Option<$source>> for Value {
            fn from(value: Option<$source>) -> Value { Value::$variant(value.map(<$target>::from)) }
        }
    )+ };
}
from!(Int, i64: i64, i32, u32);
from!(Bool, bool: bool);
from!(Text, String: String, &str, &String);
from!(Bytes, Vec<u8>: Vec<u8>, &[u8]);

impl From<Day> for Value {
    fn from(day: Day) -> Value {
        Value::from(day.0)
    }
}
impl From<Option<Day>> for Value {
    fn from(day: Option<Day>) -> Value {
        Value::from(day.map(|d| d.0))
    }
}

/// A Rust type that a column can be read into; `Option` for columns that may be null.
pub trait FromValue: Sized {
    fn from_row(row: &Row<'_>, index: usize) -> Result<Self>;
}

/// A day is kept as days since 1970-01-01.
impl FromValue for Day {
    fn from_row(row: &Row<'_>, index: usize) -> Result<Self> {
        day(i64::from_row(row, index)?)
    }
}
impl FromValue for Option<Day> {
    fn from_row(row: &Row<'_>, index: usize) -> Result<Self> {
        <Option<i64>>::from_row(row, index)?.map(day).transpose()
    }
}

fn day(number: i64) -> Result<Day> {
    i32::try_from(number).map(Day).map_err(|_| Error::Fault(format!("{number} is no day")))
}

/// A type that is a whole number in the database: an id that knows of what.
pub trait Number: Copy {
    fn number(self) -> i64;
    fn of_number(number: i64) -> Self;
}

impl<T: Number> From<T> for Value {
    fn from(value: T) -> Value {
        Value::Int(Some(value.number()))
    }
}
impl<T: Number> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        Value::Int(value.map(T::number))
    }
}
impl<T: Number> FromValue for T {
    fn from_row(row: &Row<'_>, index: usize) -> Result<T> {
        i64::from_row(row, index).map(T::of_number)
    }
}
impl<T: Number> FromValue for Option<T> {
    fn from_row(row: &Row<'_>, index: usize) -> Result<Option<T>> {
        Ok(<Option<i64>>::from_row(row, index)?.map(T::of_number))
    }
}

/// A tuple or struct read from a row by position.
pub trait FromRow: Sized {
    fn read(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: FromValue),+> FromRow for ($($name,)+) {
            fn read(row: &Row<'_>) -> Result<Self> { Ok(($(row.get::<$name>($index)?,)+)) }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
