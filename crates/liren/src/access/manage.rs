//! 账户与授权 — who may come in, what they may see and do, from when to when; and how they get in for the first time.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use liren_facts::Day;

use crate::accounts::queries::{self, Held};
use crate::accounts::verbs::{self, NewAccount, OneTime, Scoped};
use crate::accounts::{really, rules};
use crate::base::web::{Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{Actor, App, Lang, Permission, Result, Role, clock, error};
use crate::org::Tree;

/// 一项授权 — as a line of the table shows it.
struct GrantLine {
    id: i64,
    role: &'static str,
    place: String,
    span: String,
    full_names: bool,
    /// Holds today.
    holds: bool,
}

/// 一个账户
struct Line {
    id: i64,
    login: String,
    name: String,
    grants: Vec<GrantLine>,
    /// When they were last here; nothing for somebody who never came in.
    seen: Option<String>,
    /// Has no password yet: the link waits.
    waiting: bool,
    disabled: bool,
}

#[derive(Template)]
#[template(path = "access/list.html")]
struct ListPage {
    s: Shell,
    there: Vec<Line>,
    gone: Vec<Line>,
}

pub async fn list(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let (there, gone) = lines(&mut r).await?.into_iter().partition(|l| l.grants.iter().any(|g| g.holds));
    let title = r.lang.t("账户与授权");
    let page = ListPage { s: r.shell(title, "/accounts", ""), there, gone };
    r.page(&page)
}

/// Everybody who was granted something in the community, those of the widest role first.
async fn lines(r: &mut Reader) -> Result<Vec<Line>> {
    let (community, today, lang) = (r.community(), r.today(), r.lang);
    let tree = Tree::of(&mut r.tx, &crate::base::Scope::whole(community), today).await?;
    let places = queries::held_areas(&mut r.tx, community).await?;
    let held = queries::held(&mut r.tx, community).await?;
    let mut lines: Vec<Line> = Vec::new();
    for grant in held {
        let Some(role) = Role::parse(&grant.role) else { continue };
        let of = places.iter().filter(|(id, _)| *id == grant.grant).map(|(_, area)| *area);
        let names: Vec<String> = of.filter_map(|area| tree.find(area)).map(|a| a.name.clone()).collect();
        let line = GrantLine {
            id: grant.grant,
            role: role.title(),
            place: if names.is_empty() { lang.t("全社区").to_owned() } else { names.join("、") },
            span: span(&grant, lang),
            full_names: grant.full_names,
            holds: grant.holds(today),
        };
        match lines.iter_mut().find(|l| l.id == grant.account) {
            Some(known) => known.grants.push(line),
            None => lines.push(Line {
                id: grant.account,
                login: grant.login,
                name: grant.name,
                seen: grant.seen.map(clock::minute),
                waiting: grant.waiting,
                disabled: grant.disabled_at.is_some(),
                grants: vec![line],
            }),
        }
    }
    Ok(lines)
}

fn span(grant: &Held, lang: Lang) -> String {
    let from = if grant.from <= Day(0) { lang.t("一直").to_owned() } else { grant.from.to_string() };
    match (grant.to, &grant.ended_by) {
        (_, Some(by)) => lang.t_with("{from} 起，{by} 结束了它", &[("from", &from), ("by", by)]),
        (Some(to), None) => format!("{from} — {to}"),
        (None, None) if grant.from <= Day(0) => from,
        (None, None) => lang.t_with("{from} 起", &[("from", &from)]),
    }
}

/// The roles somebody may give, each with what it can do.
fn roles(r: &Reader) -> Vec<(&'static str, String, String)> {
    let given = |role: &Role| *role != Role::Operator && role.permissions().iter().all(|p| r.actor.may(*p));
    let may = |role: Role| {
        let words: Vec<&str> = role.permissions().iter().map(|p| r.lang.t(p.title())).collect();
        words.join(r.lang.pick("、", ", "))
    };
    Role::ALL.into_iter().filter(given).map(|role| (role.id(), r.lang.t(role.title()).to_owned(), may(role))).collect()
}

/// The places over which something can be granted, indented as the tree is.
async fn places(r: &mut Reader) -> Result<Vec<(i64, String)>> {
    let (scope, today) = (r.actor.over(Permission::Accounts), r.today());
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let depth = |at: &crate::org::AreaLine| tree.areas.iter().filter(|a| a.lft < at.lft && at.rgt < a.rgt).count();
    // The whole community is no area: who has it sees people without a home, too.
    let id = |a: &crate::org::AreaLine| if a.parent.is_none() { 0 } else { a.id };
    Ok(tree.areas.iter().map(|a| (id(a), format!("{}{}", "　".repeat(depth(a)), a.name))).collect())
}

#[derive(Template)]
#[template(path = "access/new.html")]
struct NewPage {
    s: Shell,
    form: Form,
    roles: Vec<(&'static str, String, String)>,
    places: Vec<(i64, String)>,
    posts: Vec<(i64, String)>,
}

async fn new_page(r: &mut Reader, form: Form) -> Result<NewPage> {
    let (roles, places, posts) = (roles(r), places(r).await?, super::areas::held(r).await?);
    let title = r.lang.t("请一个人进来");
    Ok(NewPage { s: r.shell(title, "/accounts", ""), form, roles, places, posts })
}

pub async fn new(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r).with("from", r.today().to_string()).with("names", "full");
    let page = new_page(&mut r, form).await?;
    r.page(&page)
}

/// A day far off: a grant may begin and end in the future.
pub(super) fn any_day() -> Day {
    Day::ymd(2999, 12, 31).unwrap_or(Day(0))
}

/// What a form grants: role, areas, from, to, and whether names are whole.
struct Wanted {
    role: Role,
    areas: Vec<i64>,
    from: Day,
    to: Option<Day>,
    /// The post it hangs on.
    post: Option<i64>,
    full_names: bool,
}

impl Wanted {
    fn of(s: &mut Submitted) -> Option<Wanted> {
        let role = Role::parse(s.form.v("role"));
        if role.is_none() {
            s.form.problem("role", "请选做什么工作。", "Choose what their work is.");
        }
        let from = s.form.day("from", any_day());
        if from.is_none() && !s.form.has("from") {
            s.form.problem("from", "请填从哪天起。", "Say since which day.");
        }
        let to = s.form.day("to", any_day());
        let area = s.form.number("area").filter(|n| *n > 0);
        let post = s.form.number("post").filter(|n| *n > 0);
        let full_names = s.form.is("names", "full");
        Some(Wanted { role: role?, areas: area.into_iter().collect(), from: from?, to, post, full_names })
    }

    fn scoped(&self) -> Scoped<'_> {
        let Wanted { role, areas, from, to, post, full_names } = self;
        // Whoever reads no people sees no names either.
        let full_names = *full_names && role.works_with_people();
        Scoped { role: *role, areas, programmes: &[], from: *from, to: *to, appointment: *post, full_names }
    }
}

