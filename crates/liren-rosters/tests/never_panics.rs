//! Whatever stands in the cells, or in the file, a reading ends in people and problems, never in a panic.
#![allow(clippy::unwrap_used)]

use liren_facts::Day;
use liren_rosters::{Known, Options};
use liren_sheets::{Range, Sheet, Value, Workbook};
use proptest::prelude::*;

fn cell() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "姓名", "身份证号", "与户主关系", "户主", "性别", "男", "女", "配偶", "同上", "〃", "合计", "3人", "3号楼",
        "2-501", "住址", "出生年月", "1985.3", "85.3.7", "农历八月", "备注", "已故", "王军", "李 丽",
        "990101197503071", "99010119750307123X", "9.9E+17", "注:", "（", "残疾证号", "成员一", "户号", "联系电话",
        "199-0000-1234", "\u{200b}", "𬱖",
    ]);
    prop_oneof![
        2 => Just(Value::Empty),
        4 => words.prop_map(|w| Value::Text(w.into())),
        1 => ".{0,12}".prop_map(|t| Value::Text(t.as_str().into())),
        1 => any::<f64>().prop_map(Value::Number),
        1 => (0.0..1e18).prop_map(Value::Number),
        1 => (-10.0..80_000.0).prop_map(Value::Date),
        1 => Just(Value::Error("#VALUE!".into())),
        1 => any::<bool>().prop_map(Value::Bool),
    ]
}

fn sheet() -> impl Strategy<Value = Sheet> {
    let merges = prop::collection::vec((0u32..12, 0u16..8, 0u32..4, 0u16..4), 0..4);
    (prop::collection::vec(prop::collection::vec(cell(), 0..9), 0..14), merges, ".{0,6}").prop_map(
        |(rows, merges, name)| {
            let merges = merges
                .into_iter()
                .map(|(row, column, down, right)| Range {
                    first_row: row,
                    first_column: column,
                    last_row: row + down,
                    last_column: column + right,
                })
                .collect();
            Sheet { name, rows, merges, ..Sheet::default() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cells_can_be_read(sheets in prop::collection::vec(sheet(), 0..3)) {
        let book = Workbook { sheets, ..Workbook::default() };
        let on = Day::parse("2013-11-20").unwrap();
        let vocabulary = liren_rosters::Vocabulary::default();
        let options = Options {
            on,
            fictional: true,
            community: "祥和社区",
        community_id: 1,
            map: None,
            ledgers: &[],
            vocabulary: &vocabulary,
            file: "a.xlsx",
        };
        let reading = liren_rosters::read(&book, &Known::default(), &options);
        prop_assert_eq!(reading.counts.distinct_people, reading.people.len());
        let _ = reading.to_result_json();
        let _ = reading.mapping();
    }
}
