//! The document tree. A figure in it is never a bare number: it carries what it opens, and every writer
//! must cite it.

/// 文稿 — a title, blocks in order, and who signs on which day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub title: String,
    pub blocks: Vec<Block>,
    /// 署名
    pub signature: Option<String>,
    /// 成文日期, as printed: `2013年11月20日`.
    pub date: Option<String>,
}

/// 段 — one block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// 标题层次: 1 `一、` 黑体, 2 `（一）` 楷体, 3 `1.` 仿宋.
    Heading { level: u8, spans: Vec<Span> },
    /// 正文, first line indented by two characters.
    Paragraph { spans: Vec<Span> },
    /// A table with a heading row.
    Table { caption: String, head: Vec<String>, rows: Vec<Vec<Vec<Span>>> },
}

/// A run of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    Text(String),
    Strong(String),
    Figure(Figure),
}

/// 数字 — a number as printed, and what it opens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// As printed, without its unit: `4268`, `3万`, `四`.
    pub text: String,
    /// Its position among the figures of the document, from 0.
    pub index: usize,
    /// Where it leads in the web interface; empty when there is nothing to open.
    pub href: String,
    /// What it is, for a reader's tooltip: `总人口 · 2013-11-20`.
    pub label: String,
    /// A number typed by hand or one whose value is not known.
    pub unsourced: bool,
}

impl Span {
    /// The characters a reader sees.
    pub fn text(&self) -> &str {
        match self {
            Span::Text(t) | Span::Strong(t) => t,
            Span::Figure(f) => &f.text,
        }
    }
}

impl Block {
    /// The block's characters in order; a table's cells are separated by tabs and its rows by line ends.
    pub fn text(&self) -> String {
        let join = |spans: &[Span]| spans.iter().map(Span::text).collect::<String>();
        match self {
            Block::Heading { spans, .. } | Block::Paragraph { spans } => join(spans),
            Block::Table { head, rows, .. } => {
                let mut lines = vec![head.join("\t")];
                lines.extend(rows.iter().map(|r| r.iter().map(|c| join(c)).collect::<Vec<_>>().join("\t")));
                lines.join("\n")
            }
        }
    }
}
