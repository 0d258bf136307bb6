//! Auto-repay: whether bills are collected, from what and in which order.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_engine::pay_later::set_auto_repay::SetAutoRepay;
use tantu_paylater::schedule::AutoRepayState;
use tantu_store::pay_later::AutoRepaySetting;
use utoipa::ToSchema;

use crate::access::{Caller, PayerCaller};
use crate::answer::ProblemBody;
use crate::api::pay_later::account;
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::json::time;
use crate::problem::Problem;

/// How bills are collected.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AutoRepayBody {
    /// Whether they are.
    on: bool,
    /// Since when it is so; null if it was never on.
    since: Option<String>,
    /// The instruments that are asked, in this order.
    instruments: Vec<String>,
    /// The day of the month on which wages come, if the holder has said it.
    payday: Option<i8>,
}

/// A setting as JSON.
pub(crate) fn auto_repay_body(setting: &AutoRepaySetting) -> AutoRepayBody {
    let (on, since) = match setting.state {
        AutoRepayState::On { since } => (true, Some(since)),
        AutoRepayState::Off { since } => (false, since),
    };
    AutoRepayBody {
        on,
        since: since.map(time),
        instruments: setting.designated.iter().map(ToString::to_string).collect(),
        payday: setting.payday,
    }
}

/// What the holder wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutoRepayRequest {
    /// Whether bills are collected.
    on: bool,
    /// From what, the first first. Neither a credit card nor the line itself.
    instruments: Vec<String>,
    /// The day of the month on which wages come: funds are looked for after it.
    #[serde(default)]
    payday: Option<i8>,
}

/// Sets from what bills are collected. It replaces what was set before.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/pay-later/auto-repay", tag = "pay later", request_body = AutoRepayRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = AutoRepayBody),
        (status = 409, description = "There is no line, or an instrument cannot repay bills by itself", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(id): PathId<AccountId>,
    JsonBody(asked): JsonBody<AutoRepayRequest>,
) -> Result<Json<AutoRepayBody>, Problem> {
    account(&app, &Caller::Payer(own), id).await?;
    let read = |(index, text): (usize, &String)| id_in::<InstrumentId>(&format!("instruments.{index}"), text);
    let designated = asked.instruments.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let command = SetAutoRepay { account: id, on: asked.on, designated, payday: asked.payday };
    let setting = app.engine.run(command).await?;
    tracing::info!(account = %id, on = asked.on, "auto-repay was set");
    // What is due may be collected now.
    app.engine.clock_moved();
    Ok(Json(auto_repay_body(&setting)))
}
