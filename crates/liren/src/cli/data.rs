//! Commands on a data folder: make it, fill it, write from it.

use std::path::Path;

use liren_facts::Day;
use serde_json::json;

use super::args::{Folder, Import, Init, User, UserCommand};
use super::args_report::{AnnualReport, OtherReport, Report, ReportWhat};
use super::{demo, out, say};
use crate::base::reader::Size;
use crate::base::{Actor, App, AreaId, Joined, Lang, Mine, Opening, Result, Role, Upgrade, days, error, files};
use crate::org::Tree;
use crate::reports::Format;
use crate::{accounts, exchange, org, reports};

/// Opens a data folder that is there.
pub async fn open(folder: &Folder) -> Result<App> {
    open_as(folder, Opening::default()).await
}

/// Opens a data folder; `how` says what else may happen to it.
pub async fn open_as(folder: &Folder, how: Opening<'_>) -> Result<App> {
    let how = Opening { url: folder.database.as_deref(), key_file: folder.key_file.as_deref(), ..how };
    let app = App::open(&folder.data, how, joined()?).await?;
    if app.demo() == Some(demo::BUILDING) {
        return Err(error::invalid(
            format!("{} 里的演示还没有建完。请重新运行 liren demo。", folder.data.display()),
            format!("The demo in {} was not finished. Run liren demo again.", folder.data.display()),
        ));
    }
    Ok(app)
}

/// What the slices and packs of this binary bring. A broken pack stops the start with its findings.
pub fn joined() -> Result<Joined> {
    crate::joined().map_err(|findings| {
        let (packs, _) = crate::load_packs(&[]);
        error::invalid(
            packs.check_text(&findings, liren_packs::Language::Chinese),
            packs.check_text(&findings, liren_packs::Language::English),
        )
    })
}

/// The operator of a community: the one named, or the only one there is.
pub async fn actor(app: &App, community: Option<i64>) -> Result<Actor> {
    let mut tx = app.db.read().await?;
    let all = org::queries::communities(&mut tx).await?;
    let id = match (community, all.as_slice()) {
        (Some(id), _) if all.iter().any(|c| c.id == id) => id,
        (Some(id), _) => {
            let there: Vec<String> = all.iter().map(|c| format!("{} {}", c.id, c.name)).collect();
            return Err(error::invalid(
                format!("没有编号为 {id} 的社区。现有：{}。", there.join("、")),
                format!("There is no community {id}. There are: {}.", there.join(", ")),
            ));
        }
        (None, [first, ..]) => first.id,
        (None, []) => {
            return Err(error::invalid(
                "这个数据文件夹里还没有社区。请先运行 liren init --community 名称。",
                "There is no community in this data folder yet. Run liren init --community NAME first.",
            ));
        }
    };
    Ok(Actor::operator(id))
}

/// An area by its name, or by its key.
pub async fn area_of(app: &App, actor: &Actor, text: Option<&str>) -> Result<Option<Mine<AreaId>>> {
    let Some(text) = text else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let tree = Tree::of(&mut tx, &actor.scope, app.clock.today()).await?;
    let named: Vec<i64> =
        tree.areas.iter().filter(|a| a.name == text || text == a.id.to_string()).map(|a| a.id).collect();
    match named[..] {
        [id] => actor.scope.mine(AreaId(id)).map(Some),
        [] => Err(error::invalid(
            format!("没有叫 {text} 的辖区。请写居民小组、工作站等的全名。"),
            format!("There is no area called {text}. Write its full name."),
        )),
        _ => Err(error::invalid(
            format!("叫 {text} 的辖区不止一个，请写编号：{}。", ids(&named)),
            format!("Several areas are called {text}; write a number: {}.", ids(&named)),
        )),
    }
}

fn ids(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join("、")
}

/// A day typed by somebody.
pub fn day(text: Option<&str>) -> Result<Option<Day>> {
    text.map(days::asked).transpose()
}

