//! What preflight predicts is what paying does: 10,000 generated states, decided both ways.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tantu_domain::account::{Account, AccountState, Case, SafeReason};
use tantu_domain::activity::{Activity, Order};
use tantu_domain::answer::Answer;
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::{Ceilings, Strength, Tier};
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::check::{Decision, Outcome};
use tantu_domain::client::{Client, Speaker, Version};
use tantu_domain::client_rules::{ClientRule, ClientRules};
use tantu_domain::clock::Ids;
use tantu_domain::device::{DeviceTime, SigningDevice};
use tantu_domain::evidence::{Confidence, Finding, Value};
use tantu_domain::ids::{
    AccountId, AttemptId, CaseId, DeviceKeyId, IncidentId, InstrumentId, MandateId, MerchantId, ObservationId, Shard,
};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate, MandateState, Product};
use tantu_domain::limit::{Counter, Figures, LimitUse, ProductLimit, PublishedLimit, Publisher, Window};
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_domain::one_time_code::Sendings;
use tantu_domain::own_limit::AccountLimits;
use tantu_domain::password::{PasswordHash, PayPassword};
use tantu_domain::payment::Action;
use tantu_domain::person::{Changed, Detail, Identity, Person};
use tantu_domain::policy::{IdentityPolicy, Policy};
use tantu_domain::risk::{Measure, RiskPolicy, RiskRule, Signal};
use tantu_engine::command::{Command, Settings, Tools};
use tantu_engine::error::Rejection;
use tantu_engine::payments::answer::Led;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::payments::preflight::{Prospect, preflight};
use tantu_store::change::Change;
use tantu_store::claim::IdempotencyKey;
use tantu_store::world::{AccountFile, World};

struct Counting(std::sync::atomic::AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        (u128::from(number) << 8).to_be_bytes()
    }
}

/// A state of one account, as numbers that proptest can shrink.
#[derive(Debug, Clone)]
struct State {
    account: u8,
    balance: i64,
    amount: i64,
    mandate: u8,
    incident: u8,
    observation: u8,
    used_today: i64,
    used_month: i64,
    version: Option<u32>,
    chosen: usize,
    password: u8,
    skew: Option<i64>,
    configured: bool,
    shown: bool,
    /// The tier, and what is used of the balance: since ever, today by one factor, today by two.
    tier: usize,
    balance_used: (i64, i64, i64),
    /// The holder's own limits of the mandate and of the balance, day and single payment.
    own: (Option<i64>, Option<i64>),
    person: u8,
    /// Orders within the hour, of how many to the same payee; where the device is, and where it was.
    orders: (u8, u8),
    place: Option<usize>,
    was: Option<usize>,
    cleared: bool,
}

fn states() -> impl Strategy<Value = State> {
    let money = prop_oneof![Just(0), 1..2_000_i64, 490_000..510_000_i64];
    (
        (0..4_u8, money.clone(), 1..600_000_i64, 0..5_u8, 0..5_u8),
        (0..5_u8, money.clone(), money, proptest::option::of(3..7_u32), 0..3_usize),
        (0..5_u8, proptest::option::of(-400..400_i64), proptest::bool::weighted(0.9), proptest::bool::weighted(0.3)),
        (
            0..9_u8,
            0..3_usize,
            (0..25_000_000_i64, 0..120_000_i64, 0..600_000_i64),
            (proptest::option::of(1..600_000_i64), proptest::option::of(1..600_000_i64)),
        ),
        (
            (0..6_u8, 0..6_u8),
            proptest::option::of(0..2_usize),
            proptest::option::of(0..2_usize),
            proptest::bool::weighted(0.2),
        ),
    )
        .prop_map(
            |(
                (account, balance, amount, mandate, incident),
                (observation, used_today, used_month, version, chosen),
                (password, skew, configured, shown),
                (person, tier, balance_used, own),
                (orders, place, was, cleared),
            )| State {
                account,
                balance,
                amount,
                mandate,
                incident,
                observation,
                used_today,
                used_month,
                version,
                chosen,
                password,
                skew,
                configured,
                shown,
                tier,
                balance_used,
                own,
                person,
                orders,
                place,
                was,
                cleared,
            },
        )
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00+08:00".parse().unwrap()
}

