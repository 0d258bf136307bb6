//! What goes wrong with a payment, by the numbers of the promise: F1 request lost, F2 answer lost, F3 duplicate, F4 reorder,
//! F5 delay, F6 system error or unknown code, F7 success after our time-out, F8 failed and then success, F9 the notification
//! never comes, F10 it comes before the answer.

use serde_json::{Value, json};
use tantu_domain::channel::Channel;

use crate::stage::PATIENCE;

/// One way in which a payment goes wrong.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    /// Its number, or numbers.
    pub(crate) name: &'static str,
    /// What happens to the charge.
    call: Option<Value>,
    /// What happens to its notification.
    notice: Option<Value>,
    /// Only every so many-th time that it is its turn, because it takes real time.
    pub(crate) every: u64,
}

/// How a channel's script names what it is about.
struct Names {
    charge: &'static str,
    query: &'static str,
    ending: &'static str,
    payer: &'static str,
    order: &'static str,
}

fn names(channel: Channel) -> Names {
    match channel {
        Channel::UnionPay => {
            Names { charge: "01/01", query: "00/00", ending: "99/01", payer: "card", order: "order_id" }
        }
        _ => Names {
            charge: "alipay.trade.pay",
            query: "alipay.trade.query",
            ending: "alipay.trade.cancel",
            payer: "buyer",
            order: "out_trade_no",
        },
    }
}

fn trouble(name: &'static str, call: Value, notice: Value) -> Trouble {
    let given = |value: Value| (!value.is_null()).then_some(value);
    Trouble { name, call: given(call), notice: given(notice), every: 1 }
}

/// Everything that can go wrong at a channel.
pub(crate) fn of(channel: Channel) -> Vec<Trouble> {
    let none = || Value::Null;
    let never = || json!({ "what": "never" });
    let slow = u64::try_from(PATIENCE.as_millis()).unwrap_or(2_000) + 300;
    let mut all = vec![
        trouble("F1", json!({ "what": "request_lost" }), none()),
        trouble("F2", json!({ "what": "answer_lost" }), none()),
        trouble("F2+F9", json!({ "what": "answer_lost" }), never()),
        trouble("F3", json!({ "what": "request_doubled" }), none()),
        trouble("F3", none(), json!({ "what": "doubled" })),
        trouble("F4", json!({ "what": "answer_late", "delay_ms": 60 }), none()),
        trouble("F5", none(), json!({ "what": "late", "delay_ms": 1_500 })),
        trouble("F5", json!({ "what": "answer_lost" }), json!({ "what": "late", "delay_ms": 800 })),
        trouble("F6", json!({ "what": "http_500" }), none()),
        trouble("F6", json!({ "what": "http_502", "processed": true }), none()),
        trouble("F6+F9", json!({ "what": "http_503", "processed": true }), never()),
        trouble("F6", json!({ "what": "system_error" }), none()),
        trouble("F6+F9", json!({ "what": "system_error", "processed": true }), never()),
        trouble("F6", json!({ "what": "unknown_code" }), none()),
        trouble("F6+F9", json!({ "what": "unknown_code", "processed": true }), never()),
        trouble("F7", json!({ "what": "succeed_late", "delay_ms": 80, "cut": true }), none()),
        trouble("F7+F9", json!({ "what": "succeed_late", "delay_ms": 400, "cut": true }), never()),
        trouble("F7+F9", json!({ "what": "succeed_late", "delay_ms": 1_200 }), never()),
        Trouble { every: 60, ..trouble("F7", json!({ "what": "answer_late", "delay_ms": slow }), never()) },
        Trouble { every: 60, ..trouble("F7", json!({ "what": "slow", "delay_ms": slow }), none()) },
        trouble("F9", none(), never()),
        trouble("F10", none(), json!({ "what": "before_answer" })),
        trouble("F2+F10", json!({ "what": "answer_lost" }), json!({ "what": "before_answer" })),
    ];
    let refused = match channel {
        Channel::UnionPay => json!({ "what": "contradicted", "resp_code": "64" }),
        _ => json!({ "what": "contradicted", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH" }),
    };
    all.push(trouble("F8", refused.clone(), none()));
    all.push(trouble("F8+F10", refused, json!({ "what": "before_answer" })));
    if channel == Channel::Alipay {
        all.push(trouble("F6", json!({ "what": "gateway_unavailable" }), none()));
        all.push(trouble("F6+F9", json!({ "what": "gateway_unavailable", "processed": true }), never()));
    }
    all
}

impl Trouble {
    /// Whether the payer is told of a refusal that is none.
    pub(crate) fn is_false_refusal(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call["what"] == "contradicted")
    }

    /// Its script for one payer.
    pub(crate) fn script(&self, channel: Channel, payer: &str) -> Vec<Value> {
        let names = names(channel);
        let addressed = |call: &str, what: &Value| {
            let mut fault = what.clone();
            fault["channel"] = json!(channel.id());
            fault["call"] = json!(call);
            fault[names.payer] = json!(payer);
            fault
        };
        let charge = self.call.iter().map(|what| addressed(names.charge, what));
        charge.chain(self.notice.iter().map(|what| addressed("notification", what))).collect()
    }
}

/// What goes wrong while the channel is asked about an order: the first question, the second, and the cancel.
pub(crate) fn of_asking(channel: Channel, order: &str, which: usize) -> Vec<Value> {
    let names = names(channel);
    let whats = ["answer_lost", "system_error", "http_502", "request_lost"];
    let what = |place: usize| whats.get((which + place) % whats.len()).copied().unwrap_or("answer_lost");
    let fault = |call: &str, what: &str| {
        let mut fault = json!({ "channel": channel.id(), "call": call, "what": what });
        fault[names.order] = json!(order);
        fault
    };
    let mut faults = vec![fault(names.query, what(0)), fault(names.ending, what(1))];
    if which.is_multiple_of(3) {
        faults.push(fault(names.query, what(2)));
    }
    faults
}
