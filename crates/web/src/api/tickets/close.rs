//! Ends a ticket: by its payer, who needs nothing more, or by staff.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::TicketId;
use tantu_engine::tickets::close::CloseTicket;

use super::{Helped, TicketBody, file, visible};
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::Problem;

/// Ends a ticket: its payer needs nothing more, or staff have nothing more to say. One that is solved has ended by itself.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/close", tag = "tickets", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "tkt_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = TicketBody),
        (status = 409, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn close(
    State(app): State<Shared>,
    helped: Helped,
    Wanted(lang): Wanted,
    PathId(id): PathId<TicketId>,
) -> Result<Json<TicketBody>, Problem> {
    let known = visible(&app, &helped.caller, id).await?.ticket;
    let ticket = app.engine.run(CloseTicket { ticket: id, account: known.account, staff: helped.staff }).await?;
    tracing::info!(ticket = %id, by_staff = helped.staff.is_some(), "a ticket was closed");
    Ok(Json(file(&app, ticket).await?.body(&app, &helped.caller, lang)?))
}