fn later(hours: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_hours(hours)).unwrap()
}

const MANDATE: Product = Product::ChannelMandate(Channel::Alipay);
const CONFIRMED: Product = Product::ChannelConfirmed(Channel::Alipay);

fn policy() -> Policy {
    let minimum = Version { major: 5, minor: 0, patch: 0 };
    let limit = |product| ProductLimit {
        product,
        per_transaction: Some(Money::cny(500_000)),
        per_day: Some(Money::cny(500_000)),
        per_month: Some(Money::cny(800_000)),
        password_free: Some(Money::cny(300_000)),
    };
    Policy {
        version: "test".into(),
        clients: ClientRules {
            apps: vec![ClientRule {
                app: "tantu-app".into(),
                doing: None,
                minimum,
                update_at: "https://example.com".into(),
            }],
            ..ClientRules::default()
        },
        limits: vec![limit(MANDATE), limit(CONFIRMED)],
        published: vec![PublishedLimit {
            owner: Publisher::Channel(Channel::Alipay),
            product: CONFIRMED,
            figures: Figures { per_day: Some(Money::cny(495_000)), ..Figures::default() },
        }],
        ceilings: Ceilings::ANNOUNCEMENT_43,
        identity: IdentityPolicy {
            wallet: Some(Tier::Two),
            wallet_needs_phone: true,
            binding: Some(Tier::One),
            binding_needs_phone: true,
            unverified_most: Some(Money::cny(100_000)),
            confirms_changes: true,
        },
        risk: RiskPolicy { rules: rules() },
        ..Policy::default()
    }
}

/// Most are known well enough, so that the other checks decide too.
fn person(state: u8) -> Person {
    let known = Person::met_in_person(later(-1));
    let until = |day: &str| Some(day.parse().unwrap());
    let identity = |valid_until| Some(Identity { verified_at: later(-1), valid_until });
    match state {
        0 => Person::default(),
        1 => Person { phone_bound_at: None, ..known },
        2 => Person { changed: Some(Changed { what: Detail::Phone, at: later(-1) }), ..known },
        3 => Person { identity: identity(until("2026-11-21")), ..known },
        4 => Person { identity: identity(until("2026-11-22")), ..known },
        _ => known,
    }
}

const PLACES: [&str; 2] = ["31.23:121.47", "43.82:87.62"];

fn merchant() -> MerchantId {
    MerchantId::new(&Counting(std::sync::atomic::AtomicU64::new(99)), Shard::of(1))
}

/// One rule of each measure, and each fires in some of the states.
fn rules() -> Vec<RiskRule> {
    let within = SignedDuration::from_hours(1);
    let rule =
        |id: &str, signal, measure| RiskRule { id: id.into(), signal, measure, reason: SafeReason::SecurityCheck };
    vec![
        rule("seen", Signal::Velocity { most: 1, within }, Measure::Allow),
        rule("fast", Signal::Velocity { most: 5, within }, Measure::Challenge),
        rule("pair", Signal::SamePair { most: 4, within }, Measure::Restrict),
        rule("new", Signal::NewDevice { within, above: Money::cny(300_000) }, Measure::Challenge),
        rule("far", Signal::FarPlace { km: 1_000, within }, Measure::Freeze),
    ]
}

fn activity(state: &State) -> Activity {
    let other = MerchantId::new(&Counting(std::sync::atomic::AtomicU64::new(7)), Shard::of(2));
    let at = now().checked_sub(SignedDuration::from_mins(30)).unwrap();
    let order = |payee| Order { at, payee };
    let same = (0..state.orders.0).map(|_| order(merchant()));
    Activity {
        orders: same.chain((0..state.orders.1).map(|_| order(other))).collect(),
        devices: Vec::new(),
        place: state.was.map(|place| (PLACES[place].parse().unwrap(), at)),
        cleared_at: state.cleared.then_some(at),
    }
}

