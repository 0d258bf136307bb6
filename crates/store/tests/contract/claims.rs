//! Claims: one order is one payment, and one idempotency key has one effect.

use tantu_domain::ids::{MerchantId, PaymentId};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey, IdempotencyKey};
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, one, try_commit, world};

/// A claim of each kind that nobody has made.
fn claims() -> [Claim; 2] {
    let payer = Payer::new();
    [payer.claim(&payer.captured()), payer.keyed(id(PaymentId::new), "k-1")]
}

fn key_of(client: String, key: String) -> ClaimKey {
    ClaimKey::Idempotency(IdempotencyKey { client, key })
}

fn stored(store: &dyn Store, key: &ClaimKey) -> Option<Claim> {
    let claim = store.claim(key).unwrap();
    let loaded = world(store, &Keys { claims: one(key.clone()), ..Keys::default() });
    assert_eq!(loaded.claims.get(key), claim.as_ref());
    claim
}

pub(crate) fn rows_survive(store: &dyn Store) {
    for claim in claims() {
        assert_eq!(stored(store, &claim.key), None);
        commit(store, &[Change::PutClaim(claim.clone())]);
        assert_eq!(stored(store, &claim.key).as_ref(), Some(&claim));
        // Whoever is not sure whether it was made makes it again.
        commit(store, &[Change::PutClaim(claim.clone())]);
        assert_eq!(stored(store, &claim.key), Some(claim));
    }
}

/// A claim tells what came of it: the request, and whether the payment is there.
pub(crate) fn a_claim_brings_what_came_of_it(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = payer.captured();
    let claims = [payer.claim(&payment), payer.keyed(payment.id, "k-1")];
    let keys = Keys {
        accounts: one(payer.account),
        claims: claims.iter().map(|claim| claim.key.clone()).collect(),
        ..Keys::default()
    };
    commit(store, &claims.clone().map(Change::PutClaim));
    let loaded = world(store, &keys);
    assert!(loaded.claims.len() == 2 && loaded.requests.is_empty() && loaded.made.is_empty());
    let request = payer.request(payment.id, "k-1");
    let others = [payer.request(payment.id, "k-2"), payer.request(id(PaymentId::new), "k-1")];
    commit(store, &others.map(Change::PutRequest));
    assert!(world(store, &keys).requests.is_empty());
    commit(store, &[Change::PutRequest(request.clone()), Change::PutPayment(payment.clone())]);
    let loaded = world(store, &keys);
    assert_eq!(loaded.requests, [(request.key.clone(), request)].into());
    assert_eq!(loaded.made, [payment.id].into());
}

/// Another payment, or another request, for what is claimed; and what is near it but another claim.
pub(crate) fn a_second_payment_is_refused(store: &dyn Store) {
    for claim in claims() {
        commit(store, &[Change::PutClaim(claim.clone())]);
        let payment = id(PaymentId::new);
        for second in [Claim { payment, ..claim.clone() }, Claim { request_hash: [1; 32], ..claim.clone() }] {
            let put = try_commit(store, &[Change::PutClaim(second)]);
            assert!(matches!(put, Err(StoreError::Claimed)), "{put:?}");
            assert_eq!(stored(store, &claim.key).as_ref(), Some(&claim));
        }
        let near = match &claim.key {
            ClaimKey::Order { merchant, order_no } => [
                ClaimKey::Order { merchant: *merchant, order_no: format!("{order_no}0") },
                ClaimKey::Order { merchant: id(MerchantId::new), order_no: order_no.clone() },
                key_of(merchant.to_string(), order_no.clone()),
            ],
            ClaimKey::Idempotency(IdempotencyKey { client, key }) => [
                key_of(client.clone(), format!("{key}0")),
                key_of(format!("{client}0"), key.clone()),
                key_of(client.clone(), key.to_uppercase()),
            ],
        };
        for key in near {
            commit(store, &[Change::PutClaim(Claim { key, payment, ..claim.clone() })]);
        }
    }
}
