//! Points beside a channel, all or nothing: the process dies at every call to the channel, before and after it has its effect, and
//! another one takes over. Whatever the channel's truth is, both parts are paid, or the points are back in their lot.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::{
    CancelReport, ChannelError, Charge, ChargeOrder, MandateRef, MandateSigning, Notification, NotificationError,
    Notifications, PageOrder, PageOrders, RefundOrder, SigningOrder,
};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::client::Speaker;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::payment::{LegState, Payment, PaymentState};
use tantu_domain::points::{Origin, Points, PointsPolicy};
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::Settings;
use tantu_engine::mandates::begin::BeginMandate;
use tantu_engine::mandates::record::RecordMandate;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::points::buy::BuyPoints;
use tantu_engine::points::open::OpenPoints;
use tantu_engine::points::pay::PayWithPoints;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Connector, Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::sqlite::SqliteStore;

/// What the channel has done with the charge, once it has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Paid,
    Declined,
    NeverArrives,
}

/// A channel at one of whose calls the process dies.
struct Deadly {
    truth: Truth,
    /// Whether the charge has arrived.
    arrived: AtomicBool,
    calls: AtomicUsize,
    /// At which call the process dies; nought for none.
    dies_at: usize,
    /// Whether it dies once the call has had its effect.
    after: bool,
    died: AtomicBool,
}

impl Deadly {
    fn word(&self, amount: Money) -> AttemptReport {
        match self.truth {
            _ if !self.arrived.load(Ordering::SeqCst) => AttemptReport::NotExist,
            Truth::Paid => AttemptReport::Succeeded { trade_no: "T1".into(), amount, paid_at: Timestamp::UNIX_EPOCH },
            Truth::Declined => {
                let code = "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned();
                let at = Timestamp::UNIX_EPOCH;
                let word = ChannelWord { channel: Channel::Alipay, code, message: String::new(), at };
                AttemptReport::Declined { word, causes: vec![(Cause::FundsInsufficientBalance, Confidence::Certain)] }
            }
            Truth::NeverArrives => AttemptReport::NotExist,
        }
    }

    async fn call(&self, arrives: bool) {
        let dies = self.calls.fetch_add(1, Ordering::SeqCst) + 1 == self.dies_at;
        if arrives && self.truth != Truth::NeverArrives && (!dies || self.after) {
            self.arrived.store(true, Ordering::SeqCst);
        }
        if dies {
            self.died.store(true, Ordering::SeqCst);
            // The answer never comes to this process.
            std::future::pending::<()>().await;
        }
    }
}

/// What is left for the instrument to pay.
const REST: Money = Money::cny(15_000);

#[async_trait]
impl Charge for Deadly {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        assert_eq!(order.amount, REST, "the channel is asked for the rest alone");
        self.call(true).await;
        if self.truth == Truth::NeverArrives { AttemptReport::NoAnswer } else { self.word(order.amount) }
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        self.call(false).await;
        self.word(REST)
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        self.call(false).await;
        AttemptReport::NotExist
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        self.call(false).await;
        CancelReport { report: AttemptReport::Cancelled { settled: false }, again: false }
    }

    async fn refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn query_refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }
}

#[async_trait]
impl MandateSigning for Deadly {
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

impl PageOrders for Deadly {
    fn page(&self, _: &PageOrder) -> Result<String, ChannelError> {
        Err(ChannelError::Unsendable)
    }
}

impl Notifications for Deadly {
    fn read(&self, _: &[u8]) -> Result<Notification, NotificationError> {
        unreachable!("it tells nobody by itself")
    }

    fn accepted(&self) -> &'static str {
        "success"
    }
}

