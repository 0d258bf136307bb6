//! Holders over a real database: verified by as many sources as the tier asks, reached by a code, and sealed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a gate says in the environment how many it wants")]

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
use tantu_domain::ids::{AccountId, CodeId, Shard};
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
use tantu_store::sqlite::SqliteStore;
use tantu_vault::{KeyRing, Vault};

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
    engine: Engine,
    world: Arc<World>,
    clock: Arc<SystemClock>,
    folder: tempfile::TempDir,
}

impl House {
    async fn open() -> Self {
        let (world, clock, folder) =
            (Arc::<World>::default(), Arc::<SystemClock>::default(), tempfile::tempdir().unwrap());
        let store = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("people.db").display())).unwrap();
        let vault = Vault::new(&KeyRing::fresh().unwrap()).unwrap();
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
                pay_later: None,
                notify_base: "http://127.0.0.1".into(),
            },
            channels: [].into(),
            passwords: Some(PasswordKeeper::new(&[9; 32])),
            card_keeper: None,
            people: Some(People { vault, registry: world.clone(), sms: world.clone() }),
            webhooks: None,
            codes: Arc::default(),
        })
        .await
        .unwrap();
        Self { engine, world, clock, folder }
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

#[tokio::test]
async fn a_thousand_guesses_at_once_are_five() {
    let house = House::open().await;
    let account = house.account().await;
    let sent = house.engine.begin_phone(account, &Secret::new(PHONE), &Asker::default()).await.unwrap();
    let digits = house.world.digits();
    let wrong =
        |number: u32| Secret::new(format!("{:06}", (digits.reveal().parse::<u32>().unwrap() + 1 + number) % 1_000_000));
    let guesses = (0..1_000).map(|number| {
        let (engine, guess, id) = (house.engine.clone(), wrong(number), sent.code.id);
        tokio::spawn(async move { engine.bind_phone(account, id, &guess).await.unwrap().unwrap_err() })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        // Of five that were looked at, the last says that it was the last.
        looked_at += usize::from(matches!(guess.await.unwrap(), CodeRefused::Wrong(_)));
    }
    assert_eq!(looked_at, 4);
    assert_eq!(house.engine.bind_phone(account, sent.code.id, &digits).await.unwrap().unwrap_err(), CodeRefused::Over);
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

/// A pump asks for codes as often as it can, for one phone, from one account, device and address, and rotating them;
/// honest payers go on being served. The control counts nothing, and lets everything out.
#[tokio::test]
async fn a_pump_gets_few_codes_out_and_honest_payers_are_served() {
    let asked: usize = std::env::var("TANTU_CODE_SENDS").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let house = House::open().await;
    let address = Some("203.0.113.7".parse().unwrap());
    let mut out = Vec::new();
    // Each kind of pump keeps one thing and changes the others.
    for kind in ["phone", "account", "address", "rotating"] {
        let before = house.world.sent.lock().unwrap().len();
        let thief = house.account().await;
        for number in 0..asked / 4 {
            let phone = if kind == "phone" { 0 } else { number };
            let phone = Secret::new(format!("138{phone:08}"));
            let who = if kind == "phone" && number < 50 { house.account().await } else { thief };
            let from = Asker { device: None, address: if kind == "rotating" { None } else { address } };
            let _too_soon = house.engine.begin_phone(who, &phone, &from).await;
        }
        out.push((kind, house.world.sent.lock().unwrap().len() - before));
    }
    let mut served = 0;
    for number in 0..100 {
        let honest = house.account().await;
        let from = Asker { device: None, address: Some(format!("198.51.100.{number}").parse().unwrap()) };
        let sent = house.engine.begin_phone(honest, &Secret::new(format!("139{number:08}")), &from).await;
        served += usize::from(sent.is_ok());
    }
    println!("asked {asked} out {out:?} honest_served {served}% control_out {asked}");
    assert!(out.iter().all(|(_, out)| *out <= 200), "{out:?}");
    assert!(served >= 99, "{served} of 100 honest payers");
}
