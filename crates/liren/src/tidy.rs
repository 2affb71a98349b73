//! Architecture as tests: what may import what, where SQL may stand, what every page must not contain.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::text::has_english;
use crate::testing::TestApp;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(ending: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, ending: &str, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, ending, out);
            } else if path.extension().is_some_and(|e| e == ending) {
                out.push(path);
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    walk(&root, ending, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|p| {
            let name = p.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (name, std::fs::read_to_string(&p).unwrap())
        })
        .collect()
}

/// Compares a text with the file that keeps it; `LIREN_KEEP=1` writes the file anew, to be looked at in the difference.
fn kept(file: &str, text: &str) {
    let path = root().join(file);
    if std::env::var_os("LIREN_KEEP").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    let lost = was.lines().find(|line| !text.lines().any(|l| l == *line));
    let new = text.lines().find(|line| !was.lines().any(|l| l == *line));
    assert!(
        was == text,
        "{file} is not what is: first line lost {lost:?}, first line new {new:?}; LIREN_KEEP=1 writes it anew"
    );
}

/// The slices in the order of `lib.rs`, from the spine up.
fn slices() -> Vec<String> {
    let lib = std::fs::read_to_string(root().join("lib.rs")).unwrap();
    lib.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|l| l.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn imports_between_slices_only_go_up_the_list() {
    let order = slices();
    let place = |name: &str| order.iter().position(|s| s == name);
    for (file, text) in files("rs") {
        let Some(own) = file.split('/').next().and_then(&place) else {
            continue;
        };
        if file.ends_with("tests.rs") {
            continue;
        }
        for part in text.split("crate::").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if let Some(other) = place(&name) {
                // The command line is the outermost; reports use its one JSON form of a figure.
                let known = file == "reports/files.rs" && name == "cli";
                assert!(other <= own || known, "{file} imports {name}, which stands below it in lib.rs");
            }
        }
    }
}

#[test]
fn statements_stand_in_queries_and_loaders_only() {
    let homes = [
        "queries.rs", "load.rs", "states.rs", "records.rs", "aliases.rs", "grants.rs", "undo.rs", "write.rs",
        "frames.rs", "app.rs", "guard.rs", "changes.rs", "attachments.rs",
    ];
    for (file, text) in files("rs") {
        let name = file.rsplit('/').next().unwrap();
        if homes.contains(&name)
            || file.contains("/queries/")
            || file.contains("/load/")
            || name == "tests.rs"
            || file.contains("/tests/")
            || name == "testing.rs"
            || name == "tidy.rs"
            || name == "matrix.rs"
        {
            continue;
        }
        for verb in ["\"select ", "\"insert into ", "\"update ", "\"delete from "] {
            assert!(!text.contains(verb), "{file} holds a statement ({verb})");
        }
    }
}

#[test]
fn the_code_names_no_line_of_work() {
    let programmes: Vec<&str> = crate::PACKS
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("programmes/")?.strip_suffix("/programme.toml"))
        .collect();
    assert!(programmes.len() > 10);
    for (file, text) in files("rs") {
        // The demo tells a story, tests ask about it.
        let test = file.ends_with("tests.rs") || file.contains("/tests/");
        if file.starts_with("demo/") || test || file == "tidy.rs" || file == "histories.rs" {
            continue;
        }
        for programme in &programmes {
            assert!(!text.contains(&format!("\"{programme}\"")), "{file} names {programme}");
        }
    }
}

#[test]
fn pages_carry_no_inline_script_or_style() {
    for (file, text) in files("html") {
        for banned in [" style=", "<style", "onclick=", "onload=", "hx-on", "javascript:"] {
            assert!(!text.contains(banned), "{file} contains {banned}");
        }
        for script in text.split("<script").skip(1) {
            assert!(script.trim_start().starts_with("src="), "{file} has an inline script");
        }
        // A quote directly after {{ … |safe }} would let text become markup; only trees we built are safe.
        for part in text.split("|safe").skip(1) {
            assert!(part.trim_start().starts_with("}}"), "{file}");
        }
    }
}

#[test]
fn every_text_of_the_pages_has_its_english() {
    let mut missing = BTreeSet::new();
    let mut need = |key: &str| {
        if key.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)) && !has_english(key) {
            missing.insert(key.to_owned());
        }
    };
    for (_, text) in files("html") {
        for opening in ["s.t(\"", "s.n(\""] {
            for part in text.split(opening).skip(1) {
                need(part.split('"').next().unwrap());
            }
        }
    }
    // What is handed to a component stands in the call.
    for (_, text) in files("html") {
        for call in text.split("{% call ").skip(1) {
            for word in call.split("%}").next().unwrap().split('"').skip(1).step_by(2) {
                need(word);
            }
        }
    }
    for (file, text) in files("rs") {
        if file.ends_with("tests.rs") || file == "tidy.rs" {
            continue;
        }
        for opening in ["lang.t(\"", ".t_with(\"", "not_found(\""] {
            for part in text.split(opening).skip(1) {
                need(part.split('"').next().unwrap());
            }
        }
    }
    for role in crate::base::Role::ALL {
        need(role.title());
        for permission in role.permissions() {
            need(permission.title());
        }
    }
    for figure in &crate::joined().unwrap().packs.figures {
        need(&figure.unit);
    }
    assert!(missing.is_empty(), "no English for {missing:#?}");
}

