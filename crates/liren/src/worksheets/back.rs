//! The filled worksheet handed back: what was empty is recorded, what differs is shown side by side and never written over.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use liren_sheets::Workbook;

use super::columns::{KEY, Meant, NEW, meant};
use crate::base::reader::Size;
use crate::base::web::{About, Form, Reader, Refused, Shell, Submitted};
use crate::base::{Aliases, App, Key, PersonId, Result, Write, error};
use crate::exchange::reading;
use crate::people::chosen::Chosen;
use crate::people::forms::{self, fact};
use crate::people::{identity, register, rows};

/// One cell that somebody filled.
#[derive(Clone)]
struct Filled {
    person: i64,
    row: usize,
    /// Id of a fact, or `phone`.
    what: String,
    title: String,
    text: String,
}

/// What a filled cell comes to.
enum Comes {
    /// Nothing was on record.
    New,
    /// It says what is on record.
    Same,
    /// Something else is on record.
    Other(String),
    /// It cannot be read as an answer.
    Unread(String),
}

struct Line {
    href: String,
    name: String,
    title: String,
    text: String,
    /// What a form sends back: `key|what|text`.
    value: String,
    said: String,
}

#[derive(Default)]
struct Shown {
    rows: usize,
    same: usize,
    new: Vec<Line>,
    other: Vec<Line>,
    unread: Vec<Line>,
    /// Rows whose number nobody here has.
    strangers: Vec<usize>,
    /// Heads that are no fact.
    aside: Vec<String>,
}

impl Shown {
    /// What is not recorded from here: title, head of the last column, lines.
    fn left(&self) -> [(&'static str, &'static str, &[Line]); 2] {
        [("和登记的不一样", "登记的", &self.other), ("看不懂的", "为什么", &self.unread)]
    }
}

#[derive(Template)]
#[template(path = "worksheets/back.html")]
struct Page {
    s: Shell,
    form: Form,
    shown: Option<Shown>,
}

pub async fn show(mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, form, None);
    r.page(&page)
}

fn page(r: &mut Reader, form: Form, shown: Option<Shown>) -> Page {
    let title = r.lang.t("交回工作单");
    Page { s: r.shell(title, "/people", ""), form, shown }
}

/// `POST /people/worksheet/back` — reads the file and says what it would change; nothing is written.
pub async fn read(mut s: Submitted) -> Result<Response> {
    let Some((name, bytes)) = s.papers.iter().find(|p| p.field == "file").map(|p| (p.name.clone(), p.bytes.clone()))
    else {
        s.form.problem("file", "请选填好的工作单。", "Choose the filled worksheet.");
        return s.answer(Err(Refused::Form), async |r: &mut Reader, form| Ok(page(r, form, None))).await;
    };
    let found = async {
        let book = reading::book(&name, Arc::new(bytes), Size::Ordinary).await?;
        let mut r = Reader::open(&s.app, &s.visitor).await?;
        let shown = compare(&mut r, &book).await?;
        Ok((r, shown))
    };
    match found.await {
        Ok((mut r, shown)) => {
            let form = Form::new(&r);
            let page = page(&mut r, form, Some(shown));
            r.page(&page)
        }
        Err(e) => s.answer(Err(Refused::Error(e)), async |r: &mut Reader, form| Ok(page(r, form, None))).await,
    }
}

