//! What the checker says, word for word: these sentences are read by clerks.

use super::town;
use crate::{Ask, Place, Schema, Ty, Want};

fn said(schema: &Schema, kind: &str, text: &str) -> (String, String) {
    let place = Place::new("rules.toml", 100);
    let ask =
        Ask { kind: schema.kind(kind).unwrap(), text, place: &place, pack: "elder-allowance", want: Want::Condition };
    let (_, findings) = schema.check(&ask);
    let zh: Vec<String> = findings
        .iter()
        .map(|f| {
            let span = f.span.start - 100..f.span.end - 100;
            format!("[{}] {}。{}", text.get(span).unwrap_or("?"), f.zh, f.advice_zh)
        })
        .collect();
    let en: Vec<String> = findings.iter().map(|f| format!("{}; {}", f.en, f.advice_en)).collect();
    (zh.join("\n"), en.join("\n"))
}

#[track_caller]
fn check(kind: &str, text: &str, zh: &str, en: &str) {
    let schema = town::schema();
    let (found_zh, found_en) = said(&schema, kind, text);
    assert_eq!(found_zh, zh, "{text}");
    assert_eq!(found_en, en, "{text}");
}

#[test]
fn sound_texts_say_nothing() {
    let schema = town::schema();
    for text in [
        "person.age >= 80 && person.residency == \"resident\"",
        "人.年龄 >= 80 && 人.居住 == \"常住\"",
        "年龄 ≥ ８０ 且 居住 == “常住”",
        "年龄>=80且居住==\"常住\"或非(性别=='女性')",
        "born < date(\"1933-11-20\") || born < 1933-11-20 || 出生日期 < 1933年11月20日",
        "household.members.count(age >= 80) == 1",
        "person.household.members.count(person.age >= 80) == 1",
        "person.payments.any(payment.amount > person.pension)",
        "household.members.any(person.since > household.formed)",
        "payments.sum(amount, day <= today) > param.age * 2",
        "payments.any(amount > person.pension)",
        "enrolled(\"elder-allowance\") || enrolled(\"低保\") || 在册(\"低保\")",
        "stage(\"elder-allowance\") == \"领取中\"",
        "规则.eligible && rule(\"low-income.poor\")",
        "sex in [\"男\", \"female\"]",
        "lives_here ? hukou_here : has(spouse)",
        "param.elder_allowance.age < age",
        "param.elder-allowance.age - age < 3 && rule.elder-allowance.eligible",
    ] {
        assert_eq!(said(&schema, "person", text), (String::new(), String::new()), "{text}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    check(
        "person",
        "person.agee >= 80",
        "[agee] 人没有 person.agee。是不是 person.age？",
        "person has no person.agee; did you mean person.age?",
    );
    check(
        "person",
        "人.年令 >= 80",
        "[年令] 人没有 人.年令。是不是 人.年龄？",
        "person has no 人.年令; did you mean 人.年龄?",
    );
    check(
        "person",
        "dwelling.rooms > 2",
        "[dwelling] 人没有 dwelling。从人到它要写 household.dwelling",
        "person has no dwelling; from person it is reached by household.dwelling",
    );
    check(
        "payment",
        "qqq > 2",
        "[qqq] 发放记录没有 qqq。发放记录可用：person, amount, day",
        "payment has no qqq; payment has person, amount, day",
    );
}

#[test]
fn a_code_must_be_in_its_table() {
    check(
        "person",
        "residency == '长住'",
        "['长住'] 代码表「居住」里没有「长住」。是不是「常住」（resident）？",
        "code table residency has no \"长住\"; did you mean \"resident\" (Resident)?",
    );
    check(
        "person",
        "sex != 'xyz'",
        "['xyz'] 代码表「性别」里没有「xyz」。可用：男、女",
        "code table sex has no \"xyz\"; it has male, female",
    );
    check(
        "person",
        "stage('elder-allowance') == 'in-force'",
        "['in-force'] 「高龄津贴」没有阶段「in-force」。它的阶段：已发现、领取中",
        "elder-allowance has no stage \"in-force\"; its stages: found, receiving",
    );
}

#[test]
fn types_must_agree() {
    check(
        "person",
        "born >= 80",
        "[born >= 80] born 是日期，80 是整数，不能相比。年龄写 years_between(born, today)",
        "born is a date, 80 is a whole number: they cannot be compared; an age is years_between(born, today)",
    );
    check(
        "person",
        "age && lives_here",
        "[age] 这里要一个条件（真假），age 是整数。要比较，如 age > 0",
        "expected a condition, age is a whole number; compare it: age > 0",
    );
    check(
        "person",
        "since > '2013-01-01'",
        "['2013-01-01'] 这里要日期，「2013-01-01」是文字。日期不加引号：2013-01-01",
        "expected a date here, \"2013-01-01\" is a text; a date has no quotes: 2013-01-01",
    );
    check(
        "person",
        "household == 3",
        "[household == 3] household 是一条「户」记录，3 是整数，不能相比。两边要同一类型",
        "household is a record of household, 3 is a whole number: they cannot be compared; both sides must be of one type",
    );
    check(
        "household",
        "members > 3",
        "[members] members 有许多条，不是一个值。写 members.count( … )、members.any( … ) 或 members.sum(列, … )",
        "members is many records, not a value; use members.count( … ), members.any( … ) or members.sum(column, … )",
    );
}

#[test]
fn grammar_mistakes_say_what_to_write() {
    check(
        "person",
        "age = 80",
        "[=] 这里应当结束，或者接 && || == 等，却是「=」。判断相等要写两个等号 ==",
        "expected the end, or an operator such as && || ==, found \"=\"; equality is written ==",
    );
    check(
        "person",
        "age >= 80 and lives_here",
        "[and] 这里应当结束，或者接 && || == 等，却是「and」。「并且」写 && 或 且",
        "expected the end, or an operator such as && || ==, found \"and\"; write && for \"and\"",
    );
    check("person", "(age >= 80", "[] 这里缺「)」，却到了结尾。", "expected \")\", found the end; ");
    check(
        "person",
        "1 < age < 9",
        "[<] 一个条件里只能比较一次。写成 a <= b && b < c",
        "a condition compares once; write a <= b && b < c",
    );
    check(
        "person",
        "born < 2013-02-30",
        "[2013-02-30] 日历上没有 2013-02-30 这一天。",
        "the calendar has no day 2013-02-30; ",
    );
    check("person", "sex == '男", "['男] 引号没有结束。", "the quotation mark is never closed; ");
}

#[test]
fn unknown_functions_programmes_parameters_and_rules() {
    check(
        "person",
        "enroled('elder-allowance')",
        "[enroled] 没有函数 enroled。是不是 enrolled( … )？",
        "there is no function enroled; did you mean enrolled( … )?",
    );
    check(
        "person",
        "enrolled('elder-alowance')",
        "['elder-alowance'] 没有项目「elder-alowance」。是不是 \"elder-allowance\"？",
        "there is no programme \"elder-alowance\"; did you mean \"elder-allowance\"?",
    );
    check(
        "person",
        "age > param.agge",
        "[agge] 没有参数 agge。是不是 param.age？",
        "there is no parameter agge; did you mean param.age?",
    );
    check(
        "person",
        "rule.eligibel",
        "[eligibel] 没有规则 eligibel。是不是 rule(\"eligible\")？",
        "there is no rule eligibel; did you mean rule(\"eligible\")?",
    );
}

#[test]
fn a_condition_that_looks_at_nothing_is_a_warning() {
    check(
        "person",
        "1 < 2",
        "[1 < 2] 1 < 2 不看任何记录，对所有人结果都一样。写出要看的列",
        "1 < 2 looks at no record: it is the same for everyone; name the column it should look at",
    );
}

#[test]
fn definitions_that_lead_back_to_themselves_are_found() {
    let mut s = town::declare();
    s.derive(town::derived("left_leg", "左脚", "Left leg", crate::TypeName::Bool, "right_leg"));
    s.derive(town::derived("right_leg", "右脚", "Right leg", crate::TypeName::Bool, "!left_leg"));
    let (_, findings) = s.build();
    let said: Vec<&str> = findings.iter().map(|f| f.zh.as_str()).collect();
    assert_eq!(said, ["「left_leg」的定义绕回了它自己"]);
}

#[test]
fn a_schema_says_what_it_misses() {
    let mut s = town::declare();
    s.kind("person", "人", "Person").column(crate::Column::code("blood", "blood", "血型", "Blood type"));
    s.kind("household", "户", "Household").many(crate::Many::new("cars", "car", "household", "车", "Cars"));
    let (_, findings) = s.build();
    let said: Vec<&str> = findings.iter().map(|f| f.en.as_str()).collect();
    assert_eq!(
        said,
        [
            "person.blood points to the code table blood, which is not declared",
            "household.cars points to the kind car, which is not declared"
        ]
    );
}

#[test]
fn a_path_has_the_type_of_what_it_ends_in() {
    let schema = town::schema();
    let place = Place::nowhere();
    let person = schema.kind("person").unwrap();
    let household = schema.kind("household").unwrap();
    let ask = Ask { kind: person, text: "household", place: &place, pack: "", want: Want::Path };
    assert_eq!(schema.check(&ask).0.map(|c| c.ty()), Some(Ty::One(household)));
    let ask = Ask { text: "person.sex", ..ask };
    assert_eq!(schema.check(&ask).0.map(|c| c.ty()), schema.table("sex").map(Ty::Code));
}
