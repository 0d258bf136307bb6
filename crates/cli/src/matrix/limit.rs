//! limit.daily: our product limit on Alipay mandates, ¥5,000.00 a day in Beijing.

use jiff::Timestamp;
use serde_json::Value;
use tantu_domain::limit::Window;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::{PASSWORD, Payer};

pub(crate) async fn daily_wallet_pays(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(120_000).await?.with_alipay(stage, 1_000_000).await?;
    let payment = used_up(stage, story, &payer).await?;
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.did("paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn daily_next_day(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    let payment = used_up(stage, story, &payer).await?;
    let resets_at: Timestamp = story.evidence["resets_at"].as_str().unwrap_or_default().parse()?;
    let wait = resets_at.duration_since(stage.server.engine.clock().now()).as_secs();
    stage.advance(wait.saturating_add(1)).await?;
    story.did("waited until the limit reset at midnight in Beijing");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// Uses ¥4,800.00 of the day and asks for ¥360.00 more.
async fn used_up(stage: &Stage, story: &mut Story, payer: &Payer) -> Result<String, Failure> {
    let alipay = payer.alipay()?;
    for half in ["一张书桌", "一把椅子"] {
        stage.pay(&stage.order(half, 240_000), payer, alipay).await?.expect("a payment within the day's limit")?;
    }
    let order = stage.order("一盏台灯", 36_000);
    let refused = stage.pay(&order, payer, alipay).await?;
    let payment = story.refused(&order, &refused, &["limit", "used", "remaining", "resets_at"])?;
    story.fact("whose", "platform");
    story.fact("limit", 500_000);
    story.fact("used", 480_000);
    story.fact("remaining", 20_000);
    let retry_at = refused.body["retry_at"].clone();
    story.check(retry_at != Value::Null, || "the refusal should say when to retry".into());
    Ok(payment)
}

pub(crate) async fn per_transaction(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(700_000).await?.with_alipay(stage, 1_000_000).await?;
    // Amounts like these ask for the pay password; he has one, so that it is no cause beside the limit.
    payer.set_password(stage, PASSWORD).await?;
    let order = stage.order("一台冰箱", 480_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "requested"])?;
    story.fact("whose", "platform");
    story.fact("limit", 450_000);
    story.fact("requested", 480_000);
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.did("paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

/// Uses ¥8,000.00 of the month's ¥10,000.00 on two days, and asks for ¥3,000.00 on a third.
pub(crate) async fn monthly(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    // From the first of a month, so that three days of one month lie ahead whatever today is.
    let now = stage.server.engine.clock().now();
    stage.advance(Window::Month.resets_at(now).duration_since(now).as_secs().saturating_add(60)).await?;
    let mut payer = stage.payer(400_000).await?.with_alipay(stage, 2_000_000).await?;
    // More than goes from a wallet in a day without it.
    payer.set_password(stage, PASSWORD).await?;
    for _ in 0..2 {
        let order = stage.order("一张机票", 400_000);
        stage.pay(&order, &payer, payer.alipay()?).await?.expect("a payment within the month's limit")?;
        stage.advance(24 * 3600).await?;
    }
    payer.sign(stage).await?;
    let order = stage.order("两晚酒店", 300_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "used", "remaining", "resets_at"])?;
    story.fact("whose", "platform");
    story.fact("limit", 1_000_000);
    story.fact("used", 800_000);
    story.fact("remaining", 200_000);
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.did("paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}
