//! Takes up a refused payment again, with the same order, when its plan is done.

use tantu_domain::client::Client;
use tantu_domain::ids::{InstrumentId, PaymentId};
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::{Led, answer_of};
use crate::payments::submit::submit;

/// Asks for a refused payment to be tried again.
#[derive(Debug, Clone)]
pub struct ResumePayment {
    /// Which.
    pub payment: PaymentId,
    /// Another instrument than before, if the payer chose one.
    pub instrument: Option<InstrumentId>,
    /// The payer's app, if one speaks for him.
    pub client: Option<Client>,
    /// The request's own idempotency key.
    pub idempotency: ClaimKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl Command for ResumePayment {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.claims.insert(self.idempotency.clone());
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        if let Some(known) = world.claims.get(&self.idempotency) {
            return Led::again(known, self.request_hash, tools.now);
        }
        let payment = world
            .payments
            .get(&self.payment)
            .cloned()
            .ok_or_else(|| Rejection::NotFound { what: "payment", id: self.payment.to_string() })?;
        let account = payment.account;
        // Paid, undecided or closed: no second road is opened, and the caller learns how it stands.
        let (led, mut changes) = if payment.is_open() {
            let payment = match self.instrument {
                Some(instrument) => payment.choose(instrument)?,
                None => payment,
            };
            let (answer, payment, changes) = submit(world, payment, self.client.as_ref(), tools)?;
            (Led::first(world, payment, answer, tools.now), changes)
        } else {
            let answer = answer_of(&payment);
            (Led::first(world, payment, answer, tools.now), Vec::new())
        };
        changes.push(Change::PutClaim(Claim {
            key: self.idempotency.clone(),
            request_hash: self.request_hash,
            account,
            payment: self.payment,
            claimed_at: tools.now,
            answer: led.kept(),
            asked_again_at: None,
        }));
        Ok((led, changes))
    }
}
