//! 各月走势 — two years of a figure month by month as a picture the server draws.

/// Size of the picture, of its margins and of a month.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

/// A drawing of two rows of twelve numbers, some of them not known.
pub struct Chart {
    /// Height of a line across and what stands at it.
    pub ticks: Vec<(String, String)>,
    /// Middle of each month.
    pub months: Vec<String>,
    /// Points joined by lines; a month without a number parts them.
    pub this: Vec<String>,
    pub last: Vec<String>,
    pub dots: Vec<(String, String)>,
    /// Bars of what happens in a month: left, top, width, height.
    pub bars: Vec<[String; 4]>,
    pub pale: Vec<[String; 4]>,
    /// The number at the foot of the picture when that is not 0.
    pub foot: Option<String>,
}

fn show(n: f64) -> String {
    let text = format!("{n:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A step of 1, 2 or 5 times a power of ten that divides a span into about four.
fn step(span: f64, whole: bool) -> f64 {
    let rough = (span / 4.0).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(10.0 * power);
    if whole { step.max(1.0) } else { step }
}

impl Chart {
    /// `None` when fewer than two months have a number. What happens (`flow`) is drawn from 0 as bars, what lasts as a line.
    pub fn of(this: &[Option<f64>; 12], last: &[Option<f64>; 12], flow: bool) -> Option<Chart> {
        let known: Vec<f64> = this.iter().chain(last).flatten().copied().collect();
        if known.len() < 2 {
            return None;
        }
        let most = known.iter().copied().fold(f64::MIN, f64::max);
        let least = known.iter().copied().fold(f64::MAX, f64::min);
        let whole = known.iter().all(|n| n.fract() == 0.0);
        let foot = if flow { least.min(0.0) } else { least };
        let step = step((most - foot).max(if whole { 4.0 } else { 0.4 }), whole);
        let low = (foot / step).floor() * step;
        let high = ((most / step).ceil() * step).max(low + step);
        let y = |n: f64| HEIGHT - BOTTOM - (n - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
        let wide = (WIDTH - LEFT - RIGHT) / 12.0;
        let x = |month: usize| LEFT + wide * (month as f64 + 0.5);
        let count = ((high - low) / step).round() as usize;
        let ticks = (0..=count).map(|i| low + step * i as f64).map(|n| (show(y(n)), show(n))).collect();
        let line = |row: &[Option<f64>; 12]| {
            let mut parts: Vec<Vec<String>> = vec![vec![]];
            for (month, n) in row.iter().enumerate() {
                match (n, parts.last_mut()) {
                    (Some(n), Some(part)) => part.push(format!("{},{}", show(x(month)), show(y(*n)))),
                    _ => parts.push(vec![]),
                }
            }
            parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect()
        };
        let bars = |row: &[Option<f64>; 12], from: f64, width: f64| -> Vec<[String; 4]> {
            let bar = |(month, n): (usize, &Option<f64>)| {
                let n = (*n)?;
                let (top, bottom) = (y(n.max(0.0)), y(n.min(0.0)));
                Some([show(x(month) + from * wide), show(top), show(width * wide), show(bottom - top)])
            };
            row.iter().enumerate().filter_map(bar).collect()
        };
        let dots = this.iter().enumerate().filter_map(|(m, n)| n.map(|n| (show(x(m)), show(y(n))))).collect();
        Some(Chart {
            ticks,
            months: (0..12).map(|m| show(x(m))).collect(),
            this: if flow { vec![] } else { line(this) },
            last: if flow { vec![] } else { line(last) },
            dots: if flow { vec![] } else { dots },
            bars: if flow { bars(this, -0.02, 0.34) } else { vec![] },
            pale: if flow { bars(last, -0.36, 0.32) } else { vec![] },
            foot: (!flow && low != 0.0).then(|| show(low)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_parts_the_line_and_bars_stand_on_nothing() {
        let mut this = [None; 12];
        (this[0], this[1], this[3]) = (Some(10.0), Some(12.0), Some(11.0));
        let line = Chart::of(&this, &[None; 12], false).unwrap();
        assert_eq!(line.this.len(), 2);
        assert_eq!(line.dots.len(), 3);
        assert_eq!(line.foot.as_deref(), Some("10"));
        let bars = Chart::of(&this, &[Some(0.0); 12], true).unwrap();
        assert_eq!((bars.bars.len(), bars.pale.len(), bars.foot.is_some()), (3, 12, false));
        assert_eq!(bars.ticks[0].1, "0");
        assert!(bars.pale.iter().all(|bar| bar[3] == "0"));
        assert!(Chart::of(&[None; 12], &[None; 12], true).is_none());
    }
}
