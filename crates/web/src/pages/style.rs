//! The one style sheet, served from the binary.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Where it is.
pub(crate) const PATH: &str = "/style.css";

const SHEET: &str = include_str!("style.css");

/// Its address on a page: another sheet has another one, so that no browser keeps an old look.
pub(crate) fn address() -> String {
    const MARK: u32 = fingerprint(SHEET.as_bytes());
    format!("{PATH}?v={MARK:08x}")
}

/// FNV-1a.
const fn fingerprint(bytes: &[u8]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        rest = after;
    }
    hash
}

/// Gives the style sheet.
pub(crate) async fn show() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, SHEET).into_response()
}
