//! Word, HTML and PDF files read back into blocks of text.

/// A block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub kind: Kind,
    /// Cells of a table row are separated by tabs.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1 is the title.
    Heading(u8),
    Paragraph,
    Row,
}

/// Why a file could not be read, in both languages.
#[derive(Debug)]
pub struct Unreadable {
    pub zh: String,
    pub en: String,
}

/// The blocks of a `.docx`, `.html` or `.pdf` file.
pub fn blocks(_name: &str, _bytes: &[u8]) -> Result<Vec<Read>, Unreadable> {
    Err(Unreadable {
        zh: "not written yet".into(),
        en: "not written yet".into(),
    })
}
