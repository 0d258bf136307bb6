//! A card is bound step by step and pays, over a channel that answers as it is told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bank;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tantu_channels::card::OneTimeCode;
use tantu_channels::secret::Secret;
use tantu_domain::answer::Answer;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::binding::{BindingState, Step};
use tantu_domain::card::{BindingReport, CardState, CodeReport};
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::clock::Clock;
use tantu_domain::evidence::{Confidence, Value};
use tantu_domain::ids::{AccountId, AttemptId, BindingId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::money::Money;
use tantu_domain::payment::{Action, Payment, PaymentState};
use tantu_domain::policy::{CardPolicy, IdentityPolicy, Policy};
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::bindings::accept_terms::AcceptTerms;
use tantu_engine::bindings::begin::BeginBinding;
use tantu_engine::bindings::single_out::SingleOutBinding;
use tantu_engine::bindings::{Holder, Stepped};
use tantu_engine::cards::CardDetails;
use tantu_engine::cards::keeper::CardKeeper;
use tantu_engine::command::Settings;
use tantu_engine::instruments::recheck::RecheckInstrument;
use tantu_engine::instruments::single_out::SingleOut;
use tantu_engine::instruments::switch::SwitchCard;
use tantu_engine::instruments::unbind::UnbindCard;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::payments::record::RecordAttempt;
use tantu_engine::payments::report_missing_code::{ReportMissingCode, Search};
use tantu_engine::payments::resume::ResumePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{CardConnector, Connector, Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::sqlite::SqliteStore;

use bank::{Bank, bound, token, word};

const CARD: &str = "6222020200012345670";
const PHONE: &str = "13812345678";

/// The cause that a refusal names first.
fn first(answer: Answer) -> Cause {
    let Answer::Refused(refusal) = answer else { panic!("{answer:?}") };
    refusal.causes[0].cause
}

struct Stage {
    bank: Arc<Bank>,
    clock: Arc<SystemClock>,
    engine: Engine,
    account: AccountId,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        Self::met(Tier::Three).await
    }

    /// With a holder who is verified so far, where a wallet needs the second tier.
    async fn met(tier: Tier) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bank, clock) = (Arc::new(Bank::default()), Arc::new(SystemClock::default()));
        let store = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("cards.db").display())).unwrap();
        let cards = CardConnector { binding: bank.clone(), payments: bank.clone() };
        let connector = Connector {
            charge: bank.clone(),
            mandates: None,
            pages: None,
            cards: Some(cards),
            notifications: bank.clone(),
        };
        let settings = Settings {
            process: "test".into(),
            charge_expiry: SignedDuration::from_mins(2),
            confirm_expiry: SignedDuration::from_mins(15),
            lease: SignedDuration::from_secs(15),
            mandate_days: 365,
            answer_wait: Duration::from_secs(20),
            fold_interval: Duration::from_secs(60),
            pay_later: None,
            notify_base: "http://127.0.0.1".into(),
        };
        let (cards, wallet) = (CardPolicy::default(), Some(Tier::Two));
        let identity = IdentityPolicy { wallet, ..IdentityPolicy::default() };
        let engine = Engine::start(EngineConfig {
            store: Arc::new(store),
            clock: clock.clone(),
            ids: Arc::new(UuidIds),
            policy: Policy { version: "test".into(), cards, identity, ..Policy::default() },
            settings,
            channels: [(Channel::UnionPay, connector)].into(),
            passwords: None,
            people: None,
            webhooks: None,
            card_keeper: CardKeeper::new(&[7; 32]),
            second_factors: None,
            codes: Arc::default(),
        })
        .await
        .unwrap();
        let account = AccountId::new(&UuidIds, Shard::of(7));
        engine.run(OpenAccount { id: account, opening: None, met: Some(tier) }).await.unwrap();
        Self { bank, clock, engine, account, _folder: folder }
    }

    fn later(&self, seconds: i64) {
        let ahead = self.clock.now().duration_since(self.clock.wall()).as_secs();
        self.clock.set_offset(ahead + seconds);
        self.engine.clock_moved();
    }

    async fn begun(&self, instrument: Option<InstrumentId>) -> BindingId {
        let begin = BeginBinding { account: self.account, instrument, holder: Holder::default() };
        let binding = self.engine.run(begin).await.unwrap().unwrap();
        let agreed = AcceptTerms { account: self.account, binding: binding.id, edition: "2026-11".into() };
        assert!(matches!(self.engine.run(agreed).await.unwrap(), Stepped::Taken(_)));
        binding.id
    }

    async fn details(&self, binding: BindingId, phone: &str) -> (Stepped, Option<String>) {
        let details = CardDetails {
            name: Secret::new("张三"),
            document_no: Secret::new("11010519491231002X"),
            card_no: Secret::new(CARD),
            phone: Secret::new(phone),
            expiry: None,
            cvn: None,
        };
        let taken = self.engine.give_details(self.account, binding, details, Holder::default()).await.unwrap();
        (taken.stepped, taken.sealed)
    }

    async fn code(&self, binding: BindingId, sealed: &str) -> Stepped {
        let code = OneTimeCode::new("123456");
        self.engine.enter_binding_code(self.account, binding, code, sealed, Holder::default()).await.unwrap()
    }

    /// Binds the card, and gives its instrument.
    async fn bound(&self) -> InstrumentId {
        let binding = self.begun(None).await;
        let (_, sealed) = self.details(binding, PHONE).await;
        let stepped = self.code(binding, &sealed.unwrap()).await;
        assert!(matches!(stepped.binding().state, BindingState::Bound { .. }), "{stepped:?}");
        stepped.binding().instrument
    }

    async fn card(&self, instrument: InstrumentId) -> tantu_domain::card::Card {
        let (account, now) = (self.account, self.clock.now());
        let file = self.engine.read(move |store| store.account(account, now)).await.unwrap().unwrap();
        let found = file.instruments.into_iter().find(|known| known.id == instrument).unwrap();
        let InstrumentKind::Card(card) = found.kind else { panic!("{found:?}") };
        card
    }

    async fn pay(&self, instrument: InstrumentId, fen: i64) -> (PaymentId, Answer) {
        self.pay_to(MerchantId::new(&UuidIds, Shard::of(0)), instrument, fen).await
    }

    async fn pay_to(&self, merchant: MerchantId, instrument: InstrumentId, fen: i64) -> (PaymentId, Answer) {
        let order_no = PaymentId::new(&UuidIds, Shard::of(7)).to_string();
        let idempotency = IdempotencyKey { client: "m".into(), key: order_no.clone() };
        let create = CreatePayment {
            merchant,
            order_no,
            subject: "Two teas".into(),
            account: self.account,
            amount: Money::cny(fen),
            instrument,
            speaker: Speaker::default(),
            shown: None,
            idempotency: idempotency.clone(),
            request_hash: [1; 32],
        };
        let given = self.engine.pay(create, idempotency).await.unwrap();
        (given.payment.id, given.answer)
    }

    async fn enter(&self, payment: PaymentId, code: &str, key: &str) -> Result<Answer, String> {
        let stored = self.engine.read(move |store| store.payment(payment)).await.unwrap().unwrap();
        let attempt = stored.legs[0].code.as_ref().unwrap().attempt;
        let idempotency = IdempotencyKey { client: "p".into(), key: key.into() };
        let command = ResumePayment {
            payment,
            instrument: None,
            speaker: Speaker::default(),
            proof: None,
            shown: None,
            coded: Some(attempt),
            idempotency: idempotency.clone(),
            request_hash: [2; 32],
        };
        let given = self.engine.pay_by_bank_code(attempt, OneTimeCode::new(code), command, idempotency).await;
        given.map(|given| given.answer).map_err(|error| error.to_string())
    }

    async fn resume(&self, payment: PaymentId, key: &str) -> Answer {
        let idempotency = IdempotencyKey { client: "p".into(), key: key.into() };
        let command = ResumePayment {
            payment,
            instrument: None,
            speaker: Speaker::default(),
            proof: None,
            shown: None,
            coded: None,
            idempotency: idempotency.clone(),
            request_hash: [3; 32],
        };
        self.engine.pay(command, idempotency).await.unwrap().answer
    }
}

