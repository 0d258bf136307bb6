//! From an authenticated call to the bytes of its answer, through at most one scripted fault.

use std::sync::Arc;

use serde_json::Value;

use super::answer::{self, Answer, Seal};
use super::app::Mode;
use super::books::RefusedCharge;
use super::call::{Call, Method, Refusal, Verdict};
use super::{
    Alipay, CHANNEL, agreement_query, agreement_unsign, notification, published, refund_query, signature, trade_cancel,
    trade_close, trade_create, trade_pay, trade_query, trade_refund,
};
use crate::faults::{Occasion, What};

/// What the caller gets to see.
pub(crate) enum Reply {
    Json(String),
    Http(u16),
    /// Nothing, ever.
    Cut,
}

/// A code that no table has, for clients that must survive what they have never seen.
const UNKNOWN_CODE: &str = "ACQ.SANDBOX_CODE_OF_NO_TABLE";

pub(crate) async fn answer(alipay: &Arc<Alipay>, call: Call) -> Reply {
    let (name, order) = (call.method.name(), call.biz.text("out_trade_no"));
    let place = alipay.calls.arrived(CHANNEL, name, order, call.arrived_at);
    let reply = through_faults(alipay, call).await;
    if let Some(told) = told(&reply) {
        alipay.calls.told(place, told);
    }
    reply
}

/// What decides in a reply: the code, and what it says of the trade.
fn told(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Cut => None,
        Reply::Http(status) => Some(format!("http_{status}")),
        Reply::Json(text) => Some(said(text).unwrap_or_else(|| "unreadable".to_owned())),
    }
}

fn said(text: &str) -> Option<String> {
    let body: Value = serde_json::from_str(text).ok()?;
    let object = body.as_object()?.values().find_map(Value::as_object)?;
    let word = |name: &str| object.get(name).and_then(Value::as_str);
    let decisive = [word("sub_code").or_else(|| word("code")), word("trade_status"), word("action")];
    let again = word("retry_flag").filter(|flag| *flag == "Y").map(|_| "retry");
    Some(decisive.into_iter().chain([again]).flatten().collect::<Vec<_>>().join(" "))
}

async fn through_faults(alipay: &Arc<Alipay>, call: Call) -> Reply {
    let buyer = alipay.books().buyer_of(&call.biz);
    let out_trade_no = call.biz.text("out_trade_no");
    let occasion = Occasion {
        channel: CHANNEL,
        call: call.method.name(),
        payer: buyer.as_deref(),
        order: out_trade_no.as_deref(),
    };
    match alipay.faults.take(occasion) {
        None => {
            let answer = process(alipay, &call).await;
            signed(alipay, Addressee::of(&call), &answer)
        }
        Some(fault) => meet(alipay, call, fault).await,
    }
}

/// Does what the call asks after a while, with nobody waiting for it.
fn later(alipay: &Arc<Alipay>, call: Call, delay: std::time::Duration) {
    let own = Arc::clone(alipay);
    alipay.tasks.spawn(async move {
        tokio::time::sleep(delay).await;
        process(&own, &call).await;
    });
}

async fn meet(alipay: &Arc<Alipay>, call: Call, fault: What) -> Reply {
    let (to, method) = (Addressee::of(&call), call.method);
    match fault {
        What::RequestLost => Reply::Cut,
        What::AnswerLost => {
            process(alipay, &call).await;
            Reply::Cut
        }
        What::AnswerLate { delay } => {
            let answer = process(alipay, &call).await;
            tokio::time::sleep(delay).await;
            signed(alipay, to, &answer)
        }
        What::Slow { delay } => {
            tokio::time::sleep(delay).await;
            let answer = process(alipay, &call).await;
            signed(alipay, to, &answer)
        }
        What::SucceedLate { delay, cut } => {
            later(alipay, call, delay);
            if cut { Reply::Cut } else { signed(alipay, to, &system_error(method)) }
        }
        What::AnswerDoubled => {
            let first = process(alipay, &call).await;
            process(alipay, &call).await;
            signed(alipay, to, &first)
        }
        What::RequestDoubled => {
            process(alipay, &call).await;
            let second = process(alipay, &call).await;
            signed(alipay, to, &second)
        }
        What::Http { status, processed } => {
            process_if(alipay, &call, processed).await;
            Reply::Http(status)
        }
        What::SystemError { processed, .. } => {
            process_if(alipay, &call, processed).await;
            signed(alipay, to, &system_error(method))
        }
        What::GatewayUnavailable { processed } => {
            process_if(alipay, &call, processed).await;
            signed(alipay, to, &unavailable())
        }
        What::UnknownCode { processed } => {
            process_if(alipay, &call, processed).await;
            let refusal = Refusal { sub_code: UNKNOWN_CODE.to_owned(), detail: None };
            signed(alipay, to, &Answer::refused(method, &refusal))
        }
        What::Refused { code } => {
            let refusal = Refusal::new(&code);
            note_refused(alipay, &call, &refusal);
            signed(alipay, to, &Answer::refused(method, &refusal))
        }
        What::Contradicted { code } => {
            process(alipay, &call).await;
            signed(alipay, to, &Answer::refused(method, &Refusal::new(&code)))
        }
        What::BadSignature | What::Unsigned | What::Malformed => {
            let answer = process(alipay, &call).await;
            spoiled(alipay, to, &answer, &fault)
        }
        // Faults of notifications, and of other channels: the control refuses them for these calls.
        _ => {
            let answer = process(alipay, &call).await;
            signed(alipay, to, &answer)
        }
    }
}

