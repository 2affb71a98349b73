//! The zip package of an `.xlsx`: its parts as text, with a ceiling on what they unpack to.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::book::{Fault, Unreadable};
use crate::budget::Budget;
use crate::read::unreadable;

pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Where each part is, by its name as it should be written.
    by_name: HashMap<String, usize>,
    unpacked: u64,
    budget: Budget,
}

/// The name of a part as other writers mean it: strokes forward, no stroke before it, in one case.
pub(crate) fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').trim_start_matches("./").to_ascii_lowercase()
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], budget: &Budget) -> Result<Package<'a>, Unreadable> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable(Fault::Broken))?;
        if zip.len() > 50_000 {
            return Err(unreadable(Fault::TooLarge));
        }
        let mut by_name = HashMap::with_capacity(zip.len());
        for index in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(index) {
                by_name.entry(normal(&name)).or_insert(index);
            }
        }
        Ok(Package { zip, by_name, unpacked: 0, budget: *budget })
    }

    pub fn names(&self) -> Vec<String> {
        self.zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    pub fn has(&self, path: &str) -> bool {
        self.by_name.contains_key(&normal(path))
    }

    /// A part as text; `None` when the package has no such part.
    pub fn text(&mut self, path: &str) -> Result<Option<String>, Unreadable> {
        let Some(bytes) = self.bytes(path)? else {
            return Ok(None);
        };
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(bad) => decode(bad.as_bytes()),
        }))
    }

    pub fn bytes(&mut self, path: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(index) = self.by_name.get(&normal(path)).copied() else { return Ok(None) };
        let part = self.zip.by_index(index).map_err(|_| unreadable(Fault::Broken))?;
        // Sheets shrink ten to fifty times; what shrinks hundreds of times was made to do harm.
        if part.size() > 64 << 20 && part.size() / part.compressed_size().max(1) > 250 {
            return Err(unreadable(Fault::TooLarge));
        }
        let room = self.budget.part.min(self.budget.parts.saturating_sub(self.unpacked));
        let expected = usize::try_from(part.size().min(room).min(256 << 20)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(expected);
        // One byte more than allowed tells too large from just large enough.
        part.take(room + 1).read_to_end(&mut bytes).map_err(|_| unreadable(Fault::Broken))?;
        self.unpacked += bytes.len() as u64;
        if bytes.len() as u64 > room {
            return Err(unreadable(Fault::TooLarge));
        }
        Ok(Some(bytes))
    }
}

/// XML in another encoding than UTF-8 names it or begins with a mark.
fn decode(bytes: &[u8]) -> String {
    let declared = if bytes.starts_with(b"\xff\xfe") {
        encoding_rs::UTF_16LE
    } else if bytes.starts_with(b"\xfe\xff") {
        encoding_rs::UTF_16BE
    } else {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
        if head.contains("gb2312") || head.contains("gbk") || head.contains("gb18030") {
            encoding_rs::GB18030
        } else {
            encoding_rs::UTF_8
        }
    };
    declared.decode(bytes).0.into_owned()
}
