//! Forged notifications and answers of Alipay. Each kind begins with what would make an open order paid.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use serde_json::{Value, json};

use super::fields::{Fields, Target, fields, flip, flip_one, form, hashed, joined, with, without};
use super::keys::Key;
use crate::outcome::Failure;

pub(super) const APP: &str = "2021000000000001";
pub(super) const SELLER: &str = "2088000000000001";
const OTHER_APP: &str = "2021000000000002";
const OTHER_SELLER: &str = "2088000000000002";
const PAID_AT: &str = "2026-11-22 11:04:05";

/// The keys of the play.
pub(super) struct Alipay {
    pub(super) channel: Key,
    pub(super) merchant: Key,
    other_merchant: Key,
    stranger: Key,
}

/// A way to forge a notification.
type Forgery = fn(&Alipay, Target, Target, &mut Rng) -> Vec<u8>;

/// A way to forge an answer: what is asked, the object that would be believed, and the same of another order go in.
type Lie = fn(&Alipay, &Asked, &mut Rng) -> String;

/// What was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) content: Value,
}

impl Alipay {
    pub(super) fn fresh() -> Result<Self, Failure> {
        let (channel, merchant) = (Key::fresh()?, Key::fresh()?);
        Ok(Self { channel, merchant, other_merchant: Key::fresh()?, stranger: Key::fresh()? })
    }

    fn signed_by(key: &Key, fields: Fields) -> Fields {
        let signature = key.sign(&joined(&fields, &["sign", "sign_type"], false));
        with(fields, "sign", &signature)
    }

    /// As Alipay signs it.
    pub(super) fn signed(&self, fields: Fields) -> Fields {
        Self::signed_by(&self.channel, fields)
    }
}

/// What Alipay would write if the order were paid.
pub(super) fn paid(target: Target, rng: &mut Rng) -> Fields {
    let amount = target.yuan();
    fields(&[
        ("app_id", APP),
        ("auth_app_id", APP),
        ("buyer_id", "2088102534368455"),
        ("charset", "utf-8"),
        ("gmt_create", PAID_AT),
        ("gmt_payment", PAID_AT),
        ("notify_id", &format!("{:032x}", rng.u128(..))),
        ("notify_time", PAID_AT),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", &target.attempt.channel_number()),
        ("receipt_amount", &amount),
        ("seller_id", SELLER),
        ("sign_type", "RSA2"),
        ("subject", "Two teas"),
        ("total_amount", &amount),
        ("trade_no", &format!("20261122{:020}", rng.u64(..))),
        ("trade_status", "TRADE_SUCCESS"),
        ("version", "1.0"),
    ])
}

fn garbage(rng: &mut Rng) -> String {
    let bytes: Vec<u8> = (0..256).map(|_| rng.u8(..)).collect();
    STANDARD.encode(bytes)
}

fn appended(body: Vec<u8>, tail: &str) -> Vec<u8> {
    [body, tail.as_bytes().to_vec()].concat()
}

