//! The keys by which a payer's devices sign: registered and revoked.

pub(crate) mod register;
pub(crate) mod revoke;

use serde::Serialize;
use tantu_store::device::DeviceKey;
use utoipa::ToSchema;

use crate::json::time;

/// A device's key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceKeyBody {
    /// Its id, which every signature names.
    #[schema(example = "dev_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// When it was registered.
    registered_at: String,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

impl From<DeviceKey> for DeviceKeyBody {
    fn from(key: DeviceKey) -> Self {
        Self { id: key.id.to_string(), registered_at: time(key.registered_at), revoked_at: key.revoked_at.map(time) }
    }
}
