//! The report of a community that has recorded nothing yet. The demo's report is told in the tests of `demo`.

use crate::reports;
use crate::testing::TestApp;

#[tokio::test]
async fn a_new_community_gets_a_report_that_says_what_is_not_known() {
    let test = TestApp::empty().await;
    let report = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("总人口待核实人"), "{text}");
    assert!(text.contains("企事业单位待核实个"), "{text}");
    assert!(text.contains("辖区面积待核实平方公里"));
    assert!(text.contains("统一换发于待核实启动"));
    assert!(!text.contains('\u{e000}'));
    assert!(reports::annual(&test.app, &test.scope(), 2031).await.is_err());
}

#[tokio::test]
async fn an_earlier_year_is_told_as_of_its_own_last_day() {
    let test = TestApp::demo().await;
    let report = reports::annual(&test.app, &test.scope(), 2012).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("截至2012年12月31日"), "{text}");
    assert!(!text.contains("截至2013年"), "{text}");
    // No day of another year, and no zero for what nobody recorded.
    assert!(text.contains("统一换发于待核实启动"), "{text}");
    assert!(text.contains("新婚待核实人"), "{text}");
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
