//! Binding a card: the step that is due, what we see before any bank is asked, and what the bank says. It is the same
//! binding that goes on, and the card that it brings pays.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::app::{NEW, OLD};
use crate::matrix::bank_word::BEFORE_ANOTHER_CODE;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;
use crate::stage::{Stage, wait_until};

/// A card that nothing speaks against.
fn plain() -> Value {
    json!({ "bank": "haian", "kind": "debit" })
}

/// A step was refused: the causes must be named in order, with these facts.
pub(crate) fn refused(story: &mut Story, reply: &Reply, facts: &[&str]) {
    story.failed = matches!(reply.status, 402 | 503);
    story.named(reply, facts);
}

/// The bank's code fits several causes: this row's must be among the likeliest.
pub(crate) fn refused_among(story: &mut Story, reply: &Reply, facts: &[&str]) {
    refused(story, reply, facts);
    let told = reply.body["causes"].as_array().cloned().unwrap_or_default();
    let first = told.first().map(|cause| cause["confidence"].clone());
    let mut group = told.iter().take_while(|cause| Some(&cause["confidence"]) == first.as_ref());
    let fits = group.any(|cause| cause["id"] == story.causes[0].id());
    story.faults.clear();
    story.named_first = fits;
    story.check(fits, || format!("the cause should be among the likeliest of {:?}", reply.causes()));
}

/// The holder says which of the causes it is, as his bank told him.
pub(crate) async fn single_out(stage: &Stage, story: &mut Story, payer: &Payer, binding: &str) -> Result<(), Failure> {
    let cause = json!({ "cause": story.causes[0].id() });
    let path = format!("/v1/bindings/{binding}/single-out");
    let known = payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("the bank's word")?;
    let left = known.causes();
    story.check(left == [story.causes[0].id()], || format!("his word should single it out; {left:?} are left"));
    Ok(())
}

/// The binding must stand as bound, and the card pay.
pub(crate) async fn bound_and_pays(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    done: &Reply,
) -> Result<(), Failure> {
    story.check(done.body["state"] == "bound", || format!("the binding stands {}", done.body));
    let instrument = done.text("instrument")?;
    let order = stage.order("一盒茶叶", 2_000);
    let paid = stage.pay(&order, payer, &instrument).await?.expect("paying with the card")?;
    let payment = paid.payment()?;
    story.paid(stage, &payment).await
}

