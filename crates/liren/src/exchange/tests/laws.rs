//! What holds of lists whatever they say: the order in which two are read, a second reading, silence.

use std::collections::BTreeSet;

use liren_facts::Day;

use super::cases::{book, id, row, six};
use super::*;
use crate::base::Write;
use crate::base::undo::{Only, undo};
use crate::figures::{Ask, Desk};
use crate::people::PersonLine;

/// A sequence of numbers that is always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const HEAD: [&str; 10] =
    ["户编号", "姓名", "性别", "身份证号", "与户主关系", "住址", "居住性质", "婚姻状况", "政治面貌", "备注"];
const NOTHING: [&str; 8] = ["", "不详", "无", "/", "待补", "0", "99999999", "—"];

/// A roster of some families, as it stood at one time.
fn roster(chance: &mut Chance) -> Vec<Vec<String>> {
    let mut rows = vec![row(&HEAD)];
    for family in 0..4 {
        let home = format!("幸福小区{}号楼1单元{}", 1 + family / 2, 101 + family);
        for member in 0..1 + chance.below(3) {
            let relation = ["户主", "妻", "子"][member];
            let number = id(1950 + 6 * family as i32 + member as i32, if member == 1 { 2 } else { 1 });
            let name = format!("{}{}", ["赵", "钱", "孙", "李"][family], ["德福", "秀英", "建军"][member]);
            let sex = if member == 1 { "女" } else { "男" };
            let residency = chance.pick(&["常住", "常住", "暂住", "空挂"]);
            let marital = chance.pick(&["已婚", "未婚", "丧偶", ""]);
            let political = chance.pick(&["群众", "中共党员", ""]);
            rows.push(row(&[
                &format!("F{family}"),
                &name,
                sex,
                &number,
                relation,
                &home,
                residency,
                marital,
                political,
                "",
            ]));
        }
    }
    rows
}

/// The same families some time later: somebody died or left, somebody is new, words differ.
fn later(chance: &mut Chance, before: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut rows = before.to_vec();
    for cells in &mut rows[1..] {
        match chance.below(8) {
            0 => cells[9] = "2013年4月去世".to_owned(),
            1 => cells[9] = "2013-05-06迁出".to_owned(),
            2 => cells[6] = chance.pick(&["常住", "暂住", "空挂"]).to_owned(),
            3 => cells[7] = chance.pick(&["已婚", "丧偶"]).to_owned(),
            _ => {}
        }
    }
    let mut cells = rows[1].clone();
    cells[1] = "赵小宝".to_owned();
    cells[2] = "男".to_owned();
    cells[3] = number("20130305", 7);
    cells[4] = "孙子".to_owned();
    cells[6] = "常住".to_owned();
    cells[7] = String::new();
    cells[8] = String::new();
    cells[9] = String::new();
    rows.push(cells);
    rows
}

/// What is known of everybody on a day, by number, without ids and sources: those tell of the reading.
async fn known(test: &TestApp, on: &str) -> Vec<String> {
    let mut tx = test.app.db.read().await.unwrap();
    let scope = test.scope();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let day = Day::parse(on).unwrap();
    let lines = queries::lines(&mut tx, &scope, day, &ids).await.unwrap();
    let homes = crate::places::queries::dwellings(&mut tx, &scope, day).await.unwrap();
    let numbers = crate::people::identity::open(&test.app, &mut tx, &scope, day, None).await.unwrap();
    let companions =
        |line: &PersonLine| lines.iter().filter(|l| l.household.is_some() && l.household == line.household).count();
    let mut out: Vec<String> = lines
        .iter()
        .map(|l| {
            let home = homes.iter().find(|d| Some(d.id) == l.dwelling).map(|d| d.label()).unwrap_or_default();
            format!(
                "{} {:?} alive {:?} hukou {:?} lives {:?} home {home} with {} relation {:?} {:?} {:?}",
                numbers.get(&l.id).and_then(|n| n.id_number.clone()).unwrap_or_default(),
                l.name,
                l.alive,
                l.hukou_here,
                l.lives_here,
                companions(l),
                l.relation,
                l.marital,
                l.political,
            )
        })
        .collect();
    out.sort();
    out
}

const COUNTED: [&str; 6] = [
    "population.total", "population.resident", "population.temporary", "population.hukou_only",
    "population.households", "area.buildings",
];

const HAPPENED: [&str; 4] = ["population.births", "population.deaths", "population.moved_in", "population.moved_out"];

/// The figures of a day: the number, and how many are unknown to it.
async fn figures(test: &TestApp, ids: &[&str], on: &str) -> Vec<(Option<i64>, usize)> {
    let on = Day::parse(on).unwrap();
    let period = liren_facts::Period { first: Day::ymd(on.year(), 1, 1).unwrap(), last: on };
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let mut out = Vec::new();
    for id in ids {
        let figure = test.app.packs().figure(id).cloned().unwrap();
        let value = desk.value(&figure, &Ask::of(period)).await.unwrap();
        out.push((value.number, value.unknown as usize));
    }
    out
}

