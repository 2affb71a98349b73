//! What is said of a claim that was judged: that it holds and by which reading, or what does not agree.

use super::Findings;
use crate::claims::judge::Verdict;
use crate::claims::show::{arithmetic, number};
use crate::claims::{Formula, Kind};
use crate::report::{Message, Severity};

impl Findings<'_> {
    /// A claim that holds, with the reading taken.
    pub fn holds(&mut self, verdict: &Verdict) {
        let formula = &verdict.reading.formula;
        let result = formula.result();
        let name = match (verdict.kind, formula) {
            (Kind::Sum, _) => self.whole_name(result),
            (Kind::Share, Formula::Quotient { tops, .. }) => self.name(tops[0].figure),
            _ => self.name(result),
        };
        let (kind, zh, en) = match verdict.kind {
            Kind::Sum => ("sum", "的分项之和相符", "the parts add up"),
            Kind::Balance => ("sum", "的收支存量相符", "the balance holds"),
            Kind::Share => ("ratio", "的占比相符", "the share holds"),
            Kind::Rate => ("ratio", "的比率相符", "the rate holds"),
            Kind::Growth => ("ratio", "的增减幅度相符", "the rate of change holds"),
            Kind::Difference => ("ratio", "的增减数相符", "the difference holds"),
            Kind::Mean => ("ratio", "的平均数相符", "the mean holds"),
            Kind::Product => ("product", "的乘积相符", "the product holds"),
            Kind::Bound => return,
        };
        let message = Message::new(format!("“{name}”{zh}"), format!("“{name}”: {en}"));
        let shown = arithmetic(self.page, formula);
        let reading = Message::new(verdict.reading.name.0, verdict.reading.name.1);
        self.verify_as(kind, message, Some(reading), &formula.figures(), shown);
    }

    /// A claim that does not hold.
    pub fn fails(&mut self, verdict: &Verdict, severity: Severity) {
        let formula = &verdict.reading.formula;
        let shown = arithmetic(self.page, formula);
        let (kind, mut message) = match (verdict.kind, formula) {
            (Kind::Sum, Formula::Sum { result, .. }) => ("sum_differs", self.sum_message(formula, *result)),
            (Kind::Bound, Formula::AtMost { parts, bound, .. }) => self.bound_message(verdict, parts[0].figure, *bound),
            (Kind::Balance, _) => ("balance_differs", self.made_message(formula, verdict.reading.name)),
            (Kind::Difference, Formula::Sum { terms, result }) => {
                ("difference_differs", self.difference_message(terms[0].figure, terms[1].figure, *result))
            }
            (Kind::Product, _) => {
                ("product_differs", self.made_message(formula, ("数量与标准", "quantity and standard")))
            }
            _ => ("ratio_differs", self.ratio_message(formula)),
        };
        let mut quotes = formula.figures();
        if let Some(better) = &verdict.better {
            let (zh, en) = self.another_base(formula, &better.formula);
            message = Message::new(zh, en);
            quotes.extend(better.formula.figures());
            quotes.dedup();
            self.push("base_unclear", severity, message, &quotes, Some(shown), None);
            return;
        }
        if let Some(other) = &verdict.other {
            let shown = arithmetic(self.page, &other.formula);
            message.zh.push_str(&format!("；换一种读法（{}）也不合：{shown}", other.name.0));
            message.en.push_str(&format!("; taken another way ({}) it does not hold either: {shown}", other.name.1));
        }
        self.push(kind, severity, message, &quotes, Some(shown), None);
    }

    fn sum_message(&self, formula: &Formula, whole: usize) -> Message {
        let (sum, total) = (formula.value(self.page) / self.factor(whole), self.stated(whole));
        let unit = self.unit(whole);
        let apart = number((sum - total).abs());
        let (zh, en) = if sum > total { ("多", "more") } else { ("少", "less") };
        let name = self.whole_name(whole);
        Message::new(
            format!("分项之和 {}{unit} 与“{name}”{}{unit} 不符，{zh} {apart}{unit}", number(sum), number(total)),
            format!(
                "the parts make {}, which is {apart} {en} than the stated {} of “{name}”",
                number(sum),
                number(total)
            ),
        )
    }

    fn bound_message(&self, verdict: &Verdict, part: usize, whole: usize) -> (&'static str, Message) {
        let names = (self.name(part), self.shown(part), self.name(whole), self.shown(whole));
        let (a, x, b, y) = (&names.0, &names.1, &names.2, &names.3);
        if verdict.reading.name.0.starts_with("后一步") {
            let zh = format!("后一步多于前一步：“{a}”{x} 多于“{b}”{y}");
            let en = format!("a later step exceeds an earlier one: “{a}” {x} is more than “{b}” {y}");
            return ("step_exceeds", Message::new(zh, en));
        }
        if verdict.reading.name.0.starts_with("候选人") {
            let zh = format!("候选人得票之和多于有效票 {y}");
            let en = format!("the votes of the candidates are more than the {y} valid ones");
            return ("votes_exceed", Message::new(zh, en));
        }
        let zh = format!("部分大于整体：“{a}”{x} 大于“{b}”{y}");
        let en = format!("a part exceeds its whole: “{a}” {x} is more than “{b}” {y}");
        ("subset_exceeds", Message::new(zh, en))
    }

    fn made_message(&self, formula: &Formula, name: (&str, &str)) -> Message {
        let result = formula.result();
        let made = format!("{}{}", number(formula.value(self.page) / self.factor(result)), self.unit(result));
        let told = self.shown(result);
        Message::new(
            format!("{}对不上：算得 {made}，文中“{}”为 {told}", name.0, self.name(result)),
            format!("{} do not agree: they make {made}, but “{}” is stated as {told}", name.1, self.name(result)),
        )
    }

    fn difference_message(&self, first: usize, second: usize, by: usize) -> Message {
        let (a, b, told) = (self.shown(first), self.shown(second), self.shown(by));
        let change = self.page.quantities[first].base() - self.page.quantities[second].base();
        let reversed = change < 0.0 && (change.abs() - self.page.quantities[by].base()).abs() < 1e-6;
        if reversed {
            return Message::new(
                format!("增减方向写反：{a} 与 {b} 相比，不是文中的方向"),
                format!("the direction is reversed: {a} against {b} went the other way"),
            );
        }
        let apart = number(change.abs() / self.factor(by));
        Message::new(
            format!("{a} 与 {b} 相差 {apart}，文中为 {told}"),
            format!("{a} and {b} differ by {apart}, not by {told}"),
        )
    }

    fn ratio_message(&self, formula: &Formula) -> Message {
        let value = self.rate_value(formula);
        let printed = self.shown(formula.result());
        let with: Vec<String> = formula.figures().iter().skip(1).map(|&n| self.shown(n)).collect();
        Message::new(
            format!("比率与数字不符：由 {} 算得 {value}，文中为 {printed}", with.join(" 和 ")),
            format!("{} make {value}, not the stated {printed}", with.join(" and ")),
        )
    }

    /// The value of a ratio, in the unit and with the places of the printed one.
    pub(super) fn rate_value(&self, formula: &Formula) -> String {
        let shown = arithmetic(self.page, formula);
        let after = shown.rsplit_once(" = ").map_or(shown.as_str(), |(_, after)| after);
        after.split(" ≠ ").next().unwrap_or(after).to_owned()
    }

    /// A percentage whose stated base does not make it, while another figure does.
    fn another_base(&self, natural: &Formula, better: &Formula) -> (String, String) {
        let base = |formula: &Formula| match formula {
            Formula::Quotient { bases, .. } => bases.first().map(|term| term.figure),
            _ => None,
        };
        let rate = self.shown(natural.result());
        let (told, fits) = (base(natural).unwrap_or(0), base(better).unwrap_or(0));
        let (a, x, b, y) = (self.name(told), self.shown(told), self.name(fits), self.shown(fits));
        (
            format!("{rate} 与所写的基数“{a}”{x} 不符，却与“{b}”{y} 相符：请写明基数"),
            format!("{rate} does not fit the stated base “{a}” {x}, but it fits “{b}” {y}: say which is meant"),
        )
    }
}
