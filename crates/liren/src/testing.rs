//! The harness of the tests: real files, real SQL, the real router.
//!
//! The demo community is built once for each run of the tests; reading stories open it, writing stories open
//! a copy. With `LIREN_TEST_DB` naming a PostgreSQL server the same stories run there, each writing story on a
//! database made from the template.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use liren_store::params;
use tower::ServiceExt as _;

use crate::base::{Actor, App, Scope};
use crate::demo;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Removes the folders of earlier runs that have ended.
fn sweep() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let processes = std::path::Path::new("/proc");
        if !processes.join("self").exists() {
            return;
        }
        for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten() {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            let owner = name.strip_prefix("liren-test-").and_then(|rest| rest.split('-').next());
            if owner.is_some_and(|pid| !processes.join(pid).exists()) {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    });
}

/// How many random cases a property is tried on; `LIREN_CASES` asks for more than the gate has time for.
pub fn cases(usual: u32) -> u32 {
    std::env::var("LIREN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// A new, empty folder of this run.
pub fn fresh_dir(name: &str) -> PathBuf {
    sweep();
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("liren-test-{}-{n}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

fn server() -> Option<String> {
    std::env::var("LIREN_TEST_DB").ok().filter(|url| !url.is_empty())
}

/// The address of another database of the same server.
fn database(url: &str, name: &str) -> String {
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

/// The address of a new, empty database on the server under test; `None` when the tests run on SQLite.
pub async fn fresh_database(name: &str) -> Option<String> {
    let url = server()?;
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("liren_{name}_{}_{n}", std::process::id());
    administer(&url, &format!("create database {name}")).await;
    Some(database(&url, &name))
}

/// Runs statements that cannot run in a transaction.
async fn administer(url: &str, sql: &str) {
    let db = liren_store::Db::postgres(url).await.unwrap();
    db.run_outside(sql).await.unwrap();
    db.close().await;
}

struct Template {
    dir: PathBuf,
    /// The database nobody connects to: a server copies only such a one.
    pristine: Option<String>,
    /// The database the reading stories share.
    url: Option<String>,
}

/// One copy at a time: a server refuses to copy a database that is being copied.
static COPYING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn copy_database(server: &str, from: &str, name: &str) -> String {
    let _one = COPYING.lock().await;
    administer(server, &format!("create database {name} template {from}")).await;
    database(server, name)
}

static TEMPLATE: OnceLock<Template> = OnceLock::new();

/// The demo, built once.
fn template() -> &'static Template {
    TEMPLATE.get_or_init(|| {
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let dir = fresh_dir("demo");
                let url = match server() {
                    None => None,
                    Some(url) => {
                        let name = format!("liren_demo_{}", std::process::id());
                        administer(&url, &format!("create database {name}")).await;
                        Some(database(&url, &name))
                    }
                };
                let mut app = crate::open(&dir, true, url.as_deref(), crate::joined().unwrap()).await.unwrap();
                app.fix_day(demo::TODAY).unwrap();
                let rosters = dir.join("rosters");
                demo::build(&app, 1, Some(&rosters), &mut |_| {}).await.unwrap();
                app.db.close().await;
                match (server(), url) {
                    (Some(server), Some(built)) => {
                        let pristine = built.rsplit('/').next().unwrap().to_owned();
                        let name = format!("liren_read_{}", std::process::id());
                        let url = copy_database(&server, &pristine, &name).await;
                        Template { dir, pristine: Some(pristine), url: Some(url) }
                    }
                    _ => Template { dir, pristine: None, url: None },
                }
            })
        })
        .join()
        .unwrap()
    })
}

/// A product with the demo community in it.
pub struct TestApp {
    pub app: App,
    router: Router,
    /// A folder of its own, which goes with it.
    own: Option<PathBuf>,
    /// A database of its own, which goes with it: hundreds of them fill a disk.
    own_database: Option<String>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(dir) = &self.own {
            let _ = std::fs::remove_dir_all(dir);
        }
        if let (Some(url), Some(server)) = (self.own_database.take(), server()) {
            let gone = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let name = url.rsplit('/').next().unwrap_or_default().to_owned();
                runtime.block_on(administer(&server, &format!("drop database if exists {name} with (force)")));
            });
            let _ = gone.join();
        }
    }
}

impl TestApp {
    /// The shared demo: for stories that only read.
    pub async fn demo() -> TestApp {
        let t = template();
        TestApp::open(t.dir.clone(), t.url.as_deref()).await
    }

    /// A demo of one's own: for stories that write.
    pub async fn own_demo() -> TestApp {
        let t = template();
        let dir = fresh_dir("own");
        for file in ["liren.db", "key", "today"] {
            if t.dir.join(file).exists() {
                std::fs::copy(t.dir.join(file), dir.join(file)).unwrap();
            }
        }
        let url = match (&t.pristine, server()) {
            (Some(pristine), Some(server)) => {
                let n = NEXT.fetch_add(1, Ordering::Relaxed);
                let name = format!("liren_own_{}_{n}", std::process::id());
                Some(copy_database(&server, pristine, &name).await)
            }
            _ => None,
        };
        let mut test = TestApp::open(dir.clone(), url.as_deref()).await;
        test.own = Some(dir);
        test.own_database = url;
        test
    }

