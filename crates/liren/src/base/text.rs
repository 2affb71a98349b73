//! Words in two languages: the Chinese source text is the key, `i18n/en.toml` holds the English.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use liren_store::Value;

/// 语言 — what a page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    pub fn is_en(self) -> bool {
        self == Lang::En
    }

    /// The word in this language. A key may carry a context after `@`, which is not shown.
    pub fn t(self, key: &str) -> &str {
        match self {
            Lang::Zh => key.split_once('@').map_or(key, |(word, _)| word),
            Lang::En => english(key),
        }
    }

    /// One of a text's two languages.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        if self.is_en() { en } else { zh }
    }

    /// A sentence with named places: `t_with("{n}户", &[("n", "29")])`.
    pub fn t_with(self, key: &str, places: &[(&str, &str)]) -> String {
        let mut text = self.t(key).to_owned();
        for (name, value) in places {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// A value as it may be kept: a number or a phone somebody typed among words is masked.
pub fn kept(value: Value) -> Value {
    match value {
        Value::Text(Some(text)) => Value::Text(Some(kept_text(text))),
        other => other,
    }
}

pub fn kept_text(text: String) -> String {
    match liren_facts::without_numbers(&text) {
        Cow::Owned(masked) => masked,
        Cow::Borrowed(_) => text,
    }
}

static ENGLISH: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../i18n/en.toml")).unwrap_or_default());

/// The English of a Chinese text; the text itself when there is none (a test fails on that).
pub fn english(key: &str) -> &str {
    ENGLISH.get(key).map_or(key, String::as_str)
}

/// Whether `i18n/en.toml` knows this text.
pub fn has_english(key: &str) -> bool {
    ENGLISH.contains_key(key)
}
