//! 同一个人 — who of many descriptions may be one person, with a weight and the reasons: names that sound or look
//! alike, a keystroke, day and month swapped, a home that changed by marriage. A candidate is a question, never a merge.
//!
//! Candidates come from blocks (the same sound and birth, the same door and sound …), so the work grows with the number
//! of people and not with its square. Each field speaks for or against in bits, as a chance agreement of two strangers
//! is rare or common (after Fellegi and Sunter).

mod blocks;
mod lookalike;
mod weigh;

use std::collections::HashMap;

use liren_facts::PartialDay;
use liren_facts::address::{Dwelling, estate_key};
use liren_facts::identifier::Sex;

use blocks::pairs;
pub use lookalike::alike as looks_alike;
pub use weigh::Reason;
use weigh::{Weights, weigh};

/// A person as far as telling people apart goes.
#[derive(Clone, Debug, Default)]
pub struct Description {
    pub name: String,
    pub sex: Option<Sex>,
    pub birth: Option<PartialDay>,
    /// A number that passed every check.
    pub number: Option<String>,
    pub phones: Vec<String>,
    pub dwelling: Option<Dwelling>,
    /// Two members of one household on one list are two people.
    pub household: Option<u64>,
}

/// Two descriptions that may be one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Index of the first, and of the second.
    pub a: usize,
    pub b: usize,
    /// Bits in favour beyond what is needed to be suggested.
    pub weight: f32,
    pub reasons: Vec<Reason>,
}

/// So many bits beyond the odds of two strangers: measured on made-up towns, more than 99 suggestions of 100 are right.
const MARGIN: f32 = 6.0;

/// Pairs within one list, the likeliest first.
pub fn within(all: &[Description]) -> Vec<Candidate> {
    let people = Compact::all(all.iter());
    found(&people, all.len(), |_, _| true)
}

/// Pairs of one of `new` (as `a`) with one of `known` (as `b`).
pub fn between(new: &[Description], known: &[Description]) -> Vec<Candidate> {
    let people = Compact::all(new.iter().chain(known));
    let split = u32::try_from(new.len()).unwrap_or(u32::MAX);
    let mut out = found(&people, known.len().max(new.len()), |a, b| (a < split) != (b < split));
    for one in &mut out {
        if one.a >= new.len() {
            std::mem::swap(&mut one.a, &mut one.b);
        }
        one.b -= new.len();
    }
    out
}

/// Do two numbers differ as a mistyped one differs from the right one?
pub fn numbers_near(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.get(..17).and_then(|t| t.parse().ok());
    digits(a).zip(digits(b)).is_some_and(|(a, b)| weigh::near(a, b))
}

fn found(people: &People, size: usize, wanted: impl Fn(u32, u32) -> bool + Sync) -> Vec<Candidate> {
    // In a list of ten every name is rare; it is not in the community the ten are from.
    let size = size.max(2_000);
    let weights = Weights::of(people, size);
    #[allow(clippy::cast_precision_loss)]
    let needed = (size as f32).log2() + MARGIN;
    let mut scored = pairs(people, |a, b| {
        if !wanted(a, b) {
            return None;
        }
        let weight = weigh(&people.list[a as usize], &people.list[b as usize], &weights, None)?;
        (weight >= needed).then_some(weight - needed)
    });
    scored.sort_by(|x, y| y.2.total_cmp(&x.2).then((x.0, x.1).cmp(&(y.0, y.1))));
    scored
        .into_iter()
        .map(|(a, b, weight)| {
            let mut reasons = Vec::new();
            let _ = weigh(&people.list[a as usize], &people.list[b as usize], &weights, Some(&mut reasons));
            Candidate { a: a as usize, b: b as usize, weight, reasons }
        })
        .collect()
}

/// A description in numbers that compare fast.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compact {
    /// The first four characters, and how many there are.
    name: [char; 4],
    length: u8,
    /// Their sounds, and their sounds as careless ears hear them (zh and z, ng and n).
    sound: [u16; 4],
    rough: [u16; 4],
    surname: u8,
    /// The whole name as a number.
    whole: u64,
    birth: Option<PartialDay>,
    /// Year, month, day of an exact birth.
    ymd: Option<(i32, u32, u32)>,
    sex: Option<Sex>,
    /// The first 17 digits.
    number: u64,
    phones: [u64; 2],
    door: u32,
    building: u32,
    household: u64,
}

