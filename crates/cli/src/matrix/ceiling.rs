//! limit.platform: the regulator's ceilings for paying from a balance, by the strength of the authentication. Those by tier have no
//! case yet: no public route gives a tier, and a case that set one past the interface would prove nothing.

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::PASSWORD;

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
