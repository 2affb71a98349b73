//! What is left of somebody who is erased, statement by statement: whoever counted them goes on counting, and nothing says
//! who they were.

use liren_facts::Day;
use liren_store::{Tx, Value, params};
use sha2::{Digest as _, Sha256};

use super::among;
use crate::base::{PersonId, Result, Scope, Write};

/// 注销标记 — by which a number is known again although it is nowhere any more: a digest of the community's keyed index of
/// it, which only the community's key can make.
pub fn mark(whole_index: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(b"erased").chain_update(whole_index).finalize()[..16].to_vec()
}

/// The marks of everybody erased in a community.
pub async fn marks(tx: &mut Tx, scope: &Scope) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> =
        tx.rows("select mark from erased where community_id = $1", params![scope.community]).await?;
    Ok(rows.into_iter().map(|(mark,)| mark).collect())
}

/// Somebody who was erased came back and said so: their mark goes.
pub async fn forget_mark(w: &mut Write, mark: &[u8]) -> Result<u64> {
    Ok(w.tx
        .run("delete from erased where community_id = $1 and mark = $2", params![w.community, mark.to_vec()])
        .await?)
}

/// Destroys the data key of a record, blanks its words, replaces what its numbers were found by, and reduces the day of
/// birth to the year. `texts` are the fields of packs that hold free words.
pub async fn blank(w: &mut Write, person: PersonId, texts: &[String]) -> Result<()> {
    marked(w, person).await?;
    let random: fn() -> Vec<u8> = || rand::random::<[u8; 16]>().to_vec();
    let key = params![w.community, person];
    for sql in [
        "update person set data_key = null where community_id = $1 and id = $2",
        "update person_naming set name = null, former_name = null, initials = null, sort_key = null
         where community_id = $1 and person_id = $2",
        "update person_work set employer = null where community_id = $1 and person_id = $2",
        "update person_remark set text = '', cipher = null where community_id = $1 and person_id = $2",
        "update import_problem set column_name = null where community_id = $1 and person_id = $2",
        // A household's number is often that of its head, or their phone.
        "update household_state set number = null where community_id = $1 and household_id in (
           select household_id from person_membership where community_id = $1 and person_id = $2)",
    ] {
        w.tx.run(sql, key.clone()).await?;
    }
    for table in ["person_identifier", "person_contact"] {
        let sql = format!(
            "update {table} set cipher = $3, whole_index = $4, tail_index = $5 where community_id = $1 and person_id = $2"
        );
        w.tx.run(&sql, params![w.community, person, Vec::<u8>::new(), random(), random()]).await?;
    }
    if !texts.is_empty() {
        let mut bound = key.clone();
        bound.extend(texts.iter().map(|field| Value::from(field.as_str())));
        let fields = places(texts.len(), 3);
        for sql in [
            format!(
                "update field_value set text = null where community_id = $1 and subject_kind = 'person' and subject_id = $2
                   and field in ({fields})"
            ),
            format!(
                "update field_value set text = null where community_id = $1 and subject_kind = 'enrolment'
                   and subject_id in (select id from matter where community_id = $1 and subject_kind = 'person'
                     and subject_id = $2) and field in ({fields})"
            ),
        ] {
            w.tx.run(&sql, bound.clone()).await?;
        }
    }
    birth_to_the_year(w, person).await?;
    for table in [
        "person_naming", "person_work", "person_remark", "person_birth", "person_life", "person_identifier",
        "person_contact", "household_state", "field_value",
    ] {
        w.touch(table);
    }
    w.changed("person", person.0, "");
    Ok(())
}

fn places(n: usize, first: usize) -> String {
    let numbers: Vec<i64> = vec![0; n];
    among(&numbers, first)
}

/// Keeps a mark of every number that was somebody's.
async fn marked(w: &mut Write, person: PersonId) -> Result<()> {
    let rows: Vec<(Vec<u8>,)> =
        w.tx.rows(
            "select distinct whole_index from person_identifier where community_id = $1 and person_id = $2
               and superseded is null and length(cipher) > 0",
            params![w.community, person],
        )
        .await?;
    for (index,) in rows {
        w.tx.run(
            "insert into erased (community_id, mark, recorded) values ($1, $2, $3)
             on conflict (community_id, mark) do nothing",
            params![w.community, mark(&index), w.revision],
        )
        .await?;
    }
    Ok(())
}

/// Of the birth the year is left. States that began with it begin with the year: a year's figures stay what they were,
/// since who was born in it was born by its end.
async fn birth_to_the_year(w: &mut Write, person: PersonId) -> Result<()> {
    let key = params![w.community, person];
    let births: Vec<(Option<Day>, Option<Day>, Day)> =
        w.tx.rows(
            "select born_first, born_last, valid_from from person_birth where community_id = $1 and person_id = $2",
            key.clone(),
        )
        .await?;
    for (first, last, _) in births {
        let (Some(first), Some(last)) = (first, last) else { continue };
        let (Some(begin), Some(end)) = (Day::ymd(first.year(), 1, 1), Day::ymd(last.year(), 12, 31)) else { continue };
        w.tx.run(
            "update person_birth set born_first = $4, born_last = $5
             where community_id = $1 and person_id = $2 and born_first = $3",
            params![w.community, person, first, begin, end],
        )
        .await?;
        for table in [
            "person_naming", "person_birth", "person_life", "person_identifier", "person_residency",
            "person_membership", "person_marital", "person_schooling", "person_political", "person_work",
        ] {
            for (column, day) in [("valid_from", begin), ("valid_to", begin)] {
                let sql = format!(
                    "update {table} set {column} = $4 where community_id = $1 and person_id = $2 and {column} = $3"
                );
                w.tx.run(&sql, params![w.community, person, first, day]).await?;
            }
        }
        w.tx.run(
            "update person_residency set since = $4 where community_id = $1 and person_id = $2 and since = $3",
            params![w.community, person, first, begin],
        )
        .await?;
    }
    Ok(())
}