/// The filled cells of a book, and what could not be placed.
fn filled(app: &App, community: i64, book: &Workbook) -> Result<(Vec<Filled>, Shown)> {
    let (mut cells, mut shown) = (Vec::new(), Shown::default());
    let mut known = false;
    for sheet in &book.sheets {
        let head = sheet.rows.iter().position(|row| row.iter().any(|cell| cell.shown().trim() == KEY));
        let Some(head) = head else { continue };
        known = true;
        let heads: Vec<String> = sheet.rows[head].iter().map(|cell| cell.shown().trim().to_owned()).collect();
        let key = heads.iter().position(|h| h == KEY).unwrap_or_default();
        // What is printed beside an empty column of the same name is ours, not an answer.
        let printed_too = |h: &String| heads.contains(&format!("{h}{NEW}"));
        let read = heads.iter().map(|h| meant(app, h.trim_end_matches(NEW)).filter(|_| !printed_too(h)));
        let columns: Vec<Option<Meant>> = read.collect();
        for (at, row) in sheet.rows.iter().enumerate().skip(head + 1) {
            let told: Vec<String> = row.iter().map(|cell| cell.shown().trim().to_owned()).collect();
            if told.iter().all(String::is_empty) {
                continue;
            }
            let person = told.get(key).and_then(|text| Key::parse(text)).filter(|k| k.community == community);
            let Some(person) = person else {
                // A line below the table that has no number and little else is no row.
                if told.iter().filter(|t| !t.is_empty()).count() > 2 {
                    shown.strangers.push(at + 1);
                }
                continue;
            };
            shown.rows += 1;
            for (column, text) in columns.iter().zip(&told) {
                let (what, title) = match column {
                    Some(Meant::Phone) => ("phone".to_owned(), super::columns::PHONE.to_owned()),
                    Some(Meant::Fact(item)) => (item.id.clone(), item.title.clone()),
                    None => continue,
                };
                // A number printed with stars is ours, not an answer; neither is what we print where nothing is known.
                if !text.is_empty() && !text.contains('*') && !["待核实", "未登记"].contains(&text.as_str()) {
                    cells.push(Filled { person: person.id, row: at + 1, what, title, text: text.clone() });
                }
            }
        }
        let printed = ["序号", "姓名", KEY];
        let aside =
            heads.iter().zip(&columns).filter(|(h, c)| c.is_none() && !h.is_empty() && !printed.contains(&h.as_str()));
        shown.aside.extend(aside.map(|(h, _)| h.clone()));
    }
    if !known {
        return Err(error::invalid(
            format!("这个文件里没有“{KEY}”一栏，认不出哪一行是谁。请用从这里存出的工作单；别的名单从“导入”进来。"),
            format!(
                "There is no column {KEY} in the file, so no row says who it is. Use a worksheet made here; other lists go through Import."
            ),
        ));
    }
    Ok((cells, shown))
}

async fn compare(r: &mut Reader, book: &Workbook) -> Result<Shown> {
    let (cells, shown) = filled(&r.app, r.community(), book)?;
    sorted(r, cells, shown).await
}

