//! What the year brings: who is cast for which part of the story. Pure.

use liren_facts::Day;

use super::chance::Chance;
use super::town::{Cast, Soul, Town};

/// 一年 — indexes into the town's people and families, and days.
pub struct Year {
    pub deaths: Vec<(usize, Day)>,
    pub moved_out: Vec<(usize, Day)>,
    /// Families that newcomers join: family, temporary, day.
    pub moved_in: Vec<(usize, bool, Day)>,
    /// Family, boy, day.
    pub births: Vec<(usize, bool, Day)>,
    pub marriages: Vec<(usize, Day)>,
    /// Members of three branches; the last two of the first are probationary.
    pub members: [Vec<usize>; 3],
    pub activists: Vec<usize>,
    /// Found by the screening; the first eleven enrolled since.
    pub found: Vec<usize>,
    pub enrolled: Vec<usize>,
    pub certified: Vec<usize>,
    pub cataract: Vec<usize>,
    pub photographed: Vec<usize>,
    pub volunteers: Vec<usize>,
    pub teams: [Vec<usize>; 2],
    pub candidates: Vec<usize>,
    pub preparation: Vec<usize>,
    pub heads: Vec<usize>,
    /// Families on the minimum living allowance, the last one new this year.
    pub relief: Vec<usize>,
    pub affordable: Vec<usize>,
    pub low_rent: Vec<usize>,
}

fn day(month: u32, of_month: i64) -> Day {
    Day::ymd(2013, month, of_month as u32).unwrap_or(super::TODAY)
}

/// Casts the year; the same for the same seed.
pub fn year(town: &Town, seed: u64) -> Year {
    let mut chance = Chance::new(seed);
    let mut cast = Cast::new(town, seed + 1);
    let home_of = |s: &Soul| &town.homes[town.families[s.family].home];
    let resident = |s: &Soul| !s.temporary;
    let adult = |s: &Soul| !s.temporary && (20..=70).contains(&s.age());
    let working = |s: &Soul| (24..=57).contains(&s.age()) && !s.temporary;
    // Those whose cover decides a figure are kept for it.
    let free = |s: &Soul| s.cover != "未参保" && s.cover != "居民" && (!s.cover.is_empty() || s.age() < 16);

    let found: Vec<usize> = (0..town.souls.len()).filter(|&i| town.souls[i].cover == "未参保").collect();
    let mut order = found.clone();
    chance.shuffle(&mut order);
    let enrolled = (0..town.souls.len()).filter(|&i| town.souls[i].cover == "居民").collect();

    let mut some_day = |first: u32, last: u32| {
        let month = chance.between(i64::from(first), i64::from(last)) as u32;
        day(month, chance.between(1, 27))
    };
    let deaths = cast.take(town, 15, |s| resident(s) && (70..=78).contains(&s.age()));
    let deaths = deaths.into_iter().map(|i| (i, some_day(1, 10))).collect();
    let mut moved_out = cast.take(town, 12, |s| adult(s) && free(s) && s.relation != "户主");
    moved_out.extend(cast.take(town, 46, |s| s.temporary && s.relation != "户主" && s.age() > 20));
    let moved_out = moved_out.into_iter().map(|i| (i, some_day(1, 10))).collect();

    let couple = |temporary: bool| {
        (0..town.families.len()).filter(move |&f| {
            let family = &town.families[f];
            let wife = family.members.iter().map(|&m| &town.souls[m]).find(|s| s.relation == "配偶");
            let known = town.souls[family.members[0]].plain();
            known && family.temporary == temporary && wife.is_some_and(|w| (22..=38).contains(&w.age()))
        })
    };
    let mut young: Vec<usize> = couple(false).collect();
    Chance::new(seed + 2).shuffle(&mut young);
    // Four since the first of October: one boy, three girls.
    let since_october = [(false, day(10, 9)), (true, day(10, 21)), (false, day(11, 2)), (false, day(11, 13))];
    let mut births: Vec<(usize, bool, Day)> =
        young.iter().zip(since_october).map(|(&f, (boy, on))| (f, boy, on)).collect();
    for (n, &family) in young.iter().skip(4).take(20).enumerate() {
        births.push((family, n % 2 == 0, some_day(1, 9)));
    }
    let mut guests: Vec<usize> = couple(true).collect();
    Chance::new(seed + 3).shuffle(&mut guests);
    let mut moved_in: Vec<(usize, bool, Day)> =
        young.iter().skip(30).take(9).map(|&f| (f, false, some_day(1, 10))).collect();
    moved_in.extend(guests.iter().take(52).map(|&f| (f, true, some_day(1, 10))));

    let marriages = cast
        .take(town, 3, |s| resident(s) && free(s) && (23..=32).contains(&s.age()) && s.relation != "配偶")
        .into_iter()
        .zip([day(10, 3), day(10, 18), day(11, 8)])
        .collect();
    let first = |s: &Soul| home_of(s).estate == 0;
    let member = |s: &Soul| adult(s) && free(s) && s.age() >= 26;
    let members = [
        cast.take(town, 37, |s| member(s) && first(s)),
        cast.take(town, 27, |s| member(s) && first(s)),
        cast.take(town, 16, |s| member(s) && !first(s)),
    ];
    let activists = cast.take(town, 3, |s| adult(s) && free(s));
    let families = |town: &Town, cast: &mut Cast, count: usize| -> Vec<usize> {
        let heads = cast.take(town, count, |s| resident(s) && s.relation == "户主" && s.age() < 78);
        heads.into_iter().map(|i| town.souls[i].family).collect()
    };
    Year {
        deaths,
        moved_out,
        moved_in,
        births,
        marriages,
        members,
        activists,
        found: order,
        enrolled,
        certified: cast.take(town, 10, |s| working(s) && free(s)),
        cataract: cast.take(town, 5, |s| resident(s) && (65..=78).contains(&s.age())),
        relief: families(town, &mut cast, 29),
        affordable: families(town, &mut cast, 40),
        low_rent: families(town, &mut cast, 37),
        photographed: cast.take(town, 310, |s| resident(s) && free(s) && s.age() >= 1 && s.age() < 78),
        volunteers: cast.take(town, 58, adult),
        teams: [cast.take(town, 10, |s| adult(s) && !first(s)), cast.take(town, 16, |s| adult(s) && first(s))],
        candidates: cast.take(town, 10, |s| adult(s) && first(s)),
        preparation: cast.take(town, 11, |s| adult(s) && first(s)),
        heads: cast.take(town, 38, adult),
    }
}
