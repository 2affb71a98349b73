//! `liren proof FILE`.

use std::io::{IsTerminal, Read as _};

use super::args::{Folder, Proof};
use super::data::{actor, open};
use super::out;
use crate::base::{Lang, Result, error};
use crate::proofreading;

pub async fn run(args: Proof, lang: Lang) -> Result<u8> {
    let name = args.file.display().to_string();
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(error::fault)?;
        bytes
    } else {
        std::fs::read(&args.file).map_err(|e| {
            let (zh, en) = error::io_words(&e);
            error::invalid(
                format!("读不了 {name}:{zh}。请检查路径和权限。"),
                format!("Cannot read {name}: {en}. Check its path and permissions."),
            )
        })?
    };
    let text = proofreading::text_of(&name, &bytes).map_err(|e| error::invalid(e.zh, e.en))?;
    let known = match args.data {
        Some(data) => {
            let app = open(&Folder { data, database: None, key_file: args.key_file }).await?;
            let actor = actor(&app, args.community).await?;
            proofreading::known_figures(&app, &actor).await?
        }
        None => vec![],
    };
    let report = proofreading::check(&text, &known);
    let spoken = proofreading::lang(lang);
    if let Some(path) = &args.html {
        let page = liren_proof::html::page(&report, &text, &name, spoken);
        super::data::save(path, page.as_bytes())?;
    }
    if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(error::fault)?;
        out(json.as_bytes());
        out(b"\n");
    } else {
        out(liren_proof::terminal::render(&report, &text, std::io::stdout().is_terminal(), spoken).as_bytes());
    }
    Ok(u8::from(report.has_errors()))
}
