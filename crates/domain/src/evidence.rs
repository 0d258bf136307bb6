//! The facts that prove a cause, each in a field with a type, never only in a sentence.
//!
//! A cause can be raised only with the [`Evidence`] that belongs to it; [`Finding`] is the same thing
//! flattened to names and values, which is what is stored, shown and explained.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::bank::Bank;
use crate::card::CardKind;
use crate::cause::Cause;
use crate::ceiling::{Strength, Tier};
use crate::channel::{Channel, ChannelWord};
use crate::client::Version;
use crate::device_report::Seen;
use crate::ids::{AttemptId, CaseId, IncidentId, InstrumentId};
use crate::limit::{LimitOwner, Publisher, Window};
use crate::money::Money;

/// Whose account, limit or balance a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Ours.
    Platform,
    /// The payer's at a third party, or the third party's.
    Channel(Channel),
    /// The payer's own, here.
    Payer,
    /// A bank's.
    Bank(Bank),
}

impl Whose {
    /// The value of the field `whose`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Channel(channel) => channel.id(),
            Self::Payer => "payer",
            Self::Bank(bank) => bank.id(),
        }
    }
}

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word, a code or an id.
    Text(String),
    /// A number of things.
    Count(i64),
    /// An amount.
    Money(Money),
    /// An instant.
    Time(Timestamp),
    /// A day in Beijing.
    Day(Date),
    /// Asked for, and not known to us: the channel or bank does not say.
    Unknown,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in `snake_case`, the same in every answer.
    pub name: Cow<'static, str>,
    /// Its value.
    pub value: Value,
}

/// How sure we are that this cause, and no other, explains what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Our own books say so, or the channel's published code says exactly this.
    Certain,
    /// The published code fits this cause best.
    Likely,
    /// The published code fits this cause too.
    Possible,
}

impl Confidence {
    /// The name that the API shows.
    pub fn id(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// The confidence of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Certain, Self::Likely, Self::Possible].into_iter().find(|confidence| confidence.id() == id)
    }
}

/// The typed proof of one cause. A cause without a variant here cannot be raised by our own checks; it
/// can still be [`Evidence::Told`] by a channel, whose code is then all that we know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named as the API shows them; causes.rs says what they prove")]
pub enum Evidence {
    PlatformOutage {
        incident: IncidentId,
        since: Timestamp,
        expected_end: Option<Timestamp>,
    },
    ChannelInterfaceFault {
        channel: Channel,
        code: String,
        since: Timestamp,
        breaker: &'static str,
        expected_end: Option<Timestamp>,
    },
    NetworkUnstable {
        attempt: AttemptId,
        channel: Channel,
        sent_at: Timestamp,
        last_contact: Option<Timestamp>,
    },
    /// We answered, and were asked again for the same: the first answer did not arrive.
    AnswerLost {
        answered_at: Timestamp,
        last_contact: Timestamp,
    },
    /// The details and code of a binding never reached the channel, or its answer did not reach us.
    OpeningLost {
        sent_at: Timestamp,
        last_contact: Option<Timestamp>,
    },
    /// The channel cannot take this: by which of our rules.
    ChannelUnavailable {
        channel: Channel,
        rule: &'static str,
    },
    DeviceClockSkew {
        skew_seconds: i64,
        allowed_seconds: i64,
    },
    /// The channel asked the payer, and he did not confirm before it was too late.
    ChannelNotConfirmed {
        channel: Channel,
        sent_at: Timestamp,
        expired_at: Timestamp,
    },
    AppOutdated {
        app: String,
        version: Version,
        minimum: Version,
        update_at: String,
    },
    AccountFrozen {
        case: CaseId,
        since: Timestamp,
        reason: &'static str,
        unfreeze_requested_at: Option<Timestamp>,
    },
    AccountRestricted {
        case: CaseId,
        since: Timestamp,
        reason: &'static str,
        until: Option<Timestamp>,
    },
    PaymentPassword {
        state: &'static str,
        tries_left: Option<u32>,
        locked_until: Option<Timestamp>,
    },
    InsufficientBalance {
        balance: Money,
        requested: Money,
        short: Money,
    },
    LimitPerTransaction {
        owner: LimitOwner,
        limit: Money,
        requested: Money,
    },
    LimitWindow {
        owner: LimitOwner,
        window: Window,
        limit: Money,
        used: Money,
        remaining: Money,
        requested: Money,
        resets_at: Timestamp,
    },
    /// A ceiling of the regulator: of the tier, or, if `authentication` says so, of a day by that strength.
    LimitPlatform {
        tier: Tier,
        authentication: Option<Strength>,
        limit: Money,
        used: Money,
        remaining: Money,
        requested: Money,
        resets_at: Option<Timestamp>,
    },
    AgreementExpired {
        channel: Channel,
        expired_at: Timestamp,
    },
    AgreementRevoked {
        channel: Channel,
        revoked_at: Option<Timestamp>,
        by: Option<&'static str>,
    },
    /// The payer's own device saw it.
    SeenByDevice(Seen),
    /// The card's holder has switched payments with it off, here.
    CardSwitchedOff {
        since: Timestamp,
    },
    /// Our binding of a card and the bank's have come apart, or ours is over.
    BindingStale {
        state: &'static str,
        last_good_use: Timestamp,
    },
    /// Another step of a binding is due than the one that was asked for.
    BindingStep {
        expected: &'static str,
        done: &'static str,
    },
    /// The card's bank or kind is not on the list. `bank` is `None` if nobody knows whose it is.
    BankUnsupported {
        bank: Option<Bank>,
        kind: Option<CardKind>,
        supported: String,
    },
    /// The card's date is past, by what its holder entered.
    CardExpired {
        expired_on: Date,
    },
    /// What was entered cannot be right: its own check digit or shape says so.
    CardDetails {
        factor: &'static str,
    },
    DeviceLowPower {
        percent: i64,
        floor: i64,
    },
    /// A one-time code was wrong, or too late.
    CodeWrong {
        state: &'static str,
        next_code_at: Option<Timestamp>,
        sends_left: u32,
    },
    /// The bank's code did not reach the payer, by his own word: nobody gives us a receipt of a bank's message.
    CodeMissing {
        /// Whether he found it among the messages that his phone has intercepted, or may.
        intercepted: bool,
        /// The phone reserved at the bank, its middle hidden.
        phone: Option<String>,
        sent_at: Timestamp,
        next_code_at: Timestamp,
        sends_left: u32,
    },
    /// A channel's published code, and nothing else, speaks for the cause.
    Told {
        cause: Cause,
        word: ChannelWord,
    },
    /// A channel's published code speaks for a limit of its own or of the bank. How high it is nobody tells us.
    ToldLimit {
        cause: Cause,
        word: ChannelWord,
        requested: Money,
        /// When its window ends, if it has one.
        resets_at: Option<Timestamp>,
    },
}

