//! A person's file: what is to be done, what is known and by whom it is said, their household, what they are enrolled in,
//! and their history. For the dead and the gone it speaks in the past.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use liren_facts::Day;

use super::chosen::Chosen;
use super::forms::{self, About};
use super::pages::{Row, code, rows};
use super::queries::{self, Fresh};
use super::{facts, forms::fact::item};
use crate::base::trail::Action;
use crate::base::web::{Form, Reader, Shell};
use crate::base::{Aliases, App, Key, Lang, Look, Permission, Result, Scope, attachments, error};

/// 资料行 — one fact as the page shows it.
pub struct FactLine {
    pub id: String,
    pub title: String,
    pub text: String,
    pub known: bool,
    pub source: String,
    /// `ok` within a year, `old` after it, `none` when nobody ever said.
    pub fresh: &'static str,
    /// It has a form of its own.
    pub edit: bool,
}

#[derive(Template)]
#[template(path = "people/show.html")]
pub struct ShowPage {
    s: Shell,
    form: Form,
    key: String,
    person: Row,
    /// What became of somebody who is no longer here.
    past: Option<String>,
    groups: Vec<(&'static str, Vec<FactLine>)>,
    remarks: Vec<String>,
    merged: Vec<String>,
    inferred: bool,
    /// Masked, with the slot of those that are the person's own record's.
    phones: Vec<(Option<i64>, String)>,
    members: Vec<Row>,
    household: Option<String>,
    work: Vec<(String, String, String)>,
    history: Vec<(String, String, String, String, bool)>,
    papers: Vec<(i64, String)>,
    looks: Vec<(String, String, String, String)>,
    may: May,
}

/// What the reader may do here, for the buttons.
struct May {
    note: bool,
    record: bool,
    unmask: bool,
    merge: bool,
}

pub async fn show(State(app): State<App>, mut r: Reader, Path(key): Path<String>) -> Result<Response> {
    let scope = r.scope();
    let at = Key::parse(&key).filter(|k| k.community == scope.community).ok_or_else(|| error::not_found("居民"))?;
    let aliases = Aliases::now(&mut r.tx, &scope).await?;
    let into = aliases.of(at.id);
    if into != at.id {
        let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
        if chosen.contains(into) {
            return Ok(Redirect::to(&format!("/people/{}-{into}", scope.community)).into_response());
        }
    }
    let form = Form::new(&r);
    let page = page(&mut r, &key, form).await?;
    // Without a trace nothing is shown.
    app.trail.note(r.visitor.access(Action::ReadPerson)?.person(at.id)).await?;
    r.page(&page)
}

/// The page, with what a small form on it could not use.
pub async fn page(r: &mut Reader, key: &str, form: Form) -> Result<ShowPage> {
    let about = About::load(r, key).await?;
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let id = about.id.0;
    let numbers =
        super::identity::open(&app, &mut r.tx, &scope, today, Some(&[id])).await?.remove(&id).unwrap_or_default();
    let phones = phones(r, id, &numbers.phones).await?;
    let members = match about.line.household {
        Some(household) => {
            let ids = about.chosen.members(household);
            rows(&app, &mut r.tx, &scope, today, &ids, lang).await?
        }
        None => vec![],
    };
    let work = enrolments(&app, &about.chosen.look, id, about.line.household, lang);
    let remarks = super::identity::remarks(&app, &mut r.tx, &scope, id).await?;
    let history = queries::history(&mut r.tx, &scope, id).await?;
    let history = history.into_iter().map(|h| history_line(&app, &scope, h, lang)).collect();
    let groups = groups(r, &about).await?;
    let place = crate::org::Tree::of(&mut r.tx, &scope, today).await?.name();
    let papers = attachments::of(&mut r.tx, &scope, "person", id).await?;
    let papers = papers.into_iter().map(|p| (p.id, format!("{} · {} KB", p.media, (p.bytes + 1023) / 1024))).collect();
    let whole = about.whole.iter().map(|id| id.0).collect();
    let seen = app.trail.by_person(&app, scope.community, whole, 0, LOOKS).await?;
    let looks = seen.lines.into_iter().map(|line| {
        let what = line.action.map_or_else(|| lang.t("登记"), |a| lang.t(a.title())).to_owned();
        (line.actor, what, crate::base::clock::minute(line.at), lang.t(&line.purpose).to_owned())
    });
    let looks = looks.collect();
    let actor = &r.actor;
    let may = May {
        note: actor.may(Permission::Note),
        record: actor.may(Permission::Record),
        unmask: actor.may(Permission::Unmask),
        merge: actor.may(Permission::Merge),
    };
    let past = match about.line.status() {
        "deceased" => Some(lang.t("已经去世").to_owned()),
        "moved_out" => Some(lang.t("已经搬离本社区").to_owned()),
        _ => None,
    };
    let merged = about.whole.iter().skip(1).map(|id| format!("{}-{}", scope.community, id.0)).collect();
    let title = about.row.name.clone();
    Ok(ShowPage {
        s: r.shell(&title, "/people", &place),
        form,
        key: key.to_owned(),
        past,
        groups,
        remarks,
        merged,
        inferred: about.line.inferred,
        phones,
        members,
        household: about.line.household.map(|h| format!("{}-{h}", scope.community)),
        work,
        history,
        papers,
        looks,
        may,
        person: about.row,
    })
}

/// The phones of a person: those of their own record with their slots, then those of records merged into it.
async fn phones(r: &mut Reader, id: i64, all: &[String]) -> Result<Vec<(Option<i64>, String)>> {
    let (scope, today, app) = (r.scope(), r.today(), r.app.clone());
    let keys = app.community_keys(&mut r.tx, scope.community).await?;
    let key = queries::key_row(&mut r.tx, &scope, id).await?.and_then(|wrapped| keys.person_key(&wrapped));
    let mut own: Vec<(Option<i64>, String)> = Vec::new();
    for (slot, sealed) in queries::phone_slots(&mut r.tx, &scope, id, today).await? {
        let opened = key.as_ref().and_then(|key| key.open(&sealed)).and_then(|plain| String::from_utf8(plain).ok());
        if let Some(phone) = opened {
            own.push((Some(slot), phone));
        }
    }
    let others: Vec<String> = all.iter().filter(|p| !own.iter().any(|(_, o)| o == *p)).cloned().collect();
    own.extend(others.into_iter().map(|p| (None, p)));
    Ok(own.into_iter().map(|(slot, phone)| (slot, liren_facts::identifier::masked(&phone))).collect())
}

/// So many of the last looks are shown; the auditor sees all.
const LOOKS: usize = 6;

/// The facts in the order in which an office asks for them, each with its source and how fresh it is.
async fn groups(r: &mut Reader, about: &About) -> Result<Vec<(&'static str, Vec<FactLine>)>> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let line = &about.line;
    let tables = [
        "person_naming", "person_birth", "person_identifier", "person_residency", "person_membership",
        "person_marital", "person_schooling", "person_political", "person_work",
    ];
    let fresh = queries::freshness(&mut r.tx, &scope, about.id.0, today, &tables).await?;
    let coded = |table: &str, value: &Option<String>| value.as_ref().map(|v| code(&app, table, Some(v), lang));
    let own = |id: &str, title: &str, table: &str, text: Option<String>, edit: bool| {
        made(id, lang.t(title), text, fresh.iter().find(|f| f.table == table), today, edit, lang)
    };
    let number = Some(about.row.id_number.clone()).filter(|n| n != lang.t("未登记"));
    let residency = line.residency().map(|w| match line.since {
        Some(day) => format!("{}，{day}{}", code(&app, "residency", Some(w), lang), lang.t("起")),
        None => code(&app, "residency", Some(w), lang),
    });
    let mut out = vec![
        (
            "身份",
            vec![
                own("name", "姓名", "person_naming", line.name.as_deref().map(|n| scope.name(n)), true),
                own("number", "证件号", "person_identifier", number, true),
                own("sex", "性别", "person_birth", coded("sex", &line.sex), true),
                own("born", "出生日期", "person_birth", line.born.map(|b| b.to_string()), true),
                own("ethnic", "民族", "person_birth", coded("ethnic", &line.ethnic), true),
            ],
        ),
        (
            "居住",
            vec![
                own("residency", "居住", "person_residency", residency, true),
                own(
                    "address",
                    "住址",
                    "person_residency",
                    Some(about.row.address.clone()).filter(|a| !a.is_empty()),
                    false,
                ),
                own("relation", "与户主关系", "person_membership", coded("relation", &line.relation), false),
            ],
        ),
        (
            "生活",
            vec![
                own("marital", "婚姻状况", "person_marital", coded("marital", &line.marital), true),
                own("education", "学历", "person_schooling", coded("education", &line.education), true),
                own("political", "政治面貌", "person_political", coded("political", &line.political), true),
                own("employment", "从业状况", "person_work", coded("employment", &line.employment), true),
                own("employer", "工作单位", "person_work", line.employer.clone(), true),
            ],
        ),
    ];
    let mut declared = Vec::new();
    for fact in facts::all(app.packs()).into_iter().filter(|f| f.own.is_none()) {
        let Some(item) = item(&app, &fact.id, lang) else { continue };
        let text = forms::fact::shown(&app, &mut r.tx, &scope, &about.whole, &item, today, lang).await?;
        declared.push(made(&fact.id, &item.title, text, None, today, true, lang));
    }
    if !declared.is_empty() {
        out.push(("各条线的事实", declared));
    }
    Ok(out)
}

fn made(
    id: &str,
    title: &str,
    text: Option<String>,
    fresh: Option<&Fresh>,
    today: Day,
    edit: bool,
    lang: Lang,
) -> FactLine {
    let known = text.is_some();
    let confirmed = fresh.and_then(|f| f.confirmed);
    let source = fresh.and_then(|f| {
        let title = f.source.clone()?;
        Some(match &f.place {
            Some(place) => format!("{title} · {place}"),
            None => title,
        })
    });
    let source = match (known, source, confirmed) {
        (false, ..) => lang.t("没有人记过").to_owned(),
        (_, Some(source), Some(day)) => format!("{source} · {day}"),
        (_, Some(source), None) => source,
        (_, None, Some(day)) => format!("{} · {day}", lang.t("登记")),
        _ => lang.t("登记").to_owned(),
    };
    FactLine {
        id: id.to_owned(),
        title: title.to_owned(),
        known,
        text: text.unwrap_or_else(|| lang.t("待核实").to_owned()),
        source,
        fresh: match confirmed {
            _ if !known => "none",
            Some(day) if today.0 - day.0 <= 366 => "ok",
            _ => "old",
        },
        edit,
    }
}

/// A paper of a person, opened for whoever may see their numbers; on record.
pub async fn paper(mut r: Reader, Path((key, paper)): Path<(String, i64)>) -> Result<Response> {
    let about = About::load(&mut r, &key).await?;
    let (app, scope) = (r.app.clone(), r.scope());
    let keys = app.community_keys(&mut r.tx, scope.community).await?;
    let wrapped = queries::key_row(&mut r.tx, &scope, about.id.0).await?;
    let own = wrapped.and_then(|w| keys.person_key(&w)).ok_or_else(|| error::not_found("附件"))?;
    let found = attachments::read(&app, &mut r.tx, &scope, &own, ("person", about.id.0), paper).await?;
    let (media, bytes) = found.ok_or_else(|| error::not_found("附件"))?;
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, "inline".to_owned())], bytes).into_response())
}

