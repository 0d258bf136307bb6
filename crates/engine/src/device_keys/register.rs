//! Registers the public key of a payer's device.

use tantu_domain::ids::{AccountId, DeviceKeyId};
use tantu_store::change::Change;
use tantu_store::device::DeviceKey;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Registers a key.
#[derive(Debug, Clone)]
pub struct RegisterDeviceKey {
    /// Whose device.
    pub account: AccountId,
    /// The DER of a `SubjectPublicKeyInfo`, already read: what nobody can verify with is not registered.
    pub public_key: Vec<u8>,
}

impl Command for RegisterDeviceKey {
    type Outcome = DeviceKey;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<DeviceKey> {
        if !world.accounts.contains_key(&self.account) {
            return Err(Rejection::NotFound { what: "account", id: self.account.to_string() });
        }
        let key = DeviceKey {
            id: DeviceKeyId::new(tools.ids, self.account.shard()),
            account: self.account,
            public_key: self.public_key.clone(),
            registered_at: tools.wall,
            revoked_at: None,
        };
        Ok((key.clone(), vec![Change::PutDeviceKey(key)]))
    }
}
