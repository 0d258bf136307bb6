//! Holders over a real database: verified by as many sources as the tier asks, reached by a code, and sealed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a gate says in the environment how many it wants")]

mod forgetful;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use tantu_channels::registry::{Finding, Registry, ServiceError, Verification};
use tantu_channels::secret::Secret;
use tantu_channels::sms::{Message, MessageState, Receipt, Sms};
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::Clock;
use tantu_domain::code::Delivery;
use tantu_domain::ids::{AccountId, CodeId, DeviceKeyId, Shard};
use tantu_domain::one_time_code::LIFE;
use tantu_domain::person::{Detail, Person};
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::accounts::show_case::ShowCase;
use tantu_engine::codes::payment::Asked;
use tantu_engine::codes::{Asker, CodeRefused};
use tantu_engine::command::Settings;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::passwords::Entered;
use tantu_engine::passwords::keeper::PasswordKeeper;
use tantu_engine::people::reset_password::{Reset, ResetClaim};
use tantu_engine::people::{Claimed, People, Verified};
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{Engine, EngineConfig};
use tantu_store::Store;
use tantu_store::sqlite::SqliteStore;
use tantu_vault::{KeyRing, Vault};

use forgetful::ForgetfulStore;

const NAME: &str = "Lin Wanzhou";
const DOCUMENT: &str = "11010519491231002X";
const PHONE: &str = "19900001001";

/// The registry and the carrier, as the tests want them.
#[derive(Default)]
struct World {
    asked: AtomicUsize,
    silent: AtomicBool,
    sent: Mutex<Vec<Message>>,
    state: Mutex<Option<MessageState>>,
}

#[async_trait]
impl Registry for World {
    async fn verify(&self, asked: &Verification) -> Result<Finding, ServiceError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.silent.load(Ordering::SeqCst) {
            return Err(ServiceError::NoAnswer);
        }
        let phone = asked.phone.as_ref().is_none_or(|phone| phone.reveal().starts_with("199"));
        let fits = asked.name.reveal() == NAME && asked.document.reveal() == DOCUMENT && phone;
        Ok(if fits { Finding::Match } else { Finding::Mismatch })
    }
}

#[async_trait]
impl Sms for World {
    async fn send(&self, message: &Message) -> Result<Receipt, ServiceError> {
        self.sent.lock().unwrap().push(message.clone());
        self.receipt(&message.id).await
    }

    async fn receipt(&self, id: &str) -> Result<Receipt, ServiceError> {
        let state = self.state.lock().unwrap().unwrap_or(MessageState::Delivered);
        Ok(Receipt { id: id.to_owned(), state, at: None, reason: None })
    }
}

impl World {
    /// The digits of the newest message.
    fn digits(&self) -> Secret {
        self.sent.lock().unwrap().last().unwrap().values["code"].clone()
    }
}

struct House {
    store: Arc<dyn Store>,
    engine: Engine,
    world: Arc<World>,
    clock: Arc<SystemClock>,
    folder: tempfile::TempDir,
}

impl House {
    async fn open() -> Self {
        Self::over(|store| Arc::new(store)).await
    }

    /// The control: what is counted is forgotten.
    async fn forgetful() -> Self {
        Self::over(|store| Arc::new(ForgetfulStore(store))).await
    }

    async fn over(kept_in: fn(SqliteStore) -> Arc<dyn Store>) -> Self {
        let (world, clock, folder) =
            (Arc::<World>::default(), Arc::<SystemClock>::default(), tempfile::tempdir().unwrap());
        let store = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("people.db").display())).unwrap();
        let store = kept_in(store);
        let vault = Vault::new(&KeyRing::fresh().unwrap()).unwrap();
        let (engine, world) = started(store.clone(), clock.clone(), world, vault).await;
        Self { engine, world, clock, folder, store }
    }

    async fn account(&self) -> AccountId {
        let id = AccountId::new(&UuidIds, Shard::of(7));
        self.engine.run(OpenAccount { id, opening: None, met: None }).await.unwrap();
        id
    }

    fn advance(&self, span: SignedDuration) {
        let ahead = self.clock.now().duration_since(self.clock.wall()).as_secs();
        self.clock.set_offset(ahead + span.as_secs() + 1);
    }

    async fn bind(&self, account: AccountId, phone: &str) {
        let sent = self.engine.begin_phone(account, &Secret::new(phone), &Asker::default()).await.unwrap();
        let bound = self.engine.bind_phone(account, sent.code.id, &self.world.digits()).await.unwrap();
        assert!(bound.is_ok(), "{bound:?}");
    }
}

