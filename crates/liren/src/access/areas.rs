//! 辖区与任职 — the tree of a community and who holds which post in it: named, divided, handed over, each from a day on.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use liren_facts::Day;
use liren_store::Tx;

use super::manage::any_day;
use crate::base::web::{About, Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{
    App, AppointmentId, AreaId, Id as _, Key, Lang, Origin, Permission, PersonId, Result, Scope, Write, error,
};
use crate::org::{self, Appointment, Area, AreaLine, Level, Tree};
use crate::people;

/// 一个区划 — as a line of the tree.
struct AreaRow {
    href: String,
    name: String,
    level: String,
    depth: usize,
    posts: Vec<String>,
}

/// 任职
struct PostRow {
    id: i64,
    role: String,
    person: String,
    href: String,
    since: String,
    to: Option<String>,
}

#[derive(Template)]
#[template(path = "access/areas.html")]
struct AreasPage {
    s: Shell,
    areas: Vec<AreaRow>,
}

pub async fn list(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let posts = posts(&mut r, today).await?;
    let depth = |at: &AreaLine| tree.areas.iter().filter(|a| a.lft < at.lft && at.rgt < a.rgt).count();
    let areas = tree
        .areas
        .iter()
        .map(|area| AreaRow {
            href: format!("/areas/{}-{}", scope.community, area.id),
            name: area.name.clone(),
            level: level(&area.level, lang),
            depth: depth(area).min(3),
            posts: posts
                .iter()
                .filter(|(at, _)| *at == area.id)
                .map(|(_, p)| format!("{} {}", p.role, p.person))
                .collect(),
        })
        .collect();
    let title = lang.t("辖区与任职");
    let page = AreasPage { s: r.shell(title, "/areas", ""), areas };
    r.page(&page)
}

fn level(id: &str, lang: Lang) -> String {
    Level::ALL.iter().find(|l| l.id() == id).map_or_else(|| id.to_owned(), |l| lang.t(l.title().0).to_owned())
}

/// The posts to which something can be granted: area, role and person in words.
pub(super) async fn held(r: &mut Reader) -> Result<Vec<(i64, String)>> {
    let (today, whole) = (r.today(), Scope::whole(r.community()));
    let tree = Tree::of(&mut r.tx, &whole, today).await?;
    let named = |(area, p): (i64, PostRow)| {
        let area = tree.find(area).map(|a| a.name.clone()).unwrap_or_default();
        (p.id, format!("{area} {} {}", p.role, p.person))
    };
    Ok(posts(r, today).await?.into_iter().map(named).collect())
}

/// Who holds which post on a day, with the area it is held in.
async fn posts(r: &mut Reader, on: Day) -> Result<Vec<(i64, PostRow)>> {
    let scope = r.scope();
    let all = Appointment::all(&mut r.tx, &scope, on).await?;
    let people: Vec<i64> = all.iter().map(|(_, d)| d.value.person.0).collect();
    let lines = people::queries::lines(&mut r.tx, &scope, on, &people).await?;
    let names: HashMap<i64, String> =
        lines.into_iter().filter_map(|l| Some((l.id, scope.name(l.name.as_deref()?)))).collect();
    let (app, lang) = (r.app.clone(), r.lang);
    let row = |(id, d): (AppointmentId, crate::base::states::Dated<Appointment>)| {
        let area = d.value.area?;
        let person = d.value.person;
        Some((
            area.0,
            PostRow {
                id: id.0,
                role: people::code(&app, "post_role", Some(&d.value.role), lang),
                person: names.get(&person.0).cloned().unwrap_or_else(|| lang.t("姓名未登记").to_owned()),
                href: format!("/people/{}-{}", scope.community, person.0),
                since: if d.from <= people::LONG_AGO { lang.t("一直").to_owned() } else { d.from.to_string() },
                to: d.to.map(|day| day.to_string()),
            },
        ))
    };
    Ok(all.into_iter().filter_map(row).collect())
}

#[derive(Template)]
#[template(path = "access/area.html")]
struct AreaPage {
    s: Shell,
    form: Form,
    key: String,
    name: String,
    level: String,
    above: Option<(String, String)>,
    below: Vec<(String, String)>,
    posts: Vec<PostRow>,
    roles: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    may: bool,
}

async fn area_page(r: &mut Reader, key: &str, form: Form) -> Result<AreaPage> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let id = number(key, &scope)?;
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let area = tree.find(id).ok_or_else(|| error::not_found("区划"))?;
    let link = |a: &AreaLine| (format!("/areas/{}-{}", scope.community, a.id), a.name.clone());
    let posts = posts(r, today).await?.into_iter().filter(|(at, _)| *at == id).map(|(_, p)| p).collect();
    let roles = codes(&r.app, "post_role", lang);
    let lower = Level::ALL.iter().position(|l| l.id() == area.level).unwrap_or_default() + 1;
    let levels = Level::ALL.iter().skip(lower).map(|l| (l.id().to_owned(), lang.t(l.title().0).to_owned())).collect();
    Ok(AreaPage {
        key: key.to_owned(),
        name: area.name.clone(),
        level: level(&area.level, lang),
        above: area.parent.and_then(|p| tree.find(p)).map(link),
        below: tree.areas.iter().filter(|a| a.parent == Some(id)).map(link).collect(),
        posts,
        roles,
        levels,
        may: r.actor.may(Permission::Manage),
        s: r.shell(&area.name.clone(), "/areas", ""),
        form,
    })
}

