//! Limits: how much an account may pay by one product, per transaction, day and month, and whose limit it is: ours for
//! the product, a bank's or channel's as published, or one that the holder has set for himself. What the regulator
//! limits is in `ceiling.rs`.
//!
//! Counting is gross: a refund gives nothing back. A failed or closed attempt does, once, in the window
//! in which it was counted (`Leg::counted` remembers which).

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::bank::Bank;
use crate::ceiling::{Strength, sum};
use crate::channel::Channel;
use crate::clock::{day_of, start_of};
use crate::ids::AccountId;
use crate::instrument::{Instrument, InstrumentKind, Product};
use crate::money::Money;
use crate::own_limit::AccountLimits;
use crate::policy::Policy;

/// A span of time over which payments are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// A day in Beijing.
    Day,
    /// A month in Beijing.
    Month,
}

impl Window {
    /// Every window.
    pub const ALL: &'static [Window] = &[Self::Day, Self::Month];

    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The window of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|window| window.id() == id)
    }

    /// The first day of the window that holds `at`.
    pub fn start(self, at: Timestamp) -> Date {
        match self {
            Self::Day => day_of(at),
            Self::Month => day_of(at).first_of_month(),
        }
    }

    /// The instant at which the next window begins.
    pub fn resets_at(self, at: Timestamp) -> Timestamp {
        let start = self.start(at);
        let next = match self {
            Self::Day => start.saturating_add(1.day()),
            Self::Month => start.saturating_add(1.month()),
        };
        start_of(next)
    }
}

/// What a limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// One payment.
    Transaction,
    /// All payments of a window.
    Within(Window),
}

impl Span {
    /// Every span.
    pub const ALL: &'static [Span] = &[Self::Transaction, Self::Within(Window::Day), Self::Within(Window::Month)];

    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Within(window) => window.id(),
        }
    }

    /// The span of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|span| span.id() == id)
    }
}

/// The sum in which a payment's amount is counted. Payments from the balance have one for each strength of
/// authentication, because the regulator's ceilings do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter {
    product: Product,
    strength: Strength,
}

impl Counter {
    /// The sum of a product. `proven` is whether the payer entered his pay password for the payment.
    pub fn of(product: Product, proven: bool) -> Self {
        let strength = if proven && product == Product::Wallet { Strength::TwoFactors } else { Strength::OneFactor };
        Self { product, strength }
    }

    /// The sum of payments from the balance by this strength.
    pub fn balance(strength: Strength) -> Self {
        Self { product: Product::Wallet, strength }
    }

    /// The product whose limits count.
    pub fn product(self) -> Product {
        self.product
    }

    /// Whether it is one of those of the balance.
    pub fn is_balance(self) -> bool {
        self.product == Product::Wallet
    }

    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self.strength {
            Strength::OneFactor => self.product.id(),
            Strength::TwoFactors => "wallet_two_factors",
        }
    }

    /// The counter of a name.
    pub fn parse(id: &str) -> Option<Self> {
        let strong = Self::balance(Strength::TwoFactors);
        if id == strong.id() { Some(strong) } else { Product::parse(id).map(|product| Self::of(product, false)) }
    }
}

/// The figures of one limit, span by span. `None` sets none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// The most in one payment.
    pub per_transaction: Option<Money>,
    /// The most in a day.
    pub per_day: Option<Money>,
    /// The most in a month.
    pub per_month: Option<Money>,
}

impl Figures {
    /// The figure for a span.
    pub fn of(&self, span: Span) -> Option<Money> {
        match span {
            Span::Transaction => self.per_transaction,
            Span::Within(Window::Day) => self.per_day,
            Span::Within(Window::Month) => self.per_month,
        }
    }
}

/// What a product may be used for at most. `None` means that we set no such limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLimit {
    /// Which product.
    pub product: Product,
    /// The most in one payment.
    pub per_transaction: Option<Money>,
    /// The most in a day.
    pub per_day: Option<Money>,
    /// The most in a month.
    pub per_month: Option<Money>,
    /// The most in one payment without the pay password (小额免密); `None` never asks for it.
    pub password_free: Option<Money>,
}

impl ProductLimit {
    /// The limit's figures.
    pub fn figures(&self) -> Figures {
        Figures { per_transaction: self.per_transaction, per_day: self.per_day, per_month: self.per_month }
    }
}

/// What a bank or channel has published of its own limits. How much of one is used we know only by our own count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedLimit {
    /// Whose.
    pub owner: Publisher,
    /// For which product.
    pub product: Product,
    /// What it says.
    pub figures: Figures,
}

/// Who publishes a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Publisher {
    /// A bank, of its own cards.
    Bank(Bank),
    /// A channel.
    Channel(Channel),
}

