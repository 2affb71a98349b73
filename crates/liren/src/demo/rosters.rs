//! The opening roster as the community's clerks would keep it: four groups, four layouts.

use liren_facts::Day;

use super::chance::Chance;
use super::town::{Family, Flaw, Home, Soul, Town};
use super::{ESTATES, GROUPS, NAME};

/// 工作表 — rows of text, merged ranges (first row, first column, last row, last column; from 0) and how many
/// rows the header takes.
#[derive(Default)]
pub struct Page {
    pub name: String,
    pub rows: Vec<Vec<String>>,
    pub merges: Vec<(u32, u16, u32, u16)>,
    pub header: std::ops::Range<usize>,
}

impl Page {
    /// A page that opens with a title over the given number of columns.
    pub fn titled(name: &str, title: &str, columns: u16) -> Page {
        let mut page = Page { name: name.to_owned(), ..Page::default() };
        page.push([title]);
        page.merges.push((0, 0, 0, columns - 1));
        page
    }

    pub fn push<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|c| c.as_ref().to_owned()).collect());
    }

    /// Adds the rows of the header and remembers where they are.
    pub fn head(&mut self, rows: &[&[&str]]) {
        let first = self.rows.len();
        for row in rows {
            self.push(row.iter());
        }
        self.header = first..self.rows.len();
    }

    fn at(&self) -> u32 {
        self.rows.len() as u32
    }
}

/// The pages of `01-居民花名册`.
pub fn opening(town: &Town) -> Vec<Page> {
    let mut chance = Chance::new(7);
    let mut pages: Vec<Page> = (0..4).map(|g| group(town, g, &mut chance)).collect();
    pages.push(summary(town));
    pages
}

fn group(town: &Town, group: usize, chance: &mut Chance) -> Page {
    let families: Vec<&Family> = town.families.iter().filter(|f| town.homes[f.home].group == group).collect();
    match group {
        0 => merged(town, &families),
        1 => two_level(town, &families),
        2 => by_address(town, &families, chance),
        _ => filled(town, &families),
    }
}

fn title(group: usize) -> String {
    let estate = if group == 3 { ESTATES[1] } else { ESTATES[0] };
    format!("{NAME}{}居民花名册({estate}，截至2012年12月31日)", GROUPS[group])
}

fn residency(s: &Soul) -> &'static str {
    match (s.hukou_only, s.temporary) {
        (true, _) => "空挂户",
        (_, true) => "暂住",
        _ => "常住",
    }
}

fn sex(s: &Soul) -> &'static str {
    if s.male { "男" } else { "女" }
}

fn number(s: &Soul) -> String {
    match s.flaw {
        Flaw::NoNumber | Flaw::PartialBirth => String::new(),
        Flaw::Old15 => format!("{}{}", &s.number[..6], &s.number[8..17]),
        Flaw::Spaces => format!("{} {} {}", &s.number[..6], &s.number[6..14], &s.number[14..]),
        Flaw::BadCheck => {
            let last = if s.number.ends_with('0') { '7' } else { '0' };
            let wrong = if s.number.ends_with('X') { '5' } else { last };
            format!("{}{wrong}", &s.number[..17])
        }
        Flaw::None => s.number.clone(),
    }
}

fn iso(day: Day) -> String {
    day.to_string()
}

fn dotted(day: Day) -> String {
    format!("{}.{}.{}", day.year(), day.month(), day.day_of_month())
}

fn chinese(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day_of_month())
}

fn born(s: &Soul, write: fn(Day) -> String) -> String {
    if s.flaw == Flaw::PartialBirth {
        return format!("{}年{}月", s.born.year(), s.born.month());
    }
    write(s.born)
}

fn since(s: &Soul, write: fn(Day) -> String) -> String {
    s.since.map(write).unwrap_or_default()
}

/// Layout of the first group: address and head merged over the household, a subtotal for each building.
fn merged(town: &Town, families: &[&Family]) -> Page {
    let head: &[&str] = &[
        "序号", "楼号", "单元", "室号", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "身份证号", "民族",
        "文化程度", "婚姻状况", "政治面貌", "从业状况", "居住性质", "来本社区时间", "养老保险", "联系电话", "备注",
    ];
    let mut page = Page::titled(GROUPS[0], &title(0), head.len() as u16);
    page.head(&[head]);
    let (mut serial, mut building, mut in_building) = (0, 0, 0);
    for family in families {
        let home = &town.homes[family.home];
        if building != 0 && building != home.building {
            page.push(["小计", "", "", "", "", &format!("{in_building}人")]);
            in_building = 0;
        }
        building = home.building;
        let first = page.at();
        for (n, &i) in family.members.iter().enumerate() {
            let s = &town.souls[i];
            serial += 1;
            in_building += 1;
            let once = |text: String| if n == 0 { text } else { String::new() };
            let head_name = &town.souls[family.members[0]].name;
            page.push([
                serial.to_string(),
                once(format!("{}号楼", home.building)),
                once(home.unit.to_string()),
                once(home.room.to_string()),
                once(head_name.clone()),
                s.name.clone(),
                s.relation.into(),
                sex(s).into(),
                born(s, iso),
                number(s),
                "汉族".into(),
                s.education.into(),
                s.marital.into(),
                s.political.into(),
                s.work.into(),
                residency(s).into(),
                since(s, iso),
                s.cover.into(),
                s.phone.clone().unwrap_or_default(),
                String::new(),
            ]);
        }
        let last = page.at() - 1;
        if last > first {
            for column in 1..=4 {
                page.merges.push((first, column, last, column));
            }
        }
    }
    page.push(["小计", "", "", "", "", &format!("{in_building}人")]);
    page
}

