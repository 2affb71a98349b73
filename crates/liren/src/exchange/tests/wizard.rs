//! Stories of a clerk who imports in the browser.

use axum::http::StatusCode;

use super::cases::{book, counted, figure, id, row, six};
use super::ledgers::ledger;
use super::*;
use crate::base::Role;
use crate::testing::{Answer, Client};

/// Drops a file and gives the address of what was understood.
async fn drop_file(clerk: &Client<'_>, name: &str, bytes: &[u8], on: &str) -> String {
    let answer = clerk.post_form("/imports", &[("on", on)], &[(name, bytes)]).await.expect(StatusCode::SEE_OTHER);
    answer.location.unwrap()
}

async fn send(clerk: &Client<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    clerk.post_form(path, fields, &[]).await.expect(StatusCode::SEE_OTHER).location.unwrap()
}

/// Writes a file that waits, and gives the address of its batch.
async fn write(clerk: &Client<'_>, file: &str) -> String {
    let at = send(clerk, &format!("{file}/write"), &[]).await;
    let answer = clerk.get(&at).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location.unwrap()
}

async fn page(clerk: &Client<'_>, path: &str) -> Answer {
    clerk.get(path).await.expect(StatusCode::OK)
}

async fn revision(test: &TestApp) -> i64 {
    test.count("select revision from community").await
}

#[tokio::test]
async fn a_file_is_dropped_understood_looked_at_written_and_taken_back() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let before = revision(&test).await;
    let file = drop_file(&clerk, "六户.xlsx", &book("居民", &six()), "2013-06-30").await;
    let columns = page(&clerk, &file).await;
    for word in ["认得什么", "身份证号", "刘长河", "6 人，没有要问的了"] {
        assert!(columns.text().contains(word), "{word}: {}", columns.text());
    }
    // Numbers of people are masked on the server.
    assert!(!columns.body.contains(&id(1960, 1)));
    let preview = page(&clerk, &format!("{file}/preview")).await;
    assert!(preview.text().contains("1 张表，6 人 = 6；6 户"), "{}", preview.text());
    assert_eq!(revision(&test).await, before, "looking takes no revision");
    assert!(register(&test).await.is_empty());
    let batch = write(&clerk, &file).await;
    assert_eq!(register(&test).await.len(), 6);
    let shown = page(&clerk, &batch).await;
    for word in ["六户", "已写入", "测试员", "看看撤回会怎样"] {
        assert!(shown.text().contains(word), "{word}: {}", shown.text());
    }
    assert!(page(&clerk, "/imports").await.text().contains("新增 6，有变化 0"));
    // A second press finds the first one's work.
    assert!(write(&clerk, &file).await.starts_with(batch.split('?').next().unwrap()));
    // Taking back is seen before it is done, and its lists add up to the rows.
    let at = batch.split('?').next().unwrap();
    let (people, known) = (register(&test).await.len(), revision(&test).await);
    let look = page(&clerk, &format!("{at}?look=undo")).await.text();
    assert!(look.contains("6 会撤回") && look.contains("0 保留") && look.contains("6 表里的人"), "{look}");
    assert_eq!((register(&test).await.len(), revision(&test).await), (people, known));
    send(&clerk, &format!("{at}/undo"), &[("sheet", ""), ("why", "用错了旧文件")]).await;
    assert_eq!(figure(&test, "population.total", "2013-06-30").await.unwrap_or(0), 0);
    assert!(page(&clerk, at).await.text().contains("已撤回"));
    let twice = clerk.post_form(&format!("{at}/undo"), &[("sheet", "")], &[]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_the_clerk_answers_is_written_and_known_again_next_time() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let may = ledger("2013年5月低保家庭核查表", "家庭收入", ["500", "", "", "", "", ""]);
    let file = drop_file(&clerk, "五月核查.xlsx", &may, "2013-05-31").await;
    let asked = page(&clerk, &file).await.text();
    assert!(asked.contains("要你答") && asked.contains("在保") && asked.contains("还有 1 问"), "{asked}");
    let preview = page(&clerk, &format!("{file}/preview")).await.text();
    assert!(preview.contains("没有要写的") && preview.contains("还有 1 问没有回答"), "{preview}");
    // An answer that is no choice is none.
    send(&clerk, &file, &[("sheet", "0"), ("q0", "nonsense")]).await;
    assert!(page(&clerk, &file).await.text().contains("还有 1 问"));
    let then = send(&clerk, &file, &[("sheet", "0"), ("q0", "receiving")]).await;
    assert!(page(&clerk, &then).await.text().contains("台账 6 条"));
    write(&clerk, &file).await;
    assert_eq!(counted(&test, "relief.households", "2013-10-31").await.0, Some(6));
    let june = ledger("2013年6月低保家庭核查表", "家庭收入", ["600", "", "700", "", "", ""]);
    let next = drop_file(&clerk, "六月核查.xlsx", &june, "2013-06-30").await;
    let known = page(&clerk, &next).await.text();
    assert!(known.contains("见过这种格式") && known.contains("照上次") && !known.contains("要你答"), "{known}");
}

