//! What lies between the payer's app and us, or in his phone: the app gets no answer, its doctor measures why, and the same
//! request with the same key is paid once that is put right.

use std::net::Ipv4Addr;

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::bank_word::Holder;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::confirm::led;
use crate::stage::handset::Handset;
use crate::stage::middlebox::{ISSUER, Middlebox};
use crate::stage::payer::Payer;
use crate::stage::resolver::{Resolver, Says};
use crate::stage::tls_door::TlsDoor;

/// Our name in the payer's app.
const NAME: &str = "pay.tantu.test";

/// Where nobody listens.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 9, 9, 9);

pub(crate) async fn name_denied(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    misled(stage, story, Says::NoSuchName, "no_such_name").await
}

pub(crate) async fn name_leads_elsewhere(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    misled(stage, story, Says::LeadsTo(ELSEWHERE), "127.9.9.9").await
}

/// Our address as an app knows it that must ask a resolver for our name.
pub(crate) fn by_name(stage: &Stage) -> String {
    let port = stage.server.base.rsplit(':').next().unwrap_or_default();
    format!("http://{NAME}:{port}")
}

async fn misled(stage: &Stage, story: &mut Story, says: Says, answers: &str) -> Result<(), Failure> {
    let (wrong, right) = (Resolver::open(says).await?, Resolver::open(Says::LeadsTo(Ipv4Addr::LOCALHOST)).await?);
    let mut handset = Handset::new(by_name(stage));
    (handset.resolver, handset.other_resolver) = (Some(wrong.address), Some(right.address));
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一盏台灯", 9_400);
    unanswered(stage, story, &handset, &order, (&payer, payer.alipay()?), &["resolver", "answers", "expected"]).await?;
    story.fact("answers", answers);
    story.fact("expected", "127.0.0.1");
    handset.resolver = Some(right.address);
    story.did("the payer set the resolver back to automatic");
    answered(stage, story, &handset, &order, (&payer, payer.alipay()?)).await
}

pub(crate) async fn proxy_signs_anew(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let door = TlsDoor::open(stage).await?;
    let proxy = Middlebox::that_signs_anew("127.0.0.1").await?;
    let mut handset = Handset::new(&door.base);
    (handset.proxy, handset.authority) = (Some(proxy.address), Some(door.certificate().clone()));
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一本相册", 7_100);
    let facts = ["fault", "proxy", "issuer", "via"];
    unanswered(stage, story, &handset, &order, (&payer, payer.alipay()?), &facts).await?;
    story.fact("fault", "certificate_signed_anew");
    story.fact("proxy", proxy.address.to_string());
    story.fact("issuer", format!("CN={ISSUER}"));
    handset.proxy = None;
    story.did("the payer turned the proxy off");
    answered(stage, story, &handset, &order, (&payer, payer.alipay()?)).await
}

pub(crate) async fn stuck_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    let wallet = payer.wallet.clone();
    stuck(stage, story, &payer, &wallet).await
}

pub(crate) async fn stuck_mandate(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let alipay = payer.alipay()?.to_owned();
    stuck(stage, story, &payer, &alipay).await
}

async fn stuck(stage: &Stage, story: &mut Story, payer: &Payer, instrument: &str) -> Result<(), Failure> {
    let mut handset = Handset::new(&stage.server.base);
    handset.forgets_its_connections().await?;
    let order = stage.order("一份早餐", 1_500);
    unanswered(stage, story, &handset, &order, (payer, instrument), &["what", "count", "since"]).await?;
    story.fact("what", "half_open_connections");
    story.fact("count", 12);
    handset.restarts();
    story.did("the payer closed the app fully and opened it again");
    answered(stage, story, &handset, &order, (payer, instrument)).await
}

pub(crate) async fn blocker(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let checks = stage.ask(Method::GET, "/v1/device-checks", "", None).await?.expect("what to check")?;
    let channel = checks.body["addresses"][0].as_str().unwrap_or_default().to_owned();
    let blocker = Middlebox::that_drops(&channel).await?;
    let mut handset = Handset::new(&stage.server.base);
    handset.proxy = Some(blocker.address);
    let (payer, instrument) = stage.payer(0).await?.with_confirmed(stage, 100_000).await?;
    let order = stage.order("一副眼镜", 26_800);
    let begun = handset.pays(stage, &order, &payer, &instrument).await?.map_err(Failure::usage)?;
    let payment = begun.payment()?;
    let address = begun.body["next_action"]["url"].as_str().unwrap_or_default().to_owned();
    let browser = handset.browser().await?.map_err(Failure::usage)?;
    let page = led(&browser, &address).await?;
    let dropped = browser.get(&page).send().await;
    let failed = match &dropped {
        Ok(answer) => !answer.status().is_success(),
        Err(_) => true,
    };
    story.check(failed, || "the channel's page should not have come through".into());
    let seen = handset.examined().await?;
    let reported = handset.report(stage, &seen, Some(&payment)).await?;
    story.named(&reported, &["addresses"]);
    (story.order, story.status) = (Some((order.subject.to_owned(), order.fen)), None);
    story.failed = failed && stage.payment(&payment).await?.body["state"] == "requires_action";
    story.fact("addresses", channel);
    handset.proxy = None;
    story.did("the payer let our app through in his blocker");
    healthy(story, &handset).await?;
    payer.confirm_on_page(stage, &address).await?;
    story.did("and confirmed on Alipay's page");
    stage.until(&payment, "succeeded").await?;
    story.paid(stage, &payment).await
}

