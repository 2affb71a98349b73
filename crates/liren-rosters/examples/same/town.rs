//! A town made up by a fixed sequence of numbers: families in flats, common and rare names, twins, and clerks who write
//! some of its people down a second time with the errors that clerks make. The truth is which two are one.

use liren_facts::address::Dwelling;
use liren_facts::identifier::Sex;
use liren_facts::{Day, PartialDay};
use liren_rosters::same::Description;

/// Who is there, and the pairs that are one person.
pub struct Town {
    pub people: Vec<Description>,
    pub same: Vec<(usize, usize)>,
}

/// A sequence of numbers that is always the same.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    /// Out of a hundred.
    fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    /// The first of a list are much commoner than the last.
    fn early(&mut self, n: usize) -> usize {
        self.below(n).min(self.below(n)).min(self.below(n))
    }
}

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔文牛";
const MALE: &str = "军伟强勇杰涛明超辉刚平建国华志文斌林波峰磊洋浩宇鹏飞龙俊凯健宏海东亮庆春生永福贵成江山松柏岩树根旺祥瑞昌盛德仁义礼智信忠孝廉义民良才学博远航阳光耀辰晨旭昊天泽润清源泉川河湖";
const FEMALE: &str = "芳娟敏静丽艳秀英玲桂兰红霞燕萍梅莉琴云莲珍素芬凤洁婷雪琳颖倩佳雯欣怡悦瑶琪璐慧娜蓉菊香月娥翠玉淑惠芝萌蕾薇丹晶妍婉晓彤思雨诗涵梓萱可馨一诺紫嫣若曦雅";

/// `scale` people, of whom about one in twelve stands there twice.
pub fn town(scale: usize, seed: u64) -> Town {
    let mut chance = Chance::new(seed);
    let mut people: Vec<Description> = Vec::with_capacity(scale + scale / 10);
    let mut household = 0_u64;
    while people.len() < scale {
        household += 1;
        let home = home(&mut chance, scale);
        let surname = pick(SURNAMES, chance.early(SURNAMES.chars().count()));
        let size = 1 + chance.below(5);
        let mut twin: Option<Description> = None;
        for member in 0..size {
            let sex = if chance.percent(50) { Sex::Male } else { Sex::Female };
            let year = match member {
                0 | 1 => 1940 + chance.below(50),
                _ => 1980 + chance.below(33),
            };
            let own = if member == 1 { pick(SURNAMES, chance.early(SURNAMES.chars().count())) } else { surname };
            let mut person = Description {
                name: name(&mut chance, own, sex),
                sex: Some(sex),
                birth: day(&mut chance, year),
                number: chance.percent(45).then(|| number(&mut chance)),
                phones: if chance.percent(60) { vec![phone(&mut chance)] } else { Vec::new() },
                dwelling: Some(home.clone()),
                household: None,
            };
            // One birth in eighty is of twins, whose names are made for each other.
            if member >= 2
                && chance.percent(2)
                && let Some(first) = twin.take()
            {
                person.birth = first.birth;
                person.sex = first.sex;
                let mut chars: Vec<char> = first.name.chars().collect();
                let pool = if first.sex == Some(Sex::Male) { MALE } else { FEMALE };
                if let Some(last) = chars.last_mut() {
                    *last = pick(pool, chance.below(pool.chars().count()));
                }
                person.name = chars.into_iter().collect();
            } else if member >= 2 {
                twin = Some(person.clone());
            }
            people.push(person);
        }
        let _ = household;
    }
    let mut same = Vec::new();
    let first = people.len();
    for _ in 0..first / 12 {
        let at = chance.below(first);
        let copy = copied(&mut chance, &people[at], scale);
        same.push((at, people.len()));
        people.push(copy);
    }
    same.sort_unstable();
    // Somebody written down three times is three pairs; the second and the third are one, too.
    let mut more = Vec::new();
    for (n, (a, b)) in same.iter().enumerate() {
        for (c, d) in &same[n + 1..] {
            if a != c {
                break;
            }
            more.push((*b.min(d), *b.max(d)));
        }
    }
    same.extend(more);
    Town { people, same }
}

fn pick(pool: &str, at: usize) -> char {
    pool.chars().nth(at).unwrap_or('王')
}

fn name(chance: &mut Chance, surname: char, sex: Sex) -> String {
    let pool = if sex == Sex::Male { MALE } else { FEMALE };
    let n = pool.chars().count();
    let mut out = String::from(surname);
    out.push(pick(pool, chance.early(n)));
    if chance.percent(72) {
        out.push(pick(pool, chance.below(n)));
    }
    out
}

fn day(chance: &mut Chance, year: usize) -> Option<PartialDay> {
    let year = i32::try_from(year).ok()?;
    let (month, day) = (u32::try_from(1 + chance.below(12)).ok()?, u32::try_from(1 + chance.below(28)).ok()?);
    Day::ymd(year, month, day).map(PartialDay::exact)
}

fn number(chance: &mut Chance) -> String {
    format!("9901{:014}", chance.next() % 100_000_000_000_000)
}

fn phone(chance: &mut Chance) -> String {
    format!("199{:08}", chance.next() % 100_000_000)
}

