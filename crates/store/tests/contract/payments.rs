//! Payments with their legs and attempts: whatever the domain can build comes back as it was.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tantu_domain::attempt::{AttemptReport, AttemptState, ClosedBy, Permission};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::{AttemptId, InstrumentId, PaymentId, RefundId};
use tantu_domain::instrument::Product;
use tantu_domain::limit::Counter;
use tantu_domain::money::Money;
use tantu_domain::payment::{Counted, Payment, PaymentState, Refusal};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;
use tantu_store::listing::{Page, PaymentsOf};

use super::samples::{
    Counting, Payer, SHARD, commit, counted, declined, id, later, no_reason, now, one, paid, told, try_commit, word,
    world,
};

fn survives(store: &dyn Store, payment: &Payment) {
    commit(store, &[Change::PutPayment(payment.clone())]);
    assert_eq!(store.payment(payment.id).unwrap().as_ref(), Some(payment));
    let loaded = world(store, &Keys { payments: one(payment.id), ..Keys::default() });
    assert_eq!(&loaded.payments[&payment.id], payment);
}

/// A payment whose only attempt has ended without money, and which was refused for it.
fn ended(payer: &Payer, report: &AttemptReport) -> Payment {
    told(payer.submitted(), report).refuse(no_reason(), later(6)).unwrap()
}

fn closed_by(payer: &Payer, by: ClosedBy) -> Payment {
    let mut payment = ended(payer, &AttemptReport::ClosedThere);
    payment.legs[0].attempts[0].state = AttemptState::Closed { at: later(5), by };
    payment
}

fn rows(payer: &Payer) -> Vec<Payment> {
    let amount = payer.submitted().amount;
    let cancelled = AttemptReport::Cancelled { settled: false };
    let faulty = || told(told(payer.submitted(), &AttemptReport::Fault(word("SYSTEM_ERROR"))), &cancelled);
    let returning = told(ended(payer, &declined()), &paid(amount));
    vec![
        payer.submitted(),
        payer.confirming(Permission::ChannelPage),
        told(payer.confirming(Permission::ChannelPage), &AttemptReport::Waiting),
        told(payer.confirming(Permission::ChannelPage), &paid(amount)),
        payer.confirming(Permission::PaymentCode),
        told(payer.confirming(Permission::PaymentCode), &AttemptReport::Waiting),
        told(payer.confirming(Permission::PaymentCode), &declined()).refuse(no_reason(), later(6)).unwrap(),
        told(payer.submitted(), &AttemptReport::Waiting),
        told(payer.submitted(), &AttemptReport::Fault(word(""))),
        faulty(),
        told(faulty(), &paid(amount)),
        payer.captured(),
        told(payer.submitted(), &paid(amount)),
        payer.order(amount).refuse(no_reason(), later(2)).unwrap(),
        payer.order(Money::cny(i64::MAX)).close(later(2)).unwrap(),
        ended(payer, &declined()),
        told(faulty(), &AttemptReport::Cancelled { settled: true }).refuse(no_reason(), later(6)).unwrap(),
        closed_by(payer, ClosedBy::Cancel),
        closed_by(payer, ClosedBy::Channel),
        closed_by(payer, ClosedBy::NeverArrived),
        returning.clone(),
        told(returning, &AttemptReport::Refunded),
        payer.submit(ended(payer, &declined())),
        told(payer.submit(payer.submit_and_decline()), &paid(amount)),
        ended(payer, &declined()).capture(counted(Product::Wallet), later(9)).unwrap(),
        ended(payer, &declined()).close(later(9)).unwrap(),
    ]
}

impl Payer {
    fn submit_and_decline(&self) -> Payment {
        let twice = self.submit(ended(self, &declined()));
        told(twice, &AttemptReport::ClosedThere).refuse(no_reason(), later(8)).unwrap()
    }
}

