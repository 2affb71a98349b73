//! 本地标准 — what a community or its district sets itself: a line, an amount, an age of its own, each with the document that says so.

use liren_facts::Day;
use liren_packs::Packs;
use liren_store::{Row, Value, params};

use crate::base::states::{OfKind, Subject, state};
use crate::base::{Origin, Result, Write, error};

/// A parameter by its full id, as the subject of a local value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamOf(pub String);

impl Subject for ParamOf {
    fn key(&self) -> Vec<Value> {
        params![self.0.as_str()]
    }

    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<ParamOf> {
        row.get(first).map(ParamOf)
    }
}

impl OfKind for ParamOf {
    const KIND: &'static str = "param";
}

state! {
    /// 本地标准 — in fen for yuan; `document` is where it was set.
    pub struct LocalValue in "param_override" of ParamOf as "param" {
        value: i64 = "value",
        document: String = "source",
    }
}

/// Sets a parameter from a day on.
pub async fn set(w: &mut Write, packs: &Packs, id: &str, value: i64, from: Day, document: &str) -> Result<()> {
    let param = packs.param(id).ok_or_else(|| error::not_found("参数"))?;
    if document.trim().is_empty() {
        return Err(error::invalid(
            "请写明依据的文件，如“某区民政局2014年低保标准通知”。",
            "Name the document that sets it.",
        ));
    }
    if value < 0 {
        return Err(error::invalid("标准不能是负数。请核对。", "A standard cannot be negative. Please check."));
    }
    let local = LocalValue { value, document: document.trim().to_owned() };
    local.record(w, ParamOf(param.id.clone()), from, &Origin::default()).await
}
