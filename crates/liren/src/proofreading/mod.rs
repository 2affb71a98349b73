//! Proofreading a report from outside: drop a file, see its text with marks. The same crate checks our own
//! reports.

mod known;
mod pages;

pub use known::known_figures;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "proofreading",
    routes,
    nav: &[Nav {
        href: "/proof",
        icon: "clipboard-check",
        title: "报告校对",
        permission: Permission::ReadReport,
        rank: 50,
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    routes.get(app, "/proof", Access::Only(Permission::ReadReport), pages::form).post(
        app,
        "/proof",
        Access::Only(Permission::ReadReport),
        pages::read.layer(DefaultBodyLimit::max(pages::FILE_BYTES_MAX)),
    )
}

use liren_proof::{Lang, Options, Report, Text};

/// Why a file could not be read, in both languages.
pub struct Unreadable {
    pub zh: String,
    pub en: String,
}

/// The text of a file of any accepted kind, in blocks.
pub fn text_of(name: &str, bytes: &[u8]) -> Result<Text, Unreadable> {
    let lower = name.to_lowercase();
    let document = [".docx", ".html", ".htm", ".pdf"].iter().any(|e| lower.ends_with(e));
    if document || bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"%PDF") {
        let blocks = liren_documents::read::blocks(name, bytes).map_err(|e| Unreadable { zh: e.zh, en: e.en })?;
        return Ok(Text::from_blocks(blocks.into_iter().map(|b| {
            let kind = match b.kind {
                liren_documents::read::Kind::Heading(level) => liren_proof::BlockKind::Heading(level),
                liren_documents::read::Kind::Row => liren_proof::BlockKind::Row,
                liren_documents::read::Kind::Paragraph => liren_proof::BlockKind::Paragraph,
            };
            (kind, b.text)
        })));
    }
    match liren_proof::decode(bytes) {
        Ok(text) => Ok(Text::plain(&text)),
        Err(_) => Err(Unreadable {
            zh: format!("{name} 不是可以阅读的文字。请换成 Word(.docx)、文本或网页文件；旧的 .doc 请先另存为 .docx。"),
            en: format!(
                "{name} is not text that can be read. Use a Word (.docx), text or web file; save an old .doc as .docx first."
            ),
        }),
    }
}

/// Reads a text; `known` are the figures of a data folder, if there is one.
pub fn check(text: &Text, known: &[liren_proof::KnownFigure]) -> Report {
    liren_proof::read(text, &Options { period: None, known })
}

/// The language of findings on a page.
pub fn lang(lang: crate::base::Lang) -> Lang {
    if lang.is_en() { Lang::En } else { Lang::Zh }
}

#[cfg(test)]
mod tests;
