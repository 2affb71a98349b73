//! Numbers that hide in words: what of a text typed freely is an identity number or a phone, however it is spelt, so that
//! it can be masked before the text is kept.

use std::borrow::Cow;

use crate::identifier::narrow;

/// A digit of a text, however it is written, or the X that ends an identity number.
fn digit(c: char) -> Option<char> {
    match narrow(c) {
        c @ '0'..='9' => Some(c),
        '〇' | '零' | '○' => Some('0'),
        '一' | '壹' | '幺' => Some('1'),
        '二' | '贰' => Some('2'),
        '三' | '叁' => Some('3'),
        '四' | '肆' => Some('4'),
        '五' | '伍' => Some('5'),
        '六' | '陆' => Some('6'),
        '七' | '柒' => Some('7'),
        '八' | '捌' => Some('8'),
        '九' | '玖' => Some('9'),
        c => match c as u32 {
            // ①…⑨
            n @ 0x2460..=0x2468 => char::from_digit(n - 0x245f, 10),
            _ => None,
        },
    }
}

/// What may stand between the digits of one number.
fn between(c: char) -> bool {
    c.is_whitespace()
        || crate::identifier::is_invisible(c)
        || matches!(narrow(c), '-' | '.' | '/' | '\\' | '_' | ',' | '*' | '+' | ':' | '|' | '~' | '\'')
        || matches!(c, '—' | '–' | '－' | '·' | '•' | '。' | '、' | '，' | '：' | '／' | '．')
}

/// How many signs may stand between two digits of one number.
const APART: usize = 3;

/// The longest number, in digits: an identity number and a phone typed together.
const WINDOW: usize = 29;

/// A text whose identity numbers and phones show one digit at each end; the text itself when it has
/// none, which is nearly always.
pub fn without_numbers(text: &str) -> Cow<'_, str> {
    // Nothing shorter than a phone is looked for.
    if text.len() < 11 {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    // Position and digit of everything that may be part of a number.
    let mut atoms: Vec<(usize, char)> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        if let Some(digit) = digit(*c) {
            atoms.push((at, digit));
        } else if matches!(narrow(*c), 'x' | 'X') && atoms.last().is_some_and(|(last, _)| at - last <= APART) {
            atoms.push((at, 'X'));
        }
    }
    if atoms.len() < 11 {
        return Cow::Borrowed(text);
    }
    let mut hidden = vec![false; chars.len()];
    let mut first = 0;
    while first < atoms.len() {
        // A run: digits with nothing else between them.
        let mut last = first;
        while last + 1 < atoms.len() && joined(&chars, atoms[last].0, atoms[last + 1].0) {
            last += 1;
        }
        hide(&atoms[first..=last], &mut hidden);
        first = last + 1;
    }
    if !hidden.contains(&true) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(chars.iter().zip(hidden).map(|(c, hidden)| if hidden { '*' } else { *c }).collect())
}

fn joined(chars: &[char], from: usize, to: usize) -> bool {
    to - from - 1 <= APART && chars[from + 1..to].iter().all(|c| between(*c))
}

/// Hides the numbers of one run of digits.
fn hide(run: &[(usize, char)], hidden: &mut [bool]) {
    let mut at = 0;
    while at < run.len() {
        // The shortest number that begins and ends where a group of digits does: two phones are two.
        let begins = at == 0 || run[at].0 > run[at - 1].0 + 1;
        let length = (11..=WINDOW.min(run.len() - at)).find(|n| {
            let ends = at + n == run.len() || run[at + n].0 > run[at + n - 1].0 + 1;
            begins && ends && is_number(&run[at..at + n])
        });
        let length = length.or_else(|| inside(&run[at..]));
        let Some(length) = length else {
            at += 1;
            continue;
        };
        for (place, _) in &run[at + 1..at + length - 1] {
            hidden[*place] = true;
        }
        at += length;
    }
}

/// An identity number with further digits typed to it, as a disability certificate has them. The day of birth in its
/// place is enough to know it by.
fn inside(run: &[(usize, char)]) -> Option<usize> {
    let window = run.get(..18)?;
    let together = window.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1);
    (together && identity(&text(window))).then_some(18)
}

fn text(window: &[(usize, char)]) -> String {
    window.iter().map(|(_, digit)| *digit).collect()
}

