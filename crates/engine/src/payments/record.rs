//! The one door by which a channel's word about an attempt enters: answer, notification and query alike.
//!
//! It is repeatable: the same word twice, late or out of order has one effect.

use jiff::Timestamp;
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Recorded};
use tantu_domain::card::TokenStanding;
use tantu_domain::cause::CauseGroup;
use tantu_domain::client::Speaker;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AttemptId, JobId, PaymentId, RefundId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate, MandateReport, MandateState};
use tantu_domain::ledger::Transaction;
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::payment::{Counted, Payment, Refusal};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::{AccountFile, World};

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::incidents::{left_open, stopped};
use crate::pay_later::pays_for;
use crate::pay_later::settle::follow;
use crate::payments::submit::{Sum, count, decided, file_of, job_of, lease, unfinished, verdict, waits_at_channel};
use crate::payments::told::{Told, refuse};
use crate::points::ended;

/// The job on whose behalf a word is recorded.
#[derive(Debug, Clone, Copy)]
pub struct HeldJob {
    /// Which.
    pub id: JobId,
    /// The fence of the lease that we hold.
    pub fence: u64,
    /// When to ask again should the attempt still be undecided.
    pub again_at: Timestamp,
}

/// Brings in what a channel said.
#[derive(Debug, Clone)]
pub struct RecordAttempt {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// What.
    pub report: AttemptReport,
    /// What it said of the mandate when asked, if the code of a refusal made us ask.
    pub mandate: Option<MandateReport>,
    /// The job that asked; `None` for a notification.
    pub job: Option<HeldJob>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOutcome {
    /// The payment.
    pub payment: PaymentId,
    /// What changed.
    pub recorded: Recorded,
}

impl Command for RecordAttempt {
    type Outcome = RecordOutcome;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.attempts.insert(self.attempt);
        keys.jobs.insert(job_of(self.attempt));
        keys.jobs.extend(self.job.map(|held| held.id));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<RecordOutcome> {
        if let Some(held) = self.job
            && world.jobs.get(&held.id).is_some_and(|job| job.fence != held.fence)
        {
            return Err(Rejection::Fenced(held.id));
        }
        let missing = || Rejection::NotFound { what: "attempt", id: self.attempt.to_string() };
        let id = world.attempts.get(&self.attempt).ok_or_else(missing)?;
        let before = world.payments.get(id).ok_or_else(missing)?;
        let refund = RefundId::new(tools.ids, before.account.shard());
        let (payment, recorded, given_back) = before.clone().record(self.attempt, &self.report, refund, tools.now)?;
        // Held points go the way of the attempt, in the same commit.
        let (payment, points) = ended(world, payment, &recorded, tools)?;
        let world = &*points.world;
        let attempt = payment.attempt(self.attempt).cloned().ok_or_else(missing)?;
        let mut changes = self.consequences(world, payment, &attempt, &recorded, tools)?;
        changes.extend(points.changes);
        changes.extend(given_back.into_iter().flat_map(|counted: Counted| {
            count(before, counted, Money::new(-attempt.amount.minor(), attempt.amount.currency()))
        }));
        changes.extend(self.after_job(world, &attempt));
        changes.extend(of_bill(world, &changes, tools)?);
        changes.extend(stopped(&changes, tools.now));
        if recorded == Recorded::Undecided {
            changes.extend(left_open(&world.incidents, before, (&attempt, &self.report), tools.now));
        }
        Ok((RecordOutcome { payment: *id, recorded }, changes))
    }
}

impl RecordAttempt {
    fn consequences(
        &self,
        world: &World,
        payment: Payment,
        attempt: &Attempt,
        recorded: &Recorded,
        tools: &Tools<'_>,
    ) -> Result<Vec<Change>, Rejection> {
        let shard = payment.account.shard();
        let posting = TransactionId::new(tools.ids, shard);
        match recorded {
            Recorded::Nothing => Ok(Vec::new()),
            Recorded::Contradiction => {
                tracing::error!(attempt = %attempt.id, report = ?self.report, "the channel reports another amount than was asked; nothing is believed");
                Ok(Vec::new())
            }
            Recorded::Undecided => Ok(vec![Change::PutPayment(payment)]),
            Recorded::Captured => {
                let charge = captured(&payment, attempt, posting, tools)?.for_payment(payment.id);
                let used = used_card(world, &payment, attempt, tools);
                let changes = [Change::PutPayment(payment), Change::Post(charge)];
                Ok(changes.into_iter().chain(used).collect())
            }
            Recorded::Declined => self.declined(world, payment, attempt, tools),
            Recorded::Closed => closed(world, payment, attempt, tools),
            Recorded::LateSuccess(refund) => {
                let late =
                    Transaction::late_success(posting, tools.now, attempt.channel, payment.account, attempt.amount)?
                        .for_payment(payment.id);
                let job = return_job(&payment, attempt, *refund, tools);
                Ok(vec![Change::PutPayment(payment), Change::Post(late), Change::PutJob(job)])
            }
            Recorded::Returned => {
                let back =
                    Transaction::late_refund(posting, tools.now, attempt.channel, payment.account, attempt.amount)?
                        .for_payment(payment.id);
                Ok(vec![Change::PutPayment(payment), Change::Post(back)])
            }
        }
    }

