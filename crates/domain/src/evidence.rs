//! The facts that prove a cause, each in a field with a type, never only in a sentence.
//!
//! A cause can be raised only with the [`Evidence`] that belongs to it; [`Finding`] is the same thing
//! flattened to names and values, which is what is stored, shown and explained.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cause::Cause;
use crate::channel::{Channel, ChannelWord};
use crate::client::Version;
use crate::device_report::Seen;
use crate::ids::{AttemptId, CaseId, IncidentId, InstrumentId};
use crate::limit::Window;
use crate::money::Money;

/// Whose account, limit or balance a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Ours.
    Platform,
    /// The payer's at a third party, or the third party's.
    Channel(Channel),
}

impl Whose {
    /// The value of the field `whose`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Channel(channel) => channel.id(),
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
        limit: Money,
        requested: Money,
    },
    LimitWindow {
        window: Window,
        limit: Money,
        used: Money,
        remaining: Money,
        requested: Money,
        resets_at: Timestamp,
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
    /// A channel's published code, and nothing else, speaks for the cause.
    Told {
        cause: Cause,
        word: ChannelWord,
    },
}

impl Evidence {
    /// The cause that it proves.
    pub fn cause(&self) -> Cause {
        match self {
            Self::PlatformOutage { .. } => Cause::PlatformOutage,
            Self::ChannelInterfaceFault { .. } => Cause::ChannelInterfaceFault,
            Self::NetworkUnstable { .. } | Self::AnswerLost { .. } => Cause::NetworkUnstable,
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
            Self::AgreementExpired { .. } => Cause::AgreementExpired,
            Self::AgreementRevoked { .. } => Cause::AgreementRevoked,
            Self::SeenByDevice(seen) => seen.cause(),
            Self::Told { cause, .. } => *cause,
        }
    }

    /// Whose account, limit or line it is about; an outage, a clock and an app are nobody's.
    pub fn whose(&self) -> Option<Whose> {
        match self {
            Self::PlatformOutage { .. }
            | Self::DeviceClockSkew { .. }
            | Self::AppOutdated { .. }
            | Self::SeenByDevice(_) => None,
            Self::AnswerLost { .. }
            | Self::AccountFrozen { .. }
            | Self::AccountRestricted { .. }
            | Self::PaymentPassword { .. }
            | Self::InsufficientBalance { .. }
            | Self::LimitPerTransaction { .. }
            | Self::LimitWindow { .. } => Some(Whose::Platform),
            Self::ChannelInterfaceFault { channel, .. }
            | Self::ChannelUnavailable { channel, .. }
            | Self::NetworkUnstable { channel, .. }
            | Self::ChannelNotConfirmed { channel, .. }
            | Self::AgreementExpired { channel, .. }
            | Self::AgreementRevoked { channel, .. } => Some(Whose::Channel(*channel)),
            Self::Told { word, .. } => Some(Whose::Channel(word.channel)),
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
            Self::ChannelInterfaceFault { channel, code, since, breaker, expected_end } => fields([
                ("channel", text(channel.id())),
                ("code", text(code)),
                ("since", Value::Time(*since)),
                ("breaker", text(breaker)),
                ("expected_end", time(*expected_end)),
            ]),
            Self::NetworkUnstable { attempt, channel, sent_at, last_contact } => {
                let mut known = fields([("channel", text(channel.id()))]);
                known.extend(silent_line(text(attempt), *sent_at, time(*last_contact)));
                known
            }
            Self::AnswerLost { answered_at, last_contact } => {
                silent_line(Value::Unknown, *answered_at, Value::Time(*last_contact))
            }
            Self::ChannelUnavailable { channel, rule } => {
                fields([("channel", text(channel.id())), ("rule", text(rule))])
            }
            Self::DeviceClockSkew { skew_seconds, allowed_seconds } => fields([
                ("skew_seconds", Value::Count(*skew_seconds)),
                ("allowed_seconds", Value::Count(*allowed_seconds)),
            ]),
            Self::PaymentPassword { state, tries_left, locked_until } => fields([
                ("state", text(state)),
                ("tries_left", tries_left.map_or(Value::Unknown, |left| Value::Count(i64::from(left)))),
                ("locked_until", time(*locked_until)),
            ]),
            Self::ChannelNotConfirmed { channel: _, sent_at, expired_at } => {
                fields([("sent_at", Value::Time(*sent_at)), ("expired_at", Value::Time(*expired_at))])
            }
            Self::AppOutdated { app, version, minimum, update_at } => fields([
                ("app", text(app)),
                ("version", text(version)),
                ("minimum", text(minimum)),
                ("update_at", text(update_at)),
            ]),
            Self::AccountFrozen { case, since, reason, unfreeze_requested_at: asked } => {
                stopped(*case, *since, reason, ("unfreeze_requested_at", time(*asked)))
            }
            Self::AccountRestricted { case, since, reason, until } => {
                stopped(*case, *since, reason, ("until", time(*until)))
            }
            Self::InsufficientBalance { balance, requested, short } => {
                amounts([("balance", balance), ("requested", requested), ("short", short)])
            }
            Self::LimitPerTransaction { limit, requested } => amounts([("limit", limit), ("requested", requested)]),
            Self::LimitWindow { window: _, limit, used, remaining, requested, resets_at } => {
                let sums = [("limit", limit), ("used", used), ("remaining", remaining), ("requested", requested)];
                amounts(sums).into_iter().chain(fields([("resets_at", Value::Time(*resets_at))])).collect()
            }
            Self::AgreementExpired { expired_at, .. } => fields([("expired_at", Value::Time(*expired_at))]),
            Self::AgreementRevoked { channel: _, revoked_at, by } => {
                fields([("revoked_at", time(*revoked_at)), ("by", by.map_or(Value::Unknown, text))])
            }
            Self::SeenByDevice(seen) => seen.facts(),
            Self::Told { cause: _, word } => fields([
                ("code", text(&word.code)),
                ("message", text(&word.message)),
                ("told_at", Value::Time(word.at)),
            ]),
        }
    }
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
        ["resets_at", "until", "locked_until", "expected_end"].iter().find_map(|name| match self.field(name) {
            Some(Value::Time(at)) => Some(*at),
            Some(_) | None => None,
        })
    }
}
