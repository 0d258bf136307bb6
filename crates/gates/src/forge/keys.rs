//! Keys and certificates of everybody in the play: the channel's, ours, another merchant's, a stranger's. The gate is the
//! channel here, so that it can also sign well what must not be believed.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use rcgen::{SerialNumber, date_time_ymd};

use crate::outcome::Failure;

/// An RSA key.
pub(super) struct Key(RsaKeyPair);

impl Key {
    pub(super) fn fresh() -> Result<Self, Failure> {
        Ok(Self(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no RSA key could be made")?))
    }

    /// SHA256withRSA in base64, as the channels sign.
    pub(super) fn sign(&self, text: &str) -> String {
        self.sign_as(&RSA_PKCS1_SHA256, text)
    }

    /// With another digest than was agreed.
    pub(super) fn sign_otherwise(&self, text: &str) -> String {
        self.sign_as(&RSA_PKCS1_SHA384, text)
    }

    fn sign_as(&self, way: &'static dyn RsaEncoding, text: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // A key that does not sign leaves a signature that nobody believes, and the run says that nothing honest passed.
        let signed = self.0.sign(way, &SystemRandom::new(), text.as_bytes(), &mut signature);
        if signed.is_ok() { STANDARD.encode(signature) } else { String::new() }
    }

    pub(super) fn private_pem(&self) -> Result<String, Failure> {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&self.0).map_err(|_| "the key cannot be written")?;
        Ok(STANDARD.encode(der.as_ref()))
    }

    pub(super) fn public_pem(&self) -> Result<String, Failure> {
        let der =
            AsDer::<PublicKeyX509Der<'_>>::as_der(self.0.public_key()).map_err(|_| "the key cannot be written")?;
        Ok(STANDARD.encode(der.as_ref()))
    }

    fn for_certificates(&self) -> Result<KeyPair, Failure> {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&self.0).map_err(|_| "the key cannot be written")?;
        Ok(KeyPair::try_from(der.as_ref())?)
    }
}

/// One that issues certificates.
pub(super) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    certificate: Certificate,
}

impl Authority {
    pub(super) fn root(name: &str, key: &Key) -> Result<Self, Failure> {
        let (params, key) = (contents(name, 1, true, 2040), key.for_certificates()?);
        let certificate = params.self_signed(&key)?;
        Ok(Self { params, key, certificate })
    }

    /// An authority that this one has certified.
    pub(super) fn under(&self, name: &str, key: &Key) -> Result<Self, Failure> {
        let (params, key) = (contents(name, 2, true, 2040), key.for_certificates()?);
        let certificate = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key))?;
        Ok(Self { params, key, certificate })
    }

    /// A certificate for `key`, good until the end of a year.
    pub(super) fn issue(&self, name: &str, key: &Key, serial: u64, until: i32) -> Result<String, Failure> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        Ok(contents(name, serial, false, until).signed_by(&key.for_certificates()?, &issuer)?.pem())
    }

    pub(super) fn pem(&self) -> String {
        self.certificate.pem()
    }
}

fn contents(name: &str, serial: u64, is_ca: bool, until: i32) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "CN");
    params.distinguished_name.push(DnType::OrganizationName, "CFCA OCA1");
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(until, 12, 31);
    params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
    params
}
