//! The use cases of an account. One file each.

pub mod freeze;
pub mod open;
pub mod raise_limit;
pub mod request_unfreeze;
pub mod set_own_limit;
pub mod set_tier;
pub mod unfreeze;

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::world::World;

use crate::error::Rejection;

pub(crate) fn account_of(world: &World, id: AccountId) -> Result<Account, Rejection> {
    let file = world.accounts.get(&id).ok_or_else(|| Rejection::NotFound { what: "account", id: id.to_string() })?;
    Ok(file.account.clone())
}
