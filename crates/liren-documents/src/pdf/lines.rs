//! Breaking text into justified lines: which characters may not begin or end a line (避头尾), how far punctuation is
//! squeezed to keep one in, and where the rest of the room goes.

use krilla::text::GlyphId;

/// A character as it will stand on the page, in points.
#[derive(Clone, Debug)]
pub struct Char {
    pub c: char,
    /// Which of the loaded fonts.
    pub font: usize,
    pub id: GlyphId,
    pub size: f32,
    pub bold: bool,
    pub width: f32,
    /// How far the glyph is moved within its width.
    pub shift: f32,
}

/// A line with its final widths.
#[derive(Clone, Debug)]
pub struct Line {
    pub indent: f32,
    pub chars: Vec<Char>,
}

impl Line {
    pub fn width(&self) -> f32 {
        self.chars.iter().map(|c| c.width).sum()
    }
}

/// 避头 — never at the beginning of a line.
fn never_first(c: char) -> bool {
    "。，、；：？！）》」』”’】〕〉｝］…·％‰℃℉°′″～．,.;:?!)]}>%-".contains(c)
}

/// 避尾 — never at the end of a line.
fn never_last(c: char) -> bool {
    "（《「『“‘【〔〈｛［([{<￥¥＄$№".contains(c)
}

/// Punctuation with an empty right half.
fn closing(c: char) -> bool {
    "。，、；：？！）》」』”’】〕〉｝］．".contains(c)
}

/// Punctuation with an empty left half.
fn opening(c: char) -> bool {
    "（《「『“‘【〔〈｛［".contains(c)
}

/// Letters, digits and signs that make up a word or a number.
fn within_word(c: char) -> bool {
    c.is_ascii_graphic() || (('\u{a1}'..'\u{2e80}').contains(&c) && c.is_alphabetic())
}

/// Whether a line may end between these two.
fn may_break(before: char, after: char) -> bool {
    let joined = within_word(before) && within_word(after) || before == after && "—…".contains(after);
    !joined && !never_first(after) && !never_last(before) && after != ' '
}

/// Whether room may be put between these two. Less than where a line may break: brackets may move, words not.
fn may_stretch(before: char, after: char) -> bool {
    !(within_word(before) && within_word(after) || before == after && "—…".contains(after))
}

/// Lines of text in a width, the first one indented. The last one of a paragraph keeps its natural widths.
pub fn lines(chars: &[Char], indent: f32, width: f32, justified: bool) -> Vec<Line> {
    let mut out = Vec::new();
    let mut start = 0;
    // A line narrower than its indent begins at its edge.
    let mut indent = if indent < width { indent } else { 0.0 };
    while start < chars.len() {
        let room = width - indent + 0.01;
        let end = fitting(chars, start, room);
        let mut line = Line { indent, chars: chars[start..end].to_vec() };
        let over = end == chars.len() || chars[end].c == '\n';
        for c in line.chars.iter_mut().rev().take_while(|c| c.c == ' ') {
            c.width = 0.0;
        }
        fill(&mut line, room, justified && !over);
        out.push(line);
        start = if chars.get(end).is_some_and(|c| c.c == '\n') { end + 1 } else { end };
        indent = 0.0;
    }
    out
}

/// Where the line that begins at `start` ends.
fn fitting(chars: &[Char], start: usize, room: f32) -> usize {
    let ends = |at: usize| at == chars.len() || chars[at].c == '\n';
    let mut used = 0.0;
    let mut end = start;
    while !ends(end) && (used + chars[end].width <= room || chars[end].c == ' ') {
        used += chars[end].width;
        end += 1;
    }
    let breaks = |at: usize| ends(at) || may_break(chars[at - 1].c, chars[at].c);
    if ends(end) || end > start && breaks(end) {
        return end;
    }
    // A mark that may not begin the next line stays in this one if squeezing makes the room.
    if let Some(ahead) = (end + 1..=chars.len()).take(4).find(|&at| breaks(at)) {
        let part = &chars[start..ahead];
        let natural: f32 = part.iter().map(|c| c.width).sum();
        let give: f32 = (0..part.len()).map(|i| give(part, i)).sum();
        if natural - give <= room {
            return ahead;
        }
    }
    // Otherwise the characters before it move down; a word longer than a line is cut.
    (start + 1..end).rev().find(|&at| breaks(at)).unwrap_or(end.max(start + 1))
}

/// How much a character of a line can give: half its width at the end of the line, a quarter inside.
fn give(line: &[Char], at: usize) -> f32 {
    let Char { c, size, width, .. } = line[at];
    let full = width >= 0.9 * size;
    match () {
        () if !full => 0.0,
        () if closing(c) && at + 1 == line.len() => size * 0.5,
        () if closing(c) || opening(c) && at > 0 => size * 0.25,
        () => 0.0,
    }
}

