//! Stories of the pages: a community that begins without a terminal, people who are let in, names by grant.

use axum::http::StatusCode;

use super::link as start_link;
use crate::accounts::queries;
use crate::base::Role;
use crate::testing::{Client, TestApp};

const HERE: &str = "http://liren.test";

/// A secretary with a password that is known here.
async fn secretary(test: &TestApp) -> Client<'_> {
    let added = queries::add(&test.app, "xu", "许", "correct horse", 1, 0, Role::Secretary).await;
    test.sign_in_again(added.unwrap()).await
}

#[tokio::test]
async fn a_community_begins_in_the_browser_once() {
    let test = TestApp::nothing().await;
    let word = start_link(&test.app).await.unwrap().unwrap();
    let stranger = test.stranger();
    stranger.get("/start?link=wrong").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    stranger.get(&format!("/start?link={word}")).await.expect(StatusCode::OK);
    let form = |tree: &str, password: &str| {
        format!(
            "link={word}&community=和平社区&tree={tree}&name=许志远&login=Xuzy&password={password}&again={password}&trial=1"
        )
    };
    let tree = "东站/第一小组：1号楼、2号楼%0A东站/第二小组：3号楼%0A第三小组";
    // A password that is guessed, a line that says nothing: what was typed stays, and nothing was made.
    let refused = stranger.post("/start", &form(tree, "12345678"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("第二小组：3号楼") && !refused.body.contains("12345678"));
    stranger.post("/start", &form("：1号楼", "correct+horse"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(test.count("select count(*) from community").await, 0);
    let begun = stranger.post("/start", &form(tree, "correct+horse"), HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(begun.headers.get("set-cookie").is_some());
    // 社区, 一个工作站, 三个小组, 三栋楼
    assert_eq!(test.count("select count(*) from area_state").await, 8);
    let again = stranger.post("/start", &form(tree, "correct+horse"), HERE).await;
    again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(start_link(&test.app).await.unwrap().is_none());
    let signed = stranger.post("/session", "login=xuzy&password=correct+horse", HERE).await;
    signed.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn somebody_is_let_in_over_the_page_and_only_with_ones_own_password() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let group = test.area("第一小组").await;
    let form = |own: &str| {
        format!("name=王敏&login=wangmin&role=group_head&area={group}&from=2013-01-01&names=full&own={own}")
    };
    let refused = secretary.post("/accounts/new", &form("wrong+horse"), HERE).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("王敏") && !refused.body.contains("wrong horse"), "{}", refused.text());
    let made = secretary.post("/accounts/new", &form("correct+horse"), HERE).await.expect(StatusCode::OK);
    assert_eq!(made.headers["cache-control"], "no-store");
    let link = made.body.split("http://liren.test/welcome?link=").nth(1).unwrap();
    let token: String = link.chars().take_while(char::is_ascii_alphanumeric).collect();
    let fill = format!("link={token}&password=a+horse+of+mine&again=a+horse+of+mine");
    test.stranger().post("/welcome", &fill, HERE).await.expect(StatusCode::SEE_OTHER);
    let list = secretary.get("/accounts").await.expect(StatusCode::OK);
    assert!(list.text().contains("王敏") && list.text().contains("居民小组长 第一小组"), "{}", list.text());
    // The whole community is offered as the whole, and only what one may give is offered.
    let page = secretary.get("/accounts/new").await.expect(StatusCode::OK);
    assert!(page.body.contains("<option value=\"0\"") && !page.body.contains("value=\"officer\""), "{}", page.body);
    // More than one has is given by nobody, and another community's accounts are nobody's business.
    let operator = form("correct+horse").replace("group_head", "operator").replace("wangmin", "other");
    secretary.post("/accounts/new", &operator, HERE).await.expect(StatusCode::FORBIDDEN);
    secretary.get("/accounts/4711").await.expect(StatusCode::NOT_FOUND);
    let worker = test.signed_in(Role::Worker, 0).await;
    worker.get("/accounts").await.expect(StatusCode::FORBIDDEN);
    worker.post("/accounts/new", &form("correct+horse"), HERE).await.expect(StatusCode::FORBIDDEN);
    // What is disabled is over everywhere.
    let account = queries::account_of(&test.app, "wangmin").await.unwrap().unwrap();
    let page = format!("/accounts/{account}");
    let head = test.sign_in_again(account).await;
    head.get("/people").await.expect(StatusCode::OK);
    secretary.post(&format!("{page}/disable"), "own=no", HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    head.get("/people").await.expect(StatusCode::OK);
    secretary.post(&format!("{page}/disable"), "own=correct+horse", HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(head.get("/people").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn names_are_whole_for_whoever_works_with_them_and_masked_where_the_grant_says_so() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let whole = secretary.get("/people").await.expect(StatusCode::OK);
    assert!(!whole.body.contains("**") || whole.body.contains("号码默认脱敏"));
    let (key, name) = first_person(&whole.body);
    assert!(!name.contains('*'), "{name}");
    let form = "name=李&login=li&role=worker&area=0&from=2013-01-01&names=masked&own=correct+horse";
    secretary.post("/accounts/new", form, HERE).await.expect(StatusCode::OK);
    let li = queries::account_of(&test.app, "li").await.unwrap().unwrap();
    let li = test.sign_in_again(li).await;
    for page in ["/people", &key, "/figures/party.members/list", "/screening/resident-pension"] {
        let page = li.get(page).await.expect(StatusCode::OK);
        assert!(!page.body.contains(&name), "{name}");
        assert!(page.body.contains('*'));
    }
    // Nor is a name found by spelling it out.
    let given: String = name.chars().skip(1).collect();
    assert!(secretary.get(&format!("/people?q={given}")).await.body.contains(&name));
    assert!(!li.get(&format!("/people?q={given}")).await.body.contains(&key));
    // A list that leaves the house is masked whoever takes it along.
    let csv = secretary.get("/export/people.csv").await;
    assert!(csv.status != StatusCode::OK || !csv.body.contains(&name));
}

/// Address and name of the first person of a list.
fn first_person(body: &str) -> (String, String) {
    let at = body.find("href=\"/people/1-").unwrap() + 6;
    let rest = &body[at..];
    let key = rest.split('"').next().unwrap().to_owned();
    let name = rest.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned();
    (key, name)
}

fn typed(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn a_post_is_handed_over_and_what_was_granted_with_it_ends_that_day() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let group = test.area("第二小组").await;
    let page = format!("/areas/1-{group}");
    let before = secretary.get(&page).await.expect(StatusCode::OK);
    let post = before.body.split("name=\"post\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Somebody whose right hangs on the post.
    let account = queries::add(&test.app, "gao", "高", "correct horse", 1, group, Role::BuildingHead).await.unwrap();
    let grant = typed(&[
        ("role", "group_head"),
        ("area", &group.to_string()),
        ("from", "2013-01-01"),
        ("names", "full"),
        ("post", &post),
        ("own", "correct horse"),
    ]);
    secretary.post(&format!("/accounts/{account}/grants"), &grant, HERE).await.expect(StatusCode::SEE_OTHER);
    // Pressed twice it is granted once.
    secretary.post(&format!("/accounts/{account}/grants"), &grant, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count(&format!("select count(*) from account_grant where account_id = {account}")).await, 2);
    let head = test.sign_in_again(account).await;
    head.get("/people/new").await.expect(StatusCode::OK);
    // A name nobody has, and one that several have, are asked about; nothing changes.
    let form =
        |person: &str| typed(&[("person", person), ("role", "group_head"), ("from", "2013-11-20"), ("instead", &post)]);
    let refused = secretary.post(&format!("{page}/posts"), &form("查无此人"), HERE).await;
    assert!(refused.expect(StatusCode::UNPROCESSABLE_ENTITY).text().contains("登记里没有这个人"));
    let (key, _) = first_person(&secretary.get("/people").await.body);
    let person = key.trim_start_matches("/people/");
    secretary.post(&format!("{page}/posts"), &form(person), HERE).await.expect(StatusCode::SEE_OTHER);
    let after = secretary.get(&page).await.expect(StatusCode::OK);
    assert!(after.body.contains(&key) && !after.body.contains(&format!("name=\"post\" value=\"{post}\"")));
    head.get("/people/new").await.expect(StatusCode::FORBIDDEN);
    // An area renamed and divided; twice the same is refused.
    let named = typed(&[("name", "第二小组（南）"), ("from", "2013-11-20")]);
    secretary.post(&format!("{page}/name"), &named, HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(secretary.get("/areas").await.text().contains("第二小组（南）"));
    let below = |names: &str| typed(&[("level", "building"), ("names", names), ("from", "2013-11-20")]);
    secretary.post(&format!("{page}/below"), &below("甲楼\n乙楼"), HERE).await.expect(StatusCode::SEE_OTHER);
    let twice = secretary.post(&format!("{page}/below"), &below("甲楼"), HERE).await;
    twice.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let worker = test.signed_in(Role::Worker, 0).await;
    worker.post(&format!("{page}/name"), &named, HERE).await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn looks_are_kept_on_the_device_and_every_page_has_a_way_on_a_phone() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let chosen = worker.post("/looks", "theme=dark&density=roomy", HERE).await.expect(StatusCode::SEE_OTHER);
    let cookies: Vec<_> = chosen.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).collect();
    assert!(cookies.iter().any(|c| c.starts_with("theme=dark")) && cookies.iter().any(|c| c.contains("roomy")));
    let menu = worker.get("/menu").await.expect(StatusCode::OK);
    assert!(menu.text().contains("报告校对") && !menu.text().contains("账户与授权"));
    worker.get("/data").await.expect(StatusCode::FORBIDDEN);
    let secretary = test.signed_in(Role::Secretary, 0).await;
    assert!(secretary.get("/data").await.expect(StatusCode::OK).text().contains("怎么恢复"));
}

#[tokio::test]
async fn a_second_step_is_turned_on_asked_for_and_reset_with_the_password() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let group = test.area("第二小组").await;
    let account = queries::add(&test.app, "xulin", "徐", "correct horse", 1, group, Role::GroupHead).await.unwrap();
    let head = test.sign_in_again(account).await;
    head.post("/me/second/begin", "own=wrong", HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    head.post("/me/second/begin", "own=correct+horse", HERE).await.expect(StatusCode::SEE_OTHER);
    let page = head.get("/me").await.expect(StatusCode::OK);
    let key = page.body.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let secret = base32(&key);
    let step = test.app.clock.instant() / 30_000_000;
    let code = |step: i64| format!("{:06}", crate::accounts::second::code(&secret, step));
    let typed_code = |code: &str| typed(&[("code", code)]);
    // Begun is not on: the password alone still lets in.
    let sign_in = typed(&[("login", "xulin"), ("password", "correct horse"), ("then", "/me")]);
    let guest = test.stranger();
    guest.post("/session", &sign_in, HERE).await.expect(StatusCode::SEE_OTHER);
    head.post("/me/second/confirm", &typed_code("000000"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let on = head.post("/me/second/confirm", &typed_code(&code(step)), HERE).await.expect(StatusCode::OK);
    let paper = on.body.split("<code>").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    // Now the password alone lets nobody in, and its page says nothing of the account.
    let asked = guest.post("/session", &sign_in, HERE).await.expect(StatusCode::OK);
    assert!(asked.headers.get("set-cookie").is_none() && asked.body.contains("name=\"ticket\""));
    let ticket = asked.body.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = |code: &str| typed(&[("ticket", &ticket), ("login", "xulin"), ("then", "/me"), ("code", code)]);
    // A code is good once; the one that turned it on is spent.
    guest.post("/session/second", &second(&code(step)), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let next = guest.post("/session/second", &second(&code(step + 1)), HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(next.headers.get("set-cookie").is_some());
    guest.post("/session/second", &second(&paper), HERE).await.expect(StatusCode::SEE_OTHER);
    guest.post("/session/second", &second(&paper), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // Another name, or a ticket somebody made up, opens nothing.
    let other = typed(&[("ticket", &ticket), ("login", "shuji"), ("code", &code(step + 1))]);
    guest.post("/session/second", &other, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // Codes cannot be tried one after the other: a password that is right does not take the wrong ones back.
    for _ in 0..12 {
        guest.post("/session", &sign_in, HERE).await;
        guest.post("/session/second", &second("123123"), HERE).await;
    }
    let held = guest.post("/session/second", &second("123123"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.text().contains("分钟后再试"), "{}", held.text());
    let held = guest.post("/session", &sign_in, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.text().contains("分钟后再试"));
    // Neither secret nor codes lie open in the database.
    assert_eq!(test.count("select count(*) from account_second where recovery like '%-%'").await, 0);
    // Reset with the password by the secretary: whoever lost the phone begins again.
    let reset = typed(&[("own", "correct horse")]);
    secretary.post(&format!("/accounts/{account}/reset"), &reset, HERE).await.expect(StatusCode::OK);
    assert_eq!(test.count("select count(*) from account_second").await, 0);
}

/// The bytes of a key as an authenticator reads it (RFC 4648).
fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for c in text.bytes() {
        let value = if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255) as u8);
        }
    }
    bytes
}
