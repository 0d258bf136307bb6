//! Says beforehand what would be decided, by the same evaluation, and changes nothing.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tantu_domain::evidence::Value;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::incident::Incident;
use tantu_domain::payment::Action;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::points::points_in;
use crate::app::Shared;
use crate::body::{JsonBody, id_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::json::{Amount, time};
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::render::{CauseBody, Telling, Told};

/// What is to be paid.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreflightRequest {
    /// Who would pay.
    account: String,
    /// How much.
    amount: Amount,
    /// With what: its causes come first, and the plan is for it. The account's first one if left out.
    #[serde(default)]
    instrument: Option<String>,
    /// How many of the payer's points would pay a part of it.
    #[serde(default)]
    #[schema(minimum = 1)]
    points: Option<i64>,
}

/// What would be decided now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreflightBody {
    /// When.
    at: String,
    /// Whether the instrument could pay.
    can_pay: bool,
    /// What the payer would be waited for with first, such as `enter_payment_password`.
    requires: Option<&'static str>,
    /// Why not, what can, and what leads on.
    #[serde(flatten)]
    told: Told,
    /// Each instrument by itself.
    instruments: Vec<InstrumentVerdictBody>,
    /// What is planned to begin within a day, and will stop all instruments or those of a channel.
    planned: Vec<PlannedBody>,
}

/// Maintenance that is planned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedBody {
    /// The incident that its window is.
    incident: String,
    /// platform, or a channel's id.
    scope: &'static str,
    /// When it begins.
    from: String,
    /// When it ends.
    to: Option<String>,
}

/// What is planned so near is told.
const NEAR: SignedDuration = SignedDuration::from_hours(24);

/// So much of it is read at most.
const MOST_PLANNED: u32 = 50;

fn planned(incidents: &[Incident], now: Timestamp) -> Vec<PlannedBody> {
    let near = |one: &&Incident| one.is_ahead(now) && one.since.duration_since(now) <= NEAR;
    let body = |one: &Incident| PlannedBody {
        incident: one.id.to_string(),
        scope: one.scope.id(),
        from: time(one.since),
        to: one.end().map(time),
    };
    incidents.iter().filter(near).map(body).collect()
}

/// What speaks against one instrument.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstrumentVerdictBody {
    /// Which.
    instrument: String,
    /// Its name.
    title: String,
    /// Whether it could pay.
    can_pay: bool,
    /// What the payer would be waited for with first.
    requires: Option<&'static str>,
    /// Why not, apart from what stops every one.
    causes: Vec<CauseBody>,
}

/// Says beforehand what would be decided.
#[utoipa::path(
    post, path = "/v1/preflight", tag = "payments", request_body = PreflightRequest,
    security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: key=dev_…, time=<RFC 3339>, signature=<base64 of the signature of `tantu-device-v1`, the time as written here and `amount <amount> <currency>`, on three lines>. Signed anew for each sending"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = PreflightBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preflight(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    speaker: SpeakerHeaders,
    JsonBody(body): JsonBody<PreflightRequest>,
) -> Result<Json<PreflightBody>, Problem> {
    let account: AccountId = id_in("account", &body.account)?;
    let unknown = || Problem { field: Some("account".into()), ..Problem::not_found("account", &body.account) };
    if matches!(caller, Caller::Payer(own) if own != account) {
        return Err(unknown());
    }
    let amount = body.amount.read("amount")?;
    let asked: Option<InstrumentId> = body.instrument.as_deref().map(|text| id_in("instrument", text)).transpose()?;
    let speaker = speaker.verified(&app, account, &Agreed::Amount(amount)).await?;
    let points = body.points.map(points_in).transpose()?.unwrap_or(0);
    // Whom a payer would pay he need not say: what rules look at between the two is looked at when he does.
    let payee = match caller {
        Caller::Merchant(merchant) => Some(merchant),
        _ => None,
    };
    let verdict = app.engine.preflight(account, amount, &speaker, (payee, points)).await.map_err(Problem::of_body)?;
    let now = app.engine.clock().now();
    let read =
        app.engine.read(move |store| Ok((store.account(account, now)?, store.incidents_since(now, MOST_PLANNED)?)));
    let (file, incidents) = read.await?;
    let file = file.ok_or_else(unknown)?;
    let known = |id: &InstrumentId| verdict.instruments.iter().any(|known| known.instrument == *id);
    if let Some(id) = asked.filter(|id| !known(id)) {
        return Err(Problem { field: Some("instrument".into()), ..Problem::not_found("instrument", &id.to_string()) });
    }
    let chosen = asked.or_else(|| verdict.instruments.first().map(|first| first.instrument));
    let mut findings = chosen.map(|chosen| verdict.findings(chosen)).unwrap_or_default();
    // A case that paying would open is not there yet: its id is nobody's to quote.
    let standing = file.account.case().map(|case| Value::Text(case.id.to_string()));
    for field in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
        if field.name == "case" && Some(&field.value) != standing.as_ref() {
            field.value = Value::Unknown;
        }
    }
    let telling = Telling { amount: Some(amount), ..Telling::new(lang, now, &file.instruments, None) };
    let one = |id: InstrumentId| {
        let own: Vec<_> = findings.iter().filter(|finding| finding.instrument == Some(id)).cloned().collect();
        InstrumentVerdictBody {
            instrument: id.to_string(),
            title: telling.title(id).unwrap_or_default(),
            can_pay: verdict.allows(id),
            requires: verdict.action(id).map(Action::id),
            causes: telling.causes(&own),
        }
    };
    Ok(Json(PreflightBody {
        at: time(now),
        can_pay: chosen.is_some_and(|chosen| verdict.allows(chosen)),
        requires: chosen.and_then(|chosen| verdict.action(chosen)).map(Action::id),
        told: telling.tell(&findings, &verdict.can_pay_with(), chosen),
        instruments: verdict.instruments.iter().map(|known| one(known.instrument)).collect(),
        planned: planned(&incidents, now),
    }))
}
