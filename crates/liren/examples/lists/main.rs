//! `lists LIREN DIR [-v]`: lists and rosters of a folder with the truth about each, through the program's own commands.
//! Every case is a folder with its workbooks and `case.json`; it is read into an empty data folder of its own.

mod judge;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use judge::{Answers, File, Stage, Stages, Tally, Verdict};
use serde_json::Value;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [liren, folders @ ..] = words.as_slice() else { bail!("usage: lists LIREN DIR… [-v]") };
    let verbose = folders.iter().any(|w| w == "-v");
    let mut cases: Vec<PathBuf> = Vec::new();
    for folder in folders.iter().filter(|w| *w != "-v") {
        let entries = std::fs::read_dir(folder).with_context(|| folder.clone())?;
        cases.extend(entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.join("case.json").is_file()));
    }
    cases.sort();
    let stages = stages()?;
    let verdicts = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<()> {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let truth: Value = serde_json::from_slice(&std::fs::read(case.join("case.json"))?)?;
            let answers = run(Path::new(liren), case, &truth, &stages).with_context(|| case.display().to_string())?;
            let verdict = judge::judge(&truth, &answers, &stages);
            if let Ok(mut all) = verdicts.lock() {
                all.insert(case.clone(), verdict);
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|w| w.join().map_err(|_| anyhow::anyhow!("a worker stopped"))?)
    })?;
    let verdicts = verdicts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
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
        verdicts.clone().for_each(|v| sum.add(of(v)));
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

/// The stages of every programme of this build.
fn stages() -> anyhow::Result<Stages> {
    let joined = liren::joined().map_err(|findings| anyhow::anyhow!("{findings:?}"))?;
    let programmes = joined.packs.programmes.iter();
    Ok(programmes
        .map(|p| {
            let stage = |s: &liren_packs::Stage| Stage { id: s.id.clone(), in_force: s.in_force };
            (p.id.clone(), p.stages.iter().map(stage).collect())
        })
        .collect())
}

/// A folder below the system's temporary folder that goes away with its owner.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(liren: &Path, case: &Path, truth: &Value, stages: &Stages) -> anyhow::Result<Answers> {
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    let place = Temporary(std::env::temp_dir().join(format!("liren-lists-{}-{name}", std::process::id())));
    std::fs::create_dir_all(&place.0)?;
    let data = place.0.join("data");
    let ask = |words: &[&str]| -> anyhow::Result<(bool, Vec<u8>, String)> {
        let mut command = Command::new(liren);
        for name in ["LIREN_DATABASE_URL", "LIREN_KEY", "LIREN_KEY_FILE", "CREDENTIALS_DIRECTORY"] {
            command.env_remove(name);
        }
        let done = command.args(words).arg("--data").arg(&data).output()?;
        Ok((done.status.success(), done.stdout, String::from_utf8_lossy(&done.stderr).trim().to_owned()))
    };
    let today = truth["today"].as_str().context("today")?;
    let community = truth["community"].as_str().unwrap_or("试验社区");
    let (made, _, why) = ask(&["init", "--community", community, "--fictional", "--today", today])?;
    anyhow::ensure!(made, "init: {why}");
    let result = place.0.join("result.json");
    let mut files = Vec::new();
    for input in truth["inputs"].as_array().into_iter().flatten() {
        let (file, on) = (input["file"].as_str().context("file")?, input["on"].as_str().context("on")?);
        let path = case.join(file);
        let (path, detail) = (path.to_string_lossy(), result.to_string_lossy());
        let (done, out, why) = ask(&["import", &path, "--into", "1", "--on", on, "--json", "--result", &detail])?;
        let mut answer = File { name: file.to_owned(), ..File::default() };
        if done {
            answer.summary = serde_json::from_slice::<Value>(&out)?[0].take();
            answer.detail = serde_json::from_slice(&std::fs::read(&result)?)?;
        } else {
            answer.refused = Some(why);
        }
        files.push(answer);
    }
    let rows = |words: &[&str]| -> anyhow::Result<Vec<Value>> {
        let (done, out, why) = ask(words)?;
        anyhow::ensure!(done, "{}: {why}", words.join(" "));
        String::from_utf8(out)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    };
    let people = rows(&["export", "people", "--unmasked", "--format", "json"])?;
    let wrote = files.iter().any(|f| f.summary["enrolments_new"].as_u64() > Some(0));
    let mut ledgers = BTreeMap::new();
    for programme in stages.keys().filter(|_| wrote) {
        ledgers.insert(programme.clone(), rows(&["export", "ledger", programme, "--format", "json"])?);
    }
    Ok(Answers { files, people, ledgers })
}
