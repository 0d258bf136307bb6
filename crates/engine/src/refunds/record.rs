//! The one door for what happens to a refund, on its payer's shard. It is repeatable: the same word twice or late has one effect, and
//! of a success and a refusal there is one, because a state is left once.

use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::clock::day_of;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{PaymentId, RefundId};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_domain::refund::{LastAsked, OffBill, Refund, RefundState, Road, WhyRefused, job_of};
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::settle;
use crate::payments::record::HeldJob;
use crate::points;

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The merchant's money is held.
    Held,
    /// He has less than that, and nothing is held.
    Short {
        /// What a debit could use.
        settled: Money,
        /// What had been paid and was not settled yet.
        coming: Money,
    },
    /// What the channel says that took the money; of what no channel took, that it goes back.
    Back(AttemptReport),
    /// What was held has left.
    Settled,
}

/// Brings in what has happened to a refund.
#[derive(Debug, Clone)]
pub struct RecordRefund {
    /// Which.
    pub refund: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// What.
    pub heard: Heard,
    /// The job on whose behalf; `None` for whoever has asked for the refund.
    pub job: Option<HeldJob>,
}

impl Command for RecordRefund {
    type Outcome = Refund;

    fn keys(&self) -> Keys {
        Keys {
            payments: [self.payment].into(),
            refunds: [self.payment].into(),
            jobs: [job_of(self.refund)].into(),
            ..Keys::default()
        }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Refund> {
        let missing = || Rejection::NotFound { what: "refund", id: self.refund.to_string() };
        let job = world.jobs.get(&job_of(self.refund));
        if let (Some(held), Some(job)) = (self.job, job)
            && held.fence != job.fence
        {
            return Err(Rejection::Fenced(held.id));
        }
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let known = world.refunds.get(&self.payment).ok_or_else(missing)?;
        let before = known.iter().find(|refund| refund.id == self.refund).ok_or_else(missing)?;
        let is = |state| Refund { state, last_asked: None, ..before.clone() };
        let (after, mut changes) = match (&before.state, &self.heard) {
            (RefundState::Begun, Heard::Held) => (is(RefundState::Held), Vec::new()),
            (RefundState::Begun, Heard::Short { settled, coming }) => {
                let why = WhyRefused::MerchantShort { settled: *settled, coming: *coming };
                // Nothing is held and nothing left to do.
                let short = is(RefundState::Refused { at: tools.now, why });
                (Refund { done_at: Some(tools.now), ..short }, Vec::new())
            }
            (RefundState::Held, Heard::Back(AttemptReport::Refunded)) => {
                (is(RefundState::Succeeded { at: tools.now }), given_back(world, payment, before, tools)?)
            }
            (RefundState::Held, Heard::Back(report @ AttemptReport::Declined { .. })) => {
                let causes = findings(payment, before, report);
                (is(RefundState::Refused { at: tools.now, why: WhyRefused::Channel { causes } }), Vec::new())
            }
            (RefundState::Held, Heard::Back(report)) => {
                let Some((held, job)) = self.job.zip(job) else { return Ok((before.clone(), Vec::new())) };
                let last_asked = LastAsked { at: tools.now, word: report.word().cloned(), again_at: held.again_at };
                let again = Job { run_at: held.again_at, lease: None, ..job.clone() };
                (Refund { last_asked: Some(last_asked), ..before.clone() }, vec![Change::PutJob(again)])
            }
            (RefundState::Succeeded { .. } | RefundState::Refused { .. }, Heard::Settled)
                if before.done_at.is_none() =>
            {
                (Refund { done_at: Some(tools.now), ..before.clone() }, Vec::new())
            }
            _ => return Ok((before.clone(), Vec::new())),
        };
        changes.push(Change::PutRefund(after.clone()));
        changes.extend(job.filter(|_| after.done_at.is_some()).map(|job| Change::FinishJob(job.id)));
        Ok((after, changes))
    }
}

/// What the payer gets back, by the roads it came.
fn given_back(world: &World, payment: &Payment, refund: &Refund, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let (mut changes, mut bill) = (Vec::new(), None);
    for part in &refund.parts {
        match part.road {
            Road::Wallet | Road::Channel { .. } => {}
            Road::PayLater => {
                let (off, more) = off_bill(world, payment, part.amount, tools)?;
                bill = Some(off);
                changes.extend(more);
            }
            Road::Points { points } => {
                let own = world.accounts.get(&payment.account).and_then(|file| file.points.as_ref());
                changes.extend(points::refunded(own, payment, points, tools)?);
            }
        }
    }
    let came = payment.refunded.plus(refund.amount()).map_err(|error| Rejection::State(error.to_string()))?;
    changes.push(Change::Post(refund.posting(payment.account, bill, tools.now)?));
    changes.push(Change::PutPayment(Payment { refunded: came, ..payment.clone() }));
    Ok(changes)
}

/// The order's bill after so much came back, and what the rest of it is: the payer's own, who had repaid it or is about to.
fn off_bill(
    world: &World,
    payment: &Payment,
    amount: Money,
    tools: &Tools<'_>,
) -> Result<(OffBill, Vec<Change>), Rejection> {
    let missing = || Rejection::NotFound { what: "bill of payment", id: payment.id.to_string() };
    let before = world.billed.get(&payment.id).ok_or_else(missing)?;
    let (charged, mut changes) = settle::charge(before, tools)?;
    let line = world.accounts.get(&payment.account).and_then(|file| file.pay_later.as_ref());
    let under_way = line.map_or(Money::zero(amount.currency()), |known| settle::under_way(known, charged.id));
    let (bill, over) = charged.refunded(amount, under_way, day_of(tools.now))?;
    let owed = amount.minus(over).map_err(|error| Rejection::State(error.to_string()))?;
    if bill.settled_on.is_some() && before.settled_on.is_none() {
        changes.push(Change::FinishJob(settle::job_of(bill.id)));
    }
    changes.push(Change::PutBill(bill));
    Ok((OffBill { owed, over }, changes))
}

/// Why a channel has refused, as every other code of a channel is told.
fn findings(payment: &Payment, refund: &Refund, report: &AttemptReport) -> Vec<Finding> {
    let AttemptReport::Declined { word, causes } = report else { return Vec::new() };
    let attempt = refund.through_channel().and_then(|(_, attempt, _)| payment.attempt(attempt));
    let finding = |(cause, confidence): (Cause, Confidence)| {
        let evidence = Evidence::Told { cause, word: word.clone() };
        let instrument = attempt.map(|attempt| attempt.instrument);
        Finding { cause, confidence, evidence: evidence.fields(), instrument }
    };
    // A code that speaks for nothing which anybody could remove: a person must look at it.
    let nothing = [(Cause::SupportEscalate, Confidence::Certain)];
    let told = if causes.is_empty() { &nothing[..] } else { causes };
    told.iter().copied().map(finding).collect()
}
