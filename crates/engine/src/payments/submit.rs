//! The one place that decides about an open payment: refuse it with every cause, take it from the wallet,
//! or store an attempt as submitted. Creating and resuming both come here.

use std::borrow::Cow;

use jiff::SignedDuration;
use tantu_domain::answer::Answer;
use tantu_domain::attempt::{Attempt, AttemptState, Permission};
use tantu_domain::cause::CauseGroup;
use tantu_domain::channel::Channel;
use tantu_domain::check::Decision;
use tantu_domain::client::Speaker;
use tantu_domain::clock::day_of;
use tantu_domain::evaluate::{Situation, Verdict, evaluate};
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AttemptId, BillId, DecisionId, InstrumentId, JobId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind, MandateState};
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::{Counter, Window};
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::payment::{Action, Counted, Payment, PaymentError, PaymentState, Refusal};
use tantu_paylater::bill::Bill;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind, Lease};
use tantu_store::pay_later::Repayment;
use tantu_store::world::{AccountFile, World};

use crate::command::Tools;
use crate::error::Rejection;
use crate::incidents::stopped;
use crate::pay_later;
use crate::pay_later::settle::repayment_of;
use crate::pay_later::tend_bill::first_job;
use crate::payments::answer::answer_of;
use crate::points::{captured_with, hold, points_of, spend};
use crate::risk::{Asked, look};

/// What is known of a payment's account, with the instruments that may be charged for it: of a top-up debit cards alone.
pub(crate) fn file_of<'a>(world: &'a World, payment: &Payment) -> Result<Cow<'a, AccountFile>, Rejection> {
    let missing = || Rejection::NotFound { what: "account", id: payment.account.to_string() };
    let file = world.accounts.get(&payment.account).ok_or_else(missing)?;
    if !payment.is_top_up() && !payment.buys_points() {
        return Ok(Cow::Borrowed(file));
    }
    let mut own = file.clone();
    own.instruments.retain(|instrument| payment.may_take(instrument));
    Ok(Cow::Owned(own))
}

/// What is to be paid: by an instrument, and by points beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    /// By the instrument.
    pub(crate) rest: Money,
    /// By points.
    pub(crate) points: i64,
}

impl From<Money> for Sum {
    fn from(rest: Money) -> Self {
        Self { rest, points: 0 }
    }
}

impl Sum {
    /// Of a payment. What is no whole number of points any more, because their rate was changed, no points can pay.
    pub(crate) fn of(payment: &Payment, tools: &Tools<'_>) -> Self {
        let points = payment.points_leg().map_or(0, |leg| points_of(leg.amount, tools).unwrap_or(i64::MAX));
        Self { rest: payment.rest(), points }
    }
}

/// The verdict on an amount, from what a batch or a reader has loaded.
pub(crate) fn verdict(
    file: &AccountFile,
    incidents: &[tantu_domain::incident::Incident],
    sum: impl Into<Sum>,
    speaker: &Speaker,
    (proven, coded): (bool, Option<InstrumentId>),
    pays_for: PaysFor,
    tools: &Tools<'_>,
) -> Verdict {
    let line = pay_later::standing(file, tools);
    let sum = sum.into();
    let situation = Situation {
        policy: tools.policy,
        account: &file.account,
        amount: sum.rest,
        with_points: sum.points,
        points: file.points.as_ref(),
        instruments: &file.instruments,
        observations: &file.observations,
        incidents,
        uses: &file.uses,
        channels: tools.channels,
        speaker,
        proven,
        line: line.as_ref(),
        pays_for,
        coded,
    };
    evaluate(&situation, tools.now)
}

/// The verdict on collecting a bill while its payer is away. He has agreed to it when he designated his instruments, so neither
/// his password is asked for, nor his bank's code, which no part needs that the schedule asks for; and what was told of funds does not stop us: the schedule has waited for them.
pub(crate) fn collecting_verdict(
    file: &AccountFile,
    incidents: &[tantu_domain::incident::Incident],
    amount: Money,
    speaker: &Speaker,
    tools: &Tools<'_>,
) -> Verdict {
    let mut file = file.clone();
    file.observations.retain(|observation| observation.cause.group() != CauseGroup::Funds);
    let mut policy = tools.policy.clone();
    policy.cards.bank_code_free = amount;
    let tools = Tools { policy: &policy, ..*tools };
    verdict(&file, incidents, amount, speaker, (true, None), PaysFor::Bill, &tools)
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
    /// The charge that the payer has entered his bank's code for.
    pub(crate) coded: Option<AttemptId>,
    /// The repayment that a new payment to the lender is made for.
    pub(crate) repayment: Option<&'a Repayment>,
}

