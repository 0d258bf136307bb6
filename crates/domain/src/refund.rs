//! Refunds: money that a merchant gives back of a paid order, wholly or in part, by the road it came.
//!
//! A refund lives on its payer's shard, and its money is on the merchant's, so it is several commits, each of one shard and each
//! repeatable: it is made, the merchant's money is held for it, a channel is asked if one took the money, it is posted for its payer,
//! and what was held leaves for the payer's shard. Every posting has an id that is fixed when the refund is made.
//!
//! Of an order that points paid a part of, money goes back first and points last: what a payer misses is money, and a part
//! of a refund is then a whole number of points only where points come into it at all.
//!
//! A refund counts from the moment it is made until it is refused, so what is given back never exceeds what was captured.

use jiff::Timestamp;

use crate::attempt::AttemptState;
use crate::channel::{Channel, ChannelWord};
use crate::evidence::Finding;
use crate::ids::{AccountId, AttemptId, JobId, MerchantId, PaymentId, RefundId, TransactionId};
use crate::instrument::Product;
use crate::ledger::{Entry, LedgerAccount, LedgerError, Purpose, Side, Transaction};
use crate::money::{Money, MoneyError};
use crate::payment::{Leg, LegState, Payment, PaymentState};

/// In how many parts an order goes back at most; what was refused does not count. Each is looked at with every other, and a channel
/// that publishes a number (WeChat Pay) names this one.
pub const MOST_REFUNDS: usize = 50;

/// The road by which a part of an order was paid, and goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Road {
    /// The payer's wallet.
    Wallet,
    /// A channel, by the attempt that took the money.
    Channel {
        /// Which.
        channel: Channel,
        /// By which attempt.
        attempt: AttemptId,
    },
    /// The pay-later line: what is owed on the order's bill falls, and what was repaid already goes to the wallet.
    PayLater,
    /// Points, to the lots that they came from.
    Points {
        /// How many.
        points: i64,
    },
}

impl Road {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Channel { .. } => "channel",
            Self::PayLater => "pay_later",
            Self::Points { .. } => "points",
        }
    }

    /// Whether it is the one of points.
    pub fn is_points(self) -> bool {
        matches!(self, Self::Points { .. })
    }
}

/// What goes back by one road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part {
    /// By which.
    pub road: Road,
    /// How much; of points, what they are worth.
    pub amount: Money,
}

/// Why a refund was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyRefused {
    /// Its merchant had less than it takes.
    MerchantShort {
        /// What a debit could use.
        settled: Money,
        /// What had been paid and was not settled yet.
        coming: Money,
    },
    /// The channel has refused it, by a code whose meaning is final.
    Channel {
        /// What the code speaks for.
        causes: Vec<Finding>,
    },
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundState {
    /// Made; whether its merchant's money is held, only his shard knows.
    Begun,
    /// His money is held, and a channel, if one took the payer's, is asked until it has spoken.
    Held,
    /// The payer has it.
    Succeeded {
        /// Since when.
        at: Timestamp,
    },
    /// It is not made.
    Refused {
        /// When that was known.
        at: Timestamp,
        /// Why.
        why: WhyRefused,
    },
}

impl RefundState {
    /// The name that the store uses.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Held => "held",
            Self::Succeeded { .. } => "succeeded",
            Self::Refused { .. } => "refused",
        }
    }
}

/// A question to the channel that has decided nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAsked {
    /// When it was asked.
    pub at: Timestamp,
    /// Its word, as it came; `None` if it knows of nothing, or nothing came that can be believed.
    pub word: Option<ChannelWord>,
    /// When it is asked again.
    pub again_at: Timestamp,
}

/// Money that a merchant gives back of a paid order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id, from which its number at a channel follows.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// Who gives it back.
    pub merchant: MerchantId,
    /// The idempotency key under which he asked for it.
    pub key: String,
    /// Why, as the payer may read it.
    pub reason: String,
    /// What goes back by which road: at most one of money and one of points.
    pub parts: Vec<Part>,
    /// Under which id the merchant's money is held, on his shard.
    pub hold: TransactionId,
    /// Under which id what was held leaves again, to the payer's shard or back to the merchant.
    pub end: TransactionId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: RefundState,
    /// While its channel has not decided: when it was asked last, and what it said.
    pub last_asked: Option<LastAsked>,
    /// When nothing of it was left to do.
    pub done_at: Option<Timestamp>,
}

