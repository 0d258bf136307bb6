//! Revokes the key of a payer's device: what it signs proves nothing from then on.

use tantu_domain::ids::{AccountId, DeviceKeyId};
use tantu_store::change::Change;
use tantu_store::device::DeviceKey;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Revokes a key.
#[derive(Debug, Clone)]
pub struct RevokeDeviceKey {
    /// Who asks.
    pub account: AccountId,
    /// Which.
    pub key: DeviceKeyId,
}

impl Command for RevokeDeviceKey {
    type Outcome = DeviceKey;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.device_keys.insert(self.key);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<DeviceKey> {
        let known = world.device_keys.get(&self.key).filter(|key| key.account == self.account);
        let key = known.ok_or_else(|| Rejection::NotFound { what: "device key", id: self.key.to_string() })?;
        if key.revoked_at.is_some() {
            // It ended when it ended first.
            return Ok((key.clone(), Vec::new()));
        }
        let revoked = DeviceKey { revoked_at: Some(tools.wall), ..key.clone() };
        Ok((revoked.clone(), vec![Change::PutDeviceKey(revoked)]))
    }
}