fn causes(stepped: &Stepped) -> Vec<Cause> {
    let findings = match stepped {
        Stepped::Refused(_, findings) => findings.clone(),
        Stepped::Taken(binding) => binding.refusal.as_ref().map(|refusal| refusal.causes.clone()).unwrap_or_default(),
    };
    findings.iter().map(|finding| finding.cause).collect()
}

#[tokio::test]
async fn a_refused_binding_is_put_right_and_is_the_same_one() {
    let stage = Stage::new().await;
    let told =
        vec![(Cause::IdentityNameMismatch, Confidence::Likely), (Cause::CardReservedPhoneMismatch, Confidence::Likely)];
    stage.bank.openings.lock().unwrap().push_back(BindingReport::Declined { word: word("66"), causes: told });
    let binding = stage.begun(None).await;
    let (_, sealed) = stage.details(binding, "13912345678").await;
    let refused = stage.code(binding, &sealed.unwrap()).await;
    assert_eq!(causes(&refused), [Cause::IdentityNameMismatch, Cause::CardReservedPhoneMismatch]);
    let cause = Cause::CardReservedPhoneMismatch;
    let known = stage.engine.run(SingleOutBinding { account: stage.account, binding, cause }).await.unwrap();
    assert_eq!(known.refusal.unwrap().causes.len(), 1);

    // Too soon for another code: it is counted before the bank is asked.
    let (early, _) = stage.details(binding, PHONE).await;
    assert_eq!(causes(&early), [Cause::OtpWrong]);
    stage.later(61);
    let (given, sealed) = stage.details(binding, PHONE).await;
    assert!(matches!(given.binding().state, BindingState::Due { step: Step::Code, .. }));
    let done = stage.code(binding, &sealed.unwrap()).await;
    assert_eq!(done.binding().id, binding);
    let card = stage.card(done.binding().instrument).await;
    assert_eq!(
        (card.state, card.face.phone.as_str(), card.face.last_four.as_str()),
        (CardState::Bound, "138****5678", "5670")
    );
}

