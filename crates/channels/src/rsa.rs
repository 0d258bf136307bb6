//! RSA with SHA-256 and PKCS#1 v1.5, in base64, as every channel here signs. What is signed is each channel's own.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Our private key.
pub(crate) struct PrivateKey(RsaKeyPair);

impl PrivateKey {
    /// Reads PKCS#8 or PKCS#1, with or without the lines around it. Consoles give either form.
    pub(crate) fn read(pem: &str) -> Option<Self> {
        let der = der(pem)?;
        RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).ok().map(Self)
    }

    /// The signature over `text`.
    pub(crate) fn sign(&self, text: &str) -> Option<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }

    /// Whether a certificate with this key (`RSAPublicKey`, DER) is for it.
    pub(crate) fn is_in(&self, public_key: &[u8]) -> bool {
        self.0.public_key().as_ref() == public_key
    }
}

/// A channel's public key.
pub(crate) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// Reads a public key, with or without the lines around it.
    pub(crate) fn read(pem: &str) -> Option<Self> {
        Self::in_certificate(&der(pem)?)
    }

    /// The key of a certificate (`SubjectPublicKeyInfo`, DER).
    pub(crate) fn in_certificate(info: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, info).ok().map(Self)
    }

    /// Whether `signature` is the channel's over exactly these bytes.
    pub(crate) fn verify(&self, text: &str, signature: &str) -> bool {
        STANDARD.decode(signature).is_ok_and(|signature| self.0.verify_sig(text.as_bytes(), &signature).is_ok())
    }
}

/// The bytes between the lines `-----BEGIN …` and `-----END …`, or of the whole text if there are none.
fn der(pem: &str) -> Option<Vec<u8>> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_whitespace).collect();
    STANDARD.decode(body).ok().filter(|der| !der.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
    use aws_lc_rs::rsa::KeySize;

    #[test]
    fn signs_and_verifies_exactly_these_bytes() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = STANDARD.encode(AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap().as_ref());
        let public = STANDARD.encode(AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref());
        let wrapped = format!("-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----\n");
        for key in [&private, &wrapped] {
            let signature = PrivateKey::read(key).unwrap().sign("total_amount=88.88").unwrap();
            let other = PublicKey::read(&public).unwrap();
            assert!(other.verify("total_amount=88.88", &signature));
            assert!(!other.verify("total_amount=88.89", &signature));
            assert!(!other.verify("total_amount=88.88", ""));
            assert!(!other.verify("total_amount=88.88", "not base64!"));
            assert!(!other.verify("total_amount=88.88", &signature.replace(&signature[..4], "AAAA")));
        }
    }

    #[test]
    fn keys_that_are_none() {
        for text in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "AAAA", "你好"] {
            assert!(PrivateKey::read(text).is_none() && PublicKey::read(text).is_none(), "{text}");
        }
    }
}
