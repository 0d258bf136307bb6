//! The other side: a server that gives prepared replies in turn, and what it was asked. It gives its certificate for
//! sealing by itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::secret::Secret;
use tantu_channels::unionpay::{PRODUCTION_SIGNER, Trust, UnionPay, UnionPayConfig};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Clock;
use tantu_domain::ids::{AttemptId, OpeningId, RefundId};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

use crate::authority::{MERCHANT, SEALER, UNIONPAY, WORLD};

pub(crate) const MER_ID: &str = "777290058110048";
pub(crate) const TR_ID: &str = "62000000001";
pub(crate) const TOKEN: &str = "6235240000020757577";
pub(crate) const HERE: &str = "http://127.0.0.1:9/gateway/api/";

/// Business time and real time, set far apart so that nobody can mix them up unseen.
pub(crate) const NOW: &str = "2027-11-22T04:00:00Z";
pub(crate) const WALL: &str = "2026-11-20T01:02:03Z";

/// When the ids of the tests were made, and how UnionPay writes it.
pub(crate) const MADE: &str = "2026-11-20T01:00:59.999Z";
pub(crate) const TXN_TIME: &str = "20261120090059";

/// A clock whose real time can be moved.
#[derive(Default)]
pub(crate) struct Hands(Mutex<SignedDuration>);

impl Hands {
    pub(crate) fn forward(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        at(NOW)
    }

    fn wall(&self) -> Timestamp {
        at(WALL) + *self.0.lock().unwrap()
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn bytes(made: &str, rest: u8) -> [u8; 16] {
    let mut bytes = [rest; 16];
    bytes[..6].copy_from_slice(&at(made).as_millisecond().to_be_bytes()[2..]);
    bytes
}

pub(crate) fn attempt() -> AttemptId {
    attempt_of(MADE)
}

pub(crate) fn attempt_of(made: &str) -> AttemptId {
    AttemptId::from_bytes(bytes(made, 7)).unwrap()
}

pub(crate) fn refund() -> RefundId {
    RefundId::from_bytes(bytes(MADE, 8)).unwrap()
}

pub(crate) fn binding() -> OpeningId {
    OpeningId::from_bytes(bytes(MADE, 9)).unwrap()
}

pub(crate) fn word(code: &str, message: &str) -> ChannelWord {
    ChannelWord { channel: Channel::UnionPay, code: code.to_owned(), message: message.to_owned(), at: at(NOW) }
}

pub(crate) type Pairs = BTreeMap<String, String>;

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The string that is signed, put together here once more from the written rule.
fn joined(pairs: &Pairs) -> String {
    let signed = pairs.iter().filter(|(name, _)| *name != "signature");
    signed.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn hashed(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signed fields.
pub(crate) fn signed(mut pairs: Pairs, key: &RsaKeyPair) -> Pairs {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), hashed(&joined(&pairs)).as_bytes(), &mut signature).unwrap();
    pairs.insert("signature".to_owned(), STANDARD.encode(signature));
    pairs
}

/// Whether the merchant signed these fields.
pub(crate) fn signed_by_merchant(pairs: &Pairs) -> bool {
    let public = AsDer::<PublicKeyX509Der>::as_der(MERCHANT.public_key()).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref());
    key.verify(hashed(&joined(pairs)).as_bytes(), &STANDARD.decode(&pairs["signature"]).unwrap()).is_ok()
}

/// What is under UnionPay's seal.
pub(crate) fn unsealed(sealed: &str) -> String {
    let key = PrivateDecryptingKey::from_pkcs8(AsDer::<Pkcs8V1Der>::as_der(&*SEALER).unwrap().as_ref()).unwrap();
    let key = Pkcs1PrivateDecryptingKey::new(key).unwrap();
    let mut plain = vec![0; key.min_output_size()];
    let plain = key.decrypt(&STANDARD.decode(sealed).unwrap(), &mut plain).unwrap();
    String::from_utf8(plain.to_vec()).unwrap()
}

/// The text of an answer: nothing in it is encoded.
pub(crate) fn text(pairs: &Pairs) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

pub(crate) fn form(pairs: &Pairs) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
}

/// What UnionPay says of a request, with `more` fields, not signed yet.
pub(crate) fn answering(request: &Pairs, more: &[(&str, &str)]) -> Pairs {
    let echoed = ["version", "encoding", "signMethod", "txnType", "txnSubType", "bizType", "accessType", "merId"];
    let echoed = echoed.iter().chain(&["orderId", "txnTime"]);
    let mut answer: Pairs = echoed.map(|name| ((*name).to_owned(), request[*name].clone())).collect();
    answer.insert("signPubKeyCert".to_owned(), WORLD.unionpay.clone());
    answer.extend(pairs(more));
    answer
}

