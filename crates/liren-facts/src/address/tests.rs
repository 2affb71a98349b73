use super::*;

fn key(raw: &str) -> String {
    read(raw).map_or_else(|| "none".to_owned(), |d| d.key())
}

#[test]
fn every_notation_of_a_flat_is_one_dwelling() {
    for raw in [
        "3#2-501",
        "3号楼2单元501室",
        "3号楼2单元501",
        "3栋二单元501",
        "3-2-501",
        "3－2－501",
        "３号楼２单元５０１室",
        "三号楼二单元五〇一室",
        "三号楼二单元五〇一",
        "3幢2单元5层501室",
        "3 # 楼 2 单元 501",
        "3#楼2单元501",
        "3楼2门501",
        "3号楼2-501",
        "3/2/501",
        "第3号楼第2单元501室",
        "3号2单元501室",
    ] {
        assert_eq!(key(raw), "|3|2|501", "{raw}");
    }
}

#[test]
fn the_estate_stands_before_the_building() {
    for (raw, expected) in [
        ("祥和小区3号楼2单元501", "祥和小区|3|2|501"),
        ("祥和小区21-2-201", "祥和小区|21|2|201"),
        ("阳光花园4-4-601", "阳光花园|4|4|601"),
        ("东河县祥和社区祥和小区3号楼2单元501", "祥和小区|3|2|501"),
        ("河东区幸福里3号楼501", "幸福里|3||501"),
        ("解放路12号3号楼2单元501", "解放路12号|3|2|501"),
        ("幸福路58号", "幸福路|||58"),
        ("A座1203", "|A||1203"),
        ("甲3号楼1单元101", "|甲3|1|101"),
        ("3号楼东单元101", "|3|东|101"),
        ("3号楼501", "|3||501"),
        ("3-501", "|3||501"),
    ] {
        assert_eq!(key(raw), expected, "{raw}");
    }
}

#[test]
fn villages_have_groups_and_houses() {
    for (raw, expected) in [
        ("柳树村3组15号", "柳树村|3组||15"),
        ("三组15号", "|3组||15"),
        ("柳树村第三村民小组15号", "柳树村|3组||15"),
        ("柳树村15号", "柳树村|||15"),
    ] {
        assert_eq!(key(raw), expected, "{raw}");
    }
}

#[test]
fn what_is_no_dwelling_is_none() {
    for raw in ["", "组织关系在社区,住外区", "同上", "务工", "外地", "12"] {
        assert_eq!(key(raw), "none", "{raw}");
    }
}

#[test]
fn parts_have_columns_of_their_own() {
    for (raw, expected) in [
        ("3号楼", "3"),
        ("二单元", "2"),
        ("501室", "501"),
        ("101", "101"),
        ("A座", "A"),
        ("第3组", "3"),
        ("3#", "3"),
    ] {
        assert_eq!(part(raw).as_deref(), Some(expected), "{raw}");
    }
    assert_eq!(part(" "), None);
}
