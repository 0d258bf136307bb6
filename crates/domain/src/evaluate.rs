//! The one decision behind paying, pre-checking, explaining and support: what blocks each instrument, and
//! which can pay now.
//!
//! Pure: it reads no clock, no database and no network, and never stops at the first blocker. Every step is
//! a [`Check`] on its [`Trail`], and a blocker is a check that did not hold: what was decided and what can be
//! shown of it are one thing.

use jiff::Timestamp;

use crate::account::Account;
use crate::card::{Card, CardKind, CardState};
use crate::cause::Cause;
use crate::channel::Channel;
use crate::check::{Check, Outcome, Rule};
use crate::client::Speaker;
use crate::client_rules::Doing;
use crate::evaluate_limits::{check_limits, check_strength, one_factor};
use crate::evidence::{Evidence, Finding, Value};
use crate::holder::{self, Asked};
use crate::ids::InstrumentId;
use crate::incident::Incident;
use crate::instrument::{Instrument, InstrumentKind, Mandate, MandateState, Product};
use crate::limit::{LimitOwner, LimitUse};
use crate::line::{FrozenLine, LineStanding, PaysFor};
use crate::money::Money;
use crate::observation::Observation;
use crate::payment::Action;
use crate::points::Points;
use crate::points_evidence::PointsEvidence;
use crate::policy::Policy;
use crate::trail::{Trail, check_channel, check_platform, check_speaker, check_standing, word};

pub use crate::trail::Blocker;

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The figures in force.
    pub policy: &'a Policy,
    /// Who pays.
    pub account: &'a Account,
    /// What an instrument is to pay: all of it, or what points leave.
    pub amount: Money,
    /// How many points pay a part beside it.
    pub with_points: i64,
    /// The account's points, if it has any.
    pub points: Option<&'a Points>,
    /// What the account could pay with.
    pub instruments: &'a [Instrument],
    /// What we were told of them.
    pub observations: &'a [Observation],
    /// The faults that we know of.
    pub incidents: &'a [Incident],
    /// How much of each window is used; a window that is absent is unused.
    pub uses: &'a [LimitUse],
    /// The channels that this server is configured to ask.
    pub channels: &'a [Channel],
    /// Who speaks for the payer.
    pub speaker: &'a Speaker,
    /// Whether the payer has proven for this very payment that he knows the pay password.
    pub proven: bool,
    /// Where the account's pay-later line stands, if it has one.
    pub line: Option<&'a LineStanding>,
    /// What is paid for.
    pub pays_for: PaysFor,
    /// The card whose bank's code the payer has entered for this very payment.
    pub coded: Option<InstrumentId>,
}

/// What blocks one instrument, apart from what blocks them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentVerdict {
    /// Which.
    pub instrument: InstrumentId,
    /// Why not; empty if nothing speaks against it.
    pub blockers: Vec<Blocker>,
    /// What the payer must do before it is charged, if nothing blocks it.
    pub action: Option<Action>,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What blocks every instrument.
    pub account: Vec<Blocker>,
    /// What blocks each.
    pub instruments: Vec<InstrumentVerdict>,
    /// Every check that was made, in its order.
    pub checks: Vec<Check>,
}

impl Verdict {
    /// The instruments that can pay now, in the account's order.
    pub fn can_pay_with(&self) -> Vec<InstrumentId> {
        if !self.account.is_empty() {
            return Vec::new();
        }
        self.instruments
            .iter()
            .filter(|verdict| verdict.blockers.is_empty())
            .map(|verdict| verdict.instrument)
            .collect()
    }

    /// Whether this instrument can pay now.
    pub fn allows(&self, instrument: InstrumentId) -> bool {
        self.can_pay_with().contains(&instrument)
    }

    /// What the payer must do before this instrument is charged, if it can pay at all.
    pub fn action(&self, instrument: InstrumentId) -> Option<Action> {
        let found = self.instruments.iter().find(|verdict| verdict.instrument == instrument);
        found.filter(|_| self.allows(instrument)).and_then(|verdict| verdict.action)
    }

    /// What it comes to for this instrument.
    pub fn outcome(&self, chosen: InstrumentId) -> Outcome {
        Outcome::of(&self.checks, chosen)
    }