pub(crate) fn rows_survive(store: &dyn Store) {
    let payer = Payer::new();
    let rows = rows(&payer);
    for payment in &rows {
        survives(store, payment);
    }
    let attempts = || rows.iter().flat_map(|payment| &payment.legs[0].attempts);
    let states: BTreeSet<_> = rows.iter().map(|payment| payment.state.id()).collect();
    assert_eq!(states, BTreeSet::from(["requires_action", "processing", "succeeded", "refused", "closed"]));
    let states: BTreeSet<_> = attempts().map(|attempt| attempt.state.id()).collect();
    let all = ["submitted", "succeeded", "declined", "closed", "returning", "returned"];
    assert_eq!(states, BTreeSet::from(all), "the table has an attempt in every state");
}

/// One payment through all that can happen to it, each stage put over the one before.
pub(crate) fn every_stage_survives(store: &dyn Store) {
    let payer = Payer::new();
    let mut payment = payer.submitted();
    let amount = payment.amount;
    survives(store, &payment);
    for report in [
        AttemptReport::NoAnswer,
        AttemptReport::Waiting,
        AttemptReport::Fault(word("SYSTEM_ERROR")),
        AttemptReport::Fault(word("UNKNOW_ERROR")),
        AttemptReport::Cancelled { settled: false },
        declined(),
        paid(amount),
        AttemptReport::Refunded,
    ] {
        payment = told(payment, &report);
        if payment.is_open() {
            payment = payment.refuse(no_reason(), later(6)).unwrap();
        }
        survives(store, &payment);
    }
    payment = payer.submit(payment);
    survives(store, &payment);
    survives(store, &told(payment, &paid(amount)));
}

/// One fact of every kind.
fn every_value() -> Vec<Field> {
    let values = [
        ("text", Value::Text("余额 \"不足\"\\\n\u{0}".into())),
        ("empty", Value::Text(String::new())),
        ("count", Value::Count(i64::MIN)),
        ("money", Value::Money(Money::cny(-1))),
        ("most", Value::Money(Money::cny(i64::MAX))),
        ("time", Value::Time(now())),
        ("day", Value::Day(date(2028, 2, 29))),
        ("unknown", Value::Unknown),
    ];
    values.into_iter().map(|(name, value)| Field { name: Cow::Borrowed(name), value }).collect()
}

/// Every cause, every confidence, every kind of value, with an instrument and without.
pub(crate) fn refusals_survive(store: &dyn Store) {
    let payer = Payer::new();
    let confidences = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
    let findings = Cause::ALL.iter().enumerate().map(|(number, cause)| Finding {
        cause: *cause,
        confidence: confidences[number % 3],
        evidence: if number % 5 == 4 { Vec::new() } else { every_value() },
        instrument: (number % 2 == 0).then_some(payer.bound),
    });
    let refusal = Refusal { causes: findings.collect(), can_pay_with: vec![payer.wallet, payer.bound] };
    survives(store, &payer.order(Money::cny(1)).refuse(refusal, later(2)).unwrap());
}

pub(crate) fn the_undecided_is_not_stored(store: &dyn Store) {
    let payment = Payer::new().order(Money::cny(1));
    assert_eq!(payment.state, PaymentState::Created);
    let put = try_commit(store, &[Change::PutPayment(payment.clone())]);
    assert!(matches!(put, Err(StoreError::Refused(_))), "{put:?}");
    assert_eq!(store.payment(payment.id).unwrap(), None);
}

pub(crate) fn an_attempt_finds_its_payment(store: &dyn Store) {
    let payment = Payer::new().submit_and_decline();
    commit(store, &[Change::PutPayment(payment.clone())]);
    for attempt in &payment.legs[0].attempts {
        assert_eq!(store.payment_of(attempt.id).unwrap(), Some(payment.id));
    }
    assert_eq!(store.payment_of(id(AttemptId::new)).unwrap(), None);
}

pub(crate) fn attempts_are_listed(store: &dyn Store) {
    let rows = rows(&Payer::new());
    commit(store, &rows.iter().cloned().map(Change::PutPayment).collect::<Vec<_>>());
    let attempts = rows.iter().flat_map(|payment| &payment.legs[0].attempts);
    // One payment is in the table twice, with an attempt that is first on its way back and then given back.
    let expected: BTreeMap<_, _> = attempts.map(|it| (it.id, (it.state.id(), it.amount, it.submitted_at))).collect();
    let found = store.audited_attempts().unwrap();
    assert_eq!(found.len(), expected.len());
    let found = found.into_iter().map(|row| (row.attempt, (row.state, row.amount, row.submitted_at)));
    assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
}

