//! 小单元格 — small numbers in cuts of other areas, in public pages and above the community say who somebody is: they are
//! hidden, with as many of their siblings as it takes that subtraction does not bring them back.

/// Numbers below this are small.
pub const SMALL: i64 = 5;

/// One cell of a cut: its key, and its number; `None` is hidden.
pub type Cell<K> = (K, Option<i64>);

/// Hides the small cells of one cut whose sum `total` is told elsewhere, or not at all. Zero is told: nobody is in it.
/// When only one cell would be hidden, or the hidden ones add up to less than [`SMALL`], the smallest sibling goes with
/// them.
pub fn hide<K>(cells: Vec<(K, i64)>, total: Option<i64>) -> Vec<Cell<K>> {
    let small = |n: i64| (1..SMALL).contains(&n);
    let mut hidden: Vec<bool> = cells.iter().map(|(_, n)| small(*n)).collect();
    // Without a total nothing can be subtracted from.
    if total.is_some() {
        let numbers: Vec<i64> = cells.iter().map(|(_, n)| *n).collect();
        cover(&numbers, &mut hidden);
    }
    cells.into_iter().zip(hidden).map(|((key, n), hidden)| (key, (!hidden).then_some(n))).collect()
}

/// Hides as many siblings as it takes that the hidden ones cannot be subtracted back from a sum that is told.
pub fn cover(numbers: &[i64], hidden: &mut [bool]) {
    while hidden.contains(&true) {
        let of = || numbers.iter().zip(hidden.iter()).filter(|(_, hidden)| **hidden).map(|(n, _)| *n);
        if of().count() > 1 && of().sum::<i64>() >= SMALL {
            return;
        }
        match (0..numbers.len()).filter(|at| !hidden[*at] && numbers[*at] > 0).min_by_key(|at| numbers[*at]) {
            Some(at) => hidden[at] = true,
            // Nobody is left to hide behind: the zeros would tell.
            None => return hidden.fill(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_small_cell_takes_its_smallest_sibling_with_it() {
        let told = |numbers: &[i64], total| -> Vec<Option<i64>> {
            hide(numbers.iter().map(|n| ((), *n)).collect(), total).into_iter().map(|(_, n)| n).collect()
        };
        assert_eq!(told(&[40, 3, 12, 0], Some(55)), [Some(40), None, None, Some(0)]);
        assert_eq!(told(&[40, 3, 4], Some(47)), [Some(40), None, None]);
        // Two ones: their sum, 2, would say each of them.
        assert_eq!(told(&[40, 1, 1], Some(42)), [None, None, None]);
        assert_eq!(told(&[40, 30], Some(70)), [Some(40), Some(30)]);
        assert_eq!(told(&[3], Some(3)), [None]);
        assert_eq!(told(&[40, 3], None), [Some(40), None]);
        assert_eq!(told(&[2, 0, 0], Some(2)), [None, None, None]);
    }

    proptest! {
        /// Whoever knows the total and every cell that is shown learns of no small cell what it is.
        #[test]
        fn nothing_small_can_be_subtracted(numbers in proptest::collection::vec(0i64..40, 1..12)) {
            let total: i64 = numbers.iter().sum();
            let told = hide(numbers.iter().copied().enumerate().collect(), Some(total));
            let shown: i64 = told.iter().filter_map(|(_, n)| *n).sum();
            let hidden: Vec<i64> = told.iter().filter(|(_, n)| n.is_none()).map(|(at, _)| numbers[*at]).collect();
            prop_assert!(told.iter().all(|(_, n)| n.is_none_or(|n| n == 0 || n >= SMALL)));
            if hidden.iter().any(|n| (1..SMALL).contains(n)) && hidden.len() < numbers.len() {
                prop_assert!(hidden.len() > 1 && total - shown >= SMALL);
            }
        }
    }
}
