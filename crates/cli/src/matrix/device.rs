//! device.clock_skew: the time that a phone signs, and the certificate that it sees, by a clock that is off.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::Payer;
use crate::stage::phone::{Phone, PhoneClock};
use crate::stage::reply::Reply;
use crate::stage::tls_door::{TlsDoor, certificate_fault};

/// How far a clock may be off.
const ALLOWED: i64 = 300;

pub(crate) async fn signed_time(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    const FAST: i64 = 720;
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let phone = Phone::of(stage, &payer, PhoneClock::off_by(stage, FAST)).await?;
    let order = stage.order("一张车票", 6_300);
    let agreed = phone.agrees_to(&format!("order {} {} CNY", order.number, order.fen));
    let order = Order { device: Some(agreed), ..order };
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["skew_seconds", "allowed_seconds"])?;
    story.fact("allowed_seconds", ALLOWED);
    near(story, FAST);
    story.planned(&["set_clock_automatic", "recheck", "resume"]);
    phone.clock.set_automatic();
    story.did("the payer set his phone's clock to automatic");
    stage.resume_with(&payment, &phone).await?.expect("resuming")?;
    story.did("and signed the same order again");
    story.paid(stage, &payment).await
}

pub(crate) async fn certificate_seen_too_early(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    /// A phone whose battery was empty begins in another year.
    const SLOW: i64 = -400 * 86_400;
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let (door, clock) = (TlsDoor::open(stage).await?, PhoneClock::off_by(stage, SLOW));
    let app = door.app(&clock)?;
    let order = stage.order("一副手套", 7_900);
    let fault = match send(stage, &app, &door, &order, &payer).await? {
        Ok(reply) => {
            return Err(Failure::usage(format!("the app trusted a certificate of the future: {}", reply.body)));
        }
        Err(error) => certificate_fault(&error),
    };
    story.check(fault == Some("certificate_not_yet_valid"), || format!("the app should see it too early: {fault:?}"));
    story.order = Some((order.subject.to_owned(), order.fen));
    let asked = charges(stage, &payer).await?;
    story.check(asked == 0, || format!("nothing was sent, yet Alipay saw {asked} charges"));
    let other = TlsDoor::open(stage).await?;
    let fooled = door.reporter()?.get(format!("{}/healthz", other.base)).send().await.is_ok();
    story.check(!fooled, || "a report went to somebody with another certificate".into());
    let learnt = report(&door, &clock, fault).await?;
    story.named(&learnt.reply, &["skew_seconds", "allowed_seconds"]);
    // No answer came to the order itself.
    (story.failed, story.status) = (fault.is_some() && asked == 0, None);
    story.fact("allowed_seconds", ALLOWED);
    near(story, SLOW);
    let shown = clock.now().duration_since(learnt.server_time).as_secs();
    story.check((shown - SLOW).abs() <= 5, || format!("the phone learnt that it is {shown} seconds off"));
    clock.set_automatic();
    story.did("the payer set the phone's clock to automatic");
    let paid = send(stage, &app, &door, &order, &payer).await?.map_err(Failure::from)?;
    story.did("the app sent the same request with the same key");
    let payment = paid.expect("the same request, with the same key")?.payment()?;
    let asked = charges(stage, &payer).await?;
    story.check(asked == 1, || format!("one order is charged once, Alipay saw {asked} charges"));
    story.paid(stage, &payment).await
}

/// A request takes its time, which a clock's distance does not.
fn near(story: &mut Story, skew: i64) {
    let told = story.evidence["skew_seconds"].as_i64().unwrap_or_default();
    story.check((told - skew).abs() <= 5, || format!("skew_seconds should be about {skew}, is {told}"));
}

/// The app asks for the order to be paid, through the door that it must trust first.
async fn send(
    stage: &Stage,
    app: &reqwest::Client,
    door: &TlsDoor,
    order: &Order,
    payer: &Payer,
) -> Result<Result<Reply, reqwest::Error>, Failure> {
    let request = app
        .post(format!("{}/v1/payments", door.base))
        .bearer_auth(&stage.merchant_key)
        .header("Idempotency-Key", &order.key)
        .json(&Stage::payment_body(order, payer, payer.alipay()?));
    match request.send().await {
        Ok(answer) => Ok(Ok(Reply::of(answer).await?)),
        Err(error) => Ok(Err(error)),
    }
}

/// What a phone learns that trusts nobody.
struct Learnt {
    server_time: Timestamp,
    reply: Reply,
}

/// Reports the phone's clock, with no key and no session, and reads the server's time from the answer's head.
async fn report(door: &TlsDoor, clock: &PhoneClock, fault: Option<&str>) -> Result<Learnt, Failure> {
    let body = json!({ "clock": { "device_time": clock.now().to_string(), "tls_error": fault } });
    let sent = door.reporter()?.post(format!("{}/v1/device-reports", door.base)).json(&body).send().await?;
    let date = sent.headers().get("date").and_then(|date| date.to_str().ok()).unwrap_or_default();
    let server_time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date)?;
    Ok(Learnt { server_time, reply: Reply::of(sent).await?.expect("the device's report")? })
}

/// How often Alipay was asked to charge the payer.
async fn charges(stage: &Stage, payer: &Payer) -> Result<u64, Failure> {
    let truth = stage.control(Method::GET, "/truth", Value::Null).await?;
    let trades = truth["alipay"]["trades"].as_array().cloned().unwrap_or_default();
    let own = trades.iter().filter(|trade| trade["buyer_id"].as_str() == payer.buyer.as_deref());
    Ok(own.filter_map(|trade| trade["pay_calls"].as_u64()).sum())
}
