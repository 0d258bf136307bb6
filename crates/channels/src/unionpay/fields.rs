//! The named values of an answer or a notification, and the one string that they are signed as.
//!
//! An answer is `name=value` joined by `&`, and nothing in it is percent-encoded: each pair is split at its first
//! `=`, and an `&` between a bracket and its partner belongs to the value (`tokenPayData={trId=…&token=…}`), as in
//! the official SDK's `parseQString` (copied in Varorbc/PaySharp, `SDKUtil`). A notification is a form.

use std::collections::BTreeMap;

use url::form_urlencoded;
use zeroize::Zeroize;

/// No genuine answer or notification has more.
const MOST_FIELDS: usize = 128;

/// No field has a longer name.
const LONGEST_NAME: usize = 64;

/// The field that is not signed itself.
const SIGNATURE: &str = "signature";

/// Why a text holds no fields that could be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Garbled {
    /// One of them stands twice.
    Doubled,
    /// It is no list of fields at all.
    NoFields,
}

/// Names and values. Some values speak of a card or its holder, so all are overwritten when they are let go.
#[derive(PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The fields of an answer.
    pub(super) fn of_answer(text: &str) -> Result<Self, Garbled> {
        let pairs = pairs(text.trim_end_matches(['\r', '\n'])).ok_or(Garbled::NoFields)?;
        Self::of(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    /// The fields of a notification.
    pub(super) fn of_form(body: &[u8]) -> Result<Self, Garbled> {
        Self::of(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())))
    }

    fn of(pairs: impl Iterator<Item = (String, String)>) -> Result<Self, Garbled> {
        let mut fields = Self(BTreeMap::new());
        for (name, value) in pairs {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
            if !(1..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(plain) || fields.0.len() == MOST_FIELDS {
                return Err(Garbled::NoFields);
            }
            if fields.0.insert(name, value).is_some() {
                return Err(Garbled::Doubled);
            }
        }
        Ok(fields)
    }

    /// One value, unless it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `name` has exactly this value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }

    /// The signature.
    pub(super) fn signature(&self) -> Option<&str> {
        self.get(SIGNATURE)
    }

    /// What is signed, as it came: everything but the signature, empty values too.
    ///
    /// `None` if that string could be read in another way, as when a value holds `&` and another field's name: the
    /// signature is over the string, so somebody could move the borders between the fields without breaking it.
    pub(super) fn signed(&self) -> Option<String> {
        let fields = || self.0.iter().filter(|(name, _)| *name != SIGNATURE);
        let text = string_to_sign(fields().map(|(name, value)| (name.as_str(), value.as_str())));
        let same = pairs(&text)?.into_iter().eq(fields().map(|(name, value)| (name.as_str(), value.as_str())));
        same.then_some(text)
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

/// Sorted by name, `name=value` joined by `&`, the values as they are before they are encoded for the wire.
pub(super) fn string_to_sign<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_unstable();
    let whole: usize = pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut text = String::with_capacity(whole);
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

/// The pairs of a text that is not encoded; `None` if one of them has no `=`.
pub(super) fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut pairs = Vec::new();
    let mut rest = text;
    loop {
        let (name, value) = rest.split_once('=')?;
        if name.contains('&') {
            return None;
        }
        let end = end_of_value(value);
        let (value, after) = value.split_at(end);
        pairs.push((name, value));
        match after.strip_prefix('&') {
            Some(next) => rest = next,
            None => return Some(pairs),
        }
    }
}

/// Where a value ends: at the first `&` outside of brackets. A bracket that never closes holds all the rest.
fn end_of_value(text: &str) -> usize {
    let mut partner = None;
    for (index, letter) in text.char_indices() {
        match (partner, letter) {
            (Some(closing), letter) if letter == closing => partner = None,
            (Some(_), _) => {}
            (None, '{') => partner = Some('}'),
            (None, '[') => partner = Some(']'),
            (None, '&') => return index,
            (None, _) => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pairs_are_cut_at_the_first_sign_and_outside_of_brackets() {
        for (text, expected) in [
            ("", Some(vec![])),
            ("a=1&b=2", Some(vec![("a", "1"), ("b", "2")])),
            ("a=QQ==&b=", Some(vec![("a", "QQ=="), ("b", "")])),
            ("a=100%&b=%41+", Some(vec![("a", "100%"), ("b", "%41+")])),
            ("t={a=1&b=2}&c=3", Some(vec![("t", "{a=1&b=2}"), ("c", "3")])),
            ("m=成功[00&00]&c=3", Some(vec![("m", "成功[00&00]"), ("c", "3")])),
            ("t={a=[1&2]}&c=3", Some(vec![("t", "{a=[1&2]}"), ("c", "3")])),
            // A bracket that does not close, and one that has not been opened.
            ("t={a=1&b=2", Some(vec![("t", "{a=1&b=2")])),
            ("t=}&c=3", Some(vec![("t", "}"), ("c", "3")])),
            ("a", None),
            ("a&b=1", None),
            ("a=1&", None),
            ("a=1&b", None),
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_fields() {
        let many = (0..=MOST_FIELDS).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&");
        for (text, expected) in [
            ("<html>502</html>", Garbled::NoFields),
            ("=1", Garbled::NoFields),
            ("a b=1", Garbled::NoFields),
            (many.as_str(), Garbled::NoFields),
            ("a=1&a=1", Garbled::Doubled),
            ("signature=x&signature=x", Garbled::Doubled),
        ] {
            assert_eq!(Fields::of_answer(text).err(), Some(expected), "{text}");
            assert_eq!(Fields::of_form(text.as_bytes()).err(), Some(expected), "{text}");
        }
        let long = format!("{}=1", "a".repeat(LONGEST_NAME + 1));
        assert_eq!(Fields::of_answer(&long).err(), Some(Garbled::NoFields));
    }

    #[test]
    fn borders_that_could_be_moved_are_not_believed() {
        let signed = |body: &str| Fields::of_form(body.as_bytes()).unwrap().signed();
        assert_eq!(signed("b=2&a=1&signature=x"), Some("a=1&b=2".to_owned()));
        assert_eq!(signed("t=%7Ba%3D1%26b%3D2%7D"), Some("t={a=1&b=2}".to_owned()));
        // One field that looks like two, and two that look like one.
        assert_eq!(signed("a=1%26b%3D2"), None);
        assert_eq!(signed("t=%7Ba%3D1&u=2%7D"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text: String) {
            let _ = Fields::of_answer(&text);
            let _ = Fields::of_form(text.as_bytes());
        }

        #[test]
        fn what_is_joined_is_read_again(values in proptest::collection::btree_map("[a-zA-Z]{1,8}", "[^&{\\[\r\n]{0,12}", 0..8)) {
            let text = string_to_sign(values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let fields = Fields::of_answer(&text).unwrap();
            prop_assert_eq!(&fields.0, &values);
        }

        #[test]
        fn a_signed_string_has_one_reading(values in proptest::collection::btree_map("[a-c]{1,2}", "[a-c&={}\\[\\]]{0,9}", 0..5)) {
            let fields = Fields(values);
            if let Some(text) = fields.signed() {
                let again = Fields::of_answer(&text);
                prop_assert!(again.is_ok_and(|again| again == fields), "{}", text);
            }
        }
    }
}