/// The kinds of forged notifications.
pub(super) const NOTIFICATIONS: &[(&str, Forgery)] = &[
    ("a bit flipped", |own, target, _, rng| {
        let names =
            ["app_id", "out_trade_no", "seller_id", "total_amount", "trade_no", "trade_status", "sign", "subject"];
        let signed = own.signed(paid(target, rng));
        form(&flip_one(signed, &names, rng))
    }),
    ("not signed", |_, target, _, rng| form(&paid(target, rng))),
    ("an empty signature", |_, target, _, rng| form(&with(paid(target, rng), "sign", ""))),
    ("any signature", |_, target, _, rng| {
        let signature = garbage(rng);
        form(&with(paid(target, rng), "sign", &signature))
    }),
    ("a stranger's key", |own, target, _, rng| form(&Alipay::signed_by(&own.stranger, paid(target, rng)))),
    ("our own key", |own, target, _, rng| form(&Alipay::signed_by(&own.merchant, paid(target, rng)))),
    ("another merchant's key", |own, target, _, rng| form(&Alipay::signed_by(&own.other_merchant, paid(target, rng)))),
    ("the signature of another notification", |own, target, other, rng| {
        let genuine = own.signed(paid(other, rng));
        form(&with(paid(target, rng), "sign", &genuine["sign"]))
    }),
    ("another digest", |own, target, _, rng| {
        let fields = with(paid(target, rng), "sign_type", "RSA");
        let signature = own.channel.sign_otherwise(&joined(&fields, &["sign", "sign_type"], false));
        form(&with(fields, "sign", &signature))
    }),
    ("a hash for a signature", |_, target, _, rng| {
        let fields = with(paid(target, rng), "sign_type", "MD5");
        let hash = hashed(&format!("{}{APP}", joined(&fields, &["sign", "sign_type"], false)));
        form(&with(fields, "sign", &hash))
    }),
    ("signed over the encoded body", |own, target, _, rng| {
        let fields = paid(target, rng);
        let signature = own.channel.sign(&String::from_utf8_lossy(&form(&fields)));
        form(&with(fields, "sign", &signature))
    }),
    ("signed in another order", |own, target, _, rng| {
        let fields = paid(target, rng);
        let backwards: Vec<String> = fields.iter().rev().map(|(name, value)| format!("{name}={value}")).collect();
        let signature = own.channel.sign(&backwards.join("&"));
        form(&with(fields, "sign", &signature))
    }),
    ("a doubled field", |own, target, _, rng| {
        let tail = format!("&total_amount={}", target.yuan());
        appended(form(&own.signed(paid(target, rng))), &tail)
    }),
    ("a doubled signature", |own, target, _, rng| {
        let body = form(&Alipay::signed_by(&own.stranger, paid(target, rng)));
        appended(body, "&sign=AAAA")
    }),
    ("too long", |own, target, _, rng| {
        let tail = format!("&x={}", "1".repeat(64 * 1024));
        appended(form(&own.signed(paid(target, rng))), &tail)
    }),
    ("the amount changed afterwards", |own, target, _, rng| {
        let less = Target { amount: target.amount + 1, ..target };
        form(&with(own.signed(paid(less, rng)), "total_amount", &target.yuan()))
    }),
    ("the order changed afterwards", |own, target, other, rng| {
        let genuine = own.signed(paid(other, rng));
        let genuine = with(genuine, "total_amount", &target.yuan());
        form(&with(genuine, "out_trade_no", &target.attempt.channel_number()))
    }),
    ("the status changed afterwards", |own, target, _, rng| {
        let waiting = own.signed(with(paid(target, rng), "trade_status", "WAIT_BUYER_PAY"));
        form(&with(waiting, "trade_status", "TRADE_SUCCESS"))
    }),
    ("a field added", |own, target, _, rng| {
        let extra = format!("x{}", rng.u32(..));
        form(&with(own.signed(paid(target, rng)), &extra, "1"))
    }),
    ("a field taken away", |own, target, _, rng| form(&without(own.signed(paid(target, rng)), "auth_app_id"))),
    ("well signed, for another app", |own, target, _, rng| {
        form(&own.signed(with(paid(target, rng), "app_id", OTHER_APP)))
    }),
    ("well signed, for another seller", |own, target, _, rng| {
        form(&own.signed(with(paid(target, rng), "seller_id", OTHER_SELLER)))
    }),
    ("well signed, over another amount", |own, target, _, rng| {
        let more = Target { amount: target.amount + 1 + rng.i64(0..100), ..target };
        form(&own.signed(paid(more, rng)))
    }),
];

/// The object that would be believed, if it were signed and about this order.
pub(super) fn object(asked: &Asked) -> Value {
    let number = asked.content["out_trade_no"].as_str().unwrap_or_default();
    let mut object = json!({ "code": "10000", "msg": "Success", "out_trade_no": number, "trade_no": "2026112222001" });
    let more = match asked.method.as_str() {
        "alipay.trade.pay" => json!({ "total_amount": asked.content["total_amount"], "gmt_payment": PAID_AT }),
        "alipay.trade.query" => {
            json!({ "trade_status": "TRADE_SUCCESS", "total_amount": "25.00", "send_pay_date": PAID_AT })
        }
        "alipay.trade.cancel" => json!({ "retry_flag": "N", "action": "close" }),
        "alipay.trade.refund" => json!({ "fund_change": "Y", "refund_fee": asked.content["refund_amount"] }),
        "alipay.trade.fastpay.refund.query" => json!({
            "out_request_no": asked.content["out_request_no"], "refund_status": "REFUND_SUCCESS", "refund_amount": "25.00",
        }),
        _ => json!({}),
    };
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
    object
}

