//! A cause in the phone and one in the account at once: both are named, the phone's first, and each is removed in its turn.

use crate::matrix::app::NEW;
use crate::matrix::app_state::pays;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::Payer;

/// A phone's system that is too old.
const OLD_SYSTEM: &str = "tantu-app/5.2.0; system=android/5.1.1";

/// An app that is too old on it.
const OLD_BOTH: &str = "tantu-app/4.9.12; system=android/5.1.1";

/// A version with a known fault.
const FAULTY: &str = "tantu-app/5.1.1";

/// With the first cause removed the others must be left, the next one first.
async fn still(stage: &Stage, story: &mut Story, payment: &str, next: &str) -> Result<(), Failure> {
    let half = stage.resume(payment, None, Some(NEW)).await?;
    let left = half.causes().first() == Some(&next);
    story.check(left, || format!("{next} should still stand, was told {:?}", half.causes()));
    Ok(())
}

async fn unfrozen(stage: &Stage, story: &mut Story, payer: &Payer, payment: &str) -> Result<(), Failure> {
    still(stage, story, payment, "account.frozen").await?;
    stage.unfreeze(payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    stage.resume(payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, payment).await
}

pub(crate) async fn old_system_and_frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.freeze(&payer).await?;
    let order = stage.order("一张书桌", 46_000);
    let refused = pays(stage, &order, &payer, payer.alipay()?, OLD_SYSTEM).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_os", "request_unfreeze", "resume"]);
    story.did("the payer updated his phone");
    unfrozen(stage, story, &payer, &payment).await
}

pub(crate) async fn old_phone_and_frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.freeze(&payer).await?;
    let order = stage.order("一把躺椅", 32_000);
    let refused = pays(stage, &order, &payer, payer.alipay()?, OLD_BOTH).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_os", "update_app", "request_unfreeze", "resume"]);
    story.did("the payer updated his phone and the app");
    unfrozen(stage, story, &payer, &payment).await
}

pub(crate) async fn faulty_app_and_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(1_000).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一条毛毯", 18_000);
    let refused = pays(stage, &order, &payer, &payer.wallet, FAULTY).await?;
    let payment = story.refused(&order, &refused, &["fault", "fixed_in"])?;
    story.did("the payer updated the app");
    still(stage, story, &payment, "funds.insufficient_balance").await?;
    stage.resume(&payment, Some(payer.alipay()?), Some(NEW)).await?.expect("paying by the mandate")?;
    story.did("and chose Alipay for the whole amount");
    story.paid(stage, &payment).await
}

pub(crate) async fn old_system_and_revoked(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    payer.revoke_at_alipay(stage, true).await?;
    let order = stage.order("一套茶具", 12_600);
    let refused = pays(stage, &order, &payer, payer.alipay()?, OLD_SYSTEM).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_os", "sign_mandate", "resume"]);
    story.did("the payer updated his phone");
    still(stage, story, &payment, "agreement.revoked").await?;
    payer.sign(stage).await?;
    story.did("and signed again on Alipay's page");
    stage.resume(&payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
