//! Explains what somebody holds: a channel's code, or a payment.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::PaymentId;
use tantu_explain::Context;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::app::{App, Shared};
use crate::body::{JsonBody, id_in, text_in};
use crate::explanation::{Explanation, ExplanationBody, LONGEST_CODE, Question};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::render::Telling;

/// What somebody holds: a code, or a payment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiagnosesRequest {
    /// A channel's code.
    #[serde(default)]
    #[schema(example = "ACQ.BUYER_BALANCE_NOT_ENOUGH")]
    code: Option<String>,
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
}

/// Explains a code, to anybody, or a payment, to those who may see it.
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
    JsonBody(body): JsonBody<DiagnosesRequest>,
) -> Result<Json<ExplanationBody>, Problem> {
    let told = match (&body.code, &body.payment) {
        (Some(code), None) => {
            let (explanation, context) = of_code(&app, &body, code)?;
            explanation.body(lang, &context)
        }
        (None, Some(id)) => {
            if body.channel.is_some() || body.family.is_some() {
                let field = if body.channel.is_some() { "channel" } else { "family" };
                return Err(Problem::field(Kind::InvalidField, field, "this belongs to a code; leave it out"));
            }
            let payment = visible(&app, &caller, id_in::<PaymentId>("payment", id)?).await;
            let payment = payment.map_err(|problem| Problem { field: Some("payment".into()), ..problem })?;
            let (account, now) = (payment.account, app.engine.clock().now());
            let file = app.engine.read(move |store| store.account(account, now)).await?;
            let instruments = file.map(|file| file.instruments).unwrap_or_default();
            let explanation = Explanation::of_payment(&payment);
            let telling = Telling::new(lang, now, &instruments, Some(&payment));
            let context = Context {
                undecided: explanation.result.is_open(),
                known_by: explanation.known_by,
                ..telling.context(&[])
            };
            explanation.body(lang, &context)
        }
        (Some(_), Some(_)) => {
            return Err(Problem::field(Kind::InvalidField, "payment", "name a code or a payment, not both"));
        }
        (None, None) => {
            return Err(Problem::field(Kind::MissingField, "code", "name a code, or a payment in the field payment"));
        }
    };
    Ok(Json(told))
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