#[tokio::test]
async fn a_box_that_is_not_of_these_details_makes_them_due_again() {
    let stage = Stage::new().await;
    let (one, other) = (stage.begun(None).await, stage.begun(None).await);
    let (_, sealed) = stage.details(one, PHONE).await;
    stage.later(61);
    let (_, others) = stage.details(other, PHONE).await;
    for (binding, sealed) in [(one, others.unwrap()), (other, sealed.unwrap()), (one, "AAAA".into())] {
        let stepped = stage.code(binding, &sealed).await;
        assert_eq!(causes(&stepped), [Cause::BindingOperationError]);
        assert!(matches!(stepped, Stepped::Refused(..)), "nothing was asked of the bank");
    }
}

#[tokio::test]
async fn a_lost_answer_is_undecided_and_ends_by_the_banks_word() {
    for (later, finally) in [(bound(), true), (BindingReport::NotExist, false)] {
        let stage = Stage::new().await;
        stage.bank.openings.lock().unwrap().push_back(BindingReport::NoAnswer);
        let binding = stage.begun(None).await;
        let (_, sealed) = stage.details(binding, PHONE).await;
        let stepped = stage.code(binding, &sealed.unwrap()).await;
        assert!(matches!(stepped.binding().state, BindingState::Opening { .. }), "{stepped:?}");
        *stage.bank.asked.lock().unwrap() = [later.clone(), later.clone(), later].into();
        stage.later(61);
        let mut state = None;
        for _ in 0..100 {
            let found = stage.engine.own(stage.account, binding).await.unwrap();
            if !matches!(found.state, BindingState::Opening { .. }) {
                state = Some(found);
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let state = state.expect("the job asks by itself");
        match finally {
            true => assert!(matches!(state.state, BindingState::Bound { .. })),
            false => assert_eq!(state.refusal.unwrap().causes[0].cause, Cause::NetworkUnstable),
        }
    }
}

#[tokio::test]
async fn up_to_200_yuan_goes_at_once_and_more_needs_the_banks_code() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let (_, answer) = stage.pay(card, 20_000).await;
    assert_eq!(answer, Answer::Succeeded);
    let (payment, answer) = stage.pay(card, 30_000).await;
    assert_eq!(answer, Answer::RequiresAction { action: Action::BankCode });
    assert_eq!(stage.bank.charged.lock().unwrap().len(), 1, "nothing is under way");
    // A wrong code is declined, and the payment is refused; the next code is for another charge.
    let wrong = stage.enter(payment, "000000", "wrong").await.unwrap();
    assert_eq!(first(wrong), Cause::OtpWrong);
    let soon = stage.resume(payment, "soon").await;
    assert!(matches!(soon, Answer::Refused(_)), "a code was sent less than a minute ago: {soon:?}");
    stage.later(61);
    assert_eq!(stage.resume(payment, "later").await, Answer::RequiresAction { action: Action::BankCode });
    assert_eq!(stage.enter(payment, "123456", "right").await.unwrap(), Answer::Succeeded);
    assert_eq!(stage.enter(payment, "123456", "right").await.unwrap(), Answer::Succeeded, "a repetition");
    let sent = stage.bank.sent_for.lock().unwrap().clone();
    let charged: Vec<AttemptId> = stage.bank.charged.lock().unwrap().iter().skip(1).map(|(id, _)| *id).collect();
    assert_eq!(sent, charged, "a code and its charge have one number");
    assert!(stage.card(card).await.last_good_use >= stage.card(card).await.bound_at);
}

#[tokio::test]
async fn a_code_that_came_too_late_charges_nothing() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let (payment, _) = stage.pay(card, 30_000).await;
    stage.later(301);
    assert!(stage.enter(payment, "123456", "late").await.unwrap_err().contains("have a new one sent"));
    assert!(stage.bank.charged.lock().unwrap().is_empty());
    let asked = stage.engine.ask_code_again(payment).await.unwrap();
    assert!(matches!(asked.state, PaymentState::RequiresAction { action: Action::BankCode, .. }));
    assert_eq!(stage.enter(payment, "123456", "again").await.unwrap(), Answer::Succeeded);
}

