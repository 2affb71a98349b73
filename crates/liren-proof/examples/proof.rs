//! Proofread a text file: `cargo run -p liren-proof --example proof -- FILE [--json] [--figures] [--html OUT] [--lang en]`.

use std::io::IsTerminal;
use std::process::ExitCode;

use liren_proof::{Lang, Options, Text, decode, html, read, terminal};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| args.iter().position(|arg| arg == name);
    let Some(file) = args.first().filter(|arg| !arg.starts_with("--")) else {
        eprintln!("proof FILE [--json] [--figures] [--html OUT] [--lang en]");
        return ExitCode::from(2);
    };
    let text = match std::fs::read(file)
        .map_err(|e| e.to_string())
        .and_then(|bytes| decode(&bytes).map_err(|e| e.to_string()))
    {
        Ok(text) => Text::plain(&text),
        Err(why) => {
            eprintln!("{file}: {why}");
            return ExitCode::from(2);
        }
    };
    let lang =
        if flag("--lang").and_then(|n| args.get(n + 1)).is_some_and(|lang| lang == "en") { Lang::En } else { Lang::Zh };
    let report = read(&text, &Options::default());
    if let Some(out) = flag("--html").and_then(|n| args.get(n + 1))
        && let Err(why) = std::fs::write(out, html::page(&report, &text, file, lang))
    {
        eprintln!("{out}: {why}");
    }
    if flag("--json").is_some() {
        match serde_json::to_string_pretty(&report) {
            Ok(json) => println!("{json}"),
            Err(why) => eprintln!("{why}"),
        }
    } else if flag("--figures").is_some() {
        for figure in &report.figures {
            println!(
                "{:?}\t{}\t{}\t{:?}\t{:?}\t{}\t{}",
                figure.kind,
                figure.role.map_or_else(String::new, |role| format!("{role:?}")),
                figure.label,
                figure.value,
                figure.bound,
                figure.unit,
                figure.text
            );
        }
    } else {
        print!("{}", terminal::render(&report, &text, std::io::stdout().is_terminal(), lang));
        if flag("--verified").is_some() {
            for verified in &report.verified {
                println!("✓ {} {}", verified.message.get(lang), verified.arithmetic.as_deref().unwrap_or_default());
            }
        }
    }
    if report.has_errors() { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
