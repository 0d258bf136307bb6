//! The other side: keys, a server that gives one prepared reply, and what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use tantu_channels::alipay::{Alipay, AlipayConfig, Keys};
use tantu_domain::clock::Clock;
use tantu_domain::ids::{AttemptId, MandateId, RefundId};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

pub(crate) static ALIPAY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static STRANGER: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static MERCHANT: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

pub(crate) const APP: &str = "2021000000000001";
pub(crate) const SELLER: &str = "2088000000000001";

/// Business time and real time, set far apart so that nobody can mix them up unseen.
pub(crate) const NOW: &str = "2026-11-22T04:00:00Z";
pub(crate) const WALL: &str = "2026-11-20T01:02:03Z";

pub(crate) struct Hands;

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        at(NOW)
    }

    fn wall(&self) -> Timestamp {
        at(WALL)
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn attempt() -> AttemptId {
    AttemptId::from_bytes([7; 16]).unwrap()
}

pub(crate) fn refund() -> RefundId {
    RefundId::from_bytes([8; 16]).unwrap()
}

pub(crate) fn mandate() -> MandateId {
    MandateId::from_bytes([9; 16]).unwrap()
}

pub(crate) fn sign(key: &RsaKeyPair, text: &str) -> String {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    STANDARD.encode(signature)
}

fn public(key: &RsaKeyPair) -> Vec<u8> {
    AsDer::<PublicKeyX509Der>::as_der(key.public_key()).unwrap().as_ref().to_vec()
}

/// The string that is signed, put together here once more from the written rule.
pub(crate) fn joined(pairs: &BTreeMap<String, String>, without: &[&str]) -> String {
    let kept = pairs.iter().filter(|(name, value)| !without.contains(&name.as_str()) && !value.is_empty());
    kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Whether the merchant signed these parameters.
pub(crate) fn signed_by_merchant(pairs: &BTreeMap<String, String>) -> bool {
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public(&MERCHANT));
    key.verify(joined(pairs, &["sign"]).as_bytes(), &STANDARD.decode(&pairs["sign"]).unwrap()).is_ok()
}

pub(crate) fn config(gateway: &str) -> AlipayConfig {
    AlipayConfig {
        gateway: Url::parse(gateway).unwrap(),
        app_id: APP.to_owned(),
        merchant_private_key_pem: STANDARD.encode(AsDer::<Pkcs8V1Der>::as_der(&*MERCHANT).unwrap().as_ref()),
        keys: Keys::PublicKey { alipay_public_key_pem: STANDARD.encode(public(&ALIPAY)) },
        seller_id: Some(SELLER.to_owned()),
        sign_scene: "INDUSTRY|DIGITAL_MEDIA".to_owned(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        codes: Arc::default(),
    }
}

pub(crate) fn connect(config: AlipayConfig) -> Alipay {
    Alipay::new(config, Arc::new(Hands)).unwrap()
}

/// What the server says to everything.
#[derive(Clone)]
pub(crate) enum Reply {
    /// The inner object, signed by Alipay.
    Signed(String),
    /// The inner object, signed by somebody else.
    Forged(String),
    /// The inner object as it was signed, and as it then arrives.
    Altered(String, String),
    /// The inner object, without a signature.
    Unsigned(String),
    /// A status and a body.
    Raw(StatusCode, String),
    /// Nothing, for ever.
    Silence,
}

type Seen = Arc<Mutex<Vec<BTreeMap<String, String>>>>;

/// A server, and what it was asked.
pub(crate) struct Stub {
    pub(crate) alipay: Alipay,
    seen: Seen,
}

impl Stub {
    pub(crate) async fn start(reply: Reply) -> Self {
        Self::start_with(reply, |config| config).await
    }

    pub(crate) async fn start_with(reply: Reply, change: impl FnOnce(AlipayConfig) -> AlipayConfig) -> Self {
        let seen = Seen::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state((reply, Arc::clone(&seen)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { alipay: connect(change(config(&format!("http://{address}/gateway.do")))), seen }
    }

    /// The one request that came.
    pub(crate) fn request(&self) -> BTreeMap<String, String> {
        let seen = self.seen.lock().unwrap();
        assert_eq!(seen.len(), 1, "one call is one request");
        seen[0].clone()
    }
}

async fn answer(State((reply, seen)): State<(Reply, Seen)>, RawQuery(query): RawQuery, form: String) -> Response {
    let query = query.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .chain(form_urlencoded::parse(form.as_bytes()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let count = pairs.len();
    let request: BTreeMap<_, _> = pairs.into_iter().collect();
    assert_eq!(request.len(), count, "no parameter stands twice");
    let key = format!("{}_response", request["method"].replace('.', "_"));
    seen.lock().unwrap().push(request);
    let signed = |object: &str, arriving: &str, key_pair| {
        format!(r#"{{"{key}":{arriving},"sign":"{}"}}"#, sign(key_pair, object)).into_response()
    };
    match reply {
        Reply::Signed(object) => signed(&object, &object, &ALIPAY),
        Reply::Forged(object) => signed(&object, &object, &STRANGER),
        Reply::Altered(object, arriving) => signed(&object, &arriving, &ALIPAY),
        Reply::Unsigned(object) => format!(r#"{{"{key}":{object}}}"#).into_response(),
        Reply::Raw(status, body) => (status, [("location", "/elsewhere")], body).into_response(),
        Reply::Silence => std::future::pending().await,
    }
}
