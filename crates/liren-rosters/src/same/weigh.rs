//! What each field says for or against two descriptions being one person, in bits.

use liren_facts::identifier::Sex;

use super::{Compact, People, lookalike};

/// Why two people may be one: what agrees, what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    SameName,
    /// 王军, 王君
    NameSounds,
    /// 王未, 王末
    NameLooks,
    /// 张林, 张玲: a keystroke or a careless ear
    NameNearly,
    /// 王小军, 王军小
    NameSwapped,
    /// 王小军, 王军
    NameShort,
    SameBirth,
    /// 1975-03-07, 1975-07-03
    BirthSwapped,
    /// A digit of it
    BirthDigit,
    BirthPartly,
    OtherBirth,
    SameDoor,
    OtherDoor,
    SamePhone,
    SameNumber,
    /// A digit or two of the number
    NumberNearly,
    SameSex,
}

impl Reason {
    /// A few words, in both languages.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Reason::SameName => ("姓名相同", "the same name"),
            Reason::NameSounds => ("姓名同音", "the names sound the same"),
            Reason::NameLooks => ("姓名字形相近", "the names look alike"),
            Reason::NameNearly => ("姓名读音相近", "the names nearly sound the same"),
            Reason::NameSwapped => ("姓名的字顺序不同", "the characters of the name in another order"),
            Reason::NameShort => ("姓名少一个字", "one character of the name is missing"),
            Reason::SameBirth => ("出生日期相同", "the same birth"),
            Reason::BirthSwapped => ("出生的月和日颠倒", "day and month of birth are swapped"),
            Reason::BirthDigit => ("出生日期差一位数字", "one digit of the birth differs"),
            Reason::BirthPartly => ("出生年月不矛盾", "the births do not contradict"),
            Reason::OtherBirth => ("出生日期不同", "another birth"),
            Reason::SameDoor => ("住址相同", "the same home"),
            Reason::OtherDoor => ("住址不同", "another home"),
            Reason::SamePhone => ("电话相同", "the same phone"),
            Reason::SameNumber => ("证件号码相同", "the same number"),
            Reason::NumberNearly => ("证件号码只差一两位", "the numbers differ in a digit or two"),
            Reason::SameSex => ("性别相同", "the same sex"),
        }
    }
}

/// How rare names and sounds are here.
pub(super) struct Weights<'a> {
    people: &'a People,
    size: f32,
}

impl<'a> Weights<'a> {
    pub fn of(people: &'a People, size: usize) -> Weights<'a> {
        #[allow(clippy::cast_precision_loss)]
        Weights { people, size: size.max(2) as f32 }
    }

    fn rarity(&self, count: Option<&u32>) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let count = count.copied().unwrap_or(1).max(1) as f32;
        // The two of the pair count each other.
        (self.size / (count - 1.0).max(1.0)).log2().clamp(1.0, 15.0)
    }
}

/// Bits for the pair; `None` when something rules it out. `reasons` collects why.
pub(super) fn weigh(a: &Compact, b: &Compact, weights: &Weights, mut reasons: Option<&mut Vec<Reason>>) -> Option<f32> {
    if a.household != 0 && a.household == b.household {
        return None;
    }
    let mut say = |reason: Reason| {
        if let Some(list) = reasons.as_mut() {
            list.push(reason);
        }
    };
    let mut total = 0.0;
    let (name, how) = name(a, b, weights)?;
    total += name;
    say(how);
    let exact_name = how == Reason::SameName;

    if a.number != 0 && b.number != 0 {
        if a.number == b.number {
            say(Reason::SameNumber);
            total += 40.0;
        } else if exact_name && near(a.number, b.number) {
            say(Reason::NumberNearly);
            total += 8.0;
        } else {
            // Two valid numbers are two people.
            return None;
        }
    }
    let (birth, same_day) = match (a.ymd, b.ymd) {
        (Some(x), Some(y)) if x == y => {
            say(Reason::SameBirth);
            (13.0, true)
        }
        (Some(x), Some(y)) => {
            let swapped = x.0 == y.0 && x.1 == y.2 && x.2 == y.1;
            if swapped {
                say(Reason::BirthSwapped);
                (8.0, true)
            } else if digits_apart(x, y) == 1 {
                say(Reason::BirthDigit);
                (4.0, false)
            } else if exact_name && a.door != 0 && a.door == b.door {
                // Two of one name behind one door are rare; one of the days is wrong.
                say(Reason::OtherBirth);
                (-6.0, false)
            } else {
                return None;
            }
        }
        _ => match (a.birth, b.birth) {
            (Some(x), Some(y)) if x.first <= y.last && y.first <= x.last => {
                say(Reason::BirthPartly);
                let days = (x.last.0 - x.first.0).max(y.last.0 - y.first.0);
                (if days < 40 { 9.0 } else { 5.0 }, false)
            }
            (Some(_), Some(_)) => return None,
            _ => (0.0, false),
        },
    };
    total += birth;
    match (a.sex, b.sex) {
        (Some(x), Some(y)) if x == y => total += 1.0,
        (Some(Sex::Male), Some(Sex::Female)) | (Some(Sex::Female), Some(Sex::Male)) => return None,
        _ => {}
    }
    let phone = a.phones.iter().any(|p| *p != 0 && b.phones.contains(p));
    if phone {
        say(Reason::SamePhone);
        total += 9.0;
    }
    if a.door != 0 && b.door != 0 {
        if a.door == b.door {
            say(Reason::SameDoor);
            total += 10.0;
            // Twins live behind one door and were born on one day: their names must be one name.
            if same_day && matches!(how, Reason::NameNearly | Reason::NameShort) {
                total -= 9.0;
            }
        } else {
            say(Reason::OtherDoor);
            total -= if a.building == b.building { 0.0 } else { 2.0 };
        }
    }
    // Behind one door a father and a son may sound alike: without a birth nothing tells them apart.
    if !exact_name && birth <= 0.0 && !phone {
        return None;
    }
    Some(total)
}

