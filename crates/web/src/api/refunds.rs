//! Refunds: a merchant gives money of a paid order back, wholly or in part.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod show;

use jiff::Timestamp;
use serde::Serialize;
use tantu_domain::channel::ChannelWord;
use tantu_domain::payment::Payment;
use tantu_domain::refund::{Part, Refund, RefundState, Road, WhyRefused};
use tantu_engine::error::Rejection;
use tantu_explain::Lang;
use tantu_explain::words::{self, channel_label, fill, pages};
use utoipa::ToSchema;

use crate::app::Shared;
use crate::json::{Amount, time};
use crate::problem::Problem;
use crate::render::{CauseBody, Telling};

/// What goes back by one road.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundPartBody {
    /// wallet, channel, pay_later or points: as it was paid.
    road: String,
    /// How much; of points, what they are worth.
    amount: Amount,
    /// Of the road `channel`, which.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    /// Of the road `points`, how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
}

impl From<&Part> for RefundPartBody {
    fn from(part: &Part) -> Self {
        let (channel, points) = match part.road {
            Road::Wallet | Road::PayLater => (None, None),
            Road::Channel { channel, .. } => (Some(channel.id().to_owned()), None),
            Road::Points { points } => (None, Some(points)),
        };
        Self { road: part.road.id().to_owned(), amount: part.amount.into(), channel, points }
    }
}

/// What a refund waits for, whose channel has not decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundWaitBody {
    /// The channel.
    channel: String,
    /// When it was asked last.
    asked_at: String,
    /// When it is asked again, by itself.
    asked_again_at: String,
    /// What it said, word for word, if it said anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "35")]
    code: Option<String>,
    /// Its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// How it stands and what to do, in the reader's language.
    detail: String,
}

/// A refund.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundBody {
    /// Its id.
    #[schema(example = "ref_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Of which payment.
    payment: String,
    /// processing, succeeded or refused. What is processing is on its way, or being asked about.
    state: String,
    /// How much goes back.
    amount: Amount,
    /// Why, as the merchant has written it; the payer may read it.
    reason: String,
    /// What goes back by which road: money first, then points.
    parts: Vec<RefundPartBody>,
    /// When it was asked for.
    created_at: String,
    /// When its payer had it, or when it was known that he will not.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// What it waits for, once its channel was asked and has not decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<RefundWaitBody>,
    /// Why the channel has refused it, if it has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<CauseBody>,
    /// Why it was refused before any channel was asked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A refund as it was answered first: what never changes of it.
fn first(refund: &Refund) -> RefundBody {
    RefundBody {
        id: refund.id.to_string(),
        payment: refund.payment.to_string(),
        state: "processing".into(),
        amount: refund.amount().into(),
        reason: refund.reason.clone(),
        parts: refund.parts.iter().map(Into::into).collect(),
        created_at: time(refund.asked_at),
        ended_at: None,
        waiting: None,
        causes: Vec::new(),
        detail: None,
    }
}

/// What a refund waits for.
fn waiting(refund: &Refund, lang: Lang, now: Timestamp) -> Option<RefundWaitBody> {
    let (asked, (channel, ..)) = refund.last_asked.as_ref().zip(refund.through_channel())?;
    let said = |of: fn(&ChannelWord) -> &String| asked.word.as_ref().map(|word| of(word).clone());
    let next = words::time(asked.again_at, now, lang);
    Some(RefundWaitBody {
        channel: channel.id().to_owned(),
        asked_at: time(asked.at),
        asked_again_at: time(asked.again_at),
        code: said(|word| &word.code),
        message: said(|word| &word.message).filter(|message| !message.is_empty()),
        detail: fill(pages(lang).refund_waits, &[("channel", channel_label(channel, lang)), ("time", &next)]),
    })
}

/// What stood against a refund whose merchant had too little.
fn short(refund: &Refund) -> Option<Rejection> {
    let RefundState::Refused { why: WhyRefused::MerchantShort { settled, coming }, .. } = refund.state else {
        return None;
    };
    Some(Rejection::MerchantShort { merchant: refund.merchant, asked: refund.amount(), settled, coming })
}

/// Refunds as they stand.
async fn present(app: &Shared, payment: &Payment, refunds: &[Refund], lang: Lang) -> Result<Vec<RefundBody>, Problem> {
    let (account, now) = (payment.account, app.engine.clock().now());
    let file = app.engine.read(move |store| store.account(account, now)).await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    let telling = Telling::new(lang, now, &instruments, Some(payment));
    // The cause's own words are about a payment; here the money was taken long ago, and is the merchant's again.
    let of_refund = |cause: CauseBody| CauseBody { money: pages(lang).refund_refused.to_owned(), ..cause };
    let shown = |refund: &Refund| {
        let body = first(refund);
        match &refund.state {
            RefundState::Begun | RefundState::Held => RefundBody { waiting: waiting(refund, lang, now), ..body },
            RefundState::Succeeded { at } => {
                RefundBody { state: "succeeded".into(), ended_at: Some(time(*at)), ..body }
            }
            RefundState::Refused { at, why } => {
                let causes = match why {
                    WhyRefused::MerchantShort { .. } => Vec::new(),
                    WhyRefused::Channel { causes } => telling.causes(causes).into_iter().map(of_refund).collect(),
                };
                let detail = short(refund).map(|short| short.to_string());
                RefundBody { state: "refused".into(), ended_at: Some(time(*at)), causes, detail, ..body }
            }
        }
    };
    Ok(refunds.iter().map(shown).collect())
}
