//! Prints the blocks of files, as the proofreader gets them.

fn main() -> std::io::Result<()> {
    for name in std::env::args().skip(1) {
        let bytes = std::fs::read(&name)?;
        let begun = std::time::Instant::now();
        match liren_documents::read::blocks(&name, &bytes) {
            Ok(blocks) => blocks.iter().for_each(|b| println!("{:?} {}", b.kind, b.text.replace('\t', "|"))),
            Err(e) => println!("{}", e.zh),
        }
        eprintln!("{:?}", begun.elapsed());
    }
    Ok(())
}
