//! A sheet as a table: its role, its header rows and what each column means.

use crate::mapping::Field;
use crate::words::Whose;

/// What a sheet is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    People,
    Summary,
    Notes,
    Codes,
    Index,
    /// The same rows as another sheet, kept as a copy.
    StaleCopy,
    #[default]
    Empty,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Role::People => "people",
            Role::Summary => "summary",
            Role::Notes => "notes",
            Role::Codes => "codes",
            Role::Index => "index",
            Role::StaleCopy => "stale_copy",
            Role::Empty => "empty",
        }
    }
}

/// What a line of a sheet is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    Title,
    Header,
    Person,
    /// A row that is a household, or heads one.
    Household,
    /// A row of a ledger.
    Ledger,
    Subtotal,
    Note,
    #[default]
    Blank,
    /// Filled, and not understood.
    Other,
}

impl Line {
    pub fn word(self) -> &'static str {
        match self {
            Line::Title => "title",
            Line::Header => "header",
            Line::Person => "person",
            Line::Household => "household",
            Line::Ledger => "ledger",
            Line::Subtotal => "subtotal",
            Line::Note => "note",
            Line::Blank => "blank",
            Line::Other => "other",
        }
    }
}

/// How a sheet was understood.
#[derive(Clone, Debug, Default)]
pub struct SheetRead {
    pub name: String,
    pub hidden: bool,
    pub role: Role,
    /// Not imported without asking (hidden sheets, stale copies).
    pub skipped: bool,
    /// Names are masked (刘**): a list to look at, not to read in.
    pub masked: bool,
    /// A list of things, or of people for an hour (犬只, 车位, 签到): nobody is registered because of it.
    pub bystanders: bool,
    /// It names heads of households and none of those who live with them: of the household it says nothing.
    pub heads_only: bool,
    /// It has the column of keys that our own lists have: it repeats the register and confirms nothing.
    pub own_list: bool,
    /// 1-based rows, a group for each time the header stands there.
    pub header_rows: Vec<Vec<u32>>,
    pub columns: Vec<ColumnRead>,
    /// Programme id, when the sheet is a ledger.
    pub ledger: Option<String>,
    pub context: Context,
    pub stated_totals: Vec<StatedTotal>,
    /// Rows that hold people.
    pub people_rows: usize,
    /// What each line is.
    pub lines: Vec<Line>,
    /// While it is read: for each row the row of the file, where rows of several people were parted.
    pub(crate) unfolded: Vec<u32>,
}

impl SheetRead {
    /// Runs of lines of one kind: what, first and last row, 1-based.
    pub fn runs(&self) -> Vec<(Line, u32, u32)> {
        let mut out: Vec<(Line, u32, u32)> = Vec::new();
        for (row, line) in (1u32..).zip(&self.lines) {
            match out.last_mut() {
                Some((last, _, end)) if last == line => *end = row,
                _ => out.push((*line, row, row)),
            }
        }
        out
    }
}

/// A column and what it was taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRead {
    /// 0-based.
    pub column: u16,
    /// Two-level headers joined with `/`.
    pub header: String,
    /// `None`: kept as an extra column.
    pub field: Option<Field>,
    /// 0–1: 1 for a header that is known, less for one that was understood by its likeness or its contents.
    pub confidence: f32,
    pub hidden: bool,
    /// Which block of columns, when a row holds several people side by side.
    pub block: u8,
    /// How many cells of its table are filled.
    pub filled: usize,
    /// Nothing of it is taken: no meaning is known, or another column says the same.
    pub aside: bool,
    /// Whose column it is and what it is then, where the columns around it say so and not its header.
    pub(crate) owned: Option<(Whose, Field)>,
}

/// What only the title, the name of the sheet or a banner says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub title: Option<String>,
    /// Every text above the first header.
    pub lines: Vec<String>,
    pub estate: Option<String>,
    pub building: Option<String>,
    pub unit: Option<String>,
    pub group: Option<String>,
    /// 流动人口, 租住 … : everyone of the sheet
    pub residency: Option<crate::draft::Residency>,
    /// What a note says of the signs at names: 【】 已去世, ★ 党员.
    pub marks: Vec<(String, String)>,
}

/// 合计 — what a total row claims, and what was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTotal {
    /// 1-based.
    pub row: u32,
    pub label: String,
    pub people: Option<usize>,
    pub counted: usize,
    pub households: Option<usize>,
    pub households_counted: usize,
}
