//! 留痕 — who looked at what, from where and why: rows that are only ever added, each bound to the one before it by a
//! digest. On SQLite they lie in a file of their own, so that reading a page waits for no writer of the register; on
//! PostgreSQL in a table with one head for each chain. Changes have a chain of their own in `change`.

mod checkpoint;
mod digest;
mod looked;
mod queries;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use liren_store::{Db, Migration, Tx};
use tokio::sync::{OnceCell, mpsc, oneshot};

use super::error::{Error, Result, fault};
use super::text::kept_text;
use super::{Actor, Clock};

pub(super) use checkpoint::Chained;
pub use checkpoint::{Broken, KEPT_DAYS, LastVerified, Point, Signed, Verified};
pub use digest::{packed, unpacked};
pub use looked::{Alert, AlertKind, Line, Looked, Page, REVEALS, Which};

/// The file of a data folder that holds it.
pub const FILE: &str = "trail.db";

/// The chain of the installation; each community has one under its own id.
pub const INSTALLATION: i64 = 0;

const TABLES: &str = include_str!("tables.sql");

const STEPS: &[Migration] = &[Migration::sql(1, "trail", TABLES)];

/// The tables where a server holds everything; an SQLite database has a file of its own for them.
pub async fn tables(tx: &mut Tx) -> liren_store::Result<()> {
    if tx.is_sqlite() { Ok(()) } else { tx.script(TABLES).await }
}

/// 动作 — what somebody did that changes nothing, or changes something that belongs to no community's register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    SignIn,
    SignInFailed,
    SignOut,
    ReadPerson,
    ReadList,
    SearchNumber,
    Reveal,
    Export,
    ExportUnmasked,
    Account,
    Grant,
    Backup,
    Restore,
    Audit,
    Prune,
}

impl Action {
    pub const ALL: [Action; 15] = [
        Action::SignIn,
        Action::SignInFailed,
        Action::SignOut,
        Action::ReadPerson,
        Action::ReadList,
        Action::SearchNumber,
        Action::Reveal,
        Action::Export,
        Action::ExportUnmasked,
        Action::Account,
        Action::Grant,
        Action::Backup,
        Action::Restore,
        Action::Audit,
        Action::Prune,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Action::SignIn => "sign_in",
            Action::SignInFailed => "sign_in_failed",
            Action::SignOut => "sign_out",
            Action::ReadPerson => "read_person",
            Action::ReadList => "read_list",
            Action::SearchNumber => "search_number",
            Action::Reveal => "reveal",
            Action::Export => "export",
            Action::ExportUnmasked => "export_unmasked",
            Action::Account => "account",
            Action::Grant => "grant",
            Action::Backup => "backup",
            Action::Restore => "restore",
            Action::Audit => "audit",
            Action::Prune => "prune",
        }
    }

    pub fn parse(id: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|a| a.id() == id)
    }

    pub fn title(self) -> &'static str {
        match self {
            Action::SignIn => "登录",
            Action::SignInFailed => "登录没成",
            Action::SignOut => "退出登录",
            Action::ReadPerson => "打开个人页",
            Action::ReadList => "打开名单",
            Action::SearchNumber => "按号码查找",
            Action::Reveal => "看完整号码",
            Action::Export => "导出",
            Action::ExportUnmasked => "导出，未脱敏",
            Action::Account => "账户",
            Action::Grant => "授权",
            Action::Backup => "备份",
            Action::Restore => "恢复",
            Action::Audit => "查看留痕",
            Action::Prune => "清理旧留痕",
        }
    }
}

/// 对象 — whom or what it was about.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Subject {
    #[default]
    Nothing,
    Person(i64),
    /// A list: one row names everybody on it.
    People(Vec<i64>),
    Account(i64),
}

/// 查看 — one row before it has its place.
#[derive(Clone, Debug)]
pub struct Access {
    pub chain: i64,
    /// 0 is the operator of the command line and the product itself.
    pub account: Option<i64>,
    pub actor: String,
    /// The address of whoever asked; empty on the command line.
    pub address: String,
    pub action: Action,
    pub subject: Subject,
    /// Why, and what of: never a name or a number.
    pub purpose: String,
}

impl Access {
    /// What somebody does in the community they look at.
    pub fn of(actor: &Actor, action: Action) -> Access {
        Access {
            chain: actor.scope.community,
            account: Some(actor.account),
            actor: actor.login.clone(),
            address: String::new(),
            action,
            subject: Subject::Nothing,
            purpose: String::new(),
        }
    }