async fn process_if(alipay: &Arc<Alipay>, call: &Call, processed: bool) {
    if processed {
        process(alipay, call).await;
    }
}

/// Does what the call asks, notes it, and sends what has to be notified.
async fn process(alipay: &Arc<Alipay>, call: &Call) -> Answer {
    match act(alipay, call) {
        Ok(done) => {
            notification::announce(alipay, call, done.notice).await;
            done.answer
        }
        Err(refusal) => {
            note_refused(alipay, call, &refusal);
            notification::announce(alipay, call, None).await;
            Answer::refused(call.method, &refusal)
        }
    }
}

fn act(alipay: &Alipay, call: &Call) -> Verdict {
    match call.method {
        Method::TradePay => trade_pay::trade_pay(alipay, call),
        Method::TradeCreate => trade_create::trade_create(alipay, call),
        Method::TradeQuery => trade_query::trade_query(alipay, call),
        Method::TradeClose => trade_close::trade_close(alipay, call),
        Method::TradeCancel => trade_cancel::trade_cancel(alipay, call),
        Method::TradeRefund => trade_refund::trade_refund(alipay, call),
        Method::RefundQuery => refund_query::refund_query(alipay, call),
        Method::AgreementQuery => agreement_query::agreement_query(alipay, call),
        Method::AgreementUnsign => agreement_unsign::agreement_unsign(alipay, call),
        // The gateway hands page calls to the page; one that came here would be a call without an answer.
        Method::AgreementPageSign | Method::TradePagePay => {
            Err(Refusal::invalid(call.method, "method", "页面接口，请在浏览器中打开"))
        }
    }
}

fn note_refused(alipay: &Alipay, call: &Call, refusal: &Refusal) {
    if call.method != Method::TradePay {
        return;
    }
    let out_trade_no = call.biz.text("out_trade_no").unwrap_or_default();
    let at = alipay.clock.business_now();
    alipay.books().note_refused(RefusedCharge { out_trade_no, sub_code: refusal.sub_code.clone(), at });
}

/// Whom an answer goes to: it stands under the method's key and is signed for the application.
#[derive(Clone, Copy)]
struct Addressee {
    method: Method,
    mode: Mode,
}

impl Addressee {
    fn of(call: &Call) -> Self {
        Self { method: call.method, mode: call.mode }
    }
}

fn signed(alipay: &Alipay, to: Addressee, answer: &Answer) -> Reply {
    Reply::Json(seal(alipay, to.mode, &to.method.answer_key(), answer))
}

/// The whole body of an answer, signed for an application.
pub(crate) fn seal(alipay: &Alipay, mode: Mode, key: &str, answer: &Answer) -> String {
    let app = alipay.app(mode);
    let object = answer.text();
    let sign = signature::sign(app.alipay_key(), object.as_bytes());
    let seal = sign.as_deref().map(|sign| Seal { cert_sn: app.alipay_cert_sn(), sign });
    answer::body(key, &object, seal)
}

fn spoiled(alipay: &Alipay, to: Addressee, answer: &Answer, fault: &What) -> Reply {
    let key = to.method.answer_key();
    let app = alipay.app(to.mode);
    let object = answer.text();
    match fault {
        What::BadSignature => {
            let sign = signature::sign(app.alipay_key(), object.as_bytes()).unwrap_or_default();
            let sign = signature::flip_one_bit(&sign);
            Reply::Json(answer::body(&key, &object, Some(Seal { cert_sn: app.alipay_cert_sn(), sign: &sign })))
        }
        What::Unsigned => Reply::Json(answer::body(&key, &object, None)),
        _ => {
            let whole = seal(alipay, to.mode, &key, answer);
            Reply::Json(whole.chars().take(whole.chars().count() / 2).collect())
        }
    }
}

/// A cancel that did not come to its end asks to be called again (`retry_flag` of AlipayTradeCancelResponse).
fn system_error(method: Method) -> Answer {
    let answer = Answer::refused(method, &Refusal::new(published::system_error(method)));
    if method == Method::TradeCancel { answer.with("retry_flag", "Y") } else { answer }
}

/// `isp.unknow-error` is the published spelling.
fn unavailable() -> Answer {
    Answer::coded("20000", "Service Currently Unavailable")
        .with("sub_code", "isp.unknow-error")
        .with("sub_msg", "系统繁忙")
}
