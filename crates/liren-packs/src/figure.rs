//! figures.toml: every number the product states, defined once.

use liren_rules::{Ask, Checked, Finding, KindId, Place, Schema, Title, Ty, Want};

use crate::pack::suggest;
use crate::read::{Reader, Table, Word};
use crate::source::Spot;

/// 指标 — one number: what is counted, of whom, when.
#[derive(Clone, Debug)]
pub struct Figure {
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Other words clerks use for it.
    pub also: Vec<String>,
    /// 人, 户, 人次, 元, % …; Chinese.
    pub unit: String,
    /// 口径
    pub scope: Title,
    pub formula: Formula,
    /// Which records; on the kind of the formula.
    pub filter: Option<Checked>,
    /// The filter as it was written.
    pub filter_text: Option<String>,
    /// `None` for ratios, totals and lines, which take the time they are asked for.
    pub when: Option<When>,
    /// The day of a record, for a flow.
    pub day: Option<Checked>,
    /// Month and day on which the statistical year begins.
    pub year_starts: Option<(u32, u32)>,
    pub by: Vec<Cut>,
    /// Partitions by named figures.
    pub parts: Vec<Vec<String>>,
    pub flows: Option<Flows>,
    /// False: nobody may list who is behind the number.
    pub list: bool,
    /// Printed rounded to this many places, or to tens when negative.
    pub rounded: Option<i64>,
    pub note: Option<Title>,
    pub spot: Spot,
}

/// How a figure is made.
#[derive(Clone, Debug)]
pub enum Formula {
    /// Records of `kind`, or what `path` of them ends in, each once.
    Count {
        kind: KindId,
        path: Option<Checked>,
        counted: Counted,
    },
    /// The sum of `value` over records of `kind`.
    Sum {
        kind: KindId,
        value: Checked,
    },
    Mean {
        kind: KindId,
        value: Checked,
    },
    /// Two figures; the unit says the multiplier: % ‰ :100, else 1.
    Ratio {
        of: String,
        base: String,
    },
    /// Figures whose lists are joined, nobody twice.
    Total(Vec<String>),
    /// A line of a return.
    Line {
        ret: String,
        line: String,
    },
}

/// What a count counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Rows of this kind: the records themselves, or what the path points to.
    Rows(KindId),
    /// Different values of a column (层级).
    Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A flow: records whose day lies in the period.
    During,
    /// A stock as of the last day of the period.
    AtEnd,
    /// A stock as of the day before the first of the period.
    AtStart,
}

/// A way to cut a figure.
#[derive(Clone, Debug)]
pub struct Cut {
    /// As it was written: `person.sex`.
    pub text: String,
    /// A code, bool, number, or to-one path.
    pub path: Checked,
    /// The path starts at what is counted (a partition of it), else at the record.
    pub of_counted: bool,
}

/// closing = opening + in − out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    pub into: Vec<String>,
    pub out: Vec<String>,
}

impl Figure {
    /// The kind whose records are evaluated; `None` when it is made of other figures or a return.
    pub fn kind(&self) -> Option<KindId> {
        match &self.formula {
            Formula::Count { kind, .. }
            | Formula::Sum { kind, .. }
            | Formula::Mean { kind, .. } => Some(*kind),
            _ => None,
        }
    }

    /// Figures it is made of.
    pub fn operands(&self) -> Vec<&str> {
        match &self.formula {
            Formula::Ratio { of, base } => vec![of, base],
            Formula::Total(list) => list.iter().map(String::as_str).collect(),
            _ => vec![],
        }
    }
}

/// A figure as it was read; names are looked up when all packs have been read.
pub(crate) struct Draft {
    id: Word,
    pack: String,
    title: Title,
    also: Vec<String>,
    unit: Word,
    scope: Title,
    formula: DraftFormula,
    filter: Option<Word>,
    during: Option<Word>,
    at: Option<Word>,
    dated: Option<Word>,
    year_starts: Option<Word>,
    by: Vec<Word>,
    parts: Vec<Vec<Word>>,
    flows: Option<(Vec<Word>, Vec<Word>)>,
    list: bool,
    rounded: Option<i64>,
    note: Option<Title>,
}

enum DraftFormula {
    Count(Word),
    Sum(Word),
    Mean(Word),
    Ratio(Vec<Word>),
    Total(Vec<Word>),
    Line(Word),
}

impl Draft {
    pub fn id(&self) -> &Word {
        &self.id
    }
}