/// Why a payment is not refunded as asked. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// There is nothing to give back.
    #[error("the payment is {0}; only a paid one is refunded")]
    NotPaid(&'static str),
    /// It went to the payer himself.
    #[error(
        "a top-up or a purchase of points has no merchant who could give it back; its payer keeps what he paid for in his account"
    )]
    NoMerchant,
    /// It is a repayment.
    #[error("a bill was repaid with this payment, and a repayment stays; refund the order that the bill is of")]
    Repayment,
    /// Another currency than the payment's.
    #[error("the payment is in {0}, and goes back in it")]
    Currency(&'static str),
    /// Nothing, or less.
    #[error("a refund is of more than nothing; leave the amount out to give back the {left} that are left")]
    NotPositive {
        /// What is left.
        left: Money,
    },
    /// All of it went back, or is on its way.
    #[error("nothing is left to give back: {0} went back or is on its way")]
    NothingLeft(Money),
    /// More than is left.
    #[error("{left} are left to give back, and {asked} is more; ask for {left} at most, or leave the amount out")]
    MoreThanLeft {
        /// What is left.
        left: Money,
        /// What was asked for.
        asked: Money,
    },
    /// Parts without end.
    #[error(
        "a payment goes back in {most} parts at most, and this is the last; leave the amount out to give back the {left} that are left",
        most = MOST_REFUNDS
    )]
    TooMany {
        /// What is left.
        left: Money,
    },
    /// A part of it would be a part of a point.
    #[error("{points} of it would go back as points, and a point is {point}; ask for {near} instead")]
    NotWholePoints {
        /// What would go back as points.
        points: Money,
        /// What one is worth.
        point: Money,
        /// The nearest amount that works.
        near: Money,
    },
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The part of a payment that one leg has captured, with the road by which it came. `spent` is how many points the payment has spent.
fn captured(number: usize, leg: &Leg, spent: i64) -> Option<Part> {
    let LegState::Captured { .. } = leg.state else { return None };
    let points = Road::Points { points: spent };
    let charged = leg.attempts.iter().find(|attempt| matches!(attempt.state, AttemptState::Succeeded { .. }));
    let road = match (number, charged, leg.counted.map(|counted| counted.counter.product())) {
        (0, Some(attempt), _) => Road::Channel { channel: attempt.channel, attempt: attempt.id },
        (0, None, Some(Product::PayLater)) => Road::PayLater,
        (0, None, Some(Product::Points)) => points,
        (0, None, _) => Road::Wallet,
        // What stands beside the instrument is the points' part.
        _ => points,
    };
    Some(Part { road, amount: leg.amount })
}

fn sum<'a>(parts: impl Iterator<Item = &'a Part>, nothing: Money) -> Result<Money, MoneyError> {
    parts.map(|part| part.amount).try_fold(nothing, Money::plus)
}

/// What would go back by which road if a merchant asked for so much of a payment now, after what he has asked for before; without an
/// amount, all that is left. `spent` is how many points the payment has spent.
///
/// # Errors
/// [`RefundError`] if it cannot be given back so.
pub fn split(payment: &Payment, spent: i64, before: &[Refund], asked: Option<Money>) -> Result<Vec<Part>, RefundError> {
    if payment.is_top_up() || payment.buys_points() {
        return Err(RefundError::NoMerchant);
    }
    if !matches!(payment.state, PaymentState::Succeeded { .. }) {
        return Err(RefundError::NotPaid(payment.state.id()));
    }
    let nothing = Money::zero(payment.amount.currency());
    let made = before.iter().filter(|refund| refund.counts()).count();
    let gone = |points: bool| {
        let counts = before.iter().filter(|refund| refund.counts()).flat_map(|refund| &refund.parts);
        sum(counts.filter(|part| part.road.is_points() == points), nothing)
    };
    // Money before points, whatever the legs' order.
    let mut came: Vec<Part> =
        payment.legs.iter().enumerate().filter_map(|(number, leg)| captured(number, leg, spent)).collect();
    came.sort_by_key(|part| part.road.is_points());
    let gone_in_all = gone(false)?.plus(gone(true)?)?;
    let left = sum(came.iter(), nothing)?.minus(gone_in_all)?;
    let amount = match asked {
        Some(amount) if amount.currency() != nothing.currency() => {
            return Err(RefundError::Currency(nothing.currency().code()));
        }
        _ if !left.is_positive() => return Err(RefundError::NothingLeft(gone_in_all)),
        Some(amount) if !amount.is_positive() => return Err(RefundError::NotPositive { left }),
        Some(asked) if asked.minor() > left.minor() => return Err(RefundError::MoreThanLeft { left, asked }),
        Some(asked) if asked != left && made + 1 >= MOST_REFUNDS => return Err(RefundError::TooMany { left }),
        Some(amount) => amount,
        None => left,
    };
    let (mut rest, mut parts) = (amount, Vec::new());
    for part in came {
        let open = part.amount.minus(gone(part.road.is_points())?)?;
        let share = Money::new(open.minor().min(rest.minor()), rest.currency());
        rest = rest.minus(share)?;
        if share.is_positive() {
            parts.push(Part { road: whole(&part, share, amount)?, amount: share });
        }
    }
    Ok(parts)
}

/// The road of a share; of points, with as many as the share is worth at the price at which the payment has spent them.
fn whole(part: &Part, share: Money, amount: Money) -> Result<Road, RefundError> {
    let Road::Points { points } = part.road else { return Ok(part.road) };
    let currency = share.currency();
    // A payment spends a whole number of points, at one price.
    let point = part.amount.minor().checked_div(points).filter(|point| *point > 0).unwrap_or(1);
    let over = share.minor() % point;
    if over == 0 {
        return Ok(Road::Points { points: share.minor() / point });
    }
    let less = amount.minor() - over;
    let near = if less > 0 { less } else { amount.minor() - over + point };
    let (point, near) = (Money::new(point, currency), Money::new(near, currency));
    Err(RefundError::NotWholePoints { points: share, point, near })
}

