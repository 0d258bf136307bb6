//! Who the holder is: unverified, without a phone, changed, past the document's date.

use jiff::ToSpan as _;
use reqwest::Method;
use serde_json::json;
use tantu_domain::clock::day_of;

use crate::matrix::binding;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;
use crate::stage::person::Person;

pub(crate) async fn unverified_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(0).await?;
    let payer = stage.stranger(50_000).await?;
    payer.bind_phone(stage, &person).await?;
    let wallet = payer.wallet.clone();
    let payment = unverified(stage, story, &payer, &wallet, 6_800).await?;
    let wrong = payer.verify(stage, &stage.person(1).await?.named(&person.name), None).await?;
    story.check(wrong.status == 409, || format!("a stranger's document verifies nobody, was {}", wrong.status));
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    story.did("the holder verified his identity");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn unverified_mandate(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.stranger(0).await?.with_alipay(stage, 1_000_000).await?;
    let alipay = payer.alipay()?.to_owned();
    stage.pay(&stage.order("一副耳机", 30_000), &payer, &alipay).await?.expect("a small payment by a channel")?;
    let payment = unverified(stage, story, &payer, &alipay, 120_000).await?;
    payer.verify(stage, &stage.person(2).await?, None).await?.expect("the verification")?;
    story.did("the holder verified his identity");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

async fn unverified(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    instrument: &str,
    fen: i64,
) -> Result<String, Failure> {
    let order = stage.order("一件大衣", fen);
    let refused = stage.pay(&order, payer, instrument).await?;
    let payment = story.refused(&order, &refused, &["tier", "needed", "allowed"])?;
    story.fact("whose", "platform");
    story.fact("tier", "none");
    story.fact("needed", "I");
    story.fact("allowed", 100_000);
    story.planned(&["verify_identity", "resume"]);
    Ok(payment)
}

pub(crate) async fn no_phone(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(3).await?;
    let payer = stage.stranger(50_000).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    let order = stage.order("一盆绿萝", 3_900);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["whose"])?;
    story.fact("whose", "platform");
    story.planned(&["bind_phone", "resume"]);
    payer.bind_phone(stage, &person).await?;
    story.did("the holder bound his phone with a code");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn phone_changed(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(4).await?;
    let payer = stage.stranger(50_000).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    payer.bind_phone(stage, &person).await?;
    stage.advance(61).await?;
    let moved = stage.second_phone(&person, "19900002005").await?;
    payer.bind_phone(stage, &moved).await?;
    let order = stage.order("一支钢笔", 8_600);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["what", "changed_at"])?;
    story.fact("what", "phone");
    story.planned(&["confirm_info", "resume"]);
    payer.confirm_details(stage, &moved).await?;
    story.did("the holder confirmed the new number by his document");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn document_expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(5).await?;
    let payer = stage.stranger(0).await?;
    let today = day_of(stage.server.engine.clock().now());
    let (last, renewed) = (today.saturating_add(1.day()).to_string(), today.saturating_add(3650.days()).to_string());
    payer.verify(stage, &person, Some(&last)).await?.expect("the verification")?;
    stage.advance(2 * 24 * 3600).await?;
    let payer = payer.with_alipay(stage, 1_000_000).await?;
    let order = stage.order("一张餐桌", 150_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["expired_on"])?;
    story.fact("whose", "platform");
    story.fact("expired_on", last);
    story.planned(&["renew_document", "resume"]);
    payer.verify(stage, &person, Some(&renewed)).await?.expect("the verification of the new document")?;
    story.did("the holder gave the new document");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// A stranger would bind a card; that is refused before anything of it is asked for, until he has done what it takes.
async fn binds_after(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    facts: &[&str],
    plan: &[&str],
) -> Result<(), Failure> {
    let refused = payer.ask(stage, Method::POST, "/v1/bindings", Some(json!({}))).await?;
    binding::refused(story, &refused, facts);
    story.fact("whose", "platform");
    story.planned(plan);
    Ok(())
}

/// Now the card is bound, and pays.
async fn binds_and_pays(stage: &Stage, story: &mut Story, payer: &Payer, person: &Person) -> Result<(), Failure> {
    let card = BankCard::issue(stage, person.card()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the binding")?;
    binding::bound_and_pays(stage, story, payer, &done).await
}

pub(crate) async fn unverified_binding(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(0).await?;
    let payer = stage.stranger(0).await?;
    stage.advance(61).await?;
    payer.bind_phone(stage, &person).await?;
    let plan = &["verify_identity", "resume_binding"];
    let facts = &["whose", "tier", "needed"];
    binds_after(stage, story, &payer, facts, plan).await?;
    story.fact("tier", "none");
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    story.did("the holder verified his identity");
    binds_and_pays(stage, story, &payer, &person).await
}

pub(crate) async fn no_phone_binding(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(1).await?;
    let payer = stage.stranger(0).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    let plan = &["bind_phone", "resume_binding"];
    binds_after(stage, story, &payer, &["whose"], plan).await?;
    payer.bind_phone(stage, &person).await?;
    story.did("the holder bound his phone with a code");
    binds_and_pays(stage, story, &payer, &person).await
}
