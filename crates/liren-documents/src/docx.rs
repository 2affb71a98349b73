//! Word, in the layout of GB/T 9704-2012.

use crate::Document;

/// The document as the bytes of a `.docx`.
pub fn write(_doc: &Document) -> Result<Vec<u8>, String> {
    Err("not written yet".into())
}
