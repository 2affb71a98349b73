//! Identity numbers as clerks type them: cleaned, checked, upgraded, masked; nothing is invented.
//!
//! GB 11643-1999 (公民身份号码), its layout in the residence permits of 2018 (81/82/83) and in the foreign
//! permanent residence card of 2023 (9…), the old 15-digit numbers, GB 32100-2015 (统一社会信用代码) and the
//! number of the disability certificate (残疾人证, 20 characters, `B1` for a re-issue).

use crate::day::Day;

/// 性别 — GB/T 2261.1: 1 male, 2 female. Unknown is `None` around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    /// The code of GB/T 2261.1: `1` or `2`.
    pub fn code(self) -> &'static str {
        match self {
            Sex::Male => "1",
            Sex::Female => "2",
        }
    }

    pub fn other(self) -> Sex {
        match self {
            Sex::Male => Sex::Female,
            Sex::Female => Sex::Male,
        }
    }
}

/// How strictly a number is read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day on which a birth in the future is recognised.
    pub on: Day,
    /// Accept the region prefix 99, which no real number has (demo and tests).
    pub fictional: bool,
}

/// What kind of document a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 居民身份证
    Citizen,
    /// 港澳台居民居住证
    ResidencePermit,
    /// 外国人永久居留身份证 (18 characters since 2023, 15 before)
    ForeignResident,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HongKongMacaoPass,
    /// 台湾居民来往大陆通行证
    TaiwanPass,
    /// 军官证 and the like
    Military,
}

impl Kind {
    /// The document code of GA/T 517 (`id_type` in the code tables).
    pub fn code(self) -> &'static str {
        match self {
            Kind::Citizen => "111",
            Kind::ResidencePermit => "990",
            Kind::ForeignResident => "553",
            Kind::Passport => "414",
            Kind::HongKongMacaoPass => "516",
            Kind::TaiwanPass => "511",
            Kind::Military => "114",
        }
    }

    /// True when the number has the structure and check digit of GB 11643 and so proves birth and sex.
    pub fn proves_birth(self) -> bool {
        matches!(self, Kind::Citizen | Kind::ResidencePermit)
    }
}

/// A number that passed every check its kind has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    /// Normalised: ASCII, upper case, 15-digit citizen numbers in their 18-character form.
    pub text: String,
    pub kind: Kind,
    pub birth: Option<Day>,
    pub sex: Option<Sex>,
    /// Was a 15-digit number.
    pub upgraded: bool,
    /// Sequences 996–999 of the 15-digit numbers were given to people born in the 18xx years.
    pub century_uncertain: bool,
}

/// Why a text is not a usable number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing there, or a word like 未办, 不详, /.
    Missing,
    BadLength(usize),
    BadChecksum,
    BadDate,
    /// No such province.
    BadRegion,
    /// A spreadsheet kept 15 significant digits and put zeros for the rest.
    PrecisionLost,
    /// `4.40524E+17`
    Scientific,
    /// Letters or signs where digits belong.
    BadCharacters,
    /// The birth it states lies after the day of reading, or more than 130 years before it.
    BadAge,
}

impl Fault {
    /// A stable word for result files and problem kinds.
    pub fn word(self) -> &'static str {
        match self {
            Fault::Missing => "missing",
            Fault::BadLength(_) => "bad_length",
            Fault::BadChecksum => "bad_checksum",
            Fault::BadDate => "bad_date",
            Fault::BadRegion => "bad_region",
            Fault::PrecisionLost => "precision_lost",
            Fault::Scientific => "scientific_text",
            Fault::BadCharacters => "bad_characters",
            Fault::BadAge => "bad_age",
        }
    }
}

/// A text after the harmless repairs, and which of them it needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub text: String,
    /// Spaces, tabs, zero-width characters, hyphens inside or around it.
    pub spaces: bool,
    pub fullwidth: bool,
    /// A leading apostrophe typed to keep Excel from calculating.
    pub apostrophe: bool,
    pub lower_x: bool,
}

