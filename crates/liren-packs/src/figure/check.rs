//! Figures against the schema: paths, units, cuts, the figures they name.

use std::collections::BTreeSet;

use liren_rules::{Ask, Checked, Finding, KindId, Place, Schema, Ty, Want};

use super::{Counted, Cut, Draft, DraftFormula, Figure, Flows, Formula, When};
use crate::pack::suggest;
use crate::read::Word;
use crate::register::{Register, registers};

/// What figures are checked against.
pub(crate) struct Known<'a> {
    pub schema: &'a Schema,
    pub figures: &'a [&'a str],
    /// `return-id.line-id`.
    pub lines: &'a [String],
}

impl Draft {
    pub fn check(self, known: &Known, findings: &mut Vec<Finding>) -> Option<Figure> {
        let mut c = Checker { known, pack: &self.pack, findings };
        let formula = c.formula(&self.formula);
        let kind = match &formula {
            Some(Formula::Count { kind, .. } | Formula::Sum { kind, .. } | Formula::Mean { kind, .. }) => Some(*kind),
            _ => None,
        };
        if let (Some(Formula::Count { counted, kind, .. }), unit) = (&formula, &self.unit) {
            c.unit(unit, *counted, *kind);
        }
        let filter = match (&self.filter, kind) {
            (Some(text), Some(kind)) => c.expression(text, kind, Want::Condition),
            (Some(text), None) if formula.is_some() => {
                c.stray(text, "where");
                None
            }
            _ => None,
        };
        let when = c.when(&self, kind.is_some());
        let day = match (when, kind) {
            (Some(When::During), Some(kind)) => c.day(&self, kind),
            _ => None,
        };
        let by = match (&formula, kind) {
            (Some(formula), Some(kind)) => self.by.iter().filter_map(|b| c.cut(b, formula, kind)).collect(),
            _ => vec![],
        };
        let year_starts = self.year_starts.as_ref().and_then(|w| c.month_day(w));
        let registers = match (&formula, kind) {
            (Some(formula), Some(kind)) => c.registers(&self, kind, formula, filter.as_ref()),
            _ => BTreeSet::new(),
        };
        for word in self.parts.iter().flatten() {
            c.figure(word);
        }
        if let Some((into, out)) = &self.flows {
            into.iter().chain(out).for_each(|w| c.figure(w));
        }
        let texts = |words: Vec<Word>| words.into_iter().map(|w| w.text).collect::<Vec<_>>();
        Some(Figure {
            id: self.id.text,
            pack: self.pack,
            title: self.title,
            also: self.also,
            unit: self.unit.text,
            scope: self.scope,
            formula: formula?,
            filter,
            filter_text: self.filter.map(|w| w.text),
            when,
            day,
            year_starts,
            by,
            parts: self.parts.into_iter().map(texts).collect(),
            flows: self.flows.map(|(into, out)| Flows { into: texts(into), out: texts(out) }),
            registers,
            list: self.list,
            rounded: self.rounded,
            note: self.note,
            spot: self.id.spot,
        })
    }
}

