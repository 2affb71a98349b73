//! `liren person`: merge, unmerge, erase.

use super::args::{Person, PersonCommand};
use super::data::{actor, open};
use super::say;
use crate::base::{Aliases, App, Key, Lang, PersonId, Result, Scope, Write, error};
use crate::people::{self, identity, merging};

pub async fn run(args: Person, lang: Lang) -> Result<u8> {
    let folder = match &args.command {
        PersonCommand::Merge(args) => &args.folder,
        PersonCommand::Unmerge(args) => &args.folder,
        PersonCommand::Erase(args) => &args.one.folder,
    };
    let app = open(folder).await?;
    match args.command {
        PersonCommand::Merge(args) => {
            let (keep, duplicate) = (key(&args.keep)?, key(&args.duplicate)?);
            if keep.community != duplicate.community {
                return Err(error::invalid(
                    "两条记录不在同一个社区，不能合并。",
                    "The two records belong to different communities and cannot be merged.",
                ));
            }
            let reason = because(&args.because)?;
            let mut w = write(&app, &keep, "合并重复记录").await?;
            let scope = w.actor.scope.clone();
            let (duplicate, keep) = (scope.mine(PersonId(duplicate.id))?, scope.mine(PersonId(keep.id))?);
            merging::merge(&mut w, duplicate, keep, reason).await?;
            w.commit().await?;
            say(lang.t("已合并；如果弄错了，可以撤销"));
        }
        PersonCommand::Unmerge(args) => {
            let one = key(&args.person)?;
            let reason = because(&args.because)?;
            let mut w = write(&app, &one, "撤销合并").await?;
            let scope = w.actor.scope.clone();
            let target = Aliases::now(&mut w.tx, &scope).await?.direct(one.id).unwrap_or(one.id);
            merging::unmerge(&mut w, scope.mine(PersonId(target))?, PersonId(one.id), reason).await?;
            w.commit().await?;
            say(lang.t("已撤销合并"));
        }
        PersonCommand::Erase(args) => {
            let one = key(&args.one.person)?;
            let reason = because(&args.one.because)?;
            if !args.yes {
                return Err(error::invalid(
                    "注销会销毁这个人的密钥，姓名、号码和备注再也读不出来，不能撤销。确定要做，请加上 --yes。",
                    "Erasing destroys this person's key: name, numbers and remarks can never be read again. If you are sure, add --yes.",
                ));
            }
            let mut w = write(&app, &one, "注销个人信息").await?;
            let person = w.actor.scope.mine(PersonId(one.id))?;
            identity::erase(&app, &mut w, person, reason).await?;
            w.commit().await?;
            // What was overwritten stands in the journal until it is emptied.
            app.db.empty_journal().await?;
            say(lang.t("已注销；过去的数字不变"));
        }
    }
    Ok(0)
}

/// `1-1207`
fn key(text: &str) -> Result<Key> {
    Key::parse(text).ok_or_else(|| {
        error::invalid(
            format!("{text} 不是居民的编号。编号像 1-1207，在居民页的网址和导出的 key 一栏里。"),
            format!("{text} is not a person's key. It looks like 1-1207; see the address of their page or the key column of an export."),
        )
    })
}

fn because(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(error::invalid(
            "请用 --because 写明理由，会留痕。",
            "Say why with --because; it is kept in the audit.",
        ));
    }
    Ok(text)
}

/// Begins to write, when there is such a person.
async fn write(app: &App, key: &Key, reason: &str) -> Result<Write> {
    let actor = actor(app, Some(key.community)).await?;
    let mut tx = app.db.read().await?;
    let scope = Scope::whole(key.community);
    if !people::queries::exists(&mut tx, &scope, key.id).await? {
        return Err(error::not_found("居民"));
    }
    drop(tx);
    Write::begin(app, &actor, key.community, reason).await
}
