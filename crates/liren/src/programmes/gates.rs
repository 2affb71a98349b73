//! Moving an enrolment on, through the gates its pack declares.

use liren_facts::Day;
use liren_packs::{Programme, Refusal};

use crate::base::stages::{self, Step};
use crate::base::{MatterId, Mine, Origin, Result, Write, error};

/// An enrolment enters a stage. Refused, with a sentence, when the pack has no move from the stage it is in, or the
/// time in that stage is not over.
pub async fn advance(
    w: &mut Write,
    programme: &Programme,
    enrolment: Mine<MatterId>,
    day: Day,
    stage: &str,
    origin: &Origin,
) -> Result<()> {
    let now = stages::stage_on(w, enrolment, day).await?.ok_or_else(|| error::not_found("办理记录"))?;
    may_enter(programme, &now.value.stage, now.from, stage, day)?;
    stages::enter(w, enrolment, Step::on(day, stage), origin).await?;
    Ok(())
}

/// Whether the pack lets an enrolment enter a stage; the refusal is a sentence for a clerk.
pub fn may_enter(programme: &Programme, from: &str, since: Day, to: &str, day: Day) -> Result<()> {
    let title = |id: &str| {
        let stage = programme.stages.iter().find(|s| s.id == id);
        stage.map_or_else(|| (id.to_owned(), id.to_owned()), |s| (s.title.zh.clone(), s.title.en.clone()))
    };
    let ((from_zh, from_en), (to_zh, to_en)) = (title(from), title(to));
    match programme.may_enter(from, since, to, day) {
        Ok(()) => Ok(()),
        Err(Refusal::NoWay) => Err(error::invalid(
            format!(
                "{}里，“{from_zh}”不能直接进入“{to_zh}”。请先办理中间的阶段；如果原来登记错了，请更正。",
                programme.title.zh
            ),
            format!(
                "In {}, {from_en} does not lead to {to_en}. Enter the stage between first; if what is on record is wrong, correct it.",
                programme.title.en
            ),
        )),
        Err(Refusal::TooSoon(open)) => Err(error::invalid(
            format!("“{from_zh}”从 {since} 开始，时间还不够，{open} 起才能进入“{to_zh}”。"),
            format!("{from_en} began on {since}; {to_en} can be entered from {open} on."),
        )),
    }
}
