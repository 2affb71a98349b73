//! 退回的 Word 稿 — the file that came back from Word or WPS, held against the report it was made of.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::returned::{self, Returned, Standing};
use crate::base::reader::Size;
use crate::base::web::{Form, Reader, Refused, Shell, Submitted};
use crate::base::{App, Lang, Result};

/// One figure of the file, in words.
struct Line {
    class: &'static str,
    what: &'static str,
    label: String,
    record: String,
    written: String,
    context: String,
    href: String,
}

#[derive(Template)]
#[template(path = "reports/returned.html")]
struct ReturnedPage {
    s: Shell,
    form: Form,
    result: Option<Shown>,
}

struct Shown {
    title: String,
    as_sent: bool,
    counts: Vec<(&'static str, usize)>,
    lines: Vec<Line>,
    findings: Vec<(String, String)>,
    gone: Vec<String>,
}

pub async fn show(State(_): State<App>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, form, None);
    r.page(&page)
}

fn page(r: &mut Reader, form: Form, result: Option<Shown>) -> ReturnedPage {
    let title = r.lang.t("退回的 Word 稿");
    ReturnedPage { s: r.shell(title, "/reports/annual", ""), form, result }
}

pub async fn compare(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let file = s.papers.iter().find(|p| p.field == "file").map(|p| (p.name.clone(), p.bytes.clone()));
    let Some((name, bytes)) = file else {
        s.form.problem("file", "请选改好的 Word 文件（.docx）。", "Choose the edited Word file (.docx).");
        return s.answer(Err(Refused::Form), async |r: &mut Reader, form| Ok(page(r, form, None))).await;
    };
    let scope = s.actor()?.scope.clone();
    match returned::compare(&app, &scope, &name, bytes, Size::Ordinary).await {
        Ok(found) => {
            let mut r = Reader::open(&app, &s.visitor).await?;
            let form = Form::new(&r);
            let shown = shown(&found, r.lang);
            let page = page(&mut r, form, Some(shown));
            r.page(&page)
        }
        Err(error) => s.answer(Err(error.into()), async |r: &mut Reader, form| Ok(page(r, form, None))).await,
    }
}

fn shown(found: &Returned, lang: Lang) -> Shown {
    let words = |standing: Standing| match standing {
        Standing::Contradicted => ("bad", "与记录不符"),
        Standing::Gone => ("warn", "删去"),
        Standing::ByHand => ("warn", "手填，无出处"),
        Standing::ByHandSourced => ("", "手填，有出处"),
        Standing::Sourced => ("ok", "有依据"),
    };
    let order = [Standing::Contradicted, Standing::ByHand, Standing::Gone, Standing::ByHandSourced];
    let lines = order
        .into_iter()
        .flat_map(|standing| found.figures.iter().filter(move |f| f.standing == standing))
        .map(|f| {
            let (class, what) = words(f.standing);
            Line {
                class,
                what,
                label: f.label.clone(),
                record: f.record.clone().unwrap_or_default(),
                written: f.written.clone().unwrap_or_default(),
                context: f.context.trim().to_owned(),
                href: f.href.clone(),
            }
        })
        .collect();
    let c = &found.counts;
    Shown {
        title: lang
            .t_with("{year} 年度报告，{day} 写成", &[("year", &found.sent.year.to_string()), ("day", &found.sent.day)]),
        as_sent: found.as_sent,
        counts: vec![
            ("有依据", c.sourced),
            ("手填，有出处", c.by_hand_sourced),
            ("手填，无出处", c.by_hand),
            ("与记录不符", c.contradicted),
            ("删去", c.gone),
        ],
        lines,
        findings: found.findings.iter().map(|f| (f.severity.clone(), lang.pick(&f.zh, &f.en).to_owned())).collect(),
        gone: found.gone.iter().map(|g| g.text.clone()).collect(),
    }
}
