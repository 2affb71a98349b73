//! A small schema with one of everything, and random communities in it.

use std::sync::Arc;

use crate::{
    Cell, Code, CodeTable, Column, Condition, Derived, Frame, FrameBuilder, KindId, Many, Param, Place, Programme,
    Records, RuleText, Schema, SchemaBuilder, Slot, Title, TypeName, World,
};

pub const TODAY: i32 = 16_029; // 2013-11-20

pub fn declare() -> SchemaBuilder {
    let mut s = SchemaBuilder::new();
    s.table(CodeTable::new(
        "sex",
        Title::new("性别", "Sex"),
        vec![Code::new("male", "男", "Male").also("男性"), Code::new("female", "女", "Female").also("女性")],
    ));
    s.table(CodeTable::new(
        "residency",
        Title::new("居住", "Residency"),
        vec![
            Code::new("resident", "常住", "Resident"),
            Code::new("away", "外出", "Away"),
            Code::new("sojourning", "暂住", "Sojourning"),
        ],
    ));
    // More than 254 codes: stored in 16 bits.
    let many = (0..300).map(|i| Code::new(&format!("w{i}"), &format!("工种{i}"), &format!("Work {i}"))).collect();
    s.table(CodeTable::new("work", Title::new("工种", "Work"), many));
    s.kind("area", "区域", "Area")
        .column(Column::one("parent", "area", "上级", "Parent"))
        .column(Column::int("rank", "次序", "Rank"));
    s.kind("dwelling", "住房", "Dwelling")
        .column(Column::one("area", "area", "区域", "Area"))
        .column(Column::int("rooms", "间数", "Rooms"))
        .column(Column::bool("heated", "供暖", "Heated"))
        .many(Many::new("households", "household", "dwelling", "住户", "Households"));
    s.kind("household", "户", "Household")
        .column(Column::one("dwelling", "dwelling", "住房", "Dwelling"))
        .column(Column::int("income", "收入", "Income").also("月收入").cost(3))
        .column(Column::int("wealth", "财产", "Wealth"))
        .column(Column::bool("own_home", "自有房", "Owns the home"))
        .column(Column::day("formed", "立户日期", "Formed on"))
        .many(Many::new("members", "person", "household", "成员", "Members"));
    s.kind("person", "人", "Person")
        .also("居民")
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::one("spouse", "person", "配偶", "Spouse"))
        .column(Column::partial_day("born", "出生日期", "Born"))
        .column(Column::day("since", "入住日期", "Since"))
        .column(Column::code("sex", "sex", "性别", "Sex"))
        .column(Column::code("work", "work", "工种", "Work"))
        .column(Column::bool("hukou_here", "户籍在此", "Registered here"))
        .column(Column::bool("lives_here", "住在这里", "Lives here"))
        .column(Column::int("pension", "养老金", "Pension"))
        .many(Many::new("payments", "payment", "person", "发放", "Payments"))
        .many(Many::new("visits", "visit", "person", "走访", "Visits").open());
    s.kind("payment", "发放记录", "Payment")
        .column(Column::one("person", "person", "人", "Person"))
        .column(Column::int("amount", "金额", "Amount"))
        .column(Column::day("day", "日期", "Day"));
    s.kind("visit", "走访记录", "Visit")
        .column(Column::one("person", "person", "人", "Person"))
        .column(Column::int("minutes", "分钟", "Minutes"))
        .column(Column::bool("met", "见到", "Met"));
    s.programme(
        Programme::new("elder-allowance", "person", Records::Closed, "高龄津贴", "Elder allowance")
            .stage("found", "已发现", "Found", false)
            .stage("receiving", "领取中", "Receiving", true),
    );
    s.programme(
        Programme::new("low-income", "household", Records::Open, "低保", "Minimum allowance")
            .stage("applied", "已申请", "Applied", false)
            .stage("in-force", "在保", "In force", true),
    );
    s.param(Param::new("elder-allowance.age", TypeName::Int, Title::new("年龄", "Age")));
    s.param(Param::new("low-income.line", TypeName::Int, Title::new("标准", "Line")));
    s.derive(derived("age", "年龄", "Age", TypeName::Int, "years_between(born, today)"));
    s.derive(derived(
        "residency",
        "居住",
        "Residency",
        TypeName::Code("residency".into()),
        "lives_here ? (hukou_here ? 'resident' : 'sojourning') : 'away'",
    ));
    s.rule(rule("elder-allowance.eligible", "person", "age >= param.age && residency == '常住'"));
    s.rule(rule("low-income.poor", "household", "income < param.line * members.count()"));
    s
}

