//! account.frozen: by our staff, lifted by them after the holder asked.

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
