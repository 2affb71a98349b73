//! Stories of people: who sees whom, how they are found, what is masked, merging and erasing.

use axum::http::StatusCode;

use super::lives::{self, Wedding};
use super::{Residency, identity, merging, queries};
use crate::base::{DwellingId, HouseholdId, Needs, PersonId};
use crate::base::{Origin, Role, Write};
use crate::figures::Desk;
use crate::testing::TestApp;

#[tokio::test]
async fn a_building_head_sees_only_their_building() {
    let test = TestApp::demo().await;
    let building = test.area("榆园小区16号楼").await;
    let head = test.signed_in(Role::BuildingHead, building).await;
    let page = head.get("/people").await.expect(StatusCode::OK);
    let text = page.text();
    assert!(text.contains("榆园小区16号楼"));
    assert!(!text.contains("榆园小区15号楼") && !text.contains("朝阳花园"));
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let all = secretary.get("/people").await.expect(StatusCode::OK);
    let first = all.body.split("href=\"/people/1-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    head.get(&format!("/people/1-{first}")).await.expect(StatusCode::NOT_FOUND);
    secretary.get(&format!("/people/1-{first}")).await.expect(StatusCode::OK);
    secretary.get(&format!("/people/2-{first}")).await.expect(StatusCode::NOT_FOUND);
    secretary.get("/people/nonsense").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_is_listed_in_full() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let page = worker.get("/people").await.expect(StatusCode::OK);
    let mut tx = test.app.db.read().await.unwrap();
    let numbers = identity::open(&test.app, &mut tx, &test.scope(), test.app.clock.today(), None).await.unwrap();
    for n in numbers.values().take(2_000) {
        if let Some(number) = &n.id_number {
            assert!(!page.body.contains(number.as_str()));
        }
    }
    assert!(page.body.contains("**********"));
}

#[tokio::test]
async fn people_are_found_by_initials_address_and_the_tail_of_a_number() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let mut tx = test.app.db.read().await.unwrap();
    let ids = queries::everyone(&mut tx, &test.scope()).await.unwrap();
    let lines = queries::lines(&mut tx, &test.scope(), test.app.clock.today(), &ids[..400]).await.unwrap();
    let line = lines.iter().find(|l| l.lives_here == Some(true) && l.alive == Some(true)).unwrap();
    let link = format!("/people/1-{}\"", line.id);
    let name = line.name.clone().unwrap();
    let initials = liren_facts::name::initials(&name).remove(0);
    let number = identity::open(&test.app, &mut tx, &test.scope(), test.app.clock.today(), Some(&[line.id]))
        .await
        .unwrap()[&line.id]
        .id_number
        .clone()
        .unwrap();
    let home = crate::places::queries::dwellings(&mut tx, &test.scope(), test.app.clock.today())
        .await
        .unwrap()
        .into_iter()
        .find(|d| Some(d.id) == line.dwelling)
        .unwrap();
    drop(tx);
    let ways = [
        initials,
        number[14..].to_owned(),
        format!("{}{}-{}-{}", home.estate_name, home.building_name, home.unit, home.room),
    ];
    for way in ways {
        let encoded: String = way.bytes().map(|b| format!("%{b:02X}")).collect();
        let mut found = false;
        for skip in [0, 50, 100, 150] {
            let page = worker.get(&format!("/people?q={encoded}&skip={skip}")).await.expect(StatusCode::OK);
            found |= page.body.contains(&link);
        }
        assert!(found, "not found by {way}");
    }
    let none = worker.get("/people?q=zzzzzz").await.expect(StatusCode::OK);
    assert!(none.text().contains("没有符合条件的居民"));
}

#[tokio::test]
async fn the_pages_speak_english_when_asked() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await.english();
    for path in ["/figures", "/quality", "/figures/population.total", "/proof"] {
        let page = worker.get(path).await.expect(StatusCode::OK);
        assert!(page.body.contains("<html lang=\"en\">"));
        let chinese: String =
            strip_marked(&page.body).chars().filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c)).collect();
        assert!(chinese.is_empty(), "{path}: {chinese}");
    }
}

