//! Every reader by its name.

use liren::base::App;
use liren_rules::{Ask, Place, Want};

use crate::Target;
use crate::chance::{Chance, EDGES, sentence};
use crate::words::{CELLS, TOKENS};
use crate::{prose, query, tables};

pub const NAMES: [&str; 14] = [
    "xlsx", "xls", "csv", "ods", "docx", "html", "markdown", "expression", "pack", "id", "date", "address", "prose",
    "query",
];

pub fn target(name: &str) -> anyhow::Result<Target> {
    Ok(match name {
        "xlsx" => tables::of_xlsx(app()?, runtime()?),
        "xls" => tables::of_xls(app()?, runtime()?),
        "csv" => tables::of_csv(app()?, runtime()?),
        "ods" => tables::of_ods(app()?, runtime()?),
        "docx" => prose::of_docx(),
        "html" => prose::of_html(),
        "markdown" => prose::of_markdown(),
        "prose" => prose::of_text(),
        "id" => prose::of_id(),
        "date" => prose::of_date(),
        "address" => prose::of_address(),
        "expression" => of_expression()?,
        "pack" => of_pack(),
        "query" => query::of_query(app()?, runtime()?)?,
        other => anyhow::bail!("there is no reader {other}: {}", NAMES.join(" ")),
    })
}

/// One runtime and one small community, as long as the process lives.
fn runtime() -> anyhow::Result<&'static tokio::runtime::Runtime> {
    static ONE: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    if ONE.get().is_none() {
        let made = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let _ = ONE.set(made);
    }
    ONE.get().ok_or_else(|| anyhow::anyhow!("no runtime"))
}

fn app() -> anyhow::Result<&'static App> {
    let dir = std::env::temp_dir().join(format!("liren-fuzz-{}", std::process::id()));
    let told = |e: liren::base::Error| anyhow::anyhow!("{e}");
    let joined = liren::joined().map_err(|findings| anyhow::anyhow!("{findings:?}"))?;
    let made = async {
        let app = liren::open(&dir, true, None, joined).await.map_err(told)?;
        let long_ago = liren_facts::Day::parse("1949-10-01").ok_or_else(|| anyhow::anyhow!("no day"))?;
        liren::org::queries::create_community(&app, "试验社区", true, long_ago).await.map_err(told)?;
        anyhow::Ok(app)
    };
    Ok(Box::leak(Box::new(runtime()?.block_on(made)?)))
}

fn of_expression() -> anyhow::Result<Target> {
    let joined = liren::joined().map_err(|findings| anyhow::anyhow!("{findings:?}"))?;
    let schema = joined.schema;
    let kinds: Vec<_> = schema.kinds.iter().filter_map(|k| schema.kind(&k.name)).collect();
    let place = Place::new("a.toml", 0);
    Ok(Target {
        make: Box::new(|chance| {
            let between: &[&str] = if chance.one_in(2) { &[" "] } else { &["", " "] };
            sentence(TOKENS, between, 40, chance).into_bytes()
        }),
        read: Box::new(move |bytes| {
            let text = String::from_utf8_lossy(bytes);
            for kind in kinds.iter().take(3) {
                for want in [Want::Condition, Want::Number, Want::Path, Want::Anything] {
                    let ask = Ask { kind: *kind, text: &text, place: &place, pack: "base", want };
                    let (checked, findings) = schema.check(&ask);
                    assert!(
                        checked.is_some() || findings.iter().any(|f| f.is_error()),
                        "refused without a word: {text}"
                    );
                }
            }
        }),
    })
}

/// The packs of the binary, one of their files changed.
fn of_pack() -> Target {
    // The base and one line of work: all of them take too long for a million times.
    let files: Vec<(String, String)> = liren::PACKS
        .iter()
        .filter(|(path, _)| path.starts_with("base/") || path.starts_with("programmes/elder-allowance/"))
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let made = files.clone();
    Target {
        make: Box::new(move |chance| {
            let at = chance.below(made.len());
            let changed = lines(&made[at].1, chance);
            format!("{at}\n{changed}").into_bytes()
        }),
        read: Box::new(move |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let (at, changed) = text.split_once('\n').expect("a number and a text");
            let mut files = files.clone();
            let at: usize = at.parse().expect("a number");
            files[at].1 = changed.to_owned();
            let (packs, findings) = liren::load_packs(&files);
            for language in [liren_packs::Language::Chinese, liren_packs::Language::English] {
                packs.check_text(&findings, language);
            }
        }),
    }
}

/// A text whose lines, values and words were changed.
fn lines(text: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=chance.few(6) {
        if lines.is_empty() {
            break;
        }
        let at = chance.below(lines.len());
        match chance.below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let to = chance.below(lines.len());
                lines.swap(at, to);
            }
            3 => {
                let key = lines[at].split('=').next().unwrap_or_default().to_owned();
                let value = match chance.below(4) {
                    0 => format!("\"{}\"", sentence(TOKENS, &[" "], 8, chance).replace(['"', '\\'], "")),
                    1 => (*chance.pick(&EDGES)).to_owned(),
                    2 => "[]".to_owned(),
                    _ => "{ zh = \"甲\", en = \"a\" }".to_owned(),
                };
                lines[at] = format!("{key}= {value}");
            }
            4 => lines[at] = lines[at].replace('"', ""),
            5 => {
                let end = chance.below(lines[at].chars().count() + 1);
                lines[at] = lines[at].chars().take(end).collect();
            }
            6 => lines.insert(
                at,
                (*chance.pick(&["[[figure]]", "[[rule]]", "[[stage]]", "[a.b]", "x = 1", "[[case]]", "\u{0}", "="]))
                    .to_owned(),
            ),
            _ => {
                let word = *chance.pick(CELLS);
                lines[at] = format!("{}{word}", lines[at]);
            }
        }
    }
    lines.join("\n")
}