pub(crate) async fn bank_unsupported(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "zhuxi" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let step = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    refused(story, &step, &["whose", "bank", "types_supported"]);
    story.fact("bank", "zhuxi");
    story.planned(&["use_other_card", "resume_binding"]);
    let other = BankCard::issue(stage, plain()).await?;
    let done = payer.bind(stage, &binding, &other).await?.expect("the same binding with another card")?;
    story.did("the payer used another bank's card");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn kind_unsupported(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "muyun", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let step = payer.bind(stage, &binding, &card).await?;
    refused_among(story, &step, &["whose", "code", "told_at"]);
    single_out(stage, story, &payer, &binding).await?;
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let other = BankCard::issue(stage, plain()).await?;
    let done = payer.bind(stage, &binding, &other).await?.expect("the same binding with another card")?;
    story.did("the payer used another bank's card");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn bank_restricted(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit", "state": "restricted" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let step = payer.bind(stage, &binding, &card).await?;
    refused_among(story, &step, &["whose", "code", "told_at"]);
    story.fact("code", "78");
    single_out(stage, story, &payer, &binding).await?;
    card.change(stage, json!({ "state": "normal" })).await?;
    story.did("the payer asked his bank, which lifted the restriction");
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn details_wrong(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "credit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let before = stage.messages(&card.phone).await?.len();
    let mut wrong = card.details(&card.phone);
    wrong["cvn"] = json!(if wrong["cvn"] == "000" { "001" } else { "000" });
    let mut step = payer.give_details(stage, &binding, wrong).await?;
    if step.status < 300 {
        let code = stage.code(&card.phone, before).await?;
        step = payer.enter_binding_code(stage, &binding, &code, &step).await?;
    }
    refused_among(story, &step, &["whose", "code", "told_at"]);
    story.fact("code", "65");
    single_out(stage, story, &payer, &binding).await?;
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding with the right code")?;
    story.did("the payer looked at the card's back again");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn number_wrong(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let mut wrong = card.details(&card.phone);
    let (head, last) = card.number.split_at(card.number.len().saturating_sub(1));
    wrong["card_no"] = json!(format!("{head}{}", if last == "0" { "1" } else { "0" }));
    let step = payer.give_details(stage, &binding, wrong).await?;
    refused(story, &step, &["factor"]);
    story.fact("factor", "number");
    story.planned(&["correct_card_details", "resume_binding"]);
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding with the right number")?;
    story.did("the payer read the number again");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn out_of_order(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let path = format!("/v1/bindings/{binding}/code");
    let early = payer.ask(stage, Method::POST, &path, Some(json!({ "code": "123456", "sealed": "" }))).await?;
    refused(story, &early, &["step_expected", "step_done"]);
    story.fact("step_expected", "card_details");
    story.fact("step_done", "terms");
    story.planned(&["resume_binding"]);
    let done = payer.bind(stage, &binding, &card).await?.expect("the step that is due")?;
    story.did("the payer took the step that is due");
    bound_and_pays(stage, story, &payer, &done).await
}

/// The payer's phone reports how much power it has; gives the report's id.
pub(crate) async fn power(stage: &Stage, payer: &Payer, percent: u8, charging: bool) -> Result<Value, Failure> {
    let body = json!({ "power": { "percent": percent, "charging": charging } });
    let report = payer.ask(stage, Method::POST, "/v1/device-reports", Some(body)).await?.expect("a device's report")?;
    report.text("id").map(Value::String)
}

pub(crate) async fn low_power(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let mut details = card.details(&card.phone);
    details["device_report"] = power(stage, &payer, 4, false).await?;
    let step = payer.give_details(stage, &binding, details.clone()).await?;
    refused(story, &step, &["percent", "floor"]);
    story.fact("percent", 4);
    story.planned(&["charge_device", "resume_binding"]);
    details["device_report"] = power(stage, &payer, 4, true).await?;
    let before = stage.messages(&card.phone).await?.len();
    let given = payer.give_details(stage, &binding, details).await?.expect("while it is charged")?;
    story.did("the payer plugged the phone in");
    let code = stage.code(&card.phone, before).await?;
    let done = payer.enter_binding_code(stage, &binding, &code, &given).await?.expect("the code")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn old_app(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let old = payer.clone().speaking(OLD);
    let step = old.give_details(stage, &binding, card.details(&card.phone)).await?;
    refused(story, &step, &["version", "minimum", "update_at"]);
    story.fact("minimum", "5.0.0");
    story.planned(&["update_app", "resume_binding"]);
    let new = payer.speaking(NEW);
    story.did("the payer updated the app");
    let done = new.bind(stage, &binding, &card).await?.expect("the same binding with the new app")?;
    bound_and_pays(stage, story, &new, &done).await
}

pub(crate) async fn signed_out(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    payer.ask(stage, Method::POST, "/v1/sign-out", None).await?.expect("signing out in another window")?;
    let step = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    refused(story, &step, &["age_seconds", "reason"]);
    story.failed = step.status == 401;
    story.fact("reason", "signed_out");
    story.planned(&["sign_in_again", "resume_binding"]);
    let again = Payer::sign_in(stage, payer.account.clone(), payer.wallet.clone()).await?;
    story.did("the payer signed in again");
    let done = again.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &again, &done).await
}

pub(crate) async fn outage(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let step = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    refused(story, &step, &["incident", "since", "expected_end"]);
    story.fact("incident", incident.as_str());
    story.check(step.status == 503, || format!("an outage of ours is 503, not {}", step.status));
    story.planned(&["wait", "resume_binding"]);
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}

/// How the binding stands.
async fn standing(stage: &Stage, payer: &Payer, binding: &str) -> Result<Reply, Failure> {
    payer.ask(stage, Method::GET, &format!("/v1/bindings/{binding}"), None).await?.expect("the binding")
}

pub(crate) async fn opening_is_lost(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    stage.fault(json!({ "channel": "unionpay", "call": "79/00", "what": "request_lost", "times": 1 })).await?;
    let undecided = payer.bind(stage, &binding, &card).await?;
    let open = undecided.status == 202 && undecided.body["state"] == "opening";
    story.check(open, || format!("a lost request is undecided; was {} {}", undecided.status, undecided.body));
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let lost = wait_until(|| async {
        let now = standing(stage, &payer, &binding).await?;
        Ok((now.body["state"] == "refused").then_some(now))
    })
    .await?;
    story.named(&lost, &["whose", "sent_at", "last_contact"]);
    story.failed = open;
    story.refusal = lost.body.clone();
    story.planned(&["switch_network", "resume_binding"]);
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    story.did("nothing had arrived: the payer gave the details again on another network");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn opening_is_answered_late(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, plain()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    stage.fault(json!({ "channel": "unionpay", "call": "79/00", "what": "answer_lost", "times": 1 })).await?;
    let undecided = payer.bind(stage, &binding, &card).await?;
    story.failed = undecided.status == 202;
    story.named(&undecided, &["whose", "sent_at", "last_contact"]);
    let done = wait_until(|| async {
        let now = standing(stage, &payer, &binding).await?;
        Ok((now.body["state"] == "bound").then_some(now))
    })
    .await?;
    story.did("we asked what had become of it: it was bound, and nothing was sent twice");
    bound_and_pays(stage, story, &payer, &done).await
}