impl Evidence {
    /// The cause that it proves.
    pub fn cause(&self) -> Cause {
        match self {
            Self::PlatformOutage { .. } => Cause::PlatformOutage,
            Self::ChannelInterfaceFault { .. } => Cause::ChannelInterfaceFault,
            Self::NetworkUnstable { .. } | Self::AnswerLost { .. } | Self::OpeningLost { .. } => Cause::NetworkUnstable,
            Self::ChannelUnavailable { .. } => Cause::ChannelUnavailable,
            Self::DeviceClockSkew { .. } => Cause::DeviceClockSkew,
            Self::ChannelNotConfirmed { .. } => Cause::ChannelNotConfirmed,
            Self::AppOutdated { .. } => Cause::AppOutdated,
            Self::PaymentPassword { .. } => Cause::AuthPaymentPassword,
            Self::AccountFrozen { .. } => Cause::AccountFrozen,
            Self::AccountRestricted { .. } => Cause::AccountRestricted,
            Self::InsufficientBalance { .. } => Cause::FundsInsufficientBalance,
            Self::LimitPerTransaction { .. } => Cause::LimitPerTransaction,
            Self::LimitWindow { window: Window::Day, .. } => Cause::LimitDaily,
            Self::LimitWindow { window: Window::Month, .. } => Cause::LimitMonthly,
            Self::LimitPlatform { .. } => Cause::LimitPlatform,
            Self::AgreementExpired { .. } => Cause::AgreementExpired,
            Self::AgreementRevoked { .. } => Cause::AgreementRevoked,
            Self::SeenByDevice(seen) => seen.cause(),
            Self::CardSwitchedOff { .. } => Cause::CardOnlinePaymentDisabled,
            Self::BindingStale { .. } => Cause::BindingStale,
            Self::BindingStep { .. } => Cause::BindingOperationError,
            Self::BankUnsupported { .. } => Cause::BindingBankUnsupported,
            Self::CardExpired { .. } => Cause::CardExpired,
            Self::CardDetails { .. } => Cause::CardDetailsWrong,
            Self::DeviceLowPower { .. } => Cause::DeviceLowPower,
            Self::CodeWrong { .. } => Cause::OtpWrong,
            Self::CodeMissing { intercepted: true, .. } => Cause::OtpIntercepted,
            Self::CodeMissing { intercepted: false, .. } => Cause::OtpNotReceived,
            Self::Told { cause, .. } | Self::ToldLimit { cause, .. } => *cause,
        }
    }

