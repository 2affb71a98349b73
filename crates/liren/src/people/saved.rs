//! 名单 — lists of residents that are kept by a name.

use liren_store::{Tx, params};

use crate::base::records::{self, Kept, record};
use crate::base::{Origin, Result, Scope, Write};

record! {
    /// 名单 — conditions, view and columns as an address says them; whoever may read residents opens it and sees their own.
    pub struct SavedList in "saved_list", frame "saved_list" {
        name: String = "name",
        conditions: String = "conditions",
        residency: String = "residency",
        columns: String = "columns",
    }
}

/// The saved lists of a community, the oldest first.
pub async fn saved(tx: &mut Tx, scope: &Scope) -> Result<Vec<Kept<SavedList>>> {
    records::read(tx, "t.community_id = $1 and t.superseded is null order by t.id", params![scope.community]).await
}

/// Keeps a list; one of the same name is replaced.
pub async fn keep(w: &mut Write, list: SavedList) -> Result<()> {
    let scope = Scope::whole(w.community);
    let before = saved(&mut w.tx, &scope).await?.into_iter().find(|kept| kept.value.name == list.name);
    match before {
        Some(kept) => records::replace(w, kept.id, list, vec![], &Origin::default()).await,
        None => records::add(w, list, vec![], &Origin::default()).await.map(|_| ()),
    }
}

/// The list is no longer wanted.
pub async fn drop(w: &mut Write, id: i64) -> Result<()> {
    records::withdraw::<SavedList>(w, id).await.map(|_| ())
}
