//! What a full disk, a killed process and a second server do to a data folder.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Folder, liren, text};

#[test]
fn an_import_that_is_killed_leaves_all_of_it_or_nothing() {
    let (folder, roster) = Folder::community("killed", 3_000);
    // How long it takes undisturbed, measured on a copy, says when to strike.
    let (whole, _) = Folder::community("whole", 0);
    let begun = Instant::now();
    assert!(whole.import(&roster).output().unwrap().status.success());
    let takes = begun.elapsed();
    let all = whole.people();
    assert!(all > 2_900, "{all}");
    let mut left_nothing = 0;
    for strike in 1..=8u32 {
        let mut running = folder.import(&roster).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(takes * strike / 9);
        running.kill().unwrap();
        running.wait().unwrap();
        let there = folder.people();
        assert!(there == 0 || there == all, "{there} of {all} people are there");
        left_nothing += usize::from(there == 0);
        if there == all {
            break;
        }
    }
    assert!(left_nothing > 0, "no strike came before the end");
    // The folder is as good as new: the same import now succeeds, and once more changes nothing.
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert_eq!(folder.people(), all);
    let again = folder.import(&roster).output().unwrap();
    assert!(text(&again).contains("新增 0、变更 0"), "{}", text(&again));
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let (folder, roster) = Folder::community("full", 2_000);
    // No file of this process may grow beyond what is there already and a little: a disk that fills up half-way.
    let blocks = std::fs::metadata(folder.data().join("liren.db")).unwrap().len() / 512 + 200;
    let command = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let import = folder.import(&roster);
    let limited =
        Command::new("sh").arg("-c").arg(command).arg(import.get_program()).args(import.get_args()).output().unwrap();
    assert_eq!(limited.status.code(), Some(2), "{}", text(&limited));
    let said = text(&limited);
    assert!(said.contains("磁盘已满"), "{said}");
    assert_eq!(folder.people(), 0);
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert!(folder.people() > 1_900);
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let (folder, roster) = Folder::community("second", 20);
    let serve = || {
        let mut command = liren();
        command.args(["serve", "--port", "0", "--data"]).arg(folder.data()).stderr(Stdio::piped());
        command
    };
    let mut first = serve().spawn().unwrap();
    // It is ready when it says so.
    let mut said = [0; 8];
    first.stderr.as_mut().unwrap().read_exact(&mut said).unwrap();
    let second = serve().output().unwrap();
    assert_eq!(second.status.code(), Some(2), "{}", text(&second));
    assert!(text(&second).contains("已有一个里仁服务"), "{}", text(&second));
    // A command writes beside the server; both see it.
    let done = folder.import(&roster).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    assert!(first.try_wait().unwrap().is_none(), "the first server ended");
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(folder.people(), 20);
    std::thread::sleep(Duration::from_millis(10));
}
