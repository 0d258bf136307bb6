//! Refunds: a merchant gives money of a paid order back, wholly or in part.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod show;

use serde::Serialize;
use tantu_domain::payment::Payment;
use tantu_domain::refund::{Part, Refund, RefundState, Road, WhyRefused};
use tantu_engine::error::Rejection;
use tantu_explain::Lang;
use tantu_explain::words::pages;
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
        causes: Vec::new(),
        detail: None,
    }
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
            RefundState::Begun | RefundState::Held => body,
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
