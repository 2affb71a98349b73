//! What the font files of some folders are called, read from their headers alone: a folder of CJK fonts is hundreds
//! of megabytes, their names a few kilobytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use skrifa::raw::tables::name::Name;
use skrifa::raw::types::NameId;
use skrifa::raw::{FontData, FontRead};

/// One font of a file, under all its names.
#[derive(Clone, Debug)]
pub struct Named {
    pub path: PathBuf,
    /// Its position in a collection.
    pub index: u32,
    families: Vec<String>,
    style: String,
}

impl Named {
    pub fn is(&self, family: &str) -> bool {
        self.families.iter().any(|f| f == family)
    }

    /// How far the style is from the wanted one; slanted and condensed ones are last.
    pub fn distance(&self, bold: bool) -> u8 {
        let ladder: &[&str] = match bold {
            true => &["bold", "heavy", "semibold", "black", "medium", "regular"],
            false => &["regular", "", "normal", "book", "medium", "demilight", "light", "semibold", "bold"],
        };
        ladder.iter().position(|s| *s == self.style).map_or(u8::MAX, |at| at as u8)
    }
}

/// The fonts in these folders and the folders in them, in order of path.
pub fn all(folders: &[PathBuf]) -> Vec<Named> {
    let mut out = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        walk(folder, 6, &mut files);
        files.sort();
        for path in files {
            let _ = names(&path, &mut out);
        }
    }
    out
}

fn walk(folder: &Path, depth: u8, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|e| e.path()) {
        let ending = path.extension().map(|e| e.to_ascii_lowercase());
        if path.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, out);
            }
        } else if ending.is_some_and(|e| ["ttf", "otf", "ttc", "otc"].iter().any(|known| e == *known)) {
            out.push(path);
        }
    }
}

fn names(path: &Path, out: &mut Vec<Named>) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    for (index, start) in starts(&mut file)?.into_iter().enumerate() {
        let Some(table) = table(&mut file, start)? else {
            continue;
        };
        let Ok(name) = Name::read(FontData::new(&table)) else {
            continue;
        };
        let strings = |ids: &[u16]| -> Vec<String> {
            let records = name.name_record().iter().filter(|r| ids.iter().any(|id| r.name_id() == NameId::new(*id)));
            let texts = records.filter_map(|r| r.string(name.string_data()).ok());
            texts.map(|s| plain(&s.chars().collect::<String>())).collect()
        };
        // 1 and 2 are family and style in the old pairs of four; 16 and 17 are the real ones where they differ.
        let families = strings(&[1, 16]);
        let style = strings(&[17]).into_iter().chain(strings(&[2])).find(|s| s.is_ascii()).unwrap_or_default();
        out.push(Named { path: path.to_owned(), index: index as u32, families, style });
    }
    Ok(())
}

/// Where the fonts of a file begin: several in a collection, one otherwise.
fn starts(file: &mut File) -> std::io::Result<Vec<u32>> {
    let head = bytes(file, 0, 12)?;
    if !head.starts_with(b"ttcf") {
        return Ok(vec![0]);
    }
    let count = long(&head, 8).min(256);
    let offsets = bytes(file, 12, count as usize * 4)?;
    Ok((0..count as usize).map(|i| long(&offsets, i * 4)).collect())
}

/// The `name` table of the font that begins there.
fn table(file: &mut File, start: u32) -> std::io::Result<Option<Vec<u8>>> {
    let head = bytes(file, start, 12)?;
    let count = usize::from(u16::from_be_bytes([head[4], head[5]]));
    let records = bytes(file, start.saturating_add(12), count * 16)?;
    let Some(record) = records.chunks_exact(16).find(|r| r.starts_with(b"name")) else {
        return Ok(None);
    };
    let length = long(record, 12).min(1 << 20);
    bytes(file, long(record, 8), length as usize).map(Some)
}

fn bytes(file: &mut File, at: u32, length: usize) -> std::io::Result<Vec<u8>> {
    let mut out = vec![0; length];
    file.seek(SeekFrom::Start(u64::from(at)))?;
    file.read_exact(&mut out)?;
    Ok(out)
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

/// Without spaces, marks and case, as the lists of families have them.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