/// How alike the names are; `None` for names that are two.
fn name(a: &Compact, b: &Compact, weights: &Weights) -> Option<(f32, Reason)> {
    let own =
        weights.rarity(weights.people.names.get(&a.whole)).min(weights.rarity(weights.people.names.get(&b.whole)));
    if a.whole == b.whole {
        return Some((own, Reason::SameName));
    }
    let sounds = &weights.people.sounds;
    let sound = weights.rarity(sounds.get(&a.sound_key())).min(weights.rarity(sounds.get(&b.sound_key())));
    let (x, y) = (usize::from(a.length), usize::from(b.length));
    if x == y && x <= 4 {
        let differ: Vec<usize> = (0..x).filter(|at| a.name[*at] != b.name[*at]).collect();
        if differ.iter().all(|at| a.sound[*at] == b.sound[*at]) {
            return Some((sound - 4.0, Reason::NameSounds));
        }
        match differ[..] {
            [at] if lookalike::alike(a.name[at], b.name[at]) => return Some((own - 4.0, Reason::NameLooks)),
            [at] if a.rough[at] == b.rough[at] => return Some((sound - 6.0, Reason::NameNearly)),
            [p, q] if a.name[p] == b.name[q] && a.name[q] == b.name[p] && p > 0 => {
                return Some((own - 5.0, Reason::NameSwapped));
            }
            _ => {}
        }
        return None;
    }
    // 王小军 and 王军: the surname and the last character, or the first two, are all of the shorter one.
    let (short, long) = if x < y { (a, b) } else { (b, a) };
    let (n, m) = (usize::from(short.length), usize::from(long.length));
    if m == n + 1 && n >= 2 && m <= 4 && short.name[0] == long.name[0] {
        let mut rest = long.name[..m].iter();
        if short.name[..n].iter().all(|c| rest.any(|d| d == c)) {
            return Some((own - 7.0, Reason::NameShort));
        }
    }
    None
}

/// One digit mistyped, or two neighbours swapped, of the seventeen.
pub(super) fn near(a: u64, b: u64) -> bool {
    let digits = |n: u64| -> [u8; 17] {
        let mut out = [0; 17];
        let mut n = n;
        for slot in out.iter_mut().rev() {
            *slot = u8::try_from(n % 10).unwrap_or(0);
            n /= 10;
        }
        out
    };
    let (x, y) = (digits(a), digits(b));
    let differ: Vec<usize> = (0..17).filter(|at| x[*at] != y[*at]).collect();
    match differ[..] {
        [_] => true,
        [p, q] => (q == p + 1 && x[p] == y[q] && x[q] == y[p]) || q - p <= 3,
        _ => false,
    }
}

fn digits_apart((y, m, d): (i32, u32, u32), (v, n, e): (i32, u32, u32)) -> usize {
    let text = |y: i32, m: u32, d: u32| {
        let y = y.unsigned_abs();
        [y / 1000, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10]
    };
    text(y, m, d).iter().zip(text(v, n, e)).filter(|(a, b)| **a != *b).count()
}
