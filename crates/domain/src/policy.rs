//! The figures that decide: minimum versions and product limits. Data, never code.

use crate::client::ClientRule;
use crate::instrument::Product;
use crate::limit::ProductLimit;
use crate::money::Money;
use crate::person::Tier;

/// One edition of the figures. Its version stands with every decision made by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Names the edition.
    pub version: String,
    /// The oldest versions that may pay.
    pub clients: Vec<ClientRule>,
    /// What each product may be used for at most.
    pub limits: Vec<ProductLimit>,
    /// What is asked of the holder.
    pub identity: IdentityPolicy,
}

/// What is asked of an account's holder. By default nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityPolicy {
    /// The tier without which nothing is paid from a balance (People's Bank announcement 43/2015, articles 6 and 11).
    pub wallet: Option<Tier>,
    /// Whether a balance also needs a bound phone.
    pub wallet_needs_phone: bool,
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

impl Policy {
    /// The limit of a product, if there is one.
    pub fn limit(&self, product: Product) -> Option<&ProductLimit> {
        self.limits.iter().find(|limit| limit.product == product)
    }
}
