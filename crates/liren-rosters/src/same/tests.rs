use liren_facts::{Day, address};

use super::*;

fn person(name: &str, born: &str, home: &str) -> Description {
    Description {
        name: name.to_owned(),
        birth: Day::parse(born).map(PartialDay::exact),
        dwelling: address::read(home),
        ..Description::default()
    }
}

/// A community of people with other names, so that rarity means something.
fn community() -> Vec<Description> {
    let names = ["赵德福", "钱秀英", "周建军", "吴桂兰", "郑海波", "冯国强", "陈玉珍", "褚卫国", "卫淑芬", "蒋文斌"];
    (0..4_000)
        .map(|n| {
            let name = format!("{}{}", names[n % 10], ["", "一", "二", "三"][n / 10 % 4]);
            let born = format!("{}-{:02}-{:02}", 1930 + n % 80, 1 + n % 12, 1 + n % 28);
            person(&name, &born, &format!("祥和小区{}号楼{}单元{}01", 1 + n % 24, 1 + n % 4, 1 + n / 100 % 6))
        })
        .collect()
}

#[test]
fn one_person_in_two_spellings_is_found_and_twins_are_two() {
    let home = "祥和小区30号楼2单元501";
    let known = person("林晓燕", "1975-03-07", home);
    for (name, born, at, why) in [
        ("林晓燕", "1975-03-07", "祥和小区31号楼1单元101", Some(Reason::SameName)),
        ("林小燕", "1975-03-07", home, Some(Reason::NameSounds)),
        ("林哓燕", "1975-03-07", home, Some(Reason::NameSounds)),
        ("林浇燕", "1975-03-07", home, Some(Reason::NameLooks)),
        ("林晓燕", "1975-07-03", home, Some(Reason::BirthSwapped)),
        ("林晓燕", "1975-03-17", home, Some(Reason::BirthDigit)),
        ("林晓雁", "1975-03-07", "祥和小区31号楼1单元101", Some(Reason::NameSounds)),
        // A sister born on the same day, a namesake of another age, somebody else of the house
        ("林晓梅", "1975-03-07", home, None),
        ("林晓燕", "1948-11-20", "祥和小区31号楼1单元101", None),
        ("王军", "1975-03-07", home, None),
    ] {
        let mut all = community();
        all.push(known.clone());
        let found = between(&[person(name, born, at)], &all);
        match why {
            None => assert_eq!(found, [], "{name} {born}"),
            Some(why) => {
                assert_eq!(found.iter().map(|c| c.b).collect::<Vec<_>>(), [4_000], "{name} {born} {at}");
                assert!(found[0].reasons.contains(&why), "{name} {born} {:?}", found[0].reasons);
            }
        }
    }
}

#[test]
fn two_valid_numbers_are_two_people_unless_a_digit_was_mistyped() {
    let with = |number: &str| Description {
        number: Some(number.to_owned()),
        ..person("林晓燕", "1975-03-07", "祥和小区30号楼2单元501")
    };
    let mut all = community();
    all.push(with("990101197503070021"));
    assert_eq!(between(&[with("990102197503071128")], &all), []);
    let near = between(&[with("990101197503070048")], &all);
    assert!(near[0].reasons.contains(&Reason::NumberNearly));
}
