//! A merchant's refund by every road, with a crash between every two of its steps: it is made once, by the road the money came, or
//! not at all; and what is given back never exceeds what was captured.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
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
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId, RefundId, Shard, TransactionId};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::points::{Origin, PointsPolicy};
use tantu_domain::policy::Policy;
use tantu_domain::refund::{Refund, RefundError, RefundState, WhyRefused};
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::{Command, Settings, Tools};
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::mandates::begin::BeginMandate;
use tantu_engine::mandates::record::RecordMandate;
use tantu_engine::merchants::debit::{DebitMerchant, Debited};
use tantu_engine::pay_later::PayLater;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::points::buy::BuyPoints;
use tantu_engine::points::open::OpenPoints;
use tantu_engine::points::pay::PayWithPoints;
use tantu_engine::refunds::make::MakeRefund;
use tantu_engine::refunds::record::{Heard, RecordRefund};
use tantu_engine::refunds::settle::SettleRefund;
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
struct Till {
    refunded: Mutex<HashMap<RefundId, Money>>,
    /// How many answers to refunds are still lost; the refund itself is not.
    lost: AtomicUsize,
    /// How many refunds it still does not take in.
    deaf: AtomicUsize,
    declines: bool,
}

fn one_less(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl Charge for Till {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        AttemptReport::Succeeded { trade_no: "T1".into(), amount: order.amount, paid_at: Timestamp::UNIX_EPOCH }
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        AttemptReport::NotExist
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        CancelReport { report: AttemptReport::NoAnswer, again: false }
    }

    async fn refund(&self, order: &RefundOrder) -> AttemptReport {
        if self.declines {
            let code = "ACQ.BUYER_ERROR".to_owned();
            let word =
                ChannelWord { channel: Channel::Alipay, code, message: String::new(), at: Timestamp::UNIX_EPOCH };
            return AttemptReport::Declined { word, causes: vec![(Cause::AccountFrozen, Confidence::Possible)] };
        }
        if one_less(&self.deaf) {
            return AttemptReport::NoAnswer;
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
enum Way {
    Wallet,
    Channel(Channel),
    PayLater,
    Points,
    /// ¥50 of it with points.
    PointsAnd(Option<Channel>),
}

const WAYS: [Way; 7] = [
    Way::Wallet,
    Way::Channel(Channel::Alipay),
    Way::Channel(Channel::UnionPay),
    Way::PayLater,
    Way::Points,
    Way::PointsAnd(None),
    Way::PointsAnd(Some(Channel::Alipay)),
];

const PRICE: i64 = 20_000;
const PAYER: u8 = 7;

/// A payer who can pay in every way, and a merchant on another shard.
struct Town {
    store: Arc<dyn Store>,
    clock: Arc<SystemClock>,
    till: Arc<Till>,
    settings: Settings,
    policy: Policy,
    engine: Option<Engine>,
    merchant: MerchantId,
    account: AccountId,
    wallet: InstrumentId,
    points: InstrumentId,
    line: InstrumentId,
    _folder: tempfile::TempDir,
}

impl Town {
    async fn new(till: Till) -> Self {
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
    async fn restart(&mut self) {
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

    fn key(&self, name: &str) -> IdempotencyKey {
        IdempotencyKey { client: self.merchant.to_string(), key: name.into() }
    }

    fn engine(&self) -> Engine {
        self.engine.clone().unwrap()
    }

    fn order(&self, merchant: MerchantId, (name, amount): (&str, i64), instrument: InstrumentId) -> CreatePayment {
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

    async fn mandate(&self, channel: Channel) -> InstrumentId {
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
    async fn paid(&self, way: Way, name: &str) -> PaymentId {
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

    fn make(&self, payment: PaymentId, amount: Option<i64>, name: &str) -> MakeRefund {
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
    fn by_hand<C: Command>(&self, command: C) -> C::Outcome {
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

    fn record(&self, refund: &Refund, heard: Heard) -> Refund {
        self.by_hand(RecordRefund { refund: refund.id, payment: refund.payment, heard, job: None })
    }

    /// The refund once nothing of it is left to do; business time goes on while it is not.
    async fn done(&self, refund: RefundId) -> Refund {
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

    fn audited(&self, when: &str) {
        let broken: Vec<String> =
            self.store.audit().unwrap().checks.into_iter().flat_map(|check| check.broken).collect();
        assert_eq!(broken, Vec::<String>::new(), "{when}");
    }

    fn file(&self) -> AccountFile {
        self.store.account(self.account, self.clock.now()).unwrap().unwrap()
    }

    /// What the payer has: in the wallet, of points, and what he owes.
    fn has(&self) -> (i64, i64, i64) {
        let file = self.file();
        let owed = file.pay_later.map_or(0, |known| known.bills.iter().map(|bill| bill.owed.principal.minor()).sum());
        (file.account.balance.minor(), file.points.map_or(0, |points| points.good()), owed)
    }

    /// What the merchant has settled and held.
    fn merchant_has(&self) -> (i64, i64) {
        let balance = self.store.merchant_balance(self.merchant).unwrap();
        assert_eq!(balance.in_transit, Money::cny(0), "over all shards nothing is on its way");
        (balance.settled.minor(), balance.held.minor())
    }

    fn given_back(&self) -> i64 {
        self.till.refunded.lock().unwrap().values().map(|amount| amount.minor()).sum()
    }
}

/// What a payer has more, and owes less, after so much of an order went back: in the wallet, of points, of debt, through the channel.
fn expected(way: Way, fen: i64) -> (i64, i64, i64, i64) {
    let money = fen.min(PRICE - 5_000);
    match way {
        Way::Wallet => (fen, 0, 0, 0),
        Way::Channel(_) => (0, 0, 0, fen),
        Way::PayLater => (0, 0, fen, 0),
        Way::Points => (0, fen / 10, 0, 0),
        Way::PointsAnd(None) => (money, (fen - money) / 10, 0, 0),
        Way::PointsAnd(Some(_)) => (0, (fen - money) / 10, 0, money),
    }
}

/// A refund of an order paid so, whose process dies after so many of its steps.
async fn survives(way: Way, fen: i64, steps: usize) {
    let case = format!("{way:?}, {fen} fen, the process dies after {steps} steps");
    let mut town = Town::new(Till::default()).await;
    let payment = town.paid(way, "order").await;
    let (before, uses) = (town.has(), town.file().uses);
    // The one that dies sends nothing: its worker is gone.
    town.engine = None;
    let mut refund = town.by_hand(town.make(payment, Some(fen), "refund"));
    if steps > 1 {
        let debit = DebitMerchant { id: refund.hold, merchant: town.merchant, amount: Money::cny(fen) };
        assert_eq!(town.by_hand(debit), Debited::Held);
    }
    if steps > 2 {
        refund = town.record(&refund, Heard::Held);
    }
    if let (true, Some((_, attempt, amount))) = (steps > 3, refund.through_channel()) {
        // The channel has it, and the answer is lost.
        let order = RefundOrder { attempt, refund: refund.id, amount, reason: String::new() };
        town.till.refund(&order).await;
    }
    if steps > 4 {
        refund = town.record(&refund, Heard::Back(AttemptReport::Refunded));
    }
    if steps > 5 {
        town.by_hand(SettleRefund(refund.clone()));
    }
    town.restart().await;
    let done = town.done(refund.id).await;
    assert!(matches!(done.state, RefundState::Succeeded { .. }), "{case}: {:?}", done.state);
    let after = town.has();
    let more = (after.0 - before.0, after.1 - before.1, before.2 - after.2, town.given_back());
    assert_eq!(more, expected(way, fen), "{case}");
    assert_eq!(town.merchant_has(), (PRICE - fen, 0), "{case}");
    let told = town.store.payment(payment).unwrap().unwrap();
    assert_eq!((told.refunded, told.state.id()), (Money::cny(fen), "succeeded"), "{case}");
    assert_eq!(town.file().uses, uses, "{case}: a limit's window is not restored");
    // The same request again makes no other refund, and what is left can still go back.
    let again = town.engine().refund(town.make(payment, Some(fen), "refund")).await.unwrap();
    assert_eq!(again.id, done.id, "{case}");
    let rest = town.engine().refund(town.make(payment, None, "rest")).await;
    if fen == PRICE {
        let nothing = EngineError::Rejected(Rejection::Unrefundable(RefundError::NothingLeft(Money::cny(PRICE))));
        assert_eq!(rest.unwrap_err().to_string(), nothing.to_string(), "{case}");
        return;
    }
    let rest = town.done(rest.unwrap().id).await;
    assert_eq!((rest.amount(), rest.state.id()), (Money::cny(PRICE - fen), "succeeded"), "{case}");
    let after = town.has();
    let more = (after.0 - before.0, after.1 - before.1, before.2 - after.2, town.given_back());
    assert_eq!(more, expected(way, PRICE), "{case}");
    assert_eq!(town.merchant_has(), (0, 0), "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_made_once_wherever_its_process_dies() {
    for way in WAYS {
        let mut running = tokio::task::JoinSet::new();
        for steps in 1..=6 {
            running.spawn(survives(way, 17_000, steps));
        }
        running.spawn(survives(way, PRICE, 3));
        while let Some(ended) = running.join_next().await {
            ended.unwrap();
        }
    }
}

/// A channel that does not take it in, and then loses its answer, is asked until it has spoken, by one number; a notification makes it sooner.
#[tokio::test(flavor = "multi_thread")]
async fn the_undecided_is_asked_again_by_the_same_number() {
    let till = Till { deaf: AtomicUsize::new(2), lost: AtomicUsize::new(1), ..Till::default() };
    let town = Town::new(till).await;
    let payment = town.paid(Way::Channel(Channel::Alipay), "order").await;
    let refund = town.engine().refund(town.make(payment, Some(7_000), "refund")).await.unwrap();
    assert_eq!(refund.state, RefundState::Held);
    assert_eq!(town.merchant_has(), (PRICE - 7_000, 7_000), "what is on its way is held");
    let done = town.done(refund.id).await;
    assert!(matches!(done.state, RefundState::Succeeded { .. }));
    assert_eq!((town.given_back(), town.till.refunded.lock().unwrap().len()), (7_000, 1));
    assert_eq!(town.engine().notify(Channel::Alipay, b"told").await.unwrap(), "success");
}

/// The channel says no for good: the merchant has his money again, and may ask for another refund.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_declines_is_the_merchants_again() {
    for steps in 0..=2 {
        let mut town = Town::new(Till { declines: true, ..Till::default() }).await;
        let payment = town.paid(Way::PointsAnd(Some(Channel::Alipay)), "order").await;
        let before = town.has();
        town.engine = None;
        let mut refund = town.by_hand(town.make(payment, None, "refund"));
        town.by_hand(DebitMerchant { id: refund.hold, merchant: town.merchant, amount: Money::cny(PRICE) });
        refund = town.record(&refund, Heard::Held);
        let (_, attempt, amount) = refund.through_channel().unwrap();
        let order = RefundOrder { attempt, refund: refund.id, amount, reason: String::new() };
        if steps > 0 {
            refund = town.record(&refund, Heard::Back(town.till.refund(&order).await));
        }
        if steps > 1 {
            town.by_hand(SettleRefund(refund.clone()));
        }
        town.restart().await;
        let done = town.done(refund.id).await;
        let RefundState::Refused { why: WhyRefused::Channel { causes }, .. } = &done.state else { panic!("{done:?}") };
        assert_eq!(causes.iter().map(|finding| finding.cause).collect::<Vec<_>>(), [Cause::AccountFrozen]);
        assert_eq!((town.merchant_has(), town.has()), ((PRICE, 0), before), "nothing has moved");
        assert_eq!(town.store.payment(payment).unwrap().unwrap().refunded, Money::cny(0));
        let again = town.engine().refund(town.make(payment, None, "again")).await.unwrap();
        assert_eq!(again.amount(), Money::cny(PRICE), "what was refused counts no more");
    }
}

/// A merchant who has too little is told so, nothing is held, and nothing can be held under that number any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_short_of_money_is_told_what_is_there() {
    let town = Town::new(Till::default()).await;
    let payment = town.paid(Way::Wallet, "order").await;
    let id = TransactionId::new(&UuidIds, town.merchant.shard());
    let spent = DebitMerchant { id, merchant: town.merchant, amount: Money::cny(15_000) };
    assert_eq!(town.engine().debit_merchant(spent).await.unwrap(), Debited::Held);
    let refused = town.engine().refund(town.make(payment, None, "refund")).await.unwrap();
    let short = WhyRefused::MerchantShort { settled: Money::cny(5_000), coming: Money::cny(0) };
    assert!(matches!(&refused.state, RefundState::Refused { why, .. } if *why == short), "{:?}", refused.state);
    assert_eq!(town.merchant_has(), (5_000, 15_000), "nothing more is held");
    town.paid(Way::Wallet, "another").await;
    // Whoever comes late with the same number holds nothing, though there is money now.
    let late = DebitMerchant { id: refused.hold, merchant: town.merchant, amount: Money::cny(PRICE) };
    assert_eq!(town.engine().debit_merchant(late).await.unwrap(), Debited::Forgone);
    let again = town.engine().refund(town.make(payment, None, "refund")).await.unwrap();
    assert_eq!(again.state, refused.state, "the same key has the same answer");
    let new = town.engine().refund(town.make(payment, None, "new")).await.unwrap();
    assert!(matches!(town.done(new.id).await.state, RefundState::Succeeded { .. }));
    assert_eq!(town.merchant_has(), (5_000, 15_000));
}

/// Whatever comes at the same time, no more goes back than was captured.
#[tokio::test(flavor = "multi_thread")]
async fn refunds_at_once_never_exceed_what_was_captured() {
    let town = Town::new(Till::default()).await;
    let payment = town.paid(Way::Channel(Channel::UnionPay), "order").await;
    let asked = (0..8).map(|number| {
        let (engine, make) = (town.engine(), town.make(payment, Some(7_000), &format!("refund {number}")));
        tokio::spawn(async move { engine.refund(make).await })
    });
    let (mut made, mut refused) = (Vec::new(), 0);
    for asked in asked.collect::<Vec<_>>() {
        match asked.await.unwrap() {
            Ok(refund) => made.push(refund.id),
            Err(EngineError::Rejected(Rejection::Unrefundable(RefundError::MoreThanLeft { left, asked }))) => {
                assert!(left.minor() < asked.minor());
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((made.len(), refused), (2, 6));
    for refund in made {
        town.done(refund).await;
    }
    assert_eq!((town.given_back(), town.merchant_has()), (14_000, (PRICE - 14_000, 0)));
}

/// What does not fit is refused, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_back_is_refused_before_anything_is_written() {
    let town = Town::new(Till::default()).await;
    let (mixed, plain) = (town.paid(Way::PointsAnd(None), "mixed").await, town.paid(Way::Wallet, "plain").await);
    let engine = town.engine();
    let whole = RefundError::NotWholePoints { points: Money::cny(5), point: Money::cny(10), near: Money::cny(15_000) };
    let more = RefundError::MoreThanLeft { left: Money::cny(PRICE), asked: Money::cny(PRICE + 1) };
    let left = Money::cny(PRICE);
    let table = [
        (mixed, Some(15_005), whole),
        (plain, Some(PRICE + 1), more),
        (plain, Some(0), RefundError::NotPositive { left }),
        (plain, Some(-1), RefundError::NotPositive { left }),
    ];
    for (payment, amount, why) in table {
        let said = engine.refund(town.make(payment, amount, "bad")).await.unwrap_err();
        assert_eq!(said.to_string(), EngineError::from(Rejection::from(why)).to_string());
        assert_eq!(town.store.refunds(payment).unwrap(), []);
    }
    let stranger = MakeRefund { merchant: MerchantId::new(&UuidIds, Shard::of(1)), ..town.make(plain, None, "bad") };
    let unknown = engine.refund(stranger).await.unwrap_err().to_string();
    assert_eq!(unknown, format!("there is no payment {plain}"), "as of one that is not there");
    // The key is still free.
    let made = engine.refund(town.make(plain, Some(1), "bad")).await.unwrap();
    let other = MakeRefund { request_hash: [3; 32], ..town.make(plain, Some(2), "bad") };
    assert!(matches!(engine.refund(other).await, Err(EngineError::Rejected(Rejection::KeyReused))));
    town.done(made.id).await;
}
