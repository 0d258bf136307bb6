//! Registers the public key of the payer's device.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_engine::device_keys::register::RegisterDeviceKey;
use utoipa::ToSchema;

use super::DeviceKeyBody;
use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::JsonBody;
use crate::device::public_key_in;
use crate::problem::Problem;

/// The public half of a key that never leaves the device.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceKeyRequest {
    /// The base64 of a `SubjectPublicKeyInfo` (DER): Ed25519, or ECDSA on P-256.
    #[schema(example = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")]
    public_key: String,
}

/// Registers the public key of the payer's device, with which it signs what it agrees to (`Tantu-Device`).
#[utoipa::path(
    post, path = "/v1/device-keys", tag = "devices", request_body = DeviceKeyRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    responses(
        (status = 201, body = DeviceKeyBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn register(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    JsonBody(body): JsonBody<DeviceKeyRequest>,
) -> Result<(StatusCode, Json<DeviceKeyBody>), Problem> {
    let public_key = public_key_in("public_key", &body.public_key)?;
    let key = app.engine.run(RegisterDeviceKey { account, public_key }).await?;
    tracing::info!(key = %key.id, %account, "a device's key was registered");
    Ok((StatusCode::CREATED, Json(key.into())))
}
