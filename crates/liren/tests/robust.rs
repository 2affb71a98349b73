//! What a full disk, a killed process and a second server do to a data folder: nothing that was confirmed is lost,
//! and nothing half-done is left. The real program on real files.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn liren() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liren"));
    command.env_remove("LIREN_DATABASE_URL");
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// An empty fictional community, and a roster of `people` for it.
    fn community(name: &str, people: u32) -> (Folder, PathBuf) {
        let folder = Folder::new(name);
        let done = liren()
            .args(["init", "--community", "试验社区", "--fictional"])
            .args(["--today", "2013-11-20", "--data"])
            .arg(folder.data())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done));
        let roster = folder.0.join("花名册.csv");
        std::fs::write(&roster, roster_of(people)).unwrap();
        (folder, roster)
    }

    fn import(&self, roster: &Path) -> Command {
        let mut command = liren();
        command.arg("import").arg(roster).args(["--into", "1", "--on", "2013-11-20", "--data"]).arg(self.data());
        command
    }

    fn people(&self) -> usize {
        let out = liren().args(["export", "people", "--format", "json", "--data"]).arg(self.data()).output().unwrap();
        assert!(out.status.success(), "{}", text(&out));
        out.stdout.iter().filter(|b| **b == b'\n').count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn roster_of(people: u32) -> String {
    let mut text = "姓名,身份证号,与户主关系,人员类型,家庭住址\n".to_owned();
    for n in 0..people {
        let first =
            format!("9901{:02}19{:02}{:02}{:02}{:03}", 1 + n % 90, 30 + n % 60, 1 + n % 12, 1 + n % 28, n % 999);
        let check = liren_facts::identifier::check_character(&first).unwrap();
        let (building, unit, room) = (1 + n / 96, 1 + n / 24 % 4, 101 + n / 4 % 6 * 100);
        text.push_str(&format!(
            "王{},{first}{check},户主,常住,榆园小区{building}号楼{unit}单元{room}\n",
            ["军", "强", "丽", "敏", "静", "磊"][n as usize % 6]
        ));
    }
    text
}

#[test]
fn an_import_that_is_killed_leaves_all_of_it_or_nothing() {
    let (folder, roster) = Folder::community("killed", 3_000);
    // How long it takes undisturbed, measured on a copy, says when to strike.
    let (whole, _) = Folder::community("whole", 0);
    let begun = Instant::now();
    assert!(whole.import(&roster).output().unwrap().status.success());
    let takes = begun.elapsed();
    let all = whole.people();
    assert!(all > 2_900, "{all}");
    let mut left_nothing = 0;
    for strike in 1..=8u32 {
        let mut running = folder.import(&roster).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(takes * strike / 9);
        running.kill().unwrap();
        running.wait().unwrap();
        let there = folder.people();
        assert!(there == 0 || there == all, "{there} of {all} people are there");
        left_nothing += usize::from(there == 0);
        if there == all {
            break;
        }
    }
    assert!(left_nothing > 0, "no strike came before the end");
    // The folder is as good as new: the same import now succeeds, and once more changes nothing.
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert_eq!(folder.people(), all);
    let again = folder.import(&roster).output().unwrap();
    assert!(text(&again).contains("新增 0、变更 0"), "{}", text(&again));
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let (folder, roster) = Folder::community("full", 2_000);
    // No file of this process may grow beyond what is there already and a little: a disk that fills up half-way.
    let blocks = std::fs::metadata(folder.data().join("liren.db")).unwrap().len() / 512 + 200;
    let command = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let import = folder.import(&roster);
    let limited =
        Command::new("sh").arg("-c").arg(command).arg(import.get_program()).args(import.get_args()).output().unwrap();
    assert_eq!(limited.status.code(), Some(2), "{}", text(&limited));
    let said = text(&limited);
    assert!(said.contains("磁盘已满"), "{said}");
    assert_eq!(folder.people(), 0);
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert!(folder.people() > 1_900);
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let (folder, roster) = Folder::community("second", 20);
    let serve = || {
        let mut command = liren();
        command.args(["serve", "--port", "0", "--data"]).arg(folder.data()).stderr(Stdio::piped());
        command
    };
    let mut first = serve().spawn().unwrap();
    // It is ready when it says so.
    let mut said = [0; 8];
    first.stderr.as_mut().unwrap().read_exact(&mut said).unwrap();
    let second = serve().output().unwrap();
    assert_eq!(second.status.code(), Some(2), "{}", text(&second));
    assert!(text(&second).contains("已有一个里仁服务"), "{}", text(&second));
    // A command writes beside the server; both see it.
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert!(first.try_wait().unwrap().is_none(), "the first server ended");
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(folder.people(), 20);
    std::thread::sleep(Duration::from_millis(10));
}
