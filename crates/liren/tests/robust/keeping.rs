//! No command deletes what it did not make: the demo, backups, restoring.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{Folder, Server, contents, done, everyone, liren, names, refused, text};

fn demo(data: &Path) -> Command {
    let mut command = liren();
    command.args(["demo", "--no-serve", "--data"]).arg(data);
    command
}

#[test]
fn the_demo_touches_no_folder_it_did_not_make() {
    let (folder, _) = Folder::peopled("demo-beside", 30);
    let before = contents(&folder.data());
    let said = refused(&mut demo(&folder.data()));
    assert!(said.contains("不是演示文件夹"), "{said}");
    assert_eq!(contents(&folder.data()), before);
    // Neither while it is served, nor when its mark was put there by hand.
    {
        let _server = Server::start(&folder.data());
        assert!(refused(&mut demo(&folder.data())).contains("不是演示文件夹"));
        std::fs::write(folder.data().join("demo"), "liren demo\n").unwrap();
        assert!(refused(&mut demo(&folder.data())).contains("已有一个里仁服务"));
    }
    let said = refused(&mut demo(&folder.data()));
    assert!(said.contains("不是演示用的社区"), "{said}");
    std::fs::remove_file(folder.data().join("demo")).unwrap();
    assert_eq!(folder.people(), 30);
    // A folder with a key only belongs to a database on a server.
    let keys = folder.0.join("keys");
    std::fs::create_dir(&keys).unwrap();
    std::fs::write(keys.join("key"), "0".repeat(64)).unwrap();
    refused(&mut demo(&keys));
    assert_eq!(names(&keys), ["key"]);
}