#[tokio::test]
async fn a_column_means_what_the_clerk_says_and_a_sheet_may_be_left_out() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let mut rows = six();
    rows[0].push("紧急联系".to_owned());
    for (n, cells) in rows.iter_mut().enumerate().skip(1) {
        cells.push(format!("1990000{n:04}"));
    }
    let mut book = Book::new();
    for (name, people) in [("一组", &rows[..4]), ("二组", &[&rows[..1], &rows[4..]].concat()[..])] {
        let sheet = book.page(name);
        for (at, cells) in (0u32..).zip(people) {
            sheet.row(at, cells.iter().map(String::as_str), Style::Text);
        }
    }
    let file = drop_file(&clerk, "两组.xlsx", &book.to_bytes().unwrap(), "2013-06-30").await;
    let first = page(&clerk, &file).await;
    // The form as the browser sends it: what was chosen, column by column.
    let chosen: Vec<(String, String)> = selected(&first.body);
    assert!(chosen.iter().any(|(name, value)| name == "c.G" && value == "\"phone\""), "{chosen:?}");
    let mut sent: Vec<(&str, &str)> = vec![("sheet", "0"), ("columns", "yes")];
    sent.extend(chosen.iter().map(|(n, v)| (n.as_str(), if n == "c.G" { "" } else { v.as_str() })));
    send(&clerk, &file, &sent).await;
    send(&clerk, &file, &[("sheet", "1"), ("role", "skip")]).await;
    let preview = page(&clerk, &format!("{file}/preview")).await.text();
    assert!(preview.contains("1 张表，3 人 = 3"), "{preview}");
    write(&clerk, &file).await;
    assert_eq!(register(&test).await.len(), 3);
    assert_eq!(test.count("select count(*) from person_contact").await, 0);
}

/// Name and chosen value of each choice of a page.
fn selected(html: &str) -> Vec<(String, String)> {
    let between = |text: &str, from: &str, to: &str| -> Option<String> {
        let start = text.find(from)? + from.len();
        Some(text[start..start + text[start..].find(to)?].to_owned())
    };
    let all = html.split("<select").skip(1).map(|select| {
        let name = between(select, "name=\"", "\"").unwrap();
        let select = select.split("</select>").next().unwrap();
        let option = select.split("<option").find(|o| o.contains(" selected"));
        let value = option.and_then(|o| between(o, "value=\"", "\"")).unwrap_or_default();
        (name, value.replace("&quot;", "\"").replace("&#34;", "\""))
    });
    all.collect()
}

#[tokio::test]
async fn who_a_row_is_can_be_said() {
    let test = TestApp::empty().await;
    let mut twins = six();
    twins.push(row(&["刘长河", "男", &id(1971, 3), "户主", "幸福小区5号楼1单元101", "常住"]));
    read(&test, "名册.xlsx", &book("居民", &twins), "2012-12-31").await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let list = book("电话", &[row(&["姓名", "联系电话"]), row(&["刘长河", "19900000077"])]);
    let file = drop_file(&clerk, "电话.xlsx", &list, "2013-06-30").await;
    let preview = page(&clerk, &format!("{file}/preview")).await;
    assert!(preview.text().contains("这 1 行是谁"), "{}", preview.text());
    let second = register(&test).await.iter().find(|(_, l, _)| l.born.unwrap().first.year() == 1971).unwrap().1.id;
    let is = format!("1-{second}");
    assert!(preview.body.contains(&format!("value=\"{is}\"")));
    send(&clerk, &format!("{file}/who"), &[("row0", "电话!2"), ("who0", &is)]).await;
    let after = page(&clerk, &format!("{file}/preview")).await.text();
    assert!(after.contains("1 处变化") && !after.contains("是谁"), "{after}");
    write(&clerk, &file).await;
    assert_eq!(register(&test).await.len(), 7);
    let phones = test.count(&format!("select count(*) from person_contact where person_id = {second}")).await;
    assert_eq!(phones, 1);
}