#[tokio::test]
async fn the_order_in_which_two_rosters_are_read_changes_nothing() {
    for seed in 1..=10 {
        let mut chance = Chance(seed * 7919);
        let first = roster(&mut chance);
        let second = later(&mut chance, &first);
        let (first, second) = (book("居民", &first), book("居民", &second));
        let (forward, backward) = (TestApp::empty().await, TestApp::empty().await);
        read(&forward, "去年.xlsx", &first, "2012-12-31").await;
        read(&forward, "今年.xlsx", &second, "2013-10-31").await;
        read(&backward, "今年.xlsx", &second, "2013-10-31").await;
        read(&backward, "去年.xlsx", &first, "2012-12-31").await;
        for on in ["2012-12-31", "2013-04-15", "2013-10-31", "2013-11-20"] {
            assert_eq!(known(&forward, on).await, known(&backward, on).await, "seed {seed}, {on}");
            for ids in [&COUNTED[..], &HAPPENED] {
                assert_eq!(figures(&forward, ids, on).await, figures(&backward, ids, on).await, "seed {seed}, {on}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_read_twice_changes_nothing_the_second_time() {
    for seed in 1..=10 {
        let mut chance = Chance(seed * 104_729);
        let first = roster(&mut chance);
        let second = later(&mut chance, &first);
        let test = TestApp::empty().await;
        read(&test, "去年.xlsx", &book("居民", &first), "2012-12-31").await;
        let later = book("居民", &second);
        read(&test, "今年.xlsx", &later, "2013-10-31").await;
        let again = read(&test, "今年.xlsx", &later, "2013-10-31").await;
        assert_eq!((again.counts.new, again.counts.changed, again.revision), (0, 0, None), "seed {seed}");
    }
}

#[tokio::test]
async fn silence_and_words_for_nothing_never_raise_what_is_known() {
    for seed in 1..=10 {
        let mut chance = Chance(seed * 15_485_863);
        let full = roster(&mut chance);
        let mut holes = full.clone();
        for cells in &mut holes[1..] {
            for (at, cell) in cells.iter_mut().enumerate() {
                // Who somebody is stays: a row without name and number is nobody's.
                if !matches!(at, 1 | 3) && chance.below(3) == 0 {
                    *cell = chance.pick(&NOTHING).to_owned();
                }
            }
        }
        let (whole, holed, both) = (TestApp::empty().await, TestApp::empty().await, TestApp::empty().await);
        read(&whole, "全.xlsx", &book("居民", &full), "2012-12-31").await;
        read(&holed, "缺.xlsx", &book("居民", &holes), "2012-12-31").await;
        for ((id, all), some) in COUNTED
            .iter()
            .zip(figures(&whole, &COUNTED, "2012-12-31").await)
            .zip(figures(&holed, &COUNTED, "2012-12-31").await)
        {
            // Families that no number, home or relation joins any more are counted apart.
            if *id != "population.households" {
                assert!(some.0 <= all.0, "seed {seed} {id}: {some:?} of {all:?}");
            }
        }
        // And read over what is known it takes nothing away and adds nothing.
        read(&both, "全.xlsx", &book("居民", &full), "2012-12-31").await;
        let before = known(&both, "2013-10-31").await;
        let outcome = read(&both, "缺.xlsx", &book("居民", &holes), "2013-10-31").await;
        assert_eq!(known(&both, "2013-10-31").await, before, "seed {seed}");
        let changes = &outcome.changes;
        assert_eq!((outcome.counts.new, outcome.counts.changed), (0, 0), "seed {seed} {changes:?}");
    }
}

#[tokio::test]
async fn everybody_is_resident_temporary_registered_only_elsewhere_or_unknown() {
    for seed in 1..=10 {
        let mut chance = Chance(seed * 32_452_843);
        let mut rows = roster(&mut chance);
        for cells in &mut rows[1..] {
            match chance.below(6) {
                0 => cells[6] = chance.pick(&["", "不详", "注销", "1"]).to_owned(),
                1 => cells[9] = chance.pick(&["已故", "2012年迁出", "搬走"]).to_owned(),
                _ => {}
            }
        }
        let test = TestApp::empty().await;
        let outcome = read(&test, "名册.xlsx", &book("居民", &rows), "2012-12-31").await;
        let c = &outcome.reading.counts;
        let sum =
            c.active_resident + c.active_temporary + c.active_hukou_only + c.active_unknown + c.deceased + c.moved_out;
        assert_eq!(sum, outcome.reading.people.len(), "seed {seed}");
        // The register says the same: each is one of four, dead, or a question.
        let people = register(&test).await;
        let of = |want: fn(&PersonLine) -> bool| people.iter().filter(|p| want(&p.1)).count();
        let dead = of(|l| l.alive == Some(false));
        let told = of(|l| l.alive != Some(false) && l.residency().is_some());
        let unknown = of(|l| l.alive != Some(false) && l.residency().is_none());
        assert_eq!(dead + told + unknown, outcome.reading.people.len(), "seed {seed}");
        assert_eq!((dead, unknown), (c.deceased, c.active_unknown), "seed {seed}");
    }
}

/// The stages of everybody on a day, and what is known of when they were entered.
async fn stages(test: &TestApp, on: &str) -> Vec<String> {
    let scope = test.scope();
    let mut tx = test.app.db.read().await.unwrap();
    let day = Day::parse(on).unwrap();
    let found = crate::programmes::queries::enrolments(&mut tx, &scope, "minimum-living", day).await.unwrap();
    let ids: Vec<_> = found.values().map(|(id, _)| *id).collect();
    let kept = crate::base::stages::transitions(&mut tx, &scope, &ids).await.unwrap();
    let mut out: Vec<String> = found
        .iter()
        .map(|(subject, (id, stage))| {
            let entered = kept[id].iter().map(|k| format!("{} {:?} {}", k.value.stage, k.value.first, k.value.last));
            let entered: BTreeSet<String> = entered.collect();
            // Households are counted in the order of the roster, which is read first both times.
            format!("{subject:?} {stage} {entered:?}")
        })
        .collect();
    out.sort();
    out
}

#[tokio::test]
async fn the_order_in_which_two_ledgers_are_read_changes_nothing() {
    for seed in 1..=10 {
        let mut chance = Chance(seed * 49_979_687);
        let roster = six();
        let (mut first, mut second) = (vec![row(&["低保台账"])], vec![row(&["低保台账"])]);
        first.push(row(&["姓名", "身份证号", "享受时间", "月保障金"]));
        second.push(row(&["姓名", "身份证号", "保障状态", "享受时间", "停发时间"]));
        for person in &roster[1..] {
            let since = chance.pick(&["2011-03-01", "2012-06", ""]);
            let (was_there, is_there) = (chance.below(4) > 0, chance.below(4) > 0);
            if was_there {
                let told = if chance.below(2) == 0 { since } else { "" };
                first.push(row(&[&person[0], &person[2], told, "430"]));
            }
            let stopped = was_there && chance.below(3) == 0;
            if is_there {
                let told = if chance.below(2) == 0 && was_there { since } else { "" };
                let (state, day) = if stopped { ("停保", chance.pick(&["2013-04-01", ""])) } else { ("在保", "") };
                second.push(row(&[&person[0], &person[2], state, told, day]));
            }
        }
        let (first, second) = (book("台账", &first), book("台账", &second));
        let (forward, backward) = (TestApp::empty().await, TestApp::empty().await);
        for test in [&forward, &backward] {
            read(test, "名册.xlsx", &book("居民", &roster), "2012-06-30").await;
        }
        read(&forward, "去年.xlsx", &first, "2012-12-31").await;
        read(&forward, "今年.xlsx", &second, "2013-10-31").await;
        read(&backward, "今年.xlsx", &second, "2013-10-31").await;
        read(&backward, "去年.xlsx", &first, "2012-12-31").await;
        for on in ["2011-06-01", "2012-12-31", "2013-04-15", "2013-10-31"] {
            assert_eq!(stages(&forward, on).await, stages(&backward, on).await, "seed {seed}, {on}");
        }
    }
}

#[tokio::test]
async fn a_list_taken_back_leaves_every_figure_as_it_was() {
    for seed in 1..=6 {
        let mut chance = Chance(seed * 67_867_967);
        let first = roster(&mut chance);
        let second = later(&mut chance, &first);
        let ledger = {
            let mut rows = vec![row(&["低保台账"]), row(&["姓名", "身份证号", "保障状态", "享受时间"])];
            for person in &second[1..] {
                if chance.below(2) == 0 {
                    continue;
                }
                rows.push(row(&[&person[1], &person[3], "在保", chance.pick(&["2013-03-01", ""])]));
            }
            book("台账", &rows)
        };
        let test = TestApp::empty().await;
        read(&test, "去年.xlsx", &book("居民", &first), "2012-12-31").await;
        let mut before = Vec::new();
        for on in ["2012-12-31", "2013-11-20"] {
            before.push((
                known(&test, on).await,
                figures(&test, &COUNTED, on).await,
                figures(&test, &HAPPENED, on).await,
            ));
        }
        let on = "2013-11-20";
        let receiving = "relief.households";
        let helped = figures(&test, &[receiving], on).await;
        let list = read(&test, "今年.xlsx", &book("居民", &second), "2013-10-31").await;
        let aid = read(&test, "低保.xlsx", &ledger, "2013-10-31").await;
        // The last first: what somebody is enrolled in goes before the person does.
        for outcome in [aid, list] {
            let Some(revision) = outcome.revision else { continue };
            let mut w = Write::begin(&test.app, &test.operator(), test.scope().community, "撤回").await.unwrap();
            let undone = undo(&mut w, revision, Only::All).await.unwrap();
            assert!(undone.edited.is_empty() && undone.refused.is_empty(), "seed {seed} {undone:?}");
            w.commit().await.unwrap();
        }
        let mut now = Vec::new();
        for on in ["2012-12-31", "2013-11-20"] {
            now.push((known(&test, on).await, figures(&test, &COUNTED, on).await, figures(&test, &HAPPENED, on).await));
        }
        assert_eq!(now, before, "seed {seed}");
        assert_eq!(figures(&test, &[receiving], on).await, helped, "seed {seed}");
    }
}
