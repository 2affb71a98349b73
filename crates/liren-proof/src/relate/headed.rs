//! 年龄结构：35岁以下25人，36至45岁22人 … — a list under a heading of its own, whose whole was told further up in
//! the paragraph: 党员200人. Also "残疾人员中，视力残疾1364人，…".

use super::cues::is_mean;
use super::dimensions::complementary;
use super::partitions::{Form, Partition};
use crate::reading::Reading;
use crate::report::FigureKind;

/// Words in which respect a list divides people or things.
static RESPECTS: &[&str] =
    &["结构", "学历", "文化", "性别", "年龄", "类别", "构成", "民族", "职业", "程度", "分布", "等级", "按"];

/// The heading of a list in the words before its first number, if they are one.
pub fn head(gap: &str) -> Option<&str> {
    let segment = gap.rsplit(['；', '。', '\n']).next().unwrap_or(gap);
    // A heading follows a stop; "党员83名，其中年龄…" has its whole before it.
    let fresh = segment.len() < gap.len() || !gap.starts_with(['，', '（', '、']);
    let end = segment.find(['：', '，']).or_else(|| segment.find("分别为")).or_else(|| segment.find("其中"))?;
    let words = &segment[..end];
    let length = words.chars().count();
    let respect = RESPECTS.iter().any(|word| words.contains(word)) && !words.contains("其中");
    let among = words.ends_with('中') && length >= 3 && !words.contains('其') && segment[end..].starts_with('，');
    (fresh && (2..=16).contains(&length) && (respect || among)).then_some(words)
}

/// Every such list that has at least two members.
pub fn find(reading: &Reading) -> Vec<Partition> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let items: Vec<usize> = reading
            .counted(sentence)
            .into_iter()
            .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !is_mean(reading, n))
            .collect();
        let mut at = reading.sentences[sentence].span.start;
        for (n, &first) in items.iter().enumerate() {
            let gap = reading.words(at..reading.quantities[first].span.start);
            at = reading.quantities[first].span.end;
            // The first gap of a sentence follows the stop of the one before.
            let gap = if n == 0 { format!("。{gap}") } else { gap };
            if let Some(words) = head(&gap) {
                let partition = list(reading, &items[n..], words, &found);
                found.extend(partition);
            }
        }
    }
    found
}

/// The longest run of characters two words share.
fn shared(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    (0..a.len())
        .map(|from| (from + 1..=a.len()).take_while(|&to| b.contains(&a[from..to].iter().collect::<String>())).count())
        .max()
        .unwrap_or(0)
}

/// The members up to the semicolon or the end of the sentence, and their whole.
fn list(reading: &Reading, items: &[usize], head: &str, found: &[Partition]) -> Option<Partition> {
    let kind = reading.quantities[items[0]].measure_kind();
    let mut parts = vec![items[0]];
    for pair in items.windows(2) {
        let gap = reading.gap(pair[0], pair[1]);
        let opens = gap.matches('（').count() > gap.matches('）').count();
        if gap.contains('；') || opens || gap.contains("其中") {
            break;
        }
        if reading.quantities[pair[1]].measure_kind() == kind {
            parts.push(pair[1]);
        }
    }
    if parts.len() < 2 || !parts.iter().all(|&n| reading.quantities[n].is_exact()) {
        return None;
    }
    let sum: f64 = parts.iter().map(|&n| reading.quantities[n].base()).sum();
    let first = parts[0];
    let block = reading.quantities[first].block;
    let before: Vec<usize> = (first.saturating_sub(60)..first)
        .rev()
        .filter(|&n| {
            let other = &reading.quantities[n];
            other.kind == FigureKind::Count
                && other.measure_kind() == kind
                && other.is_exact()
                && other.block + 1 >= block
        })
        .collect();
    let made = before.iter().copied().find(|&n| (reading.quantities[n].base() - sum).abs() < 1e-6);
    let whole = |n: usize, holds, exhaustive| Partition {
        whole: n,
        parts: parts.clone(),
        form: Form::Headed,
        sum,
        holds,
        open: false,
        exhaustive,
        complete: true,
    };
    if let Some(n) = made {
        return Some(whole(n, true, true));
    }
    // Only a whole of the very name of the heading, in the paragraph, says what the list should have made.
    let value = |n: usize| reading.quantities[n].base();
    let named = before
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].block == block && shared(&reading.quantities[n].label, head) >= 2)
        .max_by(|&a, &b| value(a).total_cmp(&value(b)));
    let told = |n: &usize| {
        let lead = reading.words(reading.quantities[*n].lead.clone());
        reading.quantities[*n].block == block && ["总数", "共有", "总人数"].iter().any(|word| lead.contains(word))
    };
    let named = named.or_else(|| before.iter().copied().find(told));
    // 性别：… and 年龄结构：… go on dividing what the list before them divided.
    let whole_before = found.last().filter(|last| reading.quantities[last.whole].block == block).map(|last| last.whole);
    let named = named.or(whole_before.filter(|&n| reading.quantities[n].measure_kind() == kind))?;
    let off = (sum / reading.quantities[named].base() - 1.0).abs();
    // A list that falls far short tells only some.
    let many = parts.len() >= 3
        || (parts.len() == 2
            && complementary(&reading.quantities[parts[0]].label, &reading.quantities[parts[1]].label));
    (off <= 0.25 && many).then(|| whole(named, false, sum > reading.quantities[named].base()))
}
