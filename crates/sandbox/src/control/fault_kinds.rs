//! What can go wrong at which channel, and the names that a script uses for it.

use crate::alipay::{self, Method};
use crate::unionpay::call::Kind;
use crate::{registry, sms, unionpay};

/// The faults of one kind of occasion, each with the fields that it takes besides the common ones.
type Kinds = &'static [(&'static str, &'static [&'static str])];

/// One channel's faults.
pub(crate) struct Channel {
    pub(crate) name: &'static str,
    pub(crate) calls: fn() -> Vec<&'static str>,
    pub(crate) of_calls: Kinds,
    pub(crate) of_notifications: Kinds,
    /// The fields that limit a fault to one payer and to one order, and the one that names a code.
    pub(crate) payer: &'static str,
    pub(crate) order: &'static str,
    pub(crate) code: &'static str,
    /// The codes that may be scripted for a call; `None` where `*` has none in common.
    pub(crate) codes: fn(&str) -> Option<Vec<&'static str>>,
}

/// Fields of every fault.
const COMMON: &[&str] = &["channel", "call", "what", "times", "after"];
/// Fields that only some faults take.
pub(crate) const PARTICULAR: &[&str] = &["delay_ms", "processed", "cut", "sub_code", "resp_code"];
/// Every field of every channel.
pub(crate) const FIELDS: &[&str] = &[
    "channel",
    "call",
    "buyer",
    "out_trade_no",
    "card",
    "order_id",
    "phone",
    "id",
    "certificate_number",
    "request_id",
    "what",
    "times",
    "after",
    "delay_ms",
    "processed",
    "cut",
    "sub_code",
    "resp_code",
];

impl Channel {
    /// Whether a field belongs to this channel's faults. The particular ones are judged with the fault.
    pub(crate) fn knows(&self, field: &str) -> bool {
        COMMON.contains(&field) || PARTICULAR.contains(&field) || field == self.payer || field == self.order
    }
}

/// The channels.
pub(crate) const CHANNELS: &[Channel] = &[
    Channel {
        name: alipay::CHANNEL,
        calls: || Method::ALL.into_iter().filter(|method| !method.is_page()).map(Method::name).collect(),
        of_calls: &[
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
            ("contradicted", &["sub_code"]),
            ("bad_signature", &[]),
            ("unsigned", &[]),
            ("malformed", &[]),
            ("slow", &["delay_ms"]),
        ],
        of_notifications: &[
            ("never", &[]),
            ("doubled", &[]),
            ("late", &["delay_ms"]),
            ("forged", &[]),
            ("before_answer", &[]),
            ("alipay_cert_sn", &[]),
        ],
        payer: "buyer",
        order: "out_trade_no",
        code: "sub_code",
        codes: |call| {
            Method::named(call).map(|method| alipay::published::table(method).iter().map(|(code, _)| *code).collect())
        },
    },
    Channel {
        name: unionpay::CHANNEL,
        calls: || Kind::ALL.into_iter().map(Kind::name).collect(),
        of_calls: &[
            ("request_lost", &[]),
            ("answer_lost", &[]),
            ("answer_late", &["delay_ms"]),
            ("succeed_late", &["delay_ms", "cut"]),
            ("answer_doubled", &[]),
            ("request_doubled", &[]),
            ("http_500", &["processed"]),
            ("http_502", &["processed"]),
            ("http_503", &["processed"]),
            ("system_error", &["processed", "resp_code"]),
            ("unknown_code", &["processed"]),
            ("refused", &["resp_code"]),
            ("contradicted", &["resp_code"]),
            ("bad_signature", &[]),
            ("foreign_certificate", &[]),
            ("unsigned", &[]),
            ("malformed", &[]),
            ("garbage", &[]),
            ("slow", &["delay_ms"]),
        ],
        of_notifications: &[
            ("never", &[]),
            ("doubled", &[]),
            ("late", &["delay_ms"]),
            ("forged", &[]),
            ("foreign_certificate", &[]),
            ("bad_signature", &[]),
            ("contradicted", &["resp_code"]),
            ("of_failure", &[]),
            ("before_answer", &[]),
        ],
        payer: "card",
        order: "order_id",
        code: "resp_code",
        codes: |_| Some(unionpay::published::codes().collect()),
    },
    Channel {
        name: sms::CHANNEL,
        calls: || sms::CALLS.to_vec(),
        of_calls: PLAIN,
        of_notifications: &[],
        payer: "phone",
        order: "id",
        code: "status",
        codes: |_| None,
    },
    Channel {
        name: registry::CHANNEL,
        calls: || registry::CALLS.to_vec(),
        of_calls: PLAIN,
        of_notifications: &[],
        payer: "document",
        order: "id",
        code: "status",
        codes: |_| None,
    },
];

/// The faults of a plain JSON interface.
const PLAIN: Kinds = &[
    ("request_lost", &[]),
    ("answer_lost", &[]),
    ("answer_late", &["delay_ms"]),
    ("slow", &["delay_ms"]),
    ("http_500", &["processed"]),
    ("http_502", &["processed"]),
    ("http_503", &["processed"]),
];
