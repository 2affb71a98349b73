//! The ledgers of the lines of work, each a workbook of its own with its own layout.

use liren_facts::Day;

use super::rosters::Page;
use super::town::{Soul, Town};
use super::year::Year;
use super::{ESTATES, NAME};

/// Name of the file (without its ending) and its pages.
pub type Book = (&'static str, Vec<Page>);

fn day(year: i32, month: u32, of_month: u32) -> Day {
    Day::ymd(year, month, of_month).unwrap_or(super::TODAY)
}

fn sex(s: &Soul) -> &'static str {
    if s.male { "男" } else { "女" }
}

fn address(town: &Town, s: &Soul) -> String {
    let home = &town.homes[town.families[s.family].home];
    format!("{}{}号楼{}单元{}", ESTATES[home.estate], home.building, home.unit, home.room)
}

/// All ledgers of the year.
pub fn books(town: &Town, year: &Year) -> Vec<Book> {
    vec![
        ("02-社会救助和住房保障台账", vec![relief(town, year), housing(town, year), elders(town)]),
        ("03-残疾人台账", vec![certified(town, year), cataract(town, year)]),
        ("04-居民养老保险台账", vec![enrolled(town, year), found(town, year)]),
        ("05-党员花名册", party(town, year)),
        ("06-社保卡换发登记", vec![cards(town, year)]),
    ]
}

fn relief(town: &Town, year: &Year) -> Page {
    let head: &[&str] =
        &["序号", "户主姓名", "姓名", "与户主关系", "身份证号", "家庭住址", "保障人数", "月保障金额", "批准时间"];
    let mut page = Page::titled("低保", &format!("{NAME}城市居民最低生活保障家庭台账"), head.len() as u16);
    page.head(&[head]);
    for (n, &f) in year.relief.iter().enumerate() {
        let family = &town.families[f];
        let since = if n + 1 == year.relief.len() { day(2013, 7, 10) } else { day(2009 + (n % 4) as i32, 5, 10) };
        let living: Vec<usize> = living(town, year, &family.members);
        let first = page.rows.len() as u32;
        for (k, &i) in living.iter().enumerate() {
            let s = &town.souls[i];
            let once = |text: String| if k == 0 { text } else { String::new() };
            page.push([
                once((n + 1).to_string()),
                once(town.souls[family.members[0]].name.clone()),
                s.name.clone(),
                s.relation.into(),
                s.number.clone(),
                once(address(town, s)),
                once(living.len().to_string()),
                once((living.len() * 210 + 35).to_string()),
                once(since.to_string()),
            ]);
        }
        let last = page.rows.len() as u32 - 1;
        if last > first {
            for column in [0, 1, 5, 6, 7, 8] {
                page.merges.push((first, column, last, column));
            }
        }
    }
    page
}

/// Members with a number of their own who are still here at the time of the ledgers.
fn living(town: &Town, year: &Year, members: &[usize]) -> Vec<usize> {
    let gone = |i: usize| {
        year.deaths.iter().any(|d| d.0 == i) || year.moved_out.iter().any(|m| m.0 == i) || town.souls[i].hukou_only
    };
    members.iter().copied().filter(|&i| !gone(i)).collect()
}

fn housing(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "申请人姓名", "性别", "身份证号", "家庭住址", "申报类别", "申报时间"];
    let mut page = Page::titled("住房保障", &format!("{NAME}2013年住房保障申报登记表"), head.len() as u16);
    page.head(&[head]);
    let rows = year.affordable.iter().map(|f| (f, "经济适用房")).chain(year.low_rent.iter().map(|f| (f, "廉租房")));
    for (n, (&f, kind)) in rows.enumerate() {
        let s = &town.souls[town.families[f].members[0]];
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            kind.into(),
            day(2013, 3 + (n % 6) as u32, 1 + (n % 26) as u32).to_string(),
        ]);
    }
    page
}

fn elders(town: &Town) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "住址", "享受时间", "发放金额", "发放日期"];
    let mut page = Page::titled("高龄津贴", &format!("{NAME}80周岁以上老人高龄津贴发放表"), head.len() as u16);
    page.head(&[head]);
    let old = town.souls.iter().filter(|s| !s.temporary && !s.hukou_only && s.age() >= 80);
    for (n, s) in old.enumerate() {
        let since = s.born.plus_years(80).max(day(2010, 1, 1));
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            since.to_string(),
            "300".into(),
            super::TODAY.to_string(),
        ]);
    }
    page
}

fn certified(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "残疾证号", "残疾类别", "残疾等级", "住址", "联系电话"];
    let mut page = Page::titled("持证残疾人", &format!("{NAME}持证残疾人登记表"), head.len() as u16);
    page.head(&[head]);
    let kinds = ["视力", "听力", "肢体", "肢体", "智力", "肢体", "听力", "多重", "肢体", "言语"];
    let codes = ["1", "2", "4", "4", "5", "4", "2", "7", "4", "3"];
    let grades = ["一级", "二级", "三级", "四级"];
    for (n, &i) in year.certified.iter().enumerate() {
        let s = &town.souls[i];
        let grade = n % 4;
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            format!("{}{}{}", s.number, codes[n % 10], grade + 1),
            kinds[n % 10].into(),
            grades[grade].into(),
            address(town, s),
            s.phone.clone().unwrap_or_default(),
        ]);
    }
    page
}

