//! A synthetic city, the same every time: people in households, facts of which two to eight in a hundred are
//! unknown, and about two enrolments a person.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use liren_rules::{
    Cell, Code, CodeTable, Column, FrameBuilder, Many, Param, Programme, Records, Schema, SchemaBuilder, Title,
    TypeName, Values, World,
};

/// 2013-11-20
pub const TODAY: i32 = 16_029;
/// Yuan line of the minimum living allowance a head and month, in fen.
pub const LINE: i64 = 40_000;

pub const PROGRAMMES: [(&str, &str, Records); 6] = [
    ("elder-allowance", "person", Records::Closed),
    ("employee-pension", "person", Records::Open),
    ("resident-pension", "person", Records::Closed),
    ("minimum-living", "household", Records::Closed),
    ("disability-care", "person", Records::Closed),
    ("family-doctor", "person", Records::Closed),
];

pub const POLICIES: [(&str, &str); 6] = [
    ("elder_allowance", "resident && age >= 80 && !enrolled('elder-allowance')"),
    (
        "pension_gap",
        "resident && age >= 16 && age < 60 && !student && !(enrolled('employee-pension') || enrolled('resident-pension'))",
    ),
    (
        "minimum_living",
        "household.members.any(resident) && household.income < param.support.line * household.members.count(lives_here) && !enrolled('minimum-living')",
    ),
    ("disability_care", "resident && disability_grade in ['1', '2'] && !enrolled('disability-care')"),
    (
        "family_doctor",
        "lives_here && age >= 65 && (chronic || household.members.count(lives_here) == 1) && !enrolled('family-doctor')",
    ),
    (
        "child_support",
        "resident && age < 18 && (household.income < 2 * param.support.line * household.members.count(lives_here) || disability_grade != '5') && employment == 'none'",
    ),
];

pub fn values() -> Values {
    [("support.line".to_string(), LINE)].into()
}

pub fn schema() -> Arc<Schema> {
    let mut s = SchemaBuilder::new();
    let grades = ["1", "2", "3", "4", "5"].map(|g| Code::new(g, &format!("{g}级"), &format!("Grade {g}")));
    s.table(CodeTable::new("grade", Title::new("残疾等级", "Grade"), grades.to_vec()));
    let work = [("none", "无业", "None"), ("employed", "就业", "Employed"), ("retired", "退休", "Retired")];
    let work = work.map(|(c, zh, en)| Code::new(c, zh, en)).to_vec();
    s.table(CodeTable::new("employment", Title::new("从业", "Employment"), work));
    s.kind("household", "户", "Household")
        .column(Column::int("income", "月收入", "Monthly income"))
        .many(Many::new("members", "person", "household", "成员", "Members"));
    s.kind("person", "人", "Person")
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::partial_day("born", "出生日期", "Born"))
        .column(Column::bool("lives_here", "住在这里", "Lives here"))
        .column(Column::bool("hukou_here", "户籍在此", "Registered here"))
        .column(Column::bool("student", "在校", "Student"))
        .column(Column::bool("chronic", "慢性病", "Chronic illness"))
        .column(Column::code("disability_grade", "grade", "残疾等级", "Disability grade"))
        .column(Column::code("employment", "employment", "从业", "Employment"));
    for (id, subject, records) in PROGRAMMES {
        s.programme(
            Programme::new(id, subject, records, id, id)
                .stage("in-force", "在册", "In force", true)
                .stage("ended", "已终止", "Ended", false),
        );
    }
    s.param(Param::new("support.line", TypeName::Int, Title::new("标准", "Line")));
    let derived = |name: &str, zh: &str, type_name: TypeName, text: &str| liren_rules::Derived {
        kind: "person".into(),
        name: name.into(),
        title: Title::new(zh, name),
        also: vec![],
        type_name,
        text: text.into(),
        place: liren_rules::Place::nowhere(),
        pack: String::new(),
    };
    s.derive(derived("age", "年龄", TypeName::Int, "years_between(born, today)"));
    s.derive(derived("resident", "常住", TypeName::Bool, "lives_here && hukou_here"));
    let (schema, findings) = s.build();
    assert!(findings.is_empty(), "{findings:?}");
    Arc::new(schema)
}

