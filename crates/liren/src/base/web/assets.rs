//! Styles, scripts and icons, carried by the binary under addresses that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "liren.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../../../../web/css/liren.css"),
    },
    Asset {
        name: "liren.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../../../../web/islands/liren.js"),
    },
    Asset {
        name: "imports.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../../../../web/css/imports.css"),
    },
    Asset { name: "proof.css", kind: "text/css; charset=utf-8", bytes: liren_proof::html::STYLE.as_bytes() },
    Asset {
        name: "htmx.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!(concat!(env!("OUT_DIR"), "/htmx.min.js")),
    },
    Asset { name: "icons.svg", kind: "image/svg+xml", bytes: include_bytes!(concat!(env!("OUT_DIR"), "/icons.svg")) },
];

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in ASSETS {
        hasher.update(asset.bytes);
    }
    hasher.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect()
});

/// `/assets/1a2b3c/liren.css`
pub fn asset_path(name: &str) -> String {
    format!("/assets/{}/{name}", *HASH)
}

pub async fn serve(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|a| a.name == name) {
        Some(asset) => (
            [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")],
            asset.bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
