//! Freezing: the number, a digest, and who was counted, so that two frozen sets can be compared name by name.

use liren_facts::Period;
use sha2::{Digest, Sha256};

use super::desk::{Ask, Desk};
use super::queries::{self, FrozenValue};
use crate::base::{Actor, App, Result, Write};

/// Freezes every figure of the packs for a period; the id of the set.
pub async fn freeze_all(app: &App, actor: &Actor, name: &str, period: Period) -> Result<i64> {
    let mut desk = Desk::on(app, &actor.scope, period.last.min(app.clock.today())).await?;
    let frozen = values(&mut desk, period).await?;
    let mut w = Write::begin(app, actor, actor.scope.community, &format!("定稿 {name}")).await?;
    let id = queries::freeze(&mut w, name, period, desk.revision, frozen).await?;
    w.audit("freeze", "freeze", id, name).await?;
    w.commit().await?;
    Ok(id)
}

/// Every figure of a period as it would be frozen at this desk.
pub async fn values(desk: &mut Desk, period: Period) -> Result<Vec<FrozenValue>> {
    let packs = desk.packs().clone();
    let mut frozen = Vec::with_capacity(packs.figures.len());
    for figure in &packs.figures {
        let value = desk.value(figure, &Ask::of(period)).await?;
        let ids = value.ids.as_ref().map(|(_, ids)| pack_ids(ids));
        let kind = value.ids.as_ref().map(|(kind, _)| packs.schema.kind_of(*kind).name.clone());
        let mut hash = Sha256::new();
        hash.update(format!("{}|{:?}|{:?}|{}|", figure.id, value.number, value.base, value.answer.id()));
        hash.update(ids.as_deref().unwrap_or_default());
        let digest = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        frozen.push(FrozenValue {
            figure: figure.id.clone(),
            number: value.number,
            base: value.base,
            answer: Some(value.answer.id().to_owned()),
            digest,
            kind,
            ids: ids.filter(|_| figure.list),
        });
    }
    Ok(frozen)
}

/// Ascending ids as differences of seven bits a byte: a community's ids take about a byte each.
pub fn pack_ids(ids: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(ids.len());
    let mut before = 0;
    for id in ids {
        let mut rest = (id - before) as u64;
        before = *id;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }
    out
}

/// What [`pack_ids`] packed; stops at the first byte that does not fit.
pub fn unpack_ids(bytes: &[u8]) -> Vec<i64> {
    let (mut ids, mut before, mut rest, mut shift) = (Vec::new(), 0i64, 0u64, 0u32);
    for byte in bytes {
        if shift > 56 {
            break;
        }
        rest |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let Some(id) = i64::try_from(rest).ok().and_then(|rest| rest.checked_add(before)) else {
                break;
            };
            before = id;
            ids.push(id);
            (rest, shift) = (0, 0);
        }
    }
    ids
}
