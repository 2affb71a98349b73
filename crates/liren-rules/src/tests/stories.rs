//! Stories: one community of a few people, and what the engine says about them.

use std::sync::Arc;

use super::town::{self, TODAY};
use crate::{
    Ask, Bitmap, Checked, Explanation, FrameBuilder, Place, Program, Schema, Value, Values, Want, World, explain,
};

/// Two households: Wang (81, born only to the month, registration unknown) with Li; Zhao alone.
fn street(schema: &Arc<Schema>) -> World {
    let household = schema.kind("household").unwrap();
    let mut homes = FrameBuilder::new(schema, household);
    let (income, own) = (homes.slot("income").unwrap(), homes.slot("own_home").unwrap());
    let one = homes.push(1);
    homes.set_int(one, income, Some(600));
    homes.set_bool(one, own, Some(true));
    homes.push(2);
    let person = schema.kind("person").unwrap();
    let mut people = FrameBuilder::new(schema, person);
    let slot = |p: &FrameBuilder, name: &str| p.slot(name).unwrap();
    let (home, born, sex) = (slot(&people, "household"), slot(&people, "born"), slot(&people, "sex"));
    let (here, hukou) = (slot(&people, "lives_here"), slot(&people, "hukou_here"));
    let spouse = slot(&people, "spouse");
    let wang = people.push(11);
    people.set_one(wang, home, Some(1));
    people.set_partial_day(wang, born, Some((-13_700, -13_670)));
    people.set_code(wang, sex, Some("女"));
    people.set_bool(wang, here, Some(true));
    let li = people.push(12);
    people.set_one(li, home, Some(1));
    people.set_partial_day(li, born, Some((0, 0)));
    people.set_code(li, sex, Some("male"));
    people.set_bool(li, here, Some(false));
    people.set_bool(li, hukou, Some(true));
    people.set_absent(li, spouse);
    let zhao = people.push(13);
    people.set_one(zhao, home, Some(2));
    people.set_bool(zhao, here, Some(true));
    people.set_bool(zhao, hukou, Some(true));
    people.set_code(zhao, sex, Some("robot"));
    assert_eq!(people.strange(), [("sex", "robot", 1)]);
    World::new(schema.clone(), TODAY, [Arc::new(homes.finish()), Arc::new(people.finish())]).complete()
}

fn params() -> Values {
    [("elder-allowance.age".to_string(), 80), ("low-income.line".to_string(), 400)].into()
}

fn checked(schema: &Schema, kind: &str, text: &str, want: Want) -> Checked {
    let place = Place::nowhere();
    let ask = Ask { kind: schema.kind(kind).unwrap(), text, place: &place, pack: "elder-allowance", want };
    schema.check(&ask).0.unwrap()
}

/// The answers for Wang, Li and Zhao: `+` yes, `-` no, `?` unknown.
fn answers(text: &str) -> String {
    let schema = town::schema();
    let world = street(&schema);
    let program = Program::new(&world, &[checked(&schema, "person", text, Want::Condition)], &params());
    let set = program.run(&world).outcomes.remove(0).into_set().unwrap();
    (0..3).map(|row| set.answer(row).map_or('?', |yes| if yes { '+' } else { '-' })).collect()
}

#[test]
fn unknown_is_never_no() {
    assert_eq!(answers("lives_here"), "+-+");
    assert_eq!(answers("hukou_here"), "?++");
    assert_eq!(answers("hukou_here || !hukou_here"), "?++");
    assert_eq!(answers("sex == '女'"), "+-?");
    assert_eq!(answers("household.income < 1000"), "++?");
    assert_eq!(answers("household.members.count() == 2"), "++-");
    assert_eq!(answers("household.members.any(hukou_here)"), "+++");
    assert_eq!(answers("household.members.all(hukou_here)"), "??+");
    assert_eq!(answers("household.members.count(hukou_here) >= 2"), "??-");
    assert_eq!(answers("visits.any()"), "???");
    assert_eq!(answers("visits.count() >= 0"), "+++");
}

#[test]
fn what_is_known_not_to_exist_makes_comparisons_false() {
    assert_eq!(answers("has(spouse)"), "?-?");
    assert_eq!(answers("spouse.sex == '女'"), "?-?");
    assert_eq!(answers("spouse.sex != '女'"), "?-?");
    assert_eq!(answers("!(spouse.sex == '女')"), "?+?");
}