/// One transition of a payment; what the domain refuses is left out.
#[derive(Debug, Clone)]
enum Step {
    Capture,
    Submit,
    Refuse(Refusal),
    Close,
    /// On which attempt, what is said.
    Report(prop::sample::Index, AttemptReport),
}

fn times() -> impl Strategy<Value = Timestamp> {
    // 2000 to 2100.
    (946_684_800..4_102_444_800_i64, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn texts() -> impl Strategy<Value = String> {
    "(?s).{0,20}"
}

fn refusals() -> impl Strategy<Value = Refusal> {
    let value = prop_oneof![
        texts().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Count),
        any::<i64>().prop_map(|minor| Value::Money(Money::cny(minor))),
        times().prop_map(Value::Time),
        times().prop_map(|at| Value::Day(tantu_domain::clock::day_of(at))),
        Just(Value::Unknown),
    ];
    let field = (texts(), value).prop_map(|(name, value)| Field { name: Cow::Owned(name), value });
    let confidence = prop::sample::select(vec![Confidence::Certain, Confidence::Likely, Confidence::Possible]);
    let finding = (prop::sample::select(Cause::ALL), confidence, prop::collection::vec(field, 0..4), any::<bool>());
    let finding = finding.prop_map(|(cause, confidence, evidence, blocks_one)| Finding {
        cause,
        confidence,
        evidence,
        instrument: blocks_one.then(|| id(InstrumentId::new)),
    });
    (prop::collection::vec(finding, 0..3), 0..3_usize).prop_map(|(causes, others)| Refusal {
        causes,
        can_pay_with: (0..others).map(|_| id(InstrumentId::new)).collect(),
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let word = (texts(), texts(), times())
        .prop_map(|(code, message, at)| ChannelWord { channel: Channel::Alipay, code, message, at })
        .boxed();
    let report = prop_oneof![
        3 => (texts(), prop_oneof![9 => Just(8_888_i64), 1 => Just(1)], times())
            .prop_map(|(trade_no, fen, paid_at)| AttemptReport::Succeeded { trade_no, amount: Money::cny(fen), paid_at }),
        3 => word.clone().prop_map(|word| AttemptReport::Declined { word, causes: Vec::new() }),
        2 => word.prop_map(AttemptReport::Fault),
        1 => Just(AttemptReport::NoAnswer),
        1 => Just(AttemptReport::Waiting),
        1 => Just(AttemptReport::NotExist),
        1 => Just(AttemptReport::ClosedThere),
        2 => any::<bool>().prop_map(|settled| AttemptReport::Cancelled { settled }),
        2 => Just(AttemptReport::Refunded),
    ];
    prop_oneof![
        1 => Just(Step::Capture),
        6 => Just(Step::Submit),
        2 => refusals().prop_map(Step::Refuse),
        1 => Just(Step::Close),
        12 => (any::<prop::sample::Index>(), report).prop_map(|(which, report)| Step::Report(which, report)),
    ]
}

fn step(payer: &Payer, payment: Payment, step: &Step, at: Timestamp) -> Option<Payment> {
    match step {
        Step::Capture => payment.capture(Counted { counter: Counter::of(Product::Wallet, false), at }, at).ok(),
        Step::Submit if payment.is_open() => Some(payer.submit(payment)),
        Step::Submit => None,
        Step::Refuse(refusal) => payment.refuse(refusal.clone(), at).ok(),
        Step::Close => payment.close(at).ok(),
        Step::Report(which, report) => {
            let attempts: Vec<AttemptId> = payment.legs[0].attempts.iter().map(|attempt| attempt.id).collect();
            let attempt = (!attempts.is_empty()).then(|| *which.get(&attempts))?;
            let (payment, _, _) = payment.record(attempt, report, RefundId::new(&Counting, SHARD), at).ok()?;
            if payment.state == PaymentState::Created { payment.refuse(no_reason(), at).ok() } else { Some(payment) }
        }
    }
}

/// Every state on the way is put over the one before, as the lane does, and the last one is read.
pub(crate) fn whatever_the_domain_builds_survives(store: &dyn Store) {
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let cases = (texts(), texts(), prop::collection::vec((steps(), times()), 1..16));
    let payer = Payer::new();
    let survived = TestRunner::new(config).run(&cases, |(order_no, subject, steps)| {
        let mut payment = payer.order(Money::cny(8_888));
        (payment.order_no, payment.subject) = (format!("{order_no}{}", payment.id), subject);
        let mut changes = Vec::new();
        for (next, at) in &steps {
            if let Some(after) = step(&payer, payment.clone(), next, *at) {
                payment = after;
                changes.push(Change::PutPayment(payment.clone()));
            }
        }
        commit(store, &changes);
        let expected = (!changes.is_empty()).then_some(payment.clone());
        prop_assert_eq!(store.payment(payment.id).unwrap(), expected);
        Ok(())
    });
    survived.unwrap();
}

/// Walks a list page by page, as a reader does.
fn walked(store: &dyn Store, of: PaymentsOf, limit: u8) -> Vec<PaymentId> {
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = store.payments(of, Page { after, limit }).unwrap();
        assert!(page.len() <= usize::from(limit));
        let Some(last) = page.last() else { return walked };
        after = Some(last.id);
        walked.extend(page.iter().map(|payment| payment.id));
    }
}

pub(crate) fn lists_are_in_order_whatever_the_page(store: &dyn Store) {
    let payers = [Payer::stored(store), Payer::stored(store)];
    let made: Vec<Payment> = (0..7).map(|number| payers[number % 2].captured()).collect();
    commit(store, &made.iter().cloned().map(Change::PutPayment).collect::<Vec<_>>());
    let newest_first = |wanted: &dyn Fn(&Payment) -> bool| {
        let mut ids: Vec<PaymentId> = made.iter().filter(|one| wanted(one)).map(|one| one.id).collect();
        ids.sort();
        ids.reverse();
        ids
    };
    for payer in &payers {
        let own = newest_first(&|one| one.account == payer.account);
        assert!(own.len() >= 3);
        for limit in [1, 2, 100] {
            assert_eq!(walked(store, PaymentsOf::Account(payer.account), limit), own);
        }
    }
    for merchant in made.iter().map(|one| one.merchant) {
        let own = newest_first(&|one| one.merchant == merchant);
        assert_eq!(walked(store, PaymentsOf::Merchant(merchant), 2), own);
    }
    let whole = store.payments(PaymentsOf::Account(payers[0].account), Page { after: None, limit: 1 }).unwrap();
    assert_eq!(store.payment(whole[0].id).unwrap().as_ref(), whole.first(), "a listed payment is the whole payment");
}

pub(crate) fn a_payment_made_meanwhile_shifts_no_page(store: &dyn Store) {
    let payer = Payer::stored(store);
    let mut made: Vec<Payment> = (0..5).map(|_| payer.captured()).collect();
    made.sort_by_key(|one| one.id);
    let late = made.pop().unwrap();
    commit(store, &made.iter().cloned().map(Change::PutPayment).collect::<Vec<_>>());
    let of = PaymentsOf::Account(payer.account);
    let first = store.payments(of, Page { after: None, limit: 2 }).unwrap();
    commit(store, &[Change::PutPayment(late.clone())]);
    let second = store.payments(of, Page { after: Some(first[1].id), limit: 2 }).unwrap();
    let seen: Vec<PaymentId> = first.iter().chain(&second).map(|one| one.id).collect();
    let expected: Vec<PaymentId> = made.iter().rev().map(|one| one.id).collect();
    assert_eq!(seen, expected, "what was there is seen once");
    assert_eq!(
        store.payments(of, Page { after: None, limit: 1 }).unwrap()[0].id,
        late.id,
        "and the new one comes first"
    );
}
