//! 退回稿 — the report as Word, edited by somebody and given back, held against the report as it was sent: every figure is
//! sourced, by hand with or without a source, contradicted or gone, and the proofreader reads what is new.
//!
//! The file says where it comes from; the report is composed again as it was known at that revision and on that day. Both
//! files are read and compared by the process that reads foreign files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use liren_documents::read::{self, Kind, Word};
use liren_documents::returned::{self, Block, By, Fate, Gone, State};
use liren_documents::{docx, text};
use liren_facts::Day;
use liren_proof::{FigureKind, KnownFigure, Options, Part, Severity, Text};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::compose::{Composed, annual_as_sent};
use super::span::{Opens, SpanRecord};
use crate::base::reader::{self, Reader, Refusal, Size};
use crate::base::{App, Result, Scope, error};
use crate::figures::{Ask, href};

/// 退回稿对照 — the report that was sent and the file that came back.
#[derive(Debug, Serialize)]
pub struct Returned {
    pub sent: Sent,
    /// What is composed now at that revision is letter by letter what was sent.
    pub as_sent: bool,
    pub counts: Counts,
    /// Every figure that was sent, in order, then every number that is not of the report.
    pub figures: Vec<Figure>,
    /// The whole prose that came back.
    pub blocks: Vec<Block>,
    /// Prose that was sent and is not there any more.
    pub gone: Vec<Gone>,
    /// What the proofreader says of what is new.
    pub findings: Vec<Finding>,
}

/// 发出 — which report a file says it is: of which community and year, on which day, as known at which revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub report: String,
    pub community: i64,
    pub year: i32,
    /// The day of the report.
    pub day: String,
    pub revision: i64,
    /// Of the text that was sent.
    pub digest: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub sourced: usize,
    pub by_hand_sourced: usize,
    pub by_hand: usize,
    pub contradicted: usize,
    pub gone: usize,
}

/// A number of the file that came back, or one that is not in it any more.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub standing: Standing,
    /// Its place among the figures that were sent.
    pub index: Option<usize>,
    /// What it is: the figure's name, or the words before the number.
    pub label: String,
    /// What the record says.
    pub record: Option<String>,
    /// What the file says.
    pub written: Option<String>,
    /// Where it stands in the file: the block, and characters of its text.
    pub block: Option<usize>,
    pub start: usize,
    pub end: usize,
    /// The words around it.
    pub context: String,
    /// The page that answers for it; empty when there is none.
    pub href: String,
    /// How it was known again.
    pub by: Option<By>,
    /// It was not in the report that was sent.
    pub new: bool,
}

/// 数字的依据
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It says what the record says.
    Sourced,
    /// 手填，有出处 — typed, and the records or the sentence say where it is from.
    ByHandSourced,
    /// 手填，无出处
    ByHand,
    /// 与记录不符
    Contradicted,
    /// 删去
    Gone,
}

/// Something the proofreader says of what is new.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finding {
    /// `error`, `warning`, `hint`.
    pub severity: String,
    pub kind: String,
    pub zh: String,
    pub en: String,
    pub arithmetic: Option<String>,
    pub block: usize,
    pub start: usize,
    pub end: usize,
}

const PROPERTIES: [&str; 6] =
    ["liren.report", "liren.community", "liren.year", "liren.day", "liren.revision", "liren.digest"];

/// What a Word file of this report says of itself.
pub(super) fn properties(composed: &Composed) -> Vec<(&'static str, String)> {
    let origin = origin(composed);
    let values = [
        origin.report,
        origin.community.to_string(),
        origin.year.to_string(),
        origin.day,
        origin.revision.to_string(),
        origin.digest,
    ];
    PROPERTIES.into_iter().zip(values).collect()
}

fn origin(composed: &Composed) -> Sent {
    let mut digest = String::new();
    for byte in Sha256::digest(text::write(&composed.document)).iter().take(16) {
        let _ = write!(digest, "{byte:02x}");
    }
    Sent {
        report: "annual".to_owned(),
        community: composed.desk.scope.community,
        year: composed.period.first.year(),
        day: composed.desk.today.to_string(),
        revision: composed.desk.revision,
        digest,
    }
}

/// Where a file says it comes from; nothing when it does not say, or says it wrongly.
fn said(word: &Word) -> Option<Sent> {
    let value =
        |name: &str| word.properties.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim().to_owned());
    let [report, community, year, day, revision, digest] = PROPERTIES.map(value);
    let day = day?;
    Day::parse(&day)?;
    Some(Sent {
        report: report.filter(|report| report == "annual")?,
        community: community?.parse().ok()?,
        year: year?.parse().ok()?,
        day,
        revision: revision?.parse().ok()?,
        digest: digest?,
    })
}

