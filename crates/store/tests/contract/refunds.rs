//! Merchants' refunds, and what the audit says of them.

use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AttemptId, PaymentId, RefundId, TransactionId};
use tantu_domain::instrument::Product;
use tantu_domain::ledger::{Purpose, Transaction};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_domain::refund::{LastAsked, Part, Refund, RefundState, Road, WhyRefused};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;

use super::books::{PRICE, count};
use super::folds::{begun, end};
use super::samples::{Counting, Payer, commit, counted, id, job, later, now, one, word, world};

fn part(road: Road, fen: i64) -> Part {
    Part { road, amount: Money::cny(fen) }
}

fn refund(payer: &Payer, payment: PaymentId, parts: Vec<Part>) -> Refund {
    let refund = id(RefundId::new);
    Refund {
        id: refund,
        payment,
        merchant: payer.merchant,
        key: refund.to_string(),
        reason: "取消 \"'; --".into(),
        parts,
        hold: TransactionId::new(&Counting, payer.merchant.shard()),
        end: TransactionId::new(&Counting, payer.merchant.shard()),
        asked_at: now(),
        state: RefundState::Begun,
        last_asked: None,
        done_at: None,
    }
}

fn under_way(refund: &Refund) -> Change {
    Change::PutJob(Job { id: refund.job(), kind: JobKind::MakeRefund { refund: refund.id }, ..job(later(9)) })
}

fn refused(causes: Vec<Finding>) -> RefundState {
    RefundState::Refused { at: later(4), why: WhyRefused::Channel { causes } }
}

fn told() -> Finding {
    let evidence = Evidence::Told { cause: Cause::AccountFrozen, word: word("ACQ.BUYER_ERROR") };
    Finding { cause: evidence.cause(), confidence: Confidence::Possible, evidence: evidence.fields(), instrument: None }
}

/// Whatever its roads and wherever it stands, what is loaded is what was put; and what was asked for never changes.
pub(crate) fn rows_survive(store: &dyn Store) {
    let (payer, payment) = (Payer::stored(store), id(PaymentId::new));
    let channel = Road::Channel { channel: Channel::UnionPay, attempt: id(AttemptId::new) };
    let roads = [
        vec![part(Road::Wallet, 1)],
        vec![part(channel, 700), part(Road::Points { points: 30 }, 300)],
        vec![part(Road::PayLater, 19_900)],
        vec![part(Road::Points { points: 7 }, 70)],
    ];
    let short = WhyRefused::MerchantShort { settled: Money::cny(0), coming: Money::cny(3) };
    let states = [
        RefundState::Begun,
        RefundState::Held,
        RefundState::Succeeded { at: later(3) },
        RefundState::Refused { at: later(4), why: short },
        refused(vec![told()]),
        refused(Vec::new()),
    ];
    let keys = Keys { refunds: one(payment), ..Keys::default() };
    assert!(world(store, &keys).refunds[&payment].is_empty() && world(store, &keys).billed.is_empty());
    let mut all = Vec::new();
    for parts in roads {
        let first = refund(&payer, payment, parts);
        all.push(first.clone());
        for state in &states {
            let ended = matches!(state, RefundState::Succeeded { .. } | RefundState::Refused { .. });
            let put = Refund { state: state.clone(), done_at: ended.then(|| later(60)), ..first.clone() };
            *all.last_mut().unwrap() = put.clone();
            let mut seen = world(store, &keys);
            seen.apply(&Change::PutRefund(put.clone()));
            commit(store, &[Change::PutRefund(put.clone())]);
            assert_eq!(store.refund(put.id).unwrap(), Some(put));
            assert_eq!(world(store, &keys).refunds, seen.refunds, "the batch saw what is loaded next");
            assert_eq!(seen.refunds[&payment], all);
        }
    }
    assert_eq!(store.refunds(payment).unwrap(), all);
    assert_eq!(store.audited_refunds().unwrap(), all);
    assert_eq!(store.refund(id(RefundId::new)).unwrap(), None);
    assert_eq!(store.refunds(id(PaymentId::new)).unwrap(), []);
}

/// What a channel said while it had not decided is loaded as it was put, each time anew, and is gone with the decision.
pub(crate) fn what_was_said_meanwhile_survives(store: &dyn Store) {
    let (payer, payment) = (Payer::stored(store), id(PaymentId::new));
    let road = Road::Channel { channel: Channel::Alipay, attempt: id(AttemptId::new) };
    let held = Refund { state: RefundState::Held, ..refund(&payer, payment, vec![part(road, 700)]) };
    let asked = |at, word| Some(LastAsked { at: later(at), word, again_at: later(at + 10) });
    for (state, last_asked) in [
        (RefundState::Held, None),
        (RefundState::Held, asked(1, Some(word("aop.unknow-error")))),
        (RefundState::Held, asked(2, None)),
        (RefundState::Held, asked(3, Some(word("\"'; --")))),
        (RefundState::Succeeded { at: later(4) }, None),
    ] {
        let put = Refund { state, last_asked, ..held.clone() };
        commit(store, &[Change::PutRefund(put.clone())]);
        assert_eq!(store.refund(put.id).unwrap(), Some(put));
    }
}

/// A key asks for one refund of a payment.
pub(crate) fn a_key_asks_once(store: &dyn Store) {
    let (payer, payment) = (Payer::stored(store), id(PaymentId::new));
    let first = refund(&payer, payment, vec![part(Road::Wallet, 1)]);
    commit(store, &[Change::PutRefund(first.clone())]);
    let again = Refund { key: first.key.clone(), ..refund(&payer, payment, first.parts.clone()) };
    let (_, batch) = store.begin(&Keys::default(), now()).unwrap();
    assert!(batch.commit(&[Change::PutRefund(again)]).is_err());
    assert_eq!(store.refunds(payment).unwrap(), [first]);
}

