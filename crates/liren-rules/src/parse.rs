//! Tokens to a syntax tree: CEL's grammar, the subset of DESIGN §6, with the span of every part.

use std::ops::Range;

use crate::finding::{Finding, Place};
use crate::lex::{Spanned, Token, lex};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub span: Range<usize>,
    pub form: Form,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Compare {
    /// The same comparison with its sides exchanged.
    pub fn flip(self) -> Compare {
        match self {
            Compare::Lt => Compare::Gt,
            Compare::Le => Compare::Ge,
            Compare::Gt => Compare::Lt,
            Compare::Ge => Compare::Le,
            same => same,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sum {
    Add,
    Sub,
    Mul,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Int(i64),
    Day(i32),
    Text(String),
    Bool(bool),
    List(Vec<Expr>),
    Path(Vec<Name>),
    /// `members.count(e)`: the receiver is the path before the last name; empty for `has(p)`.
    Call {
        receiver: Vec<Name>,
        name: Name,
        args: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negative(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
    Sum(Sum, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// Brackets and `!` may nest this deep.
const DEPTH: usize = 64;

pub(crate) fn parse(text: &str, place: &Place) -> Result<Expr, Box<Finding>> {
    let tokens = lex(text).map_err(|u| Box::new(Finding::error("unreadable", place, u.span, u.zh, u.en)))?;
    let mut parser = Parser { tokens, at: 0, depth: 0, place };
    if parser.tokens.len() == 1 {
        return Err(Box::new(Finding::error(
            "empty-expression",
            place,
            0..text.len(),
            "条件是空的".into(),
            "the expression is empty".into(),
        )));
    }
    let expr = parser.choice()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => {
            Err(parser
                .unexpected("这里应当结束，或者接 && || == 等", "expected the end, or an operator such as && || =="))
        }
    }
}

struct Parser<'a> {
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    place: &'a Place,
}

type Parsed = Result<Expr, Box<Finding>>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Box<Finding>> {
        if self.take(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("这里缺「{sign}」"), &format!("expected \"{sign}\"")))
    }

    fn unexpected(&self, zh: &str, en: &str) -> Box<Finding> {
        let (found_zh, found_en) = match self.peek() {
            Token::End => ("，却到了结尾".to_string(), ", found the end".to_string()),
            Token::Name(n) => (format!("，却是「{n}」"), format!(", found \"{n}\"")),
            Token::Text(t) => (format!("，却是「{t}」"), format!(", found the text \"{t}\"")),
            Token::Int(i) => (format!("，却是 {i}"), format!(", found {i}")),
            Token::Day(_) => ("，却是日期".into(), ", found a date".into()),
            Token::Sign(s) => (format!("，却是「{s}」"), format!(", found \"{s}\"")),
        };
        let finding =
            Finding::error("syntax", self.place, self.span(), zh.to_string() + &found_zh, en.to_string() + &found_en);
        Box::new(match self.peek() {
            Token::Sign("=") => finding.advise("判断相等要写两个等号 ==", "equality is written =="),
            Token::Name(n) if n == "and" => finding.advise("「并且」写 && 或 且", "write && for \"and\""),
            Token::Name(n) if n == "or" => finding.advise("「或者」写 || 或 或", "write || for \"or\""),
            Token::Name(n) if n == "not" => finding.advise("「非」写 ! 或 非", "write ! for \"not\""),
            _ => finding,
        })
    }

    fn deeper(&mut self) -> Result<(), Box<Finding>> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Box::new(
                Finding::error(
                    "too-deep",
                    self.place,
                    self.span(),
                    "括号套得太深了".into(),
                    "the brackets nest too deep".into(),
                )
                .advise("把一部分写成派生列", "make a part of it a derived column"),
            ));
        }
        Ok(())
    }

    fn choice(&mut self) -> Parsed {
        self.deeper()?;
        let condition = self.either()?;
        let expr = if self.take("?") {
            let yes = self.choice()?;
            self.expect(":")?;
            let no = self.choice()?;
            let span = condition.span.start..no.span.end;
            Expr { span, form: Form::If(Box::new(condition), Box::new(yes), Box::new(no)) }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn either(&mut self) -> Parsed {
        let mut left = self.both()?;
        while self.take("||") {
            let right = self.both()?;
            left = pair(left, right, Form::Or);
        }
        Ok(left)
    }

    fn both(&mut self) -> Parsed {
        let mut left = self.comparison()?;
        while self.take("&&") {
            let right = self.comparison()?;
            left = pair(left, right, Form::And);
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some(op) = self.comparing() else {
            return Ok(left);
        };
        let right = self.sum()?;
        let expr = match op {
            None => pair(left, right, Form::In),
            Some(op) => pair(left, right, |l, r| Form::Compare(op, l, r)),
        };
        if matches!(self.peek(), Token::Sign("==" | "!=" | "<" | "<=" | ">" | ">=" | "in")) {
            return Err(Box::new(
                Finding::error(
                    "chained-comparison",
                    self.place,
                    self.span(),
                    "一个条件里只能比较一次".into(),
                    "a condition compares once".into(),
                )
                .advise("写成 a <= b && b < c", "write a <= b && b < c"),
            ));
        }
        Ok(expr)
    }

    /// `Some(None)` is `in`.
    fn comparing(&mut self) -> Option<Option<Compare>> {
        let Token::Sign(sign) = self.peek() else {
            return None;
        };
        let op = match *sign {
            "==" => Some(Compare::Eq),
            "!=" => Some(Compare::Ne),
            "<" => Some(Compare::Lt),
            "<=" => Some(Compare::Le),
            ">" => Some(Compare::Gt),
            ">=" => Some(Compare::Ge),
            "in" => None,
            _ => return None,
        };
        self.at += 1;
        Some(op)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Token::Sign("+") => Sum::Add,
                Token::Sign("-") => Sum::Sub,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = pair(left, right, |l, r| Form::Sum(op, l, r));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        while self.take("*") {
            let right = self.unary()?;
            left = pair(left, right, |l, r| Form::Sum(Sum::Mul, l, r));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let start = self.span().start;
        let not = self.take("!");
        if !not && !self.take("-") {
            return self.primary();
        }
        self.deeper()?;
        let inner = self.unary()?;
        self.depth -= 1;
        let span = start..inner.span.end;
        let form = match inner.form {
            Form::Int(i) if !not => Form::Int(-i),
            _ if not => Form::Not(Box::new(inner)),
            _ => Form::Negative(Box::new(inner)),
        };
        Ok(Expr { span, form })
    }

    fn primary(&mut self) -> Parsed {
        let span = self.span();
        let token = self.peek().clone();
        let form = match token {
            Token::Int(i) => Form::Int(i),
            Token::Day(d) => Form::Day(d),
            Token::Text(t) => Form::Text(t),
            Token::Name(n) => match n.as_str() {
                "true" | "真" | "是" => Form::Bool(true),
                "false" | "假" | "否" => Form::Bool(false),
                _ => return self.path(),
            },
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.choice()?;
                let end = self.span().end;
                self.expect(")")?;
                return Ok(Expr { span: span.start..end, form: inner.form });
            }
            Token::Sign("[") => {
                self.at += 1;
                let items = self.items("]")?;
                let end = self.tokens[self.at - 1].1.end;
                return Ok(Expr { span: span.start..end, form: Form::List(items) });
            }
            _ => {
                return Err(self
                    .unexpected("这里应当是一个路径、数、日期或文字", "expected a path, a number, a date or a text"));
            }
        };
        self.at += 1;
        Ok(Expr { span, form })
    }

    fn path(&mut self) -> Parsed {
        let start = self.span().start;
        let mut names = vec![];
        loop {
            let span = self.span();
            let Token::Name(text) = self.peek().clone() else {
                return Err(self.unexpected("「.」后面应当是名称", "expected a name after \".\""));
            };
            self.at += 1;
            names.push(Name { text, span });
            if self.take("(") {
                let args = self.items(")")?;
                let end = self.tokens[self.at - 1].1.end;
                let Some(name) = names.pop() else {
                    return Err(self.unexpected("这里应当是名称", "expected a name"));
                };
                let form = Form::Call { receiver: names, name, args };
                return Ok(Expr { span: start..end, form });
            }
            if !self.take(".") {
                let end = names.last().map_or(start, |n| n.span.end);
                return Ok(Expr { span: start..end, form: Form::Path(names) });
            }
        }
    }

    /// Expressions separated by commas up to `close`, which is taken.
    fn items(&mut self, close: &str) -> Result<Vec<Expr>, Box<Finding>> {
        let mut items = vec![];
        if self.take(close) {
            return Ok(items);
        }
        loop {
            items.push(self.choice()?);
            if self.take(close) {
                return Ok(items);
            }
            self.expect(",")?;
            if self.take(close) {
                return Ok(items);
            }
        }
    }
}

fn pair(left: Expr, right: Expr, form: impl FnOnce(Box<Expr>, Box<Expr>) -> Form) -> Expr {
    Expr { span: left.span.start..right.span.end, form: form(Box::new(left), Box::new(right)) }
}
