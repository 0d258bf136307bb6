//! The rules against misuse at work: what fires on an order, what follows for the account, and what is remembered of it.
//!
//! Paying and looking ahead come here before they evaluate, so both see the account as the rules leave it.

use std::borrow::Cow;

use tantu_domain::account::{Account, Case, SafeReason};
use tantu_domain::activity::Order;
use tantu_domain::check::{Check, Rule};
use tantu_domain::client::Speaker;
use tantu_domain::evidence::Value;
use tantu_domain::ids::{AccountId, CaseId, MerchantId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::risk::{Measure, RiskRule, Watched};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::{AccountFile, World};

use crate::audit_trail::entry;
use crate::command::Tools;
use crate::error::Rejection;
use crate::payments::schedule::job_of;
use crate::payments::submit::lease;

/// What is asked about an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Who speaks for the payer.
    pub(crate) speaker: &'a Speaker,
    /// How much.
    pub(crate) amount: Money,
    /// Who is paid, if that is known.
    pub(crate) payee: Option<MerchantId>,
    /// Whether the order is new.
    pub(crate) fresh: bool,
    /// Whether the payer has confirmed this very payment: it is he, whatever a rule asks.
    pub(crate) proven: bool,
}

/// What the rules came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looked {
    /// The account as they leave it, if they change it.
    account: Option<Account>,
    /// The rule that fired.
    fired: Option<String>,
    /// What goes into the audit trail: who, what, and the rule.
    noted: Option<(String, &'static str, String)>,
    /// The case that is over, if one is.
    over: Option<Case>,
}

/// Looks at the rules. Pure: preflight looks as paying does.
pub(crate) fn look(account: &Account, asked: &Asked<'_>, tools: &Tools<'_>) -> Looked {
    if tools.policy.risk.rules.is_empty() && !account.is_challenged() {
        return Looked::default();
    }
    let (mut noted, mut over) = (None, None);
    let mut after = account.clone();
    if asked.proven && account.is_challenged() {
        over = account.case().cloned();
        after = account.clone().confirmed(tools.now).unwrap_or(after);
        noted = Some((account.id.to_string(), "confirm_it_is_you", String::new()));
    }
    let watched = Watched {
        account: &after,
        speaker: asked.speaker,
        payee: asked.payee,
        amount: asked.amount,
        fresh: asked.fresh,
    };
    let rule = tools.policy.risk.against(&watched, tools.now);
    let answered = |rule: &&RiskRule| !(asked.proven && rule.measure == Measure::Challenge);
    if let Some((stopped, what)) = rule.filter(answered).and_then(|rule| measured(&after, rule, tools)) {
        noted = rule.map(|rule| (format!("rule {}", rule.id), what, tools.policy.version.clone()));
        after = stopped;
    }
    let fired = rule.map(|rule| rule.id.clone());
    remember(&mut after, asked, tools);
    Looked { account: (after != *account).then_some(after), fired, noted, over }
}

/// Keeps what the rules will look at: the order, and, unless something stands against the account, the device and its place.
fn remember(account: &mut Account, asked: &Asked<'_>, tools: &Tools<'_>) {
    let risk = &tools.policy.risk;
    let mut activity = std::mem::take(&mut account.activity);
    if let (Some(span), Some(payee), true) = (risk.remembers(), asked.payee, asked.fresh) {
        activity = activity.with(Order { at: tools.now, payee }, span);
    }
    if let Some(device) = asked.speaker.device.filter(|_| account.case().is_none() && risk.looks_at_devices()) {
        activity = activity.seen(device, tools.now);
    }
    account.activity = activity;
}

/// The account as a rule's measure leaves it, and what that is called; `None` if it changes nothing.
pub(crate) fn measured(account: &Account, rule: &RiskRule, tools: &Tools<'_>) -> Option<(Account, &'static str)> {
    let case = |reason| {
        let id = CaseId::new(tools.ids, account.id.shard());
        Case::new(id, reason, Some(rule.id.clone()), tools.now)
    };
    let account = account.clone();
    match rule.measure {
        Measure::Allow => None,
        Measure::Challenge => Some((account.restrict(case(SafeReason::ConfirmItIsYou), None).ok()?, "challenge")),
        Measure::Restrict => Some((account.restrict(case(rule.reason), None).ok()?, "restrict")),
        Measure::Freeze => Some((account.freeze(case(rule.reason)).ok()?, "freeze")),
    }
}