/// An engine over what is kept, which may have been another one's before.
async fn started(
    store: Arc<dyn Store>,
    clock: Arc<SystemClock>,
    world: Arc<World>,
    vault: Vault,
) -> (Engine, Arc<World>) {
    let engine = Engine::start(EngineConfig {
        store,
        clock,
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
            pay_later: None,
            notify_base: "http://127.0.0.1".into(),
        },
        channels: [].into(),
        passwords: Some(PasswordKeeper::new(&[9; 32])),
        card_keeper: None,
        webhooks: None,
        second_factors: None,
        people: Some(People { vault: Arc::new(vault), registry: world.clone(), sms: world.clone() }),
        codes: Arc::default(),
    })
    .await
    .unwrap();
    (engine, world)
}

fn claimed(name: &str, tier: Tier, cards: usize) -> Claimed {
    Claimed {
        name: Secret::new(name),
        document: Secret::new(DOCUMENT),
        valid_until: None,
        tier,
        cards: (0..cards).map(|card| Secret::new(format!("622202020001234567{card}"))).collect(),
    }
}

fn is_state<T>(result: Result<T, EngineError>) -> bool {
    matches!(result, Err(EngineError::Rejected(Rejection::State(_))))
}

#[tokio::test]
async fn a_tier_takes_its_sources_and_what_is_kept_is_sealed() {
    let house = House::open().await;
    let account = house.account().await;
    let first = house.engine.verify_identity(account, claimed(NAME, Tier::One, 0)).await.unwrap();
    assert!(matches!(first, Verified::Yes(_)));
    assert_eq!(house.world.asked.load(Ordering::SeqCst), 1);
    assert!(is_state(house.engine.verify_identity(account, claimed(NAME, Tier::Two, 1)).await), "no phone is bound");
    house.bind(account, PHONE).await;
    let Verified::Yes(second) = house.engine.verify_identity(account, claimed(NAME, Tier::Two, 1)).await.unwrap()
    else {
        panic!("three sources confirm it")
    };
    assert_eq!((second.tier, second.person.changed), (Tier::Two, None));
    assert_eq!(house.world.asked.load(Ordering::SeqCst), 4);
    let shown = house.engine.holder(account).await.unwrap();
    assert_eq!(shown.name.as_deref(), Some("L**********"));
    assert_eq!(shown.document.as_deref(), Some("1****************X"));
    assert_eq!(shown.phone.as_deref(), Some("199****1001"));
    for file in std::fs::read_dir(house.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [NAME, DOCUMENT, PHONE, house.world.digits().reveal()] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "the database holds {secret}");
        }
    }
}

#[tokio::test]
async fn wrong_details_tell_nothing_and_are_counted() {
    let house = House::open().await;
    let account = house.account().await;
    for _ in 0..5 {
        let no = house.engine.verify_identity(account, claimed("Someone Else", Tier::One, 0)).await.unwrap();
        assert_eq!(no, Verified::No);
    }
    let asked = house.world.asked.load(Ordering::SeqCst);
    let sixth = house.engine.verify_identity(account, claimed(NAME, Tier::One, 0)).await;
    assert!(matches!(sixth, Err(EngineError::Rejected(Rejection::TooSoon(_)))), "{sixth:?}");
    assert_eq!(house.world.asked.load(Ordering::SeqCst), asked, "the registry was not asked");
    house.advance(SignedDuration::from_hours(24));
    house.world.silent.store(true, Ordering::SeqCst);
    let silent = house.engine.verify_identity(account, claimed(NAME, Tier::One, 0)).await;
    assert!(matches!(silent, Err(EngineError::Channel(_))), "silence verifies nobody: {silent:?}");
    assert_eq!(house.engine.holder(account).await.unwrap().account.person, Person::default());
}

