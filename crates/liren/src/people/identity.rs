//! Numbers in the clear: opened only for a stated purpose, and masked everywhere else.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::Tx;

use super::queries;
use crate::base::keys::CommunityKeys;
use crate::base::{Aliases, App, Mine, PersonId, Result, Scope, Write};

/// Numbers of one person.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    pub id_number: Option<String>,
    pub id_state: Option<String>,
    pub phones: Vec<String>,
}

/// Opens the numbers of everyone in the scope's community: for exports, the importer's matching in memory,
/// and the people of one page or one reveal (`only`). The caller checks the permission and writes the audit record.
/// A merged record's numbers are those of the person it stands for, whose own come first.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    only: Option<&[i64]>,
) -> Result<HashMap<i64, Numbers>> {
    let keys = app.community_keys(tx, scope.community).await?;
    let mut opened: HashMap<i64, Numbers> = HashMap::new();
    for s in queries::sealed(tx, scope, on, only).await? {
        let Some(text) = unseal(&keys, s.wrapped.as_deref(), &s.cipher) else {
            continue;
        };
        let numbers = opened.entry(s.person).or_default();
        match s.state {
            Some(_) if numbers.id_number.is_some() => {}
            Some(state) => {
                numbers.id_number = Some(text);
                numbers.id_state = Some(state);
            }
            None if numbers.phones.contains(&text) => {}
            None => numbers.phones.push(text),
        }
    }
    Ok(opened)
}

/// What rosters said of a person in a remark, newest first, opened; long numbers in it are masked.
pub async fn remarks(app: &App, tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<String>> {
    let keys = app.community_keys(tx, scope.community).await?;
    let sealed = queries::remarks(tx, scope, person).await?;
    Ok(sealed
        .into_iter()
        .filter_map(|(wrapped, cipher, text)| match cipher {
            Some(cipher) => unseal(&keys, wrapped.as_deref(), &cipher),
            None => Some(text),
        })
        .filter(|text| !text.is_empty())
        .map(|text| liren_facts::identifier::masked_within(&text))
        .collect())
}

fn unseal(keys: &CommunityKeys, wrapped: Option<&[u8]>, cipher: &[u8]) -> Option<String> {
    let key = keys.person_key(wrapped?)?;
    String::from_utf8(key.open(cipher)?).ok()
}

/// Erases a person with all records merged into theirs: the data keys are destroyed, words and what numbers were found by
/// are gone, and of the birth the year is left. Ids and frozen sets stay, so no past figure changes; a mark stays by which
/// the next roster asks before they return.
pub async fn erase(app: &App, w: &mut Write, person: Mine<PersonId>, reason: &str) -> Result<()> {
    let packs = app.packs();
    let facts = packs.programmes.iter().flat_map(|p| &p.facts).map(|f| (&f.id, &f.field_type));
    let fields = packs.programmes.iter().flat_map(|p| &p.fields).map(|f| (&f.id, &f.field_type));
    let words = facts.chain(fields).filter(|(_, kind)| **kind == liren_packs::FieldType::Text);
    let mut texts: Vec<String> = words.map(|(id, _)| id.clone()).collect();
    texts.sort();
    texts.dedup();
    let scope = Scope::whole(w.community);
    let aliases = Aliases::now(&mut w.tx, &scope).await?;
    let person = PersonId(aliases.of(person.number()));
    for id in aliases.whole(person) {
        queries::erasing::blank(w, id, &texts).await?;
    }
    w.audit("erase", "person", person.0, reason).await
}
