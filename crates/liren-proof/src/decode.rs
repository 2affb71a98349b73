//! Bytes of a file to text: UTF-8 and UTF-16 by their marks, UTF-8 by its shape, GB18030 otherwise.

use std::fmt;

/// The bytes are text in none of the encodings reports come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable;

impl fmt::Display for Undecodable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("既不是 UTF-8 也不是 GB18030 文本 · neither UTF-8 nor GB18030 text")
    }
}

impl std::error::Error for Undecodable {}

/// Decode a plain-text file. A few broken bytes in a GB18030 file become U+FFFD, which the proofreader reports as damage.
pub fn decode(bytes: &[u8]) -> Result<String, Undecodable> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Ok(text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') { Err(Undecodable) } else { Ok(text.to_owned()) };
    }
    let broken_utf8 = String::from_utf8_lossy(bytes);
    let (gb, _) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    let best = if damage(&broken_utf8) <= damage(&gb) { broken_utf8 } else { gb };
    let shown = best.chars().count().max(1);
    if best.contains('\0') || damage(&best) * 20 > shown { Err(Undecodable) } else { Ok(best.into_owned()) }
}

fn damage(text: &str) -> usize {
    text.chars().filter(|&c| c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c)).count()
}
