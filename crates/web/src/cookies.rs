//! Reading and setting cookies. Each is `HttpOnly` and `SameSite=Lax`; over https also `Secure`.

use axum::http::{HeaderMap, HeaderValue, header};

/// The payer's session.
pub(crate) const SESSION: &str = "tantu_session";
/// The browser, so that a form belongs to it.
pub(crate) const VISITOR: &str = "tantu_visitor";
/// The language that was chosen.
pub(crate) const LANG: &str = "tantu_lang";
/// Where to go on after signing in.
pub(crate) const NEXT: &str = "tantu_next";

/// The order that a payer tops up his wallet for, so that he finds back to it.
pub(crate) const ORDER: &str = "tantu_order";

/// A card's details, in a box that only the server can open, while its binding waits for the bank's code.
pub(crate) const CARD_BOX: &str = "tantu_card_box";

/// The value of a cookie.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// The header that sets a cookie. A value that does not belong into one sets nothing.
pub(crate) fn set(name: &str, value: &str, seconds: u32, public_base: &str) -> Option<HeaderValue> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\\');
    if !value.bytes().all(plain) {
        return None;
    }
    let secure = if public_base.starts_with("https:") { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&line).ok()
}
