//! channel.interface_fault: faults open the breaker, the breaker begins an incident, and no payer is sent
//! into it; another instrument pays now, or the same one when it is over.

use serde_json::{Value, json};

use crate::matrix::bank_word::Holder;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;
use crate::stage::{Stage, wait_until};

pub(crate) async fn wallet_now(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?.with_alipay(stage, 100_000).await?;
    let fault = json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "system_error", "processed": false, "times": null });
    let (payment, refused) = into_the_breaker(stage, story, &payer, fault, "ACQ.SYSTEM_ERROR").await?;
    let offered = refused.body["can_pay_with"].to_string();
    story.check(offered.contains(&payer.wallet), || format!("the wallet should be offered, {offered} is"));
    stage.resume(&payment, Some(&payer.wallet), None).await?.expect("paying from the wallet")?;
    story.did("paid from the wallet meanwhile");
    story.paid(stage, &payment).await?;
    over(stage).await
}

pub(crate) async fn end_of_incident(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let fault = json!({ "channel": "alipay", "call": "*", "what": "http_502", "processed": false, "times": null });
    let (payment, _) = into_the_breaker(stage, story, &payer, fault, "http_502").await?;
    over(stage).await?;
    story.did("Alipay answers again: the incident is over");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// Sends payments into a faulty channel until its breaker opens; the next one is refused before it is sent.
async fn into_the_breaker(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    fault: Value,
    code: &str,
) -> Result<(String, Reply), Failure> {
    let victim = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    stage.fault(fault).await?;
    for _ in 0..3 {
        let order = stage.order("一袋大米", 7_500);
        let undecided = stage.pay(&order, &victim, victim.alipay()?).await?;
        let known =
            matches!(undecided.status, 202 | 402) && undecided.causes().first() == Some(&"channel.interface_fault");
        story.check(known, || {
            format!("a fault is undecided and says whose; was told {} {:?}", undecided.status, undecided.causes())
        });
    }
    wait_until(|| async { Ok((!stage.incidents().await?.is_empty()).then_some(())) }).await?;
    let order = stage.order("一壶油", 8_900);
    let refused = stage.pay(&order, payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["channel", "code", "since", "breaker"])?;
    story.fact("channel", "alipay");
    story.fact("code", code);
    story.fact("breaker", "open");
    story.check(refused.status == 402, || format!("an open breaker refuses before sending; was {}", refused.status));
    Ok((payment, refused))
}

/// Ends the faults and waits until the breaker has noticed.
async fn over(stage: &Stage) -> Result<(), Failure> {
    stage.no_more_faults().await?;
    wait_until(|| async { Ok(stage.incidents().await?.is_empty().then_some(())) }).await
}

pub(crate) async fn wallet_instead_of_card(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let victim = Holder::plain(stage).await?;
    let holder = Holder::with_card(stage, 50_000, json!({ "bank": "haian", "kind": "debit" })).await?;
    let fault = json!({ "channel": "unionpay", "call": "*", "what": "http_502", "processed": false, "times": null });
    stage.fault(fault).await?;
    for _ in 0..3 {
        let order = stage.order("一袋面粉", 4_500);
        let undecided = victim.pay(stage, &order).await?;
        let known =
            matches!(undecided.status, 202 | 402) && undecided.causes().first() == Some(&"channel.interface_fault");
        story.check(known, || format!("a fault says whose; was told {} {:?}", undecided.status, undecided.causes()));
    }
    wait_until(|| async { Ok((!stage.incidents().await?.is_empty()).then_some(())) }).await?;
    let order = stage.order("一瓶酱油", 3_900);
    let refused = holder.pay(stage, &order).await?;
    let payment = story.refused(&order, &refused, &["channel", "code", "since", "breaker"])?;
    story.fact("channel", "unionpay");
    story.fact("breaker", "open");
    let offered = refused.body["can_pay_with"].to_string();
    story.check(offered.contains(&holder.payer.wallet), || format!("the wallet should be offered, {offered} is"));
    stage.resume(&payment, Some(&holder.payer.wallet), None).await?.expect("paying from the wallet")?;
    story.did("paid from the wallet meanwhile");
    story.paid(stage, &payment).await?;
    over(stage).await
}