/// The page without elements that are marked as Chinese, without tags and code.
fn strip_marked(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |e| at + e + 1);
        let tag = &rest[at..end];
        let name: String = tag[1..].chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        rest = &rest[end..];
        if tag.contains("lang=\"zh\"") || name == "code" || name == "option" {
            let close = format!("</{name}>");
            rest = rest.find(&close).map_or("", |c| &rest[c + close.len()..]);
        }
    }
    out.push_str(rest);
    out
}

#[tokio::test]
async fn two_records_of_one_person_are_merged_and_taken_apart_again() {
    let test = TestApp::own_demo().await;
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let value = desk.whole(&total).await.unwrap();
    let ids = value.ids.unwrap().1;
    let (one, other) = (ids[0], ids[1]);
    let mut w = Write::begin(&test.app, &test.operator(), 1, "合并重复").await.unwrap();
    merging::merge(&mut w, test.mine(PersonId(other)), test.mine(PersonId(one)), "同一人登记两次").await.unwrap();
    assert!(merging::merge(&mut w, test.mine(PersonId(one)), test.mine(PersonId(other)), "绕圈").await.is_err());
    w.commit().await.unwrap();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4267));
    let mut w = Write::begin(&test.app, &test.operator(), 1, "撤销合并").await.unwrap();
    merging::unmerge(&mut w, test.mine(PersonId(one)), PersonId(other), "其实是两个人").await.unwrap();
    assert!(merging::unmerge(&mut w, test.mine(PersonId(one)), PersonId(other), "再撤一次").await.is_err());
    w.commit().await.unwrap();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4268));
}

#[tokio::test]
async fn a_merged_record_leads_to_the_one_it_stands_for_however_often_it_was_merged() {
    let test = TestApp::own_demo().await;
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let ids = desk.whole(&total).await.unwrap().ids.unwrap().1;
    for (duplicate, keep) in [(ids[2], ids[1]), (ids[1], ids[0])] {
        let mut w = Write::begin(&test.app, &test.operator(), 1, "合并重复").await.unwrap();
        merging::merge(&mut w, test.mine(PersonId(duplicate)), test.mine(PersonId(keep)), "同一人").await.unwrap();
        assert!(
            merging::merge(&mut w, test.mine(PersonId(keep)), test.mine(PersonId(duplicate)), "绕圈").await.is_err()
        );
        w.commit().await.unwrap();
    }
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4266));
    let worker = test.signed_in(Role::Worker, 0).await;
    for merged in &ids[1..=2] {
        let answer = worker.get(&format!("/people/1-{merged}")).await;
        assert_eq!(answer.location, Some(format!("/people/1-{}", ids[0])));
    }
    let page = worker.get(&format!("/people/1-{}", ids[0])).await.text();
    assert!(page.contains(&format!("并进来的 1-{}", ids[1])), "{page}");
}

#[tokio::test]
async fn what_a_record_says_itself_wins_over_what_was_merged_into_it() {
    let test = TestApp::own_demo().await;
    let scope = test.scope();
    let today = test.app.clock.today();
    let mut tx = test.app.db.read().await.unwrap();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let lines = queries::lines(&mut tx, &scope, today, &ids).await.unwrap();
    drop(tx);
    let of = |sex: &str| {
        let mut found = lines.iter().filter(|l| l.sex.as_deref() == Some(sex));
        (found.next().unwrap().id, found.next_back().unwrap().id)
    };
    let ((first_man, last_man), (first_woman, last_woman)) = (of("1"), of("2"));
    // Once the lower id is kept, once the higher: the order of ids decides nothing.
    let pairs = [(last_woman, first_man), (first_woman, last_man)];
    let mut w = Write::begin(&test.app, &test.operator(), 1, "合并重复").await.unwrap();
    for (duplicate, keep) in pairs {
        merging::merge(&mut w, test.mine(PersonId(duplicate)), test.mine(PersonId(keep)), "同一人").await.unwrap();
    }
    w.commit().await.unwrap();
    let mut tx = test.app.db.read().await.unwrap();
    let moment = test.app.moment(&mut tx, 1, today).await.unwrap();
    let look = crate::base::Look::new(test.app.world(&mut tx, moment, &Needs::all(test.app.schema())).await.unwrap());
    let kind = test.app.schema().kind("person").unwrap();
    let values = test.app.values(&mut tx, moment).await.unwrap();
    let men = look.set(kind, "person.sex == \"1\"", &values).unwrap();
    let frame = look.world.frame(kind);
    for (duplicate, keep) in pairs {
        assert!(frame.row_of(duplicate).is_none());
        assert!(men.yes.contains(frame.row_of(keep).unwrap()));
    }
}

