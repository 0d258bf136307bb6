//! Asynchronous notifications: POST of a signed form, repeated until the merchant answers `success`.
//!
//! Published: only the literal seven bytes stop the repetition; otherwise it comes again after 4 m, 10 m, 10 m, 1 h, 2 h,
//! 6 h and 15 h. Here the same seven gaps are compressed to seconds of real time, so that a test can wait for them. A
//! repetition is the same notification, byte for byte, under the same `notify_id`.
//!
//! In certificate mode it is signed with the key of Alipay's certificate and looks otherwise the same. That it does not
//! name that certificate is a reading, not a published rule: alipay-sdk-nodejs-all (checkNotifySign), copies of the PHP
//! client (rsaCheckV1) and go-pay/gopay (VerifySignWithCert) leave out `sign` and `sign_type` only, smartwalle/alipay
//! (verifyValues) also `alipay_cert_sn`, and falls back to its own certificate where that is absent. All are in use; if
//! the field came, some would fail. Other merchants' code expects it, so the scripted fault `alipay_cert_sn` sends it,
//! signed along with the rest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use url::form_urlencoded;

use super::app::Mode;
use super::call::{Call, Method};
use super::{Alipay, CHANNEL, signature};
use crate::SandboxError;
use crate::beijing;
use crate::clock::real_now;
use crate::faults::{NOTIFICATION, Occasion, What};
use crate::outbox::{FORM, Letter, Outbox};

/// The gaps between attempts, in seconds of real time, instead of 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h.
const GAPS: [u64; 7] = [1, 2, 2, 4, 8, 16, 32];

/// What is to be notified, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    /// The application that is notified.
    pub(crate) mode: Mode,
    pub(crate) url: String,
    pub(crate) notify_type: &'static str,
    pub(crate) fields: Vec<(&'static str, String)>,
    /// Whether `sign_type` is part of what is signed.
    pub(crate) keeps_sign_type: bool,
    pub(crate) out_trade_no: Option<String>,
    pub(crate) agreement_no: Option<String>,
    pub(crate) buyer_id: Option<String>,
}

/// A notification as it was written; shown in the truth.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) notify_id: String,
    pub(crate) notice: Notice,
    pub(crate) forged: bool,
}

/// Sends notifications and remembers what became of them.
pub(crate) type Notifier = Outbox<Record>;

/// A notifier for which only `success`, and nothing around it, counts.
pub(crate) fn notifier() -> Result<Notifier, SandboxError> {
    Outbox::new(|status, text| status.is_success() && text == "success")
}

async fn repeat(notifier: &Notifier, letter: &Letter) {
    for gap in GAPS {
        tokio::time::sleep(Duration::from_secs(gap)).await;
        if notifier.attempt(letter).await {
            return;
        }
    }
}

/// After a call was processed: sends its notification, through at most one scripted fault.
pub(crate) async fn announce(alipay: &Arc<Alipay>, call: &Call, notice: Option<Notice>) {
    match notice {
        Some(notice) => send(alipay, notice).await,
        None if call.method == Method::TradePay => forge_for(alipay, call),
        None => {}
    }
}

/// Sends a notification. Returns at once, except for the fault `before_answer`.
pub(crate) async fn send(alipay: &Arc<Alipay>, notice: Notice) {
    let fault = alipay.faults.take(Occasion {
        channel: CHANNEL,
        call: NOTIFICATION,
        payer: notice.buyer_id.as_deref(),
        order: notice.out_trade_no.as_deref(),
    });
    let numbered = fault == Some(What::AlipayCertSn);
    let letter = write(alipay, &notice, Writer::Alipay { numbered });
    match fault {
        Some(What::Never) => {}
        Some(What::BeforeAnswer) => {
            if !alipay.notifier.attempt(&letter).await {
                let alipay = Arc::clone(alipay);
                let repeating = Arc::clone(&alipay);
                alipay.tasks.spawn(async move { repeat(&repeating.notifier, &letter).await });
            }
        }
        Some(What::Late { delay }) => post(alipay, letter, delay),
        Some(What::Doubled) => {
            let again = letter.clone();
            post(alipay, letter, Duration::ZERO);
            post(alipay, again, Duration::ZERO);
        }
        Some(What::Forged) => {
            post(alipay, letter, Duration::ZERO);
            post(alipay, write(alipay, &notice, Writer::Forger), Duration::ZERO);
        }
        _ => post(alipay, letter, Duration::ZERO),
    }
}

