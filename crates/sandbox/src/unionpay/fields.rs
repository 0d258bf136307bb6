//! UnionPay's `k=v` format.
//!
//! A request and a notification are forms, percent-encoded as every form. An answer is `k=v&k=v` sorted by key whose
//! values are *not* encoded: they may contain `=`, and `&` within `{}` (`tokenPayData={token=…&trId=…}`). The same text
//! without `signature` is what is signed. Sources: smartwalle/unionpay, internal/values.go (ParseQuery); the official
//! demo's `convertStringToArray` / `parseQString` (fmsdwifull/webback, upacp_demo_wtz_token/sdk); the recorded
//! notification in lokielse/omnipay-unionpay, tests/Assets/dist/data/WtzCompleteFrontOpen.txt.

use std::collections::BTreeMap;

use url::form_urlencoded;

/// Fields by name.
pub(crate) type Fields = BTreeMap<String, String>;

/// Reads a form; `None` if a field comes twice, because nobody can say which of them was signed.
pub(crate) fn read_form(body: &[u8]) -> Option<Fields> {
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(body) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(fields)
}

pub(crate) fn write_form(fields: &Fields) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// `k=v&k=v`, sorted, raw.
pub(crate) fn write_plain(fields: &Fields) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// What is signed: everything but the signature. Empty values are sent by nobody (the official SDKs filter them), and
/// count here if they are.
pub(crate) fn string_to_sign(fields: &Fields) -> String {
    let kept = fields.iter().filter(|(name, _)| name.as_str() != "signature");
    kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Reads `{k=v&k=v}`; an inner value may itself be in braces. `None` for anything else.
pub(crate) fn read_braced(text: &str) -> Option<Fields> {
    read_plain(text.strip_prefix('{')?.strip_suffix('}')?)
}

/// Reads `k=v&k=v` with `&` inside braces as part of the value.
pub(crate) fn read_plain(text: &str) -> Option<Fields> {
    let mut fields = Fields::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (index, char) in text.char_indices().chain([(text.len(), '&')]) {
        match char {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.checked_sub(1)?,
            '&' if depth == 0 => {
                let (name, value) = text.get(start..index)?.split_once('=')?;
                if name.is_empty() || fields.insert(name.to_owned(), value.to_owned()).is_some() {
                    return None;
                }
                start = index.saturating_add(1);
            }
            _ => {}
        }
    }
    (depth == 0).then_some(fields)
}

/// Whether a value stays one when it is written raw: `&` within braces only.
pub(crate) fn is_one_value(text: &str) -> bool {
    read_plain(&format!("value={text}")).is_some_and(|fields| fields.len() == 1)
}

/// `{k=v&k=v}` in the order given.
pub(crate) fn write_braced<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{{{}}}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;

    /// A value as it occurs: text with `=`, or a group in braces with `=` and `&`, one deep or two.
    fn value() -> impl Strategy<Value = String> {
        let text = "[^&{}]{0,20}";
        let group = btree_map("[a-zA-Z]{1,8}", "[^&{}]{0,12}", 1..4)
            .prop_map(|inner| write_braced(inner.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
        let nested = group.clone().prop_map(|inner| format!("{{inner={inner}&more=a=b}}"));
        prop_oneof![text.prop_map(String::from), group, nested]
    }

    proptest! {
        #[test]
        fn plain_text_is_read_as_it_was_written(fields in btree_map("[a-zA-Z0-9]{1,12}", value(), 1..8)) {
            prop_assert_eq!(read_plain(&write_plain(&fields)), Some(fields.clone()));
            let pairs = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            prop_assert_eq!(read_braced(&write_braced(pairs)), Some(fields.clone()));
            prop_assert_eq!(read_form(write_form(&fields).as_bytes()), Some(fields));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}") {
            if let Some(fields) = read_plain(&text) {
                // What was read says the same again, whatever the order was.
                prop_assert_eq!(read_plain(&write_plain(&fields)), Some(fields));
            }
        }
    }

    #[test]
    fn the_recorded_token_data_is_read() {
        let recorded = "{token=6235240000020757577&trId=62000000001&tokenType=01&tokenBegin=20171030223632\
                        &tokenEnd=20221029223632&tokenLevel=10}";
        let fields = read_braced(recorded).expect("braces");
        assert_eq!(fields.get("token").map(String::as_str), Some("6235240000020757577"));
        assert_eq!(fields.len(), 6);
        for wrong in ["", "{}", "a=b", "{a=b", "{a}", "{a=b&a=c}", "{a=}}"] {
            assert_eq!(read_braced(wrong), None, "{wrong}");
        }
        assert_eq!(read_form(b"a=1&a=2"), None);
    }
}
