//! Files of every size get an answer.

use axum::http::StatusCode;

use crate::base::Role;
use crate::testing::TestApp;

#[tokio::test]
async fn a_large_report_is_read_and_a_far_too_large_one_refused_in_words() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let sentence = "社区共有党员83名。".repeat(110_000);
    assert!(sentence.len() > 2 << 20);
    worker.post_file("/proof", "report.txt", sentence.as_bytes()).await.expect(StatusCode::OK);
    let huge = vec![b'a'; 17 << 20];
    let refused = worker.post_file("/proof", "huge.txt", &huge).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("文件太大"), "{}", refused.text());
    let nothing = worker.post_file("/proof", "", b"").await;
    assert!(nothing.text().contains("没有收到文件"));
}
