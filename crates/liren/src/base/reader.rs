//! 读取程序 — files from outside are read by a process of their own: the same program, without key, register or
//! database, which takes from itself what it does not need before it looks at the first byte. A file that makes it
//! use too much memory or time, or that breaks it, costs that process and a sentence.
//!
//! What goes in: the length of the header, the header as JSON, the length of the file, the file. What comes out: one
//! byte that says how it went, a length, the answer, and four bytes that say it is whole.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::error::{Error, Result, fault, invalid};

/// 读取方式 — what a foreign file is read as.
pub struct Reader {
    /// The word after `liren read`.
    pub kind: &'static str,
    /// From header and file to the answer; it runs in the reading process.
    pub read: fn(&[u8], &[u8], Size) -> std::result::Result<Vec<u8>, Refusal>,
    /// Bytes of the longest answer.
    pub answer: u64,
}

/// Why a file is not read, in both languages.
#[derive(Debug, Serialize, Deserialize)]
pub struct Refusal {
    pub zh: String,
    pub en: String,
}

/// How much a file may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// What a person uploads.
    Ordinary,
    /// What an operator asks for with `--large`.
    Large,
}

impl Size {
    /// Bytes of memory the reading process may use.
    pub fn memory(self) -> u64 {
        match self {
            Size::Ordinary => 512 << 20,
            Size::Large => 8 << 30,
        }
    }

    /// Bytes of a file that is read at all.
    pub fn file(self) -> u64 {
        match self {
            Size::Ordinary => 64 << 20,
            Size::Large => 2 << 30,
        }
    }

    /// Seconds of computing for a file of so many bytes.
    fn seconds(self, bytes: usize) -> u64 {
        let megabytes = (bytes >> 20) as u64;
        match self {
            Size::Ordinary => 3 + megabytes,
            Size::Large => 60 + 10 * megabytes,
        }
    }

    /// How long anybody waits for it, also on a machine that is busy with other things.
    fn patience(self, bytes: usize) -> Duration {
        Duration::from_secs(20 + 4 * self.seconds(bytes))
    }

    fn word(self) -> &'static str {
        match self {
            Size::Ordinary => "ordinary",
            Size::Large => "large",
        }
    }

    pub fn of(word: &str) -> Option<Size> {
        [Size::Ordinary, Size::Large].into_iter().find(|s| s.word() == word)
    }
}

/// The program that can read for us. One that embeds the library without being it reads in its own process.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Says that this program understands `liren read`.
pub fn reads_apart() {
    // The running program, also when its file was replaced by a newer one meanwhile.
    let own = PathBuf::from("/proc/self/exe");
    let program = if cfg!(target_os = "linux") && own.exists() { Some(own) } else { std::env::current_exe().ok() };
    if let Some(program) = program {
        let _ = PROGRAM.set(program);
    }
}

/// How many files are read at a time: one core is left for those who wait for a page.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    Arc::new(Semaphore::new((cores - 1).clamp(1, 4)))
});

/// How many may be read or wait for their turn.
static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(12)));

/// How long a file waits for its turn.
const QUEUE: Duration = Duration::from_secs(20);

/// Reads a file in a process of its own, when its turn has come. Too many at a time are sent away.
pub async fn read(reader: &'static Reader, header: &impl Serialize, file: Arc<Vec<u8>>, size: Size) -> Result<Vec<u8>> {
    let header = serde_json::to_vec(header).map_err(fault)?;
    let place = PLACES.clone().try_acquire_owned().map_err(|_| Error::Unavailable)?;
    let turn = match tokio::time::timeout(QUEUE, TURNS.clone().acquire_owned()).await {
        Ok(Ok(turn)) => turn,
        _ => return Err(Error::Unavailable),
    };
    // Who went away in the meantime leaves the work, and the work keeps its turn.
    let work = move || {
        let _held = (place, turn);
        match PROGRAM.get() {
            Some(program) => apart(program, reader, &header, &file, size),
            None => (reader.read)(&header, &file, size).map_err(|r| invalid(r.zh, r.en)),
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(fault)?
}

/// The end of a whole answer.
const WHOLE: &[u8; 4] = b"done";

/// How the reading went.
const READ: u8 = 0;
const REFUSED: u8 = 1;

fn apart(program: &PathBuf, reader: &Reader, header: &[u8], file: &[u8], size: Size) -> Result<Vec<u8>> {
    let mut command = Command::new(program);
    // Nothing of ours goes along: no key, no password, no address of a database.
    command.args(["read", reader.kind, size.word()]).env_clear().current_dir(std::env::temp_dir());
    // The allocator would ask for a gigabyte at once, which the limit does not allow.
    command.env("MIMALLOC_ARENA_RESERVE", "32MiB").env("RUST_BACKTRACE", "0");
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|e| fault(format!("the reading process did not start: {e}")))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(fault("the reading process has no pipes"));
    };
    let end = Instant::now() + size.patience(file.len());
    let child = Arc::new(Mutex::new(child));
    let over = Arc::new((Mutex::new(false), Condvar::new()));
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| send(stdin, header, file));
        scope.spawn(|| kill_at(end, &over, &child));
        let mut answer = Vec::new();
        let read = stdout.take(reader.answer + 64).read_to_end(&mut answer);
        let (done, told) = &*over;
        *done.lock().unwrap_or_else(PoisonError::into_inner) = true;
        told.notify_all();
        read.map(|_| answer)
    });
    let status = settle(&child);
    let answer = answer.ok().and_then(unpack);
    answer.unwrap_or_else(|| Err(broken(status, Instant::now() >= end, size)))
}

