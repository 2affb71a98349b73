//! Findings on a terminal, like a compiler's diagnostics: the place, the line, the span underlined (Chinese
//! characters are two columns wide), the arithmetic, what it was compared with, the advice.

use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::options::Lang;
use crate::report::{Finding, Quote, Report, Severity};
use crate::text::Text;

/// Columns shown to the left and right of a quoted span; paragraphs are long lines.
const MARGIN: usize = 26;

/// The findings and the one-line summary, as text for a terminal.
pub fn render(report: &Report, text: &Text, colour: bool, lang: Lang) -> String {
    let mut out = String::new();
    let paint = Paint { colour };
    for finding in &report.findings {
        one(&mut out, finding, text, &paint, lang);
        out.push('\n');
    }
    let summary = report.summary.message.get(lang);
    let tone = if report.summary.errors > 0 { Tone::Red } else { Tone::Green };
    let _ = writeln!(out, "{}", paint.bold(tone, summary));
    out
}

fn one(out: &mut String, finding: &Finding, text: &Text, paint: &Paint, lang: Lang) {
    let (word, tone) = match (finding.severity, lang) {
        (Severity::Error, Lang::Zh) => ("错误", Tone::Red),
        (Severity::Error, Lang::En) => ("error", Tone::Red),
        (Severity::Warning, Lang::Zh) => ("提醒", Tone::Yellow),
        (Severity::Warning, Lang::En) => ("warning", Tone::Yellow),
        (Severity::Hint, Lang::Zh) => ("提示", Tone::Blue),
        (Severity::Hint, Lang::En) => ("hint", Tone::Blue),
    };
    let head = format!("{word}[{}]", finding.kind);
    let _ = writeln!(out, "{}: {}", paint.bold(tone, &head), paint.bold(Tone::Plain, finding.message.get(lang)));
    let Some(first) = finding.quotes.first() else {
        return;
    };
    let gutter = text.position(first.start).0.to_string().len().max(2);
    snippet(out, first, text, gutter, tone, paint, lang);
    let pad = " ".repeat(gutter + 1);
    let note = |out: &mut String, zh: &str, en: &str, body: &str| {
        let word = if lang == Lang::Zh { zh } else { en };
        let _ = writeln!(out, "{pad}{} {word}: {body}", paint.dim("="));
    };
    if let Some(arithmetic) = &finding.arithmetic {
        note(out, "算式", "arithmetic", arithmetic);
    }
    for quote in finding.quotes.iter().skip(1).take(6) {
        let (line, column) = text.position(quote.start);
        let body = match lang {
            Lang::Zh => format!("第 {line} 行第 {column} 字 “{}”", one_line(&quote.text)),
            Lang::En => format!("line {line}, character {column} “{}”", one_line(&quote.text)),
        };
        note(out, "对照", "compare", &body);
    }
    if let Some(fix) = &finding.fix {
        let was = text.slice(fix.start..fix.end);
        let body = match lang {
            Lang::Zh => format!("“{}” 改为 “{}”", one_line(&was), fix.replace_with),
            Lang::En => format!("write “{}” instead of “{}”", fix.replace_with, one_line(&was)),
        };
        note(out, "建议", "advice", &body);
    }
}

/// The line of a quote, cut to a window around it, and the underline.
fn snippet(out: &mut String, quote: &Quote, text: &Text, gutter: usize, tone: Tone, paint: &Paint, lang: Lang) {
    let (number, column) = text.position(quote.start);
    let line = text.line(number);
    let place = match lang {
        Lang::Zh => format!("第 {number} 行，第 {column} 字"),
        Lang::En => format!("line {number}, character {column}"),
    };
    let pad = " ".repeat(gutter);
    let _ = writeln!(out, "{pad}{} {place}", paint.dim("-->"));
    let _ = writeln!(out, "{pad} {}", paint.dim("|"));
    let end = quote.end.min(line.end).max(quote.start);
    let shown = window(text, &line, quote.start..end);
    let (left, right) = (if shown.start > line.start { "…" } else { "" }, if shown.end < line.end { "…" } else { "" });
    let body = format!("{left}{}{right}", printable(text, shown.clone()));
    let _ = writeln!(out, "{} {} {body}", paint.dim(&format!("{number:>gutter$}")), paint.dim("|"));
    let before = width(text, shown.start..quote.start) + if left.is_empty() { 0 } else { '…'.width().unwrap_or(1) };
    let marks = "^".repeat(width(text, quote.start..end).max(1));
    let _ = writeln!(out, "{pad} {} {}{}", paint.dim("|"), " ".repeat(before), paint.bold(tone, &marks));
}

/// The part of a line to show: the span and a margin of columns on each side.
fn window(text: &Text, line: &Range<usize>, span: Range<usize>) -> Range<usize> {
    let chars = text.chars();
    let (mut start, mut room) = (span.start, MARGIN);
    while start > line.start && room > 0 {
        start -= 1;
        room = room.saturating_sub(columns(chars[start]));
    }
    let (mut end, mut room) = (span.end, MARGIN);
    while end < line.end && room > 0 {
        room = room.saturating_sub(columns(chars[end]));
        end += 1;
    }
    start..end
}

fn columns(c: char) -> usize {
    if c == '\t' { 1 } else { c.width().unwrap_or(0) }
}

fn width(text: &Text, span: Range<usize>) -> usize {
    text.chars()[span].iter().map(|&c| columns(c)).sum()
}

/// The characters of a span without control characters, which a terminal would obey.
fn printable(text: &Text, span: Range<usize>) -> String {
    text.chars()[span]
        .iter()
        .filter(|c| **c == '\t' || !c.is_control())
        .map(|&c| if c == '\t' { ' ' } else { c })
        .collect()
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[derive(Clone, Copy)]
enum Tone {
    Plain,
    Red,
    Yellow,
    Blue,
    Green,
}

struct Paint {
    colour: bool,
}

impl Paint {
    fn bold(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => "1",
            Tone::Red => "1;31",
            Tone::Yellow => "1;33",
            Tone::Blue => "1;34",
            Tone::Green => "1;32",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn dim(&self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }
}