    /// The channel said no: what it told us stands as observations, and the same evaluation as ever says
    /// what now blocks which instrument.
    fn declined(
        &self,
        world: &World,
        payment: Payment,
        attempt: &Attempt,
        tools: &Tools<'_>,
    ) -> Result<Vec<Change>, Rejection> {
        let AttemptReport::Declined { word, causes } = &self.report else {
            return Ok(vec![Change::PutPayment(payment)]);
        };
        let mut file = file_of(world, &payment)?.into_owned();
        let mut changes = Vec::new();
        if let Some(mandate) = self.mandate_after(&file, attempt) {
            put_mandate(&mut file, &mandate);
            changes.push(Change::PutMandate(mandate));
        }
        // What the mandate itself now says needs no hearsay beside it.
        let settled = !changes.is_empty();
        let causes: Vec<_> =
            causes.iter().copied().filter(|(cause, _)| !(settled && cause.group() == CauseGroup::Mandate)).collect();
        let told = Told { instrument: attempt.instrument, word, causes: &causes };
        changes.extend(refuse(world, file, payment, told, tools)?);
        Ok(changes)
    }

    fn mandate_after(&self, file: &AccountFile, attempt: &Attempt) -> Option<Mandate> {
        let report = self.mandate.as_ref()?;
        let instrument = file.instruments.iter().find(|instrument| instrument.id == attempt.instrument)?;
        match &instrument.kind {
            InstrumentKind::Mandate(mandate) => {
                let made_under = attempt.permission.agreement_no();
                // Signed again meanwhile: the word is about the one that the attempt was made under.
                let same = matches!(&mandate.state, MandateState::Active { agreement_no, .. } if Some(agreement_no.as_str()) == made_under);
                let changed = mandate.clone().record(report);
                (same && changed != *mandate).then_some(changed)
            }
            InstrumentKind::Wallet
            | InstrumentKind::Confirmed { .. }
            | InstrumentKind::Card(_)
            | InstrumentKind::PayLater
            | InstrumentKind::Points => None,
        }
    }

