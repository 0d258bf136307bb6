//! Looks after a bill, and asks for it what the schedule says: through the same door as a payer who repays.

use tantu_domain::client::Speaker;
use tantu_domain::ids::BillId;
use tantu_store::claim::IdempotencyKey;
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::pay_later::repay_bill::RepayBill;
use crate::pay_later::tend_bill::TendBill;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, bill: BillId) -> Result<(), EngineError> {
    let Some(product) = parts.settings.pay_later.clone() else { return Ok(()) };
    let Some(known) = parts.read(move |store| store.bill(bill)).await? else { return Ok(()) };
    let tended = parts.lane.run(TendBill { bill, account: known.account, fence: job.fence }).await?;
    let Some(asking) = tended else { return Ok(()) };
    // One lease asks once: the fence names the request, so a late holder repeats it and asks nothing new.
    let request = format!("tend:{bill}:{}", job.fence);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, request.as_bytes());
    let request_hash = digest.as_ref().try_into().unwrap_or([0; 32]);
    let command = RepayBill {
        bill,
        account: known.account,
        instrument: asking.instrument,
        amount: Some(asking.amount),
        occasion: Some(asking.occasion),
        lender: product.lender,
        speaker: Speaker::default(),
        idempotency: IdempotencyKey { client: product.lender.to_string(), key: request },
        request_hash,
    };
    parts.lane.run(command).await?;
    Ok(())
}