/// What CONTRIBUTING shows as code is code: every snippet stands in a file that is compiled.
#[test]
fn snippets_of_contributing_stand_in_the_code() {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let code: Vec<String> = files("rs").into_iter().map(|(_, text)| squeezed(&text)).collect();
    let text = std::fs::read_to_string(root().join("../../../CONTRIBUTING.md")).unwrap();
    let snippets: Vec<String> =
        text.split("```rust\n").skip(1).map(|part| squeezed(part.split("```").next().unwrap())).collect();
    assert!(snippets.len() >= 5);
    for snippet in snippets {
        assert!(code.iter().any(|file| file.contains(&snippet)), "{snippet}");
    }
}

/// Each picture of the handbook is there, and so is the page it shows: `![…](../images/x.png "/route")`.
#[test]
fn pictures_of_the_handbook_show_pages_there_are() {
    let routes = std::fs::read_to_string(root().join("routes.txt")).unwrap();
    let handbook = root().join("../../../docs/handbook");
    let mut pictures = 0;
    for chapter in std::fs::read_dir(&handbook).unwrap().flatten() {
        let text = std::fs::read_to_string(chapter.path()).unwrap();
        for part in text.split("](../images/").skip(1) {
            let (file, rest) = part.split_once(' ').unwrap();
            let page = rest.split('"').nth(1).unwrap();
            assert!(handbook.join("../images").join(file).exists(), "{file}");
            assert!(routes.lines().any(|line| line.starts_with(&format!("GET {page} "))), "{file} shows {page}");
            pictures += 1;
        }
    }
    assert!(pictures >= 6);
}

#[test]
fn a_long_file_says_why() {
    for (file, text) in files("rs") {
        let lines = text.lines().count();
        assert!(lines <= 600, "{file} has {lines} lines");
    }
}

#[tokio::test]
async fn the_routes_and_who_may_use_them() {
    let test = TestApp::demo().await;
    let mut list: Vec<String> = crate::routes(&test.app)
        .list
        .iter()
        .map(|(method, path, access)| format!("{method} {path} {access:?}"))
        .collect();
    list.sort();
    kept("routes.txt", &(list.join("\n") + "\n"));
}

#[tokio::test]
async fn a_guarded_route_refuses_strangers() {
    let test = TestApp::demo().await;
    let stranger = test.stranger();
    for (method, path, access) in crate::routes(&test.app).list {
        if access == crate::base::web::Access::Public {
            continue;
        }
        let path = path
            .replace("{key}", "1-1")
            .replace("{id}", "x")
            .replace("{format}", "txt")
            .replace("{revision}", "1")
            .replace("{paper}", "1");
        let answer = if method == "GET" {
            stranger.get(&path).await
        } else {
            stranger.post(&path, "", "http://liren.test").await
        };
        // A form is kept while its writer signs in again; everything else leads to the sign-in page.
        let kept = method == "POST" && answer.status == axum::http::StatusCode::UNAUTHORIZED;
        let led = answer.location.as_deref().is_some_and(|l| l.starts_with("/sign-in"));
        assert!(kept || led, "{method} {path} let a stranger in");
    }
}

#[tokio::test]
async fn every_table_is_keyed_by_its_community_and_holds_four_types_only() {
    let test = TestApp::empty().await;
    let mut columns = test.app.db.columns().await.unwrap();
    // On SQLite the trail has a file of its own.
    columns.extend(test.app.trail.db().await.unwrap().columns().await.unwrap());
    columns.sort();
    columns.dedup();
    let tables: BTreeSet<&str> = columns.iter().map(|c| c.table.as_str()).collect();
    let reference = [
        "migration", "installation", "office", "community", "account", "account_grant_area", "account_grant_programme",
        "sign_in", "account_link", "account_second", "trail", "trail_head", "trail_begin",
    ];
    for table in tables {
        let has = columns.iter().any(|c| c.table == table && c.name == "community_id");
        assert!(has || reference.contains(&table), "{table} has no community_id");
    }
    for column in &columns {
        assert!(["bigint", "boolean", "text", "bytea"].contains(&column.kind.as_str()), "{column:?}");
    }
    // Nobody's contraception, religion or police record has a column.
    for word in ["contracept", "religio", "steril", "police", "abort"] {
        assert!(columns.iter().all(|c| !c.name.contains(word)), "{word}");
    }
    let text: String = columns.iter().map(|c| format!("{} {} {}\n", c.table, c.name, c.kind)).collect();
    kept("schema.txt", &text);
}