impl Publisher {
    /// Whether an instrument's payments pass by it.
    fn is_asked_by(self, instrument: &Instrument) -> bool {
        match (self, &instrument.kind) {
            (Self::Bank(bank), InstrumentKind::Card(card)) => card.face.bank == bank,
            (Self::Bank(_), _) => false,
            (Self::Channel(channel), _) => instrument.channel() == Some(channel),
        }
    }
}

/// Who has set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitOwner {
    /// We, for the product.
    Product,
    /// A bank or channel, in what it has published.
    Published(Publisher),
    /// The holder himself.
    Holder,
}

impl LimitOwner {
    /// The value of the field `owner`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Published(Publisher::Bank(_)) => "bank",
            Self::Published(Publisher::Channel(_)) => "channel",
            Self::Holder => "self_set",
        }
    }
}

/// One limit that holds for an instrument now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Whose.
    pub owner: LimitOwner,
    /// On what.
    pub span: Span,
    /// The most.
    pub most: Money,
    /// Until when it is raised, if it is.
    pub raised_until: Option<Timestamp>,
}

/// Every limit that holds for an instrument at `now`: ours with what was raised, those that banks and channels have
/// published, and the holder's own.
pub fn in_force(policy: &Policy, account: &AccountLimits, instrument: &Instrument, now: Timestamp) -> Vec<Limit> {
    let product = instrument.product();
    let mut limits = Vec::new();
    let mut add = |owner, figures: Figures| {
        for span in Span::ALL {
            limits.extend(figures.of(*span).map(|most| Limit { owner, span: *span, most, raised_until: None }));
        }
    };
    if let Some(own) = policy.limit(product) {
        add(LimitOwner::Product, own.figures());
    }
    for published in policy.published.iter().filter(|known| known.product == product) {
        if published.owner.is_asked_by(instrument) {
            add(LimitOwner::Published(published.owner), published.figures);
        }
    }
    if let Some(own) = account.own(product) {
        add(LimitOwner::Holder, own.figures);
    }
    for limit in limits.iter_mut().filter(|limit| limit.owner == LimitOwner::Product) {
        if let Some(raise) =
            account.raised(product, limit.span, now).filter(|raise| limit.most.minor() < raise.most.minor())
        {
            (limit.most, limit.raised_until) = (raise.most, Some(raise.until));
        }
    }
    limits
}

/// How much of a window an account has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitUse {
    /// Whose.
    pub account: AccountId,
    /// In which sum.
    pub counter: Counter,
    /// In which kind of window.
    pub window: Window,
    /// The window's first day.
    pub starts_on: Date,
    /// The gross sum.
    pub used: Money,
}

/// What an account has paid by a product in the window that holds `now`.
pub fn used(uses: &[LimitUse], product: Product, window: Window, now: Timestamp, like: Money) -> Money {
    let starts_on = window.start(now);
    let own = uses
        .iter()
        .filter(|used| used.counter.product() == product && used.window == window && used.starts_on == starts_on);
    sum(own.map(|used| used.used), like)
}

/// What of a limit is left: nothing if more is used than it allows.
pub fn remaining(most: Money, used: Money) -> Money {
    Money::new(most.minus(used).map_or(0, Money::minor).max(0), most.currency())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reset_at_midnight_in_beijing() {
        let cases = [
            (Window::Day, "2026-11-22T12:00:00+08:00", "2026-11-23T00:00:00+08:00"),
            (Window::Day, "2026-11-22T23:59:59+08:00", "2026-11-23T00:00:00+08:00"),
            (Window::Day, "2028-02-28T08:00:00+08:00", "2028-02-29T00:00:00+08:00"),
            (Window::Month, "2026-12-31T23:00:00+08:00", "2027-01-01T00:00:00+08:00"),
            (Window::Month, "2026-11-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00"),
        ];
        for (window, at, resets) in cases {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(window.resets_at(at), resets.parse().unwrap(), "{at}");
        }
    }

    #[test]
    fn counters_read_back_by_their_names() {
        let strong = Counter::of(Product::Wallet, true);
        assert_eq!(strong, Counter::balance(Strength::TwoFactors));
        assert_ne!(strong, Counter::of(Product::Wallet, false));
        // Only the balance is told apart by strength.
        let mandate = Product::ChannelMandate(Channel::Alipay);
        assert_eq!(Counter::of(mandate, true), Counter::of(mandate, false));
        for counter in [strong, Counter::of(Product::Wallet, false), Counter::of(mandate, true)] {
            assert_eq!(Counter::parse(counter.id()), Some(counter));
        }
    }
}
