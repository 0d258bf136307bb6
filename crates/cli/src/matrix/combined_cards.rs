//! Bank cards, and several causes at once: all are named, and the plan puts them in the right order.

use serde_json::json;
use tantu_domain::cause::Cause;

use crate::matrix::app::{NEW, OLD};
use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::binding::{bound_and_pays, power, refused};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::card::BankCard;

pub(crate) async fn low_power_old_app(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let mut details = card.details(&card.phone);
    details["device_report"] = power(stage, &payer, 3, false).await?;
    let step = payer.clone().speaking(OLD).give_details(stage, &binding, details).await?;
    refused(story, &step, &["percent", "floor"]);
    story.planned(&["charge_device", "update_app", "resume_binding"]);
    let payer = payer.speaking(NEW);
    story.did("the payer plugged the phone in and updated the app");
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn outage_old_app(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let step = payer.clone().speaking(OLD).give_details(stage, &binding, card.details(&card.phone)).await?;
    refused(story, &step, &["incident", "since"]);
    story.planned(&["update_app", "wait", "resume_binding"]);
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    let payer = payer.speaking(NEW);
    story.did("and the payer updated the app");
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn three_before_the_bank(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "zhuxi" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let mut details = card.details(&card.phone);
    details["device_report"] = power(stage, &payer, 2, false).await?;
    let step = payer.clone().speaking(OLD).give_details(stage, &binding, details).await?;
    refused(story, &step, &["percent", "floor"]);
    story.planned(&["charge_device", "update_app", "use_other_card", "resume_binding"]);
    let payer = payer.speaking(NEW);
    story.did("the payer plugged the phone in and updated the app");
    let other = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let done = payer.bind(stage, &binding, &other).await?.expect("the same binding with another card")?;
    story.did("and used another bank's card");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn old_app_disabled_card(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "online_payment_disabled" })).await?;
    let told = stage.order("一包纸巾", 1_900);
    holder.pay(stage, &told).await?;
    let order = Order { client: Some(OLD), ..stage.order("一个水壶", 5_900) };
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["version", "minimum"])?;
    story.planned(&["update_app", "enable_online_payment", "resume"]);
    story.did("the payer updated the app");
    holder.card.change(stage, json!({ "state": "normal" })).await?;
    stage.recheck(&holder.payer, &holder.instrument).await?;
    story.did("and enabled online payment at his bank");
    stage.resume(&payment, None, Some(NEW)).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn frozen_and_stale(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.token_is_gone(stage).await?;
    let told = stage.order("一盒火柴", 500);
    holder.pay(stage, &told).await?;
    stage.freeze(&holder.payer).await?;
    let order = stage.order("一副眼镜", 19_800);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["case", "since"])?;
    story.planned(&["request_unfreeze", "rebind", "resume"]);
    stage.unfreeze(&holder.payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let binding = holder.payer.begin_binding(stage, Some(&holder.instrument)).await?;
    holder.payer.bind(stage, &binding, &holder.card).await?.expect("binding it again")?;
    story.did("and he bound the card again");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn three_before_the_card(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::with_card(stage, 20_000, json!({ "bank": "haian", "kind": "debit" })).await?;
    holder.card.change(stage, json!({ "per_month": 5_000 })).await?;
    let told = stage.order("一箱水", 9_900);
    holder.pay(stage, &told).await?;
    stage.freeze(&holder.payer).await?;
    let order = Order { client: Some(OLD), ..stage.order("一双袜子", 8_900) };
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["version", "minimum"])?;
    story.planned(&["update_app", "request_unfreeze", "resume"]);
    story.did("the payer updated the app");
    stage.unfreeze(&holder.payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    let wallet = holder.payer.wallet.clone();
    stage.resume(&payment, Some(&wallet), Some(NEW)).await?.expect("paying from the wallet")?;
    story.did("and paid from the wallet, which the bank's limit does not count");
    story.paid(stage, &payment).await
}

pub(crate) async fn low_power_frozen_wrong_number(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    stage.freeze(&payer).await?;
    let mut wrong = card.details(&card.phone);
    let (head, last) = card.number.split_at(card.number.len().saturating_sub(1));
    wrong["card_no"] = json!(format!("{head}{}", if last == "0" { "1" } else { "0" }));
    wrong["device_report"] = power(stage, &payer, 3, false).await?;
    let step = payer.give_details(stage, &binding, wrong.clone()).await?;
    refused(story, &step, &["percent", "floor"]);
    story.all(&step.causes());
    story.planned(&["charge_device", "correct_card_details", "request_unfreeze", "resume_binding"]);
    wrong["device_report"] = power(stage, &payer, 3, true).await?;
    story.did("the payer plugged the phone in");
    let two = payer.give_details(stage, &binding, wrong).await?;
    story.left(&two.causes(), &[Cause::AccountFrozen, Cause::CardDetailsWrong]);
    let one = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    story.did("read the number again");
    story.left(&one.causes(), &[Cause::AccountFrozen]);
    stage.unfreeze(&payer).await?;
    story.did("and asked for the freeze to be lifted, and staff lifted it");
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}
