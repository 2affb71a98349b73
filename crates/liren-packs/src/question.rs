//! questions.toml: what is asked of the register's people — a fact that is missing, a contradiction, something nobody
//! has confirmed for long.

use liren_rules::{Ask, Checked, Finding, Schema, Title, Want};

use crate::pack::duplicate;
use crate::read::{Reader, Table, Word};
use crate::source::Spot;

/// 质量问题 — a condition on people: those for whom it holds, or (`unknown`) for whom it cannot be said.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: String,
    pub title: Title,
    /// What to do about it.
    pub advice: Title,
    pub when: Checked,
    pub unknown: bool,
    /// Also of those of whom it is not known whether they live here.
    pub everyone: bool,
    pub spot: Spot,
}

/// A question as it was read.
pub(crate) struct Draft {
    pack: String,
    id: Word,
    title: Title,
    advice: Title,
    when: Word,
    unknown: bool,
    everyone: bool,
}

pub(crate) fn read(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = vec![];
    for mut q in r.tables(t, "question") {
        let id = r.need_word(&mut q, "id");
        let title = r.title(&mut q, "title");
        let advice = r.title(&mut q, "advice");
        let when = r.need_word(&mut q, "when");
        let unknown = r.bool(&mut q, "unknown").unwrap_or(false);
        let everyone = r.bool(&mut q, "everyone").unwrap_or(false);
        if let (Some(id), Some(when)) = (id, when) {
            if drafts.iter().any(|d| d.id.text == id.text) {
                duplicate(r, &id);
            }
            drafts.push(Draft { pack: pack.to_owned(), id, title, advice, when, unknown, everyone });
        }
        r.done(q);
    }
    drafts
}

/// Checks the conditions once the schema is there.
pub(crate) fn check(drafts: Vec<Draft>, schema: &Schema, findings: &mut Vec<Finding>) -> Vec<Question> {
    let Some(kind) = schema.kind("person") else {
        return vec![];
    };
    drafts
        .into_iter()
        .filter_map(|draft| {
            let place = draft.when.place();
            let (when, found) = schema.check(&Ask {
                kind,
                text: &draft.when.text,
                place: &place,
                pack: &draft.pack,
                want: Want::Condition,
            });
            findings.extend(found);
            Some(Question {
                id: draft.id.text,
                title: draft.title,
                advice: draft.advice,
                when: when?,
                unknown: draft.unknown,
                everyone: draft.everyone,
                spot: draft.id.spot,
            })
        })
        .collect()
}
