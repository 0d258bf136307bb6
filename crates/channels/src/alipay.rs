//! 支付宝, by its open interface in version 2 (`gateway.do`): charges under a 商家扣款 agreement, by 付款码, and on
//! its own pages.
//!
//! Each file here is one thing that we say or hear. Money is only ever judged from an answer or a notice
//! whose signature was verified over the bytes as they came.

mod answer;
mod cancel;
mod certificates;
mod charge;
mod close;
mod fields;
mod format;
mod gateway;
mod keys;
mod mandate;
mod notification;
mod page_order;
mod query;
mod refund;
mod signature;
mod trade;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tantu_codes::Tables;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::clock::Clock;
use tantu_domain::ids::AttemptId;
use tantu_domain::instrument::MandateReport;
use url::Url;

use crate::{
    CancelReport, ChannelError, Charge, ChargeOrder, MandateRef, MandateSigning, Notification, NotificationError,
    Notifications, PageOrder, PageOrders, RefundOrder, SigningOrder,
};
pub use certificates::CertificateFault;
use gateway::Gateway;
pub use keys::Keys;

/// Everything that a merchant has at Alipay.
#[derive(Clone)]
pub struct AlipayConfig {
    /// `https://openapi.alipay.com/gateway.do`, or a sandbox on this machine.
    pub gateway: Url,
    /// The app that calls.
    pub app_id: String,
    /// The app's private key: PKCS#1 or PKCS#8, with or without the lines around it.
    pub merchant_private_key_pem: String,
    /// How the two sides know each other's keys.
    pub keys: Keys,
    /// The seller's 2088… number; when given, notices for another seller are refused.
    pub seller_id: Option<String>,
    /// The 签约场景 of the contract, such as `INDUSTRY|DIGITAL_MEDIA`. `DEFAULT|DEFAULT` is not allowed
    /// together with our own number of the mandate (`AlipayUserAgreementPageSignModel`, `sign_scene`).
    pub sign_scene: String,
    /// The longest that one call may take as a whole.
    pub timeout: Duration,
    /// The longest that its connection may take.
    pub connect_timeout: Duration,
    /// What Alipay's codes mean, with the operator's own rows.
    pub codes: Arc<Tables>,
}

impl fmt::Debug for AlipayConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlipayConfig")
            .field("gateway", &self.gateway.as_str())
            .field("app_id", &self.app_id)
            .field("keys", &self.keys)
            .field("seller_id", &self.seller_id)
            .field("sign_scene", &self.sign_scene)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Why a configuration cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The private key cannot be read.
    #[error("the merchant's private key is not an RSA key of at least 2048 bits in PKCS#1 or PKCS#8")]
    MerchantKey,
    /// The public key cannot be read.
    #[error("Alipay's public key is not an RSA public key; take 支付宝公钥 from the console, not 应用公钥")]
    AlipayKey,
    /// A certificate cannot be used.
    #[error("{field}: {fault}")]
    Certificate {
        /// Which: `app_cert`, `alipay_cert` or `alipay_root_cert`.
        field: &'static str,
        /// Why.
        fault: CertificateFault,
    },
    /// A setting is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The gateway would be asked in the open.
    #[error("the gateway's address must begin with https:// unless it is on this machine")]
    Insecure,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

/// One merchant's connection to Alipay.
pub struct Alipay {
    gateway: Gateway,
    seller_id: Option<String>,
    sign_scene: String,
}

impl Alipay {
    /// Reads the keys and makes the client; nothing is sent.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot work.
    pub fn new(config: AlipayConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        if config.sign_scene.is_empty() {
            return Err(ConfigError::Empty("sign_scene"));
        }
        let gateway = Gateway::new(&config, clock)?;
        Ok(Self { gateway, seller_id: config.seller_id, sign_scene: config.sign_scene })
    }
}

impl fmt::Debug for Alipay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alipay").field("app_id", &self.gateway.app_id()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Charge for Alipay {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        charge::charge(&self.gateway, order).await
    }

    async fn query(&self, attempt: AttemptId) -> AttemptReport {
        query::query(&self.gateway, attempt).await
    }

    async fn close(&self, attempt: AttemptId) -> AttemptReport {
        close::close(&self.gateway, attempt).await
    }

    async fn cancel(&self, attempt: AttemptId) -> CancelReport {
        cancel::cancel(&self.gateway, attempt).await
    }

    async fn refund(&self, order: &RefundOrder) -> AttemptReport {
        refund::refund(&self.gateway, order).await
    }

    async fn query_refund(&self, order: &RefundOrder) -> AttemptReport {
        refund::query_refund(&self.gateway, order).await
    }
}

#[async_trait]
impl MandateSigning for Alipay {
    fn signing_page(&self, order: &SigningOrder) -> Result<String, ChannelError> {
        mandate::signing_page(&self.gateway, &self.sign_scene, order)
    }

    async fn query(&self, which: &MandateRef) -> Result<MandateReport, ChannelError> {
        mandate::query(&self.gateway, &self.sign_scene, which).await
    }

    async fn revoke(&self, agreement_no: &str) -> Result<(), ChannelError> {
        mandate::revoke(&self.gateway, agreement_no).await
    }
}

impl PageOrders for Alipay {
    fn page(&self, order: &PageOrder) -> Result<String, ChannelError> {
        page_order::page(&self.gateway, order)
    }
}

impl Notifications for Alipay {
    fn read(&self, body: &[u8]) -> Result<Notification, NotificationError> {
        notification::notification(&self.gateway, self.seller_id.as_deref(), body)
    }

    fn accepted(&self) -> &'static str {
        // These seven bytes and no others stop the repetitions (opendocs, 异步通知说明).
        "success"
    }
}
