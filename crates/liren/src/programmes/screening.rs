//! Screening: who is entitled but not enrolled, who may be and what must be asked, and why.

use liren_facts::Day;
use liren_packs::Programme;
use liren_rules::{KindId, Set};

use crate::base::{App, Look, Result, Scope, error};

/// 筛查结果 — for one programme on one day, cut to a scope.
pub struct Screened {
    pub programme: String,
    pub rule: String,
    pub source: String,
    pub kind: KindId,
    /// Ids for whom the rule certainly holds: leads, not decisions.
    pub found: Vec<i64>,
    /// Ids for whom it may hold, with the names of the facts to be asked, cheapest first.
    pub unknown: Vec<(i64, Vec<String>)>,
}

/// Screens one programme; `None` when it declares no rule to screen by on that day.
pub async fn screen(app: &App, scope: &Scope, programme: &Programme, on: Day) -> Result<Option<Screened>> {
    let Some(rule_id) = &programme.screen else {
        return Ok(None);
    };
    let packs = app.packs();
    let Some(rule) = packs.rule(rule_id, on) else {
        return Ok(None);
    };
    let Some(checked) = app.schema().rule(rule_id) else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, scope.community, on).await?;
    let look = Look::new(app.world(&mut tx, moment, &app.needs([], [&checked])).await?);
    let values = app.values(&mut tx, moment).await?;
    let program = liren_rules::Program::new(&look.world, std::slice::from_ref(&checked), &values);
    let set: Set = program
        .run(&look.world)
        .outcomes
        .pop()
        .and_then(liren_rules::Outcome::into_set)
        .ok_or_else(|| error::fault("a rule is not a condition"))?;
    let kind = checked.kind();
    let set = set.within(&look.within(kind, scope));
    let frame = look.world.frame(kind);
    let found = set.yes.iter().map(|r| frame.id(r)).collect();
    let explainer = liren_rules::Explainer::new(&look.world, &checked, &values);
    let unknown = set
        .unknown
        .iter()
        .map(|row| {
            let missing = explainer.explain(row).missing;
            (frame.id(row), missing.into_iter().map(|m| m.name).collect())
        })
        .collect();
    Ok(Some(Screened {
        programme: programme.id.clone(),
        rule: rule_id.clone(),
        source: rule.source.clone(),
        kind,
        found,
        unknown,
    }))
}