pub(crate) fn read(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Draft> {
    let mut drafts = vec![];
    for mut t in r.tables(t, "figure") {
        drafts.extend(one(r, &mut t, pack));
        r.done(t);
    }
    drafts
}

fn one(r: &mut Reader, t: &mut Table, pack: &str) -> Option<Draft> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let also = r.texts(t, "also");
    let unit = r.need_word(t, "unit");
    let scope = r.title(t, "scope");
    let count = r.word(t, "count").map(DraftFormula::Count);
    let sum = r.word(t, "sum").map(DraftFormula::Sum);
    let mean = r.word(t, "mean").map(DraftFormula::Mean);
    let ratio = Some(r.words(t, "ratio"))
        .filter(|w| !w.is_empty())
        .map(DraftFormula::Ratio);
    let total = Some(r.words(t, "total"))
        .filter(|w| !w.is_empty())
        .map(DraftFormula::Total);
    let line = r.word(t, "line").map(DraftFormula::Line);
    let filter = r.word(t, "where");
    let during = r.word(t, "during");
    let at = r.word(t, "at");
    let dated = r.word(t, "dated");
    let year_starts = r.word(t, "year_starts");
    let by = r.words(t, "by");
    let parts = lists(r, t, "parts");
    let flows = r.table(t, "flows").map(|mut f| {
        let (into, out) = (r.words(&mut f, "in"), r.words(&mut f, "out"));
        r.done(f);
        (into, out)
    });
    let list = r.bool(t, "list").unwrap_or(true);
    let rounded = r.int(t, "rounded");
    let note = r.title_if(t, "note");
    let id = id?;
    let mut formulas: Vec<DraftFormula> = [count, sum, mean, ratio, total, line]
        .into_iter()
        .flatten()
        .collect();
    if formulas.len() != 1 {
        let finding = id.spot.error(
            "one-formula",
            format!(
                "指标 {} 写了 {} 种算法，要正好一种",
                id.text,
                formulas.len()
            ),
            format!(
                "figure {} has {} formulas, expected exactly one",
                id.text,
                formulas.len()
            ),
        );
        r.findings.push(finding.advise(
            "count、sum、mean、ratio、total、line 之一",
            "one of count, sum, mean, ratio, total, line",
        ));
    }
    let (formula, unit) = (formulas.pop()?, unit?);
    Some(Draft {
        id,
        pack: pack.to_string(),
        title,
        also,
        unit,
        scope,
        formula,
        filter,
        during,
        at,
        dated,
        year_starts,
        by,
        parts,
        flows,
        list,
        rounded,
        note,
    })
}

/// `[["a", "b"], ["c"]]`.
fn lists(r: &mut Reader, t: &mut Table, key: &'static str) -> Vec<Vec<Word>> {
    let Some(value) = r.value(t, key) else {
        return vec![];
    };
    let Some(outer) = value.get_ref().as_array() else {
        r.error(
            value.span(),
            "wrong-type",
            format!("{key} 要列表的列表"),
            format!("{key} must be a list of lists"),
        );
        return vec![];
    };
    let mut all = vec![];
    for inner in outer.iter() {
        let Some(inner) = inner.get_ref().as_array() else {
            let (zh, en) = (
                format!("{key} 里每一项是一个列表"),
                format!("{key} holds lists"),
            );
            r.error(value.span(), "wrong-type", zh, en);
            continue;
        };
        let words = inner.iter().filter_map(|v| {
            let text = v.get_ref().as_str()?.to_string();
            Some(Word {
                text,
                spot: r.spot(v.span()),
                inside: v.span().start + 1,
            })
        });
        all.push(words.collect());
    }
    all
}

/// What figures are checked against.
pub(crate) struct Known<'a> {
    pub schema: &'a Schema,
    pub figures: &'a [&'a str],
    /// `return-id.line-id`.
    pub lines: &'a [String],
}