/// The revision meant by `--known-at`: its number, or what was recorded by the end of a day.
pub async fn known_at(app: &App, actor: &Actor, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let last = crate::base::revision(&mut tx, actor.scope.community).await?;
    if let Ok(revision) = text.parse::<i64>() {
        if (0..=last).contains(&revision) {
            return Ok(Some(revision));
        }
        return Err(error::invalid(
            format!("没有修订 {revision}。现有 0 到 {last}。"),
            format!("There is no revision {revision}. There are 0 to {last}."),
        ));
    }
    let end = crate::base::midnight_after(day(Some(text))?.unwrap_or_else(|| app.clock.today()));
    crate::base::revision_before(&mut tx, actor.scope.community, end).await.map(Some)
}

/// Writes a file whole or not at all.
pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    files::save(path, bytes).map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("不能写入 {}：{zh}。请检查路径、权限和剩余空间。", path.display()),
            format!("Cannot write {}: {en}. Check its path, permissions and free space.", path.display()),
        )
    })
}

/// A file from outside, as far as it may be large.
pub fn read_file(path: &Path, size: Size) -> Result<Vec<u8>> {
    let unreadable = |e: std::io::Error| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("读不了 {}：{zh}。请检查路径和权限。", path.display()),
            format!("Cannot read {}: {en}. Check its path and permissions.", path.display()),
        )
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    read_bytes(file, &path.display().to_string(), size)?.map_err(unreadable)
}

/// The bytes of a file or a stream, which may have no end.
pub fn read_bytes(from: impl std::io::Read, name: &str, size: Size) -> Result<std::io::Result<Vec<u8>>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    if let Err(e) = from.take(size.file() + 1).read_to_end(&mut bytes) {
        return Ok(Err(e));
    }
    if bytes.len() as u64 > size.file() {
        let megabytes = size.file() >> 20;
        let (zh, en) = match size {
            Size::Ordinary => ("确实需要的，请加上 --large。", "If it really is needed, give --large."),
            Size::Large => ("", ""),
        };
        return Err(error::invalid(
            format!("{name} 超过 {megabytes} MB，没有读取。请分成几个文件。{zh}"),
            format!("{name} is larger than {megabytes} MB and was not read. Split it. {en}"),
        ));
    }
    Ok(Ok(bytes))
}

pub async fn init(args: Init) -> Result<u8> {
    let today = day(args.today.as_deref())?;
    let name = args.community.trim();
    if name.is_empty() {
        return Err(error::invalid("请写社区名称:--community 名称。", "Name the community: --community NAME."));
    }
    let mut app = open_as(&args.folder, Opening { create: true, ..Opening::default() }).await?;
    if app.demo().is_some() {
        return Err(error::invalid(
            format!(
                "{} 是演示数据，用的是公开的密码，不能在里面建立社区。请用另一个文件夹：--data 名称。",
                args.folder.data.display()
            ),
            format!(
                "{} is the demo, whose password everybody knows; no community is made in it. Use another folder: --data NAME.",
                args.folder.data.display()
            ),
        ));
    }
    if let Some(today) = today {
        app.fix_day(today)?;
    }
    let first = Day::ymd(1949, 10, 1).unwrap_or(Day(0));
    let id = org::queries::create_community(&app, name, args.fictional, first).await?;
    out(format!("{id}\n").as_bytes());
    app.db.close().await;
    Ok(0)
}

pub async fn user(args: User) -> Result<u8> {
    let UserCommand::Add(args) = args.command;
    // The operator is whoever holds the data folder; nobody signs in as one.
    let given = |r: &Role| *r != Role::Operator;
    let role = Role::parse(&args.role).filter(given).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().filter(|r| given(r)).map(|r| r.id()).collect();
        error::invalid(
            format!("没有角色 {}。可用：{}。", args.role, known.join("、")),
            format!("There is no role {}. There are: {}.", args.role, known.join(", ")),
        )
    })?;
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let password = match std::env::var("LIREN_PASSWORD") {
        Ok(password) if password.chars().count() >= 8 => password,
        _ => {
            return Err(error::invalid(
                "请用环境变量 LIREN_PASSWORD 给出至少 8 位的密码，不要写在命令行里。",
                "Give a password of at least eight characters in the environment variable LIREN_PASSWORD, not on the command line.",
            ));
        }
    };
    let community = actor.scope.community;
    area_exists(&app, &actor, args.area).await?;
    accounts::queries::add(&app, &args.login, &args.name, &password, community, args.area, role).await?;
    say(&format!("已添加用户 {} / user added", args.login));
    Ok(0)
}

