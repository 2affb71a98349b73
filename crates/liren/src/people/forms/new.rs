//! 登记居民 — somebody new: born here, come to live here, or only found to be missing from the register.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use liren_facts::PartialDay;
use liren_facts::identifier::{self, Options};
use serde::Deserialize;

use super::{codes, household_in, mine, origin, ways};
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, DwellingId, HouseholdId, Mine, Result, Write, error};
use crate::people::chosen::Chosen;
use crate::people::pages::rows;
use crate::people::person::NewPerson;
use crate::people::register::{self, NewHousehold};
use crate::people::states::Residency;
use crate::people::{code, lives, queries};
use crate::places;

/// How somebody comes to be registered.
const HOWS: [(&str, &str, &str); 3] = [
    ("found", "补登记", "早就住在这里，一直没有登记"),
    ("arrival", "搬来的", "从外面搬来，从这天起住在本社区"),
    ("birth", "出生", "生在这一户"),
];

#[derive(Deserialize, Default)]
pub struct From {
    #[serde(default)]
    home: String,
    #[serde(default)]
    household: String,
    #[serde(default)]
    how: String,
}

/// What the number and the name say, and who may be the same person: shown before saving.
#[derive(Default)]
struct Told {
    /// Sex, age, day of birth that the number proves.
    proved: Option<(String, String, String)>,
    fault: Option<String>,
    twins: Vec<Twin>,
}

/// 可能重复
struct Twin {
    key: String,
    name: String,
    born: String,
    address: String,
    number: String,
    /// The whole number is the same: nobody is registered twice under it.
    certain: bool,
}

