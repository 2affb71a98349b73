//! One document tree, many writers: HTML, DOCX and PDF in the layout of GB/T 9704-2012, plain text; and
//! Word, HTML and text files read back into blocks with offsets. No database, no rules.

mod document;
pub mod docx;
pub mod html;
pub mod markdown;
mod official;
pub mod pdf;
pub mod read;
pub mod returned;
pub mod text;

pub use document::{Block, Document, Figure, Span};

#[cfg(test)]
mod tests;
