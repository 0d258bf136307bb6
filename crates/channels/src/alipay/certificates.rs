//! The certificates of certificate mode: what Alipay calls their serials, and which of them we believe.
//!
//! A serial there is no X.509 serial: it is the MD5 of the issuer's name, as RFC 2253 writes it, and the serial in
//! decimals (alipay-sdk-java-all, `AntCertificationUtil`; alipay-sdk-nodejs-all, src/antcertutil.ts). It names a
//! certificate and proves nothing; what proves is the chain to the root, which is walked here.

use std::fmt;

use jiff::Timestamp;
use md5::{Digest, Md5};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::asn1_rs::Oid;
use x509_parser::oid_registry;
use x509_parser::x509::X509Name;

use super::ConfigError;
use super::signature::{AlipayKey, MerchantKey};
use crate::chain::{self, Outside, Pems, leads};

/// Below this stand the signatures with RSA; only roots signed so have a part in the roots' serial.
const RSA_SIGNATURES: &str = "1.2.840.113549.1.1";

/// Why a certificate cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is none.
    #[error("it is no certificate in PEM; take the .crt file as the console gives it")]
    Unreadable,
    /// It does not hold yet.
    #[error("it holds from {from} on; check this machine's clock")]
    NotYetValid {
        /// From when on.
        from: Timestamp,
    },
    /// It has ended.
    #[error("it ended at {until}; renew it in the console and put the new file in its place")]
    Expired {
        /// When.
        until: Timestamp,
    },
    /// Its key is none that RSA2 can use.
    #[error("its key is no RSA key of at least 2048 bits, which RSA2 needs")]
    NoRsaKey,
    /// It is for another private key.
    #[error("it is not for merchant_private_key; take the certificate and the key that were made together")]
    OtherKey,
    /// Nothing leads from it to the root.
    #[error("no chain leads from it to alipay_root_cert; take both files, whole, from the same console")]
    NoChain,
    /// No root has a serial.
    #[error("none of them is signed with RSA, so that no request can name them; take alipayRootCert.crt, whole")]
    NoRsaRoot,
    /// Its issuer cannot be written as Alipay writes it.
    #[error("its issuer's name holds something that has no short name, so that its serial cannot be told")]
    IssuerName,
}

/// The certificates of one file.
struct File {
    field: &'static str,
    pems: Pems,
}

impl File {
    fn read(field: &'static str, pem: &str) -> Result<Self, ConfigError> {
        let pems = Pems::read(pem).ok_or(wrong(field, CertificateFault::Unreadable))?;
        Ok(Self { field, pems })
    }

    fn certificates(&self) -> Result<Vec<X509Certificate<'_>>, ConfigError> {
        self.pems.certificates().ok_or(wrong(self.field, CertificateFault::Unreadable))
    }
}

fn wrong(field: &'static str, fault: CertificateFault) -> ConfigError {
    ConfigError::Certificate { field, fault }
}

/// The serial of our certificate, which is the first in its file. Whether its chain is good is Alipay's to judge,
/// who gave it.
pub(super) fn app(pem: &str, key: &MerchantKey, at: Timestamp) -> Result<String, ConfigError> {
    const FIELD: &str = "app_cert";
    let file = File::read(FIELD, pem)?;
    let certificates = file.certificates()?;
    let first = certificates.first().ok_or(wrong(FIELD, CertificateFault::Unreadable))?;
    holds(first, at).map_err(|fault| wrong(FIELD, fault))?;
    if !key.is_in(&first.public_key().subject_public_key.data) {
        return Err(wrong(FIELD, CertificateFault::OtherKey));
    }
    serial(first).map_err(|fault| wrong(FIELD, fault))
}

/// The roots that we trust.
pub(super) struct Roots(File);

impl Roots {
    pub(super) fn read(pem: &str) -> Result<Self, ConfigError> {
        File::read("alipay_root_cert", pem).map(Self)
    }

