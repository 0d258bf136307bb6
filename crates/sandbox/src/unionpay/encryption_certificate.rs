//! 95/00: the certificate that sensitive fields are sealed for. `certType` 01 is the only one there is
//! (smartwalle/unionpay, unionpay.go, LoadEncryptKey).

use super::UnionPay;
use super::call::{Call, Outcome, Verdict};

pub(crate) fn encryption_certificate(up: &UnionPay, call: &Call) -> Verdict {
    if call.text("certType") != Some("01") {
        return Err("10");
    }
    let fields = vec![("certType", "01".to_owned()), ("encryptPubKeyCert", up.authority.encryption.clone())];
    Ok(Outcome::done(fields))
}
