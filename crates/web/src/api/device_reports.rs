//! Takes in what a device says of itself, and says what that explains.
//!
//! A device whose clock is off cannot even make a connection that it trusts: so anybody may report, and a report
//! without a session, over a connection that carries no secret, is answered in full and kept nowhere. Of a signed-in
//! payer's report clock and power are kept, because a binding asks for them; the rest is judged and let go.

mod network;
mod reading;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tantu_domain::client::{Stored, Versioned};
use tantu_domain::client_rules::Doing;
use tantu_domain::device::DeviceTime;
use tantu_domain::device_report::{DeviceReport, DeviceRules, NetworkReport, Permission, Power, Stuck};
use tantu_domain::evidence::Finding;
use tantu_domain::ids::PaymentId;
use tantu_domain::masked::Masked;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_engine::device_reports::keep::KeepDeviceReport;
use tantu_explain::Lang;
use tantu_store::device::{ClockReport, PowerReport, TlsError};
use utoipa::ToSchema;

use self::network::NetworkRequest;
use self::reading::{At, short};
use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::device_checks::via;
use crate::api::payments::visible;
use crate::app::{App, Shared};
use crate::body::{JsonBody, id_in};
use crate::json::read_time;
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::render::{CauseBody, PlanBody, Telling};

/// The most bytes of a report: anybody may send one.
pub(crate) const LARGEST: usize = 16 * 1024;

/// The most entries of a list.
const MOST: usize = 16;

/// The longest line for whoever helps.
const LONGEST_LINE: usize = 1_000;

/// What a device says of itself. What it did not look at it leaves out; something must be there.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DeviceReportRequest {
    /// The payment that did not go on, if the caller may see it.
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    payment: Option<String>,
    /// `pay` or `bind`: what it is to be judged for; paying if absent.
    operation: Option<String>,
    /// What its clock shows.
    clock: Option<ClockReportRequest>,
    /// How much power it has. It stops no payment, but the binding of a card.
    power: Option<PowerReportRequest>,
    /// The way to us.
    network: Option<NetworkRequest>,
    /// Its system.
    system: Option<VersionedRequest>,
    /// Our app on it.
    app: Option<VersionedRequest>,
    /// The configuration that our app has stored.
    configuration: Option<StoredRequest>,
    /// Other apps on it: our partners' and those that run beside ours.
    other_apps: Vec<VersionedRequest>,
    /// Its permissions.
    permissions: Vec<PermissionRequest>,
    /// What is stuck until the app or the phone is started again.
    stuck: Option<StuckRequest>,
}

/// A system or an app.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionedRequest {
    /// Its name.
    #[schema(example = "android")]
    name: String,
    /// Three numbers.
    #[schema(example = "14.0.0")]
    version: String,
}

/// What our app has stored.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRequest {
    /// The edition, as `GET /v1/device-checks` named it.
    edition: String,
    /// The SHA-256 of what is stored now, in hexadecimal.
    sha256: String,
}

/// A permission.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionRequest {
    /// `network`, `sms`, `notification` or `camera`.
    name: String,
    /// Whether the device's owner, or its system, denies it.
    denied: bool,
    /// Whether the step that did not go on needs it.
    #[serde(default)]
    needed: bool,
}

