//! The one style sheet, served from the binary.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Where it is.
pub(crate) const PATH: &str = "/style.css";

/// Gives the style sheet.
pub(crate) async fn show() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("style.css")).into_response()
}
