//! `liren pack check DIR`.

use super::args::{Pack, PackCommand};
use super::{out, say};
use crate::base::{Lang, Result, error};

pub fn run(args: Pack, lang: Lang) -> Result<u8> {
    let PackCommand::Check(args) = args.command;
    let files = liren_packs::read_dir(&args.dir).map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("读不了 {}:{zh}。请给出包含 base 和 programmes 的文件夹。", args.dir.display()),
            format!("Cannot read {}: {en}. Name the folder that holds base and programmes.", args.dir.display()),
        )
    })?;
    if files.is_empty() {
        return Err(error::invalid(
            format!("{} 里没有业务包。请给出包含 base 和 programmes 的文件夹。", args.dir.display()),
            format!("There are no packs in {}. Name the folder that holds base and programmes.", args.dir.display()),
        ));
    }
    let files = with_base(files);
    let (packs, mut findings) = crate::load_packs(&files);
    if !findings.iter().any(liren_rules::Finding::is_error) {
        findings.extend(packs.run_cases());
    }
    let spoken = if lang.is_en() { liren_packs::Language::English } else { liren_packs::Language::Chinese };
    out(packs.check_text(&findings, spoken).as_bytes());
    let errors = findings.iter().filter(|f| f.is_error()).count();
    say(&format!(
        "{} {} · {} {} · {} {} · {} {errors}",
        lang.t("业务包"),
        packs.packs.len(),
        lang.t("指标"),
        packs.figures.len(),
        lang.t("案例"),
        packs.cases.len(),
        lang.t("错误")
    ));
    Ok(u8::from(errors > 0))
}

/// A folder of programmes alone is checked against the base pack of this binary: its code tables and figures.
fn with_base(mut files: Vec<(String, String)>) -> Vec<(String, String)> {
    if !files.iter().any(|(path, _)| path.starts_with("base/")) {
        let base = crate::PACKS.iter().filter(|(path, _)| path.starts_with("base/"));
        // The annual report cites the figures of every programme, not only of the one being checked.
        let base = base.filter(|(path, _)| !path.contains("/reports/"));
        files.extend(base.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    }
    files
}
