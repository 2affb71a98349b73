//! 从零开始 — an installation without a community: whoever holds the link that the terminal printed names the community,
//! divides it, and is its first secretary.

use std::sync::OnceLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use liren_facts::Day;
use serde::Deserialize;

use crate::accounts::{device, queries, rules};
use crate::base::grants;
use crate::base::trail::{Access, Action};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{Actor, App, AreaId, Error, Result, Role, Write, error};
use crate::org::{self, Area, Level};

/// What this process printed; another start prints another.
static TOKEN: OnceLock<String> = OnceLock::new();

/// The word of the link by which a community is begun; `None` when there is one already.
pub async fn link(app: &App) -> Result<Option<&'static str>> {
    let mut tx = app.db.read().await?;
    let none = org::queries::communities(&mut tx).await?.is_empty();
    Ok(none.then(|| TOKEN.get_or_init(grants::token).as_str()))
}

/// What was typed, and what is wrong with it.
#[derive(Deserialize, Default, Clone)]
pub struct Typed {
    #[serde(default)]
    link: String,
    #[serde(default)]
    community: String,
    #[serde(default)]
    tree: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    trial: Option<String>,
}

#[derive(Template)]
#[template(path = "access/start.html")]
struct StartPage {
    s: Shell,
    typed: Typed,
    problems: Vec<String>,
}

fn page(visitor: &Visitor, typed: Typed, problems: Vec<String>) -> StartPage {
    StartPage { s: Shell::bare(visitor, visitor.lang.t("建立社区")), typed, problems }
}

/// The link opens as long as there is no community; it is compared by its digest, in a time that tells nothing.
async fn opens(app: &App, token: &str) -> Result<()> {
    let right = link(app).await?.is_some_and(|word| grants::digest(word) == grants::digest(token));
    if right {
        return Ok(());
    }
    Err(error::invalid(
        "这个链接打不开了：社区已经建好，或者服务重新启动过。请看启动服务的窗口里打印的链接，或直接登录。",
        "This link opens no more: the community is there already, or the service was started anew. Look for the link in the window of the service, or sign in.",
    ))
}

#[derive(Deserialize)]
pub struct LinkOf {
    #[serde(default)]
    link: String,
}

pub async fn show(State(app): State<App>, visitor: Visitor, Query(query): Query<LinkOf>) -> Reply {
    opens(&app, &query.link).await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page(&visitor, Typed { link: query.link, ..Typed::default() }, vec![]))
}

