//! Why a request was not fulfilled, sorted by what the person can do about it.

use super::scope::Permission;

pub type Result<T> = std::result::Result<T, Error>;

/// Built with the named functions below, never by variant at the call site.
#[derive(Debug)]
pub enum Error {
    /// 401: sign in, then come straight back.
    SignIn,
    /// 403: names the missing permission and who can grant it.
    Forbidden(Permission),
    /// 404: also for records outside your scope: existence is private. Holds the noun, in Chinese.
    NotFound(&'static str),
    /// 422: what the clerk typed cannot be used; each sentence says what, why and what to do (zh, en).
    Invalid(Vec<(String, String)>),
    /// 503: try again.
    Unavailable,
    /// 500: an incident; the full chain goes to the log.
    Fault(String),
}

pub fn not_found(noun: &'static str) -> Error {
    Error::NotFound(noun)
}

pub fn forbidden(permission: Permission) -> Error {
    Error::Forbidden(permission)
}

pub fn invalid(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::Invalid(vec![(zh.into(), en.into())])
}

pub fn fault(what: impl std::fmt::Display) -> Error {
    Error::Fault(what.to_string())
}

impl From<liren_store::Error> for Error {
    fn from(error: liren_store::Error) -> Error {
        match error {
            liren_store::Error::Busy => Error::Unavailable,
            liren_store::Error::DiskFull => invalid(
                "磁盘已满或不能写入，这次的内容没有保存，原有数据没有变化。请清理磁盘后重试。",
                "The disk is full or cannot be written. Nothing was saved and nothing was changed. Free some space and try again.",
            ),
            liren_store::Error::Missing(path) => invalid(
                format!(
                    "{path} 处没有里仁的数据。请核对 --data 后面的文件夹；要新建，请运行 liren serve --new，在网页上建立社区。"
                ),
                format!(
                    "There is no Liren data at {path}. Check the folder after --data; to make one, run liren serve --new and set it up in the browser."
                ),
            ),
            liren_store::Error::TooNew { found, known } => invalid(
                format!("这个数据文件夹由更新的程序建立(结构 {found}，本程序为 {known})。请使用新版本打开。"),
                format!(
                    "This data folder was made by a newer program (schema {found}, this one knows {known}). Open it with the newer version."
                ),
            ),
            liren_store::Error::OtherWay { number, found, known } => invalid(
                format!(
                    "这个数据文件夹的第 {number} 步结构是“{found}”，本程序的是“{known}”，两者不是同一个版本。没有改动任何数据，请使用建立它的程序打开。"
                ),
                format!(
                    "Step {number} of this data folder's schema is “{found}”, this program's is “{known}”: they are not of one version. Nothing was changed; open it with the program that made it."
                ),
            ),
            liren_store::Error::Zero => invalid(
                "文字里有看不见的控制字符，没有保存。请删去这段文字重新输入。",
                "The text holds characters nobody can see and was not saved. Delete it and type it again.",
            ),
            liren_store::Error::ReadOnly => invalid(
                "数据只能读、不能写(磁盘只读或没有写权限)，没有改动任何内容。查询和导出可以继续；要写入，请先恢复写权限。",
                "The data can be read but not written: the disk is read-only or the permission is missing. Nothing was changed. Reading and exporting work; to write, restore the permission first.",
            ),
            liren_store::Error::Journal(path) => invalid(
                format!(
                    "{path} 还有没合并的日志(-wal 文件)，而所在的磁盘不能写，最近的内容读不出来。请把整个文件夹复制到可以写的磁盘后再打开。"
                ),
                format!(
                    "The last changes of {path} stand in its journal (the -wal file), and the disk cannot be written. Copy the whole folder to a disk that can, and open it there."
                ),
            ),
            liren_store::Error::Damaged => invalid(
                "数据库文件已损坏，或者不是里仁的数据。没有改动任何内容。请从最近的备份恢复到新的文件夹(liren restore)。",
                "The database file is damaged or is not Liren's. Nothing was changed. Restore the latest backup into a new folder (liren restore).",
            ),
            other => Error::Fault(other.to_string()),
        }
    }
}

impl Error {
    /// The sentences a clerk reads, in one language.
    pub fn sentences(&self, english: bool) -> Vec<String> {
        let pick = |zh: String, en: String| vec![if english { en } else { zh }];
        match self {
            Error::SignIn => pick("请先登录。".into(), "Please sign in first.".into()),
            Error::Forbidden(p) => pick(
                format!("没有“{}”的权限。请向社区书记申请。", p.title()),
                format!(
                    "You lack the permission “{}”. The community secretary can grant it.",
                    super::text::english(p.title())
                ),
            ),
            Error::NotFound(noun) => pick(
                format!("没有找到这个{noun}，或者它不在你的范围内。"),
                format!("There is no such {}, or it lies outside your area.", super::text::english(noun)),
            ),
            Error::Invalid(all) => all.iter().map(|(zh, en)| if english { en.clone() } else { zh.clone() }).collect(),
            Error::Unavailable => pick(
                "系统正忙，请稍后再试。刚才的内容没有保存。".into(),
                "The system is busy; please try again. Nothing was saved.".into(),
            ),
            Error::Fault(_) => pick(
                "程序出错了，数据没有变化。请把时间和操作告诉维护人员。".into(),
                "Something went wrong and nothing was changed. Please tell the maintainer what you did and when."
                    .into(),
            ),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Fault(what) => write!(f, "{what}"),
            other => write!(f, "{}", other.sentences(false).join("\n")),
        }
    }
}

impl std::error::Error for Error {}

/// Why the operating system refused, in words.
pub fn io_words(error: &std::io::Error) -> (&'static str, &'static str) {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => ("没有这个文件或文件夹", "no such file or folder"),
        ErrorKind::PermissionDenied => ("没有读写权限", "permission denied"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("磁盘已满", "the disk is full"),
        ErrorKind::IsADirectory => ("这是一个文件夹", "it is a folder"),
        ErrorKind::ReadOnlyFilesystem => ("磁盘是只读的", "the disk is read-only"),
        _ => ("系统拒绝了这次读写", "the system refused"),
    }
}
