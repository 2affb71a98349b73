//! `lists LIREN DIR… [-v]`: lists and rosters of a folder with the truth about each, through the program's own commands.
//! Every case is a folder with its workbooks and `case.json`; it is read into an empty data folder of its own.

mod judge;
mod run;

use std::path::{Path, PathBuf};

use anyhow::bail;
use judge::{Tally, Verdict};

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [liren, folders @ ..] = words.as_slice() else { bail!("usage: lists LIREN DIR… [-v]") };
    let verbose = folders.iter().any(|w| w == "-v");
    let folders: Vec<PathBuf> = folders.iter().filter(|w| *w != "-v").map(PathBuf::from).collect();
    let verdicts = run::score(Path::new(liren), &folders)?;
    for (case, verdict) in &verdicts {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        if verdict.reasons.is_empty() {
            println!("{name} pass");
            continue;
        }
        let shown = if verbose { usize::MAX } else { 3 };
        println!("{name} FAIL");
        verdict.reasons.iter().take(shown).for_each(|why| println!("    {why}"));
        if verdict.reasons.len() > shown {
            println!("    … {} more", verdict.reasons.len() - shown);
        }
    }
    totals(verdicts.values());
    Ok(())
}

fn totals<'a>(verdicts: impl Iterator<Item = &'a Verdict> + Clone) {
    let tally = |of: &dyn Fn(&Verdict) -> Tally| {
        let mut sum = Tally::default();
        for one in verdicts.clone().map(of) {
            sum.right += one.right;
            sum.wrong += one.wrong;
            sum.missing += one.missing;
            sum.extra += one.extra;
        }
        format!("{} right, {} wrong, {} missing, {} extra", sum.right, sum.wrong, sum.missing, sum.extra)
    };
    let pair = |of: &dyn Fn(&Verdict) -> (usize, usize)| {
        let (found, all) = verdicts.clone().map(of).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        format!("{found} of {all}")
    };
    let passed = verdicts.clone().filter(|v| v.reasons.is_empty()).count();
    println!("cases       {passed} of {} passed", verdicts.clone().count());
    println!("people      {}", tally(&|v| v.people));
    println!("enrolments  {}", tally(&|v| v.enrolments));
    println!("asked       {}", pair(&|v| v.asked));
    println!("problems    {}", pair(&|v| v.problems));
    println!("false alarm {} quiet cases", pair(&|v| (usize::from(v.false_alarm), usize::from(v.quiet))));
}
