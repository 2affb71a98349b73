//! The benchmarks: the product on a city of demo communities, and the same work done by others on the same
//! data in the same run. What cannot be installed is skipped and said to be.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::load;
use crate::place::{TempDir, free_port, root, target};
use crate::{Result, cargo, product, read, run, tools};

const RUNS: usize = 9;

pub fn run_all(args: &[&str]) -> Result<()> {
    let scale = match args {
        [] => 25,
        ["--scale", number] => {
            number.parse().map_err(|_| format!("--scale wants a number of communities, not {number}"))?
        }
        _ => return Err("usage: cargo xtask bench [--scale COMMUNITIES]".into()),
    };
    println!("Building for speed; a first build takes several minutes.");
    let liren = product(true)?;
    run(cargo(["build", "--quiet", "--release", "--package", "liren-rules", "--example", "kernel"]))?;
    run(cargo(["build", "--quiet", "--release", "--package", "liren", "--example", "frames"]))?;
    let python = peers();
    if let Err(why) = &python {
        println!("Peers are skipped: {why}");
    }
    let mut table = Table::default();
    rules(&mut table, python.as_deref())?;
    city(&mut table, &liren, scale)?;
    roster(&mut table, &liren, python.as_deref())?;
    println!("\n{}\n\n{}", machine(), table.0);
    Ok(())
}

/// The table that is printed, a line for each piece of work.
#[derive(Default)]
struct Table(String);

impl Table {
    fn section(&mut self, title: &str) {
        println!("\n════ {title}");
        let lead = if self.0.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.0, "{lead}**{title}**\n\n| who | time | ratio |\n|---|---:|---:|");
    }

    fn line(&mut self, who: &str, time: Duration, base: Option<Duration>) {
        let ratio = match base {
            Some(base) => format!("{:.2}", time.as_secs_f64() / base.as_secs_f64()),
            None => String::new(),
        };
        println!("{who}: {} {ratio}", show(time));
        let _ = writeln!(self.0, "| {who} | {} | {ratio} |", show(time));
    }

    fn skipped(&mut self, who: &str, why: &str) {
        println!("{who}: skipped: {why}");
        let first = why.lines().next().unwrap_or_default();
        let _ = writeln!(self.0, "| {who} | skipped: {first} | |");
    }

    fn told(&mut self, who: &str, what: &str) {
        println!("{who}: {what}");
        let _ = writeln!(self.0, "| {who} | {what} | |");
    }
}

fn show(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 10.0 => format!("{s:.1} s"),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.01 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}

/// A Python of our own with the peers in it, below the build folder.
fn peers() -> Result<PathBuf> {
    tools::need("python3", "DuckDB, OpenFisca and pandas", "apt install python3 python3-venv")?;
    let venv = target().join("bench/venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        let mut make = Command::new("python3");
        make.args(["-m", "venv"]).arg(&venv);
        read(make)?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["duckdb", "openfisca-core", "pandas", "openpyxl", "python-calamine", "xlsxwriter"]);
    read(pip)?;
    Ok(python)
}

/// Six policies over a million people, with two to eight in a hundred facts unknown.
fn rules(table: &mut Table, python: std::result::Result<&Path, &String>) -> Result<()> {
    table.section("Six policies over 1,000,000 people, warm (ratio: to the block engine)");
    let kernel = target().join("release/examples/kernel");
    let data = target().join("bench/rules");
    let mut write = Command::new(&kernel);
    write.arg("--csv").arg(&data);
    let totals = compact(&read(write)?);
    let told = read(Command::new(&kernel))?;
    let nanos = |key: &str| field(&told, key).map(|n| Duration::from_nanos(n as u64));
    let engine = nanos("engine_ns")?;
    table.line("Liren, block engine compiled from the expressions", engine, Some(engine));
    table.line("kernel written by hand for these six rules", nanos("kernel_ns")?, Some(engine));
    for peer in ["duckdb", "openfisca"] {
        let python = match python {
            Ok(python) => python,
            Err(why) => {
                table.skipped(peer, why);
                continue;
            }
        };
        let mut ask = Command::new(python);
        ask.arg(root().join("benches/rules_peers.py")).arg(&data).args([peer, "9"]);
        match read(ask) {
            Ok(answer) => {
                let answer = compact(&answer);
                if !answer.contains(&totals) {
                    return Err(format!("{peer} counts other people than the engine: {answer}\n{totals}"));
                }
                let took = Duration::from_secs_f64(field(&answer, "median_ms")? / 1e3);
                table.line(&label(&answer), took, Some(engine));
            }
            Err(why) => table.skipped(peer, &why),
        }
    }
    table.line("Liren, one person judged anew by all six", nanos("one_person_ns")?, None);
    table.line("Liren, the reasons of one verdict", nanos("explain_ns")?, None);
    table.line("Liren, columns built from records in memory", nanos("build_ns")?, None);
    table.told("Liren, memory of the columns", &format!("{:.1} MB", field(&told, "frame_bytes")? / 1e6));
    Ok(())
}

