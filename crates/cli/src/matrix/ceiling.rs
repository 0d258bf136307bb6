//! limit.platform: the regulator's ceilings for paying from a balance, by the tier of the identity and by the strength of
//! the authentication.

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::person::Person;

/// A payer of tier I, who has paid ¥800.00 since his account was opened, asks for ¥300.00 more.
async fn of_tier_one(stage: &Stage, story: &mut Story, payer: &Payer, person: &Person) -> Result<String, Failure> {
    payer.bind_phone(stage, person).await?;
    payer.verify(stage, person, None).await?.expect("the verification")?;
    let first = stage.order("一台打印机", 80_000);
    stage.pay(&first, payer, &payer.wallet).await?.expect("a payment below the ceiling")?;
    // Another day, so that the ceiling of the day does not stand beside.
    stage.advance(24 * 3600).await?;
    let order = stage.order("一盒墨水", 30_000);
    let refused = stage.pay(&order, payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["tier", "limit", "used", "remaining", "requested"])?;
    story.fact("whose", "platform");
    story.fact("tier", "I");
    story.fact("limit", 100_000);
    story.fact("used", 80_000);
    story.fact("remaining", 20_000);
    story.fact("requested", 30_000);
    story.planned(&["raise_tier", "resume"]);
    Ok(payment)
}

pub(crate) async fn tier_alipay_pays(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.stranger(200_000).await?.with_alipay(stage, 100_000).await?;
    let payment = of_tier_one(stage, story, &payer, &stage.person(6).await?).await?;
    stage.resume(&payment, Some(payer.alipay()?), None).await?.expect("paying by the mandate")?;
    story.did("Alipay pays, which the ceiling does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn tier_raised(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(7).await?;
    let payer = stage.stranger(200_000).await?;
    let payment = of_tier_one(stage, story, &payer, &person).await?;
    payer.verify_by_card(stage, &person).await?.expect("the verification by three sources")?;
    story.did("the carrier of his phone and the bank of his card confirmed who he is, too: tier II");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// ¥1,200.00 from the balance in a day needs two factors; he has set no pay password yet.
pub(crate) async fn stronger(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(200_000).await?;
    let order = stage.order("一把躺椅", 120_000);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["tier", "limit", "used", "remaining", "requested", "resets_at"])?;
    story.fact("whose", "platform");
    story.fact("authentication", "one_factor");
    story.fact("limit", 100_000);
    story.fact("used", 0);
    story.fact("requested", 120_000);
    story.planned(&["authenticate_stronger", "resume"]);
    payer.set_password(stage, PASSWORD).await?;
    story.did("he set a pay password, and entered it");
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.paid(stage, &payment).await
}
