//! What a sheet looks like apart from its rows: by it a mapping that somebody confirmed is known again.

use liren_sheets::Workbook;

use crate::grid::Grid;
use crate::understand::{find, is_default_name};
use crate::words::bare;

/// 版式 — the headers of a sheet in their order, and what the sheet is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub sheet: String,
    /// The headers of its first table, column by column, in one spelling.
    pub headers: String,
    /// Title, name of the sheet or name of the file, without the numbers of months and versions. Two lists may have the
    /// same columns and tell the opposite: 低保名单 and 取消低保名单.
    pub title: String,
}

/// The layouts of the sheets that have a header.
pub fn layouts(book: &Workbook, file: &str) -> Vec<Layout> {
    let all = book.sheets.iter().filter_map(|sheet| {
        let grid = Grid::new(sheet);
        let header = find(&grid).into_iter().next()?;
        let headers: Vec<String> = header.columns.iter().map(|c| bare(&c.full)).collect();
        if headers.iter().filter(|h| !h.is_empty()).count() < 2 {
            return None;
        }
        let above = (0..header.first).flat_map(|row| grid.filled(row)).map(|(_, value)| plain(&value.shown()));
        let title = above.into_iter().find(|t| !t.is_empty());
        let named = (!is_default_name(&sheet.name)).then(|| plain(&sheet.name)).filter(|n| !n.is_empty());
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let title = match (named, title) {
            (Some(name), Some(title)) => format!("{name}/{title}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => plain(stem),
        };
        Some(Layout { sheet: sheet.name.clone(), headers: headers.join("\n").trim_end().to_owned(), title })
    });
    all.collect()
}

/// A title without what differs from month to month: numbers, marks, words for versions.
fn plain(text: &str) -> String {
    let mut out: String = bare(text)
        .chars()
        .filter(|c| c.is_alphabetic() && !"年月日号第期份季度○〇一二三四五六七八九十".contains(*c))
        .collect();
    for version in ["最终版", "最新", "修改", "副本", "定稿", "终版", "更新", "版"] {
        out = out.replace(version, "");
    }
    out
}
