//! Repays a bill by one instrument, wholly or in part. It is a payment to the lender, answered as every other.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_engine::pay_later::repay_bill::RepayBill;
use utoipa::ToSchema;

use crate::access::{Caller, PayerCaller};
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody};
use crate::api::pay_later::bill::look;
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::{JsonBody, PathIds, id_in};
use crate::idempotency::{ClientHeader, Key, request_hash};
use crate::json::Amount;
use crate::lang::Wanted;
use crate::problem::Problem;

/// With what, and how much.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepayRequest {
    /// With what.
    #[schema(example = "ins_01h455vb4pex5vsknk084sn02q")]
    instrument: String,
    /// How much; left out, all that is owed and not under way already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
}

/// Repays a bill. To use several instruments, ask once for each with its part; a refused one is resumed as a payment.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/bills/{bill}/repayments", tag = "pay later", request_body = RepayRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "acc_…"), ("bill" = String, Path, description = "bil_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; the same for each repetition"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 201, description = "Paid, or waiting for the payer", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "It is settled, or this is more than is owed", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn repay(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    key: Key,
    client: ClientHeader,
    PathIds(account, bill): PathIds<AccountId, BillId>,
    JsonBody(body): JsonBody<RepayRequest>,
) -> Result<Response, Problem> {
    look(&app, &Caller::Payer(own), account, bill).await?;
    let instrument: InstrumentId = id_in("instrument", &body.instrument)?;
    let amount = body.amount.as_ref().map(|amount| amount.read("amount")).transpose()?;
    let hash = request_hash(&format!("POST /v1/bills/{bill}/repayments"), &body, client.0.as_ref())?;
    let idempotency = key.of(account);
    let command = RepayBill {
        bill,
        account,
        instrument,
        amount,
        occasion: None,
        lender: offered(&app)?.lender,
        speaker: client.speaker(),
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let given = app.engine.pay(command, idempotency).await.map_err(Problem::of_body)?;
    tracing::info!(%bill, payment = %given.payment.id, "a bill's repayment was asked for");
    Ok(First::new(given, Some(instrument)).response(&app, lang, StatusCode::CREATED))
}