#[tokio::test]
async fn erasing_somebody_changes_no_past_figure_and_leaves_no_number_behind() {
    let test = TestApp::own_demo().await;
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let id = desk.whole(&total).await.unwrap().ids.unwrap().1[0];
    let mut w = Write::begin(&test.app, &test.operator(), 1, "本人申请删除").await.unwrap();
    identity::erase(&test.app, &mut w, test.mine(PersonId(id)), "本人申请").await.unwrap();
    w.commit().await.unwrap();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4268));
    let mut tx = test.app.db.read().await.unwrap();
    assert!(
        identity::open(&test.app, &mut tx, &test.scope(), test.app.clock.today(), Some(&[id]))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_move_inside_the_community_cancels_out() {
    let test = TestApp::own_demo().await;
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let ids = desk.whole(&total).await.unwrap().ids.unwrap().1;
    let mut tx = test.app.db.read().await.unwrap();
    let homes = crate::places::queries::dwellings(&mut tx, &test.scope(), test.app.clock.today()).await.unwrap();
    drop(tx);
    let mut w = Write::begin(&test.app, &test.operator(), 1, "区内搬家").await.unwrap();
    let day = liren_facts::Day::ymd(2013, 11, 18).unwrap();
    let (one, other) = (test.mine(PersonId(ids[0])), test.mine(PersonId(ids[1])));
    let (none, home, household) = (Origin::default(), DwellingId(homes[5].id), test.mine(HouseholdId(1)));
    lives::move_within(&mut w, day, one, test.mine(home), None, &none).await.unwrap();
    lives::change_of_head(&mut w, day, household, Some(one), other, &none).await.unwrap();
    lives::wed(&mut w, day, Wedding::Divorce, one, Some(other), &none).await.unwrap();
    crate::base::states::confirm(&mut w, Residency::TABLE, &ids[..1], day).await.unwrap();
    w.commit().await.unwrap();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    assert_eq!(desk.whole(&total).await.unwrap().number, Some(4268));
    let ask = crate::figures::Ask::of(desk.this_year());
    for check in crate::figures::checks(&mut desk, &ask).await.unwrap() {
        assert_eq!(check.holds, Some(true), "{} {}", check.because.zh, check.arithmetic);
    }
}

#[tokio::test]
async fn the_word_of_a_residency_is_the_one_the_pack_derives() {
    let test = TestApp::demo().await;
    let (scope, today) = (test.scope(), test.app.clock.today());
    let mut tx = test.app.db.read().await.unwrap();
    let moment = test.app.moment(&mut tx, 1, today).await.unwrap();
    let look = crate::base::Look::new(test.app.world(&mut tx, moment, &Needs::all(test.app.schema())).await.unwrap());
    let kind = test.app.schema().kind("person").unwrap();
    let values = test.app.values(&mut tx, moment).await.unwrap();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let lines = queries::lines(&mut tx, &scope, today, &ids).await.unwrap();
    let frame = look.world.frame(kind);
    for word in ["resident", "temporary", "hukou_only", "elsewhere"] {
        let text = format!("person.residency == \"{word}\"");
        let set = look.set(kind, &text, &values).unwrap();
        let (mut yes, mut unknown) = (0, 0);
        for line in &lines {
            let Some(row) = frame.row_of(line.id) else {
                continue;
            };
            yes += usize::from(line.residency() == Some(word));
            unknown += usize::from(line.residency().is_none());
            assert_eq!(set.yes.contains(row), line.residency() == Some(word), "{word}");
        }
        assert_eq!((set.yes.count(), set.unknown.count()), (yes, unknown), "{word}");
        assert!(yes > 0, "{word}");
    }
}

#[tokio::test]
async fn a_head_sees_no_member_of_a_household_who_lives_elsewhere() {
    let test = TestApp::own_demo().await;
    let (scope, today) = (test.scope(), test.app.clock.today());
    let area = test.area("榆园小区16号楼").await;
    let mut tx = test.app.db.read().await.unwrap();
    let homes = crate::places::queries::dwellings(&mut tx, &scope, test.app.clock.today()).await.unwrap();
    let far = homes.iter().find(|d| d.area != Some(area)).unwrap().id;
    let near: Vec<i64> = homes.iter().filter(|d| d.area == Some(area)).map(|d| d.id).collect();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let lines = queries::lines(&mut tx, &scope, today, &ids).await.unwrap();
    let here: Vec<_> =
        lines.iter().filter(|l| l.dwelling.is_some_and(|d| near.contains(&d)) && l.lives_here == Some(true)).collect();
    let (one, other) = here
        .iter()
        .find_map(|a| {
            let b = here.iter().find(|b| b.household == a.household && b.id != a.id)?;
            Some((a.id, b.id))
        })
        .unwrap();
    drop(tx);
    let head = test.signed_in(Role::BuildingHead, area).await;
    let link = format!("/people/1-{other}\"");
    let page = format!("/people/1-{one}");
    assert!(head.get(&page).await.body.contains(&link));
    let mut w = Write::begin(&test.app, &test.operator(), 1, "搬家").await.unwrap();
    let (other_, far) = (test.mine(PersonId(other)), test.mine(DwellingId(far)));
    lives::move_within(&mut w, today, other_, far, None, &Origin::default()).await.unwrap();
    w.commit().await.unwrap();
    assert!(!head.get(&page).await.body.contains(&link));
    let secretary = test.signed_in(Role::Secretary, 0).await;
    assert!(secretary.get(&page).await.body.contains(&link));
}

#[tokio::test]
async fn problems_are_told_in_words_and_within_ones_area() {
    let test = TestApp::own_demo().await;
    let area = test.area("榆园小区16号楼").await;
    let (scope, today) = (test.scope(), test.app.clock.today());
    let mut tx = test.app.db.read().await.unwrap();
    let homes = crate::places::queries::dwellings(&mut tx, &scope, test.app.clock.today()).await.unwrap();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let lines = queries::lines(&mut tx, &scope, today, &ids).await.unwrap();
    let of = |inside: bool| {
        let lives = |home: i64| homes.iter().any(|d| d.id == home && (d.area == Some(area)) == inside);
        lines.iter().find(|l| l.dwelling.is_some_and(lives)).unwrap().id
    };
    let (mine, other) = (of(true), of(false));
    drop(tx);
    let mut tx = test.app.db.write().await.unwrap();
    tx.run("delete from import_problem where community_id = 1", liren_store::params![]).await.unwrap();
    let columns = ["community_id", "id", "source_id", "sheet", "row_number", "kind", "level", "person_id"];
    let row = |id: i64, kind: &str, person: i64| liren_store::params![1, id, 1, "表", id, kind, "error", person];
    let rows = vec![row(1, "id_bad_checksum", mine), row(2, "id_bad_length", other)];
    tx.insert("import_problem", &columns, rows).await.unwrap();
    tx.commit().await.unwrap();
    let head = test.signed_in(Role::BuildingHead, area).await;
    let seen = head.get("/quality").await.text();
    assert!(seen.contains("校验位") && !seen.contains("身份证号位数不对"), "{seen}");
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let all = secretary.get("/quality").await.text();
    assert!(all.contains("校验位") && all.contains("身份证号位数不对") && !all.contains("id_bad"), "{all}");
}

#[tokio::test]
async fn one_changed_person_is_put_into_the_frame_that_is_there() {
    use super::{Membership, Schooling};
    let test = TestApp::own_demo().await;
    let app = test.app.forgetful();
    let today = app.clock.today();
    let needs = Needs::of(app.schema(), ["person"]);
    let person = app.schema().kind("person").unwrap();
    let mut tx = app.db.read().await.unwrap();
    let moment = app.moment(&mut tx, 1, today).await.unwrap();
    let before = app.world(&mut tx, moment, &needs).await.unwrap();
    let id = PersonId(before.frame(person).id(17));
    drop(tx);
    let mut w = Write::begin(&app, &test.operator(), 1, "走访").await.unwrap();
    Schooling { education: Some("90".into()) }.record(&mut w, id, today, &Origin::default()).await.unwrap();
    Membership::end(&mut w, id, today).await.unwrap();
    w.commit().await.unwrap();
    let mut tx = app.db.read().await.unwrap();
    let moment = app.moment(&mut tx, 1, today).await.unwrap();
    let patched = app.world(&mut tx, moment, &needs).await.unwrap();
    assert_eq!(app.patches(), 1);
    let anew = app.forgetful().world(&mut tx, moment, &needs).await.unwrap();
    let (patched, anew) = (patched.frame(person), anew.frame(person));
    for row in 0..anew.len() as u32 {
        for slot in (0..app.schema().kind_of(person).columns.len()).map(|slot| liren_rules::Slot(slot as u16)) {
            assert_eq!(patched.cell(slot, row), anew.cell(slot, row), "row {row}, column {slot:?}");
        }
    }
}

/// The number beside a view or a saved list.
fn counted(page: &str, name: &str) -> usize {
    let after = page.split(&format!("{name} <span class=\"n\">")).nth(1).unwrap();
    after.split('<').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_list_is_cut_by_conditions_kept_by_a_name_and_says_who_may_belong() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let all = counted(&worker.get("/people").await.expect(StatusCode::OK).body, "实有");
    let old = worker.get("/people?c=age.ge.80").await.expect(StatusCode::OK);
    assert_eq!(counted(&old.body, "实有"), 7);
    assert!(old.text().contains("年龄不小于80"));
    // What holds, what does not and what nobody knows are everybody.
    let count =
        async |c: &str| counted(&worker.get(&format!("/people?c={c}")).await.expect(StatusCode::OK).body, "实有");
    let (at_least, at_most, maybe) =
        (count("age.ge.60").await, count("age.le.59").await, count("age.ge.60&maybe=true").await);
    assert_eq!(at_least + at_most + maybe, all);
    // On the roll of a line of work or not: nobody in between.
    let (on, off) = (count("resident-pension.in.%2B").await, count("resident-pension.in.-").await);
    assert!(on > 0);
    assert_eq!(on + off, all);
    // A condition is added by a form, and one of the same kind takes its place.
    let added = worker.get("/people/condition?c=age.ge.80&field=age&op=ge&v=70").await;
    assert_eq!(added.expect(StatusCode::SEE_OTHER).location.unwrap(), "/people?c=age.ge.70");
    let both = worker.get("/people/condition?c=age.ge.70&field=marital&v=30&v=40").await;
    assert_eq!(both.expect(StatusCode::SEE_OTHER).location.unwrap(), "/people?c=age.ge.70~marital.in.30,40");
    let nothing = worker.get("/people/condition?c=age.ge.70&field=marital").await;
    assert!(nothing.expect(StatusCode::SEE_OTHER).location.unwrap().contains("add=marital"));
    for wrong in ["c=nonsense.in.1", "c=age.ge.x", "c=age.ge.80%22", "c=marital.in.%22%20or%201"] {
        worker.get(&format!("/people?{wrong}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Kept by a name it stands beside the views with its number; the same name is the same list.
    let here = "http://liren.test";
    let keep = |c: &str| format!("name=%E9%AB%98%E9%BE%84%E8%80%81%E4%BA%BA&c={c}&residency=&cols=phone");
    worker.post("/people/lists", &keep("age.ge.80"), here).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(counted(&worker.get("/people").await.body, "高龄老人"), 7);
    worker.post("/people/lists", &keep("age.ge.60"), here).await.expect(StatusCode::SEE_OTHER);
    let page = worker.get("/people").await.body;
    assert_eq!(counted(&page, "高龄老人"), at_least);
    assert_eq!(page.matches("高龄老人").count(), 1);
    // A head of a building opens the same list and sees their own.
    let building = test.area("榆园小区16号楼").await;
    let head = test.signed_in(Role::BuildingHead, building).await;
    let own = head.get("/people?c=age.ge.60&cols=phone").await.expect(StatusCode::OK);
    assert!(counted(&own.body, "高龄老人") < at_least);
    head.post("/people/lists", &keep("age.ge.60"), here).await.expect(StatusCode::FORBIDDEN);
    // A list without a condition or a name is no list.
    worker.post("/people/lists", "name=x&c=", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.post("/people/lists", "name=&c=age.ge.60", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}
