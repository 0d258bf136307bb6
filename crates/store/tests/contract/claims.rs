//! Claims: one order is one payment, and one idempotency key has one effect and one answer.

use std::borrow::Cow;

use tantu_domain::answer::Answer;
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::{InstrumentId, MerchantId, PaymentId};
use tantu_domain::payment::Refusal;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, try_commit, world};

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

/// A claim of each kind that nobody has made.
fn claims() -> [Claim; 2] {
    let payer = Payer::new();
    [payer.claim(&payer.captured()), payer.keyed(id(PaymentId::new), "k-1")]
}

fn stored(store: &dyn Store, key: &ClaimKey) -> Option<Claim> {
    let claim = store.claim(key).unwrap();
    let loaded = world(store, &Keys { claims: one(key.clone()), ..Keys::default() });
    assert_eq!(loaded.claims.get(key), claim.as_ref());
    claim
}

pub(crate) fn rows_survive(store: &dyn Store) {
    for answer in answers() {
        for asked_again_at in [None, Some(later(8))] {
            for claim in claims() {
                let claim = Claim { answer: answer.clone(), asked_again_at, ..claim };
                assert_eq!(stored(store, &claim.key), None);
                commit(store, &[Change::PutClaim(claim.clone())]);
                assert_eq!(stored(store, &claim.key), Some(claim));
            }
        }
    }
}

pub(crate) fn claims_of_a_payment_are_in_order(store: &dyn Store) {
    let payer = Payer::new();
    let payment = payer.captured();
    let keyed = |key: &str, seconds| Claim { claimed_at: later(seconds), ..payer.keyed(payment.id, key) };
    let (first, second, third) = (keyed("k-9", 1), keyed("k-5", 2), keyed("k-7", 3));
    let others = [payer.claim(&payment), payer.keyed(id(PaymentId::new), "k-0")];
    let puts = [&third, &first, &others[0], &second, &others[1]].map(|claim| Change::PutClaim(claim.clone()));
    commit(store, &puts);
    assert_eq!(store.claims_of(payment.id).unwrap(), [first, second, third], "its order's claim is not among them");
    assert_eq!(store.claims_of(id(PaymentId::new)).unwrap(), []);
}

/// Another payment, or another request, for what is claimed; and what is near it but another claim.
pub(crate) fn a_second_payment_is_refused(store: &dyn Store) {
    for claim in claims() {
        commit(store, &[Change::PutClaim(claim.clone())]);
        let payment = id(PaymentId::new);
        let answer = Some(Answer::Closed);
        for second in [
            Claim { payment, ..claim.clone() },
            Claim { payment, answer, ..claim.clone() },
            Claim { request_hash: [1; 32], ..claim.clone() },
        ] {
            let put = try_commit(store, &[Change::PutClaim(second)]);
            assert!(matches!(put, Err(StoreError::Claimed)), "{put:?}");
            assert_eq!(stored(store, &claim.key).as_ref(), Some(&claim));
        }
        let near = match &claim.key {
            ClaimKey::Order { merchant, order_no } => [
                ClaimKey::Order { merchant: *merchant, order_no: format!("{order_no}0") },
                ClaimKey::Order { merchant: id(MerchantId::new), order_no: order_no.clone() },
                ClaimKey::Idempotency { client: merchant.to_string(), key: order_no.clone() },
            ],
            ClaimKey::Idempotency { client, key } => [
                ClaimKey::Idempotency { client: client.clone(), key: format!("{key}0") },
                ClaimKey::Idempotency { client: format!("{client}0"), key: key.clone() },
                ClaimKey::Idempotency { client: client.clone(), key: key.to_uppercase() },
            ],
        };
        for key in near {
            commit(store, &[Change::PutClaim(Claim { key, payment, ..claim.clone() })]);
        }
    }
}

/// An answer is added to a claim that has none, once.
pub(crate) fn the_first_answer_stays(store: &dyn Store) {
    for claim in claims() {
        let mut expected = None;
        for answer in answers() {
            commit(store, &[Change::PutClaim(Claim { answer: answer.clone(), ..claim.clone() })]);
            expected = expected.or(answer);
            assert_eq!(stored(store, &claim.key).unwrap().answer, expected);
        }
        assert_eq!(expected, Some(Answer::Succeeded));
    }
}

pub(crate) fn asked_again_is_set_once(store: &dyn Store) {
    for claim in claims() {
        for (asked_again_at, kept) in [
            (None, None),
            (Some(later(5)), Some(later(5))),
            (Some(later(6)), Some(later(5))),
            (None, Some(later(5))),
            (Some(later(4)), Some(later(5))),
        ] {
            commit(store, &[Change::PutClaim(Claim { asked_again_at, ..claim.clone() })]);
            assert_eq!(stored(store, &claim.key).unwrap().asked_again_at, kept);
        }
    }
}
