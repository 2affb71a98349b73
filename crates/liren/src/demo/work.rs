//! What the community did in the year, recorded by the slices: activities, works, the election, returns,
//! targets and payments.

use std::collections::HashMap;

use super::story::{Ids, Organisations, Tree, day, of_old, organisation, yuan};
use super::year::Year;
use super::{ESTATES, NAME, OPENING, TODAY};
use crate::base::keys::CommunityKeys;
use crate::base::stages::{NewMatter, Step, Subject, open};
use crate::base::{AreaId, DwellingId, OrganisationId, Origin, PersonId, Result, Scope, Write};
use crate::figures::targets::{Target, set};
use crate::org::Appointment;
use crate::people::{NewPerson, Residency, register};
use crate::places::{Facility, Organisation, Ownership, queries as places};
use crate::programmes::events::{NewEvent, record};
use crate::programmes::payments::pay;
use crate::programmes::queries as programmes;
use crate::returns::queries as returns;
use liren_facts::{Day, Period};

/// Volunteers, teams, activities, the shop appraisal.
pub async fn activities(w: &mut Write, year: &Year, ids: &Ids, tree: &Tree) -> Result<()> {
    let volunteers = year
        .volunteers
        .iter()
        .enumerate()
        .map(|(n, i)| {
            let on = day(3, 5).plus(n as i32 % 20);
            matter("volunteers", Subject::Person(ids[i].id()), vec![Step::on(on, "registered")])
        })
        .collect();
    open(w, volunteers).await?;
    for (members, name) in year.teams.iter().zip(["朝阳花园文体健身队", "榆园小区文体健身队"]) {
        let founded = day(2, 20);
        let team = Organisation { founded: Some(founded), ..organisation("sports_team", name, Some(tree.root)) };
        let team = team.add(w, founded).await?;
        for (n, i) in members.iter().enumerate() {
            let role = if n == 0 { "team_leader" } else { "team_member" };
            appoint(w, day(2, 20), ids[i].id(), team, role).await?;
        }
    }
    let activity = |kind: &str, title: &str, on: Day, attendance: i64| {
        let mut e = NewEvent::new("activities.activity", on).titled(title);
        e.event.area = Some(tree.root);
        e.word("activity_kind", kind).number("attendance", attendance)
    };
    let mut events = vec![
        activity("lecture", "道德讲堂第一讲", day(3, 22), 86),
        activity("lecture", "道德讲堂第二讲", day(6, 14), 74),
        activity("lecture", "道德讲堂第三讲", day(9, 13), 91),
        activity("film", "“五一”红色电影放映", day(4, 28), 260),
        activity("festival", "广场文化节开幕专场", day(7, 6), 410),
        activity("festival", "广场文化节汇报专场", day(8, 31), 385),
    ];
    for n in 0..8u32 {
        let on = day(3 + n, 5 + n);
        events.push(activity("clean_up", &format!("义务清扫和义务引导第{}次", n + 1), on, 30 + i64::from(n)));
    }
    for n in 0..11i64 {
        let mut act = NewEvent::new("activities.act", day(6, 1).plus(n as i32)).titled(&format!("节目{}", n + 1));
        act.event.area = Some(tree.root);
        events.push(act);
    }
    // A head count a day from April to today, no names; the mean is a little above a hundred.
    let mut on = day(4, 1);
    let mut n = 0;
    while on <= TODAY {
        let mut session = NewEvent::new("activities.session", on);
        session.event.area = Some(tree.root);
        events.push(session.number("attendance", 98 + (n * 7) % 21));
        on = on.plus(1);
        n += 1;
    }
    record(w, events).await?;
    facility("activity_room", "文化活动室", tree.root).add(w, day(8, 20)).await?;
    facility("corridor", "文化长廊", tree.root).add(w, day(8, 20)).await?;
    shops(w, tree).await
}