impl Draft {
    pub fn check(self, known: &Known, findings: &mut Vec<Finding>) -> Option<Figure> {
        let mut c = Checker {
            known,
            pack: &self.pack,
            findings,
        };
        let formula = c.formula(&self.formula);
        let kind = match &formula {
            Some(
                Formula::Count { kind, .. }
                | Formula::Sum { kind, .. }
                | Formula::Mean { kind, .. },
            ) => Some(*kind),
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
            (Some(formula), Some(kind)) => self
                .by
                .iter()
                .filter_map(|b| c.cut(b, formula, kind))
                .collect(),
            _ => vec![],
        };
        let year_starts = self.year_starts.as_ref().and_then(|w| c.month_day(w));
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
            flows: self.flows.map(|(into, out)| Flows {
                into: texts(into),
                out: texts(out),
            }),
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
    fn formula(&mut self, draft: &DraftFormula) -> Option<Formula> {
        match draft {
            DraftFormula::Count(path) => {
                let (kind, rest) = self.kind(path)?;
                let Some(rest) = rest else {
                    return Some(Formula::Count {
                        kind,
                        path: None,
                        counted: Counted::Rows(kind),
                    });
                };
                let path = self.expression(&rest, kind, Want::Path)?;
                let counted = match path.ty() {
                    Ty::One(target) => Counted::Rows(target),
                    _ => Counted::Values,
                };
                Some(Formula::Count {
                    kind,
                    path: Some(path),
                    counted,
                })
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
                Some(Formula::Ratio {
                    of: of.text.clone(),
                    base: base.text.clone(),
                })
            }
            DraftFormula::Total(words) => {
                words.iter().for_each(|w| self.figure(w));
                Some(Formula::Total(
                    words.iter().map(|w| w.text.clone()).collect(),
                ))
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
                Some(Formula::Line {
                    ret: ret.to_string(),
                    line: line.to_string(),
                })
            }
        }
    }

    fn number(&mut self, path: &Word) -> Option<(KindId, Checked)> {
        let (kind, rest) = self.kind(path)?;
        let Some(rest) = rest else {
            let finding = path.spot.error(
                "no-column",
                format!("{} 是一种记录，求和、平均要写到列", path.text),
                format!(
                    "{} is a kind of record: a sum or mean names a column",
                    path.text
                ),
            );
            self.findings.push(finding.advise(
                format!("如 {}.amount", path.text),
                format!("for example {}.amount", path.text),
            ));
            return None;
        };
        let value = self.expression(&rest, kind, Want::Number)?;
        Some((kind, value))
    }

    /// The longest kind name a path starts with, and the rest of the path.
    fn kind(&mut self, path: &Word) -> Option<(KindId, Option<Word>)> {
        let schema = self.known.schema;
        let fits = |name: &str| {
            path.text
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let best = schema
            .kinds
            .iter()
            .filter(|k| fits(&k.name))
            .max_by_key(|k| k.name.len());
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
        let ask = Ask {
            kind,
            text: &text.text,
            place: &place,
            pack: self.pack,
            want,
        };
        let (checked, findings) = self.known.schema.check(&ask);
        self.findings.extend(findings);
        checked
    }

    /// First on what is counted, else on the record.
    fn cut(&mut self, by: &Word, formula: &Formula, kind: KindId) -> Option<Cut> {
        let counted = match formula {
            Formula::Count {
                counted: Counted::Rows(target),
                ..
            } => *target,
            _ => kind,
        };
        let schema = self.known.schema;
        let mut first = None;
        for (of_counted, on) in [(true, counted), (false, kind)] {
            let name = &schema.kind_of(on).name;
            let rest = after(by, name).unwrap_or_else(|| by.clone());
            let place = rest.place();
            let ask = Ask {
                kind: on,
                text: &rest.text,
                place: &place,
                pack: self.pack,
                want: Want::Path,
            };
            let (path, findings) = schema.check(&ask);
            if let Some(path) = path {
                return Some(Cut {
                    text: by.text.clone(),
                    path,
                    of_counted: of_counted || counted == kind,
                });
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
        let what = if name.is_empty() {
            "列的不同值"
        } else {
            name
        };
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
            let spot = draft
                .during
                .as_ref()
                .or(draft.at.as_ref())
                .map_or(&draft.id.spot, |w| &w.spot);
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
                format!(
                    "records of {} have no column day: in which period did they happen?",
                    k.name
                ),
            );
            self.findings.push(finding.advise(
                "写 dated = \"日期列\"，或改为 at = \"end\"",
                "write dated = \"a day column\", or at = \"end\"",
            ));
            return None;
        }
        let place = Place::nowhere();
        let ask = Ask {
            kind,
            text: "day",
            place: &place,
            pack: self.pack,
            want: Want::Type(Ty::Day),
        };
        self.known.schema.check(&ask).0
    }

    fn month_day(&mut self, word: &Word) -> Option<(u32, u32)> {
        let parsed = word
            .text
            .split_once('-')
            .and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        if parsed.is_none_or(|(m, d): (u32, u32)| !(1..=12).contains(&m) || !(1..=31).contains(&d))
        {
            let finding = word.spot.error(
                "year-starts",
                format!("{} 不是月日", word.text),
                format!("{} is not a month and day", word.text),
            );
            self.findings
                .push(finding.advise("如 10-01", "for example 10-01"));
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
    Some(Word {
        text: rest.to_string(),
        spot: path.spot.clone(),
        inside: path.inside + kind.len() + 1,
    })
}
