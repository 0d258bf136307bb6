//! A merchant's refunds: made, held for, given back, settled. One file for each use case, each a commit of one shard.
//!
//! The job of a refund (`jobs/make_refund.rs`) takes the steps one after another, from wherever the one before has stopped: each is
//! repeatable, because every posting has an id that was fixed when the refund was made. Whoever asks for a refund takes the
//! first step himself, so that he learns whether his money is enough.

pub mod hurry;
pub mod make;
pub mod record;
pub mod settle;

use tantu_domain::refund::{Refund, RefundState};

use crate::error::{EngineError, Rejection};
use crate::folding::debit;
use crate::merchants::debit::{DebitMerchant, Debited, ForgoDebit};
use crate::payments::record::HeldJob;
use crate::refunds::make::MakeRefund;
use crate::refunds::record::{Heard, RecordRefund};
use crate::{Engine, Parts};

/// Holds the merchant's money for a refund, and records whether it was enough.
///
/// That it was not is posted under the hold's own id, so that whoever still tries to hold it, late, finds it decided.
pub(crate) async fn hold(parts: &Parts, refund: &Refund, job: Option<HeldJob>) -> Result<Refund, EngineError> {
    let wanted = DebitMerchant { id: refund.hold, merchant: refund.merchant, amount: refund.amount() };
    let heard = match debit(parts, wanted).await {
        Ok(Debited::Held) => Heard::Held,
        Ok(Debited::Forgone) => {
            let merchant = refund.merchant;
            let has = parts.read(move |store| store.merchant_balance(merchant)).await?;
            Heard::Short { settled: has.settled, coming: has.clearing().plus(has.in_transit).unwrap_or(has.in_transit) }
        }
        Err(EngineError::Rejected(Rejection::MerchantShort { settled, coming, .. })) => {
            match parts.lane.run(ForgoDebit(wanted)).await? {
                Debited::Held => Heard::Held,
                Debited::Forgone => Heard::Short { settled, coming },
            }
        }
        Err(error) => return Err(error),
    };
    record(parts, refund, heard, job).await
}

/// Records what has happened to a refund; as it stands then.
pub(crate) async fn record(
    parts: &Parts,
    refund: &Refund,
    heard: Heard,
    job: Option<HeldJob>,
) -> Result<Refund, EngineError> {
    parts.lane.run(RecordRefund { refund: refund.id, payment: refund.payment, heard, job }).await
}

impl Engine {
    /// Gives money of a paid order back: the refund as it stands once its merchant's money is held, or was found to be too little.
    /// The rest is its job's. The same request again makes no other refund.
    ///
    /// # Errors
    /// [`Rejection::Unrefundable`] if the payment is not refunded so; nothing is written then. [`EngineError`] if it was not carried out.
    pub async fn refund(&self, command: MakeRefund) -> Result<Refund, EngineError> {
        let made = self.run(command).await?;
        match made.state {
            RefundState::Begun => hold(&self.parts, &made, None).await,
            RefundState::Held | RefundState::Succeeded { .. } | RefundState::Refused { .. } => Ok(made),
        }
    }
}
