//! Makes a payment for an order and decides it in the same commit.

use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey, IdempotencyKey};
use tantu_store::keys::Keys;
use tantu_store::pay_later::Repayment;
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
    pub idempotency: IdempotencyKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl CreatePayment {
    fn order_claim(&self) -> ClaimKey {
        ClaimKey::Order { merchant: self.merchant, order_no: self.order_no.clone() }
    }

    /// The key's claim before the order's: should they not be saved with the payment and a crash come between, a
    /// repetition finds its payment's id.
    fn claim_keys(&self) -> [ClaimKey; 2] {
        [ClaimKey::Idempotency(self.idempotency.clone()), self.order_claim()]
    }

    /// The payment's id. What was claimed before a crash, and not made, is made by a repetition, or by another request of the
    /// same payer for the order; what is claimed stays.
    pub(crate) fn id(&self, world: &World, tools: &Tools<'_>) -> Result<PaymentId, Rejection> {
        let [own, order] = self.claim_keys().map(|key| world.claims.get(&key));
        match (own, order) {
            (None, None) => Ok(PaymentId::new(tools.ids, self.account.shard())),
            (Some(own), None) => Ok(own.payment),
            (own, Some(order)) => {
                let same = order.account == self.account && own.is_none_or(|own| own.payment == order.payment);
                if same && !world.made.contains(&order.payment) {
                    return Ok(order.payment);
                }
                Err(Rejection::OrderTaken { order_no: self.order_no.clone(), payment: order.payment.to_string() })
            }
        }
    }

    /// The claims that are not made yet.
    fn claims(&self, world: &World, payment: PaymentId, tools: &Tools<'_>) -> impl Iterator<Item = Change> {
        let unmade = self.claim_keys().into_iter().filter(|key| !world.claims.contains_key(key));
        unmade.map(move |key| {
            Change::PutClaim(Claim {
                key,
                request_hash: self.request_hash,
                account: self.account,
                payment,
                claimed_at: tools.now,
            })
        })
    }
}

impl Command for CreatePayment {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.claims.extend(self.claim_keys());
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        if let Some(again) = Led::again(world, &self.idempotency, self.request_hash, tools.now)? {
            return Ok(again);
        }
        let id = self.id(world, tools)?;
        self.make(id, None, world, tools)
    }
}

impl CreatePayment {
    /// Makes the payment of this id; for a bill, with the repayment that it stands for.
    pub(crate) fn make(
        &self,
        id: PaymentId,
        repayment: Option<&Repayment>,
        world: &World,
        tools: &Tools<'_>,
    ) -> Decision<Led> {
        self.decided(self.payment(id, tools), repayment, world, tools)
    }

    /// The payment of this id, not decided yet.
    pub(crate) fn payment(&self, id: PaymentId, tools: &Tools<'_>) -> Payment {
        Payment::new(
            id,
            self.merchant,
            self.order_no.clone(),
            self.subject.clone(),
            self.account,
            self.amount,
            self.instrument,
            tools.now,
        )
    }

    /// Decides it, with its claims and its request.
    pub(crate) fn decided(
        &self,
        payment: Payment,
        repayment: Option<&Repayment>,
        world: &World,
        tools: &Tools<'_>,
    ) -> Decision<Led> {
        let brought = Brought { speaker: &self.speaker, proven: false, shown: self.shown, coded: None, repayment };
        let id = payment.id;
        let (answer, payment, mut changes) = submit(world, payment, brought, tools)?;
        let first = Led::first(world, payment, answer, tools.now);
        changes.extend(self.claims(world, id, tools));
        changes.push(first.request(&self.idempotency, id, tools.now));
        Ok((first, changes))
    }
}
