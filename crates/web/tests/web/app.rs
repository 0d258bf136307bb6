//! A server with its actors: two merchants, staff, and payers.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tantu_codes::{Override, Tables};
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::Channel;
use tantu_domain::client::Version;
use tantu_domain::client_rules::{ClientRule, ClientRules};
use tantu_domain::clock::{Clock, Ids};
use tantu_domain::code::SealedText;
use tantu_domain::ids::{AccountId, MerchantId, Shard};
use tantu_domain::instrument::Product;
use tantu_domain::limit::ProductLimit;
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_domain::second_factor::{SecondFactor, StaffSession};
use tantu_domain::staff::StaffMark;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::{Command, Decision, Settings, Tools};
use tantu_engine::merchants::open::RegisterKey;
use tantu_engine::passwords::keeper::PasswordKeeper;
use tantu_engine::staff::keeper::SecondFactorKeeper;
use tantu_engine::{Connector, Engine, EngineConfig};
use tantu_store::access::{Merchant, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;
use tantu_vault::{KeyRing, Vault};
use tantu_web::{App, ServerSecret, WebConfig, router};
use tower::ServiceExt;

use crate::channel::{Mood, TestChannel};
use crate::reply::Reply;
use crate::store::WatchedStore;

pub(crate) const MERCHANT: &str = "tk_merchant";
pub(crate) const OTHER_MERCHANT: &str = "tk_other_merchant";
/// The key of a member of staff, and the session in which he is signed in.
pub(crate) const STAFF_KEY: &str = "tk_staff";
pub(crate) const STAFF: &str = "ss_3dd2c8dbfb8702e1_session";
pub(crate) const BASE: &str = "http://pay.example";

/// Noon, until a test moves business time on.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn advance(&self, hours: i64) {
        self.0.fetch_add(hours, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.wall().checked_add(SignedDuration::from_hours(self.0.load(Ordering::SeqCst))).unwrap()
    }

    fn wall(&self) -> Timestamp {
        "2026-11-22T12:00:00+08:00".parse().unwrap()
    }
}

struct Counting(AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        (u128::from(number) << 8).to_be_bytes()
    }
}

pub(crate) struct TestApp {
    pub(crate) router: Router,
    pub(crate) engine: Engine,
    pub(crate) store: Arc<WatchedStore>,
    pub(crate) channel: Arc<TestChannel>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) secret: ServerSecret,
    pub(crate) config: WebConfig,
    keys: AtomicU64,
}

/// An account with its wallet and its session.
#[derive(Debug, Clone)]
pub(crate) struct Payer {
    pub(crate) account: String,
    pub(crate) wallet: String,
    pub(crate) session: String,
}

fn policy() -> Policy {
    let limit = ProductLimit {
        product: Product::Wallet,
        per_transaction: None,
        per_day: Some(Money::cny(500_000)),
        per_month: None,
        password_free: Some(Money::cny(300_000)),
    };
    let rule = ClientRule {
        app: "tantu-app".into(),
        doing: None,
        minimum: Version { major: 5, minor: 0, patch: 0 },
        update_at: "https://update.example".into(),
    };
    Policy {
        version: "test".into(),
        clients: ClientRules { apps: vec![rule], ..ClientRules::default() },
        limits: vec![limit],
        ..Policy::default()
    }
}

fn hash(token: &str) -> TokenHash {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    TokenHash(digest.as_ref().try_into().unwrap())
}

/// A member of staff who has signed in, as the store would have it: how that is done, `staff.rs` tests.
#[derive(Debug, Clone)]
struct Seat(SecondFactor);

impl Command for Seat {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.second_factors.insert(self.0.staff);
        keys
    }

    fn decide(&self, _: &World, _: &Tools<'_>) -> Decision<()> {
        Ok(((), vec![Change::PutSecondFactor(self.0.clone())]))
    }
}

/// Seats the member of staff whose session is [`STAFF`].
pub(crate) async fn seat(engine: &Engine) {
    let key = hash(STAFF_KEY);
    let new = SecondFactor::new(StaffMark::of(&key.0), key.0, SealedText(vec![0]));
    let session = StaffSession { hash: hash(STAFF).0, until: Timestamp::MAX };
    engine.run(Seat(new.opened(1, session, Timestamp::UNIX_EPOCH).unwrap())).await.unwrap();
}

impl TestApp {
    /// Registers another member of staff by his key.
    pub(crate) async fn staff_key(&self, key: &str) {
        self.engine.run(RegisterKey { merchant: None, hash: hash(key) }).await.unwrap();
    }

