//! The operations of a compiled program: static single assignment, equal operations once.

use std::collections::HashMap;

use crate::parse::{Compare, Sum};
use crate::schema::KindId;

/// An operation by its position in the program.
pub(crate) type Reg = u32;

/// What a register holds per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Bit 0 true, bit 1 false, neither unknown; a raw bool cell may be 3: absent.
    Truth,
    /// An i64: `MIN` unknown, `MAX` absent.
    Point,
    /// Two i64, first and last possible; see [`crate::number`].
    Range,
    /// 0 unknown, 1 absent, code n as n + 2.
    Code,
    /// A row of another frame.
    Row,
    /// How many records certainly and perhaps count. It is read where it was counted and needs no register.
    Count,
}

/// An inclusive interval, possibly its complement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Within {
    pub low: i64,
    pub high: i64,
    pub outside: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Code {
    Truth(u8),
    Number(i64),
    Constant(u16),
    /// A cell of this row: bool raw, int and day as points, partial days as ranges, codes.
    Load(u16),
    /// The row a to-one column points to.
    LoadRow(u16),
    /// A cell tested where it lies: int or day.
    CellWithin(u16, Within),
    PartialWithin(u16, Within),
    /// The code column is one of these (as stored), or none of them.
    CellIn(u16, Vec<u16>, bool),
    PointWithin(Reg, Within),
    RangeWithin(Reg, Within),
    CountWithin(Reg, Within),
    OneOf(Reg, Vec<u16>, bool),
    Settle(Reg),
    Not(Reg),
    And(Reg, Reg),
    Or(Reg, Reg),
    ComparePoints(Compare, Reg, Reg),
    CompareRanges(Compare, Reg, Reg),
    ComparePointRange(Compare, Reg, Reg),
    /// A cell with so many times a count: the income with the line of so many heads.
    CellHeads(Compare, u16, i64, Reg),
    /// The flag is "not equal".
    CompareTruths(bool, Reg, Reg),
    CompareCodes(bool, Reg, Reg),
    SumPoints(Sum, Reg, Reg),
    SumRanges(Sum, Reg, Reg),
    /// A point or a count as a range.
    ToRange(Reg),
    /// A range times a constant between 0 and 2^31.
    Scale(Reg, i64),
    Years(Reg, Reg),
    If(Reg, Reg, Reg),
    Has(Reg),
    HasRow(u16),
    /// The area of this row of the area frame, or one above it, is the one in this row.
    Under(u32),
    /// The register of the target kind, seen through a to-one column.
    Gather(u16, Reg),
    Enrolled(usize),
    Stage(usize),
    Count(u16, Option<Reg>),
    Any(u16, Option<Reg>),
    All(u16, Reg),
    Total(u16, Reg, Option<Reg>),
}

impl Code {
    /// Registers of the same kind it reads.
    pub fn args(&self) -> [Option<Reg>; 3] {
        match *self {
            Code::PointWithin(a, _)
            | Code::RangeWithin(a, _)
            | Code::CountWithin(a, _)
            | Code::CellHeads(_, _, _, a)
            | Code::OneOf(a, _, _)
            | Code::Settle(a)
            | Code::Not(a)
            | Code::ToRange(a)
            | Code::Scale(a, _)
            | Code::Has(a) => [Some(a), None, None],
            Code::And(a, b)
            | Code::Or(a, b)
            | Code::ComparePoints(_, a, b)
            | Code::CompareRanges(_, a, b)
            | Code::ComparePointRange(_, a, b)
            | Code::CompareTruths(_, a, b)
            | Code::CompareCodes(_, a, b)
            | Code::SumPoints(_, a, b)
            | Code::SumRanges(_, a, b)
            | Code::Years(a, b) => [Some(a), Some(b), None],
            Code::If(c, a, b) => [Some(c), Some(a), Some(b)],
            _ => [None; 3],
        }
    }

    /// Registers of another kind it reads, whole columns of them.
    pub fn sources(&self) -> [Option<Reg>; 2] {
        match *self {
            Code::Gather(_, a) | Code::All(_, a) => [Some(a), None],
            Code::Count(_, a) | Code::Any(_, a) => [a, None],
            Code::Total(_, a, b) => [Some(a), b],
            _ => [None; 2],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Op {
    pub kind: KindId,
    pub class: Class,
    pub code: Code,
}

/// Operations in an order in which arguments come first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ops {
    pub list: Vec<Op>,
    known: HashMap<Op, Reg>,
}

impl Ops {
    pub fn add(&mut self, kind: KindId, class: Class, code: Code) -> Reg {
        let op = Op { kind, class, code };
        if let Some(&reg) = self.known.get(&op) {
            return reg;
        }
        let reg = self.list.len() as Reg;
        self.known.insert(op.clone(), reg);
        self.list.push(op);
        reg
    }

    pub fn op(&self, reg: Reg) -> &Op {
        &self.list[reg as usize]
    }
}
