//! Whoever only reads waits for no writer and needs no disk that can be written.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::{Folder, contents, done, refused, text};

fn reading(folder: &Folder) -> Vec<Command> {
    vec![folder.liren(&["figure", "--json"]), folder.liren(&["screen"]), folder.liren(&["compare"])]
}

/// A list of people leaves a trace, so it is written where nobody else is.
fn exporting(folder: &Folder) -> Command {
    folder.liren(&["export", "people", "--format", "csv"])
}

#[test]
fn reading_commands_work_beside_a_long_writer() {
    let (folder, _) = Folder::peopled("long-writer", 60);
    let expected: Vec<String> = reading(&folder).iter_mut().chain([&mut exporting(&folder)]).map(done).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = liren_store::Db::sqlite(&folder.data().join("liren.db"), false).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.run("update community set revision = revision + 1", Vec::new()).await.unwrap();
        for (mut command, expected) in reading(&folder).into_iter().chain([exporting(&folder)]).zip(&expected) {
            let begun = Instant::now();
            let said = tokio::task::spawn_blocking(move || done(&mut command)).await.unwrap();
            assert_eq!(&said, expected);
            // A writer is waited for up to 20 seconds.
            assert!(begun.elapsed() < Duration::from_secs(10), "it waited");
        }
        tx.rollback().await.unwrap();
    });
}

/// Runs a command in a world where the folder's disk is read-only; `None` where this machine lets nobody make one.
fn on_a_read_only_disk(folder: &Folder, command: &Command) -> Option<Command> {
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    let possible = Command::new("unshare").args(["-m", "sh", "-c", script]).arg(&folder.0).arg("true").output();
    if !possible.is_ok_and(|o| o.status.success()) {
        return None;
    }
    let mut inside = Command::new("unshare");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => inside.env(name, value),
            None => inside.env_remove(name),
        };
    }
    inside.args(["-m", "sh", "-c", script]).arg(&folder.0).arg(command.get_program()).args(command.get_args());
    Some(inside)
}

#[test]
fn reading_commands_work_on_a_read_only_disk_and_writing_ones_say_so() {
    let (folder, roster) = Folder::peopled("read-only", 60);
    let expected: Vec<String> = reading(&folder).iter_mut().map(done).collect();
    let before = contents(&folder.0);
    for (command, expected) in reading(&folder).into_iter().zip(&expected) {
        let Some(mut inside) = on_a_read_only_disk(&folder, &command) else {
            eprintln!("no read-only disk can be made here: run as root, or allow unshare");
            return;
        };
        assert_eq!(&done(&mut inside), expected);
    }
    // Where no trace can be left, figures are read and no list of people goes out.
    let writing = [
        exporting(&folder),
        folder.import(&roster),
        folder.liren(&["freeze", "定稿"]),
        folder.liren(&["init", "--community", "二"]),
    ];
    for command in writing {
        let said = refused(&mut on_a_read_only_disk(&folder, &command).unwrap());
        assert!(said.contains("只能读") || said.contains("只读"), "{said}");
    }
    assert_eq!(contents(&folder.0), before);
    // Beside a server the last changes stand in its journal: they are read with it.
    let server = crate::Server::start(&folder.data());
    done(&mut folder.liren(&["init", "--community", "第二社区"]));
    let mut figure = on_a_read_only_disk(&folder, &folder.liren(&["figure", "--community", "2"])).unwrap();
    done(&mut figure);
    drop(server);
    // What a server that was killed left cannot be read without its index; that is said and nothing is missing.
    let journal = folder.data().join("liren.db-wal");
    assert!(std::fs::metadata(&journal).unwrap().len() > 0);
    std::fs::remove_file(folder.data().join("liren.db-shm")).unwrap();
    let output =
        on_a_read_only_disk(&folder, &folder.liren(&["figure", "--community", "2"])).unwrap().output().unwrap();
    assert!(text(&output).contains("没合并的日志"), "{}", text(&output));
    done(&mut folder.liren(&["figure", "--community", "2"]));
}