fn codes(app: &App, table: &str, lang: Lang) -> Vec<(String, String)> {
    let schema = app.schema();
    let Some(table) = schema.table(table) else { return vec![] };
    let all = &schema.table_of(table).codes;
    all.iter().map(|c| (c.code.clone(), lang.pick(&c.title.zh, &c.title.en).to_owned())).collect()
}

fn number(key: &str, scope: &Scope) -> Result<i64> {
    let found = Key::parse(key).filter(|key| key.community == scope.community);
    found.map(|key| key.id).ok_or_else(|| error::not_found("区划"))
}

pub async fn show(State(_): State<App>, mut r: Reader, Path(key): Path<String>) -> Result<Response> {
    let form = Form::new(&r).with("from", r.today().to_string());
    let page = area_page(&mut r, &key, form).await?;
    r.page(&page)
}

/// A day of a form, also one to come; a sentence when there is none.
fn from(s: &mut Submitted) -> Option<Day> {
    let day = s.form.day("from", any_day());
    if day.is_none() && !s.form.has("from") {
        s.form.problem("from", "请填从哪天起。", "Say since which day.");
    }
    day
}

/// The area of a form's address, as it stands today.
async fn area_of(tx: &mut Tx, s: &Submitted, key: &str) -> Result<(AreaId, AreaLine)> {
    let scope = s.actor()?.scope.clone();
    let id = number(key, &scope)?;
    let tree = Tree::of(tx, &scope, s.today()).await?;
    let line = tree.areas.into_iter().find(|a| a.id == id).ok_or_else(|| error::not_found("区划"))?;
    Ok((AreaId(id), line))
}

