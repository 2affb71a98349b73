//! 质量 — how good the proofreader is, measured: over texts whose truth somebody wrote down (`score`). Pure, like the
//! rest of the crate: the caller reads the files.

pub mod score;

pub use score::{Fault, Score, Truth};
