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
use crate::evidence_fields::{
    against, amounts, answer_lost, app_outdated, bank_unsupported, bill_overdue, ceiling_of, code_missing, code_wrong,
    counts, fields, impact, interface_fault, line_frozen, owned, password, revoked, said, session_over, silent_line,
    stale, stopped, sums, text, texts, their_limit, time, unavailable, used_up,
};
pub use crate::finding::{Finding, retry_at};
use crate::holder_evidence::HolderEvidence;
use crate::ids::{AttemptId, BillId, CaseId, IncidentId};
use crate::limit::{LimitOwner, Publisher, Window};
use crate::money::Money;
use crate::points_evidence::PointsEvidence;

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
        incident: Option<IncidentId>,
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
    /// This cannot be paid so: by which of our rules. The line is no channel's.
    ChannelUnavailable {
        channel: Option<Channel>,
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
    /// The payer's session is over.
    AppSessionStale {
        /// How old it was when it was last used.
        age_seconds: i64,
        /// `expired` or `signed_out`.
        reason: &'static str,
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
    /// Somebody else seems to use the account.
    AccountCompromised {
        case: CaseId,
        since: Timestamp,
    },
    /// The payer is to confirm that it is he. Which rule asks for that is nobody's to know.
    RiskBlock {
        case: CaseId,
        since: Timestamp,
    },
    AccountRestricted {
        case: CaseId,
        since: Timestamp,
        reason: &'static str,
        until: Option<Timestamp>,
    },
    /// Something of the holder: who he is, his phone, a code that was sent to it.
    Holder(HolderEvidence),
    /// Something of the account's points.
    Points(PointsEvidence),
    PaymentPassword {
        state: &'static str,
        tries_left: Option<u32>,
        locked_until: Option<Timestamp>,
        /// Whether the holder can prove who he is without it, and set another.
        reset: bool,
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
    /// The pay-later line takes no new orders, by its holder's will, or by staff's under a case.
    LineFrozen {
        case: Option<CaseId>,
        since: Timestamp,
        /// When its holder asked staff to lift it.
        asked_at: Option<Timestamp>,
    },
    /// A pay-later bill is past its grace; the one that is for the longest.
    BillOverdue {
        bill: BillId,
        due_on: Date,
        days: i64,
        amount: Money,
    },
    /// The credit score is below what the line needs; what lowered it last, by the name of its entry.
    CreditScoreImpact {
        score: i64,
        needed: i64,
        moved_by: Option<&'static str>,
        moved_at: Option<Timestamp>,
    },
    /// Bills are not collected: auto-repay was never set, or was switched off.
    AutoRepayOff {
        since: Option<Timestamp>,
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
            Self::LineFrozen { .. } => Cause::BnplLineFrozen,
            Self::BillOverdue { .. } => Cause::BnplOverdue,
            Self::CreditScoreImpact { .. } => Cause::CreditScoreImpact,
            Self::AutoRepayOff { .. } => Cause::BnplAutopayOff,
            Self::DeviceClockSkew { .. } => Cause::DeviceClockSkew,
            Self::ChannelNotConfirmed { .. } => Cause::ChannelNotConfirmed,
            Self::AppSessionStale { .. } => Cause::AppSessionStale,
            Self::AppOutdated { .. } => Cause::AppOutdated,
            Self::PaymentPassword { .. } => Cause::AuthPaymentPassword,
            Self::Holder(holder) => holder.cause(),
            Self::Points(points) => points.cause(),
            Self::AccountFrozen { .. } => Cause::AccountFrozen,
            Self::AccountCompromised { .. } => Cause::AccountCompromised,
            Self::AccountRestricted { .. } => Cause::AccountRestricted,
            Self::RiskBlock { .. } => Cause::RiskPlatformBlock,
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
            | Self::AppSessionStale { .. }
            | Self::AppOutdated { .. }
            | Self::SeenByDevice(_)
            | Self::DeviceLowPower { .. }
            | Self::CardDetails { .. }
            | Self::CardExpired { .. }
            | Self::CodeWrong { .. } => None,
            Self::AnswerLost { .. }
            | Self::Holder(_)
            | Self::Points(_)
            | Self::AccountFrozen { .. }
            | Self::AccountCompromised { .. }
            | Self::AccountRestricted { .. }
            | Self::RiskBlock { .. }
            | Self::PaymentPassword { .. }
            | Self::InsufficientBalance { .. }
            | Self::LimitPlatform { .. }
            | Self::CardSwitchedOff { .. }
            | Self::BindingStep { .. }
            | Self::LineFrozen { .. }
            | Self::BillOverdue { .. }
            | Self::CreditScoreImpact { .. }
            | Self::AutoRepayOff { .. }
            | Self::BankUnsupported { .. } => Some(Whose::Platform),
            Self::BindingStale { .. } | Self::OpeningLost { .. } | Self::CodeMissing { .. } => {
                Some(Whose::Channel(Channel::UnionPay))
            }
            Self::ChannelUnavailable { channel, .. } => Some(channel.map_or(Whose::Platform, Whose::Channel)),
            Self::ChannelInterfaceFault { channel, .. }
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
            Self::ChannelInterfaceFault { channel, code, since, breaker, expected_end: end, incident } => {
                interface_fault(*channel, code, *since, (breaker, *end), *incident)
            }
            Self::NetworkUnstable { attempt, channel, sent_at: sent, last_contact: last } => {
                let line = silent_line(text(attempt), *sent, time(*last));
                texts([("channel", channel.id())]).into_iter().chain(line).collect()
            }
            Self::AnswerLost { answered_at, last_contact } => answer_lost(*answered_at, *last_contact),
            Self::OpeningLost { sent_at, last_contact } => silent_line(Value::Unknown, *sent_at, time(*last_contact)),
            Self::ChannelUnavailable { channel, rule } => unavailable(*channel, rule),
            Self::DeviceClockSkew { skew_seconds: skew, allowed_seconds: allowed } => {
                counts([("skew_seconds", *skew), ("allowed_seconds", *allowed)])
            }
            Self::Holder(holder) => holder.facts(),
            Self::Points(points) => points.facts(),
            Self::PaymentPassword { state, tries_left: n, locked_until: t, reset: r } => password(state, *n, *t, *r),
            Self::ChannelNotConfirmed { channel: _, sent_at: sent, expired_at: end } => {
                fields([("sent_at", Value::Time(*sent)), ("expired_at", Value::Time(*end))])
            }
            Self::AppSessionStale { age_seconds, reason } => session_over(*age_seconds, reason),
            Self::AppOutdated { app, version, minimum, update_at: at } => app_outdated(app, (*version, *minimum), at),
            Self::AccountFrozen { case, since, reason, unfreeze_requested_at: asked } => {
                stopped(*case, *since, reason, ("unfreeze_requested_at", time(*asked)))
            }
            Self::AccountCompromised { case, since } | Self::RiskBlock { case, since } => against(*case, *since),
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
                used_up(owned(*owner), sums([limit, used, remaining, requested]), Value::Time(*resets_at))
            }
            Self::LimitPlatform { tier, authentication, limit, used, remaining, requested, resets_at } => {
                used_up(ceiling_of(*tier, *authentication), sums([limit, used, remaining, requested]), time(*resets_at))
            }
            Self::AgreementExpired { expired_at, .. } => fields([("expired_at", Value::Time(*expired_at))]),
            Self::AgreementRevoked { channel: _, revoked_at, by } => revoked(*revoked_at, *by),
            Self::CardSwitchedOff { since } => fields([("since", Value::Time(*since))]),
            Self::BindingStale { state, last_good_use } => stale(state, *last_good_use),
            Self::LineFrozen { case, since, asked_at } => line_frozen(*case, *since, *asked_at),
            Self::BillOverdue { bill, due_on, days, amount } => bill_overdue(*bill, *due_on, (*days, *amount)),
            Self::CreditScoreImpact { score, needed, moved_by: by, moved_at: at } => impact(*score, *needed, *by, *at),
            Self::AutoRepayOff { since } => fields([("since", time(*since))]),
            Self::BindingStep { expected, done } => texts([("step_expected", expected), ("step_done", done)]),
            Self::BankUnsupported { bank, kind, supported } => bank_unsupported(*bank, *kind, supported),
            Self::CardExpired { expired_on } => fields([("expiry", Value::Day(*expired_on))]),
            Self::CardDetails { factor } => fields([("factor", text(factor))]),
            Self::DeviceLowPower { percent, floor } => counts([("percent", *percent), ("floor", *floor)]),
            Self::CodeWrong { state, next_code_at: next, sends_left } => code_wrong(state, *next, *sends_left),
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

impl From<Seen> for Evidence {
    fn from(seen: Seen) -> Self {
        Self::SeenByDevice(seen)
    }
}
