//! Who may do what: every route × method × role × own area, another area, another community, signed out; and the table of
//! permissions that is printed from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use axum::http::StatusCode;

use crate::base::text::english;
use crate::base::web::Access;
use crate::base::{Permission, Role};
use crate::testing::{Answer, Client, TestApp};

const HERE: &str = "http://liren.test";

/// `docs/permissions.md`, as it follows from the code.
fn printed(routes: &[(&'static str, &'static str, Access)]) -> String {
    let mut text = String::from(
        "# 谁能做什么 / who may do what\n\nPrinted by a test from the code (`crates/liren/src/matrix.rs`); `LIREN_KEEP=1 cargo test -p liren --lib matrix::` writes it anew.\n\n\
         A right comes from one grant: the role of one and the area of another give nothing. Whatever lies outside the area answers 404, as if it did not exist.\n\n",
    );
    text.push_str("| 权限 / permission |");
    for role in Role::ALL {
        let _ = write!(text, " {} |", role.title());
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    for permission in Permission::ALL {
        let _ = write!(text, "\n| {} / {} |", permission.title(), english(permission.title()));
        for role in Role::ALL {
            text.push_str(if role.permissions().contains(&permission) { " ● |" } else { " |" });
        }
    }
    text.push_str("\n\n## 网址 / routes\n\n| 权限 / permission | 网址 / routes |\n|---|---|\n");
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (method, path, access) in routes {
        let who = match access {
            Access::Public => "任何人 / anybody".to_owned(),
            Access::SignedIn => "登录的人 / whoever is signed in".to_owned(),
            Access::Only(permission) => format!("{} / {}", permission.title(), english(permission.title())),
        };
        by.entry(who).or_default().push(format!("`{method} {path}`"));
    }
    for (who, mut paths) in by {
        paths.sort();
        let _ = writeln!(text, "| {who} | {} |", paths.join(" "));
    }
    text
}

#[tokio::test]
async fn the_table_of_permissions_is_what_the_code_does() {
    let test = TestApp::demo().await;
    for permission in Permission::ALL {
        assert!(Role::ALL.iter().any(|role| role.permissions().contains(&permission)), "nobody may {permission:?}");
    }
    let text = printed(&crate::routes(&test.app).list);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("LIREN_KEEP").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(was == text, "docs/permissions.md is not what the code does; LIREN_KEEP=1 writes it anew");
}

/// An address of a route about a person, a community's own or another's.
fn filled(path: &str, key: &str) -> String {
    let filled = path.replace("{key}", key).replace("{format}", "txt").replace("{ending}", "csv");
    let mut out = String::new();
    let mut rest = filled.as_str();
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        out.push('1');
        rest = &rest[at..];
        rest = &rest[rest.find('}').map_or(rest.len(), |end| end + 1)..];
    }
    out + rest
}

async fn ask(client: &Client<'_>, method: &str, path: &str) -> Answer {
    match method {
        "GET" => client.get(path).await,
        _ => client.post(path, "", HERE).await,
    }
}

/// The key of somebody who lives in an area.
async fn someone(test: &TestApp, area: i64) -> String {
    let head = test.signed_in(Role::BuildingHead, area).await;
    let list = head.get("/people").await.expect(StatusCode::OK).body;
    let id = list.split("/people/1-").nth(1).unwrap();
    let id: String = id.chars().take_while(char::is_ascii_digit).collect();
    format!("1-{id}")
}

#[tokio::test]
async fn every_route_is_open_to_those_who_may_and_to_nobody_else() {
    let test = TestApp::own_demo().await;
    let (own, other) = (test.area("榆园小区1号楼").await, test.area("榆园小区2号楼").await);
    let (mine, theirs) = (someone(&test, own).await, someone(&test, other).await);
    let stranger = test.stranger();
    for (method, path, access) in crate::routes(&test.app).list {
        // Signing out ends the sign-in that the next request needs.
        if path == "/session/end" {
            continue;
        }
        let name = format!("{method} {path}");
        if access != Access::Public {
            let answer = ask(&stranger, method, &filled(path, &mine)).await;
            let sent = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
            let again = method == "POST" && answer.text().contains("登录");
            assert!(sent || again, "{name}: a stranger got {} {:?}", answer.status, answer.location);
        }
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Operator) {
            let client = test.signed_in(role, own).await;
            let may = match access {
                Access::Only(permission) => role.permissions().contains(&permission),
                Access::SignedIn | Access::Public => true,
            };
            let answer = ask(&client, method, &filled(path, &mine)).await;
            assert!(!answer.status.is_server_error(), "{name} as {role:?}: {}", answer.text());
            if !may {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} as {role:?}");
                continue;
            }
            assert_ne!(answer.status, StatusCode::FORBIDDEN, "{name} as {role:?}: {}", answer.text());
            // Somebody of another area, or of another community, is not there. A form without its fields may be
            // refused before it is asked whose it is; it must not go through.
            if path.contains("/people/{key}") {
                for key in [theirs.as_str(), "2-1", &mine.replace("1-", "2-")] {
                    let answer = ask(&client, method, &filled(path, key)).await;
                    let hidden = answer.status == StatusCode::NOT_FOUND
                        || method == "POST" && answer.status == StatusCode::UNPROCESSABLE_ENTITY;
                    assert!(hidden, "{name} of {key} as {role:?}: {} {}", answer.status, answer.text());
                }
            }
        }
    }
}

#[tokio::test]
async fn lists_exports_search_and_slices_stay_within_ones_area() {
    let test = TestApp::own_demo().await;
    let (own, other) = (test.area("榆园小区1号楼").await, test.area("榆园小区2号楼").await);
    let theirs = someone(&test, other).await;
    for role in [Role::BuildingHead, Role::GroupHead, Role::Worker, Role::Secretary] {
        let client = test.signed_in(role, own).await;
        let mut paths = vec![
            "/people".to_owned(),
            format!("/people?area={other}"),
            "/people?residency=all".to_owned(),
            "/people?q=2号楼".replace("号楼", "%E5%8F%B7%E6%A5%BC"),
            "/figures/population.total/list".to_owned(),
            format!("/figures/population.total/list?area={other}"),
            "/quality".to_owned(),
        ];
        if role.permissions().contains(&Permission::Export) {
            paths.extend([
                "/people.csv".into(),
                format!("/people.csv?area={other}"),
                "/figures/population.total/list.csv".into(),
            ]);
        }
        for path in paths {
            let answer = client.get(&path).await;
            assert!(answer.status.is_success() || answer.status == StatusCode::NOT_FOUND, "{path}: {}", answer.status);
            let key = format!("{theirs}\"");
            assert!(
                !answer.body.contains(&format!("/people/{key}")),
                "{path} as {role:?} tells of somebody else's resident"
            );
            assert!(!answer.body.contains(&format!(",{theirs}\n")), "{path} as {role:?}");
        }
    }
}
