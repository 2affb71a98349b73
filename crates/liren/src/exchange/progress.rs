//! How far an import has come, told to whoever waits for it, who may stop it as long as nothing is committed.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::base::{Result, error};

/// 进度 — shared by the import and by the page that shows it.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicUsize,
    total: AtomicUsize,
    /// 0: runs; 1: stopped; 2: commits, and is stopped no longer.
    fate: AtomicU8,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// 等候 — another import runs.
    #[default]
    Waiting,
    /// 打开文件
    Opening,
    /// 与登记比对
    Comparing,
    /// 逐行写入
    Writing,
    /// 汇总
    Settling,
}

impl Progress {
    /// Enters a stage with so many rows to come.
    pub fn at(&self, stage: Stage, total: usize) -> Result<()> {
        self.stage.store(stage as u8, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.go_on()
    }

    /// So many rows more are done.
    pub fn done(&self, rows: usize) -> Result<()> {
        self.done.fetch_add(rows, Ordering::Relaxed);
        self.go_on()
    }

    /// An error once somebody stopped it.
    pub fn go_on(&self) -> Result<()> {
        match self.fate.load(Ordering::SeqCst) {
            1 => Err(stopped()),
            _ => Ok(()),
        }
    }

    /// The stage, the rows done and the rows there are; of the last `0` where they are not counted.
    pub fn read(&self) -> (Stage, usize, usize) {
        let stage = match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Waiting,
            1 => Stage::Opening,
            2 => Stage::Comparing,
            3 => Stage::Writing,
            _ => Stage::Settling,
        };
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Stops it before its next row. `false`: it is being committed, or is done.
    pub fn stop(&self) -> bool {
        self.fate.compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst).is_ok() || self.is_stopped()
    }

    pub fn is_stopped(&self) -> bool {
        self.fate.load(Ordering::SeqCst) == 1
    }

    /// From here on it is stopped no longer.
    pub(super) fn commit(&self) -> Result<()> {
        match self.fate.compare_exchange(0, 2, Ordering::SeqCst, Ordering::SeqCst) {
            Err(1) => Err(stopped()),
            _ => Ok(()),
        }
    }
}

fn stopped() -> error::Error {
    error::invalid("导入已取消，没有写入任何内容。", "The import was stopped. Nothing was written.")
}
