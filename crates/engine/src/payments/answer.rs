//! The first answer to a request, which every repetition of it gets again.
//!
//! A wallet's answer is known in the commit that decides. A channel's comes later: the claim is empty
//! until the channel has spoken or the caller has waited long enough, and then keeps what was told.

use tantu_domain::answer::Answer;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::submit::undecided_causes;

/// What a request has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The payment.
    pub payment: PaymentId,
    /// What to tell; `None` while the channel is being asked.
    pub answer: Option<Answer>,
}

impl Given {
    /// The outcome of a decision: an undecided one is not an answer yet.
    pub(crate) fn first(payment: PaymentId, answer: Answer) -> Self {
        let answer = match answer {
            Answer::Undecided { .. } => None,
            known @ (Answer::Succeeded | Answer::Refused(_) | Answer::Closed) => Some(known),
        };
        Self { payment, answer }
    }

    /// The outcome of a repetition. One that comes although we had answered is noted: it proves that the
    /// first answer did not arrive.
    pub(crate) fn again(known: &Claim, request_hash: [u8; 32], now: jiff::Timestamp) -> Decision<Self> {
        if known.request_hash != request_hash {
            return Err(Rejection::KeyReused);
        }
        let given = Self { payment: known.payment, answer: known.answer.clone() };
        let noted = known.answer.is_some() && known.asked_again_at.is_none();
        let changes = noted.then(|| Change::PutClaim(Claim { asked_again_at: Some(now), ..known.clone() }));
        Ok((given, changes.into_iter().collect()))
    }
}

/// What a payment's claims prove about the line to its caller: we had answered, and were asked again.
pub fn lost_answers(claims: &[Claim]) -> Vec<Finding> {
    let lost = claims.iter().filter_map(|claim| claim.asked_again_at.map(|again| (claim.claimed_at, again)));
    let evidence = lost.map(|(answered_at, last_contact)| Evidence::AnswerLost { answered_at, last_contact });
    evidence
        .map(|evidence| Finding {
            cause: evidence.cause(),
            confidence: Confidence::Likely,
            evidence: evidence.fields(),
            instrument: None,
        })
        .collect()
}

/// The answer that a payment's present state gives.
pub fn answer_of(payment: &Payment) -> Answer {
    match &payment.state {
        PaymentState::Succeeded { .. } => Answer::Succeeded,
        PaymentState::Refused { refusal, .. } => Answer::Refused(refusal.clone()),
        PaymentState::Closed { .. } => Answer::Closed,
        PaymentState::Created | PaymentState::Processing { .. } => {
            Answer::Undecided { causes: undecided_causes(payment) }
        }
    }
}

/// Keeps the present state as the first answer to a request, unless one is kept already.
#[derive(Debug, Clone)]
pub(crate) struct KeepAnswer {
    pub(crate) idempotency: ClaimKey,
    pub(crate) payment: PaymentId,
}

impl Command for KeepAnswer {
    type Outcome = Answer;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.claims.insert(self.idempotency.clone());
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Answer> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let claim = world.claims.get(&self.idempotency).ok_or_else(missing)?;
        if let Some(kept) = &claim.answer {
            return Ok((kept.clone(), Vec::new()));
        }
        let answer = answer_of(world.payments.get(&self.payment).ok_or_else(missing)?);
        let kept = Claim { answer: Some(answer.clone()), ..claim.clone() };
        Ok((answer, vec![Change::PutClaim(kept)]))
    }
}
