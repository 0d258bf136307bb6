//! Bank cards over UnionPay: bound and paid with, short of money, and come apart from what the bank knows.

use reqwest::Method;
use serde_json::json;

use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::binding::{bound_and_pays, refused_among, single_out};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;

pub(crate) async fn reserved_phone(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let wrong = payer.give_details(stage, &binding, card.details("13900000000")).await?;
    // A bank that looks at the phone only with the code lets the first step pass.
    let step =
        if wrong.status >= 300 { wrong } else { payer.enter_binding_code(stage, &binding, "000000", &wrong).await? };
    refused_among(story, &step, &["whose", "code", "told_at"]);
    single_out(stage, story, &payer, &binding).await?;
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding with the reserved phone")?;
    story.did("the payer gave the reserved phone");
    bound_and_pays(stage, story, &payer, &done).await?;
    let order = stage.order("一床棉被", 30_000);
    let before = stage.messages(&card.phone).await?.len();
    let waits = stage.pay(&order, &payer, &done.text("instrument")?).await?;
    let next = waits.body["next_action"]["operation"].clone();
    story.check(next == "enter_bank_code", || format!("¥300 should need the bank's code, was answered {}", waits.body));
    let payment = waits.payment()?;
    let code = stage.code(&card.phone, before).await?;
    payer.enter_bank_code(stage, &payment, &code).await?.expect("the bank's code")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn stale(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.token_is_gone(stage).await?;
    let order = stage.order("一束花", 6_600);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["whose"])?;
    story.planned(&["rebind", "resume"]);
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let binding = holder.payer.begin_binding(stage, Some(&holder.instrument)).await?;
    holder.payer.bind(stage, &binding, &holder.card).await?.expect("binding it again")?;
    story.did("the payer bound the card again");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::with_card(stage, 0, json!({ "bank": "haian", "kind": "debit", "balance": 1_000 })).await?;
    let order = stage.order("一副手套", 9_900);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["whose", "code", "told_at"])?;
    story.fact("whose", "unionpay");
    let path = format!("/cards/{}/pay-in", holder.card.number);
    stage.control(Method::POST, &path, json!({ "amount": 50_000 })).await?;
    story.did("the payer paid in to the card");
    stage.recheck(&holder.payer, &holder.instrument).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
