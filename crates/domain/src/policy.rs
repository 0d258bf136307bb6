//! The figures that decide: minimum versions, limits and ceilings. Data, never code.

use crate::bank::{Bank, BinRow, bins};
use crate::card::CardKind;
use crate::ceiling::{Ceilings, Tier};
use crate::client_rules::ClientRules;
use crate::instrument::Product;
use crate::limit::{ProductLimit, PublishedLimit};
use crate::money::Money;
use crate::points::PointsPolicy;
use crate::risk::RiskPolicy;

/// One edition of the figures. Its version stands with every decision made by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Names the edition.
    pub version: String,
    /// What apps and phones must be.
    pub clients: ClientRules,
    /// What each product may be used for at most.
    pub limits: Vec<ProductLimit>,
    /// What banks and channels have published of their own limits.
    pub published: Vec<PublishedLimit>,
    /// The regulator's ceilings for paying from a balance.
    pub ceilings: Ceilings,
    /// What holds for bank cards.
    pub cards: CardPolicy,
    /// What is asked of the holder.
    pub identity: IdentityPolicy,
    /// The rules against misuse.
    pub risk: RiskPolicy,
    /// Points, if they are offered.
    pub points: Option<PointsPolicy>,
}

/// What is asked of an account's holder. By default nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityPolicy {
    /// The tier without which nothing is paid from a balance (People's Bank announcement 43/2015, articles 6 and 11).
    pub wallet: Option<Tier>,
    /// Whether a balance also needs a bound phone.
    pub wallet_needs_phone: bool,
    /// The tier without which no card is bound (the same announcement, article 6).
    pub binding: Option<Tier>,
    /// Whether the binding of a card also needs a bound phone.
    pub binding_needs_phone: bool,
    /// The most in one payment by a channel without a verified identity; `None` if there is no bound.
    pub unverified_most: Option<Money>,
    /// Whether what was changed must be confirmed before anything is paid.
    pub confirms_changes: bool,
}

impl IdentityPolicy {
    /// The tier that a payment by a channel needs.
    pub fn needed_above(&self, amount: Money) -> Option<Tier> {
        let most = self.unverified_most?;
        (amount.minor() > most.minor()).then_some(Tier::One)
    }
}

/// The figures for bank cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardPolicy {
    /// By which beginnings of numbers we know whose card it is.
    pub bins: Vec<BinRow>,
    /// The banks whose cards are bound, with the kinds of each.
    pub banks: Vec<(Bank, Vec<CardKind>)>,
    /// The most that goes without the bank's own code: above it the bank itself verifies (People's Bank
    /// announcement 43/2015, article 10).
    pub bank_code_free: Money,
    /// The power that a device must have for a binding, in percent, unless it is being charged.
    pub power_floor: u8,
    /// Names the edition of the terms that a holder agrees to before a card is bound.
    pub terms: String,
}

impl Default for CardPolicy {
    /// Every bank that we know, with the kinds that the table has of it; ¥200.00; 10 %.
    fn default() -> Self {
        Self {
            bins: Vec::new(),
            banks: Vec::new(),
            bank_code_free: Money::cny(20_000),
            power_floor: 10,
            terms: "2026-11".into(),
        }
        .with_bins(bins())
    }
}

impl CardPolicy {
    /// The same with more banks, all of whose cards are bound.
    #[must_use]
    pub fn with_bins(mut self, rows: &[BinRow]) -> Self {
        for row in rows {
            self.bins.push(*row);
            match self.banks.iter_mut().find(|(bank, _)| *bank == row.bank) {
                Some((_, kinds)) if kinds.contains(&row.kind) => {}
                Some((_, kinds)) => kinds.push(row.kind),
                None => self.banks.push((row.bank, vec![row.kind])),
            }
        }
        self
    }

    /// The same, but cards of this bank are not bound.
    #[must_use]
    pub fn without(mut self, bank: Bank) -> Self {
        self.banks.retain(|(known, _)| *known != bank);
        self
    }

    /// Whether cards of this bank and kind are bound.
    pub fn supports(&self, bank: Bank, kind: CardKind) -> bool {
        self.banks.iter().any(|(known, kinds)| *known == bank && kinds.contains(&kind))
    }

    /// The kinds of a bank's cards that are bound, as evidence names them; of all banks if it is `None`.
    pub fn supported(&self, bank: Option<Bank>) -> String {
        let kinds = CardKind::ALL.iter().filter(|kind| {
            self.banks.iter().any(|(known, kinds)| bank.is_none_or(|bank| bank == *known) && kinds.contains(kind))
        });
        kinds.map(|kind| kind.id()).collect::<Vec<_>>().join(" ")
    }
}

impl Policy {
    /// What an app stores of these figures: one fact a line. It is the same for the same figures.
    pub fn configuration_text(&self) -> String {
        let mut text = format!("edition {}\n", self.version);
        for rule in &self.clients.apps {
            let doing = rule.doing.map_or("all", crate::client_rules::Doing::id);
            text.push_str(&format!("app {} {doing} {} {}\n", rule.app, rule.minimum, rule.update_at));
        }
        for (bank, kinds) in &self.cards.banks {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.id()).collect();
            text.push_str(&format!("bank {} {}\n", bank.id(), kinds.join(" ")));
        }
        text.push_str(&format!("terms {}\n", self.cards.terms));
        text.push_str(&format!("bank_code_free {}\n", self.cards.bank_code_free.minor()));
        text.push_str(&format!("power_floor {}\n", self.cards.power_floor));
        text
    }

    /// The limit of a product, if there is one.
    pub fn limit(&self, product: Product) -> Option<&ProductLimit> {
        self.limits.iter().find(|limit| limit.product == product)
    }
}
