//! Stories about single expressions, golden findings, and the random comparison with a plain interpreter.

mod findings;
mod random;
mod reference;
mod stories;
mod town;
