//! RSA2: SHA-256 with RSA, PKCS#1 v1.5, base64 (opendocs common/02kf5q), over this string.

pub(super) use crate::rsa::{PrivateKey as MerchantKey, PublicKey as AlipayKey};

/// What is signed of a request or a notice: `name=value` of everything that is not empty, except `sign`,
/// sorted by name, joined by `&`, the values as they are before they are encoded for the wire.
pub(super) fn string_to_sign<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.into_iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_to_sign() {
        for (pairs, expected) in [
            (&[][..], ""),
            (&[("b", "2"), ("a", "1")], "a=1&b=2"),
            // The type is signed, the signature and empty values are not.
            (&[("sign", "x"), ("sign_type", "RSA2"), ("return_url", "")], "sign_type=RSA2"),
            // Values stand as they are, whatever they contain.
            (&[("biz_content", r#"{"subject":"茶 & 水=1"}"#)], r#"biz_content={"subject":"茶 & 水=1"}"#),
            // Bytes are compared, so capitals and underscores have their place.
            (&[("app_id", "1"), ("appId", "2"), ("App", "3")], "App=3&appId=2&app_id=1"),
        ] {
            assert_eq!(string_to_sign(pairs.iter().copied()), expected);
        }
    }
}
