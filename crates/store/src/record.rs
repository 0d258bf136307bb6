//! Evidence, refusals and answers as JSON: they are shown again as they were, and never asked for by SQL.
//!
//! The domain knows no serialisation, so its shapes are mirrored here; a row that no version of ours writes
//! is an error that names it, never a guess.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tantu_domain::answer::Answer;
use tantu_domain::cause::Cause;
use tantu_domain::check::{Check, Rule};
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::InstrumentId;
use tantu_domain::money::{Currency, Money};
use tantu_domain::one_time_code::Sendings;
use tantu_domain::payment::{Action, Refusal};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ValueRecord {
    Text(String),
    Count(i64),
    Money { minor: i64, currency: String },
    Time(String),
    Day(String),
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct FindingRecord {
    cause: String,
    confidence: String,
    evidence: Vec<(String, ValueRecord)>,
    instrument: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct RefusalRecord {
    causes: Vec<FindingRecord>,
    can_pay_with: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AnswerRecord {
    Succeeded,
    RequiresAction { action: String },
    Undecided { causes: Vec<FindingRecord> },
    Refused(RefusalRecord),
    Closed,
}

/// What is wrong with a record.
pub(crate) type Wrong = String;

fn value_record(value: &Value) -> ValueRecord {
    match value {
        Value::Text(text) => ValueRecord::Text(text.clone()),
        Value::Count(count) => ValueRecord::Count(*count),
        Value::Money(money) => {
            ValueRecord::Money { minor: money.minor(), currency: money.currency().code().to_owned() }
        }
        Value::Time(at) => ValueRecord::Time(at.to_string()),
        Value::Day(day) => ValueRecord::Day(day.to_string()),
        Value::Unknown => ValueRecord::Unknown,
    }
}

fn value(record: ValueRecord) -> Result<Value, Wrong> {
    Ok(match record {
        ValueRecord::Text(text) => Value::Text(text),
        ValueRecord::Count(count) => Value::Count(count),
        ValueRecord::Money { minor, currency } => {
            Value::Money(Money::new(minor, Currency::parse(&currency).ok_or(format!("no currency {currency}"))?))
        }
        ValueRecord::Time(at) => Value::Time(at.parse().map_err(|_| format!("no time {at}"))?),
        ValueRecord::Day(day) => Value::Day(day.parse().map_err(|_| format!("no day {day}"))?),
        ValueRecord::Unknown => Value::Unknown,
    })
}

fn finding_record(finding: &Finding) -> FindingRecord {
    FindingRecord {
        cause: finding.cause.id().to_owned(),
        confidence: finding.confidence.id().to_owned(),
        evidence: finding.evidence.iter().map(|field| (field.name.to_string(), value_record(&field.value))).collect(),
        instrument: finding.instrument.map(|id| id.to_string()),
    }
}

fn finding(record: FindingRecord) -> Result<Finding, Wrong> {
    let fields =
        record.evidence.into_iter().map(|(name, told)| Ok(Field { name: Cow::Owned(name), value: value(told)? }));
    Ok(Finding {
        cause: Cause::parse(&record.cause).ok_or(format!("no cause {}", record.cause))?,
        confidence: Confidence::parse(&record.confidence).ok_or(format!("no confidence {}", record.confidence))?,
        evidence: fields.collect::<Result<_, Wrong>>()?,
        instrument: record
            .instrument
            .map(|id| id.parse::<InstrumentId>().map_err(|error| error.to_string()))
            .transpose()?,
    })
}

fn findings(records: Vec<FindingRecord>) -> Result<Vec<Finding>, Wrong> {
    records.into_iter().map(finding).collect()
}

fn refusal_record(refusal: &Refusal) -> RefusalRecord {
    RefusalRecord {
        causes: refusal.causes.iter().map(finding_record).collect(),
        can_pay_with: refusal.can_pay_with.iter().map(ToString::to_string).collect(),
    }
}

fn refusal(record: RefusalRecord) -> Result<Refusal, Wrong> {
    let ids = record.can_pay_with.iter().map(|id| id.parse::<InstrumentId>().map_err(|error| error.to_string()));
    Ok(Refusal { causes: findings(record.causes)?, can_pay_with: ids.collect::<Result<_, Wrong>>()? })
}

fn json(record: &impl Serialize) -> String {
    // These records hold only texts, numbers and lists of them; nothing in them can fail to be written.
    serde_json::to_string(record).unwrap_or_else(|error| unreachable!("a record of plain values: {error}"))
}

/// Writes findings.
pub(crate) fn write_findings(told: &[Finding]) -> String {
    json(&told.iter().map(finding_record).collect::<Vec<_>>())
}

/// Reads findings.
pub(crate) fn read_findings(text: &str) -> Result<Vec<Finding>, Wrong> {
    findings(serde_json::from_str(text).map_err(|error| error.to_string())?)
}

/// Writes the instants at which codes were sent; nothing if none was.
pub(crate) fn write_sendings(sendings: &Sendings) -> Option<String> {
    let instants: Vec<String> = sendings.instants().iter().map(ToString::to_string).collect();
    (!instants.is_empty()).then(|| instants.join(" "))
}

/// Reads them.
pub(crate) fn read_sendings(text: Option<&str>) -> Result<Sendings, Wrong> {
    let instants = text.unwrap_or_default().split_ascii_whitespace();
    let instants = instants.map(|at| at.parse().map_err(|_| format!("no time {at}")));
    Ok(Sendings::new(instants.collect::<Result<_, Wrong>>()?))
}

/// Writes a refusal.
pub(crate) fn write_refusal(refused: &Refusal) -> String {
    json(&refusal_record(refused))
}

/// Reads a refusal.
pub(crate) fn read_refusal(text: &str) -> Result<Refusal, Wrong> {
    refusal(serde_json::from_str(text).map_err(|error| error.to_string())?)
}

/// Writes an answer.
pub(crate) fn write_answer(answer: &Answer) -> String {
    json(&match answer {
        Answer::Succeeded => AnswerRecord::Succeeded,
        Answer::RequiresAction { action } => AnswerRecord::RequiresAction { action: action.id().to_owned() },
        Answer::Undecided { causes } => AnswerRecord::Undecided { causes: causes.iter().map(finding_record).collect() },
        Answer::Refused(refused) => AnswerRecord::Refused(refusal_record(refused)),
        Answer::Closed => AnswerRecord::Closed,
    })
}

/// Reads an answer.
pub(crate) fn read_answer(text: &str) -> Result<Answer, Wrong> {
    Ok(match serde_json::from_str(text).map_err(|error| error.to_string())? {
        AnswerRecord::Succeeded => Answer::Succeeded,
        AnswerRecord::RequiresAction { action } => {
            Answer::RequiresAction { action: Action::parse(&action).ok_or(format!("no action {action}"))? }
        }
        AnswerRecord::Undecided { causes } => Answer::Undecided { causes: findings(causes)? },
        AnswerRecord::Refused(record) => Answer::Refused(refusal(record)?),
        AnswerRecord::Closed => Answer::Closed,
    })
}

/// A check without its instrument: rule, input, threshold, held. There are a dozen with each payment, so
/// their values are written short.
type CheckRecord = (String, Option<String>, Option<String>, u8);

/// The checks of one instrument, or of the account.
type ChecksRecord = (Option<String>, Vec<CheckRecord>);

/// A value in one text: a letter for its kind, then the value.
fn short(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(format!("t{text}")),
        Value::Count(count) => Some(format!("n{count}")),
        Value::Money(money) => Some(format!("m{}{}", money.currency().code(), money.minor())),
        Value::Time(at) => Some(format!("a{at}")),
        Value::Day(day) => Some(format!("d{day}")),
        Value::Unknown => None,
    }
}

fn long(text: Option<String>) -> Result<Value, Wrong> {
    let Some(text) = text else { return Ok(Value::Unknown) };
    let wrong = || format!("no value {text}");
    let (kind, rest) = text.split_at_checked(1).ok_or_else(wrong)?;
    match kind {
        "t" => Ok(Value::Text(rest.to_owned())),
        "n" => rest.parse().map(Value::Count).map_err(|_| wrong()),
        "m" => {
            let (currency, minor) = rest.split_at_checked(3).ok_or_else(wrong)?;
            let currency = Currency::parse(currency).ok_or_else(wrong)?;
            Ok(Value::Money(Money::new(minor.parse().map_err(|_| wrong())?, currency)))
        }
        "a" => rest.parse().map(Value::Time).map_err(|_| wrong()),
        "d" => rest.parse().map(Value::Day).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// Writes the checks of a decision.
pub(crate) fn write_checks(checks: &[Check]) -> String {
    let groups = checks.chunk_by(|one, next| one.instrument == next.instrument);
    let records: Vec<ChecksRecord> = groups
        .map(|group| {
            let of = |check: &Check| {
                (check.rule.id().to_owned(), short(&check.input), short(&check.threshold), u8::from(check.held))
            };
            let instrument = group.first().and_then(|check| check.instrument);
            (instrument.map(|id| id.to_string()), group.iter().map(of).collect())
        })
        .collect();
    json(&records)
}

/// Reads the checks of a decision as they were kept: whether one held is what was decided, not judged again.
pub(crate) fn read_checks(text: &str) -> Result<Vec<Check>, Wrong> {
    let records: Vec<ChecksRecord> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut checks = Vec::new();
    for (instrument, group) in records {
        let instrument =
            instrument.map(|id| id.parse::<InstrumentId>().map_err(|error| error.to_string())).transpose()?;
        for (rule, input, threshold, held) in group {
            checks.push(Check {
                rule: Rule::parse(&rule).ok_or(format!("no rule {rule}"))?,
                instrument,
                input: long(input)?,
                threshold: long(threshold)?,
                held: held == 1,
            });
        }
    }
    Ok(checks)
}

/// Writes a list of texts.
pub(crate) fn write_lines(lines: &[String]) -> String {
    json(&lines)
}

/// Reads a list of texts.
pub(crate) fn read_lines(text: &str) -> Result<Vec<String>, Wrong> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
