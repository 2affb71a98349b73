//! The running product: its database, packs, keys, clock and frames.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use liren_facts::Day;
use liren_packs::Packs;
use liren_rules::{Checked, Schema, Values, World};
use liren_store::{Db, Migration, Tx, params};

use super::backup;
use super::clock::Clock;
use super::error::{Result, fault, invalid, not_found};
use super::files;
use super::frames::{self, FrameCache, Moment, Needs};
use super::keys::{CommunityKeys, Key};
use super::slice::Slices;

/// What the joined slices bring, and the packs that name what they hold.
#[derive(Clone)]
pub struct Joined {
    pub packs: Arc<Packs>,
    pub schema: Arc<Schema>,
    pub slices: Slices,
    pub migrations: &'static [Migration],
}

/// 里仁 — one running product over one data folder.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub dir: PathBuf,
    pub clock: Clock,
    pub joined: Joined,
    master: Key,
    cache: Arc<FrameCache>,
    keys: Arc<Mutex<HashMap<i64, CommunityKeys>>>,
    /// Held while a process writes this data folder; the operating system frees it when the process dies.
    _lock: Option<Arc<std::fs::File>>,
}

/// Memory for frames: enough for a city read community by community.
const FRAME_BYTES: usize = 256 << 20;

/// How a data folder is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Makes the folder when it is not there.
    pub create: bool,
    /// A PostgreSQL server; without one the folder holds an SQLite file.
    pub url: Option<&'a str>,
    pub upgrade: Upgrade,
}

/// Whether a schema that is behind may be brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// Where a backup is made first: a server has its own tools for that, and its operator.
    WithBackup,
    /// Anywhere: somebody asked for it.
    Any,
}

impl App {
    /// Opens a data folder, or makes one. A schema that is behind is brought up to date, after a backup.
    pub async fn open(dir: &Path, opening: Opening<'_>, joined: Joined) -> Result<App> {
        if opening.create {
            files::folder(dir).map_err(|e| folder(dir, &e))?;
        }
        let db = match opening.url {
            Some(url) => Db::postgres(url).await?,
            None => Db::sqlite(&dir.join(backup::DATABASE), opening.create).await?,
        };
        joined.slices.check(&joined.schema)?;
        upgrade(&db, dir, opening.upgrade, &joined).await?;
        Ok(App {
            db,
            dir: dir.to_owned(),
            clock: Clock { fixed: fixed_day(dir)? },
            joined,
            master: master_key(dir)?,
            cache: Arc::new(FrameCache::new(FRAME_BYTES)),
            keys: Arc::default(),
            _lock: None,
        })
    }

    /// The same product with nothing in memory, as another process would see it.
    #[cfg(test)]
    pub fn forgetful(&self) -> App {
        App { cache: Arc::new(FrameCache::new(FRAME_BYTES)), ..self.clone() }
    }

    /// How many frames took over changed records instead of being read anew.
    #[cfg(test)]
    pub fn patches(&self) -> usize {
        self.cache.patches.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub fn packs(&self) -> &Arc<Packs> {
        &self.joined.packs
    }

    pub fn schema(&self) -> &Arc<Schema> {
        &self.joined.schema
    }

    /// Fixes the business day of this folder, now and for later starts.
    pub fn fix_day(&mut self, day: Day) -> Result<()> {
        std::fs::write(self.dir.join("today"), format!("{day}\n")).map_err(|e| folder(&self.dir, &e))?;
        self.clock.fixed = Some(day);
        Ok(())
    }

    /// Takes the folder for a server; a second one on the same folder is refused.
    pub fn lock(&mut self) -> Result<()> {
        if self._lock.is_some() {
            return Ok(());
        }
        let file = take_folder(&self.dir)?;
        self._lock = Some(Arc::new(file));
        Ok(())
    }

    /// What a question needs to know of a moment. The cache makes a second call cheap.
    pub async fn world(&self, tx: &mut Tx, moment: Moment, needs: &Needs) -> Result<World> {
        frames::world(tx, &self.joined.schema, &self.cache, self.joined.slices, moment, needs).await
    }

    /// The needs of some kinds, and of the expressions asked over them.
    pub fn needs<'a>(
        &self,
        kinds: impl IntoIterator<Item = &'a str>,
        expressions: impl IntoIterator<Item = &'a Checked>,
    ) -> Needs {
        Needs::of(self.schema(), kinds).and(self.schema(), expressions)
    }

    /// The moment `day` as known now.
    pub async fn moment(&self, tx: &mut Tx, community: i64, day: Day) -> Result<Moment> {
        let revision = frames::revision(tx, community).await?;
        Ok(Moment { community, day, revision })
    }

