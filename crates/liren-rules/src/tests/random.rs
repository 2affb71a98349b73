//! Random typed expressions over random communities: the block engine, whole and by rows, must say what the
//! plain interpreter says, on every row.

use proptest::prelude::*;

use super::reference::Reference;
use super::town::{self, Dice};
use crate::{Ask, Checked, Place, Program, Schema, Value, Values, Want, World};

/// Writes a random expression on `kind` as text.
fn bool_text(kind: &str, depth: u32, dice: &mut Dice) -> String {
    if depth == 0 {
        return leaf_bool(kind, dice);
    }
    let d = depth - 1;
    match dice.below(14) {
        0 | 1 => format!("({} && {})", bool_text(kind, d, dice), bool_text(kind, d, dice)),
        2 | 3 => format!("({} || {})", bool_text(kind, d, dice), bool_text(kind, d, dice)),
        4 => format!("!({})", bool_text(kind, d, dice)),
        5 | 6 => format!("({} {} {})", int_text(kind, d, dice), op(dice), int_text(kind, d, dice)),
        7 => format!("({} {} {})", day_text(kind, d, dice), op(dice), day_text(kind, d, dice)),
        8 => format!("({} ? {} : {})", bool_text(kind, d, dice), bool_text(kind, d, dice), bool_text(kind, d, dice)),
        9 => format!("({} {} {})", bool_text(kind, d, dice), eq(dice), bool_text(kind, d, dice)),
        10 => {
            let (relation, inner) = many(kind, dice);
            let f = ["any", "all"][dice.below(2) as usize];
            format!("{relation}.{f}({})", bool_text(inner, d, dice))
        }
        11 => format!("({} {} {})", int_text(kind, d, dice), op(dice), dice.below(4)),
        12 if kind == "person" => {
            format!("({} {} {})", code_text(d, dice), eq(dice), code_text(d, dice))
        }
        _ => leaf_bool(kind, dice),
    }
}

fn leaf_bool(kind: &str, dice: &mut Dice) -> String {
    let choices: &[&str] = match kind {
        "person" => &[
            "hukou_here",
            "lives_here",
            "has(born)",
            "has(spouse)",
            "has(spouse.household.income)",
            "has(residency)",
            "sex == '女'",
            "sex != 'male'",
            "work in ['w0', '工种1']",
            "work == 'w299'",
            "residency in ['常住', 'away']",
            "age >= 80",
            "年龄 != 80",
            "age == 79",
            "born < 1933-11-20",
            "born != 1934-01-01",
            "household.own_home",
            "household.dwelling.heated",
            "household.dwelling.rooms > 2",
            "household.income < 2",
            "!household.own_home",
            "household.own_home == false",
            "spouse.sex == 'female'",
            "spouse.lives_here",
            "enrolled('elder-allowance')",
            "enrolled('low-income')",
            "stage('elder-allowance') == 'found'",
            "stage('low-income') != 'in-force'",
            "has(household.dwelling.area)",
            "rule('elder-allowance.eligible')",
            "rule('low-income.poor')",
            "pension in [1, 3]",
            "since == today",
            "true",
            "household.formed >= 2013-11-18",
            "spouse.age > 80",
            "household.dwelling.area.rank > 1",
            "household.income <= param.low_income.line * household.members.count(lives_here)",
            "pension < 2 * visits.count(met)",
            "pension >= visits.count()",
            "visits.count(met) != 1",
            "payments.count(amount > 1) == 0",
            "visits.all(met)",
            "household.own_home && household.dwelling.heated && enrolled('low-income')",
            "work in ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w299']",
        ],
        "household" => &[
            "own_home",
            "income > 1",
            "wealth == 3",
            "dwelling.heated",
            "has(income)",
            "has(dwelling)",
            "formed <= today",
            "enrolled('low-income')",
            "stage('low-income') == '在保'",
            "members.count(age >= 80) >= 1",
            "members.any(household.income < 2)",
            "members.any()",
            "rule('low-income.poor')",
            "dwelling.area.parent.rank < 3",
            "income < 2 * members.count(age >= 80)",
            "income >= members.count(hukou_here)",
            "members.count() * 3 == income",
            "wealth > 1000000000 * members.count()",
            "income != 2000000000 * members.count(lives_here)",
            "formed > today && members.count(lives_here) < 2",
            "members.all(hukou_here)",
        ],
        "payment" => &["amount > 2", "day < today", "person.hukou_here", "has(person)", "person.age >= 80"],
        "visit" => &["met", "minutes == 3", "person.sex == '男'"],
        _ => &["heated", "rooms > 1", "inside(12)", "!inside(999)", "has(area.parent)"],
    };
    format!("({})", choices[dice.below(choices.len() as u64) as usize])
}

