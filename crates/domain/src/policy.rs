//! The figures that decide: minimum versions and product limits. Data, never code.

use crate::client::ClientRule;
use crate::instrument::Product;
use crate::limit::ProductLimit;

/// One edition of the figures. Its version stands with every decision made by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Names the edition.
    pub version: String,
    /// The oldest versions that may pay.
    pub clients: Vec<ClientRule>,
    /// What each product may be used for at most.
    pub limits: Vec<ProductLimit>,
}

impl Policy {
    /// The limit of a product, if there is one.
    pub fn limit(&self, product: Product) -> Option<&ProductLimit> {
        self.limits.iter().find(|limit| limit.product == product)
    }
}
