//! Our own rules against misuse stop an order: the payer confirms that it is he, or appeals, and the same order is paid. Which
//! rule it was he never learns; staff do, in the audit trail.

use reqwest::Method;
use serde_json::json;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::phone::{Phone, PhoneClock};
use crate::stage::reply::Reply;

const SHANGHAI: &str = "31.23:121.47";
const URUMQI: &str = "43.82:87.62";

/// The rules' names, none of which the payer may ever read.
const RULES: &[&str] = &["orders_in_a_minute", "same_two", "new_device", "far_place", "velocity", "same_pair"];

/// The payer reads no rule, neither in the answer nor in his notices; staff read it, and who opened the case.
async fn only_staff_know(
    stage: &Stage,
    story: &mut Story,
    (payer, payment): (&Payer, &str),
    told: &Reply,
    rule: &str,
) -> Result<(), Failure> {
    let path = format!("/v1/accounts/{}/notices", payer.account);
    let notices = payer.ask(stage, Method::GET, &path, None).await?.expect("the notices")?;
    let path = format!("/v1/payments/{payment}/trace");
    let trace = payer.ask(stage, Method::GET, &path, None).await?.expect("the payer's trace")?;
    let read = format!("{}{}{}", told.body, notices.body, trace.body);
    let leaked = RULES.iter().find(|name| read.contains(**name));
    story.check(leaked.is_none(), || format!("the payer reads {leaked:?}: {read}"));
    let path = format!("/v1/accounts/{}/audit", payer.account);
    let seen = stage.ask(Method::GET, &path, &stage.staff_session, None).await?.expect("the audit trail")?;
    story.check(seen.body["rule"] == rule, || format!("staff should see {rule}: {}", seen.body));
    let opened = seen.body["trail"].as_array().and_then(|trail| trail.last()).cloned().unwrap_or_default();
    story.check(opened["actor"] == format!("rule {rule}"), || format!("the trail should say who opened it: {opened}"));
    let trace = stage.trace(payment).await?.body.to_string();
    story.check(trace.contains(rule), || "staff should see in the trace which rule fired".into());
    Ok(())
}

/// The order is challenged, as preflight had foreseen if it could.
fn challenged(story: &mut Story, order: &Order, refused: &Reply) -> Result<String, Failure> {
    let payment = story.refused(order, refused, &["case", "since"])?;
    story.fact("whose", "platform");
    story.planned(&["confirm_it_is_you", "resume"]);
    Ok(payment)
}

pub(crate) async fn many_orders(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(10_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    for _ in 0..15 {
        let order = stage.order("一枚贴纸", 100);
        stage.pay(&order, &payer, &payer.wallet).await?.expect("one of many orders")?;
    }
    let order = stage.order("一枚贴纸", 100);
    let body = json!({ "account": payer.account, "amount": { "amount": order.fen, "currency": "CNY" } });
    let before = stage.ask(Method::POST, "/v1/preflight", &stage.merchant_key, Some(body)).await?;
    story.check(before.body["can_pay"] == false, || format!("preflight should foresee it: {}", before.body));
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = challenged(story, &order, &refused)?;
    only_staff_know(stage, story, (&payer, &payment), &refused, "orders_in_a_minute").await?;
    let wrong = payer.enter_password(stage, &payment, "271828").await?;
    story.check(wrong.status == 402, || format!("a wrong pay password confirms nothing, was {}", wrong.status));
    let proof = payer.enter_password(stage, &payment, PASSWORD).await?.expect("the pay password")?;
    payer.act(stage, &payment, &proof).await?.expect("going on with the payment")?;
    story.did("the payer confirmed with his pay password that it was he");
    story.paid(stage, &payment).await?;
    let next = stage.pay(&stage.order("一枚贴纸", 100), &payer, &payer.wallet).await?;
    story.check(next.status < 300, || format!("who has confirmed is not asked again at once, was {}", next.body));
    Ok(())
}

/// An order that the payer's phone signs where it is.
async fn pays_from(
    stage: &Stage,
    (payer, phone): (&Payer, &Phone),
    fen: i64,
    place: Option<&str>,
) -> Result<(Order, Reply), Failure> {
    let mut order = stage.order("一台相机", fen);
    let what = format!("order {} {fen} CNY", order.number);
    order.device = Some(place.map_or_else(|| phone.agrees_to(&what), |place| phone.agrees_at(&what, place)));
    let answer = stage.pay(&order, payer, payer.alipay()?).await?;
    Ok((order, answer))
}

pub(crate) async fn new_device(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(2).await?;
    let payer = stage.stranger(0).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    payer.bind_phone(stage, &person).await?;
    stage.advance(36 * 3600).await?;
    let payer = payer.with_alipay(stage, 1_000_000).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, 0)).await?;
    let small = pays_from(stage, (&payer, &phone), 5_000, None).await?;
    small.1.expect("a small order from the new phone")?;
    let (order, refused) = pays_from(stage, (&payer, &phone), 220_000, None).await?;
    let payment = challenged(story, &order, &refused)?;
    only_staff_know(stage, story, (&payer, &payment), &refused, "new_device").await?;
    let before = stage.messages(&person.phone).await?.len();
    let path = format!("/v1/payments/{payment}/codes");
    let sent = payer.ask(stage, Method::POST, &path, Some(json!({}))).await?.expect("a code")?.text("code")?;
    let digits = stage.code(&person.phone, before).await?;
    let path = format!("/v1/codes/{sent}/proofs");
    let proof = payer.ask(stage, Method::POST, &path, Some(json!({ "digits": digits }))).await?.expect("the proof")?;
    payer.act(stage, &payment, &proof).await?.expect("going on with the payment")?;
    story.did("the payer entered the code that was sent to his phone");
    stage.until(&payment, "succeeded").await?;
    story.paid(stage, &payment).await?;
    let (_, again) = pays_from(stage, (&payer, &phone), 120_000, None).await?;
    story.check(again.status < 300, || format!("a device that was confirmed is known, was {}", again.body));
    Ok(())
}

