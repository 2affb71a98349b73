//! `liren undo REVISION` and `liren import undo FILE`: what was written is taken back.

use std::path::Path;

use serde_json::json;

use super::args::{Import, Undo};
use super::data::{actor, open};
use super::{out, say};
use crate::base::undo::{Only, Undone, Whole, undo};
use crate::base::{App, Key, Lang, Result, Write, error};
use crate::exchange;

pub async fn run(args: Undo, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let only = match &args.person {
        Some(text) => {
            let key = Key::parse(text).ok_or_else(|| {
                error::invalid(
                    format!("{text} 不是居民的编号。编号像 1-1207，在居民页的网址和导出的 key 一栏里。"),
                    format!("{text} is not a person's key. It looks like 1-1207; see the address of their page or the key column of an export."),
                )
            })?;
            Only::Subject(("person".to_owned(), key.id))
        }
        None => Only::All,
    };
    let reason = format!("撤回修订 {}", args.revision);
    let w = Write::begin(&app, &actor, actor.scope.community, &reason).await?;
    finish(&app, w, args.revision, only, args.json, lang).await
}

/// `liren import undo FILE --into N`: the last import of that file that has not been taken back.
pub async fn import(args: &Import, file: &Path, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, Some(args.into)).await?;
    let name = exchange::file_name(file);
    let reason = format!("撤回导入 {name}");
    let mut w = Write::begin(&app, &actor, actor.scope.community, &reason).await?;
    let bytes = std::fs::read(file).ok();
    let revision = exchange::imported_at(&mut w, &name, bytes.as_deref()).await?.ok_or_else(|| {
        error::invalid(
            format!("没有找到从 {name} 导入的记录，或者已经撤回过。请核对文件名。"),
            format!("No import of {name} is on record, or it has been taken back already. Check the name of the file."),
        )
    })?;
    let only = match &args.sheet {
        None => Only::All,
        Some(sheet) => {
            let sources = exchange::sources_of(&mut w, revision, sheet).await?;
            if sources.is_empty() {
                return Err(error::invalid(
                    format!("从 {name} 导入的内容里没有来自工作表“{sheet}”的。请核对工作表的名称。"),
                    format!("Nothing that was imported from {name} came from the sheet “{sheet}”. Check its name."),
                ));
            }
            Only::Sources(sources)
        }
    };
    finish(&app, w, revision, only, args.json, lang).await
}

async fn finish(app: &App, mut w: Write, revision: i64, only: Only, as_json: bool, lang: Lang) -> Result<u8> {
    let undone = undo(&mut w, revision, only).await?;
    let community = w.community;
    w.audit("undo", "revision", revision, "").await?;
    let new = if undone.taken.is_empty() { None } else { Some(w.commit().await?) };
    if as_json {
        let list = |wholes: Vec<&Whole>| {
            json!(wholes.into_iter().map(|(kind, id)| json!({ "kind": kind, "id": id })).collect::<Vec<_>>())
        };
        let value = json!({
            "revision": revision,
            "undone_by": new,
            "taken": list(undone.taken.iter().collect()),
            "edited": list(undone.edited.iter().collect()),
            "refused": undone.refused.iter().map(|((kind, id), (by, by_id))| json!({
                "kind": kind, "id": id, "named_by": { "kind": by, "id": by_id },
            })).collect::<Vec<_>>(),
        });
        out(format!("{}\n", serde_json::to_string_pretty(&value).map_err(error::fault)?).as_bytes());
    } else {
        for line in told(&undone, revision, community, lang) {
            say(&line);
        }
    }
    app.db.close().await;
    Ok(if new.is_some() { 0 } else { 1 })
}

/// What was taken back, what stays because it was edited, what cannot go because something names it.
fn told(undone: &Undone, revision: i64, community: i64, lang: Lang) -> Vec<String> {
    let (taken, edited, refused) = undone.count("person");
    let revision = revision.to_string();
    let n = |n: usize| n.to_string();
    let mut lines = vec![lang.t_with(
        "修订 {revision}：撤回 {taken} 人，{edited} 人后来改过、保留，{refused} 人不能撤回。",
        &[("revision", &revision), ("taken", &n(taken)), ("edited", &n(edited)), ("refused", &n(refused))],
    )];
    let key = |(_, id): &Whole| format!("{community}-{id}");
    for whole in undone.edited.iter().filter(|(kind, _)| kind == "person") {
        lines.push(lang.t_with("保留：{key}，后来改过。", &[("key", &key(whole))]));
    }
    for (whole, by) in undone.refused.iter().filter(|((kind, _), _)| kind == "person") {
        lines.push(
            lang.t_with("不能撤回：{key}，后来的记录 {by} 用到了它。", &[("key", &key(whole)), ("by", &key(by))]),
        );
    }
    lines
}