    /// Whose account, limit or line it is about; an outage, a clock and an app are nobody's.
    pub fn whose(&self) -> Option<Whose> {
        match self {
            Self::PlatformOutage { .. }
            | Self::DeviceClockSkew { .. }
            | Self::AppOutdated { .. }
            | Self::SeenByDevice(_)
            | Self::DeviceLowPower { .. }
            | Self::CardDetails { .. }
            | Self::CardExpired { .. }
            | Self::CodeWrong { .. } => None,
            Self::AnswerLost { .. }
            | Self::AccountFrozen { .. }
            | Self::AccountRestricted { .. }
            | Self::PaymentPassword { .. }
            | Self::InsufficientBalance { .. }
            | Self::LimitPlatform { .. }
            | Self::CardSwitchedOff { .. }
            | Self::BindingStep { .. }
            | Self::BankUnsupported { .. } => Some(Whose::Platform),
            Self::BindingStale { .. } | Self::OpeningLost { .. } | Self::CodeMissing { .. } => {
                Some(Whose::Channel(Channel::UnionPay))
            }
            Self::ChannelInterfaceFault { channel, .. }
            | Self::ChannelUnavailable { channel, .. }
            | Self::NetworkUnstable { channel, .. }
            | Self::ChannelNotConfirmed { channel, .. }
            | Self::AgreementExpired { channel, .. }
            | Self::AgreementRevoked { channel, .. } => Some(Whose::Channel(*channel)),
            Self::LimitPerTransaction { owner, .. } | Self::LimitWindow { owner, .. } => Some(match owner {
                LimitOwner::Product => Whose::Platform,
                LimitOwner::Published(Publisher::Bank(bank)) => Whose::Bank(*bank),
                LimitOwner::Published(Publisher::Channel(channel)) => Whose::Channel(*channel),
                LimitOwner::Holder => Whose::Payer,
            }),
            Self::Told { word, .. } | Self::ToldLimit { word, .. } => Some(Whose::Channel(word.channel)),
        }
    }

    /// The same facts as names and values, whose they are first.
    pub fn fields(&self) -> Vec<Field> {
        let whose = self.whose().map(|whose| Field { name: Cow::Borrowed("whose"), value: text(whose.id()) });
        whose.into_iter().chain(self.facts()).collect()
    }

