//! The corpus, the seed's facts retold, generated reports that are then broken, and noise.

mod checks;
mod corpus;
mod endless;
mod mutations;
mod property;
mod score;
mod seed;
mod shape;