/// What is stuck.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StuckRequest {
    /// What: `half_open_connections`, `no_free_connections`, or the app's own word.
    what: String,
    /// How many of it, if it can be counted.
    #[serde(default)]
    count: Option<u32>,
    /// Since when.
    #[serde(default)]
    since: Option<String>,
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
    /// What it explains, for what it is judged for.
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
    headers: HeaderMap,
    JsonBody(body): JsonBody<DeviceReportRequest>,
) -> Result<(StatusCode, Json<DeviceReportBody>), Problem> {
    let seen = understand(&app, &caller, "", &headers, &body).await?;
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
    headers: &HeaderMap,
    body: &DeviceReportRequest,
) -> Result<Understood, Problem> {
    if body.is_empty() {
        let detail = "the report says nothing; give what was looked at: clock, power, network, app or another part";
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
    // Whatever the device shows, what is paid needs no explanation, and no sentence that nothing was charged.
    let paid = payment.as_ref().is_some_and(|payment| matches!(payment.state, PaymentState::Succeeded { .. }));
    let (report, needed) = body.facts(&At { within }, app, (clock, power), via(headers))?;
    let rules = rules(app, body.doing(&At { within })?, needed);
    let findings = if paid { Vec::new() } else { report.findings(&rules) };
    Ok(Understood { payment, clock, power, findings })
}

/// A report as lines for whoever helps: each part as it was sent, and what it explains. What is secret is taken out.
pub(crate) fn lines(report: &DeviceReportRequest, findings: &[Finding]) -> Result<Vec<Masked>, Problem> {
    let sent = serde_json::to_value(report).map_err(|error| {
        tracing::error!(%error, "a device report could not be written down");
        Problem::new(Kind::Internal, "the report could not be written down; nothing changed")
    })?;
    let parts = sent.as_object().into_iter().flatten();
    let parts = parts.filter(|(_, part)| !part.is_null() && part.as_array().is_none_or(|list| !list.is_empty()));
    let parts = parts.map(|(name, part)| format!("{name} {part}"));
    let found = findings.iter().map(|finding| format!("{} {}", finding.confidence.id(), finding.cause.id()));
    // Masked whole, and cut then: half a number would not be recognised.
    let short = |line: &Masked| line.text().chars().take(LONGEST_LINE).collect::<String>();
    Ok(parts.chain(found).map(|line| Masked::of(&short(&Masked::of(&line).0)).0).collect())
}

/// The figures by which a report is judged.
fn rules(app: &App, doing: Doing, needed: Vec<String>) -> DeviceRules {
    let policy = app.engine.policy();
    let usual = DeviceRules::default();
    DeviceRules {
        clients: policy.clients.clone(),
        doing,
        permissions: usual.permissions.iter().cloned().chain(needed).collect(),
        power_floor: (doing == Doing::Bind).then_some(policy.cards.power_floor),
        ..usual
    }
}

impl DeviceReportRequest {
    fn is_empty(&self) -> bool {
        self.clock.is_none()
            && self.power.is_none()
            && self.network.is_none()
            && self.system.is_none()
            && self.app.is_none()
            && self.configuration.is_none()
            && self.other_apps.is_empty()
            && self.permissions.is_empty()
            && self.stuck.is_none()
    }

    fn doing(&self, at: &At<'_>) -> Result<Doing, Problem> {
        let Some(text) = &self.operation else { return Ok(Doing::Pay) };
        at.one_of("operation", Doing::parse(text), Doing::ALL.iter().map(|doing| doing.id()))
    }

    /// What is reported, as it is judged; and the permissions that the step needed.
    fn facts(
        &self,
        at: &At<'_>,
        app: &App,
        (clock, power): (Option<ClockReport>, Option<PowerReport>),
        via: Vec<String>,
    ) -> Result<(DeviceReport, Vec<String>), Problem> {
        if self.other_apps.len() > MOST || self.permissions.len() > MOST {
            let field = if self.other_apps.len() > MOST { "other_apps" } else { "permissions" };
            return Err(at.wrong(field, format!("give at most {MOST}")));
        }
        let wall = app.engine.clock().wall();
        let network = self.network.as_ref().map(|network| network.read(at, via)).transpose()?;
        contradicts(at, clock, network.as_ref())?;
        let report = DeviceReport {
            skew_seconds: clock.map(|clock| DeviceTime::between(clock.device_time, wall).skew_seconds),
            network,
            power: power.map(|power| Power { percent: power.percent, charging: power.charging }),
            permissions: self.permissions(at)?,
            system: self.system.as_ref().map(|system| system.read(at, "system")).transpose()?,
            app: self.app.as_ref().map(|app| app.read(at, "app")).transpose()?,
            configuration: self.configuration.as_ref().map(|stored| stored.read(at)).transpose()?,
            other_apps: self.other_apps.iter().map(|app| app.read(at, "other_apps")).collect::<Result<_, _>>()?,
            stuck: self.stuck.as_ref().map(|stuck| stuck.read(at)).transpose()?,
        };
        if report.configuration.is_some() && report.app.is_none() {
            return Err(at.wrong("app", "a configuration is stored by an app; name the app, too"));
        }
        let needed = self.permissions.iter().filter(|one| one.needed).map(|one| one.name.clone()).collect();
        Ok((report, needed))
    }

    fn permissions(&self, at: &At<'_>) -> Result<Vec<Permission>, Problem> {
        const KNOWN: [&str; 4] = ["network", "sms", "notification", "camera"];
        let mut read: Vec<Permission> = Vec::new();
        for one in &self.permissions {
            let name = KNOWN.into_iter().find(|known| *known == one.name);
            let name = at.one_of("permissions.name", name, KNOWN.into_iter())?;
            if read.iter().any(|known| known.name == name && known.denied != one.denied) {
                return Err(at.wrong("permissions", format!("{name} is said to be both granted and denied")));
            }
            read.push(Permission { name: name.to_owned(), denied: one.denied });
        }
        Ok(read)
    }
}

/// What a device says of our certificate in two places must be the same.
fn contradicts(at: &At<'_>, clock: Option<ClockReport>, network: Option<&NetworkReport>) -> Result<(), Problem> {
    use tantu_domain::device_report::TlsResult;
    let said = clock.and_then(|clock| clock.tls_error).map(|error| match error {
        TlsError::NotYetValid => TlsResult::NotYetValid,
        TlsError::Expired => TlsResult::Expired,
    });
    let seen = network.and_then(|network| network.tls.as_ref()).map(|tls| tls.result);
    match (said, seen) {
        (Some(said), Some(seen)) if said != seen => {
            let detail = format!("clock.tls_error says {}, network.tls says {}", said.id(), seen.id());
            Err(at.wrong("network.tls", detail))
        }
        _ => Ok(()),
    }
}

impl VersionedRequest {
    fn read(&self, at: &At<'_>, field: &str) -> Result<Versioned, Problem> {
        let text = format!("{}/{}", self.name, self.version);
        text.parse().map_err(|error: tantu_domain::client::ClientError| at.wrong(field, error.to_string()))
    }
}

impl StoredRequest {
    fn read(&self, at: &At<'_>) -> Result<Stored, Problem> {
        let text = format!("{}/{}", self.edition, self.sha256);
        text.parse().map_err(|error: tantu_domain::client::ClientError| at.wrong("configuration", error.to_string()))
    }
}

impl StuckRequest {
    fn read(&self, at: &At<'_>) -> Result<Stuck, Problem> {
        let since = self.since.as_deref().map(|text| read_time(&format!("{}stuck.since", at.within), text));
        Ok(Stuck { what: short(at, "stuck.what", &self.what)?, count: self.count, since: since.transpose()? })
    }
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
