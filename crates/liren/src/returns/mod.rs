//! Returns: figures counted by others, or about people nobody may list. Entered per area and period with a
//! source, checked at entry, signed, superseded like any state; there is no list to open.

pub mod queries;

#[cfg(test)]
mod tests;
