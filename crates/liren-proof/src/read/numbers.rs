//! Numbers as they are written: digits with separators, 万/亿/千/百 after them, Chinese numerals, percentages,
//! ranges, and the words around them that make a number a bound (余, 近, 不少于 …).

use std::ops::Range;

use super::measures::measure;
use crate::report::Bound;

/// A number read at a place of the normalised text; the unit is read afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub span: Range<usize>,
    pub value: f64,
    /// Upper end of a range.
    pub upper: Option<f64>,
    /// Half of this is how far rounding may have moved the value: 0.1 for 12.3, 1000 for 1.2万.
    pub step: f64,
    pub bound: Bound,
    /// 万 or 亿 as written after the digits, which the unit takes over: 3万余元 is 3 万元.
    pub scale: f64,
    /// Written with Chinese numerals.
    pub chinese: bool,
    /// How many digits stand before the point, as written.
    pub digits: usize,
    /// Written with a decimal point.
    pub decimal: bool,
    /// 百分之, %, ‰ or 成 was read with the number: its value in per cent or per mille.
    pub rate: Option<Rate>,
}

/// 比率 — the base a ratio is expressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    Percent,
    Permille,
    /// 成 is ten per cent.
    Tenth,
    /// 四分之三, 3/4: said roughly, and never reckoned with.
    Fraction,
}

impl Number {
    /// A whole number as it stands.
    pub fn plain(span: Range<usize>, value: f64) -> Number {
        Number {
            digits: span.len(),
            span,
            value,
            upper: None,
            step: 1.0,
            bound: Bound::Exact,
            scale: 1.0,
            chinese: false,
            decimal: false,
            rate: None,
        }
    }
}

/// The value of 万, 亿, 千, 百 after digits.
fn multiplier(c: char) -> Option<f64> {
    match c {
        '百' => Some(1e2),
        '千' => Some(1e3),
        '万' => Some(1e4),
        '亿' => Some(1e8),
        _ => None,
    }
}

/// Read a number that starts exactly at `at`.
pub fn number(chars: &[char], at: usize) -> Option<Number> {
    let before = at.checked_sub(1).map(|n| chars[n]);
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_') {
        return None;
    }
    if let Some(number) = fraction(chars, at) {
        return Some(number);
    }
    if chars[at].is_ascii_digit() {
        digits(chars, at)
    } else if starts(chars, at, "百分之") || starts(chars, at, "千分之") {
        per_cent_in_words(chars, at)
    } else {
        chinese(chars, at)
    }
}

fn digits(chars: &[char], at: usize) -> Option<Number> {
    let (mut end, whole, decimals, written) = plain_digits(chars, at)?;
    let mut value = whole;
    let mut step = 10f64.powi(-(decimals as i32));
    let mut scale = 1.0;
    let mut bound = Bound::Exact;
    // 余 and 多 may stand before or after the multiplier: 3万余, 3余万, 50余.
    while let Some(&c) = chars.get(end) {
        if let Some(by) = multiplier(c) {
            // "3百货" and the like are not multiples.
            if c == '百' && chars.get(end + 1).is_some_and(|&n| "货姓日度年花分".contains(n)) {
                break;
            }
            if c == '千' && chars.get(end + 1).is_some_and(|&n| "瓦克米卡伏分".contains(n)) && decimals > 0 {
                break;
            }
            if c == '千' && chars.get(end + 1).is_some_and(|&n| "瓦克米卡伏".contains(n)) {
                break;
            }
            value *= by;
            step *= by;
            if by >= 1e4 {
                scale *= by;
            }
            end += 1;
        } else if more(chars, end) && bound == Bound::Exact {
            bound = Bound::AtLeast;
            end += 1;
        } else {
            break;
        }
    }
    let mut number =
        Number { value, step, bound, scale, digits: written, decimal: decimals > 0, ..Number::plain(at..end, 0.0) };
    rate_sign(chars, &mut number);
    range(chars, &mut number);
    // 自然增长率-1.00‰: a minus between a word and a rate, where a dash makes no sense.
    let minus = at > 1 && chars[at - 1] == '-' && chars[at - 2] > '\u{2e80}' && number.bound != Bound::Range;
    if minus && number.rate.is_some() {
        number.value = -number.value;
        number.span.start -= 1;
    }
    Some(number)
}

/// Digits of the longest number, with its point.
const DIGITS: usize = 18;

