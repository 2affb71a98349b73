//! The real program on real files: nothing that was confirmed is lost, nothing half-done is left, nothing is deleted
//! that a command did not make, and whoever reads is not stopped by whoever writes.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod hostile;
#[path = "../../examples/lists/judge.rs"]
mod judge;
mod keeping;
mod keys;
mod kills;
mod lists;
mod reading;
#[path = "../../examples/lists/run.rs"]
mod run;
mod server;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

fn liren() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liren"));
    for name in ["LIREN_DATABASE_URL", "LIREN_KEY", "LIREN_KEY_FILE", "CREDENTIALS_DIRECTORY"] {
        command.env_remove(name);
    }
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The sentences of a command that must not succeed.
fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("程序出错了"), "{said}");
    said
}

/// What a command that must succeed says.
fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

/// A server that ends with its test.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(data: &Path) -> Server {
        let mut command = liren();
        command.args(["serve", "--port", "0", "--data"]).arg(data).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It is ready when it says so, and where.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("http://127.0.0.1:") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "the server ended");
        }
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let port = line.split("127.0.0.1:").nth(1).unwrap();
        let port = port.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
        Server { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every file below a folder with its contents, the lock apart.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else if path.file_name().is_some_and(|n| n != "lock") {
            all.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    all
}

/// The names of what lies in a folder.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
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

    /// A community with its people in it, and the roster they came from.
    fn peopled(name: &str, people: u32) -> (Folder, PathBuf) {
        let (folder, roster) = Folder::community(name, people);
        done(&mut folder.import(&roster));
        (folder, roster)
    }

    /// A command on the folder's data.
    fn liren(&self, args: &[&str]) -> Command {
        let mut command = liren();
        command.args(args).arg("--data").arg(self.data());
        command
    }

    fn import(&self, roster: &Path) -> Command {
        let mut command = liren();
        command.arg("import").arg(roster).args(["--into", "1", "--on", "2013-11-20", "--data"]).arg(self.data());
        command
    }

    fn people(&self) -> usize {
        everyone(&self.data()).lines().count()
    }
}

/// Everybody in a data folder, in the clear.
fn everyone(data: &Path) -> String {
    let out = liren().args(["export", "people", "--format", "json", "--data"]).arg(data).output().unwrap();
    assert!(out.status.success(), "{}", text(&out));
    String::from_utf8(out.stdout).unwrap()
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
