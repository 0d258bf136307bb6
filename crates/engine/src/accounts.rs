//! The use cases of an account. One file each.

pub mod appeal;
pub mod freeze;
pub mod lift;
pub mod open;
pub mod raise_limit;
pub mod request_unfreeze;
pub mod restrict;
pub mod set_own_limit;
pub mod show_case;

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::error::Rejection;

/// The keys of an account and its audit trail.
pub(crate) fn audited(account: AccountId) -> Keys {
    let mut keys = Keys::default();
    keys.accounts.insert(account);
    keys.audit.insert(account);
    keys
}

pub(crate) fn account_of(world: &World, id: AccountId) -> Result<Account, Rejection> {
    let file = world.accounts.get(&id).ok_or_else(|| Rejection::NotFound { what: "account", id: id.to_string() })?;
    Ok(file.account.clone())
}