pub async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    axum::Form(typed): axum::Form<Typed>,
) -> Reply {
    let begun = async {
        opens(&app, &typed.link).await?;
        begun(&app, &typed, &visitor.from.address).await
    };
    match begun.await {
        Ok(account) => {
            let cookie = web::new_session(&app, account, &device(&headers), &visitor.from).await;
            let mut response = web::see("/");
            response.headers_mut().insert(header::SET_COOKIE, cookie.map_err(|e| visitor.fail(e))?);
            Ok(response)
        }
        Err(Error::Invalid(problems)) => {
            let problems = Error::Invalid(problems).sentences(visitor.lang.is_en());
            let typed = Typed { password: String::new(), again: String::new(), ..typed };
            let mut response: Response = web::html(&visitor, &page(&visitor, typed, problems))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(visitor.fail(other)),
    }
}

/// Makes the community, its tree and its first account; all that can be wrong is looked at before anything is written.
async fn begun(app: &App, typed: &Typed, address: &str) -> Result<i64> {
    let (name, login, person) = (typed.community.trim(), rules::folded(&typed.login), typed.name.trim());
    if name.is_empty() || name.chars().count() > 60 || person.is_empty() {
        return Err(error::invalid(
            "请写社区的名称和书记的姓名。名称最多 60 个字。还没有建立。",
            "Give the name of the community, 60 characters at most, and the secretary's. Nothing was made yet.",
        ));
    }
    if login.is_empty() || login.chars().count() > 40 || login.contains(char::is_whitespace) {
        return Err(error::invalid(
            "请写登录名。中间不能有空格，最多 40 个字。还没有建立。",
            "Give a sign-in name, without spaces, 40 characters at most. Nothing was made yet.",
        ));
    }
    if typed.password != typed.again {
        return Err(error::invalid("两次输入的密码不一样，请重新输入。", "The two passwords differ; type them again."));
    }
    rules::password(&typed.password, &login, person)?;
    let groups = groups(&typed.tree)?;
    if app.demo().is_some() {
        return Err(error::invalid(
            "这是演示，不能在里面建立社区。请用另一个数据文件夹启动服务。",
            "This is the demo; no community is made in it. Start the service with another data folder.",
        ));
    }
    let long_ago = Day::ymd(1949, 10, 1).unwrap_or(Day(0));
    let community = org::queries::create_community(app, name, typed.trial.is_some(), long_ago).await?;
    let mut w = Write::begin(app, &Actor::operator(community), community, "划分辖区").await?;
    divide(&mut w, long_ago, groups).await?;
    w.commit().await?;
    let account = queries::add(app, &login, person, &typed.password, community, 0, Role::Secretary).await?;
    let noted = Access::installation(Some(account), &login, Action::Account).from(address);
    app.trail.note(noted.about(account).because("建立社区和第一个账户")).await?;
    Ok(account)
}

/// 一个小组 — its station, if it has one, its name, and the buildings within.
struct Group {
    station: Option<String>,
    name: String,
    buildings: Vec<String>,
}

/// One group a line: 第一工作站/第一居民小组：1号楼、2号楼.
fn groups(text: &str) -> Result<Vec<Group>> {
    let mut all: Vec<Group> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, buildings) = line.split_once(['：', ':']).unwrap_or((line, ""));
        let (station, name) = match head.split_once(['/', '／']) {
            Some((station, name)) => (Some(station.trim().to_owned()), name.trim()),
            None => (None, head.trim()),
        };
        let buildings: Vec<String> = buildings
            .split(['、', '，', ',', '；', ';', ' ', '　', '\t'])
            .map(str::trim)
            .filter(|b| !b.is_empty())
            .map(str::to_owned)
            .collect();
        let too_long = |text: &str| text.is_empty() || text.chars().count() > 40;
        if too_long(name) || station.as_deref().is_some_and(too_long) || buildings.iter().any(|b| too_long(b)) {
            return Err(error::invalid(
                format!("辖区这一行看不懂：{}。请写成“第一居民小组：1号楼、2号楼”，名称最多 40 个字。", short(line)),
                format!(
                    "This line of the areas was not understood: {}. Write “Group 1: Building 1, Building 2”.",
                    short(line)
                ),
            ));
        }
        let twice = all.iter().any(|g| g.name == name && g.station == station);
        let again = buildings.iter().enumerate().any(|(at, b)| buildings[..at].contains(b));
        if twice || again {
            return Err(error::invalid(
                format!("辖区写了两遍：{}。请只留一遍。", short(line)),
                format!("This area is written twice: {}. Leave it once.", short(line)),
            ));
        }
        all.push(Group { station, name: name.to_owned(), buildings });
    }
    Ok(all)
}

fn short(line: &str) -> String {
    line.chars().take(40).collect()
}

async fn divide(w: &mut Write, on: Day, groups: Vec<Group>) -> Result<()> {
    let scope = crate::base::Scope::whole(w.community);
    let tree = org::Tree::of(&mut w.tx, &scope, on).await?;
    let root = tree.root().ok_or_else(|| error::fault("a community without a root"))?;
    let mut names: Vec<&str> = Vec::new();
    for station in groups.iter().filter_map(|g| g.station.as_deref()) {
        if !names.contains(&station) {
            names.push(station);
        }
    }
    let areas = ranked(&names).map(|(rank, name)| Area::new(root, Level::Station, name, rank)).collect();
    let stations: Vec<AreaId> = org::add_areas(w, on, areas).await?;
    let above = |group: &Group| {
        let at = group.station.as_deref().and_then(|s| names.iter().position(|n| *n == s));
        at.and_then(|at| stations.get(at).copied()).unwrap_or(root)
    };
    let areas = ranked(&groups).map(|(rank, g)| Area::new(above(g), Level::Group, &g.name, rank)).collect();
    let made = org::add_areas(w, on, areas).await?;
    let mut buildings = Vec::new();
    for (group, id) in groups.iter().zip(&made) {
        buildings.extend(ranked(&group.buildings).map(|(rank, name)| Area::new(*id, Level::Building, name, rank)));
    }
    org::add_areas(w, on, buildings).await?;
    Ok(())
}

fn ranked<T>(all: &[T]) -> impl Iterator<Item = (i64, &T)> {
    all.iter().enumerate().map(|(at, one)| (at as i64 + 1, one))
}
