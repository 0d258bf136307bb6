//! The payer's phone: a key that never leaves it, and a clock that may be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use serde_json::json;
use tantu_domain::clock::Clock;

use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::Payer;

/// The clock of a phone, which shows something else than real time until it is set to automatic.
pub(crate) struct PhoneClock {
    real: Arc<dyn Clock>,
    off_seconds: AtomicI64,
}

impl PhoneClock {
    pub(crate) fn off_by(stage: &Stage, seconds: i64) -> Arc<Self> {
        Arc::new(Self { real: stage.server.engine.clock(), off_seconds: AtomicI64::new(seconds) })
    }

    /// What it shows.
    pub(crate) fn now(&self) -> Timestamp {
        let off = SignedDuration::from_secs(self.off_seconds.load(Ordering::SeqCst));
        self.real.wall().checked_add(off).unwrap_or(Timestamp::MAX)
    }

    /// From now on it follows real time.
    pub(crate) fn set_automatic(&self) {
        self.off_seconds.store(0, Ordering::SeqCst);
    }
}

impl std::fmt::Debug for PhoneClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhoneClock({})", self.now())
    }
}

/// By this clock the phone's TLS looks at the dates of certificates.
impl TimeProvider for PhoneClock {
    fn current_time(&self) -> Option<UnixTime> {
        let since_epoch = self.now().as_duration();
        std::time::Duration::try_from(since_epoch).ok().map(UnixTime::since_unix_epoch)
    }
}

/// A phone whose key its payer has registered.
pub(crate) struct Phone {
    pub(crate) clock: Arc<PhoneClock>,
    id: String,
    key: Ed25519KeyPair,
}

impl Phone {
    /// Makes a key in the phone and registers its public half in the payer's session.
    pub(crate) async fn of(stage: &Stage, payer: &Payer, clock: Arc<PhoneClock>) -> Result<Self, Failure> {
        let key = Ed25519KeyPair::generate()?;
        let public: PublicKeyX509Der<'_> = AsDer::as_der(key.public_key())?;
        let body = json!({ "public_key": STANDARD.encode(public.as_ref()) });
        let registered = payer.ask(stage, Method::POST, "/v1/device-keys", Some(body)).await?;
        let id = registered.expect("the registration of a device's key")?.text("id")?;
        Ok(Self { clock, id, key })
    }

    /// The same, and where the phone is.
    pub(crate) fn agrees_at(&self, what: &str, place: &str) -> String {
        let time = self.clock.now();
        let signature = self.key.sign(format!("tantu-device-v1\n{time}\n{what}\n{place}").as_bytes());
        let signature = STANDARD.encode(signature.as_ref());
        format!("key={}, time={time}, place={place}, signature={signature}", self.id)
    }

    /// The header `Tantu-Device` by which the phone agrees to something, at the time that it shows.
    pub(crate) fn agrees_to(&self, what: &str) -> String {
        let time = self.clock.now();
        let signature = self.key.sign(format!("tantu-device-v1\n{time}\n{what}").as_bytes());
        format!("key={}, time={time}, signature={}", self.id, STANDARD.encode(signature.as_ref()))
    }
}
