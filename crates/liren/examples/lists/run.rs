//! Cases of a folder through the program's own commands, and the verdict on each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use serde_json::Value;

use crate::judge::{self, Answers, File, Stage, Stages, Verdict};

/// The verdict on every case of the folders, by its folder.
pub fn score(liren: &Path, folders: &[PathBuf]) -> anyhow::Result<BTreeMap<PathBuf, Verdict>> {
    let mut cases: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        cases.extend(entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.join("case.json").is_file()));
    }
    cases.sort();
    let stages = stages()?;
    let verdicts = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<()> {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let truth: Value = serde_json::from_slice(&std::fs::read(case.join("case.json"))?)?;
            let answers = run(liren, case, &truth, &stages).with_context(|| case.display().to_string())?;
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
    Ok(verdicts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
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
