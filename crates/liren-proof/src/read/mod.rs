//! From the original string to quantities with labels: normalise, scan numbers and dates, split sentences, label.

pub mod bounds;
pub mod compare;
pub mod context;
pub mod dates;
pub mod figures;
pub mod holes;
pub mod labels;
pub mod lexicon;
pub mod measures;
pub mod names;
pub mod naming;
pub mod normal;
pub mod numbers;
pub mod places;
pub mod roles;
pub mod sentences;
pub mod verbs;
