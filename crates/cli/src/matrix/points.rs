//! DOU points: too few, from a seller who is not official, and beside an instrument that does not pay the rest.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;

impl Payer {
    /// Buys points in the official shop, from his wallet.
    pub(crate) async fn buy_points(&self, stage: &Stage, points: i64) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/points/top-ups", self.account);
        self.send(stage, &path, json!({ "points": points, "instrument": self.wallet })).await
    }

    /// What he has of points.
    pub(crate) async fn points(&self, stage: &Stage) -> Result<Value, Failure> {
        let path = format!("/v1/accounts/{}/points", self.account);
        Ok(self.ask(stage, Method::GET, &path, None).await?.expect("the points")?.body)
    }
}

/// The merchant asks for an order of which points pay a part.
pub(crate) async fn pay_with_points(
    stage: &Stage,
    order: &Order,
    payer: &Payer,
    (instrument, points): (&str, i64),
) -> Result<Reply, Failure> {
    let mut body = Stage::payment_body(order, payer, instrument);
    body["points"] = json!(points);
    stage.send("/v1/payments", &order.key, &[], &body).await
}

/// What preflight says of the same.
async fn foreseen(
    stage: &Stage,
    story: &mut Story,
    (payer, order): (&Payer, &Order),
    points: i64,
) -> Result<(), Failure> {
    let body = json!({
        "account": payer.account, "amount": { "amount": order.fen, "currency": "CNY" }, "points": points,
    });
    let told = payer.ask(stage, Method::POST, "/v1/preflight", Some(body)).await?.expect("a preflight")?;
    let named = told.body.to_string().contains(story.causes[0].id());
    story.check(named && told.body["can_pay"] == false, || format!("preflight did not foresee it: {}", told.body));
    Ok(())
}

/// Paid, and the points are spent.
pub(crate) async fn paid_and_spent(
    stage: &Stage,
    story: &mut Story,
    (payer, payment): (&Payer, &str),
    left: i64,
) -> Result<(), Failure> {
    stage.until(payment, "succeeded").await?;
    let points = payer.points(stage).await?;
    story.check(points["good"] == left && points["held"] == 0, || format!("{left} points should be left: {points}"));
    story.paid(stage, payment).await
}

pub(crate) async fn insufficient(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(50_000).await?;
    payer.buy_points(stage, 300).await?.expect("a first lot")?;
    let order = stage.order("一顶帽子", 8_000);
    foreseen(stage, story, (&payer, &order), 500).await?;
    let refused = pay_with_points(stage, &order, &payer, (&payer.wallet, 500)).await?;
    let payment = story.refused(&order, &refused, &["whose", "points", "requested"])?;
    story.fact("points", 300);
    story.fact("requested", 500);
    story.planned(&["top_up_points", "resume"]);
    let untouched = payer.points(stage).await?;
    story.check(untouched["good"] == 300, || format!("nothing should be taken: {untouched}"));
    payer.buy_points(stage, 250).await?.expect("a second lot")?;
    story.did("the payer bought more points in the official shop");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 50).await
}

/// A merchant who is no official seller tops up for the payer, with the payer's money.
pub(crate) async fn sold_by_another(stage: &Stage, payer: &Payer, points: i64) -> Result<(), Failure> {
    let key = format!("sold-{}", hex::encode(stage.server.engine.ids().fresh()));
    let path = format!("/v1/accounts/{}/points/top-ups", payer.account);
    let body = json!({ "points": points, "instrument": payer.wallet });
    stage.send(&path, &key, &[], &body).await?.expect("points from a seller who is not official").map(drop)
}

async fn unofficial(stage: &Stage, story: &mut Story) -> Result<(Payer, String), Failure> {
    let payer = stage.payer(50_000).await?;
    payer.buy_points(stage, 100).await?.expect("points of the official shop")?;
    sold_by_another(stage, &payer, 600).await?;
    let order = stage.order("一套茶具", 9_000);
    foreseen(stage, story, (&payer, &order), 400).await?;
    let refused = pay_with_points(stage, &order, &payer, (&payer.wallet, 400)).await?;
    let payment = story.refused(&order, &refused, &["whose", "lot", "since", "case", "points"])?;
    story.fact("points", 600);
    story.planned(&["top_up_points", "resume"]);
    Ok((payer, payment))
}

pub(crate) async fn unofficial_official_instead(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (payer, payment) = unofficial(stage, story).await?;
    payer.buy_points(stage, 300).await?.expect("more of the official shop")?;
    story.did("the payer bought points in the official shop");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await?;
    let points = payer.points(stage).await?;
    story.check(points["quarantined"] == 600, || format!("what is set aside stays so: {points}"));
    Ok(())
}

