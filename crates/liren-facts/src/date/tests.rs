use super::*;

fn on() -> Day {
    Day::parse("2013-11-20").unwrap()
}

fn shown(raw: &str) -> String {
    read(raw, on()).value.map_or_else(|| "none".to_owned(), |v| v.to_string())
}

#[test]
fn notations_of_clerks_are_read() {
    for (raw, expected) in [
        ("1985.3", "1985-03"),
        ("1985.1", "1985-01"),
        ("1985.03.07", "1985-03-07"),
        ("85.3.7", "1985-03-07"),
        ("03.3.24", "2003-03-24"),
        ("13-1-16", "2013-01-16"),
        ("14-1-16", "1914-01-16"),
        ("19850307", "1985-03-07"),
        ("198503", "1985-03"),
        ("771008", "1977-10-08"),
        ("1985年3月7日", "1985-03-07"),
        ("1985年3月", "1985-03"),
        ("1985年", "1985"),
        ("一九八五年三月", "1985-03"),
        ("一九八五年十二月廿三日", "1985-12-23"),
        ("1985年3月上旬", "1985-03-01/1985-03-10"),
        ("1985年2月下旬", "1985-02-21/1985-02-28"),
        ("1985-03-07 00:00:00", "1985-03-07"),
        ("３/７/１９８５", "1985-03-07"),
        ("民国三十年三月", "1941-03"),
        ("民国31年5月2日", "1942-05-02"),
        ("民国元年", "1912"),
        ("民国十三年农历八月十六", "1924"),
        ("民国十三年腊月", "1924"),
        ("宣统三年腊月", "1911"),
        ("1985.0.0", "1985"),
        ("29817", "1981-08-19"),
        ("1988年农历八月初十", "1988"),
        ("农历1965年腊月", "1965"),
        ("约1985年", "1985"),
    ] {
        assert_eq!(shown(raw), expected, "{raw}");
    }
}

#[test]
fn what_is_no_date_is_said() {
    for raw in ["1974-12-32", "1991.13.29", "1978-02-30", "1969-2-32"] {
        assert!(read(raw, on()).invalid, "{raw}");
    }
    for raw in ["不详", "忘了", "不清楚"] {
        assert!(read(raw, on()).unknown_word, "{raw}");
    }
    assert_eq!(read(" ", on()), Date::default());
}

#[test]
fn numbers_of_cells_keep_their_doubt() {
    let number = |n, is_date| read_number(n, is_date, on());
    assert!(number(1977.1, false).ambiguous_month);
    assert_eq!(number(1977.1, false).value, PartialDay::year(1977));
    assert_eq!(number(1980.12, false).value, PartialDay::month(1980, 12));
    assert_eq!(number(1950.6, false).value, PartialDay::month(1950, 6));
    assert_eq!(number(29817.0, false).value.map(|v| v.to_string()).as_deref(), Some("1981-08-19"));
    assert!(number(29817.0, false).serial && !number(29817.0, true).serial);
    assert_eq!(number(19_920_927.0, false).value.map(|v| v.to_string()).as_deref(), Some("1992-09-27"));
}

#[test]
fn doubts_are_respected_when_dates_are_compared() {
    let day = |t| Day::parse(t).unwrap();
    assert!(read("1965年农历腊月初六", on()).can_be(day("1966-01-20")));
    assert!(read_number(1977.1, false, on()).can_be(day("1977-10-19")));
    assert!(!read_number(1977.1, false, on()).can_be(day("1977-05-19")));
    assert!(!read("1985.3", on()).can_be(day("1985-04-01")));
}

#[test]
fn a_column_tells_the_order_of_its_days() {
    let on = Day::parse("2005-06-30").unwrap();
    let order = |texts: &[&str]| order_of(texts.iter().copied(), on);
    let days = ["3/4/62", "25/4/65", "11/6/91", "5/10/03"];
    assert_eq!(order(&days), Some(Order::DayMonthYear));
    assert_eq!(read_in("3/4/62", Order::DayMonthYear, on).value.unwrap().to_string(), "1962-04-03");
    assert_eq!(read_in("5/10/03", Order::DayMonthYear, on).value.unwrap().to_string(), "2003-10-05");
    assert_eq!(order(&["4/25/1965", "11/6/1991", "10/30/2003"]), Some(Order::MonthDayYear));
    // Nothing tells the day from the month: the year alone is known.
    assert_eq!(order(&["3/4/62", "5/6/65", "11/6/91"]), Some(Order::YearLast));
    assert_eq!(read_in("3/4/62", Order::YearLast, on).value.unwrap().to_string(), "1962");
    // As it is always written, and a column of other things.
    assert_eq!(order(&["62.4.3", "65.4.25", "91.6.11"]), None);
    assert_eq!(order(&["3/4/62", "1965-04-25", "不详"]), None);
    assert_eq!(order(&["3-2-501", "4-1-302", "5-1-101"]), None);
}
