//! Limits that a holder has set himself: lowered at once, raised with the pay password, or waited for: a payment that
//! only waits for time is paid by itself, if he agrees.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::limit::Window;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::reply::Reply;

/// He sets a figure of his own limit on Alipay; `password` is needed if that is more than before.
async fn set(
    stage: &Stage,
    payer: &Payer,
    (figure, fen): (&str, i64),
    password: Option<&str>,
) -> Result<Reply, Failure> {
    let mut body = json!({ "product": "alipay_mandate", figure: { "amount": fen, "currency": "CNY" } });
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    payer.ask(stage, Method::PUT, &format!("/v1/accounts/{}/limits", payer.account), Some(body)).await
}

/// A payer who has set a figure of his own limit on Alipay.
async fn payer(stage: &Stage, figure: (&str, i64)) -> Result<Payer, Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    set(stage, &payer, figure, None).await?.expect("a limit of his own")?;
    Ok(payer)
}

/// Without the pay password it is not raised; with it it is, at once.
async fn raised(stage: &Stage, story: &mut Story, payer: &Payer, figure: (&str, i64)) -> Result<(), Failure> {
    let without = set(stage, payer, figure, None).await?;
    story.check(without.body["field"] == "password", || {
        format!(
            "raising it without the pay password should be refused; was answered {} {}",
            without.status, without.body
        )
    });
    set(stage, payer, figure, Some(PASSWORD)).await?.expect("raising his own limit")?;
    story.did("he raised his own limit, with the pay password");
    Ok(())
}

pub(crate) async fn per_transaction(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = payer(stage, ("per_transaction", 20_000)).await?;
    let order = stage.order("一件大衣", 30_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "requested", "owner"])?;
    story.fact("whose", "payer");
    story.fact("limit", 20_000);
    story.fact("requested", 30_000);
    story.planned(&["raise_limit", "resume"]);
    raised(stage, story, &payer, ("per_transaction", 30_000)).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn daily(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = payer(stage, ("per_day", 50_000)).await?;
    let payment = used_up(stage, story, &payer).await?;
    story.planned(&["raise_limit", "resume"]);
    raised(stage, story, &payer, ("per_day", 60_000)).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// Uses ¥400.00 of his ¥500.00 a day, and asks for ¥200.00 more.
async fn used_up(stage: &Stage, story: &mut Story, payer: &Payer) -> Result<String, Failure> {
    let first = stage.order("一双球鞋", 40_000);
    stage.pay(&first, payer, payer.alipay()?).await?.expect("a payment within his own limit")?;
    let order = stage.order("一个书包", 20_000);
    let refused = stage.pay(&order, payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "used", "remaining", "resets_at", "owner"])?;
    story.fact("whose", "payer");
    story.fact("limit", 50_000);
    story.fact("used", 40_000);
    story.fact("remaining", 10_000);
    Ok(payment)
}

/// He agrees that it is paid by itself; the merchant cannot agree for him.
pub(crate) async fn daily_by_itself(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = payer(stage, ("per_day", 50_000)).await?;
    let payment = used_up(stage, story, &payer).await?;
    let path = format!("/v1/payments/{payment}/schedule");
    let merchants = stage.ask(Method::POST, &path, &stage.merchant_key, None).await?;
    story.check(merchants.status == 403, || {
        format!("a merchant should not agree for him, was answered {}", merchants.status)
    });
    let agreed = payer.ask(stage, Method::POST, &path, None).await?.expect("the payer's consent")?;
    let resets_at = story.evidence["resets_at"].clone();
    story.check(agreed.body["scheduled_at"] == resets_at, || {
        format!("it should wait until {resets_at}: {}", agreed.body)
    });
    story.did("he agreed that it is paid by itself");
    until(stage, &resets_at).await?;
    stage.until(&payment, "succeeded").await?;
    let now = stage.payment(&payment).await?;
    story.check(now.body["scheduled_at"] == Value::Null, || "what it waited for should be over".into());
    story.paid(stage, &payment).await
}

/// Moves business time just past an instant.
async fn until(stage: &Stage, at: &Value) -> Result<(), Failure> {
    let at: Timestamp = at.as_str().unwrap_or_default().parse()?;
    let wait = at.duration_since(stage.server.engine.clock().now()).as_secs();
    stage.advance(wait.saturating_add(1)).await
}

/// Uses ¥800.00 of his ¥1,000.00 a month on two days, and asks for ¥300.00 on a third.
pub(crate) async fn monthly(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let now = stage.server.engine.clock().now();
    stage.advance(Window::Month.resets_at(now).duration_since(now).as_secs().saturating_add(60)).await?;
    let mut payer = payer(stage, ("per_month", 100_000)).await?;
    for _ in 0..2 {
        let order = stage.order("一箱牛奶", 40_000);
        stage.pay(&order, &payer, payer.alipay()?).await?.expect("a payment within his own limit")?;
        stage.advance(24 * 3600).await?;
    }
    payer.sign(stage).await?;
    let order = stage.order("一袋大米", 30_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "used", "remaining", "resets_at", "owner"])?;
    story.fact("whose", "payer");
    story.fact("limit", 100_000);
    story.fact("used", 80_000);
    story.fact("remaining", 20_000);
    raised(stage, story, &payer, ("per_month", 150_000)).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
