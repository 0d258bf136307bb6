//! A channel that lies: a server that answers whatever our connectors ask. At first it binds cards and says of every charge that
//! it is under way, well signed; then it forges.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::Uri;
use fastrand::Rng;
use serde_json::json;
use tokio::net::TcpListener;
use url::form_urlencoded;

use super::alipay::{self, Alipay, Asked};
use super::fields::{Fields, joined, of_form};
use super::unionpay::{self, UnionPay};
use crate::outcome::Failure;

/// The server's side of both channels.
pub(super) struct Liar {
    pub(super) alipay: Alipay,
    pub(super) unionpay: UnionPay,
    pub(super) base: String,
    forging: AtomicBool,
    /// Whether every lie is signed well, as if nobody looked at signatures.
    credible: bool,
    alipay_lies: AtomicUsize,
    unionpay_lies: AtomicUsize,
}

impl Liar {
    /// Starts it. `credible` makes it the control's: what it forges cannot be told from the truth.
    pub(super) async fn start(credible: bool) -> Result<Arc<Self>, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let liar = Arc::new(Self {
            alipay: Alipay::fresh()?,
            unionpay: UnionPay::fresh()?,
            base: format!("http://{}", listener.local_addr()?),
            forging: AtomicBool::new(false),
            credible,
            alipay_lies: AtomicUsize::new(0),
            unionpay_lies: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&liar));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(liar)
    }

    /// From now on it lies.
    pub(super) fn forge(&self) {
        self.forging.store(true, Ordering::SeqCst);
    }

    pub(super) fn lies_of_alipay(&self) -> usize {
        self.alipay_lies.load(Ordering::Relaxed)
    }

    pub(super) fn lies_of_unionpay(&self) -> usize {
        self.unionpay_lies.load(Ordering::Relaxed)
    }

    fn of_alipay(&self, asked: &Asked, rng: &mut Rng) -> String {
        if !self.forging.load(Ordering::SeqCst) {
            let number = &asked.content["out_trade_no"];
            let object =
                json!({ "code": "10003", "msg": "order success pay inprocess", "out_trade_no": number }).to_string();
            return alipay::answer(asked, &object, &self.alipay.channel.sign(&object));
        }
        let turn = self.alipay_lies.fetch_add(1, Ordering::Relaxed);
        if self.credible {
            let object = alipay::object(asked).to_string();
            return alipay::answer(asked, &object, &self.alipay.channel.sign(&object));
        }
        let kinds = alipay::ANSWERS;
        kinds.get(turn % kinds.len()).map(|(_, lie)| lie(&self.alipay, asked, rng)).unwrap_or_default()
    }

    fn of_unionpay(&self, request: &Fields, rng: &mut Rng) -> String {
        if !self.forging.load(Ordering::SeqCst) {
            return joined(&self.unionpay.signed(self.unionpay.honest(request, rng)), &[], true);
        }
        let turn = self.unionpay_lies.fetch_add(1, Ordering::Relaxed);
        let success = unionpay::success(request, rng);
        if self.credible {
            return joined(&self.unionpay.signed(success), &[], true);
        }
        let answers = |name: &str| !unionpay::NO_ANSWERS.contains(&name);
        let kinds: Vec<_> = unionpay::FORGERIES.iter().filter(|(name, _)| answers(name)).collect();
        let lie = kinds.get(turn % kinds.len()).map(|(_, forge)| forge(&self.unionpay, success, rng));
        joined(&lie.unwrap_or_default(), &[], true)
    }
}

async fn answer(State(liar): State<Arc<Liar>>, uri: Uri, RawQuery(query): RawQuery, body: Bytes) -> String {
    let mut rng = Rng::new();
    let form = of_form(&body);
    if uri.path().starts_with("/gateway/api/") {
        return liar.of_unionpay(&form, &mut rng);
    }
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let method = pairs.find(|(name, _)| name == "method").map(|(_, method)| method.into_owned());
    let content = form.get("biz_content").and_then(|text| serde_json::from_str(text).ok());
    let asked = Asked { method: method.unwrap_or_default(), content: content.unwrap_or_default() };
    liar.of_alipay(&asked, &mut rng)
}