fn post(alipay: &Arc<Alipay>, letter: Letter, delay: Duration) {
    let sender = Arc::clone(alipay);
    alipay.tasks.spawn(async move {
        tokio::time::sleep(delay).await;
        if !sender.notifier.attempt(&letter).await {
            repeat(&sender.notifier, &letter).await;
        }
    });
}

/// A charge that was not made can be forged as well: that is when believing it would cost money.
fn forge_for(alipay: &Arc<Alipay>, call: &Call) {
    let Some(url) = call.notify_url.clone() else { return };
    let buyer_id = alipay.books().buyer_of(&call.biz);
    let out_trade_no = call.biz.text("out_trade_no");
    let occasion =
        Occasion { channel: CHANNEL, call: NOTIFICATION, payer: buyer_id.as_deref(), order: out_trade_no.as_deref() };
    if alipay.faults.take_where(occasion, |what| *what == What::Forged).is_none() {
        return;
    }
    let now = alipay.clock.business_now();
    let total = call.biz.text("total_amount").unwrap_or_default();
    let notice = Notice {
        mode: call.mode,
        url,
        notify_type: "trade_status_sync",
        fields: vec![
            ("trade_no", alipay.ids.trade_no(now)),
            ("out_trade_no", out_trade_no.clone().unwrap_or_default()),
            ("trade_status", "TRADE_SUCCESS".to_owned()),
            ("subject", call.biz.text("subject").unwrap_or_default()),
            ("seller_id", alipay.seller_id.clone()),
            ("buyer_id", buyer_id.clone().unwrap_or_default()),
            ("total_amount", total.clone()),
            ("receipt_amount", total.clone()),
            ("buyer_pay_amount", total),
            ("gmt_create", beijing::text(now)),
            ("gmt_payment", beijing::text(now)),
        ],
        keeps_sign_type: false,
        out_trade_no,
        agreement_no: None,
        buyer_id,
    };
    post(alipay, write(alipay, &notice, Writer::Forger), Duration::ZERO);
}

/// Who signs a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    /// In certificate mode, when `numbered`, with the number of the certificate among what is signed.
    Alipay {
        numbered: bool,
    },
    Forger,
}

/// Signs a notice and notes it.
fn write(alipay: &Alipay, notice: &Notice, writer: Writer) -> Letter {
    let app = alipay.app(notice.mode);
    let key = if writer == Writer::Forger { &alipay.forger_key } else { app.alipay_key() };
    let notify_id = alipay.ids.notify_id(alipay.clock.business_now());
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &notice.fields {
        fields.insert((*name).to_owned(), value.clone());
    }
    for (name, value) in [
        ("notify_id", notify_id.as_str()),
        ("notify_type", notice.notify_type),
        ("notify_time", &beijing::text(real_now())),
        ("app_id", &app.id),
        ("auth_app_id", &app.id),
        ("charset", "utf-8"),
        ("version", "1.0"),
        ("sign_type", "RSA2"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    if let (Writer::Alipay { numbered: true }, Some(number)) = (writer, app.alipay_cert_sn()) {
        fields.insert("alipay_cert_sn".to_owned(), number.to_owned());
    }
    let left_out: &[&str] = if notice.keeps_sign_type { &["sign"] } else { &["sign", "sign_type"] };
    let signed = signature::string_to_sign(&fields, left_out);
    if let Some(signature) = signature::sign(key, signed.as_bytes()) {
        fields.insert("sign".to_owned(), signature);
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let url = notice.url.clone();
    let forged = writer == Writer::Forger;
    let index = alipay.notifier.add(Record { notify_id, notice: notice.clone(), forged });
    Letter { index, url, content_type: FORM, body }
}