#[tokio::test]
async fn another_phone_is_a_change_until_the_holder_confirms_it() {
    let house = House::open().await;
    let account = house.account().await;
    house.bind(account, PHONE).await;
    house.engine.verify_identity(account, claimed(NAME, Tier::One, 0)).await.unwrap();
    assert!(is_state(house.engine.confirm_details(account, &Secret::new(DOCUMENT)).await), "nothing was changed");
    house.advance(SignedDuration::from_mins(2));
    house.bind(account, PHONE).await;
    assert_eq!(house.engine.holder(account).await.unwrap().account.person.changed, None, "it is the same phone");
    house.advance(SignedDuration::from_mins(2));
    house.bind(account, "19900001002").await;
    let changed = house.engine.holder(account).await.unwrap().account.person.changed;
    assert_eq!(changed.unwrap().what, Detail::Phone);
    let wrong = house.engine.confirm_details(account, &Secret::new("110105194912310038")).await.unwrap();
    assert_eq!(wrong, Verified::No);
    let right = house.engine.confirm_details(account, &Secret::new(DOCUMENT)).await.unwrap();
    assert!(matches!(right, Verified::Yes(_)));
    assert_eq!(house.engine.holder(account).await.unwrap().account.person.changed, None);
}

/// The pay password that the holder has forgotten, and the one that he sets instead.
const FORGOTTEN: &str = "314159";
const ANOTHER: &str = "161803";

impl House {
    /// Somebody who is known well enough to prove himself, with a pay password.
    async fn holder(&self, phone: &str) -> AccountId {
        let account = self.account().await;
        self.engine.verify_identity(account, claimed(NAME, Tier::One, 0)).await.unwrap();
        self.bind(account, phone).await;
        assert_eq!(self.engine.set_password(account, None, FORGOTTEN).await.unwrap(), Entered::Right);
        self.advance(SignedDuration::from_hours(24));
        account
    }

    /// A code for another pay password, and its digits.
    async fn reset_code(&self, account: AccountId) -> (CodeId, Secret) {
        let Asked::Sent(sent) = self.engine.begin_reset(account, &Asker::default()).await.unwrap() else {
            panic!("the holder can prove himself")
        };
        (sent.code.id, self.world.digits())
    }

    async fn is_password(&self, account: AccountId, password: &str) -> bool {
        matches!(self.engine.set_password(account, Some(password), password).await.unwrap(), Entered::Right)
    }
}

fn claim(code: CodeId, digits: &Secret, name: &str, document: &str) -> ResetClaim {
    ResetClaim {
        code,
        digits: digits.clone(),
        name: Secret::new(name),
        document: Secret::new(document),
        password: Secret::new(ANOTHER),
        payment: None,
    }
}

fn other_than(digits: &Secret) -> Secret {
    Secret::new(if digits.reveal() == "000000" { "000001" } else { "000000" })
}

#[tokio::test]
async fn who_forgot_his_pay_password_proves_who_he_is_and_the_lock_is_over() {
    let house = House::open().await;
    let account = house.holder(PHONE).await;
    for _ in 0..5 {
        assert!(!house.is_password(account, "271828").await);
    }
    assert!(!house.is_password(account, FORGOTTEN).await, "it is locked");
    let (code, digits) = house.reset_code(account).await;
    let whole = claim(code, &digits, NAME, DOCUMENT);
    let done = house.engine.reset_password(account, whole.clone(), &Asker::default()).await.unwrap();
    assert_eq!(done, Reset::Done);
    assert!(house.is_password(account, ANOTHER).await, "the new one is right at once");
    assert!(!house.is_password(account, FORGOTTEN).await);
    let again = house.engine.reset_password(account, whole, &Asker::default()).await.unwrap();
    assert_eq!(again, Reset::Unproven, "a code is good once");
    let trail = house.engine.run(ShowCase { account, case: None }).await.unwrap().trail;
    let last = trail.last().unwrap();
    assert_eq!((last.action.as_str(), last.actor.as_str()), ("reset_password", account.to_string().as_str()));
}

#[tokio::test]
async fn what_does_not_fit_is_not_said_and_costs_the_same() {
    let house = House::open().await;
    let account = house.holder(PHONE).await;
    let (code, digits) = house.reset_code(account).await;
    let asked = house.world.asked.load(Ordering::SeqCst);
    let wrong = other_than(&digits);
    let tries = [
        claim(code, &digits, "Someone Else", DOCUMENT),
        claim(code, &digits, NAME, "110105194912310038"),
        claim(code, &wrong, NAME, DOCUMENT),
        claim(code, &wrong, "Someone Else", "110105194912310038"),
    ];
    for (number, no) in (1..).zip(tries) {
        let answer = house.engine.reset_password(account, no, &Asker::default()).await.unwrap();
        assert_eq!(answer, Reset::Unproven);
        assert_eq!(house.world.asked.load(Ordering::SeqCst), asked + number, "the registry is asked whatever is wrong");
    }
    assert!(house.is_password(account, FORGOTTEN).await, "nothing has changed");
    house.world.silent.store(true, Ordering::SeqCst);
    let silent = house.engine.reset_password(account, claim(code, &digits, NAME, DOCUMENT), &Asker::default()).await;
    assert!(matches!(silent, Err(EngineError::Channel(_))), "silence proves nobody: {silent:?}");
}

