//! The six-policies benchmark: the block engine against a kernel written by hand for the same six rules, on
//! the same columns, in the same run.
//!
//! ```text
//! cargo run --release -p liren-rules --example kernel [-- --people N --runs R]
//! cargo run --release -p liren-rules --example kernel -- --csv DIR     writes the data and prints the totals
//! ```
//! One line of JSON goes to standard output; what a person reads goes to standard error.

mod hand;
mod town;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use liren_rules::{Ask, Checked, Explainer, Place, Program, Schema, Want, World};

use town::{POLICIES, Town};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut people = 1_000_000;
    let mut runs = 21;
    let mut csv: Option<PathBuf> = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--people" => people = value.parse()?,
            "--runs" => runs = value.parse()?,
            "--csv" => csv = Some(value.into()),
            _ => {
                return Err(format!("unknown argument {arg}: --people N, --runs R, --csv DIR").into());
            }
        }
    }
    let town = Town::new(people);
    let schema = town::schema();
    if let Some(dir) = csv {
        town.write_csv(&dir)?;
        let world = town.world(&schema);
        println!("{}", totals(&schema, &world));
        return Ok(());
    }
    bench(&town, &schema, runs);
    Ok(())
}

fn policies(schema: &Schema) -> Vec<Checked> {
    let place = Place::nowhere();
    let person = schema.kind("person").unwrap_or_else(|| panic!("declared in town.rs"));
    POLICIES
        .iter()
        .map(|(name, text)| {
            let ask = Ask { kind: person, text, place: &place, pack: "", want: Want::Condition };
            let (checked, findings) = schema.check(&ask);
            checked.unwrap_or_else(|| panic!("{name}: {findings:?}"))
        })
        .collect()
}

/// Per policy the certain and the unknown, as JSON.
fn totals(schema: &Arc<Schema>, world: &World) -> String {
    let program = Program::new(world, &policies(schema), &town::values());
    let outcomes = program.run(world).outcomes;
    let parts: Vec<String> = POLICIES
        .iter()
        .zip(&outcomes)
        .filter_map(|((name, _), outcome)| {
            let set = outcome.set()?;
            Some(format!("\"{name}\":{{\"yes\":{},\"unknown\":{}}}", set.count(), set.unknown.count()))
        })
        .collect();
    format!("{{{}}}", parts.join(","))
}

fn bench(town: &Town, schema: &Arc<Schema>, runs: usize) {
    let start = Instant::now();
    let world = town.world(schema);
    let build = start.elapsed();
    let person = schema.kind("person").map_or(0, |k| world.frame(k).bytes());
    let household = schema.kind("household").map_or(0, |k| world.frame(k).bytes());
    let start = Instant::now();
    let expressions = policies(schema);
    let program = Program::new(&world, &expressions, &town::values());
    let compile = start.elapsed();
    // Warm: row indexes and enrolment columns are found once per world.
    let start = Instant::now();
    let first = program.run(&world);
    let cold = start.elapsed();
    let columns = hand::Columns::new(town);
    let expected = hand::judge(&columns);
    for (((name, _), outcome), (yes, unknown)) in POLICIES.iter().zip(&first.outcomes).zip(&expected) {
        let set = outcome.set().map(|s| (s.count(), s.unknown.count()));
        assert_eq!(set, Some((yes.count(), unknown.count())), "{name}");
    }
    let (mut engine, mut kernel, mut one) = (vec![], vec![], vec![]);
    for run in 0..runs {
        engine.push(time(|| program.run(&world)));
        kernel.push(time(|| hand::judge(&columns)));
        let row = (run * 7919 % town.people()) as u32;
        let kind = expressions[0].kind();
        // The host compiles once a day; re-judging a person is a run over one row.
        if run == 0 {
            let _ = program.run_rows(&world, kind, &[row]);
        }
        one.push(time(|| program.run_rows(&world, kind, &[row])));
    }
    let explainer = Explainer::new(&world, &expressions[2], &town::values());
    let explain =
        median((0..runs).map(|run| time(|| explainer.explain((run * 7919 % town.people()) as u32))).collect());
    let (engine, kernel, one) = (median(engine), median(kernel), median(one));
    eprintln!(
        "{} people, {} households, {} enrolments; frames built in {:.0} ms ({:.2} M rows a second)",
        town.people(),
        town.households(),
        town.enrolments(),
        build.as_secs_f64() * 1e3,
        (town.people() + town.households() + town.enrolments()) as f64 / build.as_secs_f64() / 1e6
    );
    eprintln!("memory: people {:.1} MB, households {:.1} MB", person as f64 / 1e6, household as f64 / 1e6);
    eprintln!(
        "six policies compiled in {:.0} µs; first run {:.1} ms",
        compile.as_secs_f64() * 1e6,
        cold.as_secs_f64() * 1e3
    );
    eprintln!(
        "block engine {:.2} ms, by hand {:.2} ms: {:.2}x; one person judged {:.1} µs, explained {:.1} µs",
        engine / 1e6,
        kernel / 1e6,
        engine / kernel,
        one / 1e3,
        explain / 1e3
    );
    println!(
        "{{\"people\":{},\"engine_ns\":{engine:.0},\"kernel_ns\":{kernel:.0},\"ratio\":{:.3},\"one_person_ns\":{one:.0},\"explain_ns\":{explain:.0},\"build_ns\":{},\"compile_ns\":{},\"frame_bytes\":{}}}",
        town.people(),
        engine / kernel,
        build.as_nanos(),
        compile.as_nanos(),
        person + household
    );
}

/// Nanoseconds one call takes.
fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_nanos() as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
