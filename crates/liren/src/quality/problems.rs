//! 问题逐条处理 — what an import found wrong or what the register says otherwise: each with its place in the list, who it is
//! about, both sides, and what became of it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::pages::words;
use super::queries::{self, ProblemRow};
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, Permission, Result, Scope, Write, error};
use crate::people;

/// The kinds of differences between a list and the register.
pub(super) fn difference(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind.strip_prefix("differs_")? {
        "number" => ("证件号和登记的不一样", "The number differs from the one on record"),
        "stage" => ("台账说的阶段和登记的接不上", "The stage does not follow from the one on record"),
        "life" => ("说是去世或迁出，后来的名单里还在", "Said to be dead or gone, and on a later list"),
        "home" => ("住址和登记的不一样，本行没有写", "The home differs from the one on record; the row has none"),
        "second_head" => ("一户有两个户主", "Two heads in one household"),
        "several_fit" => ("登记里有几个人都像", "Several people on record fit"),
        "likely_same" => ("很可能是登记里的一个人", "Most likely somebody on record"),
        "erased" => ("这个人注销过个人信息", "This person had their data erased"),
        "thin" => ("只有姓名，认不出是谁", "A name alone: nobody can tell who"),
        _ => return None,
    })
}

/// What can be said of a problem that was worked off.
const STATES: [(&str, &str); 3] = [("corrected", "已改正"), ("checked", "已核对"), ("none", "不是问题")];

#[derive(Deserialize, Default)]
pub struct Which {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    skip: usize,
}

/// 一处问题
struct Line {
    id: i64,
    what: String,
    level: String,
    /// File, sheet and row.
    place: String,
    column: Option<String>,
    person: Option<people::Row>,
    on_record: Option<String>,
    said: Option<String>,
    /// Where it can be put right.
    mend: Option<(String, &'static str)>,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "quality/problems.html")]
struct ProblemsPage {
    s: Shell,
    form: Form,
    open: bool,
    lines: Vec<Line>,
    total: usize,
    kinds: Vec<(String, String, usize, bool)>,
    kind: String,
    may: bool,
    newer: Option<String>,
    older: Option<String>,
}

const PAGE: usize = 30;

pub async fn list(State(app): State<App>, mut r: Reader, Query(which): Query<Which>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&app, &mut r, form, &which).await?;
    r.page(&page)
}

async fn page(app: &App, r: &mut Reader, form: Form, which: &Which) -> Result<ProblemsPage> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let open = which.state != "settled";
    let all = queries::problems(&mut r.tx, &scope, open).await?;
    let all = mine(app, r, all).await?;
    let declared: Vec<&toml::Table> = app.packs().ledgers.iter().collect();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for problem in &all {
        match counts.iter_mut().find(|(kind, _)| *kind == problem.kind) {
            Some((_, n)) => *n += 1,
            None => counts.push((problem.kind.clone(), 1)),
        }
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let href = |kind: &str, skip: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [("kind", kind), ("file", which.file.as_str()), ("state", which.state.as_str())];
        pairs.into_iter().filter(|(_, v)| !v.is_empty()).for_each(|(k, v)| {
            query.append_pair(k, v);
        });
        if skip > 0 {
            query.append_pair("skip", &skip.to_string());
        }
        format!("/problems?{}", query.finish())
    };
    let kinds =
        counts.iter().map(|(kind, n)| (href(kind, 0), words(&declared, kind, lang), *n, *kind == which.kind)).collect();
    let wanted = |p: &&ProblemRow| {
        (which.kind.is_empty() || p.kind == which.kind) && (which.file.is_empty() || p.file == which.file)
    };
    let found: Vec<&ProblemRow> = all.iter().filter(wanted).collect();
    let shown: Vec<&ProblemRow> = found.iter().copied().skip(which.skip).take(PAGE).collect();
    let ids: Vec<i64> = shown.iter().filter_map(|p| p.person).collect();
    let lines = people::queries::lines(&mut r.tx, &scope, today, &ids).await?;
    let order: Vec<i64> = lines.iter().map(|l| l.id).collect();
    let rows = people::rows(app, &mut r.tx, &scope, today, &ids, lang).await?;
    let mut people: HashMap<i64, people::Row> = order.into_iter().zip(rows).collect();
    let lines = shown
        .into_iter()
        .map(|p| Line {
            id: p.id,
            what: words(&declared, &p.kind, lang),
            level: p.level.clone(),
            place: format!("{} · {} · {}", p.file, p.sheet, lang.t_with("第 {n} 行", &[("n", &p.row.to_string())])),
            column: p.column.clone(),
            mend: mend(&scope, p),
            on_record: p.on_record.clone(),
            said: p.said.clone(),
            state: STATES
                .iter()
                .find(|(id, _)| p.state.as_deref() == Some(id))
                .map_or("后来的名单改好了，或者名单撤回了", |s| s.1),
            person: p.person.and_then(|id| people.remove(&id)),
        })
        .collect();
    let next = which.skip + PAGE;
    let title = lang.t("问题逐条处理");
    Ok(ProblemsPage {
        s: r.shell(title, "/quality", ""),
        form,
        open,
        lines,
        total: found.len(),
        kinds,
        kind: which.kind.clone(),
        may: r.actor.may(Permission::Record),
        newer: (which.skip > 0).then(|| href(&which.kind, which.skip.saturating_sub(PAGE))),
        older: (next < found.len()).then(|| href(&which.kind, next)),
    })
}