/// Removes what typing adds to a number: spaces, invisible characters, full-width forms, apostrophes.
pub fn clean(raw: &str) -> Cleaned {
    let mut out = Cleaned::default();
    let bare = bare_number(raw);
    out.spaces = bare.len() != raw.len();
    for c in bare.chars() {
        let narrow = narrow(c);
        out.fullwidth |= narrow != c && c != '\u{3000}';
        match narrow {
            '\'' | '’' | '‘' | '`' | '′' => out.apostrophe = true,
            c if c.is_whitespace() || is_invisible(c) || matches!(c, '-' | '—' | '–') => {
                out.spaces = true;
            }
            'x' | '×' | 'Χ' | 'χ' | 'х' | 'Х' | 'ⅹ' | 'Ⅹ' | '*' if ends_a_number(&out.text) => {
                out.lower_x |= narrow != 'X';
                out.text.push('X');
            }
            c => out.text.push(c.to_ascii_uppercase()),
        }
    }
    out
}

/// 身份证:9901…X。 — the label before a number, brackets around it and the full stop behind it are no part of it.
fn bare_number(raw: &str) -> &str {
    const LABELS: &[&str] = &["公民身份号码", "身份证号码", "身份证号", "身份证", "证件号码", "证件号"];
    let around = |c: char| c.is_whitespace() || matches!(narrow(c), '(' | ')');
    let text = raw.trim_matches(around);
    let label = LABELS.iter().find(|label| text.starts_with(**label));
    let text = label
        .map_or(text, |label| &text[label.len()..])
        .trim_start_matches([':', '：', '是', '为', ' '])
        .trim_end_matches(['。', '.', ',', '，', ';', '；', '、', '/', ')', '）', ' ']);
    let long = text.chars().filter(char::is_ascii_digit).count() >= 14;
    if long { text } else { raw }
}

/// Words clerks write when there is no number.
const NO_NUMBER: &[&str] = &[
    "", "/", "\\", "无", "没有", "未办", "未办理", "不详", "未知", "不清楚", "待补", "待查", "待核实", "暂无", "不明",
    "丢失", "遗失", "未提供", "拒绝提供", "空", "N", "NA", "N/A", "NULL", "NONE", "?", "?", "??", "???", "无证",
    "没办", "没有办", "未上户", "未落户", "黑户", "待办", "正在办理", "在办", "办理中", "0", "略", "同上", "未登记",
    "忘了", "未带", "X", "……", "…", ".", "。", "、", "一", "补办中", "不知道", "保密",
];

/// Reads the number of a person. `raw` is the cell as text; see [`clean`] for the repairs it may need.
pub fn read(raw: &str, options: Options) -> Result<Number, Fault> {
    read_cleaned(&clean(raw).text, options)
}

/// Reads a text [`clean`] returned.
pub fn read_cleaned(text: &str, options: Options) -> Result<Number, Fault> {
    if NO_NUMBER.contains(&text) || text.chars().all(|c| matches!(c, '/' | '\\' | '?' | '*' | '.')) {
        return Err(Fault::Missing);
    }
    let bytes = text.as_bytes();
    if is_scientific(text) {
        return Err(Fault::Scientific);
    }
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let tail = &bytes[digits..];
    match (digits, tail) {
        (18, []) | (17, b"X") => eighteen(text, options),
        (15, []) => fifteen(text, options),
        (8 | 10, []) => Err(Fault::BadLength(digits)),
        (n, [] | b"X") if n >= 6 => Err(Fault::BadLength(text.len())),
        _ => other_document(text).ok_or(if digits >= 12 {
            Fault::BadLength(text.chars().count())
        } else if !text.is_ascii() && digits == 0 {
            // A sentence, not a number.
            Fault::Missing
        } else {
            Fault::BadCharacters
        }),
    }
}

