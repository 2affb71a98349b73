//! The state of a folder after a power cut, made from the log of what its disk was told. What was synced is there; of
//! what was not, nothing, or any part.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::work::Chance;
use crate::Result;

/// One line of the log.
#[derive(Clone, Debug)]
pub enum Told {
    Create { path: PathBuf, inode: u64 },
    Write { inode: u64, offset: usize, bytes: Vec<u8> },
    Truncate { inode: u64, length: usize },
    Sync { inode: u64 },
    SyncFolder { path: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Link { from: PathBuf, to: PathBuf },
    Unlink { path: PathBuf },
    Folder { path: PathBuf },
}

/// Reads the log that the library wrote.
pub fn read(log: &[u8]) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    let mut rest = log;
    let broken = || "the log of the disk breaks off".to_owned();
    while !rest.is_empty() {
        let head: &[u8; 29] = rest.first_chunk().ok_or_else(broken)?;
        let short = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
        let long = |at: usize| (0..8).fold(0u64, |n, i| n | u64::from(head[at + i]) << (8 * i));
        let (a, b, c) = (short(1), short(5), short(9));
        let (inode, offset) = (long(13), long(21) as usize);
        let body = rest.get(29..29 + a + b + c).ok_or_else(broken)?;
        let path = PathBuf::from(String::from_utf8_lossy(&body[..a]).into_owned());
        let second = PathBuf::from(String::from_utf8_lossy(&body[a..a + b]).into_owned());
        told.push(match head[0] {
            b'C' => Told::Create { path, inode },
            b'W' => Told::Write { inode, offset, bytes: body[a + b..].to_vec() },
            b'T' => Told::Truncate { inode, length: offset },
            b'S' => Told::Sync { inode },
            b'D' => Told::SyncFolder { path },
            b'R' => Told::Rename { from: path, to: second },
            b'L' => Told::Link { from: path, to: second },
            b'U' => Told::Unlink { path },
            b'M' => Told::Folder { path },
            other => return Err(format!("the log of the disk holds {other}")),
        });
        rest = &rest[29 + a + b + c..];
    }
    Ok(told)
}

enum Object {
    File { synced: Vec<u8>, now: Vec<u8>, since: Vec<Change> },
    Folder { synced: BTreeMap<String, usize>, now: BTreeMap<String, usize>, since: Vec<(String, Option<usize>)> },
}

enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// A disk that remembers what it was told and what it was made to keep.
pub struct Disk {
    root: PathBuf,
    objects: Vec<Object>,
    inodes: HashMap<u64, usize>,
}

/// What survives of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survives {
    Nothing,
    Anything,
}

const SECTOR: usize = 512;

impl Disk {
    /// An empty folder.
    pub fn new(root: &Path) -> Disk {
        let empty = Object::Folder { synced: BTreeMap::new(), now: BTreeMap::new(), since: Vec::new() };
        Disk { root: root.to_owned(), objects: vec![empty], inodes: HashMap::new() }
    }

    pub fn tell(&mut self, told: &Told) {
        match told {
            Told::Create { path, inode } => {
                let file = self.add(Object::File { synced: Vec::new(), now: Vec::new(), since: Vec::new() });
                self.inodes.insert(*inode, file);
                self.name(path, Some(file));
            }
            Told::Folder { path } => {
                let folder =
                    self.add(Object::Folder { synced: BTreeMap::new(), now: BTreeMap::new(), since: Vec::new() });
                self.name(path, Some(folder));
            }
            Told::Write { inode, offset, bytes } => self.change(*inode, Change::Write(*offset, bytes.clone())),
            Told::Truncate { inode, length } => self.change(*inode, Change::Truncate(*length)),
            Told::Sync { inode } => {
                let file = self.inodes.get(inode).and_then(|at| self.objects.get_mut(*at));
                if let Some(Object::File { synced, now, since }) = file {
                    synced.clone_from(now);
                    since.clear();
                }
            }
            Told::SyncFolder { path } => {
                let folder = self.find(path);
                if let Some(Object::Folder { synced, now, since }) = folder.and_then(|at| self.objects.get_mut(at)) {
                    synced.clone_from(now);
                    since.clear();
                }
            }
            Told::Rename { from, to } => {
                let moved = self.find(from);
                self.name(to, moved);
                self.name(from, None);
            }
            Told::Link { from, to } => {
                let there = self.find(from);
                self.name(to, there);
            }
            Told::Unlink { path } => self.name(path, None),
        }
    }

    /// Writes what is left after a power cut at this moment into a new folder.
    pub fn cut(&self, to: &Path, survives: Survives, chance: &mut Chance) -> Result<()> {
        self.write(0, to, survives, chance).map_err(|e| format!("cannot write {}: {e}", to.display()))
    }

