//! `liren proof FILE`.

use std::io::IsTerminal;

use super::args::{Folder, Proof};
use super::data::{actor, open, read_bytes, read_file, save};
use super::out;
use crate::base::reader::Size;
use crate::base::{Lang, Result, error};
use crate::proofreading::{self, Form, Request};

pub async fn run(args: Proof, lang: Lang) -> Result<u8> {
    let name = args.file.display().to_string();
    let size = if args.large { Size::Large } else { Size::Ordinary };
    let file = if name == "-" {
        read_bytes(std::io::stdin().lock(), &name, size)?.map_err(error::fault)?
    } else {
        read_file(&args.file, size)?
    };
    let known = match args.data {
        Some(data) => {
            let app = open(&Folder { data, database: None, key_file: args.key_file }).await?;
            let actor = actor(&app, args.community).await?;
            proofreading::known_figures(&app, &actor).await?
        }
        None => vec![],
    };
    let form = if args.json { Form::Json } else { Form::Terminal { colour: std::io::stdout().is_terminal() } };
    let page = args.html.is_some();
    let request = Request { name: &name, file, known: &known, form, page, lang, size };
    let read = proofreading::proof(request).await?;
    if let (Some(path), Some(page)) = (&args.html, &read.page) {
        save(path, page.as_bytes())?;
    }
    out(read.text.as_bytes());
    Ok(u8::from(read.errors > 0))
}
