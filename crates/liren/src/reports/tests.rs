//! What the report of a community that is not the demo says: what happened, and nothing else. The demo's report is told
//! in the tests of `demo`.

use axum::http::StatusCode;
use liren_facts::Day;
use liren_sheets::write::{Book, Style};

use crate::base::Role;
use crate::exchange::{self, Request};
use crate::reports::{self, Format, Opens, annual, residents_edition, write};
use crate::testing::TestApp;

/// A man's number of region 9901.
fn number(born: &str, n: u32) -> String {
    let first = format!("990101{born}{n:03}");
    format!("{first}{}", liren_facts::identifier::check_character(&first).unwrap())
}

fn book(name: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Book::new();
    let page = book.page(name);
    for (at, cells) in (0u32..).zip(rows) {
        page.row(at, cells.iter().map(String::as_str), Style::Text);
    }
    book.to_bytes().unwrap()
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}

const NAMES: [&str; 5] = ["刘长河", "马有田", "牛建设", "冯国强", "陈玉田"];

fn roster() -> Vec<Vec<String>> {
    let mut rows = vec![row(&["姓名", "性别", "身份证号", "与户主关系", "住址", "居住性质"])];
    for (n, name) in NAMES.iter().enumerate() {
        let (number, home) = (number(&format!("19{}0311", 60 + n), 1), format!("幸福小区3号楼1单元{}", 101 + n));
        rows.push(row(&[name, "男", &number, "户主", &home, if n == 4 { "暂住" } else { "常住" }]));
    }
    rows
}

async fn read(test: &TestApp, name: &str, rows: &[Vec<String>], on: &str) {
    let bytes = book("名单", rows);
    let on = Day::parse(on).unwrap();
    let request = Request { file_name: name, bytes: &bytes, on, dry_run: false, map: None, annotate: false };
    exchange::run(&test.app, &test.operator(), request).await.unwrap();
}

async fn report(test: &TestApp, year: i32) -> (String, Vec<String>) {
    let report = reports::annual(&test.app, &test.scope(), year).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(!text.contains('\u{e000}'), "{text}");
    // No zero, and no sentence of work, without a record behind it.
    for nothing in ["0人", "0户", "0元", "0次", "0家", "0个", "待核实人", "待核实个"] {
        for (at, _) in text.match_indices(nothing) {
            let before = text[..at].chars().next_back();
            let part_of_number = nothing.starts_with('0') && before.is_some_and(|c| c.is_ascii_digit());
            assert!(part_of_number, "{nothing} in {text}");
        }
    }
    (text, report.left.iter().map(|l| l.title.zh.clone()).collect())
}

#[tokio::test]
async fn a_new_community_gets_a_report_that_claims_nothing() {
    let test = TestApp::empty().await;
    let (text, left) = report(&test, 2013).await;
    for claim in ["人", "户", "党员", "放映", "改造", "投资", "参保", "低保", "残疾"] {
        let prose = text.replace("居民委员会", "");
        assert!(!prose.contains(claim), "{claim}: {text}");
    }
    // What is missing is told to whoever writes, line of work by line of work.
    for missing in ["总人口", "党员", "医疗保险", "残疾人工作", "社区文化"] {
        assert!(left.iter().any(|l| l.contains(missing)), "{missing}: {left:?}");
    }
    assert!(reports::annual(&test.app, &test.scope(), 2031).await.is_err());
}

#[tokio::test]
async fn a_community_with_a_roster_tells_its_people_and_no_more() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &roster(), "2013-10-31").await;
    let (text, left) = report(&test, 2013).await;
    assert!(text.contains("总人口5人，其中常住人口4人、暂住人口1人"), "{text}");
    for claim in ["党员", "出生", "死亡", "参保", "低保", "残疾", "改造", "放映"] {
        assert!(!text.contains(claim), "{claim}: {text}");
    }
    // The list is three weeks old on the day of the report, which its writer is told.
    assert!(left.iter().any(|l| l == "总人口"), "{left:?}");
}

