//! Several causes at once: all are named, and the plan puts them in the right order.

use tantu_domain::cause::Cause;

use crate::matrix::app::{NEW, OLD};
use crate::matrix::combined_device::day_used_up;
use crate::matrix::mandate::past_the_end;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::PASSWORD;

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

pub(crate) async fn too_much_and_revoked(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(700_000).await?.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    payer.revoke_at_alipay(stage, true).await?;
    let order = stage.order("一套沙发", 480_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["limit", "requested"])?;
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.did("paid from the wallet, which neither stops");
    story.paid(stage, &payment).await
}

pub(crate) async fn outage_and_frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.freeze(&payer).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let order = stage.order("一袋猫粮", 9_900);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["incident", "since"])?;
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    let half = stage.resume(&payment, None, None).await?;
    let left = half.causes().first() == Some(&"account.frozen");
    story.check(left, || format!("after the outage the account is still frozen; was told {:?}", half.causes()));
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn old_app_and_limit(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?.with_alipay(stage, 1_000_000).await?;
    for half in ["一辆自行车", "一把车锁"] {
        let order = Order { client: Some(NEW), ..stage.order(half, 245_000) };
        stage.pay(&order, &payer, payer.alipay()?).await?.expect("a payment within the day's limit")?;
    }
    let order = Order { client: Some(OLD), ..stage.order("一个头盔", 19_900) };
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_app", "resume"]);
    story.did("the payer updated the app");
    payer.resumes_from_wallet(stage, &payment, Some(NEW)).await?;
    story.did("and paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn down_and_expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.advance(past_the_end()).await?;
    let incident = stage.begin_incident("alipay", "bank_maintenance").await?;
    let order = stage.order("一盒巧克力", 7_700);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["channel", "since", "breaker"])?;
    stage.end_incident(&incident).await?;
    story.did("Alipay's maintenance is over");
    payer.sign(stage).await?;
    story.did("the payer signed again on Alipay's page");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn three_before_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(700_000).await?.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    stage.freeze(&payer).await?;
    let order = Order { client: Some(OLD), ..stage.order("一台电视", 480_000) };
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_app", "request_unfreeze", "resume"]);
    story.did("the payer updated the app");
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    payer.resumes_from_wallet(stage, &payment, Some(NEW)).await?;
    story.did("and paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn three_before_the_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(1_000).await?.with_alipay(stage, 100_000).await?;
    stage.freeze(&payer).await?;
    let order = Order { client: Some(OLD), ..stage.order("一支钢笔", 28_000) };
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["version", "minimum"])?;
    story.planned(&["update_app", "request_unfreeze", "resume"]);
    story.did("the payer updated the app");
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    stage.resume(&payment, Some(payer.alipay()?), Some(NEW)).await?.expect("paying by the mandate")?;
    story.did("and chose Alipay for the whole amount");
    story.paid(stage, &payment).await
}

pub(crate) async fn outage_and_limit(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    day_used_up(stage, &payer).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let (order, alipay) = (stage.order("一只登机箱", 36_000), payer.alipay()?);
    let refused = stage.pay(&order, &payer, alipay).await?;
    let payment = story.refused(&order, &refused, &["incident", "since"])?;
    story.all(&refused.causes_of(alipay));
    story.check(refused.status == 503, || format!("an outage of ours is 503, not {}", refused.status));
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    let half = stage.resume(&payment, None, None).await?;
    story.left(&half.causes_of(alipay), &[Cause::LimitDaily]);
    let resets_at: jiff::Timestamp = half.evidence("limit.daily")["resets_at"].as_str().unwrap_or_default().parse()?;
    let wait = resets_at.duration_since(stage.server.engine.clock().now()).as_secs();
    stage.advance(wait.saturating_add(1)).await?;
    story.did("and the limit was reset at midnight in Beijing");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn stranger_without_phone_and_money(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(0).await?;
    let payer = stage.stranger(1_000).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一副球拍", 6_800);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["whose"])?;
    story.all(&refused.causes_of(&payer.wallet));
    story.planned(&["bind_phone", "verify_identity", "resume"]);
    // So that no code is sent to this person's phone too soon after another case's.
    stage.advance(61).await?;
    payer.bind_phone(stage, &person).await?;
    story.did("the holder bound his phone with a code");
    let two = stage.resume(&payment, None, None).await?;
    story.left(&two.causes_of(&payer.wallet), &[Cause::IdentityUnverified, Cause::FundsInsufficientBalance]);
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    story.did("verified his identity");
    let one = stage.resume(&payment, None, None).await?;
    story.left(&one.causes_of(&payer.wallet), &[Cause::FundsInsufficientBalance]);
    stage.resume(&payment, Some(payer.alipay()?), None).await?.expect("paying by the mandate")?;
    story.did("and chose Alipay for the whole amount");
    story.paid(stage, &payment).await
}
