//! Which registers an import begins. A list gives who stands in it on its day; what happened is known only when its title says
//! of which year it tells and every row gives its day.

use std::collections::BTreeMap;

use liren_facts::Day;
use liren_packs::{Packs, Register};
use liren_rosters::Reading;
use liren_rosters::draft::StageSaid;

use crate::base::{Moment, Origin, Result, Write};
use crate::registers::{self, begin_by_list};

/// Since when the register of people runs, before this import.
pub(super) async fn runs_since(w: &mut Write, on: Day) -> Result<Option<Day>> {
    let moment = Moment { community: w.community, day: on, revision: w.revision };
    let kept = registers::queries::registers(&mut w.tx, moment).await?.kept;
    let people = Register::People.id();
    Ok(kept.iter().filter(|k| k.value.register == people).map(|k| k.value.stock_from).min())
}

/// Begins the registers that the lists of a file give. A list of those who applied, or whose help has ended, does not tell
/// who stands in a programme: only one that has somebody in force does.
pub(super) async fn begin(w: &mut Write, packs: &Packs, reading: &Reading, on: Day, source: i64) -> Result<()> {
    let origin = Origin { source: Some(source), ..Origin::default() };
    let roster = reading.people.iter().any(|draft| super::plan::is_roster(draft, reading));
    if roster {
        begin_by_list(w, &Register::People, on, None, &origin).await?;
    }
    let in_force = |programme: &str, stage: &str| {
        let programme = packs.programme(programme);
        programme.is_some_and(|p| p.stages.iter().any(|s| s.id == stage && s.in_force))
    };
    // Programme to: somebody is in force; every row has its days; the years that the titles name.
    let mut lists: BTreeMap<&str, (bool, bool, Vec<i32>)> = BTreeMap::new();
    for draft in &reading.people {
        let sheet = reading.sheets.get(draft.source.sheet);
        for line in &draft.ledger {
            let StageSaid::Stages(stages) = &line.stage else { continue };
            let dated = stages.iter().all(|entry| entry.day.is_some_and(|day| day.is_exact()));
            let list = lists.entry(&line.programme).or_insert((false, true, vec![]));
            list.0 |= stages.last().is_some_and(|entry| in_force(&line.programme, &entry.stage));
            list.1 &= dated;
            let title = sheet.and_then(|s| s.context.title.as_deref());
            list.2.extend(title.into_iter().chain(sheet.map(|s| s.name.as_str())).find_map(year));
        }
    }
    for (programme, (_, dated, years)) in lists.into_iter().filter(|(_, list)| list.0) {
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
