//! 银联全渠道 (ACP 5.1.0), signMethod 01, the token product (无跳转支付, `bizType` 000902): binding cards, charging them
//! by token, asking, reversing, giving back.
//!
//! UnionPay's own pages could not be read. Each file names the public clients and copies of the official demos that
//! its fields come from; what no two of them show is said there, too. An order is named by its number *and* its time
//! (`orderId`, `txnTime`), so the time is that at which our id was made, which the id itself holds: nothing else has
//! to be stored, and nobody can ask with another time.
//!
//! Each file is one thing that we say or hear. Nothing is believed of an answer or a notification whose certificate
//! and signature are not UnionPay's over its text as it came: it is undecided, and asked about.

mod answer;
mod binding;
mod cancel;
mod certificates;
mod charge;
mod close;
mod code;
mod fields;
mod format;
mod gateway;
mod keys;
mod notification;
mod query;
mod refund;
mod seal;
mod signature;
mod trade;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tantu_codes::Tables;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, CardToken, CodeReport};
use tantu_domain::clock::Clock;
use tantu_domain::ids::{AttemptId, OpeningId};
use url::Url;

use crate::card::{BindingOrder, CardBinding, CardPayments, CodeOrder, OneTimeCode};
use crate::secret::Secret;
use crate::{CancelReport, ChannelError, Charge, ChargeOrder, Notification, NotificationError, Notifications};
use crate::{RefundOrder, unionpay::gateway::Gateway};
pub use certificates::{PRODUCTION_SIGNER, TEST_SIGNER, Trust};

/// Everything that a merchant has at UnionPay.
#[derive(Clone)]
pub struct UnionPayConfig {
    /// `https://gateway.95516.com/gateway/api/`, or a sandbox on this machine.
    pub gateway: Url,
    /// The merchant's number (商户代码), fifteen digits.
    pub mer_id: String,
    /// Under which number the merchant may ask for tokens (标记请求者).
    pub tr_id: String,
    /// The merchant's private key: PKCS#8 or PKCS#1, with or without the lines around it. UnionPay gives it in a
    /// `.pfx` together with the certificate; `openssl pkcs12 -nodes` takes both out.
    pub sign_key_pem: Secret,
    /// The certificate of that key; its decimal serial names the key.
    pub sign_cert_pem: String,
    /// Whose answers and notifications are believed.
    pub trust: Trust,
    /// Where UnionPay tells us of refunds; charges bring their own address.
    pub notify_url: String,
    /// The longest that one call may take as a whole.
    pub timeout: Duration,
    /// The longest that its connection may take.
    pub connect_timeout: Duration,
    /// What UnionPay's codes mean, with the operator's own rows.
    pub codes: Arc<Tables>,
}

impl fmt::Debug for UnionPayConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionPayConfig")
            .field("gateway", &self.gateway.as_str())
            .field("mer_id", &self.mer_id)
            .field("signer", &self.trust.signer)
            .field("notify_url", &self.notify_url)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Why a configuration cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The private key cannot be read.
    #[error("sign_key is not an RSA key of at least 2048 bits in PKCS#1 or PKCS#8; take it out of the .pfx")]
    SignKey,
    /// Its certificate does not hold.
    #[error("sign_cert does not hold now; check this machine's clock, and get a new one from CFCA")]
    SignCertNotValid,
    /// Its certificate is for another key.
    #[error("sign_cert is not for sign_key; take both out of the same .pfx")]
    OtherKey,
    /// Certificates cannot be read.
    #[error("{0} holds no certificates in PEM")]
    Certificates(&'static str),
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

/// One merchant's connection to UnionPay.
pub struct UnionPay {
    gateway: Gateway,
}

impl UnionPay {
    /// Reads the keys and makes the client; nothing is sent.
    ///
    /// # Errors
    /// [`ConfigError`] says which setting cannot work.
    pub fn new(config: &UnionPayConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        Ok(Self { gateway: Gateway::new(config, clock)? })
    }
}

impl fmt::Debug for UnionPay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionPay").field("mer_id", &self.gateway.mer_id()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Charge for UnionPay {
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
impl CardBinding for UnionPay {
    async fn send_code(&self, order: &BindingOrder) -> CodeReport {
        binding::send_code(&self.gateway, order).await
    }

    async fn open(&self, order: &BindingOrder, code: Option<&OneTimeCode>) -> BindingReport {
        binding::open(&self.gateway, order, code).await
    }

    async fn query(&self, binding: OpeningId) -> BindingReport {
        binding::query(&self.gateway, binding).await
    }

    async fn delete(&self, token: &CardToken) -> Result<(), ChannelError> {
        binding::delete(&self.gateway, token).await
    }
}

#[async_trait]
impl CardPayments for UnionPay {
    async fn send_code(&self, order: &CodeOrder) -> CodeReport {
        code::send_code(&self.gateway, order).await
    }

    async fn undo(&self, order: &RefundOrder) -> AttemptReport {
        refund::undo(&self.gateway, order).await
    }
}

impl Notifications for UnionPay {
    fn read(&self, body: &[u8]) -> Result<Notification, NotificationError> {
        notification::notification(&self.gateway, body)
    }

    fn accepted(&self) -> &'static str {
        // The status alone counts.
        "ok"
    }
}
