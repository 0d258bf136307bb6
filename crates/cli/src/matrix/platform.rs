//! platform.outage: an incident of ours, begun and ended by staff. The refused payment is stored, and goes on.

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;

pub(crate) async fn outage(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let order = stage.order("一盆绿植", 5_600);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["incident", "since", "expected_end"])?;
    story.fact("incident", incident.as_str());
    story.check(refused.status == 503, || format!("an outage of ours is 503, not {}", refused.status));
    story.planned(&["wait", "resume"]);
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
