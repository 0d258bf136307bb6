//! Sealing what nobody in between may read: RSA with PKCS#1 v1.5 under UnionPay's certificate for it, in base64; the
//! certificate's decimal serial goes along as `encryptCertId` (the official SDK's `encryptData`, copied in
//! fmsdwifull/webback `acp_service.php`; smartwalle/unionpay `Encrypt`).
//!
//! The certificate is asked for (95/00, `certType` 01) and kept. UnionPay wants it asked for once a day, and takes the
//! old one for a month after a new one (smartwalle/unionpay `LoadEncryptKey`). It comes in an answer that is signed,
//! and that is all that vouches for it.

use std::sync::Arc;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use tantu_domain::channel::ChannelWord;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::format;
use super::gateway::{BACK, Call, Gateway, Heard, NO_PRODUCT, field};
use crate::chain::{Pems, holds};

/// How old the certificate may be before another is asked for.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// How old it may be while no other can be had.
const USABLE: SignedDuration = SignedDuration::from_hours(24 * 28);

/// The key to seal with.
pub(super) struct Seal {
    cert_id: String,
    key: Pkcs1PublicEncryptingKey,
}

/// A key, and when it was fetched.
type Kept = (Arc<Seal>, Timestamp);

/// The key as it was last fetched. One fetch at a time: others wait for it.
#[derive(Default)]
pub(super) struct Sealing(Mutex<Option<Kept>>);

/// Why there is no key. Nothing was sent of what was to be sealed.
pub(super) enum NoSeal {
    /// UnionPay answered with a fault.
    Fault(ChannelWord),
    /// It gave no answer that can be believed.
    NoAnswer,
}

impl Seal {
    /// Reads the certificate; `None` if it is none, does not hold, or its key is no RSA key of at least 2048 bits.
    fn read(pem: &str, at: Timestamp) -> Option<Self> {
        let pems = Pems::read(pem)?;
        let certificates = pems.certificates()?;
        let [certificate] = certificates.as_slice() else { return None };
        holds(certificate, at).ok()?;
        let key = PublicEncryptingKey::from_der(certificate.public_key().raw).ok()?;
        let key = Pkcs1PublicEncryptingKey::new(key).ok()?;
        Some(Self { cert_id: certificate.tbs_certificate.serial.to_string(), key })
    }

    /// What names the key.
    pub(super) fn cert_id(&self) -> &str {
        &self.cert_id
    }

    /// A text under seal; `None` if it is too long.
    pub(super) fn seal(&self, text: &str) -> Option<Zeroizing<String>> {
        let mut sealed = vec![0; self.key.ciphertext_size()];
        let sealed = self.key.encrypt(text.as_bytes(), &mut sealed).ok()?;
        Some(Zeroizing::new(STANDARD.encode(sealed)))
    }
}

impl Sealing {
    /// The key, fetched if there is none or it is a day old.
    pub(super) async fn seal(&self, gateway: &Gateway) -> Result<Arc<Seal>, NoSeal> {
        let now = gateway.clock().wall();
        let mut kept = self.0.lock().await;
        let old = match &*kept {
            Some((seal, fetched_at)) if now.duration_since(*fetched_at) < FRESH => return Ok(Arc::clone(seal)),
            Some((seal, fetched_at)) if now.duration_since(*fetched_at) < USABLE => Some(Arc::clone(seal)),
            Some(_) | None => None,
        };
        match (fetch(gateway, now).await, old) {
            (Ok(seal), _) => {
                let seal = Arc::new(seal);
                *kept = Some((Arc::clone(&seal), now));
                Ok(seal)
            }
            (Err(_), Some(old)) => {
                tracing::warn!("UnionPay's certificate for sealing could not be renewed; the old one still serves");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }
}

async fn fetch(gateway: &Gateway, now: Timestamp) -> Result<Seal, NoSeal> {
    let number = passing_number(now);
    let call = Call {
        method: "encrypt certificate",
        family: "acp/encrypt_certificate",
        endpoint: BACK,
        kind: ["95", "00", NO_PRODUCT],
        number: &number,
        at: now,
        fields: vec![field("certType", "01")],
    };
    let subject = call.subject();
    let answer = match gateway.call(&call).await {
        Heard::Answer(answer) if answer.accepted() => answer,
        Heard::Answer(answer) => {
            return Err(NoSeal::Fault(gateway.words().fault(&subject, answer.code(), answer.message())));
        }
        Heard::Fault(word) => return Err(NoSeal::Fault(word)),
        Heard::Nothing => return Err(NoSeal::NoAnswer),
    };
    let pem = answer.fields().get("encryptPubKeyCert").map(|pem| pem.replace('\r', "\n"));
    let seal = pem.and_then(|pem| Seal::read(&pem, now));
    seal.ok_or_else(|| NoSeal::Fault(gateway.words().incomplete(&subject, "encryptPubKeyCert")))
}

/// The number of an order that concerns no money and nothing that is kept: the time to the nanosecond.
pub(super) fn passing_number(now: Timestamp) -> String {
    format!("t{}{:09}", format::time(now), now.subsec_nanosecond().unsigned_abs())
}
