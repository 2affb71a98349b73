//! Relations between quantities: a whole and its parts, a count and its list, a base and its increase.

mod cues;
pub mod differences;
pub mod dimensions;
mod headed;
pub mod listings;
pub mod partitions;
pub mod products;
pub mod ratios;
pub mod slogans;
pub mod tables;
