//! The parts of a Word package, unpacked with care for size.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{LIMIT, Unreadable, broken, too_large, unreadable};

/// A package with a Word document in it.
pub struct Package<'a> {
    name: &'a str,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The folder and the file of the main part: `word/` and `document.xml`.
    main: (String, String),
}

impl<'a> Package<'a> {
    pub fn open(name: &'a str, bytes: &'a [u8]) -> Result<Package<'a>, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken(name))?;
        let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(|n| n.into_owned()).collect();
        // Some programs count: document2.xml.
        let is_main = |part: &&String| {
            let file = part.strip_prefix("word/document").and_then(|rest| rest.strip_suffix(".xml"));
            file.is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit()))
        };
        match names.iter().filter(is_main).min() {
            Some(main) => {
                let main = ("word/".to_owned(), main["word/".len()..].to_owned());
                Ok(Package { name, archive, main })
            }
            None => Err(other(name, &names)),
        }
    }

    pub fn main(&mut self) -> Result<String, Unreadable> {
        let file = self.main.1.clone();
        self.part(&file)?.ok_or_else(|| broken(self.name))
    }

    /// The text of a part beside the main one; nothing when the package has no such part.
    pub fn part(&mut self, file: &str) -> Result<Option<String>, Unreadable> {
        self.file(&format!("{}{file}", self.main.0))
    }

    /// The text of a part by its whole path.
    pub fn file(&mut self, path: &str) -> Result<Option<String>, Unreadable> {
        let mut bytes = Vec::new();
        match self.archive.by_name(path) {
            Ok(part) => part.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|_| broken(self.name))?,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(broken(self.name)),
        };
        if bytes.len() as u64 > LIMIT {
            return Err(too_large(self.name));
        }
        // UTF-8 nearly always; the mark at the beginning tells of UTF-16.
        let (text, ..) = encoding_rs::UTF_8.decode(&bytes);
        Ok(Some(text.into_owned()))
    }
}

/// What else is packed like this: tables, slides, archives.
fn other(name: &str, names: &[String]) -> Unreadable {
    let has = |folder: &str| names.iter().any(|n| n.starts_with(folder));
    if has("xl/") {
        return unreadable(
            name,
            "是 Excel 表格，不是 Word 文件。核对报告请上传 Word、网页或文本文件；名册表格请从“导入”上传。",
            "is an Excel workbook, not a Word file. Send a Word, web or text file to have it checked; rosters go to the import page.",
        );
    }
    if names.iter().any(|n| n == "content.xml") {
        return unreadable(
            name,
            "是 OpenDocument 文件，不能直接阅读。请用 WPS、Word 或 LibreOffice 打开它，另存为 .docx 后再上传。",
            "is an OpenDocument file and cannot be read. Open it in WPS, Word or LibreOffice, save it as .docx and send that.",
        );
    }
    unreadable(
        name,
        "是压缩包或其他类型的文件，里面没有 Word 正文。请解压后上传其中的 .docx、网页或文本文件。",
        "is an archive or another kind of file without a Word document in it. Unpack it and send the .docx, web or text file.",
    )
}
