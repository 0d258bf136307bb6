//! Evidence as names and values: how each kind of fact is written down, once for all who have such facts.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::bank::Bank;
use crate::card::CardKind;
use crate::ceiling::{Strength, Tier};
use crate::channel::{Channel, ChannelWord};
use crate::client::Version;
use crate::evidence::{Field, Value};
use crate::ids::{BillId, CaseId, IncidentId};
use crate::limit::LimitOwner;
use crate::money::Money;

/// The sums of a limit over time.
pub(crate) fn sums([limit, used, remaining, requested]: [&Money; 4]) -> Vec<Field> {
    amounts([("limit", limit), ("used", used), ("remaining", remaining), ("requested", requested)])
}

/// Of whom a limit is, its sums, and when it begins again.
pub(crate) fn used_up(of: Vec<Field>, sums: Vec<Field>, resets_at: Value) -> Vec<Field> {
    of.into_iter().chain(sums).chain(fields([("resets_at", resets_at)])).collect()
}

pub(crate) fn ceiling_of(tier: Tier, authentication: Option<Strength>) -> Vec<Field> {
    let strength = authentication.map_or(Value::Unknown, |strength| text(strength.id()));
    fields([("tier", text(tier.id())), ("authentication", strength)])
}

pub(crate) fn interface_fault(
    channel: Channel,
    code: &str,
    since: Timestamp,
    (breaker, end): (&str, Option<Timestamp>),
    incident: Option<IncidentId>,
) -> Vec<Field> {
    fields([
        ("channel", text(channel.id())),
        ("code", text(code)),
        ("since", Value::Time(since)),
        ("breaker", text(breaker)),
        ("expected_end", time(end)),
        ("incident", incident.map_or(Value::Unknown, text)),
    ])
}

pub(crate) fn app_outdated(app: &str, (version, minimum): (Version, Version), update_at: &str) -> Vec<Field> {
    let versions = fields([("version", text(version)), ("minimum", text(minimum))]);
    texts([("app", app)]).into_iter().chain(versions).chain(texts([("update_at", update_at)])).collect()
}

pub(crate) fn password(
    state: &str,
    tries_left: Option<u32>,
    locked_until: Option<Timestamp>,
    reset: bool,
) -> Vec<Field> {
    let left = tries_left.map_or(Value::Unknown, |left| Value::Count(i64::from(left)));
    let reset_by = if reset { text("identity") } else { Value::Unknown };
    fields([("state", text(state)), ("tries_left", left), ("locked_until", time(locked_until)), ("reset_by", reset_by)])
}

pub(crate) fn bank_unsupported(bank: Option<Bank>, kind: Option<CardKind>, supported: &str) -> Vec<Field> {
    fields([
        ("bank", bank.map_or(Value::Unknown, |bank| text(bank.id()))),
        ("card_kind", kind.map_or(Value::Unknown, |kind| text(kind.id()))),
        ("types_supported", text(supported)),
    ])
}

pub(crate) fn next_code(at: Option<Timestamp>, sends_left: u32) -> Vec<Field> {
    fields([("next_code_at", time(at)), ("sends_left", Value::Count(i64::from(sends_left)))])
}

/// A bank's message, of which nobody gives us a receipt.
pub(crate) fn code_missing(
    phone: Option<&str>,
    sent_at: Timestamp,
    (next, sends_left): (Timestamp, u32),
) -> Vec<Field> {
    let sent = fields([
        ("phone", phone.map_or(Value::Unknown, text)),
        ("sent_at", Value::Time(sent_at)),
        ("delivered_at", Value::Unknown),
    ]);
    sent.into_iter().chain(next_code(Some(next), sends_left)).collect()
}

pub(crate) fn code_wrong(state: &str, next_code_at: Option<Timestamp>, sends_left: u32) -> Vec<Field> {
    texts([("state", state)]).into_iter().chain(next_code(next_code_at, sends_left)).collect()
}

pub(crate) fn revoked(at: Option<Timestamp>, by: Option<&'static str>) -> Vec<Field> {
    fields([("revoked_at", time(at)), ("by", by.map_or(Value::Unknown, text))])
}

