//! Numbers in the clear: opened only for a stated purpose, and masked everywhere else.

use std::collections::HashMap;

use liren_store::Tx;

use crate::base::keys::CommunityKeys;
use crate::base::{App, Result, Scope};

/// Numbers of one person.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    pub id_number: Option<String>,
    pub id_state: Option<String>,
    pub phones: Vec<String>,
}

/// Opens the numbers of everyone in the scope's community: for exports, the importer's matching in memory,
/// and the people of one page or one reveal (`only`). The caller checks the permission and writes the audit record.
pub async fn open(app: &App, tx: &mut Tx, scope: &Scope, only: Option<&[i64]>) -> Result<HashMap<i64, Numbers>> {
    let keys = app.community_keys(tx, scope.community).await?;
    let sealed = super::queries::sealed(tx, scope, only).await?;
    let mut opened: HashMap<i64, Numbers> = HashMap::new();
    for s in sealed {
        let Some(text) = unseal(&keys, &s.wrapped, &s.cipher) else {
            continue;
        };
        let numbers = opened.entry(s.person).or_default();
        match s.state {
            Some(state) => {
                numbers.id_number = Some(text);
                numbers.id_state = Some(state);
            }
            None => numbers.phones.push(text),
        }
    }
    Ok(opened)
}

/// What rosters said of a person in a remark, newest first, opened; long numbers in it are masked.
pub async fn remarks(app: &App, tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<String>> {
    let keys = app.community_keys(tx, scope.community).await?;
    let sealed = super::queries::remarks(tx, scope, person).await?;
    Ok(sealed
        .into_iter()
        .filter_map(|(wrapped, cipher, text)| match cipher {
            Some(cipher) => unseal(&keys, &wrapped, &cipher),
            None => Some(text),
        })
        .filter(|text| !text.is_empty())
        .map(|text| liren_facts::identifier::masked_within(&text))
        .collect())
}

fn unseal(keys: &CommunityKeys, wrapped: &Option<Vec<u8>>, cipher: &[u8]) -> Option<String> {
    let key = keys.person_key(wrapped.as_deref()?)?;
    String::from_utf8(key.open(cipher)?).ok()
}

/// Erases a person: the data key is destroyed and the name blanked; ids, days and frozen sets stay, so no
/// past figure changes.
pub async fn erase(w: &mut crate::base::Write, person: i64, reason: &str) -> Result<()> {
    super::queries::blank(w, person).await?;
    w.touch("person");
    w.audit("erase", "person", person, reason).await
}