/// Layout of the second group: a header of two levels.
fn two_level(town: &Town, families: &[&Family]) -> Page {
    let upper: &[&str] = &[
        "住址", "", "", "基本信息", "", "", "", "", "", "社会情况", "", "", "", "居住情况", "", "社会保险", "联系方式",
    ];
    let lower: &[&str] = &[
        "楼栋", "单元", "房号", "姓名", "与户主关系", "性别", "民族", "公民身份号码", "出生年月日", "学历", "婚姻",
        "政治面貌", "职业状况", "人员类别", "迁入时间", "养老保险", "电话",
    ];
    let mut page = Page::titled(GROUPS[1], &title(1), lower.len() as u16);
    let at = page.at();
    page.head(&[upper, lower]);
    for (first, last) in [(0u16, 2u16), (3, 8), (9, 12), (13, 14)] {
        page.merges.push((at, first, at, last));
    }
    for family in families {
        let home = &town.homes[family.home];
        let first = page.at();
        for (n, &i) in family.members.iter().enumerate() {
            let s = &town.souls[i];
            let once = |text: String| if n == 0 { text } else { String::new() };
            page.push([
                once(home.building.to_string()),
                once(home.unit.to_string()),
                once(home.room.to_string()),
                s.name.clone(),
                s.relation.into(),
                sex(s).into(),
                "汉".into(),
                number(s),
                born(s, dotted),
                s.education.into(),
                s.marital.into(),
                s.political.into(),
                s.work.into(),
                if s.hukou_only {
                    "户在人不在"
                } else if s.temporary {
                    "流动人口"
                } else {
                    "户籍人口"
                }
                .into(),
                since(s, dotted),
                s.cover.into(),
                s.phone.clone().unwrap_or_default(),
            ]);
        }
        let last = page.at() - 1;
        if last > first {
            for column in 0..=2 {
                page.merges.push((first, column, last, column));
            }
        }
    }
    page
}

/// Layout of the third group: the address once for each household, spelled as it comes.
fn by_address(town: &Town, families: &[&Family], chance: &mut Chance) -> Page {
    let head: &[&str] = &[
        "家庭住址", "姓　名", "关系", "性别", "出生日期", "身份证号码", "民族", "文化程度", "婚否", "政治面貌",
        "工作情况", "居住类型", "入住时间", "参保情况", "手机",
    ];
    let mut page = Page::titled(GROUPS[2], &title(2), head.len() as u16);
    page.head(&[head]);
    for family in families {
        let home = &town.homes[family.home];
        let address = spelled(home, chance);
        for (n, &i) in family.members.iter().enumerate() {
            let s = &town.souls[i];
            page.push([
                if n == 0 { address.clone() } else { String::new() },
                padded(&s.name, chance),
                s.relation.into(),
                sex(s).into(),
                born(s, chinese),
                number(s),
                "汉族".into(),
                s.education.into(),
                s.marital.into(),
                s.political.into(),
                s.work.into(),
                residency(s).into(),
                since(s, chinese),
                s.cover.into(),
                s.phone.clone().unwrap_or_default(),
            ]);
        }
    }
    page
}

fn spelled(home: &Home, chance: &mut Chance) -> String {
    let Home { building: b, unit: u, room: r, .. } = home;
    match chance.between(0, 3) {
        0 => format!("{b}号楼{u}单元{r}室"),
        1 => format!("{b}#{u}-{r}"),
        2 => format!("{b}-{u}-{r}"),
        _ => format!("{b}栋{u}单元{r}"),
    }
}

fn padded(name: &str, chance: &mut Chance) -> String {
    let mut chars = name.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(a), Some(b), None) if chance.often(60) => format!("{a}　{b}"),
        _ => name.to_owned(),
    }
}

/// Layout of the fourth group: every row filled, no serial numbers, no merged cells.
fn filled(town: &Town, families: &[&Family]) -> Page {
    let head: &[&str] = &[
        "小区", "楼号", "单元", "房间号", "户主", "姓名", "与户主关系", "性别", "民族", "出生日期", "身份证号", "学历",
        "婚姻状况", "政治面貌", "就业状况", "户籍性质", "来本社区日期", "养老保险", "联系方式",
    ];
    let mut page = Page::titled(GROUPS[3], &title(3), head.len() as u16);
    page.head(&[head]);
    for family in families {
        let home = &town.homes[family.home];
        for &i in &family.members {
            let s = &town.souls[i];
            page.push([
                ESTATES[1].into(),
                home.building.to_string(),
                home.unit.to_string(),
                home.room.to_string(),
                town.souls[family.members[0]].name.clone(),
                s.name.clone(),
                s.relation.into(),
                sex(s).into(),
                "汉族".into(),
                born(s, iso),
                number(s),
                s.education.into(),
                s.marital.into(),
                s.political.into(),
                s.work.into(),
                residency(s).into(),
                since(s, iso),
                s.cover.into(),
                s.phone.clone().unwrap_or_default(),
            ]);
        }
    }
    page
}

/// A page that is not people.
fn summary(town: &Town) -> Page {
    let mut page = Page::titled("汇总", &format!("{NAME}人口汇总表"), 4);
    page.head(&[&["小组", "户数", "常住", "暂住"]]);
    for (g, name) in GROUPS.iter().enumerate() {
        let of_group = |f: &&Family| town.homes[f.home].group == g;
        let families = town.families.iter().filter(of_group);
        let people = || town.souls.iter().filter(|s| town.homes[town.families[s.family].home].group == g);
        page.push([
            (*name).to_owned(),
            families.count().to_string(),
            people().filter(|s| !s.temporary && !s.hukou_only).count().to_string(),
            people().filter(|s| s.temporary).count().to_string(),
        ]);
    }
    page
}
