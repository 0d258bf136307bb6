//! From an authenticated call to the bytes of its answer, through at most one scripted fault.

use std::sync::Arc;

use super::answer::{answer, body, sign};
use super::call::{Call, Kind, Outcome, Verdict};
use super::fields::{Fields, write_plain};
use super::{
    CHANNEL, UnionPay, consume, encryption_certificate, notification, one_time_code, open, open_query, published,
    query, refund, reversal, token_deletion, undo,
};
use crate::faults::{Occasion, What};
use crate::keys::flip_one_bit;

/// What the caller gets to see.
pub(crate) enum Reply {
    Text(String),
    Html(String),
    Http(u16),
    /// Nothing, ever.
    Cut,
}

/// A code that no table has, for clients that must survive what they have never seen.
const UNKNOWN_CODE: &str = "ZZ";
/// What is said where no code was scripted: 交易通讯超时,请发起查询交易.
const TIMED_OUT: &str = "03";

pub(crate) async fn respond(up: &Arc<UnionPay>, call: Call) -> Reply {
    let place = up.calls.arrived(CHANNEL, call.kind.name(), Some(call.key.order_id.clone()), up.clock.business_now());
    let reply = through_faults(up, call).await;
    if let Some(told) = told(&reply) {
        up.calls.told(place, told);
    }
    reply
}

/// The codes of a reply: that of the call, and what it says of the order.
fn told(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Cut => None,
        Reply::Http(status) => Some(format!("http_{status}")),
        Reply::Html(_) => Some("unreadable".to_owned()),
        Reply::Text(text) => {
            let code = |name: &str| text.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            Some([code("respCode"), code("origRespCode")].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
    }
}

async fn through_faults(up: &Arc<UnionPay>, call: Call) -> Reply {
    let card = up.card_of(&call);
    let occasion =
        Occasion { channel: CHANNEL, call: call.kind.name(), payer: card.as_deref(), order: Some(&call.key.order_id) };
    match up.faults.take(occasion) {
        None => signed(up, process(up, &call).await),
        Some(fault) => meet(up, call, fault).await,
    }
}

async fn meet(up: &Arc<UnionPay>, call: Call, fault: What) -> Reply {
    match fault {
        What::RequestLost => Reply::Cut,
        What::AnswerLost => {
            process(up, &call).await;
            Reply::Cut
        }
        What::AnswerLate { delay } => {
            let answer = process(up, &call).await;
            tokio::time::sleep(delay).await;
            signed(up, answer)
        }
        What::Slow { delay } => {
            tokio::time::sleep(delay).await;
            signed(up, process(up, &call).await)
        }
        What::SucceedLate { delay, cut } => succeed_late(up, call, delay, cut),
        What::AnswerDoubled => {
            let first = process(up, &call).await;
            process(up, &call).await;
            signed(up, first)
        }
        What::RequestDoubled => {
            process(up, &call).await;
            signed(up, process(up, &call).await)
        }
        What::Http { status, processed } => {
            process_if(up, &call, processed).await;
            Reply::Http(status)
        }
        What::SystemError { processed, code } => {
            process_if(up, &call, processed).await;
            said(up, &call, code.as_deref().unwrap_or(TIMED_OUT))
        }
        What::UnknownCode { processed } => {
            process_if(up, &call, processed).await;
            said(up, &call, UNKNOWN_CODE)
        }
        What::Refused { code } => said(up, &call, &code),
        What::Contradicted { code } => {
            let answer = process(up, &call).await;
            signed(up, contradicted(answer, &code))
        }
        What::BadSignature | What::Unsigned | What::Malformed | What::Garbage | What::ForeignCertificate => {
            let answer = process(up, &call).await;
            spoiled(up, answer, &fault)
        }
        // Faults of notifications, and of other channels: the control refuses them for these calls.
        _ => signed(up, process(up, &call).await),
    }
}

/// The caller hears 05 (or nothing), and later it happens all the same. A payment that was answered is taken at once, so
/// a query finds it undecided; one that was cut is still on its way, and a query says 34.
fn succeed_late(up: &Arc<UnionPay>, call: Call, delay: std::time::Duration, cut: bool) -> Reply {
    let taken = !cut && call.kind == Kind::Consume;
    if taken && let Err(code) = consume::begin(up, &call) {
        return said(up, &call, code);
    }
    let reply = if cut { Reply::Cut } else { said(up, &call, super::order::PENDING) };
    let later = Arc::clone(up);
    up.tasks.spawn(async move {
        tokio::time::sleep(delay).await;
        if taken {
            conclude(&later, &call, Ok(consume::finish(&later, &call))).await;
        } else {
            process(&later, &call).await;
        }
    });
    reply
}

async fn process_if(up: &Arc<UnionPay>, call: &Call, processed: bool) {
    if processed {
        process(up, call).await;
    }
}

/// Does what the call asks, and sends what has to be notified.
pub(crate) async fn process(up: &Arc<UnionPay>, call: &Call) -> Fields {
    conclude(up, call, act(up, call)).await
}

async fn conclude(up: &Arc<UnionPay>, call: &Call, verdict: Verdict) -> Fields {
    let Outcome { code, fields, notice } =
        verdict.unwrap_or_else(|code| Outcome { code, fields: Vec::new(), notice: None });
    notification::announce(up, notice).await;
    answer(&call.fields, code, fields)
}

fn act(up: &UnionPay, call: &Call) -> Verdict {
    match call.kind {
        Kind::SmsForOpening => one_time_code::send_for_opening(up, call),
        Kind::SmsForPaying => one_time_code::send_for_paying(up, call),
        Kind::Open => open::open(up, call),
        Kind::OpenQuery => open_query::open_query(up, call),
        Kind::Consume => consume::consume(up, call),
        Kind::Query => query::query(up, call),
        Kind::Undo => undo::undo(up, call),
        Kind::Reversal => reversal::reversal(up, call),
        Kind::Refund => refund::refund(up, call),
        Kind::TokenDeletion => token_deletion::token_deletion(up, call),
        Kind::EncryptionCertificate => encryption_certificate::encryption_certificate(up, call),
    }
}

fn said(up: &UnionPay, call: &Call, code: &str) -> Reply {
    signed(up, answer(&call.fields, code, Vec::new()))
}

fn signed(up: &UnionPay, fields: Fields) -> Reply {
    Reply::Text(body(fields, &up.authority.signer))
}

/// The answer with another code; of a query's answer the transaction's own code.
fn contradicted(mut fields: Fields, code: &str) -> Fields {
    let (name, message) = match fields.contains_key("origRespCode") {
        true => ("origRespCode", "origRespMsg"),
        false => ("respCode", "respMsg"),
    };
    fields.insert(name.to_owned(), code.to_owned());
    fields.insert(message.to_owned(), published::message(code));
    fields
}

fn spoiled(up: &UnionPay, fields: Fields, fault: &What) -> Reply {
    let own = &up.authority.signer;
    match fault {
        What::BadSignature => {
            let mut fields = sign(fields, own);
            if let Some(signature) = fields.get_mut("signature") {
                *signature = flip_one_bit(signature);
            }
            Reply::Text(write_plain(&fields))
        }
        What::Unsigned => Reply::Text(write_plain(&fields)),
        What::ForeignCertificate => Reply::Text(body(fields, up.foreign_signer().unwrap_or(own))),
        What::Garbage => Reply::Html("<html><body>Please wait.</body></html>\n".to_owned()),
        _ => {
            let whole = body(fields, own);
            Reply::Text(whole.chars().take(whole.chars().count() / 2).collect())
        }
    }
}
