//! A cause in the device, as it signs or measures it, and one in the account at once: what the payer can put right in his
//! hand is named first, then what is left, and the same order is paid.

use std::net::Ipv4Addr;

use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::cause::Cause;

use crate::matrix::app::{NEW, OLD};
use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::handset::{by_name, healthy};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::handset::Handset;
use crate::stage::middlebox::Middlebox;
use crate::stage::payer::Payer;
use crate::stage::phone::{Phone, PhoneClock};
use crate::stage::reply::Reply;
use crate::stage::resolver::{Resolver, Says};
use crate::stage::tls_door::TlsDoor;

/// How far the clock of these phones is off, in seconds; 300 are allowed.
const FAST: i64 = 720;

/// What a clock that is off proves.
const SKEW: &[&str] = &["skew_seconds", "allowed_seconds"];

/// The order as the payer's phone signs it.
fn signed(order: Order, phone: &Phone) -> Order {
    let agreed = phone.agrees_to(&format!("order {} {} CNY", order.number, order.fen));
    Order { device: Some(agreed), ..order }
}

pub(crate) async fn clock_and_frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, FAST)).await?;
    stage.freeze(&payer).await?;
    let order = signed(stage.order("一把吉他弦", 6_900), &phone);
    let alipay = payer.alipay()?;
    let refused = stage.pay(&order, &payer, alipay).await?;
    let payment = story.refused(&order, &refused, SKEW)?;
    story.all(&refused.causes_of(alipay));
    story.planned(&["set_clock_automatic", "request_unfreeze", "resume"]);
    phone.clock.set_automatic();
    story.did("the payer set his phone's clock to automatic");
    let half = stage.resume_with(&payment, &phone).await?;
    story.left(&half.causes_of(alipay), &[Cause::AccountFrozen]);
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    stage.resume_with(&payment, &phone).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// Uses ¥4,800.00 of Alipay's ¥5,000.00 a day here.
pub(crate) async fn day_used_up(stage: &Stage, payer: &Payer) -> Result<(), Failure> {
    for half in ["一张地毯", "一幅窗帘"] {
        let order = stage.order(half, 240_000);
        stage.pay(&order, payer, payer.alipay()?).await?.expect("a payment within the day's limit")?;
    }
    Ok(())
}

pub(crate) async fn clock_and_limit(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?.with_alipay(stage, 1_000_000).await?;
    day_used_up(stage, &payer).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, -FAST)).await?;
    let order = signed(stage.order("一盏壁灯", 36_000), &phone);
    let alipay = payer.alipay()?;
    let refused = stage.pay(&order, &payer, alipay).await?;
    let payment = story.refused(&order, &refused, SKEW)?;
    story.all(&refused.causes_of(alipay));
    story.planned(&["set_clock_automatic", "resume"]);
    phone.clock.set_automatic();
    story.did("the payer set his phone's clock to automatic");
    let half = stage.resume_with(&payment, &phone).await?;
    story.left(&half.causes_of(alipay), &[Cause::LimitDaily]);
    let offered = half.body["can_pay_with"].to_string();
    story.check(offered.contains(&payer.wallet), || format!("the wallet should be offered, {offered} is"));
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.did("and paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

/// The order is taken up again by this app, with what the phone signs now.
async fn again(stage: &Stage, payment: &str, client: &'static str, phone: &Phone) -> Result<Reply, Failure> {
    let agreed = phone.agrees_to(&format!("payment {payment}"));
    let key = format!("resume-{}", hex::encode(stage.server.engine.ids().fresh()));
    let says = [("Tantu-Client", Some(client)), ("Tantu-Device", Some(agreed.as_str()))];
    stage.send(&format!("/v1/payments/{payment}/resume"), &key, &says, &json!({})).await
}

pub(crate) async fn clock_old_app_and_revoked(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    payer.revoke_at_alipay(stage, true).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, FAST)).await?;
    let order = signed(Order { client: Some(OLD), ..stage.order("一包咖啡豆", 8_800) }, &phone);
    let alipay = payer.alipay()?.to_owned();
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused(&order, &refused, SKEW)?;
    story.all(&refused.causes_of(&alipay));
    story.planned(&["set_clock_automatic", "update_app", "sign_mandate", "resume"]);
    phone.clock.set_automatic();
    story.did("the payer set his phone's clock to automatic");
    let two = again(stage, &payment, OLD, &phone).await?;
    story.left(&two.causes_of(&alipay), &[Cause::AppOutdated, Cause::AgreementRevoked]);
    let one = again(stage, &payment, NEW, &phone).await?;
    story.did("updated the app");
    story.left(&one.causes_of(&alipay), &[Cause::AgreementRevoked]);
    payer.sign(stage).await?;
    story.did("and signed again on Alipay's page");
    again(stage, &payment, NEW, &phone).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// The order was refused, and his phone gets no answer at all when he takes it up again: what its doctor measures and what is
/// stored of the payment are told together, the phone's first.
async fn unanswered(
    stage: &Stage,
    story: &mut Story,
    handset: &Handset,
    (order, refused, instrument): (&Order, &Reply, &str),
    facts: &[&str],
) -> Result<String, Failure> {
    let payment = refused.payment()?;
    let tried = handset.resumes(stage, &payment, instrument).await?;
    story.check(tried.is_err(), || format!("the app should have had no answer: {tried:?}"));
    let seen = handset.examined().await?;
    let told = handset.diagnosed(stage, &seen, &payment).await?;
    story.named(&told, facts);
    story.all(&told.causes_of(instrument));
    (story.order, story.status) = (Some((order.subject.to_owned(), order.fen)), Some(refused.status));
    story.failed = refused.status == 402 && tried.is_err();
    Ok(payment)
}

