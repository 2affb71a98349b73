//! returns.toml: figures counted by others, entered per area and period.

use liren_rules::{Finding, Title};

use crate::arithmetic::{self, Check, Draft, Names};
use crate::pack::{duplicate, known};
use crate::read::{Reader, Table, Word};
use crate::source::Spot;

/// 上报表 — lines entered per area and period, with a source.
#[derive(Clone, Debug)]
pub struct Return {
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Level of the area that fills one.
    pub area: String,
    /// year, half, quarter or month.
    pub every: String,
    pub lines: Vec<ReturnLine>,
    pub checks: Vec<Check>,
    pub spot: Spot,
    pub(crate) drafts: Vec<Draft>,
}

/// 行
#[derive(Clone, Debug)]
pub struct ReturnLine {
    pub id: String,
    pub title: Title,
    pub unit: String,
    /// Lines that add up to this one; empty for none.
    pub sum: Vec<String>,
    /// Figure it stands in for in periods before the records begin.
    pub figure: Option<String>,
    pub spot: Spot,
}

const EVERY: [&str; 4] = ["year", "half", "quarter", "month"];

pub(crate) fn read(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Return> {
    let mut list: Vec<Return> = vec![];
    for mut t in r.tables(t, "return") {
        let id = r.need_word(&mut t, "id");
        let title = r.title(&mut t, "title");
        let area = r.need_word(&mut t, "area").map(|w| w.text).unwrap_or_default();
        let every = r.need_word(&mut t, "every");
        if let Some(every) = &every {
            known(r, every, EVERY.into_iter(), "周期", "period");
        }
        let lines = lines(r, &mut t);
        let mut drafts = vec![];
        for mut c in r.tables(&mut t, "check") {
            drafts.extend(arithmetic::read(r, &mut c));
            r.done(c);
        }
        if let Some(id) = id {
            if list.iter().any(|x| x.id == id.text) {
                duplicate(r, &id);
            }
            list.push(Return {
                id: id.text,
                pack: pack.to_string(),
                title,
                area,
                every: every.map(|w| w.text).unwrap_or_default(),
                lines,
                checks: vec![],
                spot: id.spot,
                drafts,
            });
        }
        r.done(t);
    }
    list
}

fn lines(r: &mut Reader, t: &mut Table) -> Vec<ReturnLine> {
    let mut lines: Vec<ReturnLine> = vec![];
    let mut sums: Vec<Word> = vec![];
    for mut l in r.tables(t, "lines") {
        let id = r.need_word(&mut l, "id");
        let title = r.title(&mut l, "title");
        let unit = r.need_word(&mut l, "unit").map(|w| w.text).unwrap_or_default();
        let sum = r.words(&mut l, "sum");
        let figure = r.text(&mut l, "figure");
        sums.extend(sum.iter().cloned());
        if let Some(id) = id {
            if lines.iter().any(|x| x.id == id.text) {
                duplicate(r, &id);
            }
            let sum = sum.into_iter().map(|w| w.text).collect();
            lines.push(ReturnLine { id: id.text, title, unit, sum, figure, spot: id.spot });
        }
        r.done(l);
    }
    for word in sums {
        known(r, &word, lines.iter().map(|l| l.id.as_str()), "行", "line");
    }
    lines
}

/// Looks up what the returns name once all figures are read.
pub(crate) fn check(returns: &mut [Return], figures: &[&str], params: &[&str], findings: &mut Vec<Finding>) {
    for ret in returns {
        let lines: Vec<String> = ret.lines.iter().map(|l| l.id.clone()).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let names = Names { figures, params, lines: &lines, pack: &ret.pack };
        ret.checks = ret.drafts.iter().filter_map(|d| d.check(&names, findings)).collect();
        for line in &ret.lines {
            if let Some(figure) = line.figure.as_ref().filter(|f| !figures.contains(&f.as_str())) {
                let (zh, en) = crate::pack::suggest(figure, figures.iter().copied());
                let finding = line.spot.error(
                    "unknown-figure",
                    format!("行 {} 所代的指标 {figure} 不存在", line.id),
                    format!("line {} stands for the figure {figure}, which does not exist", line.id),
                );
                findings.push(finding.advise(zh, en));
            }
        }
    }
}
