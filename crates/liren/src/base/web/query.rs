//! What an address asks: an empty value is no value, and a value that cannot be read gets a sentence.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};

use super::guard;
use crate::base::error;

/// The query of an address, read into a struct.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Response> {
        read(&parts.uri).map(Query).ok_or_else(|| {
            let why = error::invalid(
                "网址里的条件看不懂，可能被改动过。请回到列表重新选择。",
                "The conditions in the address cannot be read; it may have been changed. Go back to the list and choose again.",
            );
            match parts.extensions.get::<guard::Visitor>() {
                Some(visitor) => visitor.fail(why).into_response(),
                None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            }
        })
    }
}

/// A form sends every field, also those left empty.
fn read<T: DeserializeOwned>(uri: &Uri) -> Option<T> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes()).filter(|(_, value)| !value.is_empty());
    // What is ticked several times under one name is one value with commas.
    let mut told: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for (name, value) in pairs {
        match told.iter_mut().find(|(there, _)| *there == name) {
            Some((_, all)) => *all = format!("{all},{value}").into(),
            None => told.push((name, value)),
        }
    }
    let told = told.into_iter().map(|(name, value)| (Word(name), Word(value)));
    T::deserialize(MapDeserializer::new(told)).ok().filter(|_| !holds_unseen(uri))
}

/// Characters that nobody types and no database takes.
fn holds_unseen(uri: &Uri) -> bool {
    form_urlencoded::parse(uri.query().unwrap_or("").as_bytes()).any(|(name, value)| {
        name.chars().chain(value.chars()).any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
    })
}

/// A word of an address. Where a number is wanted it saturates: however many digits somebody types, nothing that is
/// counted with it overflows.
struct Word<'a>(Cow<'a, str>);

/// No page, year, area or revision comes near.
const MOST: i64 = 1_000_000_000;

impl Word<'_> {
    fn number(&self) -> Option<i64> {
        let text = self.0.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let size = digits.parse::<i64>().unwrap_or(MOST).min(MOST);
        Some(if text.starts_with('-') { -size } else { size })
    }
}

impl<'de> IntoDeserializer<'de, de::value::Error> for Word<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! saturating {
    ($($method:ident $visit:ident $of:ty),+) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            let number = self.number().ok_or_else(|| de::Error::custom("no number"))?;
            let edge = if number < 0 { <$of>::MIN } else { <$of>::MAX };
            visitor.$visit(<$of>::try_from(number).unwrap_or(edge))
        }
    )+ };
}

impl<'de> Deserializer<'de> for Word<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0.into_owned())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &*self.0 {
            "true" | "1" | "on" => visitor.visit_bool(true),
            "false" | "0" => visitor.visit_bool(false),
            _ => Err(de::Error::custom("neither yes nor no")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    saturating!(
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64
    );

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0.parse() {
            Ok(number) => visitor.visit_f64(number),
            Err(_) => Err(de::Error::custom("no number")),
        }
    }

    serde::forward_to_deserialize_any! {
        f32 i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Asked {
        #[serde(default)]
        skip: usize,
        area: Option<i64>,
        year: Option<i32>,
        small: Option<u8>,
        #[serde(default)]
        q: String,
        all: Option<bool>,
    }

    fn asked(query: &str) -> Option<Asked> {
        read(&format!("/list?{query}").parse::<Uri>().unwrap())
    }

    #[test]
    fn numbers_saturate_and_words_stay_as_they_are() {
        let digits = "9".repeat(60);
        let all =
            asked(&format!("skip={digits}&area=-{digits}&year={digits}&small={digits}&q={digits}&all=true")).unwrap();
        let most = usize::try_from(MOST).unwrap();
        let expected = Asked {
            skip: most,
            area: Some(-MOST),
            year: Some(1_000_000_000),
            small: Some(255),
            q: digits,
            all: Some(true),
        };
        assert_eq!(all, expected);
        assert_eq!(asked("skip=&area=&q=%E7%8E%8B+%E5%86%9B").unwrap().q, "王 军");
        assert_eq!(asked("skip=-5").unwrap().skip, 0);
        assert_eq!(asked("skip=12&area=7").unwrap(), Asked { skip: 12, area: Some(7), ..Asked::default() });
        assert_eq!(asked("q=a&q=b&skip=1").unwrap().q, "a,b");
        for wrong in
            ["skip=x", "skip=1&skip=2", "skip=1.5", "area=--1", "area=-", "year=%FF", "all=maybe", "q=a%00b", "q=%07"]
        {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
    }
}
