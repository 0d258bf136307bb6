//! Ends the session that asks.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tantu_engine::sessions::sign_out::SignOut;

use crate::access::{PayerCaller, session_token};
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::problem::Problem;
use crate::secret::hash_of;

/// Ends the payer's session that this request is made with; his others go on. What he was doing waits for him: a payment,
/// or the binding of a card, goes on where it stands once he has signed in again.
#[utoipa::path(
    post, path = "/v1/sign-out", tag = "accounts", security(("payer" = []), ("payer_cookie" = [])),
    responses(
        (status = 204, description = "Signed out"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_out(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    if let Some(token) = session_token(&headers) {
        app.engine.run(SignOut { session: hash_of(token) }).await?;
        tracing::info!(%account, "a payer signed out");
    }
    Ok(StatusCode::NO_CONTENT)
}
