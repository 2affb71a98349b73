fn main() {
    for name in std::env::args().skip(1) {
        let begun = std::time::Instant::now();
        match liren_documents::read::blocks(&name, &std::fs::read(&name).unwrap()) {
            Ok(blocks) => blocks.iter().for_each(|b| println!("{:?} {}", b.kind, b.text.replace('\t', "|"))),
            Err(e) => println!("{}", e.zh),
        }
        eprintln!("{:?}", begun.elapsed());
    }
}
