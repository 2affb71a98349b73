//! What runs on Node: the type check of the islands and the journeys in a real browser.

use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

use crate::place::{program, root};
use crate::{Result, product, run, tools};

pub fn types() -> Result<()> {
    modules()?;
    let mut check = Command::new("npx");
    // Without --no-install npx would fetch some other package of this name.
    check.args(["--no-install", "tsc", "--noEmit", "-p", "."]).current_dir(root().join("web"));
    run(check)
}

/// The journeys drive the real binary; `e2e/house.mjs` builds the demo's data and starts it.
pub fn journeys(name: Option<&str>) -> Result<()> {
    modules()?;
    let chromium = chromium()?;
    let program = product(false)?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]);
    if let Some(name) = name {
        node.arg(format!("--test-name-pattern={name}"));
    }
    node.arg("e2e/journeys.spec.mjs").current_dir(root()).env("CHROMIUM", chromium).env("LIREN", program);
    run(node)
}

/// The packages of the lock file, put in place when they are missing or older than it.
fn modules() -> Result<()> {
    let how = "install Node.js 20 or newer with npm (apt install nodejs npm)";
    tools::need("node", "the front end", how)?;
    tools::need("npm", "the front end", how)?;
    let web = root().join("web");
    let changed = |file: &str| web.join(file).metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    if changed("node_modules/.package-lock.json") > changed("package-lock.json") {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(web);
    run(install).map_err(|why| format!("{why}. Is the npm registry reachable?"))
}

fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let find = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program);
    if let Some(found) = find() {
        return Ok(found);
    }
    tools::provide_package("chromium")
        .map_err(|why| format!("Chromium is missing; the journeys need it (or name another in CHROMIUM): {why}"))?;
    find().ok_or_else(|| "the package chromium brought no program of that name".into())
}
