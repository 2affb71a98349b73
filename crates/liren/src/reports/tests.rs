//! The report of a community that has recorded nothing yet. The demo's report is told in the tests of `demo`.

use crate::reports;
use crate::testing::TestApp;

#[tokio::test]
async fn a_new_community_gets_a_report_that_says_what_is_not_known() {
    let test = TestApp::empty().await;
    let report = reports::annual(&test.app, &test.scope(), 2013)
        .await
        .unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("总人口待核实人"), "{text}");
    assert!(text.contains("企事业单位待核实个"), "{text}");
    assert!(text.contains("辖区面积待核实平方公里"));
    assert!(text.contains("统一换发于待核实启动"));
    assert!(!text.contains('\u{e000}'));
    assert!(
        reports::annual(&test.app, &test.scope(), 2031)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_earlier_year_is_told_as_of_its_own_last_day() {
    let test = TestApp::demo().await;
    let report = reports::annual(&test.app, &test.scope(), 2012)
        .await
        .unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("截至2012年12月31日"), "{text}");
    assert!(!text.contains("截至2013年"), "{text}");
    // No day of another year, and no zero for what nobody recorded.
    assert!(text.contains("统一换发于待核实启动"), "{text}");
    assert!(text.contains("新婚待核实人"), "{text}");
}
