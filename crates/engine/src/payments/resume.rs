//! Takes up an open payment again, with the same order: a refused one when its plan is done, one that waits
//! for its payer when he has acted.

use aws_lc_rs::constant_time;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AttemptId, InstrumentId, PaymentId};
use tantu_domain::password::Proof;
use tantu_domain::payment::Payment;
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey, IdempotencyKey};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::{Led, answer_of};
use crate::payments::submit::{Brought, submit};

/// Asks for a refused payment to be tried again.
#[derive(Debug, Clone)]
pub struct ResumePayment {
    /// Which.
    pub payment: PaymentId,
    /// Another instrument than before, if the payer chose one.
    pub instrument: Option<InstrumentId>,
    /// Who speaks for the payer.
    pub speaker: Speaker,
    /// The hash of a proof that the pay password was entered for this payment.
    pub proof: Option<TokenHash>,
    /// The attempt that a payment code is kept for, if the payer has shown one ([`crate::Engine::pay_by_code`]).
    pub shown: Option<AttemptId>,
    /// The charge that the payer has entered his bank's code for ([`crate::Engine::pay_by_bank_code`]).
    pub coded: Option<AttemptId>,
    /// The request's own idempotency key.
    pub idempotency: IdempotencyKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl Command for ResumePayment {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.claims.insert(ClaimKey::Idempotency(self.idempotency.clone()));
        keys.proofs.extend(self.proof.map(|_| self.payment));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        if let Some(again) = Led::again(world, &self.idempotency, self.request_hash, tools.now)? {
            return Ok(again);
        }
        let payment = world
            .payments
            .get(&self.payment)
            .cloned()
            .ok_or_else(|| Rejection::NotFound { what: "payment", id: self.payment.to_string() })?;
        let account = payment.account;
        // A proof for what is paid already is not looked at: its answer is how the payment stands.
        let used = if payment.is_open() { self.used_proof(world, &payment, tools)? } else { None };
        // Paid, undecided or closed: no second road is opened, and the caller learns how it stands.
        let (led, mut changes) = if payment.is_open() {
            let payment = match self.instrument {
                Some(instrument) => payment.choose(instrument)?,
                None => payment,
            };
            let brought = Brought {
                speaker: &self.speaker,
                proven: used.is_some(),
                shown: self.shown,
                coded: self.coded,
                repayment: None,
            };
            let (answer, payment, changes) = submit(world, payment, brought, tools)?;
            (Led::first(world, payment, answer, tools.now), changes)
        } else {
            let answer = answer_of(&payment);
            (Led::first(world, payment, answer, tools.now), Vec::new())
        };
        let key = ClaimKey::Idempotency(self.idempotency.clone());
        // It is there already if a crash has cut this request off after its claim.
        if !world.claims.contains_key(&key) {
            let (request_hash, payment) = (self.request_hash, self.payment);
            changes.push(Change::PutClaim(Claim { key, request_hash, account, payment, claimed_at: tools.now }));
        }
        changes.push(led.request(&self.idempotency, self.payment, tools.now));
        changes.extend(used.map(Change::PutProof));
        Ok((led, changes))
    }
}

impl ResumePayment {
    /// The proof as it is once it is used. One that is not good for this payment is refused, whatever else
    /// would be decided: somebody holds a token that he should not.
    fn used_proof(&self, world: &World, payment: &Payment, tools: &Tools<'_>) -> Result<Option<Proof>, Rejection> {
        let Some(token) = &self.proof else { return Ok(None) };
        let known = world.proofs.get(&payment.id).filter(|known| known.covers(payment, tools.now));
        let same = known.filter(|known| constant_time::verify_slices_are_equal(&known.hash, &token.0).is_ok());
        let proof = same.ok_or(Rejection::ProofSpent)?;
        Ok(Some(Proof { used_at: Some(tools.now), ..proof.clone() }))
    }
}
