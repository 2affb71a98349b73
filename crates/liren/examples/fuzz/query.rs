//! Addresses with any query, asked of the real routes by somebody who is signed in.

use axum::body::Body;
use axum::http::{Request, header};
use liren::base::{App, Role};
use tower::ServiceExt as _;

use crate::Target;
use crate::chance::{self, Chance, EDGES};
use crate::words::{CELLS, TOKENS};

/// Names that queries have, and some that they have not.
const NAMES: &[&str] = &[
    "q", "skip", "area", "sort", "residency", "view", "on", "from", "to", "year", "slice", "by", "month", "known_at",
    "then", "id", "in", "x", "", "base", "once", "community", "format", "page",
];

pub fn of_query(app: &'static App, runtime: &'static tokio::runtime::Runtime) -> anyhow::Result<Target> {
    let told = |e: liren::base::Error| anyhow::anyhow!("{e}");
    let cookie = runtime.block_on(async {
        let account =
            liren::accounts::queries::add(app, "fuzz", "试", "a long password", 1, 0, Role::Secretary).await?;
        liren::base::web::new_session(app, account, "fuzz", &liren::base::web::From::default()).await
    });
    let cookie = cookie.map_err(told)?.to_str()?.split(';').next().unwrap_or_default().to_owned();
    let routes = liren::routes(app);
    let paths: Vec<String> = routes.list.iter().filter(|r| r.0 == "GET").map(|r| r.1.to_owned()).collect();
    let service = routes.into_service(app.clone());
    Ok(Target {
        make: Box::new(move |chance| {
            let mut path = String::new();
            for part in chance.pick(&paths).split_inclusive('/') {
                match part.find('{') {
                    Some(at) => {
                        path.push_str(&part[..at]);
                        path.push_str(&encoded(&value(chance), chance));
                        path.push_str(if part.ends_with('/') { "/" } else { "" });
                    }
                    None => path.push_str(part),
                }
            }
            let mut query = String::new();
            for _ in 0..chance.few(5) {
                query.push_str(if query.is_empty() { "?" } else { chance.word(&["&", "&", "&", ";", "&&"]) });
                query.push_str(&format!("{}={}", chance.pick(NAMES), encoded(&value(chance), chance)));
            }
            format!("{path}{query}").into_bytes()
        }),
        read: Box::new(move |bytes| {
            let address = String::from_utf8_lossy(bytes);
            let Ok(request) = Request::get(&*address).header(header::COOKIE, &cookie).body(Body::empty()) else {
                return;
            };
            let answer = runtime.block_on(service.clone().oneshot(request)).expect("there is an answer");
            assert!(!answer.status().is_server_error(), "{} for {address}", answer.status());
            let text = runtime.block_on(axum::body::to_bytes(answer.into_body(), usize::MAX)).expect("it is whole");
            drop(text);
        }),
    })
}

fn value(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => (*chance.pick(&EDGES)).to_owned(),
        1 => "9".repeat(chance.few(60)),
        2 => (*chance.pick(&[
            "population.total", "annual", "1-1", "1-99999999999", "birth", "xlsx", "json", "0:1", "2013-11-20",
            "2013-13-40", "9999999-12-31", "../..", "population.total.xlsx",
        ]))
        .to_owned(),
        3 => (*chance.pick(TOKENS)).to_owned(),
        4 => chance::sentence(CELLS, &["", " ", "%"], 5, chance),
        _ => (*chance.pick(CELLS)).to_owned(),
    }
}

/// Escaped as it should be, mostly.
fn encoded(text: &str, chance: &mut Chance) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' if chance.one_in(2) => out.push('+'),
            b'%' if chance.one_in(2) => out.push('%'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    if chance.one_in(30) {
        out.push_str(chance.word(&["%00", "%FF", "%E4%B8", "%", "%0A", "%u4e00"]));
    }
    out
}
