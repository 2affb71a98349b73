//! Money paid within an enrolment.

use liren_facts::Day;

use crate::base::records::{self, record};
use crate::base::{MatterId, Mine, Origin, Result, Write};

record! {
    /// 发放 — `amount` in fen.
    pub struct Payment in "payment", frame "payment", part of "enrolment" in "matter_id" {
        matter: MatterId = "matter_id",
        day: Day = "day",
        amount: i64 = "amount",
    }
}

/// Money was paid; the payment's id.
pub async fn pay(w: &mut Write, matter: Mine<MatterId>, day: Day, amount: i64, origin: &Origin) -> Result<i64> {
    records::add(w, Payment { matter: matter.id(), day, amount }, vec![], origin).await
}

/// A payment was of another day or amount.
pub async fn correct(w: &mut Write, payment: i64, now: Payment, origin: &Origin) -> Result<()> {
    records::replace(w, payment, now, vec![], origin).await
}

/// A payment was not made.
pub async fn withdraw(w: &mut Write, payment: i64) -> Result<Payment> {
    records::withdraw(w, payment).await
}
