//! The one place that decides about an open payment: refuse it with every cause, take it from the wallet,
//! or store an attempt as submitted. Creating and resuming both come here.

use jiff::SignedDuration;
use tantu_domain::answer::Answer;
use tantu_domain::attempt::{Attempt, AttemptState, Permission};
use tantu_domain::channel::Channel;
use tantu_domain::check::Decision;
use tantu_domain::client::Speaker;
use tantu_domain::evaluate::{Situation, Verdict, evaluate};
use tantu_domain::evidence::{Evidence, Finding};
use tantu_domain::ids::{AttemptId, DecisionId, InstrumentId, JobId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind, MandateState};
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::Window;
use tantu_domain::money::Money;
use tantu_domain::payment::{Counted, Payment, PaymentState, Refusal};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind, Lease};
use tantu_store::world::{AccountFile, World};

use crate::command::Tools;
use crate::error::Rejection;
use crate::payments::answer::answer_of;

/// What is known of a payment's account.
pub(crate) fn file_of<'a>(world: &'a World, payment: &Payment) -> Result<&'a AccountFile, Rejection> {
    world
        .accounts
        .get(&payment.account)
        .ok_or_else(|| Rejection::NotFound { what: "account", id: payment.account.to_string() })
}

/// The verdict on an amount, from what a batch or a reader has loaded.
pub(crate) fn verdict(
    file: &AccountFile,
    incidents: &[tantu_domain::incident::Incident],
    amount: Money,
    speaker: &Speaker,
    proven: bool,
    tools: &Tools<'_>,
) -> Verdict {
    let situation = Situation {
        policy: tools.policy,
        account: &file.account,
        amount,
        instruments: &file.instruments,
        observations: &file.observations,
        incidents,
        uses: &file.uses,
        channels: tools.channels,
        speaker,
        proven,
    };
    evaluate(&situation, tools.now)
}

/// What a decision rested on, to be kept with it.
pub(crate) fn decided(payment: &Payment, chosen: InstrumentId, verdict: &Verdict, tools: &Tools<'_>) -> Change {
    Change::PutDecision(Decision {
        id: DecisionId::new(tools.ids, payment.account.shard()),
        payment: payment.id,
        at: tools.now,
        policy: tools.policy.version.clone(),
        chosen,
        outcome: verdict.outcome(chosen),
        checks: verdict.checks.clone(),
    })
}

/// What a request to pay brings along besides the payment itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brought<'a> {
    /// Who speaks for the payer.
    pub(crate) speaker: &'a Speaker,
    /// Whether the payer has entered his pay password for this payment.
    pub(crate) proven: bool,
    /// The attempt that a payment code is kept for, if the payer has shown one.
    pub(crate) shown: Option<AttemptId>,
}

/// Decides about an open payment.
pub(crate) fn submit(
    world: &World,
    payment: Payment,
    brought: Brought<'_>,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let file = file_of(world, &payment)?;
    let chosen = chosen(file, &payment)?;
    if brought.shown.is_some() && !matches!(chosen.kind, InstrumentKind::Confirmed { .. }) {
        return Err(Rejection::CodeUnfit);
    }
    let verdict = verdict(file, &world.incidents, payment.amount, brought.speaker, brought.proven, tools);
    let decision = decided(&payment, chosen.id, &verdict, tools);
    let (answer, payment, mut changes) = follow(payment, chosen, &verdict, brought.shown, tools)?;
    changes.push(decision);
    Ok((answer, payment, changes))
}

/// Does what the verdict says.
fn follow(
    payment: Payment,
    chosen: &Instrument,
    verdict: &Verdict,
    shown: Option<AttemptId>,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    if !verdict.allows(chosen.id) {
        let refusal = Refusal { causes: verdict.findings(chosen.id), can_pay_with: verdict.can_pay_with() };
        let payment = payment.refuse(refusal.clone(), tools.now)?;
        let changes = vec![Change::PutPayment(payment.clone())];
        return Ok((Answer::Refused(refusal), payment, changes));
    }
    if let Some(action) = verdict.action(chosen.id) {
        let payment = payment.require(action, tools.now)?;
        let changes = vec![Change::PutPayment(payment.clone())];
        return Ok((Answer::RequiresAction { action }, payment, changes));
    }
    match &chosen.kind {
        InstrumentKind::Wallet => from_wallet(payment, chosen, tools),
        InstrumentKind::Mandate(mandate) => match &mandate.state {
            MandateState::Active { agreement_no, .. } => {
                let id = AttemptId::new(tools.ids, payment.account.shard());
                let permission = Permission::Mandate { agreement_no: agreement_no.clone() };
                through_channel(payment, (id, mandate.channel, permission), chosen, tools)
            }
            // evaluate() allows no mandate that is not active.
            MandateState::Signing { .. } | MandateState::Revoked { .. } | MandateState::Expired { .. } => {
                Err(Rejection::State("the mandate is not active".into()))
            }
        },
        InstrumentKind::Confirmed { channel } => {
            let (id, permission) = match shown {
                Some(attempt) => (attempt, Permission::PaymentCode),
                None => (AttemptId::new(tools.ids, payment.account.shard()), Permission::ChannelPage),
            };
            through_channel(payment, (id, *channel, permission), chosen, tools)
        }
    }
}

fn chosen<'a>(file: &'a AccountFile, payment: &Payment) -> Result<&'a Instrument, Rejection> {
    let id = payment.instrument();
    let found = file.instruments.iter().find(|instrument| Some(instrument.id) == id);
    found.ok_or_else(|| Rejection::NotFound {
        what: "instrument",
        id: id.map_or_else(String::new, |id: InstrumentId| id.to_string()),
    })
}

