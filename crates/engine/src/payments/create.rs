//! Makes a payment for an order and decides it in the same commit.

use tantu_domain::answer::Answer;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::Led;
use crate::payments::submit::{Brought, submit};

/// Asks for an order to be paid.
#[derive(Debug, Clone)]
pub struct CreatePayment {
    /// To whom.
    pub merchant: MerchantId,
    /// The merchant's number of the order.
    pub order_no: String,
    /// What it is for.
    pub subject: String,
    /// By whom.
    pub account: AccountId,
    /// How much.
    pub amount: Money,
    /// With what.
    pub instrument: InstrumentId,
    /// Who speaks for the payer.
    pub speaker: Speaker,
    /// The attempt that a payment code is kept for, if the payer has shown one ([`crate::Engine::pay_by_code`]).
    pub shown: Option<AttemptId>,
    /// The request's idempotency key.
    pub idempotency: ClaimKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl CreatePayment {
    fn order_claim(&self) -> ClaimKey {
        ClaimKey::Order { merchant: self.merchant, order_no: self.order_no.clone() }
    }

    fn claim(&self, key: ClaimKey, payment: PaymentId, answer: Option<Answer>, tools: &Tools<'_>) -> Change {
        Change::PutClaim(Claim {
            key,
            request_hash: self.request_hash,
            account: self.account,
            payment,
            claimed_at: tools.now,
            answer,
            asked_again_at: None,
        })
    }
}

impl Command for CreatePayment {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.claims.extend([self.order_claim(), self.idempotency.clone()]);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        if let Some(known) = world.claims.get(&self.idempotency) {
            return Led::again(known, self.request_hash, tools.now);
        }
        if let Some(known) = world.claims.get(&self.order_claim()) {
            return Err(Rejection::OrderTaken { order_no: self.order_no.clone(), payment: known.payment.to_string() });
        }
        let brought = Brought { speaker: &self.speaker, proven: false, shown: self.shown, coded: None };
        let id = PaymentId::new(tools.ids, self.account.shard());
        let payment = Payment::new(
            id,
            self.merchant,
            self.order_no.clone(),
            self.subject.clone(),
            self.account,
            self.amount,
            self.instrument,
            tools.now,
        );
        let (answer, payment, mut changes) = submit(world, payment, brought, tools)?;
        let id = payment.id;
        let first = Led::first(world, payment, answer, tools.now);
        changes.push(self.claim(self.order_claim(), id, None, tools));
        changes.push(self.claim(self.idempotency.clone(), id, first.kept(), tools));
        Ok((first, changes))
    }
}