/// Who has a session and no phone cannot use up the tries of who has it; and whoever tries has few.
#[tokio::test]
async fn tries_of_another_password_are_few_and_the_holder_keeps_his_own_code() {
    let house = House::open().await;
    let account = house.holder(PHONE).await;
    let (code, digits) = house.reset_code(account).await;
    let wrong = other_than(&digits);
    for _ in 0..5 {
        let no = house.engine.reset_password(account, claim(code, &wrong, NAME, DOCUMENT), &Asker::default()).await;
        assert_eq!(no.unwrap(), Reset::Unproven);
    }
    house.advance(SignedDuration::from_mins(2));
    let (code, digits) = house.reset_code(account).await;
    let other = claim(code, &other_than(&digits), NAME, DOCUMENT);
    let soon = house.engine.reset_password(account, other, &Asker::default()).await;
    assert!(matches!(soon, Err(EngineError::Rejected(Rejection::TooSoon(_)))), "{soon:?}");
    let mut tried = 0;
    for _ in 0..4 {
        let no = claim(code, &digits, "Someone Else", DOCUMENT);
        tried +=
            usize::from(house.engine.reset_password(account, no, &Asker::default()).await.unwrap() == Reset::Unproven);
    }
    assert_eq!(tried, 4);
    house.advance(SignedDuration::from_mins(2));
    let (code, digits) = house.reset_code(account).await;
    let done = house.engine.reset_password(account, claim(code, &digits, NAME, DOCUMENT), &Asker::default()).await;
    assert_eq!(done.unwrap(), Reset::Done, "the fifth with a right code is looked at");
    house.advance(SignedDuration::from_mins(2));
    let (code, digits) = house.reset_code(account).await;
    let sixth = house.engine.reset_password(account, claim(code, &digits, NAME, DOCUMENT), &Asker::default()).await;
    assert!(matches!(sixth, Err(EngineError::Rejected(Rejection::TooSoon(_)))), "{sixth:?}");
}

