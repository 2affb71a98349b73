//! The annotated text as HTML: marks in the text, notes at the side. `fragment` gives the two parts for the web
//! interface (classes only, no style, no script); `page` wraps them with their style for a file that stands alone.

use std::fmt::Write;

use crate::options::Lang;
use crate::report::{Finding, Report, Severity};
use crate::text::{BlockKind, Text};

/// The annotated text and the list of notes, to be placed side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// `<article class="proof-text">…</article>`
    pub text: String,
    /// `<ol class="proof-notes">…</ol>`
    pub notes: String,
}

/// The two parts for a page that brings its own style sheet.
pub fn fragment(report: &Report, text: &Text, lang: Lang) -> Fragment {
    Fragment { text: annotated(report, text), notes: notes(report, text, lang) }
}

/// The style of a page that stands alone; the web interface has the same classes in its own sheet.
pub const STYLE: &str = include_str!("proof.css");

/// A whole page: no script, nothing fetched.
pub fn page(report: &Report, text: &Text, title: &str, lang: Lang) -> String {
    let Fragment { text: body, notes } = fragment(report, text, lang);
    let (code, heading, empty) = match lang {
        Lang::Zh => ("zh-CN", "核对", "没有发现问题"),
        Lang::En => ("en", "Proofreading", "Nothing found"),
    };
    let notes = if report.findings.is_empty() { format!("<p class=\"proof-none\">{empty}</p>") } else { notes };
    let mut out = String::new();
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title} · {heading}</title><style>{STYLE}</style></head><body class=\"proof-page\">\
         <header class=\"proof-head\"><h1>{title}</h1><p>{summary}</p></header>\
         <main class=\"proof-main\">{body}<aside class=\"proof-side\" aria-label=\"{heading}\"><h2>{heading}</h2>{notes}</aside></main></body></html>\n",
        title = escape(title),
        summary = escape(report.summary.message.get(lang)),
    );
    out
}

/// The text with a mark on every first quote, a quieter one on what it was compared with.
fn annotated(report: &Report, text: &Text) -> String {
    let marks = Marks::of(report, text.chars().len());
    let mut out = String::from("<article class=\"proof-text\">");
    let mut row_open = false;
    for block in text.blocks() {
        let row = block.kind == BlockKind::Row;
        if row != row_open {
            out.push_str(if row { "<div class=\"proof-table\">" } else { "</div>" });
            row_open = row;
        }
        let (tag, class) = match block.kind {
            BlockKind::Heading(1) => ("h2", " class=\"proof-title\""),
            BlockKind::Heading(_) => ("h3", ""),
            BlockKind::Paragraph => ("p", ""),
            BlockKind::Row => ("p", " class=\"proof-row\""),
        };
        let _ = write!(out, "<{tag}{class}>");
        marks.write(&mut out, text, block.span.start, block.span.end);
        let _ = write!(out, "</{tag}>");
    }
    if row_open {
        out.push_str("</div>");
    }
    out.push_str("</article>");
    out
}

/// Which findings lie on which character; overlapping quotes are cut into pieces.
struct Marks {
    /// Places where the set of findings changes, sorted: offset, findings from there on.
    pieces: Vec<(usize, Option<Mark>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    finding: usize,
    severity: Severity,
    main: bool,
}

impl Marks {
    fn of(report: &Report, len: usize) -> Marks {
        // The gravest mark wins where several lie on one character; a main quote wins over a compared one.
        let mut spans: Vec<(usize, usize, Mark)> = Vec::new();
        for (finding, item) in report.findings.iter().enumerate() {
            for (n, quote) in item.quotes.iter().enumerate() {
                if quote.start < quote.end && quote.end <= len {
                    spans.push((quote.start, quote.end, Mark { finding, severity: item.severity, main: n == 0 }));
                }
            }
        }
        let mut cuts: Vec<usize> = spans.iter().flat_map(|&(start, end, _)| [start, end]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        spans.sort_by_key(|&(start, ..)| start);
        let mut pieces = Vec::with_capacity(cuts.len());
        let (mut live, mut next): (Vec<(usize, Mark)>, usize) = (Vec::new(), 0);
        for &cut in &cuts {
            live.retain(|&(end, _)| end > cut);
            while next < spans.len() && spans[next].0 <= cut {
                live.push((spans[next].1, spans[next].2));
                next += 1;
            }
            let best = live.iter().map(|&(_, mark)| mark).min_by_key(|mark| (!mark.main, mark.severity, mark.finding));
            pieces.push((cut, best));
        }
        Marks { pieces }
    }

    fn write(&self, out: &mut String, text: &Text, start: usize, end: usize) {
        let mut at = start;
        let mut index = self.pieces.partition_point(|&(place, _)| place <= start);
        while at < end {
            let mark = index.checked_sub(1).and_then(|n| self.pieces[n].1);
            let stop = self.pieces.get(index).map_or(end, |&(place, _)| place.min(end));
            let words = escape(&text.slice(at..stop));
            match mark {
                Some(mark) => {
                    let class = class(mark.severity);
                    let quiet = if mark.main { "" } else { " proof-compared" };
                    let number = mark.finding + 1;
                    let first = mark.main
                        && index
                            .checked_sub(2)
                            .and_then(|n| self.pieces[n].1)
                            .is_none_or(|before| before.finding != mark.finding);
                    let id = if first { format!(" id=\"proof-at-{number}\"") } else { String::new() };
                    let _ = write!(
                        out,
                        "<a class=\"proof-mark proof-{class}{quiet}\" href=\"#proof-note-{number}\"{id}>{words}</a>"
                    );
                }
                None => out.push_str(&words),
            }
            at = stop;
            index += 1;
        }
    }
}

fn notes(report: &Report, text: &Text, lang: Lang) -> String {
    let mut out = String::from("<ol class=\"proof-notes\">");
    for (n, finding) in report.findings.iter().enumerate() {
        note(&mut out, n + 1, finding, text, lang);
    }
    out.push_str("</ol>");
    out
}

fn note(out: &mut String, number: usize, finding: &Finding, text: &Text, lang: Lang) {
    let word = match (finding.severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Error, Lang::En) => "Error",
        (Severity::Warning, Lang::Zh) => "提醒",
        (Severity::Warning, Lang::En) => "Warning",
        (Severity::Hint, Lang::Zh) => "提示",
        (Severity::Hint, Lang::En) => "Hint",
    };
    let _ = write!(
        out,
        "<li id=\"proof-note-{number}\" class=\"proof-note proof-{}\"><p><a class=\"proof-tag\" href=\"#proof-at-{number}\">{word}</a> {}</p>",
        class(finding.severity),
        escape(finding.message.get(lang)),
    );
    if let Some(arithmetic) = &finding.arithmetic {
        let _ = write!(out, "<p class=\"proof-sum\">{}</p>", escape(arithmetic));
    }
    if finding.quotes.len() > 1 {
        out.push_str("<ul class=\"proof-quotes\">");
        for quote in finding.quotes.iter().skip(1).take(6) {
            let (line, _) = text.position(quote.start);
            let place = if lang == Lang::Zh { format!("第 {line} 行") } else { format!("line {line}") };
            let _ = write!(out, "<li>{place} “{}”</li>", escape(&quote.text));
        }
        out.push_str("</ul>");
    }
    if let Some(fix) = &finding.fix {
        let was = escape(&text.slice(fix.start..fix.end));
        let _ = write!(out, "<p class=\"proof-fix\"><del>{was}</del> → <ins>{}</ins></p>", escape(&fix.replace_with));
    }
    out.push_str("</li>");
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push(' '),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}