fn key_of(asked: &Asked) -> String {
    format!("{}_response", asked.method.replace('.', "_"))
}

/// The body with a signature over the object as it is sent.
pub(super) fn answer(asked: &Asked, object: &str, signature: &str) -> String {
    format!(r#"{{"{}":{object},"sign":"{signature}"}}"#, key_of(asked))
}

fn other(object: &Value) -> Value {
    let mut other = object.clone();
    let number = object["out_trade_no"].as_str().unwrap_or_default();
    other["out_trade_no"] = json!(number.chars().rev().collect::<String>());
    other
}

/// The kinds of forged answers.
pub(super) const ANSWERS: &[(&str, Lie)] = &[
    ("a bit flipped", |own, asked, rng| {
        let mut object = object(asked);
        let signature = own.channel.sign(&object.to_string());
        let names = ["code", "out_trade_no", "trade_no", "msg"];
        let name = names[rng.usize(..names.len())];
        object[name] = json!(flip(object[name].as_str().unwrap_or_default(), rng));
        answer(asked, &object.to_string(), &signature)
    }),
    ("not signed", |_, asked, _| format!(r#"{{"{}":{}}}"#, key_of(asked), object(asked))),
    ("an empty signature", |_, asked, _| answer(asked, &object(asked).to_string(), "")),
    ("any signature", |_, asked, rng| answer(asked, &object(asked).to_string(), &garbage(rng))),
    ("a stranger's key", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &own.stranger.sign(&object))
    }),
    ("our own key", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &own.merchant.sign(&object))
    }),
    ("another merchant's key", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &own.other_merchant.sign(&object))
    }),
    ("the signature of another answer", |own, asked, _| {
        let object = object(asked);
        answer(asked, &object.to_string(), &own.channel.sign(&other(&object).to_string()))
    }),
    ("another digest", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &own.channel.sign_otherwise(&object))
    }),
    ("a hash for a signature", |_, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &hashed(&format!("{object}{APP}")))
    }),
    ("signed over the same, written otherwise", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object.replace(',', ", "), &own.channel.sign(&object))
    }),
    ("a code changed afterwards", |own, asked, _| {
        let genuine = json!({ "code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SYSTEM_ERROR" }).to_string();
        answer(asked, &object(asked).to_string(), &own.channel.sign(&genuine))
    }),
    ("under another method's name", |own, asked, _| {
        let object = object(asked).to_string();
        let asked = Asked { method: "alipay.trade.create".to_owned(), ..asked.clone() };
        answer(&asked, &object, &own.channel.sign(&object))
    }),
    ("two objects, the second well signed", |own, asked, _| {
        let (object, genuine) = (object(asked), json!({ "code": "20000", "msg": "Service Currently Unavailable" }));
        let (key, signature) = (key_of(asked), own.channel.sign(&genuine.to_string()));
        format!(r#"{{"{key}":{object},"{key}":{genuine},"sign":"{signature}"}}"#)
    }),
    ("two signatures, one of them good", |own, asked, _| {
        let genuine = json!({ "code": "20000", "msg": "Service Currently Unavailable" }).to_string();
        let good = own.channel.sign(&genuine);
        format!(r#"{{"{}":{},"sign":"AAAA","sign":"{good}"}}"#, key_of(asked), object(asked))
    }),
    ("a refusal that is not signed", |_, asked, _| {
        let refusal = json!({ "code": "40004", "msg": "Business Failed", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH" });
        format!(r#"{{"{}":{refusal}}}"#, key_of(asked))
    }),
    ("a refusal under a stranger's key", |own, asked, _| {
        let refusal =
            json!({ "code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST" }).to_string();
        answer(asked, &refusal, &own.stranger.sign(&refusal))
    }),
    ("well signed, about another order", |own, asked, _| {
        let object = other(&object(asked)).to_string();
        answer(asked, &object, &own.channel.sign(&object))
    }),
    ("cut in the middle", |own, asked, _| {
        let object = object(asked).to_string();
        let whole = answer(asked, &object, &own.channel.sign(&object));
        whole.chars().take(whole.len() / 2).collect()
    }),
    ("a page", |_, _, _| "<html><body>TRADE_SUCCESS</body></html>".to_owned()),
    ("too long", |own, asked, _| {
        let object = object(asked).to_string();
        answer(asked, &object, &own.channel.sign(&object)) + &" ".repeat(300 * 1024)
    }),
];
