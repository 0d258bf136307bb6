//! Lists: whose payments, and which page of them.

use tantu_domain::ids::{AccountId, MerchantId, PaymentId};

/// Whose payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentsOf {
    /// Those that an account pays. They are all on its shard.
    Account(AccountId),
    /// Those that a merchant is paid. They are on every shard.
    Merchant(MerchantId),
}

/// A part of a list that is ordered by its ids, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where it begins: what comes after this one; at the beginning if absent.
    pub after: Option<PaymentId>,
    /// How many at most.
    pub limit: u8,
}

impl Page {
    /// A text that every id of the page is below.
    pub(crate) fn bound(self) -> String {
        // Ids are lower-case letters and digits, which all sort before the tilde.
        self.after.map_or_else(|| "pay_~".to_owned(), |id| id.to_string())
    }
}
