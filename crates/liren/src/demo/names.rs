//! Fictional names and numbers.

use std::collections::HashSet;

use liren_facts::{Day, identifier};

use super::chance::Chance;

const SURNAMES: [&str; 60] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "单", "解",
];
const MALE: [&str; 40] = [
    "建国", "志强", "明", "伟", "军", "海涛", "立新", "德顺", "长林", "振华", "俊杰", "浩然", "子轩", "文斌", "永福",
    "少华", "晓东", "春生", "国庆", "家宝", "宏", "勇", "铁柱", "守仁", "玉山", "庆丰", "思远", "天佑", "一鸣", "鹏",
    "超", "瑞", "凯", "博文", "占军", "福来", "景春", "兆林", "新民", "书成",
];
const FEMALE: [&str; 40] = [
    "桂兰", "秀英", "玉梅", "丽华", "淑芬", "静", "敏", "燕", "雪莲", "晓红", "春香", "美玲", "翠平", "凤霞", "佳怡",
    "梓涵", "雨桐", "欣", "婷婷", "月娥", "素珍", "爱莲", "金花", "巧云", "慧", "小芳", "文静", "思雨", "一诺", "兰英",
    "瑞雪", "彩虹", "红梅", "海燕", "玲", "娟", "倩", "露", "琳", "新月",
];

/// Makes names, numbers and phones, none of them twice where that matters.
pub struct Register {
    numbers: HashSet<String>,
    phone: u32,
}

impl Register {
    pub fn new() -> Register {
        Register { numbers: HashSet::new(), phone: 0 }
    }

    pub fn surname(&self, chance: &mut Chance) -> &'static str {
        // The first twenty are as common as the other forty.
        if chance.often(50) { SURNAMES[chance.between(0, 19) as usize] } else { chance.pick::<&str>(&SURNAMES) }
    }

    pub fn given(&self, chance: &mut Chance, male: bool) -> &'static str {
        if male { chance.pick::<&str>(&MALE) } else { chance.pick::<&str>(&FEMALE) }
    }

    /// A number of the non-existent region 9901xx with a correct check character.
    pub fn number(&mut self, chance: &mut Chance, born: Day, male: bool) -> String {
        loop {
            let sequence = chance.between(0, 498) * 2 + i64::from(male);
            let first = format!(
                "9901{:02}{:04}{:02}{:02}{:03}",
                chance.between(1, 99),
                born.year(),
                born.month(),
                born.day_of_month(),
                sequence
            );
            let check = identifier::check_character(&first).unwrap_or('0');
            let number = format!("{first}{check}");
            if self.numbers.insert(number.clone()) {
                return number;
            }
        }
    }

    /// A mobile number 1990000xxxx, each once.
    pub fn phone(&mut self) -> String {
        self.phone += 1;
        format!("1990000{:04}", self.phone % 10_000)
    }
}
