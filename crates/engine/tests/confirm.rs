//! Payments that their payer confirms at the channel: on its page, or by the code that its app shows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::{
    CancelReport, ChannelError, Charge, ChargeOrder, ChargeWay, MandateRef, MandateSigning, Notification,
    NotificationError, Notifications, PageOrder, PageOrders, PaymentCode, RefundOrder, Screen, SigningOrder,
};
use tantu_domain::answer::Answer;
use tantu_domain::attempt::{AttemptReport, AttemptState, Permission};
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::client::Speaker;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::payment::{Action, Payment, PaymentState};
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::command::Settings;
use tantu_engine::notifications::NotifyError;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::payments::resume::ResumePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Connector, Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::sqlite::SqliteStore;

const CODE: &str = "287951669891795468";

/// A channel that says what it was told to say, and remembers what it was asked.
struct Till {
    charging: Mutex<AttemptReport>,
    asking: Mutex<AttemptReport>,
    charged: Mutex<Vec<ChargeWay>>,
    ended: Mutex<Vec<&'static str>>,
    told: Mutex<Option<(AttemptId, AttemptReport)>>,
}

#[async_trait]
impl Charge for Till {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        self.charged.lock().unwrap().push(order.way.clone());
        self.charging.lock().unwrap().clone()
    }

    async fn query(&self, _: AttemptId) -> AttemptReport {
        self.asking.lock().unwrap().clone()
    }

    async fn close(&self, _: AttemptId) -> AttemptReport {
        self.ended.lock().unwrap().push("close");
        AttemptReport::ClosedThere
    }

    async fn cancel(&self, _: AttemptId) -> CancelReport {
        self.ended.lock().unwrap().push("cancel");
        CancelReport { report: AttemptReport::Cancelled { settled: false }, again: false }
    }

    async fn refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::Refunded
    }

    async fn query_refund(&self, _: &RefundOrder) -> AttemptReport {
        AttemptReport::NotExist
    }
}

#[async_trait]
impl MandateSigning for Till {
    fn signing_page(&self, _: &SigningOrder) -> Result<String, ChannelError> {
        Err(ChannelError::NoAnswer)
    }

    async fn query(&self, _: &MandateRef) -> Result<MandateReport, ChannelError> {
        panic!("no mandate is asked about here")
    }

    async fn revoke(&self, _: &str) -> Result<(), ChannelError> {
        Err(ChannelError::NoAnswer)
    }
}

impl PageOrders for Till {
    fn page(&self, order: &PageOrder) -> Result<String, ChannelError> {
        Ok(format!("https://till.example/{}?{:?}&{}", order.attempt, order.screen, order.amount.minor()))
    }
}

impl Notifications for Till {
    fn read(&self, _: &[u8]) -> Result<Notification, NotificationError> {
        let (attempt, report) = self.told.lock().unwrap().clone().unwrap();
        Ok(Notification::Attempt { attempt, report })
    }

    fn accepted(&self) -> &'static str {
        "success"
    }
}

struct Shop {
    engine: Engine,
    till: Arc<Till>,
    clock: Arc<SystemClock>,
    account: AccountId,
    wallet: InstrumentId,
    alipay: InstrumentId,
    folder: tempfile::TempDir,
}

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey { client: "test".into(), key: name.into() }
}

fn word(code: &str) -> ChannelWord {
    ChannelWord { channel: Channel::Alipay, code: code.into(), message: String::new(), at: Timestamp::UNIX_EPOCH }
}