fn from_wallet(
    payment: Payment,
    chosen: &Instrument,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let id = TransactionId::new(tools.ids, payment.account.shard());
    let posting = Transaction::wallet_charge(id, tools.now, payment.account, payment.merchant, payment.amount)?
        .for_payment(payment.id);
    let counted = Counted { product: chosen.product(), at: tools.now };
    let payment = payment.capture(counted, tools.now)?;
    let mut changes = vec![Change::PutPayment(payment.clone()), Change::Post(posting)];
    changes.extend(count(&payment, counted, payment.amount));
    Ok((Answer::Succeeded, payment, changes))
}

fn attempt(
    payment: &Payment,
    instrument: InstrumentId,
    (id, channel, permission): (AttemptId, Channel, Permission),
    tools: &Tools<'_>,
) -> Attempt {
    let expiry = match &permission {
        Permission::Mandate { .. } => tools.settings.charge_expiry,
        // A person needs longer than a machine.
        Permission::ChannelPage | Permission::PaymentCode => tools.settings.confirm_expiry,
    };
    Attempt {
        id,
        channel,
        instrument,
        amount: payment.amount,
        permission,
        submitted_at: tools.now,
        // Channels take whole seconds; cutting down never makes our view later than theirs.
        expires_at: whole_second(tools.now.checked_add(expiry).unwrap_or(tools.now)),
        state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: None },
    }
}

fn whole_second(at: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn through_channel(
    payment: Payment,
    asked: (AttemptId, Channel, Permission),
    chosen: &Instrument,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let attempt = attempt(&payment, chosen.id, asked, tools);
    let counted = Counted { product: chosen.product(), at: tools.now };
    let job = resolve_job(&payment, &attempt, tools);
    let payment = payment.submit(attempt, counted, tools.now)?;
    let mut changes = vec![Change::PutPayment(payment.clone()), Change::PutJob(job)];
    changes.extend(count(&payment, counted, payment.amount));
    Ok((answer_of(&payment), payment, changes))
}

/// How long nobody asks about a page that the payer was sent to: he has to sign in there first.
const BEFORE_A_PAGE_IS_ASKED_ABOUT: SignedDuration = SignedDuration::from_secs(5);

/// The job that brings an attempt to its end. Its id has the attempt's bytes, so that whoever learns the end
/// knows which job is done. A charge is held by this process from the commit on, which sends it; a page is opened by
/// the payer, so there is only something to ask about, and anybody may.
fn resolve_job(payment: &Payment, attempt: &Attempt, tools: &Tools<'_>) -> Job {
    let (run_at, lease) = match &attempt.permission {
        Permission::Mandate { .. } | Permission::PaymentCode => (tools.now, Some(lease(tools))),
        Permission::ChannelPage => (tools.now.checked_add(BEFORE_A_PAGE_IS_ASKED_ABOUT).unwrap_or(tools.now), None),
    };
    Job {
        id: job_of(attempt.id),
        kind: JobKind::ResolveAttempt { payment: payment.id, attempt: attempt.id },
        run_at,
        tries: 0,
        fence: 1,
        lease,
    }
}

/// A lease of this process from now on.
pub(crate) fn lease(tools: &Tools<'_>) -> Lease {
    Lease {
        owner: tools.settings.process.clone(),
        until: tools.wall.checked_add(tools.settings.lease).unwrap_or(tools.wall),
    }
}

/// The job of an attempt.
pub(crate) fn job_of(attempt: AttemptId) -> JobId {
    JobId::from_bytes(attempt.bytes()).unwrap_or_else(|| unreachable!("an attempt's last byte is its shard"))
}

/// Counts an amount in every window of its instant, or gives it back if it is negative.
pub(crate) fn count(payment: &Payment, counted: Counted, amount: Money) -> Vec<Change> {
    let adjust = |window: &Window| Change::AdjustLimit {
        account: payment.account,
        product: counted.product,
        window: *window,
        starts_on: window.start(counted.at),
        delta: amount,
    };
    Window::ALL.iter().map(adjust).collect()
}

/// Whether a payment waits for its payer at a channel, with an attempt under way.
pub(crate) fn waits_at_channel(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::RequiresAction { action, .. } if action.is_at_channel())
}

/// What a payer is told while only the channel knows: a fault that it answered, or a silent line.
pub(crate) fn undecided_causes(payment: &Payment) -> Vec<Finding> {
    let Some(attempt) = payment.undecided_attempt() else { return Vec::new() };
    let AttemptState::Submitted { last_contact, fault, .. } = &attempt.state else { return Vec::new() };
    vec![unfinished(attempt, *last_contact, fault.as_ref())]
}

/// The cause of an attempt that did not come to a plain end.
pub(crate) fn unfinished(
    attempt: &Attempt,
    last_contact: Option<jiff::Timestamp>,
    fault: Option<&tantu_domain::channel::ChannelWord>,
) -> Finding {
    let evidence = match fault {
        Some(word) => Evidence::ChannelInterfaceFault {
            channel: word.channel,
            code: word.code.clone(),
            since: word.at,
            breaker: "closed",
            expected_end: None,
        },
        None => Evidence::NetworkUnstable {
            attempt: attempt.id,
            channel: attempt.channel,
            sent_at: attempt.submitted_at,
            last_contact,
        },
    };
    Finding {
        cause: evidence.cause(),
        confidence: tantu_domain::evidence::Confidence::Certain,
        evidence: evidence.fields(),
        instrument: Some(attempt.instrument),
    }
}