fn mandate(state: u8, ids: &Counting, account: AccountId, instrument: InstrumentId) -> Mandate {
    let state = match state {
        0 => MandateState::Active { agreement_no: "1".into(), signed_at: now(), expires_at: later(1) },
        1 => MandateState::Active { agreement_no: "1".into(), signed_at: now(), expires_at: now() },
        2 => MandateState::Revoked { revoked_at: None, by: None },
        3 => MandateState::Expired { expired_at: later(-1) },
        _ => MandateState::Signing { since: now() },
    };
    Mandate { id: MandateId::new(ids, account.shard()), account, instrument, channel: Channel::Alipay, state }
}

fn file(state: &State, ids: &Counting) -> AccountFile {
    let id = AccountId::new(ids, Shard::of(7));
    let case = Case {
        id: CaseId::new(ids, id.shard()),
        since: now(),
        reason: SafeReason::SecurityCheck,
        unfreeze_requested_at: None,
        rule: None,
        lift_proposed_by: None,
        waiting: Vec::new(),
    };
    let account_state = match state.account {
        0 => AccountState::Frozen(case),
        1 => AccountState::Restricted(case, Some(later(-1))),
        _ => AccountState::Active,
    };
    let wallet = Instrument { id: InstrumentId::new(ids, id.shard()), account: id, kind: InstrumentKind::Wallet };
    let at_channel = InstrumentId::new(ids, id.shard());
    let kind = InstrumentKind::Mandate(mandate(state.mandate, ids, id, at_channel));
    let standing = match state.observation {
        0 => Some(ObservationState::Standing(Clearing::PayerSaysDone)),
        1 => Some(ObservationState::Standing(Clearing::At(later(-1)))),
        2 => Some(ObservationState::Standing(Clearing::At(later(1)))),
        _ => None,
    };
    let observation = |observed| Observation {
        id: ObservationId::new(ids, id.shard()),
        account: id,
        instrument: at_channel,
        cause: Cause::FundsInsufficientBalance,
        confidence: Confidence::Certain,
        word: ChannelWord {
            channel: Channel::Alipay,
            code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".into(),
            message: String::new(),
            at: now(),
        },
        state: observed,
    };
    let confirmed = InstrumentKind::Confirmed { channel: Channel::Alipay };
    let confirmed = Instrument { id: InstrumentId::new(ids, id.shard()), account: id, kind: confirmed };
    AccountFile {
        points: None,
        pay_later: None,
        account: Account {
            id,
            state: account_state,
            balance: Money::cny(state.balance),
            held: Money::cny(0),
            opened_at: now(),
            password: password(state.password),
            codes: Sendings::default(),
            activity: activity(state),
            tier: Tier::ALL[state.tier],
            limits: own_limits(state),
            person: person(state.person),
        },
        instruments: vec![wallet, Instrument { id: at_channel, account: id, kind }, confirmed],
        observations: standing.map(observation).into_iter().collect(),
        uses: uses(id, state),
    }
}

fn uses(id: AccountId, state: &State) -> Vec<LimitUse> {
    let used = |counter, window: Window, fen| LimitUse {
        account: id,
        counter,
        window,
        starts_on: window.start(now()),
        used: Money::cny(fen),
    };
    [MANDATE, CONFIRMED]
        .map(|product| Counter::of(product, false))
        .into_iter()
        .flat_map(|counter| {
            [used(counter, Window::Day, state.used_today), used(counter, Window::Month, state.used_month)]
        })
        .chain([
            used(Counter::balance(Strength::OneFactor), Window::Month, state.balance_used.0),
            used(Counter::balance(Strength::OneFactor), Window::Day, state.balance_used.1),
            used(Counter::balance(Strength::TwoFactors), Window::Day, state.balance_used.2),
        ])
        .collect()
}

