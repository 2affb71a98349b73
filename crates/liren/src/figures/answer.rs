//! 答 — what a figure can say: a number, at least a number, that it is not known, or that it does not apply here. The last three
//! name their reason and the way to settle it.

use liren_facts::Day;
use liren_packs::{Packs, Register};
use liren_rules::Title;

use crate::registers::{Cover, Gap, title};

/// How much a figure's number says.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Known,
    /// 至少 — more may have been that nobody recorded.
    AtLeast(Why),
    /// 待核实
    Unknown(Why),
    /// 不适用
    NotApplicable(Why),
}

/// Why an answer is not plainly a number, and what settles it.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub text: Title,
    pub way: Way,
}

/// What settles an open answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// A list of the register, or a report of none.
    Register(String),
    /// The return of an area.
    Return(String),
    /// Settling what it is made of.
    Parts,
    /// Nothing has to be done.
    None,
}

impl Why {
    pub fn new(zh: impl Into<String>, en: impl Into<String>, way: Way) -> Why {
        Why { text: Title::new(zh, en), way }
    }
}

impl Answer {
    /// The word of `--json` and of frozen sets.
    pub fn id(&self) -> &'static str {
        match self {
            Answer::Known => "known",
            Answer::AtLeast(_) => "at_least",
            Answer::Unknown(_) => "unknown",
            Answer::NotApplicable(_) => "not_applicable",
        }
    }

    /// The answer of a frozen value, by its word. Before answers were kept a number was taken for known.
    pub fn frozen(word: Option<&str>, number: Option<i64>) -> Answer {
        let why = || Why::new("定稿时就是这样", "It was so when it was frozen", Way::None);
        match word {
            Some("at_least") => Answer::AtLeast(why()),
            Some("not_applicable") => Answer::NotApplicable(why()),
            Some("unknown") => Answer::Unknown(why()),
            None if number.is_none() => Answer::Unknown(why()),
            _ => Answer::Known,
        }
    }

    pub fn why(&self) -> Option<&Why> {
        match self {
            Answer::Known => None,
            Answer::AtLeast(why) | Answer::Unknown(why) | Answer::NotApplicable(why) => Some(why),
        }
    }

    /// Of a number that was counted: inside a register it is known; outside, more than 0 is at least that, and 0 says nothing.
    pub fn of(number: Option<i64>, why: Option<Why>) -> Answer {
        match (number, why) {
            (Some(_), None) => Answer::Known,
            (Some(n), Some(why)) if n > 0 => Answer::AtLeast(why),
            (_, Some(why)) => Answer::Unknown(why),
            (None, None) => {
                Answer::Unknown(Why::new("还没有可以计算的记录", "There is nothing to count yet", Way::None))
            }
        }
    }
}

/// Why a register does not cover what was asked; `None` when it does.
pub fn uncovered(packs: &Packs, register: &Register, cover: &Cover) -> Option<Why> {
    let title = title(packs, register);
    let (zh, en) = (title.zh, title.en);
    let way = Way::Register(register.id());
    Some(match cover {
        Cover::Full(_) => return None,
        Cover::None => Why::new(
            format!("还没有“{zh}”的台账；导入名单，或说明“截至今天没有”，就有数了"),
            format!("No register of {en} is kept; import its list or say that there is none"),
            way,
        ),
        Cover::Part(Gap::NoDays) => Why::new(
            format!("“{zh}”的名单没有逐条写明日期，期内的变动数不出来"),
            format!(
                "The list of {en} does not give the day of each entry, so what happened in the period cannot be counted"
            ),
            way,
        ),
        Cover::Part(Gap::Before(day)) => Why::new(
            format!("“{zh}”从 {day} 起才记全，之前的不全"),
            format!("{en} are complete only from {day} on"),
            way,
        ),
        Cover::Part(Gap::After(day)) => Why::new(
            format!("“{zh}”只记到 {day}，之后的还没有报来"),
            format!("{en} are on record up to {day}; later ones have not been reported"),
            way,
        ),
        Cover::Part(Gap::Areas(areas)) => Why::new(
            format!("“{zh}”还缺：{}", areas.join("、")),
            format!("{en} are missing for {}", areas.join(", ")),
            way,
        ),
    })
}

/// The day of the list that tells a stock, when one does: 据…名单.
pub fn list_day(covers: &[Cover]) -> Option<Day> {
    covers
        .iter()
        .filter_map(|cover| match cover {
            Cover::Full(day) => *day,
            _ => None,
        })
        .min()
}