#[derive(Template)]
#[template(path = "people/forms/new.html", blocks = ["told"])]
pub struct NewPage {
    s: Shell,
    form: Form,
    hows: Vec<(&'static str, String, String)>,
    residencies: Vec<(String, String)>,
    relations: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    /// Households of the home that was named: key and members.
    households: Vec<(String, String)>,
    home: Option<String>,
    told: Told,
    ways: Vec<(&'static str, String)>,
}

pub async fn show(mut r: Reader, Query(from): Query<From>) -> Result<Response> {
    let mut form = Form::new(&r);
    let (scope, today) = (r.scope(), r.today());
    form.set("how", if HOWS.iter().any(|(h, ..)| *h == from.how) { from.how.as_str() } else { "found" });
    form.set("residency", "resident");
    let mut home = super::number_of(&from.home, r.community(), "房屋").ok();
    if let Ok(household) = super::number_of(&from.household, r.community(), "户") {
        form.set("household", from.household.clone());
        let state = crate::people::Household::at(&mut r.tx, &scope, &[HouseholdId(household)], today).await?;
        home = home.or(state.and_then(|h| h.value.dwelling).map(|d| d.0));
    }
    if let Some(home) = home
        && let Some(label) = places::queries::addresses(&mut r.tx, &scope, today, [home]).await?.remove(&home)
    {
        form.set("address", label);
    }
    let page = page(&mut r, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, form: Form) -> Result<NewPage> {
    let (lang, scope, today) = (r.lang, r.scope(), r.today());
    let chosen = Chosen::load(&r.app, &mut r.tx, &scope, r.moment).await?;
    let told = told(r, &chosen, &form).await?;
    let homes = places::queries::matching(&mut r.tx, &scope, today, form.v("address")).await?;
    let (mut households, mut home) = (vec![], None);
    if let [one] = homes.as_slice() {
        home = Some(one.label());
        for household in households_of(&chosen, one.id) {
            let members = chosen.members(household);
            let members = rows(&r.app, &mut r.tx, &scope, today, &members, lang).await?;
            let words: Vec<String> = members.iter().map(|m| format!("{}({})", m.name, m.relation)).collect();
            households.push((format!("{}-{household}", scope.community), words.join("、")));
        }
    }
    let words = |all: &[&str]| -> Vec<(String, String)> {
        all.iter().map(|c| ((*c).to_owned(), code(&r.app, "residency", Some(c), lang))).collect()
    };
    let residencies = words(&["resident", "temporary", "hukou_only"]);
    let relations = codes(&r.app, "relation", lang);
    let sexes = codes(&r.app, "sex", lang).into_iter().filter(|(c, _)| c == "1" || c == "2").collect();
    Ok(NewPage {
        s: r.shell(lang.t("登记居民"), "/people", ""),
        hows: HOWS.iter().map(|(v, w, y)| (*v, lang.t(w).to_owned(), lang.t(y).to_owned())).collect(),
        residencies,
        relations,
        sexes,
        households,
        home,
        told,
        ways: ways(lang),
        form,
    })
}

/// `POST /people/new/check` — the part of the form that answers while somebody types.
pub async fn check(State(app): State<App>, s: Submitted) -> Result<Response> {
    let mut r = Reader::open(&app, &s.visitor).await?;
    let page = page(&mut r, s.form.clone()).await?;
    drop(r);
    Ok(Html(page.as_told().render().map_err(error::fault)?).into_response())
}

fn households_of(chosen: &Chosen, home: i64) -> Vec<i64> {
    let schema = chosen.look.schema();
    let Some(kind) = schema.kind("household") else { return vec![] };
    let frame = chosen.look.world.frame(kind);
    let Some(slot) = chosen.look.slot(kind, "dwelling") else { return vec![] };
    let of_home = (0..frame.len() as u32).filter(|row| frame.cell(slot, *row) == liren_rules::Cell::One(home));
    of_home.map(|row| frame.id(row)).filter(|h| !chosen.members(*h).is_empty()).collect()
}

async fn told(r: &mut Reader, chosen: &Chosen, form: &Form) -> Result<Told> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let mut told = Told::default();
    let mut same: Vec<(i64, bool)> = Vec::new();
    if let Some(typed) = form.text("number") {
        let fictional = crate::org::queries::community(&mut r.tx, &scope).await?.fictional;
        match identifier::read(&typed, Options { on: today, fictional }) {
            Ok(number) => {
                let sex = number.sex.map(|s| if s == liren_facts::identifier::Sex::Male { "1" } else { "2" });
                told.proved = number.birth.map(|born| {
                    let age = PartialDay::exact(born).age(today).map_or_else(String::new, |a| a.to_string());
                    (code(&r.app, "sex", sex, lang), age, born.to_string())
                });
                let keys = r.app.community_keys(&mut r.tx, scope.community).await?;
                let holders = queries::holders(&mut r.tx, &scope, today, &keys.whole(&number.text)).await?;
                same.extend(holders.into_iter().map(|id| (id, true)));
            }
            Err(fault) => told.fault = Some(lang.t(fault_words(fault)).to_owned()),
        }
    }
    if let Some(typed) = form.text("name").filter(|n| n.chars().count() >= 2) {
        for id in queries::named(&mut r.tx, &scope, today, &typed).await? {
            if !same.iter().any(|(other, _)| *other == id) {
                same.push((id, false));
            }
        }
    }
    same.retain(|(id, _)| chosen.contains(*id));
    same.truncate(5);
    let ids: Vec<i64> = same.iter().map(|(id, _)| *id).collect();
    let lines = queries::lines(&mut r.tx, &scope, today, &ids).await?;
    let shown = rows(&r.app, &mut r.tx, &scope, today, &ids, lang).await?;
    for (line, row) in lines.into_iter().zip(shown) {
        let certain = same.iter().any(|(id, certain)| *id == line.id && *certain);
        told.twins.push(Twin {
            key: format!("{}-{}", scope.community, line.id),
            name: row.name,
            born: line.born.map_or_else(|| lang.t("待核实").to_owned(), |b| b.to_string()),
            address: row.address,
            number: row.id_number,
            certain,
        });
    }
    Ok(told)
}

pub(super) fn fault_words(fault: identifier::Fault) -> &'static str {
    use identifier::Fault::*;
    match fault {
        Missing => "没有证件号就空着，会列入要问的。",
        BadLength(_) => "位数不对：居民身份证号是 18 位。请对照证件再看一遍。",
        BadChecksum => "校验位不符，有一位抄错了。请对照证件再看一遍。",
        BadDate => "里面的出生日期不存在。请对照证件再看一遍。",
        BadRegion => "前六位不是行政区划。请对照证件再看一遍。",
        PrecisionLost | Scientific => "这是 Excel 丢了末几位的号码。请对照证件重新输入。",
        BadCharacters => "里面有不该有的字。请对照证件再看一遍。",
        BadAge => "按号码算出的年龄不可能。请对照证件再看一遍。",
    }
}

pub async fn save(mut s: Submitted) -> Result<Response> {
    let saved = add(&mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, form).await).await
}

