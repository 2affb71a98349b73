//! Word, HTML and PDF files read back into blocks of text, exactly as a reader sees them: the proofreader maps its offsets
//! to these blocks. Whatever a file is called, its first bytes decide what it is; a file that cannot be read says
//! why and what to do.

mod package;
mod paper;
mod web;
mod word;

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub kind: Kind,
    /// Cells of a table row are separated by tabs.
    pub text: String,
    /// Tracked changes that nobody has accepted or refused yet, in characters of the text, which is what they would leave: a
    /// deletion is an empty span.
    pub revisions: Vec<Range<usize>>,
    /// Words in it are struck out, and are not in the text.
    pub struck: bool,
    /// Content controls and bookmarks with a name, where they were asked for.
    pub named: Vec<Named>,
}

/// A piece of a text that has a name: the tag of a content control, the name of a bookmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub span: Range<usize>,
    /// A control, which says more than a bookmark: that grows and shrinks while somebody types at its edges.
    pub control: bool,
}

/// A Word file with what it says of its own pieces and of itself.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pub blocks: Vec<Read>,
    /// What it says of itself, by name.
    pub properties: Vec<(String, String)>,
}

/// The Word file with the names of its pieces and its own properties; a file of another kind is refused.
pub fn word(name: &str, bytes: &[u8]) -> Result<Word, Unreadable> {
    if !matches!(sort(bytes), Sort::Package) {
        // What is wrong with it is said where it is; a file that can be read is still no Word file.
        blocks(name, bytes)?;
        return Err(unreadable(
            name,
            "不是 Word 文件，不能与发出的报告对照。请上传改好的 .docx。",
            "is not a Word file and cannot be held against the report that was sent. Send the edited .docx.",
        ));
    }
    word::read(name, bytes)
}

impl Read {
    /// Without the names of its pieces.
    fn unnamed(self) -> Read {
        Read { named: Vec::new(), ..self }
    }

    pub fn new(kind: Kind, text: impl Into<String>) -> Read {
        Read { kind, text: text.into(), revisions: Vec::new(), struck: false, named: Vec::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A part of a file that is larger than this when unpacked is no report but an accident or an attack.
const LIMIT: u64 = 64 << 20;

/// Characters of a report: some two thousand pages. What is longer is read by nobody, and would be proofread for hours.
pub const CHARACTERS: usize = 1_500_000;

/// The blocks of a `.docx`, `.html` or `.pdf` file.
pub fn blocks(name: &str, bytes: &[u8]) -> Result<Vec<Read>, Unreadable> {
    let read = match sort(bytes) {
        Sort::Empty => Err(unreadable(
            name,
            "是空文件。请确认文件已经保存完整，再重新上传。",
            "is empty. Make sure it was saved completely, then send it again.",
        )),
        Sort::Package => word::read(name, bytes).map(|word| word.blocks.into_iter().map(Read::unnamed).collect()),
        Sort::Ole => Err(unreadable(
            name,
            "是旧版 .doc 文件，或者是加了密码的 Word 文件，不能直接阅读。请用 Word 或 WPS 打开它，去掉密码，另存为 .docx 后再上传。",
            "is an old .doc or a Word file with a password and cannot be read. Open it in Word or WPS, remove the password, save it as .docx and send that.",
        )),
        Sort::Rtf => Err(unreadable(
            name,
            "是 RTF 文件，不能直接阅读。请用 Word 或 WPS 打开它，另存为 .docx 后再上传。",
            "is an RTF file and cannot be read. Open it in Word or WPS, save it as .docx and send that.",
        )),
        Sort::Pdf => paper::blocks(name, bytes),
        Sort::Binary => Err(broken(name)),
        Sort::Text if bytes.len() as u64 > LIMIT => Err(too_large(name)),
        Sort::Text => Ok(web::blocks(bytes)),
    }?;
    if read.iter().map(|block| block.text.chars().count()).sum::<usize>() > CHARACTERS {
        return Err(too_long(name));
    }
    if read.is_empty() {
        return Err(unreadable(
            name,
            "里没有文字，可能只有扫描的图片。请上传带文字的 Word、网页或文本文件。",
            "contains no text, perhaps only scanned pictures. Send a Word, web or text file with its words.",
        ));
    }
    Ok(read)
}

enum Sort {
    Empty,
    Package,
    Ole,
    Rtf,
    Pdf,
    Binary,
    Text,
}

fn sort(bytes: &[u8]) -> Sort {
    let marks: [(&[u8], Sort); 6] = [
        (b"PK\x03\x04", Sort::Package),
        (b"PK\x05\x06", Sort::Package),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sort::Ole),
        (b"{\\rtf", Sort::Rtf),
        (b"%PDF", Sort::Pdf),
        (b"\xef\xbb\xbf%PDF", Sort::Pdf),
    ];
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Sort::Empty;
    }
    if let Some((_, sort)) = marks.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return sort;
    }
    // Text has no zero bytes, unless it says that it is UTF-16.
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if bytes.contains(&0) && !wide { Sort::Binary } else { Sort::Text }
}

fn unreadable(name: &str, zh: &str, en: &str) -> Unreadable {
    Unreadable { zh: format!("“{name}”{zh}"), en: format!("“{name}” {en}") }
}

fn broken(name: &str) -> Unreadable {
    unreadable(
        name,
        "已经损坏，或者没有传完。请用 Word 或 WPS 打开检查，另存一份 .docx 后再上传。",
        "is damaged or was not sent completely. Open it in Word or WPS, save a fresh .docx and send that.",
    )
}

fn too_large(name: &str) -> Unreadable {
    unreadable(
        name,
        "的文字部分解开后超过 64 MB，不像正常的报告，没有继续读取。请把需要核对的内容另存为一个新文件后再上传。",
        "unpacks to more than 64 MB of text, which no report does, so it was not read. Save what is to be checked as a new file and send that.",
    )
}

/// The refusal of a text that is longer than any report.
pub fn too_long(name: &str) -> Unreadable {
    unreadable(
        name,
        "的正文超过 150 万字，不像一份报告，没有继续读取。请把需要核对的内容另存为一个新文件后再上传。",
        "has more than 1,500,000 characters of text, which no report does, so it was not read. Save what is to be checked as a new file and send that.",
    )
}

/// A block, if there is anything to see in it.
fn block(kind: Kind, text: String) -> Option<Read> {
    text.chars().any(|c| !c.is_whitespace()).then_some(Read::new(kind, text))
}
