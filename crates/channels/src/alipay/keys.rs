//! Who signs and whose signature we believe, in either mode: with Alipay's public key, or with certificates.

use std::fmt;

use jiff::Timestamp;

use super::certificates::{Roots, app};
use super::signature::{AlipayKey, MerchantKey};
use super::{AlipayConfig, ConfigError};

/// How the two sides know each other's keys, as chosen in the console (接口加签方式).
#[derive(Clone, PartialEq, Eq)]
pub enum Keys {
    /// 公钥.
    PublicKey {
        /// Alipay's public key for this app (支付宝公钥, not 应用公钥).
        alipay_public_key_pem: String,
    },
    /// 公钥证书.
    Certificates {
        /// The app's certificate, `appCertPublicKey_….crt`.
        app_cert_pem: String,
        /// Alipay's certificate with what leads to the root, `alipayCertPublicKey_RSA2.crt`. It may hold several:
        /// while Alipay renews it, the old one and the new one.
        alipay_cert_pem: String,
        /// The roots, `alipayRootCert.crt`.
        alipay_root_cert_pem: String,
    },
}

/// Which mode it is; the texts are no secret, and too long for a log.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicKey { .. } => "PublicKey",
            Self::Certificates { .. } => "Certificates",
        })
    }
}

/// What a signature of the other side is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// It is Alipay's.
    Genuine,
    /// It is nobody's that we know.
    Wrong,
    /// It is said to be by a certificate that we do not have.
    UnknownCertificate,
}

/// Alipay's keys that we believe.
pub(super) struct Believed(Vec<Known>);

/// A key of Alipay's, with the serial of its certificate if it came in one.
struct Known {
    serial: Option<String>,
    key: AlipayKey,
}

impl Believed {
    /// The one key of the mode without certificates.
    pub(super) fn public_key(key: AlipayKey) -> Self {
        Self(vec![Known { serial: None, key }])
    }

    /// What `signature` over exactly these bytes is worth. A serial only says which key to take, and only in
    /// certificate mode; one that nobody gave us is not believed, even if a key of ours fits, because its
    /// certificate has been led to no root.
    pub(super) fn worth(&self, serial: Option<&str>, text: &str, signature: &str) -> Worth {
        let meant = |known: &&Known| match (known.serial.as_deref(), serial) {
            (Some(known), Some(named)) => known == named,
            (None, _) | (_, None) => true,
        };
        let mut candidates = self.0.iter().filter(meant).peekable();
        if candidates.peek().is_none() {
            return Worth::UnknownCertificate;
        }
        if candidates.any(|known| known.key.verify(text, signature)) { Worth::Genuine } else { Worth::Wrong }
    }
}

/// The keys of both sides.
pub(super) struct KeyRing {
    merchant: MerchantKey,
    /// What every request names besides.
    named: Vec<(&'static str, String)>,
    believed: Believed,
}

impl KeyRing {
    /// Reads the keys. Certificates must hold `at` this time, which is the real one.
    pub(super) fn read(config: &AlipayConfig, at: Timestamp) -> Result<Self, ConfigError> {
        let merchant = MerchantKey::read(&config.merchant_private_key_pem).ok_or(ConfigError::MerchantKey)?;
        match &config.keys {
            Keys::PublicKey { alipay_public_key_pem } => {
                let key = AlipayKey::read(alipay_public_key_pem).ok_or(ConfigError::AlipayKey)?;
                Ok(Self { merchant, named: Vec::new(), believed: Believed::public_key(key) })
            }
            Keys::Certificates { app_cert_pem, alipay_cert_pem, alipay_root_cert_pem } => {
                let app_cert_sn = app(app_cert_pem, &merchant, at)?;
                let roots = Roots::read(alipay_root_cert_pem)?;
                let named = vec![("app_cert_sn", app_cert_sn), ("alipay_root_cert_sn", roots.serials()?)];
                let alipay = roots.alipay(alipay_cert_pem, at)?.into_iter();
                let known = alipay.map(|(serial, key)| Known { serial: Some(serial), key });
                Ok(Self { merchant, named, believed: Believed(known.collect()) })
            }
        }
    }

    /// What every request says of our keys.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        self.named.iter().cloned()
    }

    /// Our signature over `text`.
    pub(super) fn sign(&self, text: &str) -> Option<String> {
        self.merchant.sign(text)
    }

    /// Whose signatures we believe.
    pub(super) fn believed(&self) -> &Believed {
        &self.believed
    }
}