/// An app that takes the bank's code out of the message by itself, and may not read messages.
pub(crate) async fn messages_denied(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    let order = stage.order("一台烤箱", 39_900);
    let before = stage.messages(&holder.card.phone).await?.len();
    let payment = holder.pay(stage, &order).await?.expect("waiting for the bank's code")?.payment()?;
    let code = stage.code(&holder.card.phone, before).await?;
    let waits = stage.payment(&payment).await?.body["state"] == "requires_action";
    let report = |denied: bool| {
        json!({
            "payment": payment,
            "permissions": [
                { "name": "network", "denied": false },
                { "name": "sms", "denied": denied, "needed": true },
            ],
        })
    };
    let told = stage.ask(Method::POST, "/v1/device-reports", &stage.merchant_key, Some(report(true))).await?;
    let told = told.expect("the device's report")?;
    story.named(&told, &["permission", "state"]);
    (story.order, story.failed, story.status) = (Some((order.subject.to_owned(), order.fen)), waits, None);
    story.fact("permission", "sms");
    story.fact("state", "denied");
    story.did("the payer let the app read messages");
    let again = stage.ask(Method::POST, "/v1/device-reports", &stage.merchant_key, Some(report(false))).await?;
    let left = again.causes();
    story.check(left.is_empty(), || format!("with the permission granted nothing should be left, {left:?} is"));
    holder.payer.enter_bank_code(stage, &payment, &code).await?.expect("the bank's code")?;
    story.did("the app read the bank's code and entered it");
    story.paid(stage, &payment).await
}

/// The app has no answer, and nothing came of it; its doctor measures why, and the report names the cause first.
async fn unanswered(
    stage: &Stage,
    story: &mut Story,
    handset: &Handset,
    order: &Order,
    (payer, instrument): (&Payer, &str),
    facts: &[&str],
) -> Result<(), Failure> {
    let tried = handset.pays(stage, order, payer, instrument).await?;
    story.check(tried.is_err(), || format!("the app should have had no answer: {tried:?}"));
    let made = made(stage, payer, order).await?;
    story.check(!made, || "no payment should have been made of it".into());
    let seen = handset.examined().await?;
    let own: Vec<&str> = seen.findings.iter().map(|finding| finding.cause.id()).collect();
    story.check(own.first() == Some(&story.causes[0].id()), || format!("the handset's own doctor says {own:?}"));
    let reported = handset.report(stage, &seen, None).await?;
    story.named(&reported, facts);
    (story.order, story.status) = (Some((order.subject.to_owned(), order.fen)), None);
    story.failed = tried.is_err() && !made;
    Ok(())
}

/// Nothing is wrong any more, and the same request with the same key is paid.
async fn answered(
    stage: &Stage,
    story: &mut Story,
    handset: &Handset,
    order: &Order,
    (payer, instrument): (&Payer, &str),
) -> Result<(), Failure> {
    healthy(story, handset).await?;
    let paid = handset.pays(stage, order, payer, instrument).await?.map_err(Failure::usage)?;
    story.did("the app sent the same request with the same key");
    let payment = paid.expect("the same request, with the same key")?.payment()?;
    story.paid(stage, &payment).await
}

/// The check is made again: the doctor finds nothing any more.
pub(crate) async fn healthy(story: &mut Story, handset: &Handset) -> Result<(), Failure> {
    let seen = handset.examined().await?;
    let left: Vec<&str> = seen.findings.iter().map(|finding| finding.cause.id()).collect();
    story.check(left.is_empty(), || format!("measured again, nothing should be left; {left:?} is"));
    Ok(())
}

/// Whether a payment was made of an order.
async fn made(stage: &Stage, payer: &Payer, order: &Order) -> Result<bool, Failure> {
    let listed = payer.ask(stage, Method::GET, "/v1/payments", None).await?.expect("the payer's payments")?;
    let listed = listed.body["payments"].as_array().or_else(|| listed.body.as_array()).cloned().unwrap_or_default();
    Ok(listed.iter().any(|payment: &Value| payment["order_no"] == order.number.as_str()))
}
