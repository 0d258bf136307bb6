//! The parameters of a request, from wherever a client has put them.
//!
//! Seen on the wire: the official Python client puts the system parameters into the query and `biz_content` into the
//! form; the official Node client likewise, without `format`; python-alipay-sdk puts everything into the query of a
//! GET; others post everything as a form. So query and form are read alike, and the form wins.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::Request;
use url::form_urlencoded;

/// More than any call of these methods needs.
const LARGEST_BODY: usize = 256 * 1024;

/// All parameters, decoded; `None` when the body is too large or the connection broke.
pub(crate) async fn read(request: Request) -> Option<BTreeMap<String, String>> {
    let query = request.uri().query().unwrap_or("").to_owned();
    let body = to_bytes(request.into_body(), LARGEST_BODY).await.ok()?;
    let mut parameters = BTreeMap::new();
    for part in [query.as_bytes(), body.as_ref()] {
        for (name, value) in form_urlencoded::parse(part) {
            parameters.insert(name.into_owned(), value.into_owned());
        }
    }
    Some(parameters)
}