/// The columns as plain vectors; `None` is unknown.
pub struct Town {
    pub income: Vec<Option<i64>>,
    pub household: Vec<u32>,
    /// First and last possible day of birth.
    pub born: Vec<Option<(i32, i32)>>,
    pub lives_here: Vec<Option<bool>>,
    pub hukou_here: Vec<Option<bool>>,
    pub student: Vec<Option<bool>>,
    pub chronic: Vec<Option<bool>>,
    /// Position in the code table.
    pub grade: Vec<Option<u16>>,
    pub employment: Vec<Option<u16>>,
    /// Programme, subject row, in force.
    pub enrolled: Vec<(u8, u32, Option<bool>)>,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Unknown in `unknown` of a hundred, else true in `yes` of a hundred.
    fn fact(&mut self, unknown: u64, yes: u64) -> Option<bool> {
        if self.chance(unknown) { None } else { Some(self.chance(yes)) }
    }
}

impl Town {
    pub fn new(people: usize) -> Town {
        let mut dice = Dice(20_131_120);
        let mut town = Town {
            income: vec![],
            household: vec![],
            born: vec![],
            lives_here: vec![],
            hukou_here: vec![],
            student: vec![],
            chronic: vec![],
            grade: vec![],
            employment: vec![],
            enrolled: vec![],
        };
        while town.household.len() < people {
            let home = town.income.len() as u32;
            let size = 1 + dice.below(5).min(dice.below(5)) as usize;
            let income = (!dice.chance(8)).then(|| 30_000 * size as i64 + dice.below(900_000) as i64);
            town.income.push(income);
            for _ in 0..size.min(people - town.household.len()) {
                town.person(home, &mut dice);
            }
        }
        town.enrol(&mut dice);
        town
    }

    fn person(&mut self, home: u32, dice: &mut Dice) {
        self.household.push(home);
        let age = dice.below(95) as i32;
        let first = TODAY - age * 365 - dice.below(400) as i32;
        self.born.push(match dice.below(50) {
            0 => None,
            1 | 2 => Some((first, first + 30)),
            _ => Some((first, first)),
        });
        self.lives_here.push(dice.fact(3, 85));
        self.hukou_here.push(dice.fact(4, 70));
        let studies = if age < 22 { 85 } else { 2 };
        self.student.push(dice.fact(5, studies));
        self.chronic.push(dice.fact(8, 20));
        self.grade.push(if dice.chance(3) {
            None
        } else {
            Some(if dice.chance(93) { 4 } else { dice.below(4) as u16 })
        });
        self.employment.push((!dice.chance(6)).then(|| if age < 16 { 0 } else { dice.below(3) as u16 }));
    }

    fn enrol(&mut self, dice: &mut Dice) {
        let share = [12, 60, 55, 6, 4, 60];
        for (p, percent) in share.into_iter().enumerate() {
            let subjects = if p == 3 { self.income.len() } else { self.household.len() };
            for row in 0..subjects {
                if dice.chance(percent) {
                    self.enrolled.push((p as u8, row as u32, dice.fact(2, 92)));
                }
            }
        }
    }

    pub fn people(&self) -> usize {
        self.household.len()
    }

    pub fn households(&self) -> usize {
        self.income.len()
    }

    pub fn enrolments(&self) -> usize {
        self.enrolled.len()
    }