pub async fn invite(State(app): State<App>, headers: HeaderMap, mut s: Submitted) -> Result<Response> {
    let saved = invited(&app, &headers, &mut s).await;
    s.answer(saved, new_page_of).await
}

async fn new_page_of(r: &mut Reader, form: Form) -> Result<NewPage> {
    new_page(r, form).await
}

async fn invited(app: &App, headers: &HeaderMap, s: &mut Submitted) -> Saved {
    let login = s.form.need("login", "请写登录名。", "Give a sign-in name.");
    let name = s.form.need("name", "请写姓名。", "Give a name.");
    let wanted = Wanted::of(s);
    really(app, s).await?;
    let (Some(login), Some(name), Some(wanted)) = (login, name, wanted) else { return Err(Refused::Form) };
    let actor = s.actor()?.clone();
    let made = verbs::invite(app, &actor, NewAccount { login: &login, name: &name, grant: wanted.scoped() }).await?;
    Ok(once(s, headers, &name, &made)?)
}

#[derive(Template)]
#[template(path = "access/once.html")]
struct OncePage {
    s: Shell,
    name: String,
    link: String,
    account: i64,
}

/// The link, shown this once: nothing of it is kept but its digest.
fn once(s: &Submitted, headers: &HeaderMap, name: &str, made: &OneTime) -> Result<Response> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    // The address under which this browser reached us, also behind a proxy.
    let here = text(header::ORIGIN).filter(|o| o.starts_with("http"));
    let here = here.or_else(|| Some(format!("http://{}", text(header::HOST)?))).unwrap_or_default();
    let title = s.visitor.lang.t("一次性链接");
    let page = OncePage {
        s: Shell::new(&s.app, &s.visitor, title, "/accounts", ""),
        name: name.to_owned(),
        link: format!("{here}/welcome?link={}", made.token),
        account: made.account,
    };
    let mut response =
        axum::response::IntoResponse::into_response(axum::response::Html(page.render().map_err(error::fault)?));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[derive(Template)]