fn int_text(kind: &str, depth: u32, dice: &mut Dice) -> String {
    if depth > 0 {
        let d = depth - 1;
        match dice.below(8) {
            0 | 1 => {
                let op = ["+", "-", "*"][dice.below(3) as usize];
                return format!("({} {op} {})", int_text(kind, d, dice), int_text(kind, d, dice));
            }
            2 => {
                return format!(
                    "({} ? {} : {})",
                    bool_text(kind, d, dice),
                    int_text(kind, d, dice),
                    int_text(kind, d, dice)
                );
            }
            3 => {
                let (relation, inner) = many(kind, dice);
                return format!("{relation}.count({})", bool_text(inner, d, dice));
            }
            4 => {
                let (relation, inner) = many(kind, dice);
                return format!("{relation}.sum({}, {})", int_text(inner, d, dice), bool_text(inner, d, dice));
            }
            5 => {
                return format!("years_between({}, {})", day_text(kind, d, dice), day_text(kind, d, dice));
            }
            6 => return format!("-{}", int_text(kind, 0, dice)),
            _ => {}
        }
    }
    let choices: &[&str] = match kind {
        "person" => &[
            "age", "pension", "household.income", "household.dwelling.rooms", "spouse.pension",
            "param.elder_allowance.age", "param.low_income.line", "visits.count()", "payments.sum(amount)", "1", "80",
        ],
        "household" => &["income", "wealth", "dwelling.rooms", "members.count()", "members.sum(pension)", "2"],
        "payment" => &["amount", "person.pension", "person.household.income", "1"],
        "visit" => &["minutes", "person.pension", "0"],
        _ => &["rooms", "3"],
    };
    choices[dice.below(choices.len() as u64) as usize].to_string()
}

fn day_text(kind: &str, depth: u32, dice: &mut Dice) -> String {
    if depth > 0 && dice.chance(25) {
        return format!("({} + {})", day_text(kind, depth - 1, dice), int_text(kind, depth - 1, dice));
    }
    let choices: &[&str] = match kind {
        "person" => &["born", "since", "today", "1933-11-20", "spouse.born", "household.formed"],
        "household" => &["formed", "today", "2012-02-29"],
        "payment" => &["day", "person.born", "today"],
        "visit" => &["person.since", "person.born"],
        _ => &["today", "2013-11-19"],
    };
    choices[dice.below(choices.len() as u64) as usize].to_string()
}

fn code_text(depth: u32, dice: &mut Dice) -> String {
    if depth > 0 && dice.chance(30) {
        let c = bool_text("person", depth - 1, dice);
        return format!("({c} ? {} : {})", code_text(depth - 1, dice), code_text(depth - 1, dice));
    }
    ["sex", "spouse.sex"][dice.below(2) as usize].to_string()
}

fn many(kind: &str, dice: &mut Dice) -> (&'static str, &'static str) {
    match kind {
        "person" => {
            [("payments", "payment"), ("visits", "visit"), ("household.members", "person")][dice.below(3) as usize]
        }
        "household" => ("members", "person"),
        "payment" => ("person.payments", "payment"),
        "dwelling" => ("households", "household"),
        _ => ("person.visits", "visit"),
    }
}

fn op(dice: &mut Dice) -> &'static str {
    ["==", "!=", "<", "<=", ">", ">="][dice.below(6) as usize]
}

fn eq(dice: &mut Dice) -> &'static str {
    ["==", "!="][dice.below(2) as usize]
}

fn checked(schema: &Schema, kind: &str, text: &str, want: Want) -> Checked {
    let place = Place::nowhere();
    let ask = Ask { kind: schema.kind(kind).unwrap(), text, place: &place, pack: "elder-allowance", want };
    let (checked, findings) = schema.check(&ask);
    let errors: Vec<_> = findings.iter().filter(|f| f.is_error()).collect();
    assert!(errors.is_empty(), "{text}\n{errors:#?}");
    checked.unwrap()
}