/// Digits, thousands separators, and a decimal part (also one typed with a Chinese full stop).
fn plain_digits(chars: &[char], at: usize) -> Option<(usize, f64, usize, usize)> {
    let digit = |n: usize| chars.get(n).is_some_and(|c| c.is_ascii_digit());
    if !digit(at) {
        return None;
    }
    // More digits than any number has are no number; they are not counted to their end again and again.
    let run = |from: usize| (from..).take(DIGITS + 1).take_while(|&n| digit(n)).count();
    let mut end = at + run(at);
    let mut text: String = chars[at..end].iter().collect();
    if end - at <= 3 && chars[at] != '0' {
        while text.len() <= DIGITS && chars.get(end) == Some(&'，') && run(end + 1) == 3 {
            text.extend(&chars[end + 1..end + 4]);
            end += 4;
        }
    }
    let written = text.len();
    let mut decimals = 0;
    let point = chars.get(end).is_some_and(|&c| {
        c == '.' || (c == '。' && decimal_stop(chars, end)) || (c == '·' && decimal_stop(chars, end))
    });
    if point && digit(end + 1) {
        let n = run(end + 1);
        // 3.1.2 and 2013.5.6 are not decimals.
        if !(chars.get(end + 1 + n) == Some(&'.') && digit(end + 2 + n)) {
            text.push('.');
            text.extend(&chars[end + 1..end + 1 + n]);
            decimals = n;
            end += 1 + n;
        }
    }
    if text.len() > DIGITS {
        return None;
    }
    Some((end, text.parse().ok()?, decimals, written))
}

/// "93。2%": a full stop inside a number, which only a percent sign or a unit of money after it makes sure.
fn decimal_stop(chars: &[char], at: usize) -> bool {
    let n = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    (1..=2).contains(&n)
        && chars.get(at + 1 + n).is_some_and(|&c| c == '%' || c == '‰' || c == '万' || c == '亿' || c == '元')
}

fn rate_sign(chars: &[char], number: &mut Number) {
    let at = number.span.end;
    let sign = match chars.get(at) {
        Some('%') => Some(Rate::Percent),
        Some('‰') => Some(Rate::Permille),
        Some('成')
            if !chars.get(at + 1).is_some_and(|&c| "立员功为年果效本交绩熟人长套品分".contains(c))
                && number.value < 11.0 =>
        {
            Some(Rate::Tenth)
        }
        _ => None,
    };
    if let Some(rate) = sign {
        number.span.end += 1;
        set_rate(number, rate);
    }
}

fn set_rate(number: &mut Number, rate: Rate) {
    if rate == Rate::Tenth {
        number.value *= 10.0;
        number.step *= 10.0;
    }
    number.rate = Some(rate);
}

/// 3-5, 3~5, 3至5, 60%到70%: a second number after a range mark.
fn range(chars: &[char], number: &mut Number) {
    let at = number.span.end;
    let mut next = at;
    let Some(&c) = chars.get(at) else { return };
    if c == '-' || c == '~' {
        while chars.get(next).is_some_and(|&c| c == '-' || c == '~') {
            next += 1;
        }
    } else if c == '至' || c == '到' {
        next += 1;
    } else {
        return;
    }
    let Some((end, value, decimals, _)) = plain_digits(chars, next) else {
        return;
    };
    let mut upper =
        Number { step: 10f64.powi(-(decimals as i32)), bound: Bound::Range, ..Number::plain(next..end, value) };
    while let Some(by) = chars.get(upper.span.end).and_then(|&c| multiplier(c)) {
        upper.value *= by;
        upper.span.end += 1;
        if number.step <= 1.0 && number.value * by <= upper.value {
            number.value *= by;
            number.step *= by;
            number.scale *= if by >= 1e4 { by } else { 1.0 };
        }
    }
    rate_sign(chars, &mut upper);
    if upper.rate.is_some() {
        number.rate = upper.rate;
    } else if number.rate.is_some() {
        return;
    }
    number.upper = Some(upper.value);
    number.bound = Bound::Range;
    number.span.end = upper.span.end;
}

fn per_cent_in_words(chars: &[char], at: usize) -> Option<Number> {
    let rate = if chars[at] == '百' { Rate::Percent } else { Rate::Permille };
    let inner = if chars.get(at + 3)?.is_ascii_digit() { digits(chars, at + 3)? } else { chinese(chars, at + 3)? };
    Some(Number { span: at..inner.span.end, rate: Some(rate), ..inner })
}

/// 四分之三, 3/4 of something: below one, with small members, and not the slash of a document or a route.
fn fraction(chars: &[char], at: usize) -> Option<Number> {
    let worded = |from: usize| {
        let n = chars[from.min(chars.len())..].iter().take(3).take_while(|c| CHINESE.contains(**c)).count();
        (n > 0).then(|| chinese_value(&chars[from..from + n]).map(|value| (value, from + n)))?
    };
    let (top, base, end) = if chars[at].is_ascii_digit() {
        let (end, top, decimals, written) = plain_digits(chars, at)?;
        let slash = chars.get(end) == Some(&'/') && decimals == 0 && written == 1;
        let (stop, base, more, long) = plain_digits(chars, end + 1).filter(|_| slash)?;
        // 1/2号楼, 3/5日: what goes on is no fraction.
        let on = chars.get(stop).is_some_and(|c| c.is_ascii_alphanumeric() || "/-月日号楼".contains(*c));
        (more == 0 && long <= 2 && !on).then_some((top, base, stop))?
    } else {
        let (base, end) = worded(at).filter(|&(_, end)| starts(chars, end, "分之"))?;
        let (top, stop) = worded(end + 2)?;
        (top, base, stop)
    };
    if base == 100.0 || base == 1000.0 || top >= base || top <= 0.0 {
        return None;
    }
    Some(Number {
        value: top / base * 100.0,
        step: 100.0 / base,
        bound: Bound::About,
        rate: Some(Rate::Fraction),
        ..Number::plain(at..end, 0.0)
    })
}