#[template(path = "access/show.html")]
struct ShowPage {
    s: Shell,
    form: Form,
    line: Line,
    roles: Vec<(&'static str, String, String)>,
    places: Vec<(i64, String)>,
    posts: Vec<(i64, String)>,
    own: bool,
}

async fn show_page(r: &mut Reader, id: i64, form: Form) -> Result<ShowPage> {
    let line = lines(r).await?.into_iter().find(|l| l.id == id).ok_or_else(|| error::not_found("账户"))?;
    let (roles, places, posts) = (roles(r), places(r).await?, super::areas::held(r).await?);
    let own = r.actor.account == id;
    let title = line.name.clone();
    Ok(ShowPage { s: r.shell(&title, "/accounts", ""), form, line, roles, places, posts, own })
}

pub async fn show(State(_): State<App>, mut r: Reader, Path(id): Path<i64>) -> Result<Response> {
    let form = Form::new(&r).with("from", r.today().to_string()).with("names", "full");
    let page = show_page(&mut r, id, form).await?;
    r.page(&page)
}

/// An account is the actor's business when something of it lies in their community.
async fn here(app: &App, s: &Submitted, id: i64) -> Result<String> {
    let community = s.actor()?.scope.community;
    let mut tx = app.db.read().await?;
    let held = queries::held(&mut tx, community).await?;
    held.into_iter().find(|g| g.account == id).map(|g| g.name).ok_or_else(|| error::not_found("账户"))
}

pub async fn grant(State(app): State<App>, Path(id): Path<i64>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        here(&app, &s, id).await?;
        let wanted = Wanted::of(&mut s);
        really(&app, &mut s).await?;
        let Some(wanted) = wanted else { return Err(Refused::Form) };
        let actor = s.actor()?.clone();
        if !there(&app, &actor, id, &wanted).await? {
            verbs::grant(&app, &actor, id, &wanted.scoped()).await?;
        }
        Ok(crate::base::web::see(&format!("/accounts/{id}")))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| show_page(r, id, form).await).await
}

/// Whether that very grant holds already: a button pressed twice grants once.
async fn there(app: &App, actor: &Actor, account: i64, wanted: &Wanted) -> Result<bool> {
    let mut tx = app.db.read().await?;
    let areas = queries::held_areas(&mut tx, actor.scope.community).await?;
    let of = |grant: i64| areas.iter().filter(|(g, _)| *g == grant).map(|(_, area)| *area).collect::<Vec<i64>>();
    let held = queries::held(&mut tx, actor.scope.community).await?;
    Ok(held.iter().any(|g| {
        g.account == account
            && g.ended_by.is_none()
            && g.role == wanted.role.id()
            && (g.from, g.to, g.full_names) == (wanted.from, wanted.to, wanted.scoped().full_names)
            && of(g.grant) == wanted.areas
    }))
}

