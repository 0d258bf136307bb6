//! Registers a merchant with an API key or without one, or a key for staff.

use tantu_store::access::{ApiKey, Merchant, Role, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Registers a key, with its merchant if it is a merchant's.
#[derive(Debug, Clone)]
pub struct RegisterKey {
    /// The merchant, for a merchant's key.
    pub merchant: Option<Merchant>,
    /// The key's hash; the key itself is never stored.
    pub hash: TokenHash,
}

/// Registers a merchant who has no key: the lender, whom only bills pay. The same again changes nothing.
#[derive(Debug, Clone)]
pub struct RegisterMerchant(pub Merchant);

impl Command for RegisterMerchant {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn decide(&self, _: &World, _: &Tools<'_>) -> Decision<()> {
        Ok(((), vec![Change::PutMerchant(self.0.clone())]))
    }
}

impl Command for RegisterKey {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn decide(&self, _: &World, _: &Tools<'_>) -> Decision<()> {
        let role = self.merchant.as_ref().map_or(Role::Staff, |merchant| Role::Merchant(merchant.id));
        let merchant = self.merchant.clone().map(Change::PutMerchant);
        let key = Change::PutApiKey(ApiKey { hash: self.hash, role });
        Ok(((), merchant.into_iter().chain([key]).collect()))
    }
}
