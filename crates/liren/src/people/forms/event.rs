//! 登记一件事 — what happened to somebody or to a whole household, in one form, one write, one undo.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::PartialDay;

use super::{About, number_of, origin, several, ways};
use crate::base::web::{self, Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{HouseholdId, Id as _, Mine, PersonId, Result, Scope, Write, error};
use crate::people::lives::{self, Wedding};
use crate::people::register::{self, NewHousehold};
use crate::people::states::{Marital, Membership, Residency};
use crate::people::{Row, queries};
use crate::places;

/// A thing that happens: its word in the address, what the tab and the button say.
pub struct What {
    pub id: &'static str,
    pub tab: &'static str,
    pub who: &'static str,
    pub done: &'static str,
    pub icon: &'static str,
}

/// In the order in which an office meets them. A birth and an arrival bring somebody new and begin with their form.
pub const WHATS: [What; 7] = [
    What { id: "departure", tab: "搬出", who: "谁搬走了", done: "搬出登记好了", icon: "logout-2" },
    What { id: "move", tab: "社区内搬家", who: "谁搬了", done: "搬家登记好了", icon: "home-move" },
    What { id: "death", tab: "去世", who: "谁去世了", done: "去世登记好了", icon: "candle" },
    What { id: "marriage", tab: "结婚", who: "谁结婚了", done: "结婚登记好了", icon: "heart" },
    What { id: "divorce", tab: "离婚", who: "谁离婚了", done: "离婚登记好了", icon: "heart-broken" },
    What { id: "split", tab: "分户", who: "谁分出去", done: "分户登记好了", icon: "arrows-split" },
    What { id: "head", tab: "换户主", who: "谁当户主", done: "户主换好了", icon: "crown" },
];

/// The code of a head of household (GB/T 4761), of a spouse, and of somebody widowed (GB/T 2261.2).
const HEAD: &str = "02";
const WIDOWED: &str = "30";

/// A member as the form offers them.
pub struct Member {
    key: String,
    row: Row,
    head: bool,
}

#[derive(Template)]
#[template(path = "people/forms/event.html")]
pub struct EventPage {
    s: Shell,
    form: Form,
    key: String,
    name: String,
    what: &'static What,
    tabs: Vec<(&'static What, bool)>,
    members: Vec<Member>,
    household: Option<String>,
    address: String,
    /// Others of the household, who may become its head.
    heirs: Vec<(String, String)>,
    stays: Vec<(&'static str, String)>,
    ways: Vec<(&'static str, String)>,
}

fn what(id: &str) -> Result<&'static What> {
    WHATS.iter().find(|w| w.id == id).ok_or_else(|| error::not_found("页面"))
}

pub async fn show(mut r: Reader, Path((key, id)): Path<(String, String)>) -> Result<Response> {
    let form = Form::new(&r).with("who", key.clone()).with("widow", "yes").with("stays", "no");
    let page = page(&mut r, &key, &id, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, key: &str, id: &str, form: Form) -> Result<EventPage> {
    let what = what(id)?;
    let about = About::load(r, key).await?;
    let (lang, scope, today) = (r.lang, r.scope(), r.today());
    let ids = match about.line.household {
        Some(household) => about.chosen.members(household),
        None => vec![about.id.0],
    };
    let lines = queries::lines(&mut r.tx, &scope, today, &ids).await?;
    let shown = crate::people::rows(&r.app, &mut r.tx, &scope, today, &ids, lang).await?;
    let members: Vec<Member> = lines
        .into_iter()
        .zip(shown)
        .filter(|(line, _)| line.alive != Some(false))
        .map(|(line, row)| Member {
            key: format!("{}-{}", scope.community, line.id),
            head: line.relation.as_deref() == Some(HEAD),
            row,
        })
        .collect();
    let heirs = members.iter().map(|m| (m.key.clone(), format!("{}({})", m.row.name, m.row.relation))).collect();
    let tabs = WHATS.iter().map(|w| (w, w.id == id)).collect();
    let stays = vec![("no", lang.t("户口也迁走了").to_owned()), ("yes", lang.t("户口还在本社区").to_owned())];
    Ok(EventPage {
        s: r.shell(lang.t("登记一件事"), "/people", ""),
        key: key.to_owned(),
        name: about.row.name.clone(),
        what,
        tabs,
        members,
        household: about.line.household.map(|h| format!("{}-{h}", scope.community)),
        address: about.row.address.clone(),
        heirs,
        stays,
        ways: ways(lang),
        form,
    })
}

pub async fn save(Path((key, id)): Path<(String, String)>, mut s: Submitted) -> Result<Response> {
    let saved = happen(&mut s, &id).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &key, &id, form).await).await
}

async fn happen(s: &mut Submitted, id: &str) -> Saved {
    let what = what(id)?;
    let actor = s.actor()?.clone();
    let (community, today) = (actor.scope.community, s.today());
    let ids: Vec<PersonId> =
        s.form.all("who").iter().map(|k| number_of(k, community, "居民").map(PersonId)).collect::<Result<_>>()?;
    if ids.is_empty() {
        s.form.problem("who", "请勾选是谁。", "Tick who it is about.");
    }
    let who = several(&s.app, &actor, &ids).await?;
    let day = match s.form.text("day") {
        Some(_) => s.form.partial_day("day", today),
        None => {
            s.form.problem(
                "day",
                "请填哪一天；只知道年月就写 2026-6。",
                "Say on which day; 2026-6 when only the month is known.",
            );
            None
        }
    };
    let one = |s: &mut Submitted| {
        if s.form.all("who").len() > 1 {
            s.form.problem("who", "这件事一次只登记一个人。", "This is recorded for one person at a time.");
        }
    };
    let home = match id {
        "move" | "split" if s.form.text("address").is_some() || id == "move" => home(s).await?,
        _ => None,
    };
    let mut other = None;
    match id {
        "marriage" | "divorce" => {
            if s.form.all("who").len() > 2 {
                s.form.problem("who", "请勾选一个人，或夫妻两个人。", "Tick one person, or the two of a couple.");
            }
            other = who.get(1).copied();
        }
        "head" => one(s),
        _ => {}
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    let Some(day) = day else { return Err(Refused::Form) };
    let heir = match s.form.text("heir") {
        Some(k) if matches!(what.id, "death" | "departure" | "split") => {
            let id = PersonId(number_of(&k, community, "居民")?);
            several(&s.app, &actor, &[id]).await?.first().copied()
        }
        _ => None,
    };
    let aspects: &[&str] = match id {
        "marriage" | "divorce" => &["person_marital"],
        "head" | "split" => &["person_membership"],
        _ => &["person_residency", "person_life", "person_membership"],
    };
    let about: Vec<web::About<'_>> =
        ids.iter().map(|id| web::About { kind: PersonId::KIND, id: id.0, aspects }).collect();
    let form = &s.form;
    s.save(what.done, &about, async |w: &mut Write| {
        let origin = origin(w, form, today).await?;
        let scope = Scope::whole(w.community);
        // Asked before anything changes: whose household is left behind.
        let first = who.first().copied().ok_or_else(|| error::not_found("居民"))?;
        let household = Membership::at(&mut w.tx, &scope, &[first.id()], today).await?.and_then(|m| m.value.household);
        if let Some(heir) = heir {
            follows(w, household, &ids, heir.id(), today).await?;
        }
        match id {
            "death" => {
                for person in &who {
                    lives::death(w, day, *person, &origin).await?;
                    if form.is("widow", "yes") {
                        widow(w, *person, day, &origin).await?;
                    }
                }
            }
            "departure" => {
                for person in &who {
                    lives::move_out(w, day, *person, form.is("stays", "yes"), &origin).await?;
                }
            }
            "move" => {
                let home = home.ok_or_else(|| error::not_found("房屋"))?;
                let whole = household.is_some_and(|_| form.is("whole", "yes"));
                let own = if whole { None } else { Some(new_household(w, day, Some(home), &origin).await?) };
                for (at, person) in who.iter().enumerate() {
                    let member = own.map(|h| (h, (at == 0).then(|| HEAD.to_owned())));
                    lives::move_within(w, day.last, *person, home, member, &origin).await?;
                }
                if let (true, Some(household)) = (whole, household) {
                    let state = crate::people::Household { dwelling: Some(home.id()), number: None };
                    state.record(w, household, day.last, &origin).await?;
                }
            }
            "marriage" | "divorce" => {
                let kind = if id == "marriage" { Wedding::Marriage } else { Wedding::Divorce };
                lives::wed(w, day.last, kind, first, other, &origin).await?;
            }
            "split" => {
                let place = match home {
                    Some(home) => Some(home),
                    None => {
                        let at = Residency::at(&mut w.tx, &scope, &[first.id()], today).await?;
                        match at.and_then(|r| r.value.dwelling) {
                            Some(dwelling) => Some(scope.mine(dwelling)?),
                            None => None,
                        }
                    }
                };
                let household = new_household(w, day, place, &origin).await?;
                for (at, person) in who.iter().enumerate() {
                    let relation = (at == 0).then(|| HEAD.to_owned());
                    let member = Membership { household: Some(household.id()), relation };
                    lives::leave_household(w, day.last, *person).await?;
                    member.record(w, person.id(), day.last, &origin).await?;
                }
            }
            _ => {
                let household = household.ok_or_else(|| {
                    error::invalid("这个人还没有归到哪一户，没有户主可换。", "This person belongs to no household yet.")
                })?;
                let former = head_of(w, household, today).await?.filter(|h| *h != first.id());
                let former = former.map(|h| scope.mine(h)).transpose()?;
                lives::change_of_head(w, day.last, scope.mine(household)?, former, first, &origin).await?;
            }
        }
        if let (Some(heir), Some(household)) = (heir, household) {
            lives::change_of_head(w, day.last, scope.mine(household)?, None, heir, &origin).await?;
        }
        super::small::keep_paper(&s.app, w, s, first).await?;
        Ok(format!("/people/{}-{}", w.community, first.number()))
    })
    .await
}

async fn new_household(
    w: &mut Write,
    day: PartialDay,
    home: Option<Mine<crate::base::DwellingId>>,
    origin: &crate::base::Origin,
) -> Result<Mine<HouseholdId>> {
    let new = NewHousehold { dwelling: home.map(Mine::id), number: None, origin: origin.clone() };
    let added = register::add_households(w, day.last, vec![new]).await?;
    added.first().copied().ok_or_else(|| error::fault("no household was added"))
}

/// The spouse of somebody who died is widowed from that day on; nothing is written where no spouse is known.
async fn widow(w: &mut Write, dead: Mine<PersonId>, day: PartialDay, origin: &crate::base::Origin) -> Result<()> {
    let scope = Scope::whole(w.community);
    let state = Marital::at(&mut w.tx, &scope, &[dead.id()], day.last).await?;
    let Some(spouse) = state.and_then(|m| m.value.spouse) else { return Ok(()) };
    let now = Marital { marital: Some(WIDOWED.into()), spouse: None, since: Some(day.last) };
    now.record(w, spouse, day.last, origin).await
}

/// Somebody may follow a head who goes, and only from the same household: otherwise it had two heads, or a stranger's.
async fn follows(
    w: &mut Write,
    household: Option<HouseholdId>,
    going: &[PersonId],
    heir: PersonId,
    on: liren_facts::Day,
) -> Result<()> {
    let scope = Scope::whole(w.community);
    let Some(household) = household else {
        return Err(error::invalid(
            "这个人还没有归到哪一户，没有户主可换。",
            "This person belongs to no household yet.",
        ));
    };
    if head_of(w, household, on).await?.is_some_and(|head| !going.contains(&head)) {
        return Err(error::invalid(
            "走的不是户主，户主不用换。请把“谁接着当户主”空着。",
            "It is not the head who goes; leave the new head empty.",
        ));
    }
    let member = Membership::at(&mut w.tx, &scope, &[heir], on).await?;
    if going.contains(&heir) || member.is_none_or(|m| m.value.household != Some(household)) {
        return Err(error::invalid(
            "新户主要是这一户留下来的人。",
            "The new head must be somebody of this household who stays.",
        ));
    }
    Ok(())
}

/// The head of a household on a day.
async fn head_of(w: &mut Write, household: HouseholdId, on: liren_facts::Day) -> Result<Option<PersonId>> {
    let scope = Scope::whole(w.community);
    let all = Membership::all(&mut w.tx, &scope, on).await?;
    let is_head = |m: &Membership| m.household == Some(household) && m.relation.as_deref() == Some(HEAD);
    Ok(all.into_iter().find(|(_, m)| is_head(&m.value)).map(|(person, _)| person))
}

/// The home somebody moves to: exactly one must have the address.
async fn home(s: &mut Submitted) -> std::result::Result<Option<Mine<crate::base::DwellingId>>, Refused> {
    let Some(text) = s.form.need("address", "请填搬到哪里，如 3号楼1单元501。", "Say where to, such as 3号楼1单元501.")
    else {
        return Ok(None);
    };
    let actor = s.actor()?.clone();
    let today = s.today();
    let mut tx = s.app.db.read().await?;
    let found = places::queries::matching(&mut tx, &actor.scope, today, &text).await?;
    drop(tx);
    match found.as_slice() {
        [one] => Ok(several(&s.app, &actor, &[crate::base::DwellingId(one.id)]).await?.first().copied()),
        [] => {
            s.form.problem(
                "address",
                "没有这套房屋。请核对楼号、单元和门牌。",
                "There is no such home. Check building, unit and room.",
            );
            Ok(None)
        }
        _ => {
            s.form.problem(
                "address",
                "不止一套房屋是这个门牌，请写上小区或单元。",
                "More than one home has this address; add the estate or the unit.",
            );
            Ok(None)
        }
    }
}
