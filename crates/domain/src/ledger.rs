//! The books: balanced, double entry, never changed. A transaction that does not balance cannot be built.
//!
//! Every ledger account but the merchant's own lives on the shard of the payer who caused the entry, so
//! that posting touches one shard. What a merchant is paid gathers there, and is folded into his own account later
//! (`fold.rs`).

use std::fmt;

use jiff::Timestamp;

use crate::channel::Channel;
use crate::ids::{AccountId, MerchantId, PaymentId, Shard, TransactionId};
use crate::money::{Currency, Money};
pub use crate::purpose::{PointsMove, Purpose};

/// The chart of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerAccount {
    /// What a customer can spend. Owed by us.
    Customer(AccountId),
    /// What is a customer's but held: it must first go back where it came from. Owed by us.
    CustomerHeld(AccountId),
    /// A merchant's settled money, on the merchant's own shard. Owed by us.
    Merchant(MerchantId),
    /// What is a merchant's but held for a debit that has begun: a refund or a payout. Owed by us.
    MerchantHeld(MerchantId),
    /// A merchant's money from one shard, not folded yet into the merchant's own account. Owed by us.
    MerchantClearing(MerchantId, Shard),
    /// A merchant's money between two shards (在途): a fold has taken it from the payers' shard, where it stands as owed,
    /// and gives it to the merchant's, where it stands as taken. Over all shards it is what is on its way.
    MerchantInTransit(MerchantId),
    /// A merchant's refunds between two shards: given to payers on theirs, where it stands as taken, and left what was held on the
    /// merchant's, where it stands as owed. Apart from what folds bring, so that nobody counts on money that is on its way out.
    RefundInTransit(MerchantId),
    /// What a channel has taken from payers for us and owes us. Owned.
    ChannelReceivable(Channel, Shard),
    /// The reserve deposit (备付金). Owned.
    Reserve(Shard),
    /// What the lender owes us for the orders that he has funded. Owned. What payers repay he is paid like a merchant.
    LenderReceivable(Shard),
    /// What a payer owes the lender: the lender's book, which we keep beside ours.
    PayLaterDebt(AccountId),
    /// What the lender has lent: the other side of his book.
    PayLaterLent(Shard),
    /// An account's points, good and quarantined.
    Points(AccountId),
    /// The points of an account that payments hold.
    PointsHeld(AccountId),
    /// The points that are in the world: the other side of everybody's.
    PointsIssued(Shard),
    /// What was paid for them, and pays merchants when they are spent. Owed by us.
    PointsFund(Shard),
}

/// Whether an account's balance grows by debits or by credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// What we own grows by debits.
    Debit,
    /// What we owe grows by credits.
    Credit,
}

impl Side {
    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }
}

impl LedgerAccount {
    /// The side on which its balance grows.
    pub fn normal_side(self) -> Side {
        match self {
            Self::ChannelReceivable(..)
            | Self::Reserve(_)
            | Self::LenderReceivable(_)
            | Self::PayLaterDebt(_)
            | Self::PointsIssued(_) => Side::Debit,
            Self::Customer(_)
            | Self::CustomerHeld(_)
            | Self::Merchant(_)
            | Self::MerchantHeld(_)
            | Self::MerchantClearing(..)
            | Self::MerchantInTransit(_)
            | Self::RefundInTransit(_)
            | Self::PayLaterLent(_)
            | Self::Points(_)
            | Self::PointsHeld(_)
            | Self::PointsFund(_) => Side::Credit,
        }
    }

    /// Whether its balance may never be below nothing. A receivable may be: a refund can leave before the
    /// channel's settlement is booked. What is in transit always is on the shard that it was given to.
    pub fn has_floor(self) -> bool {
        match self {
            Self::Customer(_)
            | Self::CustomerHeld(_)
            | Self::Merchant(_)
            | Self::MerchantHeld(_)
            | Self::Reserve(_)
            | Self::LenderReceivable(_)
            | Self::PayLaterDebt(_)
            | Self::PayLaterLent(_)
            | Self::Points(_)
            | Self::PointsHeld(_)
            | Self::PointsIssued(_)
            | Self::PointsFund(_) => true,
            Self::MerchantClearing(..)
            | Self::MerchantInTransit(_)
            | Self::RefundInTransit(_)
            | Self::ChannelReceivable(..) => false,
        }
    }
}

