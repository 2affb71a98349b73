//! The programs that the tests drive, and how each is had: on Debian as root they are installed, elsewhere
//! one sentence says what is missing, what for, and what to type.

use std::path::Path;
use std::process::Command;

use crate::place::program;
use crate::{Result, cargo, run};

struct Tool {
    package: &'static str,
    why: &'static str,
    present: fn() -> bool,
}

const TOOLS: [Tool; 4] = [
    Tool {
        package: "chromium",
        why: "the browser journeys",
        present: || program("chromium").is_some() || std::env::var_os("CHROMIUM").is_some(),
    },
    Tool { package: "fonts-noto-cjk", why: "Chinese in PDF files and in the browser", present: chinese_fonts },
    Tool {
        package: "postgresql",
        why: "the slice tests on PostgreSQL",
        present: || crate::postgres::binaries().is_some(),
    },
    Tool {
        package: "poppler-utils",
        why: "reading back the text of PDF files",
        present: || program("pdftotext").is_some(),
    },
];

/// Installs what the tests want, once, before the first part. A failure is told and not fatal: the part that
/// needs the tool says so itself.
pub fn provide() {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        println!("chromium, fonts, postgresql and poppler are here");
        return;
    }
    for tool in &missing {
        println!("missing: {} ({})", tool.package, tool.why);
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    match install(&packages) {
        Ok(()) => println!("installed: {}", packages.join(" ")),
        Err(why) => println!("not installed: {why}"),
    }
}

/// One package, for a part that is run alone.
pub fn provide_package(package: &str) -> Result<()> {
    install(&[package])
}

fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("install by hand: apt install {}", packages.join(" "));
    if !is_root() || program("apt-get").is_none() {
        return Err(by_hand);
    }
    let apt = |args: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(std::process::Stdio::null());
        run(apt)
    };
    apt(&["update", "-qq"])
        .and_then(|()| {
            let mut args = vec!["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
            args.extend(packages);
            apt(&args)
        })
        .map_err(|why| format!("{why}; {by_hand}"))
}

fn chinese_fonts() -> bool {
    let fonts = Path::new("/usr/share/fonts/opentype/noto");
    let listed = std::fs::read_dir(fonts).into_iter().flatten().flatten();
    listed.into_iter().any(|file| file.file_name().to_string_lossy().contains("CJK"))
        || std::env::var_os("LIREN_FONTS").is_some()
}

/// Whether this process may install packages and must not run a database server itself.
pub fn is_root() -> bool {
    let mut id = Command::new("id");
    id.arg("-u");
    crate::read(id).is_ok_and(|uid| uid.trim() == "0")
}

/// `cargo fmt` and `cargo clippy` are parts of the toolchain that can be left out.
pub fn need_cargo_part(name: &str, component: &str) -> Result<()> {
    match cargo([name, "--version"]).output() {
        Ok(out) if out.status.success() => Ok(()),
        _ => Err(format!("cargo {name} is missing; it comes with the toolchain: rustup component add {component}")),
    }
}

pub fn need(name: &str, why: &str, how: &str) -> Result<()> {
    match program(name) {
        Some(_) => Ok(()),
        None => Err(format!("{name} is missing; {why} needs it: {how}")),
    }
}
