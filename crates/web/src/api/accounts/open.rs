//! Opens an account with an empty wallet.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, Shard};
use tantu_domain::money::{Currency, Money};
use tantu_engine::accounts::open::OpenAccount;
use utoipa::ToSchema;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::OptionalJsonBody;
use crate::json::Amount;
use crate::problem::{Kind, Problem};

/// Whom it is opened for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAccountBody {
    /// The tier, II or III, as which staff have verified the holder and his phone in person; left out if nobody knows him yet.
    #[serde(default)]
    #[schema(example = "III")]
    met: Option<String>,
}

/// What was opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenedAccountBody {
    /// The account.
    id: String,
    /// Its wallet, an instrument.
    wallet: String,
    /// What it holds: nothing.
    balance: Amount,
}

/// Opens an account with an empty wallet. Money comes in by no address of this API.
#[utoipa::path(
    post, path = "/v1/accounts", tag = "accounts", request_body = Option<OpenAccountBody>, security(("staff" = [])),
    responses(
        (status = 201, body = OpenedAccountBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(app): State<Shared>,
    _: StaffCaller,
    OptionalJsonBody(body): OptionalJsonBody<OpenAccountBody>,
) -> Result<(StatusCode, Json<OpenedAccountBody>), Problem> {
    let unmeetable = || Problem::field(Kind::InvalidField, "met", "a holder is met in person for tier II or III");
    let tier = |text: String| Tier::parse(&text).filter(|tier| *tier > Tier::One).ok_or_else(unmeetable);
    let met = body.met.map(tier).transpose()?;
    let ids = app.engine.ids();
    // The last byte of a fresh id is chance, which spreads accounts over the shards.
    let shard = Shard::of(ids.fresh()[15]);
    let opened = app.engine.run(OpenAccount { id: AccountId::new(&*ids, shard), opening: None, met }).await?;
    tracing::info!(account = %opened.account, "an account was opened");
    let body = OpenedAccountBody {
        id: opened.account.to_string(),
        wallet: opened.wallet.to_string(),
        balance: Money::zero(Currency::Cny).into(),
    };
    Ok((StatusCode::CREATED, Json(body)))
}