/// Another name from a day on.
pub async fn rename(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let mut tx = app.db.read().await?;
        let (id, _) = area_of(&mut tx, &s, &key).await?;
        drop(tx);
        let name = s.form.need("name", "请写名称。", "Give a name.").filter(|n| n.chars().count() <= 40);
        let from = from(&mut s);
        let (Some(name), Some(from)) = (name, from) else { return Err(Refused::Form) };
        let scope = s.actor()?.scope.clone();
        let mine = scope.mine(id)?;
        let about = [About { kind: AreaId::KIND, id: id.0, aspects: &[] }];
        s.save("辖区改名好了", &about, async |w: &mut Write| {
            let there = Area::at(&mut w.tx, &scope, &[id], from).await?.ok_or_else(|| error::not_found("区划"))?;
            org::change(w, from, mine, Area { name, ..there.value }, &Origin::default()).await?;
            Ok(format!("/areas/{key}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| area_page(r, &key, form).await).await
}

/// Areas below, one a line.
pub async fn divide(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = divided(&app, &key, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| area_page(r, &key, form).await).await
}

async fn divided(app: &App, key: &str, s: &mut Submitted) -> Saved {
    let mut tx = app.db.read().await?;
    let (id, area) = area_of(&mut tx, s, key).await?;
    let scope = s.actor()?.scope.clone();
    let tree = Tree::of(&mut tx, &scope, s.today()).await?;
    drop(tx);
    let lower = Level::ALL.iter().position(|l| l.id() == area.level).unwrap_or_default() + 1;
    let level = Level::ALL.iter().skip(lower).find(|l| s.form.is("level", l.id())).copied();
    if level.is_none() {
        s.form.problem("level", "请选下面这些是哪一级。", "Choose the level of what lies below.");
    }
    let typed = s.form.need("names", "请写名称，一行一个。", "Give the names, one a line.").unwrap_or_default();
    let names: Vec<String> = typed.lines().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    let here = |name: &String| tree.areas.iter().any(|a| a.parent == Some(id.0) && a.name == *name);
    let twice = names.iter().enumerate().find(|(at, n)| names[..*at].contains(n) || here(n));
    if let Some((_, name)) = twice {
        let (zh, en) =
            (format!("“{name}”已经有了，请只写一遍。"), format!("“{name}” is there already; write it once."));
        s.form.problem("names", zh, en);
    }
    if names.iter().any(|n| n.chars().count() > 40) {
        s.form.problem("names", "名称最多 40 个字。", "A name has 40 characters at most.");
    }
    let from = from(s);
    let (Some(level), Some(from)) = (level, from) else { return Err(Refused::Form) };
    let before = tree.areas.iter().filter(|a| a.parent == Some(id.0)).count() as i64;
    s.save("辖区添好了", &[], async |w: &mut Write| {
        let areas = (1..).zip(&names).map(|(n, name)| Area::new(id, level, name, before + n)).collect();
        org::add_areas(w, from, areas).await?;
        Ok(format!("/areas/{key}"))
    })
    .await
}

/// Somebody takes up a post here; whoever held it lays it down the same day, and what was granted with it ends.
pub async fn appoint(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = appointed(&app, &key, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| area_page(r, &key, form).await).await
}

async fn appointed(app: &App, key: &str, s: &mut Submitted) -> Saved {
    let mut tx = app.db.read().await?;
    let (area, _) = area_of(&mut tx, s, key).await?;
    let scope = s.actor()?.scope.clone();
    let who = s.form.need("person", "请写这个人的姓名或登记编号。", "Give the person's name or key.");
    let person = match &who {
        Some(text) => person(&mut tx, s, &scope, text).await?,
        None => None,
    };
    drop(tx);
    let role = codes(app, "post_role", Lang::Zh).into_iter().find(|(code, _)| s.form.is("role", code));
    if role.is_none() {
        s.form.problem("role", "请选职务。", "Choose the post.");
    }
    let from = from(s);
    let instead = s.form.number("instead").map(AppointmentId);
    let (Some(person), Some((role, title)), Some(from)) = (person, role, from) else { return Err(Refused::Form) };
    let handed = if instead.is_some() { "交接好了" } else { "任职记下了" };
    s.save(&format!("{title}{handed}，从{from}起"), &[], async |w: &mut Write| {
        if let Some(former) = instead {
            let all = Appointment::all(&mut w.tx, &scope, from).await?;
            let here = all.iter().any(|(id, d)| *id == former && d.value.area == Some(area));
            if !here {
                return Err(error::not_found("任职"));
            }
            Appointment::lay_down(w, from, scope.mine(former)?).await?;
        }
        let post = Appointment { person, area: Some(area), organisation: None, role };
        post.begin(w, from).await?;
        Ok(format!("/areas/{key}"))
    })
    .await
}

/// The person somebody wrote: a key, or a name that one person has.
async fn person(tx: &mut Tx, s: &mut Submitted, scope: &Scope, text: &str) -> Result<Option<PersonId>> {
    let today = s.today();
    let found = match Key::parse(text) {
        Some(key) if key.community == scope.community => vec![key.id],
        _ => people::queries::named(tx, scope, today, text).await?,
    };
    let lines = people::queries::lines(tx, scope, today, &found).await?;
    match lines.as_slice() {
        [one] => Ok(Some(PersonId(one.id))),
        [] => {
            s.form.problem(
                "person",
                "登记里没有这个人。请先登记，或者核对姓名。",
                "Nobody of this name is on record. Register them first, or check the name.",
            );
            Ok(None)
        }
        several => {
            let keys: Vec<String> = several.iter().map(|l| format!("{}-{}", scope.community, l.id)).collect();
            s.form.problem(
                "person",
                format!("有 {} 个人叫这个名字。请写登记编号：{}。", several.len(), keys.join("、")),
                format!("{} people have this name. Write a key: {}.", several.len(), keys.join(", ")),
            );
            Ok(None)
        }
    }
}

/// A post ends, and with it what was granted for it.
pub async fn leave(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let mut tx = app.db.read().await?;
        let (area, _) = area_of(&mut tx, &s, &key).await?;
        let scope = s.actor()?.scope.clone();
        let from = from(&mut s);
        let id = s.form.number("post").map(AppointmentId).ok_or_else(|| error::not_found("任职"))?;
        let Some(from) = from else { return Err(Refused::Form) };
        let all = Appointment::all(&mut tx, &scope, from).await?;
        drop(tx);
        if !all.iter().any(|(post, d)| *post == id && d.value.area == Some(area)) {
            return Err(Refused::Error(error::not_found("任职")));
        }
        s.save(&format!("任职到{from}结束"), &[], async |w: &mut Write| {
            Appointment::lay_down(w, from, scope.mine(id)?).await?;
            Ok(format!("/areas/{key}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| area_page(r, &key, form).await).await
}
