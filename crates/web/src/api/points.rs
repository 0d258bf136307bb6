//! Points: what an account has of them, lot by lot; bought, and released.

pub(crate) mod release;
pub(crate) mod top_up;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_domain::points::{Lot, LotState, Origin};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::{Amount, time};
use crate::problem::{Kind, Problem};

/// The most points that are asked for at once: a hundred million.
const MOST: i64 = 100_000_000;

/// A number of points in the field `points`.
pub(crate) fn points_in(points: i64) -> Result<i64, Problem> {
    let fits = (1..=MOST).contains(&points);
    let detail = format!("give a whole number of points from 1 to {MOST}");
    if fits { Ok(points) } else { Err(Problem::field(Kind::InvalidField, "points", detail)) }
}

/// Points that were bought together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LotBody {
    /// Its id.
    id: String,
    /// official, or the merchant who sold them.
    origin: String,
    /// expected, good or quarantined.
    state: &'static str,
    /// How many were bought.
    bought: i64,
    /// How many are left.
    left: i64,
    /// How many a payment holds that only a channel knows the end of.
    held: i64,
    /// When it was ordered.
    ordered_at: String,
    /// The case against it, to be quoted and appealed against (`POST /v1/cases/{id}/appeals`).
    case: Option<String>,
    /// Since when it stands.
    since: Option<String>,
    /// When the holder appealed.
    appealed_at: Option<String>,
    /// Whether one member of staff has proposed to release it, and another one must agree.
    release_proposed: bool,
}

/// What an account has of points.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PointsBody {
    /// The account.
    account: String,
    /// Its instrument for points, by which they pay the whole of an order; null if it has never had any.
    instrument: Option<String>,
    /// How many can pay.
    good: i64,
    /// How many payments hold.
    held: i64,
    /// How many are quarantined.
    quarantined: i64,
    /// What a point is worth; null if none are offered.
    worth: Option<Amount>,
    /// Lot by lot, the oldest first.
    lots: Vec<LotBody>,
}

pub(crate) fn lot_body(lot: &Lot) -> LotBody {
    let (state, against) = match &lot.state {
        LotState::Expected => ("expected", None),
        LotState::Good => ("good", None),
        LotState::Quarantined(against) => ("quarantined", Some(against)),
    };
    LotBody {
        id: lot.id.to_string(),
        origin: match lot.origin {
            Origin::Official => "official".to_owned(),
            Origin::Seller(merchant) => merchant.to_string(),
        },
        state,
        bought: lot.bought,
        left: lot.left,
        held: lot.held,
        ordered_at: time(lot.ordered_at),
        case: against.map(|against| against.case.to_string()),
        since: against.map(|against| time(against.since)),
        appealed_at: against.and_then(|against| against.appealed_at).map(time),
        release_proposed: against.is_some_and(|against| against.release_proposed_by.is_some()),
    }
}

/// Shows an account's points.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/points", tag = "points", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PointsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<PointsBody>, Problem> {
    let missing = || Problem::not_found("account", &account.to_string());
    if matches!(caller, Caller::Payer(own) if own != account) {
        return Err(missing());
    }
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(account, now)).await?.ok_or_else(missing)?;
    let points = file.points.unwrap_or_default();
    let kind = tantu_domain::instrument::InstrumentKind::Points;
    let policy = app.engine.policy().points.as_ref();
    Ok(Json(PointsBody {
        account: account.to_string(),
        instrument: file.instruments.iter().find(|one| one.kind == kind).map(|one| one.id.to_string()),
        good: points.good(),
        held: points.held(),
        quarantined: points.quarantined().iter().map(|(lot, _)| lot.left).sum(),
        worth: policy.and_then(|policy| policy.worth(1)).map(Amount::from),
        lots: points.lots.iter().map(lot_body).collect(),
    }))
}