/// The product on a file of many communities, as whole processes and as a server.
fn city(table: &mut Table, liren: &Path, scale: u32) -> Result<()> {
    let folder = TempDir::new("liren-bench")?;
    let data = folder.path().join("data");
    let begin = Instant::now();
    let mut demo = Command::new(liren);
    demo.arg("demo").arg("--data").arg(&data).args(["--no-serve", "--scale", &scale.to_string()]);
    read(demo)?;
    let built = begin.elapsed();
    let size = data.join("liren.db").metadata().map_or(0, |m| m.len());
    let people = f64::from(scale) * 4_268.0;
    table.section(&format!("{scale} communities, {people} people, SQLite file of {:.0} MB", size as f64 / 1e6));
    table.line("rosters written and imported, year recorded, first report in all forms", built, None);
    let on_first = |args: &[&str]| {
        let mut ask = Command::new(liren);
        ask.args(args).arg("--data").arg(&data).args(["--community", "1"]);
        ask
    };
    let help = median(RUNS, || on_nothing(liren))?;
    table.line("the program started and ended (`liren --help`)", help, None);
    let figure = median(RUNS, || read(on_first(&["figure", "population.total", "--json"])))?;
    table.line("one figure of one community, whole process, cold", figure, None);
    let figures = median(RUNS, || read(on_first(&["figure", "--json"])))?;
    table.line("all figures of one community, whole process, cold", figures, None);
    let out = folder.path().join("report.html");
    let report = median(RUNS, || {
        let mut ask = on_first(&["report", "annual"]);
        ask.arg("--out").arg(&out);
        read(ask)
    })?;
    table.line("the annual report with its trace as HTML, whole process, cold", report, None);
    frames(table, &data)?;
    serving(table, liren, &data)
}

/// Every frame of every community, in one process.
fn frames(table: &mut Table, data: &Path) -> Result<()> {
    let mut told = (0..3)
        .map(|_| {
            let mut ask = Command::new(target().join("release/examples/frames"));
            ask.arg(data);
            let told = read(ask)?;
            Ok((field(&told, "cpu_ms")?, told))
        })
        .collect::<Result<Vec<_>>>()?;
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (cpu, told) = &told[1];
    let (known, bytes) = (field(told, "people")?, field(told, "person_bytes")?);
    table.line(
        &format!("all frames of all communities from the file, {known} people known, one process, CPU time"),
        Duration::from_secs_f64(cpu / 1e3),
        None,
    );
    table.told("memory of the person frames, a million people", &format!("{:.0} MB", bytes / known));
    Ok(())
}

fn on_nothing(liren: &Path) -> Result<String> {
    let mut help = Command::new(liren);
    help.arg("--help");
    read(help)
}