#[tokio::test]
async fn two_ledgers_add_two_sentences() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &roster(), "2013-10-31").await;
    let people = roster();
    let mut relief = vec![row(&["最低生活保障台账"]), row(&["序号", "户主姓名", "身份证号", "保障金额(元/月)"])];
    let mut party = vec![row(&["党员花名册"]), row(&["序号", "姓名", "身份证号", "党员类别"])];
    for n in [1, 2] {
        relief.push(row(&[&n.to_string(), &people[n][0], &people[n][2], "430"]));
        party.push(row(&[&n.to_string(), &people[n + 2][0], &people[n + 2][2], "正式党员"]));
    }
    read(&test, "低保.xlsx", &relief, "2013-10-31").await;
    read(&test, "党员.xlsx", &party, "2013-10-31").await;
    let (text, left) = report(&test, 2013).await;
    assert!(text.contains("党员2名"), "{text}");
    assert!(text.contains("低保户2户"), "{text}");
    // Who was seen for the first time has not begun this year; nobody knows how many have.
    for claim in ["新办", "新发展", "转正", "参保", "残疾", "改造", "放映"] {
        assert!(!text.contains(claim), "{claim}: {text}");
    }
    assert!(left.iter().any(|l| l.contains("新办低保")), "{left:?}");
}

#[tokio::test]
async fn one_died_and_one_left_and_the_report_of_their_year_knows() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &roster(), "2012-12-31").await;
    let people = roster();
    let mut relief = vec![row(&["最低生活保障台账"]), row(&["序号", "户主姓名", "身份证号", "保障金额(元/月)"])];
    let mut party = vec![row(&["党员花名册"]), row(&["序号", "姓名", "身份证号", "党员类别"])];
    for (n, person) in people.iter().enumerate().skip(1).take(3) {
        relief.push(row(&[&n.to_string(), &person[0], &person[2], "430"]));
        party.push(row(&[&n.to_string(), &person[0], &person[2], "正式党员"]));
    }
    read(&test, "低保.xlsx", &relief, "2013-01-31").await;
    read(&test, "党员.xlsx", &party, "2013-01-31").await;
    let mut later = vec![row(&["姓名", "身份证号", "住址", "状态", "离开时间"])];
    for (n, state) in [(1, "已故"), (2, "迁出"), (3, "常住")] {
        let day = if n == 3 { "" } else { "2013-05-02" };
        later.push(row(&[&people[n][0], &people[n][2], &people[n][4], state, day]));
    }
    read(&test, "变动.xlsx", &later, "2013-10-31").await;
    let (text, _) = report(&test, 2013).await;
    assert!(text.contains("低保户1户"), "{text}");
    assert!(text.contains("党员1名(另有1名待核实)") || text.contains("党员1名（另有1名待核实）"), "{text}");
}

#[tokio::test]
async fn an_earlier_year_is_told_as_of_its_own_last_day() {
    let test = TestApp::demo().await;
    let (text, left) = report(&test, 2012).await;
    assert!(text.contains("截至2012年12月31日"), "{text}");
    assert!(!text.contains("截至2013年"), "{text}");
    // No day of another year, and nothing of what nobody recorded.
    assert!(!text.contains("统一换发"), "{text}");
    assert!(!text.contains("新婚"), "{text}");
    assert!(left.iter().any(|l| l.contains("新婚")), "{left:?}");
}

