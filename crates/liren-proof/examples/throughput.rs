//! How fast a megabyte is proofread: `cargo run --release -p liren-proof --example throughput [-- FILE]`.
//! Without a file, text is made up: the corpus over and over, one long paragraph, one long list, and noise.

use std::time::Instant;

use liren_proof::{Options, Text, read};

const MEGABYTE: usize = 1_000_000;

fn main() {
    if let Some(file) = std::env::args().nth(1) {
        match std::fs::read_to_string(&file) {
            Ok(text) => measure(&file, &text.repeat(MEGABYTE / text.len().max(1) + 1)),
            Err(why) => eprintln!("{file}: {why}"),
        }
        return;
    }
    let corpus = [
        include_str!("../corpus/community.txt"),
        include_str!("../corpus/aid.txt"),
        include_str!("../corpus/village.txt"),
        include_str!("../corpus/bulletin.txt"),
    ]
    .concat();
    let prose: String =
        corpus.lines().filter(|line| !line.starts_with('#') && !line.starts_with("=>")).collect::<Vec<_>>().join("\n");
    let fill = |piece: &str| piece.repeat(MEGABYTE / piece.len() + 1);
    measure("corpus", &fill(&format!("{prose}\n")));
    measure("one paragraph", &fill(&prose.replace('\n', "")));
    measure("one sentence", &fill("辖区有餐饮店37家、便利店21家，其中连锁店9家，"));
    measure("brackets", &fill("（其中5户"));
    measure("digits", &fill("1234567890"));
    measure("one label", &fill("社区常住人口2181人。"));
    measure("table", &fill("东苑|1204|3122|5\n"));
}

fn measure(name: &str, text: &str) {
    let source = Text::plain(text);
    let start = Instant::now();
    let report = read(&source, &Options::default());
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = text.len() as f64 / 1e6;
    println!(
        "{name:<14} {megabytes:.2} MB in {seconds:.3} s = {:.1} MB/s, {} figures, {} findings",
        megabytes / seconds,
        report.summary.figures,
        report.findings.len()
    );
}
