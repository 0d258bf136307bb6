//! What the payer does about a payment that waits for him.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::PaymentId;
use tantu_engine::payments::resume::ResumePayment;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::secret::{PROOF, hash_of};

/// What the payer has done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRequest {
    /// The proof that he entered his pay password for this payment: `prf_…` from
    /// `POST /v1/accounts/{id}/pay-password/proofs`. It works once.
    proof: String,
}

/// Does what a payment waits for. It goes on at once, or is refused with every cause.
#[utoipa::path(
    post, path = "/v1/payments/{id}/actions", tag = "payments", request_body = ActionRequest,
    security(("merchant" = []), ("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; a new one for each action"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: key=dev_…, time=<RFC 3339>, signature=<base64 of the signature of `tantu-device-v1`, the time as written here and `payment <id>`, on three lines>. Signed anew for each sending"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "Paid, or waiting for the next action", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "The proof is used, over, or another payment's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn act(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    key: Key,
    speaker: SpeakerHeaders,
    PathId(id): PathId<PaymentId>,
    JsonBody(body): JsonBody<ActionRequest>,
) -> Result<Response, Problem> {
    let seen = visible(&app, &caller, id).await?;
    let proof = if body.proof.starts_with(PROOF) { hash_of(&body.proof) } else { hash_of("") };
    // The token itself is in no row, so the request's hash is taken over the token's.
    let hash = request_hash(&format!("POST /v1/payments/{id}/actions"), &proof.0.to_vec(), speaker.client())?;
    let idempotency = match &caller {
        Caller::Payer(account) => key.of(account),
        Caller::Cashier(_) => key.of(id),
        Caller::Merchant(_) | Caller::Staff | Caller::Unknown => key.of(seen.merchant),
    };
    let speaker = speaker.verified(&app, seen.account, &Agreed::Payment(id)).await?;
    let command = ResumePayment {
        payment: id,
        instrument: None,
        speaker,
        proof: Some(proof),
        shown: None,
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let given = app.engine.pay(command, idempotency).await?;
    tracing::info!(payment = %given.payment.id, "a payer has acted");
    Ok(First::new(given, None).response(&app, lang, StatusCode::OK))
}