/// Refuses an area that the tree does not have, naming those it has.
async fn area_exists(app: &App, actor: &Actor, area: i64) -> Result<()> {
    let mut tx = app.db.read().await?;
    let tree = org::Tree::of(&mut tx, &actor.scope, app.clock.today()).await?.areas;
    if area == 0 || tree.iter().any(|a| a.id == area) {
        return Ok(());
    }
    let there: Vec<String> = tree.iter().map(|a| format!("{} {}", a.id, a.name)).collect();
    Err(error::invalid(
        format!("没有编号为 {area} 的区划。现有：{}；全社区写 0。", there.join("、")),
        format!("There is no area {area}. There are: {}; 0 is the whole community.", there.join(", ")),
    ))
}

pub async fn migrate(folder: Folder) -> Result<u8> {
    let app = open_as(&folder, Opening { upgrade: Upgrade::Any, ..Opening::default() }).await?;
    app.db.close().await;
    say("数据结构是最新的 / the schema is up to date");
    Ok(0)
}

pub async fn import(args: Import, lang: Lang) -> Result<u8> {
    if let [word, file] = args.files.as_slice()
        && word.as_os_str() == "undo"
    {
        return super::undo::import(&args, file, lang).await;
    }
    let app = open(&args.folder).await?;
    let actor = actor(&app, Some(args.into)).await?;
    let on = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let size = if args.large { Size::Large } else { Size::Ordinary };
    let map = match &args.map {
        Some(path) => Some(mapping(path)?),
        None => None,
    };
    let mut results = Vec::new();
    let mut failed: Vec<(String, error::Error)> = Vec::new();
    for path in &args.files {
        let name = exchange::file_name(path);
        // A damaged file stops itself, not the others.
        match import_one(&app, &actor, &args, path, &name, on, map.as_ref(), size, lang).await {
            Ok(result) => results.push(result),
            Err(why) if args.files.len() == 1 => return Err(why),
            Err(why) => failed.push((name, why)),
        }
    }
    if let Some(path) = &args.result {
        let all: Vec<_> = results.iter().filter_map(|r| r.1.clone()).collect();
        let value = if let [one] = all.as_slice() { one.clone() } else { json!(all) };
        save(path, &serde_json::to_vec(&value).map_err(error::fault)?)?;
    }
    let done: Vec<String> = results.iter().filter_map(|r| r.0["file"].as_str().map(str::to_owned)).collect();
    if args.json {
        let mut all: Vec<_> = results.into_iter().map(|r| r.0).collect();
        all.extend(
            failed.iter().map(|(file, why)| json!({ "file": file, "error": why.sentences(lang.is_en()).join(" ") })),
        );
        out(serde_json::to_string_pretty(&all).map_err(error::fault)?.as_bytes());
        out(b"\n");
    }
    app.db.close().await;
    if failed.is_empty() {
        return Ok(0);
    }
    let told = |english: bool| -> String {
        let mut lines: Vec<String> = failed
            .iter()
            .map(|(file, why)| {
                let why = why.sentences(english).join(if english { " " } else { "" });
                if english { format!("{file} was not imported: {why}") } else { format!("{file} 没有导入：{why}") }
            })
            .collect();
        lines.push(match (english, done.is_empty()) {
            (false, true) => "其余文件也都没有导入。".to_owned(),
            (true, true) => "None of the other files was imported.".to_owned(),
            (false, false) => format!("其余文件不受影响，已处理：{}。", done.join("、")),
            (true, false) => format!("The other files are not affected; done: {}.", done.join(", ")),
        });
        lines.join("\n")
    };
    Err(error::invalid(told(false), told(true)))
}

