//! Revokes the key of one of the payer's devices.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::DeviceKeyId;
use tantu_engine::device_keys::revoke::RevokeDeviceKey;

use super::DeviceKeyBody;
use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Revokes the key of one of the payer's devices: what it signs proves nothing from then on.
#[utoipa::path(
    delete, path = "/v1/device-keys/{id}", tag = "devices", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "dev_…")),
    responses(
        (status = 200, description = "Revoked, now or before", body = DeviceKeyBody),
        (status = "default", description = "There is no such key of this payer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    PathId(key): PathId<DeviceKeyId>,
) -> Result<Json<DeviceKeyBody>, Problem> {
    let revoked = app.engine.run(RevokeDeviceKey { account, key }).await?;
    tracing::info!(%key, %account, "a device's key was revoked");
    Ok(Json(revoked.into()))
}