/// Decides about an open payment.
pub(crate) fn submit(
    world: &World,
    payment: Payment,
    brought: Brought<'_>,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let known = file_of(world, &payment)?;
    let looked = look(&known.account, &asked_of(&payment, &brought), tools);
    let seen = looked.file(&known);
    let file = &*seen;
    let chosen = chosen(file, &payment)?;
    if brought.shown.is_some() && !matches!(chosen.kind, InstrumentKind::Confirmed { .. }) {
        return Err(Rejection::CodeUnfit);
    }
    let pays_for = pay_later::pays_for(&payment, tools.settings);
    let repayment = match (pays_for, brought.repayment) {
        (PaysFor::Order | PaysFor::Wallet, _) => None,
        (PaysFor::Bill, Some(new)) => Some(new.clone()),
        // One that is resumed must still be owed, and asks with the instrument that is chosen now.
        (PaysFor::Bill, None) => {
            let own = repayment_of(file, &payment)?;
            Some(Repayment { instrument: chosen.id, product: chosen.product(), occasion: None, at: tools.now, ..own })
        }
    };
    let coded = coded(&payment, chosen, brought.coded, tools)?;
    // The bank is asked for its code only once the pay password was proven, so the code speaks for both.
    let proven = (brought.proven || coded.is_some(), coded);
    let mut verdict = if repayment.as_ref().is_some_and(|one| one.occasion.is_some()) {
        collecting_verdict(file, &world.incidents, payment.amount, brought.speaker, tools)
    } else {
        verdict(file, &world.incidents, Sum::of(&payment, tools), brought.speaker, proven, pays_for, tools)
    };
    verdict.checks.extend(looked.check(tools));
    let decision = decided(&payment, chosen.id, &verdict, tools);
    let (answer, payment, mut changes) = follow(payment, (file, chosen), &verdict, brought, tools)?;
    changes.push(decision);
    if let Some(repayment) = repayment {
        changes.extend(pay_later::settle::follow(file, &repayment, &payment, tools)?);
    }
    changes.extend(looked.changes(payment.account, world, tools)?);
    changes.extend(stopped(&changes, tools.now));
    Ok((answer, payment, changes))
}

/// The card whose bank's code was entered for this payment, in time.
fn coded(
    payment: &Payment,
    chosen: &Instrument,
    entered: Option<AttemptId>,
    tools: &Tools<'_>,
) -> Result<Option<InstrumentId>, Rejection> {
    let Some(entered) = entered else { return Ok(None) };
    let awaited = payment.awaited_code().filter(|code| code.attempt == entered && code.instrument == chosen.id);
    match awaited {
        Some(code) if code.answered && tools.now < code.ends_at() => Ok(Some(chosen.id)),
        Some(_) | None => Err(Rejection::CodeSpent),
    }
}

/// What the rules against misuse are asked about a payment: one that is not decided yet is a new order.
fn asked_of<'a>(payment: &Payment, brought: &Brought<'a>) -> Asked<'a> {
    Asked {
        speaker: brought.speaker,
        amount: payment.amount,
        payee: Some(payment.merchant),
        fresh: matches!(payment.state, PaymentState::Created),
        proven: brought.proven,
    }
}