/// The problems that a reader may see: of a part of the tree those of its people.
async fn mine(app: &App, r: &mut Reader, all: Vec<ProblemRow>) -> Result<Vec<ProblemRow>> {
    let scope = r.scope();
    if scope.areas.is_none() {
        return Ok(all);
    }
    let moment = r.moment;
    let look = crate::base::Look::new(app.world(&mut r.tx, moment, &app.needs(["person"], [])).await?);
    let kind = app.schema().kind("person").ok_or_else(|| error::fault("no person kind"))?;
    let (frame, within) = (look.world.frame(kind), look.within(kind, &scope));
    let sees = |p: &ProblemRow| p.person.and_then(|id| frame.row_of(id)).is_some_and(|row| within.contains(row));
    Ok(all.into_iter().filter(sees).collect())
}

/// The page on which such a problem is put right.
fn mend(scope: &Scope, p: &ProblemRow) -> Option<(String, &'static str)> {
    let person = p.person?;
    let key = format!("/people/{}-{person}", scope.community);
    Some(match p.kind.as_str() {
        "differs_number" => (format!("{key}/facts/number"), "改号码"),
        kind if kind.starts_with("id_") => (format!("{key}/facts/number"), "改号码"),
        kind if kind.starts_with("birth_") || kind.starts_with("date_") => (format!("{key}/facts/born"), "改出生日期"),
        kind if kind.starts_with("sex_") => (format!("{key}/facts/sex"), "改性别"),
        _ => (key, "改正"),
    })
}

pub async fn settle(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let which = Which { kind: s.form.v("kind").to_owned(), ..Which::default() };
    let saved = settled(&app, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(&app, r, form, &which).await).await
}

async fn settled(app: &App, s: &mut Submitted) -> Saved {
    let ids: Vec<i64> = s.form.all("problem").iter().filter_map(|id| id.parse().ok()).collect();
    let state = STATES.iter().find(|(id, _)| s.form.is("state", id));
    let again = s.form.is("state", "open");
    if ids.is_empty() {
        s.form.problem("", "还没有选问题。请在前面打勾。", "Nothing was chosen. Tick some first.");
    }
    if state.is_none() && !again {
        s.form.problem("", "请选怎么处理。", "Choose what became of it.");
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    // Only what one may see is worked off: somebody else's is not there.
    let mut r = Reader::open(app, &s.visitor).await?;
    let scope = r.scope();
    let mut wanted = Vec::new();
    for id in &ids {
        wanted.extend(queries::problem(&mut r.tx, &scope, *id).await?);
    }
    let wanted = mine(app, &mut r, wanted).await?;
    drop(r);
    if wanted.len() != ids.len() {
        return Err(Refused::Error(error::not_found("问题")));
    }
    let kind = s.form.v("kind").to_owned();
    let reason = match state {
        Some((_, words)) => format!("导入的问题：{words}"),
        None => "导入的问题：重新打开".to_owned(),
    };
    s.save(&reason, &[], async |w: &mut Write| {
        for problem in &wanted {
            queries::settle_problem(w, problem.id, state.map(|(id, _)| *id)).await?;
        }
        let back = if again { "/problems?state=settled" } else { "/problems" };
        Ok(if kind.is_empty() || again { back.to_owned() } else { format!("{back}?kind={kind}") })
    })
    .await
}