/// Ends one grant.
pub async fn end(State(app): State<App>, Path(id): Path<i64>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        here(&app, &s, id).await?;
        really(&app, &mut s).await?;
        let grant = s.form.number("grant").ok_or_else(|| error::not_found("授权"))?;
        let actor = s.actor()?.clone();
        verbs::end_grant(&app, &actor, grant).await?;
        Ok(crate::base::web::see(&format!("/accounts/{id}")))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| show_page(r, id, form).await).await
}

/// The password holds no more; a link sets a new one.
pub async fn reset(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
    mut s: Submitted,
) -> Result<Response> {
    let saved = async {
        let name = here(&app, &s, id).await?;
        really(&app, &mut s).await?;
        let actor = s.actor()?.clone();
        let made = verbs::reset(&app, &actor, id).await?;
        Ok(once(&s, &headers, &name, &made)?)
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| show_page(r, id, form).await).await
}

/// Everything granted ends, and every sign-in.
pub async fn disable(State(app): State<App>, Path(id): Path<i64>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        here(&app, &s, id).await?;
        really(&app, &mut s).await?;
        let actor = s.actor()?.clone();
        verbs::disable(&app, &actor, id).await?;
        Ok(crate::base::web::see("/accounts"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| show_page(r, id, form).await).await
}

#[derive(Template)]
#[template(path = "access/own.html")]
pub struct OwnPage {
    s: Shell,
    form: Form,
    login: String,
    sign_ins: Vec<(verbs::SignIn, String, String)>,
    grants: Vec<GrantLine>,
    least: usize,
    /// Since when a second step is asked for.
    second_since: Option<String>,
    /// The key that waits for its first code, and the address that hands it to an authenticator.
    second_begun: Option<(String, String)>,
    /// Codes on paper that are left, and those just made.
    paper_left: usize,
    paper: Vec<String>,
}

pub async fn own_page(r: &mut Reader, form: Form, paper: Vec<String>) -> Result<OwnPage> {
    let (app, actor) = (r.app.clone(), r.actor.clone());
    let token = r.visitor.token.clone().unwrap_or_default();
    let sign_ins = verbs::sign_ins(&app, &actor, &token).await?;
    let told = |s: verbs::SignIn| {
        let (since, seen) = (clock::minute(s.since), clock::minute(s.seen));
        (s, since, seen)
    };
    let grants = lines(r).await?.into_iter().find(|l| l.id == actor.account).map(|l| l.grants).unwrap_or_default();
    let title = r.lang.t("我的账户");
    let second = crate::accounts::second::of(&app, actor.account).await?;
    let since = second.as_ref().and_then(|s| s.since);
    Ok(OwnPage {
        second_since: since.map(|at| app.clock.day_of(at).to_string()),
        second_begun: second.as_ref().filter(|_| since.is_none()).map(|s| (s.typed(), s.address(&actor.login))),
        paper_left: second.as_ref().map_or(0, |s| s.left()),
        paper,
        s: r.shell(title, "", ""),
        form,
        login: actor.login.clone(),
        sign_ins: sign_ins.into_iter().map(told).collect(),
        grants,
        least: rules::LEAST,
    })
}

/// One's own account: where one is signed in, what one may do, another password.
pub async fn own(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = own_page(&mut r, form, vec![]).await?;
    r.page(&page)
}

pub async fn password(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let token = s.visitor.token.clone().unwrap_or_default();
        let (old, new, again) = (s.form.v("own").to_owned(), s.form.v("password").to_owned(), s.form.v("again"));
        if new != again {
            s.form.problem("again", "两次输入的密码不一样，请重新输入。", "The two passwords differ; type them again.");
        }
        really(&app, &mut s).await?;
        let actor = s.actor()?.clone();
        verbs::change_password(&app, &actor, &token, &old, &new).await?;
        Ok(crate::base::web::see("/me"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| own_page(r, form, vec![]).await).await
}

pub async fn end_sign_in(State(app): State<App>, s: Submitted) -> Result<Response> {
    let saved = async {
        let actor = s.actor()?.clone();
        verbs::end_sign_in(&app, &actor, s.form.v("key")).await?;
        Ok(crate::base::web::see("/me"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| own_page(r, form, vec![]).await).await
}
