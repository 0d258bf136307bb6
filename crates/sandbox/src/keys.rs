//! RSA-2048 keys, fresh at every start, in every form in which public clients want them; and what they sign.
//!
//! All channels here sign with SHA256withRSA, PKCS#1 v1.5, base64; they differ in what they sign.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::SandboxError;

/// One key in its written forms (PEM).
pub(crate) struct Pem {
    pub(crate) pkcs1: String,
    pub(crate) pkcs8: String,
    pub(crate) public: String,
}

/// One key pair.
pub(crate) struct Key {
    pair: KeyPair,
    pem: Pem,
}

impl Key {
    pub(crate) fn generate() -> Result<Self, SandboxError> {
        let refused = |what: &str| SandboxError::Keys(what.to_owned());
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| refused("generating RSA-2048 failed"))?;
        let pkcs8: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| refused("writing PKCS#8 failed"))?;
        let public: PublicKeyX509Der<'static> =
            pair.public_key().as_der().map_err(|_| refused("writing the public key failed"))?;
        let pkcs1 = inner_pkcs1(pkcs8.as_ref()).ok_or_else(|| refused("PKCS#8 without a PKCS#1 key inside"))?;
        let pem = Pem {
            pkcs1: write_pem("RSA PRIVATE KEY", pkcs1),
            pkcs8: write_pem("PRIVATE KEY", pkcs8.as_ref()),
            public: write_pem("PUBLIC KEY", public.as_ref()),
        };
        Ok(Self { pair, pem })
    }

    pub(crate) fn pair(&self) -> &KeyPair {
        &self.pair
    }

    /// The public half as the library reads it.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub(crate) fn pem(&self) -> &Pem {
        &self.pem
    }
}

/// `None` only if the library refuses a key that it made itself; the caller then sends no signature at all.
pub(crate) fn sign(key: &Key, message: &[u8]) -> Option<String> {
    let mut signature = vec![0; key.pair().public_modulus_len()];
    let signed = key.pair().sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
    if signed.is_err() {
        tracing::error!("a key of the sandbox does not sign");
        return None;
    }
    Some(STANDARD.encode(signature))
}

/// Whether the holder of the key behind `public_der` signed exactly this message.
pub(crate) fn verify(public_der: &[u8], message: &[u8], signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_der).verify(message, &signature).is_ok()
}

/// The same signature with one bit flipped, still well-formed base64 of the right length.
pub(crate) fn flip_one_bit(signature: &str) -> String {
    let Ok(mut bytes) = STANDARD.decode(signature) else { return String::new() };
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    STANDARD.encode(bytes)
}

/// A word that only its readers know: 32 random bytes in hexadecimal.
pub(crate) fn random_word() -> Result<String, SandboxError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| SandboxError::Keys("no random bytes".to_owned()))?;
    Ok(hex::encode(bytes))
}

fn write_pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END ");
    text.push_str(label);
    // No newline at the end: the official Node client takes an empty last line for a part of the key.
    text.push_str("-----");
    text
}

/// A PKCS#8 key is `SEQUENCE { version, algorithm, OCTET STRING { the PKCS#1 key } }` (RFC 5208, section 5).
fn inner_pkcs1(pkcs8: &[u8]) -> Option<&[u8]> {
    let (outer, _) = der_value(pkcs8, 0x30)?;
    let (_version, rest) = der_value(outer, 0x02)?;
    let (_algorithm, rest) = der_value(rest, 0x30)?;
    let (key, _) = der_value(rest, 0x04)?;
    Some(key)
}

/// Splits one DER element of the given tag into its contents and what follows.
fn der_value(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        length = 0;
        for _ in 0..(first & 0x7f) {
            let (&byte, after) = rest.split_first()?;
            length = length.checked_mul(256)?.checked_add(usize::from(byte))?;
            rest = after;
        }
    }
    rest.split_at_checked(length)
}
