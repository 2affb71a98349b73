//! What a reading of rosters says: people, households, ledger lines, each value with how it was got.
//!
//! Nothing is guessed silently: [`Got::how`] tells a cell from a repair, an inference or the registry.

use std::collections::BTreeMap;

use liren_facts::PartialDay;
use liren_facts::address::Dwelling;
use liren_facts::code::RelationClass;
use liren_facts::identifier::{Fault, Number, Sex};
use liren_facts::phone::Phone;

use crate::problem::Problem;
use crate::question::Question;
use crate::same::Reason;
use crate::table::SheetRead;

/// Where something was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// Index into [`Reading::sheets`].
    pub sheet: usize,
    /// 1-based, as a spreadsheet shows it.
    pub row: u32,
    /// 0-based column of the first cell of the person's block, when a row holds several people.
    pub column: Option<u16>,
}

/// How a value came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// It stands in the person's own cell.
    Given,
    /// After a harmless repair (spaces, full-width digits, a 15-digit number upgraded).
    Repaired,
    /// From the valid identity number.
    FromNumber,
    /// From a merged cell, a ditto mark or the filled cell above.
    Filled,
    /// From a title, the name of the sheet or the head's row.
    Context,
    /// Concluded: a relation implies a sex, a ledger is open to residents only.
    Inferred,
    /// What the column is only its contents suggest: it fills in what is missing, and changes nothing.
    Suggested,
    /// The registry knew it; the sheet does not say.
    Known,
}

/// A value with how it was got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got<T> {
    pub value: T,
    pub how: How,
}

impl<T> Got<T> {
    pub fn new(value: T, how: How) -> Got<T> {
        Got { value, how }
    }
}

/// 居住情况 — how someone belongs to the community.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Residency {
    /// 常住、户籍在住
    Resident,
    /// 暂住、流动、租住
    Temporary,
    /// 空挂、户在人不在
    HukouOnly,
}

impl Residency {
    pub fn word(self) -> &'static str {
        match self {
            Residency::Resident => "resident",
            Residency::Temporary => "temporary",
            Residency::HukouOnly => "hukou_only",
        }
    }

    pub fn hukou_here(self) -> bool {
        self != Residency::Temporary
    }

    pub fn lives_here(self) -> bool {
        self != Residency::HukouOnly
    }
}

/// 状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Active,
    Deceased,
    MovedOut,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Deceased => "deceased",
            Status::MovedOut => "moved_out",
        }
    }
}

/// A word of a code table: the code when the word is known, the word always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub code: Option<&'static str>,
    pub raw: String,
    pub how: How,
}

/// 与户主关系
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationRead {
    /// GB/T 4761
    pub code: Option<&'static str>,
    pub class: Option<RelationClass>,
    pub raw: String,
    pub how: How,
}

/// What a remark said, in a word the product can store: `lives_alone`, `works_away`, `bedridden` …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemarkFact {
    pub kind: &'static str,
    /// A name (房东:李四), a year, the rest of the sentence.
    pub value: Option<String>,
    pub since: Option<PartialDay>,
    pub raw: String,
    /// Stands in a comment of the cell: asks for confirmation, changes nothing.
    pub in_comment: bool,
}

/// Why a draft is someone the registry knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    Number,
    /// A damaged number that agrees in its readable digits, and the name.
    DamagedNumber,
    NameAndBirth,
    NameAndDwelling,
    NameAndPhone,
    /// The name, among the people of a household whose other members are recognised.
    NameAndHousehold,
    /// This very file named the person in this very row before.
    SameRow,
    /// The name is unique here and nothing contradicts it.
    NameAlone,
    /// The same name behind the same door, and a number that differs in a digit or two.
    CorrectedNumber,
    /// A mapping says so.
    Told,
}

/// Somebody of the registry whom a draft may be; nobody has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// [`crate::known::KnownPerson::key`]
    pub person: i64,
    pub reasons: Vec<Reason>,
}

/// Recognition of somebody in [`crate::Known`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// [`crate::known::KnownPerson::key`]
    pub person: i64,
    pub by: MatchedBy,
}