    /// Every cause: first those that stop the chosen instrument, in the catalogue's order, then those of
    /// the others, so that a payer sees why no other road is open either.
    pub fn findings(&self, chosen: InstrumentId) -> Vec<Finding> {
        let (own, others): (Vec<_>, Vec<_>) = self.instruments.iter().partition(|verdict| verdict.instrument == chosen);
        let of = |verdicts: &[&InstrumentVerdict]| -> Vec<Finding> {
            verdicts
                .iter()
                .flat_map(|verdict| verdict.blockers.iter().map(|blocker| blocker.finding(Some(verdict.instrument))))
                .collect()
        };
        let mut first: Vec<Finding> =
            self.account.iter().map(|blocker| blocker.finding(None)).chain(of(&own)).collect();
        // That points have no rest to stand beside comes before what stops the rest.
        let rest = |finding: &Finding| finding.cause == Cause::PointsRemainderMethod;
        let behind = first.iter().any(rest);
        first.sort_by_key(|finding| {
            let inner = behind && finding.instrument.is_some() && !rest(finding);
            (inner, finding.confidence, finding.cause)
        });
        let mut rest = of(&others);
        rest.sort_by_key(|finding| (finding.confidence, finding.cause));
        first.extend(rest);
        first
    }
}

/// Decides. Every blocker of every instrument is named.
pub fn evaluate(situation: &Situation<'_>, now: Timestamp) -> Verdict {
    let mut trail = Trail::new();
    check_account(&mut trail, situation, now);
    if situation.with_points > 0 {
        check_points(&mut trail, situation, situation.with_points);
    }
    let account = std::mem::take(&mut trail.blockers);
    let mut instruments = Vec::with_capacity(situation.instruments.len());
    for instrument in situation.instruments {
        trail.instrument = Some(instrument.id);
        let action = check_instrument(&mut trail, situation, instrument, now);
        let mut blockers = std::mem::take(&mut trail.blockers);
        if let Some(inner) = blockers.first().filter(|_| situation.with_points > 0).map(|first| first.evidence.cause())
        {
            // Points do not pay a part alone: what stops the rest stops all of it, and is named beside.
            let rest = PointsEvidence::Remainder { remainder: situation.amount, cause: inner };
            blockers.insert(0, Blocker::certain(rest.into()));
        }
        instruments.push(InstrumentVerdict { instrument: instrument.id, blockers, action });
    }
    Verdict { account, instruments, checks: trail.checks }
}

fn check_account(trail: &mut Trail, situation: &Situation<'_>, now: Timestamp) {
    check_platform(trail, situation.incidents, now);
    check_speaker(trail, situation.policy, situation.speaker, Doing::Pay);
    check_standing(trail, situation.account, now);
    check_holder(trail, holder::of_account(&situation.policy.identity, &situation.account.person));
}

/// What is asked of the holder, each a check of its own.
fn check_holder(trail: &mut Trail, asked: impl IntoIterator<Item = Asked>) {
    for Asked { rule, input, threshold, evidence } in asked {
        trail.check(rule, input, threshold, || evidence);
    }
}

fn check_instrument(
    trail: &mut Trail,
    situation: &Situation<'_>,
    instrument: &Instrument,
    now: Timestamp,
) -> Option<Action> {
    if let Some(channel) = instrument.channel() {
        check_channel(trail, situation.channels, situation.incidents, channel, now);
    }
    let (identity, account) = (&situation.policy.identity, situation.account);
    let by = (instrument.product(), situation.pays_for);
    check_holder(trail, holder::of_product(identity, account, by, situation.amount, now));
    match &instrument.kind {
        InstrumentKind::Wallet => check_wallet(trail, situation),
        InstrumentKind::Mandate(mandate) => check_mandate(trail, mandate, now),
        // Whether its holder confirms is asked only once it is charged; whether he could, his phone may say.
        InstrumentKind::Confirmed { channel } => {
            let client = situation.speaker.client.as_ref();
            if let Some(looked) = client.and_then(|client| situation.policy.clients.partner(client, *channel)) {
                trail.looked(looked);
            }
        }
        InstrumentKind::Card(card) => {
            check_holder(trail, holder::of_card(&account.person, card.face.holder.as_ref()));
            check_card(trail, card, now);
        }
        InstrumentKind::PayLater => check_line(trail, situation),
        InstrumentKind::Points => check_all_by_points(trail, situation),
    }
    if situation.pays_for == PaysFor::Bill {
        check_bill_rule(trail, instrument);
    }
    check_limits(trail, situation, instrument, situation.amount, now);
    check_observations(trail, situation, instrument.id, now);
    let password = check_password(trail, situation, instrument, now);
    let code =
        matches!(instrument.kind, InstrumentKind::Card(_)).then(|| check_bank_code(trail, situation, instrument.id));
    // The bank sends its code for a payment that nothing else holds up.
    password.or(code.flatten())
}