const CHINESE: &str = "零〇一二三四五六七八九十百千万亿两";

fn chinese(chars: &[char], at: usize) -> Option<Number> {
    if !"一二三四五六七八九十两〇零百千".contains(chars[at]) {
        return None;
    }
    if at > 0 && CHINESE.contains(chars[at - 1]) {
        return None;
    }
    let mut end = at + chars[at..].iter().take_while(|c| CHINESE.contains(**c)).count();
    let text = &chars[at..end];
    let mut value = chinese_value(text)?;
    let mut decimal = false;
    let mut scale = 1.0;
    let mut step = match text.last() {
        Some(&c) => multiplier(c).unwrap_or(if c == '十' { 10.0 } else { 1.0 }),
        None => 1.0,
    };
    if chars.get(end) == Some(&'点') {
        let n = chars[end + 1..].iter().take_while(|&&c| digit_of(c).is_some()).count();
        let after = chars.get(end + 1 + n).copied().unwrap_or('\n');
        // 下午三点五十分 is a time; 四百三十四点二万名 and 百分之三点五 are decimals.
        let counted = "万亿千百%‰倍个".contains(after) || measure(chars, end + 1 + n).is_some();
        if n > 0 && (chars[at - at.min(3)..at].ends_with(&['百', '分', '之']) || (counted && after != '分')) {
            let part: String =
                chars[end + 1..end + 1 + n].iter().filter_map(|&c| digit_of(c)).map(|d| char::from(b'0' + d)).collect();
            value += part.parse::<f64>().ok()? * 10f64.powi(-(n as i32));
            step = 10f64.powi(-(n as i32));
            end += 1 + n;
            decimal = true;
            while let Some(by) = chars.get(end).and_then(|&c| multiplier(c)) {
                (value, step, end) = (value * by, step * by, end + 1);
                scale *= if by >= 1e4 { by } else { 1.0 };
            }
        }
    }
    let mut bound = Bound::Exact;
    if more(chars, end) {
        bound = Bound::AtLeast;
        end += 1;
        while let Some(by) = chars.get(end).and_then(|&c| multiplier(c)) {
            value *= by;
            step *= by;
            end += 1;
        }
    }
    if !decimal && (step < 10.0 || bound == Bound::Exact) {
        step = step.min(1.0);
    }
    let mut number = Number { value, step, bound, scale, chinese: true, decimal, ..Number::plain(at..end, 0.0) };
    rate_sign(chars, &mut number);
    Some(number)
}

fn digit_of(c: char) -> Option<u8> {
    "〇一二三四五六七八九".chars().position(|d| d == c).map(|n| n as u8).or(match c {
        '两' => Some(2),
        '零' => Some(0),
        _ => None,
    })
}

/// 二十三, 一百〇五, 三千二百, 两万; also digit by digit: 二〇一三.
pub fn chinese_value(text: &[char]) -> Option<f64> {
    if text.len() > 1 && text.iter().all(|&c| digit_of(c).is_some()) {
        if text.len() > 8 {
            return None;
        }
        return Some(text.iter().fold(0.0, |sum, &c| sum * 10.0 + f64::from(digit_of(c).unwrap_or(0))));
    }
    let (mut total, mut section, mut digit) = (0.0, 0.0, None::<f64>);
    for &c in text {
        match c {
            '十' | '百' | '千' => {
                let by = if c == '十' { 10.0 } else { multiplier(c)? };
                section += digit.take().unwrap_or(1.0) * by;
            }
            '万' | '亿' => {
                let by = multiplier(c)?;
                total = (total + section + digit.take().unwrap_or(0.0)) * by;
                section = 0.0;
            }
            _ => digit = Some(f64::from(digit_of(c)?)),
        }
    }
    Some(total + section + digit.unwrap_or(0.0))
}

/// 余 or 多 as "more than", but not in 余人 …家 names or 多次, 多元.
fn more(chars: &[char], at: usize) -> bool {
    match chars.get(at) {
        Some('余') => !chars.get(at + 1).is_some_and(|&c| "额款量".contains(c)),
        Some('多') => !chars.get(at + 1).is_some_and(|&c| "元样数边功媒少动".contains(c)),
        _ => false,
    }
}

/// Whether a word begins at a place.
pub fn starts(chars: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c))
}

/// Whether the text before `at` ends with the word.
pub fn ends(chars: &[char], at: usize, word: &str) -> bool {
    let mut n = at;
    for c in word.chars().rev() {
        if n == 0 || chars[n - 1] != c {
            return false;
        }
        n -= 1;
    }
    true
}
