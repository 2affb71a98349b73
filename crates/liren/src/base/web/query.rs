//! What an address asks: an empty value is no value, and a value that cannot be read gets a sentence.

use axum::extract::{FromRequestParts, Query as Plain};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::guard::Visitor;
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
            match parts.extensions.get::<Visitor>() {
                Some(visitor) => visitor.fail(why).into_response(),
                None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            }
        })
    }
}

/// A form sends every field, also those left empty.
fn read<T: DeserializeOwned>(uri: &Uri) -> Option<T> {
    let pairs: Vec<&str> = uri
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()))
        .collect();
    let address: Uri = format!("/?{}", pairs.join("&")).parse().ok()?;
    Plain::<T>::try_from_uri(&address).ok().map(|Plain(value)| value)
}
