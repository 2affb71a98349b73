//! Stories of this slice are told in the tests of `demo`.