/// Sizes of the groups in which a number was typed.
fn groups(window: &[(usize, char)]) -> Vec<usize> {
    let mut sizes = vec![1];
    for pair in window.windows(2) {
        match sizes.last_mut() {
            Some(size) if pair[1].0 == pair[0].0 + 1 => *size += 1,
            _ => sizes.push(1),
        }
    }
    sizes
}

/// Whether a window of digits, typed in groups, is a number that must not be kept in the open.
fn is_number(window: &[(usize, char)]) -> bool {
    let (digits, sizes) = (text(window), groups(window));
    if identity(&digits) {
        return true;
    }
    if digits.contains('X') {
        return false;
    }
    // Doors of several homes (15-1-501、3-1-502) are groups of all sizes; phones are typed evenly.
    let even = sizes.iter().all(|size| *size == 1) || sizes.iter().all(|size| *size >= 3) && sizes.len() <= 4;
    // A landline with its area code.
    let landline = |digits: &str| digits.starts_with('0') && !digits.starts_with("00") && sizes.len() <= 3;
    match digits.len() {
        11 => even && (mobile(&digits) || landline(&digits)),
        // With the trunk or the country's code before it.
        12 => even && (mobile(&digits[1..]) && digits.starts_with('0') || landline(&digits)),
        13 => (even || sizes[0] == 2) && digits.starts_with("86") && mobile(&digits[2..]),
        14 => even && digits.starts_with("086") && mobile(&digits[3..]),
        22 => mobile(&digits[..11]) && mobile(&digits[11..]),
        29 => identity(&digits[..18]) && mobile(&digits[18..]) || mobile(&digits[..11]) && identity(&digits[11..]),
        _ => false,
    }
}

fn mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// 15 or 18 digits with a province and a day of birth in their places. The check character is not asked: a number with
/// a typing mistake is somebody's number too.
fn identity(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let day = |at: usize| {
        let two = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
        (1..=12).contains(&two(at)) && (1..=31).contains(&two(at + 2))
    };
    let plain = |n: usize| bytes[..n].iter().all(u8::is_ascii_digit);
    match bytes.len() {
        18 => plain(17) && bytes[0] != b'0' && matches!(&digits[6..8], "18" | "19" | "20") && day(10),
        15 => plain(15) && bytes[0] != b'0' && day(8),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn numbers_are_found_however_they_are_typed() {
        for (text, kept) in [
            ("99010119600101001X", "9****************X"),
            ("证件 990101 19600101 001x。", "证件 9***** ******** ***x。"),
            ("9901011960010100１８", "9****************８"),
            ("990101-19600101-0018", "9*****-********-***8"),
            ("九九零一零一一九六零零一零一零零一八", "九****************八"),
            ("990101600101001", "9*************1"),
            ("女儿19900001234常来", "女儿1*********4常来"),
            ("女儿199.0000.1234", "女儿1**.****.***4"),
            ("199/0000/1234或199-0000-5678", "1**/****/***4或1**-****-***8"),
            ("1 9 9 0 0 0 0 1 2 3 4", "1 * * * * * * * * * 4"),
            ("一九九零零零零一二三四", "一*********四"),
            ("幺九九〇〇〇〇一二三四", "幺*********四"),
            ("１９９００００１２３４", "１*********４"),
            ("电话8619900001234", "电话8***********4"),
            ("+86 199 0000 1234", "+8* *** **** ***4"),
            ("0755-29990001", "0***-*******1"),
            ("残疾证99010119600101001843", "残疾证9****************843"),
            ("19900001234、19900005678", "1*********4、1*********8"),
            ("王1990000123419900005678", "王1********************8"),
        ] {
            assert_eq!(without_numbers(text), kept, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_somebody_stays() {
        for text in [
            "",
            "2013-11-20迁入",
            "2013.11.20至2014.12.31",
            "二〇一三年十一月二十日",
            "榆园小区3号楼2单元501",
            "15-1-501、3-1-502、16-2-301",
            "1-501/1-502/1-503/1-504",
            "户号 440524001",
            "合同2013120001",
            "统一社会信用代码913301067682949540",
            "卡号6222020000000000123",
            "合同号 330106201312000123",
            "面积89.50平方米，每月430元，共12人",
            "深圳市第七建筑公司三〇五队",
            "sha256",
            "一二三四五六七八九十",
            "2011-07-01 2012-07-01 2013-07-01",
        ] {
            assert_eq!(without_numbers(text), text);
        }
    }
}