fn cataract(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "住址", "确认时间"];
    let mut page = Page::titled("白内障患者", &format!("{NAME}白内障患者备案表"), head.len() as u16);
    page.head(&[head]);
    for (n, &i) in year.cataract.iter().enumerate() {
        let s = &town.souls[i];
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            day(2013, 5, 6 + n as u32).to_string(),
        ]);
    }
    page
}

fn enrolled(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "家庭住址", "参保时间", "2011年", "2012年", "2013年"];
    let mut page = Page::titled("参保人员", &format!("{NAME}居民养老保险参保人员台账"), head.len() as u16);
    page.head(&[head]);
    let old = year.enrolled.iter().enumerate().map(|(n, &i)| (i, day(2011 + (n % 2) as i32, 8, 15), n % 2));
    let new = year.found.iter().take(11).enumerate().map(|(n, &i)| (i, day(2013, 6 + (n % 4) as u32, 18), 2));
    for (n, (i, since, first)) in old.chain(new).enumerate() {
        let s = &town.souls[i];
        let paid = |year: usize| if year >= first { "√" } else { "" }.to_owned();
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            since.to_string(),
            paid(0),
            paid(1),
            paid(2),
        ]);
    }
    page
}

fn found(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "家庭住址", "筛查时间", "通知时间", "通知情况"];
    let mut page = Page::titled("应入未入", &format!("{NAME}居民养老保险应入未入人员通知台账"), head.len() as u16);
    page.head(&[head]);
    for (n, &i) in year.found.iter().enumerate() {
        let s = &town.souls[i];
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            day(2013, 3, 1 + (n % 20) as u32).to_string(),
            day(2013, 4, 1 + (n % 28) as u32).to_string(),
            ["入户告知", "电话告知", "家属转告"][n % 3].into(),
        ]);
    }
    page
}

/// The branches and the day each was founded.
pub const BRANCHES: [(&str, (i32, u32, u32)); 3] =
    [("榆园党支部", (2006, 6, 1)), ("诚信党支部", (2009, 7, 1)), ("朝阳党支部", (2013, 4, 12))];

/// Members who live elsewhere: branch, name, number.
const OUTSIDERS: [(usize, &str, &str); 3] = [
    (0, "欧阳立新", "990107196104120338"),
    (2, "司徒建华", "990115196104080014"),
    (2, "端木守义", "990122196104210054"),
];

fn party(town: &Town, year: &Year) -> Vec<Page> {
    let mut pages = Vec::new();
    for (b, members) in year.members.iter().enumerate() {
        let (name, _) = BRANCHES[b];
        let head: &[&str] = &[
            "序号", "姓名", "性别", "身份证号", "出生年月", "所在支部", "党员类别", "入党时间", "转正时间", "居住情况",
        ];
        let mut page = Page::titled(name, &format!("{NAME}{name}党员花名册"), head.len() as u16);
        page.head(&[head]);
        for (n, &i) in members.iter().enumerate() {
            let s = &town.souls[i];
            let adult = s.born.plus_years(20);
            // The last two of the first branch were admitted this year; the last two of the second confirmed.
            let (kind, joined, confirmed) = match (b, members.len() - n) {
                (0, 1 | 2) => ("预备党员", day(2013, 6, 28), None),
                (1, 1 | 2) => ("正式党员", day(2012, 6, 29), Some(day(2013, 7, 1))),
                _ => {
                    let at = Day::ymd(adult.year() + (n % 6) as i32, 7, 1).unwrap_or(adult);
                    let at = at.min(day(2011, 7, 1));
                    ("正式党员", at, Some(at.plus_years(1)))
                }
            };
            page.push([
                (n + 1).to_string(),
                s.name.clone(),
                sex(s).into(),
                s.number.clone(),
                format!("{}.{:02}", s.born.year(), s.born.month()),
                name.into(),
                kind.into(),
                joined.to_string(),
                confirmed.map(|d| d.to_string()).unwrap_or_default(),
                String::new(),
            ]);
        }
        // Three members live elsewhere and are in no roster.
        for (name_, number) in OUTSIDERS.iter().filter(|o| o.0 == b).map(|o| (o.1, o.2)) {
            page.push([
                (page.rows.len() - 1).to_string(),
                name_.into(),
                "男".into(),
                number.into(),
                "1961.04".into(),
                name.into(),
                "正式党员".into(),
                "1988-07-01".into(),
                "1989-07-01".into(),
                "不在本社区".into(),
            ]);
        }
        pages.push(page);
    }
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "目前阶段", "确定积极分子时间"];
    let mut page = Page::titled("发展党员", &format!("{NAME}2013年发展党员工作台账"), head.len() as u16);
    page.head(&[head]);
    for (n, &i) in year.activists.iter().enumerate() {
        let s = &town.souls[i];
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            "入党积极分子".into(),
            day(2013, 5, 4 + n as u32).to_string(),
        ]);
    }
    pages.push(page);
    pages
}

fn cards(town: &Town, year: &Year) -> Page {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "住址", "交照片时间", "录入时间"];
    let mut page = Page::titled("换卡登记", &format!("{NAME}居民医疗保险社会保障卡换发登记表"), head.len() as u16);
    page.head(&[head]);
    for (n, &i) in year.photographed.iter().enumerate() {
        let s = &town.souls[i];
        let handed = day(2013, 4, 16).plus((n % 60) as i32);
        page.push([
            (n + 1).to_string(),
            s.name.clone(),
            sex(s).into(),
            s.number.clone(),
            address(town, s),
            handed.to_string(),
            if n < 200 { handed.plus(20).to_string() } else { String::new() },
        ]);
    }
    page
}
