//! What the holder was or will be told of incidents that hit his orders: once each, and never at night.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_store::notice::{About, NoticeRow, Road};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::account;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::time;
use crate::problem::Problem;

/// So many are shown at most.
const MOST: u32 = 100;

/// That an incident is over which hit orders of the holder.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentNoticeBody {
    /// What it is about, once: a second one of the same key is never told.
    key: String,
    /// Which incident.
    incident: String,
    /// How many of the orders that it hit were still open when it was over.
    orders: u32,
    /// Since when there is something to tell.
    at: String,
    /// When he was told; null while it waits for a receipt.
    told_at: Option<String>,
    /// sms, or page where there is no phone to send a message to.
    road: Option<&'static str>,
}

fn notice_body(row: &NoticeRow) -> Option<IncidentNoticeBody> {
    let About::Over { incident, orders } = row.about else { return None };
    Some(IncidentNoticeBody {
        key: row.key(),
        incident: incident.to_string(),
        orders,
        at: time(row.at),
        told_at: row.told.map(|(at, _)| time(at)),
        road: row.told.map(|(_, road)| Road::id(road)),
    })
}

/// Lists what the holder was or will be told of incidents that hit his orders, the last first.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/incident-notices", tag = "incidents",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = Vec<IncidentNoticeBody>),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<Vec<IncidentNoticeBody>>, Problem> {
    account(&app, &caller, id).await?;
    let rows = app.engine.read(move |store| store.notices(id, MOST)).await?;
    Ok(Json(rows.iter().filter_map(notice_body).collect()))
}