pub(crate) async fn unofficial_appealed(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (payer, payment) = unofficial(stage, story).await?;
    let text = |name: &str| story.evidence[name].as_str().unwrap_or_default().to_owned();
    let (case, lot) = (text("case"), text("lot"));
    let path = format!("/v1/cases/{case}/appeals");
    let body = json!({ "text": "a friend gave me them for my birthday", "evidence": ["receipt 4711"] });
    payer.ask(stage, Method::POST, &path, Some(body.clone())).await?.expect("the appeal")?;
    let twice = payer.ask(stage, Method::POST, &path, Some(body)).await?;
    story.check(twice.status == 409, || format!("a case is answered once, was {}", twice.status));
    let path = format!("/v1/accounts/{}/points/lots/{lot}/release", payer.account);
    let note = Some(json!({ "note": "the receipt is genuine" }));
    stage.ask(Method::POST, &path, &stage.staff_session, note.clone()).await?.expect("the proposal")?;
    let again = stage.ask(Method::POST, &path, &stage.staff_session, note.clone()).await?;
    story.check(again.status == 409, || format!("nobody agrees with himself, was {}", again.status));
    stage.ask(Method::POST, &path, &stage.second_staff_session, note).await?.expect("the release")?;
    story.did("the payer appealed, and two members of staff released the points");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 300).await
}

/// The rest does not go through: that is named first, with what stops it beside, and no point is taken.
async fn rest_refused(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    (refused, order): (&Reply, &Order),
    inner: &str,
) -> Result<String, Failure> {
    let payment = story.refused(order, refused, &["whose", "remainder", "cause"])?;
    story.fact("cause", inner);
    let told = refused.causes();
    story
        .check(told.get(1).is_some_and(|second| *second == inner), || format!("{inner} should stand beside: {told:?}"));
    let points = payer.points(stage).await?;
    story.check(points["good"] == 500 && points["held"] == 0, || format!("the points should be back whole: {points}"));
    Ok(payment)
}

pub(crate) async fn rest_short_in_the_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(6_000).await?.with_alipay(stage, 100_000).await?;
    payer.buy_points(stage, 500).await?.expect("the points")?;
    let order = stage.order("一张书桌", 20_000);
    foreseen(stage, story, (&payer, &order), 500).await?;
    let refused = pay_with_points(stage, &order, &payer, (&payer.wallet, 500)).await?;
    let payment = rest_refused(stage, story, &payer, (&refused, &order), "funds.insufficient_balance").await?;
    story.fact("remainder", 15_000);
    let alipay = payer.alipay()?.to_owned();
    story.did("the payer chose Alipay for the rest");
    stage.resume(&payment, Some(&alipay), None).await?.expect("the rest by Alipay")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await
}

pub(crate) async fn rest_short_at_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(6_000).await?.with_alipay(stage, 1_000).await?;
    payer.buy_points(stage, 500).await?.expect("the points")?;
    let order = stage.order("一只皮箱", 20_000);
    let refused = pay_with_points(stage, &order, &payer, (payer.alipay()?, 500)).await?;
    let payment = rest_refused(stage, story, &payer, (&refused, &order), "funds.insufficient_balance").await?;
    payer.top_up_at_alipay(stage, 50_000).await?;
    story.did("the payer topped up his Alipay");
    let alipay = payer.alipay()?.to_owned();
    stage.recheck(&payer, &alipay).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await
}

pub(crate) async fn held_while_undecided(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(6_000).await?.with_alipay(stage, 100_000).await?;
    payer.buy_points(stage, 500).await?.expect("the points")?;
    stage.fault(json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "request_lost", "times": 1 })).await?;
    let order = stage.order("一架古琴", 20_000);
    let undecided = pay_with_points(stage, &order, &payer, (payer.alipay()?, 500)).await?;
    story.check(undecided.status == 202, || format!("a lost request is undecided, was {}", undecided.body));
    let payment = undecided.payment()?;
    let held = payer.points(stage).await?;
    story.check(held["held"] == 500 && held["good"] == 0, || format!("the points should be held: {held}"));
    stage.advance(3 * 60).await?;
    stage.until(&payment, "refused").await?;
    let back = payer.points(stage).await?;
    story.check(back["good"] == 500 && back["held"] == 0, || format!("the points should be back: {back}"));
    payer.at_alipay(stage, json!({ "balance": 100 })).await?;
    let refused = stage.resume(&payment, None, None).await?;
    let payment = rest_refused(stage, story, &payer, (&refused, &order), "funds.insufficient_balance").await?;
    payer.top_up_at_alipay(stage, 50_000).await?;
    story.did("the payer topped up his Alipay");
    let alipay = payer.alipay()?.to_owned();
    stage.recheck(&payer, &alipay).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    paid_and_spent(stage, story, (&payer, &payment), 0).await
}
