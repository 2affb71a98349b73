//! Forms as they are sent: by a browser without script, twice at once, after somebody else, without a sign-in.

use axum::http::StatusCode;
use liren_facts::identifier::check_character;

use crate::base::{PersonId, Role};
use crate::figures::Desk;
use crate::people::{Chosen, queries};
use crate::testing::{Client, TestApp};

const HERE: &str = "http://liren.test";

/// The hidden fields of a form.
fn carried(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} in {page}"));
    let rest = &page[at + name.len() + 15..];
    rest[..rest.find('"').unwrap()].to_owned()
}

async fn open(client: &Client<'_>, path: &str) -> String {
    let page = client.get(path).await.expect(StatusCode::OK).body;
    format!("base={}&once={}", carried(&page, "base"), carried(&page, "once"))
}

fn typed(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn total(test: &TestApp, id: &str) -> Option<i64> {
    let figure = test.app.packs().figure(id).unwrap().clone();
    Desk::today(&test.app, &test.scope()).await.unwrap().whole(&figure).await.unwrap().number
}

/// Somebody who lives here with others, and their household.
async fn somebody(test: &TestApp) -> (i64, Vec<i64>) {
    let mut tx = test.app.db.read().await.unwrap();
    let moment = test.app.moment(&mut tx, 1, test.app.clock.today()).await.unwrap();
    let chosen = Chosen::load(&test.app, &mut tx, &test.scope(), moment).await.unwrap();
    for id in chosen.living_here() {
        let line = queries::lines(&mut tx, &test.scope(), test.app.clock.today(), &[id]).await.unwrap().pop().unwrap();
        let members = line.household.map(|h| chosen.members(h)).unwrap_or_default();
        if members.len() >= 4 && members[0] == id && line.employment.is_some() {
            return (id, members);
        }
    }
    panic!("nobody");
}

#[tokio::test]
async fn a_fact_changes_from_a_day_or_was_never_so_and_is_taken_back() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let (id, _) = somebody(&test).await;
    let path = format!("/people/1-{id}/facts/education");
    // Which of the two it is, is asked; what was typed stays.
    let carry = open(&worker, &path).await;
    let form = format!("{carry}&{}", typed(&[("value", "90"), ("from", "2013-99"), ("note", "补一句")]));
    let page = worker.post(&path, &form, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("请选：是后来变了，还是原来就登记错了"), "{}", page.text());
    assert!(page.body.contains("value=\"补一句\"") && page.body.contains("value=\"2013-99\""), "{}", page.body);
    let form =
        format!("{carry}&{}", typed(&[("value", "90"), ("how", "changed"), ("from", "2013-6"), ("source", "self")]));
    let saved = worker.post(&path, &form, HERE).await.expect(StatusCode::SEE_OTHER);
    let to = saved.location.unwrap();
    let page = worker.get(to.split('#').next().unwrap()).await.expect(StatusCode::OK);
    assert!(page.text().contains("学历改好了，从2013-06-30起"), "{}", page.text());
    let mut tx = test.app.db.read().await.unwrap();
    let on = |day: &str| liren_facts::Day::parse(day).unwrap();
    for (day, code) in [("2013-06-29", false), ("2013-06-30", true)] {
        let state = crate::people::Schooling::at(&mut tx, &test.scope(), &[PersonId(id)], on(day)).await.unwrap();
        assert_eq!(state.is_some_and(|s| s.value.education.as_deref() == Some("90")), code, "{day}");
    }
    drop(tx);
    // Taken back from the page, it is as it was.
    let revision: String = to.split("done=").nth(1).unwrap().split('#').next().unwrap().to_owned();
    let undo = format!("/changes/{revision}/undo");
    worker.post(&undo, &typed(&[("then", &format!("/people/1-{id}"))]), HERE).await.expect(StatusCode::SEE_OTHER);
    let mut tx = test.app.db.read().await.unwrap();
    let state = crate::people::Schooling::at(&mut tx, &test.scope(), &[PersonId(id)], on("2013-10-01")).await.unwrap();
    assert_ne!(state.unwrap().value.education.as_deref(), Some("90"));
}

