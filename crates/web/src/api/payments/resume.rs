//! Takes up a refused payment again: the same order, a new key, perhaps another instrument.

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
use crate::body::{OptionalJsonBody, PathId, id_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::lang::Wanted;
use crate::payment_code::PaymentCodeBody;
use crate::problem::Problem;

/// How to take a payment up again.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResumeBody {
    /// Another instrument than before.
    #[serde(default)]
    instrument: Option<String>,
    /// A fresh code that the payer's app shows, for an account that he confirms each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_code: Option<PaymentCodeBody>,
}

/// Takes up a refused payment again.
#[utoipa::path(
    post, path = "/v1/payments/{id}/resume", tag = "payments", request_body = Option<ResumeBody>,
    security(("merchant" = []), ("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; a new one for each resumption"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: key=dev_…, time=<RFC 3339>, signature=<base64 of the signature of `tantu-device-v1`, the time as written here and `payment <id>`, on three lines>. Signed anew for each sending"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "Paid, or waiting for the payer", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    key: Key,
    speaker: SpeakerHeaders,
    PathId(id): PathId<PaymentId>,
    OptionalJsonBody(body): OptionalJsonBody<ResumeBody>,
) -> Result<Response, Problem> {
    let seen = visible(&app, &caller, id).await?;
    let hash = request_hash(&format!("POST /v1/payments/{id}/resume"), &body, speaker.client())?;
    let code = body.payment_code.as_ref().map(PaymentCodeBody::read).transpose()?;
    let instrument = body.instrument.as_deref().map(|text| id_in("instrument", text)).transpose()?;
    let idempotency = match &caller {
        Caller::Payer(account) => key.of(account),
        // Everybody who holds the link shares its keys.
        Caller::Cashier(_) => key.of(id),
        Caller::Merchant(_) | Caller::Staff | Caller::Unknown => key.of(seen.merchant),
    };
    let speaker = speaker.verified(&app, seen.account, &Agreed::Payment(id)).await?;
    let command = ResumePayment {
        payment: id,
        instrument,
        speaker,
        proof: None,
        shown: None,
        coded: None,
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let paid = match code {
        None => app.engine.pay(command, idempotency).await,
        Some(code) => {
            let shown = |attempt| ResumePayment { shown: Some(attempt), ..command };
            app.engine.pay_by_code(seen.account, code, shown, idempotency).await
        }
    };
    let given = paid.map_err(Problem::of_body)?;
    tracing::info!(payment = %given.payment.id, "a payment was taken up again");
    let given = First::new(given, instrument);
    Ok(given.response(&app, lang, StatusCode::OK))
}