/// A community has some sixteen hundred flats; a town as many communities as it needs.
fn home(chance: &mut Chance, scale: usize) -> Dwelling {
    let estates = (scale / 2_500).max(1) * 2;
    Dwelling {
        estate: Some(format!("第{}小区", chance.below(estates))),
        building: Some((1 + chance.below(24)).to_string()),
        unit: Some((1 + chance.below(4)).to_string()),
        room: Some(format!("{}0{}", 1 + chance.below(6), 1 + chance.below(2))),
    }
}

/// The same person as another clerk writes them.
fn copied(chance: &mut Chance, of: &Description, scale: usize) -> Description {
    let mut out = of.clone();
    out.number = None;
    let chars: Vec<char> = of.name.chars().collect();
    let kind = chance.below(100);
    out.name = match kind {
        0..=24 => replaced(chance, &chars, sounds_alike),
        25..=33 => replaced(chance, &chars, liren_rosters::same::looks_alike),
        34..=40 => replaced(chance, &chars, nearly),
        41..=43 if chars.len() == 3 => [chars[0], chars[2]].iter().collect(),
        44..=45 if chars.len() == 3 => [chars[0], chars[2], chars[1]].iter().collect(),
        _ => of.name.clone(),
    };
    if let Some(born) = of.birth.map(|b| b.first) {
        let (y, m, d) = (born.year(), born.month(), born.day_of_month());
        out.birth = match chance.below(100) {
            0..=6 if d <= 12 => Day::ymd(y, d, m).map(PartialDay::exact),
            7..=12 => Day::ymd(y, m, if d > 10 { d - 10 } else { d + 10 }).map(PartialDay::exact).or(of.birth),
            13..=16 => Day::ymd(y + 10 - 20 * i32::from(y > 2000), m, d).map(PartialDay::exact),
            17..=21 => PartialDay::month(y, m),
            22..=23 => None,
            _ => of.birth,
        };
    }
    if chance.percent(10) {
        out.sex = None;
    }
    match chance.below(100) {
        // Married, moved to the other family's home
        0..=14 => out.dwelling = Some(home(chance, scale)),
        15..=24 => out.dwelling = None,
        25..=34 => {
            if let Some(home) = &mut out.dwelling {
                home.unit = None;
            }
        }
        _ => {}
    }
    if chance.percent(45) {
        out.phones = Vec::new();
    } else if chance.percent(15) {
        out.phones = vec![phone(chance)];
    }
    out
}

/// One character of the given name replaced by another of the pools that fits; the name itself where none does.
fn replaced(chance: &mut Chance, chars: &[char], fits: impl Fn(char, char) -> bool) -> String {
    let mut out = chars.to_vec();
    let at = 1 + chance.below(chars.len().saturating_sub(1).max(1));
    let Some(own) = chars.get(at).copied() else { return chars.iter().collect() };
    const MORE: &str = "君均钧卫维炜薇为薇蔷薇涛滔勇永咏杰洁结捷明鸣名铭超朝潮辉晖徽挥刚钢纲平萍苹健建剑志智治致文雯纹斌彬滨宾波博泊峰锋丰风枫磊蕾洋阳扬浩皓昊宇雨羽玉鹏朋飞菲俊骏峻凯恺海东冬亮良庆清卿青晴情春淳生胜升永泳福富贵桂成城诚程江姜山珊松嵩柏树淑书根旺祥翔瑞锐昌常长盛圣德仁任义艺怡仪礼丽莉利力立智信欣新馨心忠中钟学雪博远源媛园元航杭光广耀瑶遥尧辰晨臣陈旭绪天添泽则润芳方娟捐敏民静净靖婧艳燕彦雁秀绣英莹颖盈玲铃灵琳林霖霞夏梅玫美琴勤云芸莲连珍真贞素苏芬芬凤奉洁婷亭停倩茜佳嘉家雯悦月跃越琪琦奇其祺璐露路慧惠蕙会娜那蓉容荣融菊香湘祥娥翠玉芝之萌蒙丹晶京精妍研言婉晚晓小筱彤童思诗涵寒含梓紫子萱宣轩可一依伊诺若曦熙希雅亚";
    let pool: Vec<char> =
        MALE.chars().chain(FEMALE.chars()).chain(MORE.chars()).filter(|c| *c != own && fits(own, *c)).collect();
    if let Some(other) = pool.get(chance.below(pool.len())) {
        out[at] = *other;
    }
    out.into_iter().collect()
}

fn sounds_alike(a: char, b: char) -> bool {
    liren_facts::name::syllable(a).is_some() && liren_facts::name::syllable(a) == liren_facts::name::syllable(b)
}

/// One letter more or less, as fingers and ears err: lin and ling, zi and zhi.
fn nearly(a: char, b: char) -> bool {
    let (Some(a), Some(b)) = (liren_facts::name::syllable(a), liren_facts::name::syllable(b)) else { return false };
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.len() == short.len() + 1
        && (long == format!("{short}g") || long.replacen('h', "", 1) == *short && long.starts_with(['z', 'c', 's']))
}
