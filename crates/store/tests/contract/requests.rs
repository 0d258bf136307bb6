//! Requests: what was asked about a payment, and the first answer to it.

use std::borrow::Cow;

use tantu_domain::answer::Answer;
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::{InstrumentId, PaymentId};
use tantu_domain::payment::Refusal;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::request::Request;

use super::samples::{Payer, commit, id, later, now, one, world};

fn answers() -> Vec<Option<Answer>> {
    let field = Field { name: Cow::Borrowed("last_contact"), value: Value::Time(now()) };
    let finding = Finding {
        cause: Cause::NetworkUnstable,
        confidence: Confidence::Likely,
        evidence: vec![field, Field { name: Cow::Borrowed("sent_at"), value: Value::Unknown }],
        instrument: Some(id(InstrumentId::new)),
    };
    let causes = vec![finding];
    let refusal = Refusal { causes: causes.clone(), can_pay_with: vec![id(InstrumentId::new)] };
    vec![
        None,
        Some(Answer::Succeeded),
        Some(Answer::Undecided { causes }),
        Some(Answer::Undecided { causes: Vec::new() }),
        Some(Answer::Refused(refusal)),
        Some(Answer::Closed),
    ]
}

/// A request as a batch loads it.
fn stored(store: &dyn Store, request: &Request) -> Option<Request> {
    let keys = Keys { requests: one((request.payment, request.key.clone())), ..Keys::default() };
    let mut loaded = world(store, &keys);
    let found = loaded.requests.remove(&request.key);
    let listed = store.requests_of(request.payment).unwrap();
    assert_eq!(listed.iter().find(|listed| listed.key == request.key), found.as_ref());
    found
}

fn fresh() -> Request {
    Payer::new().request(id(PaymentId::new), "k-1")
}

pub(crate) fn rows_survive(store: &dyn Store) {
    for answer in answers() {
        for asked_again_at in [None, Some(later(8))] {
            let request = Request { answer: answer.clone(), asked_again_at, ..fresh() };
            assert_eq!(stored(store, &request), None);
            commit(store, &[Change::PutRequest(request.clone())]);
            assert_eq!(stored(store, &request), Some(request));
        }
    }
}

pub(crate) fn requests_of_a_payment_are_in_order(store: &dyn Store) {
    let payer = Payer::new();
    let payment = id(PaymentId::new);
    let keyed = |key: &str, seconds| Request { asked_at: later(seconds), ..payer.request(payment, key) };
    let (first, second, third) = (keyed("k-9", 1), keyed("k-5", 2), keyed("k-7", 3));
    let puts = [&third, &first, &fresh(), &second].map(|request| Change::PutRequest(request.clone()));
    commit(store, &puts);
    assert_eq!(store.requests_of(payment).unwrap(), [first, second, third], "and no other's");
    assert_eq!(store.requests_of(id(PaymentId::new)).unwrap(), []);
}

/// An answer is added to a request that has none, once.
pub(crate) fn the_first_answer_stays(store: &dyn Store) {
    let request = fresh();
    let mut expected = None;
    for answer in answers() {
        commit(store, &[Change::PutRequest(Request { answer: answer.clone(), ..request.clone() })]);
        expected = expected.or(answer);
        assert_eq!(stored(store, &request).unwrap().answer, expected);
    }
    assert_eq!(expected, Some(Answer::Succeeded));
}

pub(crate) fn asked_again_is_set_once(store: &dyn Store) {
    let request = fresh();
    for (asked_again_at, kept) in [
        (None, None),
        (Some(later(5)), Some(later(5))),
        (Some(later(6)), Some(later(5))),
        (None, Some(later(5))),
        (Some(later(4)), Some(later(5))),
    ] {
        commit(store, &[Change::PutRequest(Request { asked_again_at, ..request.clone() })]);
        assert_eq!(stored(store, &request).unwrap().asked_again_at, kept);
    }
}

/// The same of the request that makes its payment, and is answered with it.
pub(crate) fn what_is_asked_with_its_payment_stays(store: &dyn Store) {
    let payer = Payer::stored(store);
    for answer in answers() {
        let payment = payer.captured();
        let request = Request { answer, ..payer.request(payment.id, "k-1") };
        let rival = Request { answer: Some(Answer::Closed), ..payer.request(payment.id, "k-2") };
        let puts = [request.clone(), rival.clone()].map(Change::PutRequest);
        commit(store, &[&[Change::PutPayment(payment.clone())], puts.as_slice()].concat());
        assert_eq!(stored(store, &request), Some(request.clone()));
        assert_eq!(stored(store, &rival), Some(rival.clone()));
        let again = Request { answer: Some(Answer::Closed), asked_again_at: Some(later(5)), ..request.clone() };
        for asked_again_at in [Some(later(5)), Some(later(6))] {
            commit(store, &[Change::PutRequest(Request { asked_again_at, ..again.clone() })]);
            let kept = Request { answer: request.answer.clone().or(again.answer.clone()), ..again.clone() };
            assert_eq!(stored(store, &request), Some(kept), "the first answer, and the first repetition");
        }
        assert_eq!(store.requests_of(payment.id).unwrap().len(), 2);
    }
}