/// What stands under a transaction's id is told by its purpose, and a debit that was forgone moves nothing.
pub(crate) fn a_forgone_debit_takes_its_id(store: &dyn Store) {
    let payer = Payer::stored(store);
    let forgone = TransactionId::new(&Counting, payer.merchant.shard());
    let keys = Keys { transactions: one(forgone), merchants: one(payer.merchant), ..Keys::default() };
    assert_eq!(world(store, &keys).posted[&forgone], None);
    let posted = Transaction::merchant_forgone(forgone, now(), payer.merchant, Money::cny(5)).unwrap();
    commit(store, &[Change::Post(posted)]);
    let seen = world(store, &keys);
    assert_eq!((seen.posted[&forgone], seen.settled[&payer.merchant]), (Some(Purpose::MerchantForgone), Money::cny(0)));
    let hold = Transaction::merchant_hold(forgone, now(), payer.merchant, Money::cny(5)).unwrap();
    let (_, batch) = store.begin(&Keys::default(), now()).unwrap();
    assert!(batch.commit(&[Change::Post(hold)]).is_err(), "nothing is held under its id any more");
    assert_eq!(found(store), Vec::<&str>::new());
}

/// The checks that find something.
fn found(store: &dyn Store) -> Vec<&'static str> {
    let checks = store.audit().unwrap().checks;
    checks.into_iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect()
}

/// An order paid from the wallet, and its merchant has the money.
fn paid(store: &dyn Store, payer: &Payer) -> Payment {
    let payment = payer.order(PRICE).capture(counted(Product::Wallet), now()).unwrap();
    let mut changes = vec![
        Change::PutClaim(payer.claim(&payment)),
        Change::Post(payer.wallet_charge(PRICE).for_payment(payment.id)),
        Change::PutPayment(payment.clone()),
    ];
    changes.extend(count(payer, Product::Wallet, now(), PRICE));
    commit(store, &changes);
    let [fold] = payer.folds([PRICE]);
    commit(store, &begun(&fold));
    end(store, &fold);
    payment
}

/// Nothing is found between any two steps of a refund, and every break is.
pub(crate) fn refunds_are_audited(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = paid(store, &payer);
    let clean = |after: &str| assert_eq!(found(store), Vec::<&str>::new(), "{after}");
    clean("paid");
    let asked = refund(&payer, payment.id, vec![part(Road::Wallet, 1_000)]);
    let hold = |refund: &Refund| {
        let hold = Transaction::merchant_hold(refund.hold, now(), refund.merchant, refund.amount());
        commit(store, &[Change::Post(hold.unwrap())]);
    };
    commit(store, &[Change::PutRefund(asked.clone()), under_way(&asked)]);
    clean("asked for");
    hold(&asked);
    clean("held, and not known yet");
    let held = Refund { state: RefundState::Held, ..asked };
    commit(store, &[Change::PutRefund(held.clone())]);
    clean("held");
    let made = Refund { state: RefundState::Succeeded { at: later(1) }, ..held };
    let given = Payment { refunded: made.amount(), ..payment.clone() };
    let posting = made.posting(payer.account, None, later(1)).unwrap();
    let changes = [Change::PutRefund(made.clone()), Change::Post(posting), Change::PutPayment(given.clone())];
    commit(store, &changes);
    clean("given back");
    commit(store, &[Change::Post(made.ending(later(2)).unwrap().unwrap())]);
    clean("settled, and not known yet");
    let done = Refund { done_at: Some(later(3)), ..made };
    commit(store, &[Change::PutRefund(done.clone()), Change::FinishJob(done.job())]);
    clean("done");
    assert_eq!(store.payment(payment.id).unwrap().unwrap().refunded, Money::cny(1_000));

    // The payment says less than its refunds.
    commit(store, &[Change::PutPayment(Payment { refunded: Money::cny(999), ..given.clone() })]);
    assert_eq!(found(store), ["refunds_within_captured"]);
    commit(store, &[Change::PutPayment(given)]);
    // Together they come to more than was captured.
    let all = refund(&payer, payment.id, vec![part(Road::Wallet, PRICE.minor())]);
    commit(store, &[Change::PutRefund(all.clone()), under_way(&all)]);
    assert_eq!(found(store), ["refunds_within_captured"]);
    let short = WhyRefused::MerchantShort { settled: Money::cny(0), coming: Money::cny(0) };
    let over = RefundState::Refused { at: later(4), why: short };
    let over = Refund { state: over, done_at: Some(later(4)), ..all };
    commit(store, &[Change::PutRefund(over.clone()), Change::FinishJob(over.job())]);
    clean("refused");
    // One is under way, and nobody looks after it.
    let left = refund(&payer, payment.id, vec![part(Road::Wallet, 1)]);
    commit(store, &[Change::PutRefund(left.clone())]);
    assert_eq!(found(store), ["refunds_posted_once"]);
    commit(store, &[under_way(&left)]);
    clean("looked after");
    // One is called done, and what was held for it is still there.
    hold(&left);
    let stuck = Refund { state: refused(vec![told()]), done_at: Some(later(5)), ..left };
    commit(store, &[Change::PutRefund(stuck.clone()), Change::FinishJob(stuck.job())]);
    assert_eq!(found(store), ["refunds_settled_once"]);
    commit(store, &[Change::Post(stuck.ending(later(6)).unwrap().unwrap())]);
    clean("released");
}