pub(crate) fn config(gateway: &str) -> UnionPayConfig {
    UnionPayConfig {
        gateway: Url::parse(gateway).unwrap(),
        mer_id: MER_ID.to_owned(),
        tr_id: TR_ID.to_owned(),
        sign_key_pem: Secret::new(STANDARD.encode(AsDer::<Pkcs8V1Der>::as_der(&*MERCHANT).unwrap().as_ref())),
        sign_cert_pem: WORLD.merchant.clone(),
        trust: Trust {
            roots_pem: WORLD.root.pem(),
            middle_pem: WORLD.between.pem(),
            signer: PRODUCTION_SIGNER.to_owned(),
            sha1: false,
        },
        notify_url: "https://tantu.example/v1/notifications/unionpay".to_owned(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        codes: Arc::default(),
    }
}

pub(crate) fn connect(config: &UnionPayConfig) -> UnionPay {
    UnionPay::new(config, Arc::new(Hands::default())).unwrap()
}

/// What the server says.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These fields about what was asked, signed by UnionPay.
    Signed(Vec<(&'static str, String)>),
    /// A status and a body.
    Raw(StatusCode, String),
    /// Nothing, for ever.
    Silence,
}

/// A signed answer.
pub(crate) fn says(fields: &[(&'static str, &str)]) -> Reply {
    Reply::Signed(fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
}

/// A signed answer with nothing but a code.
pub(crate) fn code(code: &'static str) -> Reply {
    says(&[("respCode", code), ("respMsg", "原因[0000000]")])
}

struct Desk {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<(String, Pairs)>>,
    sealing: Mutex<Vec<Reply>>,
    sealings: Mutex<usize>,
}

/// A server, and what it was asked.
pub(crate) struct Stub {
    pub(crate) unionpay: UnionPay,
    pub(crate) hands: Arc<Hands>,
    desk: Arc<Desk>,
}

impl Stub {
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        Self::start_with(replies, |config| config).await
    }

    pub(crate) async fn start_with(replies: Vec<Reply>, change: impl FnOnce(UnionPayConfig) -> UnionPayConfig) -> Self {
        let desk = Desk {
            replies: Mutex::new(replies.into()),
            seen: Mutex::default(),
            sealing: Mutex::default(),
            sealings: Mutex::default(),
        };
        let desk = Arc::new(desk);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let hands = Arc::new(Hands::default());
        let config = change(config(&format!("http://{address}/gateway/api")));
        let unionpay = UnionPay::new(&config, hands.clone()).unwrap();
        Self { unionpay, hands, desk }
    }

    /// From now on, the certificate for sealing is answered so.
    pub(crate) fn sealing(&self, reply: Reply) {
        *self.desk.sealing.lock().unwrap() = vec![reply];
    }

    /// How often the certificate for sealing was asked for.
    pub(crate) fn sealings(&self) -> usize {
        *self.desk.sealings.lock().unwrap()
    }

    /// What was asked, with the end of the address, but for the certificate for sealing.
    pub(crate) fn requests(&self) -> Vec<(String, Pairs)> {
        self.desk.seen.lock().unwrap().clone()
    }

    /// The one request that came.
    pub(crate) fn request(&self) -> (String, Pairs) {
        let seen = self.requests();
        assert_eq!(seen.len(), 1, "one call is one request");
        seen[0].clone()
    }
}

async fn answer(State(desk): State<Arc<Desk>>, uri: Uri, body: String) -> Response {
    let all: Vec<(String, String)> =
        form_urlencoded::parse(body.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let count = all.len();
    let request: Pairs = all.into_iter().collect();
    assert_eq!(request.len(), count, "no field stands twice");
    assert!(signed_by_merchant(&request), "every request is signed");
    let reply = if request["txnType"] == "95" {
        *desk.sealings.lock().unwrap() += 1;
        let set = desk.sealing.lock().unwrap().first().cloned();
        set.unwrap_or_else(|| says(&[("respCode", "00"), ("certType", "01"), ("encryptPubKeyCert", &WORLD.sealer)]))
    } else {
        let end = uri.path().rsplit('/').next().unwrap().to_owned();
        desk.seen.lock().unwrap().push((end, request.clone()));
        desk.replies.lock().unwrap().pop_front().unwrap()
    };
    match reply {
        Reply::Signed(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            text(&signed(answering(&request, &fields), &UNIONPAY)).into_response()
        }
        Reply::Raw(status, body) => (status, [("location", "/elsewhere")], body).into_response(),
        Reply::Silence => std::future::pending().await,
    }
}