impl Looked {
    /// The line of the trace that says which rule fired, where there are rules.
    pub(crate) fn check(&self, tools: &Tools<'_>) -> Option<Check> {
        let input = self.fired.clone().map_or(Value::Unknown, Value::Text);
        let there = !tools.policy.risk.rules.is_empty();
        there.then(|| Check::new(Rule::NothingSuspicious, None, input, Value::Unknown))
    }

    /// The file as the decision sees it.
    pub(crate) fn file<'a>(&self, known: &'a AccountFile) -> Cow<'a, AccountFile> {
        match &self.account {
            Some(account) => Cow::Owned(AccountFile { account: account.clone(), ..known.clone() }),
            None => Cow::Borrowed(known),
        }
    }

    /// What is to be saved: the account, the line in its audit trail, and what waited for a case that is over.
    pub(crate) fn changes(&self, of: AccountId, world: &World, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
        let mut changes: Vec<Change> = self.account.iter().map(|account| Change::PutAccount(account.clone())).collect();
        if let Some((actor, what, detail)) = &self.noted {
            changes.push(noted(world, of, actor.clone(), (what, detail), tools)?);
        }
        if let Some(case) = &self.over {
            changes.extend(resumed(world, case, tools)?);
        }
        Ok(changes)
    }
}

/// The next entry of an account's audit trail, by a command that seldom has one: the trail is asked for when it is needed.
pub(crate) fn noted(
    world: &World,
    account: AccountId,
    actor: String,
    what: (&str, &str),
    tools: &Tools<'_>,
) -> Result<Change, Rejection> {
    if world.audit.contains_key(&account) {
        return Ok(entry(world, account, tools.wall, actor, what));
    }
    let mut keys = Keys::default();
    keys.audit.insert(account);
    Err(Rejection::NotLoaded(Box::new(keys)))
}

/// What waited for a case that is lifted is resumed at once, as its payer has agreed.
pub(crate) fn resumed(world: &World, over: &Case, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let missing: Vec<PaymentId> =
        over.waiting.iter().copied().filter(|payment| !world.payments.contains_key(payment)).collect();
    if !missing.is_empty() {
        let mut keys = Keys::default();
        keys.jobs.extend(missing.iter().map(|payment| job_of(*payment)));
        keys.payments.extend(missing);
        return Err(Rejection::NotLoaded(Box::new(keys)));
    }
    let waiting = over.waiting.iter().filter_map(|payment| world.payments.get(payment));
    let open = waiting.filter(|payment| matches!(payment.state, PaymentState::Refused { .. }));
    let mut changes = Vec::new();
    for payment in open {
        let id = job_of(payment.id);
        let fence = world.jobs.get(&id).map_or(1, |job| job.fence.saturating_add(1));
        let kind = JobKind::ResumeScheduled { payment: payment.id };
        changes.push(Change::PutPayment(payment.clone().schedule(Some(tools.now))?));
        changes.push(Change::PutJob(Job { id, kind, run_at: tools.now, tries: 0, fence, lease: Some(lease(tools)) }));
    }
    Ok(changes)
}

/// Whether all that stops the chosen instrument of a payment is the case that stands against its account.
pub(crate) fn waits_for_case(payment: &Payment, account: &Account) -> bool {
    let (PaymentState::Refused { refusal, .. }, Some(case)) = (&payment.state, account.case()) else { return false };
    let case = Value::Text(case.id.to_string());
    let chosen = payment.instrument();
    let mine = refusal.causes.iter().filter(|cause| cause.instrument.is_none() || cause.instrument == chosen);
    let mut mine = mine.peekable();
    mine.peek().is_some() && mine.all(|cause| cause.field("case") == Some(&case))
}