/// Does what the verdict says.
fn follow(
    payment: Payment,
    (file, chosen): (&AccountFile, &Instrument),
    verdict: &Verdict,
    brought: Brought<'_>,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    if !verdict.allows(chosen.id) {
        let refusal = Refusal { causes: verdict.findings(chosen.id), can_pay_with: verdict.can_pay_with() };
        let payment = payment.refuse(refusal.clone(), tools.now)?;
        let changes = vec![Change::PutPayment(payment.clone())];
        return Ok((Answer::Refused(refusal), payment, changes));
    }
    if verdict.action(chosen.id) == Some(Action::BankCode) {
        return ask_bank_code(payment, chosen, verdict, tools);
    }
    if let Some(action) = verdict.action(chosen.id) {
        let payment = payment.require(action, tools.now)?;
        let changes = vec![Change::PutPayment(payment.clone())];
        return Ok((Answer::RequiresAction { action }, payment, changes));
    }
    match &chosen.kind {
        InstrumentKind::Wallet => from_wallet(payment, (file, chosen), brought.proven, tools),
        InstrumentKind::PayLater => from_line(payment, (file, chosen), tools),
        InstrumentKind::Points => from_points(payment, (file, chosen), tools),
        InstrumentKind::Mandate(mandate) => match &mandate.state {
            MandateState::Active { agreement_no, .. } => {
                let id = AttemptId::new(tools.ids, payment.account.shard());
                let permission = Permission::Mandate { agreement_no: agreement_no.clone() };
                through_channel(payment, (id, mandate.channel, permission), (file, chosen), tools)
            }
            // evaluate() allows no mandate that is not active.
            MandateState::Signing { .. } | MandateState::Revoked { .. } | MandateState::Expired { .. } => {
                Err(Rejection::State("the mandate is not active".into()))
            }
        },
        InstrumentKind::Confirmed { channel } => {
            let (id, permission) = match brought.shown {
                Some(attempt) => (attempt, Permission::PaymentCode),
                None => (AttemptId::new(tools.ids, payment.account.shard()), Permission::ChannelPage),
            };
            through_channel(payment, (id, *channel, permission), (file, chosen), tools)
        }
        InstrumentKind::Card(_) => {
            // With a code the number was reserved when it was asked for: the code is good for that charge alone.
            let id = brought.coded.unwrap_or_else(|| AttemptId::new(tools.ids, payment.account.shard()));
            through_channel(payment, (id, Channel::UnionPay, Permission::Token), (file, chosen), tools)
        }
    }
}

/// The bank is to send its code before the card is charged. If one was sent just now it still waits for that.
fn ask_bank_code(
    payment: Payment,
    chosen: &Instrument,
    verdict: &Verdict,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let waits = Answer::RequiresAction { action: Action::BankCode };
    let still = payment.awaited_code().filter(|code| code.instrument == chosen.id && tools.now < code.ends_at());
    if still.is_some() {
        return Ok((waits, payment, Vec::new()));
    }
    let attempt = AttemptId::new(tools.ids, payment.account.shard());
    match payment.clone().ask_code(attempt, chosen.id, tools.now) {
        Ok(asked) => {
            let job = send_code_job(&asked, attempt, tools);
            Ok((waits, asked.clone(), vec![Change::PutPayment(asked), Change::PutJob(job)]))
        }
        Err(PaymentError::TooSoon(soon)) => {
            let sent = payment.legs.first().and_then(|leg| leg.code.as_ref()).map(|code| code.sendings.left(tools.now));
            let evidence =
                Evidence::CodeWrong { state: "too_soon", next_code_at: Some(soon.at), sends_left: sent.unwrap_or(0) };
            let why = Finding {
                cause: evidence.cause(),
                confidence: Confidence::Certain,
                evidence: evidence.fields(),
                instrument: Some(chosen.id),
            };
            let others = verdict.can_pay_with().into_iter().filter(|other| *other != chosen.id).collect();
            let causes = std::iter::once(why).chain(verdict.findings(chosen.id)).collect();
            let refusal = Refusal { causes, can_pay_with: others };
            let payment = payment.refuse(refusal.clone(), tools.now)?;
            Ok((Answer::Refused(refusal), payment.clone(), vec![Change::PutPayment(payment)]))
        }
        Err(other) => Err(other.into()),
    }
}

