//! How much of a file is read. A roster stays far below all of it; what exceeds it was made by accident or to do harm.

/// What one workbook may hold.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Cells, with the empty ones before a filled one in its row.
    pub cells: usize,
    pub sheets: usize,
    /// Columns of a row; what stands further out is left out with a finding.
    pub columns: u16,
    /// Bytes of one part of a package, unpacked.
    pub part: u64,
    /// Bytes of all parts that are read.
    pub parts: u64,
}

impl Budget {
    /// What a person uploads.
    pub const ORDINARY: Budget =
        Budget { cells: 2_500_000, sheets: 500, columns: 1_024, part: 256 << 20, parts: 384 << 20 };
    /// What an operator asks for.
    pub const LARGE: Budget =
        Budget { cells: 60_000_000, sheets: 2_000, columns: 1_024, part: 1_400 << 20, parts: 2_800 << 20 };
}

/// Characters of one cell: what a spreadsheet itself allows.
pub const TEXT: usize = 32_767;
/// Characters of a sheet's name. A spreadsheet allows 31.
pub const NAME: usize = 100;
/// Merged areas, hidden rows and comments of a sheet, each.
pub const MARKS: usize = 200_000;