    /// An empty fictional community.
    pub async fn empty() -> TestApp {
        let test = TestApp::nothing().await;
        let long_ago = liren_facts::Day::ymd(1949, 10, 1).unwrap();
        crate::org::queries::create_community(&test.app, "试验社区", true, long_ago).await.unwrap();
        test
    }

    /// An installation in which there is no community yet.
    pub async fn nothing() -> TestApp {
        let dir = fresh_dir("empty");
        let url = fresh_database("empty").await;
        let mut app = crate::open(&dir, true, url.as_deref(), crate::joined().unwrap()).await.unwrap();
        app.fix_day(demo::TODAY).unwrap();
        let router = crate::routes(&app).into_service(app.clone());
        TestApp { app, router, own: Some(dir), own_database: url }
    }

    async fn open(dir: PathBuf, url: Option<&str>) -> TestApp {
        let app = crate::open(&dir, false, url, crate::joined().unwrap()).await.unwrap();
        let router = crate::routes(&app).into_service(app.clone());
        TestApp { app, router, own: None, own_database: None }
    }

    pub fn operator(&self) -> Actor {
        Actor::operator(1)
    }

    pub fn scope(&self) -> Scope {
        Scope::whole(1)
    }

    /// Somebody who is signed in with a role over an area (0: the whole community).
    pub async fn signed_in(&self, role: crate::base::Role, area: i64) -> Client<'_> {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let login = format!("tester{}x{n}", std::process::id());
        let account =
            crate::accounts::queries::add(&self.app, &login, "测试员", "correct horse", 1, area, role).await.unwrap();
        self.sign_in_again(account).await
    }

    /// The same account on another device.
    pub async fn sign_in_again(&self, account: i64) -> Client<'_> {
        let cookie = crate::base::web::new_session(&self.app, account, "test", &crate::base::web::From::default())
            .await
            .unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        Client { test: self, cookie, lang: "zh" }
    }

    pub fn stranger(&self) -> Client<'_> {
        Client { test: self, cookie: String::new(), lang: "zh" }
    }

    /// The id of an area by its name.
    pub async fn area(&self, name: &str) -> i64 {
        let mut tx = self.app.db.read().await.unwrap();
        let tree = crate::org::Tree::of(&mut tx, &self.scope(), self.app.clock.today()).await.unwrap();
        tree.areas.iter().find(|a| a.name == name).map(|a| a.id).unwrap()
    }

    /// An id as whoever may see the whole community holds it.
    pub fn mine<T: crate::base::Id>(&self, id: T) -> crate::base::Mine<T> {
        self.scope().mine(id).unwrap()
    }

    /// One number of one statement over the trail.
    pub async fn trailed(&self, sql: &str) -> i64 {
        self.app.trail.flush().await.unwrap();
        let mut tx = self.app.trail.db().await.unwrap().read().await.unwrap();
        let (n,): (i64,) = tx.row(sql, params![]).await.unwrap();
        n
    }

    /// One number of one statement.
    pub async fn count(&self, sql: &str) -> i64 {
        let mut tx = self.app.db.read().await.unwrap();
        let (n,): (i64,) = tx.row(sql, params![]).await.unwrap();
        n
    }
}

/// A browser without pictures.
pub struct Client<'a> {
    test: &'a TestApp,
    cookie: String,
    lang: &'static str,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    /// The body as it came, for files.
    pub bytes: Vec<u8>,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
}

impl Client<'_> {
    /// What the cookie carries.
    pub fn token(&self) -> String {
        self.cookie.rsplit('=').next().unwrap_or_default().to_owned()
    }

    pub fn english(mut self) -> Self {
        self.lang = "en";
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, self.cookies());
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &str, origin: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, self.cookies())
            .header(header::HOST, "liren.test")
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Sends one file as a form of the page does.
    pub async fn post_file(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.post_form(path, &[], &[(name, bytes)]).await
    }

    /// Sends fields and files as a form of a page does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(
                format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
            );
        }
        for (name, bytes) in files {
            let head = format!("--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--part--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, self.cookies())
            .header(header::HOST, "liren.test")
            .header(header::ORIGIN, "http://liren.test")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    fn cookies(&self) -> String {
        format!("{}; lang={}", self.cookie, self.lang)
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.test.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let location = headers.get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, body: String::from_utf8_lossy(&bytes).into_owned(), bytes: bytes.to_vec(), location, headers }
    }
}

impl Answer {
    /// The page's words without its tags, spaces squeezed.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    out.push(' ');
                }
                c if !inside => out.push(c),
                _ => {}
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn expect(self, status: StatusCode) -> Answer {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
