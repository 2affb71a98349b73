//! A small town's packs, all of them sound.

use liren_rules::{Column, Many, SchemaBuilder};

/// The kinds a host brings.
pub fn host() -> SchemaBuilder {
    let mut s = SchemaBuilder::new();
    s.kind("area", "区划", "Area")
        .column(Column::code("level", "area_level", "层级", "Level"))
        .column(Column::one("parent", "area", "上级", "Parent"));
    s.kind("person", "人", "Person")
        .column(Column::code("sex", "sex", "性别", "Sex"))
        .column(Column::partial_day("born", "出生日期", "Born"))
        .column(Column::bool("lives_here", "住在这里", "Lives here"))
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::one("area", "area", "区划", "Area"));
    s.kind("household", "户", "Household")
        .column(Column::int("income", "收入", "Income"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("members", "person", "household", "成员", "Members"));
    s.kind("payment", "发放", "Payment")
        .column(Column::day("day", "日期", "Day"))
        .column(Column::code("programme", "programme", "条线", "Programme"))
        .column(Column::int("amount", "金额", "Amount"))
        .column(Column::one("person", "person", "人", "Person"));
    s
}

pub const PACK: &str = r#"
id = "base"
title = { zh = "底数", en = "Base" }
[[code_table]]
id = "area_level"
title = { zh = "层级", en = "Level" }
codes = [{ code = "group", zh = "居民小组", en = "Group", also = ["小组"] }]
"#;

pub const CODES: &str = "table\ttitle\tsource\tconfidence\tcode\tname\nsex\t性别\tGB/T 2261.1\tH\t1\t男性\nsex\t性别\tGB/T 2261.1\tH\t2\t女性\n";
pub const CODES_EN: &str = "table\tcode\ten\nsex\t1\tMale\nsex\t2\tFemale\n";

pub const DERIVE: &str = r#"
[[derive]]
kind = "person"
name = "age"
title = { zh = "年龄", en = "Age" }
type = "int"
value = "years_between(born, today)"
"#;

pub const PROGRAMME: &str = r#"
id = "elder"
title = { zh = "高龄津贴", en = "Elder allowance" }
subject = "person"
records = "closed"
screen = "gap"
[[stage]]
id = "applied"
title = { zh = "已申报", en = "Applied" }
in_force = false
[[stage]]
id = "receiving"
title = { zh = "享受中", en = "Receiving" }
[[move]]
from = ["applied"]
to = "receiving"
wait = "P1M"
papers = ["card"]
[[document]]
id = "card"
title = { zh = "身份证", en = "Identity card" }
[[field]]
id = "grant"
title = { zh = "津贴", en = "Grant" }
type = "money"
columns = ["津贴金额"]
[[event]]
id = "checkup"
title = { zh = "体检", en = "Check-up" }
subject = "person"
many = "checkups"
[[event.field]]
id = "healthy"
title = { zh = "健康", en = "Healthy" }
type = "bool"
"#;

pub const RULES: &str = r#"
[[rule]]
id = "eligible"
title = { zh = "可享受", en = "Entitled" }
source = "老年人权益保障法第三十三条"
from = 2010-01-01
all = [
  { when = "lives_here", zh = "住在本社区", en = "Lives here" },
  { when = "age >= param.age", zh = "年满80周岁", en = "Eighty or older" },
]
[[rule]]
id = "gap"
title = { zh = "应享未享", en = "Entitled, not receiving" }
source = "同上"
from = 2010-01-01
when = 'rule.eligible && !enrolled("elder") && !checkups.any(healthy)'
"#;

pub const PARAMS: &str = r#"
[[param]]
id = "age"
title = { zh = "年龄", en = "Age" }
unit = "周岁"
values = [
  { value = 90, from = 2000-01-01, to = 2010-01-01, source = "旧办法" },
  { value = 80, from = 2010-01-01, source = "新办法" },
]
[[param]]
id = "amount"
title = { zh = "标准", en = "Rate" }
unit = "元"
values = [{ value = "300.50", from = 2010-01-01, source = "办法" }]
"#;

pub const FIGURES: &str = r#"
[[figure]]
id = "elder.people"
title = { zh = "领取人数", en = "People paid" }
unit = "人"
scope = { zh = "期内领到者", en = "Paid in the period" }
count = "payment.person"
where = 'programme == "elder"'
during = "period"
by = ["person.sex", "payment.programme"]
[[figure]]
id = "elder.paid"
title = { zh = "发放金额", en = "Paid" }
unit = "元"
scope = { zh = "合计", en = "Sum" }
sum = "payment.amount"
where = 'programme == "elder"'
during = "period"
[[figure]]
id = "elder.healthy"
title = { zh = "体检合格", en = "Found healthy" }
unit = "人次"
scope = { zh = "期内", en = "In the period" }
count = "elder.checkup"
where = "healthy"
during = "period"
year_starts = "10-01"
[[figure]]
id = "elder.rate"
title = { zh = "比例", en = "Rate" }
unit = "%"
scope = { zh = "占", en = "Share" }
ratio = ["elder.healthy", "elder.people"]
[[check]]
that = "elder.paid == elder.people * param.elder.amount"
severity = "warning"
because = { zh = "金额=人数×标准", en = "Paid = people × rate" }
"#;

pub const RETURNS: &str = r#"
[[return]]
id = "care"
title = { zh = "养老季报", en = "Care return" }
area = "group"
every = "quarter"
lines = [
  { id = "all", unit = "人", title = { zh = "合计", en = "All" }, sum = ["men", "women"] },
  { id = "men", unit = "人", title = { zh = "男", en = "Men" } },
  { id = "women", unit = "人", title = { zh = "女", en = "Women" } },
]
[[return.check]]
that = "men <= all"
because = { zh = "部分不超过总数", en = "A part is not above the whole" }
"#;

pub const CASES: &str = r#"
[[case]]
name = "seventy-nine: not yet"
on = 2013-11-20
person = { born = 1933-11-21, lives_here = true }
verdict = "not eligible"
because = "年满80周岁"
[[case]]
name = "born in a month that decides: ask"
on = 2013-11-20
person = { born = "1933-11", lives_here = true }
verdict = "unknown"
missing = ["born"]
[[case]]
name = "eighty and enrolled: no gap"
on = 2013-11-20
rule = "gap"
person = { born = 1930-01-01, lives_here = true, household = { income = 3 }, checkups = [{ healthy = false }] }
enrolled = ["elder"]
verdict = "not eligible"
[[case]]
name = "with another age"
on = 2013-11-20
person = { born = 1940-01-01, lives_here = true }
param = { age = 70 }
verdict = "eligible"
"#;

pub fn files() -> Vec<(String, String)> {
    [
        ("base/pack.toml", PACK),
        ("base/codes.tsv", CODES),
        ("base/codes_en.tsv", CODES_EN),
        ("base/derive.toml", DERIVE),
        ("base/reports/annual.md", "# 年度总结"),
        ("programmes/elder/programme.toml", PROGRAMME),
        ("programmes/elder/rules.toml", RULES),
        ("programmes/elder/params.toml", PARAMS),
        ("programmes/elder/figures.toml", FIGURES),
        ("programmes/elder/returns.toml", RETURNS),
        ("programmes/elder/cases.toml", CASES),
        ("programmes/elder/ledgers.toml", "[[ledger]]\nwords = [\"高龄\"]\n"),
        ("programmes/elder/forms/list.xlsx", ""),
    ]
    .map(|(path, text)| (path.to_string(), text.to_string()))
    .into()
}