#[tokio::test]
async fn two_who_edit_one_fact_see_each_other_and_a_form_sent_ten_times_has_one_effect() {
    let test = TestApp::own_demo().await;
    let (one, other) = (test.signed_in(Role::Worker, 0).await, test.signed_in(Role::Secretary, 0).await);
    let (id, _) = somebody(&test).await;
    let path = format!("/people/1-{id}/facts/marital");
    let (first, second) = (open(&one, &path).await, open(&other, &path).await);
    let answer = |value: &str| typed(&[("value", value), ("how", "changed"), ("from", "2013-5-1")]);
    one.post(&path, &format!("{first}&{}", answer("20")), HERE).await.expect(StatusCode::SEE_OTHER);
    let late = format!("{second}&{}", answer("40"));
    let page = other.post(&path, &late, HERE).await.expect(StatusCode::CONFLICT);
    assert!(page.text().contains("先改了同一项"), "{}", page.text());
    assert!(page.body.contains("value=\"40\" checked") || page.body.contains("value=\"40\" selected"), "{}", page.body);
    // Having seen it, they may insist.
    let seen = format!("base={}&once={}", carried(&page.body, "base"), carried(&page.body, "once"));
    other.post(&path, &format!("{seen}&{}", answer("40")), HERE).await.expect(StatusCode::SEE_OTHER);

    let notes = format!("/people/1-{id}/notes");
    let carry = open(&one, &format!("/people/1-{id}")).await;
    let form = format!("{carry}&{}", typed(&[("text", "十次只记一条")]));
    let before = test.count("select count(*) from person_remark").await;
    let posts = (0..10).map(|_| one.post(&notes, &form, HERE));
    for answer in futures_util::future::join_all(posts).await {
        answer.expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(test.count("select count(*) from person_remark").await, before + 1);
    // The same word with other contents is no repetition.
    let form = format!("{carry}&{}", typed(&[("text", "别的话")]));
    one.post(&notes, &form, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // A form of another community is refused.
    let foreign = form.replace("base=1%40", "base=2%40").replace("base=1@", "base=2@");
    one.post(&notes, &foreign, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_household_of_five_loses_its_head_and_gets_him_back() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let (id, members) = somebody(&test).await;
    let (people, deaths) = (total(&test, "population.total").await, total(&test, "population.deaths").await);
    let path = format!("/people/1-{id}/events/death");
    let carry = open(&worker, &path).await;
    let who = format!("1-{id}");
    let heir = format!("1-{}", members[1]);
    let form =
        format!("{carry}&{}", typed(&[("who", &who), ("day", "2013-11-14"), ("heir", &heir), ("source", "family")]));
    let to = worker.post(&path, &form, HERE).await.expect(StatusCode::SEE_OTHER).location.unwrap();
    assert_eq!(total(&test, "population.total").await, people.map(|n| n - 1));
    assert_eq!(total(&test, "population.deaths").await, deaths.map(|n| n + 1));
    let page = worker.get(&to).await.expect(StatusCode::OK).text();
    assert!(page.contains("去世登记好了") && page.contains("已经去世"), "{page}");
    let mut tx = test.app.db.read().await.unwrap();
    let today = test.app.clock.today();
    let line = queries::lines(&mut tx, &test.scope(), today, &[members[1]]).await.unwrap().pop().unwrap();
    assert_eq!(line.relation.as_deref(), Some("02"));
    drop(tx);
    // Nobody follows who is of another household, and nobody while the head stays: a household has one head.
    let stays = format!("/people/1-{}/events/departure", members[2]);
    let stranger = {
        let mut tx = test.app.db.read().await.unwrap();
        let moment = test.app.moment(&mut tx, 1, today).await.unwrap();
        let chosen = Chosen::load(&test.app, &mut tx, &test.scope(), moment).await.unwrap();
        chosen.living_here().into_iter().find(|p| !members.contains(p)).unwrap()
    };
    for (gone, heir, says) in [(members[2], members[3], "走的不是户主"), (members[1], stranger, "这一户留下来的人")]
    {
        let carry = open(&worker, &stays).await;
        let (gone, heir) = (format!("1-{gone}"), format!("1-{heir}"));
        let form =
            format!("{carry}&{}", typed(&[("who", &gone), ("day", "2013-11-15"), ("heir", &heir), ("stays", "no")]));
        let page = worker.post(&stays, &form, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(says) && page.body.contains("value=\"2013-11-15\""), "{}", page.text());
    }
    // Nobody dies twice.
    let carry = open(&worker, &format!("/people/1-{}/events/death", members[1])).await;
    let again = format!("{carry}&{}", typed(&[("who", &who), ("day", "2013-11-15")]));
    worker.post(&path, &again, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let revision = to.split("done=").nth(1).unwrap();
    let moved = worker.get(&format!("/changes/{revision}/figures")).await.expect(StatusCode::OK).text();
    assert!(moved.contains("总人口 4268 → 4267"), "{moved}");
    worker.post(&format!("/changes/{revision}/undo"), "", HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(total(&test, "population.total").await, people);
    assert_eq!(total(&test, "population.deaths").await, deaths);
}

#[tokio::test]
async fn somebody_new_is_registered_once() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let (id, _) = somebody(&test).await;
    let mut tx = test.app.db.read().await.unwrap();
    let line = queries::lines(&mut tx, &test.scope(), test.app.clock.today(), &[id]).await.unwrap().pop().unwrap();
    let scope = test.scope();
    let homes = crate::places::queries::addresses(&mut tx, &scope, test.app.clock.today(), line.dwelling).await;
    let all = crate::places::queries::dwellings(&mut tx, &scope, test.app.clock.today()).await.unwrap();
    let elsewhere = all.iter().find(|d| Some(d.id) != line.dwelling).unwrap().label();
    let home = homes.unwrap().remove(&line.dwelling.unwrap()).unwrap();
    drop(tx);
    let household = format!("1-{}", line.household.unwrap());
    let first = "99010119900307221";
    let number = format!("{first}{}", check_character(first).unwrap());
    let path = "/people/new";
    let fill = |number: &str| {
        typed(&[
            ("how", "arrival"),
            ("name", "林晓"),
            ("number", number),
            ("address", &home),
            ("residency", "temporary"),
            ("household", &household),
            ("relation", "30"),
            ("since", "2013-11-01"),
            ("phone", "199-0000-4321"),
            ("next", "no"),
        ])
    };
    let (people, came) = (total(&test, "population.total").await, total(&test, "population.moved_in").await);
    // One digit wrong: said at the field, nothing lost.
    let carry = open(&worker, path).await;
    let wrong = number.replacen("1990", "1991", 1);
    let page =
        worker.post(path, &format!("{carry}&{}", fill(&wrong)), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("校验位不符") && page.body.contains("value=\"林晓\""), "{}", page.text());
    // What the number proves is shown before saving.
    let told =
        worker.post("/people/new/check", &format!("{carry}&{}", fill(&number)), HERE).await.expect(StatusCode::OK);
    assert!(told.text().contains("校验位相符：男性，23岁，1990-03-07"), "{}", told.text());
    let to = worker
        .post(path, &format!("{carry}&{}", fill(&number)), HERE)
        .await
        .expect(StatusCode::SEE_OTHER)
        .location
        .unwrap();
    assert_eq!(total(&test, "population.total").await, people.map(|n| n + 1));
    assert_eq!(total(&test, "population.moved_in").await, came.map(|n| n + 1));
    let page = worker.get(&to).await.expect(StatusCode::OK);
    assert!(!page.body.contains(&number) && !page.body.contains("19900004321"), "a number in the clear");
    // The line on every page takes a number too, and never puts it into an address.
    let found =
        worker.post("/find", &typed(&[("q", "１９９００００４３２１")]), HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(found.location.as_deref(), to.split('?').next());
    let words = worker.post("/find", &typed(&[("q", "总人口")]), HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(words.location.unwrap().starts_with("/find?q="));
    // A phone ends in its own place.
    let person = to.split('?').next().unwrap().to_owned();
    let page = worker.get(&person).await.expect(StatusCode::OK).body;
    assert!(page.contains("name=\"gone\" value=\"0\""), "{page}");
    // A household that lives elsewhere is not joined by an address that was changed.
    let carry = open(&worker, path).await;
    let moved = fill("").replace("name=%E6%9E%97%E6%99%93", "name=%E6%9E%97%E5%B0%8F%E6%98%8E");
    let other = moved.replace(
        &form_urlencoded::byte_serialize(home.as_bytes()).collect::<String>(),
        &form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect::<String>(),
    );
    let page = worker.post(path, &format!("{carry}&{other}"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("这一户不住在这套房"), "{}", page.text());
    // The same number again is somebody who is there.
    let carry = open(&worker, path).await;
    let page =
        worker.post(path, &format!("{carry}&{}", fill(&number)), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("已经登记在一个人名下") && page.text().contains("可能已经登记过"), "{}", page.text());
    // The whole number finds them, by a form, on record; shown for a purpose only.
    let person = to.split('?').next().unwrap().to_owned();
    let found = worker.post("/people/find", &typed(&[("whole", &number)]), HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(found.location.as_deref(), Some(person.as_str()));
    worker.post(&format!("{person}/reveal"), "", HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let shown =
        worker.post(&format!("{person}/reveal"), &typed(&[("purpose", "核对证件")]), HERE).await.expect(StatusCode::OK);
    assert!(shown.body.contains(&number) && shown.body.contains("tel:19900004321"), "{}", shown.text());
    assert!(shown.headers.get("refresh").is_some());
    let id: i64 = person.rsplit('-').next().unwrap().parse().unwrap();
    let seen = test.app.trail.by_person(&test.app, 1, vec![id], 0, 50).await.unwrap();
    let reveals = seen.lines.iter().filter(|l| l.action == Some(crate::base::trail::Action::Reveal)).count();
    assert_eq!(reveals, 1);
}

#[tokio::test]
async fn heads_write_in_their_own_area_and_a_lost_sign_in_loses_nothing() {
    let test = TestApp::own_demo().await;
    let (id, _) = somebody(&test).await;
    let mut tx = test.app.db.read().await.unwrap();
    let moment = test.app.moment(&mut tx, 1, test.app.clock.today()).await.unwrap();
    let mut groups = vec![];
    for name in ["第一小组", "第二小组"] {
        let area = test.area(name).await;
        let scope = crate::base::Scope { areas: Some(vec![area]), ..crate::base::Scope::whole(1) };
        let chosen = Chosen::load(&test.app, &mut tx, &scope, moment).await.unwrap();
        groups.push((area, chosen.contains(id)));
    }
    drop(tx);
    let own = groups.iter().find(|g| g.1).unwrap().0;
    let other = groups.iter().find(|g| !g.1).unwrap().0;
    let fact = format!("/people/1-{id}/facts/education");
    let answer = typed(&[("value", "90"), ("how", "wrong")]);
    let (mine, stranger) = (test.signed_in(Role::GroupHead, own).await, test.signed_in(Role::GroupHead, other).await);
    stranger.get(&fact).await.expect(StatusCode::NOT_FOUND);
    stranger.post(&fact, &answer, HERE).await.expect(StatusCode::NOT_FOUND);
    let carry = open(&mine, &fact).await;
    mine.post(&fact, &format!("{carry}&{answer}"), HERE).await.expect(StatusCode::SEE_OTHER);
    // A building head notes and confirms; a death is not theirs to record.
    let door = test.signed_in(Role::BuildingHead, own).await;
    door.post(&format!("/people/1-{id}/notes"), &typed(&[("text", "老人住院了")]), HERE)
        .await
        .expect(StatusCode::SEE_OTHER);
    door.post(&format!("/people/1-{id}/confirm"), "", HERE).await.expect(StatusCode::SEE_OTHER);
    door.post(&format!("/people/1-{id}/events/death"), "", HERE).await.expect(StatusCode::FORBIDDEN);
    door.post(&fact, &answer, HERE).await.expect(StatusCode::FORBIDDEN);
    let officer = test.signed_in(Role::Officer, 0).await;
    officer.get(&format!("/people/1-{id}")).await.expect(StatusCode::FORBIDDEN);
    // What a change was about names people; the report is the whole community's.
    officer.get("/changes/4").await.expect(StatusCode::FORBIDDEN);
    mine.get("/reports/annual/2013/sections/thanks").await.expect(StatusCode::FORBIDDEN);
    mine.post("/reports/annual/2013/check", "", HERE).await.expect(StatusCode::FORBIDDEN);
    // Signed out in the middle: the page of signing in holds on to what was typed.
    let lost = test.stranger().post(&fact, &format!("{carry}&{answer}"), HERE).await.expect(StatusCode::UNAUTHORIZED);
    assert!(lost.body.contains("name=\"kept.value\" value=\"90\""), "{}", lost.body);
    let back = mine.post(&fact, &format!("{carry}&{answer}&_resume=1"), HERE).await.expect(StatusCode::OK);
    assert!(back.text().contains("已经重新登录，填的内容都在"), "{}", back.text());
    // A page of another site does nothing.
    mine.post(&fact, &format!("{carry}&{answer}"), "http://evil.test").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

/// A valid number of region 990101.
fn made_up(born: &str, sequence: u32) -> String {
    let front = format!("990101{born}{sequence:03}");
    format!("{front}{}", check_character(&front).unwrap())
}

#[tokio::test]
async fn a_number_is_corrected_and_what_it_proves_with_it_and_nobody_elses_is_taken() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let (id, members) = somebody(&test).await;
    let path = format!("/people/1-{id}/facts/number");
    let page = worker.get(&path).await.expect(StatusCode::OK);
    assert!(page.body.contains("出生日期和性别也按这个号码改"), "{}", page.text());
    let (right, wrong) = (made_up("19610303", 2), "990101196103030020");
    let carry = open(&worker, &path).await;
    let refused = worker.post(&path, &format!("{carry}&value={wrong}&also=yes"), HERE).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("校验位不符"), "{}", refused.text());
    let form = format!("{carry}&{}", typed(&[("value", &right), ("also", "yes"), ("source", "told")]));
    let saved = worker.post(&path, &form, HERE).await.expect(StatusCode::SEE_OTHER);
    let page = worker.get(&format!("/people/1-{id}")).await.expect(StatusCode::OK);
    assert!(saved.location.is_some() && page.text().contains("1961-03-03"), "{}", page.text());
    assert!(!page.body.contains(&right));
    // Found by it, and nobody else gets it.
    let holders = {
        let mut tx = test.app.db.read().await.unwrap();
        let keys = test.app.community_keys(&mut tx, 1).await.unwrap();
        let today = test.app.clock.today();
        queries::holders(&mut tx, &test.scope(), today, &keys.whole(&right)).await.unwrap()
    };
    assert_eq!(holders, [id]);
    let other = format!("/people/1-{}/facts/number", members[1]);
    let carry = open(&worker, &other).await;
    let refused = worker.post(&other, &format!("{carry}&value={right}&also=yes"), HERE).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("登记在另一个人名下"), "{}", refused.text());
}

#[tokio::test]
async fn numbers_are_looked_at_so_often_a_day_and_no_more() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let page = worker.get("/people").await.body;
    let key = page.split("name=\"i\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let at = format!("/people/{key}/reveal");
    let purpose = "purpose=%E8%B5%B0%E8%AE%BF";
    for _ in 0..crate::base::trail::REVEALS {
        worker.post(&at, purpose, "http://liren.test").await.expect(StatusCode::OK);
    }
    let refused = worker.post(&at, purpose, "http://liren.test").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("已满"), "{}", refused.text());
    // Somebody else still may, and the secretary is told.
    let other = test.signed_in(Role::Worker, 0).await;
    other.post(&at, purpose, "http://liren.test").await.expect(StatusCode::OK);
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let audit = secretary.get("/audit").await.expect(StatusCode::OK);
    assert!(audit.text().contains("看号码很多") && audit.text().contains("看了 60 次"), "{}", audit.text());
}