#[tokio::test]
async fn a_template_tells_what_became_of_a_figure() {
    let test = TestApp::demo().await;
    let template = "# 变化\n\n{% set c = change(\"population.total\", since=\"start\") %}总人口{{ c.now }}人，\
        {% if c.up %}比年初{{ c.then }}人增加{{ c.by }}人{% endif %}。\n\n\
        {% set d = change(\"population.deaths\") %}死亡{{ d.now }}人{% if not (d.up or d.down or d.same) %}，\
        上年同期{{ d.then }}人{% endif %}。\n";
    let report = super::compose::compose(&test.app, &test.scope(), 2013, None, Some(template)).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    // 4,256 at the end of 2012: births and arrivals less deaths and departures make the twelve.
    assert!(text.contains("总人口4268人，比年初4256人增加12人。"), "{text}");
    assert!(text.contains("死亡15人，上年同期待核实人。"), "{text}");
    assert_eq!(report.spans.len(), 5);
    assert!(report.spans.iter().all(|s| s.href().starts_with("/figures/population.")));
    let wrong = "{{ change(\"population.total\", since=\"soon\").by }}";
    let error = super::compose::compose(&test.app, &test.scope(), 2013, None, Some(wrong)).await;
    assert!(error.is_err());
}

#[tokio::test]
async fn a_secretary_edits_checks_signs_and_submits_and_an_officer_returns_it() {
    use crate::base::Role;
    use axum::http::StatusCode;
    let here = "http://liren.test";
    let test = TestApp::own_demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let officer = test.signed_in(Role::Officer, 0).await;
    let desk = "/reports/annual/write";
    let page = secretary.get(desk).await.expect(StatusCode::OK);
    assert!(page.text().contains("还没有写") && page.text().contains("改文字"), "{}", page.text());
    // The text of a section with its numbers by name, saved as it is, is no own text.
    let composed = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let printed = liren_documents::text::write(&composed.document);
    let draft =
        composed.sections.iter().find(|d| d.text.contains("{{党员}}") || d.text.contains("{{低保户}}")).unwrap();
    let address = format!("/reports/annual/2013/sections/{}", draft.id);
    let send = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let own = test.count("select count(*) from report_section").await;
    secretary.post(&address, &send(&[("text", &draft.text)]), here).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count("select count(*) from report_section").await, own);
    // A name that is no figure is said at the field; nothing is executed.
    let wrong = format!("{}{{{{没有这个数}}}}{{% for x in y %}}", draft.text);
    let page =
        secretary.post(&address, &send(&[("text", &wrong)]), here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("没有叫“没有这个数”的指标"), "{}", page.text());
    let own = format!("{}另外总人口是{{{{总人口}}}}人。", draft.text);
    secretary.post(&address, &send(&[("text", &own)]), here).await.expect(StatusCode::SEE_OTHER);
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("另外总人口是4268人。"), "{text}");
    // Every number of the section lives on in the own text.
    assert_eq!(report.spans.len(), composed.spans.len() + 1);
    let plan = "/reports/annual/2013/sections/thanks";
    secretary.post(plan, &send(&[("text", "感谢街道。")]), here).await.expect(StatusCode::SEE_OTHER);
    secretary.post(&address, &send(&[("back", "yes")]), here).await.expect(StatusCode::SEE_OTHER);
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(!text.contains("另外总人口是"), "{text}");
    assert_eq!(text.matches("低保户").count(), printed.matches("低保户").count());
    // Step by step: what was not checked is not signed.
    let step = |act: &str| format!("/reports/annual/2013/{act}");
    secretary.post(&step("sign"), "", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let worker = test.signed_in(Role::Worker, 0).await;
    worker.post(&step("check"), "", here).await.expect(StatusCode::SEE_OTHER);
    worker.post(&step("sign"), "", here).await.expect(StatusCode::FORBIDDEN);
    let why = send(&[("remark", "已逐条核对")]);
    secretary.post(&step("sign"), &why, here).await.expect(StatusCode::SEE_OTHER);
    secretary.post(&step("submit"), &why, here).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        test.count("select count(*) from report_version where act = 'submit' and freeze_id is not null").await,
        1
    );
    officer.post(&step("return"), "", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let remark = send(&[("remark", "请补存在问题")]);
    officer.post(&step("return"), &remark, here).await.expect(StatusCode::SEE_OTHER);
    let page = secretary.get(desk).await.expect(StatusCode::OK).text();
    assert!(page.contains("请补存在问题"), "{page}");
    secretary
        .post("/reports/annual/2013/sections/problems", &send(&[("text", "停车位不够。")]), here)
        .await
        .expect(StatusCode::SEE_OTHER);
    // Signed is what was checked: a text changed in between is checked again.
    worker.post(&step("check"), "", here).await.expect(StatusCode::SEE_OTHER);
    secretary
        .post("/reports/annual/2013/sections/problems", &send(&[("text", "停车位不够，垃圾桶少。")]), here)
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = secretary.post(&step("sign"), &why, here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("核对以后数字或文字又变了"), "{}", page.text());
    let page = secretary.get("/reports/annual/2013/versions/3/5").await.expect(StatusCode::OK);
    assert!(page.body.contains("停车位不够"), "{}", page.text());
    secretary.get("/reports/annual/2013/versions").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn one_file_carries_every_figure_and_needs_no_server() {
    let test = TestApp::demo().await;
    let mut composed = annual(&test.app, &test.scope(), 2013).await.unwrap();
    let page = write(&test.app, &mut composed, Format::Html).await.unwrap();
    let page = String::from_utf8(page).unwrap();
    for outside in ["http:", "https:", "href=\"/", "<script", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Every link has its note, every note says what it counts.
    let links: std::collections::BTreeSet<&str> =
        page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() > 60, "{}", links.len());
    for link in links {
        assert!(page.contains(&format!("<section id=\"{link}\">")), "{link}");
    }
    assert!(page.contains("口径：") && page.contains("其中：常住") && page.contains("核对："), "{page}");
    // Nobody is named in it.
    let names: Vec<String> = {
        let mut tx = test.app.db.read().await.unwrap();
        let rows: Vec<(String,)> = tx
            .rows(
                "select name from person_naming where community_id = 1 and length(name) = 3 order by person_id limit 400",
                liren_store::params![],
            )
            .await
            .unwrap();
        rows.into_iter().map(|(n,)| n).collect()
    };
    assert!(names.iter().all(|name| !page.contains(name)));
}

#[tokio::test]
async fn the_edition_for_residents_tells_no_small_number_of_people() {
    let test = TestApp::demo().await;
    let mut composed = annual(&test.app, &test.scope(), 2013).await.unwrap();
    let small: Vec<(usize, String)> = composed
        .spans
        .iter()
        .enumerate()
        .filter(|(_, s)| matches!(s.opens, Opens::Figure { .. }))
        .filter(|(_, s)| s.unit.as_deref() == Some("人") && s.value.is_some_and(|v| (1.0..5.0).contains(&v)))
        .map(|(at, s)| (at, s.label.clone()))
        .collect();
    assert!(small.len() >= 3, "the demo has small numbers: {small:?}");
    residents_edition(&test.app, &mut composed).await.unwrap();
    for (at, label) in &small {
        assert_eq!(composed.spans[*at].text, "若干", "{label}");
    }
    // Large numbers stay, and what was hidden is nowhere in the file, its notes included.
    let page = String::from_utf8(write(&test.app, &mut composed, Format::Html).await.unwrap()).unwrap();
    assert!(page.contains("4268") && page.contains("居民版") && page.contains("若干"));
    for note in page.split("<section id=").skip(1) {
        let title = note.split("<h3>").nth(1).unwrap().split(" <b>").next().unwrap();
        let value = note.split("<b>").nth(1).unwrap().split("</b>").next().unwrap();
        let n: Option<i64> = value.strip_suffix(" 人").and_then(|n| n.trim().parse().ok());
        assert!(n.is_none_or(|n| n == 0 || n >= 5), "{title} {value}");
    }
    // It has no form that carries the figures as they are.
    assert!(write(&test.app, &mut composed, Format::Json).await.is_err());
    // The same over the page.
    let reader = test.signed_in(crate::base::Role::Officer, 0).await;
    let file = reader.get("/reports/annual.html?year=2013&edition=residents").await;
    let file = file.expect(axum::http::StatusCode::OK);
    assert!(file.body.contains("若干"));
}

#[tokio::test]
async fn an_edited_file_is_handed_back_over_the_page_and_a_set_is_frozen_there() {
    use axum::http::StatusCode;
    let test = TestApp::own_demo().await;
    let secretary = test.signed_in(crate::base::Role::Secretary, 0).await;
    let sent = secretary.get("/reports/annual.docx?year=2013").await.expect(StatusCode::OK);
    let back = secretary.post_form("/reports/returned", &[], &[("年终总结.docx", &sent.bytes)]).await;
    let back = back.expect(StatusCode::OK);
    assert!(back.text().contains("数字都和记录一样"), "{}", back.text());
    let nothing = secretary.post_form("/reports/returned", &[], &[]).await;
    nothing.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let other = secretary.post_form("/reports/returned", &[], &[("a.docx", b"no document")]).await;
    other.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let here = "http://liren.test";
    secretary.post("/frozen", "name=&from=2013-1-1", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    secretary.post("/frozen", "name=年终&from=2013-1-1", here).await.expect(StatusCode::SEE_OTHER);
    assert!(secretary.get("/frozen").await.expect(StatusCode::OK).text().contains("年终"));
    let twice = secretary.post("/frozen", "name=年终", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("已经有叫这个名称的定稿"), "{}", twice.text());
}

#[tokio::test]
async fn a_month_a_line_of_work_and_a_plan_are_told_by_frames_alone() {
    let test = TestApp::demo().await;
    let officer = test.signed_in(Role::Officer, 0).await;
    let list = officer.get("/reports/others").await.expect(StatusCode::OK);
    for frame in ["monthly?of=2013-11-01", "disability-work?of=2013-01-01", "plan?of=2013-01-01"] {
        assert!(list.body.contains(frame), "{frame}");
    }
    let month = officer.get("/reports/others/monthly?of=2013-10").await.expect(StatusCode::OK);
    let text = month.text();
    assert!(text.contains("2013年10月月报") && text.contains("2013年10月31日"), "{text}");
    // A number of the month opens the figure of that month, and what is only at least so much makes no difference.
    assert!(month.body.contains("/figures/population.deaths?from=2013-10-01&amp;to=2013-10-31"));
    assert!(text.contains("出生（人） 2 22 至少17 待核实"), "{text}");
    assert!(officer.get("/reports/others/plan").await.text().contains("2014年工作计划"));
    officer.get("/reports/others/monthly/docx?of=2013-10").await.expect(StatusCode::OK);
    officer.get("/reports/others/annual").await.expect(StatusCode::NOT_FOUND);
    officer.get("/reports/others/nothing").await.expect(StatusCode::NOT_FOUND);
    officer.get("/reports/others/monthly?of=x").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_bulletin_of_a_plain_community_says_only_what_its_list_says() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    // Nothing on record: a title, what is missing, no heading and no number.
    for frame in ["monthly", "disability-work"] {
        let page = clerk.get(&format!("/reports/others/{frame}")).await.expect(StatusCode::OK);
        assert!(
            page.text().contains("这一期还没有可以写的") && !page.body.contains("<h2>一、"),
            "{frame}: {}",
            page.text()
        );
        let paper = page.body.split("class=\"paper\"").nth(1).unwrap().split("</article>").next().unwrap();
        assert!(!paper.contains("class=\"fig\""), "{paper}");
    }
    // A list of January: how many there were then is told, what changed since nobody knows.
    read(&test, "花名册.xlsx", &roster(), "2013-01-05").await;
    let month = clerk.get("/reports/others/monthly?of=2013-10").await.expect(StatusCode::OK).text();
    assert!(month.contains("总人口（人） 5 待核实 待核实"), "{month}");
    let history = clerk.get("/figures/population.total/history").await.expect(StatusCode::OK).text();
    assert!(history.contains("5（据 2013-01-05 名单）") && !history.contains("±0"), "{history}");
}
