//! Somebody says something in a ticket's thread.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::TicketId;
use tantu_engine::tickets::say::SayInTicket;
use utoipa::ToSchema;

use super::{Helped, TicketBody, file, ids_of, visible, words_in};
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::lang::Wanted;
use crate::problem::Problem;

/// What is said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageRequest {
    /// In one's own words. What looks secret is taken out before it is kept.
    #[schema(example = "It still says that the bank does not answer.")]
    text: String,
}

/// Says something. What its payer says is answered within the promised time; what staff say answers it. The same said twice in
/// a row is said once.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/messages", tag = "tickets", request_body = MessageRequest,
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "tkt_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = TicketBody),
        (status = 409, description = "It is over, or its thread is full", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn say(
    State(app): State<Shared>,
    helped: Helped,
    Wanted(lang): Wanted,
    PathId(id): PathId<TicketId>,
    JsonBody(body): JsonBody<MessageRequest>,
) -> Result<(StatusCode, Json<TicketBody>), Problem> {
    let known = visible(&app, &helped.caller, id).await?.ticket;
    let (words, hidden) = words_in("text", &body.text)?;
    let command = SayInTicket {
        ticket: id,
        account: known.account,
        staff: helped.staff,
        words,
        promise: app.config.ticket_promise,
    };
    let ticket = app.engine.run(command).await?;
    tracing::info!(ticket = %id, by_staff = helped.staff.is_some(), "something was said in a ticket");
    let said = file(&app, ticket).await?.body(&app, &helped.caller, lang)?;
    Ok((StatusCode::CREATED, Json(TicketBody { masked: ids_of(&hidden), ..said })))
}
