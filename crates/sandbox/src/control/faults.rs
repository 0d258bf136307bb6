//! The script of faults: read strictly, so that a misspelt script fails here and not as a test that proves nothing.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Controlled;
use super::body::{Body, Problem};
use super::fault_kinds::{CHANNELS, Channel, FIELDS, PARTICULAR};
use crate::faults::{Fault, NOTIFICATION, What};

pub(crate) async fn add(
    State(controlled): State<Controlled>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let fault = read(&Body::read(&bytes, FIELDS)?)?;
    Ok((StatusCode::CREATED, Json(view(&controlled.backstage.faults.add(fault)))))
}

pub(crate) async fn list(State(controlled): State<Controlled>) -> Json<Value> {
    Json(json!({ "faults": controlled.backstage.faults.list().iter().map(view).collect::<Vec<_>>() }))
}

pub(crate) async fn remove_all(State(controlled): State<Controlled>) -> Json<Value> {
    Json(json!({ "removed": controlled.backstage.faults.remove(None) }))
}

pub(crate) async fn remove_one(
    State(controlled): State<Controlled>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    match controlled.backstage.faults.remove(Some(&id)) {
        0 => Err(Problem::not_found(format!("no fault {id}: GET /faults lists them"))),
        removed => Ok(Json(json!({ "removed": removed }))),
    }
}

fn read(body: &Body) -> Result<Fault, Problem> {
    let names: Vec<&str> = CHANNELS.iter().map(|channel| channel.name).collect();
    let name = body.one_of("channel", &names)?;
    let channel = CHANNELS.iter().find(|channel| channel.name == name);
    let channel = channel.ok_or_else(|| Problem::field("channel", "unknown value"))?;
    let foreign = FIELDS.iter().find(|field| body.has(field) && !channel.knows(field));
    if let Some(field) = foreign {
        return Err(Problem::field(field, format!("is no field of {}'s faults", channel.name)));
    }
    let mut calls = (channel.calls)();
    if !channel.of_notifications.is_empty() {
        calls.push(NOTIFICATION);
    }
    calls.push("*");
    let call = body.one_of("call", &calls)?;
    let kinds = if call == NOTIFICATION { channel.of_notifications } else { channel.of_calls };
    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
    let what_name = body.one_of("what", &names)?;
    let takes = kinds.iter().find(|(name, _)| *name == what_name).map_or(&[][..], |(_, takes)| *takes);
    for field in PARTICULAR {
        if body.has(field) && !takes.contains(field) {
            let error = format!("does not belong to {what_name}, which takes {takes:?} besides the common fields");
            return Err(Problem::field(field, error));
        }
    }
    let times = if body.is_null("times") { None } else { Some(body.small_count("times")?.unwrap_or(1)) };
    if times == Some(0) {
        return Err(Problem::field("times", "has to be 1 or more, or null for \"until it is deleted\""));
    }
    Ok(Fault {
        id: String::new(),
        what: what(channel, &what_name, &call, body)?,
        channel: name,
        call,
        payer: body.text(channel.payer)?,
        order: body.text(channel.order)?,
        what_name,
        times,
        after: body.small_count("after")?.unwrap_or(0),
        seen: 0,
        used: 0,
    })
}

fn what(channel: &Channel, name: &str, call: &str, body: &Body) -> Result<What, Problem> {
    let processed = body.flag("processed")?.unwrap_or(false);
    let delay = || -> Result<Duration, Problem> {
        let wanted = format!("is required by {name}: milliseconds of real time");
        let delay = body.small_count("delay_ms")?.ok_or_else(|| Problem::field("delay_ms", wanted))?;
        Ok(Duration::from_millis(u64::from(delay)))
    };
    let code = || published_code(channel, call, body);
    Ok(match name {
        "request_lost" => What::RequestLost,
        "answer_lost" => What::AnswerLost,
        "answer_late" => What::AnswerLate { delay: delay()? },
        "succeed_late" => What::SucceedLate { delay: delay()?, cut: body.flag("cut")?.unwrap_or(false) },
        "answer_doubled" => What::AnswerDoubled,
        "request_doubled" => What::RequestDoubled,
        "http_500" => What::Http { status: 500, processed },
        "http_502" => What::Http { status: 502, processed },
        "http_503" => What::Http { status: 503, processed },
        "system_error" => {
            let code = if body.has(channel.code) { Some(code()?) } else { None };
            What::SystemError { processed, code }
        }
        "gateway_unavailable" => What::GatewayUnavailable { processed },
        "unknown_code" => What::UnknownCode { processed },
        "refused" => What::Refused { code: code()? },
        "contradicted" => What::Contradicted { code: code()? },
        "bad_signature" => What::BadSignature,
        "unsigned" => What::Unsigned,
        "malformed" => What::Malformed,
        "garbage" => What::Garbage,
        "foreign_certificate" => What::ForeignCertificate,
        "slow" => What::Slow { delay: delay()? },
        "never" => What::Never,
        "doubled" => What::Doubled,
        "late" => What::Late { delay: delay()? },
        "forged" => What::Forged,
        "alipay_cert_sn" => What::AlipayCertSn,
        "before_answer" => What::BeforeAnswer,
        "of_failure" => What::OfFailure,
        _ => return Err(Problem::field("what", "unknown value")),
    })
}

/// A refusal can be scripted with any code that the channel publishes for the call, and with no other.
fn published_code(channel: &Channel, call: &str, body: &Body) -> Result<String, Problem> {
    let Some(codes) = (channel.codes)(call) else {
        return Err(Problem::field("call", "has to be one method for a refusal, because each has its own codes"));
    };
    body.one_of(channel.code, &codes)
}

fn view(fault: &Fault) -> Value {
    let (mut delay_ms, mut processed, mut cut, mut code) = (None, None, None, None);
    match &fault.what {
        What::AnswerLate { delay } | What::Slow { delay } | What::Late { delay } => delay_ms = Some(*delay),
        What::SucceedLate { delay, cut: cuts } => (delay_ms, cut) = (Some(*delay), Some(*cuts)),
        What::Http { processed: done, .. }
        | What::GatewayUnavailable { processed: done }
        | What::UnknownCode { processed: done } => processed = Some(*done),
        What::SystemError { processed: done, code: said } => (processed, code) = (Some(*done), said.clone()),
        What::Refused { code: said } | What::Contradicted { code: said } => code = Some(said.clone()),
        _ => {}
    }
    let mut view = json!({
        "id": fault.id,
        "channel": fault.channel,
        "call": fault.call,
        "what": fault.what_name,
        "times": fault.times,
        "after": fault.after,
        "delay_ms": delay_ms.map(|delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
        "processed": processed,
        "cut": cut,
        "seen": fault.seen,
        "used": fault.used,
    });
    if let Some(channel) = CHANNELS.iter().find(|channel| channel.name == fault.channel) {
        view[channel.payer] = json!(fault.payer);
        view[channel.order] = json!(fault.order);
        view[channel.code] = json!(code);
    }
    view
}
