//! 目标 — what a figure should come to in an area by a day. A plan is a list of targets; next year's report answers it.

use liren_facts::Day;

use crate::base::records::{self, record};
use crate::base::{AreaId, Origin, Result, Write};

record! {
    /// 目标 — `bound` is `>=`, `<=` or `=`; `document` is where it was decided.
    pub struct Target in "target", frame "target" {
        figure: String = "figure",
        area: AreaId = "area_id",
        first: Day = "first_day",
        last: Day = "last_day",
        bound: String = "bound",
        number: i64 = "number",
        owner: Option<String> = "owner",
        document: Option<String> = "document",
    }
}

/// Sets a target; its id.
pub async fn set(w: &mut Write, target: Target, origin: &Origin) -> Result<i64> {
    records::add(w, target, vec![], origin).await
}