#[test]
fn a_demo_is_built_again_only_when_it_was_not_finished_and_takes_no_real_community() {
    let folder = Folder::new("demo-again");
    let data = folder.0.join("demo");
    // Struck in the middle of the building.
    let mut building = demo(&data).stderr(Stdio::null()).spawn().unwrap();
    while !data.join("rosters").exists() {
        assert!(building.try_wait().unwrap().is_none(), "the demo ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = refused(&mut demo(&data));
    assert!(said.contains("已有一个里仁服务"), "{said}");
    building.kill().unwrap();
    building.wait().unwrap();
    let said = refused(liren().args(["figure", "--data"]).arg(&data));
    assert!(said.contains("还没有建完"), "{said}");
    done(&mut demo(&data));
    let built = contents(&data);
    // Once it is there it is kept as it is, with whatever somebody tried in it.
    done(
        liren()
            .env("LIREN_PASSWORD", "a long password")
            .args(["user", "add", "--login", "mine", "--name", "试"])
            .args(["--role", "worker", "--data"])
            .arg(&data),
    );
    let mine = std::fs::read(data.join("liren.db")).unwrap();
    assert_ne!(&mine, &built[&data.join("liren.db")]);
    done(&mut demo(&data));
    assert_eq!(std::fs::read(data.join("liren.db")).unwrap(), mine);
    let said = refused(liren().args(["init", "--community", "真实社区", "--data"]).arg(&data));
    assert!(said.contains("演示数据"), "{said}");
    // Another version builds its own and puts this one aside.
    let mark = "update installation set value = '0.0.1 5' where name = 'demo'";
    outside(&data.join("liren.db"), mark);
    done(&mut demo(&data));
    assert!(data.join("earlier-1/liren.db").exists());
    assert!(everyone(&data).lines().count() > 4_000);
    // No address of a server that was set for something else leads the demo there.
    let said = done(demo(&data).env("LIREN_DATABASE_URL", "postgres://nobody@127.0.0.1:1/nowhere"));
    assert!(said.contains("年度报告"), "{said}");
}

/// Runs a statement on a database file.
fn outside(path: &Path, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = liren_store::Db::sqlite(path, false).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.run(sql, Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    });
}

#[test]
fn a_backup_made_beside_a_server_is_restored_whole() {
    let (folder, _) = Folder::peopled("backup", 300);
    let out = folder.0.join("备份");
    {
        let _server = Server::start(&folder.data());
        let said = done(folder.liren(&["backup"]).arg("--out").arg(&out));
        assert!(said.contains("1 个社区"), "{said}");
    }
    assert_eq!(names(&out), ["backup.json", "key", "liren.db", "today", "trail.db"]);
    let there = contents(&out);
    let said = refused(folder.liren(&["backup"]).arg("--out").arg(&out));
    assert!(said.contains("已经存在"), "{said}");
    assert_eq!(contents(&out), there);
    for (name, exists) in [("恢复", false), ("空", true)] {
        let data = folder.0.join(name);
        if exists {
            std::fs::create_dir(&data).unwrap();
        }
        done(liren().args(["restore", "--from"]).arg(&out).arg("--data").arg(&data));
        assert_eq!(names(&data), ["key", "liren.db", "today", "trail.db"]);
        let said = done(liren().args(["audit", "verify", "--data"]).arg(&data));
        assert!(said.contains("链条完整"), "{said}");
        assert_eq!(everyone(&data), everyone(&folder.data()));
    }
    assert_eq!(contents(&out), there);
    assert!(names(&folder.0).iter().all(|n| !n.ends_with(".part")), "{:?}", names(&folder.0));
}

fn restore(from: &Path, data: &Path) -> Command {
    let mut command = liren();
    command.args(["restore", "--from"]).arg(from).arg("--data").arg(data);
    command
}

#[test]
fn only_a_whole_backup_is_restored_and_only_where_nothing_is() {
    let (folder, _) = Folder::peopled("restore", 40);
    let out = folder.0.join("backup");
    done(folder.liren(&["backup"]).arg("--out").arg(&out));
    let data = folder.0.join("new");
    let nothing = || assert!(!data.exists() && names(&folder.0).iter().all(|n| !n.ends_with(".part")));

    // A key, a journal, anything: it stays.
    for left in ["key", "liren.db-wal", "liren.db", "笔记.txt"] {
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join(left), "somebody's").unwrap();
        let said = refused(&mut restore(&out, &data));
        assert!(said.contains("不是空文件夹"), "{said}");
        assert_eq!(std::fs::read_to_string(data.join(left)).unwrap(), "somebody's");
        assert_eq!(names(&data), [left]);
        std::fs::remove_dir_all(&data).unwrap();
    }
    let said = refused(&mut restore(&folder.0.join("nowhere"), &data));
    assert!(said.contains("不是完整的备份"), "{said}");
    nothing();

    // A folder in use, whose people stand in the journal.
    let live = folder.0.join("live");
    {
        let _server = Server::start(&folder.data());
        done(&mut folder.liren(&["init", "--community", "第二社区"]));
        std::fs::create_dir(&live).unwrap();
        for name in ["liren.db", "liren.db-wal", "key"] {
            std::fs::copy(folder.data().join(name), live.join(name)).unwrap();
        }
    }
    assert!(std::fs::metadata(live.join("liren.db-wal")).unwrap().len() > 0);
    let said = refused(&mut restore(&live, &data));
    assert!(said.contains("使用中的数据文件夹"), "{said}");
    nothing();

    // Without its key, with another one, with a changed byte.
    let key = std::fs::read(out.join("key")).unwrap();
    std::fs::remove_file(out.join("key")).unwrap();
    assert!(refused(&mut restore(&out, &data)).contains("没有密钥文件"));
    nothing();
    std::fs::write(out.join("key"), "1".repeat(64)).unwrap();
    let said = refused(&mut restore(&out, &data));
    assert!(said.contains("与备份清单不符"), "{said}");
    nothing();
    std::fs::remove_file(out.join("key")).unwrap();
    let elsewhere = folder.0.join("kept-apart");
    std::fs::write(&elsewhere, "1".repeat(64)).unwrap();
    let said = refused(restore(&out, &data).arg("--key-file").arg(&elsewhere));
    assert!(said.contains("与数据库不符"), "{said}");
    nothing();
    std::fs::write(&elsewhere, &key).unwrap();
    done(restore(&out, &data).arg("--key-file").arg(&elsewhere));
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::write(out.join("key"), &key).unwrap();
    let mut bytes = std::fs::read(out.join("liren.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(out.join("liren.db"), &bytes).unwrap();
    assert!(refused(&mut restore(&out, &data)).contains("与备份清单不符"));
    nothing();
    bytes[middle] ^= 1;
    std::fs::write(out.join("liren.db"), &bytes).unwrap();
    done(&mut restore(&out, &data));
}

/// No file of the command grows beyond so many kilobytes.
fn limited(command: &Command, kilobytes: u64) -> Command {
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kilobytes * 2));
    limited.arg(command.get_program()).args(command.get_args());
    limited
}

