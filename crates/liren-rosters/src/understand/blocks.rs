//! Rows that hold several people: blocks of columns that repeat, and columns named by a role.

use std::collections::HashSet;

use liren_facts::identifier::Sex;
use liren_facts::name;
use liren_sheets::Value;

use crate::grid::Grid;
use crate::mapping::Field;
use crate::rows::{Banner, banner};
use crate::table::ColumnRead;
use crate::understand::Header;
use crate::understand::plan::{Block, household_level};
use crate::words::{self, Whose};

/// 姓名 性别 身份证 | 姓名 性别 身份证 …: the same columns again and again.
pub(super) fn repeated(columns: &[ColumnRead], header: Option<&Header>) -> Option<Vec<Block>> {
    let names: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].field == Some(Field::Name)).collect();
    if names.len() < 2 {
        return None;
    }
    let period = names[1] - names[0];
    if period < 2 || names.windows(2).any(|w| w[1] - w[0] != period) {
        return uneven(columns, &names, header);
    }
    let leaf = |at: usize| header.and_then(|h| h.columns.get(at)).map_or("", |c| c.leaf.as_str());
    let same = |a: usize, b: usize| {
        columns.get(a).zip(columns.get(b)).is_some_and(|(x, y)| {
            x.field == y.field && (x.field.is_some() || (leaf(a) == leaf(b) && !leaf(a).is_empty()))
        })
    };
    let mut left = 0;
    while left + 1 < period && names[0] > left && same(names[0] - left - 1, names[1] - left - 1) {
        left += 1;
    }
    let mut right = 0;
    while left + right + 1 < period && same(names[0] + right + 1, names[1] + right + 1) {
        right += 1;
    }
    if left + right == 0 {
        // A second column of names without anything of its own is no second person.
        return uneven(columns, &names, header);
    }
    let personal = |f: &Field| {
        matches!(
            f,
            Field::Number | Field::Relation | Field::Sex | Field::Birth | Field::Room | Field::Address | Field::Ethnic
        )
    };
    let tops = header.is_some_and(|h| h.columns.get(names[0]).is_some_and(|c| c.top.is_some()));
    let own = names[1] - left..=names[1] + right;
    if tops && !own.clone().any(|at| columns[at].field.as_ref().is_some_and(personal)) {
        // 帮扶干部: 姓名, 电话
        return None;
    }
    let blocks = names
        .iter()
        .map(|name| Block {
            own: (name - left..=name + right)
                .filter_map(|c| u16::try_from(c).ok())
                .filter(|c| usize::from(*c) < columns.len())
                .collect(),
            relation: relation_of(header, *name),
            place: place_of(header, *name),
            ..Block::default()
        })
        .collect();
    Some(blocks)
}

/// Blocks of different widths: each begins at its name.
fn uneven(columns: &[ColumnRead], names: &[usize], header: Option<&Header>) -> Option<Vec<Block>> {
    let tops: Vec<Option<&str>> = names.iter().map(|n| header?.columns.get(*n)?.top.as_deref()).collect();
    // Names under different tops (成员一, 成员二; 配偶) or clearly separate.
    let different = tops.iter().enumerate().all(|(i, t)| t.is_some() && !tops[..i].contains(t));
    if !different {
        return None;
    }
    let is_person = |name: usize, top: Option<&str>| {
        relation_of(header, name).is_some()
            || columns.iter().enumerate().any(|(at, c)| {
                matches!(c.field, Some(Field::Number | Field::Relation))
                    && header.and_then(|h| h.columns.get(at)).is_some_and(|h| h.top.as_deref() == top)
            })
    };
    if !names.iter().zip(&tops).skip(1).all(|(name, top)| is_person(*name, *top)) {
        return None;
    }
    let blocks = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let end = names.get(i + 1).copied().unwrap_or(columns.len());
            let own = (*name..end)
                .filter(|c| header.and_then(|h| h.columns.get(*c)).is_some_and(|h| h.top.as_deref() == tops[i]))
                .filter_map(|c| u16::try_from(c).ok())
                .collect();
            Block { own, relation: relation_of(header, *name), ..Block::default() }
        })
        .collect();
    Some(blocks)
}

