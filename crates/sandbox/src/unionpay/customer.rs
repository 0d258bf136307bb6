//! `customerInfo`: who the payer says he is.
//!
//! Base64 of `{k=v&k=v}`. `phoneNo`, `cvn2` and `expired` are sealed together as `k=v&k=v` in `encryptedInfo` (RSA PKCS#1
//! v1.5 for the certificate that `encryptCertId` names, base64); `certifTp` and `certifId` come sealed from some clients
//! (lokielse/omnipay-unionpay) and open from others (the official demo, getCustomerInfoWithEncrypt). `expired` is YYMM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificates::Authority;
use super::fields::{Fields, read_braced, read_plain};
use crate::banks::{Code, Factors};

/// What may only come sealed.
const SEALED: [&str; 3] = ["phoneNo", "cvn2", "expired"];

/// What was sent, unsealed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customer {
    pub(crate) factors: Factors,
    pub(crate) sms_code: Option<String>,
}

/// Reads the field; nothing sent is nobody. A malformed or unsealed one is 10.
pub(crate) fn read(authority: &Authority, fields: &Fields) -> Result<Customer, Code> {
    let Some(text) = fields.get("customerInfo").filter(|text| !text.is_empty()) else {
        return Ok(Customer::default());
    };
    let text = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or("10")?;
    let mut parts = read_braced(&text).ok_or("10")?;
    if SEALED.iter().any(|name| parts.contains_key(*name)) {
        return Err("10");
    }
    if let Some(sealed) = parts.remove("encryptedInfo") {
        let plain = authority.unseal(&sealed).ok_or("10")?;
        parts.extend(read_plain(&plain).ok_or("10")?);
    }
    let mut take = |name: &str| parts.remove(name).filter(|value| !value.is_empty());
    Ok(Customer {
        factors: Factors {
            certificate_type: take("certifTp"),
            certificate_number: take("certifId"),
            name: take("customerNm"),
            phone: take("phoneNo"),
            cvn2: take("cvn2"),
            expired: take("expired"),
        },
        sms_code: take("smsCode"),
    })
}