    fn write(&self, at: usize, to: &Path, survives: Survives, chance: &mut Chance) -> std::io::Result<()> {
        match &self.objects[at] {
            Object::File { synced, since, .. } => {
                let mut bytes = synced.clone();
                if survives == Survives::Anything {
                    since.iter().for_each(|change| in_part(&mut bytes, change, chance));
                }
                std::fs::write(to, bytes)
            }
            Object::Folder { synced, since, .. } => {
                let mut names = synced.clone();
                if survives == Survives::Anything {
                    // Names reach the disk in their order.
                    for (name, object) in since.iter().take(chance.below(since.len() + 1)) {
                        match object {
                            Some(object) => names.insert(name.clone(), *object),
                            None => names.remove(name),
                        };
                    }
                }
                std::fs::create_dir_all(to)?;
                names.iter().try_for_each(|(name, object)| self.write(*object, &to.join(name), survives, chance))
            }
        }
    }

    fn add(&mut self, object: Object) -> usize {
        self.objects.push(object);
        self.objects.len() - 1
    }

    fn change(&mut self, inode: u64, change: Change) {
        let file = self.inodes.get(&inode).and_then(|at| self.objects.get_mut(*at));
        if let Some(Object::File { now, since, .. }) = file {
            apply(now, &change);
            since.push(change);
        }
    }

    /// The object of a path, as the running program sees it.
    fn find(&self, path: &Path) -> Option<usize> {
        let mut at = 0;
        for part in path.strip_prefix(&self.root).ok()?.iter() {
            let Object::Folder { now, .. } = &self.objects[at] else { return None };
            at = *now.get(&*part.to_string_lossy())?;
        }
        Some(at)
    }

    /// Gives an object a name, or takes it away.
    fn name(&mut self, path: &Path, object: Option<usize>) {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return };
        let Some(folder) = self.find(parent) else { return };
        let name = name.to_string_lossy().into_owned();
        if let Object::Folder { now, since, .. } = &mut self.objects[folder] {
            match object {
                Some(object) => now.insert(name.clone(), object),
                None => now.remove(&name),
            };
            since.push((name, object));
        }
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Truncate(length) => bytes.resize(*length, 0),
        Change::Write(offset, new) => {
            if bytes.len() < offset + new.len() {
                bytes.resize(offset + new.len(), 0);
            }
            bytes[*offset..offset + new.len()].copy_from_slice(new);
        }
    }
}

/// Any sectors of a write that was not synced may have reached the disk.
fn in_part(bytes: &mut Vec<u8>, change: &Change, chance: &mut Chance) {
    match change {
        Change::Truncate(_) if chance.below(2) == 0 => {}
        Change::Truncate(_) => apply(bytes, change),
        Change::Write(offset, new) => {
            // Often all or nothing, sometimes torn.
            let how = chance.below(3);
            for (n, sector) in new.chunks(SECTOR).enumerate() {
                let lands = match how {
                    0 => false,
                    1 => true,
                    _ => chance.below(2) == 1,
                };
                if lands {
                    apply(bytes, &Change::Write(offset + n * SECTOR, sector.to_vec()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_synced_is_gone_and_what_was_is_there() {
        let root = PathBuf::from("/r");
        let mut disk = Disk::new(&root);
        let file = |name: &str| root.join(name);
        disk.tell(&Told::Create { path: file("a"), inode: 1 });
        disk.tell(&Told::Write { inode: 1, offset: 0, bytes: b"kept".to_vec() });
        disk.tell(&Told::Sync { inode: 1 });
        disk.tell(&Told::SyncFolder { path: root.clone() });
        disk.tell(&Told::Write { inode: 1, offset: 4, bytes: b" lost".to_vec() });
        disk.tell(&Told::Create { path: file("b"), inode: 2 });
        disk.tell(&Told::Rename { from: file("a"), to: file("c") });
        let out = std::env::temp_dir().join(format!("liren-replay-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&out);
        disk.cut(&out, Survives::Nothing, &mut Chance(1)).expect("the folder is written");
        assert_eq!(super::super::work::names(&out), ["a"]);
        assert_eq!(std::fs::read(out.join("a")).expect("it is there"), b"kept");
        // Once the folder is synced, the new name is what is left.
        disk.tell(&Told::SyncFolder { path: root });
        std::fs::remove_dir_all(&out).expect("it goes");
        disk.cut(&out, Survives::Nothing, &mut Chance(1)).expect("the folder is written");
        let mut names = super::super::work::names(&out);
        names.sort();
        assert_eq!(names, ["b", "c"]);
        let _ = std::fs::remove_dir_all(&out);
    }
}
