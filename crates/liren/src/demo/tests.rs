//! The demo community is the product's first user: every figure of the source report must come out of its
//! records, every figure must be as long as its list, and the same files must not be taken in twice.

mod exports;
mod frozen;

use liren_facts::{Day, Period};
use liren_store::params;

use super::{build, town};
use crate::base::{Role, Scope};
use crate::exchange;
use crate::figures::{Ask, Desk, checks};
use crate::reports::{self, Opens};
use crate::testing::TestApp;

/// The 85 figures the source report states, in its order: as our report prints them, with the unit of the span.
/// Two lines of the source carry the wrong label (常住人口 for the total; the sterilisations): ours are right.
const SOURCE: [(&str, &str); 85] = [
    ("1.1", "平方公里"),
    ("6", "个"),
    ("2", "个"),
    ("4", "个"),
    ("4268", "人"),
    ("2181", "人"),
    ("2087", "人"),
    ("3", "个"),
    ("83", "人"),
    ("2", "个"),
    ("1", "个"),
    ("3", "个"),
    ("3", "人"),
    ("2", "人"),
    ("2", "人"),
    ("3", "方面"),
    ("12", "户"),
    ("3", "家"),
    ("58", "人"),
    ("8", "次"),
    ("四", "级"),
    ("4268", "人"),
    ("6", "个"),
    ("501", "人"),
    ("295", "人"),
    ("3", "人"),
    ("9", "人"),
    ("144", "人"),
    ("42", "人"),
    ("8", "人"),
    ("166", "人"),
    ("5", "人"),
    ("3", "人"),
    ("62", "人"),
    ("88", "人"),
    ("7", "人"),
    ("1", "人"),
    ("4", "人"),
    ("1", "人"),
    ("3", "人"),
    ("3", "人"),
    ("100", "%"),
    ("2013年4月16日", ""),
    ("310", "人"),
    ("200", "人"),
    ("147", "人"),
    ("68", "人"),
    ("11", "人"),
    ("10", "人"),
    ("5", "人"),
    ("29", "户"),
    ("1", "户"),
    ("40", "户"),
    ("37", "户"),
    ("7", "人"),
    ("八十", "周岁"),
    ("2100", "元"),
    ("3", "场"),
    ("8", "次"),
    ("2", "支"),
    ("10", "人"),
    ("16", "人"),
    ("100余", "人次"),
    ("2", "次"),
    ("11", "个"),
    ("1", "次"),
    ("3万余", "万元"),
    ("1", "处"),
    ("200余", "户"),
    ("30", "盏"),
    ("38", "根"),
    ("16", ""),
    ("50余", "平方米"),
    ("6月19日", ""),
    ("269", "万元"),
    ("8月13日", ""),
    ("8月25日", ""),
    ("10月30日", ""),
    ("11月底", ""),
    ("1000余", "户"),
    ("3000余", "人"),
    ("10月11日", ""),
    ("11", "人"),
    ("953", "人"),
    ("10", "人"),
];

#[tokio::test]
async fn the_report_states_every_figure_of_its_source_in_order() {
    let test = TestApp::demo().await;
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let mut spans = report.spans.iter();
    for (n, (text, unit)) in SOURCE.iter().enumerate() {
        let found = spans.any(|s| s.text == *text && s.unit.as_deref().unwrap_or("") == *unit);
        assert!(found, "figure {} of the source, {text}{unit}, is not printed after the ones before it", n + 1);
    }
}

#[tokio::test]
async fn no_number_of_the_report_is_typed_into_its_template() {
    let test = TestApp::demo().await;
    let template = test.app.packs().reports.iter().find(|r| r.id == "annual").unwrap().text.to_string();
    let mut plain = String::new();
    let mut depth = 0;
    for (i, c) in template.char_indices() {
        let next = template[i..].chars().nth(1);
        match (c, next) {
            ('{', Some('{' | '%')) => depth += 1,
            ('}' | '%', Some('}')) if depth > 0 => depth -= 1,
            _ => {}
        }
        if depth == 0 && !matches!(c, '{' | '}' | '%') {
            plain.push(c);
        }
    }
    let digits: Vec<&str> = plain
        .lines()
        .map(|l| l.trim_start_matches(['#', '*', ' ']).trim_start_matches(|c: char| c.is_ascii_digit()))
        .filter(|l| l.contains(|c: char| c.is_ascii_digit()))
        .collect();
    assert!(digits.is_empty(), "typed numbers: {digits:?}");
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    for span in &report.spans {
        if let Opens::Figure { id, .. } = &span.opens {
            assert!(test.app.packs().figure(id).is_some());
            assert!(span.value.is_some(), "{id} has no value");
        }
    }
}