/// Somebody else's limit: only what was asked for is a fact, and when its window ends, if it has one.
pub(crate) fn their_limit(requested: Money, resets_at: Option<Timestamp>) -> Vec<Field> {
    fields([
        ("limit", Value::Unknown),
        ("used", Value::Unknown),
        ("remaining", Value::Unknown),
        ("requested", Value::Money(requested)),
        ("resets_at", time(resets_at)),
    ])
}

/// A channel's own word.
pub(crate) fn said(word: &ChannelWord) -> Vec<Field> {
    fields([("code", text(&word.code)), ("message", text(&word.message)), ("told_at", Value::Time(word.at))])
}

/// Who has set a limit, and, of another's, where its figure is from; what is used of it we have counted ourselves.
pub(crate) fn owned(owner: LimitOwner) -> Vec<Field> {
    let mut known = fields([("owner", text(owner.id()))]);
    if matches!(owner, LimitOwner::Published(_)) {
        known.extend(fields([("source", text("published"))]));
    }
    known
}

/// What is known of a line that brought no answer. Only a device could say how much it loses.
pub(crate) fn silent_line(attempt: Value, sent_at: Timestamp, last_contact: Value) -> Vec<Field> {
    fields([
        ("attempt", attempt),
        ("sent_at", Value::Time(sent_at)),
        ("last_contact", last_contact),
        ("loss_percent", Value::Unknown),
    ])
}

/// A case of which nothing more is told.
pub(crate) fn against(case: CaseId, since: Timestamp) -> Vec<Field> {
    fields([("case", text(case)), ("since", Value::Time(since))])
}

pub(crate) fn stopped(case: CaseId, since: Timestamp, reason: &str, rest: (&'static str, Value)) -> Vec<Field> {
    fields([("case", text(case)), ("since", Value::Time(since)), ("reason", text(reason)), rest])
}

pub(crate) fn amounts<const N: usize>(pairs: [(&'static str, &Money); N]) -> Vec<Field> {
    fields(pairs.map(|(name, amount)| (name, Value::Money(*amount))))
}

pub(crate) fn session_over(age_seconds: i64, reason: &str) -> Vec<Field> {
    counts([("age_seconds", age_seconds)]).into_iter().chain(texts([("reason", reason)])).collect()
}

pub(crate) fn texts<const N: usize>(pairs: [(&'static str, &str); N]) -> Vec<Field> {
    fields(pairs.map(|(name, value)| (name, text(value))))
}

pub(crate) fn counts<const N: usize>(pairs: [(&'static str, i64); N]) -> Vec<Field> {
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

/// Why something cannot be paid so: the rule, and the channel, if it is one's.
pub(crate) fn unavailable(channel: Option<Channel>, rule: &str) -> Vec<Field> {
    fields([("channel", channel.map_or(Value::Unknown, |channel| text(channel.id()))), ("rule", text(rule))])
}

pub(crate) fn line_frozen(case: Option<CaseId>, since: Timestamp, asked_at: Option<Timestamp>) -> Vec<Field> {
    let by = if case.is_some() { "staff" } else { "holder" };
    let case = case.map_or(Value::Unknown, text);
    fields([("by", text(by)), ("case", case), ("since", Value::Time(since)), ("asked_at", time(asked_at))])
}

pub(crate) fn bill_overdue(bill: BillId, due_on: Date, (days, amount): (i64, Money)) -> Vec<Field> {
    fields([
        ("bill", text(bill)),
        ("due_on", Value::Day(due_on)),
        ("days", Value::Count(days)),
        ("amount", Value::Money(amount)),
    ])
}

/// We had answered, and were asked again.
pub(crate) fn answer_lost(at: Timestamp, last_contact: Timestamp) -> Vec<Field> {
    silent_line(Value::Unknown, at, Value::Time(last_contact))
}

pub(crate) fn stale(state: &str, last_good_use: Timestamp) -> Vec<Field> {
    fields([("state", text(state)), ("last_good_use", Value::Time(last_good_use))])
}

/// What a score is, what it should be, and what moved it last.
pub(crate) fn impact(
    score: i64,
    needed: i64,
    moved_by: Option<&'static str>,
    moved_at: Option<Timestamp>,
) -> Vec<Field> {
    fields([
        ("score", Value::Count(score)),
        ("needed", Value::Count(needed)),
        ("moved_by", moved_by.map_or(Value::Unknown, text)),
        ("moved_at", time(moved_at)),
    ])
}
