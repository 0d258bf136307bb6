//! The script of faults: read strictly, so that a misspelt script fails here and not as a test that proves nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::alipay::{Alipay, CHANNEL, Method, published};
use crate::faults::{Fault, NOTIFICATION, What};

const FIELDS: &[&str] =
    &["channel", "call", "buyer", "out_trade_no", "what", "times", "after", "delay_ms", "processed", "cut", "sub_code"];

/// Faults of calls, each with the fields that it takes besides the common ones.
const OF_CALLS: &[(&str, &[&str])] = &[
    ("request_lost", &[]),
    ("answer_lost", &[]),
    ("answer_late", &["delay_ms"]),
    ("succeed_late", &["delay_ms", "cut"]),
    ("answer_doubled", &[]),
    ("request_doubled", &[]),
    ("http_500", &["processed"]),
    ("http_502", &["processed"]),
    ("http_503", &["processed"]),
    ("system_error", &["processed"]),
    ("gateway_unavailable", &["processed"]),
    ("unknown_code", &["processed"]),
    ("refused", &["sub_code"]),
    ("bad_signature", &[]),
    ("unsigned", &[]),
    ("malformed", &[]),
    ("slow", &["delay_ms"]),
];

/// Faults of notifications, likewise.
const OF_NOTIFICATIONS: &[(&str, &[&str])] = &[
    ("never", &[]),
    ("doubled", &[]),
    ("late", &["delay_ms"]),
    ("forged", &[]),
    ("before_answer", &[]),
    ("alipay_cert_sn", &[]),
];

/// Fields that only some faults take.
const PARTICULAR: &[&str] = &["delay_ms", "processed", "cut", "sub_code"];

pub(crate) async fn add(State(alipay): State<Arc<Alipay>>, bytes: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let fault = read(&Body::read(&bytes, FIELDS)?)?;
    Ok((StatusCode::CREATED, Json(view(&alipay.faults.add(fault)))))
}

pub(crate) async fn list(State(alipay): State<Arc<Alipay>>) -> Json<Value> {
    Json(json!({ "faults": alipay.faults.list().iter().map(view).collect::<Vec<_>>() }))
}

pub(crate) async fn remove_all(State(alipay): State<Arc<Alipay>>) -> Json<Value> {
    Json(json!({ "removed": alipay.faults.remove(None) }))
}

pub(crate) async fn remove_one(
    State(alipay): State<Arc<Alipay>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    match alipay.faults.remove(Some(&id)) {
        0 => Err(Problem::not_found(format!("no fault {id}: GET /faults lists them"))),
        removed => Ok(Json(json!({ "removed": removed }))),
    }
}

fn read(body: &Body) -> Result<Fault, Problem> {
    let channel = body.one_of("channel", &[CHANNEL])?;
    let mut calls: Vec<&str> = Method::ALL.into_iter().filter(|method| !method.is_page()).map(Method::name).collect();
    calls.extend([NOTIFICATION, "*"]);
    let call = body.one_of("call", &calls)?;
    let kinds = if call == NOTIFICATION { OF_NOTIFICATIONS } else { OF_CALLS };
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
        what: what(&what_name, &call, body)?,
        channel,
        call,
        buyer: body.text("buyer")?,
        out_trade_no: body.text("out_trade_no")?,
        what_name,
        times,
        after: body.small_count("after")?.unwrap_or(0),
        seen: 0,
        used: 0,
    })
}

fn what(name: &str, call: &str, body: &Body) -> Result<What, Problem> {
    let processed = body.flag("processed")?.unwrap_or(false);
    let delay = || -> Result<Duration, Problem> {
        let wanted = format!("is required by {name}: milliseconds of real time");
        let delay = body.small_count("delay_ms")?.ok_or_else(|| Problem::field("delay_ms", wanted))?;
        Ok(Duration::from_millis(u64::from(delay)))
    };
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
        "system_error" => What::SystemError { processed },
        "gateway_unavailable" => What::GatewayUnavailable { processed },
        "unknown_code" => What::UnknownCode { processed },
        "refused" => What::Refused { sub_code: published_code(call, body)? },
        "bad_signature" => What::BadSignature,
        "unsigned" => What::Unsigned,
        "malformed" => What::Malformed,
        "slow" => What::Slow { delay: delay()? },
        "never" => What::Never,
        "doubled" => What::Doubled,
        "late" => What::Late { delay: delay()? },
        "forged" => What::Forged,
        "alipay_cert_sn" => What::AlipayCertSn,
        "before_answer" => What::BeforeAnswer,
        _ => return Err(Problem::field("what", "unknown value")),
    })
}

/// A refusal can be scripted with any code that Alipay publishes for the call, and with no other.
fn published_code(call: &str, body: &Body) -> Result<String, Problem> {
    let Some(method) = Method::named(call) else {
        return Err(Problem::field("call", "has to be one method for a refusal, because each has its own codes"));
    };
    let codes: Vec<&str> = published::table(method).iter().map(|(code, _)| *code).collect();
    body.one_of("sub_code", &codes)
}

fn view(fault: &Fault) -> Value {
    let (mut delay_ms, mut processed, mut cut, mut sub_code) = (None, None, None, None);
    match &fault.what {
        What::AnswerLate { delay } | What::Slow { delay } | What::Late { delay } => delay_ms = Some(*delay),
        What::SucceedLate { delay, cut: cuts } => (delay_ms, cut) = (Some(*delay), Some(*cuts)),
        What::Http { processed: done, .. }
        | What::SystemError { processed: done }
        | What::GatewayUnavailable { processed: done }
        | What::UnknownCode { processed: done } => processed = Some(*done),
        What::Refused { sub_code: code } => sub_code = Some(code.clone()),
        _ => {}
    }
    json!({
        "id": fault.id,
        "channel": fault.channel,
        "call": fault.call,
        "what": fault.what_name,
        "buyer": fault.buyer,
        "out_trade_no": fault.out_trade_no,
        "times": fault.times,
        "after": fault.after,
        "delay_ms": delay_ms.map(|delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
        "processed": processed,
        "cut": cut,
        "sub_code": sub_code,
        "seen": fault.seen,
        "used": fault.used,
    })
}
