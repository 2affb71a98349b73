//! Screening: who is entitled but not enrolled, who may be and what must be asked, and why.

use liren_facts::Day;
use liren_packs::Programme;
use liren_rules::{KindId, Set, Title};
use liren_store::Tx;

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

/// What one person (or their household) may be entitled to: by programme, with what is still to be asked.
pub struct OfPerson {
    pub programme: String,
    pub source: String,
    /// Empty when the rule certainly holds: name of the fact and its title, cheapest first.
    pub missing: Vec<(String, Title)>,
}

/// Screens one person and their household in every programme that screens.
pub async fn of_person(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    person: i64,
    household: Option<i64>,
) -> Result<Vec<OfPerson>> {
    let packs = app.packs();
    let moment = app.moment(tx, scope.community, on).await?;
    let values = app.values(tx, moment).await?;
    let mut all = Vec::new();
    for programme in &packs.programmes {
        let Some(id) = &programme.screen else { continue };
        let (Some(rule), Some(checked)) = (packs.rule(id, on), app.schema().rule(id)) else { continue };
        let look = Look::new(app.world(tx, moment, &app.needs([], [&checked])).await?);
        let subject = match app.schema().kind_of(checked.kind()).name.as_str() {
            "person" => Some(person),
            "household" => household,
            _ => None,
        };
        let row = subject.and_then(|id| look.world.frame(checked.kind()).row_of(id));
        let Some(row) = row else { continue };
        let explanation = liren_rules::Explainer::new(&look.world, &checked, &values).explain(row);
        let missing: Vec<(String, Title)> =
            explanation.missing.iter().map(|m| (m.name.clone(), m.title.clone())).collect();
        match explanation.verdict {
            liren_rules::Value::Bool(true) => {}
            liren_rules::Value::Unknown if !missing.is_empty() => {}
            _ => continue,
        }
        all.push(OfPerson { programme: programme.id.clone(), source: rule.source.clone(), missing });
    }
    Ok(all)
}
