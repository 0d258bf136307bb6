//! Explains what somebody holds or says: a channel's code, a payment, what his device shows, his own words.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use tantu_diagnosis::Fact;
use tantu_domain::cause::Cause;
use tantu_domain::ids::PaymentId;
use tantu_domain::incident::IncidentScope;
use tantu_domain::payment::Payment;
use tantu_explain::{Context, Lang};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::device_reports::{DeviceReportRequest, understand};
use crate::api::payments::visible;
use crate::app::{App, Shared};
use crate::body::{JsonBody, id_in, text_in};
use crate::explanation::{Explanation, ExplanationBody, LONGEST_CODE, Question};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::render::Telling;

/// What somebody holds: a code, a payment, or what his device shows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiagnosesRequest {
    /// A channel's code.
    #[serde(default)]
    #[schema(example = "ACQ.BUYER_BALANCE_NOT_ENOUGH")]
    code: Option<String>,
    /// Somebody's own words, alone or beside one of the others: they choose among what is known.
    #[serde(default)]
    #[schema(example = "the verification code never comes")]
    text: Option<String>,
    /// The channel that said it.
    #[serde(default)]
    #[schema(example = "alipay")]
    channel: Option<String>,
    /// The call that it answered.
    #[serde(default)]
    #[schema(example = "alipay.trade.pay")]
    family: Option<String>,
    /// A payment that the caller may see.
    #[serde(default)]
    payment: Option<String>,
    /// What the device shows, as in `POST /v1/device-reports`; it names its own payment.
    #[serde(default)]
    device_report: Option<DeviceReportRequest>,
}

/// Explains a code or what a device shows, to anybody, or a payment, to those who may see it.
///
/// Without channel or call, all that the code may mean: the result is undecided if any of them is.
#[utoipa::path(
    post, path = "/v1/diagnoses", tag = "diagnoses", request_body = DiagnosesRequest,
    security((), ("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = ExplanationBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn diagnose(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    headers: HeaderMap,
    JsonBody(body): JsonBody<DiagnosesRequest>,
) -> Result<Json<ExplanationBody>, Problem> {
    alone(&body)?;
    let text = body.text.as_deref().map(own_words).transpose()?;
    let told = match (&body.code, &body.payment, &body.device_report) {
        (Some(code), _, _) => {
            let (explanation, context) = of_code(&app, &body, code)?;
            in_words(explanation, text).body(lang, &context)
        }
        (None, Some(id), _) => {
            let payment = visible(&app, &caller, id_in::<PaymentId>("payment", id)?).await;
            let payment = payment.map_err(|problem| Problem { field: Some("payment".into()), ..problem })?;
            of_payment(&app, &in_words(Explanation::of_payment(&payment), text), &payment, lang).await?
        }
        (None, None, Some(report)) => {
            let seen = understand(&app, &caller, "device_report.", &headers, report).await?;
            let never_left = seen.clock.is_some_and(|clock| clock.tls_error.is_some());
            let explanation = in_words(Explanation::of_device(seen.findings, never_left, seen.payment.as_ref()), text);
            match &seen.payment {
                Some(payment) => of_payment(&app, &explanation, payment, lang).await?,
                None => explanation.body(lang, &explanation.context(app.engine.clock().now())),
            }
        }
        (None, None, None) => match text {
            Some(text) => of_text(&app, text, lang).await?,
            None => {
                let detail = "name a code, a payment, what the device shows in device_report, or say it in text";
                return Err(Problem::field(Kind::MissingField, "code", detail));
            }
        },
    };
    Ok(Json(told))
}

/// The longest text that is read. A person writes less; a program that writes more is told so.
const LONGEST_TEXT: usize = 10_000;

fn own_words(text: &str) -> Result<&str, Problem> {
    if text.chars().count() <= LONGEST_TEXT {
        return Ok(text);
    }
    let detail = format!("write at most {LONGEST_TEXT} characters");
    Err(Problem::field(Kind::InvalidField, "text", detail))
}

/// Nothing of the text is kept. A known fault of ours is known to everybody, and is told with whatever he says.
async fn of_text(app: &Shared, text: &str, lang: Lang) -> Result<ExplanationBody, Problem> {
    let now = app.engine.clock().now();
    let incidents = app.engine.read(move |store| store.incidents(now)).await?;
    let ours = incidents.iter().any(|incident| incident.scope == IncidentScope::Platform && incident.stands(now));
    let facts: Vec<Fact> = ours.then_some(Fact::Blocks(Cause::PlatformOutage)).into_iter().collect();
    let explanation = Explanation::of_text(app.config.codes.as_deref(), text, &facts, now);
    let context = explanation.context(now);
    Ok(explanation.body(lang, &context))
}

fn in_words<'t>(explanation: Explanation<'t>, text: Option<&str>) -> Explanation<'t> {
    match text {
        Some(text) => explanation.told_as(text),
        None => explanation,
    }
}

/// One thing is explained at a time, and what belongs to a code stands with one.
fn alone(body: &DiagnosesRequest) -> Result<(), Problem> {
    let given = [
        ("code", body.code.is_some()),
        ("payment", body.payment.is_some()),
        ("device_report", body.device_report.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).skip(1);
    if let Some(second) = given.next() {
        let detail = "name one of code, payment and device_report; a report names its own payment";
        return Err(Problem::field(Kind::InvalidField, second, detail));
    }
    let of_code = [("channel", body.channel.is_some()), ("family", body.family.is_some())];
    match of_code.into_iter().find(|(_, given)| *given) {
        Some((field, _))
            if body.code.is_none()
                && (body.payment.is_some() || body.device_report.is_some() || body.text.is_some()) =>
        {
            Err(Problem::field(Kind::InvalidField, field, "this belongs to a code; leave it out"))
        }
        Some(_) | None => Ok(()),
    }
}

async fn of_payment(
    app: &Shared,
    explanation: &Explanation<'_>,
    payment: &Payment,
    lang: Lang,
) -> Result<ExplanationBody, Problem> {
    let (account, now) = (payment.account, app.engine.clock().now());
    let file = app.engine.read(move |store| store.account(account, now)).await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    let telling = Telling::new(lang, now, &instruments, Some(payment));
    let context =
        Context { undecided: explanation.result.is_open(), known_by: explanation.known_by, ..telling.context(&[]) };
    Ok(explanation.body(lang, &context))
}

fn of_code<'a>(app: &'a App, body: &DiagnosesRequest, code: &str) -> Result<(Explanation<'a>, Context), Problem> {
    let code = text_in("code", code, LONGEST_CODE)?;
    let family = body.family.as_deref().map(|family| text_in("family", family, LONGEST_CODE)).transpose()?;
    if let Some(channel) = &body.channel
        && !channels().contains(&channel.as_str())
    {
        let detail = format!("no table is of this channel; there are {}", channels().join(", "));
        return Err(Problem::field(Kind::InvalidField, "channel", detail));
    }
    let now = app.engine.clock().now();
    let question = Question { code: &code, channel: body.channel.as_deref(), family: family.as_deref() };
    let explanation = Explanation::of_code(app.config.codes.as_deref(), &question, now);
    let context = explanation.context(now);
    Ok((explanation, context))
}

/// The channels that have tables, in the tables' order.
fn channels() -> Vec<&'static str> {
    let mut channels: Vec<&str> = tantu_codes::all().iter().map(|meaning| meaning.channel).collect();
    channels.dedup();
    channels
}
