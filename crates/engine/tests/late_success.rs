//! The channel says no, the wallet pays, and then the channel takes the money after all: it goes back, once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::{
    CancelReport, ChannelError, Charge, ChargeOrder, MandateRef, MandateSigning, Notification, NotificationError,
    Notifications, PageOrder, PageOrders, RefundOrder, SigningOrder,
};
use tantu_domain::answer::Answer;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::client::Speaker;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, RefundId, Shard};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::Settings;
use tantu_engine::mandates::begin::BeginMandate;
use tantu_engine::mandates::record::RecordMandate;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::payments::resume::ResumePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Connector, Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::sqlite::SqliteStore;

/// Declines every charge, and refunds; its notifications say that the charge succeeded.
#[derive(Default)]
struct Fickle {
    charged: Mutex<Vec<(AttemptId, Money)>>,
    refunded: Mutex<Vec<RefundId>>,
}

#[async_trait]
impl Charge for Fickle {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        self.charged.lock().unwrap().push((order.attempt, order.amount));
        let code = "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned();
        let word = ChannelWord { channel: Channel::Alipay, code, message: String::new(), at: Timestamp::UNIX_EPOCH };
        AttemptReport::Declined { word, causes: vec![(Cause::FundsInsufficientBalance, Confidence::Certain)] }
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        CancelReport { report: AttemptReport::Cancelled { settled: false }, again: false }
    }

    async fn refund(&self, order: &RefundOrder) -> AttemptReport {
        self.refunded.lock().unwrap().push(order.refund);
        AttemptReport::Refunded
    }

    async fn query_refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }
}

#[async_trait]
impl MandateSigning for Fickle {
    fn signing_page(&self, _: &SigningOrder) -> Result<String, ChannelError> {
        Err(ChannelError::NoAnswer)
    }

    async fn query(&self, _: &MandateRef) -> Result<MandateReport, ChannelError> {
        Err(ChannelError::NoAnswer)
    }

    async fn revoke(&self, _: &str) -> Result<(), ChannelError> {
        Err(ChannelError::NoAnswer)
    }
}

impl PageOrders for Fickle {
    fn page(&self, _: &PageOrder) -> Result<String, ChannelError> {
        Err(ChannelError::Unsendable)
    }
}

impl Notifications for Fickle {
    fn read(&self, _: &[u8]) -> Result<Notification, NotificationError> {
        let (attempt, amount) = self.charged.lock().unwrap()[0];
        let report = AttemptReport::Succeeded { trade_no: "T1".into(), amount, paid_at: Timestamp::UNIX_EPOCH };
        Ok(Notification::Attempt { attempt, report })
    }

    fn accepted(&self) -> &'static str {
        "success"
    }
}

async fn engine(channel: &Arc<Fickle>, folder: &std::path::Path) -> Engine {
    let store = SqliteStore::open_url(&format!("sqlite:{}", folder.join("late.db").display())).unwrap();
    let connector = Connector {
        charge: channel.clone(),
        mandates: Some(channel.clone()),
        pages: Some(channel.clone()),
        cards: None,
        notifications: channel.clone(),
    };
    Engine::start(EngineConfig {
        store: Arc::new(store),
        clock: Arc::new(SystemClock::default()),
        ids: Arc::new(UuidIds),
        policy: Policy { version: "test".into(), ..Policy::default() },
        settings: Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_mins(2),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_secs(15),
            mandate_days: 365,
            answer_wait: Duration::from_secs(20),
            fold_interval: Duration::from_secs(60),
            pay_later: None,
            notify_base: "http://127.0.0.1".into(),
        },
        channels: [(Channel::Alipay, connector)].into(),
        passwords: None,
        card_keeper: None,
        second_factors: None,
        people: None,
        webhooks: None,
        codes: Arc::default(),
    })
    .await
    .unwrap()
}

/// A payer with a wallet and a signed mandate.
async fn payer(engine: &Engine) -> (AccountId, InstrumentId, InstrumentId) {
    let id = AccountId::new(&UuidIds, Shard::of(7));
    let opened =
        engine.run(OpenAccount { id, opening: Some(Money::cny(10_000)), met: Some(Tier::Three) }).await.unwrap();
    let begun = engine.run(BeginMandate { account: id, channel: Channel::Alipay, instrument: None }).await.unwrap();
    let report = MandateReport::Signed {
        agreement_no: "A1".into(),
        signed_at: Timestamp::UNIX_EPOCH,
        expires_at: "2126-01-01T00:00:00Z".parse().unwrap(),
    };
    engine.run(RecordMandate { mandate: begun.id, report }).await.unwrap();
    (id, opened.wallet, begun.instrument)
}

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey { client: "test".into(), key: name.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_success_is_given_back_once() {
    let folder = tempfile::tempdir().unwrap();
    let channel = Arc::new(Fickle::default());
    let engine = engine(&channel, folder.path()).await;
    let (account, wallet, mandate) = payer(&engine).await;
    let create = CreatePayment {
        merchant: MerchantId::new(&UuidIds, Shard::of(0)),
        order_no: "1".into(),
        subject: "test".into(),
        account,
        amount: Money::cny(2_500),
        instrument: mandate,
        speaker: Speaker::default(),
        shown: None,
        idempotency: key("create"),
        request_hash: [1; 32],
    };
    let declined = engine.pay(create, key("create")).await.unwrap();
    assert!(matches!(declined.answer, Answer::Refused(_)), "{:?}", declined.answer);
    let id = declined.payment.id;
    let resume = ResumePayment {
        payment: id,
        instrument: Some(wallet),
        speaker: Speaker::default(),
        proof: None,
        shown: None,
        coded: None,
        idempotency: key("resume"),
        request_hash: [2; 32],
    };
    assert_eq!(engine.pay(resume, key("resume")).await.unwrap().answer, Answer::Succeeded);

    // The channel tells of its success again and again, as channels do.
    for _ in 0..3 {
        assert_eq!(engine.notify(Channel::Alipay, b"told").await.unwrap(), "success");
    }
    let mut look = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..500 {
        look.tick().await;
        let attempts = engine.read(|store| store.audited_attempts()).await.unwrap();
        if attempts.iter().all(|attempt| attempt.state == "returned") {
            break;
        }
    }
    engine.notify(Channel::Alipay, b"told").await.unwrap();

    let (payment, file, audit) = engine
        .read(move |store| Ok((store.payment(id)?, store.account(account, Timestamp::UNIX_EPOCH)?, store.audit()?)))
        .await
        .unwrap();
    let attempts = &payment.unwrap().legs[0].attempts;
    assert_eq!(attempts.iter().map(|attempt| attempt.state.id()).collect::<Vec<_>>(), ["returned"]);
    assert_eq!(channel.refunded.lock().unwrap().len(), 1, "given back once");
    let file = file.unwrap();
    assert_eq!((file.account.balance, file.account.held), (Money::cny(7_500), Money::cny(0)));
    let broken: Vec<String> = audit.checks.into_iter().flat_map(|check| check.broken).collect();
    assert_eq!(broken, Vec::<String>::new());
}