    /// What concerns the whole installation.
    pub fn installation(account: Option<i64>, actor: &str, action: Action) -> Access {
        Access {
            chain: INSTALLATION,
            account,
            actor: actor.to_owned(),
            address: String::new(),
            action,
            subject: Subject::Nothing,
            purpose: String::new(),
        }
    }

    pub fn from(mut self, address: &str) -> Access {
        address.clone_into(&mut self.address);
        self
    }

    pub fn person(mut self, person: i64) -> Access {
        self.subject = Subject::Person(person);
        self
    }

    pub fn people(mut self, mut people: Vec<i64>) -> Access {
        people.sort_unstable();
        people.dedup();
        self.subject = Subject::People(people);
        self
    }

    pub fn about(mut self, account: i64) -> Access {
        self.subject = Subject::Account(account);
        self
    }

    pub fn because(mut self, purpose: &str) -> Access {
        self.purpose = kept_text(purpose.chars().take(PURPOSE_CHARS).collect());
        self
    }
}

/// What is longer is no purpose.
const PURPOSE_CHARS: usize = 400;

/// A row as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub chain: i64,
    pub seq: i64,
    /// UTC microseconds by the machine's clock, as it was: that it jumped is seen.
    pub at: i64,
    pub account: Option<i64>,
    pub actor: String,
    pub address: String,
    pub action: String,
    /// `person:12`, `people:136`, `account:3`.
    pub subject: String,
    /// Those of a list, packed.
    pub ids: Option<Vec<u8>>,
    pub purpose: String,
    pub prev: Vec<u8>,
    pub digest: Vec<u8>,
}

impl Entry {
    /// Everybody it is about.
    pub fn people(&self) -> Vec<i64> {
        match (&self.ids, self.subject.strip_prefix("person:")) {
            (Some(packed), _) => unpacked(packed),
            (None, Some(id)) => id.parse().into_iter().collect(),
            (None, None) => vec![],
        }
    }
}

/// How many rows are written together, and how long one that nobody waits for may wait for others.
const TOGETHER: usize = 64;
const PATIENCE: Duration = Duration::from_millis(5);

/// How many may wait to be written; whoever comes then waits too.
const WAITING: usize = 4_096;

/// 留痕 — the hand that writes it.
#[derive(Clone)]
pub struct Trail {
    to: mpsc::Sender<Order>,
    store: Arc<Store>,
    clock: Clock,
}

struct Order {
    access: Option<Access>,
    at: i64,
    done: Option<oneshot::Sender<std::result::Result<(), Why>>>,
}

/// Why nothing was written, told to everybody of a batch.
#[derive(Clone)]
enum Why {
    Sentences(Vec<(String, String)>),
    Busy,
    Fault(String),
}

enum Place {
    Own(PathBuf),
    Shared(Db),
}

/// Where it lies; the file is made when the first row is.
struct Store {
    place: Place,
    db: OnceCell<Db>,
}

impl Store {
    async fn db(&self) -> Result<&Db> {
        self.db
            .get_or_try_init(|| async {
                match &self.place {
                    Place::Shared(db) => Ok(db.clone()),
                    Place::Own(path) => {
                        let db = Db::sqlite(path, true).await?;
                        db.migrate(STEPS).await?;
                        Ok(db)
                    }
                }
            })
            .await
    }
}

impl Trail {
    /// The trail of a data folder. It is written by one task, as long as anybody holds the trail.
    pub fn of(dir: &Path, db: &Db, clock: Clock) -> Trail {
        if db.is_sqlite() { Trail::in_folder(dir, clock) } else { Trail::at(Place::Shared(db.beside()), clock) }
    }

    /// The trail of a folder that is not opened.
    pub fn in_folder(dir: &Path, clock: Clock) -> Trail {
        Trail::at(Place::Own(dir.join(FILE)), clock)
    }

    fn at(place: Place, clock: Clock) -> Trail {
        let store = Arc::new(Store { place, db: OnceCell::new() });
        let (to, orders) = mpsc::channel(WAITING);
        tokio::spawn(append(store.clone(), orders));
        Trail { to, store, clock }
    }

    /// Writes a row. What it tells of happens after this returns: without a trace nothing is shown.
    pub async fn note(&self, access: Access) -> Result<()> {
        let (done, written) = oneshot::channel();
        self.order(Some(access), Some(done)).await?;
        match written.await {
            Ok(done) => done.map_err(Why::error),
            Err(_) => Err(fault("the trail ended")),
        }
    }

