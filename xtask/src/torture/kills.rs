//! Programs killed at random moments.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use super::work::{Chance, Liren, State, copy, names, remove, roster, text};
use crate::Result;
use crate::place::TempDir;

pub fn run(program: &Path, kills: usize, chance: &mut Chance) -> Result<()> {
    let begin = Instant::now();
    let liren = Liren::new(program);
    let folder = TempDir::new("liren-torture-kills")?;
    let at = |name: &str| folder.path().join(name);
    let (data, first, second) = (at("data"), at("一.csv"), at("二.csv"));
    roster(&first, 0, 600)?;
    roster(&second, 600, 900)?;
    liren.init(&data)?;
    let (into, on) = (["--into", "1", "--on", "2013-11-20", "--data"], text(&data));
    liren.done(&[&["import", &text(&first)], &into[..], &[on.as_str()]].concat())?;
    let before = State { people: 600, frozen: 0 };
    expect(&liren, &data, &[before], "the first import")?;
    let kept = at("kept");
    copy(&data, &kept)?;
    let whole = at("whole");
    liren.done(&["backup", "--out", &text(&whole), "--data", &on])?;

    let out = at("out");
    let (out_text, whole_text, second_text) = (text(&out), text(&whole), text(&second));
    let works: [(&str, Vec<&str>, State); 4] = [
        (
            "import",
            [&["import", second_text.as_str()], &into[..], &[on.as_str()]].concat(),
            State { people: 1500, frozen: 0 },
        ),
        ("freeze", vec!["freeze", "定稿", "--data", &on], State { people: 600, frozen: 1 }),
        ("backup", vec!["backup", "--out", &out_text, "--data", &on], before),
        ("restore", vec!["restore", "--from", &whole_text, "--data", &out_text], before),
    ];
    let (mut struck, mut ended) = (0, 0);
    for kill in 0..kills {
        let (name, args, after) = &works[kill % works.len()];
        // Undisturbed, on this machine at this moment: that says when to strike.
        let fresh = |to: &Path| {
            remove(to);
            copy(&kept, to)
        };
        fresh(&data)?;
        remove(&out);
        let begun = Instant::now();
        liren.done(args)?;
        let takes = begun.elapsed();
        fresh(&data)?;
        remove(&out);
        let mut running =
            liren.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|e| e.to_string())?;
        let strike = takes.mul_f64((chance.below(1_000) as f64) / 950.0);
        std::thread::sleep(strike);
        let _ = running.kill();
        let ending = running.wait().map_err(|e| e.to_string())?;
        let confirmed = ending.success();
        if confirmed {
            ended += 1
        } else {
            struck += 1
        }
        let what = format!("{name} killed after {strike:?} of {takes:?}");
        match *name {
            "backup" | "restore" => {
                expect(&liren, &data, &[before], &what)?;
                // There whole, or not there; and what was begun is in nobody's way.
                if out.exists() {
                    let restored = at("restored");
                    remove(&restored);
                    if *name == "backup" {
                        liren.done(&["restore", "--from", &out_text, "--data", &text(&restored)])?;
                    } else {
                        copy(&out, &restored)?;
                    }
                    expect(&liren, &restored, &[before], &what)?;
                    remove(&out);
                } else if confirmed {
                    return Err(format!("{what}: it was confirmed and is not there"));
                }
                liren.done(args)?;
                let left: Vec<String> = names(folder.path()).into_iter().filter(|n| n.ends_with(".part")).collect();
                if !left.is_empty() {
                    return Err(format!("{what}: the next one left {left:?}"));
                }
            }
            _ => {
                let allowed = if confirmed { vec![*after] } else { vec![before, *after] };
                let there = expect(&liren, &data, &allowed, &what)?;
                // The folder is as good as new.
                if there == before {
                    liren.done(args)?;
                }
                expect(&liren, &data, &[*after], &format!("{what}, and once more"))?;
            }
        }
    }
    println!("kills: {kills} (struck {struck}, too late {ended}), {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}

/// The folder must hold one of these.
pub fn expect(liren: &Liren, data: &Path, allowed: &[State], what: &str) -> Result<State> {
    let there = liren.state(data).map_err(|why| format!("{what}: {why}"))?;
    if allowed.contains(&there) {
        return Ok(there);
    }
    Err(format!("{what}: the folder holds {there:?}, but must hold {allowed:?}"))
}
