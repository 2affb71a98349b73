//! Printing numbers as official prose does: scaled to a unit, rounded down with 余, in Chinese numerals.

use crate::figures::decimal;

/// An exact number: `n / scale`, `scale` a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    pub n: i128,
    pub scale: i128,
}

impl Exact {
    pub fn whole(n: i64) -> Exact {
        Exact { n: n.into(), scale: 1 }
    }

    pub fn plain(self) -> String {
        decimal(self.n, self.scale)
    }

    pub fn value(self) -> f64 {
        self.n as f64 / self.scale as f64
    }

    /// The difference, exact.
    pub fn minus(self, other: Exact) -> Exact {
        let scale = self.scale.max(other.scale);
        Exact { n: self.n * (scale / self.scale) - other.n * (scale / other.scale), scale }
    }

    /// Divided by a power of ten.
    pub fn divided(self, by: i128) -> Exact {
        Exact { n: self.n, scale: self.scale * by }
    }

    /// `200余` for 203, `3` and an exact remainder otherwise: the leading digit, rounded down. A number that is
    /// round already is printed as it is.
    pub fn about(self) -> (String, bool) {
        let whole = self.n.div_euclid(self.scale);
        if whole <= 0 {
            return (self.plain(), false);
        }
        let unit = 10i128.pow(whole.ilog10());
        let down = whole / unit * unit;
        (down.to_string(), down * self.scale != self.n)
    }
}

/// How many of `from` make one of `to`: the units official texts scale between.
pub fn scale(from: &str, to: &str) -> Option<i128> {
    match (from, to) {
        ("公顷", "平方公里") => Some(100),
        ("元", "万元") | ("人", "万人") | ("平方米", "公顷") => Some(10_000),
        ("元", "亿元") => Some(100_000_000),
        (a, b) if a == b => Some(1),
        _ => None,
    }
}

/// 四, 八十, 一百零五; numbers from 0 to 9999.
pub fn chinese(n: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const PLACES: [(i64, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    if !(1..10_000).contains(&n) {
        return if n == 0 { DIGITS[0].into() } else { n.to_string() };
    }
    let mut out = String::new();
    let mut gap = false;
    for (place, word) in PLACES {
        let digit = n / place % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push_str(DIGITS[0]);
            gap = false;
        }
        if !(place == 10 && digit == 1 && out.is_empty()) {
            out.push_str(DIGITS[digit as usize]);
        }
        out.push_str(word);
    }
    out
}
