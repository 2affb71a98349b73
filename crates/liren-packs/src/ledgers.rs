//! What `ledgers.toml` says of stages is held against the programme: a stage that does not exist would let every line
//! of a list fall through.

use liren_rules::Finding;
use toml::{Table, Value};

use crate::pack::{Programme, suggest};
use crate::source::Spot;

/// Names a stage of `table` that `programme` does not have.
pub(crate) fn check(table: &Table, spot: &Spot, programme: &Programme, findings: &mut Vec<Finding>) {
    let known = |stage: &str| programme.stages.iter().any(|s| s.id == stage);
    for stage in named(table) {
        if known(&stage) {
            continue;
        }
        let finding = spot.error(
            "unknown-stage",
            format!("台账写的阶段 {stage} 在业务 {} 里不存在", programme.id),
            format!("the ledger names the stage {stage}, which {} does not have", programme.id),
        );
        let (zh, en) = suggest(&stage, programme.stages.iter().map(|s| s.id.as_str()));
        findings.push(finding.advise(zh, en));
    }
}

/// Every stage a ledger names: `bare`, `standings`, `[[stage]]`, `[[then]]` and the days `on.<stage>`.
fn named(table: &Table) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |value: Option<&Value>| out.extend(value.and_then(Value::as_str).map(str::to_owned));
    add(table.get("bare"));
    for stage in table.get("standings").and_then(Value::as_table).into_iter().flat_map(Table::values) {
        add(Some(stage));
    }
    let tables = |key: &str| {
        let list = table.get(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_table).collect::<Vec<_>>()
    };
    for stage in tables("stage") {
        add(stage.get("id"));
    }
    for then in tables("then") {
        add(then.get("from"));
        add(then.get("to"));
    }
    for field in tables("field") {
        let id = field.get("id").and_then(Value::as_str).unwrap_or_default();
        out.extend(id.strip_prefix("on.").map(str::to_owned));
    }
    out
}
