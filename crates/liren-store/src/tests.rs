//! The verbs on a real SQLite file.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Db, Error, Migration, Standing, Tx};

static NEXT: AtomicU32 = AtomicU32::new(0);

const THINGS: Migration = Migration::sql(
    1,
    "things",
    "create table thing (\n community_id bigint not null, id bigint not null, name text, good boolean,\n primary key (community_id, id), constraint thing_name unique (community_id, name));\n",
);

const STEPS: &[Migration] = &[THINGS];

fn folder() -> std::path::PathBuf {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("liren-store-{}-{n}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

async fn db() -> Db {
    let db = Db::sqlite(&folder().join("t.db"), true).await.unwrap();
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
    let other = [Migration::sql(1, "others", "")];
    assert!(matches!(db.standing(&other).await, Err(Error::OtherWay { number: 1, .. })));
}

async fn fill(tx: &mut Tx) -> crate::Result<()> {
    tx.run("insert into thing (community_id, id, name) select 1, 7, 'from code'", params![]).await.map(|_| ())
}

#[tokio::test]
async fn a_lower_number_that_comes_later_still_runs_and_a_step_may_be_code() {
    let db = db().await;
    let third = Migration::code(3, "fill", |tx| Box::pin(fill(tx)));
    assert_eq!(db.migrate(&[THINGS, third]).await.unwrap(), 1);
    let second = Migration::sql(2, "late", "create table late (id bigint primary key);\n");
    let all = [third, second, THINGS];
    assert_eq!(db.standing(&all).await.unwrap(), Standing { done: 2, pending: vec![2] });
    assert_eq!(db.migrate(&all).await.unwrap(), 1);
    assert_eq!(db.standing(&all).await.unwrap(), Standing { done: 3, pending: vec![] });
    let mut tx = db.read().await.unwrap();
    let (name,): (String,) = tx.row("select name from thing where id = 7", params![]).await.unwrap();
    assert_eq!(name, "from code");
}

async fn fail(tx: &mut Tx) -> crate::Result<()> {
    tx.run("insert into nowhere (id) values (1)", params![]).await.map(|_| ())
}

#[tokio::test]
async fn a_step_that_fails_leaves_none_of_its_upgrade() {
    let db = db().await;
    let steps = [
        THINGS,
        Migration::sql(2, "more", "create table more (id bigint primary key);\n"),
        Migration::code(3, "fail", |tx| Box::pin(fail(tx))),
    ];
    db.migrate(&steps).await.unwrap_err();
    assert_eq!(db.standing(&steps).await.unwrap(), Standing { done: 1, pending: vec![2, 3] });
    assert!(db.columns().await.unwrap().iter().all(|c| c.table != "more"));
}

#[tokio::test]
async fn the_schema_is_looked_at_beside_a_writer() {
    let db = db().await;
    let writer = db.write().await.unwrap();
    let looked = tokio::time::timeout(std::time::Duration::from_secs(2), db.migrate(STEPS)).await;
    assert_eq!(looked.expect("it waited for the writer").unwrap(), 0);
    drop(writer);
}

/// A database file with one row in it, closed.
async fn one_row() -> std::path::PathBuf {
    let path = folder().join("t.db");
    let db = Db::sqlite(&path, true).await.unwrap();
    db.migrate(STEPS).await.unwrap();
    let mut tx = db.write().await.unwrap();
    tx.insert("thing", &["community_id", "id", "name"], vec![params![1, 1, "甲"]]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    path
}

async fn rows(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    tx.row::<(i64,)>("select count(*) from thing", params![]).await.unwrap().0
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_can_only_be_read_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = one_row().await;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    std::fs::set_permissions(path.parent().unwrap(), std::fs::Permissions::from_mode(0o500)).unwrap();
    let db = Db::sqlite(&path, false).await.unwrap();
    assert_eq!(rows(&db).await, 1);
    assert_eq!(db.migrate(STEPS).await.unwrap(), 0);
    std::fs::set_permissions(path.parent().unwrap(), std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn a_file_on_a_disk_that_stands_still_is_read_whatever_its_name_and_not_written() {
    let path = one_row().await;
    let odd = path.with_file_name("数据 #1?%41.db");
    std::fs::rename(&path, &odd).unwrap();
    let db = Db::sqlite_still(&odd).await.unwrap();
    assert_eq!(rows(&db).await, 1);
    assert!(matches!(db.write().await, Err(Error::ReadOnly)));
    let beside = std::fs::read_dir(odd.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1);
    let new = [THINGS, Migration::sql(2, "more", "create table more (id bigint primary key);\n")];
    assert!(matches!(db.migrate(&new).await, Err(Error::ReadOnly)));
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_database_and_its_copy_can_be_read_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = db().await;
    let mut tx = db.write().await.unwrap();
    tx.insert("thing", &["community_id", "id", "name"], vec![params![1, 1, "甲"]]).await.unwrap();
    tx.commit().await.unwrap();
    let Db::Sqlite(file) = &db else { unreachable!() };
    let copy = file.path().with_file_name("copy.db");
    db.copy_to(&copy).await.unwrap();
    for entry in std::fs::read_dir(copy.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{}", entry.path().display());
    }
    assert_eq!(rows(&Db::sqlite(&copy, false).await.unwrap()).await, 1);
}

#[tokio::test]
async fn a_damaged_page_is_noticed() {
    let path = one_row().await;
    let db = Db::sqlite(&path, false).await.unwrap();
    db.check().await.unwrap();
    db.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // The header of the second page's tree.
    bytes[4096..4104].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let db = Db::sqlite(&path, false).await.unwrap();
    assert!(matches!(db.check().await, Err(Error::Damaged)));
    std::fs::write(&path, "姓名,身份证号\n".repeat(900)).unwrap();
    assert!(matches!(Db::sqlite(&path, false).await, Err(Error::Damaged)));
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

#[tokio::test]
async fn a_text_with_a_zero_character_is_refused_on_every_engine() {
    let db = db().await;
    let mut tx = db.write().await.unwrap();
    let refused = tx.insert("thing", &["community_id", "id", "name"], vec![params![1, 1, "王\0军"]]).await;
    assert!(matches!(refused, Err(Error::Zero)));
    let refused: crate::Result<Vec<(i64,)>> = tx.rows("select id from thing where name = $1", params!["\0"]).await;
    assert!(matches!(refused, Err(Error::Zero)));
}
