//! What runs for a waiting file: reading it, writing it. One at a time; told while it runs; kept for a while after.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use liren_rosters::Mapping;
use tokio::sync::{Semaphore, watch};

use crate::base::{Actor, App, Error, Result, error};
use crate::exchange::progress::{Progress, Stage};
use crate::exchange::queries::uploads::{self, Upload};
use crate::exchange::shown::Shown;
use crate::exchange::{Request, import};

/// 进行中的导入 — one reading or writing of a file.
pub struct Work {
    pub progress: Progress,
    pub state: watch::Receiver<State>,
    /// The answers and the day it was begun with.
    begun_with: String,
}

/// What became of it.
#[derive(Clone)]
pub enum State {
    Running,
    Ready(Arc<Shown>),
    /// Sentences (zh, en): why it was not done.
    Failed(Vec<(String, String)>),
    Written(i64),
    /// The list says what the register has.
    Nothing,
}

/// How far it is, for a page. `total` is 0 where rows are not counted.
pub struct Running {
    pub words: &'static str,
    pub done: usize,
    pub total: usize,
    pub percent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Look,
    Write,
}

/// Ids of files cannot be guessed and differ between installations: one table serves all of a process.
static WORKS: LazyLock<Mutex<HashMap<(i64, Kind), (u64, Arc<Work>)>>> = LazyLock::new(Mutex::default);

/// Large lists are read one after the other.
static TURN: Semaphore = Semaphore::const_new(1);

/// So many looked-at files stay in memory.
const KEPT: usize = 12;

/// The looking at a file with its answers: the one that runs or is done, or a new one.
pub fn look(app: &App, actor: &Actor, upload: &Upload) -> Arc<Work> {
    let with = format!("{} {}", upload.on, upload.mapping);
    start((upload.id, Kind::Look), with, false, |work| {
        let (app, actor, upload) = (app.clone(), actor.clone(), upload.clone());
        async move {
            let (bytes, map) = open(&app, &actor, &upload).await?;
            let shown = import::look(&app, &actor, request(&upload, &bytes, map.as_ref()), &work.progress).await?;
            Ok(State::Ready(Arc::new(shown)))
        }
    })
}

/// The same, read again: the register has moved, or it failed.
pub fn look_again(app: &App, actor: &Actor, upload: &Upload) -> Arc<Work> {
    WORKS.lock().unwrap_or_else(PoisonError::into_inner).remove(&(upload.id, Kind::Look));
    look(app, actor, upload)
}

/// The writing of a file. A second post finds the first one's work.
pub fn write(app: &App, actor: &Actor, upload: &Upload) -> Arc<Work> {
    start((upload.id, Kind::Write), String::new(), true, |work| {
        let (app, actor, upload) = (app.clone(), actor.clone(), upload.clone());
        async move {
            let (bytes, map) = open(&app, &actor, &upload).await?;
            let request = request(&upload, &bytes, map.as_ref());
            let outcome = import::run_upload(&app, &actor, request, &work.progress, upload.id).await?;
            Ok(outcome.revision.map_or(State::Nothing, State::Written))
        }
    })
}

/// The writing that runs, or has run.
pub fn writing(upload: i64) -> Option<Arc<Work>> {
    let works = WORKS.lock().unwrap_or_else(PoisonError::into_inner);
    works.get(&(upload, Kind::Write)).map(|(_, work)| work.clone())
}

/// Forgets what was found of a file.
pub fn forget(upload: i64) {
    let mut works = WORKS.lock().unwrap_or_else(PoisonError::into_inner);
    for kind in [Kind::Look, Kind::Write] {
        if let Some((_, work)) = works.remove(&(upload, kind)) {
            work.progress.stop();
        }
    }
}

fn start<F>(key: (i64, Kind), with: String, again: bool, run: impl FnOnce(Arc<Work>) -> F) -> Arc<Work>
where
    F: Future<Output = Result<State>> + Send + 'static,
{
    let mut works = WORKS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, work)) = works.get(&key) {
        // A writing that failed or was stopped may be begun again.
        let over = again && matches!(*work.state.borrow(), State::Failed(_) | State::Nothing);
        if work.begun_with == with && !over {
            return work.clone();
        }
        work.progress.stop();
    }
    let (tell, state) = watch::channel(State::Running);
    let work = Arc::new(Work { progress: Progress::default(), state, begun_with: with });
    let count = works.values().map(|(n, _)| *n).max().unwrap_or(0) + 1;
    works.insert(key, (count, work.clone()));
    while works.len() > KEPT {
        let done = |work: &Work| !matches!(*work.state.borrow(), State::Running);
        let oldest = works.iter().filter(|(_, (_, w))| done(w)).min_by_key(|(_, (n, _))| *n).map(|(key, _)| *key);
        match oldest {
            Some(key) => works.remove(&key),
            None => break,
        };
    }
    drop(works);
    let running = run(work.clone());
    tokio::spawn(async move {
        let _turn = TURN.acquire().await;
        let state = match running.await {
            Ok(state) => state,
            Err(Error::Invalid(all)) => State::Failed(all),
            Err(other) => {
                // What is no sentence for a clerk goes to the log; they read the common one.
                tracing::error!("import: {other}");
                State::Failed(vec![(other.sentences(false).join(""), other.sentences(true).join(" "))])
            }
        };
        // Nobody may be waiting any more.
        let _ = tell.send(state);
    });
    work
}

async fn open(app: &App, actor: &Actor, upload: &Upload) -> Result<(Vec<u8>, Option<Mapping>)> {
    let mut tx = app.db.read().await?;
    let bytes = uploads::contents(app, &mut tx, &actor.scope, upload.id).await?;
    Ok((bytes, mapping(upload)?))
}

/// The answers of a file.
pub fn mapping(upload: &Upload) -> Result<Option<Mapping>> {
    match upload.mapping.as_str() {
        "" => Ok(None),
        text => serde_json::from_str(text).map(Some).map_err(error::fault),
    }
}

fn request<'a>(upload: &'a Upload, bytes: &'a [u8], map: Option<&'a Mapping>) -> Request<'a> {
    Request { file_name: &upload.file, bytes, on: upload.on, dry_run: false, map, annotate: false }
}

impl Work {
    /// Its state, after a moment's patience: a small file is read before anybody sees that it is being read.
    pub async fn soon(&self) -> State {
        let mut state = self.state.clone();
        let over = state.wait_for(|s| !matches!(s, State::Running));
        let _ = tokio::time::timeout(Duration::from_millis(1500), over).await;
        self.state.borrow().clone()
    }

    /// What it is doing, and how far it is.
    pub fn running(&self) -> Running {
        let (stage, done, total) = self.progress.read();
        let words = match stage {
            Stage::Waiting => "排队等前一个导入",
            Stage::Opening => "打开文件",
            Stage::Comparing => "认列，和登记比对",
            Stage::Writing => "逐行写入",
            Stage::Settling => "汇总出生、死亡、迁移",
        };
        let done = done.min(total);
        Running { words, done, total, percent: (done * 100).checked_div(total).unwrap_or(0) }
    }
}
