//! A payer who can pay in every way, his merchant on another shard, and a channel that knows what it has given back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::{CancelReport, Charge, ChargeOrder, Notification, NotificationError, Notifications, RefundOrder};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::client::Speaker;
use tantu_domain::clock::Clock as _;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId, RefundId, Shard};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::points::{Origin, PointsPolicy};
use tantu_domain::policy::Policy;
use tantu_domain::refund::Refund;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::{Command, Settings, Tools};
use tantu_engine::mandates::begin::BeginMandate;
use tantu_engine::mandates::record::RecordMandate;
use tantu_engine::pay_later::PayLater;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::points::buy::BuyPoints;
use tantu_engine::points::open::OpenPoints;
use tantu_engine::points::pay::PayWithPoints;
use tantu_engine::refunds::make::MakeRefund;
use tantu_engine::refunds::record::{Heard, RecordRefund};
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Connector, Engine, EngineConfig};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::terms::Terms;
use tantu_store::Store;
use tantu_store::claim::IdempotencyKey;
use tantu_store::open::open_urls;
use tantu_store::world::AccountFile;

/// A channel that pays at once, and knows what it has given back.
#[derive(Default)]
pub(crate) struct Till {
    /// How many charges it still takes without an answer, and what those were of.
    pub(crate) silent: AtomicUsize,
    pub(crate) taken: Mutex<HashMap<AttemptId, Money>>,
    /// Whether it says what it has taken when it is asked.
    pub(crate) tells: AtomicBool,
    pub(crate) refunded: Mutex<HashMap<RefundId, Money>>,
    /// How many answers to refunds are still lost; the refund itself is not.
    pub(crate) lost: AtomicUsize,
    /// How many refunds it still does not take in.
    pub(crate) deaf: AtomicUsize,
    pub(crate) declines: bool,
}

pub(crate) fn paid(amount: Money) -> AttemptReport {
    AttemptReport::Succeeded { trade_no: "T1".into(), amount, paid_at: Timestamp::UNIX_EPOCH }
}

pub(crate) fn word(code: &str) -> ChannelWord {
    let (code, message) = (code.to_owned(), String::new());
    ChannelWord { channel: Channel::Alipay, code, message, at: Timestamp::UNIX_EPOCH }
}

fn one_less(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl Charge for Till {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        if one_less(&self.silent) {
            self.taken.lock().unwrap().insert(order.attempt, order.amount);
            return AttemptReport::NoAnswer;
        }
        paid(order.amount)
    }

    async fn query(&self, attempt: AttemptId) -> AttemptReport {
        let taken = self.taken.lock().unwrap().get(&attempt).copied();
        let told = |amount| if self.tells.load(Ordering::SeqCst) { paid(amount) } else { AttemptReport::NoAnswer };
        taken.map_or(AttemptReport::NotExist, told)
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        CancelReport { report: AttemptReport::NoAnswer, again: false }
    }

    async fn refund(&self, order: &RefundOrder) -> AttemptReport {
        if self.declines {
            let causes = vec![(Cause::AccountFrozen, Confidence::Possible)];
            return AttemptReport::Declined { word: word("ACQ.BUYER_ERROR"), causes };
        }
        if one_less(&self.deaf) {
            return AttemptReport::Fault(word("ACQ.SYSTEM_ERROR"));
        }
        let before = self.refunded.lock().unwrap().insert(order.refund, order.amount);
        assert_eq!(before.unwrap_or(order.amount), order.amount, "one number is of one amount");
        if one_less(&self.lost) { AttemptReport::NoAnswer } else { AttemptReport::Refunded }
    }

    async fn query_refund(&self, order: &RefundOrder) -> AttemptReport {
        let known = self.refunded.lock().unwrap().contains_key(&order.refund);
        if known { AttemptReport::Refunded } else { AttemptReport::NotExist }
    }
}

impl Notifications for Till {
    fn read(&self, _: &[u8]) -> Result<Notification, NotificationError> {
        let refund = *self.refunded.lock().unwrap().keys().next().unwrap();
        Ok(Notification::Refund { refund, report: AttemptReport::Refunded })
    }

    fn accepted(&self) -> &'static str {
        "success"
    }
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Wallet,
    Channel(Channel),
    PayLater,
    Points,
    /// ¥50 of it with points.
    PointsAnd(Option<Channel>),
}