async fn engine(channel: &Arc<Deadly>, folder: &std::path::Path) -> Engine {
    let url = format!("sqlite:{}", folder.join("points.db").display());
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let mut opened = SqliteStore::open_url(&url);
    // The one that died lets the file go once its lane has ended.
    for _ in 0..200 {
        if opened.is_ok() {
            break;
        }
        look.tick().await;
        opened = SqliteStore::open_url(&url);
    }
    let store = opened.unwrap();
    let connector = Connector {
        charge: channel.clone(),
        mandates: Some(channel.clone()),
        pages: Some(channel.clone()),
        cards: None,
        notifications: channel.clone(),
    };
    let points = Some(PointsPolicy { fen_per_point: 10, sellers: Vec::new() });
    Engine::start(EngineConfig {
        store: Arc::new(store),
        clock: Arc::new(SystemClock::default()),
        ids: Arc::new(UuidIds),
        policy: Policy { version: "test".into(), points, ..Policy::default() },
        settings: Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_secs(1),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_millis(200),
            mandate_days: 365,
            answer_wait: Duration::from_millis(200),
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

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey { client: "test".into(), key: name.into() }
}

fn order(
    account: AccountId,
    merchant: MerchantId,
    (name, amount): (&str, i64),
    instrument: InstrumentId,
) -> CreatePayment {
    CreatePayment {
        merchant,
        order_no: name.into(),
        subject: "test".into(),
        account,
        amount: Money::cny(amount),
        instrument,
        speaker: Speaker::default(),
        shown: None,
        idempotency: key(name),
        request_hash: [1; 32],
    }
}

/// A payer with 400 and 300 points and a mandate, who asks for an order of ¥200 with 500 of them.
async fn begun(engine: &Engine) -> (AccountId, PaymentId) {
    let id = AccountId::new(&UuidIds, Shard::of(7));
    let opened =
        engine.run(OpenAccount { id, opening: Some(Money::cny(10_000)), met: Some(Tier::Three) }).await.unwrap();
    let mandate = engine.run(BeginMandate { account: id, channel: Channel::Alipay, instrument: None }).await.unwrap();
    let report = MandateReport::Signed {
        agreement_no: "A1".into(),
        signed_at: Timestamp::UNIX_EPOCH,
        expires_at: "2126-01-01T00:00:00Z".parse().unwrap(),
    };
    engine.run(RecordMandate { mandate: mandate.id, report }).await.unwrap();
    let instrument = engine.run(OpenPoints { account: id }).await.unwrap();
    assert_eq!(engine.run(OpenPoints { account: id }).await.unwrap(), instrument, "an account has one");
    for (name, points) in [("lot one", 400), ("lot two", 300)] {
        let order = order(id, Payment::own_points(id), (name, points * 10), opened.wallet);
        let bought = engine.pay(BuyPoints { order, origin: Origin::Official, points }, key(name)).await.unwrap();
        assert!(matches!(bought.payment.state, PaymentState::Succeeded { .. }), "{:?}", bought.answer);
    }
    let order = order(id, MerchantId::new(&UuidIds, Shard::of(0)), ("order", 20_000), mandate.instrument);
    let asked = engine.pay(PayWithPoints { order, instrument, points: 500 }, key("order")).await.unwrap();
    (id, asked.payment.id)
}

/// The payment and the points, and that the books hold.
async fn standing(engine: &Engine, account: AccountId, id: PaymentId) -> (Payment, Points) {
    let read = engine.read(move |store| {
        // The payment first: of one that has ended, points that are read later are as it has left them.
        let payment = store.payment(id)?;
        let points = store.account(account, Timestamp::UNIX_EPOCH)?.and_then(|file| file.points);
        Ok((payment, points, store.audit()?))
    });
    let (payment, points, audit) = read.await.unwrap();
    let broken: Vec<String> = audit.checks.into_iter().flat_map(|check| check.broken).collect();
    assert_eq!(broken, Vec::<String>::new());
    (payment.unwrap(), points.unwrap())
}

/// A process that lives until it dies where it was told to, or, if there are fewer calls, has come to an end.
async fn lives(channel: Arc<Deadly>, folder: std::path::PathBuf, case: String) -> (AccountId, PaymentId) {
    let dying = engine(&channel, &folder).await;
    let (account, id) = begun(&dying).await;
    let mut look = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..600 {
        look.tick().await;
        let (payment, points) = standing(&dying, account, id).await;
        // Whoever looks meanwhile sees all of it or nothing.
        let undecided = payment.undecided_attempt().is_some();
        assert_eq!(points.held(), if undecided { 500 } else { 0 }, "{case}");
        if channel.died.load(Ordering::SeqCst) || !undecided {
            break;
        }
    }
    (account, id)
}

async fn survives(truth: Truth, dies_at: usize, after: bool) {
    let case = format!("{truth:?}, dies at call {dies_at}, after its effect: {after}");
    let folder = tempfile::tempdir().unwrap();
    let deadly = |dies_at, arrived| {
        let (arrived, died) = (AtomicBool::new(arrived), AtomicBool::new(false));
        Arc::new(Deadly { truth, arrived, calls: AtomicUsize::new(0), dies_at, after, died })
    };
    let first = deadly(dies_at, false);
    // In a runtime of its own, which ends with all that it was doing, at whatever await that is.
    let process = tokio::runtime::Runtime::new().unwrap();
    let (account, id) = process.spawn(lives(first.clone(), folder.path().to_owned(), case.clone())).await.unwrap();
    tokio::task::spawn_blocking(move || process.shutdown_timeout(Duration::from_secs(5))).await.unwrap();
    let second = deadly(0, first.arrived.load(Ordering::SeqCst));
    let heir = engine(&second, folder.path()).await;
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let mut ended = None;
    for _ in 0..600 {
        look.tick().await;
        let (payment, points) = standing(&heir, account, id).await;
        if payment.undecided_attempt().is_none() {
            ended = Some((payment, points));
            break;
        }
    }
    let (payment, points) = ended.unwrap_or_else(|| panic!("{case}: it did not end"));
    let left: Vec<i64> = points.lots.iter().map(|lot| lot.left).collect();
    let paid = matches!(payment.state, PaymentState::Succeeded { .. });
    let captured = payment.legs.iter().filter(|leg| matches!(leg.state, LegState::Captured { .. })).count();
    // The truth is the channel's; before it arrived there was none.
    let arrived = second.arrived.load(Ordering::SeqCst);
    assert_eq!(paid, truth == Truth::Paid && arrived, "{case}");
    assert_eq!(
        (captured, left, points.held()),
        if paid { (2, vec![0, 200], 0) } else { (0, vec![400, 300], 0) },
        "{case}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn points_and_the_rest_are_paid_together_or_not_at_all() {
    let mut running = tokio::task::JoinSet::new();
    for truth in [Truth::Paid, Truth::Declined, Truth::NeverArrives] {
        for dies_at in 0..=3 {
            for after in [false, true] {
                running.spawn(survives(truth, dies_at, after));
            }
        }
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}