#[tokio::test]
async fn a_figure_is_as_long_as_its_list_and_its_slices_are_a_partition() {
    let test = TestApp::demo().await;
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let ask = Ask::of(desk.this_year());
    for figure in test.app.packs().figures.clone() {
        let value = desk.value(&figure, &ask).await.unwrap();
        let counted = matches!(
            figure.formula,
            liren_packs::Formula::Count { counted: liren_packs::Counted::Rows(_), .. } | liren_packs::Formula::Total(_)
        );
        if counted {
            let (_, ids) = value.ids.clone().unwrap();
            assert_eq!(value.number, Some(ids.len() as i64), "{}", figure.id);
            for (i, cut) in figure.by.iter().enumerate() {
                let sum: i64 = desk.slices(&figure, &ask, i).iter().map(|s| s.number).sum();
                if cut.of_counted {
                    assert_eq!(Some(sum), value.number, "{} by {}", figure.id, cut.text);
                }
                for slice in desk.slices(&figure, &ask, i).into_iter().take(4) {
                    let sliced = Ask { slice: Some(slice.of.clone()), ..ask.clone() };
                    let asked = desk.value(&figure, &sliced).await.unwrap();
                    assert_eq!(asked.number, Some(slice.number), "{} {:?}", figure.id, slice.of);
                }
            }
        }
    }
}

#[tokio::test]
async fn everything_that_is_checked_holds() {
    let test = TestApp::demo().await;
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let ask = Ask::of(desk.this_year());
    let all = checks(&mut desk, &ask).await.unwrap();
    assert!(all.len() >= 9);
    for check in all {
        assert_eq!(check.holds, Some(true), "{} {}", check.because.zh, check.arithmetic);
    }
}

#[tokio::test]
async fn the_closing_of_a_period_is_the_opening_of_the_next() {
    let test = TestApp::demo().await;
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let day = |m, d| Day::ymd(2013, m, d).unwrap();
    for (first, last, next) in [(day(1, 1), day(3, 31), day(4, 1)), (day(4, 1), day(8, 17), day(8, 18))] {
        let closing = desk.value(&total, &Ask::of(Period { first, last })).await.unwrap();
        let after = Ask { opening: true, ..Ask::of(Period { first: next, last: day(11, 20) }) };
        assert_eq!(closing.number, desk.value(&total, &after).await.unwrap().number);
        let moved = checks(&mut desk, &Ask::of(Period { first, last })).await.unwrap();
        for check in moved.iter().filter(|c| c.arithmetic.contains('−')) {
            assert_eq!(check.holds, Some(true), "{} {}", check.because.zh, check.arithmetic);
        }
    }
}

#[tokio::test]
async fn the_groups_add_up_to_the_community() {
    let test = TestApp::demo().await;
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let groups: Vec<i64> = desk.tree.areas.iter().filter(|a| a.level == "group").map(|a| a.id).collect();
    for id in ["population.total", "planning.married", "pension.found", "relief.households"] {
        let figure = test.app.packs().figure(id).unwrap().clone();
        let whole = desk.whole(&figure).await.unwrap().number.unwrap();
        let mut sum = 0;
        for group in &groups {
            let ask = Ask { area: Some(*group), ..Ask::of(desk.this_year()) };
            sum += desk.value(&figure, &ask).await.unwrap().number.unwrap();
        }
        assert_eq!(sum, whole, "{id}");
    }
}

#[tokio::test]
async fn the_importer_read_the_roster_as_it_was_meant() {
    let test = TestApp::demo().await;
    let (town, _) = build::plot();
    let mut tx = test.app.db.read().await.unwrap();
    let scope = test.scope();
    let opened = crate::people::identity::open(&test.app, &mut tx, &scope, test.app.clock.today(), None).await.unwrap();
    // Every phone on record is one that was written as a phone: a column of dates is none.
    let phones = opened.values().flat_map(|n| &n.phones);
    let strange: Vec<usize> = phones.filter(|p| !p.starts_with("1990000")).map(String::len).collect();
    assert!(strange.is_empty(), "{strange:?}: lengths of numbers that are no phones");
    let by_number: std::collections::HashMap<String, i64> =
        opened.iter().filter_map(|(id, n)| n.id_number.clone().map(|number| (number, *id))).collect();
    let everyone = crate::people::queries::everyone(&mut tx, &scope).await.unwrap();
    let lines = crate::people::queries::lines(&mut tx, &scope, super::OPENING, &everyone).await.unwrap();
    let line_of: std::collections::HashMap<i64, _> = lines.into_iter().map(|l| (l.id, l)).collect();
    let mut found = 0;
    for soul in town.souls.iter().filter(|s| s.plain() || s.flaw == town::Flaw::Old15) {
        let id = by_number.get(&soul.number).expect("a numbered person of the roster is in the register");
        let line = &line_of[id];
        assert_eq!(line.name.as_deref(), Some(soul.name.as_str()));
        assert_eq!(line.sex.as_deref(), Some(if soul.male { "1" } else { "2" }));
        assert_eq!(line.born.map(|b| b.to_string()), Some(soul.born.to_string()));
        assert_eq!(line.lives_here, Some(!soul.hukou_only));
        assert_eq!(line.hukou_here, Some(!soul.temporary));
        assert!(line.household.is_some() && line.source_ref.is_some());
        found += 1;
    }
    assert!(found > 4_200);
}