#[test]
fn a_partial_date_is_unknown_only_when_the_missing_part_decides() {
    // Born between 1932-06-29 and 1932-07-29.
    assert_eq!(answers("age >= 81"), "+-?");
    assert_eq!(answers("age >= 82"), "--?");
    assert_eq!(answers("born < 1932-07-01"), "?-?");
    assert_eq!(answers("age == 81"), "+-?");
    assert_eq!(answers("years_between(born, 2013-07-10) >= 81"), "?-?");
    assert_eq!(answers("has(born)"), "++?");
}

#[test]
fn a_missing_parameter_makes_the_rule_unknown_and_is_named() {
    let schema = town::schema();
    let world = street(&schema);
    let rule = schema.rule("elder-allowance.eligible").unwrap();
    let program = Program::new(&world, &[rule], &Values::new());
    assert_eq!(program.missing_params, ["elder-allowance.age"]);
    let set = program.run(&world).outcomes.remove(0).into_set().unwrap();
    assert_eq!(set.count(), 0);
}

#[test]
fn sums_cuts_and_targets() {
    let schema = town::schema();
    let world = street(&schema);
    let expressions = [
        checked(&schema, "person", "household.income", Want::Number),
        checked(&schema, "person", "sex", Want::Path),
        checked(&schema, "person", "household", Want::Path),
        checked(&schema, "person", "age", Want::Path),
    ];
    let results = Program::new(&world, &expressions, &params()).run(&world);
    let everyone = Bitmap::all(3);
    let total = results.outcomes[0].total(&everyone);
    assert_eq!((total.sum, total.known, total.unknown), (Some(1200), 2, 1));
    let slices: Vec<(Value, usize)> =
        results.outcomes[1].cut(&everyone).into_iter().map(|(k, v)| (k, v.count())).collect();
    assert_eq!(slices, [(Value::Unknown, 1), (Value::Code(0), 1), (Value::Code(1), 1)]);
    assert_eq!(results.outcomes[2].targets(&everyone, 2).count(), 2);
    assert_eq!(results.outcomes[3].value(0), Value::Number(81));
}

fn explained(text: &str, row: u32) -> Explanation {
    let schema = town::schema();
    let world = street(&schema);
    let expression = match schema.rule(text) {
        Some(rule) => rule,
        None => checked(&schema, "person", text, Want::Condition),
    };
    explain(&world, &expression, &params(), row)
}

fn asked(text: &str, row: u32) -> Vec<String> {
    explained(text, row).missing.into_iter().map(|m| format!("{} of {}", m.name, m.id)).collect()
}

#[test]
fn missing_facts_are_those_that_could_still_change_the_verdict() {
    assert_eq!(asked("elder-allowance.eligible", 0), ["hukou_here of 11"]);
    assert_eq!(asked("elder-allowance.eligible", 1), Vec::<String>::new());
    assert_eq!(asked("elder-allowance.eligible", 2), ["born of 13"]);
    // The other half is false already.
    assert_eq!(asked("age >= 80 && household.income < 100", 0), Vec::<String>::new());
    // Income costs three questions, sex one.
    assert_eq!(asked("household.income < 100 || sex == '女'", 2), ["sex of 13", "income of 2"]);
    assert_eq!(asked("household.members.count(hukou_here) >= 2", 1), ["hukou_here of 11"]);
    assert_eq!(asked("visits.any(met)", 0), ["visits of 11"]);
    assert_eq!(asked("spouse.sex == '女'", 0), ["spouse of 11"]);
    assert_eq!(asked("enrolled('low-income')", 0), ["low-income of 1"]);
    assert_eq!(asked("born < 1932-07-01", 0), ["born of 11"]);
}

#[test]
fn reasons_name_the_conditions_that_decided() {
    let why = explained("age >= 80 && (lives_here || hukou_here)", 1);
    assert_eq!(why.verdict, Value::Bool(false));
    let decided: Vec<&str> = why.decided.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(decided, ["age >= 80"]);
    let facts: Vec<(&str, Value)> = why.decided[0].facts.iter().map(|f| (f.title.zh.as_str(), f.value)).collect();
    assert_eq!(facts, [("年龄", Value::Number(43)), ("出生日期", Value::Number(0))]);
    let why = explained("household.income < 1000 && !lives_here", 0);
    let decided: Vec<&str> = why.decided.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(decided, ["!lives_here"]);
}

