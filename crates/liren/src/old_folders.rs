//! Data folders of earlier versions, opened with today's program. `fixtures/` says what is in them.

use std::path::{Path, PathBuf};

use liren_facts::{Day, Period};
use liren_store::Migration;
use serde_json::{Value, json};

use crate::base::{App, Scope};
use crate::figures::{self, Ask, Desk};
use crate::testing::{fresh_database, fresh_dir};

const DAYS: [&str; 2] = ["2013-12-31", "2014-06-30"];

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/0.1")
}

/// What `liren figure --on DAY --json --list` says.
async fn figures_on(app: &App, day: Day) -> Vec<Value> {
    let scope = Scope::whole(1);
    let mut desk = Desk::known(app, &scope, day, None).await.unwrap();
    let first = Day::ymd(day.year(), 1, 1).unwrap();
    let ask = Ask::of(Period { first, last: day });
    let packs = app.packs().clone();
    let mut all = Vec::new();
    for figure in &packs.figures {
        let value = desk.value(figure, &ask).await.unwrap();
        let mut object = figures::json(figure, &value);
        if figure.list
            && let Some((_, ids)) = &value.ids
        {
            object["list"] = json!(ids);
        }
        all.push(object);
    }
    all
}

/// Every figure of version 0.1.0 has the number and the list it had then; a 0 that rested on no register is unknown
/// now, and so is a rate of parts that were not all reported; of what no register covers, the number is the least there is.
async fn figures_are_as_they_were(app: &App) {
    for day in DAYS {
        let text = std::fs::read(kept().join(format!("figures-{day}.json"))).unwrap();
        let before: Vec<Value> = serde_json::from_slice(&text).unwrap();
        let now = figures_on(app, Day::parse(day).unwrap()).await;
        for was in before {
            let is = now.iter().find(|f| f["id"] == was["id"]);
            let is = is.unwrap_or_else(|| panic!("{} is gone", was["id"]));
            let doubtful = was["value"] == json!(0) || (was["base"].is_number() && was["unknown"] != json!(0));
            if doubtful && ["unknown", "not_applicable"].iter().any(|word| is["answer"] == *word) {
                assert!(is["value"].is_null() && is["why"]["zh"].is_string(), "{is}");
                continue;
            }
            // Of three members one has left: whether the membership stayed here is asked now.
            if was["id"] == json!("party.members") && day == DAYS[1] {
                assert_eq!((&is["value"], &is["unknown"]), (&json!(2), &json!(1)));
                continue;
            }
            let open = is["answer"] == "at_least" && is["unknown"].as_u64() >= was["unknown"].as_u64();
            for what in ["value", "of", "base", "unknown", "list"] {
                if what == "unknown" && open {
                    continue;
                }
                assert_eq!(is[what], was[what], "{what} of {} on {day}", was["id"]);
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for file in ["liren.db", "key", "today"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
}

#[tokio::test]
async fn a_folder_of_0_1_opens_with_equal_figures() {
    for kind in ["folder", "backup"] {
        let dir = fresh_dir("kept");
        copy(&kept().join(kind), &dir);
        let app = crate::open(&dir, false, None, crate::joined().unwrap()).await.unwrap();
        figures_are_as_they_were(&app).await;
        app.db.close().await;
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

/// The steps of today and one more.
fn tomorrow(text: &'static str) -> crate::base::Joined {
    let joined = crate::joined().unwrap();
    let steps = [joined.migrations, &[Migration::sql(9_999, "tomorrow", text)]].concat();
    crate::base::Joined { migrations: steps.leak(), ..joined }
}

#[tokio::test]
async fn a_folder_is_copied_before_its_schema_changes_and_not_while_somebody_serves_it() {
    let dir = fresh_dir("upgrade");
    copy(&kept().join("folder"), &dir);
    let mut today = crate::open(&dir, false, None, crate::joined().unwrap()).await.unwrap();
    let before = std::fs::read_dir(dir.join("backups")).map_or(0, Iterator::count);
    today.lock().unwrap();
    let text = "create table tomorrow (id bigint primary key);\n";
    let refused = crate::open(&dir, false, None, tomorrow(text)).await.err().unwrap().to_string();
    assert!(refused.contains("已有一个里仁服务"), "{refused}");
    today.db.close().await;
    drop(today);
    // A step that fails has changed nothing either, and its copy is kept.
    crate::open(&dir, false, None, tomorrow("create tabel tomorrow (id bigint);\n")).await.err().unwrap();
    let app = crate::open(&dir, false, None, tomorrow(text)).await.unwrap();
    figures_are_as_they_were(&app).await;
    app.db.close().await;
    let copies: Vec<PathBuf> = std::fs::read_dir(dir.join("backups")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(copies.len(), before + 2, "{copies:?}");
    // The copy is of the time before: today's program opens it.
    let app = crate::open(&dir.join("backups/before-9999"), false, None, crate::joined().unwrap()).await.unwrap();
    figures_are_as_they_were(&app).await;
    app.db.close().await;
    std::fs::remove_dir_all(&dir).unwrap();
}

#[tokio::test]
async fn a_server_of_0_1_opens_with_equal_figures() {
    let Some(url) = fresh_database("kept").await else {
        return;
    };
    let db = liren_store::Db::postgres(&url).await.unwrap();
    let text = std::fs::read_to_string(kept().join("postgres.sql")).unwrap();
    for statement in text.split(";\n").filter(|s| !s.trim().is_empty()) {
        db.run_outside(statement).await.unwrap();
    }
    db.close().await;
    let dir = fresh_dir("kept");
    std::fs::copy(kept().join("postgres.key"), dir.join("key")).unwrap();
    std::fs::copy(kept().join("folder/today"), dir.join("today")).unwrap();
    let app = crate::open(&dir, false, Some(&url), crate::joined().unwrap()).await.unwrap();
    figures_are_as_they_were(&app).await;
    app.db.close().await;
    std::fs::remove_dir_all(&dir).unwrap();
}
