//! Whose certificates count. An answer brings the certificate that it is signed with (`signPubKeyCert`), so this is
//! the one place that decides whether anything is UnionPay's: the certificate leads to a root that the operator
//! gave, holds now, and is issued to UnionPay. The same authority issues every merchant's certificate, too, so
//! without the name any merchant could sign for UnionPay.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::asn1_rs::Tag;

use super::ConfigError;
use crate::chain::{Pems, holds, leads};
use crate::rsa::{PrivateKey, PublicKey};

/// What the certificates of UnionPay's production say (official SDK, `UNIONPAY_CNNAME`, copied in Javen205/IJPay
/// `SDKConstants.java` and essensoft/paylink `UnionPaySignature.cs`).
pub const PRODUCTION_SIGNER: &str = "中国银联股份有限公司";

/// What the certificates of its test environment say besides (the same SDK, `CertUtil.verifyCertificate`).
pub const TEST_SIGNER: &str = "00040000:SIGN";

/// Signatures with SHA-1, by either of their two names.
const SHA1: &[&str] = &["1.2.840.113549.1.1.5", "1.3.14.3.2.29"];

/// Whose answers and notifications are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The roots, in PEM (CFCA; `acp_prod_root.cer`).
    pub roots_pem: String,
    /// What stands between them and UnionPay, in PEM (`acp_prod_middle.cer`).
    pub middle_pem: String,
    /// To whom the certificate must be issued: the third part of its common name, which is cut at `@`
    /// ([`PRODUCTION_SIGNER`]).
    pub signer: String,
    /// Whether a chain may be signed with SHA-1. UnionPay's test environment is (the published notification and its
    /// authorities); nothing in production should be.
    pub sha1: bool,
}

/// The same, read.
pub(super) struct Authorities {
    roots: Pems,
    middle: Pems,
    signer: String,
    sha1: bool,
}

impl Authorities {
    pub(super) fn read(trust: &Trust) -> Result<Self, ConfigError> {
        let read = |field, pem: &str| {
            let pems = Pems::read(pem).ok_or(ConfigError::Certificates(field))?;
            pems.certificates().ok_or(ConfigError::Certificates(field))?;
            Ok(pems)
        };
        if trust.signer.is_empty() {
            return Err(ConfigError::Empty("signer"));
        }
        let (roots, middle) = (read("roots", &trust.roots_pem)?, read("middle", &trust.middle_pem)?);
        Ok(Self { roots, middle, signer: trust.signer.clone(), sha1: trust.sha1 })
    }

    /// The key of a certificate, if it is UnionPay's `at` this time.
    pub(super) fn key(&self, pem: &str, at: Timestamp) -> Option<PublicKey> {
        let pems = Pems::read(pem)?;
        let certificates = pems.certificates()?;
        let [certificate] = certificates.as_slice() else { return None };
        holds(certificate, at).ok()?;
        if signer(certificate)? != self.signer {
            return None;
        }
        let (roots, middle) = (self.roots.certificates()?, self.middle.certificates()?);
        let accepted = |link: &X509Certificate<'_>| {
            self.sha1 || !SHA1.contains(&link.signature_algorithm.algorithm.to_id_string().as_str())
        };
        if !leads(certificate, &middle, &roots, at, accepted) {
            return None;
        }
        PublicKey::in_certificate(certificate.public_key().raw)
    }
}

/// The third part of the common name, as in `041@Z2017-11-1@00040000:SIGN@00000001`.
fn signer(certificate: &X509Certificate<'_>) -> Option<String> {
    let mut names = certificate.subject().iter_common_name();
    let (Some(name), None) = (names.next(), names.next()) else { return None };
    let value = name.attr_value();
    let text = if value.tag() == Tag::BmpString {
        let units: Vec<u16> = value.data.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
        String::from_utf16(&units).ok()?
    } else {
        // The test environment's are teletex strings of plain letters; everything else here is UTF-8.
        std::str::from_utf8(value.data).ok()?.to_owned()
    };
    text.split('@').nth(2).map(str::to_owned)
}

/// The serial of our certificate, decimal, which names our key (`certId`).
pub(super) fn cert_id(pem: &str, key: &PrivateKey, at: Timestamp) -> Result<String, ConfigError> {
    let unreadable = || ConfigError::Certificates("sign_cert");
    let pems = Pems::read(pem).ok_or_else(unreadable)?;
    let certificates = pems.certificates().ok_or_else(unreadable)?;
    let first = certificates.first().ok_or_else(unreadable)?;
    holds(first, at).map_err(|_| ConfigError::SignCertNotValid)?;
    if !key.is_in(&first.public_key().subject_public_key.data) {
        return Err(ConfigError::OtherKey);
    }
    Ok(first.tbs_certificate.serial.to_string())
}
