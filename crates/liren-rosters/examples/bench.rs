//! Makes a roster of 100,000 rows and 17 columns and times opening and reading it:
//! `cargo run --release -p liren-rosters --example bench [ROWS]`.

use std::time::Instant;

use liren_facts::Day;
use liren_facts::identifier::check_character;
use liren_rosters::{Known, Options};
use liren_sheets::export::{About, Column};
use liren_sheets::write::{Cell, Style};

const HEADERS: [&str; 17] = [
    "序号", "住址", "姓名", "与户主关系", "性别", "出生日期", "身份证号", "民族", "文化程度", "政治面貌", "婚姻状况",
    "人员类别", "户籍地址", "联系电话", "职业", "养老保险", "备注",
];

fn main() {
    let rows: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let columns: Vec<Column> =
        HEADERS.iter().map(|h| Column { header: (*h).to_owned(), width: 12.0, style: Style::Text }).collect();
    let mut bytes = Vec::new();
    let start = Instant::now();
    let about = About { title: "祥和小区居民花名册".to_owned(), lines: Vec::new() };
    if let Err(error) = liren_sheets::export::xlsx(&mut bytes, &about, &columns, (0..rows).map(row)) {
        eprintln!("{error}");
        return;
    }
    println!("wrote {rows} rows, {} bytes in {:?}", bytes.len(), start.elapsed());
    let start = Instant::now();
    let book = match liren_sheets::read(&bytes, "bench.xlsx") {
        Ok(book) => book,
        Err(error) => {
            eprintln!("{}", error.en);
            return;
        }
    };
    let opened = start.elapsed();
    let Some(on) = Day::parse("2013-11-20") else {
        return;
    };
    let vocabulary = liren_rosters::Vocabulary::default();
    let options = Options {
        on,
        fictional: true,
        community: "",
        community_id: 1,
        map: None,
        ledgers: &[],
        vocabulary: &vocabulary,
        file: "bench.xlsx",
    };
    let reading = liren_rosters::read(&book, &Known::default(), &options);
    println!("opened in {opened:?}, read in {:?}", start.elapsed() - opened);
    println!("{:?}", reading.counts);
    let remarks: Vec<liren_sheets::annotate::Remark> = reading
        .problems
        .iter()
        .filter(|p| p.level >= liren_rosters::Level::Warning)
        .map(|p| liren_sheets::annotate::Remark {
            sheet: reading.sheet_name(p.sheet).to_owned(),
            row: p.row - 1,
            column: p.column,
            level: liren_sheets::annotate::Level::Warning,
            header: p.header.clone().unwrap_or_default(),
            name: String::new(),
            value: p.value.clone(),
            text: p.zh.clone(),
        })
        .collect();
    let start = Instant::now();
    let annotated = liren_sheets::annotate::annotate(&bytes, "bench.xlsx", &remarks);
    println!(
        "annotated {} remarks in {:?}, {:?} bytes",
        remarks.len(),
        start.elapsed(),
        annotated.map(|b| b.len()).ok()
    );
}

/// Households of three; every 50th row has a damaged number.
fn row(n: u32) -> Vec<Cell> {
    let surnames: Vec<char> = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗".chars().collect();
    let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文".chars().collect();
    let (household, member) = (n / 3, n % 3);
    let pick =
        |list: &[char], salt: u32| list[(n.wrapping_mul(2_654_435_761).rotate_left(salt) >> 8) as usize % list.len()];
    let name: String =
        [surnames[(household.wrapping_mul(40_503) >> 4) as usize % surnames.len()], pick(&given, 3), pick(&given, 11)]
            .iter()
            .collect();
    let (year, month, day) = (1940 + n % 70, 1 + n % 12, 1 + n % 28);
    let region = 990_101 + (n / 7) % 90;
    let first = format!("{region}{year:04}{month:02}{day:02}{:03}", n / 840 % 1_000);
    let check = check_character(&first).unwrap_or('0');
    let number = if n % 50 == 7 { format!("{first}0") } else { format!("{first}{check}") };
    let relation = ["户主", "配偶", "儿子"][member as usize];
    let sex = if (n / 840) % 2 == 1 { "男" } else { "女" };
    let room = format!(
        "{}号楼{}单元{}0{}",
        household / 72 + 1,
        household / 18 % 4 + 1,
        household / 3 % 6 + 1,
        household % 3 + 1
    );
    let text = |t: &str| Cell::Text(t.to_owned());
    vec![
        Cell::Number(f64::from(n + 1)),
        if member == 0 { Cell::Text(room) } else { Cell::Blank },
        Cell::Text(name),
        text(relation),
        text(sex),
        Cell::Text(format!("{year}.{month}.{day}")),
        Cell::Text(number),
        text("汉"),
        text("初中"),
        text("群众"),
        text("已婚"),
        text("常住"),
        Cell::Blank,
        Cell::Text(format!("1990000{:04}", n % 10_000)),
        text("务工"),
        text("职工"),
        if n.is_multiple_of(9) { text("外出务工") } else { Cell::Blank },
    ]
}
