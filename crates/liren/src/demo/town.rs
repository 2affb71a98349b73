//! The people of the demo community as they are on the day of the opening roster, and what the year will
//! bring them. Pure: a model in memory, no database.

use std::collections::HashSet;

use liren_facts::Day;

use super::TODAY;
use super::chance::Chance;
use super::names::Register;

/// 房屋
#[derive(Clone, Debug)]
pub struct Home {
    /// Index into [`super::ESTATES`].
    pub estate: usize,
    pub building: i64,
    pub unit: i64,
    pub room: i64,
    /// Index into [`super::GROUPS`].
    pub group: usize,
}

/// 户
#[derive(Clone, Debug)]
pub struct Family {
    pub home: usize,
    pub members: Vec<usize>,
    pub temporary: bool,
}

/// 人
#[derive(Clone, Debug)]
pub struct Soul {
    pub name: String,
    pub male: bool,
    pub born: Day,
    pub number: String,
    pub phone: Option<String>,
    pub family: usize,
    /// As a roster writes it: 户主, 配偶, 子 …
    pub relation: &'static str,
    pub temporary: bool,
    pub hukou_only: bool,
    pub since: Option<Day>,
    pub education: &'static str,
    pub marital: &'static str,
    pub political: &'static str,
    pub work: &'static str,
    /// 养老保险: 未参保, 居民, 职工, 退休; empty is not known.
    pub cover: &'static str,
    pub flaw: Flaw,
}

/// What is wrong with a row, as in real rosters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    None,
    /// The 15-digit number of the first generation.
    Old15,
    Spaces,
    NoNumber,
    BadCheck,
    /// No number and only year and month of birth.
    PartialBirth,
}

impl Soul {
    /// Completed years on the demo's day.
    pub fn age(&self) -> i32 {
        self.born.years_until(TODAY)
    }

    /// Lives here with a number that every check passes: someone a story may be told about.
    pub fn plain(&self) -> bool {
        !self.hukou_only && matches!(self.flaw, Flaw::None | Flaw::Spaces)
    }
}

/// 社区里的人和房
pub struct Town {
    pub homes: Vec<Home>,
    pub families: Vec<Family>,
    pub souls: Vec<Soul>,
}

/// Living here on the opening day: (estate, residents, temporary). With the year's births, deaths and moves
/// they become 2,181 and 2,087.
const OPENING: [(usize, usize, usize); 2] = [(0, 1560, 1490), (1, 615, 591)];
const HUKOU_ONLY: usize = 24;

/// Builds the town; the same for the same seed.
pub fn town(seed: u64) -> Town {
    let mut maker = Maker {
        chance: Chance::new(seed),
        register: Register::new(),
        town: Town { homes: homes(), families: vec![], souls: vec![] },
        free: [vec![], vec![]],
    };
    for (i, home) in maker.town.homes.iter().enumerate() {
        maker.free[home.estate].push(i);
    }
    for estate in 0..2 {
        maker.chance.shuffle(&mut maker.free[estate]);
    }
    for (estate, residents, temporary) in OPENING {
        maker.settle(estate, residents, false);
        maker.settle(estate, temporary, true);
    }
    maker.hukou_only();
    maker.elders();
    maker.covers();
    maker.flaws();
    maker.in_reading_order();
    maker.town
}

struct Maker {
    chance: Chance,
    register: Register,
    town: Town,
    free: [Vec<usize>; 2],
}

fn homes() -> Vec<Home> {
    let mut homes = Vec::new();
    for (estate, buildings, units, doors) in [(0, 24, 3, 3), (1, 8, 3, 3)] {
        for building in 1..=buildings {
            let group = if estate == 1 { 3 } else { ((building - 1) / 8) as usize };
            for unit in 1..=units {
                for floor in 1..=6 {
                    for door in 1..=doors {
                        homes.push(Home { estate, building, unit, room: floor * 100 + door, group });
                    }
                }
            }
        }
    }
    homes
}

