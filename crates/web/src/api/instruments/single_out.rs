//! The payer says which of several causes that fit a channel's code it is.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::cause::Cause;
use tantu_domain::ids::InstrumentId;
use tantu_engine::instruments::single_out::SingleOut;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::problem::{Kind, Problem};

/// Which it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SingleOutRequest {
    /// One of the causes that were told of the instrument.
    #[schema(example = "account.restricted")]
    cause: String,
}

/// What the word has ruled out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SingledOutBody {
    /// Which instrument.
    instrument: String,
    /// The cause that is certain now.
    cause: String,
    /// How many others fitted the same code, and are ruled out.
    ruled_out: usize,
}

/// Says which of the causes that fit a channel's code it is: the payer sees it in the channel's own app.
#[utoipa::path(
    post, path = "/v1/instruments/{id}/single-out", tag = "instruments", request_body = SingleOutRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "ins_…")),
    responses(
        (status = 200, body = SingledOutBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn single_out(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    PathId(instrument): PathId<InstrumentId>,
    JsonBody(body): JsonBody<SingleOutRequest>,
) -> Result<Json<SingledOutBody>, Problem> {
    let unknown =
        || Problem::field(Kind::InvalidField, "cause", "no such cause; GET the payment's diagnosis names them");
    let cause = Cause::parse(&body.cause).ok_or_else(unknown)?;
    let ruled_out = app.engine.run(SingleOut { account, instrument, cause }).await.map_err(Problem::of_body)?;
    tracing::info!(%instrument, cause = cause.id(), ruled_out, "a cause was singled out");
    Ok(Json(SingledOutBody { instrument: instrument.to_string(), cause: cause.id().to_owned(), ruled_out }))
}
