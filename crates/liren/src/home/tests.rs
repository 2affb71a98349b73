//! The desk and what a change moves.