async fn add(s: &mut Submitted) -> Saved {
    let actor = s.actor()?.clone();
    let (scope, today) = (actor.scope.clone(), s.today());
    let called =
        s.form.need("name", "请填姓名；不知道就写“不详”。", "Fill in the name; write 不详 if nobody knows it.");
    let how = HOWS.iter().map(|(h, ..)| *h).find(|h| s.form.is("how", h)).unwrap_or("found");
    let mut born = s.form.partial_day("born", today);
    let mut sex = s.form.text("sex").filter(|c| c == "1" || c == "2");
    let mut number = None;
    let mut tx = s.app.db.read().await?;
    let fictional = crate::org::queries::community(&mut tx, &scope).await?.fictional;
    let keys = s.app.community_keys(&mut tx, scope.community).await?;
    if let Some(typed) = s.form.text("number") {
        match identifier::read(&typed, Options { on: today, fictional }) {
            Ok(read) => {
                if read.kind.proves_birth() {
                    born = read.birth.map(PartialDay::exact).or(born);
                    sex = read
                        .sex
                        .map(|x| if x == liren_facts::identifier::Sex::Male { "1" } else { "2" }.to_owned())
                        .or(sex);
                }
                let holders = queries::holders(&mut tx, &scope, today, &keys.whole(&read.text)).await?;
                if !holders.is_empty() {
                    s.form.problem(
                        "number",
                        "这个证件号已经登记在一个人名下。请打开那个人核对；两个人共用一个号码时，先改正错的那个。",
                        "This number is on record for somebody already. Open that person; where two people share a number, correct the wrong one first.",
                    );
                }
                number = Some((read.kind.code().to_owned(), read.text));
            }
            Err(fault) => {
                s.form.problem(
                    "number",
                    fault_words(fault),
                    "This number cannot be right; compare it with the document.",
                );
            }
        }
    }
    if how == "birth" && born.is_none_or(|b| b.first != b.last) && !s.form.has("born") {
        s.form.problem("born", "登记出生要填到哪一天。", "A birth needs its day.");
    }
    // Somebody of the same name asks for a look, once.
    if let Some(called) = &called
        && number.is_none()
        && !s.form.is("another", "yes")
        && !queries::named(&mut tx, &scope, today, called).await?.is_empty()
    {
        s.form.problem(
            "another",
            "已经有同名的人。请看一下是不是同一个人；确实是另一个人就勾上再保存。",
            "Somebody of this name is on record. Look whether it is the same person; if it is another one, tick the box and save again.",
        );
    }
    let typed = s.form.need("address", "请填住址，如 3号楼1单元501。", "Fill in the address, such as 3号楼1单元501.");
    let found = match &typed {
        Some(text) => places::queries::matching(&mut tx, &scope, today, text).await?,
        None => vec![],
    };
    let chosen = household_in(&s.form, "household", scope.community);
    let lives_at = match chosen {
        Some(household) => crate::people::Household::at(&mut tx, &scope, &[household], today).await?,
        None => None,
    };
    drop(tx);
    let home = match (found.as_slice(), &typed) {
        ([one], _) => Some(one.id),
        ([], Some(_)) => {
            s.form.problem(
                "address",
                "没有这套房屋。请核对楼号、单元和门牌；确实是新的房屋，请先到“户与房屋”里建。",
                "There is no such home. Check building, unit and room; a new home is added under 户与房屋 first.",
            );
            None
        }
        ([_, _, ..], _) => {
            s.form.problem(
                "address",
                "不止一套房屋是这个门牌，请写上小区或单元。",
                "More than one home has this address; add the estate or the unit.",
            );
            None
        }
        _ => None,
    };
    let residency = s.form.text("residency").unwrap_or_default();
    let household = chosen;
    if let (Some(home), Some(_)) = (home, household)
        && lives_at.is_none_or(|h| h.value.dwelling != Some(DwellingId(home)))
    {
        s.form.problem(
            "household",
            "这一户不住在这套房。住址改了，请重新选一次加入哪一户。",
            "This household does not live in this home. The address has changed: choose again.",
        );
    }
    let new_household = s.form.is("household", "new") || (how != "birth" && s.form.text("household").is_none());
    if household.is_none() && !new_household {
        s.form.problem("household", "请选加入哪一户。", "Choose the household.");
    }
    let relation = s.form.text("relation").or_else(|| new_household.then(|| "02".to_owned()));
    let phone = s.form.text("phone");
    let phones: Vec<String> = phone
        .as_deref()
        .map(|p| liren_facts::phone::read(p).usable().map(|p| p.digits.clone()).collect())
        .unwrap_or_default();
    if phone.is_some() && phones.is_empty() {
        s.form.problem(
            "phone",
            "这不像电话号码，没有就空着。",
            "This is no phone number; leave it empty if there is none.",
        );
    }
    let since = s.form.partial_day("since", today);
    if how == "arrival" && since.is_none() && !s.form.has("since") {
        s.form.problem(
            "since",
            "请填哪天搬来的；只知道年月就写 2026-6。",
            "Say when they came; 2026-6 when only the month is known.",
        );
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    let (Some(called), Some(home)) = (called, home) else { return Err(Refused::Form) };
    let home: Mine<DwellingId> = mine(&s.app, &actor, DwellingId(home)).await?;
    let household = match household {
        Some(household) => Some(mine(&s.app, &actor, household).await?),
        None => None,
    };
    let day = match how {
        "birth" => born.map_or(today, |b| b.last),
        "arrival" => since.map_or(today, |d| d.last),
        _ => since.map_or(today, |d| d.last),
    };
    let reason = match how {
        "birth" => "出生登记好了",
        "arrival" => "搬来登记好了",
        _ => "居民登记好了",
    };
    let next = s.form.is("next", "yes");
    let nothing = matches!(called.as_str(), "不详" | "不知道" | "未知");
    s.save(reason, &[], async |w: &mut Write| {
        let origin = origin(w, &s.form, today).await?;
        let household = match household {
            Some(there) => there,
            None => {
                let new = NewHousehold { dwelling: Some(home.id()), number: None, origin: origin.clone() };
                let added = register::add_households(w, day, vec![new]).await?;
                added.first().copied().ok_or_else(|| error::fault("no household was added"))?
            }
        };
        let person = NewPerson {
            name: (!nothing).then(|| called.clone()),
            sex: sex.clone(),
            born,
            number_state: if number.is_some() { "ok" } else { "missing" }.to_owned(),
            number: number.clone(),
            phones: phones.clone(),
            residency: Residency {
                hukou_here: Some(residency != "temporary"),
                lives_here: Some(residency != "hukou_only"),
                since: since.map(|d| d.last),
                dwelling: Some(home.id()),
                ..Residency::default()
            },
            household: Some(household.number()),
            relation: relation.clone(),
            origin: origin.clone(),
            ..NewPerson::default()
        };
        let person = match how {
            "birth" => lives::birth(w, &keys, day, person).await?,
            "arrival" => lives::move_in(w, &keys, day, person).await?,
            _ => register::add_person(w, &keys, day, person).await?,
        };
        super::small::keep_paper(&s.app, w, s, person).await?;
        Ok(if next {
            format!(
                "/people/new?home={}-{}&household={}-{}",
                w.community,
                home.number(),
                w.community,
                household.number()
            )
        } else {
            format!("/people/{}-{}", w.community, person.number())
        })
    })
    .await
}
