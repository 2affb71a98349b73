//! Two parties in one row: 房东 | 承租人, 监护人 | 老人, 户主 | 成员. Columns without an owner's word belong to the party
//! that stands last before them, where a row repeats them for several.

use crate::mapping::Field;
use crate::table::ColumnRead;
use crate::understand::Header;
use crate::words::{self, Whose};

/// Gives the repeated columns of another party that party's meaning, so that no number of a landlord becomes a
/// tenant's.
pub(super) fn settle(columns: &mut [ColumnRead], header: Option<&Header>) {
    let Some(header) = header else { return };
    let leaf = |at: usize| header.columns.get(at).map_or("", |c| c.leaf.as_str());
    // With a second level the groups name their owners themselves.
    if header.columns.iter().any(|c| c.top.as_deref().is_some_and(|t| words::whose(t).0 != Whose::Own)) {
        return;
    }
    let heads: Vec<(usize, Whose)> = (0..columns.len())
        .filter_map(|at| {
            // 探视人, 网格员: an officer's telephone is no resident's.
            let (officer, rest) = words::whose(leaf(at));
            if officer == Whose::Officer && rest.is_empty() && matches!(columns[at].field, None | Some(Field::Extra)) {
                return Some((at, Whose::Officer));
            }
            let whose = match columns[at].field.as_ref()? {
                Field::Name => Whose::Own,
                Field::HeadName => Whose::Head,
                Field::LandlordName => Whose::Landlord,
                Field::GuardianName => Whose::Guardian,
                Field::SpouseName => Whose::Spouse,
                _ => return None,
            };
            Some((at, whose))
        })
        .collect();
    // 共同申请人, 与主申请人关系: how the one named before is related.
    for at in 1..columns.len() {
        if columns[at].field == Some(Field::Relation) && columns[at - 1].field == Some(Field::GuardianName) {
            columns[at].field = Some(Field::GuardianRelation);
        }
    }
    if heads.len() < 2 || !heads.iter().any(|(_, w)| *w == Whose::Own) {
        return;
    }
    let personal = |f: &Field| {
        matches!(
            f,
            Field::Number | Field::Phone | Field::Sex | Field::Birth | Field::Age | Field::NumberKind | Field::Ethnic
        )
    };
    let plain: Vec<usize> = (0..columns.len())
        .filter(|at| columns[*at].field.as_ref().is_some_and(personal) && words::whose(leaf(*at)).0 == Whose::Own)
        .collect();
    let repeated = |at: usize| plain.iter().any(|other| *other != at && columns[*other].field == columns[at].field);
    let owner = |at: usize| heads.iter().rev().find(|(head, _)| *head < at).map(|(_, whose)| *whose);
    let told: Vec<(usize, Whose)> = plain
        .iter()
        .filter(|at| {
            // 房东 电话 承租人 …: a single column right behind another party's name is that party's.
            let behind = heads.iter().any(|(head, whose)| head + 1 == **at && *whose != Whose::Own);
            let before_own = heads.iter().any(|(head, whose)| *whose == Whose::Own && head > *at);
            // 紧急联系人 联系电话: what stands right behind the name of a contact is the contact's.
            let contact = heads.iter().any(|(head, whose)| {
                head + 1 == **at && matches!(whose, Whose::Guardian | Whose::Parent | Whose::Spouse | Whose::Officer)
            });
            let phone = columns[**at].field == Some(Field::Phone);
            repeated(**at) || (behind && before_own) || (contact && phone)
        })
        .filter_map(|at| Some((*at, owner(*at)?)))
        .collect();
    for (at, whose) in told {
        let field = columns[at].field.clone();
        columns[at].owned = field.clone().map(|f| (whose, f)).filter(|_| whose != Whose::Own);
        let theirs = match (whose, field) {
            (Whose::Own, _) => continue,
            (Whose::Head, Some(Field::Number)) => Field::HeadNumber,
            (Whose::Landlord, Some(Field::Phone)) => Field::LandlordPhone,
            (Whose::Guardian | Whose::Parent, Some(Field::Phone)) => Field::GuardianPhone,
            (Whose::Spouse, Some(Field::Number)) => Field::SpouseNumber,
            // The household's phone stands with its head.
            (Whose::Head, Some(Field::Phone)) => continue,
            _ => Field::Extra,
        };
        columns[at].field = Some(theirs);
        columns[at].confidence = 0.8;
    }
}
