//! 合并 — two records side by side: one person, or two.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::{About, number_of, person_of};
use crate::base::web::{self, Form, Query, Reader, Refused, Shell, Submitted};
use crate::base::{Id as _, PersonId, Result, Write};
use crate::people::{Row, code, merging, queries};

#[derive(Deserialize)]
pub struct With {
    #[serde(default)]
    with: String,
}

/// One line of the comparison: what, here, there, alike.
type Line = (String, String, String, bool);

#[derive(Template)]
#[template(path = "people/forms/merge.html")]
pub struct MergePage {
    s: Shell,
    form: Form,
    key: String,
    row: Row,
    other: Option<(String, Row, Vec<Line>)>,
    /// Others who may be the same: of one name, or with one number.
    candidates: Vec<(String, Row)>,
}

pub async fn show(mut r: Reader, Path(key): Path<String>, Query(with): Query<With>) -> Result<Response> {
    let form = Form::new(&r).with("with", with.with);
    let page = page(&mut r, &key, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, key: &str, form: Form) -> Result<MergePage> {
    let about = About::load(r, key).await?;
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let other = match form.text("with") {
        Some(with) => {
            let other = About::load(r, &with).await?;
            let lines = lines(r, &about, &other);
            Some((with, other.row, lines))
        }
        None => None,
    };
    let mut candidates = vec![];
    if other.is_none()
        && let Some(name) = &about.line.name
    {
        let mut ids = queries::named(&mut r.tx, &scope, today, name).await?;
        ids.retain(|id| *id != about.id.0 && about.chosen.contains(*id));
        ids.truncate(10);
        let rows = crate::people::rows(&r.app, &mut r.tx, &scope, today, &ids, lang).await?;
        candidates = ids.iter().map(|id| format!("{}-{id}", scope.community)).zip(rows).collect();
    }
    let title = lang.t("合并重复的人");
    Ok(MergePage { s: r.shell(title, "/people", ""), form, key: key.to_owned(), row: about.row, other, candidates })
}

fn lines(r: &Reader, a: &About, b: &About) -> Vec<Line> {
    let lang = r.lang;
    let unknown = || lang.t("待核实").to_owned();
    let born = |p: &About| p.line.born.map_or_else(unknown, |b| b.to_string());
    let coded = |table: &str, value: &Option<String>| code(&r.app, table, value.as_deref(), lang);
    let mut out: Vec<(&str, String, String)> = vec![
        ("姓名", a.row.name.clone(), b.row.name.clone()),
        ("性别", a.row.sex.clone(), b.row.sex.clone()),
        ("出生日期", born(a), born(b)),
        ("证件号", a.row.id_number.clone(), b.row.id_number.clone()),
        ("住址", a.row.address.clone(), b.row.address.clone()),
        ("居住", a.row.residency.clone(), b.row.residency.clone()),
        ("与户主关系", a.row.relation.clone(), b.row.relation.clone()),
        ("婚姻状况", coded("marital", &a.line.marital), coded("marital", &b.line.marital)),
    ];
    out.push(("来源", a.line.source.clone().unwrap_or_default(), b.line.source.clone().unwrap_or_default()));
    out.into_iter().map(|(what, x, y)| (lang.t(what).to_owned(), x.clone(), y.clone(), x == y)).collect()
}

pub async fn save(Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let target = person_of(&s, &key).await?;
        let Some(with) = s.form.need("with", "请选另一条记录。", "Choose the other record.") else {
            return Err(Refused::Form);
        };
        let person = person_of(&s, &with).await?;
        let about =
            [&target, &person].map(|p| web::About { kind: PersonId::KIND, id: p.number(), aspects: &["alias"] });
        s.save("两条记录合并好了", &about, async |w: &mut Write| {
            merging::merge(w, person, target, "同一个人").await?;
            Ok(format!("/people/{key}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &key, form).await).await
}

/// `POST /people/{key}/unmerge` — they are two after all.
pub async fn part(Path(key): Path<String>, s: Submitted) -> Result<Response> {
    let saved = async {
        let target = person_of(&s, &key).await?;
        let other = number_of(s.form.v("with"), target_community(&s)?, "居民")?;
        s.save("合并撤销了，是两个人", &[], async |w: &mut Write| {
            merging::unmerge(w, target, PersonId(other), "两个人").await?;
            Ok(format!("/people/{key}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| crate::people::file::page(r, &key, form).await).await
}

fn target_community(s: &Submitted) -> Result<i64> {
    Ok(s.actor()?.scope.community)
}
