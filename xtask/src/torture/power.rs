//! Power cuts: the journal of a database cut off anywhere, and the whole folder as a disk would have it that kept only
//! what it was made to keep.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::kills::expect;
use super::replay::{Disk, Survives, Told, read};
use super::work::{Chance, Liren, State, copy, names, remove, roster, said, text};
use crate::place::{TempDir, program as find, root, target};
use crate::{Result, run as run_command};

/// The library that is loaded before a program, built from its C; `None` where there is no compiler or no loader for it.
pub fn library() -> Result<Option<PathBuf>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let Some(compiler) = find("cc").or_else(|| find("gcc")).or_else(|| find("clang")) else {
        return Ok(None);
    };
    let source = root().join("xtask/power/power.c");
    let built = target().join("power.so");
    let age = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    if age(&built).is_none_or(|built| age(&source).is_some_and(|source| source > built)) {
        let mut compile = Command::new(compiler);
        compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o"]).arg(&built).arg(&source).arg("-lpthread");
        run_command(compile)?;
    }
    Ok(Some(built))
}

/// A server that goes with whoever started it.
struct Server(Child);

impl Server {
    fn start(liren: &Liren, data: &Path) -> Result<Server> {
        let mut command = liren.command(&["serve", "--port", "0", "--data", &text(data)]);
        let mut child = command.stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
        let heard = child.stderr.take().map(BufReader::new).ok_or("the server has no voice")?;
        let server = Server(child);
        for line in heard.lines() {
            if line.map_err(|e| e.to_string())?.contains("http://127.0.0.1:") {
                return Ok(server);
            }
        }
        Err("the server ended".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The journal of a database cut off at its frames, between them, and with rubbish behind.
pub fn journal(program: &Path, most: usize, chance: &mut Chance) -> Result<()> {
    let begin = Instant::now();
    let liren = Liren::new(program);
    let folder = TempDir::new("liren-torture-journal")?;
    let at = |name: &str| folder.path().join(name);
    let (data, list, kept) = (at("data"), at("名单.csv"), at("kept"));
    liren.init(&data)?;
    let mut counts = vec![0];
    {
        // While the server holds the database, the journal keeps what the commands write.
        let _server = Server::start(&liren, &data)?;
        for n in 0..6 {
            roster(&list, n * 12, 12)?;
            let args = ["import", &text(&list), "--into", "1", "--on", "2013-11-20", "--data", &text(&data)];
            liren.done(&args)?;
            counts.push((n + 1) * 12);
        }
        copy(&data, &kept)?;
    }
    let journal = std::fs::read(kept.join("liren.db-wal")).map_err(|e| format!("there is no journal: {e}"))?;
    let page = u32::from_be_bytes([journal[8], journal[9], journal[10], journal[11]]) as usize;
    let frame = 24 + page;
    let frames = (journal.len() - 32) / frame;
    let mut cuts: Vec<usize> = (0..=frames).map(|n| 32 + n * frame).collect();
    cuts.extend((0..frames).map(|n| 32 + n * frame + 1 + chance.below(frame - 1)));
    cuts.extend([0, 10, 31]);
    while cuts.len() > most {
        cuts.swap_remove(chance.below(cuts.len()));
    }
    cuts.sort_unstable();
    let (cut, mut least) = (at("cut"), 0);
    for (n, length) in cuts.iter().enumerate() {
        remove(&cut);
        copy(&kept, &cut)?;
        remove(&cut.join("liren.db-shm"));
        let mut bytes = journal[..*length].to_vec();
        if n % 5 == 4 {
            // What the disk held there before.
            let rubbish = (0..1 + chance.below(2 * frame)).map(|_| chance.next() as u8);
            bytes.extend(rubbish.collect::<Vec<_>>());
        }
        std::fs::write(cut.join("liren.db-wal"), bytes).map_err(|e| e.to_string())?;
        let there = liren.state(&cut).map_err(|why| format!("the journal cut after {length} bytes: {why}"))?;
        if !counts.contains(&there.people) || there.people < least {
            return Err(format!("the journal cut after {length} bytes leaves {} people, after {least}", there.people));
        }
        least = there.people;
    }
    if most > frames && least != 72 {
        return Err(format!("the whole journal leaves {least} people of 72"));
    }
    println!("journals: {} cuts of {frames} frames, {:.0} s", cuts.len(), begin.elapsed().as_secs_f64());
    Ok(())
}

/// A step of the work, and what the folder holds after it.
struct Step {
    what: &'static str,
    args: Vec<String>,
    after: State,
    /// How much of the log was written when it was confirmed.
    confirmed: usize,
}

/// Every command once, and the power cut at moments of it.
pub fn run(program: &Path, cuts: usize, chance: &mut Chance) -> Result<()> {
    let Some(library) = library()? else {
        println!("power cuts: no C compiler, or not Linux; skipped");
        return Ok(());
    };
    let begin = Instant::now();
    let folder = TempDir::new("liren-torture-power")?;
    let real = std::fs::canonicalize(folder.path()).map_err(|e| e.to_string())?;
    let (disk, log) = (real.join("disk"), real.join("log"));
    std::fs::create_dir(&disk).map_err(|e| e.to_string())?;
    let watched = Liren::new(program)
        .with("LD_PRELOAD", library.display())
        .with("POWER_ROOT", disk.display())
        .with("POWER_LOG", log.display());
    let mut steps = steps(&real, &disk)?;
    for step in &mut steps {
        let args: Vec<&str> = step.args.iter().map(String::as_str).collect();
        watched.done(&args)?;
        step.confirmed = read(&std::fs::read(&log).map_err(|e| e.to_string())?)?.len();
    }
    let told = read(&std::fs::read(&log).map_err(|e| e.to_string())?)?;
    // Around each wait for the disk things change; elsewhere anything may be under way.
    let waits = told.iter().enumerate().filter(|(_, t)| matches!(t, Told::Sync { .. } | Told::SyncFolder { .. }));
    let mut moments: Vec<usize> = waits.flat_map(|(n, _)| [n, n + 1]).chain([told.len()]).collect();
    moments.extend((0..moments.len()).map(|_| chance.below(told.len() + 1)));
    moments.sort_unstable();
    moments.dedup();
    while moments.len() > cuts / 2 {
        moments.remove(chance.below(moments.len()));
    }
    let plain = Liren::new(program);
    let (mut model, mut done, mut tried) = (Disk::new(&disk), 0, 0);
    for moment in moments {
        told[done..moment].iter().for_each(|t| model.tell(t));
        done = moment;
        for survives in [Survives::Nothing, Survives::Anything] {
            let image = real.join("image");
            remove(&image);
            model.cut(&image, survives, chance)?;
            let what = format!("power cut after {moment} of {} orders, unsynced: {survives:?}", told.len());
            check(&plain, &image, &steps, moment, &what).inspect_err(|_| keep(&image))?;
            tried += 1;
        }
    }
    println!("power cuts: {tried} states of {} orders, {:.0} s", told.len(), begin.elapsed().as_secs_f64());
    Ok(())
}

fn steps(lists: &Path, disk: &Path) -> Result<Vec<Step>> {
    let on = |name: &str| text(&disk.join(name));
    let list = |name: &str, first, people| -> Result<String> {
        let path = lists.join(name);
        roster(&path, first, people)?;
        Ok(text(&path))
    };
    let import = |list: &str| ["import", list, "--into", "1", "--on", "2013-11-20"].map(str::to_owned).to_vec();
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let init = words(&["init", "--community", "受难社区", "--fictional", "--today", "2013-11-20"]);
    let backup = words(&["backup", "--out", &on("b1")]);
    let all = [
        ("init", init, State::default()),
        ("import", import(&list("一.csv", 0, 40)?), State { people: 40, frozen: 0 }),
        ("import", import(&list("二.csv", 40, 30)?), State { people: 70, frozen: 0 }),
        ("freeze", words(&["freeze", "定稿"]), State { people: 70, frozen: 1 }),
        ("backup", backup, State { people: 70, frozen: 1 }),
        ("import", import(&list("三.csv", 70, 20)?), State { people: 90, frozen: 1 }),
    ];
    let on_data = |(what, args, after): (&'static str, Vec<String>, State)| {
        let args = [args, words(&["--data", &on("data")])].concat();
        Step { what, args, after, confirmed: 0 }
    };
    let mut steps: Vec<Step> = all.into_iter().map(on_data).collect();
    let args = words(&["restore", "--from", &on("b1"), "--data", &on("r1")]);
    steps.push(Step { what: "restore", args, after: State { people: 90, frozen: 1 }, confirmed: 0 });
    Ok(steps)
}

/// Everything that was confirmed before a moment is there, and the rest is whole or absent.
fn check(liren: &Liren, image: &Path, steps: &[Step], moment: usize, what: &str) -> Result<()> {
    let confirmed: Vec<&Step> = steps.iter().take_while(|s| s.confirmed <= moment).collect();
    let data = image.join("data");
    let next = steps.get(confirmed.len());
    if let Some(last) = confirmed.last() {
        let allowed: Vec<State> = [Some(last.after), next.map(|s| s.after)].into_iter().flatten().collect();
        expect(liren, &data, &allowed, what)?;
    } else {
        // It was not said to be there: making it once more works, or says that it is.
        let output = liren.output(&["init", "--community", "受难社区", "--fictional", "--data", &text(&data)])?;
        if !output.status.success() && !said(&output).contains("已经有名为") {
            return Err(format!("{what}: init no longer works: {}", said(&output)));
        }
        expect(liren, &data, &[State::default()], what)?;
    }
    let told = |name: &str| confirmed.iter().any(|s| s.what == name);
    let backup = image.join("b1");
    if told("backup") || backup.exists() {
        let restored = image.join("restored");
        liren
            .done(&["restore", "--from", &text(&backup), "--data", &text(&restored)])
            .map_err(|why| format!("{what}: {why}"))?;
        expect(liren, &restored, &[State { people: 70, frozen: 1 }], what)?;
    }
    let restored = image.join("r1");
    if told("restore") || restored.exists() {
        expect(liren, &restored, &[State { people: 70, frozen: 1 }], what)?;
    }
    // What was begun and left goes with the next one that is called so.
    if backup.exists() {
        return Ok(());
    }
    liren.done(&["backup", "--out", &text(&backup), "--data", &text(&data)]).map_err(|why| format!("{what}: {why}"))?;
    Ok(())
}

/// An image on which something went wrong is kept to be looked at.
fn keep(image: &Path) {
    let kept = target().join("torture");
    remove(&kept);
    if copy(image, &kept).is_ok() {
        println!("what was left is in {} ({})", kept.display(), names(&kept).join(", "));
    }
}
