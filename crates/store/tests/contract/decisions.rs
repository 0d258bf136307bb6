//! What a decision rested on, what a payment waits for, and the pay password with its proofs.

use tantu_domain::account::{Account, AccountState};
use tantu_domain::attempt::{AttemptReport, Permission};
use tantu_domain::check::{Check, Decision, Outcome, Rule};
use tantu_domain::evidence::Value;
use tantu_domain::ids::{AttemptId, DecisionId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::password::{PasswordHash, PayPassword, Proof};
use tantu_domain::payment::{Action, PaymentState};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, told, try_commit, world};

fn decision(payer: &Payer, payment: PaymentId, checks: Vec<Check>) -> Decision {
    let outcome = Outcome::of(&checks, payer.wallet);
    let policy = "2026-11".into();
    Decision { id: id(DecisionId::new), payment, at: now(), policy, chosen: payer.wallet, outcome, checks }
}

/// A check of every rule, and values of every kind.
fn checks(payer: &Payer) -> Vec<Check> {
    let values = [
        Value::Unknown,
        Value::Count(-301),
        Value::Text("冻结 m t|[\"".into()),
        Value::Money(Money::cny(-1)),
        Value::Time(now()),
        Value::Day("2028-02-29".parse().unwrap()),
    ];
    let of = |(index, rule): (usize, &Rule)| {
        let instrument = [None, Some(payer.wallet), Some(payer.bound)][index / 2 % 3];
        let (input, threshold) = (values[index % values.len()].clone(), values[(index + 1) % values.len()].clone());
        Check::new(*rule, instrument, input, threshold)
    };
    Rule::ALL.iter().enumerate().map(of).collect()
}

pub(crate) fn checks_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = payer.captured();
    let (full, empty) = (decision(&payer, payment.id, checks(&payer)), decision(&payer, payment.id, Vec::new()));
    commit(store, &[Change::PutPayment(payment.clone()), Change::PutDecision(full.clone())]);
    commit(store, &[Change::PutDecision(empty.clone())]);
    assert_eq!(store.decisions(payment.id).unwrap(), [full, empty]);
}

pub(crate) fn a_decision_stays(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = payer.captured();
    let first = decision(&payer, payment.id, checks(&payer));
    commit(store, &[Change::PutPayment(payment.clone()), Change::PutDecision(first.clone())]);
    let changed = Decision { checks: Vec::new(), ..first.clone() };
    assert!(try_commit(store, &[Change::PutDecision(changed)]).is_err());
    assert_eq!(store.decisions(payment.id).unwrap(), [first]);
}

pub(crate) fn decisions_are_in_order(store: &dyn Store) {
    let payer = Payer::stored(store);
    let (payment, other) = (payer.captured(), payer.captured());
    let made: Vec<Decision> = (0..5).map(|_| decision(&payer, payment.id, Vec::new())).collect();
    let puts: Vec<Change> = made.iter().rev().cloned().map(Change::PutDecision).collect();
    commit(store, &[Change::PutPayment(payment.clone()), Change::PutPayment(other.clone())]);
    commit(store, &puts);
    let mut expected = made;
    expected.sort_by_key(|decision| decision.id);
    assert_eq!(store.decisions(payment.id).unwrap(), expected);
    assert_eq!(store.decisions(other.id).unwrap(), []);
}

pub(crate) fn passwords_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let set = PayPassword::new(PasswordHash("0a1b2c3d$argon2id$v=19$…".into()));
    let locked = PayPassword { tries: 5, locks: 2, locked_until: Some(later(1_800)), ..set.clone() };
    for password in [Some(set), Some(locked), None] {
        let row = Account { password: password.clone(), ..payer.account_row(AccountState::Active) };
        commit(store, &[Change::PutAccount(row)]);
        let known = store.account(payer.account, now()).unwrap().unwrap().account;
        assert_eq!(known.password, password);
        assert_eq!(known.balance, Money::cny(1_000_000), "a password moves no money");
    }
}

pub(crate) fn waiting_payments_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let rows = [
        payer.order(Money::cny(1_250)).require(Action::PayPassword, later(2)).unwrap(),
        payer.order(Money::cny(30_000)).ask_code(id(AttemptId::new), payer.bound, later(2)).unwrap(),
        payer.confirming(Permission::ChannelPage),
        told(payer.confirming(Permission::PaymentCode), &AttemptReport::Waiting),
    ];
    assert_eq!(rows.len(), Action::ALL.len());
    for (action, waiting) in Action::ALL.iter().zip(rows) {
        assert!(matches!(waiting.state, PaymentState::RequiresAction { action: known, .. } if known == *action));
        commit(store, &[Change::PutPayment(waiting.clone())]);
        assert_eq!(store.payment(waiting.id).unwrap(), Some(waiting));
    }
}

pub(crate) fn a_proof_takes_the_place_of_the_last(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = payer.order(Money::cny(1_250)).require(Action::PayPassword, now()).unwrap();
    let first = Proof::new(&payment, [1; 32], now());
    let second = Proof { used_at: Some(later(1)), ..Proof::new(&payment, [2; 32], later(1)) };
    commit(store, &[Change::PutPayment(payment.clone())]);
    for proof in [first, second] {
        commit(store, &[Change::PutProof(proof.clone())]);
        let loaded = world(store, &Keys { proofs: one(payment.id), ..Keys::default() });
        assert_eq!(loaded.proofs[&payment.id], proof);
        assert!(world(store, &Keys { payments: one(payment.id), ..Keys::default() }).proofs.is_empty());
    }
}
