//! "Did you mean …": the nearest of some known words.

/// The known word nearest to `word` if it is near enough to be a slip of the finger.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let length = lower.chars().count();
    known
        .into_iter()
        .filter(|k| !k.is_empty())
        .map(|k| (distance(&lower, &k.to_lowercase()), k))
        .filter(|(d, k)| {
            let longest = length.max(k.chars().count());
            let slip = *d * 3 <= longest || (*d == 1 && longest >= 2);
            slip || (length >= 2 && k.to_lowercase().contains(&lower))
                || (k.chars().count() >= 2 && lower.contains(&k.to_lowercase()))
        })
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// Edit distance in characters; a swap of two neighbours is one step.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
