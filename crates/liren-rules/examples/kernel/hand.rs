//! The same six policies as a programmer would write them who knows these six rules and nothing else: flat
//! columns, one pass over people, three-valued bytes (bit 0 true, bit 1 false, 0 unknown).

use liren_rules::Bitmap;

use crate::town::{LINE, TODAY, Town};

/// Flat columns: what the kernel reads.
pub struct Columns {
    home: Vec<u32>,
    first: Vec<i32>,
    last: Vec<i32>,
    lives_here: Vec<u8>,
    hukou_here: Vec<u8>,
    student: Vec<u8>,
    chronic: Vec<u8>,
    /// 0 unknown, else grade.
    grade: Vec<u8>,
    /// 0 unknown, 1 none, 2 employed, 3 retired.
    employment: Vec<u8>,
    /// `i64::MIN` is unknown.
    income: Vec<i64>,
    /// Per programme, truth of being enrolled.
    enrolled: Vec<Vec<u8>>,
}

fn byte(fact: Option<bool>) -> u8 {
    fact.map_or(0, |yes| if yes { 1 } else { 2 })
}

impl Columns {
    pub fn new(town: &Town) -> Columns {
        let bytes = |facts: &[Option<bool>]| facts.iter().map(|f| byte(*f)).collect();
        let mut enrolled: Vec<Vec<u8>> = (0..6)
            .map(|p| match p {
                // Open records: no record is unknown.
                1 => vec![0; town.people()],
                3 => vec![2; town.households()],
                _ => vec![2; town.people()],
            })
            .collect();
        for &(p, subject, in_force) in &town.enrolled {
            enrolled[usize::from(p)][subject as usize] = byte(in_force);
        }
        Columns {
            home: town.household.clone(),
            first: town.born.iter().map(|b| b.map_or(i32::MIN, |b| b.0)).collect(),
            last: town.born.iter().map(|b| b.map_or(i32::MAX, |b| b.1)).collect(),
            lives_here: bytes(&town.lives_here),
            hukou_here: bytes(&town.hukou_here),
            student: bytes(&town.student),
            chronic: bytes(&town.chronic),
            grade: town.grade.iter().map(|g| g.map_or(0, |g| g as u8 + 1)).collect(),
            employment: town.employment.iter().map(|e| e.map_or(0, |e| e as u8 + 1)).collect(),
            income: town.income.iter().map(|i| i.unwrap_or(i64::MIN)).collect(),
            enrolled,
        }
    }
}

#[inline(always)]
fn and(a: u8, b: u8) -> u8 {
    (a & b & 1) | ((a | b) & 2)
}

#[inline(always)]
fn or(a: u8, b: u8) -> u8 {
    ((a | b) & 1) | (a & b & 2)
}

#[inline(always)]
fn not(a: u8) -> u8 {
    a >> 1 | (a & 1) << 1
}

/// Born on or before `day`.
#[inline(always)]
fn born_by(first: i32, last: i32, day: i32) -> u8 {
    u8::from(last <= day) | u8::from(first > day) << 1
}

/// Days since 1970 of the 20th of November `years` before 2013.
fn cutoff(years: i32) -> i32 {
    // Every year between 1901 and 2013 that is divisible by four is a leap year.
    let leap_days = (0..years).filter(|y| (2013 - y) % 4 == 0).count() as i32;
    TODAY - years * 365 - leap_days
}

/// Per policy the rows for which it is true and those for which it is unknown.
pub fn judge(c: &Columns) -> Vec<(Bitmap, Bitmap)> {
    let homes = c.income.len();
    let (mut low, mut high) = (vec![0u8; homes], vec![0u8; homes]);
    let mut any_resident = vec![2u8; homes];
    for i in 0..c.home.len() {
        let home = c.home[i] as usize;
        low[home] += c.lives_here[i] & 1;
        high[home] += (c.lives_here[i] >> 1) ^ 1;
        any_resident[home] = or(any_resident[home], and(c.lives_here[i], c.hukou_here[i]));
    }
    let below = |income: i64, line: i64, low: u8, high: u8| {
        if income == i64::MIN {
            return 0;
        }
        u8::from(income < line * i64::from(low)) | u8::from(income >= line * i64::from(high)) << 1
    };
    // Truths of a household packed into one byte each: two bits per rule.
    let home_bits: Vec<u8> = (0..homes)
        .map(|h| {
            let poor = below(c.income[h], LINE, low[h], high[h]);
            let minimum = and(and(any_resident[h], poor), not(c.enrolled[3][h]));
            let near_poor = below(c.income[h], 2 * LINE, low[h], high[h]);
            let alone = if low[h] == high[h] {
                if low[h] == 1 { 1 } else { 2 }
            } else if low[h] > 1 || high[h] < 1 {
                2
            } else {
                0
            };
            minimum | near_poor << 2 | alone << 4
        })
        .collect();
    let n = c.home.len();
    let mut out: Vec<(Vec<u64>, Vec<u64>)> =
        (0..6).map(|_| (vec![0; n.div_ceil(64)], vec![0; n.div_ceil(64)])).collect();
    let cut = [80, 16, 60, 65, 18].map(cutoff);
    for word in 0..n.div_ceil(64) {
        let mut yes = [0u64; 6];
        let mut open = [0u64; 6];
        for (bit, i) in (word * 64..n.min(word * 64 + 64)).enumerate() {
            let (first, last) = (c.first[i], c.last[i]);
            let lives = c.lives_here[i];
            let resident = and(lives, c.hukou_here[i]);
            let home = home_bits[c.home[i] as usize];
            let grade = c.grade[i];
            let severe = if grade == 0 {
                0
            } else if grade <= 2 {
                1
            } else {
                2
            };
            let disabled = if grade == 0 {
                0
            } else if grade != 5 {
                1
            } else {
                2
            };
            let idle = if c.employment[i] == 0 {
                0
            } else if c.employment[i] == 1 {
                1
            } else {
                2
            };
            let insured = or(c.enrolled[1][i], c.enrolled[2][i]);
            let working_age = and(born_by(first, last, cut[1]), not(born_by(first, last, cut[2])));
            let verdicts = [
                and(and(resident, born_by(first, last, cut[0])), not(c.enrolled[0][i])),
                and(and(and(resident, working_age), not(c.student[i])), not(insured)),
                home & 3,
                and(and(resident, severe), not(c.enrolled[4][i])),
                and(
                    and(and(lives, born_by(first, last, cut[3])), or(c.chronic[i], home >> 4 & 3)),
                    not(c.enrolled[5][i]),
                ),
                and(and(and(resident, not(born_by(first, last, cut[4]))), or(home >> 2 & 3, disabled)), idle),
            ];
            for (k, v) in verdicts.into_iter().enumerate() {
                yes[k] |= u64::from(v & 1) << bit;
                open[k] |= u64::from(v == 0) << bit;
            }
        }
        for k in 0..6 {
            out[k].0[word] = yes[k];
            out[k].1[word] = open[k];
        }
    }
    out.into_iter().map(|(yes, open)| (bitmap(&yes, n), bitmap(&open, n))).collect()
}

fn bitmap(words: &[u64], len: usize) -> Bitmap {
    Bitmap::from_words(words.to_vec(), len)
}
