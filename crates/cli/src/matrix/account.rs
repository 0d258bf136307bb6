//! account.frozen: by our staff, lifted by them after the holder asked.

use serde_json::json;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::Payer;

pub(crate) async fn frozen_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    let wallet = payer.wallet.clone();
    frozen(stage, story, payer, &wallet).await
}

pub(crate) async fn frozen_mandate(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    frozen(stage, story, payer, &alipay).await
}

async fn frozen(stage: &Stage, story: &mut Story, payer: Payer, instrument: &str) -> Result<(), Failure> {
    stage.freeze(&payer).await?;
    let order = stage.order("一把雨伞", 4_200);
    let refused = stage.pay(&order, &payer, instrument).await?;
    let payment = story.refused(&order, &refused, &["case", "since", "reason"])?;
    story.fact("whose", "platform");
    story.fact("reason", "security_check");
    story.planned(&["request_unfreeze", "resume"]);
    stage.unfreeze(&payer).await?;
    story.did("the holder asked for the freeze to be lifted");
    story.did("staff lifted it");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn frozen_at_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    stopped_at_alipay(stage, story, "frozen").await
}

pub(crate) async fn restricted_at_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    stopped_at_alipay(stage, story, "restricted").await
}

/// Alipay publishes one code for both; the payer sees in his own Alipay which it is.
async fn stopped_at_alipay(stage: &Stage, story: &mut Story, state: &str) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    payer.at_alipay(stage, json!({ "state": state })).await?;
    let order = stage.order("一台风扇", 12_900);
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused_among(&order, &refused, &["code", "message"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.BUYER_ENABLE_STATUS_FORBID");
    payer.single_out(stage, story.causes[0].id()).await?;
    story.singled_out(&stage.diagnosis(&payment).await?, &alipay);
    payer.at_alipay(stage, json!({ "state": "normal" })).await?;
    story.did("the payer said which it is, and had it lifted at Alipay");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn unverified_at_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    payer.at_alipay(stage, json!({ "state": "unverified" })).await?;
    let order = stage.order("一套茶具", 16_800);
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused(&order, &refused, &["code", "message"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.NOT_CERTIFIED_USER");
    story.planned(&["verify_identity", "recheck", "resume"]);
    payer.at_alipay(stage, json!({ "state": "normal" })).await?;
    story.did("the payer verified himself at Alipay");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
