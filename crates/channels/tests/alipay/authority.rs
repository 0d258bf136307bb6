//! Authorities that issue certificates to whom a test likes, under the names and serials that Alipay's have.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use rcgen::{SerialNumber, date_time_ymd};
use tantu_channels::alipay::{AlipayConfig, Keys};

use crate::stub::{ALIPAY, MERCHANT, config};

static ROOT: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static BETWEEN: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The serials of Alipay's own certificates, from the tests of its Node SDK (test/fixtures), as X.509 has them.
pub(crate) const APP_SERIAL: &str = "2020051862039d4090897ba4d51c2126";
pub(crate) const ALIPAY_SERIAL: &str = "20200514e63c2fe04d538716fe21358b";
const ROOT_SERIAL: &str = "1fcfa18d6a480d11";
const OTHER_ROOT_SERIAL: &str = "10c764e9d560384212d9c08fd10e373fdd0fb396";

/// And as Alipay calls them (test/antcertutil.test.ts there).
pub(crate) const APP_SN: &str = "866efef280dec9137a87d047ac446315";
pub(crate) const ALIPAY_SN: &str = "7513daaaa48aa3ba2e4018d84402479c";
pub(crate) const ROOT_SN: &str = "687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6";

/// Who issues Alipay's certificates, between them and the root.
pub(crate) const LINK: &str = "Ant Financial Certification Authority Class 2 R1";

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
fn contents(names: [&str; 3], serial: &str, is_ca: bool, until: i32) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "CN");
    let kinds = [DnType::OrganizationName, DnType::OrganizationalUnitName, DnType::CommonName];
    for (kind, name) in kinds.into_iter().zip(names) {
        params.distinguished_name.push(kind, name);
    }
    params.serial_number = Some(SerialNumber::from_slice(&hex::decode(serial).unwrap()));
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(until, 12, 31);
    params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
    params
}

fn ant(common_name: &str) -> [&str; 3] {
    ["Ant Financial", "Certification Authority", common_name]
}

impl Authority {
    fn root(params: CertificateParams, key: KeyPair) -> Self {
        let certificate = params.self_signed(&key).unwrap();
        Self { params, key, certificate }
    }

    /// Alipay's own root.
    pub(crate) fn alipay_root() -> Self {
        let params = contents(ant("Ant Financial Certification Authority R1"), ROOT_SERIAL, true, 2040);
        Self::root(params, of(&ROOT))
    }

    /// An authority that this one has certified.
    pub(crate) fn under(&self, common_name: &str, key: &RsaKeyPair, is_ca: bool, until: i32) -> Self {
        let params = contents(ant(common_name), "01", is_ca, until);
        let key = of(key);
        let certificate = params.signed_by(&key, &self.issuer()).unwrap();
        Self { params, key, certificate }
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// A certificate for `key`.
    pub(crate) fn issue(&self, key: &RsaKeyPair, serial: &str, until: i32) -> String {
        let params = contents(["Tantu", "Alipay", "2088000000000001"], serial, false, until);
        params.signed_by(&of(key), &self.issuer()).unwrap().pem()
    }

    /// A certificate for a key that RSA2 cannot use.
    pub(crate) fn issue_without_rsa(&self) -> String {
        let params = contents(["Tantu", "Alipay", "2088000000000001"], "02", false, 2040);
        params.signed_by(&KeyPair::generate().unwrap(), &self.issuer()).unwrap().pem()
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }
}

/// A root whose signature is not RSA, as two of Alipay's four are.
pub(crate) fn root_without_rsa() -> String {
    let params = contents(ant("Ant Financial Certification Authority E1"), "417efa52c07fdf4a", true, 2040);
    Authority::root(params, KeyPair::generate().unwrap()).pem()
}

/// The files of certificate mode, as the console gives them.
pub(crate) struct Files {
    pub(crate) root: Authority,
    pub(crate) between: Authority,
    pub(crate) app: String,
    pub(crate) alipay: String,
    pub(crate) roots: String,
}

impl Files {
    pub(crate) fn good() -> Self {
        let root = Authority::alipay_root();
        let apps = root.under("Ant Financial Certification Authority Class 1 R1", &BETWEEN, true, 2040);
        let between = root.under(LINK, &BETWEEN, true, 2040);
        let other = contents(
            ["iTrusChina", "China Trust Network", "iTrusChina Class 2 Root CA - G3"],
            OTHER_ROOT_SERIAL,
            true,
            2040,
        );
        let other = Authority::root(other, of(&BETWEEN)).pem();
        // The console's app certificate stands alone in its file, Alipay's with what leads to the root.
        let app = apps.issue(&MERCHANT, APP_SERIAL, 2030);
        let alipay = between.issue(&ALIPAY, ALIPAY_SERIAL, 2030) + &between.pem();
        let roots = root_without_rsa() + &root.pem() + &other;
        Self { root, between, app, alipay, roots }
    }

    /// A configuration with these files.
    pub(crate) fn config(&self, gateway: &str) -> AlipayConfig {
        let keys = Keys::Certificates {
            app_cert_pem: self.app.clone(),
            alipay_cert_pem: self.alipay.clone(),
            alipay_root_cert_pem: self.roots.clone(),
        };
        AlipayConfig { keys, ..config(gateway) }
    }
}
