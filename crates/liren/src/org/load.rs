//! Loading the frames of this slice.

use liren_store::FromRow;

use crate::base::states::as_of;
use crate::base::{Aliases, Loading, Result, row};

row! {
    struct AreaRow {
        id: i64 = "s.area_id",
        parent: Option<i64> = "s.parent_id",
        level: String = "s.level",
        rank: i64 = "s.rank",
    }
}

/// Frame `area`.
pub async fn areas(l: &mut Loading<'_>) -> Result<()> {
    let (level, rank, parent) = (l.slot("level"), l.slot("rank"), l.slot("parent"));
    let sql = format!(
        "select {} from area_state s where s.community_id = $1 and {} order by s.area_id",
        AreaRow::COLUMNS,
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, row| {
        let area = AreaRow::read(row)?;
        let row = frame.push(area.id);
        frame.set_code(row, level, Some(&area.level));
        frame.set_int(row, rank, Some(area.rank));
        one(frame, row, parent, area.parent);
        Ok(())
    })
    .await
}

row! {
    struct PostRow {
        id: i64 = "s.appointment_id",
        person: i64 = "s.person_id",
        area: Option<i64> = "s.area_id",
        organisation: Option<i64> = "s.organisation_id",
        role: String = "s.role",
    }
}

/// Frame `post`.
pub async fn posts(l: &mut Loading<'_>) -> Result<()> {
    let (role, person) = (l.slot("role"), l.slot("person"));
    let (area, organisation) = (l.slot("area"), l.slot("organisation"));
    let alias = Aliases::load(l).await?;
    let sql = format!(
        "select {} from appointment_state s where s.community_id = $1 and {} order by s.appointment_id",
        PostRow::COLUMNS,
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, row| {
        let post = PostRow::read(row)?;
        let row = frame.push(post.id);
        frame.set_code(row, role, Some(&post.role));
        frame.set_one(row, person, Some(alias.of(post.person)));
        one(frame, row, area, post.area);
        one(frame, row, organisation, post.organisation);
        Ok(())
    })
    .await
}

/// A to-one cell that is absent, not unknown, when the record names nothing.
pub fn one(frame: &mut liren_rules::FrameBuilder, row: u32, slot: liren_rules::Slot, id: Option<i64>) {
    match id {
        Some(id) => frame.set_one(row, slot, Some(id)),
        None => frame.set_absent(row, slot),
    }
}
