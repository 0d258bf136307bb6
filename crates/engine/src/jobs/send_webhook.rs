//! Tells a merchant of one event. Its id is the job's, the same at every try, so that he knows one that comes twice.

use serde_json::json;
use tantu_channels::webhook::Delivery;
use tantu_domain::ids::MerchantId;
use tantu_domain::webhook::{RefundEnd, Subject, WebhookEvent};
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::meters;
use crate::webhooks::{RecordDelivery, again_at};

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, event: WebhookEvent) -> Result<(), EngineError> {
    let delivery = match (&parts.webhooks, told(parts, &event).await?) {
        (Some(webhooks), Some((merchant, data))) => {
            let body = json!({ "type": event.kind(), "timestamp": event.at.to_string(), "data": data });
            let body = body.to_string().into_bytes();
            webhooks.deliver(merchant, &job.id.to_string(), parts.clock.wall(), body).await
        }
        // Nobody is to be told any more.
        (None, _) | (_, None) => Delivery::Unwanted,
    };
    let next = match delivery {
        Delivery::Taken | Delivery::Unwanted => None,
        Delivery::NotTaken => again_at(job.tries, parts.clock.now()),
    };
    let given_up = delivery == Delivery::NotTaken && next.is_none();
    if given_up {
        tracing::error!(job = %job.id, %event, "a merchant never took a webhook; it is told no more");
    }
    meters::webhook_sent(delivery, given_up);
    parts.lane.run(RecordDelivery { job: job.id, fence: job.fence, again_at: next }).await
}

/// Whom to tell, and what it is about.
async fn told(parts: &Parts, event: &WebhookEvent) -> Result<Option<(MerchantId, serde_json::Value)>, EngineError> {
    match event.subject {
        Subject::Payment(id, _) => {
            let payment = parts.read(move |store| store.payment(id)).await?;
            Ok(payment.map(|payment| {
                let data = json!({ "payment": id.to_string(), "order_no": payment.order_no.to_string(), "state": payment.state.id() });
                (payment.merchant, data)
            }))
        }
        Subject::Refund(id, end) => {
            let Some(refund) = parts.read(move |store| store.refund(id)).await? else { return Ok(None) };
            let of = refund.payment;
            let payment = parts.read(move |store| store.payment(of)).await?;
            let state = match end {
                RefundEnd::Succeeded => "succeeded",
                RefundEnd::Refused => "refused",
            };
            Ok(payment.map(|payment| {
                let data = json!({ "refund": id.to_string(), "payment": of.to_string(), "order_no": payment.order_no.to_string(), "state": state });
                (refund.merchant, data)
            }))
        }
        Subject::Bill(id) => {
            let bill = parts.read(move |store| store.bill(id)).await?;
            let lender = parts.settings.pay_later.as_ref().map(|product| product.lender);
            Ok(lender
                .zip(bill)
                .map(|(lender, bill)| (lender, json!({ "bill": id.to_string(), "account": bill.account.to_string() }))))
        }
    }
}
