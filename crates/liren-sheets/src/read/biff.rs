//! What calamine leaves out of an `.xls`: comments, hidden rows and hidden columns ([MS-XLS] NOTE, OBJ, TXO,
//! ROW, COLINFO), read from the workbook stream of the compound file ([MS-CFB]). Anything odd is passed over:
//! the values have been read already.

use std::collections::{HashMap, HashSet};

use crate::book::Comment;

/// By sheet, in the order of the workbook.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub comments: Vec<Comment>,
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<u16>,
}

/// Extras of every worksheet by its position among the sheets.
pub(crate) fn extras(file: &[u8]) -> Vec<Extras> {
    let Some(stream) = stream(file, "Workbook").or_else(|| stream(file, "Book")) else {
        return Vec::new();
    };
    let mut starts: Vec<usize> = Vec::new();
    for (kind, data, _) in (Records { bytes: &stream, at: 0 }) {
        match kind {
            // BOUNDSHEET: where the sheet's records begin
            0x85 => starts.extend(u32_at(data, 0).map(|at| at as usize)),
            0x0a => break,
            _ => {}
        }
    }
    starts.into_iter().map(|at| sheet(&stream, at)).collect()
}

/// The same workbook without what would make a reader ask for memory without end: what its sheets say of their own
/// size, and cells in columns that a workbook of this kind does not have.
pub(crate) fn sound(file: &[u8], cells_max: usize) -> Result<Vec<u8>, Unsound> {
    let found = ["Workbook", "Book"].into_iter().find_map(|name| Some((name, stream(file, name)?)));
    let (name, mut stream) = found.ok_or(Unsound::Broken)?;
    let (mut at, mut area) = (0, Area::default());
    let (mut begun, mut sheets) = (HashSet::new(), Vec::new());
    while let (Some(kind), Some(length)) = (u16_at(&stream, at), u16_at(&stream, at + 2)) {
        let start = at + 4;
        let end = start + usize::from(length);
        if end > stream.len() {
            break;
        }
        match kind {
            // BOF: another sheet, or a chart in one
            0x809 => {
                begun.insert(at);
                area = Area::default();
            }
            // BOUNDSHEET
            0x85 => sheets.extend(u32_at(&stream, start).map(|at| at as usize)),
            // DIMENSIONS
            0x000 | 0x200 => stream[start..end].fill(0),
            _ if CELLS.contains(&kind) => {
                let place = u16_at(&stream, start).zip(u16_at(&stream, start + 2));
                match place {
                    Some((row, column)) if column < COLUMNS => {
                        // The last cell of several in one record.
                        let last = if kind == 0xbd { u16_at(&stream, end - 2).unwrap_or(column) } else { column };
                        if area.with(row, column, last.min(COLUMNS)) > cells_max {
                            return Err(Unsound::TooFar);
                        }
                    }
                    // A kind that nobody reads.
                    _ => stream[at..at + 2].copy_from_slice(&0x0fffu16.to_le_bytes()),
                }
            }
            _ => {}
        }
        at = end;
    }
    // A sheet that begins between two records would be read as others than those that were looked at.
    if sheets.iter().any(|at| !begun.contains(at)) {
        return Err(Unsound::Broken);
    }
    Ok(compound(name, stream))
}

/// Why a workbook is not read.
pub(crate) enum Unsound {
    /// It has no workbook stream, or sheets where none begins.
    Broken,
    /// Cells of a sheet lie further apart than can be read.
    TooFar,
}

/// INTEGER, NUMBER, LABEL, BOOLERR, RK, LABELSST, MULRK, RSTRING, FORMULA of all versions.
const CELLS: [u16; 15] =
    [0x02, 0x03, 0x04, 0x05, 0x06, 0x206, 0x406, 0x203, 0x204, 0x205, 0x27e, 0xfd, 0xbd, 0xd6, 0x07];

const COLUMNS: u16 = 256;

/// The area that the cells of a sheet span.
#[derive(Default)]
struct Area {
    seen: Option<(u16, u16, u16, u16)>,
}

impl Area {
    /// How many cells it has with these.
    fn with(&mut self, row: u16, first: u16, last: u16) -> usize {
        let (top, left, bottom, right) = self.seen.unwrap_or((row, first, row, last));
        let (top, left, bottom, right) = (top.min(row), left.min(first), bottom.max(row), right.max(last));
        self.seen = Some((top, left, bottom, right));
        (usize::from(bottom - top) + 1) * (usize::from(right - left) + 1)
    }
}

