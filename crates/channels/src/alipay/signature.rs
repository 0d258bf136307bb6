//! RSA2: SHA-256 with RSA, PKCS#1 v1.5, base64 (opendocs common/02kf5q). The one place that calculates with keys.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Our private key.
pub(super) struct MerchantKey(RsaKeyPair);

impl MerchantKey {
    /// Reads PKCS#8 or PKCS#1, with or without the lines around it. The console gives either form.
    pub(super) fn read(pem: &str) -> Option<Self> {
        let der = der(pem)?;
        RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).ok().map(Self)
    }

    /// The signature over `text`.
    pub(super) fn sign(&self, text: &str) -> Option<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }

    /// Whether a certificate with this key (`RSAPublicKey`, DER) is for it.
    pub(super) fn is_in(&self, public_key: &[u8]) -> bool {
        self.0.public_key().as_ref() == public_key
    }
}

/// Alipay's public key.
pub(super) struct AlipayKey(ParsedPublicKey);

impl AlipayKey {
    /// Reads a public key, with or without the lines around it.
    pub(super) fn read(pem: &str) -> Option<Self> {
        Self::in_certificate(&der(pem)?)
    }

    /// The key of a certificate (`SubjectPublicKeyInfo`, DER).
    pub(super) fn in_certificate(info: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, info).ok().map(Self)
    }

    /// Whether `signature` is Alipay's over exactly these bytes.
    pub(super) fn verify(&self, text: &str, signature: &str) -> bool {
        STANDARD.decode(signature).is_ok_and(|signature| self.0.verify_sig(text.as_bytes(), &signature).is_ok())
    }
}

/// The bytes between the lines `-----BEGIN …` and `-----END …`, or of the whole text if there are none.
fn der(pem: &str) -> Option<Vec<u8>> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_whitespace).collect();
    STANDARD.decode(body).ok().filter(|der| !der.is_empty())
}

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
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
    use aws_lc_rs::rsa::KeySize;

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

    #[test]
    fn signs_and_verifies_exactly_these_bytes() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = STANDARD.encode(AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap().as_ref());
        let public = STANDARD.encode(AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref());
        let wrapped = format!("-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----\n");
        for key in [&private, &wrapped] {
            let signature = MerchantKey::read(key).unwrap().sign("total_amount=88.88").unwrap();
            let alipay = AlipayKey::read(&public).unwrap();
            assert!(alipay.verify("total_amount=88.88", &signature));
            assert!(!alipay.verify("total_amount=88.89", &signature));
            assert!(!alipay.verify("total_amount=88.88", ""));
            assert!(!alipay.verify("total_amount=88.88", "not base64!"));
            assert!(!alipay.verify("total_amount=88.88", &signature.replace(&signature[..4], "AAAA")));
        }
    }

    #[test]
    fn keys_that_are_none() {
        for text in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "AAAA", "你好"] {
            assert!(MerchantKey::read(text).is_none() && AlipayKey::read(text).is_none(), "{text}");
        }
    }
}
