//! The one decision about binding a card, before any bank is asked: everything that we can see for ourselves.
//!
//! Pure like [`evaluate`](crate::evaluate::evaluate), and made of the same checks. What a bank would say of the
//! card is not its business: nobody knows that but the bank.

use jiff::Timestamp;

use crate::account::Account;
use crate::bank::BinRow;
use crate::card::CardKind;
use crate::channel::Channel;
use crate::check::{Check, Rule};
use crate::client::Speaker;
use crate::client_rules::Doing;
use crate::clock::day_of;
use crate::evidence::{Evidence, Finding, Value};
use crate::factors::FactorFacts;
use crate::holder::{self, Asked};
use crate::ids::InstrumentId;
use crate::incident::Incident;
use crate::policy::{CardPolicy, Policy};
use crate::trail::{Blocker, Trail, check_channel, check_platform, check_speaker, check_standing, word};

/// How much power the holder's device has, as it reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DevicePower {
    /// 0 to 100.
    pub percent: u8,
    /// Whether it is being charged.
    pub charging: bool,
}

/// All that the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct BindingSituation<'a> {
    /// The figures in force.
    pub policy: &'a Policy,
    /// Whose card it is to be.
    pub account: &'a Account,
    /// The faults that we know of.
    pub incidents: &'a [Incident],
    /// The channels that this server is configured to ask.
    pub channels: &'a [Channel],
    /// Who speaks for the holder.
    pub speaker: &'a Speaker,
    /// His device's power, if it has reported it just now.
    pub power: Option<DevicePower>,
    /// What was seen of the factors; `None` at the steps that have none.
    pub factors: Option<&'a FactorFacts>,
}

/// What speaks against going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingVerdict {
    /// The blockers, in the order in which they were found.
    pub blockers: Vec<Blocker>,
    /// Every check that was made.
    pub checks: Vec<Check>,
}

impl BindingVerdict {
    /// The blockers as findings about the instrument that the binding is to bring, the first first.
    pub fn findings(&self, instrument: InstrumentId) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            self.blockers.iter().map(|blocker| blocker.finding(Some(instrument))).collect();
        findings.sort_by_key(|finding| (finding.confidence, finding.cause));
        findings
    }
}

/// Decides. Every blocker is named.
pub fn evaluate_binding(situation: &BindingSituation<'_>, now: Timestamp) -> BindingVerdict {
    let mut trail = Trail::new();
    check_platform(&mut trail, situation.incidents, now);
    check_channel(&mut trail, situation.channels, situation.incidents, Channel::UnionPay, now);
    if let Some(power) = situation.power.filter(|power| !power.charging) {
        let (percent, floor) = (i64::from(power.percent), i64::from(situation.policy.cards.power_floor));
        trail.check(Rule::DevicePower, Value::Count(percent), Value::Count(floor), || Evidence::DeviceLowPower {
            percent,
            floor,
        });
    }
    check_speaker(&mut trail, situation.policy, situation.speaker, Doing::Bind);
    check_standing(&mut trail, situation.account, now);
    for Asked { rule, input, threshold, evidence } in
        holder::of_binding(&situation.policy.identity, situation.account, now)
    {
        trail.check(rule, input, threshold, || evidence);
    }
    if let Some(facts) = situation.factors {
        if let Some(asked) = holder::of_card(&situation.account.person, facts.holder.as_ref()) {
            let Asked { rule, input, threshold, evidence } = asked;
            trail.check(rule, input, threshold, || evidence);
        }
        check_factors(&mut trail, &situation.policy.cards, facts, now);
    }
    BindingVerdict { blockers: trail.blockers, checks: trail.checks }
}

fn check_factors(trail: &mut Trail, policy: &CardPolicy, facts: &FactorFacts, now: Timestamp) {
    shape(trail, Rule::CardNumber, facts.number_valid, "number");
    // A number that is none belongs to no bank, and nothing more can be said of it.
    if facts.number_valid {
        check_bank(trail, policy, facts.bin);
        check_credit(trail, facts);
    }
    if let Some(last_day) = facts.last_day {
        trail.check(Rule::CardDate, Value::Day(last_day), Value::Day(day_of(now)), || Evidence::CardExpired {
            expired_on: last_day,
        });
    }
    shape(trail, Rule::DocumentNumber, facts.document_valid, "id_number");
    shape(trail, Rule::ReservedPhone, facts.phone_valid, "phone");
}

fn check_bank(trail: &mut Trail, policy: &CardPolicy, bin: Option<BinRow>) {
    let supported = bin.is_some_and(|bin| policy.supports(bin.bank, bin.kind));
    let bank = bin.map(|bin| bin.bank);
    let seen = bin.map_or(Value::Unknown, |bin| word(&format!("{} {}", bin.bank.id(), bin.kind.id())));
    let wanted = if supported { seen.clone() } else { word(&policy.supported(bank)) };
    trail.check(Rule::CardSupported, seen, wanted, || Evidence::BankUnsupported {
        bank,
        kind: bin.map(|bin| bin.kind),
        supported: policy.supported(bank),
    });
}

/// A credit card has a date and a security code; of another card what was given must still be one.
fn check_credit(trail: &mut Trail, facts: &FactorFacts) {
    let credit = facts.bin.is_some_and(|bin| bin.kind == CardKind::Credit);
    let dated = facts.last_day.is_some() || (!credit && !facts.expiry_malformed);
    if !dated {
        trail.check(Rule::CardDate, Value::Unknown, Value::Unknown, || Evidence::CardDetails { factor: "expiry" });
    }
    let coded = facts.cvn_given || (!credit && !facts.cvn_malformed);
    shape(trail, Rule::SecurityCode, coded, "cvn");
}

/// Whether a factor has the shape that it must have. The factor itself is looked at by nobody here.
fn shape(trail: &mut Trail, rule: Rule, valid: bool, factor: &'static str) {
    let seen = if valid { "valid" } else { "invalid" };
    trail.check(rule, word(seen), word("valid"), || Evidence::CardDetails { factor });
}