impl fmt::Display for LedgerAccount {
    /// The key that the store uses: `merchant_clearing:mer_…:07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(account) => write!(f, "customer:{account}"),
            Self::CustomerHeld(account) => write!(f, "customer_held:{account}"),
            Self::Merchant(merchant) => write!(f, "merchant:{merchant}"),
            Self::MerchantHeld(merchant) => write!(f, "merchant_held:{merchant}"),
            Self::MerchantClearing(merchant, shard) => write!(f, "merchant_clearing:{merchant}:{:02}", shard.number()),
            Self::MerchantInTransit(merchant) => write!(f, "merchant_in_transit:{merchant}"),
            Self::RefundInTransit(merchant) => write!(f, "refund_in_transit:{merchant}"),
            Self::ChannelReceivable(channel, shard) => {
                write!(f, "channel_receivable:{}:{:02}", channel.id(), shard.number())
            }
            Self::Reserve(shard) => write!(f, "reserve:{:02}", shard.number()),
            Self::LenderReceivable(shard) => write!(f, "lender_receivable:{:02}", shard.number()),
            Self::PayLaterDebt(account) => write!(f, "pay_later_debt:{account}"),
            Self::PayLaterLent(shard) => write!(f, "pay_later_lent:{:02}", shard.number()),
            Self::Points(account) => write!(f, "points:{account}"),
            Self::PointsHeld(account) => write!(f, "points_held:{account}"),
            Self::PointsIssued(shard) => write!(f, "points_issued:{:02}", shard.number()),
            Self::PointsFund(shard) => write!(f, "points_fund:{:02}", shard.number()),
        }
    }
}

/// One side of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub account: LedgerAccount,
    /// On which side.
    pub side: Side,
    /// How much; always more than nothing.
    pub amount: Money,
}

impl Entry {
    /// By how much the entry changes its account's balance.
    pub fn effect(&self) -> Money {
        if self.side == self.account.normal_side() {
            self.amount
        } else {
            Money::new(-self.amount.minor(), self.amount.currency())
        }
    }
}

/// Why entries are no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits differ.
    #[error("debits of {debits} and credits of {credits} do not balance")]
    Unbalanced {
        /// The sum of debits.
        debits: Money,
        /// The sum of credits.
        credits: Money,
    },
    /// An entry of nothing or less.
    #[error("an entry needs more than nothing; {0} is not")]
    NotPositive(Money),
    /// No entries.
    #[error("a transaction needs entries")]
    Empty,
    /// The sum does not fit.
    #[error("the entries do not add up: {0}")]
    Sum(#[from] crate::money::MoneyError),
}

/// A balanced change of the books. The only way to one is [`Transaction::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    id: TransactionId,
    purpose: Purpose,
    payment: Option<PaymentId>,
    at: Timestamp,
    entries: Vec<Entry>,
}

impl Transaction {
    /// Builds one from its entries.
    ///
    /// # Errors
    /// [`LedgerError`] if the entries do not balance in every currency.
    pub fn new(id: TransactionId, purpose: Purpose, at: Timestamp, entries: Vec<Entry>) -> Result<Self, LedgerError> {
        if entries.is_empty() {
            return Err(LedgerError::Empty);
        }
        if let Some(entry) = entries.iter().find(|entry| !entry.amount.is_positive()) {
            return Err(LedgerError::NotPositive(entry.amount));
        }
        for currency in Currency::ALL {
            let sum = |side: Side| {
                entries
                    .iter()
                    .filter(|entry| entry.side == side && entry.amount.currency() == *currency)
                    .try_fold(Money::zero(*currency), |sum, entry| sum.plus(entry.amount))
            };
            let (debits, credits) = (sum(Side::Debit)?, sum(Side::Credit)?);
            if debits != credits {
                return Err(LedgerError::Unbalanced { debits, credits });
            }
        }
        Ok(Self { id, purpose, payment: None, at, entries })
    }

