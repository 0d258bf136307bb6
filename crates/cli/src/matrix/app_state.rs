//! What an app says of itself and its phone with each request: an old system, damaged data, a fault that we know.

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;

use crate::matrix::app::NEW;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::reply::{Reply, text};

/// The merchant's app asks for an order to be paid, and says what it is.
pub(crate) async fn pays(
    stage: &Stage,
    order: &Order,
    payer: &Payer,
    instrument: &str,
    says: &str,
) -> Result<Reply, Failure> {
    let body = Stage::payment_body(order, payer, instrument);
    stage.send("/v1/payments", &order.key, &[("Tantu-Client", Some(says))], &body).await
}

pub(crate) async fn system_outdated(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一张地图", 2_600);
    let says = format!("{NEW}; system=android/5.1.1");
    let refused = pays(stage, &order, &payer, payer.alipay()?, &says).await?;
    let payment = story.refused(&order, &refused, &["system", "version", "minimum"])?;
    story.fact("version", "5.1.1");
    story.fact("minimum", "6.0.0");
    story.planned(&["update_os", "recheck", "resume"]);
    story.did("the payer updated his phone");
    let says = format!("{NEW}; system=android/14.0.0");
    stage.resume(&payment, None, Some(&says)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn known_fault(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一束鲜花", 6_600);
    let refused = pays(stage, &order, &payer, payer.alipay()?, "tantu-app/5.1.1").await?;
    let payment = story.refused(&order, &refused, &["version", "fault", "fixed_in"])?;
    story.fact("version", "5.1.1");
    story.fact("fixed_in", "5.1.2");
    story.planned(&["update_app", "resume"]);
    story.did("the payer updated to the version in which it is fixed");
    stage.resume(&payment, None, Some("tantu-app/5.1.2")).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn conflicting_app(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一只风筝", 3_800);
    let says = format!("{NEW}; beside=screen-overlay/2.4.0");
    let refused = pays(stage, &order, &payer, payer.alipay()?, &says).await?;
    let payment = story.refused(&order, &refused, &["fault", "other_app"])?;
    story.fact("other_app", "screen-overlay");
    story.planned(&["close_conflicting_app", "resume"]);
    story.did("the payer closed the other app");
    stage.resume(&payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn old_partner(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (payer, instrument) = stage.payer(0).await?.with_confirmed(stage, 100_000).await?;
    let order = stage.order("一套拼图", 5_200);
    let says = format!("{NEW}; beside=alipay/10.1.0");
    let refused = pays(stage, &order, &payer, &instrument, &says).await?;
    let payment = story.refused(&order, &refused, &["channel", "version", "minimum"])?;
    story.fact("version", "10.1.0");
    story.fact("minimum", "10.2.0");
    story.planned(&["update_partner_app", "resume"]);
    story.did("the payer updated his Alipay app");
    let says = format!("{NEW}; beside=alipay/10.6.0");
    let waits = stage.resume(&payment, None, Some(&says)).await?.expect("resuming")?;
    let address = text(&waits.body["next_action"], "url")?;
    payer.confirm_on_page(stage, &address).await?;
    stage.until(&payment, "succeeded").await?;
    story.paid(stage, &payment).await
}

pub(crate) async fn damaged_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    let wallet = payer.wallet.clone();
    damaged(stage, story, &payer, &wallet).await
}

pub(crate) async fn damaged_mandate(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    damaged(stage, story, &payer, &alipay).await
}

/// His account signs in on another phone while he is to enter his pay password on this one.
pub(crate) async fn replaced(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    let here = payer.again(stage, NEW).await?;
    here.set_password(stage, PASSWORD).await?;
    let order = stage.order("一台投影仪", 420_000);
    let made = stage.pay(&order, &here, here.alipay()?).await?.expect("a payment that waits for the pay password")?;
    let payment = made.payment()?;
    let there = here.again(stage, NEW).await?;
    let refused = here.enter_password(stage, &payment, PASSWORD).await?;
    story.order = Some((order.subject.to_owned(), order.fen));
    story.named(&refused, &["age_seconds", "reason"]);
    story.fact("reason", "replaced");
    story.planned(&["sign_in_again", "resume"]);
    story.failed = refused.status == 401 && stage.payment(&payment).await?.body["state"] == "requires_action";
    let lives = there.ask(stage, Method::GET, "/v1/payments", None).await?;
    story.check(lives.status == 200, || format!("the other phone is signed in, and is told {}", lives.status));
    let again = here.again(stage, NEW).await?;
    story.did("the payer signed in again on this phone");
    let over = there.ask(stage, Method::GET, "/v1/payments", None).await?;
    story.check(over.status == 401, || format!("the other phone is signed out now, and is told {}", over.status));
    let proof = again.enter_password(stage, &payment, PASSWORD).await?.expect("the pay password")?;
    again.act(stage, &payment, &proof).await?.expect("going on with the payment")?;
    story.paid(stage, &payment).await
}

/// The configuration as an app keeps it: in a file.
pub(crate) struct Cache {
    edition: String,
    file: tempfile::NamedTempFile,
}

impl Cache {
    /// Fetches it and writes it down.
    pub(crate) async fn fetch(stage: &Stage) -> Result<Self, Failure> {
        let checks = stage.ask(Method::GET, "/v1/device-checks", "", None).await?.expect("what to check")?;
        let configuration = &checks.body["configuration"];
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), text(configuration, "text")?)?;
        Ok(Self { edition: text(configuration, "edition")?, file })
    }

    /// One bit of the phone's flash has turned.
    pub(crate) fn decays(&self) -> Result<(), Failure> {
        let mut bytes = std::fs::read(self.file.path())?;
        if let Some(byte) = bytes.last_mut() {
            *byte ^= 0x10;
        }
        Ok(std::fs::write(self.file.path(), bytes)?)
    }

    /// What the app says of it: the checksum of what stands in the file now.
    pub(crate) fn says(&self) -> Result<String, Failure> {
        let sum = hex::encode(digest(&SHA256, &std::fs::read(self.file.path())?));
        Ok(format!("{NEW}; configuration={}/{sum}", self.edition))
    }
}

async fn damaged(stage: &Stage, story: &mut Story, payer: &Payer, instrument: &str) -> Result<(), Failure> {
    let cache = Cache::fetch(stage).await?;
    cache.decays()?;
    let order = stage.order("一瓶墨水", 1_900);
    let refused = pays(stage, &order, payer, instrument, &cache.says()?).await?;
    let payment = story.refused(&order, &refused, &["expected", "found"])?;
    story.planned(&["clear_cache", "recheck", "resume"]);
    drop(cache);
    story.did("the payer cleared the app's cache");
    let cache = Cache::fetch(stage).await?;
    stage.resume(&payment, None, Some(&cache.says()?)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
