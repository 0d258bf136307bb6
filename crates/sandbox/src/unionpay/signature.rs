//! The signature of ACP 5.1.0 with `signMethod=01`: hashed twice.
//!
//! First SHA-256 over the string to sign, written as 64 lower-case hexadecimal digits; then SHA256withRSA over those
//! digits. Sources: smartwalle/unionpay, internal/rsa.go; lokielse/omnipay-unionpay, src/Common/ResponseVerifyHelper.php.

use aws_lc_rs::digest;

use super::fields::{Fields, string_to_sign};
use crate::keys::{self, Key};

fn digits(fields: &Fields) -> String {
    hex::encode(digest::digest(&digest::SHA256, string_to_sign(fields).as_bytes()))
}

/// The signature of these fields.
pub(crate) fn sign(key: &Key, fields: &Fields) -> Option<String> {
    keys::sign(key, digits(fields).as_bytes())
}

/// Whether the holder of the key behind `public_der` signed these fields.
pub(crate) fn verify(public_der: &[u8], fields: &Fields) -> bool {
    let Some(signature) = fields.get("signature") else { return false };
    keys::verify(public_der, digits(fields).as_bytes(), signature)
}

#[cfg(test)]
mod tests {
    use x509_parser::pem::parse_x509_pem;

    use super::super::fields::read_form;
    use super::*;

    /// A notification of 2018 recorded in public code, as a form: smartwalle/unionpay, unionpay_test.go at 8116bc8.
    const PAID: &str = include_str!("../../tests/vectors/unionpay-notify.txt");
    /// One of 2017 about an opened token: lokielse/omnipay-unionpay, tests/Assets/dist/data/WtzCompleteFrontOpen.txt.
    const OPENED: &str = include_str!("../../tests/vectors/unionpay-token-opened.txt");

    fn key(fields: &Fields) -> Vec<u8> {
        let pem = fields.get("signPubKeyCert").expect("a certificate");
        let (_, pem) = parse_x509_pem(pem.as_bytes()).expect("PEM");
        pem.parse_x509().expect("a certificate").public_key().raw.to_vec()
    }

    #[test]
    fn recorded_notifications_verify_and_their_neighbours_do_not() {
        for (text, changed) in [(PAID, "txnAmt"), (OPENED, "tokenPayData")] {
            let fields = read_form(text.trim_end().as_bytes()).expect("a form");
            let key = key(&fields);
            assert!(verify(&key, &fields));
            let mut altered = fields.clone();
            altered.insert(changed.to_owned(), "1".to_owned());
            assert!(!verify(&key, &altered), "{changed}");
            let mut unsigned = fields.clone();
            unsigned.remove("signature");
            assert!(!verify(&key, &unsigned));
        }
    }

    #[test]
    fn one_hash_is_not_enough() {
        let fields = read_form(PAID.trim_end().as_bytes()).expect("a form");
        let signature = fields.get("signature").expect("a signature");
        assert!(!keys::verify(&key(&fields), string_to_sign(&fields).as_bytes(), signature));
        let digits = digits(&fields);
        assert_eq!(digits, "6a4caf90eb93b06e6879ff28b78c15b625063ef6b01028af3455263e71630950");
    }
}
