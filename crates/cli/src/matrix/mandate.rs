//! agreement.expired and agreement.revoked: signed again on the channel's page for the same instrument, so
//! that the same order goes on.

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::actors::Order;
use crate::stage::payer::Payer;
use crate::stage::{MANDATE_DAYS, Stage};

/// Longer than the stage's mandates hold.
pub(crate) fn past_the_end() -> i64 {
    i64::from(MANDATE_DAYS) * 24 * 3600 + 60
}

pub(crate) async fn revoked_and_told(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    payer.revoke_at_alipay(stage, true).await?;
    let order = stage.order("一束花", 6_600);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["revoked_at", "by"])?;
    sign_again(stage, story, payer, &payment).await
}

pub(crate) async fn revoked_and_found(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    payer.revoke_at_alipay(stage, false).await?;
    let order = stage.order("一束花", 6_600);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["revoked_at", "by"])?;
    sign_again(stage, story, payer, &payment).await
}

pub(crate) async fn expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.advance(past_the_end()).await?;
    let order: Order = stage.order("一年的会员", 19_800);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["expired_at"])?;
    sign_again(stage, story, payer, &payment).await
}

async fn sign_again(stage: &Stage, story: &mut Story, mut payer: Payer, payment: &str) -> Result<(), Failure> {
    story.fact("whose", "alipay");
    story.planned(&["sign_mandate", "resume"]);
    payer.sign(stage).await?;
    story.did("the payer signed again on Alipay's page");
    stage.resume(payment, None, None).await?.expect("resuming")?;
    story.paid(stage, payment).await
}
