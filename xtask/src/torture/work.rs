//! A small community to torture, the commands on it, and what is there afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::Result;

/// Numbers that look random and can be had again.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }
}

/// The program under torture, and what is set around it.
#[derive(Clone)]
pub struct Liren {
    program: PathBuf,
    around: Vec<(String, String)>,
}

/// What a data folder holds, as far as it was confirmed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct State {
    pub people: usize,
    pub frozen: usize,
}

impl Liren {
    pub fn new(program: &Path) -> Liren {
        Liren { program: program.to_owned(), around: Vec::new() }
    }

    /// The same with more set around it.
    pub fn with(&self, name: &str, value: impl std::fmt::Display) -> Liren {
        let mut with = self.clone();
        with.around.push((name.to_owned(), value.to_string()));
        with
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for name in ["LIREN_DATABASE_URL", "LIREN_KEY", "LIREN_KEY_FILE", "CREDENTIALS_DIRECTORY"] {
            command.env_remove(name);
        }
        command.args(args).envs(self.around.iter().map(|(n, v)| (n, v)));
        command
    }

    pub fn output(&self, args: &[&str]) -> Result<Output> {
        self.command(args).output().map_err(|e| format!("cannot start liren: {e}"))
    }

    /// What a command that must succeed prints.
    pub fn done(&self, args: &[&str]) -> Result<String> {
        let output = self.output(args)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("liren {} ended with {}: {}", args.join(" "), output.status, said(&output)))
    }

    pub fn init(&self, data: &Path) -> Result<()> {
        let data = text(data);
        self.done(&["init", "--community", "受难社区", "--fictional", "--today", "2013-11-20", "--data", &data])?;
        Ok(())
    }

    /// What is in a data folder.
    pub fn state(&self, data: &Path) -> Result<State> {
        let data = text(data);
        let people = self.done(&["export", "people", "--format", "json", "--data", &data])?;
        let frozen = self.done(&["compare", "--json", "--data", &data])?;
        Ok(State { people: people.lines().count(), frozen: frozen.matches("\"known_at\"").count() })
    }
}

/// What a command said to people.
pub fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}").trim().chars().take(600).collect()
}

/// A refusal is a sentence, not a fault of the program.
pub fn in_words(output: &Output) -> bool {
    let words = said(output);
    words.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        && !words.contains("程序出错了")
        && !words.contains("panicked")
}

pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A roster of the people from `first` on, as CSV.
pub fn roster(path: &Path, first: usize, people: usize) -> Result<()> {
    const GIVEN: [&str; 40] = [
        "安", "邦", "超", "达", "恩", "芳", "刚", "海", "吉", "凯", "兰", "明", "宁", "鹏", "琴", "荣", "山", "涛",
        "武", "翔", "英", "泽", "白", "春", "东", "峰", "国", "红", "佳", "坤", "良", "梅", "楠", "平", "倩", "蓉",
        "双", "婷", "文", "雪",
    ];
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut text = "姓名,身份证号,与户主关系,人员类型,家庭住址\n".to_owned();
    for n in first..first + people {
        let number =
            format!("9901{:02}19{:02}{:02}{:02}{:03}", 1 + n % 90, 30 + n % 60, 1 + n % 12, 1 + n % 28, n % 1_000);
        let sum: usize = number.bytes().zip(WEIGHTS).map(|(b, w)| usize::from(b - b'0') * w).sum();
        let check = b"10X98765432"[sum % 11] as char;
        let (building, unit, room) = (1 + n / 96, 1 + n / 24 % 4, 101 + n / 4 % 6 * 100);
        // Nobody is called like somebody else: a namesake with nearly the same number would be asked about.
        let given = [n % GIVEN.len(), n / GIVEN.len() % GIVEN.len()].map(|at| GIVEN[at]).concat();
        text.push_str(&format!("王{given},{number}{check},户主,常住,榆园小区{building}号楼{unit}单元{room}\n"));
    }
    std::fs::write(path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |e: std::io::Error| format!("cannot copy {}: {e}", from.display());
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).map_err(failed)?;
        }
    }
    Ok(())
}

pub fn remove(path: &Path) {
    let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
}

/// What lies in a folder, what was begun there apart.
pub fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}
