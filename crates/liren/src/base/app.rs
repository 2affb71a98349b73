//! The running product: its database, packs, keys, clock and frames.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use liren_facts::Day;
use liren_packs::Packs;
use liren_rules::{Checked, Schema, Values, World};
use liren_store::{Db, Migration, Tx, params};
use tower_http::csrf::CsrfLayer;

use super::clock::Clock;
use super::error::{Result, fault, not_found};
use super::files;
use super::frames::{self, FrameCache, Moment, Needs};
use super::keys::CommunityKeys;
use super::master::Master;
use super::opening::{self, Hold, Opening};
use super::queries;
use super::slice::Slices;
use super::trail::Trail;

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
    master: Master,
    /// What the installation says of itself when it is a demo.
    demo: Option<Arc<str>>,
    cache: Arc<FrameCache>,
    keys: Arc<Mutex<HashMap<i64, CommunityKeys>>>,
    hold: Option<Hold>,
    /// Which pages may send forms here: our own, and those of the addresses the operator names.
    pub csrf: CsrfLayer,
    /// Who looked at what.
    pub trail: Trail,
}

/// The word of the installation that says it is a demo.
const DEMO: &str = "demo";

/// Memory for frames: enough for a city read community by community.
const FRAME_BYTES: usize = 256 << 20;

impl App {
    /// Opens a data folder, or makes one. A schema that is behind is brought up to date, after a backup; a key that
    /// does not fit stops the start.
    pub async fn open(dir: &Path, opening: Opening<'_>, joined: Joined) -> Result<App> {
        joined.slices.check(&joined.schema)?;
        let db = opening::database(dir, &opening, joined.migrations).await?;
        let mut tx = db.read().await?;
        let wrapped = queries::wrapped_keys(&mut tx).await?;
        let demo = queries::word(&mut tx, DEMO).await?;
        drop(tx);
        let clock = Clock { fixed: fixed_day(dir)? };
        Ok(App {
            trail: Trail::of(dir, &db, clock),
            db,
            dir: dir.to_owned(),
            clock,
            joined,
            master: Master::for_communities(dir, opening.key_file, &wrapped)?,
            demo: demo.map(Arc::from),
            cache: Arc::new(FrameCache::new(FRAME_BYTES)),
            keys: Arc::default(),
            hold: opening.hold,
            csrf: CsrfLayer::new(),
        })
    }

    /// Lets forms come from an address that a proxy gives this server: `https://liren.example.cn`.
    pub fn trust(&mut self, origin: &str) -> Result<()> {
        self.csrf = self.csrf.clone().add_trusted_origin(origin).map_err(|_| {
            super::error::invalid(
                format!("--origin 要写成 https://liren.example.cn 这样，没有路径；“{origin}”不行。"),
                format!("--origin takes an address such as https://liren.example.cn without a path, not “{origin}”."),
            )
        })?;
        Ok(())
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
        let path = self.dir.join(Clock::FILE);
        files::save(&path, format!("{day}\n").as_bytes()).map_err(|e| opening::folder_error(&self.dir, &e))?;
        self.clock.fixed = Some(day);
        Ok(())
    }

    /// Takes the folder for a server; a second one on the same folder is refused.
    pub fn lock(&mut self) -> Result<()> {
        if self.hold.is_none() {
            self.hold = Some(Hold::of(&self.dir)?);
        }
        Ok(())
    }

    /// Where its key was found: in the folder, or where the operator keeps it.
    pub fn master(&self) -> &Master {
        &self.master
    }

    /// Whether this is a demo, and which: what [`App::mark_demo`] was told.
    pub fn demo(&self) -> Option<&str> {
        self.demo.as_deref()
    }

    /// What a database says of itself as a demo, without opening it as a product; nothing when it is empty. One with
    /// communities that are no demo is an error.
    pub async fn demo_in(db: &Db) -> Result<Option<String>> {
        let mut tx = db.read().await?;
        let word = if tx.has_table("installation").await? { queries::word(&mut tx, DEMO).await? } else { None };
        let communities =
            if tx.has_table("community").await? { queries::wrapped_keys(&mut tx).await?.len() } else { 0 };
        if communities > 0 && word.is_none() {
            return Err(opening::not_a_demo(communities));
        }
        Ok(word)
    }

    /// Says of the whole installation that it is a demo. Only one without a community, or one that is a demo already,
    /// becomes one.
    pub async fn mark_demo(&mut self, mark: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        let communities = queries::wrapped_keys(&mut tx).await?.len();
        if communities > 0 && queries::word(&mut tx, DEMO).await?.is_none() {
            return Err(opening::not_a_demo(communities));
        }
        queries::say(&mut tx, DEMO, mark).await?;
        tx.commit().await?;
        self.demo = Some(Arc::from(mark));
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

    /// A wrapped key for a new community, made in the transaction that adds it. All communities of a database stand
    /// under one master key: two programs with two keys do not both add one.
    pub async fn new_community_key(&self, tx: &mut Tx) -> Result<Vec<u8>> {
        self.master.opens(&queries::wrapped_keys(tx).await?)?;
        Ok(CommunityKeys::create(&self.master.key))
    }

    /// The keys by which a community's numbers are sealed and found.
    pub async fn community_keys(&self, tx: &mut Tx, community: i64) -> Result<CommunityKeys> {
        if let Some(keys) = self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&community) {
            return Ok(keys.clone());
        }
        let row: Option<(Vec<u8>,)> =
            tx.opt("select wrapped_key from community where id = $1", params![community]).await?;
        let (wrapped,) = row.ok_or_else(|| not_found("社区"))?;
        self.master.opens(&[(community, wrapped.clone())])?;
        let keys =
            CommunityKeys::open(&self.master.key, &wrapped).ok_or_else(|| fault("a key that opened is closed"))?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(community, keys.clone());
        Ok(keys)
    }
}

fn fixed_day(dir: &Path) -> Result<Option<Day>> {
    match std::fs::read_to_string(dir.join(Clock::FILE)) {
        Ok(text) => Day::parse(text.trim()).map(Some).ok_or_else(|| fault("the file today holds no day")),
        Err(_) => Ok(None),
    }
}