/// Programme, stage and since when, in words.
fn enrolments(
    app: &App,
    look: &Look,
    person: i64,
    household: Option<i64>,
    lang: Lang,
) -> Vec<(String, String, String)> {
    let schema = app.schema();
    let word = |table: &str, n: u16| {
        let code = schema.table(table).and_then(|t| schema.table_of(t).codes.get(usize::from(n)));
        code.map_or_else(String::new, |c| lang.pick(&c.title.zh, &c.title.en).to_owned())
    };
    look.enrolments(person, household)
        .into_iter()
        .map(|(p, s, d)| (word("programme", p), word("stage", s), Day(d).to_string()))
        .collect()
}

fn history_line(
    app: &App,
    scope: &Scope,
    h: queries::HistoryLine,
    lang: Lang,
) -> (String, String, String, String, bool) {
    let coded = |table: &str| code(app, table, Some(h.text.as_str()).filter(|t| !t.is_empty()), lang);
    let text = match h.what {
        "居住" => coded("residency"),
        "在世" => lang.t(if h.text == "alive" { "在世" } else { "已故" }).to_owned(),
        "婚姻" => coded("marital"),
        "户@记录" => coded("relation"),
        "学历" => coded("education"),
        "政治面貌" => coded("political"),
        "性别" => coded("sex"),
        "从业" => {
            let (status, employer) = h.text.split_once(' ').unwrap_or((&h.text, ""));
            let status = code(app, "employment", Some(status).filter(|t| !t.is_empty()), lang);
            if employer.is_empty() { status } else { format!("{status} · {employer}") }
        }
        _ => scope.name(&h.text),
    };
    // What was so from the beginning has no first day worth telling.
    let from = if h.from <= super::LONG_AGO { lang.t("一直").to_owned() } else { h.from.to_string() };
    let span = match h.to {
        Some(to) => format!("{from} — {to}"),
        None => format!("{from} —"),
    };
    let source = match (h.source, h.source_ref) {
        (Some(title), Some(at)) => format!("{title} · {at}"),
        (Some(title), None) => title,
        _ => lang.t("登记").to_owned(),
    };
    (lang.t(h.what).to_owned(), text, span, source, h.superseded.is_some())
}
