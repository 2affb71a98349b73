//! TOML with places: a table that remembers which keys were asked for, so that an unknown one is found and
//! answered with the nearest known.

use std::ops::Range;
use std::sync::Arc;

use liren_facts::Day;
use liren_rules::{Finding, Place, Title, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::{Source, Spot};

/// A file being read, and where its findings go.
pub(crate) struct Reader<'a> {
    pub file: Arc<str>,
    pub text: &'a str,
    pub findings: &'a mut Vec<Finding>,
}

/// A text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub text: String,
    pub spot: Spot,
    /// Offset of the first character, inside the quotation marks.
    pub inside: usize,
}

impl Word {
    /// The place for the findings of an expression in this text.
    pub fn place(&self) -> Place {
        Place { file: self.spot.file.clone(), offset: self.inside }
    }
}

/// A table with the keys asked for so far.
pub(crate) struct Table<'t> {
    map: Option<&'t DeTable<'t>>,
    pub span: Range<usize>,
    asked: Vec<&'static str>,
}

/// Parses a file and hands its root table to `read`.
pub(crate) fn file(source: &Source, findings: &mut Vec<Finding>, read: impl FnOnce(&mut Reader, &mut Table)) {
    let parsed = DeTable::parse(&source.text);
    let mut reader = Reader { file: source.file.clone(), text: &source.text, findings };
    match parsed {
        Ok(root) => {
            let mut table = Table { map: Some(root.get_ref()), span: 0..0, asked: vec![] };
            read(&mut reader, &mut table);
            reader.done(table);
        }
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = error.message().to_string();
            let finding = reader.spot(span).error(
                "toml",
                format!("这里不是正确的 TOML：{message}"),
                format!("this is not TOML: {message}"),
            );
            reader.findings.push(finding);
        }
    }
}

impl Reader<'_> {
    pub fn spot(&self, span: Range<usize>) -> Spot {
        Spot { file: self.file.clone(), span }
    }

    pub fn error(&mut self, span: Range<usize>, code: &'static str, zh: String, en: String) {
        let finding = self.spot(span).error(code, zh, en);
        self.findings.push(finding);
    }

    fn get<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        table.asked.push(key);
        table.map?.get(key)
    }

    fn wrong(&mut self, value: &Spanned<DeValue>, key: &str, zh: &str, en: &str) {
        let found = value.get_ref().type_str();
        let (zh, en) = (format!("{key} 要{zh}，这里是 {found}"), format!("{key} must be {en}, found {found}"));
        self.error(value.span(), "wrong-type", zh, en);
    }

    fn missing(&mut self, table: &Table, key: &str) {
        let (zh, en) = (format!("缺 {key}"), format!("{key} is missing"));
        self.error(table.span.clone(), "missing-key", zh, en);
    }

    /// Says which keys nobody asked for.
    pub fn done(&mut self, table: Table) {
        let Some(map) = table.map else { return };
        for (key, _) in map.iter() {
            let name: &str = key.get_ref();
            if table.asked.contains(&name) {
                continue;
            }
            let known = table.asked.iter().copied();
            let (zh, en) = match nearest(name, known.clone()) {
                Some(near) => (format!("是不是 {near}？"), format!("did you mean {near}?")),
                None => {
                    let all: Vec<&str> = known.collect();
                    (format!("这里可写：{}", all.join("、")), format!("known here: {}", all.join(", ")))
                }
            };
            let finding = self
                .spot(key.span())
                .error("unknown-key", format!("不认识的键 {name}"), format!("unknown key {name}"))
                .advise(zh, en);
            self.findings.push(finding);
        }
    }

    pub fn word(&mut self, table: &mut Table, key: &'static str) -> Option<Word> {
        let value = self.get(table, key)?;
        self.as_word(value, key)
    }

    fn as_word(&mut self, value: &Spanned<DeValue>, key: &str) -> Option<Word> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, key, "文字", "a text");
            return None;
        };
        let span = value.span();
        let raw = self.text.get(span.clone()).unwrap_or("");
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let newline = usize::from(quotes == 3 && raw[3..].starts_with('\n'));
        Some(Word { text: text.to_string(), spot: self.spot(span.clone()), inside: span.start + quotes + newline })
    }

    pub fn need_word(&mut self, table: &mut Table, key: &'static str) -> Option<Word> {
        if table.map.is_some_and(|m| m.get(key).is_none()) {
            self.missing(table, key);
        }
        self.word(table, key)
    }

    pub fn text(&mut self, table: &mut Table, key: &'static str) -> Option<String> {
        self.word(table, key).map(|w| w.text)
    }

    pub fn words(&mut self, table: &mut Table, key: &'static str) -> Vec<Word> {
        let Some(value) = self.get(table, key) else {
            return vec![];
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, "文字的列表", "a list of texts");
            return vec![];
        };
        list.iter().filter_map(|v| self.as_word(v, key)).collect()
    }

    pub fn texts(&mut self, table: &mut Table, key: &'static str) -> Vec<String> {
        self.words(table, key).into_iter().map(|w| w.text).collect()
    }

    pub fn bool(&mut self, table: &mut Table, key: &'static str) -> Option<bool> {
        let value = self.get(table, key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.wrong(value, key, "true 或 false", "true or false");
        }
        found
    }

    pub fn int(&mut self, table: &mut Table, key: &'static str) -> Option<i64> {
        let value = self.get(table, key)?;
        let found = as_int(value.get_ref());
        if found.is_none() {
            self.wrong(value, key, "整数", "a whole number");
        }
        found
    }

    pub fn day(&mut self, table: &mut Table, key: &'static str) -> Option<Day> {
        let value = self.get(table, key)?;
        let found = as_day(value.get_ref());
        if found.is_none() {
            self.wrong(value, key, "日期，如 2013-10-01", "a date such as 2013-10-01");
        }
        found
    }

    pub fn value<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.get(table, key)
    }

    /// A table inside.
    pub fn table<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<Table<'t>> {
        let value = self.get(table, key)?;
        let Some(map) = value.get_ref().as_table() else {
            self.wrong(value, key, "一个表 { … }", "a table { … }");
            return None;
        };
        Some(Table { map: Some(map), span: value.span(), asked: vec![] })
    }

    /// The tables of `[[key]]` or `key = [{ … }]`.
    pub fn tables<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Vec<Table<'t>> {
        let Some(value) = self.get(table, key) else {
            return vec![];
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, "一列表 [[…]]", "a list of tables");
            return vec![];
        };
        let mut tables = vec![];
        for item in list.iter() {
            match item.get_ref().as_table() {
                Some(map) => tables.push(Table { map: Some(map), span: item.span(), asked: vec![] }),
                None => self.wrong(item, key, "一个表", "a table"),
            }
        }
        tables
    }

    /// `{ zh = "…", en = "…" }`, both required.
    pub fn title(&mut self, table: &mut Table, key: &'static str) -> Title {
        if table.map.is_some_and(|m| m.get(key).is_none()) {
            self.missing(table, key);
        }
        self.title_if(table, key).unwrap_or_default()
    }

    pub fn title_if(&mut self, table: &mut Table, key: &'static str) -> Option<Title> {
        let mut inner = self.table(table, key)?;
        let title = self.title_here(&mut inner);
        self.done(inner);
        Some(title)
    }

    /// `zh` and `en` beside other keys.
    pub fn title_here(&mut self, table: &mut Table) -> Title {
        let mut get = |key: &'static str, zh: &str, en: &str| {
            let word = self.word(table, key);
            if word.as_ref().is_none_or(|w| w.text.trim().is_empty()) {
                let (zh, en) = (format!("缺{zh}（{key}）"), format!("the {en} text ({key}) is missing"));
                self.error(table.span.clone(), "missing-language", zh, en);
            }
            word.map(|w| w.text).unwrap_or_default()
        };
        let zh = get("zh", "中文", "Chinese");
        Title { zh, en: get("en", "英文", "English") }
    }

    /// The keys and values of a table whose keys are free.
    pub fn entries<'t>(&mut self, table: &mut Table<'t>) -> Vec<(Word, &'t Spanned<DeValue<'t>>)> {
        let Some(map) = table.map.take() else {
            return vec![];
        };
        map.iter()
            .map(|(key, value)| {
                let text = key.get_ref().to_string();
                (Word { text, spot: self.spot(key.span()), inside: key.span().start }, value)
            })
            .collect()
    }
}

