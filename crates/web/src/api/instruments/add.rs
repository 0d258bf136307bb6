//! Adds an account at a channel, which its holder confirms each time there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::channel::Channel;
use tantu_domain::ids::AccountId;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::render::instrument_title;

/// What is to be added.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddInstrumentBody {
    /// Where the account is: alipay.
    #[schema(example = "alipay")]
    channel: String,
}

/// An account that can be charged when its holder confirms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedInstrumentBody {
    /// Its id.
    instrument: String,
    /// The product whose limits count.
    product: &'static str,
    /// Its name.
    title: String,
}

/// Adds an account at a channel, without a mandate: its holder confirms each payment on the channel's page, or by the
/// code that the channel's app shows. There is one for each channel; asking again gives the same.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/instruments", tag = "instruments", request_body = AddInstrumentBody,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, description = "Added", body = AddedInstrumentBody),
        (status = 200, description = "It was there already", body = AddedInstrumentBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<AddInstrumentBody>,
) -> Result<(StatusCode, Json<AddedInstrumentBody>), Problem> {
    if account != own {
        return Err(Problem::not_found("account", &account.to_string()));
    }
    let channel = Channel::parse(&body.channel).ok_or_else(|| {
        let known: Vec<&str> = Channel::ALL.iter().map(|channel| channel.id()).collect();
        let detail = format!("this channel is not known; give one of {}", known.join(", "));
        Problem::field(Kind::InvalidField, "channel", detail)
    })?;
    let added = app.engine.add_instrument(account, channel).await.map_err(Problem::of_body)?;
    let (status, instrument) = (if added.is_new { StatusCode::CREATED } else { StatusCode::OK }, added.instrument);
    tracing::info!(instrument = %instrument.id, is_new = added.is_new, "an account at a channel was added");
    let product = instrument.product();
    let body = AddedInstrumentBody {
        instrument: instrument.id.to_string(),
        product: product.id(),
        title: instrument_title(product, lang).to_owned(),
    };
    Ok((status, Json(body)))
}