fn check_card(trail: &mut Trail, card: &Card, now: Timestamp) {
    let last_good_use = card.last_good_use;
    let apart = |state| Evidence::BindingStale { state, last_good_use };
    let evidence = match card.state {
        CardState::Bound => None,
        CardState::SwitchedOff { since } => Some(Evidence::CardSwitchedOff { since }),
        CardState::Stale { .. } => Some(apart("stale")),
        CardState::Unbinding { .. } | CardState::Unbound { .. } => Some(apart("unbound")),
    };
    trail.note(Rule::CardBound, word(card.state.id()), word(CardState::Bound.id()));
    trail.blockers.extend(evidence.map(Blocker::certain));
    if let Some(ends_at) = card.ends_at.filter(|_| card.state == CardState::Bound) {
        trail.check(Rule::CardTokenEnd, Value::Time(ends_at), Value::Time(now), || apart("token_ended"));
    }
}

/// Whether there are so many good points. What is quarantined is named if it alone is missing.
fn check_points(trail: &mut Trail, situation: &Situation<'_>, requested: i64) {
    let none = Points::default();
    let points = situation.points.unwrap_or(&none);
    let good = points.good();
    trail.check(Rule::PointsEnough, Value::Count(good), Value::Count(requested), || {
        let quarantined = points.quarantined();
        let set_aside: i64 = quarantined.iter().map(|(lot, _)| lot.left).sum();
        match quarantined.first() {
            Some((lot, quarantine)) if requested <= good.saturating_add(set_aside) => PointsEvidence::Unofficial {
                lot: lot.id,
                case: quarantine.case,
                since: quarantine.since,
                points: set_aside,
                requested,
            },
            Some(_) | None => PointsEvidence::Insufficient { points: good, requested },
        }
        .into()
    });
}

/// Points pay the whole, if it is a whole number of them.
fn check_all_by_points(trail: &mut Trail, situation: &Situation<'_>) {
    let whole = situation.policy.points.as_ref().and_then(|policy| policy.points_of(situation.amount));
    match whole.filter(|_| situation.with_points == 0) {
        Some(points) => check_points(trail, situation, points),
        None => trail.check(Rule::PointsEnough, Value::Unknown, Value::Unknown, || Evidence::ChannelUnavailable {
            channel: None,
            rule: "whole_points_alone",
        }),
    }
}

fn check_line(trail: &mut Trail, situation: &Situation<'_>) {
    let requested = situation.amount;
    let Some(line) = situation.line else {
        // An instrument of this kind is made with its line.
        let limit = Money::zero(requested.currency());
        let evidence = || Evidence::LimitPerTransaction { owner: LimitOwner::Product, limit, requested };
        return trail.check(Rule::LineAvailable, Value::Money(limit), Value::Money(requested), evidence);
    };
    trail.note(Rule::LineOpen, word(if line.frozen.is_some() { "frozen" } else { "open" }), word("open"));
    trail.blockers.extend(
        line.frozen.map(|FrozenLine { case, since, asked_at }| {
            Blocker::certain(Evidence::LineFrozen { case, since, asked_at })
        }),
    );
    let overdue = line.overdue.as_ref();
    let input = overdue.map_or(Value::Unknown, |overdue| word(&overdue.bill.to_string()));
    let held = trail.note(Rule::NothingOverdue, input, Value::Unknown);
    let blocker = overdue.filter(|_| !held).map(|overdue| {
        let (bill, due_on) = (overdue.bill, overdue.due_on);
        Blocker::certain(Evidence::BillOverdue { bill, due_on, days: overdue.days, amount: overdue.amount })
    });
    trail.blockers.extend(blocker);
    let (score, needed) = (i64::from(line.score), i64::from(line.needed));
    trail.check(Rule::CreditScore, Value::Count(score), Value::Count(needed), || Evidence::CreditScoreImpact {
        score,
        needed,
        moved_by: line.moved_by.map(|(event, _)| event),
        moved_at: line.moved_by.map(|(_, at)| at),
    });
    trail.check(Rule::LineAvailable, Value::Money(line.available), Value::Money(requested), || {
        Evidence::LimitPerTransaction { owner: LimitOwner::Product, limit: line.available, requested }
    });
}

/// A bill is repaid from money that its payer has.
fn check_bill_rule(trail: &mut Trail, instrument: &Instrument) {
    let rule = match instrument.product() {
        Product::Card(CardKind::Credit) => "no_credit_card_for_bills",
        Product::PayLater => "no_pay_later_for_bills",
        Product::Wallet
        | Product::ChannelMandate(_)
        | Product::ChannelConfirmed(_)
        | Product::Card(CardKind::Debit | CardKind::Prepaid) => "own_money",
        Product::Points => "no_points_for_bills",
    };
    let channel = instrument.channel();
    trail.check(Rule::OwnMoney, word(rule), word("own_money"), || Evidence::ChannelUnavailable { channel, rule });
}

