//! Our key and its certificate, and what a signature of the other side is worth.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::certificates::{Authorities, cert_id};
use super::fields::Fields;
use super::{ConfigError, UnionPayConfig, signature};
use crate::NotificationError;
use crate::rsa::PrivateKey;

/// The version of the interface, and of its signatures: 5.0.0 is signed in another way.
pub(super) const VERSION: &str = "5.1.0";

/// RSA with a certificate.
pub(super) const SIGN_METHOD: &str = "01";

/// The keys of both sides.
pub(super) struct KeyRing {
    merchant: PrivateKey,
    cert_id: String,
    authorities: Authorities,
}

impl KeyRing {
    /// Reads the keys. Our certificate must hold `at` this time, which is the real one.
    pub(super) fn read(config: &UnionPayConfig, at: Timestamp) -> Result<Self, ConfigError> {
        let merchant = PrivateKey::read(config.sign_key_pem.reveal()).ok_or(ConfigError::SignKey)?;
        let cert_id = cert_id(&config.sign_cert_pem, &merchant, at)?;
        Ok(Self { merchant, cert_id, authorities: Authorities::read(&config.trust)? })
    }

    /// What names our key in a request.
    pub(super) fn cert_id(&self) -> &str {
        &self.cert_id
    }

    /// Our signature over a string.
    pub(super) fn sign(&self, text: &str) -> Option<String> {
        signature::sign(&self.merchant, text)
    }

    /// Whether these fields are UnionPay's, as they came, `at` this time.
    ///
    /// # Errors
    /// What is wrong, without anything that they say.
    pub(super) fn prove(&self, fields: &Fields, at: Timestamp) -> Result<(), NotificationError> {
        prove(&self.authorities, fields, at)
    }
}

fn prove(authorities: &Authorities, fields: &Fields, at: Timestamp) -> Result<(), NotificationError> {
    let given = fields.signature().ok_or(NotificationError::Unsigned)?;
    for (field, expected) in [("version", VERSION), ("signMethod", SIGN_METHOD)] {
        if !fields.is(field, expected) {
            return Err(NotificationError::Malformed { field });
        }
    }
    let certificate = fields.get("signPubKeyCert").ok_or(NotificationError::Unsigned)?;
    let key = authorities.key(certificate, at).ok_or(NotificationError::UntrustedCertificate)?;
    let text = Zeroizing::new(fields.signed().ok_or(NotificationError::Signature)?);
    if signature::verify(&key, &text, given) { Ok(()) } else { Err(NotificationError::Signature) }
}

#[cfg(test)]
mod tests {
    use super::super::certificates::{TEST_SIGNER, Trust};
    use super::*;
    use url::form_urlencoded;

    /// A notification of UnionPay's test environment of 2018-07-26 (smartwalle/unionpay, `unionpay_test.go`), with the
    /// authorities of that environment (`examples/acp_test_middle.cer`, `acp_test_root.cer` there).
    const NOTIFY: &str = include_str!("../../tests/data/unionpay/notify.txt");
    const MIDDLE: &str = include_str!("../../tests/data/unionpay/acp_test_middle.pem");
    const ROOT: &str = include_str!("../../tests/data/unionpay/acp_test_root.pem");

    fn trust() -> Trust {
        Trust { roots_pem: ROOT.into(), middle_pem: MIDDLE.into(), signer: TEST_SIGNER.into(), sha1: true }
    }

    fn proven(trust: &Trust, body: &str, at: &str) -> Result<(), NotificationError> {
        let fields = Fields::of_form(body.as_bytes()).unwrap();
        prove(&Authorities::read(trust).unwrap(), &fields, at.parse().unwrap())
    }

    const THEN: &str = "2018-07-26T02:02:32Z";

    #[test]
    fn believes_what_unionpay_sent() {
        assert_eq!(proven(&trust(), NOTIFY.trim(), THEN), Ok(()));
        // An answer is the same text without the encoding of a form.
        let pairs = form_urlencoded::parse(NOTIFY.trim().as_bytes());
        let text = pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let answer = Fields::of_answer(&text).unwrap();
        assert_eq!(prove(&Authorities::read(&trust()).unwrap(), &answer, THEN.parse().unwrap()), Ok(()));
    }

    #[test]
    fn believes_it_only_then_from_them_and_by_their_chain() {
        use NotificationError::UntrustedCertificate;
        let refused = |trust: Trust, at: &str| {
            assert_eq!(proven(&trust, NOTIFY.trim(), at), Err(UntrustedCertificate), "{at}");
        };
        refused(trust(), "2017-11-01T07:24:07Z");
        refused(trust(), "2020-11-01T07:24:09Z");
        refused(Trust { signer: "00040000".into(), ..trust() }, THEN);
        refused(Trust { roots_pem: MIDDLE.into(), middle_pem: ROOT.into(), signer: "x".into(), ..trust() }, THEN);
        // Without what stands in between, and with a chain that SHA-1 holds together.
        refused(Trust { middle_pem: ROOT.into(), ..trust() }, THEN);
        refused(Trust { sha1: false, ..trust() }, THEN);
    }

    #[test]
    fn any_changed_byte_breaks_it() {
        let authorities = Authorities::read(&trust()).unwrap();
        let at = THEN.parse().unwrap();
        let whole = NOTIFY.trim().as_bytes();
        let genuine = Fields::of_form(whole).unwrap();
        let mut same = 0;
        for index in 0..whole.len() {
            let mut altered = whole.to_vec();
            altered[index] ^= 1;
            let Ok(fields) = Fields::of_form(&altered) else { continue };
            if fields == genuine {
                same += 1;
                continue;
            }
            assert!(prove(&authorities, &fields, at).is_err(), "byte {index}");
        }
        // `%0D` and `%0d` are the same byte; hexadecimal digits that are letters and differ in case only are not
        // reached by changing the lowest bit.
        assert_eq!(same, 0);
    }

    #[test]
    fn hashed_once_it_is_not_what_was_signed() {
        let fields = Fields::of_form(NOTIFY.trim().as_bytes()).unwrap();
        let key =
            Authorities::read(&trust()).unwrap().key(fields.get("signPubKeyCert").unwrap(), THEN.parse().unwrap());
        let (key, text, given) = (key.unwrap(), fields.signed().unwrap(), fields.signature().unwrap());
        assert!(signature::verify(&key, &text, given));
        assert!(!key.verify(&text, given));
    }
}
