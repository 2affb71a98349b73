//! Findings about types and shapes: what does not fit together.

use std::ops::Range;

use super::Checker;
use super::say::type_words;
use crate::finding::Finding;
use crate::parse::Expr;
use crate::typed::{Tree, Ty};

impl Checker<'_> {
    pub(super) fn text_without_table(&mut self, word: &str, span: &Range<usize>, ty: Option<Ty>) {
        let is_date = word.len() == 10 && word.bytes().filter(|b| *b == b'-').count() == 2;
        let advice = match ty {
            Some(Ty::Day) if is_date => (format!("日期不加引号：{word}"), format!("a date has no quotes: {word}")),
            Some(Ty::Int) => ("数不加引号".into(), "a number has no quotes".into()),
            Some(Ty::Bool) => {
                ("真假写 true、false，或只写条件本身".into(), "write true, false, or the condition alone".into())
            }
            _ => ("文字只能和代码列比较".into(), "a text can only be compared with a column of codes".into()),
        };
        let (zh, en) = ty.map_or_else(|| ("代码".to_string(), "a code".to_string()), |t| type_words(self.schema, t));
        self.error(
            "text-not-a-code",
            span,
            format!("这里要{zh}，「{word}」是文字"),
            format!("expected {en} here, \"{word}\" is a text"),
            advice,
        );
    }

    pub(super) fn not_a_condition(&mut self, expr: &Expr, ty: Ty) {
        let (zh, en) = type_words(self.schema, ty);
        let written = self.text(&expr.span);
        let advice = match ty {
            Ty::Int => (format!("要比较，如 {written} > 0"), format!("compare it: {written} > 0")),
            Ty::Day => (
                format!("要比较，如 {written} <= today；问有没有写 has({written})"),
                format!("compare it: {written} <= today; or ask has({written})"),
            ),
            _ => (
                format!("要比较，如 {written} == \"…\"；问有没有写 has({written})"),
                format!("compare it: {written} == \"…\"; or ask has({written})"),
            ),
        };
        self.error(
            "not-a-condition",
            &expr.span,
            format!("这里要一个条件（真假），{written} 是{zh}"),
            format!("expected a condition, {written} is {en}"),
            advice,
        );
    }

    pub(super) fn wrong_type(&mut self, expr: &Expr, wanted: Ty, found: Ty) {
        let ((wz, we), (fz, fe)) = (type_words(self.schema, wanted), type_words(self.schema, found));
        let written = self.text(&expr.span);
        self.error(
            "wrong-type",
            &expr.span,
            format!("这里要{wz}，{written} 是{fz}"),
            format!("expected {we}, {written} is {fe}"),
            Default::default(),
        );
    }

    pub(super) fn cannot_compare(&mut self, span: &Range<usize>, a: &Tree, b: &Tree) {
        let ((az, ae), (bz, be)) = (type_words(self.schema, a.ty), type_words(self.schema, b.ty));
        let advice = match (a.ty, b.ty) {
            (Ty::Day, Ty::Int) => (
                format!("年龄写 years_between({}, today)", a.text),
                format!("an age is years_between({}, today)", a.text),
            ),
            (Ty::Int, Ty::Day) => (
                format!("年龄写 years_between({}, today)", b.text),
                format!("an age is years_between({}, today)", b.text),
            ),
            _ => ("两边要同一类型".into(), "both sides must be of one type".into()),
        };
        let zh = format!("{} 是{az}，{} 是{bz}，不能相比", a.text, b.text);
        let en = format!("{} is {ae}, {} is {be}: they cannot be compared", a.text, b.text);
        self.error("different-types", span, zh, en, advice);
    }

    pub(super) fn cannot_reckon(&mut self, span: &Range<usize>, a: Ty, b: Ty) {
        let ((az, ae), (bz, be)) = (type_words(self.schema, a), type_words(self.schema, b));
        self.error(
            "cannot-reckon",
            span,
            format!("{az}和{bz}不能这样计算"),
            format!("{ae} and {be} cannot be reckoned so"),
            (
                "整数可加减乘，日期可加减天数".into(),
                "whole numbers add, subtract and multiply; days may be added to a date".into(),
            ),
        );
    }

    pub(super) fn no_order(&mut self, span: &Range<usize>, ty: Ty) {
        let (zh, en) = type_words(self.schema, ty);
        self.error(
            "no-order",
            span,
            format!("{zh}没有大小之分"),
            format!("{en} has no order"),
            ("写 ==、!= 或 in [ … ]".into(), "use ==, != or in [ … ]".into()),
        );
    }

    pub(super) fn bare_relation(&mut self, span: &Range<usize>, ty: Ty) {
        let (zh, en) = type_words(self.schema, ty);
        self.error(
            "bare-relation",
            span,
            format!("这里是{zh}，不是一个值"),
            format!("this is {en}, not a value"),
            ("接着写它的列，或用 has( … )".into(), "go on to one of its columns, or ask has( … )".into()),
        );
    }

    pub(super) fn always(&mut self, expr: &Expr) {
        self.always_spanned(&expr.span);
    }

    pub(super) fn always_spanned(&mut self, span: &Range<usize>) {
        let written = self.text(span);
        let repeated = self.findings.last().is_some_and(|f| {
            f.code == "constant-condition"
                && f.file == self.ask.place.file
                && f.span == (span.start + self.ask.place.offset..span.end + self.ask.place.offset)
        });
        if repeated {
            return;
        }
        let finding = Finding::warning(
            "constant-condition",
            self.ask.place,
            span.clone(),
            format!("{written} 不看任何记录，对所有人结果都一样"),
            format!("{written} looks at no record: it is the same for everyone"),
        );
        self.findings.push(finding.advise("写出要看的列", "name the column it should look at"));
    }

    pub(super) fn stray_list(&mut self, span: &Range<usize>) {
        self.plain_error(
            "stray-list",
            span,
            "列表只能写在 in 后面",
            "a list stands only after \"in\"",
            ("写成 列 in [ … ]", "write column in [ … ]"),
        );
    }

    pub(super) fn not_a_list(&mut self, span: &Range<usize>) {
        self.plain_error(
            "not-a-list",
            span,
            "in 后面要列表",
            "expected a list after \"in\"",
            ("写成 in [\"甲\", \"乙\"]", "write in [\"a\", \"b\"]"),
        );
    }

    pub(super) fn empty_list(&mut self, span: &Range<usize>) {
        self.plain_error(
            "empty-list",
            span,
            "列表是空的，谁也选不中",
            "the list is empty: it selects no one",
            ("写出至少一项", "name at least one item"),
        );
    }

    pub(super) fn no_list_of(&mut self, span: &Range<usize>, ty: Ty) {
        let (zh, en) = type_words(self.schema, ty);
        self.error(
            "no-list-of",
            span,
            format!("{zh}不能用 in"),
            format!("\"in\" does not work on {en}"),
            Default::default(),
        );
    }

    pub(super) fn not_constant(&mut self, span: &Range<usize>) {
        self.plain_error(
            "not-constant",
            span,
            "列表里只能写固定的值",
            "a list holds fixed values only",
            ("要和列比较请用 ==", "use == to compare with a column"),
        );
    }
}