pub(crate) const WAYS: [Way; 7] = [
    Way::Wallet,
    Way::Channel(Channel::Alipay),
    Way::Channel(Channel::UnionPay),
    Way::PayLater,
    Way::Points,
    Way::PointsAnd(None),
    Way::PointsAnd(Some(Channel::Alipay)),
];

pub(crate) const PRICE: i64 = 20_000;
const PAYER: u8 = 7;

/// A payer who can pay in every way, and a merchant on another shard.
pub(crate) struct Town {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<SystemClock>,
    pub(crate) till: Arc<Till>,
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    pub(crate) engine: Option<Engine>,
    pub(crate) merchant: MerchantId,
    pub(crate) account: AccountId,
    pub(crate) wallet: InstrumentId,
    pub(crate) points: InstrumentId,
    pub(crate) line: InstrumentId,
    _folder: tempfile::TempDir,
}

impl Town {
    pub(crate) async fn new(till: Till) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open_urls(&[format!("sqlite:{}", folder.path().join("refunds.db").display())]).unwrap();
        let calendar = Arc::new(Calendar::announced().unwrap().practising(2020..=2100));
        let (lender, terms) = (MerchantId::new(&UuidIds, Shard::of(9)), Arc::new(Terms::standard()));
        let settings = Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_mins(2),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_millis(300),
            mandate_days: 365,
            answer_wait: Duration::from_secs(20),
            fold_interval: Duration::from_secs(1_000_000),
            pay_later: Some(PayLater { lender, terms: terms.clone(), calendar }),
            notify_base: "http://127.0.0.1".into(),
        };
        let points = Some(PointsPolicy { fen_per_point: 10, sellers: Vec::new() });
        let policy = Policy { version: "test".into(), points, ..Policy::default() };
        let account = AccountId::new(&UuidIds, Shard::of(PAYER));
        let unknown = InstrumentId::new(&UuidIds, Shard::of(PAYER));
        let mut town = Self {
            store,
            clock: Arc::new(SystemClock::default()),
            till: Arc::new(till),
            settings,
            policy,
            engine: None,
            merchant: MerchantId::new(&UuidIds, Shard::of(5)),
            account,
            wallet: unknown,
            points: unknown,
            line: unknown,
            _folder: folder,
        };
        town.restart().await;
        let engine = town.engine();
        let opening = Some(Money::cny(1_000_000));
        let opened = engine.run(OpenAccount { id: account, opening, met: Some(Tier::Three) }).await.unwrap();
        town.wallet = opened.wallet;
        town.points = engine.run(OpenPoints { account }).await.unwrap();
        for (name, points) in [("lot one", 1_500), ("lot two", 2_500)] {
            let order = town.order(Payment::own_points(account), (name, points * 10), opened.wallet);
            engine.pay(BuyPoints { order, origin: Origin::Official, points }, town.key(name)).await.unwrap();
        }
        town.line = engine.run(OpenLine { account, terms: terms.version.clone() }).await.unwrap().instrument;
        town
    }

    /// Another process takes over, and nobody else is there any more.
    pub(crate) async fn restart(&mut self) {
        self.engine = None;
        let connector = || Connector {
            charge: self.till.clone(),
            mandates: None,
            pages: None,
            cards: None,
            notifications: self.till.clone(),
        };
        let config = EngineConfig {
            store: self.store.clone(),
            clock: self.clock.clone(),
            ids: Arc::new(UuidIds),
            policy: self.policy.clone(),
            settings: self.settings.clone(),
            channels: [(Channel::Alipay, connector()), (Channel::UnionPay, connector())].into(),
            passwords: None,
            card_keeper: None,
            second_factors: None,
            people: None,
            webhooks: None,
            codes: Arc::default(),
        };
        self.engine = Some(Engine::start(config).await.unwrap());
    }

    pub(crate) fn key(&self, name: &str) -> IdempotencyKey {
        IdempotencyKey { client: self.merchant.to_string(), key: name.into() }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine.clone().unwrap()
    }

    pub(crate) fn order(
        &self,
        merchant: MerchantId,
        (name, amount): (&str, i64),
        instrument: InstrumentId,
    ) -> CreatePayment {
        CreatePayment {
            merchant,
            order_no: name.into(),
            subject: "test".into(),
            account: self.account,
            amount: Money::cny(amount),
            instrument,
            speaker: Speaker::default(),
            shown: None,
            idempotency: self.key(name),
            request_hash: [1; 32],
        }
    }

    pub(crate) async fn mandate(&self, channel: Channel) -> InstrumentId {
        let begin = BeginMandate { account: self.account, channel, instrument: None };
        let begun = self.engine().run(begin).await.unwrap();
        let report = MandateReport::Signed {
            agreement_no: "A1".into(),
            signed_at: Timestamp::UNIX_EPOCH,
            expires_at: "2126-01-01T00:00:00Z".parse().unwrap(),
        };
        self.engine().run(RecordMandate { mandate: begun.id, report }).await.unwrap();
        begun.instrument
    }

    /// An order of [`PRICE`] that is paid so, and its merchant's money settled.
    pub(crate) async fn paid(&self, way: Way, name: &str) -> PaymentId {
        let instrument = match way {
            Way::Wallet | Way::PointsAnd(None) => self.wallet,
            Way::Channel(channel) | Way::PointsAnd(Some(channel)) => self.mandate(channel).await,
            Way::PayLater => self.line,
            Way::Points => self.points,
        };
        let order = self.order(self.merchant, (name, PRICE), instrument);
        let engine = self.engine();
        let paid = match way {
            Way::PointsAnd(_) => {
                engine.pay(PayWithPoints { order, instrument: self.points, points: 500 }, self.key(name)).await
            }
            _ => engine.pay(order, self.key(name)).await,
        };
        let paid = paid.unwrap();
        assert!(matches!(paid.payment.state, PaymentState::Succeeded { .. }), "{way:?}: {:?}", paid.answer);
        engine.fold_merchant(self.merchant).await.unwrap();
        paid.payment.id
    }

    pub(crate) fn make(&self, payment: PaymentId, amount: Option<i64>, name: &str) -> MakeRefund {
        MakeRefund {
            payment,
            merchant: self.merchant,
            amount: amount.map(Money::cny),
            reason: "cancelled".into(),
            idempotency: self.key(name),
            request_hash: [2; 32],
        }
    }

    /// A command of a process that has no worker, and is gone after it.
    pub(crate) fn by_hand<C: Command>(&self, command: C) -> C::Outcome {
        let dead = Settings { process: "dead".into(), ..self.settings.clone() };
        let now = self.clock.now();
        let tools = Tools {
            now,
            wall: self.clock.wall(),
            ids: &UuidIds,
            policy: &self.policy,
            channels: &[Channel::Alipay, Channel::UnionPay],
            settings: &dead,
        };
        let (world, batch) = self.store.begin(&command.keys(), now).unwrap();
        let (outcome, changes) = command.decide(&world, &tools).unwrap();
        batch.commit(&changes).unwrap();
        self.audited("after a commit by hand");
        outcome
    }

    pub(crate) fn record(&self, refund: &Refund, heard: Heard) -> Refund {
        self.by_hand(RecordRefund { refund: refund.id, payment: refund.payment, heard, job: None })
    }

    /// The refund once nothing of it is left to do; business time goes on while it is not.
    pub(crate) async fn done(&self, refund: RefundId) -> Refund {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        for turn in 1..1_000 {
            look.tick().await;
            let known = self.store.refund(refund).unwrap().unwrap();
            if known.done_at.is_some() {
                self.audited("at the end");
                return known;
            }
            self.clock.set_offset(turn * 60);
            self.engine().clock_moved();
        }
        panic!("it did not end: {:?}", self.store.refund(refund).unwrap())
    }

    pub(crate) fn audited(&self, when: &str) {
        let broken: Vec<String> =
            self.store.audit().unwrap().checks.into_iter().flat_map(|check| check.broken).collect();
        assert_eq!(broken, Vec::<String>::new(), "{when}");
    }

    pub(crate) fn file(&self) -> AccountFile {
        self.store.account(self.account, self.clock.now()).unwrap().unwrap()
    }

    /// What the payer has: in the wallet, of points, and what he owes.
    pub(crate) fn has(&self) -> (i64, i64, i64) {
        let file = self.file();
        let owed = file.pay_later.map_or(0, |known| known.bills.iter().map(|bill| bill.owed.principal.minor()).sum());
        (file.account.balance.minor(), file.points.map_or(0, |points| points.good()), owed)
    }

    /// What the merchant has settled and held.
    pub(crate) fn merchant_has(&self) -> (i64, i64) {
        let balance = self.store.merchant_balance(self.merchant).unwrap();
        assert_eq!(balance.in_transit, Money::cny(0), "over all shards nothing is on its way");
        (balance.settled.minor(), balance.held.minor())
    }

    pub(crate) fn given_back(&self) -> i64 {
        self.till.refunded.lock().unwrap().values().map(|amount| amount.minor()).sum()
    }
}