fn own_limits(state: &State) -> AccountLimits {
    let (day, single) = state.own;
    let figures = |per_day, per_transaction| Figures { per_day, per_transaction, per_month: None };
    let limits = AccountLimits::default().with_own(MANDATE, figures(day.map(Money::cny), None), now());
    limits.with_own(Product::Wallet, figures(None, single.map(Money::cny)), now())
}

fn incidents(state: &State, ids: &Counting) -> Vec<Incident> {
    let incident = |scope, until| Incident {
        id: IncidentId::new(ids, Shard::of(0)),
        scope,
        source: IncidentSource::Staff,
        code: "note".into(),
        since: later(-1),
        expected_end: None,
        until,
        begun_by: None,
        ended_by: None,
    };
    match state.incident {
        0 => vec![incident(IncidentScope::Platform, None)],
        1 => vec![incident(IncidentScope::Channel(Channel::Alipay), None)],
        2 => vec![incident(IncidentScope::Channel(Channel::Alipay), Some(now()))],
        _ => Vec::new(),
    }
}

fn settings() -> Settings {
    Settings {
        process: "test".into(),
        charge_expiry: SignedDuration::from_mins(2),
        confirm_expiry: SignedDuration::from_mins(15),
        lease: SignedDuration::from_secs(10),
        mandate_days: 365,
        answer_wait: std::time::Duration::from_secs(1),
        fold_interval: std::time::Duration::from_secs(60),
        pay_later: None,
        notify_base: "http://127.0.0.1".into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn preflight_and_pay_agree(state in states()) {
        let ids = Counting(std::sync::atomic::AtomicU64::new(1));
        let (policy, settings) = (policy(), settings());
        let tools = Tools { now: now(), wall: now(), ids: &ids, policy: &policy, channels: channels(state.configured), settings: &settings };
        let file = file(&state, &ids);
        let incidents = incidents(&state, &ids);
        let client = state.version.map(|major| Client::new("tantu-app", Version { major, minor: 0, patch: 0 }));
        let key = DeviceKeyId::new(&ids, Shard::of(7));
        let place = state.place.map(|place| PLACES[place].parse().unwrap());
        let device = state.skew.map(|skew_seconds| SigningDevice { time: DeviceTime { skew_seconds }, key, place });
        let speaker = Speaker { client, device };
        let chosen = file.instruments[state.chosen].id;
        let amount = Money::cny(state.amount);
        let merchant = merchant();
        let prospect = Prospect { speaker: &speaker, amount, points: 0, payee: Some(merchant), fresh: true, pays_for: PaysFor::Order };
        let verdict = preflight(&file, &incidents, &prospect, &tools);

        let account = file.account.id;
        let audit = [(account, Vec::new())].into();
        let world = World { accounts: [(account, file)].into(), incidents, audit, ..World::default() };
        let command = CreatePayment {
            merchant,
            order_no: "1".into(),
            subject: "test".into(),
            account,
            amount,
            instrument: chosen,
            speaker,
            shown: state.shown.then(|| AttemptId::new(&ids, account.shard())),
            idempotency: IdempotencyKey { client: merchant.to_string(), key: "1".into() },
            request_hash: [0; 32],
        };
        let decided = command.decide(&world, &tools);
        if state.shown && state.chosen != 2 {
            // A code pays with nothing else, whatever the verdict is.
            prop_assert_eq!(decided.err(), Some(Rejection::CodeUnfit));
            return Ok(());
        }
        let (led, changes) = decided.unwrap();
        traced(&changes, verdict.outcome(chosen));
        match led {
            Led::Answered(given) => match given.answer {
                Answer::Succeeded => {
                    prop_assert!(verdict.allows(chosen));
                    prop_assert_eq!(verdict.action(chosen), None);
                }
                Answer::RequiresAction { action: Action::ChannelPage } => {
                    prop_assert!(verdict.allows(chosen) && state.chosen == 2 && !state.shown);
                    prop_assert_eq!(verdict.action(chosen), None);
                    prop_assert!(changes.iter().any(moves));
                }
                Answer::RequiresAction { action } => {
                    prop_assert_eq!(verdict.action(chosen), Some(action));
                    prop_assert!(!changes.iter().any(moves));
                }
                Answer::Refused(refusal) => {
                    prop_assert!(!verdict.allows(chosen));
                    prop_assert_eq!(without_case(&refusal.causes), without_case(&verdict.findings(chosen)));
                    prop_assert_eq!(&refusal.can_pay_with, &verdict.can_pay_with());
                    // A refusal names something that stops the chosen instrument, and moves nothing.
                    prop_assert!(refusal.causes[0].instrument.is_none_or(|instrument| instrument == chosen));
                    prop_assert!(!changes.iter().any(moves));
                }
                other => prop_assert!(false, "{other:?}"),
            },
            Led::Waiting(_) => prop_assert!(verdict.allows(chosen)),
            Led::Again(..) => prop_assert!(false, "nothing was asked before"),
        }
    }
}

/// A case that is opened by paying has an id of its own; looking ahead opens none.
fn without_case(findings: &[Finding]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for field in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
        if field.name == "case" {
            field.value = Value::Unknown;
        }
    }
    findings
}

