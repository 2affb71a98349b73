//! The small acts on a person's page: it is still so, a phone, a note, a paper.

use axum::extract::Path;
use axum::response::Response;

use super::{mine, origin, person_of};
use crate::base::web::{About, Form, Reader, Refused, Submitted};
use crate::base::{App, DwellingId, Mine, Origin, PersonId, Result, Write, attachments, error, records, states};
use crate::people::register;
use crate::people::states::{
    Birth, Contact, Identifier, Marital, Membership, Naming, PhoneOf, Political, Residency, Schooling, Work,
};

/// Keeps the paper that came with a form, sealed under the person's key.
pub async fn keep_paper(app: &App, w: &mut Write, s: &Submitted, person: Mine<PersonId>) -> Result<()> {
    let keys = app.community_keys(&mut w.tx, w.community).await?;
    let Some(key) = register::key_of(w, &keys, person.id()).await? else { return Ok(()) };
    for paper in &s.papers {
        attachments::keep(app, w, &key, ("person", person.number()), paper).await?;
    }
    Ok(())
}

/// `POST /people/{key}/confirm` — somebody asked, and everything (or one table) is still so.
pub async fn confirm(Path(key): Path<String>, s: Submitted) -> Result<Response> {
    let saved = async {
        let person = person_of(&s, &key).await?;
        let today = s.today();
        let all = [
            Naming::TABLE,
            Birth::TABLE,
            Identifier::TABLE,
            Residency::TABLE,
            Membership::TABLE,
            Marital::TABLE,
            Schooling::TABLE,
            Political::TABLE,
            Work::TABLE,
        ];
        let one = s.form.text("what");
        let tables: Vec<_> = all.into_iter().filter(|t| one.as_deref().is_none_or(|w| w == t.name)).collect();
        if tables.is_empty() {
            return Err(Refused::Error(error::not_found("资料项")));
        }
        let reason = if one.is_some() { "核对过，仍是这样" } else { "资料核对过，都还是这样" };
        s.save(reason, &[], async |w: &mut Write| {
            for table in tables {
                states::confirm(w, table, &[person.number()], today).await?;
            }
            Ok(format!("/people/{key}"))
        })
        .await
    }
    .await;
    on_page(s, saved, &key).await
}

/// `POST /people/{key}/notes` — a sentence about somebody, sealed.
pub async fn note(Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let person = person_of(&s, &key).await?;
        let text = s.form.need("text", "请写一句情况。", "Write a sentence.");
        let text = text.filter(|t| t.chars().count() <= 1_000);
        let Some(text) = text else {
            if s.form.problems.is_empty() {
                s.form.problem("text", "太长了，请不要超过 1000 个字。", "Too long: 1000 characters at most.");
            }
            return Err(Refused::Form);
        };
        s.save("记了一条情况", &[], async |w: &mut Write| {
            let keys = s.app.community_keys(&mut w.tx, w.community).await?;
            let key_of = register::key_of(w, &keys, person.id()).await?.ok_or_else(|| error::not_found("居民"))?;
            let masked = liren_facts::identifier::masked_within(&text);
            let remark = register::remark(person.id(), &key_of, &masked);
            records::add(w, remark, vec![], &Origin { confirmed_on: Some(s.today()), ..Origin::default() }).await?;
            Ok(format!("/people/{key}"))
        })
        .await
    }
    .await;
    on_page(s, saved, &key).await
}

/// `POST /people/{key}/phones` — another phone, or one that is no longer theirs.
pub async fn phone(Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let person = person_of(&s, &key).await?;
        let today = s.today();
        if let Some(slot) = s.form.number("gone") {
            return s
                .save("这个电话不用了", &[], async |w: &mut Write| {
                    Contact::end(w, PhoneOf { person: person.id(), slot }, today).await?;
                    Ok(format!("/people/{key}"))
                })
                .await;
        }
        let typed = s.form.need("phone", "请填电话。", "Fill in the phone.").unwrap_or_default();
        let digits = liren_facts::phone::read(&typed).usable().map(|p| p.digits.clone()).collect::<Vec<_>>();
        let Some(phone) = digits.first().cloned() else {
            if s.form.problems.is_empty() {
                s.form.problem(
                    "phone",
                    "这不像电话号码。手机是 11 位，固定电话带区号。",
                    "This is no phone number: a mobile one has 11 digits, a landline its area code.",
                );
            }
            return Err(Refused::Form);
        };
        let about = [About { kind: "person", id: person.number(), aspects: &["person_contact"] }];
        s.save("电话记下了", &about, async |w: &mut Write| {
            let keys = s.app.community_keys(&mut w.tx, w.community).await?;
            let origin = origin(w, &s.form, today).await?;
            register::add_phones(w, &keys, today, person, &[phone.as_str()], &origin).await?;
            Ok(format!("/people/{key}"))
        })
        .await
    }
    .await;
    on_page(s, saved, &key).await
}

/// The person's page again, with what is wrong above it.
async fn on_page(s: Submitted, saved: crate::base::web::Saved, key: &str) -> Result<Response> {
    let key = key.to_owned();
    s.answer(saved, async |r: &mut Reader, form: Form| crate::people::file::page(r, &key, form).await).await
}

/// A home of a form's field, inside the scope.
pub async fn home_in(s: &Submitted, field: &str) -> Result<Option<Mine<DwellingId>>> {
    let actor = s.actor()?;
    match s.form.text(field) {
        Some(key) => {
            let id = super::number_of(&key, actor.scope.community, "房屋")?;
            Ok(Some(mine(&s.app, actor, DwellingId(id)).await?))
        }
        None => Ok(None),
    }
}