/// What a refund of an order paid by the line does to its bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffBill {
    /// By how much the debt falls.
    pub owed: Money,
    /// What is over, because the payer had repaid that much already: it is his.
    pub over: Money,
}

impl Refund {
    /// All that goes back.
    pub fn amount(&self) -> Money {
        let nothing = self.parts.first().map_or(Money::cny(0), |part| Money::zero(part.amount.currency()));
        // The parts of a refund add up to what was asked for, which fits.
        self.parts.iter().fold(nothing, |sum, part| sum.plus(part.amount).unwrap_or(sum))
    }

    /// Whether it counts against what can still be given back: it went back, or is on its way.
    pub fn counts(&self) -> bool {
        !matches!(self.state, RefundState::Refused { .. })
    }

    /// What goes back through a channel, if anything does.
    pub fn through_channel(&self) -> Option<(Channel, AttemptId, Money)> {
        self.parts.iter().find_map(|part| match part.road {
            Road::Channel { channel, attempt } => Some((channel, attempt, part.amount)),
            Road::Wallet | Road::PayLater | Road::Points { .. } => None,
        })
    }

    /// The job that brings it to its end. It has the refund's bytes, so that nobody looks for it.
    pub fn job(&self) -> JobId {
        job_of(self.id)
    }

    /// What is posted for the payer, on his shard, under an id of the refund's own bytes: so it is posted once. `bill` is what it
    /// does to the bill, if the line paid. The points themselves are another posting, in their own currency.
    ///
    /// # Errors
    /// [`LedgerError`] if it does not balance.
    pub fn posting(
        &self,
        account: AccountId,
        bill: Option<OffBill>,
        at: Timestamp,
    ) -> Result<Transaction, LedgerError> {
        let id = TransactionId::from_bytes(self.id.bytes());
        let id = id.unwrap_or_else(|| unreachable!("a refund's last byte is its shard"));
        let shard = account.shard();
        let entry = |account, side, amount| Entry { account, side, amount };
        let mut entries = vec![entry(LedgerAccount::RefundInTransit(self.merchant), Side::Debit, self.amount())];
        for part in &self.parts {
            let to = |account| entry(account, Side::Credit, part.amount);
            match part.road {
                Road::Wallet => entries.push(to(LedgerAccount::Customer(account))),
                Road::Channel { channel, .. } => entries.push(to(LedgerAccount::ChannelReceivable(channel, shard))),
                Road::Points { .. } => entries.push(to(LedgerAccount::PointsFund(shard))),
                Road::PayLater => {
                    let zero = Money::zero(part.amount.currency());
                    let OffBill { owed, over } = bill.unwrap_or(OffBill { owed: zero, over: part.amount });
                    // The lender funds so much less, and so much less is owed to him; what was repaid is the payer's own.
                    entries.extend([
                        entry(LedgerAccount::LenderReceivable(shard), Side::Credit, owed),
                        entry(LedgerAccount::Customer(account), Side::Credit, over),
                        entry(LedgerAccount::PayLaterLent(shard), Side::Debit, owed),
                        entry(LedgerAccount::PayLaterDebt(account), Side::Credit, owed),
                    ]);
                }
            }
        }
        entries.retain(|entry| entry.amount.minor() != 0);
        Ok(Transaction::new(id, Purpose::Refund, at, entries)?.for_payment(self.payment))
    }

    /// How what was held ends, on the merchant's shard: it leaves for the payer's, or is the merchant's again. `None` while
    /// that is not decided, and if nothing was held.
    ///
    /// # Errors
    /// [`LedgerError`] if it moves nothing.
    pub fn ending(&self, at: Timestamp) -> Result<Option<Transaction>, LedgerError> {
        let held = LedgerAccount::MerchantHeld(self.merchant);
        let (purpose, to) = match &self.state {
            RefundState::Begun
            | RefundState::Held
            | RefundState::Refused { why: WhyRefused::MerchantShort { .. }, .. } => return Ok(None),
            RefundState::Succeeded { .. } => (Purpose::MerchantRefund, LedgerAccount::RefundInTransit(self.merchant)),
            RefundState::Refused { why: WhyRefused::Channel { .. }, .. } => {
                (Purpose::MerchantRelease, LedgerAccount::Merchant(self.merchant))
            }
        };
        let entry = |account, side| Entry { account, side, amount: self.amount() };
        Transaction::new(self.end, purpose, at, vec![entry(held, Side::Debit), entry(to, Side::Credit)]).map(Some)
    }
}

/// The job of a refund.
pub fn job_of(refund: RefundId) -> JobId {
    JobId::from_bytes(refund.bytes()).unwrap_or_else(|| unreachable!("a refund's last byte is its shard"))
}
