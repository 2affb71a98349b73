//! Which pairs are looked at: those that share a block. Blocks that are too large say too little and are left to others.

use std::collections::HashSet;

use super::People;

/// More people than this share a block by chance.
const BLOCK_MAX: usize = 48;

/// An FNV-like hash of a few numbers.
pub(super) fn hash(parts: impl IntoIterator<Item = u64>) -> u64 {
    let mut out = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        out ^= part;
        out = out.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        out ^= out >> 29;
    }
    // Zero means no block.
    out.max(1)
}

type Scored = (u32, u32, f32);

/// Every pair that shares a block and for which `score` has an answer, once.
pub(super) fn pairs(people: &People, score: impl Fn(u32, u32) -> Option<f32> + Sync) -> Vec<Scored> {
    const KINDS: usize = 13;
    let work = |first: usize| -> Vec<Scored> {
        let mut out = Vec::new();
        let mut keys: Vec<(u64, u32)> = Vec::with_capacity(people.list.len());
        for kind in (first..KINDS).step_by(2) {
            keys.clear();
            for at in 0..people.list.len() {
                let key = key(people, at, kind);
                if key != 0 {
                    keys.push((key, u32::try_from(at).unwrap_or(u32::MAX)));
                }
            }
            keys.sort_unstable();
            for block in keys.chunk_by(|a, b| a.0 == b.0) {
                if block.len() < 2 || block.len() > BLOCK_MAX {
                    continue;
                }
                for (n, (_, a)) in block.iter().enumerate() {
                    for (_, b) in &block[n + 1..] {
                        out.extend(score(*a, *b).map(|s| (*a, *b, s)));
                    }
                }
            }
        }
        out
    };
    // Small lists are done before a thread is up.
    let mut all = if people.list.len() < 20_000 {
        let mut all = work(0);
        all.extend(work(1));
        all
    } else {
        std::thread::scope(|s| {
            let other = s.spawn(|| work(1));
            let mut all = work(0);
            all.extend(other.join().unwrap_or_default());
            all
        })
    };
    let mut seen: HashSet<(u32, u32)> = HashSet::with_capacity(all.len());
    all.retain(|(a, b, _)| seen.insert((*a, *b)));
    all
}

/// The block of one kind that a person lies in; 0 for none.
fn key(people: &People, at: usize, kind: usize) -> u64 {
    let c = &people.list[at];
    let k = kind as u64;
    let birth = |then: &dyn Fn((i32, u32, u32)) -> u64| c.ymd.map_or(0, then);
    // 3 May and 5 March are one key.
    let either =
        |(y, m, d): (i32, u32, u32)| hash([u64::from(y.unsigned_abs()), u64::from(m.min(d)), u64::from(m.max(d))]);
    let door = u64::from(c.door);
    let of = |at: usize| c.name.get(at).map_or(0, |c| u64::from(u32::from(*c)));
    let last = usize::from(c.length.clamp(1, 4)) - 1;
    if c.length == 0 {
        return 0;
    }
    match kind {
        // The same name, as it sounds, born on the same day
        0 => birth(&|b| hash([k, c.rough_key(), either(b)])),
        // … behind the same door
        1 if door != 0 => hash([k, c.rough_key(), door]),
        // One character of it, the same day
        2 => birth(&|b| hash([k, of(0), of(1), either(b)])),
        3 => birth(&|b| hash([k, of(0), of(last), either(b)])),
        4 => birth(&|b| hash([k, of(last), of(last.saturating_sub(1)), either(b)])),
        // The same door and day
        5 if door != 0 => birth(&|b| hash([k, door, either(b)])),
        // The same name, a digit of the day mistyped
        6 => birth(&|(y, m, _)| hash([k, c.whole, u64::from(y.unsigned_abs()), u64::from(m)])),
        7 => birth(&|(_, m, d)| hash([k, c.whole, u64::from(m), u64::from(d)])),
        8 => birth(&|(y, _, d)| hash([k, c.whole, u64::from(y.unsigned_abs()), u64::from(d)])),
        9 if c.phones[0] != 0 => hash([k, c.phones[0], u64::from(c.rough[0])]),
        10 if c.phones[1] != 0 => hash([9, c.phones[1], u64::from(c.rough[0])]),
        // The number but for its last digits, or but for its first
        11 if c.number != 0 => hash([k, c.number / 1_000, of(0)]),
        12 if c.number != 0 => hash([k, c.number % 10_000_000_000, of(last)]),
        _ => 0,
    }
}
