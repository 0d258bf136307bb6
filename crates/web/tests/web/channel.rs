//! A channel that says what a test wants it to say.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use tantu_channels::{
    CancelReport, ChannelError, Charge, ChargeOrder, MandateRef, MandateSigning, Notification, NotificationError,
    Notifications, PageOrder, PageOrders, RefundOrder, Screen, SigningOrder,
};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::AttemptId;
use tantu_domain::instrument::MandateReport;

/// What it does when it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Pays,
    Short,
    Silent,
    Hanging,
    /// Asks the payer in his app.
    Asking,
    /// Has had the code before.
    UsedCode,
}

pub(crate) struct TestChannel {
    pub(crate) mood: Mutex<Mood>,
    pub(crate) signed: Mutex<bool>,
}

impl TestChannel {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { mood: Mutex::new(Mood::Pays), signed: Mutex::new(false) })
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn sign(&self, signed: bool) {
        *self.signed.lock().unwrap() = signed;
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[async_trait]
impl Charge for TestChannel {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Pays => AttemptReport::Succeeded {
                trade_no: "2026112222001".into(),
                amount: order.amount,
                paid_at: at("2026-11-22T12:00:01+08:00"),
            },
            Mood::Short => AttemptReport::Declined {
                word: ChannelWord {
                    channel: Channel::Alipay,
                    code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".into(),
                    message: "买家余额不足".into(),
                    at: at("2026-11-22T12:00:01+08:00"),
                },
                causes: vec![(Cause::FundsInsufficientBalance, Confidence::Certain)],
            },
            Mood::Silent => AttemptReport::NoAnswer,
            Mood::Asking => AttemptReport::Waiting,
            Mood::UsedCode => AttemptReport::Declined {
                word: ChannelWord {
                    channel: Channel::Alipay,
                    code: "ACQ.PAYMENT_AUTH_CODE_INVALID".into(),
                    message: "付款码无效".into(),
                    at: at("2026-11-22T12:00:01+08:00"),
                },
                causes: vec![(Cause::ChannelNotConfirmed, Confidence::Certain)],
            },
            Mood::Hanging => std::future::pending().await,
        }
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NoAnswer
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NoAnswer
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        CancelReport { report: AttemptReport::NoAnswer, again: false }
    }

    async fn refund(&self, _: &RefundOrder) -> AttemptReport {
        match *self.mood.lock().unwrap() {
            Mood::Pays => AttemptReport::Refunded,
            Mood::Asking => AttemptReport::Fault(ChannelWord {
                channel: Channel::Alipay,
                code: "aop.unknow-error".into(),
                message: "系统繁忙".into(),
                at: at("2026-11-22T12:00:01+08:00"),
            }),
            Mood::Short => AttemptReport::Declined {
                word: ChannelWord {
                    channel: Channel::Alipay,
                    code: "ACQ.BUYER_ERROR".into(),
                    message: "买家状态异常".into(),
                    at: at("2026-11-22T12:00:01+08:00"),
                },
                causes: vec![(Cause::AccountFrozen, Confidence::Possible)],
            },
            Mood::Silent | Mood::Hanging | Mood::UsedCode => AttemptReport::NoAnswer,
        }
    }

    async fn query_refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }
}

#[async_trait]
impl MandateSigning for TestChannel {
    fn signing_page(&self, order: &SigningOrder) -> Result<String, ChannelError> {
        let back: String = order.return_url.chars().collect();
        Ok(format!("https://channel.example/sign?mandate={}&back={back}", order.mandate))
    }

    async fn query(&self, _: &MandateRef) -> Result<MandateReport, ChannelError> {
        if !*self.signed.lock().unwrap() {
            return Ok(MandateReport::Unsigned);
        }
        Ok(MandateReport::Signed {
            agreement_no: "20261122000001".into(),
            signed_at: at("2026-11-22T12:00:00+08:00"),
            expires_at: at("2027-11-22T12:00:00+08:00"),
        })
    }

    async fn revoke(&self, _: &str) -> Result<(), ChannelError> {
        Ok(())
    }
}

impl PageOrders for TestChannel {
    fn page(&self, order: &PageOrder) -> Result<String, ChannelError> {
        let screen = match order.screen {
            Screen::Desktop => "desktop",
            Screen::Phone => "phone",
        };
        Ok(format!("https://channel.example/{screen}?attempt={}&back={}", order.attempt, order.return_url))
    }
}

impl Notifications for TestChannel {
    fn read(&self, body: &[u8]) -> Result<Notification, NotificationError> {
        match body {
            b"genuine" => Ok(Notification::Ignored { what: "a test".into() }),
            _ => Err(NotificationError::Signature),
        }
    }

    fn accepted(&self) -> &'static str {
        "success"
    }
}
