//! The browser's way back from a page to the merchant's `return_url`, with a signed result.
//!
//! Signed as a notification is, without `sign` and `sign_type`. It says that the page was left, and the merchant's server
//! still has to ask or to wait for the notification: a browser may never arrive.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::app::Mode;
use super::{Alipay, signature};
use crate::beijing;
use crate::clock::real_now;

/// Sends the browser back. Fields without a value are left out.
pub(crate) fn go_back(
    alipay: &Alipay,
    mode: Mode,
    mut address: Url,
    result: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> Response {
    let app = alipay.app(mode);
    let common = [
        ("app_id", app.id.clone()),
        ("auth_app_id", app.id.clone()),
        ("charset", "utf-8".to_owned()),
        ("sign_type", "RSA2".to_owned()),
        ("timestamp", beijing::text(real_now())),
    ];
    let mut fields: BTreeMap<String, String> =
        common.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (name, value) in result {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    }
    let signed = signature::string_to_sign(&fields, &["sign", "sign_type"]);
    if let Some(signature) = signature::sign(app.alipay_key(), signed.as_bytes()) {
        fields.insert("sign".to_owned(), signature);
    }
    address.query_pairs_mut().extend_pairs(&fields);
    (StatusCode::FOUND, [(header::LOCATION, address.to_string())]).into_response()
}
