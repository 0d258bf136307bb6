//! Staff see an incident, with the payments that it hit.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{IncidentId, PaymentId};
use tantu_domain::payment::Payment;
use tantu_store::hit::{Hit, HitsOf};
use tantu_store::listing::Page;
use utoipa::{IntoParams, ToSchema};

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::incidents::{IncidentBody, incident_body};
use crate::app::Shared;
use crate::body::{PathId, QueryFields};
use crate::json::time;
use crate::problem::{Kind, Problem};

/// How many hits a page has if nobody says.
const USUAL: u8 = 20;

/// How many it has at most.
const MOST: u8 = 100;

/// Which of its hits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
}

/// A payment that an incident stopped, or left undecided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HitBody {
    /// Which.
    payment: String,
    /// Whose.
    account: String,
    /// When it was hit first.
    at: String,
    /// How the payment stands now.
    state: &'static str,
}

/// An incident with what it hit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentFileBody {
    #[serde(flatten)]
    incident: IncidentBody,
    /// Who of the staff began or planned it, if it was staff.
    begun_by: Option<String>,
    /// Who of the staff ended it, if it was staff.
    ended_by: Option<String>,
    /// How many payments it hit.
    hit_count: u64,
    /// A page of them, the newest first.
    hits: Vec<HitBody>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

/// Shows an incident, over or not, with the payments that it stopped or left undecided, the newest first.
#[utoipa::path(
    get, path = "/v1/incidents/{id}", tag = "incidents", security(("staff" = [])),
    params(("id" = String, Path, description = "inc_…"), Wanted),
    responses(
        (status = 200, body = IncidentFileBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    _: StaffCaller,
    PathId(id): PathId<IncidentId>,
    QueryFields(wanted): QueryFields<Wanted>,
) -> Result<Json<IncidentFileBody>, Problem> {
    let (after, limit) = wanted.page()?;
    // One more than is shown says whether there is another page.
    let page = Page { after, limit: limit + 1 };
    let read = app.engine.read(move |store| {
        let Some(incident) = store.incident(id)? else { return Ok(None) };
        let mut hits = Vec::new();
        for hit in store.hits(HitsOf::Incident(id), page)? {
            hits.push((hit, store.payment(hit.payment)?));
        }
        Ok(Some((incident, store.hit_count(id)?, hits)))
    });
    let (incident, hit_count, mut hits) = read.await?.ok_or_else(|| Problem::not_found("incident", &id.to_string()))?;
    let more = hits.len() > usize::from(limit);
    hits.truncate(usize::from(limit));
    Ok(Json(IncidentFileBody {
        incident: incident_body(&incident),
        begun_by: incident.begun_by.map(|by| by.to_string()),
        ended_by: incident.ended_by.map(|by| by.to_string()),
        hit_count,
        next_cursor: hits.last().filter(|_| more).map(|(hit, _)| hit.payment.to_string()),
        hits: hits.iter().map(hit_body).collect(),
    }))
}

fn hit_body((hit, payment): &(Hit, Option<Payment>)) -> HitBody {
    HitBody {
        payment: hit.payment.to_string(),
        account: hit.account.to_string(),
        at: time(hit.at),
        state: payment.as_ref().map_or("unknown", |payment| payment.state.id()),
    }
}

impl Wanted {
    fn page(&self) -> Result<(Option<PaymentId>, u8), Problem> {
        let no_cursor = |_| {
            let detail = "this is no next_cursor of a page; leave it out to begin with the newest";
            Problem::field(Kind::InvalidField, "cursor", detail)
        };
        let after = self.cursor.as_deref().map(|text| text.parse().map_err(no_cursor)).transpose()?;
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::field(Kind::InvalidField, "limit", format!("a page has 1 to {MOST} hits")));
        }
        Ok((after, limit))
    }
}
