//! What a sheet is not: a masked list, explanations, things, people for an hour, the community's staff.

use crate::grid::Grid;
use crate::understand::{Helps, Understood};
use crate::words;

/// 刘**, 刘某某 where names stand, or a line above the table that says so.
pub(super) fn is_masked(grid: &Grid, understood: &Understood) -> bool {
    let mut said = (0..grid.rows().min(8)).flat_map(|row| grid.filled(row)).filter_map(|(_, v)| v.as_text());
    if said.any(|t| t.contains("已脱敏") && !t.contains("未脱敏")) {
        return true;
    }
    let (mut names, mut masked) = (0_usize, 0_usize);
    for table in &understood.tables {
        for column in table.blocks.iter().filter_map(|b| b.plan.name) {
            for row in table.first..table.end.min(table.first + 300) {
                let Some(text) = grid.own(row, column).as_text() else { continue };
                names += 1;
                let bare = words::bare(&text.replace(['*', '＊', '×', 'X', '某', '○', '〇'], "＃"));
                masked += usize::from(bare.chars().skip(1).any(|c| c == '#' || c == '＃') && bare.chars().count() <= 4);
            }
        }
    }
    masked * 2 > names && names > 0
}

/// Sheets that by their name hold explanations or code lists.
pub(super) fn is_about_others(name: &str) -> bool {
    [
        "填表说明", "填写说明", "填报要求", "填表要求", "填写要求", "填报须知", "填表须知", "填写规范", "使用说明",
        "说明", "代码表", "代码", "字典", "下拉", "选项", "目录", "模板", "样表", "示例", "参数",
    ]
    .iter()
    .any(|w| name.trim() == *w || (w.chars().count() > 2 && name.contains(w)))
}

/// The name of a sheet, and the short texts that stand alone at its top.
fn titles<'a>(name: &'a str, grid: &'a Grid) -> impl Iterator<Item = &'a str> {
    let alone = |row: &u32| grid.filled(*row).count() <= 2;
    let above =
        (0..grid.rows().min(4)).take_while(alone).flat_map(|row| grid.filled(row)).filter_map(|(_, v)| v.as_text());
    std::iter::once(name).chain(above.filter(|t| t.chars().count() <= 40))
}

/// A list of dogs, cars or shops, or of those who signed in for an hour: its title says so, or the dogs are 公 and 母.
/// What only a roster has (relations, households, how somebody lives here) makes it one all the same.
pub(super) fn is_of_bystanders(name: &str, grid: &Grid, understood: &Understood, helps: &Helps) -> bool {
    let plans = || understood.tables.iter().flat_map(|t| t.blocks.iter().map(move |b| (t, &b.plan)));
    let animals = plans().any(|(table, plan)| {
        let Some(column) = plan.sex else { return false };
        let (mut filled, mut beasts) = (0_usize, 0_usize);
        for row in table.first..table.end.min(table.first + 300) {
            let text = grid.own(row, column).shown();
            filled += usize::from(!words::is_nothing(&text));
            beasts += usize::from(matches!(
                text.trim(),
                "公" | "母" | "雄" | "雌" | "♂" | "♀" | "公犬" | "母犬" | "雄性" | "雌性"
            ));
        }
        beasts * 2 > filled
    });
    if animals {
        return true;
    }
    let roster = plans().any(|(_, plan)| {
        plan.relation.or(plan.household_number).or(plan.residency).or(plan.hukou_here).or(plan.head_tick).is_some()
            || !plan.residency_ticks.is_empty()
    });
    // 车主, 户名 among the headers, and nobody is named but by that.
    let owners = (0..grid.rows().min(8))
        .flat_map(|row| grid.filled(row))
        .any(|(_, v)| v.as_text().is_some_and(|t| helps.vocabulary.is_owner(t)));
    if owners && !roster && plans().all(|(_, plan)| plan.name.is_none()) {
        return true;
    }
    let lodgers = |t: &str| ["流动人口", "暂住", "外来", "常住", "户籍"].iter().any(|w| t.contains(w));
    !roster && !titles(name, grid).any(lodgers) && titles(name, grid).any(|t| helps.vocabulary.is_of_bystanders(t))
}

/// 通讯录, 值班表: the community's staff, with nothing that only a roster of residents has.
pub(super) fn is_of_staff(name: &str, grid: &Grid, understood: &Understood) -> bool {
    const STAFF: &[&str] = &[
        "通讯录", "通讯簿", "通信录", "联络表", "值班", "工作人员", "楼长名单", "楼栋长", "网格员", "组长名单", "两委",
    ];
    titles(name, grid).any(|text| STAFF.iter().any(|w| text.contains(w)))
        && understood.tables.iter().flat_map(|t| &t.blocks).all(|b| {
            let plan = &b.plan;
            plan.number.or(plan.birth).or(plan.relation).or(plan.room).is_none()
        })
}
