//! A trade, from its creation to its end.
//!
//! Whether it has expired or finished follows from the business time when somebody looks; nothing has to be awake at
//! that moment, and moving the clock needs no sweep.

use jiff::{SignedDuration, Timestamp};

use super::app::Mode;
use super::call::Refusal;
use crate::money::Fen;

/// How long after its payment a trade can still be refunded. The period is a matter of contract; a year is the longest
/// that the published pages name. Afterwards the trade is TRADE_FINISHED.
const REFUNDABLE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// The four published states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TradeStatus {
    WaitBuyerPay,
    Success,
    Finished,
    Closed,
}

impl TradeStatus {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::WaitBuyerPay => "WAIT_BUYER_PAY",
            Self::Success => "TRADE_SUCCESS",
            Self::Finished => "TRADE_FINISHED",
            Self::Closed => "TRADE_CLOSED",
        }
    }
}

/// Where the buyer's money came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FundChannel {
    Balance,
    BankCard,
}

impl FundChannel {
    /// The published value of `fund_channel`.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Balance => "ALIPAYACCOUNT",
            Self::BankCard => "BANKCARD",
        }
    }
}

/// The one payment of a trade.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payment {
    pub(crate) at: Timestamp,
    pub(crate) from: FundChannel,
}

/// Money that went back.
#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub(crate) out_request_no: String,
    pub(crate) amount: Fen,
    pub(crate) at: Timestamp,
    pub(crate) by_cancel: bool,
}

/// What a merchant asks to be paid for.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) out_trade_no: String,
    pub(crate) subject: String,
    pub(crate) total: Fen,
    pub(crate) expires_at: Timestamp,
}

/// A trade.
#[derive(Clone, Debug)]
pub(crate) struct Trade {
    pub(crate) out_trade_no: String,
    pub(crate) trade_no: String,
    pub(crate) buyer_id: String,
    pub(crate) subject: String,
    pub(crate) total: Fen,
    /// The application that made it; notifications come under its number.
    pub(crate) mode: Mode,
    pub(crate) notify_url: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) payment: Option<Payment>,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) refunds: Vec<Refund>,
    /// How often money has moved for it. Anything but nought or one is a fault of this sandbox.
    pub(crate) times_charged: u32,
}

impl Trade {
    /// A trade that waits for its buyer.
    pub(crate) fn open(terms: &Terms, buyer_id: &str, trade_no: String, mode: Mode, now: Timestamp) -> Self {
        Self {
            out_trade_no: terms.out_trade_no.clone(),
            trade_no,
            buyer_id: buyer_id.to_owned(),
            subject: terms.subject.clone(),
            total: terms.total,
            mode,
            notify_url: None,
            created_at: now,
            expires_at: terms.expires_at,
            payment: None,
            closed_at: None,
            refunds: Vec::new(),
            times_charged: 0,
        }
    }

    /// Whether it may still be paid by an order with these terms, and by this payer.
    pub(crate) fn accepts(&self, terms: &Terms, payer: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
        if self.total != terms.total || self.subject != terms.subject {
            return Err(Refusal::new("ACQ.CONTEXT_INCONSISTENT"));
        }
        if payer.is_some_and(|payer| payer != self.buyer_id) {
            return Err(Refusal::new("ACQ.TRADE_BUYER_NOT_MATCH"));
        }
        match self.status(now) {
            TradeStatus::WaitBuyerPay => Ok(()),
            TradeStatus::Success | TradeStatus::Finished => Err(Refusal::new("ACQ.TRADE_HAS_SUCCESS")),
            TradeStatus::Closed => Err(Refusal::new("ACQ.TRADE_HAS_CLOSE")),
        }
    }

    pub(crate) fn waits(&self, now: Timestamp) -> bool {
        self.status(now) == TradeStatus::WaitBuyerPay
    }

    pub(crate) fn status(&self, now: Timestamp) -> TradeStatus {
        if self.closed_at.is_some() {
            return TradeStatus::Closed;
        }
        match self.payment {
            Some(payment) if now.duration_since(payment.at) >= REFUNDABLE => TradeStatus::Finished,
            Some(_) => TradeStatus::Success,
            None if now >= self.expires_at => TradeStatus::Closed,
            None => TradeStatus::WaitBuyerPay,
        }
    }

    /// When it was closed: by a call, by its last refund, or by its expiry.
    pub(crate) fn closed_at(&self, now: Timestamp) -> Option<Timestamp> {
        let expired = self.payment.is_none() && now >= self.expires_at;
        self.closed_at.or(expired.then_some(self.expires_at))
    }

    pub(crate) fn refunded(&self) -> Fen {
        Fen::new(self.refunds.iter().map(|refund| refund.amount.count()).sum())
    }

    pub(crate) fn refundable(&self) -> Fen {
        self.total.minus(self.refunded()).unwrap_or(Fen::ZERO)
    }
}