    pub fn world(&self, schema: &Arc<Schema>) -> World {
        let kind = |name: &str| schema.kind(name).unwrap_or_else(|| panic!("declared above: {name}"));
        let slot = |f: &FrameBuilder, name: &str| f.slot(name).unwrap_or_else(|| panic!("declared above: {name}"));
        let mut homes = FrameBuilder::new(schema, kind("household"));
        let income = slot(&homes, "income");
        for (id, &value) in self.income.iter().enumerate() {
            let row = homes.push(id as i64 + 1);
            homes.set_int(row, income, value);
        }
        let mut people = FrameBuilder::new(schema, kind("person"));
        let s = |name: &str| slot(&people, name);
        let (home, born) = (s("household"), s("born"));
        let flags = [s("lives_here"), s("hukou_here"), s("student"), s("chronic")];
        let (grade, employment) = (s("disability_grade"), s("employment"));
        for i in 0..self.people() {
            let row = people.push(i as i64 + 1);
            people.set_one(row, home, Some(i64::from(self.household[i]) + 1));
            people.set_partial_day(row, born, self.born[i]);
            for (slot, column) in flags.iter().zip([&self.lives_here, &self.hukou_here, &self.student, &self.chronic]) {
                people.set_bool(row, *slot, column[i]);
            }
            people.set(row, grade, self.grade[i].map_or(Cell::Unknown, Cell::Code));
            people.set(row, employment, self.employment[i].map_or(Cell::Unknown, Cell::Code));
        }
        let mut enrolments = FrameBuilder::new(schema, kind("enrolment"));
        let s = |name: &str| slot(&enrolments, name);
        let (programme, stage, force) = (s("programme"), s("stage"), s("in_force"));
        let (person, household) = (s("person"), s("household"));
        for (i, &(p, subject, in_force)) in self.enrolled.iter().enumerate() {
            let row = enrolments.push(i as i64 + 1);
            enrolments.set(row, programme, Cell::Code(u16::from(p)));
            enrolments.set_bool(row, force, in_force);
            if let Some(yes) = in_force {
                enrolments.set(row, stage, Cell::Code(u16::from(!yes)));
            }
            let slot = if p == 3 { household } else { person };
            enrolments.set_one(row, slot, Some(i64::from(subject) + 1));
        }
        let frames = [homes, people, enrolments].map(|f| Arc::new(f.finish()));
        World::new(schema.clone(), TODAY, frames).complete()
    }

    /// persons.csv, households.csv, enrolments.csv; an empty cell is unknown, days are days since 1970-01-01.
    pub fn write_csv(&self, dir: &Path) -> std::io::Result<()> {
        fn show<T: ToString>(v: Option<T>) -> String {
            v.map(|v| v.to_string()).unwrap_or_default()
        }
        std::fs::create_dir_all(dir)?;
        let mut out = BufWriter::new(File::create(dir.join("households.csv"))?);
        writeln!(out, "id,income")?;
        for (id, income) in self.income.iter().enumerate() {
            writeln!(out, "{},{}", id + 1, show(*income))?;
        }
        let mut out = BufWriter::new(File::create(dir.join("persons.csv"))?);
        writeln!(
            out,
            "id,household,born_first,born_last,lives_here,hukou_here,student,chronic,disability_grade,employment"
        )?;
        for i in 0..self.people() {
            writeln!(
                out,
                "{},{},{},{},{},{},{},{},{},{}",
                i + 1,
                self.household[i] + 1,
                show(self.born[i].map(|b| b.0)),
                show(self.born[i].map(|b| b.1)),
                show(self.lives_here[i]),
                show(self.hukou_here[i]),
                show(self.student[i]),
                show(self.chronic[i]),
                show(self.grade[i].map(|g| g + 1)),
                show(self.employment[i].map(|e| ["none", "employed", "retired"][usize::from(e)])),
            )?;
        }
        let mut out = BufWriter::new(File::create(dir.join("enrolments.csv"))?);
        writeln!(out, "programme,subject_kind,subject,in_force")?;
        for &(p, subject, in_force) in &self.enrolled {
            let (id, kind, _) = PROGRAMMES[usize::from(p)];
            writeln!(out, "{id},{kind},{},{}", subject + 1, show(in_force))?;
        }
        Ok(())
    }
}