/// A process that breaks off does not hear the rest.
fn send(mut stdin: ChildStdin, header: &[u8], file: &[u8]) {
    for part in [header, file] {
        let length = (part.len() as u64).to_le_bytes();
        if stdin.write_all(&length).and_then(|()| stdin.write_all(part)).is_err() {
            return;
        }
    }
}

fn kill_at(end: Instant, over: &(Mutex<bool>, Condvar), child: &Mutex<Child>) {
    let (done, told) = over;
    let mut finished = done.lock().unwrap_or_else(PoisonError::into_inner);
    while !*finished {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
            return;
        }
        finished = told.wait_timeout(finished, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// How the process ended. It has closed its output, so it is about to; if not, it is made to.
fn settle(child: &Mutex<Child>) -> Option<ExitStatus> {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..200 {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    child.wait().ok()
}

/// The answer of a process that came to its end.
fn unpack(mut bytes: Vec<u8>) -> Option<Result<Vec<u8>>> {
    let how = *bytes.first()?;
    let length = u64::from_le_bytes(bytes.get(1..9)?.try_into().ok()?);
    let end = usize::try_from(length).ok()?.checked_add(9)?;
    if bytes.get(end..) != Some(WHOLE) {
        return None;
    }
    bytes.truncate(end);
    bytes.drain(..9);
    match how {
        READ => Some(Ok(bytes)),
        REFUSED => {
            let refusal: Refusal = serde_json::from_slice(&bytes).ok()?;
            Some(Err(invalid(refusal.zh, refusal.en)))
        }
        _ => None,
    }
}

/// Why there is no answer, by how the process ended.
fn broken(status: Option<ExitStatus>, late: bool, size: Size) -> Error {
    #[cfg(unix)]
    let signal = status.and_then(|s| std::os::unix::process::ExitStatusExt::signal(&s));
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    tracing::info!(status = %status.map(|s| s.to_string()).unwrap_or_default(), late, "a foreign file was not read to its end");
    let (hint_zh, hint_en) = match size {
        Size::Ordinary => (
            "确实需要导入大文件的，请在命令行加上 --large。",
            "If it really is a large file, give --large on the command line.",
        ),
        Size::Large => ("", ""),
    };
    // SIGXCPU, or killed because it took too long.
    if late || signal == Some(24) || signal == Some(9) {
        return invalid(
            format!("读这个文件用的时间太长，已停止，没有改动任何数据。请删去多余的内容，或分成几个文件。{hint_zh}"),
            format!(
                "Reading this file took too long and was stopped; nothing was changed. Remove what is not needed, or split it. {hint_en}"
            ),
        );
    }
    // It asked for more memory than it may have, or was nested deeper than it has room.
    if signal.is_some() {
        return invalid(
            format!(
                "文件展开后过大，已停止读取，没有改动任何数据。请删去多余的空白行列和图片，或分成几个文件。{hint_zh}"
            ),
            format!(
                "The file unpacks to more than can be read, so reading was stopped; nothing was changed. Remove empty rows, columns and pictures, or split it. {hint_en}"
            ),
        );
    }
    invalid(
        "文件已损坏，读到一半停止了，没有改动任何数据。请用 Excel、Word 或 WPS 打开并另存后再试。",
        "The file is damaged: reading broke off, and nothing was changed. Open it in Excel, Word or WPS, save it again and retry.",
    )
}

/// The reading process: limits itself, reads what it is sent, answers. It never returns an error: whoever sent the file
/// sees how it ended.
pub fn serve(reader: &Reader, size: Size) -> io::Result<()> {
    // What breaks shows its own insides, and those are of the file.
    std::panic::set_hook(Box::new(|_| {}));
    limit_memory(size);
    let mut stdin = io::stdin().lock();
    let header = receive(&mut stdin, 64 << 20)?;
    let length = length(&mut stdin)?;
    limit_time(size, length);
    let file = received(&mut stdin, length, size.file())?;
    let (how, answer) = match (reader.read)(&header, &file, size) {
        Ok(answer) => (READ, answer),
        Err(refusal) => (REFUSED, serde_json::to_vec(&refusal)?),
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&[how])?;
    stdout.write_all(&(answer.len() as u64).to_le_bytes())?;
    stdout.write_all(&answer)?;
    stdout.write_all(WHOLE)?;
    stdout.flush()
}

fn length(from: &mut impl Read) -> io::Result<u64> {
    let mut eight = [0; 8];
    from.read_exact(&mut eight)?;
    Ok(u64::from_le_bytes(eight))
}

fn receive(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let length = length(from)?;
    received(from, length, most)
}

fn received(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(unix)]
fn limit(resource: rustix::process::Resource, most: u64) {
    let most = rustix::process::Rlimit { current: Some(most), maximum: Some(most) };
    // A limit that is lower already cannot be raised, and need not be.
    let _ = rustix::process::setrlimit(resource, most);
}

/// Memory, files, further processes, and what would be left on the disk if it broke.
#[cfg(unix)]
fn limit_memory(size: Size) {
    use rustix::process::Resource;
    limit(Resource::As, size.memory());
    limit(Resource::Core, 0);
    limit(Resource::Fsize, 0);
    limit(Resource::Nofile, 3);
}

#[cfg(unix)]
fn limit_time(size: Size, bytes: u64) {
    limit(rustix::process::Resource::Cpu, size.seconds(usize::try_from(bytes).unwrap_or(0)));
}

/// Elsewhere the one who waits ends it by the clock, and the machine's own memory is the limit.
#[cfg(not(unix))]
fn limit_memory(_: Size) {}

#[cfg(not(unix))]
fn limit_time(_: Size, _: u64) {}