    fn between(
        id: TransactionId,
        purpose: Purpose,
        at: Timestamp,
        debit: LedgerAccount,
        credit: LedgerAccount,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let entries = vec![
            Entry { account: debit, side: Side::Debit, amount },
            Entry { account: credit, side: Side::Credit, amount },
        ];
        Self::new(id, purpose, at, entries)
    }

    /// A balance to begin with, backed by the reserve.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn opening(id: TransactionId, at: Timestamp, account: AccountId, amount: Money) -> Result<Self, LedgerError> {
        Self::between(
            id,
            Purpose::Opening,
            at,
            LedgerAccount::Reserve(account.shard()),
            LedgerAccount::Customer(account),
            amount,
        )
    }

    /// A wallet pays a merchant.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn wallet_charge(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let clearing = LedgerAccount::MerchantClearing(merchant, account.shard());
        Self::between(id, Purpose::WalletCharge, at, LedgerAccount::Customer(account), clearing, amount)
    }

    /// A channel has taken the payer's money for a merchant.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn channel_charge(
        id: TransactionId,
        at: Timestamp,
        channel: Channel,
        account: AccountId,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let clearing = LedgerAccount::MerchantClearing(merchant, account.shard());
        Self::between(
            id,
            Purpose::ChannelCharge,
            at,
            LedgerAccount::ChannelReceivable(channel, account.shard()),
            clearing,
            amount,
        )
    }

    /// A channel has charged the payer's own card, and his wallet has it.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn top_up(
        id: TransactionId,
        at: Timestamp,
        channel: Channel,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let receivable = LedgerAccount::ChannelReceivable(channel, account.shard());
        Self::between(id, Purpose::TopUp, at, receivable, LedgerAccount::Customer(account), amount)
    }

    /// A channel has taken money for an attempt that we had closed: it is held for the payer.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn late_success(
        id: TransactionId,
        at: Timestamp,
        channel: Channel,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let receivable = LedgerAccount::ChannelReceivable(channel, account.shard());
        Self::between(id, Purpose::LateSuccess, at, receivable, LedgerAccount::CustomerHeld(account), amount)
    }

    /// The channel has given the held money back to the payer.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn late_refund(
        id: TransactionId,
        at: Timestamp,
        channel: Channel,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let receivable = LedgerAccount::ChannelReceivable(channel, account.shard());
        Self::between(id, Purpose::LateRefund, at, LedgerAccount::CustomerHeld(account), receivable, amount)
    }

    /// A fold takes what has gathered for a merchant on the transaction's shard.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn fold_out(
        id: TransactionId,
        at: Timestamp,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let clearing = LedgerAccount::MerchantClearing(merchant, id.shard());
        Self::between(id, Purpose::FoldOut, at, clearing, LedgerAccount::MerchantInTransit(merchant), amount)
    }

    /// A fold gives it to the merchant; the transaction's shard is the merchant's own.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn fold_in(id: TransactionId, at: Timestamp, merchant: MerchantId, amount: Money) -> Result<Self, LedgerError> {
        let in_transit = LedgerAccount::MerchantInTransit(merchant);
        Self::between(id, Purpose::FoldIn, at, in_transit, LedgerAccount::Merchant(merchant), amount)
    }

    /// A merchant's money is held for a debit that has begun; the transaction's shard is the merchant's own.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn merchant_hold(
        id: TransactionId,
        at: Timestamp,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let held = LedgerAccount::MerchantHeld(merchant);
        Self::between(id, Purpose::MerchantHold, at, LedgerAccount::Merchant(merchant), held, amount)
    }

    /// A debit that the merchant's money does not reach. It stands where the hold would: under the same id, so that of the two there
    /// is one, whoever comes late. The credit is first, so that no balance passes its floor on the way.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn merchant_forgone(
        id: TransactionId,
        at: Timestamp,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let entry = |side| Entry { account: LedgerAccount::Merchant(merchant), side, amount };
        Self::new(id, Purpose::MerchantForgone, at, vec![entry(Side::Credit), entry(Side::Debit)])
    }

    /// The lender pays a merchant for a payer, who owes him that much from now on: two books, each balanced.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn pay_later_charge(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let shard = account.shard();
        let entry = |account, side| Entry { account, side, amount };
        let entries = vec![
            entry(LedgerAccount::LenderReceivable(shard), Side::Debit),
            entry(LedgerAccount::MerchantClearing(merchant, shard), Side::Credit),
            entry(LedgerAccount::PayLaterDebt(account), Side::Debit),
            entry(LedgerAccount::PayLaterLent(shard), Side::Credit),
        ];
        Self::new(id, Purpose::PayLaterCharge, at, entries)
    }

    /// Interest or a fee was charged on a bill.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn bill_charge(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let lent = LedgerAccount::PayLaterLent(account.shard());
        Self::between(id, Purpose::BillCharge, at, LedgerAccount::PayLaterDebt(account), lent, amount)
    }

    /// A bill was repaid: the payer owes so much less. The money itself goes to the lender as to any merchant.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn bill_repaid(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let lent = LedgerAccount::PayLaterLent(account.shard());
        Self::between(id, Purpose::BillRepaid, at, lent, LedgerAccount::PayLaterDebt(account), amount)
    }

    /// Points are paid for, from the wallet or, if one was asked, through a channel.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn points_bought(
        id: TransactionId,
        at: Timestamp,
        channel: Option<Channel>,
        account: AccountId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let shard = account.shard();
        let paid = channel
            .map_or(LedgerAccount::Customer(account), |channel| LedgerAccount::ChannelReceivable(channel, shard));
        Self::between(id, Purpose::PointsBought, at, paid, LedgerAccount::PointsFund(shard), amount)
    }

    /// Points move: they come to their holder, are held or released, or are spent, from what is his or what is held.
    ///
    /// # Errors
    /// [`LedgerError`] if there are none.
    pub fn points(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        moved: PointsMove,
        points: i64,
    ) -> Result<Self, LedgerError> {
        let (own, held) = (LedgerAccount::Points(account), LedgerAccount::PointsHeld(account));
        let issued = LedgerAccount::PointsIssued(account.shard());
        let (purpose, debit, credit) = match moved {
            PointsMove::Granted => (Purpose::PointsGranted, issued, own),
            PointsMove::Held => (Purpose::PointsHeld, own, held),
            PointsMove::Released => (Purpose::PointsReleased, held, own),
            PointsMove::Spent => (Purpose::PointsSpent, own, issued),
            PointsMove::HeldSpent => (Purpose::PointsSpent, held, issued),
            PointsMove::Refunded => (Purpose::PointsRefunded, issued, own),
        };
        Self::between(id, purpose, at, debit, credit, Money::new(points, Currency::Dou))
    }

    /// The money behind spent points is the merchant's.
    ///
    /// # Errors
    /// [`LedgerError`] if the amount is not positive.
    pub fn points_charge(
        id: TransactionId,
        at: Timestamp,
        account: AccountId,
        merchant: MerchantId,
        amount: Money,
    ) -> Result<Self, LedgerError> {
        let clearing = LedgerAccount::MerchantClearing(merchant, account.shard());
        Self::between(id, Purpose::PointsCharge, at, LedgerAccount::PointsFund(account.shard()), clearing, amount)
    }

    /// Its id.
    pub fn id(&self) -> TransactionId {
        self.id
    }

    /// What it was posted for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The payment that it was posted for, if it was for one.
    pub fn payment(&self) -> Option<PaymentId> {
        self.payment
    }

    /// The same, for a payment.
    #[must_use]
    pub fn for_payment(self, payment: PaymentId) -> Self {
        Self { payment: Some(payment), ..self }
    }

    /// Its sides.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