#[tokio::test]
async fn the_same_files_a_second_time_change_nothing() {
    let test = TestApp::own_demo().await;
    let (town, year) = build::plot();
    let revision = test.count("select max(revision) from change").await;
    let mut books = vec![("01-居民花名册", super::rosters::opening(&town), super::OPENING)];
    for (file, pages) in super::ledgers::books(&town, &year) {
        books.push((file, pages, super::TODAY));
    }
    for (file, pages, on) in books.into_iter().skip(1) {
        let bytes = build::workbook(&pages).unwrap();
        let name = format!("{file}.xlsx");
        let request =
            exchange::Request { file_name: &name, bytes: &bytes, on, dry_run: false, map: None, annotate: false };
        let outcome = exchange::run(&test.app, &test.operator(), request).await.unwrap();
        assert_eq!((outcome.counts.new, outcome.counts.changed), (0, 0), "{file} {:?}", outcome.changes);
        assert_eq!((outcome.enrolments_new, outcome.enrolments_moved), (0, 0), "{file}");
        assert_eq!(outcome.revision, None, "{file}");
    }
    assert_eq!(test.count("select max(revision) from change").await, revision);
}

#[tokio::test]
async fn our_own_report_is_free_of_errors_to_the_proofreader() {
    let test = TestApp::demo().await;
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    let found = liren_proof::read(&liren_proof::Text::plain(&text), &liren_proof::Options::default());
    let errors: Vec<_> = found.findings.iter().filter(|f| f.severity == liren_proof::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(found.summary.verified >= 7);
}

#[tokio::test]
async fn the_reader_of_a_list_sees_their_part_of_it() {
    let test = TestApp::demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let page = secretary.get("/figures/relief.households/list").await.expect(axum::http::StatusCode::OK);
    assert!(page.text().contains("29"));
    let building = test.area("榆园小区16号楼").await;
    let head = test.signed_in(Role::BuildingHead, building).await;
    let page = head.get("/figures/population.total/list").await.expect(axum::http::StatusCode::OK);
    assert!(page.text().contains("/ 4268"), "{}", page.text());
    assert!(page.text().contains("其余不在你的范围内"));
    let officer = test.signed_in(Role::Officer, 0).await;
    officer.get("/figures/population.total").await.expect(axum::http::StatusCode::OK);
    officer.get("/figures/population.total/list").await.expect(axum::http::StatusCode::FORBIDDEN);
    secretary.get("/figures/disability.cataract/list").await.expect(axum::http::StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn last_years_report_can_be_made_again_as_it_was_known() {
    let test = TestApp::own_demo().await;
    let scope = Scope::whole(1);
    let mut desk = Desk::today(&test.app, &scope).await.unwrap();
    let before = desk.revision;
    let total = test.app.packs().figure("population.total").unwrap().clone();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4268));
    let (_, ids) = desk.whole(&total).await.unwrap().ids.unwrap();
    let mut w = crate::base::Write::begin(&test.app, &test.operator(), 1, "迟报的死亡").await.unwrap();
    let day = Day::ymd(2013, 9, 1).unwrap();
    let died = liren_facts::PartialDay::exact(day);
    let who = test.mine(crate::base::PersonId(ids[0]));
    crate::people::lives::death(&mut w, died, who, &crate::base::Origin::default()).await.unwrap();
    w.commit().await.unwrap();
    let mut now = Desk::today(&test.app, &scope).await.unwrap();
    assert_eq!(now.whole(&total).await.unwrap().number, Some(4267));
    let mut then = Desk::today(&test.app, &scope).await.unwrap();
    then.revision = before;
    assert_eq!(then.whole(&total).await.unwrap().number, Some(4268));
    let mut tx = test.app.db.read().await.unwrap();
    let (n,): (i64,) = tx.row("select count(*) from change where revision > $1", params![before]).await.unwrap();
    assert_eq!(n, 1);
}

#[tokio::test]
async fn a_dry_run_announces_what_is_written_and_writes_nothing() {
    let test = TestApp::empty().await;
    let (town, year) = build::plot();
    let opening = build::workbook(&super::rosters::opening(&town)).unwrap();
    let mut seen = Vec::new();
    let mut enrolled = 0;
    let mut books = vec![("01-居民花名册", opening, super::OPENING)];
    for (file, pages) in super::ledgers::books(&town, &year) {
        books.push((file, build::workbook(&pages).unwrap(), super::TODAY));
    }
    for (file, bytes, on) in books {
        let name = format!("{file}.xlsx");
        for dry_run in [true, false] {
            let before = test.count("select count(*) from change").await;
            let request =
                exchange::Request { file_name: &name, bytes: &bytes, on, dry_run, map: None, annotate: false };
            let outcome = exchange::run(&test.app, &test.operator(), request).await.unwrap();
            seen.push((outcome.counts.new, outcome.counts.changed, outcome.enrolments_new, outcome.enrolments_moved));
            if dry_run {
                assert_eq!(outcome.revision, None, "{file}");
                assert_eq!(test.count("select count(*) from change").await, before);
            }
        }
        let real = seen.pop();
        assert_eq!(seen.pop(), real, "{file}");
        enrolled += real.map_or(0, |r| r.2);
    }
    assert!(enrolled > 0);
}
