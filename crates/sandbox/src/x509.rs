//! Certificates that the sandbox issues for itself and for the merchants that it makes, afresh at every start.

use aws_lc_rs::rand;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber, date_time_ymd};

use crate::SandboxError;
use crate::beijing;
use crate::clock::real_now;
use crate::keys::Key;

const YEARS_VALID: i32 = 10;

pub(crate) fn refused(error: impl std::fmt::Display) -> SandboxError {
    SandboxError::Keys(format!("issuing certificates failed: {error}"))
}

/// One of our keys as the issuing library wants it.
pub(crate) fn rsa(key: &Key) -> Result<KeyPair, SandboxError> {
    KeyPair::from_pkcs8_pem_and_sign_algo(&key.pem().pkcs8, &PKCS_RSA_SHA256).map_err(refused)
}

/// A certificate for ten years with this name, its parts in this order, and a fresh serial number of `length` bytes.
pub(crate) fn params<'a>(
    parts: impl IntoIterator<Item = (DnType, &'a str)>,
    length: usize,
) -> Result<CertificateParams, SandboxError> {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    for (part, value) in parts {
        name.push(part, value);
    }
    params.distinguished_name = name;
    let mut serial = vec![0; length];
    rand::fill(&mut serial).map_err(refused)?;
    // The first byte is neither nought nor negative, so that the number is as long as it is written.
    if let Some(first) = serial.first_mut() {
        *first = 0x40 | (*first & 0x3f);
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let year = i32::from(beijing::zoned(real_now()).year());
    params.not_before = date_time_ymd(year, 1, 1);
    params.not_after = date_time_ymd(year.saturating_add(YEARS_VALID), 1, 1);
    Ok(params)
}