/// The check character of the first 17 digits (ISO 7064 MOD 11-2), or `None` if they are not digits.
pub fn check_character(seventeen: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = seventeen.as_bytes();
    if bytes.len() < 17 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = WEIGHTS.iter().zip(bytes).map(|(w, b)| w * u32::from(b - b'0')).sum();
    b"10X98765432".get((sum % 11) as usize).map(|b| char::from(*b))
}

/// `9****************5`: one digit at each end, so that neither region nor birth is told. Short numbers keep none.
pub fn masked(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let keep = usize::from(chars.len() >= 7);
    let hidden = chars.len() - 2 * keep;
    chars[..keep]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(chars[chars.len() - keep..].iter().copied())
        .collect()
}

/// A text in which every number of seven or more digits is masked, spaces and hyphens within it or not: remarks carry
/// phones and identity numbers. A day (`2013-11-20`) is none.
pub fn masked_within(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    // The sign at the end stands for what follows the last number.
    for c in text.chars().chain(['\n']) {
        let within = matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ' | '-' | ' ');
        if digit(c) || (within && !run.is_empty()) {
            run.push(c);
            continue;
        }
        let number = run.trim_end_matches([' ', '-']);
        let after = &run[number.len()..];
        if number.chars().filter(|c| digit(*c)).count() >= 7 && Day::parse(number).is_none() {
            out.push_str(&masked(number));
        } else {
            out.push_str(number);
        }
        out.push_str(after);
        run.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// 残疾人证 — the number, and what it says beyond the identity number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabilityCertificate {
    pub number: Number,
    /// 1 视力 2 听力 3 言语 4 肢体 5 智力 6 精神 7 多重
    pub category: char,
    /// 1 (most severe) to 4
    pub grade: char,
    /// `B1`, `B2` … for re-issued certificates.
    pub reissue: Option<String>,
}

/// Reads a certificate number; `None` when the text does not have that shape at all.
pub fn disability_certificate(raw: &str, options: Options) -> Option<Result<DisabilityCertificate, Fault>> {
    let text = clean(raw).text;
    if !text.is_ascii() || text.len() < 20 {
        return None;
    }
    let (id, rest) = text.split_at(18);
    let mut rest = rest.chars();
    let (category, grade) = (rest.next()?, rest.next()?);
    let reissue: String = rest.collect();
    let reissue_fits = reissue.is_empty()
        || (reissue.starts_with('B') && reissue.len() > 1 && reissue[1..].bytes().all(|b| b.is_ascii_digit()));
    if !('1'..='7').contains(&category) || !('1'..='4').contains(&grade) || !reissue_fits {
        return None;
    }
    Some(read_cleaned(id, options).map(|number| DisabilityCertificate {
        number,
        category,
        grade,
        reissue: (!reissue.is_empty()).then_some(reissue),
    }))
}

/// 统一社会信用代码 (GB 32100-2015): the normalised code, or why not.
pub fn credit_code(raw: &str) -> Result<String, Fault> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let text = clean(raw).text;
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    if text.len() != 18 {
        return Err(Fault::BadLength(text.chars().count()));
    }
    let mut values = [0usize; 18];
    for (value, byte) in values.iter_mut().zip(text.bytes()) {
        *value = ALPHABET.iter().position(|a| *a == byte).ok_or(Fault::BadCharacters)?;
    }
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    if (31 - sum % 31) % 31 == values[17] { Ok(text) } else { Err(Fault::BadChecksum) }
}

/// The half-width form of a full-width character.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// Zero-width and other characters that copying from web pages leaves behind.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

