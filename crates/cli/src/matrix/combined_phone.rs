//! A cause in the phone and one in the account at once: both are named, the phone's first, and each is removed in its turn.

use serde_json::json;
use tantu_domain::cause::Cause;

use crate::matrix::app::NEW;
use crate::matrix::app_state::{Cache, pays};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
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

pub(crate) async fn damaged_and_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(5_000).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let debit = payer.with_card(stage, &card).await?;
    let cache = Cache::fetch(stage).await?;
    cache.decays()?;
    let order = stage.order("一把电钻", 22_300);
    let refused = pays(stage, &order, &payer, &payer.wallet, &cache.says()?).await?;
    let payment = story.refused(&order, &refused, &["expected", "found"])?;
    story.all(&refused.causes_of(&payer.wallet));
    story.planned(&["clear_cache", "resume"]);
    drop(cache);
    story.did("the payer cleared the app's cache");
    let says = Cache::fetch(stage).await?.says()?;
    let half = stage.resume(&payment, None, Some(&says)).await?;
    story.left(&half.causes_of(&payer.wallet), &[Cause::FundsInsufficientBalance]);
    // Not above what his bank lets go without a code.
    let topped = payer.top_up(stage, &debit, 17_300).await?.expect("a top-up")?;
    story.check(topped.body["state"] == "succeeded", || format!("the top-up stands {}", topped.body));
    story.did("and topped his wallet up from his own debit card");
    payer.resumes_from_wallet(stage, &payment, Some(&says)).await?;
    story.paid(stage, &payment).await
}

pub(crate) async fn conflict_and_unverified(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.stranger(0).await?.with_alipay(stage, 1_000_000).await?;
    let (order, alipay) = (stage.order("一辆滑板车", 120_000), payer.alipay()?);
    let says = format!("{NEW}; beside=screen-overlay/2.4.0");
    let refused = pays(stage, &order, &payer, alipay, &says).await?;
    let payment = story.refused(&order, &refused, &["fault", "other_app"])?;
    story.all(&refused.causes_of(alipay));
    story.planned(&["close_conflicting_app", "verify_identity", "resume"]);
    story.did("the payer closed the other app");
    let half = stage.resume(&payment, None, Some(NEW)).await?;
    story.left(&half.causes_of(alipay), &[Cause::IdentityUnverified]);
    payer.verify(stage, &stage.person(6).await?, None).await?.expect("the verification")?;
    story.did("and verified his identity");
    stage.resume(&payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
