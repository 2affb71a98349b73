//! Files that hold people's data: only their owner may read them, they are written whole or not at all, and they are
//! on the disk before anybody is told so.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Makes a folder, and those above it, for its owner only; one that is there stays as it is. What was made is on the
/// disk when this returns: a file that is synced in a folder whose name is not would be gone with it.
pub fn folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists()).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    missing.into_iter().rev().try_for_each(|made| sync_folder(folder_of(made)))
}

/// A new file for its owner only; one that is there is an error.
pub fn new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a file whole or not at all, replacing one that is there. Anything but a file (a device, a pipe) is written
/// to as it is.
pub fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Ok(there) = fs::metadata(path)
        && !there.is_file()
    {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    // What a link points to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = folder_of(&path);
    folder(dir)?;
    let mut part = Part::file(&path)?;
    if let Some(file) = &mut part.held {
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    part.keep(&path)
}

/// Writes a file that is not there yet, whole or not at all; one that is there is an error and stays.
pub fn save_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = Part::file(path)?;
    if let Some(file) = &mut part.held {
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    // Unlike a renamed file, a link never takes the place of another.
    match fs::hard_link(part.path(), path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
            let mut file = new(path)?;
            file.write_all(bytes)?;
            file.sync_all()?;
        }
        done => done?,
    }
    sync_folder(folder_of(path))
}

/// Copies a file into one that is not there yet; the copy is on the disk when this returns.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = new(to)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

/// Takes from others what an earlier version let them read: the folder, and those of `names` that are in it.
pub fn own<const N: usize>(dir: &Path, names: [&str; N]) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let close = |path: &Path| match fs::metadata(path) {
            Ok(there) => {
                let mode = there.permissions().mode() & 0o700;
                fs::set_permissions(path, fs::Permissions::from_mode(mode))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        };
        close(dir)?;
        for name in names {
            close(&dir.join(name))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (dir, names);
    Ok(())
}

/// Waits until a file somebody else wrote is on the disk.
pub fn sync(path: &Path) -> io::Result<()> {
    // Windows syncs only what is open for writing.
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Waits until the names in a folder are on the disk.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

/// The folder a file lies in; the present one for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// The SHA-256 of a file's contents, in hexadecimal, and its length.
pub fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut hasher, mut length, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            n => {
                hasher.update(&piece[..n]);
                length += n as u64;
            }
        }
    }
    Ok((hasher.finalize().iter().map(|b| format!("{b:02x}")).collect(), length))
}

/// What is written under a name of its own until it is whole. It is held as long as its writer lives; dropped
/// without [`Part::keep`] it is removed.
pub struct Part {
    path: PathBuf,
    held: Option<File>,
}

/// What a writer holds of a folder it is writing: the folder itself, or a file in it where folders cannot be held.
fn holder(folder: &Path) -> PathBuf {
    if cfg!(unix) { folder.to_owned() } else { folder.join("unfinished") }
}

impl Part {
    /// A file that will be called `path`, and what earlier writers of the same name left when they died removed.
    pub fn file(path: &Path) -> io::Result<Part> {
        sweep(path);
        let part = beside(path);
        let file = new(&part)?;
        let held = Part { path: part, held: Some(file) };
        held.hold()?;
        Ok(held)
    }

    /// The same for a folder.
    pub fn folder(path: &Path) -> io::Result<Part> {
        sweep(path);
        let mut held = Part { path: beside(path), held: None };
        folder(&held.path)?;
        let holder = holder(&held.path);
        held.held = Some(if cfg!(unix) { File::open(holder)? } else { new(&holder)? });
        held.hold()?;
        Ok(held)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn hold(&self) -> io::Result<()> {
        match &self.held {
            Some(file) => file.try_lock().or_else(|e| match e {
                // A network disk may know no locks; then nothing of others is removed there either.
                fs::TryLockError::Error(e) if e.kind() == io::ErrorKind::Unsupported => Ok(()),
                fs::TryLockError::Error(e) => Err(e),
                fs::TryLockError::WouldBlock => Ok(()),
            }),
            None => Ok(()),
        }
    }

    /// Gives it its name, once everything in it is on the disk.
    pub fn keep(mut self, path: &Path) -> io::Result<()> {
        if self.path.is_dir() {
            if cfg!(windows) {
                self.held = None;
                fs::remove_file(holder(&self.path))?;
            }
            sync_folder(&self.path)?;
        }
        fs::rename(&self.path, path)?;
        self.held = None;
        self.path = PathBuf::new();
        sync_folder(folder_of(path))
    }
}

impl Part {
    /// Moves the files of a folder out of it, those that are there in the order given: the last one makes the whole.
    pub fn keep_files(self, into: &Path, names: &[&str]) -> io::Result<()> {
        for name in names {
            match fs::rename(self.path.join(name), into.join(name)) {
                Ok(()) => sync_folder(into)?,
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        let _ = if self.path.is_dir() { fs::remove_dir_all(&self.path) } else { fs::remove_file(&self.path) };
    }
}

/// A name nobody uses, in the same folder: two programs that write the same file do not meet.
fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}{:016x}{ENDING}", beginning(path), rand::random::<u64>()))
}

const ENDING: &str = ".part";

fn beginning(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes unfinished files and folders of the same name whose writers have died.
fn sweep(path: &Path) {
    let beginning = beginning(path);
    for entry in fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let random = name.strip_prefix(&beginning).and_then(|rest| rest.strip_suffix(ENDING));
        if random.is_none_or(|r| r.len() != 16 || !r.bytes().all(|b| b.is_ascii_hexdigit())) {
            continue;
        }
        let left = entry.path();
        let hold = if left.is_dir() { holder(&left) } else { left.clone() };
        // A writer that lives holds it.
        if File::open(hold).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = if left.is_dir() { fs::remove_dir_all(&left) } else { fs::remove_file(&left) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_and_private_and_nothing_is_left_beside_it() {
        let dir = crate::testing::fresh_dir("files").join("new/deeper");
        let path = dir.join("名单.csv");
        // What a writer that was killed left, and what a living one is writing.
        folder(&dir).unwrap();
        let dead = dir.join(".名单.csv.0123456789abcdef.part");
        fs::write(&dead, "half").unwrap();
        let living = Part::file(&path).unwrap();
        assert!(!dead.exists());
        save(&path, "一".as_bytes()).unwrap();
        save(&path, "二".as_bytes()).unwrap();
        assert!(living.path().exists());
        drop(living);
        assert_eq!(fs::read(&path).unwrap(), "二".as_bytes());
        let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["名单.csv"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(&dir)), (0o600, 0o700));
            // A device stays what it is, and a link goes on pointing to its file.
            save(Path::new("/dev/null"), b"gone").unwrap();
            assert!(!fs::metadata("/dev/null").unwrap().is_file());
            let link = dir.join("link.csv");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            save(&link, "三".as_bytes()).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read(&path).unwrap(), "三".as_bytes());
        }
    }

    #[test]
    fn a_folder_that_is_not_kept_leaves_nothing() {
        let dir = crate::testing::fresh_dir("parts");
        let part = Part::folder(&dir.join("备份")).unwrap();
        save(&part.path().join("a"), b"a").unwrap();
        drop(part);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
        let part = Part::folder(&dir.join("备份")).unwrap();
        save(&part.path().join("a"), b"a").unwrap();
        part.keep(&dir.join("备份")).unwrap();
        assert_eq!(fs::read_dir(dir.join("备份")).unwrap().count(), 1);
    }
}
