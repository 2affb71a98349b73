//! Stories of the spine.
