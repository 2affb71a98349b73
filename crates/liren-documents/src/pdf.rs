//! PDF, in the layout of GB/T 9704-2012.

use std::path::Path;

use crate::Document;

/// Why there is no PDF, in both languages.
#[derive(Debug)]
pub struct Unwritable {
    pub zh: String,
    pub en: String,
}

/// The document as the bytes of a PDF; `fonts` is a folder that is searched before the system's.
pub fn write(_doc: &Document, _fonts: Option<&Path>) -> Result<Vec<u8>, Unwritable> {
    Err(Unwritable {
        zh: "not written yet".into(),
        en: "not written yet".into(),
    })
}
