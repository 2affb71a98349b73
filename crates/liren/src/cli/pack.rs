//! `liren pack check DIR`.

use super::args::{Pack, PackCommand};
use super::{out, say};
use crate::base::{Lang, Result, error};

pub fn run(args: Pack, lang: Lang) -> Result<u8> {
    let PackCommand::Check(args) = args.command;
    let files = liren_packs::read_dir(&args.dir).map_err(|e| {
        error::invalid(
            format!(
                "读不了 {}:{e}。请给出包含 base 和 programmes 的文件夹。",
                args.dir.display()
            ),
            format!(
                "Cannot read {}: {e}. Name the folder that holds base and programmes.",
                args.dir.display()
            ),
        )
    })?;
    if files.is_empty() {
        return Err(error::invalid(
            format!(
                "{} 里没有业务包。请给出包含 base 和 programmes 的文件夹。",
                args.dir.display()
            ),
            format!(
                "There are no packs in {}. Name the folder that holds base and programmes.",
                args.dir.display()
            ),
        ));
    }
    let (packs, mut findings) = crate::load_packs(&files);
    if !findings.iter().any(liren_rules::Finding::is_error) {
        findings.extend(packs.run_cases());
    }
    let spoken = if lang.is_en() {
        liren_packs::Language::English
    } else {
        liren_packs::Language::Chinese
    };
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
