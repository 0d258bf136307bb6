//! signMethod 01: the string is hashed, and what is signed is the hash as sixty-four hexadecimal letters, so that
//! there are two hashes in all (smartwalle/unionpay `internal/rsa.go`, lokielse/omnipay-unionpay `Common/Signer.php`;
//! the vector below).

use aws_lc_rs::digest::{SHA256, digest};

use crate::rsa::{PrivateKey, PublicKey};

/// Our signature over a string.
pub(super) fn sign(key: &PrivateKey, text: &str) -> Option<String> {
    key.sign(&hashed(text))
}

/// Whether `signature` is made over exactly this string.
pub(super) fn verify(key: &PublicKey, text: &str, signature: &str) -> bool {
    key.verify(&hashed(text), signature)
}

fn hashed(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_hash_is_text() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hashed("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
