//! Data quality: which key facts are missing, what contradicts itself, what nobody has confirmed for long.
//! Everything is a set over the person frame, so a count is the length of its list.

mod pages;
mod queries;

pub use pages::people_of as people;

use crate::base::web::{Access, Routes};
use crate::base::{App, Permission};

pub fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(
            app,
            "/quality",
            Access::Only(Permission::ReadPeople),
            pages::list,
        )
        .get(
            app,
            "/quality/{id}",
            Access::Only(Permission::ReadPeople),
            pages::show,
        )
}

/// 质量问题 — a condition on people: those for whom it holds, or (`unknown`) for whom it cannot be said.
pub struct Question {
    pub id: &'static str,
    pub title: &'static str,
    pub advice: &'static str,
    pub when: &'static str,
    pub unknown: bool,
}

/// What is asked of everyone who may live here.
pub const QUESTIONS: [Question; 14] = [
    Question {
        id: "residency",
        title: "居住情况未知",
        advice: "问清户籍在不在本社区、人住不住在这里。",
        when: "person.present && has(person.hukou_here)",
        unknown: true,
    },
    Question {
        id: "residency_inferred",
        title: "居住情况是推断的",
        advice: "花名册没有写明,是从户籍地址等推断的,请核对。",
        when: "person.present && person.residency_inferred",
        unknown: false,
    },
    Question {
        id: "born",
        title: "出生日期未知或不完整",
        advice: "看证件补全;只知年月的先照实登记。",
        when: "person.present && person.born == person.born",
        unknown: true,
    },
    Question {
        id: "sex",
        title: "性别未知",
        advice: "看证件补全。",
        when: "person.present && has(person.sex)",
        unknown: true,
    },
    Question {
        id: "number",
        title: "没有可用的证件号码",
        advice: "上门核对证件。",
        when: "person.present && !person.has_number",
        unknown: false,
    },
    Question {
        id: "phone",
        title: "没有电话",
        advice: "走访时留一个能找到人的电话。",
        when: "person.present && !person.has_phone && person.age >= 18",
        unknown: false,
    },
    Question {
        id: "employment",
        title: "从业状况未知(劳动年龄)",
        advice: "走访时问清,多项政策以它为准。",
        when: "person.present && person.age >= 16 && person.age < 60 && has(person.employment)",
        unknown: true,
    },
    Question {
        id: "household",
        title: "没有归到户",
        advice: "问清与谁同住、谁是户主。",
        when: "person.present && has(person.household)",
        unknown: true,
    },
    Question {
        id: "relation",
        title: "与户主关系未知",
        advice: "问清后补登。",
        when: "person.present && has(person.relation)",
        unknown: true,
    },
    Question {
        id: "no_head",
        title: "户里没有户主",
        advice: "问清谁是户主。",
        when: "person.present && has(person.household) && household.members.all(relation != \"02\" && relation != \"01\")",
        unknown: false,
    },
    Question {
        id: "two_heads",
        title: "一户有几个户主",
        advice: "问清谁是户主;分了户的分开登记。",
        when: "person.present && has(person.household) && household.members.count(relation == \"02\" || relation == \"01\") >= 2",
        unknown: false,
    },
    Question {
        id: "two_spouses",
        title: "一户里户主有几个配偶",
        advice: "与户主关系写错了,或者是两户人。",
        when: "person.present && has(person.household) && household.members.count(relation == \"10\" || relation == \"11\" || relation == \"12\") >= 2",
        unknown: false,
    },
    Question {
        id: "home_elsewhere",
        title: "与同户的人住在不同的房屋",
        advice: "问清是分开住了,还是住址写错了。",
        when: "person.present && person.place_rank != household.dwelling.rank",
        unknown: false,
    },
    Question {
        id: "stale",
        title: "很久没有核实",
        advice: "走访时核对是否还住在这里、电话有没有变。",
        when: "person.present && years_between(person.confirmed, today) >= param.base.stale_after",
        unknown: false,
    },
];
