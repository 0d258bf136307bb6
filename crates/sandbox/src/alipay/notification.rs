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
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use url::{Url, form_urlencoded};

use super::app::Mode;
use super::call::{Call, Method};
use super::{Alipay, CHANNEL, signature};
use crate::SandboxError;
use crate::clock::real_now;
use crate::faults::{NOTIFICATION, Occasion, What};
use crate::{beijing, loopback};

/// The gaps between attempts, in seconds of real time, instead of 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h.
const GAPS: [u64; 7] = [1, 2, 2, 4, 8, 16, 32];
const PATIENCE: Duration = Duration::from_secs(5);

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

/// What became of a notification; shown in the truth.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) notify_id: String,
    pub(crate) notice: Notice,
    pub(crate) forged: bool,
    pub(crate) delivered: bool,
    pub(crate) attempts: u32,
    pub(crate) last_answer: Option<String>,
}

/// Sends notifications and remembers what became of them.
pub(crate) struct Notifier {
    client: reqwest::Client,
    records: Mutex<Vec<Record>>,
}

/// A signed notification on its way.
struct Letter {
    index: usize,
    url: String,
    body: String,
}

impl Notifier {
    pub(crate) fn new() -> Result<Self, SandboxError> {
        // No proxy and no redirect: a notification goes to the loopback address that was checked, or nowhere.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| SandboxError::Client(error.to_string()))?;
        Ok(Self { client, records: Mutex::new(Vec::new()) })
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, record: Record) -> usize {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.push(record);
        records.len().saturating_sub(1)
    }

    fn note(&self, index: usize, delivered: bool, answer: String) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = records.get_mut(index) {
            record.attempts = record.attempts.saturating_add(1);
            record.delivered |= delivered;
            record.last_answer = Some(answer);
        }
    }

    /// One attempt. Only `success`, and nothing around it, counts.
    async fn attempt(&self, letter: &Letter) -> bool {
        let address = Url::parse(&letter.url).ok().filter(loopback::is_loopback_url);
        let Some(address) = address else {
            self.note(letter.index, false, "not sent: notify_url does not name a loopback address".to_owned());
            return false;
        };
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        let request = self.client.post(address).header(CONTENT_TYPE, form).body(letter.body.clone());
        let answer = match request.send().await {
            Ok(response) => {
                let status = response.status();
                let text = response.text().await.unwrap_or_default();
                if status.is_success() && text == "success" {
                    self.note(letter.index, true, text);
                    return true;
                }
                let text: String = text.chars().take(80).collect();
                format!("{status}: {text}")
            }
            Err(error) => format!("no answer: {error}"),
        };
        self.note(letter.index, false, answer);
        false
    }

    async fn repeat(&self, letter: &Letter) {
        for gap in GAPS {
            tokio::time::sleep(Duration::from_secs(gap)).await;
            if self.attempt(letter).await {
                return;
            }
        }
    }

    async fn deliver(&self, letter: &Letter) {
        if !self.attempt(letter).await {
            self.repeat(letter).await;
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
        buyer: notice.buyer_id.as_deref(),
        out_trade_no: notice.out_trade_no.as_deref(),
    });
    let numbered = fault == Some(What::AlipayCertSn);
    let letter = write(alipay, &notice, Writer::Alipay { numbered });
    match fault {
        Some(What::Never) => {}
        Some(What::BeforeAnswer) => {
            if !alipay.notifier.attempt(&letter).await {
                let alipay = Arc::clone(alipay);
                let repeating = Arc::clone(&alipay);
                alipay.tasks.spawn(async move { repeating.notifier.repeat(&letter).await });
            }
        }
        Some(What::Late { delay }) => post(alipay, letter, delay),
        Some(What::Doubled) => {
            let again = Letter { index: letter.index, url: letter.url.clone(), body: letter.body.clone() };
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
        sender.notifier.deliver(&letter).await;
    });
}

/// A charge that was not made can be forged as well: that is when believing it would cost money.
fn forge_for(alipay: &Arc<Alipay>, call: &Call) {
    let Some(url) = call.notify_url.clone() else { return };
    let buyer_id = alipay.books().buyer_of(&call.biz);
    let out_trade_no = call.biz.text("out_trade_no");
    let occasion = Occasion {
        channel: CHANNEL,
        call: NOTIFICATION,
        buyer: buyer_id.as_deref(),
        out_trade_no: out_trade_no.as_deref(),
    };
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
    let record = Record { notify_id, notice: notice.clone(), forged, delivered: false, attempts: 0, last_answer: None };
    let index = alipay.notifier.add(record);
    Letter { index, url, body }
}