fn ends_a_number(text: &str) -> bool {
    text.len() >= 14 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once('E') else {
        return false;
    };
    let exponent = exponent.trim_start_matches('+');
    !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
        && mantissa.contains('.')
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn eighteen(text: &str, options: Options) -> Result<Number, Fault> {
    if text.ends_with("000") && !is_valid_check(text) {
        return Err(Fault::PrecisionLost);
    }
    let region = region_kind(text, options)?;
    let birth = day_of(&text[6..14]);
    if birth.is_none() && region != Kind::ForeignResident {
        return Err(Fault::BadDate);
    }
    if !is_valid_check(text) {
        return Err(Fault::BadChecksum);
    }
    if let Some(birth) = birth
        && (birth > options.on || birth.years_until(options.on) > 130)
    {
        return Err(Fault::BadAge);
    }
    Ok(Number {
        text: text.to_owned(),
        kind: region,
        birth,
        sex: Some(sex_of(text.as_bytes()[16])),
        upgraded: false,
        century_uncertain: false,
    })
}

fn fifteen(text: &str, options: Options) -> Result<Number, Fault> {
    region_kind(text, options)?;
    let long = format!("{}19{}", &text[..6], &text[6..]);
    let birth = day_of(&long[6..14]).ok_or(Fault::BadDate)?;
    if birth > options.on {
        return Err(Fault::BadAge);
    }
    let check = check_character(&long).ok_or(Fault::BadCharacters)?;
    Ok(Number {
        sex: Some(sex_of(long.as_bytes()[16])),
        text: format!("{long}{check}"),
        kind: Kind::Citizen,
        birth: Some(birth),
        upgraded: true,
        // Nobody of 2013 was born in 1848; 1890 is possible.
        century_uncertain: matches!(&text[12..], "996" | "997" | "998" | "999") && birth.years_until(options.on) < 25,
    })
}

/// Provinces of GB/T 2260; 81–83 with 0000 are the residence permits; 9… is the foreign card.
fn region_kind(text: &str, options: Options) -> Result<Kind, Fault> {
    let region: u32 = text[..2].parse().map_err(|_| Fault::BadCharacters)?;
    match region {
        81..=83 if text.len() == 18 && &text[2..6] == "0000" => Ok(Kind::ResidencePermit),
        99 if options.fictional => Ok(Kind::Citizen),
        90..=99 if text.len() == 18 && is_valid_check(text) => Ok(Kind::ForeignResident),
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 => Ok(Kind::Citizen),
        _ => Err(Fault::BadRegion),
    }
}

fn is_valid_check(text: &str) -> bool {
    check_character(text) == text.chars().nth(17)
}

fn day_of(eight: &str) -> Option<Day> {
    Day::ymd(eight[..4].parse().ok()?, eight[4..6].parse().ok()?, eight[6..8].parse().ok()?)
}

fn sex_of(digit: u8) -> Sex {
    if (digit - b'0') % 2 == 1 { Sex::Male } else { Sex::Female }
}

/// Passports, passes and permits: recognised by shape only, so nothing but the text is known.
fn other_document(text: &str) -> Option<Number> {
    let rest = text
        .strip_prefix("护照")
        .or_else(|| text.strip_prefix("通行证"))
        .unwrap_or(text)
        .trim_start_matches([':', '：', '号']);
    // H12345678(回乡证)
    let rest = match rest.split_once(['(', '（']) {
        Some((number, _)) if number.len() >= 7 && number.is_ascii() => number,
        _ => rest,
    };
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    if !rest.is_ascii() {
        return military(rest);
    }
    let digits = &rest[letters..];
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let kind = match (letters, digits.len()) {
        (3, 12) if all_digits => Kind::ForeignResident,
        (1, 8 | 10) if all_digits && matches!(rest.as_bytes()[0], b'H' | b'M') => Kind::HongKongMacaoPass,
        (0, 8 | 10) if all_digits => Kind::TaiwanPass,
        (1 | 2, 6..=8) if all_digits => Kind::Passport,
        _ => return None,
    };
    Some(Number { text: rest.to_owned(), kind, birth: None, sex: None, upgraded: false, century_uncertain: false })
}

fn military(text: &str) -> Option<Number> {
    // 南字第00012345号
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let looks =
        (text.contains("字第") || text.starts_with("军字") || text.contains("军官证")) && (4..=10).contains(&digits);
    looks.then(|| Number {
        text: text.to_owned(),
        kind: Kind::Military,
        birth: None,
        sex: None,
        upgraded: false,
        century_uncertain: false,
    })
}

#[cfg(test)]
mod tests;