#[test]
fn frames_say_what_they_weigh() {
    let schema = town::schema();
    let person = schema.kind("person").unwrap();
    let mut people = FrameBuilder::new(&schema, person);
    let (sex, born) = (people.slot("sex").unwrap(), people.slot("born").unwrap());
    for id in 0..1000 {
        let row = people.push(id);
        people.set_code(row, sex, Some("male"));
        people.set_partial_day(row, born, Some((1, 2)));
    }
    // 4 for the id, 1 for a code, 8 for a partial day; columns never filled weigh nothing.
    assert_eq!(people.finish().bytes(), 13_000);
}

#[test]
fn areas_hold_what_lies_under_them() {
    let schema = town::schema();
    let area = schema.kind("area").unwrap();
    let mut areas = FrameBuilder::new(&schema, area);
    let parent = areas.slot("parent").unwrap();
    // 1 community; 2 and 3 stations under it; 4 a group of station 2.
    for (id, above) in [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2))] {
        let row = areas.push(id);
        match above {
            Some(above) => areas.set_one(row, parent, Some(above)),
            None => areas.set_absent(row, parent),
        }
    }
    let dwelling = schema.kind("dwelling").unwrap();
    let mut homes = FrameBuilder::new(&schema, dwelling);
    let lies = homes.slot("area").unwrap();
    for (id, area) in [(10, Some(4)), (11, Some(3)), (12, None)] {
        let row = homes.push(id);
        homes.set_one(row, lies, area);
    }
    let frames = [Arc::new(areas.finish()), Arc::new(homes.finish())];
    let names = [("第一工作站".to_string(), 2)].into();
    let world = World::new(schema.clone(), TODAY, frames).complete().with_area_names(names);
    let texts = ["inside('第一工作站')", "inside(1)", "inside('nowhere')"];
    let expressions = texts.map(|t| checked(&schema, "dwelling", t, Want::Condition));
    let program = Program::new(&world, &expressions, &params());
    assert_eq!(program.missing_areas, ["nowhere"]);
    let outcomes = program.run(&world).outcomes;
    let answers =
        |at: usize| -> Vec<Option<bool>> { (0..3).map(|row| outcomes[at].set().unwrap().answer(row)).collect() };
    assert_eq!(answers(0), [Some(true), Some(false), None]);
    assert_eq!(answers(1), [Some(true), Some(true), None]);
    assert_eq!(answers(2), [None, None, None]);
    assert_eq!(world.rows_inside(dwelling, 2).iter().collect::<Vec<_>>(), [0]);
    assert_eq!(world.rows_inside(area, 2).iter().collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn worlds_of_two_days_share_frames_and_their_joins() {
    let schema = town::schema();
    let person = schema.kind("person").unwrap();
    let slot = schema.kind_of(person).column("household").unwrap() as u16;
    let first = street(&schema);
    let frames = schema.kinds.iter().enumerate().map(|(k, _)| first.frame(crate::KindId(k as u16)).clone());
    let second = World::new(schema.clone(), TODAY + 1, frames.collect::<Vec<_>>()).complete();
    assert!(Arc::ptr_eq(&first.link(person, slot), &second.link(person, slot)));
}

#[test]
fn sets_are_joined_as_conditions_are() {
    let schema = town::schema();
    let world = street(&schema);
    let texts = [
        "lives_here", "hukou_here", "lives_here && hukou_here", "lives_here || hukou_here", "lives_here && !hukou_here",
    ];
    let expressions = texts.map(|t| checked(&schema, "person", t, Want::Condition));
    let outcomes = Program::new(&world, &expressions, &params()).run(&world).outcomes;
    let sets: Vec<crate::Set> = outcomes.into_iter().map(|o| o.into_set().unwrap()).collect();
    assert_eq!(sets[0].and(&sets[1]), sets[2]);
    assert_eq!(sets[0].or(&sets[1]), sets[3]);
    assert_eq!(sets[0].minus(&sets[1]), sets[4]);
}