/// 2单元 above a block of columns
fn place_of(header: Option<&Header>, column: usize) -> Banner {
    let top = header.and_then(|h| h.columns.get(column)).and_then(|text| text.top.as_deref()).unwrap_or_default();
    top.split('/').filter_map(banner).fold(Banner::default(), |all, new| Banner {
        estate: new.estate.or(all.estate),
        building: new.building.or(all.building),
        unit: new.unit.or(all.unit),
        ..all
    })
}

fn relation_of(header: Option<&Header>, column: usize) -> Option<&'static str> {
    let text = header?.columns.get(column)?;
    text.top.as_deref().and_then(words::implied_relation)
}

/// 户主姓名 户主身份证 配偶姓名 配偶身份证: members in columns named by their role, and no plain name.
pub(super) fn by_role(columns: &[ColumnRead], header: Option<&Header>) -> Option<Vec<Block>> {
    let has = |field: Field| columns.iter().any(|c| c.field == Some(field.clone()));
    if has(Field::Name) || !has(Field::HeadName) || !has(Field::SpouseName) {
        return None;
    }
    let mut blocks: Vec<Block> = [(Whose::Head, "02"), (Whose::Spouse, "10")]
        .into_iter()
        .map(|(whose, relation)| owned_by(columns, header, whose, relation))
        .collect();
    // A spouse who is only named is a mention, and so is a child.
    if !blocks.iter().all(|b| b.own.len() >= 2) {
        return None;
    }
    blocks.extend(children(columns, header));
    Some(blocks)
}

/// 男方姓名 男方身份证号 | 女方姓名 女方身份证号: two people of one row, each with a number; what names neither is hers
/// whose name the list is read by.
pub(super) fn couple(columns: &[ColumnRead], header: Option<&Header>) -> Option<Vec<Block>> {
    let header = header?;
    let words = |at: usize| {
        let text = header.columns.get(at)?;
        Some(format!("{}{}", text.top.as_deref().unwrap_or_default(), text.leaf))
    };
    let of = |side: &str| -> Vec<(u16, Field)> {
        let mine = (0..columns.len()).filter(|at| words(*at).is_some_and(|w| w.starts_with(side)));
        mine.filter_map(|at| {
            let word = words(at)?;
            let field = words::meaning(&word[side.len()..], None)?.0;
            Some((columns[at].column, field))
        })
        .collect()
    };
    let (men, women) = (of("男方"), of("女方"));
    let has = |side: &[(u16, Field)], field: Field| side.iter().any(|(_, f)| *f == field);
    if ![&men, &women].iter().all(|side| has(side, Field::Name) && has(side, Field::Number)) {
        return None;
    }
    let block = |side: &[(u16, Field)], sex| Block {
        own: side.iter().map(|(c, _)| *c).collect(),
        owned: side.to_vec(),
        sex: Some(sex),
        ..Block::default()
    };
    Some(vec![block(&women, Sex::Female), block(&men, Sex::Male)])
}

/// 子女一姓名 子女一出生日期 子女二姓名 …: each name begins another child.
fn children(columns: &[ColumnRead], header: Option<&Header>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    for (column, field) in owned_by(columns, header, Whose::Child, words::CHILD).owned {
        if field == Field::Name {
            out.push(Block { relation: Some(words::CHILD), ..Block::default() });
        }
        if let Some(child) = out.last_mut() {
            child.own.push(column);
            child.owned.push((column, field));
        }
    }
    out.retain(|child| child.own.len() >= 2);
    out
}

/// The block of the columns that name one owner.
fn owned_by(columns: &[ColumnRead], header: Option<&Header>, whose: Whose, relation: &'static str) -> Block {
    let mut block = Block { relation: Some(relation), ..Block::default() };
    for (at, column) in columns.iter().enumerate() {
        let Some(text) = header.and_then(|h| h.columns.get(at)) else {
            continue;
        };
        if let Some((owner, field)) = &column.owned {
            if *owner == whose {
                block.own.push(column.column);
                block.owned.push((column.column, field.clone()));
            }
            continue;
        }
        // 与户主关系 and 户主电话 stay what they are.
        if matches!(column.field, Some(Field::Relation | Field::Phone | Field::Address) | None) {
            continue;
        }
        if let (owner, Some(field)) = words::role(&text.leaf, text.top.as_deref())
            && owner == whose
        {
            block.own.push(column.column);
            block.owned.push((column.column, field));
        }
    }
    block
}