fn serving(table: &mut Table, liren: &Path, data: &Path) -> Result<()> {
    let port = free_port()?;
    let begin = Instant::now();
    let mut serve = Command::new(liren);
    serve.arg("serve").arg("--data").arg(data).args(["--port", &port.to_string()]);
    let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut server = child.map_err(|e| format!("cannot start the server: {e}"))?;
    let measured = (|| {
        load::wait(port, Duration::from_secs(30))?;
        table.line("cold start until the first answer", begin.elapsed(), None);
        table.told("idle memory of the server", &format!("{:.0} MB", resident(server.id()) / 1e6));
        let cookie = load::sign_in(port, "shuji", "liren-demo")?;
        for (what, path) in [
            ("list of residents, filtered", "/people?residency=resident"),
            ("search by initials", "/people?q=wzq"),
            ("one figure with its parts and slices", "/figures/population.total"),
        ] {
            load::get(port, &cookie, path)?;
            let times = load::users(port, &cookie, path, 50, 20)?;
            let at = |share: f64| show(times[((times.len() - 1) as f64 * share) as usize]);
            let text = format!("median {}, p99 {}", at(0.5), at(0.99));
            table.told(&format!("{what}, 50 users at once"), &text);
        }
        table.told("memory of the server after that", &format!("{:.0} MB", resident(server.id()) / 1e6));
        Ok(())
    })();
    let _ = server.kill();
    let _ = server.wait();
    measured
}

/// A roster of 100,000 rows and 17 columns.
fn roster(table: &mut Table, liren: &Path, python: std::result::Result<&Path, &String>) -> Result<()> {
    table.section("A roster of 100,000 rows and 17 columns, .xlsx (ratio: to Liren's import)");
    let python = match python {
        Ok(python) => python,
        Err(why) => {
            table.skipped("all of it", why);
            return Ok(());
        }
    };
    let script = root().join("benches/roster_peers.py");
    let file = target().join("bench/roster.xlsx");
    let ask = |args: &[&str]| {
        let mut ask = Command::new(python);
        ask.arg(&script).args(args).arg(&file);
        read(ask)
    };
    ask(&["make"])?;
    let import = || {
        let folder = TempDir::new("liren-bench-import")?;
        let (data, annotated) = (folder.path().join("data"), folder.path().join("annotated.xlsx"));
        let mut init = Command::new(liren);
        init.arg("init").arg("--data").arg(&data).args(["--community", "祥和社区", "--fictional"]);
        init.args(["--today", "2013-11-20"]);
        let community = read(init)?;
        let mut import = Command::new(liren);
        import.arg("import").arg(&file).arg("--data").arg(&data).args(["--into", community.trim()]);
        import.arg("--annotated").arg(&annotated);
        let begin = Instant::now();
        read(import)?;
        Ok::<_, String>(begin.elapsed())
    };
    let mut times = (0..3).map(|_| import()).collect::<Result<Vec<_>>>()?;
    times.sort();
    let ours = times[1];
    table.line("Liren: read, checked, linked, written in one transaction, annotated", ours, Some(ours));
    for peer in ["calamine", "openpyxl"] {
        match ask(&[peer]) {
            Ok(answer) => {
                let took = Duration::from_secs_f64(field(&answer, "s")?);
                table.line(&label(&answer), took, Some(ours));
            }
            Err(why) => table.skipped(peer, &why),
        }
    }
    Ok(())
}

fn median(runs: usize, mut work: impl FnMut() -> Result<String>) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let begin = Instant::now();
        work()?;
        times.push(begin.elapsed());
    }
    times.sort();
    Ok(times[runs / 2])
}

fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().map_or(f64::NAN, |kb| kb * 1024.0)
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or("");
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{cores} cores ({model}), load average {load} at the end of the run")
}

/// JSON without blanks outside strings: enough to compare what two programs of ours print.
fn compact(json: &str) -> String {
    json.trim().replace(": ", ":").replace(", \"", ",\"")
}

/// A number of a line of JSON.
fn field(json: &str, key: &str) -> Result<f64> {
    let json = compact(json);
    let start = json.find(&format!("\"{key}\":")).map(|at| at + key.len() + 3);
    let rest = start.map_or("", |at| &json[at..]);
    let end = rest.find([',', '}']).unwrap_or(rest.len());
    rest[..end].parse().map_err(|_| format!("no number {key} in {json}"))
}

fn label(json: &str) -> String {
    let json = compact(json);
    let text = json.split("\"label\":\"").nth(1).and_then(|rest| rest.split('"').next());
    text.unwrap_or("a peer without a name").to_owned()
}
