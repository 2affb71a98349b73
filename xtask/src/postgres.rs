//! The slice tests on a real PostgreSQL server: a private cluster in a temporary folder, on a free port,
//! gone when the tests are over.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::place::{TempDir, free_port, program};
use crate::tools::{is_root, provide_package};
use crate::{Result, cargo, read, run};

/// Safety against a power cut is not what these tests are about, and many of them connect at once. The log
/// of changes is kept short: hundreds of databases are made and dropped.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
                        -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
                        -c max_wal_size=256MB -c max_connections=300 -c log_connections=on";

pub fn test() -> Result<()> {
    let server = Server::start()?;
    println!("PostgreSQL {} on port {}", server.version()?, server.port);
    let mut tests = cargo(["test", "--package", "liren", "--lib", "--no-fail-fast"]);
    tests.env("LIREN_TEST_DB", server.url());
    run(tests)?;
    // A suite that never spoke to the server would pass here without having tested anything.
    match server.connections() {
        0 => Err("the slice tests did not connect to the server named in LIREN_TEST_DB".into()),
        connections => {
            println!("the tests connected {connections} times");
            Ok(())
        }
    }
}

struct Server {
    bin: PathBuf,
    user: Option<String>,
    dir: TempDir,
    port: u16,
}

impl Server {
    fn start() -> Result<Server> {
        let bin = match binaries() {
            Some(bin) => bin,
            None => {
                provide_package("postgresql").map_err(|why| {
                    format!("a PostgreSQL server is missing; the slice tests run on both engines: {why}")
                })?;
                binaries().ok_or("the package postgresql brought no server below /usr/lib/postgresql")?
            }
        };
        let dir = TempDir::new("liren-pg")?;
        let user = if is_root() { Some(unprivileged()?) } else { None };
        if let Some(user) = &user {
            let mut own = Command::new("chown");
            own.arg(user).arg(dir.path());
            run(own)?;
        }
        let server = Server { bin, user, dir, port: free_port()? };
        let data = server.data();
        read(
            server.command(
                "initdb",
                ["-D", &data, "-U", "liren", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            ),
        )?;
        let options = format!("-p {} -k {} {SETTINGS}", server.port, server.dir.path().display());
        let log = server.log();
        // The server inherits the streams of pg_ctl: a pipe would stay open as long as it lives.
        let mut start = server.command("pg_ctl", ["-D", &data, "-l", &log, "-o", &options, "-w", "-s", "start"]);
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        run(start).map_err(|why| {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            format!("{why}\n{said}")
        })?;
        Ok(server)
    }

    fn url(&self) -> String {
        format!("postgres://liren@127.0.0.1:{}/postgres", self.port)
    }

    fn version(&self) -> Result<String> {
        self.ask("show server_version")
    }

    /// How often somebody else than this program's own `psql` has connected.
    fn connections(&self) -> usize {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().filter(|line| line.contains("connection authorized") && !line.contains("=psql")).count()
    }

    fn ask(&self, sql: &str) -> Result<String> {
        let port = self.port.to_string();
        let args = ["-h", "127.0.0.1", "-p", &port, "-U", "liren", "-X", "-A", "-t", "-c", sql, "postgres"];
        read(self.command("psql", args)).map(|text| text.trim().to_owned())
    }

    fn log(&self) -> String {
        self.dir.path().join("log").to_string_lossy().into_owned()
    }

    fn data(&self) -> String {
        self.dir.path().join("data").to_string_lossy().into_owned()
    }

    /// A program of the server's, run as somebody who may run it, from a folder that user can enter.
    fn command<const N: usize>(&self, name: &str, args: [&str; N]) -> Command {
        let program = self.bin.join(name);
        let mut command = match &self.user {
            Some(user) => become_user(user, &program),
            None => Command::new(&program),
        };
        command.args(args).current_dir(self.dir.path());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let mut stop = self.command("pg_ctl", ["-D", &data, "-m", "immediate", "-w", "-s", "stop"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The folder of the newest installed server.
pub fn binaries() -> Option<PathBuf> {
    let has_server = |dir: &Path| dir.join("initdb").is_file() && dir.join("pg_ctl").is_file();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| has_server(bin))
        .max();
    if let Some((_, bin)) = newest {
        return Some(bin);
    }
    let mut config = Command::new("pg_config");
    config.arg("--bindir");
    let told = read(config).ok().map(|dir| PathBuf::from(dir.trim())).filter(|dir| has_server(dir));
    told.or_else(|| program("initdb")?.parent().map(Path::to_path_buf).filter(|dir| has_server(dir)))
}

/// PostgreSQL refuses to run as root: the package's own user, or nobody.
fn unprivileged() -> Result<String> {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .into_iter()
        .find(|name| users.lines().any(|line| line.split(':').next() == Some(name)))
        .map(str::to_owned)
        .ok_or_else(|| "PostgreSQL does not run as root, and there is neither a user postgres nor nobody".into())
}

fn become_user(user: &str, program: &Path) -> Command {
    let mut command = if crate::place::program("runuser").is_some() {
        let mut command = Command::new("runuser");
        command.args(["-u", user, "--"]);
        command
    } else {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", user, "--clear-groups", "--"].map(OsStr::new));
        command
    };
    command.arg(program);
    command
}
