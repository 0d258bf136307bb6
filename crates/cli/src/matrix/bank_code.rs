//! The bank's code for a payment that does not reach the payer: lost on the way, or taken by a blocker. Nobody gives us a
//! receipt of a bank's message, so both are named, and one question to the payer singles it out.

use reqwest::Method;
use serde_json::json;

use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;

const FACTS: &[&str] = &["phone", "sent_at", "delivered_at", "next_code_at", "sends_left"];

pub(crate) async fn not_received(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    missing(stage, story, "loses", "not_found", "the carrier delivers again").await
}

pub(crate) async fn intercepted(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    missing(stage, story, "intercepts", "intercepted", "the payer took the bank's number off the blocker's list").await
}

async fn missing(stage: &Stage, story: &mut Story, phone: &str, seen: &str, step: &str) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    let behave = |behaviour: &str| {
        let path = format!("/phones/{}", holder.card.phone);
        let change = json!({ "behaviour": behaviour });
        async move { stage.control(Method::PATCH, &path, change).await.map(drop) }
    };
    behave(phone).await?;
    let lost = waits_in_vain(stage, story, &holder, seen).await;
    // A phone must not outlive its case: the next one has the same number.
    behave("receives").await?;
    let payment = lost?;
    story.did(step);
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let before = stage.messages(&holder.card.phone).await?.len();
    let waits = stage.resume(&payment, None, None).await?.expect("asking for another code")?;
    let next = waits.body["next_action"]["operation"].clone();
    story.check(next == "enter_bank_code", || format!("another code should be on its way, was told {}", waits.body));
    let code = stage.code(&holder.card.phone, before).await?;
    holder.payer.enter_bank_code(stage, &payment, &code).await?.expect("the bank's code")?;
    story.did("and entered the next code");
    story.paid(stage, &payment).await
}

async fn waits_in_vain(stage: &Stage, story: &mut Story, holder: &Holder, seen: &str) -> Result<String, Failure> {
    let order = stage.order("一辆童车", 36_000);
    let payment = holder.pay(stage, &order).await?.expect("waiting for the bank's code")?.payment()?;
    let told = holder.payer.do_action(stage, &payment, json!({ "missing_code": "not_searched" })).await?;
    story.refused_among(&order, &told, FACTS)?;
    let told = holder.payer.do_action(stage, &payment, json!({ "missing_code": seen })).await?;
    let alone = told.causes() == [story.causes[0].id()] && told.body["causes"][0]["confidence"] == "certain";
    story.check(alone, || format!("the payer's word should single it out; was told {:?}", told.causes()));
    story.refusal = told.body.clone();
    story.planned(&["resend_code", "resume"]);
    Ok(payment)
}