struct Checker<'a> {
    known: &'a Known<'a>,
    pack: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Checker<'_> {
    /// The registers a figure says it rests on, or those its expressions show.
    fn registers(
        &mut self,
        draft: &Draft,
        kind: KindId,
        formula: &Formula,
        filter: Option<&Checked>,
    ) -> BTreeSet<Register> {
        if !draft.register.is_empty() {
            let mut named = BTreeSet::new();
            for word in &draft.register {
                match Register::parse(&word.text, self.known.schema) {
                    Some(register) => drop(named.insert(register)),
                    None => self.findings.push(word.spot.error(
                        "register",
                        format!("没有台账“{}”，可写 people、条线编号或记录类别", word.text),
                        format!("there is no register {}; write people, a programme's id or a kind", word.text),
                    )),
                }
            }
            return named;
        }
        // A filter that could not be read says nothing of whose figure it is; its own mistake is told.
        if filter.is_none() && draft.filter.is_some() {
            return BTreeSet::new();
        }
        let value = match formula {
            Formula::Count { path, .. } => path.as_ref(),
            Formula::Sum { value, .. } | Formula::Mean { value, .. } => Some(value),
            _ => None,
        };
        let expressions: Vec<&Checked> = filter.into_iter().chain(value).collect();
        registers(self.known.schema, kind, &expressions).unwrap_or_else(|_| {
            self.findings.push(draft.id.spot.error(
                "register",
                format!("指标 {} 没有写明是哪个条线，要写 register = [\"条线编号\"]", draft.id.text),
                format!("figure {} names no programme; write register = [\"programme\"]", draft.id.text),
            ));
            BTreeSet::new()
        })
    }

    fn formula(&mut self, draft: &DraftFormula) -> Option<Formula> {
        match draft {
            DraftFormula::Count(path) => {
                let (kind, rest) = self.kind(path)?;
                let Some(rest) = rest else {
                    return Some(Formula::Count { kind, path: None, counted: Counted::Rows(kind) });
                };
                let path = self.expression(&rest, kind, Want::Path)?;
                let counted = match path.ty() {
                    Ty::One(target) => Counted::Rows(target),
                    _ => Counted::Values,
                };
                Some(Formula::Count { kind, path: Some(path), counted })
            }
            DraftFormula::Sum(path) => {
                let (kind, value) = self.number(path)?;
                Some(Formula::Sum { kind, value })
            }
            DraftFormula::Mean(path) => {
                let (kind, value) = self.number(path)?;
                Some(Formula::Mean { kind, value })
            }
            DraftFormula::Ratio(words) => {
                words.iter().for_each(|w| self.figure(w));
                let [of, base] = words.as_slice() else {
                    let spot = &words.first()?.spot;
                    let finding = spot.error(
                        "ratio",
                        "ratio 要正好两个指标：[分子, 分母]".into(),
                        "a ratio names exactly two figures: [of, base]".into(),
                    );
                    self.findings.push(finding);
                    return None;
                };
                Some(Formula::Ratio { of: of.text.clone(), base: base.text.clone() })
            }
            DraftFormula::Total(words) => {
                words.iter().for_each(|w| self.figure(w));
                Some(Formula::Total(words.iter().map(|w| w.text.clone()).collect()))
            }
            DraftFormula::Line(word) => {
                if !self.known.lines.contains(&word.text) {
                    let advice = suggest(&word.text, self.known.lines.iter().map(String::as_str));
                    let finding = word.spot.error(
                        "unknown-line",
                        format!("没有上报表的行 {}", word.text),
                        format!("no return has the line {}", word.text),
                    );
                    self.findings.push(finding.advise(advice.0, advice.1));
                    return None;
                }
                let (ret, line) = word.text.rsplit_once('.')?;
                Some(Formula::Line { ret: ret.to_string(), line: line.to_string() })
            }
        }
    }

    fn number(&mut self, path: &Word) -> Option<(KindId, Checked)> {
        let (kind, rest) = self.kind(path)?;
        let Some(rest) = rest else {
            let finding = path.spot.error(
                "no-column",
                format!("{} 是一种记录，求和、平均要写到列", path.text),
                format!("{} is a kind of record: a sum or mean names a column", path.text),
            );
            self.findings
                .push(finding.advise(format!("如 {}.amount", path.text), format!("for example {}.amount", path.text)));
            return None;
        };
        let value = self.expression(&rest, kind, Want::Number)?;
        Some((kind, value))
    }

    /// The longest kind name a path starts with, and the rest of the path.
    fn kind(&mut self, path: &Word) -> Option<(KindId, Option<Word>)> {
        let schema = self.known.schema;
        let fits =
            |name: &str| path.text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let best = schema.kinds.iter().filter(|k| fits(&k.name)).max_by_key(|k| k.name.len());
        let Some(kind) = best else {
            let advice = suggest(&path.text, schema.kinds.iter().map(|k| k.name.as_str()));
            let finding = path.spot.error(
                "unknown-kind",
                format!("没有种类 {}", path.text),
                format!("there is no kind {}", path.text),
            );
            self.findings.push(finding.advise(advice.0, advice.1));
            return None;
        };
        Some((schema.kind(&kind.name)?, after(path, &kind.name)))
    }

    fn expression(&mut self, text: &Word, kind: KindId, want: Want) -> Option<Checked> {
        let place = text.place();
        let ask = Ask { kind, text: &text.text, place: &place, pack: self.pack, want };
        let (checked, findings) = self.known.schema.check(&ask);
        self.findings.extend(findings);
        checked
    }

    /// First on what is counted, else on the record.
    fn cut(&mut self, by: &Word, formula: &Formula, kind: KindId) -> Option<Cut> {
        let counted = match formula {
            Formula::Count { counted: Counted::Rows(target), .. } => *target,
            _ => kind,
        };
        let schema = self.known.schema;
        let mut first = None;
        for (of_counted, on) in [(true, counted), (false, kind)] {
            let name = &schema.kind_of(on).name;
            let rest = after(by, name).unwrap_or_else(|| by.clone());
            let place = rest.place();
            let ask = Ask { kind: on, text: &rest.text, place: &place, pack: self.pack, want: Want::Path };
            let (path, findings) = schema.check(&ask);
            if let Some(path) = path {
                return Some(Cut { text: by.text.clone(), path, of_counted: of_counted || counted == kind });
            }
            first.get_or_insert(findings);
        }
        self.findings.extend(first.unwrap_or_default());
        None
    }

    fn figure(&mut self, word: &Word) {
        if self.known.figures.contains(&word.text.as_str()) {
            return;
        }
        let advice = suggest(&word.text, self.known.figures.iter().copied());
        let finding = word.spot.error(
            "unknown-figure",
            format!("没有指标 {}", word.text),
            format!("there is no figure {}", word.text),
        );
        self.findings.push(finding.advise(advice.0, advice.1));
    }

    /// 人 counts persons, 户 households, 人次 and 户次 events.
    fn unit(&mut self, unit: &Word, counted: Counted, kind: KindId) {
        let schema = self.known.schema;
        let name = match counted {
            Counted::Rows(target) => schema.kind_of(target).name.as_str(),
            Counted::Values => "",
        };
        let thing = matches!(name, "person" | "household");
        let wrong = match unit.text.as_str() {
            "人" | "名" => name != "person",
            // 商户 are counted in 户 too.
            "户" => !matches!(name, "household" | "organisation"),
            "人次" | "户次" => thing || name.is_empty(),
            _ => false,
        };
        if !wrong {
            return;
        }
        let record = &schema.kind_of(kind).name;
        let (zh, en) = match unit.text.as_str() {
            "人" | "名" => (
                format!("写成 count = \"{record}.person\"，或改用人次"),
                format!("write count = \"{record}.person\", or use 人次"),
            ),
            "户" => (
                format!("写成 count = \"{record}.household\"，或改用户次"),
                format!("write count = \"{record}.household\", or use 户次"),
            ),
            _ => (
                format!("人次数记录：写成 count = \"{record}\""),
                format!("人次 counts records: write count = \"{record}\""),
            ),
        };
        let what = if name.is_empty() { "列的不同值" } else { name };
        let finding = unit.spot.error(
            "unit",
            format!("单位是{}，数的却是 {what}", unit.text),
            format!("the unit is {}, but what is counted is {what}", unit.text),
        );
        self.findings.push(finding.advise(zh, en));
    }

    fn when(&mut self, draft: &Draft, needed: bool) -> Option<When> {
        let when = match (&draft.during, &draft.at) {
            (Some(word), None) if word.text == "period" => Some(When::During),
            (None, Some(word)) if word.text == "end" => Some(When::AtEnd),
            (None, Some(word)) if word.text == "start" => Some(When::AtStart),
            (None, None) if !needed => return None,
            _ => None,
        };
        if when.is_none() {
            let spot = draft.during.as_ref().or(draft.at.as_ref()).map_or(&draft.id.spot, |w| &w.spot);
            let finding = spot.error(
                "when",
                "要写 during = \"period\"（期内发生）或 at = \"end\"（期末存量）之一".into(),
                "needs either during = \"period\" (a flow) or at = \"end\" (a stock)".into(),
            );
            self.findings.push(finding);
        }
        when
    }

    /// The day of a record: `dated`, else the column `day`.
    fn day(&mut self, draft: &Draft, kind: KindId) -> Option<Checked> {
        if let Some(dated) = &draft.dated {
            return self.expression(dated, kind, Want::Type(Ty::Day));
        }
        let k = self.known.schema.kind_of(kind);
        if k.column("day").is_none() {
            let finding = draft.id.spot.error(
                "no-day",
                format!("{} 的记录没有 day 列，不知道发生在哪一期", k.name),
                format!("records of {} have no column day: in which period did they happen?", k.name),
            );
            self.findings.push(finding.advise(
                "写 dated = \"日期列\"，或改为 at = \"end\"",
                "write dated = \"a day column\", or at = \"end\"",
            ));
            return None;
        }
        let place = Place::nowhere();
        let ask = Ask { kind, text: "day", place: &place, pack: self.pack, want: Want::Type(Ty::Day) };
        self.known.schema.check(&ask).0
    }

    fn month_day(&mut self, word: &Word) -> Option<(u32, u32)> {
        let parsed = word.text.split_once('-').and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        if parsed.is_none_or(|(m, d): (u32, u32)| !(1..=12).contains(&m) || !(1..=31).contains(&d)) {
            let finding = word.spot.error(
                "year-starts",
                format!("{} 不是月日", word.text),
                format!("{} is not a month and day", word.text),
            );
            self.findings.push(finding.advise("如 10-01", "for example 10-01"));
            return None;
        }
        parsed
    }

    fn stray(&mut self, word: &Word, key: &str) {
        let finding = word.spot.error(
            "stray-key",
            format!("{key} 只和 count、sum、mean 一起用"),
            format!("{key} goes with count, sum or mean only"),
        );
        self.findings.push(finding);
    }
}

/// A path without the kind name it starts with.
fn after(path: &Word, kind: &str) -> Option<Word> {
    let rest = path.text.strip_prefix(kind)?.strip_prefix('.')?;
    Some(Word { text: rest.to_string(), spot: path.spot.clone(), inside: path.inside + kind.len() + 1 })
}