/// A compound file ([MS-CFB]) with one stream.
fn compound(name: &str, mut stream: Vec<u8>) -> Vec<u8> {
    let size = stream.len();
    // Shorter streams would stand in sectors of another kind.
    stream.resize(size.div_ceil(512).max(8) * 512, 0);
    let sectors = stream.len() / 512;
    let mut tables = 1;
    while tables * 128 < sectors + tables + 1 {
        tables += 1;
    }
    // The header has room for the first tables; further ones are listed in sectors of their own.
    let lists = tables.saturating_sub(109).div_ceil(127);
    while tables * 128 < sectors + tables + 1 + lists {
        tables += 1;
    }
    let word = |n: usize| u32::try_from(n).unwrap_or(END);
    let (directory, first) = (tables + lists, tables + lists + 1);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    file.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    file.resize(44, 0);
    let list = if lists > 0 { word(tables) } else { END };
    for n in [word(tables), word(directory), 0, 4096, END, 0, list, word(lists)] {
        file.extend(n.to_le_bytes());
    }
    file.extend((0..tables.min(109)).flat_map(|n| word(n).to_le_bytes()));
    file.resize(512, 0xff);
    let mut table: Vec<u32> = vec![0xffff_fffd; tables];
    table.extend(vec![0xffff_fffc; lists]);
    table.push(END);
    table.extend((0..sectors).map(|n| if n + 1 == sectors { END } else { word(first + n + 1) }));
    table.resize(tables * 128, 0xffff_ffff);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    for n in 0..lists {
        let mut rest: Vec<u32> = (109 + n * 127..tables.min(109 + (n + 1) * 127)).map(word).collect();
        rest.resize(127, 0xffff_ffff);
        rest.push(if n + 1 == lists { END } else { word(tables + n + 1) });
        file.extend(rest.into_iter().flat_map(u32::to_le_bytes));
    }
    let entry = |name: &str, kind: u8, child: u32, at: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap_or(0);
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([0xffff_ffffu32, 0xffff_ffff, child].into_iter().flat_map(u32::to_le_bytes));
        entry.resize(116, 0);
        entry.extend(at.to_le_bytes());
        entry.extend(word(size).to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry(name, 2, 0xffff_ffff, word(first), stream.len()));
    file.resize(512 * (first + 1), 0);
    file.extend(stream);
    file
}

struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8], usize);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.bytes, self.at)?;
        let length = usize::from(u16_at(self.bytes, self.at + 2)?);
        let start = self.at + 4;
        let data = self.bytes.get(start..start + length)?;
        self.at = start + length;
        Some((kind, data, start))
    }
}

fn sheet(stream: &[u8], start: usize) -> Extras {
    let mut out = Extras::default();
    let mut texts: HashMap<u16, String> = HashMap::new();
    let mut notes: Vec<(u32, u16, u16, String)> = Vec::new();
    let (mut object, mut text_left, mut depth) = (None, None::<(u16, usize)>, 0);
    for (kind, data, _) in (Records { bytes: stream, at: start }) {
        match kind {
            0x809 => depth += 1,
            0x0a => {
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            }
            // Charts inside the sheet have records of their own.
            _ if depth > 1 => {}
            0x208 => {
                let hidden = u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0);
                out.hidden_rows.extend(u16_at(data, 0).filter(|_| hidden).map(u32::from));
            }
            0x7d => {
                let hidden = u16_at(data, 8).is_some_and(|flags| flags & 1 != 0);
                if let (Some(first), Some(last), true) = (u16_at(data, 0), u16_at(data, 2), hidden) {
                    out.hidden_columns.extend(first..=last.min(first.saturating_add(255)));
                }
            }
            // OBJ: the common object data names the object's number.
            0x5d => object = (u16_at(data, 4) == Some(0x19)).then(|| u16_at(data, 6)).flatten(),
            // TXO: how many characters follow in the CONTINUE record
            0x1b6 => {
                let length = u16_at(data, 10).unwrap_or(0);
                text_left = object.filter(|_| length > 0).map(|o| (o, usize::from(length)));
            }
            0x3c => {
                if let Some((id, length)) = text_left.take() {
                    texts.insert(id, characters(data, length));
                }
            }
            0x1c => {
                if let (Some(row), Some(column), Some(id)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 6)) {
                    let length = usize::from(u16_at(data, 8).unwrap_or(0));
                    let author = characters(data.get(10..).unwrap_or_default(), length);
                    notes.push((u32::from(row), column, id, author));
                }
            }
            _ => {}
        }
    }
    for (row, column, id, author) in notes {
        if let Some(text) = texts.get(&id) {
            out.comments.push(Comment { row, column, author, text: text.trim().to_owned() });
        }
    }
    out
}

