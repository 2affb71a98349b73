//! HTML: a fragment for the web interface and a whole page for the file. Every figure is a link to what it
//! opens. No inline style and no script, so a strict content security policy lets it through.

use std::fmt::Write as _;

use crate::{Block, Document, Figure, Span};

/// The document's blocks, headings from `<h2>` on.
pub fn fragment(doc: &Document) -> String {
    let mut out = String::new();
    for block in &doc.blocks {
        match block {
            Block::Heading { level, spans } => {
                let tag = (*level).clamp(1, 5) + 1;
                let _ = write!(out, "<h{tag}>{}</h{tag}>", inline(spans));
            }
            Block::Paragraph { spans } => {
                let _ = write!(out, "<p>{}</p>", inline(spans));
            }
            Block::Table { caption, head, rows } => table(&mut out, caption, head, rows),
        }
        out.push('\n');
    }
    if doc.signature.is_some() || doc.date.is_some() {
        out.push_str("<p class=\"signature\">");
        let lines: Vec<String> = doc.signature.iter().chain(&doc.date).map(|l| escape(l)).collect();
        out.push_str(&lines.join("<br>"));
        out.push_str("</p>\n");
    }
    out
}

/// 数字说明 — what stands behind a number, told at the end of a page that needs no server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// The address that figures of the document lead to.
    pub href: String,
    pub title: String,
    /// The number as it is told.
    pub value: String,
    /// What it counts, of when, and what it is made of: a line each.
    pub lines: Vec<String>,
}

/// A page of its own that needs no server: every figure leads to its note at the end; one without a note leads nowhere.
/// `said` stands below the title.
pub fn page(doc: &Document, said: &[String], notes: &[Note]) -> String {
    let mut body = fragment(doc);
    let mut told = String::new();
    for (at, note) in notes.iter().enumerate() {
        let from = format!("href=\"{}\"", escape(&note.href));
        body = body.replace(&from, &format!("href=\"#k{at}\""));
        let _ = write!(told, "<section id=\"k{at}\"><h3>{} <b>{}</b></h3>", escape(&note.title), escape(&note.value));
        for line in &note.lines {
            let _ = write!(told, "<p>{}</p>", escape(line));
        }
        told.push_str("</section>\n");
    }
    // What has no note is no link: an address of a server is of no use here.
    let body = body.replace("href=\"/", "data-at=\"/");
    let said: String = said.iter().map(|line| format!("<p class=\"said\">{}</p>\n", escape(line))).collect();
    let told = if told.is_empty() {
        told
    } else {
        format!("<hr>\n<h2>数字说明</h2>\n<div class=\"notes\">{told}</div>\n")
    };
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{said}{body}{told}</main>\n</body>\n</html>\n",
        title = escape(&doc.title),
    )
}

const STYLE: &str = "body{background:#f6f5f1;color:#1a2230;margin:0}\
main{background:#fff;max-width:44rem;margin:2rem auto;padding:3rem 3.5rem;box-shadow:0 0 0 1px #e2ded3;\
font:17px/1.85 FangSong,\"Noto Serif CJK SC\",serif}h1{text-align:center;font-size:28px;font-weight:600}\
h2,h3,h4{font-size:17px;margin:1.2em 0 .3em}h2{font-family:SimHei,\"Noto Sans CJK SC\",sans-serif}\
p{text-indent:2em;margin:.3em 0}.fig{color:inherit;text-decoration:underline dotted #2457a0;text-underline-offset:3px}\
.fig.unsourced{text-decoration-color:#b8352a}.said{color:#626c7c;font-size:15px}hr{border:0;border-top:1px solid #d2cec3;margin:3em 0 1em}\
.notes{font:15px/1.7 sans-serif}.notes h3{font-size:15px;margin:1.1em 0 .1em}.notes p{text-indent:0;color:#465163;margin:.1em 0}\
.notes section:target{background:#fdf6e2;outline:6px solid #fdf6e2}.signature{text-align:right}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid #7e8693;padding:.2em .5em}@media(max-width:600px){main{margin:0;padding:1.5rem 1.2rem}}\
@media print{body{background:#fff}main{box-shadow:none;margin:0}.fig{text-decoration:none}}";

fn table(out: &mut String, caption: &str, head: &[String], rows: &[Vec<Vec<Span>>]) {
    out.push_str("<table>");
    if !caption.is_empty() {
        let _ = write!(out, "<caption>{}</caption>", escape(caption));
    }
    out.push_str("<thead><tr>");
    for cell in head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(cell));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", inline(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn inline(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(t) => escape(t),
            Span::Strong(t) => format!("<strong>{}</strong>", escape(t)),
            Span::Figure(f) => figure(f),
        })
        .collect()
}

fn figure(f: &Figure) -> String {
    let class = if f.unsourced { "fig unsourced" } else { "fig" };
    let (text, label) = (escape(&f.text), escape(&f.label));
    if f.href.is_empty() {
        return format!("<span class=\"{class}\" id=\"n{}\" title=\"{label}\">{text}</span>", f.index);
    }
    format!("<a class=\"{class}\" id=\"n{}\" href=\"{}\" title=\"{label}\">{text}</a>", f.index, escape(&f.href))
}

/// Text made safe for HTML and attribute values.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
