//! funds.insufficient_balance: the wallet's, which we know to the fen, and the payer's at Alipay, of which
//! we know the code only.

use serde_json::json;

use crate::matrix::bank_word::BEFORE_ANOTHER_CODE;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;

pub(crate) async fn wallet_is_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(5_000).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一箱苹果", 12_300);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["balance", "requested", "short"])?;
    story.fact("whose", "platform");
    story.fact("balance", 5_000);
    story.fact("short", 7_300);
    let alipay = payer.alipay()?;
    let offered = refused.body["can_pay_with"].to_string();
    story.check(offered.contains(alipay), || format!("the mandate should be offered, {offered} is"));
    stage.resume(&payment, Some(alipay), None).await?.expect("paying by the mandate")?;
    story.did("chose Alipay for the whole amount");
    story.paid(stage, &payment).await
}

pub(crate) async fn wallet_is_topped_up(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(5_000).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    let debit = payer.with_card(stage, &card).await?;
    let credit = BankCard::issue(stage, json!({ "bank": "haian", "kind": "credit" })).await?;
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let credit = payer.with_card(stage, &credit).await?;
    let order = stage.order("一台风扇", 42_300);
    let refused = stage.pay(&order, &payer, &payer.wallet).await?;
    let payment = story.refused(&order, &refused, &["balance", "requested", "short"])?;
    story.fact("whose", "platform");
    story.fact("short", 37_300);
    story.planned(&["top_up", "resume"]);
    let wrong = payer.top_up(stage, &credit, 37_300).await?;
    story.check(wrong.status == 400, || format!("credit tops up no wallet; was {} {}", wrong.status, wrong.body));
    let before = stage.messages(&card.phone).await?.len();
    let begun = payer.top_up(stage, &debit, 37_300).await?.expect("a top-up")?;
    let code = stage.code(&card.phone, before).await?;
    let id = begun.payment()?;
    let done = payer.enter_bank_code(stage, &id, &code).await?.expect("the bank's code")?;
    story.check(done.body["state"] == "succeeded", || format!("the top-up stands {}", done.body));
    story.did("the payer topped his wallet up from his own debit card");
    payer.resumes_from_wallet(stage, &payment, None).await?;
    story.paid(stage, &payment).await
}

pub(crate) async fn alipay_is_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000).await?;
    let order = stage.order("两张车票", 8_800);
    let alipay = payer.alipay()?.to_owned();
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused(&order, &refused, &["code", "message", "told_at"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    story.planned(&["top_up", "recheck", "resume"]);
    let early = stage.resume(&payment, None, None).await?;
    story.check(early.status == 402, || {
        format!("what Alipay said stands until the payer rechecks; resuming gave {}", early.status)
    });
    payer.top_up_at_alipay(stage, 20_000).await?;
    story.did("the payer topped up his Alipay");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn alipay_is_short_by_code(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (payer, alipay) = stage.payer(0).await?.with_confirmed(stage, 500).await?;
    let order = stage.order("一份早餐", 1_500);
    let code = payer.show_code(stage, false).await?;
    let refused = stage.pay_by_code(&order, &payer, &alipay, &code).await?;
    let payment = story.refused(&order, &refused, &["whose", "code", "told_at"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    story.planned(&["top_up", "recheck", "resume"]);
    payer.top_up_at_alipay(stage, 100_000).await?;
    story.did("the payer topped up his Alipay");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    let code = payer.show_code(stage, false).await?;
    stage.resume_by_code(&payment, &code).await?.expect("resuming with another code")?;
    story.did("the till scanned another code");
    story.paid(stage, &payment).await
}

pub(crate) async fn card_is_short(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 0).await?;
    payer.at_alipay(stage, json!({ "bank_card_balance": 1_000 })).await?;
    let order = stage.order("一件外套", 39_900);
    let alipay = payer.alipay()?.to_owned();
    let refused = stage.pay(&order, &payer, &alipay).await?;
    let payment = story.refused(&order, &refused, &["code", "told_at"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH");
    payer.at_alipay(stage, json!({ "bank_card_balance": 100_000 })).await?;
    story.did("the payer paid in to his card");
    stage.recheck(&payer, &alipay).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
