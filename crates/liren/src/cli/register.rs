//! `liren register`: which registers are kept, and the verbs that say so.

use std::collections::BTreeMap;

use liren_facts::Day;
use liren_packs::Register;
use serde_json::json;

use super::args::{Register as Args, RegisterWhat};
use super::data::{actor, area_of, open};
use super::{out, say};
use crate::base::{App, Lang, Origin, Result, Write, days, error};
use crate::quality::registers::{Line, Standing, lines};
use crate::registers::{self, ProgrammeOf, ProgrammeUse};

pub async fn run(args: Args, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let today = app.clock.today();
    let write = async |reason: &str| Write::begin(&app, &actor, actor.scope.community, reason).await;
    let origin = Origin::default();
    match args.what {
        None => {
            list(&lines(&app, &actor.scope, lang).await?, args.json)?;
        }
        Some(RegisterWhat::Keep { register, from, area }) => {
            let register = named(&app, &register)?;
            let area = area_of(&app, &actor, area.as_deref()).await?;
            let mut w = write(&format!("{} 从 {from} 起记全", register.id())).await?;
            let id = registers::keep(&mut w, &register, area, day(&from)?, &origin).await?;
            w.commit().await?;
            say(&format!("{id}"));
        }
        Some(RegisterWhat::None { register, from, to, area }) => {
            let register = named(&app, &register)?;
            let area = area_of(&app, &actor, area.as_deref()).await?;
            let to = to.as_deref().map_or(Ok(today), day)?;
            let mut w = write(&format!("{} 零报告", register.id())).await?;
            let id = registers::report_none(&mut w, &register, area, (day(&from)?, to), &origin).await?;
            w.commit().await?;
            say(&format!("{id}"));
        }
        Some(RegisterWhat::Drop { id }) => {
            let mut w = write("撤回台账说明").await?;
            registers::withdraw(&mut w, id).await?;
            w.commit().await?;
        }
        Some(RegisterWhat::Use { programme, from, no }) => {
            if app.packs().programme(&programme).is_none() {
                return Err(unknown(&app, &programme));
            }
            let from = from.as_deref().map_or(Ok(today), day)?;
            let mut w = write(&format!("{programme} {}", if no { "本社区不做" } else { "本社区要做" })).await?;
            ProgrammeUse { used: !no }.record(&mut w, ProgrammeOf(programme), from, &origin).await?;
            w.commit().await?;
        }
    }
    app.db.close().await;
    Ok(0)
}

fn day(text: &str) -> Result<Day> {
    days::asked(text)
}

fn named(app: &App, id: &str) -> Result<Register> {
    let all = registers::all(app.packs());
    all.into_iter().find(|r| r.id() == id).ok_or_else(|| unknown(app, id))
}

fn unknown(app: &App, id: &str) -> crate::base::Error {
    let all: BTreeMap<String, String> =
        registers::all(app.packs()).iter().map(|r| (r.id(), registers::title(app.packs(), r).zh)).collect();
    let list: Vec<String> = all.iter().map(|(id, title)| format!("{id}（{title}）")).collect();
    error::invalid(
        format!("没有叫 {id} 的台账。可以写：{}。", list.join("、")),
        format!("There is no register {id}. There are: {}.", all.into_keys().collect::<Vec<_>>().join(", ")),
    )
}

fn list(lines: &[Line], as_json: bool) -> Result<()> {
    if as_json {
        let all: Vec<_> = lines.iter().map(|line| {
            json!({
                "id": line.register.id(), "title": line.title, "gap": line.gap,
                "standing": match line.standing { Standing::Open => "open", Standing::Kept => "kept", Standing::Unused => "unused" },
                "stock": line.stock.map(|day| day.to_string()),
                "kept": line.rows.iter().map(|row| json!({
                    "id": row.id, "mode": row.kept.mode, "how": row.kept.how, "by": row.by,
                    "stock_from": row.kept.stock_from.to_string(),
                    "flow_from": row.kept.flow_from.map(|day| day.to_string()),
                    "flow_to": row.kept.flow_to.map(|day| day.to_string()),
                })).collect::<Vec<_>>(),
                "figures": line.figures.iter().map(|(id, ..)| id).collect::<Vec<_>>(),
            })
        }).collect();
        out(format!("{}\n", serde_json::to_string_pretty(&all).map_err(error::fault)?).as_bytes());
        return Ok(());
    }
    for line in lines {
        let mark = match line.standing {
            Standing::Open => "缺",
            Standing::Kept => "全",
            Standing::Unused => "—",
        };
        say(&format!("{mark} {}  {}", line.register.id(), line.title));
        for row in &line.rows {
            let flow = match (row.kept.flow_from, row.kept.flow_to) {
                (None, _) => String::new(),
                (Some(from), to) => format!("，变动 {from} 至 {}", to.map_or("今".into(), |to| to.to_string())),
            };
            say(&format!("    {} · {} 存量 {}{flow}", row.id, row.by, row.kept.stock_from));
        }
        if let Some(gap) = &line.gap {
            say(&format!("    {gap}"));
        }
    }
    Ok(())
}
