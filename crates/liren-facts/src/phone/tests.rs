use super::*;

fn digits(raw: &str) -> Vec<String> {
    read(raw).usable().map(|p| p.digits.clone()).collect()
}

#[test]
fn one_or_more_numbers_are_read_from_a_cell() {
    for (raw, expected) in [
        ("19900002980", &["19900002980"][..]),
        ("199-0000-2717", &["19900002717"]),
        ("199 0000 6593", &["19900006593"]),
        ("１９９００００４４０１", &["19900004401"]),
        ("19900003747 0000-8625830", &["19900003747", "00008625830"]),
        ("19900002985\n19900008175", &["19900002985", "19900008175"]),
        ("19900001622/19900003494", &["19900001622", "19900003494"]),
        ("19900002326、0000-8636604", &["19900002326", "00008636604"]),
        ("19900008924;19900000021", &["19900008924", "19900000021"]),
        ("+86 19900008924", &["19900008924"]),
        ("(0532)8662583", &["05328662583"]),
        ("8662583", &["8662583"]),
        ("19900009604(儿子)", &["19900009604"]),
        ("儿子19900009604", &["19900009604"]),
        ("停机", &[]),
        ("199000038310", &[]),
    ] {
        assert_eq!(digits(raw), expected, "{raw}");
    }
}

#[test]
fn notes_words_and_bad_lengths_are_kept_apart() {
    assert_eq!(read("19900009604(儿子)").phones[0].note.as_deref(), Some("儿子"));
    assert_eq!(read("19900004161 老伴").phones[0].note.as_deref(), Some("老伴"));
    assert_eq!(read("停机").word.as_deref(), Some("停机"));
    let bad = read("1990000537");
    assert_eq!((bad.phones[0].kind, bad.usable().count()), (Kind::BadLength, 0));
    assert!(read("１９９００００４４０１").fullwidth);
    assert_eq!(read(""), Phones::default());
}