async fn shops(w: &mut Write, tree: &Tree) -> Result<()> {
    let trades = [
        "便民超市", "水果店", "理发店", "药店", "早餐店", "五金店", "文具店", "干洗店", "粮油店", "花店", "眼镜店",
        "电器店",
    ];
    let mut enrolments = Vec::new();
    for (n, trade) in trades.iter().enumerate() {
        let name = format!("榆园{trade}");
        let shop = organisation("shop", &name, Some(tree.root)).add(w, of_old()).await?;
        let mut steps = vec![Step::on(day(5, 6), "applied"), Step::on(day(5, 27), "surveyed")];
        if n < 6 {
            steps.push(Step::on(day(6, 10), "reviewed"));
        }
        if n < 3 {
            steps.push(Step::on(day(6, 20), "published"));
            steps.push(Step::on(day(7, 1), "awarded"));
        }
        enrolments.push(matter("appraisal", Subject::Organisation(shop), steps));
    }
    open(w, enrolments).await?;
    Ok(())
}

fn matter(programme: &str, subject: Subject, steps: Vec<Step>) -> NewMatter {
    NewMatter { kind: programme.to_owned(), subject, parent: None, steps, fields: vec![], origin: Origin::default() }
}

async fn appoint(w: &mut Write, on: Day, person: PersonId, of: OrganisationId, role: &str) -> Result<()> {
    let post = Appointment { person, area: None, organisation: Some(of), role: role.to_owned() };
    post.begin(w, on).await.map(|_| ())
}

fn facility(kind: &str, name: &str, area: AreaId) -> Facility {
    Facility {
        kind: kind.to_owned(),
        name: name.to_owned(),
        area: Some(area),
        quantity: Some(1),
        unit: Some("处".to_owned()),
    }
}

/// Gas, heating, the square, what partners gave, the medical card campaign, those called to register.
pub async fn works(w: &mut Write, year: &Year, ids: &Ids, tree: &Tree, orgs: &Organisations) -> Result<()> {
    let scope = Scope::whole(w.community);
    let mut events = Vec::new();
    for (step, on, last) in [
        ("applied", day(6, 19), None),
        ("started", day(8, 13), None),
        ("unfolded", day(8, 25), None),
        ("tested", day(10, 30), None),
        ("due", day(11, 28), Some(day(11, 30))),
    ] {
        let mut e = NewEvent::new("works.milestone", on).titled("暖网改造");
        e.event.last_day = last;
        events.push(e.word("work", "heating").word("step", step));
    }
    let fund = |work: &str, on: Day, fen: i64| {
        let mut e = NewEvent::new("works.fund", on).titled("专项资金");
        e.event.organisation = Some(orgs.authority);
        e.word("work", work).number("amount", fen)
    };
    events.push(fund("heating", day(8, 2), yuan(2_690_000)));
    events.push(fund("square", day(7, 15), yuan(18_600)));
    events.push(fund("square", day(8, 10), yuan(12_880)));
    let homes = places::dwellings(&mut w.tx, &scope, TODAY).await?;
    let inhabited = inhabited(w).await?;
    let mut gas = 0;
    for home in &homes {
        let heating = home.estate_name == ESTATES[0];
        if !heating && (!inhabited.contains(&home.id) || gas == 203) {
            continue;
        }
        let mut e = NewEvent::new("works.benefit", if heating { day(10, 30) } else { day(5, 20) });
        e.event.dwelling = Some(DwellingId(home.id));
        gas += i64::from(!heating);
        events.push(e.word("work", if heating { "heating" } else { "gas" }));
    }
    for (partner, gift, quantity, building) in [
        (orgs.mobile, "lamp", 30, None),
        (orgs.network, "column", 38, None),
        (orgs.telecom, "road", 54, Some(tree.buildings[&(0, 16)])),
    ] {
        let mut e = NewEvent::new("works.contribution", day(9, 10));
        e.event.organisation = Some(partner);
        e.event.building = building;
        events.push(e.word("gift", gift).number("quantity", quantity));
    }
    events.push(NewEvent::new("medical-card.campaign", day(4, 16)).titled("社会保障卡统一换发"));
    for i in &year.certified {
        let mut e = NewEvent::new("disability.notice", day(5, 15));
        e.event.person = Some(ids[i].id());
        events.push(e);
    }
    record(w, events).await?;
    Ok(())
}

