//! A bound card that its bank then refuses: what the bank's code can mean, what singles it out, and the same order paid
//! once the bank has put it right. It is the sandbox's bank that changes its mind; we are told its code and nothing more.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;

/// Longer than the time before another code may be sent.
pub(crate) const BEFORE_ANOTHER_CODE: i64 = 61;

/// A payer with a card that is bound and in order.
pub(crate) struct Holder {
    pub(crate) payer: Payer,
    pub(crate) card: BankCard,
    pub(crate) instrument: String,
}

impl Holder {
    /// A payer whose wallet holds so much, with a card of this bank and kind.
    pub(crate) async fn with_card(stage: &Stage, wallet_fen: i64, wanted: Value) -> Result<Self, Failure> {
        let payer = stage.payer(wallet_fen).await?;
        let card = BankCard::issue(stage, wanted).await?;
        let instrument = payer.with_card(stage, &card).await?;
        Ok(Self { payer, card, instrument })
    }

    /// The card of most rows: of a bank whose codes are plain.
    pub(crate) async fn plain(stage: &Stage) -> Result<Self, Failure> {
        Self::with_card(stage, 0, json!({ "bank": "haian", "kind": "debit" })).await
    }

    pub(crate) async fn pay(&self, stage: &Stage, order: &Order) -> Result<crate::stage::reply::Reply, Failure> {
        stage.pay(order, &self.payer, &self.instrument).await
    }

    /// He, or the bank through him, says which of the causes that fit it is: it alone is left, and certain.
    async fn single_out(&self, stage: &Stage, story: &mut Story, payment: &str) -> Result<(), Failure> {
        let path = format!("/v1/instruments/{}/single-out", self.instrument);
        let cause = json!({ "cause": story.causes[0].id() });
        self.payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("the bank's word")?;
        story.singled_out(&stage.diagnosis(payment).await?, &self.instrument);
        Ok(())
    }

    /// The bank has put it right; he says so, and the same order goes on.
    async fn put_right(
        &self,
        stage: &Stage,
        story: &mut Story,
        payment: &str,
        (change, step): (Value, &str),
    ) -> Result<(), Failure> {
        self.card.change(stage, change).await?;
        story.did(step);
        stage.recheck(&self.payer, &self.instrument).await?;
        story.did("and said so: recheck");
        stage.resume(payment, None, None).await?.expect("resuming")?;
        story.paid(stage, payment).await
    }
}

const FACTS: &[&str] = &["whose", "code", "message", "told_at"];

pub(crate) async fn online_payment_disabled(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "online_payment_disabled" })).await?;
    let order = stage.order("一罐蜂蜜", 6_800);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, FACTS)?;
    story.fact("code", "72");
    story.planned(&["enable_online_payment", "resume"]);
    let enabled = (json!({ "state": "normal" }), "the payer enabled online payment at his bank");
    holder.put_right(stage, story, &payment, enabled).await
}

pub(crate) async fn switched_off(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    let path = format!("/v1/instruments/{}/payment-function", holder.instrument);
    let switch = |on: bool| {
        let (payer, path) = (holder.payer.clone(), path.clone());
        async move { payer.ask(stage, Method::PUT, &path, Some(json!({ "on": on }))).await?.expect("switching it") }
    };
    switch(false).await?;
    let order = stage.order("一条围巾", 7_200);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, &["whose", "since"])?;
    story.fact("whose", "platform");
    story.planned(&["toggle_payment_function", "resume"]);
    switch(true).await?;
    story.did("the payer switched payments with the card on again");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn status_abnormal(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "frozen" })).await?;
    let order = stage.order("一把雨伞", 4_900);
    let payment = story.refused_among(&order, &holder.pay(stage, &order).await?, FACTS)?;
    holder.single_out(stage, story, &payment).await?;
    let lifted = (json!({ "state": "normal" }), "the payer asked his bank, which lifted it");
    holder.put_right(stage, story, &payment, lifted).await
}

