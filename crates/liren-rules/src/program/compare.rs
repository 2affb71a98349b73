//! Comparisons: against a constant they become interval tests where the column lies, ages become days of birth.

use super::Compiler;
use crate::calendar;
use crate::frame::UNKNOWN64;
use crate::number::{self, ABOVE, BELOW};
use crate::op::{Class, Code, Op, Reg, Within};
use crate::parse::Compare;
use crate::typed::Const;

impl Compiler<'_> {
    pub(super) fn number(&self, reg: Reg) -> Option<i64> {
        match self.op(reg).code {
            Code::Number(n) => Some(n),
            _ => None,
        }
    }

    pub(super) fn compare(&mut self, op: Compare, a: Reg, b: Reg) -> Reg {
        let kind = self.op(a).kind;
        match (self.op(a).class, self.op(b).class) {
            (Class::Truth, _) => {
                return self.add(kind, Class::Truth, Code::CompareTruths(op == Compare::Ne, a, b));
            }
            (Class::Code, _) => return self.compare_codes(op == Compare::Ne, a, b),
            _ => {}
        }
        if let (Some(x), Some(y)) = (self.number(a), self.number(b)) {
            let truth = number::compare(op, number::to_range(x), number::to_range(y));
            return self.add(kind, Class::Truth, Code::Truth(truth));
        }
        if self.number(a).is_some() {
            return self.compare(op.flip(), b, a);
        }
        if let Some(n) = self.number(b) {
            return self.compare_number(op, a, n);
        }
        if let (Some((slot, x)), Some((other, y))) = (self.behind(a), self.behind(b))
            && slot == other
        {
            let made = self.compare(op, x, y);
            let gathered = self.gather(kind, slot, made);
            return self.condition(gathered);
        }
        let code = match (self.op(a).class, self.op(b).class) {
            (Class::Point, Class::Point) => Code::ComparePoints(op, a, b),
            (Class::Point, _) => self.point_range(op, a, b),
            (_, Class::Point) => self.point_range(op.flip(), b, a),
            _ => Code::CompareRanges(op, a, b),
        };
        self.add(kind, Class::Truth, code)
    }

    fn point_range(&self, op: Compare, a: Reg, b: Reg) -> Code {
        match (&self.op(a).code, self.heads(b)) {
            (Code::Load(slot), Some((n, count))) => Code::CellHeads(op, *slot, n, count),
            _ => Code::ComparePointRange(op, a, b),
        }
    }

    /// A constant times a count.
    fn heads(&self, reg: Reg) -> Option<(i64, Reg)> {
        match self.op(reg).code {
            Code::ToRange(count) if self.op(count).class == Class::Count => Some((1, count)),
            Code::Scale(heads, n) => match self.heads(heads)? {
                (1, count) => Some((n, count)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Against a constant: an interval test, where the column lies if it can be.
    fn compare_number(&mut self, op: Compare, a: Reg, n: i64) -> Reg {
        let kind = self.op(a).kind;
        if n == UNKNOWN64 {
            // Still false where the other side is absent.
            let unknown = self.add(kind, Class::Point, Code::Number(n));
            let code = match self.op(a).class {
                Class::Point => Code::ComparePoints(op, a, unknown),
                _ => Code::ComparePointRange(op.flip(), unknown, a),
            };
            return self.add(kind, Class::Truth, code);
        }
        if let Some(done) = self.hoisted(a, |c, inner| c.compare_number(op, inner, n)) {
            return done;
        }
        if let Code::Years(born, on) = self.op(a).code
            && self.is_cell(born)
            && let Some(within) = self.number(on).and_then(|on| birthdays(op, n, on))
        {
            return self.within(born, within);
        }
        self.within(a, interval(op, n))
    }

    /// A day as it was recorded, not one reckoned that may lie outside the calendar.
    fn is_cell(&self, reg: Reg) -> bool {
        match self.op(reg).code {
            Code::Load(_) => true,
            Code::ToRange(a) => self.is_cell(a),
            _ => false,
        }
    }

    fn within(&mut self, a: Reg, within: Within) -> Reg {
        let Op { kind, class, code } = self.op(a).clone();
        let code = match (class, code) {
            (Class::Point, Code::Load(slot)) => Code::CellWithin(slot, within),
            (Class::Range, Code::Load(slot)) => Code::PartialWithin(slot, within),
            (Class::Point, _) => Code::PointWithin(a, within),
            (Class::Count, _) => Code::CountWithin(a, within),
            // A widened cell of exact days or numbers, or a count.
            (_, Code::ToRange(point)) => return self.within(point, within),
            _ => Code::RangeWithin(a, within),
        };
        self.add(kind, Class::Truth, code)
    }

    fn compare_codes(&mut self, ne: bool, a: Reg, b: Reg) -> Reg {
        let kind = self.op(a).kind;
        match (self.op(a).code.clone(), self.op(b).code.clone()) {
            (_, Code::Constant(code)) if code >= 2 => self.code_in(a, vec![code], ne),
            (Code::Constant(code), _) if code >= 2 => self.code_in(b, vec![code], ne),
            _ => self.add(kind, Class::Truth, Code::CompareCodes(ne, a, b)),
        }
    }

    fn code_in(&mut self, a: Reg, codes: Vec<u16>, none: bool) -> Reg {
        if self.behind(a).is_some() {
            let codes = codes.clone();
            if let Some(done) = self.hoisted(a, |c, inner| c.code_in(inner, codes, none)) {
                return done;
            }
        }
        let Op { kind, code, .. } = self.op(a).clone();
        let code = match code {
            Code::Load(slot) => Code::CellIn(slot, codes, none),
            _ => Code::OneOf(a, codes, none),
        };
        self.add(kind, Class::Truth, code)
    }

    pub(super) fn one_of(&mut self, a: Reg, consts: &[Const]) -> Reg {
        let kind = self.op(a).kind;
        if self.op(a).class == Class::Code {
            let mut codes: Vec<u16> =
                consts.iter().filter_map(|c| if let Const::Code(c) = c { Some(c + 2) } else { None }).collect();
            codes.sort_unstable();
            codes.dedup();
            return self.code_in(a, codes, false);
        }
        let parts = consts
            .iter()
            .map(|c| {
                let n = if let Const::Number(n) = c { *n } else { UNKNOWN64 };
                self.compare_number(Compare::Eq, a, n)
            })
            .collect();
        self.join(kind, false, parts)
    }
}

/// `x op n` as an interval of x.
fn interval(op: Compare, n: i64) -> Within {
    let (low, high) = match op {
        Compare::Eq | Compare::Ne => (n, n),
        Compare::Lt => (BELOW, n - 1),
        Compare::Le => (BELOW, n),
        Compare::Gt => (n + 1, ABOVE),
        Compare::Ge => (n, ABOVE),
    };
    Within { low, high, outside: op == Compare::Ne }
}

/// `years_between(born, on) op n` as an interval of the day of birth.
fn birthdays(op: Compare, n: i64, on: i64) -> Option<Within> {
    let on = i32::try_from(on).ok()?;
    let by = |years: i64| calendar::born_by(years, on).map(i64::from);
    Some(match op {
        Compare::Ge => Within { low: BELOW, high: by(n)?, outside: false },
        Compare::Gt => Within { low: BELOW, high: by(n + 1)?, outside: false },
        Compare::Lt => Within { low: by(n)? + 1, high: ABOVE, outside: false },
        Compare::Le => Within { low: by(n + 1)? + 1, high: ABOVE, outside: false },
        Compare::Eq | Compare::Ne => Within { low: by(n + 1)? + 1, high: by(n)?, outside: op == Compare::Ne },
    })
}
