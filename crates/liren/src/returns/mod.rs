//! Returns: figures counted by others, or about people nobody may list. Entered per area and period with a
//! source, checked at entry, signed, superseded like any state; there is no list to open.

pub mod queries;

use crate::base::Slice;

pub const SLICE: Slice = Slice { name: "returns", records: &[queries::ReturnEntry::TABLE], ..Slice::EMPTY };

#[cfg(test)]
mod tests;