#[tokio::test]
async fn a_bank_that_sends_no_code_says_why_at_once() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let causes = vec![(Cause::CardNotActivated, Confidence::Likely), (Cause::CardStatusAbnormal, Confidence::Likely)];
    stage.bank.codes.lock().unwrap().push_back(CodeReport::Declined { word: word("63"), causes });
    let (payment, answer) = stage.pay(card, 30_000).await;
    let Answer::Refused(refusal) = answer else { panic!("{answer:?}") };
    let own = refusal.causes.iter().filter(|finding| finding.instrument == Some(card));
    let told: Vec<Cause> = own.map(|finding| finding.cause).collect();
    assert_eq!(told, [Cause::CardNotActivated, Cause::CardStatusAbnormal]);
    // The payer had it put right; only another attempt can tell.
    *stage.bank.asked.lock().unwrap() = [bound()].into();
    assert_eq!(stage.engine.recheck(stage.account, card).await.unwrap(), 2);
    stage.later(61);
    assert_eq!(stage.resume(payment, "again").await, Answer::RequiresAction { action: Action::BankCode });
    assert_eq!(stage.enter(payment, "123456", "code").await.unwrap(), Answer::Succeeded);
}

#[tokio::test]
async fn a_code_that_does_not_come_is_told_apart() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let report = |payment, search| stage.engine.run(ReportMissingCode { payment, search });
    let (paid, _) = stage.pay(card, 2_000).await;
    assert!(report(paid, Search::NotSearched).await.is_err(), "it waits for no code");
    for (search, expected) in [
        (Search::NotSearched, &[Cause::OtpNotReceived, Cause::OtpIntercepted][..]),
        (Search::NotFound, &[Cause::OtpNotReceived]),
        (Search::Intercepted, &[Cause::OtpIntercepted]),
    ] {
        let (payment, _) = stage.pay(card, 30_000).await;
        let (first, again) = (report(payment, search).await.unwrap(), report(payment, search).await.unwrap());
        assert_eq!(first.answer, again.answer, "said again, it is the same refusal");
        let Answer::Refused(refusal) = first.answer else { panic!("{:?}", first.answer) };
        let told: Vec<Cause> = refusal.causes.iter().map(|finding| finding.cause).collect();
        assert_eq!(told, expected);
        let sure = if told.len() == 1 { Confidence::Certain } else { Confidence::Likely };
        assert!(refusal.causes.iter().all(|finding| finding.confidence == sure));
        assert_eq!(refusal.causes[0].field("delivered_at"), Some(&Value::Unknown), "no bank gives us a receipt");
        // The code that came after all is for a charge that is not made any more.
        assert!(stage.enter(payment, "123456", &format!("old {expected:?}")).await.is_err());
        stage.later(61);
        let key = format!("again {expected:?}");
        assert_eq!(stage.resume(payment, &key).await, Answer::RequiresAction { action: Action::BankCode });
        assert_eq!(stage.enter(payment, "123456", &format!("new {expected:?}")).await.unwrap(), Answer::Succeeded);
    }
}

