//! Building the demo: write its workbooks, import them through the code a user runs, record the rest.

use std::collections::HashMap;
use std::path::Path;

use liren_facts::{Day, Period};
use liren_sheets::Range;
use liren_sheets::write::{Book, Style};

use super::rosters::Page;
use super::story::Ids;
use super::town::Town;
#[cfg(test)]
use super::year::Year;
use super::{NAME, OPENING, TODAY, ledgers, rosters, story, town, work, year};
use crate::base::{Actor, App, PersonId, Result, Scope, Write, error};
use crate::exchange;
use crate::org;

/// What was made.
pub struct Made {
    pub community: i64,
    /// File name, people read, new people.
    pub imported: Vec<(String, usize, usize)>,
}

/// Makes the demo community in an empty data folder. `number` is 1 for the canonical community; others are
/// the same people under another name, for benchmarks. `say` hears what is being done.
pub async fn build(app: &App, number: u32, rosters_dir: Option<&Path>, say: &mut dyn FnMut(&str)) -> Result<Made> {
    let name = if number == 1 { NAME.to_owned() } else { format!("{NAME}{number}") };
    let town = town::town(20131120);
    let year = year::year(&town, 20131121);
    let community = org::queries::create_community(app, &name, true, Day::ymd(2005, 1, 1).unwrap_or(OPENING)).await?;
    let actor = Actor::operator(community);

    say("区划、小区和楼栋");
    let mut w = Write::begin(app, &actor, community, "建立区划").await?;
    let tree = story::ground(&mut w).await?;
    let orgs = story::organisations(&mut w, &tree).await?;
    w.commit().await?;

    let mut imported = Vec::new();
    say("01-居民花名册");
    let bytes = workbook(&rosters::opening(&town))?;
    keep(rosters_dir, "01-居民花名册", &bytes)?;
    imported.push(import(app, &actor, "01-居民花名册.xlsx", &bytes, OPENING).await?);
    let ids = recognise(app, &town, community).await?;

    say("本年出生、去世、迁入、迁出和结婚");
    let mut w = Write::begin(app, &actor, community, "登记本年人生事件").await?;
    let keys = app.community_keys(&mut w.tx, community).await?;
    story::lives(&mut w, &keys, &town, &year, &ids).await?;
    story::heads(&mut w, &year, &ids, &tree).await?;
    w.commit().await?;

    for (file, pages) in ledgers::books(&town, &year) {
        say(file);
        let bytes = workbook(&pages)?;
        keep(rosters_dir, file, &bytes)?;
        imported.push(import(app, &actor, &format!("{file}.xlsx"), &bytes, TODAY).await?);
    }

    say("活动、工程、换届和上报");
    let mut w = Write::begin(app, &actor, community, "登记本年工作").await?;
    work::activities(&mut w, &year, &ids, &tree).await?;
    work::works(&mut w, &year, &ids, &tree, &orgs).await?;
    work::election(&mut w, &keys, &year, &ids, &orgs).await?;
    work::payments(&mut w).await?;
    work::numbers(&mut w, app.packs(), &tree).await?;
    story::registers(&mut w, app.packs()).await?;
    story::words(&mut w, app.packs()).await?;
    story::standards(&mut w, app.packs()).await?;
    w.commit().await?;

    let autumn = Period {
        first: Day::ymd(TODAY.year(), 1, 1).unwrap_or(TODAY),
        last: Day::ymd(TODAY.year(), 9, 30).unwrap_or(TODAY),
    };
    crate::figures::freeze_all(app, &actor, "2013年三季度", autumn).await?;
    Ok(Made { community, imported })
}

async fn import(app: &App, actor: &Actor, file: &str, bytes: &[u8], on: Day) -> Result<(String, usize, usize)> {
    let request = exchange::Request { file_name: file, bytes, on, dry_run: false, map: None, annotate: false };
    let outcome = exchange::run(app, actor, request).await?;
    Ok((file.to_owned(), outcome.reading.people.len(), outcome.counts.new))
}

/// The ids the register gave the town's people, found by their numbers as the register holds them.
async fn recognise(app: &App, town: &Town, community: i64) -> Result<Ids> {
    let mut tx = app.db.read().await?;
    let scope = Scope::whole(community);
    let numbers = crate::people::identity::open(app, &mut tx, &scope, TODAY, None).await?;
    let by_number: HashMap<&str, i64> =
        numbers.iter().filter_map(|(id, n)| n.id_number.as_deref().map(|number| (number, *id))).collect();
    let known = town.souls.iter().enumerate().filter_map(|(i, s)| Some((i, *by_number.get(s.number.as_str())?)));
    known.map(|(i, id)| Ok((i, scope.mine(PersonId(id))?))).collect()
}

fn keep(dir: Option<&Path>, file: &str, bytes: &[u8]) -> Result<()> {
    let Some(dir) = dir else { return Ok(()) };
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        std::fs::write(dir.join(format!("{file}.xlsx")), bytes)
    };
    write().map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("不能写入 {}:{zh}。请检查文件夹权限和剩余空间。", dir.display()),
            format!("Cannot write to {}: {en}. Check the folder's permissions and free space.", dir.display()),
        )
    })
}

pub fn workbook(pages: &[Page]) -> Result<Vec<u8>> {
    let mut book = Book::new();
    for page in pages {
        let sheet = book.page(&page.name);
        for (r, row) in page.rows.iter().enumerate() {
            let style = if r == 0 {
                Style::Title
            } else if page.header.contains(&r) {
                Style::Header
            } else {
                Style::Text
            };
            for (c, cell) in row.iter().enumerate() {
                if !cell.is_empty() {
                    sheet.put_styled(r as u32, c as u16, cell.as_str(), style);
                }
            }
        }
        for &(r1, c1, r2, c2) in &page.merges {
            let cell = page.rows[r1 as usize][usize::from(c1)].as_str();
            let style = if page.header.contains(&(r1 as usize)) { Style::Header } else { Style::Text };
            let range = Range { first_row: r1, first_column: c1, last_row: r2, last_column: c2 };
            sheet.merge(range, cell, if r1 == 0 { Style::Title } else { style });
        }
    }
    book.to_bytes().map_err(|e| error::fault(e.0))
}

#[cfg(test)]
/// The town and its year, for tests that compare what was read with what was meant.
pub fn plot() -> (Town, Year) {
    let town = town::town(20131120);
    let year = year::year(&town, 20131121);
    (town, year)
}