/// The job that has a bank's code sent. Held by this process from the commit on: it is sent once, by us.
pub(crate) fn send_code_job(payment: &Payment, attempt: AttemptId, tools: &Tools<'_>) -> Job {
    Job {
        id: job_of(attempt),
        kind: JobKind::SendBankCode { payment: payment.id, attempt },
        run_at: tools.now,
        tries: 0,
        fence: 1,
        lease: Some(lease(tools)),
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
    (file, chosen): (&AccountFile, &Instrument),
    proven: bool,
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let id = TransactionId::new(tools.ids, payment.account.shard());
    let (account, amount) = (payment.account, payment.rest());
    let posting = if payment.buys_points() {
        Transaction::points_bought(id, tools.now, None, account, amount)?
    } else {
        Transaction::wallet_charge(id, tools.now, account, payment.merchant, amount)?
    };
    let posting = posting.for_payment(payment.id);
    let counted = Counted { counter: Counter::of(chosen.product(), proven), at: tools.now };
    let payment = payment.capture(counted, tools.now)?;
    let (payment, points) = captured_with(file.points.as_ref(), payment, tools)?;
    let mut changes = vec![Change::PutPayment(payment.clone()), Change::Post(posting)];
    changes.extend(points);
    changes.extend(count(&payment, counted, amount));
    Ok((Answer::Succeeded, payment, changes))
}

/// Points pay the whole, in the commit that decides.
fn from_points(
    payment: Payment,
    (file, chosen): (&AccountFile, &Instrument),
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let counted = Counted { counter: Counter::of(chosen.product(), false), at: tools.now };
    let spent = spend(file.points.as_ref(), &payment, payment.amount, tools)?;
    let payment = payment.capture(counted, tools.now)?;
    let mut changes = vec![Change::PutPayment(payment.clone())];
    changes.extend(spent);
    changes.extend(count(&payment, counted, payment.amount));
    Ok((Answer::Succeeded, payment, changes))
}

/// The lender pays, and the payer owes a bill from now on.
fn from_line(
    payment: Payment,
    (file, chosen): (&AccountFile, &Instrument),
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let product = pay_later::offered(tools)?;
    let shard = payment.account.shard();
    let id = TransactionId::new(tools.ids, shard);
    let amount = payment.rest();
    let posting = Transaction::pay_later_charge(id, tools.now, payment.account, payment.merchant, amount)?
        .for_payment(payment.id);
    let context = (&*product.terms, &*product.calendar);
    let (bill, today) = (BillId::new(tools.ids, shard), day_of(tools.now));
    let bill = Bill::of_purchase(bill, payment.account, payment.id, amount, today, context)?;
    let counted = Counted { counter: Counter::of(chosen.product(), false), at: tools.now };
    let payment = payment.capture(counted, tools.now)?;
    let (payment, points) = captured_with(file.points.as_ref(), payment, tools)?;
    let job = first_job(&bill, tools);
    let mut changes = vec![Change::PutPayment(payment.clone()), Change::Post(posting), Change::PutBill(bill)];
    changes.push(Change::PutJob(job));
    changes.extend(points);
    changes.extend(count(&payment, counted, amount));
    Ok((Answer::Succeeded, payment, changes))
}

fn attempt(
    payment: &Payment,
    instrument: InstrumentId,
    (id, channel, permission): (AttemptId, Channel, Permission),
    tools: &Tools<'_>,
) -> Attempt {
    let expiry = match &permission {
        Permission::Mandate { .. } | Permission::Token => tools.settings.charge_expiry,
        // A person needs longer than a machine.
        Permission::ChannelPage | Permission::PaymentCode => tools.settings.confirm_expiry,
    };
    Attempt {
        id,
        channel,
        instrument,
        amount: payment.rest(),
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
    (file, chosen): (&AccountFile, &Instrument),
    tools: &Tools<'_>,
) -> Result<(Answer, Payment, Vec<Change>), Rejection> {
    let attempt = attempt(&payment, chosen.id, asked, tools);
    let counted = Counted { counter: Counter::of(chosen.product(), false), at: tools.now };
    let job = resolve_job(&payment, &attempt, tools);
    let payment = payment.submit(attempt, counted, tools.now)?;
    let (payment, points) = hold(file.points.as_ref(), payment, tools)?;
    let mut changes = vec![Change::PutPayment(payment.clone()), Change::PutJob(job)];
    changes.extend(points);
    changes.extend(count(&payment, counted, payment.rest()));
    Ok((answer_of(&payment), payment, changes))
}

/// How long nobody asks about a page that the payer was sent to: he has to sign in there first.
const BEFORE_A_PAGE_IS_ASKED_ABOUT: SignedDuration = SignedDuration::from_secs(5);

/// The job that brings an attempt to its end. Its id has the attempt's bytes, so that whoever learns the end
/// knows which job is done. A charge is held by this process from the commit on, which sends it; a page is opened by
/// the payer, so there is only something to ask about, and anybody may.
fn resolve_job(payment: &Payment, attempt: &Attempt, tools: &Tools<'_>) -> Job {
    let (run_at, lease) = match &attempt.permission {
        Permission::Mandate { .. } | Permission::PaymentCode | Permission::Token => (tools.now, Some(lease(tools))),
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
        counter: counted.counter,
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
            incident: None,
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
        confidence: Confidence::Certain,
        evidence: evidence.fields(),
        instrument: Some(attempt.instrument),
    }
}
