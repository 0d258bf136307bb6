//! Limits of Alipay's own: it says that one is passed, and not how much it is.

use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::Payer;

pub(crate) async fn daily(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?.with_alipay(stage, 100_000).await?;
    let payment =
        refused(stage, story, &payer, "day_limit_reached", "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR").await?;
    stage.resume(&payment, Some(&payer.wallet), None).await?.expect("paying from the wallet")?;
    story.did("paid from the wallet, which Alipay's limit does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn monthly(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?.with_alipay(stage, 100_000).await?;
    let code = "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR";
    let payment = refused(stage, story, &payer, "month_limit_reached", code).await?;
    stage.resume(&payment, Some(&payer.wallet), None).await?.expect("paying from the wallet")?;
    story.did("paid from the wallet, which Alipay's limit does not count");
    story.paid(stage, &payment).await
}

/// Only whose it is and what was asked for are facts; how much the limit is and what is used of it nobody says.
async fn refused(stage: &Stage, story: &mut Story, payer: &Payer, state: &str, code: &str) -> Result<String, Failure> {
    payer.at_alipay(stage, json!({ "state": state })).await?;
    let order = stage.order("一套餐具", 26_000);
    let refused = stage.pay(&order, payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["code", "message", "resets_at"])?;
    story.fact("whose", "alipay");
    story.fact("requested", 26_000);
    story.fact("code", code);
    for unsaid in ["limit", "used", "remaining"] {
        story.fact(unsaid, Value::Null);
    }
    Ok(payment)
}
