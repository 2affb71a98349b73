//! Every statement of this slice.

use liren_packs::Register;
use liren_rules::{KindId, Schema, Unkept};
use liren_store::{Tx, params};

use super::kept::{Cover, ProgrammeUse, Registers};
use crate::base::states::{as_of, known};
use crate::base::{Moment, Result, records};
use crate::org::Tree;

/// Every register of a community as known at a revision, and what it does not use on that day.
pub async fn registers(tx: &mut Tx, moment: Moment) -> Result<Registers> {
    let condition = format!("t.community_id = $1 and {} order by t.id", known("t", 2));
    let kept = records::read(tx, &condition, params![moment.community, moment.revision]).await?;
    let sql = format!(
        "select u.programme from {} u where u.community_id = $1 and not u.used and {}",
        ProgrammeUse::TABLE.name,
        as_of("u", 2, 3)
    );
    let unused: Vec<(String,)> = tx.rows(&sql, params![moment.community, moment.day, moment.revision]).await?;
    Ok(Registers { kept, unused: unused.into_iter().map(|(id,)| id).collect() })
}

/// The kinds and programmes that nobody keeps on a moment's day, for the whole community.
pub async fn unkept(tx: &mut Tx, schema: &Schema, moment: Moment) -> Result<Unkept> {
    let registers = registers(tx, moment).await?;
    let tree = Tree::default();
    let open = |register: &Register| !matches!(registers.stock(register, &tree, None, moment.day), Cover::Full(_));
    let kinds = (0..schema.kinds.len())
        .map(|at| KindId(at as u16))
        .filter(|kind| Register::of_kind(&schema.kind_of(*kind).name).is_some_and(|register| open(&register)));
    let programmes = schema.programmes.iter().enumerate();
    let programmes = programmes.filter(|(_, p)| open(&Register::Programme(p.id.clone()))).map(|(at, _)| at);
    Ok(Unkept { kinds: kinds.collect(), programmes: programmes.collect() })
}