/// A flag byte (1: two bytes a character), then the characters.
fn characters(data: &[u8], length: usize) -> String {
    let Some((flags, rest)) = data.split_first() else {
        return String::new();
    };
    if flags & 1 == 0 {
        return rest.iter().take(length).map(|b| char::from(*b)).collect();
    }
    let units: Vec<u16> = rest.chunks_exact(2).take(length).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

const END: u32 = 0xffff_fffe;

/// A stream of a compound file by its name.
fn stream(file: &[u8], name: &str) -> Option<Vec<u8>> {
    // A sector holds numbers of four bytes; what says that it is smaller is no compound file.
    let size = |at: usize| u16_at(file, at).filter(|shift| (2..=16).contains(shift)).map(|shift| 1usize << shift);
    let (sector, small) = (size(30)?, size(32)?);
    let table = fat(file, sector)?;
    let chain = |start: u32, max: usize| -> Vec<u8> {
        let mut out = Vec::new();
        let (mut at, mut steps) = (start, 0);
        while at < END && out.len() < max && steps <= table.len() {
            let offset = (at as usize + 1) * sector;
            let Some(bytes) = file.get(offset..(offset + sector).min(file.len())) else {
                break;
            };
            out.extend_from_slice(bytes);
            at = table.get(at as usize).copied().unwrap_or(END);
            steps += 1;
        }
        out
    };
    let directory = chain(u32_at(file, 48)?, file.len());
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = |matches: &dyn Fn(&[u8]) -> bool| directory.chunks_exact(128).find(|e| matches(e));
    let found = entry(&|e| {
        let length = usize::from(u16_at(e, 64).unwrap_or(0));
        length == wide.len() + 2 && e[..wide.len()].eq_ignore_ascii_case(&wide) && e[66] == 2
    })?;
    let (start, size) = (u32_at(found, 116)?, u32_at(found, 120)? as usize);
    if size >= u32_at(file, 56)? as usize {
        let mut bytes = chain(start, size);
        bytes.truncate(size);
        return Some(bytes);
    }
    // Small streams share the stream of the root entry, in sectors of their own.
    let root = entry(&|e| e[66] == 5)?;
    let shared = chain(u32_at(root, 116)?, file.len());
    let small_table: Vec<u32> = chain(u32_at(file, 60)?, file.len())
        .chunks_exact(4)
        .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
        .collect();
    let mut out = Vec::new();
    let mut at = start;
    while at < END && out.len() < size {
        let offset = at as usize * small;
        out.extend_from_slice(shared.get(offset..offset + small)?);
        at = *small_table.get(at as usize)?;
    }
    out.truncate(size);
    Some(out)
}

/// The table of sectors: for each the next one of its chain.
fn fat(file: &[u8], sector: usize) -> Option<Vec<u32>> {
    let mut sectors: Vec<u32> = (0..109).filter_map(|n| u32_at(file, 76 + 4 * n)).filter(|s| *s < END - 1).collect();
    let mut more = u32_at(file, 68)?;
    let mut steps = 0;
    while more < END - 1 && steps < 10_000 {
        let offset = (more as usize + 1) * sector;
        let numbers = sector / 4 - 1;
        sectors.extend((0..numbers).filter_map(|n| u32_at(file, offset + 4 * n)).filter(|s| *s < END - 1));
        more = u32_at(file, offset + 4 * numbers)?;
        steps += 1;
    }
    let mut out = Vec::with_capacity(sectors.len() * sector / 4);
    for number in sectors {
        let offset = (number as usize + 1) * sector;
        out.extend((0..sector / 4).map_while(|n| u32_at(file, offset + 4 * n)));
    }
    Some(out)
}