#[tokio::test]
async fn a_long_list_is_shown_page_by_page_and_nobody_is_left_out() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let mut rows = vec![row(&super::cases::OWN)];
    for n in 0..137 {
        let number = id(1950 + n / 20, 1 + 2 * (n % 20) as u32);
        rows.push(row(&[
            &format!(
                "赵{}{}",
                ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"][n as usize % 10],
                ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑", "寅", "卯"][n as usize / 10]
            ),
            "男",
            &number,
            "户主",
            &format!("幸福小区{}号楼1单元{}", 1 + n / 30, 101 + n % 30),
            "常住",
        ]));
    }
    let file = drop_file(&clerk, "长名册.xlsx", &book("居民", &rows), "2013-06-30").await;
    let mut named = 0;
    for skip in [0, 50, 100] {
        let shown = page(&clerk, &format!("{file}/preview?kind=new&skip={skip}")).await;
        let here = rows[1..].iter().filter(|r| shown.body.contains(&format!(">{}<", r[0]))).count();
        assert!(here <= 50, "{here}");
        named += here;
    }
    assert_eq!(named, 137);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_why_and_does_not_hold_up_the_others() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let good = book("居民", &six());
    let files: [(&str, &[u8]); 3] = [
        ("坏的.xlsx", b"PK\x03\x04 half a file"),
        ("台账.et", b"\xd0\xcf\x11\xe0 of another program"),
        ("好的.xlsx", &good),
    ];
    let at = clerk.post_form("/imports", &[("on", "2013-06-30")], &files).await.location.unwrap();
    assert_eq!(at, "/imports");
    let list = page(&clerk, "/imports").await.text();
    assert!(
        list.contains("等着的文件 3 个") && list.matches("不能用").count() >= 2 && list.contains("读好了"),
        "{list}"
    );
    let nothing = clerk.post_form("/imports", &[("on", "2013-06-30")], &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text().contains("没有收到文件"));
    let later = clerk.post_form("/imports", &[("on", "2042-01-01")], &[("好的.xlsx", &good)]).await;
    assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", later.text());
}

#[tokio::test]
async fn files_that_wait_are_sealed_thrown_away_and_kept_from_others() {
    let test = TestApp::empty().await;
    let clerk = test.signed_in(Role::Worker, 0).await;
    let file = drop_file(&clerk, "六户.xlsx", &book("居民", &six()), "2013-06-30").await;
    for role in [Role::BuildingHead, Role::GroupHead] {
        let other = test.signed_in(role, 0).await;
        assert_eq!(other.get(&file).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.get("/imports").await.status, StatusCode::FORBIDDEN);
    }
    assert_ne!(test.stranger().get(&file).await.status, StatusCode::OK);
    send(&clerk, &format!("{file}/remove"), &[]).await;
    assert_eq!(clerk.get(&file).await.status, StatusCode::NOT_FOUND);
    assert_eq!(test.count("select count(*) from upload").await, 0);
    // Whoever is erased is in no file that is kept.
    let file = drop_file(&clerk, "六户.xlsx", &book("居民", &six()), "2013-06-30").await;
    write(&clerk, &file).await;
    assert_eq!(test.count("select count(*) from upload where sealed is not null").await, 1);
    let person = register(&test).await[0].1.id;
    let mut w = crate::base::Write::begin(&test.app, &test.operator(), 1, "抹除").await.unwrap();
    let person = test.mine(crate::base::PersonId(person));
    crate::people::identity::erase(&test.app, &mut w, person, "本人要求").await.unwrap();
    w.commit().await.unwrap();
    assert_eq!(test.count("select count(*) from upload where sealed is not null").await, 0);
    assert_eq!(clerk.get(&file).await.status, StatusCode::NOT_FOUND);
}