fn paid() -> AttemptReport {
    AttemptReport::Succeeded { trade_no: "T1".into(), amount: Money::cny(2_500), paid_at: Timestamp::UNIX_EPOCH }
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let till = Arc::new(Till {
            charging: Mutex::new(paid()),
            asking: Mutex::new(AttemptReport::NotExist),
            charged: Mutex::default(),
            ended: Mutex::default(),
            told: Mutex::default(),
        });
        let clock = Arc::new(SystemClock::default());
        let engine = engine(&till, &clock, folder.path()).await;
        let account = AccountId::new(&UuidIds, Shard::of(7));
        let opened = engine
            .run(OpenAccount { id: account, opening: Some(Money::cny(10_000)), met: Some(Tier::Three) })
            .await
            .unwrap();
        let added = engine.add_instrument(account, Channel::Alipay).await.unwrap();
        let again = engine.add_instrument(account, Channel::Alipay).await.unwrap();
        assert!(added.is_new && !again.is_new && added.instrument == again.instrument);
        assert!(engine.add_instrument(account, Channel::UnionPay).await.is_err(), "it is not configured");
        Self { engine, till, clock, account, wallet: opened.wallet, alipay: added.instrument.id, folder }
    }

    fn order(&self, shown: Option<AttemptId>) -> CreatePayment {
        CreatePayment {
            merchant: MerchantId::new(&UuidIds, Shard::of(0)),
            order_no: "1".into(),
            subject: "Two teas".into(),
            account: self.account,
            amount: Money::cny(2_500),
            instrument: self.alipay,
            speaker: Speaker::default(),
            shown,
            idempotency: key("create"),
            request_hash: [1; 32],
        }
    }

    async fn by_page(&self) -> Payment {
        let given = self.engine.pay(self.order(None), key("create")).await.unwrap();
        assert_eq!(given.answer, Answer::RequiresAction { action: Action::ChannelPage });
        given.payment
    }

    async fn by_code(&self) -> (Answer, Payment) {
        let order = |attempt| self.order(Some(attempt));
        let given = self.engine.pay_by_code(self.account, PaymentCode::new(CODE), order, key("create")).await.unwrap();
        (given.answer, given.payment)
    }

    fn resumption(
        &self,
        payment: PaymentId,
        with: InstrumentId,
        name: &str,
        shown: Option<AttemptId>,
    ) -> ResumePayment {
        ResumePayment {
            payment,
            instrument: Some(with),
            speaker: Speaker::default(),
            proof: None,
            shown,
            coded: None,
            idempotency: key(name),
            request_hash: [2; 32],
        }
    }

    async fn told(&self, payment: &Payment, report: AttemptReport) {
        let attempt = payment.legs[0].attempts.last().unwrap().id;
        *self.till.told.lock().unwrap() = Some((attempt, report));
        self.engine.notify(Channel::Alipay, b"told").await.unwrap();
    }

    async fn now(&self, id: PaymentId) -> Payment {
        self.engine.read(move |store| store.payment(id)).await.unwrap().unwrap()
    }

    /// The payment once it is in this state.
    async fn until(&self, id: PaymentId, state: &str) -> Payment {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..1_000 {
            look.tick().await;
            let payment = self.now(id).await;
            if payment.state.id() == state {
                return payment;
            }
        }
        panic!("it is still {:?}", self.now(id).await);
    }

    async fn audit(&self) {
        let audit = self.engine.read(|store| store.audit()).await.unwrap();
        let broken: Vec<_> = audit.checks.iter().flat_map(|check| &check.broken).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

async fn engine(till: &Arc<Till>, clock: &Arc<SystemClock>, folder: &Path) -> Engine {
    let store = SqliteStore::open_url(&format!("sqlite:{}", folder.join("confirm.db").display())).unwrap();
    let connector = Connector {
        charge: till.clone(),
        mandates: Some(till.clone()),
        pages: Some(till.clone()),
        cards: None,
        notifications: till.clone(),
    };
    Engine::start(EngineConfig {
        store: Arc::new(store),
        clock: clock.clone(),
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
        codes: Arc::default(),
        passwords: None,
        card_keeper: None,
        second_factors: None,
        people: None,
        webhooks: None,
    })
    .await
    .unwrap()
}

fn causes(payment: &Payment) -> Vec<Cause> {
    match &payment.state {
        PaymentState::Refused { refusal, .. } => refusal.causes.iter().map(|finding| finding.cause).collect(),
        other => panic!("it is {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_about_another_amount_is_refused() {
    let shop = Shop::open().await;
    let payment = shop.by_page().await;
    let report =
        AttemptReport::Succeeded { trade_no: "T1".into(), amount: Money::cny(2_501), paid_at: Timestamp::UNIX_EPOCH };
    *shop.till.told.lock().unwrap() = Some((payment.undecided_attempt().unwrap().id, report));
    let told = shop.engine.notify(Channel::Alipay, b"told").await;
    assert!(matches!(told, Err(NotifyError::Unbelievable(_))), "{told:?}");
    assert_eq!(shop.now(payment.id).await, payment);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_opened_as_often_as_wanted_and_paid_once() {
    let shop = Shop::open().await;
    let payment = shop.by_page().await;
    let attempt = payment.undecided_attempt().unwrap();
    assert_eq!(attempt.permission, Permission::ChannelPage);
    assert_eq!(
        attempt.expires_at.duration_since(attempt.submitted_at).as_secs(),
        899,
        "a quarter of an hour, cut down"
    );
    let page = |payment: &Payment, screen| shop.engine.confirm_page(payment, screen, String::new()).unwrap();
    let expected = |screen| Some(format!("https://till.example/{}?{screen}&2500", attempt.id));
    assert_eq!(page(&payment, Screen::Desktop), expected("Desktop"));
    assert_eq!(page(&payment, Screen::Phone), expected("Phone"));
    // No other road is open while the payer may be there.
    assert!(!payment.is_open());
    let other = shop.resumption(payment.id, shop.wallet, "other", None);
    let answer = shop.engine.pay(other, key("other")).await.unwrap().answer;
    assert_eq!(answer, Answer::RequiresAction { action: Action::ChannelPage });
    // He comes back, and has not paid; then he has, and is asked about again.
    shop.engine.refresh_payment(&payment).await.unwrap();
    assert_eq!(shop.now(payment.id).await.state, payment.state);
    *shop.till.asking.lock().unwrap() = paid();
    shop.engine.refresh_payment(&payment).await.unwrap();
    let done = shop.now(payment.id).await;
    assert!(matches!(done.state, PaymentState::Succeeded { .. }), "{:?}", done.state);
    assert_eq!(page(&done, Screen::Desktop), None);
    shop.told(&done, paid()).await;
    assert!(shop.till.charged.lock().unwrap().is_empty() && shop.till.ended.lock().unwrap().is_empty());
    shop.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_nobody_confirms_ends_at_its_expiry_and_not_before() {
    let shop = Shop::open().await;
    let payment = shop.by_page().await;
    let expires_at = payment.undecided_attempt().unwrap().expires_at;
    // Asked again and again, and never cancelled: he may still be typing.
    for minutes in 1..15 {
        shop.clock.set_offset(minutes * 60);
        shop.engine.clock_moved();
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(shop.now(payment.id).await.state, payment.state, "after {minutes} minutes");
    }
    assert!(shop.till.ended.lock().unwrap().is_empty());
    shop.clock.set_offset(15 * 60 + 10);
    shop.engine.clock_moved();
    let refused = shop.until(payment.id, "refused").await;
    assert_eq!(causes(&refused), [Cause::ChannelNotConfirmed]);
    let PaymentState::Refused { refusal, .. } = &refused.state else { panic!() };
    assert_eq!(
        refusal.causes[0].field("expired_at"),
        Some(&tantu_domain::evidence::Value::Time(expires_at)),
        "he had until the expiry"
    );
    // The page is over, and the order is paid from the wallet.
    assert_eq!(shop.engine.confirm_page(&refused, Screen::Phone, String::new()).unwrap(), None);
    let resume = shop.resumption(payment.id, shop.wallet, "resume", None);
    assert_eq!(shop.engine.pay(resume, key("resume")).await.unwrap().answer, Answer::Succeeded);
    // Should the channel have taken the money after all, it goes back once.
    shop.told(&refused, paid()).await;
    let late = shop.now(payment.id).await;
    assert!(!matches!(late.legs[0].attempts[0].state, AttemptState::Succeeded { .. }));
    shop.until(payment.id, "succeeded").await;
    shop.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_payer_leaves_open_is_closed() {
    let shop = Shop::open().await;
    *shop.till.asking.lock().unwrap() = AttemptReport::Waiting;
    let payment = shop.by_page().await;
    shop.clock.set_offset(15 * 60 + 10);
    shop.engine.clock_moved();
    let refused = shop.until(payment.id, "refused").await;
    assert_eq!(causes(&refused), [Cause::ChannelNotConfirmed]);
    assert_eq!(*shop.till.ended.lock().unwrap(), ["close"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_charged_once_and_kept_nowhere() {
    let shop = Shop::open().await;
    let (answer, payment) = shop.by_code().await;
    assert_eq!(answer, Answer::Succeeded);
    assert_eq!(payment.legs[0].attempts[0].permission, Permission::PaymentCode);
    // The same request again, by whoever lost the answer, with the code that he has scanned meanwhile.
    assert_eq!(shop.by_code().await.0, Answer::Succeeded);
    let code = PaymentCode::new(CODE);
    assert_eq!(*shop.till.charged.lock().unwrap(), [ChargeWay::PaymentCode { code }]);
    shop.audit().await;
    drop(shop.engine);
    for file in std::fs::read_dir(shop.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(CODE.len()).any(|window| window == CODE.as_bytes()), "the code is in the database");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_app_asks_about_waits_for_the_payer() {
    let shop = Shop::open().await;
    *shop.till.charging.lock().unwrap() = AttemptReport::Waiting;
    *shop.till.asking.lock().unwrap() = AttemptReport::Fault(word("ACQ.SYSTEM_ERROR"));
    let (answer, payment) = shop.by_code().await;
    assert_eq!(answer, Answer::RequiresAction { action: Action::ChannelApp });
    assert_eq!(shop.engine.confirm_page(&payment, Screen::Phone, String::new()).unwrap(), None, "there is no page");
    // Faults of the questions end nothing that he may be confirming.
    for minutes in 1..10 {
        shop.clock.set_offset(minutes * 60);
        shop.engine.clock_moved();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert!(shop.till.ended.lock().unwrap().is_empty());
    assert!(matches!(shop.now(payment.id).await.state, PaymentState::RequiresAction { .. }));
    shop.told(&payment, paid()).await;
    shop.until(payment.id, "succeeded").await;
    shop.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_over_is_shown_anew() {
    let shop = Shop::open().await;
    let causes_of_it = vec![(Cause::ChannelNotConfirmed, Confidence::Certain)];
    *shop.till.charging.lock().unwrap() =
        AttemptReport::Declined { word: word("ACQ.PAYMENT_AUTH_CODE_INVALID"), causes: causes_of_it };
    let (answer, payment) = shop.by_code().await;
    let Answer::Refused(refusal) = answer else { panic!("{answer:?}") };
    assert_eq!(refusal.causes.iter().map(|finding| finding.cause).collect::<Vec<_>>(), [Cause::ChannelNotConfirmed]);
    assert_eq!(refusal.can_pay_with, [shop.wallet, shop.alipay], "nothing stands against another code");
    *shop.till.charging.lock().unwrap() = paid();
    let resume = |attempt| shop.resumption(payment.id, shop.alipay, "resume", Some(attempt));
    let fresh = PaymentCode::new("281111111111111111");
    let given = shop.engine.pay_by_code(shop.account, fresh, resume, key("resume")).await.unwrap();
    assert_eq!(given.answer, Answer::Succeeded);
    assert_eq!(given.payment.legs[0].attempts.len(), 2, "a new code has a new number");
    shop.audit().await;
}

/// The process ended between the commit and the first byte: nobody has the code any more, and nothing was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_code_is_asked_about_and_never_sent() {
    let shop = Shop::open().await;
    let attempt = AttemptId::new(&UuidIds, shop.account.shard());
    shop.engine.run(shop.order(Some(attempt))).await.unwrap();
    let id = shop.engine.read(move |store| store.payment_of(attempt)).await.unwrap().unwrap();
    shop.clock.set_offset(15 * 60 + 10);
    shop.engine.clock_moved();
    let refused = shop.until(id, "refused").await;
    assert_eq!(causes(&refused), [Cause::NetworkUnstable], "the payer was not asked, and is not told that he was");
    assert!(shop.till.charged.lock().unwrap().is_empty());
    shop.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_pays_with_nothing_else() {
    let shop = Shop::open().await;
    let order = |attempt| CreatePayment { instrument: shop.wallet, ..shop.order(Some(attempt)) };
    let refused = shop.engine.pay_by_code(shop.account, PaymentCode::new(CODE), order, key("create")).await;
    assert!(refused.unwrap_err().to_string().contains("payment code"));
    assert!(shop.till.charged.lock().unwrap().is_empty());
}
