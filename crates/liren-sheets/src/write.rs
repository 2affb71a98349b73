//! Workbooks out: a builder for small books (rosters of the demo, forms, tests), deterministic byte for byte.

use std::fmt;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Note, Url, Workbook, Worksheet,
    XlsxError,
};

use crate::book::Range;

/// A book being written; sheets in their order.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pages: Vec<Page>,
}

/// A sheet being written. Rows and columns count from 0; a later cell replaces an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Page {
    name: String,
    hidden: bool,
    cells: Vec<(u32, u16, Cell, Style)>,
    merges: Vec<(Range, Cell, Style)>,
    widths: Vec<(u16, f64)>,
    heights: Vec<(u32, f64)>,
    comments: Vec<(u32, u16, String)>,
    hidden_rows: Vec<u32>,
    hidden_columns: Vec<u16>,
    freeze: Option<(u32, u16)>,
    repeat_rows: Option<(u32, u32)>,
    filter: Option<Range>,
    landscape: bool,
}

/// What is written into a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Blank,
    Text(String),
    Number(f64),
    /// Year, month, day.
    Date(i32, u32, u32),
    Bool(bool),
    /// A formula and the value last calculated.
    Formula(String, String),
    /// A text that leads to a place of the book: `'居民'!C5`.
    Link(String, String),
}

/// How a cell looks; a small fixed set, so that every sheet of the product looks alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    #[default]
    Plain,
    /// Large, bold, centred.
    Title,
    /// Grey, left: filter, date, scope.
    Subtitle,
    /// Bold on light grey with borders, wrapped and centred.
    Header,
    /// With borders, as text (`@`), so that numbers of 18 digits survive.
    Text,
    /// With borders, centred.
    Centre,
    /// With borders, yyyy-mm-dd.
    Date,
    /// With borders, two decimals.
    Money,
    /// Bold with borders.
    Total,
    /// Red with borders.
    Error,
    /// Amber with borders.
    Warning,
}

/// Why a book could not be written: a name or a size the format does not allow.
#[derive(Debug)]
pub struct Unwritable(pub String);

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritable {}

impl From<XlsxError> for Unwritable {
    fn from(error: XlsxError) -> Unwritable {
        Unwritable(error.to_string())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Cell {
        Cell::Number(f64::from(number))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Blank, Into::into)
    }
}

impl Book {
    pub fn new() -> Book {
        Book::default()
    }

    /// Adds a sheet; signs that sheet names may not have are replaced, long names cut to 31 characters.
    pub fn page(&mut self, name: &str) -> &mut Page {
        let mut clean: String = name.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).take(31).collect();
        if clean.trim().is_empty() {
            clean = format!("Sheet{}", self.pages.len() + 1);
        }
        let mut unique = clean.clone();
        let mut number = 2;
        while self.pages.iter().any(|p| p.name.to_lowercase() == unique.to_lowercase()) {
            let stem: String = clean.chars().take(27).collect();
            unique = format!("{stem}({number})");
            number += 1;
        }
        let at = self.pages.len();
        self.pages.push(Page { name: unique, ..Page::default() });
        &mut self.pages[at]
    }

    /// The `.xlsx` file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Unwritable> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&properties()?);
        let formats = Formats::new();
        for page in &self.pages {
            page.write(workbook.add_worksheet(), &formats)?;
        }
        if self.pages.is_empty() {
            workbook.add_worksheet();
        }
        Ok(workbook.save_to_buffer()?)
    }
}

/// A fixed date of creation: the same contents give the same bytes.
pub(crate) fn properties() -> Result<DocProperties, Unwritable> {
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new().set_author("Liren").set_creation_datetime(&created))
}

impl Page {
    pub fn put(&mut self, row: u32, column: u16, cell: impl Into<Cell>) -> &mut Page {
        self.put_styled(row, column, cell, Style::Plain)
    }

    pub fn put_styled(&mut self, row: u32, column: u16, cell: impl Into<Cell>, style: Style) -> &mut Page {
        self.cells.push((row, column, cell.into(), style));
        self
    }

    /// Cells side by side from column A.
    pub fn row<C: Into<Cell>>(&mut self, row: u32, cells: impl IntoIterator<Item = C>, style: Style) -> &mut Page {
        for (column, cell) in (0u16..).zip(cells) {
            self.cells.push((row, column, cell.into(), style));
        }
        self
    }

    /// Merges cells, both corners included; a single cell is just written.
    pub fn merge(&mut self, range: Range, cell: impl Into<Cell>, style: Style) -> &mut Page {
        self.merges.push((range, cell.into(), style));
        self
    }

    /// Width in characters.
    pub fn width(&mut self, column: u16, characters: f64) -> &mut Page {
        self.widths.push((column, characters));
        self
    }

    /// Height in points.
    pub fn height(&mut self, row: u32, points: f64) -> &mut Page {
        self.heights.push((row, points));
        self
    }

    pub fn comment(&mut self, row: u32, column: u16, text: &str) -> &mut Page {
        self.comments.push((row, column, text.to_owned()));
        self
    }

    pub fn hide_row(&mut self, row: u32) -> &mut Page {
        self.hidden_rows.push(row);
        self
    }

    pub fn hide_column(&mut self, column: u16) -> &mut Page {
        self.hidden_columns.push(column);
        self
    }

    /// Hides the sheet; the first sheet of a book must stay visible.
    pub fn hide(&mut self) -> &mut Page {
        self.hidden = true;
        self
    }

    /// Rows above and columns left of the cell stay in view.
    pub fn freeze(&mut self, row: u32, column: u16) -> &mut Page {
        self.freeze = Some((row, column));
        self
    }

