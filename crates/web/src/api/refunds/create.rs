//! Gives money of a paid order back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::PaymentId;
use tantu_engine::refunds::make::MakeRefund;
use utoipa::ToSchema;

use crate::access::{Caller, MerchantCaller};
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::api::refunds::{RefundBody, first, short};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, text_in};
use crate::idempotency::{Key, request_hash};
use crate::json::Amount;
use crate::problem::{Kind, Problem};

/// What is to go back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRefundBody {
    /// How much; all that is left, if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    /// Why: 1 to 128 characters, which the payer may read.
    #[schema(min_length = 1, max_length = 128, example = "The order was cancelled")]
    reason: String,
}

/// Gives money of a paid order back, wholly or in part, by the road it came: to the wallet, through the channel, off the bill, or as
/// points. Of an order that points paid a part of, money goes back first and points last.
///
/// It is answered once the merchant's money is held for it, and goes on by itself; the refund's own address says how it stands. The same
/// key with the same body gives the first answer again.
#[utoipa::path(
    post, path = "/v1/payments/{id}/refunds", tag = "refunds", request_body = CreateRefundBody, security(("merchant" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; the same for each repetition"),
    ),
    responses(
        (status = 201, description = "The merchant's money is held, and goes back", body = RefundBody),
        (status = 409, description = "The payment is not paid, all of it went back, or the merchant has less than it takes; nothing is held then", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<Shared>,
    MerchantCaller(merchant): MerchantCaller,
    key: Key,
    PathId(payment): PathId<PaymentId>,
    JsonBody(body): JsonBody<CreateRefundBody>,
) -> Result<(StatusCode, Json<RefundBody>), Problem> {
    visible(&app, &Caller::Merchant(merchant), payment).await?;
    let request_hash = request_hash(&format!("POST /v1/payments/{payment}/refunds"), &body, None)?;
    let amount = body.amount.as_ref().map(|amount| amount.read("amount").map_err(positive)).transpose()?;
    let reason = text_in("reason", &body.reason, 128)?;
    let command = MakeRefund { payment, merchant, amount, reason, idempotency: key.of(merchant), request_hash };
    let made = app.engine.refund(command).await?;
    if let Some(short) = short(&made) {
        let detail = format!(
            "{short}. Nothing is held and nothing went back: ask again with a new Idempotency-Key when it is there"
        );
        return Err(Problem { payment: Some(payment.to_string()), ..Problem::new(Kind::State, detail) });
    }
    tracing::info!(refund = %made.id, %payment, %merchant, "a refund was asked for");
    Ok((StatusCode::CREATED, Json(first(&made))))
}

/// What is wrong with an amount that is nothing or less, in the words of a refund.
fn positive(problem: Problem) -> Problem {
    match problem.kind {
        Kind::AmountZero | Kind::AmountNegative => {
            let detail = "a refund is of more than nothing; give whole minor units (1230 is ¥12.30), or leave the amount out to \
                          give back all that is left";
            Problem { detail: detail.into(), ..problem }
        }
        _ => problem,
    }
}
