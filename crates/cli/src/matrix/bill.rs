//! Bills of pay-later (system B): the due date passes, an instrument is refused, or a new order is. The cause stands on the
//! bill, is put right over public routes, and the same bill is repaid, or the same order taken.

use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::debtor::{Debtor, Owed};

const TOLD: &[&str] = &["whose", "code", "message", "told_at"];

/// Long enough for auto-repay to see that something was put right.
const AN_HOUR: i64 = 3_660;

/// A debtor whose bills are collected from his card, with a bill.
pub(crate) struct CardDebtor {
    pub(crate) holder: Holder,
    pub(crate) debtor: Debtor,
    pub(crate) owed: Owed,
}

impl CardDebtor {
    pub(crate) async fn with_bill(
        stage: &Stage,
        (subject, fen): (&'static str, i64),
        card: Value,
        wallet_fen: i64,
    ) -> Result<Self, Failure> {
        stage.advance(BEFORE_ANOTHER_CODE).await?;
        let holder = Holder::with_card(stage, wallet_fen, card).await?;
        let debtor = Debtor::open(stage, holder.payer.clone()).await?;
        let owed = debtor.buy(stage, subject, fen).await?;
        Ok(Self { holder, debtor, owed })
    }

    /// Of a bank whose codes are plain, and designated for auto-repay.
    pub(crate) async fn plain(stage: &Stage, subject: &'static str, fen: i64) -> Result<Self, Failure> {
        let card = json!({ "bank": "haian", "kind": "debit" });
        let one = Self::with_bill(stage, (subject, fen), card, 0).await?;
        one.debtor.collects_from(stage, &[&one.holder.instrument]).await?;
        Ok(one)
    }

    /// His bank changes the card, and the due date comes: auto-repay is refused.
    pub(crate) async fn refused_when_due(&self, stage: &Stage, change: Value) -> Result<(), Failure> {
        self.holder.card.change(stage, change).await?;
        stage.until_day(self.owed.due_on, 9).await?;
        self.debtor.until_refused(stage, &self.owed).await.map(drop)
    }

    /// He binds another card in the old one's place.
    pub(crate) async fn binds(&self, stage: &Stage, card: &BankCard) -> Result<(), Failure> {
        stage.advance(BEFORE_ANOTHER_CODE).await?;
        let binding = self.debtor.payer.begin_binding(stage, Some(&self.holder.instrument)).await?;
        self.debtor.payer.bind(stage, &binding, card).await?.expect("binding the card").map(drop)
    }

    /// Auto-repay sees within the hour that it was put right, and collects the same bill.
    pub(crate) async fn collected(&self, stage: &Stage, story: &mut Story) -> Result<(), Failure> {
        collected(stage, story, &self.debtor, &self.owed).await
    }
}

/// Auto-repay sees within the hour that it was put right, and collects the same bill.
pub(crate) async fn collected(stage: &Stage, story: &mut Story, debtor: &Debtor, owed: &Owed) -> Result<(), Failure> {
    stage.advance(AN_HOUR).await?;
    debtor.until_settled(stage, owed).await?;
    story.did("auto-repay collected the same bill by itself");
    story.bill_paid(&debtor.bill(stage, owed).await?);
    Ok(())
}

pub(crate) async fn overdue(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一台电饭煲", 29_900).await?;
    stage.past_grace(&owed).await?;
    debtor.until_noted(stage, 1).await?;
    let order = stage.order("一箱牛奶", 6_900);
    let refused = stage.pay(&order, &debtor.payer, &debtor.line).await?;
    let payment = story.refused(&order, &refused, &["bill", "due_on", "days", "amount"])?;
    story.fact("bill", owed.id.as_str());
    story.fact("due_on", owed.due_on.to_string());
    story.planned(&["repay_bill", "resume"]);
    debtor.repay(stage, &owed, &debtor.payer.wallet).await?.expect("repaying the bill")?;
    story.did("the payer repaid the bill from his wallet");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn score_impact(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(90_000).await?).await?;
    let late = debtor.buy(stage, "一台微波炉", 29_900).await?;
    // The month after: what is bought now is due a month later.
    let next_month = late.due_on.first_of_month().saturating_add(1.day());
    stage.until_day(next_month, 10).await?;
    let first = debtor.buy(stage, "一袋大米", 8_900).await?;
    let second = debtor.buy(stage, "一桶油", 9_900).await?;
    stage.until_day(late.due_on.saturating_add(31.days()), 10).await?;
    debtor.until_noted(stage, 2).await?;
    let wallet = debtor.payer.wallet.clone();
    debtor.repay(stage, &late, &wallet).await?.expect("repaying the late bill")?;
    let order = stage.order("一盒茶叶", 5_900);
    let refused = stage.pay(&order, &debtor.payer, &debtor.line).await?;
    let payment = story.refused(&order, &refused, &["score", "needed", "moved_by", "moved_at"])?;
    story.fact("needed", 600);
    story.fact("moved_by", "overdue");
    story.planned(&["repay_bill", "resume"]);
    let report = debtor.ask(stage, Method::GET, "credit", None).await?.expect("the credit report")?;
    let raises = report.body["raises"].as_array().cloned().unwrap_or_default();
    let told = raises.iter().any(|raise| raise["operation"] == "repay_bill" && raise["bill"] == first.id.as_str());
    story.check(told, || format!("the report should say what repaying on time gives, says {raises:?}"));
    for owed in [&first, &second] {
        debtor.repay(stage, owed, &wallet).await?.expect("repaying on time")?;
    }
    story.did("the payer repaid his other bills on time, and the score rose");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn auto_repay_off(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一双跑鞋", 25_900).await?;
    let wallet = debtor.payer.wallet.clone();
    debtor.collects_from(stage, &[&wallet]).await?;
    debtor.collects_from(stage, &[]).await?;
    stage.until_day(owed.due_on.saturating_add(1.day()), 10).await?;
    story.bill_failed(&owed, &debtor.bill(stage, &owed).await?, &["since"]);
    story.planned(&["enable_auto_repay"]);
    debtor.collects_from(stage, &[&wallet]).await?;
    story.did("the payer switched auto-repay on, with his wallet");
    collected(stage, story, &debtor, &owed).await
}

pub(crate) async fn credit_card(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let card = json!({ "bank": "haian", "kind": "credit" });
    let CardDebtor { holder, debtor, owed } = CardDebtor::with_bill(stage, ("一套床品", 19_900), card, 60_000).await?;
    let refused = debtor.repay(stage, &owed, &holder.instrument).await?;
    let payment = story.repayment_refused(&owed, &refused, &["channel", "rule"])?;
    story.fact("rule", "no_credit_card_for_bills");
    story.planned(&["choose_instrument", "resume"]);
    story.stands_on(&debtor.bill(stage, &owed).await?);
    debtor.resume(stage, &payment, Some(&debtor.payer.wallet)).await?.expect("repaying from the wallet")?;
    story.did("the payer chose his wallet instead of a credit card");
    story.bill_paid(&debtor.bill(stage, &owed).await?);
    Ok(())
}

pub(crate) async fn card_expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一个书架", 18_900).await?;
    one.refused_when_due(stage, json!({ "state": "expired" })).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, TOLD);
    story.fact("code", "73");
    story.planned(&["replace_card"]);
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    one.binds(stage, &fresh).await?;
    story.did("the bank sent a new card, and the payer bound it in the old one's place");
    one.collected(stage, story).await
}

