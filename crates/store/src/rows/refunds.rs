//! A merchant's refund.

use jiff::Timestamp;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::AttemptId;
use tantu_domain::money::Money;
use tantu_domain::refund::{LastAsked, Part, Refund, RefundState, Road, WhyRefused};

use crate::error::StoreError;
use crate::record::{read_findings, write_findings};
use crate::row::Columns;

/// A refund's parts and state as columns.
#[derive(Default)]
pub(crate) struct RefundCells {
    pub(crate) as_points: i64,
    pub(crate) points: i64,
    pub(crate) road: Option<&'static str>,
    pub(crate) channel: Option<&'static str>,
    pub(crate) attempt: Option<AttemptId>,
    pub(crate) state_at: Option<Timestamp>,
    pub(crate) short: Option<(i64, i64)>,
    pub(crate) causes: Option<String>,
    pub(crate) last_asked_at: Option<Timestamp>,
    pub(crate) again_at: Option<Timestamp>,
    pub(crate) told_code: Option<String>,
    pub(crate) told_message: Option<String>,
    pub(crate) told_at: Option<Timestamp>,
}

pub(crate) fn cells_of(refund: &Refund) -> RefundCells {
    let mut cells = RefundCells::default();
    for part in &refund.parts {
        match part.road {
            Road::Points { points } => (cells.as_points, cells.points) = (part.amount.minor(), points),
            Road::Channel { channel, attempt } => {
                (cells.channel, cells.attempt) = (Some(channel.id()), Some(attempt));
                cells.road = Some(part.road.id());
            }
            Road::Wallet | Road::PayLater => cells.road = Some(part.road.id()),
        }
    }
    match &refund.state {
        RefundState::Begun | RefundState::Held => {}
        RefundState::Succeeded { at } => cells.state_at = Some(*at),
        RefundState::Refused { at, why } => {
            cells.state_at = Some(*at);
            match why {
                WhyRefused::MerchantShort { settled, coming } => {
                    cells.short = Some((settled.minor(), coming.minor()));
                }
                WhyRefused::Channel { causes } => cells.causes = Some(write_findings(causes)),
            }
        }
    }
    if let Some(LastAsked { at, word, again_at }) = &refund.last_asked {
        (cells.last_asked_at, cells.again_at) = (Some(*at), Some(*again_at));
        if let Some(word) = word {
            (cells.told_code, cells.told_message) = (Some(word.code.clone()), Some(word.message.clone()));
            cells.told_at = Some(word.at);
        }
    }
    cells
}

pub(crate) fn read(cells: &impl Columns) -> Result<Refund, StoreError> {
    Ok(Refund {
        id: cells.parse("id")?,
        payment: cells.parse("payment")?,
        merchant: cells.parse("merchant")?,
        key: cells.text("key")?,
        reason: cells.text("reason")?,
        parts: parts(cells)?,
        hold: cells.parse("hold")?,
        end: cells.parse("ending")?,
        asked_at: cells.time("asked_at")?,
        state: state(cells)?,
        last_asked: last_asked(cells)?,
        done_at: cells.optional_time("done_at")?,
    })
}

fn parts(cells: &impl Columns) -> Result<Vec<Part>, StoreError> {
    let (amount, as_points) = (cells.money("amount")?, cells.money("as_points")?);
    let money = amount.minus(as_points).map_err(|error| cells.wrong("as_points", error))?;
    let road = match cells.optional_stored("road")? {
        None => None,
        Some("wallet") => Some(Road::Wallet),
        Some("pay_later") => Some(Road::PayLater),
        Some("channel") => {
            Some(Road::Channel { channel: cells.word("channel", Channel::parse)?, attempt: cells.parse("attempt")? })
        }
        Some(other) => return Err(cells.wrong("road", format!("{other:?} is no road"))),
    };
    let mut parts: Vec<Part> = road.map(|road| Part { road, amount: money }).into_iter().collect();
    if as_points.is_positive() {
        parts.push(Part { road: Road::Points { points: cells.number("points")? }, amount: as_points });
    }
    Ok(parts)
}

fn last_asked(cells: &impl Columns) -> Result<Option<LastAsked>, StoreError> {
    let Some(at) = cells.optional_time("last_asked_at")? else { return Ok(None) };
    let word = match cells.optional_text("told_code")? {
        None => None,
        Some(code) => Some(ChannelWord {
            channel: cells.word("channel", Channel::parse)?,
            code,
            message: cells.text("told_message")?,
            at: cells.time("told_at")?,
        }),
    };
    Ok(Some(LastAsked { at, word, again_at: cells.time("again_at")? }))
}

fn state(cells: &impl Columns) -> Result<RefundState, StoreError> {
    Ok(match cells.stored("state")? {
        "begun" => RefundState::Begun,
        "held" => RefundState::Held,
        "succeeded" => RefundState::Succeeded { at: cells.time("state_at")? },
        "refused" => {
            let why = match cells.optional_number("short_settled")? {
                Some(settled) => WhyRefused::MerchantShort {
                    settled: Money::cny(settled),
                    coming: Money::cny(cells.number("short_coming")?),
                },
                None => WhyRefused::Channel { causes: cells.written("causes", read_findings)? },
            };
            RefundState::Refused { at: cells.time("state_at")?, why }
        }
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    })
}