/// Whether the bank must send its code for the amount, and the payer has entered it.
fn check_bank_code(trail: &mut Trail, situation: &Situation<'_>, instrument: InstrumentId) -> Option<Action> {
    let free = situation.policy.cards.bank_code_free;
    if trail.note(Rule::BankCodeFree, Value::Money(situation.amount), Value::Money(free)) {
        return None;
    }
    let given = if situation.coded == Some(instrument) { "given" } else { "missing" };
    let given = trail.note(Rule::BankCodeGiven, word(given), word("given"));
    (!given).then_some(Action::BankCode)
}

fn check_wallet(trail: &mut Trail, situation: &Situation<'_>) {
    let (balance, requested) = (situation.account.balance, situation.amount);
    trail.check(Rule::WalletBalance, Value::Money(balance), Value::Money(requested), || {
        // Amounts at the door are positive and of the wallet's currency, so the difference exists.
        let short = requested.minus(balance).unwrap_or(requested);
        Evidence::InsufficientBalance { balance, requested, short }
    });
}

fn check_mandate(trail: &mut Trail, mandate: &Mandate, now: Timestamp) {
    let channel = mandate.channel;
    let (state, evidence) = match &mandate.state {
        MandateState::Active { expires_at, .. } => {
            trail.note(Rule::MandateActive, word("active"), word("active"));
            trail.check(Rule::MandateEnd, Value::Time(*expires_at), Value::Time(now), || Evidence::AgreementExpired {
                channel,
                expired_at: *expires_at,
            });
            return;
        }
        MandateState::Expired { expired_at } => {
            ("expired", Evidence::AgreementExpired { channel, expired_at: *expired_at })
        }
        MandateState::Revoked { revoked_at, by } => {
            let by = by.map(crate::instrument::RevokedBy::id);
            ("revoked", Evidence::AgreementRevoked { channel, revoked_at: *revoked_at, by })
        }
        // A mandate becomes an instrument's only when it is signed; one that is not permits nothing.
        MandateState::Signing { .. } => ("signing", Evidence::AgreementRevoked { channel, revoked_at: None, by: None }),
    };
    trail.check(Rule::MandateActive, word(state), word("active"), || evidence);
}

fn check_observations(trail: &mut Trail, situation: &Situation<'_>, instrument: InstrumentId, now: Timestamp) {
    let standing = situation
        .observations
        .iter()
        .filter(|observation| observation.instrument == instrument && observation.stands(now));
    let mut told = false;
    for observation in standing {
        told = true;
        trail.note(Rule::NothingTold, word(&observation.word.code), Value::Unknown);
        trail
            .blockers
            .push(Blocker { evidence: observation.evidence(situation.amount), confidence: observation.confidence });
    }
    if !told {
        trail.note(Rule::NothingTold, Value::Unknown, Value::Unknown);
    }
}

/// Whether the pay password is needed, there, and given.
fn check_password(
    trail: &mut Trail,
    situation: &Situation<'_>,
    instrument: &Instrument,
    now: Timestamp,
) -> Option<Action> {
    let amount = situation.amount;
    let free = situation.policy.limit(instrument.product()).and_then(|limit| limit.password_free);
    let small = free.is_none_or(|free| trail.note(Rule::PasswordFree, Value::Money(amount), Value::Money(free)));
    let weak = check_strength(trail, situation, instrument, amount, now);
    if small && !weak {
        return None;
    }
    let Some(password) = &situation.account.password else {
        trail.check(Rule::PasswordSet, word("unset"), word("set"), || {
            if small {
                return one_factor(situation, amount, now);
            }
            Evidence::PaymentPassword { state: "unset", tries_left: None, locked_until: None, reset: false }
        });
        return None;
    };
    trail.note(Rule::PasswordSet, word("set"), word("set"));
    // What is proven is not asked for again, so a lock that came after it does not take it back.
    if !situation.proven {
        let locked = password.locked(now);
        let input = locked.map_or(Value::Unknown, Value::Time);
        trail.check(Rule::PasswordUnlocked, input, Value::Unknown, || Evidence::PaymentPassword {
            state: "locked",
            tries_left: Some(0),
            locked_until: locked,
            reset: situation.account.person.can_prove(now),
        });
    }
    let given = if situation.proven { "proven" } else { "missing" };
    let proven = trail.note(Rule::PasswordProven, word(given), word("proven"));
    (!proven).then_some(Action::PayPassword)
}
