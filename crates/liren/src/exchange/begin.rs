//! Which registers an import begins. A list gives who stands in it on its day; what happened is known only when its title says
//! of which year it tells and every row gives its day.

use std::collections::BTreeMap;

use liren_facts::Day;
use liren_packs::Register;
use liren_rosters::Reading;
use liren_rosters::draft::LedgerValue;

use crate::base::{Moment, Origin, Result, Write};
use crate::registers::{self, begin_by_list};

/// Since when the register of people runs, before this import.
pub(super) async fn runs_since(w: &mut Write, on: Day) -> Result<Option<Day>> {
    let moment = Moment { community: w.community, day: on, revision: w.revision };
    let kept = registers::queries::registers(&mut w.tx, moment).await?.kept;
    let people = Register::People.id();
    Ok(kept.iter().filter(|k| k.value.register == people).map(|k| k.value.stock_from).min())
}

/// Begins the registers that the lists of a file give.
pub(super) async fn begin(w: &mut Write, reading: &Reading, on: Day, source: i64) -> Result<()> {
    let origin = Origin { source: Some(source), ..Origin::default() };
    let roster = reading.people.iter().any(|draft| super::plan::is_roster(draft, reading));
    if roster {
        begin_by_list(w, &Register::People, on, None, &origin).await?;
    }
    // Programme to: every row has its day; the years that the titles name.
    let mut lists: BTreeMap<&str, (bool, Vec<i32>)> = BTreeMap::new();
    for draft in &reading.people {
        let sheet = reading.sheets.get(draft.source.sheet);
        for line in &draft.ledger {
            let dated = line
                .values
                .iter()
                .any(|(key, value)| key.starts_with("on.") && matches!(value, LedgerValue::Day(day) if day.is_exact()));
            let list = lists.entry(&line.programme).or_insert((true, vec![]));
            list.0 &= dated;
            let title = sheet.and_then(|s| s.context.title.as_deref());
            list.1.extend(title.into_iter().chain(sheet.map(|s| s.name.as_str())).find_map(year));
        }
    }
    for (programme, (dated, years)) in lists {
        let first = years.iter().min().filter(|_| dated).and_then(|year| Day::ymd(*year, 1, 1));
        let register = Register::Programme(programme.to_owned());
        begin_by_list(w, &register, on, first.filter(|first| *first <= on), &origin).await?;
    }
    Ok(())
}

/// `2013年…` in a title.
fn year(title: &str) -> Option<i32> {
    let at = title.find('年')?;
    let digits: String = title[..at].chars().rev().take_while(char::is_ascii_digit).collect();
    let year: String = digits.chars().rev().collect();
    year.parse().ok().filter(|y| (1949..=2100).contains(y))
}