    pub(crate) async fn start() -> Self {
        let (store, channel, clock) =
            (Arc::new(WatchedStore::new()), TestChannel::new(), Arc::new(TestClock::default()));
        let connector = Connector {
            charge: channel.clone(),
            mandates: Some(channel.clone()),
            pages: Some(channel.clone()),
            cards: None,
            notifications: channel.clone(),
        };
        let settings = Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_mins(5),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_secs(30),
            mandate_days: 365,
            answer_wait: Duration::from_secs(2),
            fold_interval: Duration::from_secs(60),
            pay_later: None,
            notify_base: BASE.into(),
        };
        let engine = Engine::start(EngineConfig {
            store: store.clone(),
            clock: clock.clone(),
            ids: Arc::new(Counting(AtomicU64::new(1))),
            policy: policy(),
            settings,
            channels: HashMap::from([(Channel::Alipay, connector)]),
            passwords: Some(PasswordKeeper::new(&[9; 32])),
            card_keeper: None,
            second_factors: Some(SecondFactorKeeper::new(
                Vault::new(&KeyRing::fresh().unwrap()).unwrap(),
                SignedDuration::from_mins(30),
            )),
            people: None,
            webhooks: None,
            codes: Arc::default(),
        });
        let engine = engine.await.unwrap();
        for (token, merchant) in [(MERCHANT, Some("小店 & Söhne")), (OTHER_MERCHANT, Some("别家")), (STAFF_KEY, None)]
        {
            let id = MerchantId::new(&*engine.ids(), Shard::of(0));
            let merchant = merchant.map(|name| Merchant { id, name: name.into() });
            engine.run(RegisterKey { merchant, hash: hash(token) }).await.unwrap();
        }
        seat(&engine).await;
        let secret = ServerSecret::new(&[7; 32]);
        let mut config = WebConfig::new(BASE, secret.clone());
        config.allowed_return_prefixes = vec!["https://shop.example/back".into()];
        config.demo = true;
        config.body_limit = 8 * 1024;
        let router = router(App::new(engine.clone(), config.clone()));
        Self { router, engine, store, channel, clock, secret, config, keys: AtomicU64::new(1) }
    }

    /// The same server with the operator's own rows among the codes.
    pub(crate) fn with_codes(self, rows: &[Override]) -> Self {
        let config = WebConfig { codes: Some(Arc::new(Tables::with(rows).unwrap())), ..self.config };
        let router = router(App::new(self.engine.clone(), config.clone()));
        Self { router, config, ..self }
    }

    /// The same server with bodies as large as it usually reads.
    pub(crate) fn with_usual_bodies(self) -> Self {
        let config = WebConfig { body_limit: 64 * 1024, ..self.config };
        let router = router(App::new(self.engine.clone(), config.clone()));
        Self { router, config, ..self }
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// Asks the API as the holder of a token, with a fresh idempotency key.
    pub(crate) async fn ask(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Reply {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst));
        let mut request = Request::builder().method(method).uri(path).header("Idempotency-Key", key);
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("Content-Type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Reply {
        self.ask(Method::POST, path, token, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.ask(Method::GET, path, token, None).await
    }

    /// Opens a page in a browser that keeps cookies.
    pub(crate) async fn browse(&self, path: &str, cookies: &str) -> Reply {
        let request = Request::builder().uri(path).header("Cookie", cookies).header("Sec-Fetch-Site", "same-origin");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a page's form in a browser.
    pub(crate) async fn submit(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("Cookie", cookies)
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// A payer with this much in the wallet, signed in by a link as people are.
    pub(crate) async fn payer(&self, fen: i64) -> Payer {
        let ids = self.engine.ids();
        let id = AccountId::new(&*ids, Shard::of(ids.fresh()[14]));
        let opening = (fen > 0).then(|| Money::cny(fen));
        let opened = self.engine.run(OpenAccount { id, opening, met: Some(Tier::Three) }).await.unwrap();
        let link = self.post("/v1/payer-links", STAFF, json!({ "account": id.to_string() })).await.expect(201).json();
        let token = link["url"].as_str().unwrap().split("link=").nth(1).unwrap().to_owned();
        let request = Request::builder()
            .method(Method::POST)
            .uri("/sign-in")
            .header("Content-Type", "application/x-www-form-urlencoded");
        let reply = self.send(request.body(Body::from(format!("link={token}"))).unwrap()).await.expect(303);
        let session = reply.cookie("tantu_session").unwrap();
        Payer { account: id.to_string(), wallet: opened.wallet.to_string(), session }
    }

    /// Signs an Alipay mandate for the payer; gives the instrument.
    pub(crate) async fn alipay(&self, payer: &Payer) -> String {
        self.channel.sign(true);
        let path = format!("/v1/accounts/{}/mandates", payer.account);
        let begun = self.post(&path, &payer.session, json!({ "channel": "alipay" })).await.expect(201).json();
        let mandate = begun["mandate"].as_str().unwrap();
        let shown = self.get(&format!("/v1/mandates/{mandate}"), &payer.session).await.expect(200).json();
        assert_eq!(shown["state"], "active");
        shown["instrument"].as_str().unwrap().to_owned()
    }

    pub(crate) fn order(&self, payer: &Payer, instrument: &str, fen: i64) -> Value {
        let number = self.keys.fetch_add(1, Ordering::SeqCst);
        json!({
            "order_no": format!("order-{number}"),
            "subject": "一杯咖啡",
            "account": payer.account,
            "amount": { "amount": fen, "currency": "CNY" },
            "instrument": instrument,
        })
    }

    /// A payment that is refused because the wallet is short; gives its id.
    pub(crate) async fn refused(&self, payer: &Payer, fen: i64) -> String {
        let refused = self.post("/v1/payments", MERCHANT, self.order(payer, &payer.wallet, fen)).await.expect(402);
        refused.json()["payment"].as_str().unwrap().to_owned()
    }

    /// The path of a cashier page.
    pub(crate) fn cashier(&self, payment: &str, under: &str) -> String {
        format!("/cashier/{payment}{under}?t={}", self.secret.cashier_token(payment.parse().unwrap()))
    }

    pub(crate) fn mood(&self, mood: Mood) {
        self.channel.set(mood);
    }
}
