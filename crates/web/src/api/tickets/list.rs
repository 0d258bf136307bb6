//! Lists tickets: a payer's own, or for staff those that wait for an answer.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::AccountId;
use tantu_store::ticket::TicketsOf;
use utoipa::{IntoParams, ToSchema};

use super::{TicketBody, file};
use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{QueryFields, id_in};
use crate::lang::Wanted as WantedLang;
use crate::problem::{Kind, Problem};

/// How many a list has at most.
const MOST: u8 = 50;

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Staff: those of this account, `acc_…`; those that wait for an answer if absent.
    account: Option<String>,
    /// zh-Hans, zh-Hant or en.
    #[expect(dead_code, reason = "the language is read by its own extractor")]
    lang: Option<String>,
}

/// Tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketsBody {
    /// A payer's own, the newest first; for staff those that wait, the most urgent first. At most fifty.
    tickets: Vec<TicketBody>,
}

/// Lists tickets: a payer's own, or for staff those that wait for an answer, the most urgent first.
#[utoipa::path(
    get, path = "/v1/tickets", tag = "tickets", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(Wanted),
    responses(
        (status = 200, body = TicketsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    WantedLang(lang): WantedLang,
    QueryFields(wanted): QueryFields<Wanted>,
) -> Result<Json<TicketsBody>, Problem> {
    let of = match (&caller, &wanted.account) {
        (Caller::Payer(own), None) => TicketsOf::Account(*own),
        (Caller::Staff, None) => TicketsOf::Waiting,
        (Caller::Staff, Some(account)) => TicketsOf::Account(id_in::<AccountId>("account", account)?),
        (Caller::Payer(_) | Caller::Unknown | Caller::Merchant(_) | Caller::Cashier(_), _) => {
            return Err(Problem::field(Kind::Forbidden, "account", "only staff may name whose; leave it out"));
        }
    };
    let found = app.engine.read(move |store| store.tickets(of, MOST)).await?;
    let mut tickets = Vec::new();
    for ticket in found {
        tickets.push(file(&app, ticket).await?.body(&app, &caller, lang)?);
    }
    Ok(Json(TicketsBody { tickets }))
}