    /// Header rows printed on every page, both included.
    pub fn repeat_rows(&mut self, first: u32, last: u32) -> &mut Page {
        self.repeat_rows = Some((first, last));
        self
    }

    /// Arrows at the header by which the rows below can be chosen.
    pub fn filter(&mut self, range: Range) -> &mut Page {
        self.filter = Some(range);
        self
    }

    pub fn landscape(&mut self) -> &mut Page {
        self.landscape = true;
        self
    }

    fn write(&self, sheet: &mut Worksheet, formats: &Formats) -> Result<(), Unwritable> {
        sheet.set_name(&self.name)?;
        for (range, cell, style) in &self.merges {
            let format = formats.get(*style);
            if range.first_row == range.last_row && range.first_column == range.last_column {
                write_cell(sheet, range.first_row, range.first_column, cell, format)?;
                continue;
            }
            sheet.merge_range(range.first_row, range.first_column, range.last_row, range.last_column, "", format)?;
            write_cell(sheet, range.first_row, range.first_column, cell, format)?;
        }
        for (row, column, cell, style) in &self.cells {
            write_cell(sheet, *row, *column, cell, formats.get(*style))?;
        }
        for (column, width) in &self.widths {
            sheet.set_column_width(*column, *width)?;
        }
        for (row, height) in &self.heights {
            sheet.set_row_height(*row, *height)?;
        }
        for (row, column, text) in &self.comments {
            sheet.insert_note(*row, *column, &note(text))?;
        }
        for row in &self.hidden_rows {
            sheet.set_row_hidden(*row)?;
        }
        for column in &self.hidden_columns {
            sheet.set_column_hidden(*column)?;
        }
        if let Some((row, column)) = self.freeze {
            sheet.set_freeze_panes(row, column)?;
        }
        if let Some((first, last)) = self.repeat_rows {
            sheet.set_repeat_rows(first, last)?;
        }
        if let Some(range) = self.filter {
            sheet.autofilter(range.first_row, range.first_column, range.last_row, range.last_column)?;
        }
        if self.landscape {
            sheet.set_landscape();
        }
        // A4, as wide as one page
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        if self.hidden {
            sheet.set_hidden(true);
        }
        Ok(())
    }
}

fn note(text: &str) -> Note {
    let lines = u32::try_from(text.chars().count() / 16 + text.lines().count() + 1).unwrap_or(4);
    Note::new(text).set_author("Liren").add_author_prefix(false).set_width(240).set_height(18 * lines.clamp(3, 20))
}

pub(crate) fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), Unwritable> {
    match cell {
        Cell::Blank => sheet.write_blank(row, column, format)?,
        Cell::Text(text) => {
            // Longer texts than a cell can hold are cut, not refused.
            let text: std::borrow::Cow<str> = if text.chars().count() > 32_000 {
                text.chars().take(32_000).collect::<String>().into()
            } else {
                text.as_str().into()
            };
            sheet.write_string_with_format(row, column, text.as_ref(), format)?
        }
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Cell::Date(year, month, day) => {
            let parts = (u16::try_from(*year), u8::try_from(*month), u8::try_from(*day));
            match parts {
                (Ok(y), Ok(m), Ok(d)) if (1900..=9999).contains(&y) => {
                    sheet.write_datetime_with_format(row, column, ExcelDateTime::from_ymd(y, m, d)?, format)?
                }
                // Spreadsheets know no days before 1900.
                _ => sheet.write_string_with_format(row, column, format!("{year:04}-{month:02}-{day:02}"), format)?,
            }
        }
        Cell::Bool(value) => sheet.write_boolean_with_format(row, column, *value, format)?,
        Cell::Link(text, place) => {
            let url = Url::new(format!("internal:{place}")).set_text(text);
            sheet.write_url_with_format(row, column, url, format)?
        }
        Cell::Formula(formula, cached) => {
            sheet.write_formula_with_format(row, column, Formula::new(formula).set_result(cached), format)?
        }
    };
    Ok(())
}

pub(crate) struct Formats(Vec<(Style, Format)>, Format);

impl Formats {
    pub fn new() -> Formats {
        let base = || Format::new().set_font_name("宋体").set_font_size(11);
        let grid = || base().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let red = Color::RGB(0x9c_0006);
        let amber = Color::RGB(0x7f_6000);
        Formats(
            vec![
                (
                    Style::Title,
                    base()
                        .set_font_size(16)
                        .set_bold()
                        .set_align(FormatAlign::Center)
                        .set_align(FormatAlign::VerticalCenter),
                ),
                (Style::Subtitle, base().set_font_color(Color::RGB(0x59_5959))),
                (
                    Style::Header,
                    grid()
                        .set_bold()
                        .set_text_wrap()
                        .set_align(FormatAlign::Center)
                        .set_background_color(Color::RGB(0xe7_e6e6)),
                ),
                (Style::Text, grid().set_num_format("@")),
                (Style::Centre, grid().set_align(FormatAlign::Center)),
                (Style::Date, grid().set_num_format("yyyy\\-mm\\-dd")),
                (Style::Money, grid().set_num_format("#,##0.00")),
                (Style::Total, grid().set_bold()),
                (Style::Error, grid().set_text_wrap().set_font_color(red).set_background_color(Color::RGB(0xff_c7ce))),
                (
                    Style::Warning,
                    grid().set_text_wrap().set_font_color(amber).set_background_color(Color::RGB(0xff_eb9c)),
                ),
            ],
            base(),
        )
    }

    pub fn get(&self, style: Style) -> &Format {
        self.0.iter().find(|(s, _)| *s == style).map_or(&self.1, |(_, f)| f)
    }
}

#[cfg(test)]
mod tests;
