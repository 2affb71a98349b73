//! 质量 — how good the proofreader is, measured: over texts whose truth somebody wrote down (`score`), and over texts
//! whose figures are changed one digit at a time (`changes`). Pure, like the rest of the crate: the caller reads the files.

pub mod changes;
pub mod score;

pub use changes::{Changes, Tally};
pub use score::{Fault, Score, Truth};