/// Holds a file that came back against the report it was made of, which is composed again as it was sent.
pub async fn compare(app: &App, scope: &Scope, name: &str, file: Vec<u8>, size: Size) -> Result<Returned> {
    let file = Arc::new(file);
    let ask = Request { name: name.to_owned(), sent: None, known: vec![] };
    let answer = reader::read(&RETURNED, &ask, file.clone(), size).await?;
    let origin: Option<Sent> = serde_json::from_slice(&answer).map_err(error::fault)?;
    let origin = origin.ok_or_else(|| {
        error::invalid(
            format!("“{name}”没有写明是哪一份报告改成的，不能对照。请用从本系统下载的 Word 文件来改；另存时不要用“复制全文到新文件”的办法。"),
            format!("“{name}” does not say which report it was made of. Edit the Word file that was downloaded here; do not copy its text into a new file."),
        )
    })?;
    if origin.community != scope.community {
        return Err(error::invalid(
            format!("“{name}”是另一个社区的报告改成的，没有对照。请在那个社区里上传。"),
            format!("“{name}” was made of another community's report. Send it there."),
        ));
    }
    let day = Day::parse(&origin.day).ok_or_else(|| error::fault("a day was read that is none"))?;
    let mut sent = annual_as_sent(app, scope, origin.year, day, origin.revision).await?;
    let known = known(app, &mut sent).await?;
    let copy = docx::write(&sent.document).map_err(error::fault)?;
    let ask = Request { name: name.to_owned(), sent: Some(copy.len()), known };
    let both = [copy, Arc::unwrap_or_clone(file)].concat();
    let answer = reader::read(&RETURNED, &ask, Arc::new(both), size).await?;
    let read: Answer = serde_json::from_slice(&answer).map_err(error::fault)?;
    Ok(tell(&sent, read.said.clone().unwrap_or(origin), read))
}

/// The same for a report at hand and a file that was read already.
pub fn hold(sent: &Composed, word: &Word) -> Result<Returned> {
    let copy = docx::write(&sent.document).map_err(error::fault)?;
    let copy = read::word("sent.docx", &copy).map_err(|e| error::fault(e.en))?;
    Ok(tell(sent, said(word).unwrap_or_else(|| origin(sent)), answer(&copy, word, &[])))
}

/// What the report's own figures were, under the names a text may call them by.
async fn known(app: &App, sent: &mut Composed) -> Result<Vec<Known>> {
    let ask = Ask::of(sent.period);
    let packs = app.packs().clone();
    // 待孕 and 待孕(直管) are one word with two scopes: a text that says only the word names neither.
    let stem = |figure: &liren_packs::Figure| figure.title.zh.split(['(', '（']).next().unwrap_or_default().to_owned();
    let mut stems: BTreeMap<String, usize> = BTreeMap::new();
    packs.figures.iter().for_each(|figure| *stems.entry(stem(figure)).or_default() += 1);
    let mut known = Vec::new();
    for figure in packs.figures.iter().filter(|figure| stems[&stem(figure)] == 1) {
        if let Some(value) = sent.desk.value(figure, &ask).await?.printable() {
            known.push(Known {
                id: figure.id.clone(),
                label: figure.title.zh.clone(),
                aliases: figure.also.clone(),
                unit: figure.unit.clone(),
                value,
            });
        }
    }
    Ok(known)
}

/// A Word file and what it says of itself; or, where the report that was sent comes with it, the two compared.
pub static RETURNED: Reader = Reader { kind: "returned", read: answered, answer: 128 << 20 };

#[derive(Serialize, Deserialize)]
struct Request {
    name: String,
    /// Bytes of the report that was sent, which come before those of the file.
    sent: Option<usize>,
    known: Vec<Known>,
}

/// A figure of our own, as it travels.
#[derive(Serialize, Deserialize)]
struct Known {
    id: String,
    label: String,
    aliases: Vec<String>,
    unit: String,
    value: f64,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    returned: returned::Returned,
    typed: Vec<Typed>,
    findings: Vec<Finding>,
    said: Option<Sent>,
}

/// A number that is not one of those that were sent.
#[derive(Serialize, Deserialize)]
struct Typed {
    label: String,
    text: String,
    block: usize,
    start: usize,
    end: usize,
    /// The figure it was recognised as, and whether that says the same.
    figure: Option<(String, String, bool)>,
    /// Its sentence says where it is from.
    cited: bool,
    new: bool,
}

