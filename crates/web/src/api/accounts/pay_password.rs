//! The pay password: set by its holder, and entered by him for one payment.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, PaymentId};
use tantu_engine::passwords::Entered;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::{ProblemBody, RefusalBody, password_refused};
use crate::api::accounts::own_account;
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::secret::{PROOF, fresh_token, hash_of};

/// How many digits it has, as every payer in China expects.
const DIGITS: usize = 6;

/// How long the engine lets a proof live.
pub(crate) const LIFE_SECONDS: u32 = 5 * 60;

/// A new pay password. Passwords are never shown, so this is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayPasswordRequest {
    /// Six digits, not all the same and not in a row.
    #[schema(example = "314159")]
    password: String,
    /// The present one, once there is one.
    #[serde(default)]
    current: Option<String>,
}

/// The pay password, entered for a payment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofRequest {
    /// The payment that it is for.
    payment: String,
    /// Six digits.
    password: String,
}

/// That the password was right.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProofBody {
    /// To be sent once to `POST /v1/payments/{id}/actions`.
    proof: String,
    /// The payment that it is good for.
    payment: String,
    /// Seconds.
    expires_in: u32,
}

/// Six digits that are not the first that anybody would try.
pub(crate) fn new_password<'a>(field: &str, text: &'a str) -> Result<&'a str, Problem> {
    let digits = text.as_bytes();
    if digits.len() != DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Problem::field(Kind::InvalidField, field, "a pay password has six digits"));
    }
    let same_step = |step: u8| digits.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    if same_step(0) || same_step(1) || same_step(u8::MAX) {
        let detail = "six equal digits and digits in a row are guessed first; choose others";
        return Err(Problem::field(Kind::InvalidField, field, detail));
    }
    Ok(text)
}

/// Sets the pay password.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/pay-password", tag = "accounts", request_body = PayPasswordRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 204, description = "Set"),
        (status = 402, description = "`current` is not right, or locked", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<PayPasswordRequest>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    let password = new_password("password", &body.password)?;
    match app.engine.set_password(account, body.current.as_deref(), password).await? {
        Entered::Right => {
            tracing::info!(%account, "a pay password was set");
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Entered::Refused(finding) => told(&app, account, None, finding, lang).await,
    }
}

/// Looks at the pay password for one payment, and gives a proof that lets it through once.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-password/proofs", tag = "accounts", request_body = ProofRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = ProofBody),
        (status = 402, description = "Unset, wrong or locked; the payment goes on waiting", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn prove(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<ProofRequest>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    let payment: PaymentId = id_in("payment", &body.payment)?;
    let proof = fresh_token(PROOF)?;
    let entered = app.engine.prove_password(account, payment, &body.password, hash_of(&proof)).await;
    match entered.map_err(Problem::of_body)? {
        Entered::Right => {
            tracing::info!(%account, %payment, "a pay password was right");
            let body = ProofBody { proof, payment: payment.to_string(), expires_in: LIFE_SECONDS };
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Entered::Refused(finding) => told(&app, account, Some(payment), finding, lang).await,
    }
}

/// Why the password was not taken, with what leads on.
pub(super) async fn told(
    app: &Shared,
    account: AccountId,
    payment: Option<PaymentId>,
    finding: Finding,
    lang: tantu_explain::Lang,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_anybody_would_try_first() {
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", "000000", "123456", "987654"] {
            assert_eq!(new_password("password", text).unwrap_err().kind, Kind::InvalidField, "{text}");
        }
        for text in ["314159", "123457", "112233", "890123"] {
            assert!(new_password("password", text).is_ok(), "{text}");
        }
    }
}
