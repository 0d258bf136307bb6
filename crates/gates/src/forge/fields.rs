//! Names and values as the channels sign and send them, put together here once more from the written rules.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use fastrand::Rng;
use tantu_domain::ids::AttemptId;
use url::form_urlencoded;

/// Names and values.
pub(super) type Fields = BTreeMap<String, String>;

/// An order that somebody would like to be taken for paid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) attempt: AttemptId,
    /// In fen.
    pub(super) amount: i64,
}

impl Target {
    /// The amount in yuan.
    pub(super) fn yuan(self) -> String {
        format!("{}.{:02}", self.amount / 100, self.amount % 100)
    }
}

pub(super) fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.insert(name.to_owned(), value.to_owned());
    fields
}

pub(super) fn without(mut fields: Fields, name: &str) -> Fields {
    fields.remove(name);
    fields
}

/// Sorted, joined, as it is signed; without some names and without empty values if they are not signed either.
pub(super) fn joined(fields: &Fields, left_out: &[&str], empty_too: bool) -> String {
    let signed =
        fields.iter().filter(|(name, value)| !left_out.contains(&name.as_str()) && (empty_too || !value.is_empty()));
    signed.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// As a form.
pub(super) fn form(fields: &Fields) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// The fields of a form; of a doubled one the last counts.
pub(super) fn of_form(body: &[u8]) -> Fields {
    form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hashed(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One bit of one letter is another; the letters of it that decide nothing are left alone.
pub(super) fn flip(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return "x".to_owned();
    }
    let place = rng.usize(..bytes.len());
    bytes[place] ^= 1 << rng.u8(..7);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The fields with one bit of one of these values another.
pub(super) fn flip_one(fields: Fields, names: &[&str], rng: &mut Rng) -> Fields {
    let name = names[rng.usize(..names.len())];
    let value = fields.get(name).map(|value| flip(value, rng)).unwrap_or_default();
    with(fields, name, &value)
}
