//! UnionPay's own certificates: a root, a middle one, the one that signs, and the one that sensitive fields are sealed
//! for; and what it knows of a merchant's certificate.
//!
//! The subject's common name has parts joined by `@`, of which the third names the company: recorded test certificates
//! have `041@Z2017-11-1@00040000:SIGN@00000001`, production has `中国银联股份有限公司` there, and clients of production
//! insist on it (smartwalle/unionpay, internal/cert.go; lokielse/omnipay-unionpay, src/Common/ResponseVerifyHelper.php,
//! which takes the test name too). This sandbox writes the company, which both kinds of client accept.
//!
//! A certificate is named by its serial number in decimal digits (`certId`, `encryptCertId`). PEM in a field has CRLF
//! between its lines, as recorded.

use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use x509_parser::pem::parse_x509_pem;

use crate::SandboxError;
use crate::keys::{Key, Pem};
use crate::x509::{self, refused, rsa};

/// What signs and unseals.
pub(crate) struct Authority {
    pub(crate) root: String,
    pub(crate) middle: String,
    pub(crate) signer: Signer,
    /// The certificate that sensitive fields are sealed for, and its number.
    pub(crate) encryption: String,
    pub(crate) encryption_id: String,
    unsealing: Pkcs1PrivateDecryptingKey,
}

/// A key with the certificate that goes along with what it signs.
pub(crate) struct Signer {
    pub(crate) key: Key,
    /// PEM with CRLF.
    pub(crate) certificate: String,
}

/// A merchant made by the sandbox, with the key that a real one would have made himself.
pub(crate) struct MadeMerchant {
    pub(crate) key: Key,
    pub(crate) certificate: String,
}

/// A merchant's certificate as UnionPay has it on record.
#[derive(Clone)]
pub(crate) struct MerchantCertificate {
    pub(crate) id: String,
    pub(crate) public_der: Vec<u8>,
}

impl Authority {
    /// Issues everything afresh, and a first merchant under the same root.
    pub(crate) fn issue() -> Result<(Self, MadeMerchant), SandboxError> {
        // Making RSA keys is what a start waits for.
        let [root_key, middle_key, sign_key, seal_key, merchant_key] = five_keys()?;
        let root = authority("CFCA Sandbox CS CA")?;
        let root_pair = rsa(&root_key)?;
        let root_certificate = root.self_signed(&root_pair).map_err(refused)?;
        let middle = authority("CFCA Sandbox OCA1")?;
        let middle_pair = rsa(&middle_key)?;
        let middle_certificate =
            middle.signed_by(&middle_pair, &Issuer::from_params(&root, &root_pair)).map_err(refused)?;
        let issuer = Issuer::from_params(&middle, &middle_pair);
        let sign = leaf("041@Z2026-11-22@中国银联股份有限公司@00000001", &sign_key, &issuer)?;
        let seal = leaf("041@Z2026-11-22@中国银联股份有限公司@00000005", &seal_key, &issuer)?;
        let merchant = leaf("041@Z2026-11-22@沙箱商户@00000101", &merchant_key, &issuer)?;
        let authority = Self {
            root: root_certificate.pem(),
            middle: middle_certificate.pem(),
            signer: Signer { certificate: with_crlf(&sign.pem()), key: sign_key },
            encryption_id: MerchantCertificate::read(&seal.pem())?.id,
            encryption: with_crlf(&seal.pem()),
            unsealing: unsealing(&seal_key)?,
        };
        Ok((authority, MadeMerchant { certificate: merchant.pem(), key: merchant_key }))
    }

    /// Opens what was sealed for UnionPay (base64 of RSA PKCS#1 v1.5); `None` if it was not, or is no text.
    pub(crate) fn unseal(&self, sealed: &str) -> Option<String> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let mut plain = vec![0; self.unsealing.min_output_size()];
        let plain = self.unsealing.decrypt(&sealed, &mut plain).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

impl Signer {
    /// A signer whose certificate nobody's root knows, with the right name in it.
    pub(crate) fn foreign() -> Result<Self, SandboxError> {
        let key = Key::generate()?;
        let name = "041@Z2026-11-22@中国银联股份有限公司@00000001";
        let certificate = named(name)?.self_signed(&rsa(&key)?).map_err(refused)?;
        Ok(Self { certificate: with_crlf(&certificate.pem()), key })
    }
}

impl MerchantCertificate {
    /// Reads a PEM certificate with an RSA key.
    pub(crate) fn read(pem: &str) -> Result<Self, SandboxError> {
        let (_, pem) = parse_x509_pem(pem.as_bytes()).map_err(refused)?;
        let certificate = pem.parse_x509().map_err(refused)?;
        let public_der = certificate.public_key().raw.to_vec();
        // Refuses every other kind of key.
        PublicEncryptingKey::from_der(&public_der).map_err(|_| refused("not an RSA key"))?;
        Ok(Self { id: certificate.tbs_certificate.serial.to_string(), public_der })
    }

    /// Seals a text for the merchant, who opens it with the key that he signs with.
    pub(crate) fn seal(&self, plain: &str) -> Option<String> {
        let key = Pkcs1PublicEncryptingKey::new(PublicEncryptingKey::from_der(&self.public_der).ok()?).ok()?;
        let mut sealed = vec![0; key.ciphertext_size()];
        let sealed = key.encrypt(plain.as_bytes(), &mut sealed).ok()?;
        Some(STANDARD.encode(&*sealed))
    }
}

fn five_keys() -> Result<[Key; 5], SandboxError> {
    let ended = || SandboxError::Keys("a thread ended".to_owned());
    std::thread::scope(|scope| {
        let others = scope.spawn(|| Ok::<_, SandboxError>((Key::generate()?, Key::generate()?)));
        let (first, second, third) = (Key::generate()?, Key::generate()?, Key::generate()?);
        let (fourth, fifth) = others.join().map_err(|_| ended())??;
        Ok([first, second, third, fourth, fifth])
    })
}

fn unsealing(key: &Key) -> Result<Pkcs1PrivateDecryptingKey, SandboxError> {
    let Pem { pkcs8, .. } = key.pem();
    let der: String = pkcs8.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(der).map_err(refused)?;
    let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(refused)?;
    Pkcs1PrivateDecryptingKey::new(key).map_err(refused)
}

fn named(common_name: &str) -> Result<CertificateParams, SandboxError> {
    let name = [
        (DnType::CountryName, "cn"),
        (DnType::OrganizationName, "CFCA Sandbox OCA1"),
        (DnType::OrganizationalUnitName, "Enterprises"),
        (DnType::CommonName, common_name),
    ];
    // Recorded numbers have five bytes.
    x509::params(name, 5)
}

fn authority(common_name: &str) -> Result<CertificateParams, SandboxError> {
    let name = [
        (DnType::CountryName, "CN"),
        (DnType::OrganizationName, "China Financial Certification Authority (sandbox)"),
        (DnType::CommonName, common_name),
    ];
    let mut params = x509::params(name, 10)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Ok(params)
}

fn leaf(common_name: &str, key: &Key, issuer: &Issuer<'_, &KeyPair>) -> Result<Certificate, SandboxError> {
    named(common_name)?.signed_by(&rsa(key)?, issuer).map_err(refused)
}

fn with_crlf(pem: &str) -> String {
    pem.lines().collect::<Vec<_>>().join("\r\n")
}
