//! `liren demo`: the whole product on one command.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use liren_store::Db;

use super::args::Demo;
use super::data::{joined, save};
use super::{say, serve};
use crate::base::backup::{self, DEMO_MARK};
use crate::base::{App, Clock, Hold, Joined, Opening, Result, Role, Scope, error, files, folder_error, master};
use crate::figures::Desk;
use crate::reports::{self, Format};
use crate::{accounts, demo, org};

/// The demo's password: its people are fictional and it listens on this machine only.
const PASSWORD: &str = "liren-demo";

/// What a demo says of itself while it is built.
pub const BUILDING: &str = "building";

/// What it says when it is there: which program built it. Another program builds another one.
fn built(joined: &Joined) -> String {
    let step = joined.migrations.iter().map(|m| m.number).max().unwrap_or_default();
    format!("{} {step}", env!("CARGO_PKG_VERSION"))
}

pub async fn run(args: Demo) -> Result<u8> {
    let dir = args.data.clone();
    ours(&dir)?;
    files::folder(&dir).map_err(|e| folder_error(&dir, &e))?;
    let hold = Hold::of(&dir)?;
    // Once more, now that nobody else can have made something in it.
    ours(&dir)?;
    let mark = dir.join(DEMO_MARK);
    if !mark.exists() {
        save(&mark, b"liren demo\n")?;
    }
    let joined = joined()?;
    let there = already(&args).await?;
    if args.database.is_none() {
        make_room(&dir, there, &built(&joined))?;
    }
    let opening = Opening { create: true, url: args.database.as_deref(), hold: Some(hold), ..Opening::default() };
    let mut app = App::open(&dir, opening, joined).await?;
    let built = built(&app.joined);
    match app.demo() {
        Some(word) if word == built => {}
        None => {
            app.mark_demo(BUILDING).await?;
            app.fix_day(demo::TODAY)?;
            make(&args, &app, &dir).await?;
            app.mark_demo(&built).await?;
        }
        Some(_) => {
            return Err(error::invalid(
                "这个 PostgreSQL 数据库里的演示没有建完，或者是另一个版本建的。请删除它，另建一个空数据库再运行。没有改动任何数据。",
                "The demo in this PostgreSQL database was not finished, or another version built it. Drop the database, create an empty one and run this again. Nothing was changed.",
            ));
        }
    }
    describe(&app, &dir).await?;
    if args.no_serve {
        app.db.close().await;
        return Ok(0);
    }
    serve::listen(app, "127.0.0.1", args.port, vec![]).await
}

/// A folder that is not there, is empty, or was made by the demo. In any other the demo touches nothing.
fn ours(dir: &Path) -> Result<()> {
    let foreign = match std::fs::read_dir(dir) {
        Ok(entries) => entries.flatten().map(|e| e.file_name()).find(|name| name != Hold::FILE),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(folder_error(dir, &e)),
    };
    match foreign {
        Some(name) if !dir.join(DEMO_MARK).exists() => Err(error::invalid(
            format!(
                "{} 不是演示文件夹(里面有 {})，演示不会动它。请直接运行 liren demo，或用 --data 指定一个新文件夹。",
                dir.display(),
                name.display()
            ),
            format!(
                "{} is not the demo's (there is {} in it), so it was not touched. Just run liren demo, or name a new folder with --data.",
                dir.display(),
                name.display()
            ),
        )),
        _ => Ok(()),
    }
}

/// What is in the database: nothing yet, an empty one, or a demo. Anything else stops it before it is touched.
enum There {
    Nothing,
    Empty,
    Demo(String),
}

async fn already(args: &Demo) -> Result<There> {
    let path = args.data.join(backup::DATABASE);
    let db = match &args.database {
        Some(url) => Db::postgres(url).await?,
        None if path.exists() => Db::sqlite(&path, false).await?,
        None => return Ok(There::Nothing),
    };
    let demo = App::demo_in(&db).await;
    db.close().await;
    Ok(demo?.map_or(There::Empty, There::Demo))
}

/// Removes a demo that was not finished, and puts one of another version aside: somebody may have tried things in it.
fn make_room(dir: &Path, there: There, built: &str) -> Result<()> {
    match there {
        There::Nothing => Ok(()),
        There::Demo(word) if word == built => Ok(()),
        There::Demo(word) if word != BUILDING => put_aside(dir),
        There::Empty | There::Demo(_) => each(dir, DATA.into_iter(), |path, _| std::fs::remove_file(path)),
    }
}

