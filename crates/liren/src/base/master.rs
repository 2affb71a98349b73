//! 主密钥 — where the key lies that opens every other one: outside the data folder if the operator says so, else in
//! the file `key`. It is made once, for a database in which nothing is sealed yet, and never in place of one that is
//! missing.

use std::io;
use std::path::{Path, PathBuf};

use super::error::{Result, invalid, io_words};
use super::files;
use super::keys::{CommunityKeys, Key};

/// The file of a data folder that holds the key.
pub const FILE: &str = "key";

/// The key itself, in 64 hexadecimal digits.
const ENVIRONMENT: &str = "LIREN_KEY";

/// The credential a service manager hands over in its own folder, as `LoadCredential=liren-key:…` of systemd does.
const CREDENTIAL: &str = "liren-key";

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the data folder.
    Folder(PathBuf),
    /// In a file that the operator named.
    Named(PathBuf),
    /// In the environment.
    Environment,
    /// In a credential of the service manager.
    Credential(PathBuf),
}

/// 主密钥
#[derive(Clone)]
pub struct Master {
    pub key: Key,
    pub place: Place,
}

impl Place {
    fn words(&self) -> (String, String) {
        match self {
            Place::Folder(path) | Place::Named(path) => {
                (format!("密钥文件 {}", path.display()), format!("the key file {}", path.display()))
            }
            Place::Environment => (
                format!("环境变量 {ENVIRONMENT} 里的密钥"),
                format!("the key in the environment variable {ENVIRONMENT}"),
            ),
            Place::Credential(path) => {
                (format!("服务凭据 {}", path.display()), format!("the service credential {}", path.display()))
            }
        }
    }
}

impl Master {
    /// The key of a data folder: the file the operator names wins, then the environment, then a credential, then the
    /// folder's own. `None` when there is none anywhere.
    pub fn find(dir: &Path, named: Option<&Path>) -> Result<Option<Master>> {
        if let Some(path) = named {
            let place = Place::Named(path.to_owned());
            return match read(path, &place)? {
                Some(key) => Ok(Some(Master { key, place })),
                None => Err(invalid(
                    format!("没有密钥文件 {}。请核对 --key-file 或 LIREN_KEY_FILE；没有改动任何数据。", path.display()),
                    format!(
                        "There is no key file {}. Check --key-file or LIREN_KEY_FILE; nothing was changed.",
                        path.display()
                    ),
                )),
            };
        }
        if let Some(text) = std::env::var_os(ENVIRONMENT).filter(|text| !text.is_empty()) {
            let place = Place::Environment;
            let key = Key::from_hex(&text.to_string_lossy()).ok_or_else(|| no_key(&place))?;
            return Ok(Some(Master { key, place }));
        }
        if let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|text| !text.is_empty()) {
            let path = Path::new(&folder).join(CREDENTIAL);
            let place = Place::Credential(path.clone());
            if let Some(key) = read(&path, &place)? {
                return Ok(Some(Master { key, place }));
            }
        }
        let path = dir.join(FILE);
        let place = Place::Folder(path.clone());
        Ok(read(&path, &place)?.map(|key| Master { key, place }))
    }

    /// The key for a database whose communities hold `wrapped`. One that does not open all of them, or is missing
    /// although there are some, stops the start: sealed with another key, new data would be lost together with the old.
    pub fn for_communities(dir: &Path, named: Option<&Path>, wrapped: &[(i64, Vec<u8>)]) -> Result<Master> {
        match Master::find(dir, named)? {
            Some(master) => {
                master.opens(wrapped)?;
                Ok(master)
            }
            None if wrapped.is_empty() => make(dir),
            None => Err(missing(&dir.join(FILE))),
        }
    }

    /// Whether it opens the key of every community.
    pub fn opens(&self, wrapped: &[(i64, Vec<u8>)]) -> Result<()> {
        let closed = wrapped.iter().filter(|(_, wrapped)| CommunityKeys::open(&self.key, wrapped).is_none()).count();
        if closed == 0 {
            return Ok(());
        }
        let (zh, en) = self.place.words();
        let all = wrapped.len();
        Err(invalid(
            format!(
                "{zh}与数据库不符：{all} 个社区中有 {closed} 个打不开，证件号和电话读不出来。没有改动任何数据。请换成建立这个数据库时的密钥，或从同一次备份取回 key 文件。"
            ),
            format!(
                "{en} does not fit the database: it does not open {closed} of {all} communities, whose numbers cannot be read. Nothing was changed. Use the key this database was made with, or take the key file from a backup of the same time."
            ),
        ))
    }
}

fn read(path: &Path, place: &Place) -> Result<Option<Key>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Key::from_hex(&text).map(Some).ok_or_else(|| no_key(place)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(no_key(place)),
        Err(e) => {
            let (zh, en) = io_words(&e);
            Err(invalid(
                format!("读不了密钥文件 {}：{zh}。没有改动任何数据。", path.display()),
                format!("Cannot read the key file {}: {en}. Nothing was changed.", path.display()),
            ))
        }
    }
}

fn no_key(place: &Place) -> super::Error {
    let (zh, en) = place.words();
    invalid(
        format!("{zh}不是有效的密钥(应为 64 位十六进制数字)。没有改动任何数据。请从备份取回 key 文件。"),
        format!("{en} is no key (64 hexadecimal digits). Nothing was changed. Take the key file from a backup."),
    )
}

pub fn missing(path: &Path) -> super::Error {
    invalid(
        format!(
            "密钥不见了：没有 {}，也没有用 --key-file、LIREN_KEY_FILE、LIREN_KEY 或服务凭据 {CREDENTIAL} 给出。没有它，证件号和电话谁也打不开，所以不另造新密钥，也没有改动任何数据。请从备份取回 key 文件放回原处。",
            path.display()
        ),
        format!(
            "The key is missing: there is no {}, and none is given by --key-file, LIREN_KEY_FILE, LIREN_KEY or the service credential {CREDENTIAL}. Without it nobody can open ID numbers and phones, so no other key was made and nothing was changed. Put the key file of a backup back in its place.",
            path.display()
        ),
    )
}

/// Makes the key of a new database. Two programs that begin at the same time agree on one.
fn make(dir: &Path) -> Result<Master> {
    let path = dir.join(FILE);
    let key = Key::random();
    match files::save_new(&path, format!("{}\n", key.to_hex()).as_bytes()) {
        Ok(()) => Ok(Master { key, place: Place::Folder(path) }),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let place = Place::Folder(path.clone());
            let key = read(&path, &place)?.ok_or_else(|| missing(&path))?;
            Ok(Master { key, place })
        }
        Err(e) => {
            let (zh, en) = io_words(&e);
            Err(invalid(
                format!("不能写入密钥文件 {}：{zh}。请检查权限和剩余空间。", path.display()),
                format!("Cannot write the key file {}: {en}. Check permissions and free space.", path.display()),
            ))
        }
    }
}