pub fn derived(name: &str, zh: &str, en: &str, type_name: TypeName, text: &str) -> Derived {
    Derived {
        kind: "person".into(),
        name: name.into(),
        title: Title::new(zh, en),
        also: vec![],
        type_name,
        text: text.into(),
        place: Place::new("derive.toml", 0),
        pack: String::new(),
    }
}

pub fn rule(id: &str, kind: &str, text: &str) -> RuleText {
    RuleText {
        id: id.into(),
        title: Title::new(id, id),
        kind: kind.into(),
        conditions: vec![Condition { text: text.into(), place: Place::new("rules.toml", 0), title: None }],
        from: None,
        to: None,
    }
}

pub fn schema() -> Arc<Schema> {
    let (schema, findings) = declare().build();
    assert_eq!(findings, vec![]);
    Arc::new(schema)
}

/// A small generator of random numbers (splitmix64): the same seed, the same community.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to but not including `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Every kind filled at random: some cells unknown, some absent, some relations dangling, some columns never
/// filled at all, and some all known, all unknown or all absent.
pub fn random_world(schema: &Arc<Schema>, seed: u64, size: u64) -> World {
    let mut dice = Dice(seed);
    let count = |kind: &str| match kind {
        "area" => 7,
        "dwelling" => size / 3 + 1,
        "household" => size / 2 + 1,
        "enrolment" => size * 2,
        _ => size,
    };
    let frames: Vec<Arc<Frame>> = (0..schema.kinds.len())
        .map(|k| {
            let kind = KindId(k as u16);
            let rows = count(&schema.kind_of(kind).name);
            Arc::new(random_frame(schema, kind, rows, &count, &mut dice))
        })
        .collect();
    World::new(schema.clone(), TODAY, frames).complete()
}

fn random_frame(schema: &Arc<Schema>, kind: KindId, rows: u64, count: &dyn Fn(&str) -> u64, dice: &mut Dice) -> Frame {
    let mut frame = FrameBuilder::new(schema, kind);
    let sparse = dice.chance(30);
    // Ids ascend, lie close, or jump about, so that every index of ids is met.
    let step = if sparse { 1_000_003 } else { 1 };
    for row in 0..rows {
        frame.push(((row + 3) % rows.max(1)) as i64 * step + 10);
    }
    for (slot, column) in schema.kind_of(kind).columns.iter().enumerate() {
        let slot = Slot(slot as u16);
        if dice.chance(5) {
            continue;
        }
        // Of twelve cells, how many are unknown and how many absent.
        let (unknown, absent) = match dice.below(10) {
            0 => (12, 0),
            1 => (0, 12),
            2 | 3 => (0, 0),
            _ => (2, 1),
        };
        let huge = dice.chance(30);
        for row in 0..rows as u32 {
            let side = dice.below(12);
            let cell = if side < unknown {
                Cell::Unknown
            } else if side < unknown + absent {
                Cell::Absent
            } else {
                random_cell(schema, &column.type_name, huge, count, dice)
            };
            frame.set(row, slot, cell);
        }
    }
    frame.finish()
}

fn random_cell(schema: &Arc<Schema>, ty: &TypeName, huge: bool, count: &dyn Fn(&str) -> u64, dice: &mut Dice) -> Cell {
    match ty {
        TypeName::Bool => Cell::Bool(dice.chance(50)),
        TypeName::Int => match dice.below(20) {
            0 | 1 if !huge => Cell::Int(1_500_000_000 - dice.below(2) as i64 * 3_000_000_000),
            0 => Cell::Int(4_000_000_000_000_000_000),
            1 => Cell::Int(-3_000_000_000),
            _ => Cell::Int(dice.below(7) as i64 - 1),
        },
        TypeName::Day => Cell::Day(TODAY - 5 + dice.below(10) as i32 - dice.below(2) as i32 * 29_220),
        TypeName::PartialDay => {
            let first = TODAY - 29_220 - 400 + dice.below(800) as i32;
            let width = [0, 0, 0, 30, 365][dice.below(5) as usize];
            Cell::PartialDay(first, first + width)
        }
        TypeName::Code(t) => {
            let table = schema.table(t).map(|t| schema.table_of(t).codes.len()).unwrap();
            Cell::Code(if dice.chance(50) { dice.below(2) } else { dice.below(table as u64) } as u16)
        }
        TypeName::One(kind) => {
            let n = count(kind);
            // The target's ids are 10, 11, … or 10, 1000013, …; try one of each, and now and then nobody's.
            let at = dice.below(n + 1) as i64;
            Cell::One(if dice.chance(70) { at + 10 } else { at * 1_000_003 + 10 })
        }
    }
}