    fn after_job(&self, world: &World, attempt: &Attempt) -> Vec<Change> {
        let resolve = world.jobs.get(&job_of(attempt.id));
        let asked = self.job.and_then(|held| world.jobs.get(&held.id).map(|job| (held, job)));
        let mut changes = Vec::new();
        match (&attempt.state, resolve, asked) {
            (AttemptState::Submitted { .. }, Some(job), Some((held, _))) if held.id == job.id => {
                changes.push(Change::PutJob(Job { run_at: held.again_at, lease: None, ..job.clone() }));
            }
            (AttemptState::Submitted { .. }, _, _) => {}
            (AttemptState::Returning { .. }, _, Some((held, job))) if held.id != job_of(attempt.id) => {
                changes.push(Change::PutJob(Job { run_at: held.again_at, lease: None, ..job.clone() }));
            }
            (AttemptState::Returned { refund, .. }, _, Some((held, _)))
                if JobId::from_bytes(refund.bytes()) == Some(held.id) =>
            {
                changes.push(Change::FinishJob(held.id));
            }
            (_, Some(job), _) => changes.push(Change::FinishJob(job.id)),
            (_, None, _) => {}
        }
        changes
    }
}

/// The books after a channel has taken the money: it is the merchant's, or of a top-up the payer's own.
fn captured(
    payment: &Payment,
    attempt: &Attempt,
    posting: TransactionId,
    tools: &Tools<'_>,
) -> Result<Transaction, Rejection> {
    let (channel, account, amount) = (attempt.channel, payment.account, attempt.amount);
    Ok(if payment.buys_points() {
        Transaction::points_bought(posting, tools.now, Some(channel), account, amount)?
    } else if payment.is_top_up() {
        Transaction::top_up(posting, tools.now, channel, account, amount)?
    } else {
        Transaction::channel_charge(posting, tools.now, channel, account, payment.merchant, amount)?
    })
}

/// The card that was charged, with its last good use.
fn used_card(world: &World, payment: &Payment, attempt: &Attempt, tools: &Tools<'_>) -> Option<Change> {
    let file = world.accounts.get(&payment.account)?;
    let used = file.instruments.iter().find(|instrument| instrument.id == attempt.instrument)?;
    let InstrumentKind::Card(card) = &used.kind else { return None };
    let card = card.clone().record(TokenStanding::Holds, tools.now);
    Some(Change::PutInstrument(Instrument { kind: InstrumentKind::Card(card), ..used.clone() }))
}

fn put_mandate(file: &mut AccountFile, changed: &Mandate) {
    for instrument in &mut file.instruments {
        if let InstrumentKind::Mandate(mandate) = &mut instrument.kind
            && mandate.id == changed.id
        {
            *mandate = changed.clone();
        }
    }
}

/// What follows for a bill, if the payment repays one.
fn of_bill(world: &World, changes: &[Change], tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let payment = changes.iter().rev().find_map(|change| match change {
        Change::PutPayment(payment) if pays_for(payment, tools.settings) == PaysFor::Bill => Some(payment),
        _ => None,
    });
    let Some(payment) = payment else { return Ok(Vec::new()) };
    let file = file_of(world, payment)?;
    let known = file.pay_later.as_ref();
    let own = known.and_then(|known| known.repayments.iter().find(|one| one.payment == payment.id));
    own.map_or_else(|| Ok(Vec::new()), |own| follow(&file, own, payment, tools))
}

fn closed(world: &World, payment: Payment, attempt: &Attempt, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let before = world.payments.get(&payment.id);
    let asked = before.is_some_and(waits_at_channel);
    let (last_contact, fault) =
        match before.and_then(|payment| payment.attempt(attempt.id)).map(|attempt| &attempt.state) {
            Some(AttemptState::Submitted { last_contact, fault, .. }) => (*last_contact, fault.as_ref()),
            Some(_) | None => (None, None),
        };
    let why = if asked { not_confirmed(attempt, tools.now) } else { unfinished(attempt, last_contact, fault) };
    let file = file_of(world, &payment)?;
    let verdict = verdict(
        &file,
        &world.incidents,
        Sum::of(&payment, tools),
        &Speaker::default(),
        (false, None),
        pays_for(&payment, tools.settings),
        tools,
    );
    let decision = decided(&payment, attempt.instrument, &verdict, tools);
    let mut causes = vec![why];
    causes.extend(verdict.findings(attempt.instrument));
    let refusal = Refusal { causes, can_pay_with: verdict.can_pay_with() };
    Ok(vec![Change::PutPayment(payment.refuse(refusal, tools.now)?), decision])
}

/// The payer was asked there, and the attempt ended before he confirmed.
fn not_confirmed(attempt: &Attempt, now: Timestamp) -> Finding {
    let evidence = Evidence::ChannelNotConfirmed {
        channel: attempt.channel,
        sent_at: attempt.submitted_at,
        expired_at: attempt.expires_at.min(now),
    };
    Finding {
        cause: evidence.cause(),
        confidence: Confidence::Certain,
        evidence: evidence.fields(),
        instrument: Some(attempt.instrument),
    }
}

fn return_job(payment: &Payment, attempt: &Attempt, refund: RefundId, tools: &Tools<'_>) -> Job {
    Job {
        id: JobId::from_bytes(refund.bytes()).unwrap_or_else(|| unreachable!("a refund's last byte is its shard")),
        kind: JobKind::ReturnLateSuccess { payment: payment.id, attempt: attempt.id, refund },
        run_at: tools.now,
        tries: 0,
        fence: 1,
        lease: Some(lease(tools)),
    }
}
