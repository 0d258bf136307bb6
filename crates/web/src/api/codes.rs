//! One-time codes for payments: sent to the payer's bound phone, entered, or missed.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use tantu_domain::code::Purpose;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, CodeId, PaymentId};
use tantu_engine::codes::payment::Asked;
use tantu_explain::Lang;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::{ProblemBody, RefusalBody, password_refused};
use crate::api::accounts::phone::{SentCodeBody, asker, code_refused, digits_in, sent_body};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::secret::{PROOF, fresh_token, hash_of};

/// How long the engine lets a proof live.
const LIFE_SECONDS: u32 = 5 * 60;

/// The digits of a code. They are never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DigitsRequest {
    /// Six digits.
    digits: String,
}

/// That the code was right.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeProofBody {
    /// To be sent once to `POST /v1/payments/{id}/actions`.
    proof: String,
    /// The payment that it is good for.
    payment: String,
    /// Seconds.
    expires_in: u32,
}

/// Sends a code that confirms this payment instead of the pay password, to the payer's bound phone.
#[utoipa::path(
    post, path = "/v1/payments/{id}/codes", tag = "payments", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "pay_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = SentCodeBody),
        (status = 402, description = "No phone is bound", body = RefusalBody, content_type = "application/problem+json"),
        (status = 429, description = "Too soon, or too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(payment): PathId<PaymentId>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
) -> Result<Response, Problem> {
    match app.engine.send_payment_code(own, payment, &asker(peer.map(|Extension(peer)| peer))).await? {
        Asked::Sent(sent) => Ok((StatusCode::CREATED, Json(sent_body(&sent))).into_response()),
        Asked::Refused(finding) => told(&app, own, Some(payment), finding, lang).await,
    }
}

/// Looks at the digits of a code, and gives a proof that lets its payment through once.
#[utoipa::path(
    post, path = "/v1/codes/{id}/proofs", tag = "payments", request_body = DigitsRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "otc_…")),
    responses(
        (status = 201, body = CodeProofBody),
        (status = 409, description = "The code is not right, or over", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn prove(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(code): PathId<CodeId>,
    JsonBody(body): JsonBody<DigitsRequest>,
) -> Result<Response, Problem> {
    let digits = digits_in("digits", body.digits)?;
    let proof = fresh_token(PROOF)?;
    match app.engine.prove_code(own, code, &digits, hash_of(&proof)).await? {
        Ok(payment) => {
            tracing::info!(account = %own, %payment, "a one-time code was right");
            let body = CodeProofBody { proof, payment: payment.to_string(), expires_in: LIFE_SECONDS };
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Err(refused) => Err(code_refused(refused)),
    }
}

/// The payer says that a code did not come: why, by the carrier's own word, and what to do.
#[utoipa::path(
    post, path = "/v1/codes/{id}/missing", tag = "payments", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "otc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 402, description = "Why it did not come; the payment goes on waiting", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn miss(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(code): PathId<CodeId>,
) -> Result<Response, Problem> {
    let (sent, finding) = app.engine.miss_code(own, code).await?;
    let payment = match sent.code.purpose {
        Purpose::Payment(payment, ..) => Some(payment),
        Purpose::BindPhone | Purpose::ResetPassword => None,
    };
    told(&app, own, payment, finding, lang).await
}

/// Why it does not go on, with what leads on.
async fn told(
    app: &Shared,
    account: AccountId,
    payment: Option<PaymentId>,
    finding: Finding,
    lang: Lang,
) -> Result<Response, Problem> {
    let now = app.engine.clock().now();
    let read = app.engine.read(move |store| {
        let payment = payment.map(|id| store.payment(id)).transpose()?.flatten();
        Ok((payment, store.account(account, now)?))
    });
    let (payment, file) = read.await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    Ok(password_refused(app, lang, payment.as_ref(), &instruments, finding))
}
