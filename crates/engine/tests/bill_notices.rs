//! What a payer is told of a bill and of an incident, over a real database: in time, by day, once, and again while no receipt has come.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::registry::{Finding, Registry, ServiceError, Verification};
use tantu_channels::secret::Secret;
use tantu_channels::sms::{Message, MessageState, Receipt, Sms};
use tantu_domain::ceiling::Tier;
use tantu_domain::client::Speaker;
use tantu_domain::clock::{Clock, start_of};
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, Shard};
use tantu_domain::incident::{IncidentScope, IncidentSource};
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_domain::staff::StaffMark;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::codes::Asker;
use tantu_engine::command::Settings;
use tantu_engine::incidents::begin::BeginIncident;
use tantu_engine::incidents::end::EndIncident;
use tantu_engine::merchants::open::RegisterMerchant;
use tantu_engine::pay_later::PayLater;
use tantu_engine::pay_later::ask_extension::AskExtension;
use tantu_engine::pay_later::decide_extension::DecideExtension;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::people::People;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_paylater::bill::Bill;
use tantu_paylater::calendar::Calendar;
use tantu_paylater::terms::Terms;
use tantu_store::access::Merchant;
use tantu_store::claim::IdempotencyKey;
use tantu_store::notice::{About, NoticeRow, Road};
use tantu_store::sqlite::SqliteStore;
use tantu_vault::{KeyRing, Vault};

const PHONE: &str = "19900001001";

/// The registry and the carrier, as the tests want them.
#[derive(Default)]
struct World {
    silent: AtomicBool,
    sent: Mutex<Vec<Message>>,
}

#[async_trait]
impl Registry for World {
    async fn verify(&self, _: &Verification) -> Result<Finding, ServiceError> {
        Ok(Finding::Match)
    }
}

#[async_trait]
impl Sms for World {
    async fn send(&self, message: &Message) -> Result<Receipt, ServiceError> {
        self.sent.lock().unwrap().push(message.clone());
        if self.silent.load(Ordering::SeqCst) { Err(ServiceError::NoAnswer) } else { self.receipt(&message.id).await }
    }

    async fn receipt(&self, id: &str) -> Result<Receipt, ServiceError> {
        Ok(Receipt { id: id.to_owned(), state: MessageState::Delivered, at: None, reason: None })
    }
}

impl World {
    /// The ids of the messages of a template, in the order in which they were sent.
    fn sent(&self, template: &str) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|one| one.template == template).map(|one| one.id.clone()).collect()
    }
}

/// An order by the line.
async fn buy(engine: &Engine, (shop, account, line): (MerchantId, AccountId, InstrumentId), number: &str) {
    let idempotency = IdempotencyKey { client: shop.to_string(), key: number.to_owned() };
    let order = CreatePayment {
        merchant: shop,
        order_no: number.to_owned(),
        subject: "a lamp".into(),
        account,
        amount: Money::cny(19_900),
        instrument: line,
        speaker: Speaker::default(),
        shown: None,
        idempotency: idempotency.clone(),
        request_hash: [0; 32],
    };
    engine.pay(order, idempotency).await.unwrap();
}

struct House {
    engine: Engine,
    world: Arc<World>,
    clock: Arc<SystemClock>,
    account: AccountId,
    shop: MerchantId,
    line: InstrumentId,
    bill: Bill,
    _folder: tempfile::TempDir,
}

