//! Brings the front-end parts into the binary: htmx and one sprite of the icons that are used.
//!
//! `npm ci` runs in OUT_DIR, never in the source tree, and only when the lock file changed.
//! `LIREN_WEB_MODULES` names a ready `node_modules` folder for builds without network.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let web = root.join("web");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    for watched in ["web/package.json", "web/package-lock.json", "web/icons.txt", "i18n", "packs", "migrations"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo::rerun-if-env-changed=LIREN_WEB_MODULES");
    let modules = match env::var("LIREN_WEB_MODULES") {
        Ok(ready) => PathBuf::from(ready),
        Err(_) => install(&web, &out.join("web")),
    };
    copy(&modules.join("htmx.org/dist/htmx.min.js"), &out.join("htmx.min.js"));
    sprite(&web.join("icons.txt"), &modules.join("@tabler/icons/icons/outline"), &out.join("icons.svg"));
    packs(&root, &out.join("packs.rs"));
    migrations(&root.join("migrations"), &out.join("migrations.rs"));
}

fn install(web: &Path, target: &Path) -> PathBuf {
    let lock = fs::read(web.join("package-lock.json")).unwrap_or_default();
    let stamp = target.join("installed.lock");
    let modules = target.join("node_modules");
    if fs::read(&stamp).is_ok_and(|done| done == lock) && modules.exists() {
        return modules;
    }
    fs::create_dir_all(target).unwrap_or_else(|e| stop(&format!("cannot make {}: {e}", target.display())));
    for file in ["package.json", "package-lock.json"] {
        copy(&web.join(file), &target.join(file));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm)
        .args(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(target)
        .status();
    match run {
        Ok(status) if status.success() => {}
        Ok(_) => stop(
            "`npm ci` did not succeed. Is the npm registry reachable? Without network, run `npm ci` elsewhere and set LIREN_WEB_MODULES to its node_modules folder.",
        ),
        Err(_) => stop(
            "npm was not found. Liren needs Node.js with npm to build (apt install nodejs npm), or LIREN_WEB_MODULES naming a ready node_modules folder.",
        ),
    }
    fs::write(&stamp, lock).unwrap_or_else(|e| stop(&format!("cannot write {}: {e}", stamp.display())));
    modules
}

fn copy(from: &Path, to: &Path) {
    if let Err(e) = fs::copy(from, to) {
        stop(&format!("cannot copy {}: {e}", from.display()));
    }
}

/// One SVG of `<symbol>`s, ids as in `icons.txt`.
fn sprite(list: &Path, icons: &Path, to: &Path) {
    let names = fs::read_to_string(list).unwrap_or_default();
    let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">");
    for name in names.lines().map(str::trim).filter(|n| !n.is_empty() && !n.starts_with('#')) {
        let file = icons.join(format!("{name}.svg"));
        let svg =
            fs::read_to_string(&file).unwrap_or_else(|_| stop(&format!("there is no icon {name}: see web/icons.txt")));
        let body = svg.split_once('>').map_or("", |(_, rest)| rest);
        // Tabler's files open with a comment block before <svg …>.
        let body = if svg.trim_start().starts_with("<!--") {
            svg.split_once("-->").map_or("", |(_, rest)| rest).split_once('>').map_or("", |(_, rest)| rest)
        } else {
            body
        };
        let body = body.trim().trim_end_matches("</svg>").trim();
        out.push_str(&format!("<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{}</symbol>", body.replace('\n', "")));
    }
    out.push_str("</svg>");
    if let Err(e) = fs::write(to, out) {
        stop(&format!("cannot write {}: {e}", to.display()));
    }
}

/// Every pack file's path and text, so that the binary carries them.
fn packs(root: &Path, to: &Path) {
    let base = root.join("packs");
    let mut files = Vec::new();
    walk(&base, &mut files);
    files.sort();
    let mut out = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&base).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let path = fs::canonicalize(&file).unwrap_or(file);
        out.push_str(&format!("({name:?}, include_str!({:?})),\n", path.to_string_lossy()));
    }
    out.push_str("]\n");
    if let Err(e) = fs::write(to, out) {
        stop(&format!("cannot write {}: {e}", to.display()));
    }
}

/// Every `NNNN_name.sql`, lowest number first.
fn migrations(folder: &Path, to: &Path) {
    let mut steps = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "sql") {
            continue;
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let parts =
            stem.split_once('_').and_then(|(digits, name)| Some((digits.parse::<i64>().ok()?, name.to_owned())));
        let Some((number, name)) = parts else {
            stop(&format!("{} is not called like 0012_name.sql", path.display()));
        };
        steps.push((number, name, fs::canonicalize(&path).unwrap_or(path)));
    }
    steps.sort();
    for pair in steps.windows(2) {
        if pair[0].0 == pair[1].0 {
            stop(&format!("two migrations have the number {}: {} and {}", pair[0].0, pair[0].1, pair[1].1));
        }
    }
    let mut out = String::from("&[\n");
    for (number, name, path) in steps {
        out.push_str(&format!("Migration::sql({number}, {name:?}, include_str!({:?})),\n", path.to_string_lossy()));
    }
    out.push_str("]\n");
    if let Err(e) = fs::write(to, out) {
        stop(&format!("cannot write {}: {e}", to.display()));
    }
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv" || e == "md") {
            files.push(path);
        }
    }
}

fn stop(why: &str) -> ! {
    println!("cargo::error={why}");
    std::process::exit(1)
}