#[tokio::test]
async fn of_a_banks_limit_only_what_it_said_is_told_and_the_one_it_is_rules_out_the_others() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let limits = [Cause::LimitPerTransaction, Cause::LimitDaily, Cause::LimitMonthly];
    let causes = limits.map(|cause| (cause, Confidence::Likely)).to_vec();
    stage.bank.codes.lock().unwrap().push_back(CodeReport::Declined { word: word("33"), causes });
    let (payment, answer) = stage.pay(card, 30_000).await;
    let Answer::Refused(refusal) = answer else { panic!("{answer:?}") };
    let own: Vec<_> = refusal.causes.iter().filter(|finding| finding.instrument == Some(card)).collect();
    assert_eq!(own.iter().map(|finding| finding.cause).collect::<Vec<_>>(), limits);
    for finding in &own {
        assert_eq!(finding.field("requested"), Some(&Value::Money(Money::cny(30_000))));
        for unknown in ["limit", "used", "remaining"] {
            assert_eq!(finding.field(unknown), Some(&Value::Unknown), "{unknown}");
        }
    }
    let cause = Cause::LimitPerTransaction;
    let ruled_out = stage.engine.run(SingleOut { account: stage.account, instrument: card, cause }).await.unwrap();
    assert_eq!(ruled_out, 2, "those that only time would clear are ruled out, too");
    *stage.bank.asked.lock().unwrap() = [bound()].into();
    assert_eq!(stage.engine.recheck(stage.account, card).await.unwrap(), 1);
    stage.later(61);
    assert_eq!(stage.resume(payment, "raised").await, Answer::RequiresAction { action: Action::BankCode });
}