pub(crate) async fn details_wrong(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一台加湿器", 16_900).await?;
    one.refused_when_due(stage, json!({ "state": "replaced" })).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, TOLD);
    story.fact("code", "61");
    story.planned(&["correct_card_details"]);
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    one.binds(stage, &fresh).await?;
    story.did("the payer read the number of the card that the bank had sent in its place, and bound it");
    one.collected(stage, story).await
}

pub(crate) async fn status_abnormal(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一把办公椅", 19_500).await?;
    one.refused_when_due(stage, json!({ "state": "frozen" })).await?;
    let bill = one.debtor.bill(stage, &one.owed).await?;
    story.bill_failed_among(&one.owed, &bill, TOLD);
    let path = format!("/v1/instruments/{}/single-out", one.holder.instrument);
    let cause = json!({ "cause": story.causes[0].id() });
    one.debtor.payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("the bank's word")?;
    let last = bill.body["repayments"].as_array().and_then(|tried| tried.last()).cloned().unwrap_or_default();
    let path = format!("/v1/payments/{}/diagnosis", last["payment"].as_str().unwrap_or_default());
    let diagnosis = one.debtor.payer.ask(stage, Method::GET, &path, None).await?.expect("a diagnosis")?;
    story.singled_out(&diagnosis, &one.holder.instrument);
    one.holder.card.change(stage, json!({ "state": "normal" })).await?;
    stage.recheck(&one.debtor.payer, &one.holder.instrument).await?;
    story.did("the payer asked his bank, which lifted it, and said so: recheck");
    one.collected(stage, story).await
}

