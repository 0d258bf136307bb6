//! Certificates of certificate mode, issued afresh at every start, and the serial numbers by which requests name them.
//!
//! The number (SN) is no field of a certificate: it is the MD5 of the issuer's name, its parts in reversed order as
//! `CN=…,OU=…,O=…,C=…`, and the decimal serial number. The number of the root file joins those of all certificates in it
//! that are signed with RSA (algorithm 1.2.840.113549.1.1.…) by `_`; the real file also holds roots on elliptic curves,
//! and so does this one. Sources: alipay/alipay-sdk-nodejs-all, src/antcertutil.ts; smartwalle/alipay, alipay.go.

use md5::{Digest, Md5};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use x509_parser::objects::{oid_registry, oid2abbrev};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::SandboxError;
use crate::keys::Key;
use crate::x509::{self, refused, rsa};

const ORGANISATION: &str = "Tantu Sandbox";
/// What every algorithm of RSA begins with.
const RSA: &str = "1.2.840.113549.1.1";

/// What an application in certificate mode downloads from Alipay, and the numbers of it.
pub(crate) struct Certificates {
    pub(crate) app_cert: String,
    pub(crate) alipay_cert: String,
    /// Several certificates in one text.
    pub(crate) roots: String,
    pub(crate) app_cert_sn: String,
    pub(crate) alipay_cert_sn: String,
    pub(crate) root_cert_sn: String,
}

impl Certificates {
    /// Issues the certificates for the merchant's and for Alipay's key under a new authority.
    pub(crate) fn issue(merchant: &Key, alipay: &Key) -> Result<Self, SandboxError> {
        let authority_key = rsa(&Key::generate()?)?;
        let curve_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(refused)?;
        // Two roots share a key, which saves the making of one; their names and numbers differ.
        let first = authority("Root RSA R1")?;
        let second = authority("Root RSA R2")?;
        let curve = authority("Root ECC E1")?;
        let roots = [
            first.self_signed(&authority_key).map_err(refused)?,
            curve.self_signed(&curve_key).map_err(refused)?,
            second.self_signed(&authority_key).map_err(refused)?,
        ];
        let first = Issuer::from_params(&first, &authority_key);
        let second = Issuer::from_params(&second, &authority_key);
        let app = params("Sandbox Merchant")?.signed_by(&rsa(merchant)?, &first).map_err(refused)?;
        let alipay = params("Sandbox Alipay")?.signed_by(&rsa(alipay)?, &second).map_err(refused)?;
        let root_numbers: Vec<Option<String>> = roots.iter().map(rsa_number).collect::<Result<_, _>>()?;
        Ok(Self {
            app_cert_sn: number(&app)?,
            alipay_cert_sn: number(&alipay)?,
            root_cert_sn: root_numbers.into_iter().flatten().collect::<Vec<_>>().join("_"),
            app_cert: app.pem(),
            alipay_cert: alipay.pem(),
            roots: roots.iter().map(Certificate::pem).collect(),
        })
    }
}

fn params(common_name: &str) -> Result<CertificateParams, SandboxError> {
    let common_name = format!("{ORGANISATION} {common_name}");
    let name = [
        (DnType::CountryName, "CN"),
        (DnType::OrganizationName, ORGANISATION),
        (DnType::OrganizationalUnitName, "Certification Authority"),
        (DnType::CommonName, &common_name),
    ];
    x509::params(name, 16)
}

fn authority(common_name: &str) -> Result<CertificateParams, SandboxError> {
    let mut params = params(common_name)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Ok(params)
}

/// The number of a certificate, read from its own bytes and not from what it was made of.
fn number(certificate: &Certificate) -> Result<String, SandboxError> {
    number_of(&parsed(certificate)?)
}

/// The number of a root, if it counts.
fn rsa_number(certificate: &Certificate) -> Result<Option<String>, SandboxError> {
    let parsed = parsed(certificate)?;
    let counts = parsed.signature_algorithm.algorithm.to_id_string().starts_with(RSA);
    counts.then(|| number_of(&parsed)).transpose()
}

fn parsed(certificate: &Certificate) -> Result<X509Certificate<'_>, SandboxError> {
    X509Certificate::from_der(certificate.der()).map(|(_, parsed)| parsed).map_err(refused)
}

fn number_of(certificate: &X509Certificate<'_>) -> Result<String, SandboxError> {
    let mut issuer = Vec::new();
    for part in certificate.issuer().iter_attributes() {
        let name = oid2abbrev(part.attr_type(), oid_registry()).map_err(|_| refused("a name without a short form"))?;
        issuer.push(format!("{name}={}", part.as_str().map_err(refused)?));
    }
    issuer.reverse();
    let text = format!("{}{}", issuer.join(","), certificate.tbs_certificate.serial);
    Ok(hex::encode(Md5::digest(text)))
}