fn answered(header: &[u8], file: &[u8], _: Size) -> std::result::Result<Vec<u8>, Refusal> {
    let broken = |e: serde_json::Error| Refusal { zh: e.to_string(), en: e.to_string() };
    let refused = |e: read::Unreadable| Refusal { zh: e.zh, en: e.en };
    let ask: Request = serde_json::from_slice(header).map_err(broken)?;
    match ask.sent {
        None => serde_json::to_vec(&said(&read::word(&ask.name, file).map_err(refused)?)).map_err(broken),
        Some(length) => {
            let (sent, file) = file.split_at(length.min(file.len()));
            let sent = read::word("sent.docx", sent).map_err(refused)?;
            let word = read::word(&ask.name, file).map_err(refused)?;
            serde_json::to_vec(&answer(&sent, &word, &ask.known)).map_err(broken)
        }
    }
}

/// Compares, and reads what is new.
fn answer(sent: &Word, word: &Word, known: &[Known]) -> Answer {
    let returned = returned::compare(sent, word);
    let known: Vec<KnownFigure> = known
        .iter()
        .map(|k| KnownFigure {
            id: k.id.clone(),
            label: k.label.clone(),
            aliases: k.aliases.clone(),
            unit: k.unit.clone(),
            value: k.value,
            rounded: true,
        })
        .collect();
    let mut starts = Vec::new();
    let mut length = 0;
    let parts = word.blocks.iter().map(|block| {
        starts.push(length);
        length += block.text.chars().count() + 1;
        let kind = match block.kind {
            Kind::Heading(level) => liren_proof::BlockKind::Heading(level),
            Kind::Row => liren_proof::BlockKind::Row,
            Kind::Paragraph => liren_proof::BlockKind::Paragraph,
        };
        Part { kind, text: block.text.clone(), changes: block.revisions.clone(), struck: block.struck }
    });
    let text = Text::from_parts(parts);
    let report = liren_proof::read(&text, &Options { period: None, known: &known });
    let at = |place: usize| {
        let block = starts.partition_point(|start| *start <= place).saturating_sub(1);
        (block, place - starts.get(block).copied().unwrap_or(0))
    };
    let typed = typed(&returned, &report, &text, &at);
    let edited = |place: usize| returned.blocks.get(at(place).0).is_some_and(|block| block.state != State::Same);
    let findings = report
        .findings
        .iter()
        // Held against the records, every number has its own line.
        .filter(|finding| !matches!(finding.kind, "known_differs" | "no_such_figure"))
        .filter(|finding| finding.quotes.iter().any(|quote| edited(quote.start)))
        .map(|finding| {
            let (block, start) = finding.quotes.first().map_or((0, 0), |quote| at(quote.start));
            let length = finding.quotes.first().map_or(0, |quote| quote.end - quote.start);
            Finding {
                severity: match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Hint => "hint",
                }
                .to_owned(),
                kind: finding.kind.to_owned(),
                zh: finding.message.zh.clone(),
                en: finding.message.en.clone(),
                arithmetic: finding.arithmetic.clone(),
                block,
                start,
                end: start + length,
            }
        })
        .collect();
    Answer { returned, typed, findings, said: said(word) }
}

/// Words by which a sentence says where its numbers are from.
const SOURCES: [&str; 14] = [
    "来源", "根据", "依据", "公报", "年鉴", "统计局", "普查", "审计", "台账显示", "系统显示", "平台显示", "文件规定",
    "上报数据", "据统计",
];

/// The numbers of the file that are not figures that were sent.
fn typed(
    returned: &returned::Returned,
    report: &liren_proof::Report,
    text: &Text,
    at: &dyn Fn(usize) -> (usize, usize),
) -> Vec<Typed> {
    let mut claimed: BTreeMap<usize, Vec<std::ops::Range<usize>>> = BTreeMap::new();
    for place in returned.figures.iter().filter_map(|figure| figure.place.as_ref()) {
        claimed.entry(place.block).or_default().push(place.span.clone());
    }
    // Where the records have a figure of that name: the place of the number, and whether it says the same.
    let mut known: BTreeMap<usize, (String, String, bool)> = BTreeMap::new();
    let told = report.verified.iter().map(|v| (&v.known, &v.quotes, &v.arithmetic, true));
    let told = told.chain(report.findings.iter().map(|f| (&f.known, &f.quotes, &f.arithmetic, false)));
    for (id, quotes, arithmetic, same) in told {
        if let (Some(id), Some(quote)) = (id, quotes.first()) {
            let value = arithmetic.as_deref().unwrap_or_default();
            let value = value.rsplit(['↔', '≠']).next().unwrap_or_default().trim().to_owned();
            known.insert(quote.end, (id.clone(), value, same));
        }
    }
    let mut typed = Vec::new();
    for figure in report.figures.iter().filter(|f| matches!(f.kind, FigureKind::Count | FigureKind::Rate)) {
        let (block, start) = at(figure.start);
        let end = start + (figure.end - figure.start);
        let own = claimed.get(&block).is_some_and(|spans| spans.iter().any(|s| s.start < end && start < s.end));
        let Some(block_of) = returned.blocks.get(block).filter(|_| !own) else { continue };
        let chars: Vec<char> = block_of.text.chars().collect();
        let around = |before: usize, behind: usize| -> String {
            chars[start.saturating_sub(before)..(end + behind).min(chars.len())].iter().collect()
        };
        let stood = |before: &String| before.contains(&around(3, 1)) || before.contains(&around(1, 3));
        let new = match block_of.state {
            State::Same => false,
            State::Added => true,
            State::Changed => !block_of.before.as_ref().is_some_and(stood),
        };
        let sentence = sentence(&chars, start..end);
        typed.push(Typed {
            label: figure.label.clone(),
            text: text.slice(figure.start..figure.end),
            block,
            start,
            end,
            figure: known.get(&figure.end).cloned(),
            cited: SOURCES.iter().any(|word| sentence.contains(word)),
            new,
        });
    }
    typed
}

