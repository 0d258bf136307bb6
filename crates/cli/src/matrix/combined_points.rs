//! DOU points, and several causes at once: too few of them, set aside, or beside an instrument that has causes of its own.

use tantu_domain::cause::Cause;

use crate::matrix::points::{paid_and_spent, pay_with_points, sold_by_another};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;

pub(crate) async fn too_few_and_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(5_500).await?.with_alipay(stage, 100_000).await?;
    payer.buy_points(stage, 300).await?.expect("a first lot")?;
    let order = stage.order("一套餐盘", 20_000);
    let refused = pay_with_points(stage, &order, &payer, (&payer.wallet, 500)).await?;
    let payment = story.refused(&order, &refused, &["points", "requested"])?;
    story.all(&refused.causes_of(&payer.wallet));
    story.fact("points", 300);
    story.planned(&["top_up_points", "resume"]);
    payer.buy_points(stage, 200).await?.expect("a second lot")?;
    story.did("the payer bought the points that were missing");
    let half = stage.resume(&payment, None, None).await?;
    let left = [Cause::PointsRemainderMethod, Cause::FundsInsufficientBalance];
    story.left(&half.causes_of(&payer.wallet), &left);
    let whole = payer.points(stage).await?;
    story.check(whole["good"] == 500 && whole["held"] == 0, || format!("no point should be taken: {whole}"));
    stage.resume(&payment, Some(payer.alipay()?), None).await?.expect("the rest by Alipay")?;
    story.did("and let Alipay pay the rest");
    paid_and_spent(stage, story, (&payer, &payment), 0).await
}

pub(crate) async fn frozen_and_set_aside(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    payer.buy_points(stage, 100).await?.expect("points of the official shop")?;
    sold_by_another(stage, &payer, 600).await?;
    stage.freeze(&payer).await?;
    let order = stage.order("一套桌布", 9_000);
    let refused = pay_with_points(stage, &order, &payer, (&payer.wallet, 400)).await?;
    let payment = story.refused(&order, &refused, &["case", "since"])?;
    story.all(&refused.causes_of(&payer.wallet));
    story.planned(&["request_unfreeze", "top_up_points", "resume"]);
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    let half = stage.resume(&payment, None, None).await?;
    story.left(&half.causes_of(&payer.wallet), &[Cause::PointsUnofficialChannel]);
    payer.buy_points(stage, 300).await?.expect("more of the official shop")?;
    story.did("and he bought points in the official shop");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await?;
    let points = payer.points(stage).await?;
    story.check(points["quarantined"] == 600, || format!("what is set aside stays so: {points}"));
    Ok(())
}

pub(crate) async fn rest_revoked_then_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(6_000).await?.with_alipay(stage, 1_000).await?;
    payer.buy_points(stage, 500).await?.expect("the points")?;
    payer.revoke_at_alipay(stage, true).await?;
    let (order, alipay) = (stage.order("一台缝纫机", 20_000), payer.alipay()?.to_owned());
    let refused = pay_with_points(stage, &order, &payer, (&alipay, 500)).await?;
    let payment = story.refused(&order, &refused, &["remainder", "cause"])?;
    story.all(&refused.causes_of(&alipay));
    story.fact("cause", "agreement.revoked");
    let wallet = [Cause::PointsRemainderMethod, Cause::FundsInsufficientBalance];
    story.left(&refused.causes_of(&payer.wallet), &wallet);
    story.planned(&["sign_mandate", "resume"]);
    payer.sign(stage).await?;
    story.did("the payer signed again on Alipay's page");
    let half = stage.resume(&payment, None, None).await?;
    story.left(&half.causes_of(&alipay), &wallet);
    let whole = payer.points(stage).await?;
    story.check(whole["good"] == 500 && whole["held"] == 0, || format!("the points should be back: {whole}"));
    payer.top_up_at_alipay(stage, 50_000).await?;
    story.did("topped up his Alipay");
    stage.recheck(&payer, &alipay).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await
}