    /// The values of every parameter at a moment: the packs', and the community's own that win over them.
    pub async fn values(&self, tx: &mut Tx, moment: Moment) -> Result<Values> {
        let mut values = self.packs().values(moment.day);
        let local: Vec<(String, i64)> = tx
            .rows(
                &format!(
                    "select s.param, s.value from param_override s where s.community_id = $1 and {}",
                    super::states::as_of("s", 2, 3)
                ),
                params![moment.community, moment.day.0, moment.revision],
            )
            .await?;
        values.extend(local);
        Ok(values)
    }

    /// A wrapped key for a new community.
    pub fn new_community_key(&self) -> Vec<u8> {
        CommunityKeys::create(&self.master)
    }

    /// The keys by which a community's numbers are sealed and found.
    pub async fn community_keys(&self, tx: &mut Tx, community: i64) -> Result<CommunityKeys> {
        if let Some(keys) = self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&community) {
            return Ok(keys.clone());
        }
        let row: Option<(Vec<u8>,)> =
            tx.opt("select wrapped_key from community where id = $1", params![community]).await?;
        let (wrapped,) = row.ok_or_else(|| not_found("社区"))?;
        let keys = CommunityKeys::open(&self.master, &wrapped).ok_or_else(|| {
            invalid(
                "数据文件夹里的密钥(文件 key)与数据库不符，号码不能读出。请从备份恢复同一时间的 key 文件。",
                "The key file of the data folder does not fit the database. Restore the key file of the same backup.",
            )
        })?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(community, keys.clone());
        Ok(keys)
    }
}

/// Brings the schema up to date. What was there before is kept: a copy is made first, and nobody serves meanwhile.
async fn upgrade(db: &Db, dir: &Path, upgrade: Upgrade, joined: &Joined) -> Result<()> {
    let standing = db.standing(joined.migrations).await?;
    let Some(first) = standing.pending.first().copied() else {
        return Ok(());
    };
    let mut _turn = None;
    if standing.done > 0 {
        if !db.is_sqlite() && upgrade == Upgrade::WithBackup {
            return Err(invalid(
                "服务器上的数据结构需要升级。请先停止里仁服务，用 pg_dump 备份数据库，再运行 liren migrate。没有改动任何数据。",
                "The schema on the server must be brought up to date. Stop Liren, back the database up with pg_dump, then run liren migrate. Nothing was changed.",
            ));
        }
        _turn = Some(take_folder(dir)?);
        if db.is_sqlite() {
            let kept = backup::before_upgrade(db, dir, first).await?;
            tracing::info!(kept = %kept.display(), "backed up before the schema is changed");
        }
    }
    db.migrate(joined.migrations).await?;
    Ok(())
}

/// The right to serve a folder or to change its schema. The operating system frees it when the process dies.
fn take_folder(dir: &Path) -> Result<std::fs::File> {
    let path = dir.join("lock");
    let file = std::fs::File::create(&path).map_err(|e| folder(dir, &e))?;
    file.try_lock().map_err(|_| {
        invalid(
            format!("已有一个里仁服务在使用 {}。请直接打开它的网址，或先停止它再启动。", dir.display()),
            format!("Another Liren server is using {}. Open its address, or stop it first.", dir.display()),
        )
    })?;
    Ok(file)
}

fn folder(dir: &Path, error: &std::io::Error) -> super::Error {
    invalid(
        format!("不能使用文件夹 {}:{error}。请检查路径、权限和剩余空间。", dir.display()),
        format!("Cannot use the folder {}: {error}. Check its path, permissions and free space.", dir.display()),
    )
}

fn master_key(dir: &Path) -> Result<Key> {
    let path = dir.join("key");
    match std::fs::read_to_string(&path) {
        Ok(text) => Key::from_hex(&text).ok_or_else(|| {
            invalid(
                format!("{} 不是有效的密钥文件。请从备份恢复。", path.display()),
                format!("{} is not a valid key file. Restore it from a backup.", path.display()),
            )
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let key = Key::random();
            write_private(&path, &format!("{}\n", key.to_hex())).map_err(|e| folder(dir, &e))?;
            Ok(key)
        }
        Err(e) => Err(folder(dir, &e)),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn fixed_day(dir: &Path) -> Result<Option<Day>> {
    match std::fs::read_to_string(dir.join("today")) {
        Ok(text) => Day::parse(text.trim()).map(Some).ok_or_else(|| fault("the file today holds no day")),
        Err(_) => Ok(None),
    }
}