    fn facts(&self) -> Vec<Field> {
        match self {
            Self::PlatformOutage { incident, since, expected_end: end } => {
                fields([("incident", text(incident)), ("since", Value::Time(*since)), ("expected_end", time(*end))])
            }
            Self::ChannelInterfaceFault { channel, code, since, breaker, expected_end: end } => {
                interface_fault(*channel, code, *since, (breaker, *end))
            }
            Self::NetworkUnstable { attempt, channel, sent_at: sent, last_contact: last } => {
                let line = silent_line(text(attempt), *sent, time(*last));
                texts([("channel", channel.id())]).into_iter().chain(line).collect()
            }
            Self::AnswerLost { answered_at: at, last_contact: last } => {
                silent_line(Value::Unknown, *at, time(Some(*last)))
            }
            Self::OpeningLost { sent_at, last_contact } => silent_line(Value::Unknown, *sent_at, time(*last_contact)),
            Self::ChannelUnavailable { channel, rule } => texts([("channel", channel.id()), ("rule", rule)]),
            Self::DeviceClockSkew { skew_seconds: skew, allowed_seconds: allowed } => {
                counts([("skew_seconds", *skew), ("allowed_seconds", *allowed)])
            }
            Self::PaymentPassword { state, tries_left, locked_until } => password(state, *tries_left, *locked_until),
            Self::ChannelNotConfirmed { channel: _, sent_at: sent, expired_at: end } => {
                fields([("sent_at", Value::Time(*sent)), ("expired_at", Value::Time(*end))])
            }
            Self::AppOutdated { app, version, minimum, update_at } => {
                app_outdated(app, (*version, *minimum), update_at)
            }
            Self::AccountFrozen { case, since, reason, unfreeze_requested_at: asked } => {
                stopped(*case, *since, reason, ("unfreeze_requested_at", time(*asked)))
            }
            Self::AccountRestricted { case, since, reason, until } => {
                stopped(*case, *since, reason, ("until", time(*until)))
            }
            Self::InsufficientBalance { balance, requested, short } => {
                amounts([("balance", balance), ("requested", requested), ("short", short)])
            }
            Self::LimitPerTransaction { owner, limit, requested } => {
                owned(*owner).into_iter().chain(amounts([("limit", limit), ("requested", requested)])).collect()
            }
            Self::LimitWindow { owner, window: _, limit, used, remaining, requested, resets_at } => {
                let sums = [("limit", limit), ("used", used), ("remaining", remaining), ("requested", requested)];
                used_up(owned(*owner), amounts(sums), Value::Time(*resets_at))
            }
            Self::LimitPlatform { tier, authentication, limit, used, remaining, requested, resets_at } => {
                let sums = [("limit", limit), ("used", used), ("remaining", remaining), ("requested", requested)];
                used_up(ceiling_of(*tier, *authentication), amounts(sums), time(*resets_at))
            }
            Self::AgreementExpired { expired_at, .. } => fields([("expired_at", Value::Time(*expired_at))]),
            Self::AgreementRevoked { channel: _, revoked_at, by } => revoked(*revoked_at, *by),
            Self::CardSwitchedOff { since } => fields([("since", Value::Time(*since))]),
            Self::BindingStale { state, last_good_use } => {
                fields([("state", text(state)), ("last_good_use", Value::Time(*last_good_use))])
            }
            Self::BindingStep { expected, done } => texts([("step_expected", expected), ("step_done", done)]),
            Self::BankUnsupported { bank, kind, supported } => bank_unsupported(*bank, *kind, supported),
            Self::CardExpired { expired_on } => fields([("expiry", Value::Day(*expired_on))]),
            Self::CardDetails { factor } => fields([("factor", text(factor))]),
            Self::DeviceLowPower { percent, floor } => counts([("percent", *percent), ("floor", *floor)]),
            Self::CodeWrong { state, next_code_at, sends_left } => code_wrong(state, *next_code_at, *sends_left),
            Self::CodeMissing { intercepted: _, phone, sent_at, next_code_at: next, sends_left } => {
                code_missing(phone.as_deref(), *sent_at, (*next, *sends_left))
            }
            Self::Told { cause: _, word } => said(word),
            Self::ToldLimit { cause: _, word, requested, resets_at } => {
                their_limit(*requested, *resets_at).into_iter().chain(said(word)).collect()
            }
            Self::SeenByDevice(seen) => seen.facts(),
        }
    }
}

/// Of whom a limit is, its sums, and when it begins again.
fn used_up(of: Vec<Field>, sums: Vec<Field>, resets_at: Value) -> Vec<Field> {
    of.into_iter().chain(sums).chain(fields([("resets_at", resets_at)])).collect()
}

fn ceiling_of(tier: Tier, authentication: Option<Strength>) -> Vec<Field> {
    let strength = authentication.map_or(Value::Unknown, |strength| text(strength.id()));
    fields([("tier", text(tier.id())), ("authentication", strength)])
}

fn interface_fault(
    channel: Channel,
    code: &str,
    since: Timestamp,
    (breaker, end): (&str, Option<Timestamp>),
) -> Vec<Field> {
    fields([
        ("channel", text(channel.id())),
        ("code", text(code)),
        ("since", Value::Time(since)),
        ("breaker", text(breaker)),
        ("expected_end", time(end)),
    ])
}

fn app_outdated(app: &str, (version, minimum): (Version, Version), update_at: &str) -> Vec<Field> {
    let versions = fields([("version", text(version)), ("minimum", text(minimum))]);
    texts([("app", app)]).into_iter().chain(versions).chain(texts([("update_at", update_at)])).collect()
}

fn password(state: &str, tries_left: Option<u32>, locked_until: Option<Timestamp>) -> Vec<Field> {
    let left = tries_left.map_or(Value::Unknown, |left| Value::Count(i64::from(left)));
    fields([("state", text(state)), ("tries_left", left), ("locked_until", time(locked_until))])
}

fn bank_unsupported(bank: Option<Bank>, kind: Option<CardKind>, supported: &str) -> Vec<Field> {
    fields([
        ("bank", bank.map_or(Value::Unknown, |bank| text(bank.id()))),
        ("card_kind", kind.map_or(Value::Unknown, |kind| text(kind.id()))),
        ("types_supported", text(supported)),
    ])
}

fn next_code(at: Option<Timestamp>, sends_left: u32) -> Vec<Field> {
    fields([("next_code_at", time(at)), ("sends_left", Value::Count(i64::from(sends_left)))])
}