/// Squeezes a line that is too long; spreads one that is too short over its gaps.
fn fill(line: &mut Line, room: f32, justified: bool) {
    let rest = room - 0.01 - line.width();
    if rest < 0.0 {
        let gives: Vec<f32> = (0..line.chars.len()).map(|i| give(&line.chars, i)).collect();
        let total: f32 = gives.iter().sum();
        if total <= 0.0 {
            return;
        }
        for (c, give) in line.chars.iter_mut().zip(gives) {
            let less = give * (-rest / total).min(1.0);
            c.width -= less;
            if opening(c.c) {
                c.shift -= less;
            }
        }
    } else if justified {
        let end = line.chars.iter().rposition(|c| c.c != ' ').unwrap_or(0);
        let gaps: Vec<usize> = (0..end).filter(|&i| may_stretch(line.chars[i].c, line.chars[i + 1].c)).collect();
        let size = line.chars.first().map_or(1.0, |c| c.size);
        // Readers of the file take a gap of a tenth for a space, so what is left over after that goes into real
        // spaces; a line of long foreign words stays short.
        let each = (rest / gaps.len().max(1) as f32).min(0.09 * size);
        let (spaces, others): (Vec<usize>, Vec<usize>) = gaps.into_iter().partition(|&at| line.chars[at].c == ' ');
        for &at in &others {
            line.chars[at].width += each;
        }
        let left = rest - each * others.len() as f32;
        let each = (left / spaces.len().max(1) as f32).min(size);
        for at in spaces {
            line.chars[at].width += each;
        }
    }
}

/// Words that titles of official papers are made of; a line of a title does not cut them.
const WORDS: [&str; 48] = [
    "委员会", "居民", "社区", "街道", "办事处", "关于", "工作", "报告", "通知", "意见", "方案", "总结", "情况", "计划",
    "若干", "进一步", "加强", "改进", "推进", "做好", "开展", "实施", "建设", "管理", "服务", "年度", "网格", "党建",
    "基层", "治理", "民生", "安全", "生产", "养老", "救助", "残疾", "老年", "儿童", "志愿", "公示", "公告", "会议",
    "纪要", "转发", "印发", "活动", "专项", "整治",
];

/// Lines of a title: no more than it needs, about as long as each other, and words left whole.
pub fn balanced(chars: &[Char], width: f32) -> Vec<Line> {
    let greedy = lines(chars, 0.0, width, false);
    if greedy.len() < 2 || greedy.len() > 6 || chars.iter().any(|c| c.c == '\n') {
        return greedy;
    }
    let mut sums = vec![0.0];
    for c in chars {
        sums.push(sums[sums.len() - 1] + c.width);
    }
    let text: Vec<char> = chars.iter().map(|c| c.c).collect();
    let even = sums[chars.len()] / greedy.len() as f32;
    // best[n][end]: the least cost of n lines up to there, and where the last of them begins.
    let mut best = vec![vec![(f32::INFINITY, 0); chars.len() + 1]; greedy.len() + 1];
    best[0][0].0 = 0.0;
    for n in 1..=greedy.len() {
        for end in 1..=chars.len() {
            let cost = if end == chars.len() { Some(0.0) } else { break_cost(&text, end) };
            let Some(cost) = cost else { continue };
            for start in 0..end {
                let wide = sums[end] - sums[start];
                if wide <= width + 0.01 {
                    let off = (wide - even) / chars[0].size;
                    let total = best[n - 1][start].0 + off * off + cost;
                    if total < best[n][end].0 {
                        best[n][end] = (total, start);
                    }
                }
            }
        }
    }
    if best[greedy.len()][chars.len()].0.is_infinite() {
        return greedy;
    }
    let mut out = Vec::new();
    let mut end = chars.len();
    for n in (1..=greedy.len()).rev() {
        let start = best[n][end].1;
        out.push(Line { indent: 0.0, chars: chars[start..end].to_vec() });
        end = start;
    }
    out.reverse();
    out
}

/// What it costs to end a line of a title there; nothing when it must not.
fn break_cost(text: &[char], at: usize) -> Option<f32> {
    if !may_break(text[at - 1], text[at]) {
        return None;
    }
    let cut = WORDS.iter().any(|word| {
        let word: Vec<char> = word.chars().collect();
        (1..word.len()).any(|i| at >= i && text[at - i..].starts_with(&word))
    });
    let weak = "的了和与及之等".contains(text[at]);
    Some(if cut { 30.0 } else { 0.0 } + if weak { 12.0 } else { 0.0 })
}
