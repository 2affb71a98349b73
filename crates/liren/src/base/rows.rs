//! Rows read by name: the columns of a statement and the fields they fill stand in one place.

/// A struct read from a statement, with the expression of each column beside the field it fills:
///
/// ```ignore
/// row! {
///     /// 房屋
///     struct Home { id: DwellingId = "d.dwelling_id", room: String = "d.room" }
/// }
/// // format!(… {} from dwelling_state d where …, Home::COLUMNS)
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$doc:meta])* $vis:vis struct $name:ident {
        $($(#[$field_doc:meta])* $field_vis:vis $field:ident: $type:ty = $column:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        $vis struct $name { $($(#[$field_doc])* $field_vis $field: $type),+ }

        impl $name {
            /// The columns of the statement, in the order in which they are read.
            $vis const COLUMNS: &'static str = $crate::base::joined!($($column),+);
        }

        impl liren_store::FromRow for $name {
            fn read(row: &liren_store::Row<'_>) -> liren_store::Result<$name> {
                let mut at = 0..;
                // A range without an end always has a next number.
                let mut next = || at.next().unwrap_or(usize::MAX);
                Ok($name { $($field: row.get(next())?),+ })
            }
        }
    };
}

/// Names joined by commas while compiling.
#[macro_export]
macro_rules! joined {
    ($only:literal) => { $only };
    ($first:literal, $($rest:literal),+) => { concat!($first, $(", ", $rest),+) };
}

pub use crate::{joined, row};
