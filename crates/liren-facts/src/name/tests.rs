use super::*;

fn plain(raw: &str) -> String {
    read(raw).text
}

#[test]
fn typing_around_a_name_is_taken_off() {
    for (raw, text) in [
        ("王 军", "王军"),
        ("王\u{3000}军 ", "王军"),
        ("热依汗.托合提", "热依汗·托合提"),
        ("帕尔哈提．肉孜", "帕尔哈提·肉孜"),
        ("蒋飞龙（户主）", "蒋飞龙"),
        ("王英金（曾用名王桂凤）", "王英金"),
        ("徐瑶𬱖", "徐瑶𬱖"),
        ("王军。", "王军"),
        ("无", ""),
        ("  ", ""),
    ] {
        assert_eq!(plain(raw), text, "{raw}");
    }
}

#[test]
fn notes_and_former_names_are_kept() {
    assert_eq!(read("蒋飞龙（户主）").annotations, ["户主"]);
    assert_eq!(read("王英金（曾用名：王桂凤）").former, ["王桂凤"]);
    assert_eq!(read("王英金曾用名王桂凤").former, ["王桂凤"]);
    let spaced = read("王\u{3000}军");
    assert!(spaced.spaces && spaced.fullwidth_space);
    assert!(!read(" 王军 ").spaces);
    assert!(read("徐瑶𬱖").rare);
}

#[test]
fn surnames_have_their_own_sound() {
    for (name, letters) in [
        ("单雄", "sx"),
        ("解珍", "xz"),
        ("仇英", "qy"),
        ("查良", "zl"),
        ("曾国", "zg"),
        ("区大", "od"),
        ("尉迟恭", "ycg"),
        ("诸葛亮", "zgl"),
    ] {
        assert_eq!(initials(name)[0], letters, "{name}");
    }
    assert!(initials("张乐").contains(&"zy".to_owned()), "all readings are found: 乐 le, yue");
    assert!(sort_key("张三") < sort_key("赵一"));
}

#[test]
fn likely_names_begin_with_a_surname() {
    for (text, likely) in
        [("王军", true), ("诸葛飞辉", true), ("热依汗·托合提", true), ("合计", false), ("汉族", false), ("已婚", false)]
    {
        assert_eq!(is_likely(text), likely, "{text}");
    }
    assert_eq!((masked("王小军"), masked("诸葛亮")), ("王**".to_owned(), "诸葛*".to_owned()));
}

#[test]
fn a_cell_without_end_is_no_name_without_end() {
    let begun = std::time::Instant::now();
    for raw in ["王".repeat(200_000), "(曾用名".repeat(8_000), "王(曾用名:".repeat(5_000), "★①".repeat(50_000)]
    {
        let name = read(&raw);
        assert!(name.long && name.text.chars().count() <= NAME_MAX);
        assert!(initials(&name.text).len() <= 24 && initials(&raw).iter().all(|i| i.len() <= NAME_MAX));
        assert!(!sort_key(&name.text).is_empty() || name.text.is_empty());
    }
    assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    assert!(!read(&"王".repeat(NAME_MAX)).long);
}

#[test]
fn a_name_whose_sound_has_no_plain_letter_is_found_by_one() {
    assert!(initials("欸一").contains(&"ey".to_owned()), "{:?}", initials("欸一"));
}

#[test]
fn frames_and_words_behind_a_name_are_no_part_of_it() {
    for (raw, text, note) in [
        ("【仲念真】", "仲念真", "【】"),
        ("［王军］", "王军", "［］"),
        ("蓝月娥 亡", "蓝月娥", "亡"),
        ("王　军　已故", "王军", "已故"),
        ("洪冬至（故）", "洪冬至", "故"),
    ] {
        let name = read(raw);
        assert_eq!((name.text.as_str(), name.annotations.first().map(String::as_str)), (text, Some(note)), "{raw}");
    }
    for raw in ["(空房)", "【空】", "(党员)"] {
        assert_eq!(read(raw).text, "", "{raw}");
    }
    assert_eq!(read("王 军").text, "王军");
}
