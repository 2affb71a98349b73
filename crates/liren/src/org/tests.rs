//! Stories of this slice are told in the tests of `demo`, whose tree has all four levels.
