//! A channel with one card behind it, which answers as it is told.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use tantu_channels::card::{BindingOrder, CardBinding, CardPayments, CodeOrder, OneTimeCode};
use tantu_channels::{
    CancelReport, ChannelError, Charge, ChargeOrder, ChargeWay, Notification, NotificationError, Notifications,
    RefundOrder,
};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, BoundCard, CardToken, CodeReport};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AttemptId, OpeningId};

use crate::CARD;

/// A channel with one card behind it.
#[derive(Default)]
pub(crate) struct Bank {
    /// What it says to the next openings; bound once there is nothing more.
    pub(crate) openings: Mutex<VecDeque<BindingReport>>,
    /// What it says to the next questions about openings.
    pub(crate) asked: Mutex<VecDeque<BindingReport>>,
    /// What it says when it is to have a payment's code sent; sent if there is nothing.
    pub(crate) codes: Mutex<VecDeque<CodeReport>>,
    /// What it says to the next charges; paid once there is nothing more.
    pub(crate) charges: Mutex<VecDeque<AttemptReport>>,
    pub(crate) charged: Mutex<Vec<(AttemptId, Option<String>)>>,
    pub(crate) sent_for: Mutex<Vec<AttemptId>>,
    pub(crate) deleted: Mutex<Vec<CardToken>>,
}

pub(crate) fn token() -> CardToken {
    CardToken::new("6235240000020837654")
}

pub(crate) fn bound() -> BindingReport {
    BindingReport::Bound(BoundCard { token: token(), begins_at: None, ends_at: None, kind: None, last_four: None })
}

pub(crate) fn word(code: &str) -> ChannelWord {
    ChannelWord { channel: Channel::UnionPay, code: code.into(), message: String::new(), at: Timestamp::UNIX_EPOCH }
}

#[async_trait]
impl CardBinding for Bank {
    async fn send_code(&self, order: &BindingOrder) -> CodeReport {
        assert_eq!(order.factors.number.reveal(), CARD);
        CodeReport::Sent
    }

    async fn open(&self, order: &BindingOrder, code: Option<&OneTimeCode>) -> BindingReport {
        assert_eq!((order.factors.number.reveal(), code.unwrap().reveal()), (CARD, "123456"));
        self.openings.lock().unwrap().pop_front().unwrap_or_else(bound)
    }

    async fn query(&self, _: OpeningId) -> BindingReport {
        self.asked.lock().unwrap().pop_front().unwrap_or(BindingReport::NotExist)
    }

    async fn delete(&self, token: &CardToken) -> Result<(), ChannelError> {
        self.deleted.lock().unwrap().push(token.clone());
        Ok(())
    }
}

#[async_trait]
impl CardPayments for Bank {
    async fn send_code(&self, order: &CodeOrder) -> CodeReport {
        assert_eq!(order.token, token());
        self.sent_for.lock().unwrap().push(order.attempt);
        self.codes.lock().unwrap().pop_front().unwrap_or(CodeReport::Sent)
    }

    async fn undo(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NoAnswer
    }
}

#[async_trait]
impl Charge for Bank {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        let ChargeWay::Card { token: charged, code } = &order.way else { panic!("{order:?}") };
        assert_eq!(*charged, token());
        let code = code.as_ref().map(|code| code.reveal().to_owned());
        self.charged.lock().unwrap().push((order.attempt, code.clone()));
        if code.as_deref() == Some("000000") {
            let causes = vec![(Cause::OtpWrong, Confidence::Likely)];
            return AttemptReport::Declined { word: word("71"), causes };
        }
        let (trade_no, paid_at) = ("T1".into(), Timestamp::UNIX_EPOCH);
        let paid = AttemptReport::Succeeded { trade_no, amount: order.amount, paid_at };
        self.charges.lock().unwrap().pop_front().unwrap_or(paid)
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        CancelReport { report: AttemptReport::Cancelled { settled: false }, again: false }
    }

    async fn refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NoAnswer
    }

    async fn query_refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }
}

impl Notifications for Bank {
    fn read(&self, _: &[u8]) -> Result<Notification, NotificationError> {
        Err(NotificationError::Unsigned)
    }

    fn accepted(&self) -> &'static str {
        "ok"
    }
}