/// Dwellings somebody lives in today.
async fn inhabited(w: &mut Write) -> Result<std::collections::HashSet<i64>> {
    let scope = Scope::whole(w.community);
    let everyone = crate::people::queries::everyone(&mut w.tx, &scope).await?;
    let lines = crate::people::queries::lines(&mut w.tx, &scope, TODAY, &everyone).await?;
    Ok(lines.into_iter().filter(|l| l.lives_here == Some(true)).filter_map(|l| l.dwelling).collect())
}

/// 业主委员会换届: owners, the roll of 953, candidates, the preparation team.
pub async fn election(w: &mut Write, keys: &CommunityKeys, year: &Year, ids: &Ids, orgs: &Organisations) -> Result<()> {
    let scope = Scope::whole(w.community);
    let homes = places::dwellings(&mut w.tx, &scope, TODAY).await?;
    let everyone = crate::people::queries::everyone(&mut w.tx, &scope).await?;
    let lines = crate::people::queries::lines(&mut w.tx, &scope, TODAY, &everyone).await?;
    // The head of a resident household owns its home; of a let home somebody who lives elsewhere does.
    let mut owner: HashMap<i64, i64> = HashMap::new();
    for l in &lines {
        let head = matches!(l.relation.as_deref(), Some("01" | "02"));
        if let (Some(home), Some(true), true, Some(true)) = (l.dwelling, l.lives_here, head, l.hukou_here) {
            owner.entry(home).or_insert(l.id);
        }
    }
    let first: Vec<i64> = homes.iter().filter(|h| h.estate_name == ESTATES[0]).map(|h| h.id).collect();
    let own: Vec<(i64, i64)> = first.iter().filter_map(|h| owner.get(h).map(|p| (*h, *p))).take(953).collect();
    let absent: Vec<i64> = first.iter().copied().filter(|h| !owner.contains_key(h)).take(953 - own.len()).collect();
    let mut names = super::names::Register::new();
    let mut chance = super::chance::Chance::new(53);
    let people = absent
        .iter()
        .map(|_| {
            let male = chance.often(60);
            NewPerson {
                name: Some(format!("{}{}", names.surname(&mut chance), names.given(&mut chance, male))),
                sex: Some(if male { "1" } else { "2" }.into()),
                number_state: "missing".into(),
                phones: vec![names.phone()],
                residency: Residency { hukou_here: Some(false), lives_here: Some(false), ..Residency::default() },
                ..NewPerson::default()
            }
        })
        .collect();
    let new = register::add_people(w, keys, OPENING, people).await?;
    let mut pairs = own;
    pairs.extend(absent.into_iter().zip(new.iter().map(|id| id.number())));
    let owned = pairs.iter().map(|(home, person)| {
        let (dwelling, person) = (DwellingId(*home), PersonId(*person));
        (Ownership { dwelling, person, share: Some(100) }, Origin::default())
    });
    Ownership::add_all(w, OPENING, owned.collect()).await?;
    let roll = pairs.iter().map(|(_, person)| {
        matter("owners-election", Subject::Person(PersonId(*person)), vec![Step::on(day(11, 1), "voter")])
    });
    open(w, roll.collect()).await?;
    let team = Organisation {
        parent: Some(orgs.owners_committee),
        founded: Some(day(10, 15)),
        ..organisation("preparation_team", "榆园小区业主委员会换届筹备工作组", None)
    };
    let team = team.add(w, day(10, 15)).await?;
    for (n, i) in year.preparation.iter().enumerate() {
        let role = if n == 0 { "chair" } else { "member" };
        appoint(w, day(10, 15), ids[i].id(), team, role).await?;
    }
    let mut events = Vec::new();
    for (step, on) in
        [("started", day(10, 11)), ("rules", day(10, 24)), ("roll", day(11, 1)), ("nominated", day(11, 12))]
    {
        events.push(NewEvent::new("owners-election.step", on).titled("业主委员会换届").word("election_step", step));
    }
    for (n, i) in year.candidates.iter().enumerate() {
        let mut e = NewEvent::new("owners-election.nomination", day(11, 8));
        e.event.person = Some(ids[i].id());
        events.push(e.word("candidacy", if n < 7 { "proposed" } else { "self" }));
    }
    record(w, events).await?;
    Ok(())
}

