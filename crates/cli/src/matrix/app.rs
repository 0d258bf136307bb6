//! app.outdated: the app names its version, and the policy the oldest that may pay.

use serde_json::json;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::Payer;

/// Below the example configuration's minimum.
pub(crate) const OLD: &str = "tantu-app/4.9.12";

/// Above it.
pub(crate) const NEW: &str = "tantu-app/5.2.0";

pub(crate) async fn outdated_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    let wallet = payer.wallet.clone();
    outdated(stage, story, payer, &wallet).await
}

pub(crate) async fn outdated_mandate(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    outdated(stage, story, payer, &alipay).await
}

async fn outdated(stage: &Stage, story: &mut Story, payer: Payer, instrument: &str) -> Result<(), Failure> {
    let order = Order { client: Some(OLD), ..stage.order("一次洗车", 3_500) };
    let refused = stage.pay(&order, &payer, instrument).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum", "update_at"])?;
    story.fact("version", "4.9.12");
    story.fact("minimum", "5.0.0");
    story.planned(&["update_app", "resume"]);
    story.did("the payer updated the app");
    stage.resume(&payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn partner_outdated(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    payer.at_alipay(stage, json!({ "state": "wallet_unsupported" })).await?;
    let order = stage.order("一顶帽子", 8_800);
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused(&order, &refused, &["code", "message"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.NOT_SUPPORT_PAYMENT_INST");
    story.planned(&["update_partner_app", "resume"]);
    payer.at_alipay(stage, json!({ "state": "normal" })).await?;
    story.did("the payer updated his Alipay app");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
