//! The one style sheet, served from the binary.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Where it is.
pub(crate) const PATH: &str = "/style.css";

const SHEET: &str = include_str!("style.css");

/// Its address on a page: another sheet has another one, so that no browser keeps an old look.
pub(crate) fn address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| format!("{PATH}?v={:08x}", fingerprint(SHEET)));
    &ADDRESS
}

/// FNV-1a.
fn fingerprint(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Gives the style sheet.
pub(crate) async fn show() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, SHEET).into_response()
}