/// His phone reaches us again: an answer, whatever it says.
async fn answered(
    stage: &Stage,
    story: &mut Story,
    handset: &Handset,
    (payment, instrument): (&str, &str),
) -> Result<Reply, Failure> {
    healthy(story, handset).await?;
    handset.resumes(stage, payment, instrument).await?.map_err(Failure::usage)
}

pub(crate) async fn resolver_and_frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let wrong = Resolver::open(Says::NoSuchName).await?;
    let right = Resolver::open(Says::LeadsTo(Ipv4Addr::LOCALHOST)).await?;
    let mut handset = Handset::new(by_name(stage));
    (handset.resolver, handset.other_resolver) = (Some(wrong.address), Some(right.address));
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.freeze(&payer).await?;
    let (order, alipay) = (stage.order("一盒颜料", 5_400), payer.alipay()?);
    let refused = stage.pay(&order, &payer, alipay).await?;
    let facts = &["resolver", "answers", "expected"];
    let payment = unanswered(stage, story, &handset, (&order, &refused, alipay), facts).await?;
    story.fact("answers", "no_such_name");
    handset.resolver = Some(right.address);
    story.did("the payer set the resolver back to automatic");
    let half = answered(stage, story, &handset, (&payment, alipay)).await?;
    story.left(&half.causes_of(alipay), &[Cause::AccountFrozen]);
    stage.unfreeze(&payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    answered(stage, story, &handset, (&payment, alipay)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn proxy_and_limit(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let door = TlsDoor::open(stage).await?;
    let proxy = Middlebox::that_signs_anew("127.0.0.1").await?;
    let mut handset = Handset::new(&door.base);
    (handset.proxy, handset.authority) = (Some(proxy.address), Some(door.certificate().clone()));
    let payer = stage.payer(50_000).await?.with_alipay(stage, 1_000_000).await?;
    day_used_up(stage, &payer).await?;
    let (order, alipay) = (stage.order("一个画架", 36_000), payer.alipay()?);
    let refused = stage.pay(&order, &payer, alipay).await?;
    let facts = &["fault", "proxy", "issuer", "via"];
    let payment = unanswered(stage, story, &handset, (&order, &refused, alipay), facts).await?;
    story.fact("fault", "certificate_signed_anew");
    handset.proxy = None;
    story.did("the payer turned the proxy off");
    let half = answered(stage, story, &handset, (&payment, alipay)).await?;
    story.left(&half.causes_of(alipay), &[Cause::LimitDaily]);
    answered(stage, story, &handset, (&payment, &payer.wallet)).await?.expect("paying from the wallet")?;
    story.did("and paid from the wallet, which the limit does not count");
    story.paid(stage, &payment).await
}

/// The app may not read messages, and the bank's message never came either: what the phone reports is told with what the
/// payment is refused for.
pub(crate) async fn permission_and_lost_code(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    carrier(stage, &holder, "loses").await?;
    let lost = code_lost(stage, story, &holder).await;
    // A phone must not outlive its case: the next one has the same number.
    carrier(stage, &holder, "receives").await?;
    let payment = lost?;
    story.did("the payer let the app read messages");
    let half = reported(stage, &payment, false).await?;
    story.left(&half.causes_of(&holder.instrument), &[Cause::OtpNotReceived]);
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let before = stage.messages(&holder.card.phone).await?.len();
    stage.resume(&payment, None, None).await?.expect("asking for another code")?;
    let code = stage.code(&holder.card.phone, before).await?;
    holder.payer.enter_bank_code(stage, &payment, &code).await?.expect("the bank's code")?;
    story.did("and the next code came: the app read it and entered it");
    story.paid(stage, &payment).await
}

async fn carrier(stage: &Stage, holder: &Holder, behaviour: &str) -> Result<(), Failure> {
    let path = format!("/phones/{}", holder.card.phone);
    stage.control(Method::PATCH, &path, json!({ "behaviour": behaviour })).await.map(drop)
}

async fn code_lost(stage: &Stage, story: &mut Story, holder: &Holder) -> Result<String, Failure> {
    let order = stage.order("一台破壁机", 39_900);
    let payment = holder.pay(stage, &order).await?.expect("waiting for the bank's code")?.payment()?;
    let missing = json!({ "missing_code": "not_found" });
    let refused = holder.payer.do_action(stage, &payment, missing).await?;
    let told = reported(stage, &payment, true).await?;
    story.named(&told, &["permission", "state"]);
    story.all(&told.causes_of(&holder.instrument));
    story.fact("permission", "sms");
    (story.order, story.status) = (Some((order.subject.to_owned(), order.fen)), Some(refused.status));
    story.failed = stage.payment(&payment).await?.body["state"] == "refused";
    Ok(payment)
}

/// What the payer's phone reports of the app's permission to read messages, told with the payment.
async fn reported(stage: &Stage, payment: &str, denied: bool) -> Result<Reply, Failure> {
    let permissions = json!([{ "name": "sms", "denied": denied, "needed": true }]);
    let body: Value = json!({ "device_report": { "payment": payment, "permissions": permissions } });
    let told = stage.ask(Method::POST, "/v1/diagnoses", &stage.merchant_key, Some(body)).await?;
    told.expect("a diagnosis of phone and payment")
}
