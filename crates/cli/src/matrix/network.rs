//! network.unstable: a lost answer is asked for; the request is never sent twice.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::lossy_link::LossyLink;
use crate::stage::payer::Payer;
use crate::stage::reply::text;
use crate::stage::{Stage, wait_until};

pub(crate) async fn our_answer_is_lost(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    let order = stage.order("一杯咖啡", 1_800);
    let server = stage.server.base.trim_start_matches("http://").parse()?;
    let link = LossyLink::to(server).await?;
    let body = Stage::payment_body(&order, &payer, &payer.wallet);
    let over_link = stage
        .http
        .post(format!("http://{}/v1/payments", link.address))
        .bearer_auth(&stage.merchant_key)
        .header("Idempotency-Key", &order.key)
        .json(&body);
    let lost = over_link.send().await.is_err() && link.lost_an_answer().await?;
    story.check(lost, || "the link should have lost the answer".into());
    let again = stage.pay(&order, &payer, &payer.wallet).await?.expect("the same request, with the same key")?;
    story.did("sent the same request with the same key");
    let payment = again.payment()?;
    let diagnosis = stage.diagnosis(&payment).await?;
    story.refused(&order, &diagnosis, &["attempt", "sent_at", "last_contact", "loss_percent"])?;
    story.failed = lost;
    story.fact("loss_percent", Value::Null);
    let wallet = payer.ask(stage, Method::GET, &format!("/v1/accounts/{}", payer.account), None).await?;
    let left = wallet.body["balance"]["amount"].clone();
    story.check(left == 48_200, || format!("paid once leaves 48200, left is {left}"));
    story.paid(stage, &payment).await
}

pub(crate) async fn answer_is_lost(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let buyer = payer.buyer.clone();
    stage.fault(json!({ "channel": "alipay", "call": "alipay.trade.pay", "buyer": buyer, "what": "answer_lost", "times": 1 })).await?;
    // Its notification is lost too: only asking can tell.
    stage
        .fault(json!({ "channel": "alipay", "call": "notification", "buyer": buyer, "what": "never", "times": 1 }))
        .await?;
    let order = stage.order("一本书", 5_900);
    let undecided = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &undecided, &["attempt", "sent_at", "last_contact", "loss_percent"])?;
    story.check(undecided.status == 202, || format!("a lost answer is undecided (202), not {}", undecided.status));
    story.fact("loss_percent", Value::Null);
    let meanwhile = stage.resume(&payment, None, None).await?;
    let unchanged = meanwhile.status == 202 || meanwhile.body["state"] == "succeeded";
    story.check(unchanged, || format!("nothing is sent while it is undecided; resuming gave {}", meanwhile.status));
    stage.until(&payment, "succeeded").await?;
    story.did("asked Alipay what became of it");
    let calls = trades(stage, &payer).await?;
    story.check(calls == [1], || format!("one charge, sent once; Alipay saw {calls:?}"));
    story.paid(stage, &payment).await
}

pub(crate) async fn request_is_lost(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let buyer = payer.buyer.clone();
    stage.fault(json!({ "channel": "alipay", "call": "alipay.trade.pay", "buyer": buyer, "what": "request_lost", "times": 1 })).await?;
    let order = stage.order("一副耳机", 29_900);
    let undecided = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &undecided, &["attempt", "sent_at"])?;
    story.check(undecided.status == 202, || format!("a lost request is undecided (202), not {}", undecided.status));
    closed(stage, &payment).await?;
    story.did("Alipay never saw it, and its expiry is past: nothing can be taken any more");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// Lets business time pass in steps, so that each question falls due, until the attempt is closed.
async fn closed(stage: &Stage, payment: &str) -> Result<(), Failure> {
    wait_until(|| async {
        if stage.payment(payment).await?.body["state"] == "refused" {
            return Ok(Some(()));
        }
        stage.advance(20).await?;
        Ok(None)
    })
    .await
}

/// How often each of the payer's trades was asked for at Alipay.
async fn trades(stage: &Stage, payer: &Payer) -> Result<Vec<u64>, Failure> {
    let truth = stage.control(Method::GET, "/truth", Value::Null).await?;
    let trades = truth["alipay"]["trades"].as_array().cloned().unwrap_or_default();
    let buyer = payer.buyer.clone().unwrap_or_default();
    let own = trades.iter().filter(|trade| text(trade, "buyer_id").is_ok_and(|id| id == buyer));
    Ok(own.filter_map(|trade| trade["pay_calls"].as_u64()).collect())
}