/// The files of a demo's data, its database last: interrupted, the next start finds it and goes on.
const DATA: [&str; 5] = ["liren.db-shm", "liren.db-wal", master::FILE, Clock::FILE, backup::DATABASE];

fn put_aside(dir: &Path) -> Result<()> {
    let mut n = 1;
    let earlier = loop {
        let earlier = dir.join(format!("earlier-{n}"));
        if !earlier.join(backup::DATABASE).exists() {
            break earlier;
        }
        n += 1;
    };
    files::folder(&earlier).map_err(|e| folder_error(dir, &e))?;
    let made = ["rosters", "report.docx", "report.pdf", "report.html", "report.txt", "report.json"];
    each(dir, made.into_iter().chain(DATA), |path, name| std::fs::rename(path, earlier.join(name)))
}

fn each(
    dir: &Path,
    names: impl Iterator<Item = &'static str>,
    work: impl Fn(&Path, &str) -> std::io::Result<()>,
) -> Result<()> {
    for name in names {
        match work(&dir.join(name), name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(folder_error(dir, &e)),
            _ => {}
        }
    }
    Ok(())
}

async fn make(args: &Demo, app: &App, dir: &Path) -> Result<()> {
    let steps = 11 * u64::from(args.scale);
    let bar = ProgressBar::new(steps).with_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    for number in 1..=args.scale {
        let rosters = dir.join("rosters");
        let keep = (number == 1).then_some(rosters.as_path());
        let mut hear = |what: &str| {
            bar.set_message(what.to_owned());
            bar.inc(1);
        };
        let made = demo::build(app, number, keep, &mut hear).await?;
        if number == 1 {
            people(app, made.community).await?;
            bar.set_message("年度报告");
            write_reports(app, made.community, dir).await?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Those who sign in to the demo.
async fn people(app: &App, community: i64) -> Result<()> {
    let mut tx = app.db.read().await?;
    let areas = org::Tree::of(&mut tx, &Scope::whole(community), app.clock.today()).await?.areas;
    drop(tx);
    let area = |level: &str, at: usize| areas.iter().filter(|a| a.level == level).nth(at).map_or(0, |a| a.id);
    for (login, name, role, area) in [
        ("shuji", "许书记", Role::Secretary, 0),
        ("ling", "凌小雨", Role::Worker, 0),
        ("zuzhang", "高组长", Role::GroupHead, area("group", 1)),
        ("louzhang", "周楼长", Role::BuildingHead, area("building", 15)),
        ("jiedao", "街道办", Role::Officer, 0),
    ] {
        accounts::queries::add(app, login, name, PASSWORD, community, area, role).await?;
    }
    Ok(())
}

async fn write_reports(app: &App, community: i64, dir: &Path) -> Result<()> {
    let scope = Scope::whole(community);
    let mut composed = reports::annual(app, &scope, demo::TODAY.year()).await?;
    for format in Format::ALL {
        match reports::write(app, &mut composed, format).await {
            Ok(bytes) => save(&dir.join(format!("report.{}", format.ending())), &bytes)?,
            // Without a Chinese font there is no PDF; everything else is written and the reason said.
            Err(e) if format == Format::Pdf => say(&e.to_string()),
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// What there is: people, households, figures, the report, who can sign in.
async fn describe(app: &App, dir: &Path) -> Result<()> {
    let mut tx = app.db.read().await?;
    let communities = org::queries::communities(&mut tx).await?;
    drop(tx);
    let Some(first) = communities.first() else {
        return Ok(());
    };
    let scope = Scope::whole(first.id);
    let mut desk = Desk::today(app, &scope).await?;
    let mut line = vec![format!("{} · {} 个社区", first.name, communities.len())];
    for id in ["population.total", "population.households"] {
        if let Some(figure) = app.packs().figure(id).cloned() {
            let value = desk.whole(&figure).await?;
            line.push(format!("{} {} {}", figure.title.zh, value.text(), figure.unit));
        }
    }
    line.push(format!("指标 {}", app.packs().figures.len()));
    say(&line.join(" · "));
    say(&format!("年度报告: {}", dir.join("report.docx").display()));
    say(&format!("登录名: shuji 书记, ling 社区工作者, zuzhang 小组长, louzhang 楼长, jiedao 街道 · 密码 {PASSWORD}"));
    Ok(())
}