    /// The serials of all that are signed with RSA, in the order of the file.
    pub(super) fn serials(&self) -> Result<String, ConfigError> {
        let rsa = |root: &&X509Certificate<'_>| {
            root.signature_algorithm.algorithm.to_id_string().strip_prefix(RSA_SIGNATURES).is_some()
        };
        let roots = self.0.certificates()?;
        let serials: Result<Vec<_>, _> = roots.iter().filter(rsa).map(serial).collect();
        match serials {
            Ok(serials) if serials.is_empty() => Err(wrong(self.0.field, CertificateFault::NoRsaRoot)),
            Ok(serials) => Ok(serials.join("_")),
            Err(fault) => Err(wrong(self.0.field, fault)),
        }
    }

    /// Alipay's keys by the serials of their certificates: of every certificate in the file that is no authority.
    /// While Alipay renews its certificate, the file may hold the old one and the new one.
    pub(super) fn alipay(&self, pem: &str, at: Timestamp) -> Result<Vec<(String, AlipayKey)>, ConfigError> {
        const FIELD: &str = "alipay_cert";
        let file = File::read(FIELD, pem)?;
        let (authorities, leaves): (Vec<_>, Vec<_>) =
            file.certificates()?.into_iter().partition(|certificate| certificate.is_ca());
        if leaves.is_empty() {
            return Err(wrong(FIELD, CertificateFault::Unreadable));
        }
        let roots = self.0.certificates()?;
        let known = |leaf: &X509Certificate<'_>| {
            holds(leaf, at)?;
            let key = AlipayKey::in_certificate(leaf.public_key().raw).ok_or(CertificateFault::NoRsaKey)?;
            if leads(leaf, &authorities, &roots, at, |_| true) {
                Ok((serial(leaf)?, key))
            } else {
                Err(CertificateFault::NoChain)
            }
        };
        leaves.iter().map(known).collect::<Result<_, _>>().map_err(|fault| wrong(FIELD, fault))
    }
}

fn holds(certificate: &X509Certificate<'_>, at: Timestamp) -> Result<(), CertificateFault> {
    chain::holds(certificate, at).map_err(|outside| match outside {
        Outside::NotYet(from) => CertificateFault::NotYetValid { from },
        Outside::Over(until) => CertificateFault::Expired { until },
        Outside::Unreadable => CertificateFault::Unreadable,
    })
}

/// What Alipay calls the serial of a certificate.
fn serial(certificate: &X509Certificate<'_>) -> Result<String, CertificateFault> {
    let issuer = name(certificate.issuer()).ok_or(CertificateFault::IssuerName)?;
    Ok(hex::encode(Md5::digest(format!("{issuer}{}", certificate.tbs_certificate.serial))))
}

/// A name as RFC 2253 writes it: the last part first, `CN=…,OU=…,O=…,C=…`.
fn name(name: &X509Name<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for part in name.iter_rdn() {
        let values: Option<Vec<_>> = part
            .iter()
            .map(|value| Some(format!("{}={}", short(value.attr_type())?, Escaped(value.as_str().ok()?))))
            .collect();
        parts.push(values?.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

/// The short name of an attribute; those that RFC 2253 lists.
fn short(attribute: &Oid<'_>) -> Option<&'static str> {
    [
        (oid_registry::OID_X509_COMMON_NAME, "CN"),
        (oid_registry::OID_X509_LOCALITY_NAME, "L"),
        (oid_registry::OID_X509_STATE_OR_PROVINCE_NAME, "ST"),
        (oid_registry::OID_X509_ORGANIZATION_NAME, "O"),
        (oid_registry::OID_X509_ORGANIZATIONAL_UNIT, "OU"),
        (oid_registry::OID_X509_COUNTRY_NAME, "C"),
        (oid_registry::OID_X509_STREET_ADDRESS, "STREET"),
        (oid_registry::OID_DOMAIN_COMPONENT, "DC"),
        (oid_registry::OID_USERID, "UID"),
    ]
    .into_iter()
    .find_map(|(oid, short)| (oid == *attribute).then_some(short))
}

/// A value as RFC 2253 writes it (section 2.4).
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.chars().count().saturating_sub(1);
        for (index, letter) in self.0.chars().enumerate() {
            let outside = (index == 0 && matches!(letter, '#' | ' ')) || (index == last && letter == ' ');
            if outside || matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
                f.write_str("\\")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_the_rfc_says() {
        for (value, expected) in [
            ("Ant Financial Certification Authority R1", "Ant Financial Certification Authority R1"),
            ("Acme, \"Inc\" <a+b;c>\\", r#"Acme\, \"Inc\" \<a\+b\;c\>\\"#),
            (" #1 ", r"\ #1\ "),
            ("#1", r"\#1"),
            ("", ""),
        ] {
            assert_eq!(Escaped(value).to_string(), expected);
        }
    }
}
