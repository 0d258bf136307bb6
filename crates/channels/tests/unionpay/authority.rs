//! Authorities that issue certificates to whom a test likes.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use rcgen::{SerialNumber, date_time_ymd};

fn fresh() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).unwrap()
}

pub(crate) static ROOT: LazyLock<RsaKeyPair> = LazyLock::new(fresh);
pub(crate) static BETWEEN: LazyLock<RsaKeyPair> = LazyLock::new(fresh);
pub(crate) static UNIONPAY: LazyLock<RsaKeyPair> = LazyLock::new(fresh);
pub(crate) static SEALER: LazyLock<RsaKeyPair> = LazyLock::new(fresh);
pub(crate) static MERCHANT: LazyLock<RsaKeyPair> = LazyLock::new(fresh);
pub(crate) static STRANGER: LazyLock<RsaKeyPair> = LazyLock::new(fresh);

/// How UnionPay's certificates are named, and another merchant's by the same authority.
pub(crate) const UNIONPAY_NAME: &str = "041@Z2026-1-1@中国银联股份有限公司@00000001";
pub(crate) const OTHER_NAME: &str = "041@8777290058110048@某某商贸有限公司@00000002";

pub(crate) const MERCHANT_SERIAL: u64 = 68_759_585_097;
pub(crate) const SEALER_SERIAL: u64 = 69_026_276_696;

/// One that issues.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    certificate: Certificate,
}

fn of(key: &RsaKeyPair) -> KeyPair {
    KeyPair::try_from(AsDer::<Pkcs8V1Der>::as_der(key).unwrap().as_ref()).unwrap()
}

/// A certificate's contents, valid from 2026 until the end of `until`.
fn contents(name: &str, serial: u64, is_ca: bool, until: i32) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "CN");
    params.distinguished_name.push(DnType::OrganizationName, "CFCA OCA1");
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(until, 12, 31);
    params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
    params
}

impl Authority {
    pub(crate) fn root(name: &str, key: &RsaKeyPair) -> Self {
        let (params, key) = (contents(name, 1, true, 2040), of(key));
        let certificate = params.self_signed(&key).unwrap();
        Self { params, key, certificate }
    }

    /// An authority that this one has certified.
    pub(crate) fn under(&self, name: &str, key: &RsaKeyPair, is_ca: bool, until: i32) -> Self {
        let (params, key) = (contents(name, 2, is_ca, until), of(key));
        let certificate = params.signed_by(&key, &self.issuer()).unwrap();
        Self { params, key, certificate }
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// A certificate for `key`.
    pub(crate) fn issue(&self, name: &str, key: &RsaKeyPair, serial: u64, until: i32) -> String {
        contents(name, serial, false, until).signed_by(&of(key), &self.issuer()).unwrap().pem()
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }
}

/// CFCA as the tests have it.
pub(crate) struct World {
    pub(crate) root: Authority,
    pub(crate) between: Authority,
    /// UnionPay's certificate.
    pub(crate) unionpay: String,
    /// The one that it seals under.
    pub(crate) sealer: String,
    /// Ours.
    pub(crate) merchant: String,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(|| {
    let root = Authority::root("CFCA CS CA", &ROOT);
    let between = root.under("CFCA OCA1", &BETWEEN, true, 2040);
    let unionpay = between.issue(UNIONPAY_NAME, &UNIONPAY, 3, 2030);
    let sealer = between.issue(UNIONPAY_NAME, &SEALER, SEALER_SERIAL, 2030);
    let merchant = between.issue(OTHER_NAME, &MERCHANT, MERCHANT_SERIAL, 2030);
    World { root, between, unionpay, sealer, merchant }
});