/// The sentence a place stands in.
fn sentence(chars: &[char], place: std::ops::Range<usize>) -> String {
    let stop = |c: &char| "。！？\n".contains(*c);
    let start = chars[..place.start].iter().rposition(stop).map_or(0, |at| at + 1);
    let end = chars[place.end..].iter().position(stop).map_or(chars.len(), |at| place.end + at);
    chars[start..end].iter().collect()
}

/// What is found, with the names and pages of the figures.
fn tell(sent: &Composed, said: Sent, answer: Answer) -> Returned {
    let mut figures: Vec<Figure> = answer
        .returned
        .figures
        .into_iter()
        .filter_map(|figure| of_sent(sent.spans.get(figure.index)?, figure))
        .collect();
    let this_year = sent.desk.this_year();
    let ask = Ask::of(sent.period);
    let blocks = &answer.returned.blocks;
    figures.extend(answer.typed.into_iter().map(|typed| {
        let standing = match &typed.figure {
            Some((_, _, false)) if typed.new => Standing::Contradicted,
            Some((_, _, true)) => Standing::ByHandSourced,
            _ if typed.cited => Standing::ByHandSourced,
            _ => Standing::ByHand,
        };
        let context = blocks.get(typed.block).map_or_else(String::new, |block| {
            block.text.chars().skip(typed.start.saturating_sub(16)).take(typed.end - typed.start + 24).collect()
        });
        Figure {
            standing,
            index: None,
            label: typed.label,
            record: typed.figure.as_ref().map(|(_, value, _)| value.clone()),
            written: Some(typed.text),
            block: Some(typed.block),
            start: typed.start,
            end: typed.end,
            context,
            href: typed.figure.map_or_else(String::new, |(id, ..)| href(&id, &ask, this_year)),
            by: None,
            new: typed.new,
        }
    }));
    let mut counts = Counts::default();
    for figure in &figures {
        match figure.standing {
            Standing::Sourced => counts.sourced += 1,
            Standing::ByHandSourced => counts.by_hand_sourced += 1,
            Standing::ByHand => counts.by_hand += 1,
            Standing::Contradicted => counts.contradicted += 1,
            Standing::Gone => counts.gone += 1,
        }
    }
    Returned {
        as_sent: said.digest == origin(sent).digest,
        sent: said,
        counts,
        figures,
        blocks: answer.returned.blocks,
        gone: answer.returned.gone,
        findings: answer.findings,
    }
}

/// A figure that was sent.
fn of_sent(span: &SpanRecord, figure: returned::Figure) -> Option<Figure> {
    // 待核实 was printed: whatever stands there now was typed, and contradicts nothing.
    let unknown = span.value.is_none() && matches!(span.opens, Opens::Figure { .. } | Opens::Nothing);
    let standing = match figure.fate {
        Fate::Kept => Standing::Sourced,
        Fate::Overwritten if unknown => Standing::ByHand,
        Fate::Overwritten => Standing::Contradicted,
        Fate::Gone => Standing::Gone,
    };
    let (block, start, end) = match &figure.place {
        Some(place) => (Some(place.block), place.span.start, place.span.end),
        None => (None, 0, 0),
    };
    Some(Figure {
        standing,
        index: Some(figure.index),
        label: span.label.clone(),
        record: Some(figure.sent),
        by: figure.place.as_ref().map(|place| place.by),
        written: figure.place.map(|place| place.text),
        block,
        start,
        end,
        context: figure.context,
        href: span.href(),
        new: false,
    })
}

#[cfg(test)]
mod tests;
