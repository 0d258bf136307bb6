//! What a bill may be repaid from: money that the payer has, never other credit.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::card::CardKind;
use tantu_domain::channel::Channel;
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::Product;
use tantu_domain::money::Money;

/// What kind of thing pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The account's own balance.
    Wallet,
    /// A debit card.
    DebitCard,
    /// A credit card.
    CreditCard,
    /// An account at a channel under a mandate.
    Mandate(Channel),
    /// An account at a channel whose holder confirms each payment there.
    Confirmed(Channel),
    /// The line itself.
    PayLater,
    /// Points.
    Points,
}

impl Source {
    /// What an instrument of this product is.
    pub fn of(product: Product) -> Self {
        match product {
            Product::Wallet => Self::Wallet,
            Product::ChannelMandate(channel) => Self::Mandate(channel),
            Product::ChannelConfirmed(channel) => Self::Confirmed(channel),
            Product::Card(CardKind::Debit | CardKind::Prepaid) => Self::DebitCard,
            Product::Card(CardKind::Credit) => Self::CreditCard,
            Product::PayLater => Self::PayLater,
            Product::Points => Self::Points,
        }
    }

    /// The rule that forbids it to repay a bill; `None` if it may.
    pub fn forbidden_by(self) -> Option<&'static str> {
        match self {
            Self::CreditCard => Some("no_credit_card_for_bills"),
            Self::PayLater => Some("no_pay_later_for_bills"),
            Self::Points => Some("no_points_for_bills"),
            Self::Wallet | Self::DebitCard | Self::Mandate(_) | Self::Confirmed(_) => None,
        }
    }

    /// Whether it can be charged while its holder is away, as auto-repay must.
    pub fn collects_alone(self) -> bool {
        match self {
            Self::Wallet | Self::DebitCard | Self::Mandate(_) => true,
            Self::Confirmed(_) | Self::CreditCard | Self::PayLater | Self::Points => false,
        }
    }

    /// Who carries the charge; `None` is us.
    pub fn network(self) -> Option<Channel> {
        match self {
            Self::Wallet | Self::PayLater | Self::Points => None,
            Self::DebitCard | Self::CreditCard => Some(Channel::UnionPay),
            Self::Mandate(channel) | Self::Confirmed(channel) => Some(channel),
        }
    }
}

/// An instrument that the payer has designated for auto-repay, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designated {
    /// Which.
    pub instrument: InstrumentId,
    /// What kind of thing it is.
    pub source: Source,
    /// The last day on which it can be charged, where that is known: a mandate's end, a card's expiry with consent.
    pub valid_to: Option<Date>,
    /// The most that it can be charged at once, where that is known: our own limit, or the bank's own word.
    pub most: Option<Money>,
    /// When its holder last did something about it: a step that put it right, or a new binding. What it refused before
    /// that says nothing any more.
    pub mended_at: Option<Timestamp>,
}
