//! What is charged: the wallet's balance, or an account at a third party, under a mandate or as its holder confirms.

use jiff::Timestamp;

use crate::card::{Card, CardKind};
use crate::channel::Channel;
use crate::ids::{AccountId, InstrumentId, MandateId};

/// Whether a mandate permits charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MandateState {
    /// The payer has been sent to the channel's page.
    Signing {
        /// Since when.
        since: Timestamp,
    },
    /// Signed.
    Active {
        /// The channel's number of it.
        agreement_no: String,
        /// When it was signed.
        signed_at: Timestamp,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// Withdrawn, at the channel or here.
    Revoked {
        /// When, if the channel says.
        revoked_at: Option<Timestamp>,
        /// By whom, if the channel says.
        by: Option<RevokedBy>,
    },
    /// Past its end, by the channel's own word.
    Expired {
        /// Its end.
        expired_at: Timestamp,
    },
}

/// Who withdrew a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RevokedBy {
    /// The holder of the account.
    Payer,
    /// We.
    Platform,
}

impl RevokedBy {
    /// The value of the field `by`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Payer => "payer",
            Self::Platform => "platform",
        }
    }

    /// Who an id names.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Payer, Self::Platform].into_iter().find(|by| by.id() == id)
    }
}

/// The payer's standing permission at a third party (授权/协议).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its id; each signing makes a new one.
    pub id: MandateId,
    /// Who gives it.
    pub account: AccountId,
    /// The instrument that is charged under it once it is signed. Signing again keeps the instrument, so
    /// that an order that waits for it need not be made anew.
    pub instrument: InstrumentId,
    /// Where it was given.
    pub channel: Channel,
    /// Whether it permits charges.
    pub state: MandateState,
}

/// What the channel says of a mandate, by notification or when asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MandateReport {
    /// The payer signed.
    Signed {
        /// The channel's number of it.
        agreement_no: String,
        /// When.
        signed_at: Timestamp,
        /// When it will end.
        expires_at: Timestamp,
    },
    /// It has been withdrawn.
    Revoked {
        /// When, if it says.
        revoked_at: Option<Timestamp>,
        /// By whom, if it says.
        by: Option<RevokedBy>,
    },
    /// It is past its end.
    Expired {
        /// Its end.
        expired_at: Timestamp,
    },
    /// The payer has not finished signing.
    Unsigned,
}

impl Mandate {
    /// The mandate after the channel's word. A withdrawn one never comes back to life: signing makes a
    /// new mandate, so a late or repeated *signed* notice changes nothing here.
    #[must_use]
    pub fn record(self, report: &MandateReport) -> Self {
        let state = match (self.state, report) {
            (
                MandateState::Signing { .. } | MandateState::Active { .. },
                MandateReport::Signed { agreement_no, signed_at, expires_at },
            ) => MandateState::Active {
                agreement_no: agreement_no.clone(),
                signed_at: *signed_at,
                expires_at: *expires_at,
            },
            (MandateState::Signing { .. } | MandateState::Active { .. }, MandateReport::Revoked { revoked_at, by }) => {
                MandateState::Revoked { revoked_at: *revoked_at, by: *by }
            }
            (MandateState::Signing { .. } | MandateState::Active { .. }, MandateReport::Expired { expired_at }) => {
                MandateState::Expired { expired_at: *expired_at }
            }
            (state, _) => state,
        };
        Self { state, ..self }
    }
}

/// What kind of thing is charged; product limits are set per kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// The wallet's balance.
    Wallet,
    /// A channel account under a mandate.
    ChannelMandate(Channel),
    /// A channel account whose holder confirms each payment there.
    ChannelConfirmed(Channel),
    /// A bound bank card.
    Card(CardKind),
    /// The pay-later line.
    PayLater,
    /// The account's points.
    Points,
}

impl Product {
    /// The name that the configuration and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::ChannelMandate(Channel::Alipay) => "alipay_mandate",
            Self::ChannelMandate(Channel::WechatPay) => "wechatpay_mandate",
            Self::ChannelMandate(Channel::DouyinPay) => "douyin_mandate",
            Self::ChannelMandate(Channel::UnionPay) => "unionpay_mandate",
            Self::ChannelConfirmed(Channel::Alipay) => "alipay_confirmed",
            Self::ChannelConfirmed(Channel::WechatPay) => "wechatpay_confirmed",
            Self::ChannelConfirmed(Channel::DouyinPay) => "douyin_confirmed",
            Self::ChannelConfirmed(Channel::UnionPay) => "unionpay_confirmed",
            Self::Card(CardKind::Debit) => "debit_card",
            Self::Card(CardKind::Credit) => "credit_card",
            Self::Card(CardKind::Prepaid) => "prepaid_card",
            Self::PayLater => "pay_later",
            Self::Points => "points",
        }
    }

    /// The product of a name.
    pub fn parse(id: &str) -> Option<Self> {
        let of = |product: fn(Channel) -> Self| Channel::ALL.iter().copied().map(product);
        let channels = of(Self::ChannelMandate).chain(of(Self::ChannelConfirmed));
        let cards = CardKind::ALL.iter().copied().map(Self::Card);
        [Self::Wallet, Self::PayLater, Self::Points]
            .into_iter()
            .chain(channels)
            .chain(cards)
            .find(|product| product.id() == id)
    }
}

/// How an instrument is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstrumentKind {
    /// From the account's own balance, in the commit that decides.
    Wallet,
    /// At a third party, under the payer's mandate.
    Mandate(Mandate),
    /// An account at a third party, each payment confirmed by the payer there: on its page, or by the code that
    /// its app shows.
    Confirmed {
        /// Which third party.
        channel: Channel,
    },
    /// A bank card, by the token that stands for it at UnionPay.
    Card(Card),
    /// The account's pay-later line: the lender pays, and the payer owes a bill.
    PayLater,
    /// The account's points, all of it or a part beside another instrument.
    Points,
}

/// Something that can be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Its id.
    pub id: InstrumentId,
    /// Whose it is.
    pub account: AccountId,
    /// How it is charged.
    pub kind: InstrumentKind,
}

impl Instrument {
    /// The product whose limits count.
    pub fn product(&self) -> Product {
        match &self.kind {
            InstrumentKind::Wallet => Product::Wallet,
            InstrumentKind::Mandate(mandate) => Product::ChannelMandate(mandate.channel),
            InstrumentKind::Confirmed { channel } => Product::ChannelConfirmed(*channel),
            InstrumentKind::Card(card) => Product::Card(card.face.kind),
            InstrumentKind::PayLater => Product::PayLater,
            InstrumentKind::Points => Product::Points,
        }
    }

    /// The third party that is asked, if one is.
    pub fn channel(&self) -> Option<Channel> {
        match &self.kind {
            InstrumentKind::Wallet | InstrumentKind::PayLater | InstrumentKind::Points => None,
            InstrumentKind::Mandate(mandate) => Some(mandate.channel),
            InstrumentKind::Confirmed { channel } => Some(*channel),
            InstrumentKind::Card(_) => Some(Channel::UnionPay),
        }
    }
}