/// A table that is not read key by key but kept as it is.
pub(crate) fn free(map: &DeTable) -> toml::Table {
    map.iter().map(|(k, v)| (k.get_ref().to_string(), free_value(v.get_ref()))).collect()
}

fn free_value(value: &DeValue) -> toml::Value {
    match value {
        DeValue::String(s) => toml::Value::String(s.to_string()),
        DeValue::Integer(_) => toml::Value::Integer(as_int(value).unwrap_or_default()),
        DeValue::Float(f) => toml::Value::Float(f.as_str().parse().unwrap_or_default()),
        DeValue::Boolean(b) => toml::Value::Boolean(*b),
        DeValue::Datetime(d) => toml::Value::Datetime(*d),
        DeValue::Array(list) => toml::Value::Array(list.iter().map(|v| free_value(v.get_ref())).collect()),
        DeValue::Table(map) => toml::Value::Table(free(map)),
    }
}

/// The tables of `[[key]]` as they are, taken out of `table`.
pub(crate) fn free_tables(reader: &mut Reader, table: &mut Table, key: &'static str) -> Vec<(toml::Table, Spot)> {
    let tables = reader.tables(table, key);
    tables.into_iter().filter_map(|t| t.map.map(|map| (free(map), reader.spot(t.span.clone())))).collect()
}

pub(crate) fn as_int(value: &DeValue) -> Option<i64> {
    let int = value.as_integer()?;
    i64::from_str_radix(int.as_str(), int.radix()).ok()
}

pub(crate) fn as_day(value: &DeValue) -> Option<Day> {
    let date = value.as_datetime()?.date?;
    Day::ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// A number with at most two places behind the point, in hundredths: yuan to fen.
pub(crate) fn hundredths(text: &str) -> Option<i64> {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if rest.len() > 2 || !rest.bytes().all(|b| b.is_ascii_digit()) || whole.starts_with('-') {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// A whole file kept as it is.
pub(crate) fn free_root(_reader: &mut Reader, table: &mut Table) -> toml::Table {
    table.map.take().map(free).unwrap_or_default()
}
