//! What comes in and what goes out, by the words before a number: 上期结存, 新增, 退出, 期末结存; and 未结, 其余 for what is left.

use super::row::Row;

/// What a figure is in a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Opening,
    In,
    Out,
    Closing,
}

static OPENING: &[&str] = &[
    "上期结存", "上期结余", "上期余额", "上期末", "上年结转", "上年结余", "上年末", "年初结转", "年初结余", "年初余额",
    "年初结存", "年初", "期初", "季初", "月初", "上季度结余", "上季结余", "上季末", "上月结存", "上月结余", "上月末",
    "上月结转", "旧存", "原有", "上学期末", "学年初", "上年底", "去年底", "去年末", "上年年末", "上季度末",
    "上季度结存", "以前年度结余", "上届", "上年同期结存", "月结转",
];
static CLOSING: &[&str] = &[
    "期末", "年末", "季末", "月末", "结存", "滚存", "年底", "期末余额", "累计结余", "学期末", "现存", "本期余额",
    "账面余额", "未结", "季末库存", "月末库存", "年末库存", "余额", "现有库存",
];
static IN: &[&str] = &[
    "收入", "拨入", "新增", "新收", "迁入", "转入", "流入", "收到", "捐赠", "收缴", "入库", "招收", "招入", "招生",
    "新入", "发展", "归集", "存入", "新接收", "新注册", "新开户", "新登记", "新办", "新认定", "新招", "增加", "新纳入",
    "拨款", "进账", "出生", "募集", "新设", "新开", "新建档", "新签", "购入", "购进", "采购", "进货", "补充", "生产",
    "产出", "接受", "调入", "新受理", "受理", "利息",
];
static OUT: &[&str] = &[
    "支出", "退出", "注销", "迁出", "转出", "流出", "支付", "取消", "使用", "出库", "毕业", "离校", "死亡", "提取",
    "退休", "辞职", "解除", "销户", "减少", "拨付", "支用", "发放", "核销", "销号", "离职", "调出", "退费", "报废",
    "清退", "停发", "出院", "审结", "办结", "执结", "结案", "领取", "出栏", "销售", "售出", "出货", "领用", "消耗",
    "用去",
];

/// What a figure of a row is in a balance, by the words right before it (or those of the pair it belongs to).
pub fn flow(row: &Row, n: usize) -> Option<Flow> {
    let gap = row.gap(n);
    if matches!(gap, "" | "、")
        && n > 0
        && row.level(n - 1)
        && row.kind(n - 1) != row.kind(n)
        && row.depth(n - 1) == row.depth(n)
    {
        return flow(row, n - 1);
    }
    of_words(&words(row, n))
}

/// The words of a figure: its segment before, and the noun behind.
pub fn words(row: &Row, n: usize) -> String {
    let gap = row.gap(n);
    let segment = gap.rsplit(['，', '；', '。', '、', '（', '：']).next().unwrap_or(gap);
    // 支出合计：97,815元
    let segment = if segment.is_empty() {
        gap.trim_end_matches(['：', '，']).rsplit(['，', '；', '。', '、', '（']).next().unwrap_or(gap)
    } else {
        segment
    };
    format!("{segment}{}", row.page.words(row.quantity(n).noun.clone()))
}

pub fn of_words(words: &str) -> Option<Flow> {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    // 年初结转 opens though it ends like a closing; 年末结转 closes.
    if any(OPENING) && !words.contains("净") {
        return Some(Flow::Opening);
    }
    if any(CLOSING) {
        return Some(Flow::Closing);
    }
    let last = |list: &[&str]| list.iter().filter_map(|word| words.rfind(word)).max();
    match (last(IN), last(OUT)) {
        (None, None) => None,
        (into, out) if out > into => Some(Flow::Out),
        _ => Some(Flow::In),
    }
}

/// Words for what is left.
pub static LEFT: &[&str] = &[
    "未", "剩余", "尚有", "还有", "正在", "在办", "待办", "待", "尚未", "其余", "跟踪", "延期", "不成功", "限期",
    "转入", "转办", "交办", "移交", "请假", "缺席", "病假", "事假", "缺勤", "剩下", "余下", "留待", "转下", "空闲",
    "空置", "另外",
];