    /// Hands over a row that nobody waits for: a list. It is on the disk a few milliseconds later.
    pub async fn tell(&self, access: Access) -> Result<()> {
        self.order(Some(access), None).await
    }

    /// Waits until everything handed over is written.
    pub async fn flush(&self) -> Result<()> {
        let (done, written) = oneshot::channel();
        self.order(None, Some(done)).await?;
        match written.await {
            Ok(done) => done.map_err(Why::error),
            Err(_) => Err(fault("the trail ended")),
        }
    }

    /// Writes what was handed over and closes the file, which is then whole without its journal.
    pub async fn close(&self) -> Result<()> {
        self.flush().await?;
        if let Some(db) = self.store.db.get() {
            db.close().await;
        }
        Ok(())
    }

    async fn order(
        &self,
        access: Option<Access>,
        done: Option<oneshot::Sender<std::result::Result<(), Why>>>,
    ) -> Result<()> {
        let order = Order { access, at: self.clock.instant(), done };
        self.to.send(order).await.map_err(|_| fault("the trail ended"))
    }

    /// The database it lies in, made if it is not there.
    pub async fn db(&self) -> Result<&Db> {
        self.store.db().await
    }
}

impl Why {
    fn of(error: Error) -> Why {
        match error {
            Error::Invalid(sentences) => Why::Sentences(sentences),
            Error::Unavailable => Why::Busy,
            other => Why::Fault(other.to_string()),
        }
    }

    fn error(self) -> Error {
        match self {
            Why::Sentences(sentences) => Error::Invalid(sentences),
            Why::Busy => Error::Unavailable,
            Why::Fault(what) => Error::Fault(what),
        }
    }
}

/// The one task that writes: what came while it wrote is written together.
async fn append(store: Arc<Store>, mut orders: mpsc::Receiver<Order>) {
    while let Some(first) = orders.recv().await {
        let mut batch = vec![first];
        while batch.len() < TOGETHER {
            match orders.try_recv() {
                Ok(order) => batch.push(order),
                Err(_) if batch.iter().any(|order| order.done.is_some()) => break,
                Err(_) => match tokio::time::timeout(PATIENCE, orders.recv()).await {
                    Ok(Some(order)) => batch.push(order),
                    _ => break,
                },
            }
        }
        let rows: Vec<(i64, &Access)> = batch.iter().filter_map(|o| Some((o.at, o.access.as_ref()?))).collect();
        let written = match rows.is_empty() {
            true => Ok(()),
            false => write(&store, &rows).await.map_err(|error| {
                tracing::error!(%error, rows = rows.len(), "the trail could not be written");
                Why::of(error)
            }),
        };
        for done in batch.into_iter().filter_map(|order| order.done) {
            // Whoever asked may have gone.
            let _ = done.send(written.clone());
        }
    }
}

async fn write(store: &Store, rows: &[(i64, &Access)]) -> Result<()> {
    let db = store.db().await?;
    let mut tx = db.write().await?;
    let mut chains: Vec<i64> = rows.iter().map(|(_, access)| access.chain).collect();
    // Always in the same order: two programs that write the same chains do not wait for one another.
    chains.sort_unstable();
    chains.dedup();
    for chain in chains {
        let (mut seq, mut prev) = queries::head(&mut tx, chain).await?;
        let mut entries = Vec::new();
        for (at, access) in rows.iter().filter(|(_, access)| access.chain == chain) {
            seq += 1;
            let mut entry = entry(access, seq, *at, prev);
            entry.digest = entry.digest_of();
            prev = entry.digest.clone();
            entries.push(entry);
        }
        queries::append(&mut tx, entries).await?;
        queries::set_head(&mut tx, chain, seq, &prev).await?;
    }
    Ok(tx.commit().await?)
}

fn entry(access: &Access, seq: i64, at: i64, prev: Vec<u8>) -> Entry {
    let (subject, ids) = match &access.subject {
        Subject::Nothing => (String::new(), None),
        Subject::Person(id) => (format!("person:{id}"), None),
        Subject::People(ids) => (format!("people:{}", ids.len()), Some(packed(ids))),
        Subject::Account(id) => (format!("account:{id}"), None),
    };
    // A database holds no NUL, and neither does what a browser says of itself.
    let clean = |text: &str| text.replace('\0', "");
    Entry {
        chain: access.chain,
        seq,
        at,
        account: access.account,
        actor: clean(&access.actor),
        address: clean(&access.address),
        action: access.action.id().to_owned(),
        subject,
        ids,
        purpose: clean(&access.purpose),
        prev,
        digest: vec![],
    }
}

#[cfg(test)]
mod tests;