pub(crate) async fn stale(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一台吸尘器", 17_900).await?;
    one.holder.card.token_is_gone(stage).await?;
    one.refused_when_due(stage, json!({ "state": "normal" })).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, &["whose"]);
    story.planned(&["rebind"]);
    one.binds(stage, &one.holder.card).await?;
    story.did("the payer bound the card again");
    one.collected(stage, story).await
}

pub(crate) async fn frozen(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一盏落地灯", 21_900).await?;
    stage.freeze(&debtor.payer).await?;
    let refused = debtor.repay(stage, &owed, &debtor.payer.wallet).await?;
    let payment = story.repayment_refused(&owed, &refused, &["case", "since", "reason"])?;
    story.fact("whose", "platform");
    story.planned(&["request_unfreeze", "resume"]);
    story.stands_on(&debtor.bill(stage, &owed).await?);
    stage.unfreeze(&debtor.payer).await?;
    story.did("the holder asked for the freeze to be lifted, and staff lifted it");
    debtor.resume(stage, &payment, None).await?.expect("taking the repayment up again")?;
    story.bill_paid(&debtor.bill(stage, &owed).await?);
    Ok(())
}

pub(crate) async fn card_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一张书桌", 19_900).await?;
    one.refused_when_due(stage, json!({ "balance": 1_000 })).await?;
    let bill = one.debtor.bill(stage, &one.owed).await?;
    story.bill_failed(&one.owed, &bill, TOLD);
    story.planned(&["pay_in"]);
    let next = bill.body["next"].clone();
    story.check(next["occasion"] == "later_today", || {
        format!("it should be asked again on the same day, next is {next}")
    });
    let path = format!("/cards/{}/pay-in", one.holder.card.number);
    stage.control(Method::POST, &path, json!({ "amount": 100_000 })).await?;
    story.did("the payer paid in to the card");
    stage.until_day(one.owed.due_on, 20).await?;
    one.debtor.until_settled(stage, &one.owed).await?;
    story.did("auto-repay asked again later on the same day");
    story.bill_paid(&one.debtor.bill(stage, &one.owed).await?);
    Ok(())
}

pub(crate) async fn risk_block(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let debtor = Debtor::open(stage, payer).await?;
    let owed = debtor.buy(stage, "一个行李箱", 38_900).await?;
    debtor.payer.at_alipay(stage, json!({ "state": "risky" })).await?;
    let alipay = debtor.payer.alipay()?.to_owned();
    let refused = debtor.repay(stage, &owed, &alipay).await?;
    let payment = story.repayment_refused(&owed, &refused, &["whose", "code", "told_at"])?;
    story.fact("code", "ACQ.PAYMENT_REQUEST_HAS_RISK");
    story.planned(&["confirm_it_is_you", "recheck", "resume"]);
    story.stands_on(&debtor.bill(stage, &owed).await?);
    debtor.payer.at_alipay(stage, json!({ "state": "normal" })).await?;
    story.did("the payer confirmed at Alipay that it is he");
    stage.recheck(&debtor.payer, &alipay).await?;
    debtor.resume(stage, &payment, None).await?.expect("taking the repayment up again")?;
    story.did("and said so: recheck");
    story.bill_paid(&debtor.bill(stage, &owed).await?);
    Ok(())
}