fn agree(seed: u64, depth: u32, size: u64) {
    let mut dice = Dice(seed);
    let schema = town::schema();
    let world = town::random_world(&schema, seed, size);
    let params: Values = if dice.chance(80) {
        [("elder-allowance.age".to_string(), 80), ("low-income.line".to_string(), 2)].into()
    } else {
        Values::new()
    };
    let mut texts: Vec<(&str, String, Want)> = vec![];
    for _ in 0..4 {
        let kind = ["person", "person", "household", "payment", "dwelling"][dice.below(5) as usize];
        texts.push((kind, bool_text(kind, depth, &mut dice), Want::Condition));
        texts.push((kind, int_text(kind, depth, &mut dice), Want::Number));
    }
    let expressions: Vec<Checked> = texts.iter().map(|(k, t, w)| checked(&schema, k, t, *w)).collect();
    let program = Program::new(&world, &expressions, &params);
    let results = program.run(&world);
    let reference = Reference { world: &world, params: &params };
    for (i, expression) in expressions.iter().enumerate() {
        let kind = expression.kind();
        if let Some(set) = results.outcomes[i].set() {
            let rows = world.frame(kind).len();
            let all: Vec<u32> = set.yes.or(&set.unknown).iter().collect();
            assert!(all.iter().all(|r| (*r as usize) < rows), "{}", texts[i].1);
        }
        // A world of the kinds it looks at is enough for it.
        let kinds = expression.kinds(&schema).into_iter();
        let part = World::new(schema.clone(), world.day(), kinds.map(|k| world.frame(k).clone()).collect::<Vec<_>>());
        let alone = Program::new(&part, std::slice::from_ref(expression), &params).run(&part);
        assert_eq!(alone.outcomes[0], results.outcomes[i], "{}", texts[i].1);
        let rows: Vec<u32> = (0..world.frame(kind).len() as u32).filter(|_| dice.chance(40)).collect();
        let by_rows = &program.run_rows(&world, kind, &rows)[i];
        for row in 0..world.frame(kind).len() as u32 {
            let expected = reference.value(&expression.0, row);
            let found = results.outcomes[i].value(row);
            assert_eq!(found, expected, "row {row} of {} (seed {seed}): {}", texts[i].0, texts[i].1);
            if let Some(at) = rows.iter().position(|r| *r == row) {
                assert_eq!(by_rows[at], expected, "row {row} alone (seed {seed}): {}", texts[i].1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_block_engine_agrees_with_the_plain_interpreter(
        seed in any::<u64>(),
        depth in 0u32..=4,
        size in 0u64..=30,
    ) {
        agree(seed, depth, size);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Blocks have 128 rows in tests, so these end within a word, with it, with a block, and behind several.
    #[test]
    fn it_agrees_at_the_edges_of_words_and_blocks(
        seed in any::<u64>(),
        depth in 0u32..=2,
        size in prop::sample::select(vec![63u64, 64, 65, 127, 128, 129, 191, 256, 300]),
    ) {
        agree(seed, depth, size);
    }
}

/// Whatever is typed, the checker answers; it never falls over.
fn never_panics(text: &str) {
    let schema = town::schema();
    let place = Place::nowhere();
    for kind in ["person", "household"] {
        for want in [Want::Condition, Want::Number, Want::Path, Want::Anything] {
            let kind = schema.kind(kind).unwrap();
            let (checked, findings) = schema.check(&Ask { kind, text, place: &place, pack: "elder-allowance", want });
            let sound = !findings.iter().any(|f| f.is_error());
            assert_eq!(checked.is_some(), sound, "{text}: {findings:#?}");
            for finding in findings {
                assert!(finding.span.end <= text.len() + 1 && !finding.zh.is_empty() && !finding.en.is_empty());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}") {
        never_panics(&text);
    }

    #[test]
    fn a_sound_text_with_one_character_changed_is_answered(seed in any::<u64>(), c in "[\\PC且或“（.!<]") {
        let mut dice = Dice(seed);
        let mut text: Vec<char> = bool_text("person", 2, &mut dice).chars().collect();
        let at = dice.below(text.len() as u64) as usize;
        match dice.below(3) {
            0 => { text.remove(at); }
            1 => text.splice(at..at, c.chars()).for_each(drop),
            _ => text.splice(at..=at, c.chars()).for_each(drop),
        }
        never_panics(&text.into_iter().collect::<String>());
    }
}

#[test]
fn nobody_is_judged_in_an_empty_community() {
    let schema = town::schema();
    let world = World::new(schema.clone(), town::TODAY, []).complete();
    let mut dice = Dice(1);
    for _ in 0..200 {
        for kind in ["person", "household"] {
            let text = bool_text(kind, 3, &mut dice);
            let expression = checked(&schema, kind, &text, Want::Condition);
            let program = Program::new(&world, std::slice::from_ref(&expression), &Values::new());
            let outcome = &program.run(&world).outcomes[0];
            assert_eq!(outcome.set().map(|set| set.yes.len()), Some(0), "{text}");
            let found = program.run_rows(&world, expression.kind(), &[0, 7]);
            assert_eq!(found, [[Value::Unknown; 2]], "{text}");
        }
    }
}