/// The family-planning returns of the groups and the community, the area of the community, next year's targets.
pub async fn numbers(w: &mut Write, packs: &liren_packs::Packs, tree: &Tree) -> Result<()> {
    let scope = Scope::whole(w.community);
    let quarter = Period { first: day(10, 1), last: day(12, 31) };
    // Per group: long-acting, vasectomy, ligation, supplies, planning, expecting, due, examined.
    let groups = [
        [88, 1, 3, 41, 12, 2, 147, 147],
        [79, 1, 2, 38, 11, 3, 134, 134],
        [66, 0, 2, 35, 10, 1, 114, 114],
        [62, 1, 2, 30, 9, 2, 106, 106],
    ];
    for (area, n) in tree.groups.iter().zip(groups) {
        let entry = returns::NewEntry {
            return_id: "family-planning",
            area: scope.mine(*area)?,
            period: quarter,
            lines: vec![
                ("married", n[..6].iter().sum()),
                ("long_acting", n[0]),
                ("vasectomy", n[1]),
                ("ligation", n[2]),
                ("supplies", n[3]),
                ("planning", n[4]),
                ("expecting", n[5]),
                ("due", n[6]),
                ("examined", n[7]),
            ],
            signed_by: Some("小组长"),
            origin: Origin::default(),
        };
        returns::enter(w, packs, entry).await?;
    }
    let entry = returns::NewEntry {
        return_id: "family-planning-direct",
        area: scope.mine(tree.root)?,
        period: quarter,
        lines: vec![
            ("women", 166),
            ("planning", 5),
            ("expecting", 3),
            ("supplies", 62),
            ("iud", 88),
            ("sterilised", 7),
            ("infertile", 1),
        ],
        signed_by: Some("居委会"),
        origin: Origin::default(),
    };
    returns::enter(w, packs, entry).await?;
    let entry = returns::NewEntry {
        return_id: "community-facts",
        area: scope.mine(tree.root)?,
        period: Period { first: day(1, 1), last: day(12, 31) },
        lines: vec![("hectares", 110)],
        signed_by: None,
        origin: Origin::default(),
    };
    returns::enter(w, packs, entry).await?;
    let next = |month: u32, of_month: u32| Day::ymd(2014, month, of_month).unwrap_or(TODAY);
    for (figure, bound, number, last, owner) in [
        ("party.admitted", ">=", 2, next(12, 20), "党总支"),
        ("pension.remaining", "<=", 60, next(9, 30), "养老保险专干"),
        ("card.waiting", "<=", 0, next(3, 31), "医保专干"),
        ("activities.lectures", ">=", 4, next(12, 20), "宣传委员"),
    ] {
        let target = Target {
            figure: figure.to_owned(),
            area: tree.root,
            first: next(1, 1),
            last,
            bound: bound.to_owned(),
            number,
            owner: Some(owner.to_owned()),
            document: Some(format!("{NAME}2014年工作打算")),
        };
        set(w, target, &Origin::default()).await?;
    }
    Ok(())
}

/// The year's allowance, paid to everyone who receives it.
pub async fn payments(w: &mut Write) -> Result<()> {
    let scope = Scope::whole(w.community);
    let receiving = programmes::enrolments(&mut w.tx, &scope, "elder-allowance", w.today).await?;
    let mut receiving: Vec<_> = receiving.into_values().map(|(enrolment, _)| enrolment).collect();
    receiving.sort();
    for enrolment in receiving {
        pay(w, scope.mine(enrolment)?, day(11, 20), yuan(300), &Origin::default()).await?;
    }
    Ok(())
}
