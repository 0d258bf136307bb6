//! The merchant's two applications: one in public key mode, one in certificate mode.
//!
//! An application has one mode, set where it is configured (开放平台, 接口加签方式: 密钥 or 证书). Both belong to the same
//! merchant, so they see the same trades and agreements; each trade is notified under the application that made it.

use super::certificates::Certificates;
use crate::SandboxError;
use crate::ids::Ids;
use crate::keys::{Key, Pem};

/// How an application and Alipay know each other's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    PublicKey,
    Certificate,
}

/// One application with its two key pairs, which are fresh at every start.
pub(crate) struct App {
    pub(crate) id: String,
    merchant_key: Key,
    alipay_key: Key,
    certificates: Option<Certificates>,
}

impl App {
    pub(crate) fn with_public_keys(ids: &Ids) -> Result<Self, SandboxError> {
        let (merchant_key, alipay_key) = (Key::generate()?, Key::generate()?);
        Ok(Self { id: ids.app_id(), merchant_key, alipay_key, certificates: None })
    }

    pub(crate) fn with_certificates(ids: &Ids) -> Result<Self, SandboxError> {
        let (merchant_key, alipay_key) = (Key::generate()?, Key::generate()?);
        let certificates = Some(Certificates::issue(&merchant_key, &alipay_key)?);
        Ok(Self { id: ids.certificate_app_id(), merchant_key, alipay_key, certificates })
    }

    /// Verifies what the merchant signs.
    pub(crate) fn merchant_public_der(&self) -> &[u8] {
        self.merchant_key.public_der()
    }

    /// The merchant's key, which a real merchant would have made himself.
    pub(crate) fn merchant_pem(&self) -> &Pem {
        self.merchant_key.pem()
    }

    /// Signs what Alipay says to this application.
    pub(crate) fn alipay_key(&self) -> &Key {
        &self.alipay_key
    }

    pub(crate) fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    /// The number of the certificate that verifies what Alipay says; an application in public key mode has none.
    pub(crate) fn alipay_cert_sn(&self) -> Option<&str> {
        self.certificates().map(|certificates| certificates.alipay_cert_sn.as_str())
    }
}
