//! Dimensions: in what respect a part is a part. Men and women are one dimension and exclude each other; the old,
//! the poor and the disabled are different ones, and one person may be all three.

/// The respect in which a label divides its whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    Sex,
    Age,
    Residence,
    Party,
    Need,
    Disability,
    Education,
    Work,
    Marriage,
    People,
    Living,
    /// 书记, 委员, 网格员: one person may hold several posts.
    Post,
    /// A category of its own kind: contraceptives, grades, villages.
    Category,
}

static WORDS: &[(Dimension, &[&str])] = &[
    (Dimension::Sex, &["女", "男", "妇女"]),
    (Dimension::Age, &["岁", "老年", "老人", "高龄", "青年", "儿童", "未成年", "学龄", "中年", "少年", "青壮年"]),
    (Dimension::Living, &["空巢", "独居", "留守", "失能", "孤寡", "失独", "孤儿"]),
    (
        Dimension::Residence,
        &[
            "常住", "暂住", "流动", "户籍", "外来", "寄住", "人户分离", "农业", "非农", "城镇", "流入", "流出", "空挂",
            "本地", "外地", "租住", "境外",
        ],
    ),
    (Dimension::Party, &["党员", "团员", "积极分子", "统战", "民主党派"]),
    (Dimension::Disability, &["残疾", "残障", "肢体", "精神病"]),
    (
        Dimension::Need,
        &["低保", "五保", "特困", "困难", "贫困", "三无", "边缘", "重病", "大病", "优抚", "孤老", "脱贫", "监测"],
    ),
    (
        Dimension::Education,
        &["博士", "硕士", "大专", "本科", "高中", "初中", "小学", "研究生", "文化", "学历", "中专", "文盲"],
    ),
    (
        Dimension::Work,
        &["失业", "就业", "下岗", "退休", "在职", "退役", "军人", "职工", "务工", "从业", "劳动力", "4050"],
    ),
    (Dimension::Post, &["书记", "主任", "委员", "网格员", "专干", "公益岗", "楼长", "组长"]),
    (Dimension::Marriage, &["已婚", "未婚", "离异", "丧偶", "再婚"]),
    (Dimension::People, &["少数民族", "汉族", "回族", "信教", "归侨", "侨眷", "台属"]),
];

/// The dimension of a label; `None` when it says nothing.
pub fn dimension(label: &str) -> Dimension {
    WORDS
        .iter()
        .filter(|_| {
            !["视力", "听力", "言语", "肢体", "智力", "精神残", "多重", "综合残", "小学生", "中学生"]
                .iter()
                .any(|word| label.contains(word))
        })
        .find(|(_, words)| words.iter().any(|word| label.contains(word)))
        .map_or(Dimension::Category, |&(dimension, _)| dimension)
}

/// Whether the parts of a list may share members.
pub fn may_overlap(labels: &[&str]) -> bool {
    // Dwellings are lived in, let or empty, and nothing besides.
    if labels.iter().any(|label| ["空置", "出租", "自住", "闲置"].iter().any(|word| label.contains(word))) {
        return false;
    }
    // 大病救助, 助学救助, 灾害救助: kinds of one doing.
    let doings = ["救助", "致贫", "纠纷", "案件", "补贴", "补助", "事项", "诉求", "事故", "隐患"];
    if doings.iter().any(|word| labels.iter().all(|label| label.ends_with(word) && label.chars().count() > 2)) {
        return false;
    }
    let dimensions: Vec<Dimension> = labels.iter().map(|label| dimension(label)).collect();
    let first = dimensions[0];
    // Several needs, ages or ways of living may fall on one person even within one dimension.
    let shared = matches!(
        first,
        Dimension::Need
            | Dimension::Living
            | Dimension::Work
            | Dimension::Age
            | Dimension::Disability
            | Dimension::Party
            | Dimension::People
            | Dimension::Residence
            | Dimension::Post
    );
    dimensions.iter().any(|&d| d != first) || (shared && !graded(labels))
}

/// Labels told apart by a grade, a kind or disjoint ages: 一级, 二级; A类, B类; 18-35岁, 36-60岁.
fn graded(labels: &[&str]) -> bool {
    let marks = ["级", "类", "档", "等", "第", "次"];
    marks.iter().any(|mark| labels.iter().all(|label| label.contains(mark)))
}
