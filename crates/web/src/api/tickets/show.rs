//! Shows a ticket as it stands: what it is about is looked at anew first.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::TicketId;

use super::{TicketBody, visible};
use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::Problem;

/// Shows a ticket. What it is about is looked at again first: a ticket about a payment that was paid meanwhile is solved.
#[utoipa::path(
    get, path = "/v1/tickets/{id}", tag = "tickets", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "tkt_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = TicketBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(id): PathId<TicketId>,
) -> Result<Json<TicketBody>, Problem> {
    let file = visible(&app, &caller, id).await?;
    Ok(Json(file.body(&app, &caller, lang)?))
}