/// What each filled cell comes to.
async fn sorted(r: &mut Reader, cells: Vec<Filled>, mut shown: Shown) -> Result<Shown> {
    let (scope, lang, today, app) = (r.scope(), r.lang, r.today(), r.app.clone());
    let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let mut ids: Vec<i64> = cells.iter().map(|c| c.person).filter(|id| chosen.contains(*id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: HashMap<i64, (String, String)> =
        rows(&app, &mut r.tx, &scope, today, &ids, lang).await?.into_iter().map(|p| (p.id, (p.name, p.href))).collect();
    let mut strangers: Vec<usize> = cells.iter().filter(|c| !names.contains_key(&c.person)).map(|c| c.row).collect();
    strangers.dedup();
    shown.strangers.append(&mut strangers);
    for cell in cells {
        let Some((name, href)) = names.get(&cell.person) else { continue };
        let comes = comes(r, &cell).await?;
        let mut line = Line {
            href: if cell.what == "phone" { href.clone() } else { format!("{href}/facts/{}", cell.what) },
            name: name.clone(),
            title: lang.t(&cell.title).to_owned(),
            text: cell.text.clone(),
            value: format!("{}-{}|{}|{}", scope.community, cell.person, cell.what, cell.text),
            said: String::new(),
        };
        match comes {
            Comes::Same => shown.same += 1,
            Comes::New => shown.new.push(line),
            Comes::Other(there) => {
                line.said = there;
                shown.other.push(line);
            }
            Comes::Unread(why) => {
                line.said = why;
                shown.unread.push(line);
            }
        }
    }
    Ok(shown)
}

/// The lines of a form that was not saved, as they stood: `a` holds all of them, `w` those ticked.
async fn again(r: &mut Reader, form: &Form) -> Result<Option<Shown>> {
    let cells: Vec<Filled> = form
        .all("a")
        .iter()
        .filter_map(|line| told(line))
        .map(|(person, what, text)| {
            let title = match fact::item(&r.app, &what, crate::base::Lang::Zh) {
                Some(item) => item.title,
                None => super::columns::PHONE.to_owned(),
            };
            Filled { person, row: 0, what, title, text }
        })
        .collect();
    if cells.is_empty() {
        return Ok(None);
    }
    let shown = Shown { rows: cells.len(), ..Shown::default() };
    sorted(r, cells, shown).await.map(Some)
}

async fn comes(r: &mut Reader, cell: &Filled) -> Result<Comes> {
    let (scope, lang, today, app) = (r.scope(), r.lang, r.today(), r.app.clone());
    if cell.what == "phone" {
        let Some(phone) = phone(&cell.text) else {
            return Ok(Comes::Unread(lang.t("这不像电话号码。手机是 11 位，固定电话带区号。").to_owned()));
        };
        let mut held = identity::open(&app, &mut r.tx, &scope, today, Some(&[cell.person])).await?;
        let there = held.remove(&cell.person).map(|n| n.phones).unwrap_or_default();
        // One may have several phones; a new one is one more.
        return Ok(if there.contains(&phone) { Comes::Same } else { Comes::New });
    }
    let Some(item) = fact::item(&app, &cell.what, lang) else { return Err(error::not_found("资料项")) };
    let fictional = crate::org::queries::community(&mut r.tx, &scope).await?.fictional;
    let given = match fact::given(&app, &item, &cell.text, today, fictional) {
        Ok(given) => given,
        Err((zh, en)) => return Ok(Comes::Unread(lang.pick(&zh, &en).to_owned())),
    };
    let whole = Aliases::now(&mut r.tx, &scope).await?.whole(PersonId(cell.person));
    let there = fact::shown(&app, &mut r.tx, &scope, &whole, &item, today, lang).await?;
    Ok(match there {
        None => Comes::New,
        Some(there) if fact::worded(&app, &item, &given, lang) == there => Comes::Same,
        Some(there) => Comes::Other(there),
    })
}

fn phone(text: &str) -> Option<String> {
    liren_facts::phone::read(text).usable().map(|p| p.digits.clone()).next()
}

/// `POST /people/worksheet/write` — records what was ticked; what was on record before is left as it is.
pub async fn write(mut s: Submitted) -> Result<Response> {
    let saved = async {
        let wanted: Vec<(i64, String, String)> = s.form.all("w").iter().filter_map(|line| told(line)).collect();
        if wanted.is_empty() {
            s.form.problem("w", "没有勾选，什么也没有记。", "Nothing was ticked; nothing was recorded.");
            return Err(Refused::Form);
        }
        let actor = s.actor()?.clone();
        let today = s.today();
        let mut ids: Vec<PersonId> = wanted.iter().map(|(id, ..)| PersonId(*id)).collect();
        ids.sort_unstable();
        ids.dedup();
        // Whoever is not within the writer's area is nobody.
        let people = forms::several(&s.app, &actor, &ids).await?;
        let of: HashMap<i64, _> = people.into_iter().map(|p| (p.number(), p)).collect();
        let mut tx = s.app.db.read().await?;
        let fictional = crate::org::queries::community(&mut tx, &actor.scope).await?.fictional;
        drop(tx);
        let about: Vec<About<'_>> = vec![];
        let reason = format!("工作单交回，{} 人 {} 项", of.len(), wanted.len());
        let app = s.app.clone();
        s.save(&reason, &about, async |w: &mut Write| {
            let source = w.source("worksheet", "工作单", None, Some(today)).await?;
            let origin = crate::base::Origin { source: Some(source), place: None, confirmed_on: Some(today) };
            let keys = app.community_keys(&mut w.tx, w.community).await?;
            for (id, what, text) in &wanted {
                let Some(person) = of.get(id).copied() else { continue };
                if what == "phone" {
                    let Some(phone) = phone(text) else { return Err(unread()) };
                    let scope = crate::base::Scope::whole(w.community);
                    let mut held = identity::open(&app, &mut w.tx, &scope, today, Some(&[*id])).await?;
                    if held.remove(id).is_some_and(|own| own.phones.contains(&phone)) {
                        continue;
                    }
                    register::add_phones(w, &keys, today, person, &[phone.as_str()], &origin).await?;
                    continue;
                }
                let item =
                    fact::item(&app, what, crate::base::Lang::Zh).filter(|item| super::columns::may(&app, &item.id));
                let item = item.ok_or_else(|| error::not_found("资料项"))?;
                let given = fact::given(&app, &item, text, today, fictional).map_err(|_| unread())?;
                let scope = crate::base::Scope::whole(w.community);
                let whole = Aliases::now(&mut w.tx, &scope).await?.whole(person.id());
                // Somebody may have recorded it since the file was read.
                let lang = crate::base::Lang::Zh;
                if fact::shown(&app, &mut w.tx, &scope, &whole, &item, today, lang).await?.is_none() {
                    fact::fill(w, person, &item, &given, today, &origin).await?;
                }
            }
            Ok("/people".to_owned())
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| {
        let shown = again(r, &form).await?;
        Ok(page(r, form, shown))
    })
    .await
}

fn unread() -> error::Error {
    error::invalid(
        "有一项看不懂，什么也没有记。请重新交回工作单。",
        "One answer cannot be read; nothing was recorded. Hand the worksheet back again.",
    )
}

/// `key|what|text` as the page wrote it.
fn told(line: &str) -> Option<(i64, String, String)> {
    let mut parts = line.splitn(3, '|');
    let (key, what, text) = (Key::parse(parts.next()?)?, parts.next()?, parts.next()?);
    Some((key.id, what.to_owned(), text.trim().to_owned())).filter(|(.., text)| !text.is_empty())
}
