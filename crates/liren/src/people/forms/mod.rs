//! What is written of a person in the browser. Each form is one file: what it shows, what it reads, the verb it calls.

pub mod event;
pub mod fact;
pub mod merge;
pub mod new;
pub mod reveal;
pub mod small;

use liren_facts::Day;

use super::chosen::Chosen;
use super::pages::{Row, rows};
use super::person::PersonLine;
use super::queries;
use crate::base::web::{Form, Reader, Submitted};
use crate::base::{Actor, Aliases, App, HouseholdId, Id, Key, Lang, Mine, Origin, PersonId, Result, Write, error};

/// Where somebody knows a thing from: value of the form, kind and words of the source.
pub const WAYS: [(&str, &str); 5] =
    [("document", "看过文件"), ("self", "本人说"), ("family", "家人说"), ("visit", "走访看到"), ("list", "名册")];

pub fn ways(lang: Lang) -> Vec<(&'static str, String)> {
    WAYS.iter().map(|(value, words)| (*value, lang.t(words).to_owned())).collect()
}

/// The source that a form names. Nothing chosen is a source too: who typed it stands in the change.
pub async fn origin(w: &mut Write, form: &Form, today: Day) -> Result<Origin> {
    let Some((kind, words)) = WAYS.iter().find(|(value, _)| form.is("source", value)) else {
        return Ok(Origin { confirmed_on: Some(today), ..Origin::default() });
    };
    let mut title = (*words).to_owned();
    for more in ["document", "note"] {
        if let Some(text) = form.text(more) {
            // A number typed into a sentence is masked before it is kept.
            title.push('：');
            title.push_str(&liren_facts::identifier::masked_within(&text));
        }
    }
    let source = w.source(kind, &title, None, Some(today)).await?;
    Ok(Origin { source: Some(source), place: None, confirmed_on: Some(today) })
}

/// The person a page is about, as its reader may see them.
pub struct About {
    pub id: PersonId,
    pub key: String,
    pub line: PersonLine,
    pub row: Row,
    pub chosen: Chosen,
    /// Their own record and those merged into it.
    pub whole: Vec<PersonId>,
}

/// The id in a key of the community that is looked at.
pub fn number_of(key: &str, community: i64, noun: &'static str) -> Result<i64> {
    Key::parse(key).filter(|k| k.community == community).map(|k| k.id).ok_or_else(|| error::not_found(noun))
}

impl About {
    pub async fn load(r: &mut Reader, key: &str) -> Result<About> {
        let id = number_of(key, r.community(), "居民")?;
        let scope = r.scope();
        let chosen = Chosen::load(&r.app, &mut r.tx, &scope, r.moment).await?;
        let aliases = Aliases::now(&mut r.tx, &scope).await?;
        if !chosen.contains(id) || aliases.is_merged(id) {
            return Err(error::not_found("居民"));
        }
        let today = r.today();
        let line = queries::lines(&mut r.tx, &scope, today, &[id]).await?.pop();
        let row = rows(&r.app, &mut r.tx, &scope, today, &[id], r.lang).await?.pop();
        let (line, row) = line.zip(row).ok_or_else(|| error::not_found("居民"))?;
        let id = PersonId(id);
        Ok(About { id, key: key.to_owned(), line, row, chosen, whole: aliases.whole(id) })
    }

    /// Everybody of the household, the person among them.
    pub async fn members(&self, r: &mut Reader) -> Result<Vec<Row>> {
        let Some(household) = self.line.household else { return Ok(vec![]) };
        let ids = self.chosen.members(household);
        let (scope, today) = (r.scope(), r.today());
        rows(&r.app, &mut r.tx, &scope, today, &ids, r.lang).await
    }
}

/// An id inside the scope of what is being done; anything else is not there.
pub async fn mine<T: Id>(app: &App, actor: &Actor, id: T) -> Result<Mine<T>> {
    Ok(several(app, actor, &[id]).await?[0])
}

/// Several of them.
pub async fn several<T: Id>(app: &App, actor: &Actor, ids: &[T]) -> Result<Vec<Mine<T>>> {
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, actor.scope.community, app.clock.today()).await?;
    let chosen = Chosen::load(app, &mut tx, &actor.scope, moment).await?;
    ids.iter().map(|id| chosen.look.mine(&actor.scope, *id)).collect()
}

/// The person of a form's address.
pub async fn person_of(s: &Submitted, key: &str) -> Result<Mine<PersonId>> {
    let actor = s.actor()?;
    mine(&s.app, actor, PersonId(number_of(key, actor.scope.community, "居民")?)).await
}

/// The household of a field.
pub fn household_in(form: &Form, field: &str, community: i64) -> Option<HouseholdId> {
    form.text(field).and_then(|key| number_of(&key, community, "户").ok()).map(HouseholdId)
}

/// The codes of a table as choices, those that are in use first in their own order.
pub fn codes(app: &App, table: &str, lang: Lang) -> Vec<(String, String)> {
    let schema = app.schema();
    schema.table(table).map_or(vec![], |t| {
        let all = &schema.table_of(t).codes;
        all.iter().map(|c| (c.code.clone(), lang.pick(&c.title.zh, &c.title.en).to_owned())).collect()
    })
}

#[cfg(test)]
mod tests;
