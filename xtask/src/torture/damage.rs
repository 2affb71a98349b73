//! Damaged databases: a backup of one is refused, or it is as good as what it was made of.

use std::path::Path;
use std::time::Instant;

use super::work::{Chance, Liren, copy, in_words, remove, roster, said, text};
use crate::Result;
use crate::place::TempDir;

pub fn run(program: &Path, times: usize, chance: &mut Chance) -> Result<()> {
    let begin = Instant::now();
    let liren = Liren::new(program);
    let folder = TempDir::new("liren-torture-damage")?;
    let at = |name: &str| folder.path().join(name);
    let (data, list, kept, out, restored) = (at("data"), at("名单.csv"), at("kept"), at("out"), at("restored"));
    roster(&list, 0, 800)?;
    liren.init(&data)?;
    let on = text(&data);
    liren.done(&["import", &text(&list), "--into", "1", "--on", "2013-11-20", "--data", &on])?;
    let everyone = |data: &Path| liren.done(&["export", "people", "--format", "json", "--data", &text(data)]);
    copy(&data, &kept)?;
    let whole = std::fs::read(kept.join("liren.db")).map_err(|e| e.to_string())?;
    let pages = whole.len() / 4096;
    let (mut noticed, mut harmless) = (0, 0);
    for n in 0..times {
        let mut bytes = whole.clone();
        let page = 1 + chance.below(pages - 1);
        let what = match n % 4 {
            0 => {
                bytes[page * 4096..(page + 1) * 4096].fill(0);
                "a page of zeros"
            }
            1 => {
                let other = 1 + chance.below(pages - 1);
                bytes.copy_within(other * 4096..(other + 1) * 4096, page * 4096);
                "a page in the place of another"
            }
            2 => {
                for byte in &mut bytes[page * 4096..page * 4096 + 64] {
                    *byte ^= chance.next() as u8;
                }
                "a page whose head is damaged"
            }
            _ => {
                bytes.truncate(whole.len() - 4096 * (1 + chance.below(pages / 2)));
                "a file that was cut off"
            }
        };
        remove(&data);
        copy(&kept, &data)?;
        std::fs::write(data.join("liren.db"), &bytes).map_err(|e| e.to_string())?;
        remove(&out);
        remove(&restored);
        let output = liren.output(&["backup", "--out", &text(&out), "--data", &on])?;
        if output.status.success() {
            // Nobody reads what was damaged: then everything that is read is the same.
            liren.done(&["restore", "--from", &text(&out), "--data", &text(&restored)])?;
            if everyone(&restored)? != everyone(&kept)? {
                return Err(format!("{what} (page {page}): it was backed up, and the backup lacks something"));
            }
            harmless += 1;
        } else {
            if output.status.code() != Some(2) || !in_words(&output) {
                return Err(format!("{what} (page {page}): backup ended with {}: {}", output.status, said(&output)));
            }
            if out.exists() {
                return Err(format!("{what} (page {page}): backup was refused and is there"));
            }
            noticed += 1;
        }
    }
    println!("damage: {noticed} noticed, {harmless} where nothing lay, {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}
