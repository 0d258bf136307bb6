//! Looks after a bill: tells its payer what there is to tell, and asks for it what the schedule says, through the same door as a
//! payer who repays.

use std::collections::BTreeMap;

use tantu_channels::secret::Secret;
use tantu_channels::sms::{Message, MessageState};
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, BillId};
use tantu_domain::money::Money;
use tantu_domain::person::Detail;
use tantu_paylater::reminder::Subject;
use tantu_store::claim::IdempotencyKey;
use tantu_store::job::Job;
use tantu_store::pay_later::{NoticeRow, Road};

use crate::Parts;
use crate::error::EngineError;
use crate::pay_later::record_notice::RecordNotice;
use crate::pay_later::repay_bill::RepayBill;
use crate::pay_later::tend_bill::TendBill;
use crate::people::load_holder::LoadHolder;

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

/// Tells a payer, by a message if he has a phone and we send any; his page shows it in any case. The message is named by what it
/// is about, so that it arrives once however often it is sent.
async fn tell(parts: &Parts, row: NoticeRow, owed: Money) -> Result<(), EngineError> {
    let (account, notice) = (row.account, row.notice);
    let road = match (&parts.people, phone(parts, account).await?) {
        (Some(people), Some(phone)) => match people.sms.send(&message(&row, phone, owed)).await {
            Ok(receipt) if receipt.state == MessageState::Rejected => Road::Page,
            Ok(_) => Road::Sms,
            Err(error) => {
                tracing::warn!(%notice, %error, "a message about a bill brought no receipt; it is sent again");
                return Ok(());
            }
        },
        _ => Road::Page,
    };
    parts.lane.run(RecordNotice { account, notice, road }).await?;
    tracing::info!(%account, %notice, road = road.id(), "a payer was told of a bill");
    Ok(())
}

async fn phone(parts: &Parts, account: AccountId) -> Result<Option<Secret>, EngineError> {
    let Some(people) = &parts.people else { return Ok(None) };
    let (_, person) = parts.lane.run(LoadHolder { account }).await?;
    people.open(account, Detail::Phone, person.phone.as_ref())
}

fn message(row: &NoticeRow, phone: Secret, owed: Money) -> Message {
    let template = match row.notice.subject {
        Subject::Ahead(_) => "bill_ahead",
        Subject::Due => "bill_due",
        Subject::Refused(_) => "bill_refused",
        Subject::Overdue(_) => "bill_overdue",
    };
    let values = [("amount", owed.to_string()), ("due_on", row.notice.due_on.to_string())];
    let values: BTreeMap<String, Secret> =
        values.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect();
    Message { id: row.notice.to_string(), to: phone, template: template.to_owned(), values }
}
