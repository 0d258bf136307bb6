//! Bank cards over UnionPay: what a bank's code can mean, what singles it out, and the same binding or order put right.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;

/// Longer than the time before another code may be sent.
const BEFORE_ANOTHER_CODE: i64 = 61;

/// The causes that share the first one's confidence must hold this row's.
fn told_among(story: &mut Story, reply: &Reply, facts: &[&str]) {
    story.failed = reply.status == 402;
    story.named(reply, facts);
    let told = reply.body["causes"].as_array().cloned().unwrap_or_default();
    let first = told.first().map(|cause| cause["confidence"].clone());
    let mut group = told.iter().take_while(|cause| Some(&cause["confidence"]) == first.as_ref());
    let fits = group.any(|cause| cause["id"] == story.causes[0].id());
    story.faults.clear();
    story.named_first = fits;
    story.check(fits, || format!("the cause should be among the likeliest of {:?}", reply.causes()));
}

/// The binding must stand as bound, and the card pay.
async fn bound_and_pays(stage: &Stage, story: &mut Story, payer: &Payer, done: &Reply) -> Result<(), Failure> {
    story.check(done.body["state"] == "bound", || format!("the binding stands {}", done.body));
    let instrument = done.text("instrument")?;
    let order = stage.order("一盒茶叶", 2_000);
    let paid = stage.pay(&order, payer, &instrument).await?.expect("paying with the card")?;
    let payment = paid.payment()?;
    story.paid(stage, &payment).await
}

pub(crate) async fn reserved_phone(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let wrong = payer.give_details(stage, &binding, card.details("13900000000")).await?;
    // A bank that looks at the phone only with the code lets the first step pass.
    let refused =
        if wrong.status >= 300 { wrong } else { payer.enter_binding_code(stage, &binding, "000000", &wrong).await? };
    told_among(story, &refused, &["whose", "code", "told_at"]);
    let cause = json!({ "cause": story.causes[0].id() });
    let path = format!("/v1/bindings/{binding}/single-out");
    let known = payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("the payer's word")?;
    let left = known.body["causes"].as_array().map_or(0, Vec::len);
    story.check(left == 1, || format!("the payer's word should single it out; {left} are left"));
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding with the reserved phone")?;
    story.did("the payer gave the reserved phone");
    bound_and_pays(stage, story, &payer, &done).await?;
    let order = stage.order("一床棉被", 30_000);
    let before = stage.messages(&card.phone).await?.len();
    let waits = stage.pay(&order, &payer, &done.text("instrument")?).await?;
    let next = waits.body["next_action"]["operation"].clone();
    story.check(next == "enter_bank_code", || format!("¥300 should need the bank's code, was answered {}", waits.body));
    let payment = waits.payment().or_else(|_| waits.text("id"))?;
    let code = stage.code(&card.phone, before).await?;
    payer.enter_bank_code(stage, &payment, &code).await?.expect("the bank's code")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn not_activated(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit", "state": "not_activated" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let refused = payer.bind(stage, &binding, &card).await?;
    told_among(story, &refused, &["whose", "code", "told_at"]);
    let cause = json!({ "cause": story.causes[0].id() });
    let path = format!("/v1/bindings/{binding}/single-out");
    payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("the bank's word, by the payer")?;
    card.change(stage, json!({ "state": "normal" })).await?;
    story.did("the payer activated the card at the bank");
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn bank_unsupported(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "zhuxi" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let refused = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    story.failed = refused.status == 402;
    story.named(&refused, &["whose", "bank", "types_supported"]);
    story.fact("bank", "zhuxi");
    story.planned(&["use_other_card", "resume_binding"]);
    let other = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let done = payer.bind(stage, &binding, &other).await?.expect("the same binding with another card")?;
    story.did("the payer used another bank's card");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn out_of_order(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let path = format!("/v1/bindings/{binding}/code");
    let early = payer.ask(stage, Method::POST, &path, Some(json!({ "code": "123456", "sealed": "" }))).await?;
    story.failed = early.status == 402;
    story.named(&early, &["step_expected", "step_done"]);
    story.fact("step_expected", "card_details");
    story.fact("step_done", "terms");
    story.planned(&["resume_binding"]);
    let done = payer.bind(stage, &binding, &card).await?.expect("the step that is due")?;
    story.did("the payer took the step that is due");
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn low_power(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let report = |power: Value| {
        let payer = payer.clone();
        async move {
            let body = json!({ "power": power });
            payer.ask(stage, Method::POST, "/v1/device-reports", Some(body)).await?.expect("a report")?.text("id")
        }
    };
    let low = report(json!({ "percent": 4, "charging": false })).await?;
    let mut details = card.details(&card.phone);
    details["device_report"] = json!(low);
    let refused = payer.give_details(stage, &binding, details.clone()).await?;
    story.failed = refused.status == 402;
    story.named(&refused, &["percent", "floor"]);
    story.fact("percent", 4);
    let charging = report(json!({ "percent": 4, "charging": true })).await?;
    details["device_report"] = json!(charging);
    let before = stage.messages(&card.phone).await?.len();
    let given = payer.give_details(stage, &binding, details).await?.expect("while it is charged")?;
    story.did("the payer plugged the phone in");
    let code = stage.code(&card.phone, before).await?;
    let done = payer.enter_binding_code(stage, &binding, &code, &given).await?.expect("the code")?;
    bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn stale(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let instrument = payer.with_card(stage, &card).await?;
    let tokens = stage.control(Method::GET, "/unionpay/tokens", Value::Null).await?;
    let listed = tokens.as_array().cloned().unwrap_or_default();
    let own = listed.iter().find(|token| token.to_string().contains(&card.number) && token["state"] == "normal");
    let token = own.and_then(|token| token["token"].as_str()).unwrap_or_default().to_owned();
    stage.control(Method::PATCH, &format!("/unionpay/tokens/{token}"), json!({ "state": "deleted" })).await?;
    let order = stage.order("一束花", 6_600);
    let refused = stage.pay(&order, &payer, &instrument).await?;
    let payment = story.refused(&order, &refused, &["whose"])?;
    story.planned(&["rebind", "resume"]);
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let binding = payer.begin_binding(stage, Some(&instrument)).await?;
    payer.bind(stage, &binding, &card).await?.expect("binding it again")?;
    story.did("the payer bound the card again");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit", "balance": 1_000 })).await?;
    let instrument = payer.with_card(stage, &card).await?;
    let order = stage.order("一副手套", 9_900);
    let refused = stage.pay(&order, &payer, &instrument).await?;
    let payment = story.refused(&order, &refused, &["whose", "code", "told_at"])?;
    story.fact("whose", "unionpay");
    stage.control(Method::POST, &format!("/cards/{}/pay-in", card.number), json!({ "amount": 50_000 })).await?;
    story.did("the payer paid in to the card");
    stage.recheck(&payer, &instrument).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
