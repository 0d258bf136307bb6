//! Background notifications (后台通知): POST of a signed form to `backUrl`.
//!
//! HTTP 200 acknowledges it; otherwise it comes again 1, 2, 4 and 5 minutes of business time later, five times in all
//! (smartwalle/unionpay, notify.go; the official demo has 0, 1, 2, 4: boyuanitsm/pay, Consume.java). Only a success is
//! notified: 失败的交易银联不会发送后台通知 (the same comment, and docs/unionpay/token.md); others read that background
//! transactions notify both, which the fault `of_failure` does.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::StatusCode;

use super::answer;
use super::call::{Call, Kind, OrderKey};
use super::certificates::Signer;
use super::fields::{Fields, write_form};
use super::{CHANNEL, UnionPay, published};
use crate::SandboxError;
use crate::faults::{NOTIFICATION, Occasion, What};
use crate::keys::flip_one_bit;
use crate::outbox::{FORM, Letter, Outbox};

/// The gaps between attempts, in minutes of business time.
const GAPS: [i64; 4] = [1, 2, 4, 5];

/// What is to be notified, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) url: String,
    pub(crate) kind: Kind,
    pub(crate) key: OrderKey,
    pub(crate) card: Option<String>,
    pub(crate) fields: Fields,
}

/// A notification as it was written; shown in the truth.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) notice: Notice,
    pub(crate) forged: bool,
}

/// Who writes, and how well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    UnionPay,
    /// UnionPay's certificate goes along, and somebody else's key has signed.
    Forger,
    /// Somebody else's key and certificate.
    Foreigner,
    /// One bit of the signature is wrong.
    Careless,
}

impl Notice {
    /// The notice about a call's outcome, if the merchant gave an address for it.
    pub(crate) fn of(up: &UnionPay, call: &Call, code: &str, more: Vec<(&'static str, String)>) -> Option<Self> {
        let url = call.text("backUrl")?.to_owned();
        let fields = answer::answer(&call.fields, code, more);
        Some(Self { url, kind: call.kind, key: call.key.clone(), card: up.card_of(call), fields })
    }

    fn code(&self) -> &str {
        self.fields.get("respCode").map(String::as_str).unwrap_or_default()
    }

    fn saying(mut self, code: &str) -> Self {
        self.fields.insert("respCode".to_owned(), code.to_owned());
        self.fields.insert("respMsg".to_owned(), published::message(code));
        self
    }
}

pub(crate) fn outbox() -> Result<Outbox<Record>, SandboxError> {
    Outbox::new(|status, _| status == StatusCode::OK)
}

/// After a call was carried out: sends its notification, through at most one scripted fault.
pub(crate) async fn announce(up: &Arc<UnionPay>, notice: Option<Notice>) {
    let Some(notice) = notice else { return };
    let occasion = Occasion {
        channel: CHANNEL,
        call: NOTIFICATION,
        payer: notice.card.as_deref(),
        order: Some(&notice.key.order_id),
    };
    if notice.code() == published::SUCCESS {
        let fault = up.faults.take_where(occasion, |what| *what != What::OfFailure);
        send(up, notice.clone(), fault).await;
        return;
    }
    match up.faults.take_where(occasion, |what| matches!(what, What::OfFailure | What::Forged)) {
        Some(What::OfFailure) => send(up, notice.clone(), None).await,
        // That is when believing it would cost money.
        Some(_) => post(up, write(up, notice.clone().saying(published::SUCCESS), Writer::Forger), Duration::ZERO),
        None => {}
    }
}

async fn send(up: &Arc<UnionPay>, notice: Notice, fault: Option<What>) {
    let own = |notice| write(up, notice, Writer::UnionPay);
    match fault {
        Some(What::Never) => {
            up.outbox.add(Record { notice, forged: false });
        }
        Some(What::BeforeAnswer) => {
            let letter = own(notice);
            if !up.outbox.attempt(&letter).await {
                let sender = Arc::clone(up);
                up.tasks.spawn(async move { repeat(&sender, &letter).await });
            }
        }
        Some(What::Late { delay }) => post(up, own(notice), delay),
        Some(What::Doubled) => {
            let letter = own(notice);
            post(up, letter.clone(), Duration::ZERO);
            post(up, letter, Duration::ZERO);
        }
        Some(What::Contradicted { code }) => post(up, own(notice.saying(&code)), Duration::ZERO),
        Some(What::Forged) => {
            post(up, own(notice.clone()), Duration::ZERO);
            post(up, write(up, notice, Writer::Forger), Duration::ZERO);
        }
        Some(What::ForeignCertificate) => post(up, write(up, notice, Writer::Foreigner), Duration::ZERO),
        Some(What::BadSignature) => post(up, write(up, notice, Writer::Careless), Duration::ZERO),
        _ => post(up, own(notice), Duration::ZERO),
    }
}

fn post(up: &Arc<UnionPay>, letter: Letter, delay: Duration) {
    let sender = Arc::clone(up);
    up.tasks.spawn(async move {
        tokio::time::sleep(delay).await;
        if !sender.outbox.attempt(&letter).await {
            repeat(&sender, &letter).await;
        }
    });
}

async fn repeat(up: &UnionPay, letter: &Letter) {
    for gap in GAPS {
        let now = up.clock.business_now();
        let next = now.checked_add(SignedDuration::from_mins(gap)).unwrap_or(now);
        up.clock.wait_until(next).await;
        if up.outbox.attempt(letter).await {
            return;
        }
    }
}

/// Signs a notice and notes it.
fn write(up: &UnionPay, notice: Notice, writer: Writer) -> Letter {
    let own: &Signer = &up.authority.signer;
    let mut fields = match writer {
        Writer::Foreigner | Writer::Forger => answer::sign(notice.fields.clone(), up.foreign_signer().unwrap_or(own)),
        Writer::UnionPay | Writer::Careless => answer::sign(notice.fields.clone(), own),
    };
    match writer {
        Writer::Forger => {
            fields.insert("signPubKeyCert".to_owned(), own.certificate.clone());
        }
        Writer::Careless => {
            if let Some(signature) = fields.get_mut("signature") {
                *signature = flip_one_bit(signature);
            }
        }
        Writer::UnionPay | Writer::Foreigner => {}
    }
    let (url, body) = (notice.url.clone(), write_form(&fields));
    let index = up.outbox.add(Record { notice, forged: writer != Writer::UnionPay });
    Letter { index, url, content_type: FORM, body }
}
