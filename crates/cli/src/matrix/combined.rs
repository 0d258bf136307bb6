//! Several causes at once: all are named, and the plan puts them in the right order.

use crate::matrix::app::{NEW, OLD};
use crate::matrix::mandate::past_the_end;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;

pub(crate) async fn old_app_short_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(2_000).await?.with_alipay(stage, 100_000).await?;
    let order = Order { client: Some(OLD), ..stage.order("一双鞋", 25_900) };
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_app", "resume"]);
    let half = stage.resume(&payment, None, Some(NEW)).await?;
    let left = half.causes().first() == Some(&"funds.insufficient_balance");
    story.check(left, || format!("with the app updated the wallet is still short; was told {:?}", half.causes()));
    story.did("the payer updated the app");
    stage.resume(&payment, Some(payer.alipay()?), Some(NEW)).await?.expect("paying by the mandate")?;
    story.did("and chose Alipay for the whole amount");
    story.paid(stage, &payment).await
}

pub(crate) async fn frozen_and_expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.advance(past_the_end()).await?;
    stage.freeze(&payer).await?;
    let order = stage.order("一件毛衣", 15_900);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["case", "since"])?;
    story.planned(&["request_unfreeze", "sign_mandate", "resume"]);
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    let half = stage.resume(&payment, None, None).await?;
    let left = half.causes().first() == Some(&"agreement.expired");
    story.check(left, || format!("unfrozen, the mandate is still past its end; was told {:?}", half.causes()));
    payer.sign(stage).await?;
    story.did("the payer signed again on Alipay's page");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
