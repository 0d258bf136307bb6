//! A trade, from its creation to its end.
//!
//! Whether it has expired or finished follows from the business time when somebody looks; nothing has to be awake at
//! that moment, and moving the clock needs no sweep.

use jiff::{SignedDuration, Timestamp};

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

/// A trade.
#[derive(Clone, Debug)]
pub(crate) struct Trade {
    pub(crate) out_trade_no: String,
    pub(crate) trade_no: String,
    pub(crate) buyer_id: String,
    pub(crate) subject: String,
    pub(crate) total: Fen,
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