/// A head with columns of his own is a person beside the members, unless the members begin with him.
pub(super) fn head_block(
    grid: &Grid,
    columns: &[ColumnRead],
    shared: &[u16],
    blocks: &mut Vec<Block>,
    header: Option<&Header>,
    rows: (u32, u32),
) {
    let (first, end) = rows;
    let find = |field: &Field| shared.iter().copied().find(|c| columns[usize::from(*c)].field.as_ref() == Some(field));
    let Some(head) = find(&Field::HeadName) else {
        return;
    };
    let member_names: Vec<u16> = blocks.iter().filter_map(|b| b.plan.name).collect();
    let (mut rows, mut among) = (0, 0);
    for row in first..end.min(first + 200) {
        let name = grid.own(row, head);
        if name.is_empty() {
            continue;
        }
        rows += 1;
        among += usize::from(member_names.iter().any(|c| same_text(grid.own(row, *c), name)));
    }
    if among * 2 > rows {
        return;
    }
    let mut block = owned_by(columns, header, Whose::Head, "02");
    if block.own.is_empty() {
        block.own.push(head);
        block.owned.push((head, Field::Name));
    }
    for (column, field) in &block.owned {
        block.plan.take(*column, field);
    }
    for column in shared {
        if let Some(field) = &columns[usize::from(*column)].field
            && !block.own.contains(column)
        {
            block.plan.take(*column, field);
        }
    }
    // What is the head's own is nobody else's: his sex beside the household is not that of its first member.
    for member in blocks.iter_mut() {
        for column in shared {
            let of_all = columns[usize::from(*column)].field.as_ref().is_some_and(|f| household_level(f, false));
            if !of_all {
                member.plan.forget(*column);
            }
        }
    }
    let spouse = owned_by(columns, header, Whose::Spouse, "10");
    if spouse.own.len() >= 2 {
        let mut spouse = spouse;
        for (column, field) in &spouse.owned {
            spouse.plan.take(*column, field);
        }
        for column in shared {
            if let Some(field) = &columns[usize::from(*column)].field
                && household_level(field, false)
            {
                spouse.plan.take(*column, field);
            }
        }
        blocks.insert(0, spouse);
    }
    blocks.insert(0, block);
}

/// 户主姓名 户主身份证 | 成员姓名 关系 身份证: a head in columns of his own, the others row by row beside and below
/// him, and he is not among them.
pub(super) fn apart(
    grid: &Grid,
    columns: &[ColumnRead],
    header: Option<&Header>,
    (first, end): (u32, u32),
) -> Option<Vec<Block>> {
    let find = |field: Field| columns.iter().find(|c| c.field.as_ref() == Some(&field)).map(|c| c.column);
    let (name, heads) = (find(Field::Name)?, find(Field::HeadName)?);
    find(Field::Relation)?;
    let mut head = owned_by(columns, header, Whose::Head, "02");
    let own = |f: &Field| matches!(f, Field::Number | Field::Sex | Field::Birth);
    if !head.owned.iter().any(|(_, f)| own(f)) {
        return None;
    }
    let rows = first..end.min(first + 600);
    let names: HashSet<String> = rows.clone().map(|row| name::read(&grid.own(row, name).shown()).text).collect();
    let (mut all, mut among) = (0, 0);
    for row in rows {
        let text = name::read(&grid.own(row, heads).shown()).text;
        if !text.is_empty() {
            all += 1;
            among += usize::from(names.contains(&text));
        }
    }
    if all < 2 || among * 3 > all {
        return None;
    }
    let mut members = Block::default();
    for (column, field) in &head.owned {
        head.plan.take(*column, field);
    }
    head.plan.head_name = Some(heads);
    let top = |column: u16| header?.columns.get(usize::from(column))?.top.clone();
    for column in columns {
        let Some(field) = &column.field else { continue };
        if head.own.contains(&column.column) {
            continue;
        }
        let beside = top(column.column).is_some() && top(column.column) == top(name);
        if *field == Field::Phone && !beside {
            head.plan.take(column.column, field);
            continue;
        }
        if household_level(field, false) {
            head.plan.take(column.column, field);
        }
        members.plan.take(column.column, field);
        members.own.push(column.column);
    }
    members.plan.head_name = Some(heads);
    Some(vec![head, members])
}

fn same_text(a: &Value, b: &Value) -> bool {
    a.as_text().zip(b.as_text()).is_some_and(|(a, b)| a.split_whitespace().eq(b.split_whitespace()))
}