/// A bank's message, of which nobody gives us a receipt.
fn code_missing(phone: Option<&str>, sent_at: Timestamp, (next, sends_left): (Timestamp, u32)) -> Vec<Field> {
    let sent = fields([
        ("phone", phone.map_or(Value::Unknown, text)),
        ("sent_at", Value::Time(sent_at)),
        ("delivered_at", Value::Unknown),
    ]);
    sent.into_iter().chain(next_code(Some(next), sends_left)).collect()
}

fn revoked(at: Option<Timestamp>, by: Option<&'static str>) -> Vec<Field> {
    fields([("revoked_at", time(at)), ("by", by.map_or(Value::Unknown, text))])
}

/// Somebody else's limit: only what was asked for is a fact, and when its window ends, if it has one.
fn their_limit(requested: Money, resets_at: Option<Timestamp>) -> Vec<Field> {
    fields([
        ("limit", Value::Unknown),
        ("used", Value::Unknown),
        ("remaining", Value::Unknown),
        ("requested", Value::Money(requested)),
        ("resets_at", time(resets_at)),
    ])
}

fn code_wrong(state: &str, next_code_at: Option<Timestamp>, sends_left: u32) -> Vec<Field> {
    texts([("state", state)]).into_iter().chain(next_code(next_code_at, sends_left)).collect()
}

/// A channel's own word.
fn said(word: &ChannelWord) -> Vec<Field> {
    fields([("code", text(&word.code)), ("message", text(&word.message)), ("told_at", Value::Time(word.at))])
}

/// Who has set a limit, and, of another's, where its figure is from; what is used of it we have counted ourselves.
fn owned(owner: LimitOwner) -> Vec<Field> {
    let mut known = fields([("owner", text(owner.id()))]);
    if matches!(owner, LimitOwner::Published(_)) {
        known.extend(fields([("source", text("published"))]));
    }
    known
}

/// What is known of a line that brought no answer. Only a device could say how much it loses.
fn silent_line(attempt: Value, sent_at: Timestamp, last_contact: Value) -> Vec<Field> {
    fields([
        ("attempt", attempt),
        ("sent_at", Value::Time(sent_at)),
        ("last_contact", last_contact),
        ("loss_percent", Value::Unknown),
    ])
}

fn stopped(case: CaseId, since: Timestamp, reason: &str, rest: (&'static str, Value)) -> Vec<Field> {
    fields([("case", text(case)), ("since", Value::Time(since)), ("reason", text(reason)), rest])
}

fn amounts<const N: usize>(pairs: [(&'static str, &Money); N]) -> Vec<Field> {
    fields(pairs.map(|(name, amount)| (name, Value::Money(*amount))))
}

fn texts<const N: usize>(pairs: [(&'static str, &str); N]) -> Vec<Field> {
    fields(pairs.map(|(name, value)| (name, text(value))))
}

fn counts<const N: usize>(pairs: [(&'static str, i64); N]) -> Vec<Field> {
    fields(pairs.map(|(name, count)| (name, Value::Count(count))))
}

pub(crate) fn fields<const N: usize>(pairs: [(&'static str, Value); N]) -> Vec<Field> {
    pairs.into_iter().map(|(name, value)| Field { name: Cow::Borrowed(name), value }).collect()
}

pub(crate) fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}

pub(crate) fn time(value: Option<Timestamp>) -> Value {
    value.map_or(Value::Unknown, Value::Time)
}

impl From<Seen> for Evidence {
    fn from(seen: Seen) -> Self {
        Self::SeenByDevice(seen)
    }
}

/// When waiting alone will have removed all that stops the chosen instrument, if that is known of each.
pub fn retry_at(findings: &[Finding], chosen: Option<InstrumentId>) -> Option<Timestamp> {
    let stops = |finding: &&Finding| finding.instrument.is_none() || finding.instrument == chosen;
    let times: Option<Vec<Timestamp>> = findings.iter().filter(stops).map(Finding::retry_at).collect();
    times?.into_iter().max()
}

/// A cause with its proof, flattened: what is stored with a refused payment and rendered by everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Why.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The proof.
    pub evidence: Vec<Field>,
    /// The instrument it blocks; `None` if it blocks every one.
    pub instrument: Option<InstrumentId>,
}

impl Finding {
    /// The value of a field, if the finding has it.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.evidence.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// When waiting alone removes the cause, if that is known.
    pub fn retry_at(&self) -> Option<Timestamp> {
        ["resets_at", "until", "locked_until", "expected_end", "next_code_at"].iter().find_map(|name| {
            match self.field(name) {
                Some(Value::Time(at)) => Some(*at),
                Some(_) | None => None,
            }
        })
    }
}