#[tokio::test]
async fn what_was_given_or_changed_lately_proves_nobody() {
    let house = House::open().await;
    let nobody = house.account().await;
    assert!(is_state(house.engine.begin_reset(nobody, &Asker::default()).await), "there is none to forget");
    assert_eq!(house.engine.set_password(nobody, None, FORGOTTEN).await.unwrap(), Entered::Right);
    let told = async |account| match house.engine.begin_reset(account, &Asker::default()).await.unwrap() {
        Asked::Refused(finding) => finding.cause,
        Asked::Sent(_) => panic!("a code was sent"),
    };
    assert_eq!(told(nobody).await, Cause::IdentityUnverified);
    house.engine.verify_identity(nobody, claimed(NAME, Tier::One, 0)).await.unwrap();
    assert_eq!(told(nobody).await, Cause::AccountPhoneUnbound);
    house.bind(nobody, PHONE).await;
    let new = house.engine.begin_reset(nobody, &Asker::default()).await;
    assert!(matches!(new, Err(EngineError::Rejected(Rejection::TooSoon(_)))), "{new:?}");
    house.advance(SignedDuration::from_hours(24));
    house.bind(nobody, "19900001002").await;
    assert_eq!(told(nobody).await, Cause::AccountInfoChanged);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_own_account_and_five_minutes() {
    let house = House::open().await;
    let (account, stranger) = (house.account().await, house.account().await);
    let phone = Secret::new(PHONE);
    let sent = house.engine.begin_phone(account, &phone, &Asker::default()).await.unwrap();
    let (id, digits) = (sent.code.id, house.world.digits());
    let foreign = house.engine.bind_phone(stranger, id, &digits).await;
    assert!(matches!(foreign, Err(EngineError::Rejected(Rejection::NotFound { .. }))));
    let wrong = Secret::new(if digits.reveal() == "000000" { "000001" } else { "000000" });
    assert_eq!(house.engine.bind_phone(account, id, &wrong).await.unwrap().unwrap_err(), CodeRefused::Wrong(4));
    assert!(house.engine.bind_phone(account, id, &digits).await.unwrap().is_ok());
    assert_eq!(house.engine.bind_phone(account, id, &digits).await.unwrap().unwrap_err(), CodeRefused::Over);
    house.advance(SignedDuration::from_mins(2));
    let late = house.engine.begin_phone(account, &phone, &Asker::default()).await.unwrap();
    house.advance(LIFE);
    let over = house.engine.bind_phone(account, late.code.id, &house.world.digits()).await.unwrap();
    assert_eq!(over.unwrap_err(), CodeRefused::Over);
}

/// Guesses at one code, so many at once and each another one; how many of them were looked at.
async fn looked_at(house: &House, guesses: u32) -> usize {
    let account = house.account().await;
    let sent = house.engine.begin_phone(account, &Secret::new(PHONE), &Asker::default()).await.unwrap();
    let digits = house.world.digits();
    let wrong =
        |number: u32| Secret::new(format!("{:06}", (digits.reveal().parse::<u32>().unwrap() + 1 + number) % 1_000_000));
    let guesses = (0..guesses).map(|number| {
        let (engine, guess, id) = (house.engine.clone(), wrong(number), sent.code.id);
        tokio::spawn(async move { engine.bind_phone(account, id, &guess).await.unwrap().unwrap_err() })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        looked_at += usize::from(matches!(guess.await.unwrap(), CodeRefused::Wrong(_)));
    }
    // The right one comes last: it is looked at only if tries are left.
    let right = house.engine.bind_phone(account, sent.code.id, &digits).await.unwrap();
    looked_at + usize::from(right.is_ok())
}

#[tokio::test]
async fn of_a_thousand_guesses_at_a_code_five_are_looked_at() {
    // Of the five, the last says that the code is over.
    let (held, control) =
        (looked_at(&House::open().await, 1_000).await, looked_at(&House::forgetful().await, 1_000).await);
    println!("guesses 1001 looked_at {} control_looked_at {control}", held + 1);
    assert_eq!(held, 4);
    assert!(control > 5, "tries that count for nothing should be seen: {control} were looked at");
}

#[tokio::test]
async fn codes_are_sent_a_minute_apart_whoever_asks() {
    let house = House::open().await;
    let phone = Secret::new(PHONE);
    let (account, other) = (house.account().await, house.account().await);
    house.engine.begin_phone(account, &phone, &Asker::default()).await.unwrap();
    for again in [account, other] {
        let soon = house.engine.begin_phone(again, &phone, &Asker::default()).await;
        assert!(matches!(soon, Err(EngineError::Rejected(Rejection::TooSoon(_)))), "{soon:?}");
    }
    assert_eq!(house.world.sent.lock().unwrap().len(), 1);
    *house.world.state.lock().unwrap() = Some(MessageState::DeliveredUnread);
    house.advance(SignedDuration::from_mins(1));
    let sent = house.engine.begin_phone(account, &phone, &Asker::default()).await.unwrap();
    assert_eq!(sent.code.delivery, Delivery::Intercepted);
    *house.world.state.lock().unwrap() = Some(MessageState::Rejected);
    let told = house.engine.code_delivery(account, sent.code.id).await.unwrap();
    assert_eq!((told.code.delivery, told.phone.as_str()), (Delivery::Refused, "199****1001"));
}

/// What a pump keeps while it changes all else: one phone, one account, one device, one address.
const PUMPS: [(&str, usize); 4] = [("phone", 10), ("account", 10), ("device", 10), ("address", 200)];

/// How many codes each pump gets out that asks so often within a day, evenly.
async fn pumped(house: &House, asked: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for (number, (kept, _)) in (0_u8..).zip(PUMPS) {
        let before = house.world.sent.lock().unwrap().len();
        let thief = house.account().await;
        let device = DeviceKeyId::new(&UuidIds, Shard::of(7));
        let span = SignedDuration::from_hours(23).as_secs() / i64::try_from(asked).unwrap();
        for turn in 0..asked {
            let fresh = |kind: &str| if kept == kind { 0 } else { turn + 1 };
            let phone = Secret::new(format!("13{number}{:08}", fresh("phone")));
            let who = if kept == "account" { thief } else { AccountId::new(&UuidIds, Shard::of(7)) };
            if kept != "account" {
                house.engine.run(OpenAccount { id: who, opening: None, met: None }).await.unwrap();
            }
            let device = if kept == "device" { device } else { DeviceKeyId::new(&UuidIds, Shard::of(7)) };
            let address = u32::try_from(fresh("address")).unwrap() + u32::from(number) * 0x0100_0000;
            let from = Asker { device: Some(device), address: Some(std::net::Ipv4Addr::from(address).into()) };
            let _too_soon = house.engine.begin_phone(who, &phone, &from).await;
            house.clock.set_offset(house.clock.now().duration_since(house.clock.wall()).as_secs() + span);
        }
        out.push(house.world.sent.lock().unwrap().len() - before);
    }
    out
}

/// Pumps ask for codes as often as they can, each from one phone, account, device or address and rotating all else, for a day;
/// honest payers go on being served. The control counts for nothing, and lets everything out.
#[tokio::test]
async fn a_pump_gets_few_codes_out_and_honest_payers_are_served() {
    let asked: usize = std::env::var("TANTU_CODE_SENDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_200);
    let house = House::open().await;
    let out = pumped(&house, asked / PUMPS.len()).await;
    let mut served = 0;
    for number in 0..100 {
        let honest = house.account().await;
        let from = Asker { device: None, address: Some(format!("198.51.100.{number}").parse().unwrap()) };
        let sent = house.engine.begin_phone(honest, &Secret::new(format!("139{number:08}")), &from).await;
        served += usize::from(sent.is_ok());
    }
    // More than any of them may get, and no more than it takes to see that.
    let control = pumped(&House::forgetful().await, 250).await;
    println!("asked {asked} out {out:?} honest_served {served}% control_asked 1000 control_out {control:?}");
    for ((kept, most), (out, control)) in PUMPS.iter().zip(out.iter().zip(&control)) {
        assert!((1..=*most).contains(out), "{kept}: {out} went out, {most} are the most");
        assert!(control > most, "{kept}: the control lets out only {control}, so the count is not what stops a pump");
    }
    assert!(served >= 99, "{served} of 100 honest payers");
}

/// A key file's text with these keys, the newest first.
fn ring(ids: &[u8]) -> KeyRing {
    let line = |id: &u8| {
        let bytes = (0..32_u8).map(|place| format!("{:02x}", place.wrapping_mul(37) ^ id.wrapping_mul(91)));
        format!("{id} {}\n", bytes.collect::<String>())
    };
    KeyRing::parse(&ids.iter().map(line).collect::<String>()).unwrap()
}

/// A new key is put on top, and everything is sealed anew while it is read and written; the work is broken off in the middle
/// and goes on. After that the older key is let go.
#[tokio::test]
async fn a_new_key_takes_over_while_everything_stays_readable() {
    let house = House::open().await;
    let with = async |ids: &[u8]| {
        let vault = Vault::new(&ring(ids)).unwrap();
        started(house.store.clone(), house.clock.clone(), house.world.clone(), vault).await.0
    };
    let old = with(&[1]).await;
    let mut accounts = Vec::new();
    for number in 0..7 {
        let account = house.account().await;
        let sent =
            old.begin_phone(account, &Secret::new(format!("1990000200{number}")), &Asker::default()).await.unwrap();
        assert!(old.bind_phone(account, sent.code.id, &house.world.digits()).await.unwrap().is_ok());
        old.verify_identity(account, claimed(NAME, Tier::One, 0)).await.unwrap();
        accounts.push(account);
    }
    let phones = async |engine: &Engine| {
        let mut shown = Vec::new();
        for account in &accounts {
            shown.push(engine.holder(*account).await.unwrap().phone.unwrap());
        }
        shown
    };
    let before = phones(&old).await;
    assert_eq!(old.reseal(0).await.unwrap(), 0);
    drop(old);
    let new = with(&[2, 1]).await;
    assert_eq!(new.reseal(3).await.unwrap(), 11, "of seven holders and seven codes");
    assert_eq!(phones(&new).await, before);
    drop(new);
    let again = with(&[2, 1]).await;
    assert_eq!(phones(&again).await, before, "in the middle both keys open");
    assert_eq!(again.reseal(u64::MAX).await.unwrap(), 0);
    drop(again);
    let without = with(&[2]).await;
    assert_eq!(phones(&without).await, before, "the older key is not needed any more");
    let only_old = with(&[1]).await;
    assert!(matches!(only_old.holder(accounts[0]).await, Err(EngineError::Vault)), "nothing of it is left");
}