pub(crate) async fn far_place(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(3).await?;
    let payer = stage.payer(0).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    let payer = payer.with_alipay(stage, 1_000_000).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, 0)).await?;
    pays_from(stage, (&payer, &phone), 5_000, Some(SHANGHAI)).await?.1.expect("an order at home")?;
    stage.advance(10 * 60).await?;
    let (order, refused) = pays_from(stage, (&payer, &phone), 5_000, Some(URUMQI)).await?;
    let payment = challenged(story, &order, &refused)?;
    only_staff_know(stage, story, (&payer, &payment), &refused, "far_place").await?;
    let case = story.evidence["case"].as_str().unwrap_or_default().to_owned();
    let path = format!("/v1/cases/{case}/confirmations");
    let document = |number: &str| Some(json!({ "document": number }));
    let thief = payer.ask(stage, Method::POST, &path, document("110105199001010015")).await?;
    story.check(thief.status == 409, || {
        format!("who does not know the document confirms nothing, was {}", thief.status)
    });
    payer.ask(stage, Method::POST, &path, document(&person.document)).await?.expect("the confirmation")?;
    story.did("the payer confirmed by his document that it was he");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    stage.until(&payment, "succeeded").await?;
    story.paid(stage, &payment).await
}

pub(crate) async fn same_two(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(100_000).await?;
    for number in 1..=30 {
        let order = stage.order("一枚贴纸", 100);
        stage.pay(&order, &payer, &payer.wallet).await?.expect("one of many orders")?;
        if number % 10 == 0 {
            stage.advance(61).await?;
        }
    }
    let order = stage.order("一枚贴纸", 100);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["case", "since", "reason", "until"])?;
    story.fact("reason", "terms_of_use");
    story.planned(&["appeal", "resume"]);
    only_staff_know(stage, story, (&payer, &payment), &refused, "same_two_in_an_hour").await?;
    let case = story.evidence["case"].as_str().unwrap_or_default().to_owned();
    let body = json!({ "text": "thirty stickers for thirty guests, each wanted a receipt", "evidence": [] });
    payer.ask(stage, Method::POST, &format!("/v1/cases/{case}/appeals"), Some(body)).await?.expect("the appeal")?;
    story.did("the holder appealed with evidence");
    let path = format!("/v1/payments/{payment}/schedule");
    payer.ask(stage, Method::POST, &path, Some(json!({}))).await?.expect("agreeing to be charged when it is lifted")?;
    stage.lift(&payer).await?;
    story.did("two members of staff lifted the restriction, and what had waited was paid by itself");
    stage.until(&payment, "succeeded").await?;
    story.paid(stage, &payment).await
}
