//! The first answer to a request, which every repetition of it gets again.
//!
//! A wallet's answer is known in the commit that decides. A channel's comes later: the request has none
//! until the channel has spoken or the caller has waited long enough, and then keeps what was told.

use jiff::Timestamp;
use tantu_domain::answer::Answer;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::PaymentId;
use tantu_domain::instrument::Instrument;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_store::change::Change;
use tantu_store::claim::{ClaimKey, IdempotencyKey};
use tantu_store::keys::Keys;
use tantu_store::request::Request;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::submit::undecided_causes;

/// The first answer to a request, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The payment as it was stored with the answer.
    pub payment: Payment,
    /// The payer's instruments.
    pub instruments: Vec<Instrument>,
    /// When the request was first made.
    pub asked_at: Timestamp,
    /// What to tell.
    pub answer: Answer,
}

/// What a request has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Led {
    /// Its answer is known.
    Answered(Box<Given>),
    /// The channel is being asked about this payment, or was asked by an earlier copy of the request.
    Waiting(PaymentId),
    /// It is a repetition: what was told then, and when it was first made.
    Again(PaymentId, Answer, Timestamp),
}

impl Led {
    /// What a decision leads to: an undecided one is not an answer yet.
    pub(crate) fn first(world: &World, payment: Payment, answer: Answer, asked_at: Timestamp) -> Self {
        if waits_for_word(&payment, &answer) {
            return Self::Waiting(payment.id);
        }
        let instruments = instruments(world, &payment);
        Self::Answered(Box::new(Given { payment, instruments, asked_at, answer }))
    }

    /// The request, with its answer if that is known in the same commit.
    pub(crate) fn request(&self, key: &IdempotencyKey, payment: PaymentId, asked_at: Timestamp) -> Change {
        let answer = match self {
            Self::Answered(given) => Some(given.answer.clone()),
            Self::Again(_, answer, _) => Some(answer.clone()),
            Self::Waiting(_) => None,
        };
        Change::PutRequest(Request { key: key.clone(), payment, asked_at, answer, asked_again_at: None })
    }

    /// What a repetition leads to; `None` for a request that is still to be carried out, because it is new or because a crash
    /// has cut it off after its claim. One that comes although we had answered is noted: it proves that the first
    /// answer did not arrive.
    pub(crate) fn again(
        world: &World,
        key: &IdempotencyKey,
        request_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Self, Vec<Change>)>, Rejection> {
        let claim = world.claims.get(&ClaimKey::Idempotency(key.clone()));
        if claim.is_some_and(|claim| claim.request_hash != request_hash) {
            return Err(Rejection::KeyReused);
        }
        let Some(known) = claim.and_then(|_| world.requests.get(key)) else { return Ok(None) };
        let Some(answer) = known.answer.clone() else {
            return Ok(Some((Self::Waiting(known.payment), Vec::new())));
        };
        let noted = known.asked_again_at.is_none();
        let changes = noted.then(|| Change::PutRequest(Request { asked_again_at: Some(now), ..known.clone() }));
        Ok(Some((Self::Again(known.payment, answer, known.asked_at), changes.into_iter().collect())))
    }
}

/// Whether the caller waits for the channel's word before he is told anything: of a charge, or of whether the bank
/// sends its code at all.
pub(crate) fn waits_for_word(payment: &Payment, answer: &Answer) -> bool {
    matches!(answer, Answer::Undecided { .. }) || payment.awaited_code().is_some_and(|code| !code.answered)
}

fn instruments(world: &World, payment: &Payment) -> Vec<Instrument> {
    world.accounts.get(&payment.account).map(|file| file.instruments.clone()).unwrap_or_default()
}

/// What the requests about a payment prove of the line to its caller: we had answered, and were asked again.
pub fn lost_answers(requests: &[Request]) -> Vec<Finding> {
    let lost = requests.iter().filter_map(|request| request.asked_again_at.map(|again| (request.asked_at, again)));
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
        PaymentState::RequiresAction { action, .. } => Answer::RequiresAction { action: *action },
        PaymentState::Created | PaymentState::Processing { .. } => {
            Answer::Undecided { causes: undecided_causes(payment) }
        }
    }
}

/// Keeps the present state as the first answer to a request, unless one is kept already.
#[derive(Debug, Clone)]
pub(crate) struct KeepAnswer {
    pub(crate) idempotency: IdempotencyKey,
    pub(crate) payment: PaymentId,
}

impl Command for KeepAnswer {
    type Outcome = Given;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.requests.insert((self.payment, self.idempotency.clone()));
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Given> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let request = world.requests.get(&self.idempotency).ok_or_else(missing)?;
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?.clone();
        let (answer, changes) = match &request.answer {
            Some(kept) => (kept.clone(), Vec::new()),
            None => {
                let answer = answer_of(&payment);
                let kept = Request { answer: Some(answer.clone()), ..request.clone() };
                (answer, vec![Change::PutRequest(kept)])
            }
        };
        let instruments = instruments(world, &payment);
        Ok((Given { payment, instruments, asked_at: request.asked_at, answer }, changes))
    }
}