#[test]
fn a_full_disk_leaves_no_half_of_a_backup_nor_of_a_restored_folder() {
    let (folder, _) = Folder::peopled("full-backup", 3_000);
    let size = std::fs::metadata(folder.data().join("liren.db")).unwrap().len() / 1024;
    let out = folder.0.join("backup");
    for room in [4, size / 4, size / 2] {
        let said = refused(&mut limited(folder.liren(&["backup"]).arg("--out").arg(&out), room));
        assert!(said.contains("磁盘") || said.contains("空间"), "{said}");
        assert!(!names(&folder.0).iter().any(|n| n.contains("backup")), "{:?}", names(&folder.0));
    }
    done(folder.liren(&["backup"]).arg("--out").arg(&out));
    let data = folder.0.join("restored");
    let size = std::fs::metadata(out.join("liren.db")).unwrap().len() / 1024;
    for room in [4, size / 2, size - 8] {
        let said = refused(&mut limited(&restore(&out, &data), room));
        assert!(said.contains("空间"), "{said}");
        assert!(!names(&folder.0).iter().any(|n| n.contains("restored")), "{:?}", names(&folder.0));
        std::fs::create_dir(&data).unwrap();
        refused(&mut limited(&restore(&out, &data), room));
        assert!(names(&data).is_empty());
        std::fs::remove_dir(&data).unwrap();
    }
    done(&mut restore(&out, &data));
    assert_eq!(everyone(&data), everyone(&folder.data()));
}

#[test]
fn a_damaged_database_is_not_backed_up_as_if_it_were_whole() {
    let (folder, _) = Folder::peopled("damaged", 1_500);
    let path = folder.data().join("liren.db");
    let whole = std::fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let out = folder.0.join("backup");
    let mut noticed = 0;
    for n in 0..30usize {
        // The head of a page in use says what it is and where its cells lie.
        let page = 2 + n * (pages - 3) / 30;
        let mut bytes = whole.clone();
        for (i, byte) in bytes[page * 4096..page * 4096 + 40].iter_mut().enumerate() {
            *byte ^= u8::try_from(37 + i + n).unwrap();
        }
        std::fs::write(&path, &bytes).unwrap();
        let output = folder.liren(&["backup"]).arg("--out").arg(&out).output().unwrap();
        if output.status.success() {
            // It was a page nobody reads.
            assert_eq!(everyone(&folder.data()).lines().count(), 1_500, "page {page}");
            std::fs::remove_dir_all(&out).unwrap();
        } else {
            assert_eq!(output.status.code(), Some(2));
            assert!(text(&output).contains("损坏"), "{}", text(&output));
            noticed += 1;
        }
        assert!(!names(&folder.0).iter().any(|n| n.contains("backup")), "{:?}", names(&folder.0));
    }
    assert!(noticed >= 25, "{noticed} of 30");
}

#[test]
fn what_is_written_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("modes");
    let run = |command: &Command| {
        let mut open = Command::new("sh");
        open.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
        done(&mut open)
    };
    run(&folder.liren(&["init", "--community", "试验社区", "--fictional", "--today", "2013-11-20"]));
    let roster = folder.0.join("花名册.csv");
    std::fs::write(&roster, crate::roster_of(20)).unwrap();
    std::fs::set_permissions(&roster, std::fs::Permissions::from_mode(0o600)).unwrap();
    let made = folder.0.join("made");
    let path = |name: &str| made.join(name).display().to_string();
    let mut import = folder.import(&roster);
    import.args(["--annotated", &path("批注.csv"), "--result", &path("r.json"), "--write-map", &path("map.toml")]);
    run(&import);
    run(&folder.liren(&["export", "people", "--format", "xlsx", "--out", &path("people.xlsx")]));
    run(&folder.liren(&["report", "annual", "--out", &path("report.docx")]));
    run(&folder.liren(&["backup", "--out", &path("backup")]));
    let _server = Server::start(&folder.data());
    fn closed(dir: &Path) -> usize {
        let mut n = 0;
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} {mode:o}", path.display());
            n += 1 + if path.is_dir() { closed(&path) } else { 0 };
        }
        n
    }
    let n = closed(&folder.data()) + closed(&made);
    assert!(n >= 14, "{n}");
    let mode = std::fs::metadata(folder.data()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