impl House {
    /// A payer who can be told by a message, or cannot, with a bill.
    async fn with_bill(phone: bool) -> Self {
        let (world, clock, folder) =
            (Arc::<World>::default(), Arc::<SystemClock>::default(), tempfile::tempdir().unwrap());
        let store = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("bills.db").display())).unwrap();
        let shard = Shard::of(7);
        let [lender, shop] = [MerchantId::new(&UuidIds, shard), MerchantId::new(&UuidIds, shard)];
        let calendar = Calendar::announced().unwrap().practising(2020..=2100);
        let (terms, calendar) = (Arc::new(Terms::standard()), Arc::new(calendar));
        let engine = Engine::start(EngineConfig {
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
                answer_wait: Duration::from_secs(1),
                fold_interval: Duration::from_secs(60),
                pay_later: Some(PayLater { lender, terms: terms.clone(), calendar }),
                notify_base: "http://127.0.0.1".into(),
            },
            channels: [].into(),
            passwords: None,
            card_keeper: None,
            second_factors: None,
            people: Some(People {
                vault: Arc::new(Vault::new(&KeyRing::fresh().unwrap()).unwrap()),
                registry: world.clone(),
                sms: world.clone(),
            }),
            webhooks: None,
            codes: Arc::default(),
        })
        .await
        .unwrap();
        for id in [lender, shop] {
            engine.run(RegisterMerchant(Merchant { id, name: "shop".into() })).await.unwrap();
        }
        let account = AccountId::new(&UuidIds, shard);
        engine.run(OpenAccount { id: account, opening: None, met: Some(Tier::Two) }).await.unwrap();
        if phone {
            let sent = engine.begin_phone(account, &Secret::new(PHONE), &Asker::default()).await.unwrap();
            let digits = world.sent.lock().unwrap().last().unwrap().values["code"].clone();
            assert!(engine.bind_phone(account, sent.code.id, &digits).await.unwrap().is_ok());
        }
        let line = engine.run(OpenLine { account, terms: terms.version.clone() }).await.unwrap();
        buy(&engine, (shop, account, line.instrument), "order").await;
        let bill = engine.read(move |store| store.bills(account)).await.unwrap().remove(0);
        Self { engine, world, clock, account, shop, line: line.instrument, bill, _folder: folder }
    }

    /// Business time goes on to so many hours after the beginning of a day in Beijing.
    fn until(&self, day: jiff::civil::Date, minutes: i64) {
        let then = start_of(day).as_second() + minutes * 60;
        self.clock.set_offset(then - self.clock.wall().as_second());
        self.engine.clock_moved();
    }

    async fn notices(&self) -> Vec<NoticeRow> {
        let account = self.account;
        self.engine.read(move |store| store.notices(account, 100)).await.unwrap()
    }

    /// Waits until this holds of the notices.
    async fn once(&self, what: &str, holds: impl Fn(&[NoticeRow]) -> bool) -> Vec<NoticeRow> {
        for _ in 0..400 {
            let rows = self.notices().await;
            if holds(&rows) {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{what} did not come: {:?}", self.notices().await)
    }
}

fn hour(at: Timestamp) -> i8 {
    at.to_zoned(tantu_domain::clock::beijing()).hour()
}

#[tokio::test]
async fn a_payer_is_told_ahead_by_day_and_once() {
    let house = House::with_bill(true).await;
    let due = house.bill.due_on;
    let ahead = |days: i64| due.saturating_sub(jiff::Span::new().days(days));
    house.until(ahead(7), 10 * 60);
    house.once("a week ahead", |rows| rows.iter().any(|row| row.told.is_some())).await;
    assert_eq!(house.world.sent("bill_ahead").len(), 1);
    house.until(ahead(7), 15 * 60);
    house.until(ahead(6), 12 * 60);
    // The three days ahead are reached at night: there is something to tell, and nobody is told before the morning.
    house.until(ahead(3), 23 * 60 + 30);
    house.once("three days ahead", |rows| rows.len() == 2).await;
    assert_eq!(house.world.sent("bill_ahead").len(), 1, "nobody is told at half past eleven at night");
    house.until(ahead(2), 8 * 60 + 1);
    let rows = house.once("the morning", |rows| rows.iter().all(|row| row.told.is_some())).await;
    for (at, road) in rows.iter().filter_map(|row| row.told) {
        assert_eq!(road, Road::Sms);
        assert!((8..22).contains(&hour(at)), "told at {at}");
    }
    let sent = house.world.sent("bill_ahead");
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0], sent[1]);
}

