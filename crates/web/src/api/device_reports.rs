//! Takes in what a device says of itself, and says what that explains.
//!
//! A device whose clock is off cannot even make a connection that it trusts: so anybody may report, and a report
//! without a session, over a connection that carries no secret, is answered in full and kept nowhere.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::device::DeviceTime;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_engine::device_reports::keep::KeepDeviceReport;
use tantu_explain::Lang;
use tantu_store::device::{ClockReport, PowerReport, TlsError};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::{JsonBody, id_in};
use crate::json::read_time;
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::render::{CauseBody, PlanBody, Telling};

/// The most bytes of a report: anybody may send one.
pub(crate) const LARGEST: usize = 4 * 1024;

/// What a device says of itself: its clock, its power, or both.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceReportRequest {
    /// The payment that did not go on, if the caller may see it.
    #[serde(default)]
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    payment: Option<String>,
    /// What its clock shows.
    #[serde(default)]
    clock: Option<ClockReportRequest>,
    /// How much power it has.
    #[serde(default)]
    power: Option<PowerReportRequest>,
}

/// What a device's clock shows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockReportRequest {
    /// The device's own time.
    #[schema(example = "2026-11-22T12:00:00+08:00")]
    device_time: String,
    /// `certificate_not_yet_valid` or `certificate_expired`, if it did not trust our certificate for its dates.
    #[serde(default)]
    tls_error: Option<String>,
}

/// How much power a device has.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PowerReportRequest {
    /// 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    percent: u8,
    /// Whether it is being charged.
    charging: bool,
}

/// What a report explains.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceReportBody {
    /// Under which it is kept; only what a signed-in payer reports is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rep_01h455vb4pex5vsknk084sn02q")]
    id: Option<String>,
    /// Why this device cannot pay; empty if nothing that it reports stands in the way.
    causes: Vec<CauseBody>,
    /// What leads on, if the report names a payment that is not paid yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<PlanBody>,
}

/// A report as it was understood.
pub(crate) struct Understood {
    pub(crate) payment: Option<Payment>,
    pub(crate) clock: Option<ClockReport>,
    power: Option<PowerReport>,
    /// What it explains. Low power stops no payment.
    pub(crate) findings: Vec<Finding>,
}

/// Takes in what a device says of itself, and says what that explains.
///
/// A device that trusts no connection, because its clock is off, reports over one that carries no secret: it
/// checks which certificate it sees, not its dates. A signed-in payer's report is kept.
#[utoipa::path(
    post, path = "/v1/device-reports", tag = "devices", request_body = DeviceReportRequest,
    security((), ("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = DeviceReportBody),
        (status = "default", description = "The report does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn report(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    JsonBody(body): JsonBody<DeviceReportRequest>,
) -> Result<(StatusCode, Json<DeviceReportBody>), Problem> {
    let seen = understand(&app, &caller, "", &body).await?;
    let payment = seen.payment.as_ref().map(|payment| payment.id);
    let id = match caller {
        Caller::Payer(account) => {
            let report = KeepDeviceReport { account, payment, clock: seen.clock, power: seen.power };
            Some(app.engine.run(report).await?.to_string())
        }
        Caller::Unknown | Caller::Merchant(_) | Caller::Staff | Caller::Cashier(_) => None,
    };
    let causes: Vec<&str> = seen.findings.iter().map(|finding| finding.cause.id()).collect();
    tracing::info!(?causes, kept = id.is_some(), "a device reported");
    let (causes, plan) = told(&app, &seen, lang).await?;
    Ok((StatusCode::CREATED, Json(DeviceReportBody { id, causes, plan })))
}

async fn told(app: &Shared, seen: &Understood, lang: Lang) -> Result<(Vec<CauseBody>, Option<PlanBody>), Problem> {
    let now = app.engine.clock().now();
    let Some(payment) = &seen.payment else {
        return Ok((Telling::new(lang, now, &[], None).causes(&seen.findings), None));
    };
    let account = payment.account;
    let file = app.engine.read(move |store| store.account(account, now)).await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    let undecided = payment.undecided_attempt().is_some();
    let telling = Telling { undecided, ..Telling::new(lang, now, &instruments, Some(payment)) };
    let told = telling.tell(&seen.findings, &[], payment.instrument());
    let unpaid = (undecided || payment.is_open()) && !seen.findings.is_empty();
    Ok((told.causes, unpaid.then_some(told.plan)))
}

/// Reads a report. `within` stands before the names of its fields in problems.
pub(crate) async fn understand(
    app: &Shared,
    caller: &Caller,
    within: &str,
    body: &DeviceReportRequest,
) -> Result<Understood, Problem> {
    if body.clock.is_none() && body.power.is_none() {
        let detail = "the report says nothing; give clock, power or both";
        return Err(Problem::field(Kind::MissingField, format!("{within}clock"), detail));
    }
    let clock = body.clock.as_ref().map(|clock| clock.read(within)).transpose()?;
    let power = body.power.as_ref().map(|power| power.read(within)).transpose()?;
    let payment = match &body.payment {
        Some(id) => {
            let field = format!("{within}payment");
            let seen = visible(app, caller, id_in::<PaymentId>(&field, id)?).await;
            Some(seen.map_err(|problem| Problem { field: Some(field), ..problem })?)
        }
        None => None,
    };
    let wall = app.engine.clock().wall();
    // Whatever the device shows, what is paid needs no explanation, and no sentence that nothing was charged.
    let paid = payment.as_ref().is_some_and(|payment| matches!(payment.state, PaymentState::Succeeded { .. }));
    let off = clock.filter(|_| !paid).and_then(|clock| DeviceTime::between(clock.device_time, wall).evidence());
    let finding = off.map(|evidence| Finding {
        cause: evidence.cause(),
        confidence: Confidence::Certain,
        evidence: evidence.fields(),
        instrument: None,
    });
    Ok(Understood { payment, clock, power, findings: finding.into_iter().collect() })
}

impl ClockReportRequest {
    fn read(&self, within: &str) -> Result<ClockReport, Problem> {
        let unknown = || {
            let detail = "write certificate_not_yet_valid or certificate_expired, or leave it out";
            Problem::field(Kind::InvalidField, format!("{within}clock.tls_error"), detail)
        };
        let error = self.tls_error.as_deref().map(|id| TlsError::parse(id).ok_or_else(unknown));
        Ok(ClockReport {
            device_time: read_time(&format!("{within}clock.device_time"), &self.device_time)?,
            tls_error: error.transpose()?,
        })
    }
}

impl PowerReportRequest {
    fn read(&self, within: &str) -> Result<PowerReport, Problem> {
        if self.percent > 100 {
            let detail = "give a whole number from 0 to 100";
            return Err(Problem::field(Kind::InvalidField, format!("{within}power.percent"), detail));
        }
        Ok(PowerReport { percent: self.percent, charging: self.charging })
    }
}
