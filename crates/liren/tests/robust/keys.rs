//! The master key: made once, missed at once, kept where the operator wants it.

use std::process::Command;

use crate::{Folder, contents, done, everyone, refused};

fn each_command(folder: &Folder) -> Vec<Command> {
    let out = folder.0.join("out");
    let out = out.to_str().unwrap();
    vec![
        folder.liren(&["serve", "--port", "0"]),
        folder.liren(&["figure"]),
        folder.liren(&["export", "people"]),
        folder.liren(&["init", "--community", "另一社区"]),
        folder.liren(&["backup", "--out", out]),
        folder.liren(&["freeze", "定稿"]),
        folder.liren(&["migrate"]),
        folder.import(&folder.0.join("花名册.csv")),
    ]
}

#[test]
fn a_missing_or_foreign_key_stops_every_command_and_is_never_replaced() {
    let (folder, _) = Folder::peopled("lost-key", 20);
    let path = folder.data().join("key");
    let key = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let before = contents(&folder.data());
    for mut command in each_command(&folder) {
        let said = refused(&mut command);
        assert!(said.contains("密钥不见了"), "{said}");
        assert!(!path.exists());
    }
    std::fs::write(&path, "ab".repeat(32)).unwrap();
    for mut command in each_command(&folder) {
        let said = refused(&mut command);
        assert!(said.contains("与数据库不符"), "{said}");
    }
    std::fs::write(&path, "not a key").unwrap();
    for mut command in each_command(&folder) {
        let said = refused(&mut command);
        assert!(said.contains("不是有效的密钥"), "{said}");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(contents(&folder.data()), before);
    std::fs::write(&path, key).unwrap();
    assert_eq!(folder.people(), 20);
}

#[test]
fn the_key_may_lie_outside_the_folder() {
    let (folder, _) = Folder::peopled("key-outside", 20);
    let all = everyone(&folder.data());
    let outside = folder.0.join("elsewhere/liren-key");
    std::fs::create_dir(outside.parent().unwrap()).unwrap();
    std::fs::rename(folder.data().join("key"), &outside).unwrap();
    let text = std::fs::read_to_string(&outside).unwrap();
    let export = || folder.liren(&["export", "people", "--format", "json"]);
    assert_eq!(done(export().arg("--key-file").arg(&outside)), all);
    assert_eq!(done(export().env("LIREN_KEY_FILE", &outside)), all);
    assert_eq!(done(export().env("LIREN_KEY", text.trim())), all);
    assert_eq!(done(export().env("CREDENTIALS_DIRECTORY", outside.parent().unwrap())), all);
    // What the operator names is what counts, also when it is wrong.
    let said =
        refused(export().env("LIREN_KEY", "cd".repeat(32)).env("CREDENTIALS_DIRECTORY", outside.parent().unwrap()));
    assert!(said.contains("LIREN_KEY"), "{said}");
    let said = refused(export().args(["--key-file", "/nowhere/key"]).env("LIREN_KEY", text.trim()));
    assert!(said.contains("没有密钥文件"), "{said}");
    assert!(!folder.data().join("key").exists());
    // A backup without the key says so.
    let out = folder.0.join("backup");
    let said = done(folder.liren(&["backup"]).arg("--out").arg(&out).env("LIREN_KEY", text.trim()));
    assert!(said.contains("密钥不在"), "{said}");
    assert!(!out.join("key").exists());
    // A new community begins with the key outside, and none is made.
    let other = Folder::new("key-given");
    done(other.liren(&["init", "--community", "社区", "--fictional"]).env("LIREN_KEY", text.trim()));
    assert!(!other.data().join("key").exists());
}