#[tokio::test]
async fn a_message_without_a_receipt_is_sent_again_under_the_same_id() {
    let house = House::with_bill(true).await;
    house.world.silent.store(true, Ordering::SeqCst);
    house.until(house.bill.due_on, 9 * 60 + 1);
    house.once("the due date", |rows| rows.len() == 1).await;
    for _ in 0..400 {
        if !house.world.sent("bill_due").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    house.world.silent.store(false, Ordering::SeqCst);
    house.until(house.bill.due_on, 11 * 60);
    house.once("the receipt", |rows| rows.iter().all(|row| row.told.is_some())).await;
    let sent = house.world.sent("bill_due");
    assert!(sent.len() >= 2 && sent.iter().all(|id| *id == sent[0]), "{sent:?}");
}

#[tokio::test]
async fn who_has_no_phone_is_told_on_his_page_and_a_later_date_is_told_anew() {
    let house = House::with_bill(false).await;
    let due = house.bill.due_on;
    house.until(due, 9 * 60 + 1);
    let rows = house.once("the due date", |rows| rows.iter().any(|row| row.told.is_some())).await;
    assert_eq!(rows[0].told.map(|(_, road)| road), Some(Road::Page));
    let (one, other) = (StaffMark::of(&[1; 32]), StaffMark::of(&[2; 32]));
    let (account, bill) = (house.account, house.bill.id);
    let day = due.saturating_add(jiff::Span::new().days(20));
    let ask = AskExtension { account, bill, day, by: one, note: String::new() };
    house.engine.run(ask.clone()).await.unwrap();
    assert!(house.engine.run(ask).await.is_err(), "one at a time waits for a decision");
    let decide = |by| DecideExtension { account, bill, grant: true, by, note: String::new() };
    assert!(house.engine.run(decide(one)).await.is_err(), "nobody decides on what he asked for");
    let later = house.engine.run(decide(other)).await.unwrap().due_on;
    assert!(house.engine.run(decide(other)).await.is_err(), "it is decided");
    house.until(later, 9 * 60 + 1);
    house
        .once("the later due date", |rows| {
            rows.iter().any(|row| row.about.bill().is_some_and(|notice| notice.due_on == later) && row.told.is_some())
        })
        .await;
}

#[tokio::test]
async fn whom_an_incident_hit_gets_one_message_by_day_and_again_only_without_a_receipt() {
    let house = House::with_bill(true).await;
    house.until(house.bill.due_on.saturating_sub(jiff::Span::new().days(20)), 23 * 60);
    let by = StaffMark::of(&[1; 32]);
    let begin = BeginIncident {
        scope: IncidentScope::Platform,
        source: IncidentSource::Staff,
        code: "database".into(),
        since: None,
        expected_end: None,
        by: Some(by),
    };
    let incident = house.engine.run(begin).await.unwrap();
    for number in ["one", "two"] {
        buy(&house.engine, (house.shop, house.account, house.line), number).await;
    }
    house.world.silent.store(true, Ordering::SeqCst);
    house.engine.run(EndIncident::One(incident.id, by)).await.unwrap();
    let tomorrow = house.bill.due_on.saturating_sub(jiff::Span::new().days(19));
    house.until(tomorrow, 7 * 60 + 50);
    assert_eq!(house.world.sent("incident_over").len(), 0, "nobody is told before eight");
    house.until(tomorrow, 8 * 60 + 1);
    let over = |row: &&NoticeRow| matches!(row.about, About::Over { incident: of, orders: 2 } if of == incident.id);
    house.once("the notice", |rows| rows.iter().any(|row| over(&row))).await;
    house.once("a try", |_| !house.world.sent("incident_over").is_empty()).await;
    house.world.silent.store(false, Ordering::SeqCst);
    house.until(tomorrow, 8 * 60 + 10);
    let rows = house.once("the receipt", |rows| rows.iter().filter(over).any(|row| row.told.is_some())).await;
    assert_eq!(rows.iter().filter(over).count(), 1);
    assert_eq!(rows.iter().find(over).and_then(|row| row.told).map(|(_, road)| road), Some(Road::Sms));
    let sent = house.world.sent("incident_over");
    assert!(sent.len() >= 2 && sent.iter().all(|id| *id == sent[0]), "one message, however often it is sent: {sent:?}");
    assert!(house.engine.run(EndIncident::One(incident.id, by)).await.is_err(), "it ends once");
}