#[tokio::test]
async fn what_is_off_stale_or_unbound_is_not_charged_and_comes_back() {
    let stage = Stage::new().await;
    let card = stage.bound().await;
    let switch = |on| SwitchCard { account: stage.account, instrument: card, on };
    stage.engine.run(switch(false)).await.unwrap();
    let (payment, off) = stage.pay(card, 2_000).await;
    assert_eq!(first(off), Cause::CardOnlinePaymentDisabled);
    stage.engine.run(switch(true)).await.unwrap();
    assert_eq!(stage.resume(payment, "on").await, Answer::Succeeded);

    // The bank's side says that there is no such token.
    stage.engine.recheck(stage.account, card).await.unwrap();
    assert!(matches!(stage.card(card).await.state, CardState::Stale { .. }));
    let (waiting, stale) = stage.pay(card, 2_000).await;
    assert_eq!(first(stale), Cause::BindingStale);
    stage.later(61);
    let binding = stage.begun(Some(card)).await;
    let (_, sealed) = stage.details(binding, PHONE).await;
    assert_eq!(stage.code(binding, &sealed.unwrap()).await.binding().instrument, card, "the same instrument");
    assert_eq!(stage.resume(waiting, "rebound").await, Answer::Succeeded);

    stage.engine.run(UnbindCard { account: stage.account, instrument: card }).await.unwrap();
    let (_, unbound) = stage.pay(card, 2_000).await;
    assert_eq!(first(unbound), Cause::BindingStale);
    let mut gone = false;
    for _ in 0..100 {
        gone = matches!(stage.card(card).await.state, CardState::Unbound { .. });
        if gone {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(gone && *stage.bank.deleted.lock().unwrap() == [token()]);
}

/// Every three words of the channel, the last of them twice: a wallet has a top-up's money once, and only if it was taken.
#[tokio::test]
async fn a_top_up_is_credited_exactly_once_whatever_is_said() {
    let stage = Stage::new().await;
    let (card, account) = (stage.bound().await, stage.account);
    let amount = Money::cny(1_500);
    let words = [
        AttemptReport::Succeeded { trade_no: "T2".into(), amount, paid_at: Timestamp::UNIX_EPOCH },
        AttemptReport::NoAnswer,
        AttemptReport::Declined { word: word("64"), causes: vec![(Cause::FundsCardInsufficient, Confidence::Likely)] },
        AttemptReport::Waiting,
        AttemptReport::Cancelled { settled: true },
        AttemptReport::NotExist,
    ];
    let (mut expected, mut taken) = (0, 0);
    for turn in 0..words.len().pow(3) {
        stage.bank.charges.lock().unwrap().push_back(words[turn % 6].clone());
        let (payment, _) = stage.pay_to(Payment::own_wallet(account), card, 1_500).await;
        let read = async || stage.engine.read(move |store| store.payment(payment)).await.unwrap().unwrap();
        let attempt = read().await.legs[0].attempts[0].id;
        for place in [turn / 6 % 6, turn / 36, turn / 36] {
            let report = words[place].clone();
            stage.engine.run(RecordAttempt { attempt, report, mandate: None, job: None }).await.unwrap();
        }
        if matches!(read().await.state, PaymentState::Succeeded { .. }) {
            (expected, taken) = (expected + 1_500, taken + 1);
        }
        let now = stage.clock.now();
        let file = stage.engine.read(move |store| store.account(account, now)).await.unwrap().unwrap();
        assert_eq!(file.account.balance, Money::cny(expected), "after {turn}");
        stage.engine.run(RecheckInstrument { account, instrument: card }).await.unwrap();
    }
    assert!(taken > 36 && taken < 216, "{taken}");
    let audit = stage.engine.read(|store| store.audit()).await.unwrap();
    assert!(audit.checks.iter().all(|check| check.broken.is_empty()), "{audit:?}");
}

#[tokio::test]
async fn who_may_not_pay_from_a_wallet_may_not_top_it_up() {
    let stage = Stage::met(Tier::One).await;
    let card = stage.bound().await;
    assert_eq!(stage.pay(card, 1_500).await.1, Answer::Succeeded);
    let (_, refused) = stage.pay_to(Payment::own_wallet(stage.account), card, 1_500).await;
    assert_eq!(first(refused), Cause::IdentityUnverified);
    assert_eq!(stage.bank.charged.lock().unwrap().len(), 1, "the bank is not asked");
}
