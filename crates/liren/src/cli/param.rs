//! `liren param`: the standards that a community has to set, and the verb that sets one.

use serde_json::json;

use super::args_param::{ParamArgs, ParamWhat};
use super::data::{actor, open};
use super::say;
use crate::base::{Lang, Result, Write, days, error};
use crate::org::params::{self, LocalValue};

pub async fn run(args: ParamArgs, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let today = app.clock.today();
    let packs = app.packs().clone();
    match args.what {
        None => {
            let mut tx = app.db.read().await?;
            let own = LocalValue::all(&mut tx, &actor.scope, today).await?;
            drop(tx);
            for param in &packs.params {
                let local = own.iter().find(|(of, _)| of.0 == param.id).map(|(_, dated)| dated);
                let value = local.map(|d| d.value.value).or_else(|| param.at(today).map(|v| v.value));
                let source =
                    local.map(|d| d.value.document.clone()).or_else(|| param.at(today).map(|v| v.source.clone()));
                let text = value
                    .map(|n| if param.unit == "元" { crate::figures::decimal(n.into(), 100) } else { n.to_string() });
                let title = lang.pick(&param.title.zh, &param.title.en);
                if args.json {
                    let line = json!({
                        "id": param.id, "title": param.title.zh, "unit": param.unit, "value": text,
                        "source": source, "local": local.is_some(),
                    });
                    say(&line.to_string());
                } else {
                    let said = text.unwrap_or_else(|| lang.t("没有定").to_owned());
                    say(&format!("{:<40} {said} {}  {title}  {}", param.id, param.unit, source.unwrap_or_default()));
                }
            }
        }
        Some(ParamWhat::Set { id, value, from, document }) => {
            let param = packs.param(&id).ok_or_else(|| {
                let all: Vec<&str> = packs.params.iter().map(|p| p.id.as_str()).collect();
                error::invalid(
                    format!("没有标准 {id}。现有：{}。", all.join("、")),
                    format!("There is no standard {id}. There are: {}.", all.join(", ")),
                )
            })?;
            let scale = if param.unit == "元" { 100.0 } else { 1.0 };
            let number = value.parse::<f64>().ok().filter(|v| *v >= 0.0 && *v < 1e9).ok_or_else(|| {
                error::invalid(
                    format!("“{value}”不是一个数。请按{}写，如 550。", param.unit),
                    format!("{value} is no number; write it in its unit, as 550."),
                )
            })?;
            let from = days::asked(&from)?;
            let reason = format!("{}从 {from} 起定为 {value}{}", param.title.zh, param.unit);
            let mut w = Write::begin(&app, &actor, actor.scope.community, &reason).await?;
            params::set(&mut w, &packs, &id, (number * scale).round() as i64, from, &document).await?;
            w.commit().await?;
            say(&reason);
        }
    }
    Ok(0)
}