/// 人 — one distinct person of the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub source: Source,
    /// Further rows of the same person.
    pub also: Vec<Source>,
    /// The key on record that our own list gives.
    pub key: Option<i64>,
    pub matched: Option<Match>,
    /// Whom it may be instead: several of one name, or somebody likely. Nothing is written before it is answered.
    pub fits: Vec<Fit>,
    /// A name, with nothing beside it that tells people apart: not enough to add somebody.
    pub thin: bool,
    /// Somebody of this number asked to be forgotten: nobody is added before it is answered. The register says so.
    pub erased: bool,
    pub name: Option<Got<String>>,
    pub former_names: Vec<String>,
    pub sex: Option<Got<Sex>>,
    /// What the column said when the number says otherwise.
    pub sex_column: Option<Sex>,
    pub birth: Option<Got<PartialDay>>,
    pub birth_column: Option<PartialDay>,
    /// Only a number that passed every check and is the person's own.
    pub number: Option<Got<Number>>,
    /// What was typed, when it is not usable; for the clerk, never for matching outside this crate.
    pub number_given: Option<String>,
    pub number_fault: Option<Fault>,
    /// The valid number belongs to somebody else.
    pub number_shared: bool,
    /// Index into [`Reading::households`].
    pub household: Option<usize>,
    pub relation: Option<RelationRead>,
    pub dwelling: Option<Got<Dwelling>>,
    /// The address as typed, also when it names no dwelling.
    pub address_raw: Option<String>,
    pub residency: Option<Got<Residency>>,
    pub status: Got<Status>,
    /// Day of death or of moving out, as far as it is known.
    pub left: Option<PartialDay>,
    /// 注销: no longer counted where it was, and the sheet does not say why.
    pub doubtful: bool,
    pub phones: Vec<Phone>,
    pub ethnic: Option<Word>,
    pub education: Option<Word>,
    pub political: Option<Word>,
    pub marital: Option<Word>,
    pub employment: Option<Word>,
    pub workplace: Option<String>,
    pub hukou_address: Option<String>,
    /// 居住性质 as typed
    pub residency_raw: Option<String>,
    pub remark: Option<String>,
    /// What a note of the sheet says of the signs at the name.
    pub signs: Vec<String>,
    pub facts: Vec<RemarkFact>,
    /// One line for each programme row.
    pub ledger: Vec<LedgerLine>,
    /// Columns nobody declared: header and text.
    pub extra: Vec<(String, String)>,
    pub hidden_row: bool,
}

/// 户 — people who share a household in the workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Household {
    /// The household number as written, else a number of the reading.
    pub key: String,
    /// The household number as the sheet writes it.
    pub number: Option<String>,
    /// Who the rows say is the head, by name and by number, also when the head has no row of his own.
    pub head_name: Option<String>,
    pub head_number: Option<String>,
    /// Index into [`Reading::people`].
    pub head: Option<usize>,
    /// Indexes into [`Reading::people`].
    pub members: Vec<usize>,
    pub dwelling: Option<Dwelling>,
}

/// 台账行 — what one row of a ledger says about a person or a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub programme: String,
    pub source: Source,
    pub stage: StageSaid,
    /// By the field's id; year columns as `paid.2011`.
    pub values: BTreeMap<String, LedgerValue>,
    /// The cells as typed, by the field's id.
    pub raw: BTreeMap<String, String>,
    /// Fields that stand for the whole household (the merged amount).
    pub household_fields: Vec<String>,
}

/// 阶段 — what a line says its subject is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StageSaid {
    /// A column about a programme in another list: it says nothing of a stage.
    #[default]
    Silent,
    /// The subject is not in the programme: 否, 未参保.
    Not,
    /// It cannot be concluded: see [`Reading::questions`].
    Asked,
    /// The stages in their order; the last is the present one.
    Stages(Vec<StageEntry>),
}

/// A stage and the day it was entered, where the sheet gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEntry {
    pub stage: String,
    pub day: Option<PartialDay>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerValue {
    Text(String),
    /// A word the pack maps to a value of its own.
    Word(String),
    /// 分
    Money(i64),
    Count(i64),
    Day(PartialDay),
    Tick(bool),
}

/// Somebody who is only mentioned: guardian, landlord, child in another's cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    pub source: Source,
    pub column: u16,
    pub name: String,
    /// `guardian`, `landlord`, `head`, `child`, `contact`
    pub what: &'static str,
    pub relation: Option<String>,
    pub phones: Vec<Phone>,
    /// Index into [`Reading::people`] of the person whose row it is.
    pub of: Option<usize>,
}

/// 读取结果 — everything a workbook said.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub sheets: Vec<SheetRead>,
    pub people: Vec<Draft>,
    pub households: Vec<Household>,
    pub embedded: Vec<Embedded>,
    pub problems: Vec<Problem>,
    /// What must be answered before it is written.
    pub questions: Vec<Question>,
    pub counts: Counts,
}

/// Sums of a reading; see each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows (or blocks of a row) that hold a person.
    pub records: usize,
    pub distinct_people: usize,
    pub duplicate_records: usize,
    pub active_people: usize,
    pub deceased: usize,
    pub moved_out: usize,
    pub active_resident: usize,
    pub active_temporary: usize,
    pub active_hukou_only: usize,
    pub active_unknown: usize,
    pub households: usize,
    pub dwellings: usize,
    pub valid_ids: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}
