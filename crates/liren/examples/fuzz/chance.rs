//! Numbers that look random, and what is done to sound inputs with them.

pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64, number: u64) -> Chance {
        let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.next();
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn word<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// Often few, sometimes many.
    pub fn few(&mut self, most: usize) -> usize {
        let scale = 1 + self.below(most.max(1));
        self.below(scale + 1)
    }
}

/// Values at the edges of what a number can be.
pub const EDGES: [&str; 20] = [
    "0", "-1", "1", "255", "256", "65535", "65536", "16384", "1048576", "2147483647", "2147483648", "-2147483648",
    "4294967295", "4294967296", "9223372036854775807", "18446744073709551616", "1e308", "-1e-308", "NaN", "",
];

/// Bytes with some of them changed, moved, repeated, left out.
pub fn bytes(input: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.few(12) {
        if input.is_empty() {
            input.push(chance.next() as u8);
            continue;
        }
        let at = chance.below(input.len());
        let length = 1 + chance.few(16).min(input.len() - at - 1);
        match chance.below(8) {
            0 => input[at] ^= 1 << chance.below(8),
            1 => input[at] = *chance.pick(&[0, 0xff, 0x7f, 0x80, b'<', b'"', b'&', 1]),
            2 => input.truncate(at),
            3 => drop(input.drain(at..at + length)),
            4 => {
                let piece = input[at..at + length].to_vec();
                let to = chance.below(input.len());
                input.splice(to..to, piece);
            }
            5 => input[at..at + length].fill(0xff),
            6 => {
                // A length or an offset of a binary format.
                let edge: [u8; 4] = match chance.below(4) {
                    0 => u32::MAX.to_le_bytes(),
                    1 => (chance.next() as u32).to_le_bytes(),
                    2 => 0u32.to_le_bytes(),
                    _ => 0x7fff_ffffu32.to_le_bytes(),
                };
                let end = (at + 4).min(input.len());
                input[at..end].copy_from_slice(&edge[..end - at]);
            }
            _ => input.insert(at, chance.next() as u8),
        }
    }
}

/// Markup whose tags, attributes and texts were changed, moved, repeated, nested or left open.
pub fn markup(text: &str, words: &[&str], chance: &mut Chance) -> String {
    let mut parts: Vec<String> = Vec::new();
    for piece in text.split_inclusive('>') {
        match piece.find('<') {
            Some(0) | None => parts.push(piece.to_owned()),
            Some(at) => parts.extend([piece[..at].to_owned(), piece[at..].to_owned()]),
        }
    }
    for _ in 0..=chance.few(10) {
        if parts.is_empty() {
            return chance.pick(words).to_string();
        }
        let at = chance.below(parts.len());
        match chance.below(10) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, parts[at].clone()),
            2 => {
                let to = chance.below(parts.len());
                parts.swap(at, to);
            }
            3 => parts[at] = attribute(&parts[at], words, chance),
            4 => parts.insert(at, chance.pick(words).to_string()),
            5 => {
                let times = 1 + chance.few(60);
                let piece = parts[at].clone();
                parts.splice(at..at, vec![piece; times]);
            }
            6 => parts[at] = parts[at].replace('>', "/>"),
            7 => parts[at] = parts[at].replacen('<', "</", 1),
            8 => {
                let edge = chance.pick(&[
                    "&#x0;", "&#xD800;", "&lt", "&unknown;", "<![CDATA[", "]]>", "<!--", "<?x", "_x0000_", "\u{0}",
                    "\u{feff}",
                ]);
                parts.insert(at, (*edge).to_owned());
            }
            _ => {
                // Deep.
                let tag = parts[at].clone();
                if tag.starts_with('<') && !tag.starts_with("</") {
                    parts.splice(at..at, vec![tag; 1 + chance.few(200)]);
                }
            }
        }
    }
    parts.concat()
}

/// Another value of an attribute, or another text.
fn attribute(part: &str, words: &[&str], chance: &mut Chance) -> String {
    let value = if chance.one_in(2) { chance.pick(&EDGES) } else { chance.pick(words) };
    let quotes: Vec<usize> = part.match_indices('"').map(|(at, _)| at).collect();
    if quotes.len() < 2 {
        return if part.starts_with('<') { part.to_owned() } else { (*value).to_owned() };
    }
    let at = 2 * chance.below(quotes.len() / 2);
    format!("{}{value}{}", &part[..=quotes[at]], &part[quotes[at + 1]..])
}

/// Words in a row, with or without something between.
pub fn sentence(words: &[&str], between: &[&str], most: usize, chance: &mut Chance) -> String {
    let mut out = String::new();
    for _ in 0..=chance.few(most) {
        let word = chance.pick(words);
        let times = if chance.one_in(40) { 1 + chance.few(80) } else { 1 };
        for _ in 0..times {
            out.push_str(word);
        }
        if !between.is_empty() {
            out.push_str(chance.word(between));
        }
    }
    out
}
