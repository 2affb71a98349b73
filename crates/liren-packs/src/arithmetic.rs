//! Checks between figures: `elder.paid == elder.people * param.elder-allowance.amount`.
//!
//! A name is the id of a figure (or, in a return, of a line), letters, digits, `_`, `-` and `.`; a minus
//! between names needs spaces.

use liren_rules::{Finding, Severity, Title};

use crate::pack::suggest;
use crate::read::{Reader, Table, Word};
use crate::source::Spot;

/// 勾稽 — what must hold between figures.
#[derive(Clone, Debug)]
pub struct Check {
    pub pack: String,
    /// As it was written.
    pub text: String,
    pub left: Term,
    pub comparison: Comparison,
    pub right: Term,
    /// An error stops a submission; a warning may be answered with a reason.
    pub severity: Severity,
    /// Shown when it fails.
    pub because: Title,
    pub spot: Spot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::More => left > right,
            Comparison::AtLeast => left >= right,
        }
    }
}

/// One side of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    Number(i64),
    Operand(Operand),
    Add(Box<Term>, Box<Term>),
    Subtract(Box<Term>, Box<Term>),
    Multiply(Box<Term>, Box<Term>),
}

/// What a name in a check stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    Figure(String),
    /// Full id of a parameter; money in fen.
    Param(String),
    /// A line of the return the check belongs to.
    Line(String),
}

impl Check {
    /// The values of both sides; `None` when one of the operands has no value or a result does not fit.
    pub fn sides(&self, value: impl Fn(&Operand) -> Option<i64>) -> Option<(i64, i64)> {
        Some((self.left.value(&value)?, self.right.value(&value)?))
    }

    /// Whether it holds; `None` when that cannot be said.
    pub fn holds(&self, value: impl Fn(&Operand) -> Option<i64>) -> Option<bool> {
        let (left, right) = self.sides(value)?;
        Some(self.comparison.holds(left, right))
    }

    /// Whether it must hold or cannot, when of each operand only the least and the most it can be are known (`None`: no bound);
    /// `None` while both are possible.
    pub fn bounded(&self, range: impl Fn(&Operand) -> Range) -> Option<bool> {
        let ((a, b), (c, d)) = (self.left.range(&range), self.right.range(&range));
        // Certainly below, certainly not above.
        let below = |high: Option<i64>, low: Option<i64>| high.zip(low).is_some_and(|(high, low)| high < low);
        let most = |high: Option<i64>, low: Option<i64>| high.zip(low).is_some_and(|(high, low)| high <= low);
        let apart = below(b, c) || below(d, a);
        let same = a.is_some() && a == b && a == c && c == d;
        let (yes, no) = match self.comparison {
            Comparison::Equal => (same, apart),
            Comparison::NotEqual => (apart, same),
            Comparison::Less => (below(b, c), most(d, a)),
            Comparison::AtMost => (most(b, c), below(d, a)),
            Comparison::More => (below(d, a), most(b, c)),
            Comparison::AtLeast => (most(d, a), below(b, c)),
        };
        match (yes, no) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// Everything it names.
    pub fn operands(&self) -> Vec<&Operand> {
        let mut list = vec![];
        self.left.collect(&mut list);
        self.right.collect(&mut list);
        list
    }
}

/// The least and the most a number can be.
pub type Range = (Option<i64>, Option<i64>);

impl Term {
    fn range(&self, range: &impl Fn(&Operand) -> Range) -> Range {
        let with =
            |a: Option<i64>, b: Option<i64>, op: fn(i64, i64) -> Option<i64>| a.zip(b).and_then(|(a, b)| op(a, b));
        match self {
            Term::Number(n) => (Some(*n), Some(*n)),
            Term::Operand(o) => range(o),
            Term::Add(x, y) => {
                let ((a, b), (c, d)) = (x.range(range), y.range(range));
                (with(a, c, i64::checked_add), with(b, d, i64::checked_add))
            }
            Term::Subtract(x, y) => {
                let ((a, b), (c, d)) = (x.range(range), y.range(range));
                (with(a, d, i64::checked_sub), with(b, c, i64::checked_sub))
            }
            Term::Multiply(x, y) => {
                let ((a, b), (c, d)) = (x.range(range), y.range(range));
                // Counts and amounts are not negative; of anything else nothing is concluded.
                match (a, c) {
                    (Some(a), Some(c)) if a >= 0 && c >= 0 => (a.checked_mul(c), with(b, d, i64::checked_mul)),
                    _ => (None, None),
                }
            }
        }
    }

    fn value(&self, value: &impl Fn(&Operand) -> Option<i64>) -> Option<i64> {
        match self {
            Term::Number(n) => Some(*n),
            Term::Operand(o) => value(o),
            Term::Add(a, b) => a.value(value)?.checked_add(b.value(value)?),
            Term::Subtract(a, b) => a.value(value)?.checked_sub(b.value(value)?),
            Term::Multiply(a, b) => a.value(value)?.checked_mul(b.value(value)?),
        }
    }

    fn collect<'a>(&'a self, list: &mut Vec<&'a Operand>) {
        match self {
            Term::Number(_) => {}
            Term::Operand(o) => list.push(o),
            Term::Add(a, b) | Term::Subtract(a, b) | Term::Multiply(a, b) => {
                a.collect(list);
                b.collect(list);
            }
        }
    }
}

