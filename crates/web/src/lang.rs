//! The language of an answer: `?lang=`, then what the browser remembers, then `Accept-Language`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use tantu_explain::Lang;

use crate::cookies;

/// The language that the reader wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted(pub(crate) Lang);

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(lang_of(&parts.uri, &parts.headers)))
    }
}

/// The language of a request.
pub(crate) fn lang_of(uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = asked_in(uri);
    let remembered = || cookies::value(headers, cookies::LANG).and_then(Lang::parse);
    asked.or_else(remembered).unwrap_or_else(|| {
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Lang::negotiate(header.unwrap_or(""))
    })
}

/// The language named by the address itself.
pub(crate) fn asked_in(uri: &Uri) -> Option<Lang> {
    query_value(uri, "lang").as_deref().and_then(Lang::parse)
}

/// The value of one parameter of an address.
pub(crate) fn query_value(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