pub(crate) async fn not_activated(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "not_activated" })).await?;
    let order = stage.order("一套餐具", 8_400);
    let payment = story.refused_among(&order, &holder.pay(stage, &order).await?, FACTS)?;
    holder.single_out(stage, story, &payment).await?;
    let activated = (json!({ "state": "normal" }), "the payer activated the new card at his bank");
    holder.put_right(stage, story, &payment, activated).await
}

pub(crate) async fn risk_block(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "risk_blocked" })).await?;
    let order = stage.order("一台收音机", 18_900);
    let payment = story.refused_among(&order, &holder.pay(stage, &order).await?, FACTS)?;
    holder.single_out(stage, story, &payment).await?;
    let lifted = (json!({ "state": "normal" }), "the payer called his bank, which lifted the block");
    holder.put_right(stage, story, &payment, lifted).await
}

pub(crate) async fn expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "state": "expired" })).await?;
    let order = stage.order("一个书包", 12_600);
    let payment = story.refused(&order, &holder.pay(stage, &order).await?, FACTS)?;
    story.fact("code", "73");
    story.planned(&["replace_card", "resume"]);
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    story.did("the bank sent the payer a new card");
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let binding = holder.payer.begin_binding(stage, Some(&holder.instrument)).await?;
    holder.payer.bind(stage, &binding, &fresh).await?.expect("binding the new card")?;
    story.did("and he bound it in the old one's place");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

/// What nobody may claim to know of a bank's limit.
fn only_whose_and_requested(story: &mut Story, fen: i64) {
    story.fact("whose", "unionpay");
    story.fact("requested", fen);
    for unknown in ["limit", "used", "remaining"] {
        story.fact(unknown, Value::Null);
    }
}

pub(crate) async fn limit_per_transaction(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "per_transaction": 5_000 })).await?;
    let order = stage.order("一个台灯", 9_900);
    let payment = story.refused_among(&order, &holder.pay(stage, &order).await?, FACTS)?;
    only_whose_and_requested(story, 9_900);
    holder.single_out(stage, story, &payment).await?;
    let raised = (json!({ "per_transaction": 50_000 }), "the payer raised the limit in his bank's app");
    holder.put_right(stage, story, &payment, raised).await
}

pub(crate) async fn limit_daily(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    holder.card.change(stage, json!({ "per_day": 15_000 })).await?;
    let first = stage.order("一箱牛奶", 9_800);
    holder.pay(stage, &first).await?.expect("the day's first payment")?;
    let order = stage.order("一箱橙子", 9_900);
    let payment = story.refused_among(&order, &holder.pay(stage, &order).await?, FACTS)?;
    only_whose_and_requested(story, 9_900);
    holder.single_out(stage, story, &payment).await?;
    let resets_at: jiff::Timestamp = story.evidence["resets_at"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::usage("the evidence does not say when to try again"))?;
    let wait = resets_at.as_second().saturating_sub(stage.server.engine.clock().now().as_second()).saturating_add(1);
    stage.advance(wait).await?;
    story.did("the bank's day is over");
    stage.resume(&payment, None, None).await?.expect("resuming the day after")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn limit_monthly(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::with_card(stage, 20_000, json!({ "bank": "haian", "kind": "debit" })).await?;
    holder.card.change(stage, json!({ "per_month": 15_000 })).await?;
    let first = stage.order("一箱苹果", 9_800);
    holder.pay(stage, &first).await?.expect("the month's first payment")?;
    let order = stage.order("一箱梨", 9_900);
    let refused = holder.pay(stage, &order).await?;
    let payment = story.refused(&order, &refused, FACTS)?;
    story.fact("code", "81");
    only_whose_and_requested(story, 9_900);
    let offered = refused.body["can_pay_with"].to_string();
    story.check(offered.contains(&holder.payer.wallet), || format!("the wallet should be offered, {offered} is"));
    stage.resume(&payment, Some(&holder.payer.wallet), None).await?.expect("paying from the wallet")?;
    story.did("paid from the wallet, which the bank's limit does not count");
    story.paid(stage, &payment).await
}