/// The ids names may stand for.
pub(crate) struct Names<'a> {
    pub figures: &'a [&'a str],
    pub params: &'a [&'a str],
    pub lines: &'a [&'a str],
    pub pack: &'a str,
}

/// A check as it was read; its names are looked up when all packs have been read.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub that: Word,
    pub severity: Severity,
    pub because: Title,
}

pub(crate) fn read(r: &mut Reader, t: &mut Table) -> Option<Draft> {
    let that = r.need_word(t, "that");
    let severity = r.word(t, "severity");
    let because = r.title(t, "because");
    let severity = match severity.as_ref().map(|w| w.text.as_str()) {
        None | Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some(_) => {
            if let Some(word) = &severity {
                crate::pack::known(r, word, ["error", "warning"].into_iter(), "程度", "severity");
            }
            Severity::Error
        }
    };
    Some(Draft { that: that?, severity, because })
}

impl Draft {
    pub fn check(&self, names: &Names, findings: &mut Vec<Finding>) -> Option<Check> {
        let mut parser = Parser { text: &self.that.text, at: 0, names, word: &self.that };
        match parser.check() {
            Ok((left, comparison, right)) => Some(Check {
                pack: names.pack.to_string(),
                text: self.that.text.clone(),
                left,
                comparison,
                right,
                severity: self.severity,
                because: self.because.clone(),
                spot: self.that.spot.clone(),
            }),
            Err(finding) => {
                findings.push(*finding);
                None
            }
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    names: &'a Names<'a>,
    word: &'a Word,
}

type Parsed<T> = Result<T, Box<Finding>>;

impl Parser<'_> {
    fn check(&mut self) -> Parsed<(Term, Comparison, Term)> {
        let left = self.sum()?;
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
        ];
        let Some((_, comparison)) = signs.into_iter().find(|(sign, _)| self.take(sign)) else {
            return Err(self.fault("这里要比较：== != < <= > >=", "expected a comparison: == != < <= > >="));
        };
        let right = self.sum()?;
        self.space();
        if self.at < self.text.len() {
            return Err(self.fault("这里应当结束", "expected the end"));
        }
        Ok((left, comparison, right))
    }

    fn sum(&mut self) -> Parsed<Term> {
        let mut left = self.product()?;
        loop {
            if self.take("+") {
                left = Term::Add(Box::new(left), Box::new(self.product()?));
            } else if self.take("-") {
                left = Term::Subtract(Box::new(left), Box::new(self.product()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Parsed<Term> {
        let mut left = self.factor()?;
        while self.take("*") || self.take("×") {
            left = Term::Multiply(Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Parsed<Term> {
        if self.take("(") {
            let inner = self.sum()?;
            if !self.take(")") {
                return Err(self.fault("这里缺「)」", "expected \")\""));
            }
            return Ok(inner);
        }
        self.space();
        let rest = &self.text[self.at..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            let number = rest[..digits].parse().map_err(|_| self.fault("数太大了", "the number is too large"))?;
            self.at += digits;
            return Ok(Term::Number(number));
        }
        let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let length = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
        let name = rest[..length].trim_end_matches(['-', '.']);
        if name.is_empty() {
            return Err(self.fault("这里要指标、参数或数", "expected a figure, a parameter or a number"));
        }
        let operand = self.operand(name)?;
        self.at += name.len();
        Ok(Term::Operand(operand))
    }

    fn operand(&self, name: &str) -> Parsed<Operand> {
        if let Some(param) = name.strip_prefix("param.").or_else(|| name.strip_prefix("参数.")) {
            let plain = |s: &str| s.replace('-', "_");
            let wanted = [plain(&format!("{}.{param}", self.names.pack)), plain(param)];
            let found = self.names.params.iter().find(|p| wanted.contains(&plain(p)));
            return found.map(|p| Operand::Param((*p).to_string())).ok_or_else(|| {
                let (zh, en) = suggest(param, self.names.params.iter().copied());
                self.named(name, format!("没有参数 {param}"), format!("there is no parameter {param}"), (zh, en))
            });
        }
        if self.names.lines.contains(&name) {
            return Ok(Operand::Line(name.to_string()));
        }
        if self.names.figures.contains(&name) {
            return Ok(Operand::Figure(name.to_string()));
        }
        let all = self.names.lines.iter().chain(self.names.figures).copied();
        let advice = suggest(name, all);
        Err(self.named(name, format!("没有指标 {name}"), format!("there is no figure {name}"), advice))
    }

    fn named(&self, name: &str, zh: String, en: String, advice: (String, String)) -> Box<Finding> {
        let span = self.at..self.at + name.len();
        Box::new(Finding::error("unknown-figure", &self.word.place(), span, zh, en).advise(advice.0, advice.1))
    }

    fn fault(&self, zh: &str, en: &str) -> Box<Finding> {
        let span = self.at..(self.at + 1).min(self.text.len().max(self.at));
        Box::new(Finding::error("check-syntax", &self.word.place(), span, zh.into(), en.into()))
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }
}
