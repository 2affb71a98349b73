//! 报告章节 — what a pack contributes to the annual report. `report.md` of a pack holds sections, each with a head between two lines
//! `+++` (TOML) and a text (Markdown with MiniJinja); the frame, `reports/annual.md` of the base pack, declares the chapters in its
//! own head and says where they stand.

use std::ops::Range;
use std::sync::Arc;

use liren_rules::{Finding, Title};

use crate::read::{self, Reader, Table};
use crate::source::{Source, Spot};

/// 章 — a part of the report that holds sections; left out when none of them is there.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub id: String,
    pub title: String,
}

/// 节
#[derive(Clone, Debug)]
pub struct Section {
    /// `pack.section`.
    pub id: String,
    pub title: Title,
    pub chapter: String,
    /// The order within its chapter.
    pub weight: i64,
    /// What it is headed; neighbours headed alike are one. Empty for a text without a heading.
    pub heading: String,
    /// The ids of the registers that it tells of, for whoever asks why it is not there.
    pub registers: Vec<String>,
    /// An expression of the report's own functions, as `some("relief.households")`; without one the section stands when its text is
    /// not empty.
    pub when: Option<String>,
    pub text: Arc<str>,
    pub spot: Spot,
}

/// A head and the text below it, both as they stand in the file.
struct Piece {
    head: Range<usize>,
    text: Range<usize>,
}

/// The pieces of a file: a line `+++` opens a head, the next one closes it.
fn pieces(text: &str) -> Vec<Piece> {
    let mut marks = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            marks.push(at..at + line.len());
        }
        at += line.len();
    }
    let mut pieces = Vec::new();
    for (n, pair) in marks.chunks(2).enumerate() {
        let [open, close] = pair else { break };
        let end = marks.get(2 * n + 2).map_or(text.len(), |next| next.start);
        pieces.push(Piece { head: open.end..close.start, text: close.end..end });
    }
    pieces
}

/// The same file with everything but a part of it blank: what is found in it keeps its place.
fn only(source: &Source, part: &Range<usize>) -> Source {
    let blank = |text: &str| {
        text.chars().map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) }).collect::<String>()
    };
    let text = &source.text;
    let kept = [&blank(&text[..part.start]), &text[part.clone()], &blank(&text[part.end..])].concat();
    Source { text: kept.into(), ..source.clone() }
}

/// The sections of a pack's `report.md`.
pub(crate) fn sections(source: &Source, pack: &str, findings: &mut Vec<Finding>) -> Vec<Section> {
    let mut sections = Vec::new();
    for piece in pieces(&source.text) {
        let text: Arc<str> = source.text[piece.text.clone()].trim().into();
        read::file(&only(source, &piece.head), findings, |r, t| sections.extend(section(r, t, pack, text)));
    }
    sections
}

fn section(r: &mut Reader, t: &mut Table, pack: &str, text: Arc<str>) -> Option<Section> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let chapter = r.need_word(t, "chapter");
    let weight = r.int(t, "weight").unwrap_or(0);
    let heading = r.text(t, "heading").unwrap_or_else(|| title.zh.clone());
    let registers = r.texts(t, "registers");
    let when = r.text(t, "when");
    let id = id?;
    Some(Section {
        id: format!("{pack}.{}", id.text),
        title,
        chapter: chapter?.text,
        weight,
        heading,
        registers,
        when,
        text,
        spot: id.spot,
    })
}

/// What a frame says of itself.
pub(crate) struct Frame {
    pub title: Option<Title>,
    pub every: Every,
    pub chapters: Vec<Chapter>,
    pub text: Arc<str>,
}

/// 多久一份 — the period a report tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Every {
    #[default]
    Year,
    Quarter,
    Month,
}

/// The head of a frame, and its text.
pub(crate) fn frame(source: &Source, findings: &mut Vec<Finding>) -> Frame {
    let (mut chapters, mut title, mut every) = (Vec::new(), None, Every::Year);
    let Some(piece) = pieces(&source.text).into_iter().next() else {
        return Frame { title, every, chapters, text: source.text.clone() };
    };
    read::file(&only(source, &piece.head), findings, |r, t| {
        title = r.title_if(t, "title");
        if let Some(word) = r.word(t, "every") {
            match word.text.as_str() {
                "year" => every = Every::Year,
                "quarter" => every = Every::Quarter,
                "month" => every = Every::Month,
                other => {
                    let zh = format!("every = \"{other}\" 不认识，可写 year、quarter 或 month");
                    let en = format!("every = \"{other}\" is not known; write year, quarter or month");
                    r.findings.push(word.spot.error("unknown-every", zh, en));
                }
            }
        }
        for mut chapter in r.tables(t, "chapter") {
            if let (Some(id), Some(title)) = (r.need_word(&mut chapter, "id"), r.need_word(&mut chapter, "title")) {
                chapters.push(Chapter { id: id.text, title: title.text });
            }
            r.done(chapter);
        }
    });
    Frame { title, every, chapters, text: source.text[piece.text].trim_start().into() }
}

/// Each section stands in a chapter of the report and tells of registers there are.
pub(crate) fn check(sections: &[Section], chapters: &[Chapter], known: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in sections {
        if !chapters.iter().any(|c| c.id == section.chapter) {
            let zh = format!("章节 {} 要放进 {}，年度报告没有这一章", section.id, section.chapter);
            let en = format!(
                "section {} belongs to chapter {}, which the annual report does not have",
                section.id, section.chapter
            );
            findings.push(section.spot.error("unknown-chapter", zh, en));
        }
        for register in section.registers.iter().filter(|r| !known(r)) {
            let zh = format!("章节 {} 写的台账 {register} 不存在", section.id);
            let en = format!("section {} names the register {register}, which does not exist", section.id);
            findings.push(section.spot.error("unknown-register", zh, en));
        }
    }
    findings
}
