//! Looks after a bill: tells its payer what there is to tell, and asks for it what the schedule says, through the same door as a
//! payer who repays.

use tantu_domain::client::Speaker;
use tantu_domain::ids::BillId;
use tantu_domain::money::Money;
use tantu_paylater::reminder::Subject;
use tantu_store::claim::IdempotencyKey;
use tantu_store::job::Job;
use tantu_store::notice::NoticeRow;

use crate::Parts;
use crate::error::EngineError;
use crate::notices;
use crate::pay_later::repay_bill::RepayBill;
use crate::pay_later::tend_bill::TendBill;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, bill: BillId) -> Result<(), EngineError> {
    let Some(product) = parts.settings.pay_later.clone() else { return Ok(()) };
    let Some(known) = parts.read(move |store| store.bill(bill)).await? else { return Ok(()) };
    let tended = parts.lane.run(TendBill { bill, account: known.account, fence: job.fence }).await?;
    for (row, owed) in tended.telling {
        tell(parts, row, owed).await?;
    }
    let Some(asking) = tended.asking else { return Ok(()) };
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

/// Tells a payer, and keeps that he was told.
async fn tell(parts: &Parts, row: NoticeRow, owed: Money) -> Result<(), EngineError> {
    let Some(notice) = row.about.bill() else { return Ok(()) };
    let template = match notice.subject {
        Subject::Ahead(_) => "bill_ahead",
        Subject::Due => "bill_due",
        Subject::Refused(_) => "bill_refused",
        Subject::Overdue(_) => "bill_overdue",
    };
    let values = [("amount", owed.to_string()), ("due_on", notice.due_on.to_string())];
    // What brings no receipt is sent again when the bill is looked at again.
    notices::tell(parts, &row, template, values).await.map(drop)
}