/// All of them, with what names and sounds are common.
#[derive(Debug, Default)]
pub(crate) struct People {
    list: Vec<Compact>,
    names: HashMap<u64, u32>,
    sounds: HashMap<u64, u32>,
}

impl Compact {
    fn all<'a>(all: impl Iterator<Item = &'a Description>) -> People {
        let mut out = People::default();
        let mut sounds = Sounds::default();
        let (mut doors, mut buildings): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
        for d in all {
            let mut c = Compact::default();
            let chars: Vec<char> = d.name.chars().filter(|c| *c != '·').collect();
            c.length = u8::try_from(chars.len()).unwrap_or(u8::MAX);
            for (at, ch) in chars.iter().take(4).enumerate() {
                c.name[at] = *ch;
                (c.sound[at], c.rough[at]) = sounds.of(*ch);
            }
            c.surname = u8::try_from(liren_facts::name::surname_length(&d.name).max(1)).unwrap_or(1);
            c.whole = blocks::hash(chars.iter().map(|c| u64::from(u32::from(*c))));
            c.birth = d.birth;
            c.ymd = d.birth.filter(|b| b.is_exact()).map(|b| (b.first.year(), b.first.month(), b.first.day_of_month()));
            c.sex = d.sex;
            c.number = d.number.as_deref().and_then(|n| n.get(..17)?.parse().ok()).unwrap_or(0);
            for (slot, phone) in c.phones.iter_mut().zip(&d.phones) {
                *slot = phone.parse().unwrap_or(0);
            }
            if let Some(home) = d.dwelling.as_ref().filter(|h| h.is_door()) {
                let place = |parts: [&Option<String>; 2]| {
                    let estate = home.estate.as_deref().map(estate_key).unwrap_or_default();
                    let of = |p: &Option<String>| p.clone().unwrap_or_default();
                    format!("{estate}|{}|{}|{}", of(&home.building), of(parts[0]), of(parts[1]))
                };
                let next = doors.len() + 1;
                c.door = *doors
                    .entry(place([&home.unit, &home.room]))
                    .or_insert_with(|| u32::try_from(next).unwrap_or(u32::MAX));
                let next = buildings.len() + 1;
                c.building =
                    *buildings.entry(place([&None, &None])).or_insert_with(|| u32::try_from(next).unwrap_or(u32::MAX));
            }
            c.household = d.household.map_or(0, |h| h + 1);
            *out.names.entry(c.whole).or_default() += 1;
            *out.sounds.entry(c.sound_key()).or_default() += 1;
            out.list.push(c);
        }
        out
    }

    fn sound_key(&self) -> u64 {
        blocks::hash(self.sound.iter().map(|s| u64::from(*s)).chain([u64::from(self.length)]))
    }

    fn rough_key(&self) -> u64 {
        blocks::hash(self.rough.iter().map(|s| u64::from(*s)).chain([u64::from(self.length)]))
    }
}

/// Numbers for the sounds of characters.
#[derive(Default)]
struct Sounds {
    of: HashMap<char, (u16, u16)>,
    numbers: HashMap<String, u16>,
}

impl Sounds {
    fn of(&mut self, c: char) -> (u16, u16) {
        if let Some(found) = self.of.get(&c) {
            return *found;
        }
        let exact = liren_facts::name::syllable(c).map_or_else(|| c.to_string(), str::to_owned);
        let rough = careless(&exact);
        let mut number = |text: String| {
            let next = u16::try_from(self.numbers.len() + 1).unwrap_or(u16::MAX);
            *self.numbers.entry(text).or_insert(next)
        };
        let found = (number(exact), number(rough));
        self.of.insert(c, found);
        found
    }
}

/// zhang, zang and zhan are one to a careless ear; lan and nan in the south.
fn careless(syllable: &str) -> String {
    let mut text = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s");
    if let Some(rest) = text.strip_prefix('n') {
        text = format!("l{rest}");
    }
    if let Some(rest) = text.strip_suffix("ng") {
        text = format!("{rest}n");
    }
    // A mark of its own, so that it is no syllable that somebody has.
    format!("~{text}")
}

#[cfg(test)]
mod tests;
