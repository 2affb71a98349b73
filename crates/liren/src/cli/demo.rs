//! `liren demo`: the whole product on one command.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::Demo;
use super::data::{open, open_or_create, save};
use super::{say, serve};
use crate::base::{App, Result, Role, Scope};
use crate::figures::Desk;
use crate::reports::{self, Format};
use crate::{accounts, demo, org};

/// The demo's password: its people are fictional and it listens on this machine only.
const PASSWORD: &str = "liren-demo";

pub async fn run(args: Demo) -> Result<u8> {
    let dir = args.folder.data.clone();
    // A folder is ready when its mark says so: a demo that was interrupted is built again from nothing.
    let ready = dir.join("demo-ready");
    let mut app = if ready.exists() { open(&args.folder).await? } else { make(&args, &dir, &ready).await? };
    app.lock()?;
    describe(&app, &dir).await?;
    if args.no_serve {
        app.db.close().await;
        return Ok(0);
    }
    serve::listen(app, "127.0.0.1", args.port).await
}

async fn make(args: &Demo, dir: &Path, ready: &Path) -> Result<App> {
    if args.folder.database.is_none() {
        for file in ["liren.db", "liren.db-wal", "liren.db-shm", "key"] {
            let _ = std::fs::remove_file(dir.join(file));
        }
    }
    let mut app = open_or_create(&args.folder).await?;
    app.lock()?;
    app.fix_day(demo::TODAY)?;
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
        let made = demo::build(&app, number, keep, &mut hear).await?;
        if number == 1 {
            people(&app, made.community).await?;
            bar.set_message("年度报告");
            write_reports(&app, made.community, dir).await?;
        }
    }
    bar.finish_and_clear();
    save(ready, b"")?;
    Ok(app)
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
        match reports::write(app, &mut composed, format, "http://127.0.0.1:7480").await {
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