/// A member of a family to be: relation, sex (`None`: either), age.
type Member = (&'static str, Option<bool>, i64);

impl Maker {
    fn settle(&mut self, estate: usize, people: usize, temporary: bool) {
        let mut left = people;
        while left > 0 {
            let mut members = self.family(temporary);
            while members.len() > left {
                members.pop();
            }
            left -= members.len();
            let Some(home) = self.free[estate].pop() else {
                return;
            };
            let family = self.town.families.len();
            self.town.families.push(Family { home, members: vec![], temporary });
            self.people(family, members, temporary);
        }
    }

    fn family(&mut self, temporary: bool) -> Vec<Member> {
        let c = &mut self.chance;
        let shape = if temporary { c.weighted(&[10, 22, 44, 14, 0, 10]) } else { c.weighted(&[8, 18, 40, 16, 15, 3]) };
        match shape {
            0 => vec![("户主", None, if temporary { c.between(19, 48) } else { c.between(26, 78) })],
            1 => {
                let age = if temporary { c.between(22, 50) } else { c.between(27, 77) };
                vec![("户主", Some(true), age), ("配偶", Some(false), (age - c.between(0, 4)).max(21))]
            }
            2 => {
                let age = c.between(29, 54);
                let child = (age - c.between(24, 30)).clamp(1, 24);
                vec![("户主", Some(true), age), ("配偶", Some(false), age - c.between(0, 4)), ("子女", None, child)]
            }
            3 => {
                let age = c.between(31, 46);
                let child = (age - c.between(25, 29)).clamp(2, 17);
                let second = (child - c.between(2, 5)).max(1);
                vec![
                    ("户主", Some(true), age),
                    ("配偶", Some(false), age - c.between(0, 4)),
                    ("子女", None, child),
                    ("子女", None, second),
                ]
            }
            4 => {
                let age = c.between(30, 47);
                let child = (age - c.between(25, 29)).clamp(1, 19);
                let parent = (age + c.between(23, 28)).min(77);
                vec![
                    ("户主", Some(true), age),
                    ("配偶", Some(false), age - c.between(0, 4)),
                    ("子女", None, child),
                    ("父亲", Some(true), parent),
                    ("母亲", Some(false), (parent - c.between(0, 4)).max(50)),
                ]
            }
            _ => {
                let age = c.between(24, 45);
                vec![("户主", None, age), ("非亲属", None, c.between(20, 45)), ("非亲属", None, c.between(20, 45))]
            }
        }
    }

    fn people(&mut self, family: usize, members: Vec<Member>, temporary: bool) {
        let surname = self.register.surname(&mut self.chance);
        for (relation, sex, age) in members {
            let male = sex.unwrap_or_else(|| self.chance.often(51));
            let of_blood = !matches!(relation, "配偶" | "母亲" | "非亲属");
            let own = self.register.surname(&mut self.chance);
            let given = self.register.given(&mut self.chance, male);
            let name = format!("{}{given}", if of_blood { surname } else { own });
            let born = self.birthday(age);
            let number = self.register.number(&mut self.chance, born, male);
            let relation = match (relation, male) {
                ("子女", true) => "子",
                ("子女", false) => "女",
                (other, _) => other,
            };
            let since = (temporary && self.chance.often(85)).then(|| {
                let latest = Day::ymd(2012, 12, 20).unwrap_or(super::OPENING);
                let at = latest.plus(-(self.chance.between(0, 2200) as i32));
                at.max(born)
            });
            let phone = (age >= 16 && self.chance.often(80)).then(|| self.register.phone());
            let soul = Soul {
                name,
                male,
                born,
                number,
                phone,
                family,
                relation,
                temporary,
                hukou_only: false,
                since,
                education: self.education(age),
                marital: self.marital(relation, age),
                political: self.political(age),
                work: self.work(age, male, temporary),
                cover: "",
                flaw: Flaw::None,
            };
            self.town.families[family].members.push(self.town.souls.len());
            self.town.souls.push(soul);
        }
    }

    /// A day on which somebody of this age on the demo's day was born, never after the opening day.
    fn birthday(&mut self, age: i64) -> Day {
        let latest = TODAY.plus_years(-(age as i32));
        let day = latest.plus(-(self.chance.between(1, 364) as i32));
        day.min(super::OPENING.plus(-(self.chance.between(3, 60) as i32)))
    }

    fn education(&mut self, age: i64) -> &'static str {
        match age {
            0..=6 => "",
            7..=12 => "小学",
            13..=15 => "初中",
            16..=18 => "高中",
            19..=45 => {
                ["大学本科", "大专", "高中", "中专", "初中", "研究生"][self.chance.weighted(&[25, 25, 20, 12, 15, 3])]
            }
            46..=65 => {
                ["初中", "高中", "中专", "大专", "小学", "大学本科"][self.chance.weighted(&[38, 26, 10, 10, 10, 6])]
            }
            _ => ["小学", "初中", "文盲", "高中", "大专"][self.chance.weighted(&[40, 30, 10, 14, 6])],
        }
    }

    fn marital(&mut self, relation: &str, age: i64) -> &'static str {
        match relation {
            "配偶" | "父亲" | "母亲" => "已婚",
            "子" | "女" => "未婚",
            _ if age < 22 => "未婚",
            _ => "",
        }
    }

    fn political(&mut self, age: i64) -> &'static str {
        match age {
            14..=27 if self.chance.often(30) => "共青团员",
            _ => "群众",
        }
    }

    fn work(&mut self, age: i64, male: bool, temporary: bool) -> &'static str {
        match age {
            0..=6 => "",
            7..=18 => "学生",
            19..=22 if self.chance.often(60) => "学生",
            _ if age >= 60 || (!male && age >= 55) => "退休",
            _ if temporary => ["工人", "个体", "职员", "自由职业"][self.chance.weighted(&[45, 30, 15, 10])],
            _ => ["职员", "工人", "个体", "专业技术人员", "无业"][self.chance.weighted(&[30, 30, 15, 15, 10])],
        }
    }

    /// Registered here, living elsewhere: they hang on a resident household and are in no total.
    fn hukou_only(&mut self) {
        for _ in 0..HUKOU_ONLY {
            let family = self.chance.between(0, 150) as usize;
            let members = vec![("其他亲属", None, self.chance.between(22, 50))];
            let before = self.town.souls.len();
            self.people(family, members, false);
            let soul = &mut self.town.souls[before];
            soul.hukou_only = true;
            soul.work = "职员";
            soul.cover = "职工";
        }
    }

    /// Seven residents are eighty or older on the demo's day, one of them since that very day; one more will be
    /// on the next. Everybody else is younger.
    fn elders(&mut self) {
        let limit = TODAY.plus_years(-80);
        for soul in &mut self.town.souls {
            debug_assert!(soul.born > limit, "templates end at seventy-eight");
        }
        let mut old: Vec<usize> = (0..self.town.souls.len())
            .filter(|&i| {
                let s = &self.town.souls[i];
                !s.temporary && !s.hukou_only && s.relation == "户主" && (66..=78).contains(&s.age())
            })
            .collect();
        self.chance.shuffle(&mut old);
        let days = [0, 210, 700, 1100, 1900, 2500, 3300, -1];
        for (&i, ago) in old.iter().zip(days) {
            let born = limit.plus(-ago);
            let soul = &mut self.town.souls[i];
            soul.born = born;
            soul.number = self.register.number(&mut self.chance, born, soul.male);
        }
    }

    /// Who has which pension cover: 136 residents of working age have none, 11 have none yet and will enrol
    /// this year, 57 are in the residents' scheme, of 20 nobody knows.
    fn covers(&mut self) {
        for soul in &mut self.town.souls {
            let age = soul.age();
            soul.cover = match soul.work {
                "退休" => "退休",
                "学生" | "" => "",
                _ if age < 16 => "",
                _ => "职工",
            };
        }
        let mut open: Vec<usize> = (0..self.town.souls.len())
            .filter(|&i| {
                let s = &self.town.souls[i];
                !s.temporary && !s.hukou_only && (24..=57).contains(&s.age()) && s.work != "学生" && s.work != "退休"
            })
            .collect();
        self.chance.shuffle(&mut open);
        for (n, &i) in open.iter().enumerate() {
            let soul = &mut self.town.souls[i];
            (soul.cover, soul.work) = match n {
                0..147 => ("未参保", if n % 3 == 0 { "无业" } else { "自由职业" }),
                147..204 => ("居民", "无业"),
                204..224 => ("", if n % 2 == 0 { "" } else { "自由职业" }),
                _ => continue,
            };
        }
    }

    /// Flaws fall on temporary residents of an age at which nothing depends on them.
    fn flaws(&mut self) {
        let mut open: Vec<usize> = (0..self.town.souls.len())
            .filter(|&i| self.town.souls[i].temporary && (24..=45).contains(&self.town.souls[i].age()))
            .collect();
        self.chance.shuffle(&mut open);
        let flaws =
            [(Flaw::Old15, 9), (Flaw::Spaces, 14), (Flaw::NoNumber, 22), (Flaw::BadCheck, 7), (Flaw::PartialBirth, 6)];
        let mut at = open.into_iter();
        for (flaw, count) in flaws {
            for i in at.by_ref().take(count) {
                if flaw == Flaw::Old15 && self.town.souls[i].born.year() >= 2000 {
                    continue;
                }
                self.town.souls[i].flaw = flaw;
            }
        }
    }

    /// Families in the order of their homes, people in the order of their families.
    fn in_reading_order(&mut self) {
        let mut order: Vec<usize> = (0..self.town.families.len()).collect();
        order.sort_by_key(|&f| self.town.families[f].home);
        let mut souls = Vec::with_capacity(self.town.souls.len());
        let mut families = Vec::with_capacity(order.len());
        for f in order {
            let mut family = self.town.families[f].clone();
            for member in &mut family.members {
                let mut soul = self.town.souls[*member].clone();
                soul.family = families.len();
                *member = souls.len();
                souls.push(soul);
            }
            families.push(family);
        }
        self.town.souls = souls;
        self.town.families = families;
    }
}

/// Everyone a story may still be told about, taken without putting back.
pub struct Cast {
    taken: HashSet<usize>,
    order: Vec<usize>,
}

impl Cast {
    pub fn new(town: &Town, seed: u64) -> Cast {
        let mut order: Vec<usize> = (0..town.souls.len()).filter(|&i| town.souls[i].plain()).collect();
        Chance::new(seed).shuffle(&mut order);
        Cast { taken: HashSet::new(), order }
    }

    /// The next `count` people who fit, none of them taken before.
    pub fn take(&mut self, town: &Town, count: usize, fits: impl Fn(&Soul) -> bool) -> Vec<usize> {
        let mut found = Vec::with_capacity(count);
        for &i in &self.order {
            if found.len() == count {
                break;
            }
            if !self.taken.contains(&i) && fits(&town.souls[i]) {
                found.push(i);
            }
        }
        self.taken.extend(&found);
        found.sort_unstable();
        found
    }
}