/// What is kept of a decision says the same as the verdict, and is judged the same again; changed by anybody, it is not.
fn traced(changes: &[Change], outcome: Outcome) {
    let decisions: Vec<&Decision> = changes
        .iter()
        .filter_map(|change| match change {
            Change::PutDecision(decision) => Some(decision),
            _ => None,
        })
        .collect();
    let [decision] = decisions[..] else { panic!("one decision should be kept, not {}", decisions.len()) };
    assert_eq!(decision.outcome, outcome);
    assert_eq!(decision.replay(), outcome);
    assert!(decision.is_consistent());
    for index in 0..decision.checks.len() {
        let mut forged = decision.clone();
        forged.checks[index].held = !forged.checks[index].held;
        assert!(!forged.is_consistent());
    }
}

fn channels(configured: bool) -> &'static [Channel] {
    if configured { &[Channel::Alipay] } else { &[] }
}

fn password(state: u8) -> Option<PayPassword> {
    let set = PayPassword::new(PasswordHash("kept".into()));
    match state {
        0 => None,
        1 => Some(PayPassword { tries: 5, locks: 1, locked_until: Some(later(1)), ..set }),
        2 => Some(PayPassword { tries: 5, locks: 1, locked_until: Some(now()), ..set }),
        _ => Some(set),
    }
}

fn moves(change: &Change) -> bool {
    matches!(change, Change::Post(_) | Change::AdjustLimit { .. } | Change::PutJob(_))
}

/// The control: a preflight that has not heard what the channel said is caught by the same comparison.
#[test]
fn a_preflight_that_forgets_observations_is_caught() {
    let ids = Counting(std::sync::atomic::AtomicU64::new(1));
    let (policy, settings) = (policy(), settings());
    let tools =
        Tools { now: now(), wall: now(), ids: &ids, policy: &policy, channels: channels(true), settings: &settings };
    let mut runner = TestRunner::deterministic();
    let disagree = (0..10_000).filter(|_| {
        let state = states().new_tree(&mut runner).unwrap().current();
        let file = file(&state, &ids);
        let forgetful = AccountFile { observations: Vec::new(), ..file.clone() };
        let seen = |file: &AccountFile| {
            let (speaker, amount) = (Speaker::default(), Money::cny(state.amount));
            let prospect =
                Prospect { speaker: &speaker, amount, points: 0, payee: None, fresh: true, pays_for: PaysFor::Order };
            preflight(file, &[], &prospect, &tools).can_pay_with()
        };
        seen(&file) != seen(&forgetful)
    });
    assert!(disagree.count() > 0);
}