/// One file of an import: its summary, and the result in detail for whoever asked.
#[allow(clippy::too_many_arguments)]
async fn import_one(
    app: &App,
    actor: &Actor,
    args: &Import,
    path: &Path,
    name: &str,
    on: Day,
    map: Option<&liren_rosters::Mapping>,
    size: Size,
    lang: Lang,
) -> Result<(serde_json::Value, Option<serde_json::Value>)> {
    let bytes = read_file(path, size)?;
    let request = exchange::Request {
        file_name: name,
        bytes: &bytes,
        on,
        dry_run: args.dry_run,
        map,
        annotate: args.annotated.is_some(),
    };
    let mut outcome = exchange::run_sized(app, actor, request, size).await?;
    if let Some(path) = &args.write_map {
        let text = toml::to_string_pretty(&outcome.reading.mapping()).map_err(error::fault)?;
        save(path, text.as_bytes())?;
    }
    if let (Some(path), Some(bytes)) = (&args.annotated, &outcome.annotated) {
        save(path, bytes)?;
    }
    let summary = exchange::summary(name, &outcome);
    if !args.json {
        say(&exchange::summary_text(name, &outcome, args.dry_run, lang));
    }
    if let Some(why) = outcome.not_annotated.take() {
        say(lang.pick(
            &format!("{name}：带批注的表没有做成，导入不受影响。"),
            &format!("{name}: the annotated workbook could not be made; the import is not affected."),
        ));
        for sentence in why.sentences(lang.is_en()) {
            say(&sentence);
        }
    }
    // Row by row a large roster is a large answer: made only for who asked.
    let detail = args.result.is_some().then(|| exchange::detail(&outcome));
    Ok((summary, detail))
}

fn mapping(path: &Path) -> Result<liren_rosters::Mapping> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("读不了列对照表 {}:{zh}。", path.display()),
            format!("Cannot read the mapping {}: {en}.", path.display()),
        )
    })?;
    toml::from_str(&text).map_err(|e| {
        error::invalid(
            format!("列对照表 {} 有误：{}", path.display(), e.message()),
            format!("The mapping {} is wrong: {}", path.display(), e.message()),
        )
    })
}

pub async fn report(args: Report, lang: Lang) -> Result<u8> {
    match args.what {
        ReportWhat::Annual(args) => annual(args, lang).await,
        ReportWhat::Other(args) => other(args, lang).await,
        ReportWhat::Compare(args) => super::returned::run(args, lang).await,
    }
}

/// The form that the ending of a file asks for.
fn format_of(out: &Path) -> Result<Format> {
    let ending = out.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    Format::of(&ending).ok_or_else(|| {
        error::invalid(
            format!("不能写成 .{ending}。请用 .docx、.pdf、.html、.txt 或 .json。"),
            format!("Cannot write .{ending}. Use .docx, .pdf, .html, .txt or .json."),
        )
    })
}

async fn annual(args: AnnualReport, lang: Lang) -> Result<u8> {
    let format = format_of(&args.out)?;
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let year = days::year(args.year.unwrap_or(app.clock.today().year()))?;
    let revision = known_at(&app, &actor, args.known_at.as_deref()).await?;
    let mut composed = reports::annual_as_known(&app, &actor.scope, year, revision).await?;
    if args.residents {
        reports::residents_edition(&app, &mut composed).await?;
    }
    written(&app, composed, format, &args.out, lang).await
}

async fn other(args: OtherReport, lang: Lang) -> Result<u8> {
    let format = format_of(&args.out)?;
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let frames: Vec<&str> = app.packs().reports.iter().map(|r| r.id.as_str()).filter(|id| *id != "annual").collect();
    if !frames.contains(&args.id.as_str()) {
        return Err(error::invalid(
            format!("没有报告 {}。现有：{}。", args.id, frames.join("、")),
            format!("There is no report {}. There are: {}.", args.id, frames.join(", ")),
        ));
    }
    let on = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let revision = known_at(&app, &actor, args.known_at.as_deref()).await?;
    let composed = reports::of_frame(&app, &actor.scope, &args.id, on, revision).await?;
    written(&app, composed, format, &args.out, lang).await
}

async fn written(app: &App, mut composed: reports::Composed, format: Format, out: &Path, lang: Lang) -> Result<u8> {
    let bytes = reports::write(app, &mut composed, format).await?;
    save(out, &bytes)?;
    say(&format!("{} · {} 个数字", out.display(), composed.spans.len()));
    if !composed.left.is_empty() {
        say(lang.t("没有写进去的，或者要核实的"));
        for left in &composed.left {
            say(&format!("  {}：{}", lang.pick(&left.title.zh, &left.title.en), lang.pick(&left.why.zh, &left.why.en)));
        }
    }
    Ok(0)
}
