//! The verbs on a real SQLite file.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Db, Error, Migration};

static NEXT: AtomicU32 = AtomicU32::new(0);

const STEPS: &[Migration] = &[Migration {
    number: 1,
    name: "things",
    sql: "create table thing (\n community_id bigint not null, id bigint not null, name text, good boolean,\n primary key (community_id, id), constraint thing_name unique (community_id, name));\n",
}];

async fn db() -> Db {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("liren-store-{}-{n}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    let db = Db::sqlite(&dir.join("t.db"), true).await.unwrap();
    db.migrate(STEPS).await.unwrap();
    db
}

#[tokio::test]
async fn placeholders_are_numbered_not_named() {
    let db = db().await;
    let mut tx = db.read().await.unwrap();
    let got: (i64, i64) = tx.row("select $2, $1", params![10, 20]).await.unwrap();
    assert_eq!(got, (20, 10));
}

#[tokio::test]
async fn a_refused_row_names_its_constraint() {
    let db = db().await;
    let mut tx = db.write().await.unwrap();
    let columns = ["community_id", "id", "name", "good"];
    tx.insert("thing", &columns, vec![params![1, 1, "a", true]]).await.unwrap();
    let again = tx.insert("thing", &columns, vec![params![1, 2, "a", None::<bool>]]).await;
    assert!(matches!(again, Err(Error::Constraint(name)) if name == "thing_name"));
}

#[tokio::test]
async fn ten_thousand_rows_are_inserted_in_few_statements_and_a_dropped_transaction_leaves_no_trace() {
    let db = db().await;
    let mut tx = db.write().await.unwrap();
    let rows = (0..10_000i64).map(|i| params![1, i, format!("n{i}"), i % 2 == 0]).collect();
    tx.insert("thing", &["community_id", "id", "name", "good"], rows).await.unwrap();
    let (n,): (i64,) = tx.row("select count(*) from thing where good", params![]).await.unwrap();
    assert_eq!(n, 5_000);
    drop(tx);
    let mut tx = db.read().await.unwrap();
    let (n,): (i64,) = tx.row("select count(*) from thing", params![]).await.unwrap();
    assert_eq!(n, 0);
}

#[tokio::test]
async fn a_mistyped_path_makes_no_database() {
    let path = std::env::temp_dir().join("liren-no-such-folder").join("x.db");
    assert!(matches!(Db::sqlite(&path, false).await, Err(Error::Missing(_))));
}

#[tokio::test]
async fn migrations_run_once_and_a_newer_database_is_refused() {
    let db = db().await;
    assert_eq!(db.migrate(STEPS).await.unwrap(), 0);
    assert!(matches!(db.migrate(&[]).await, Err(Error::TooNew { found: 1, known: 0 })));
}

#[tokio::test]
async fn a_table_of_communities_lies_in_the_order_of_its_key() {
    let db = db().await;
    let mut tx = db.read().await.unwrap();
    let (text,): (String,) = tx.row("select sql from sqlite_master where name = $1", params!["thing"]).await.unwrap();
    assert!(text.ends_with("without rowid"), "{text}");
}

#[tokio::test]
async fn writers_queue_and_a_reader_keeps_the_snapshot_it_began_with() {
    let db = db().await;
    let columns = ["community_id", "id", "name", "good"];
    let mut first = db.write().await.unwrap();
    first.insert("thing", &columns, vec![params![1, 1, "a", true]]).await.unwrap();
    let second = tokio::spawn({
        let db = db.clone();
        async move {
            let mut tx = db.write().await.unwrap();
            let (n,): (i64,) = tx.row("select count(*) from thing", params![]).await.unwrap();
            n
        }
    });
    let mut reader = db.read().await.unwrap();
    let count = "select count(*) from thing";
    assert_eq!(reader.row::<(i64,)>(count, params![]).await.unwrap().0, 0);
    tokio::task::yield_now().await;
    assert!(!second.is_finished());
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), 1);
    assert_eq!(reader.row::<(i64,)>(count, params![]).await.unwrap().0, 0);
}

#[tokio::test]
async fn a_value_of_another_type_is_a_fault_and_not_a_guess() {
    let db = db().await;
    let mut tx = db.read().await.unwrap();
    let text: crate::Result<(i64,)> = tx.row("select 'a'", params![]).await;
    assert!(matches!(text, Err(Error::Fault(_))));
    let null: crate::Result<(i64,)> = tx.row("select cast(null as bigint)", params![]).await;
    assert!(matches!(null, Err(Error::Fault(_))));
    let unbound: crate::Result<(i64,)> = tx.row("select $2", params![1]).await;
    assert!(matches!(unbound, Err(Error::Fault(_))));
}

#[tokio::test]
async fn a_day_goes_in_and_out_as_a_day() {
    use liren_facts::Day;
    let db = db().await;
    let mut tx = db.read().await.unwrap();
    let sql = "select $1, $2";
    let got: (Day, Option<Day>) = tx.row(sql, params![Day(16_029), None::<Day>]).await.unwrap();
    assert_eq!(got, (Day(16_029), None));
    let far = tx.row::<(Day,)>("select $1", params![i64::MAX]).await;
    assert!(matches!(far, Err(Error::Fault(_))));
}
