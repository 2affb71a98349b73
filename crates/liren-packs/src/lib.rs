//! Reads packs into typed definitions; every mistake with file, line and a suggestion.
