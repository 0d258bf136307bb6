//! Bills, and several causes at once: all are named, and the plan puts them in the right order.

use reqwest::Method;
use serde_json::json;
use tantu_domain::cause::Cause;

use crate::matrix::bill::{CardDebtor, collected};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::debtor::Debtor;

pub(crate) async fn overdue_and_low_score(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一台豆浆机", 26_900).await?;
    stage.past_grace(&owed).await?;
    debtor.until_noted(stage, 1).await?;
    let order = stage.order("一束百合", 7_900);
    let refused = stage.pay(&order, &debtor.payer, &debtor.line).await?;
    let payment = story.refused(&order, &refused, &["bill", "due_on", "days", "amount"])?;
    story.planned(&["repay_bill", "resume"]);
    debtor.repay(stage, &owed, &debtor.payer.wallet).await?.expect("repaying the bill")?;
    story.did("the payer repaid the bill; half of what it took from the score came back");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn off_and_overdue(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一套锅具", 33_900).await?;
    stage.past_grace(&owed).await?;
    story.bill_failed(&owed, &debtor.bill(stage, &owed).await?, &["since"]);
    story.planned(&["enable_auto_repay", "repay_bill"]);
    debtor.collects_from(stage, &[&debtor.payer.wallet]).await?;
    story.did("the payer switched auto-repay on, with his wallet");
    collected(stage, story, &debtor, &owed).await
}

pub(crate) async fn expired_and_overdue(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一台烤箱", 18_900).await?;
    one.refused_when_due(stage, json!({ "state": "expired" })).await?;
    stage.past_grace(&one.owed).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, &["code"]);
    story.planned(&["replace_card", "repay_bill"]);
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    one.binds(stage, &fresh).await?;
    story.did("the payer bound the bank's new card in the old one's place");
    one.collected(stage, story).await
}

pub(crate) async fn stale_and_overdue(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一个衣柜", 17_900).await?;
    one.holder.card.token_is_gone(stage).await?;
    one.refused_when_due(stage, json!({ "state": "normal" })).await?;
    stage.past_grace(&one.owed).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, &["whose"]);
    story.planned(&["rebind", "repay_bill"]);
    one.binds(stage, &one.holder.card).await?;
    story.did("the payer bound the card again");
    one.collected(stage, story).await
}

pub(crate) async fn frozen_and_expired(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一台空气炸锅", 16_900).await?;
    one.refused_when_due(stage, json!({ "state": "expired" })).await?;
    stage.freeze(&one.debtor.payer).await?;
    let refused = one.debtor.repay(stage, &one.owed, &one.holder.instrument).await?;
    story.repayment_refused(&one.owed, &refused, &["case", "since"])?;
    story.planned(&["request_unfreeze", "replace_card", "resume"]);
    stage.unfreeze(&one.debtor.payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    one.binds(stage, &fresh).await?;
    story.did("and he bound the bank's new card");
    one.collected(stage, story).await
}

pub(crate) async fn three_on_one_bill(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let one = CardDebtor::plain(stage, "一张沙发", 19_900).await?;
    one.refused_when_due(stage, json!({ "state": "expired" })).await?;
    stage.past_grace(&one.owed).await?;
    stage.freeze(&one.debtor.payer).await?;
    one.debtor.repay(stage, &one.owed, &one.holder.instrument).await?;
    story.bill_failed(&one.owed, &one.debtor.bill(stage, &one.owed).await?, &["case", "since"]);
    story.planned(&["request_unfreeze", "replace_card", "repay_bill"]);
    stage.unfreeze(&one.debtor.payer).await?;
    story.did("the holder asked, and staff lifted the freeze");
    let fresh = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    one.binds(stage, &fresh).await?;
    story.did("and he bound the bank's new card");
    one.collected(stage, story).await
}

pub(crate) async fn line_frozen_overdue_and_low_score(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let owed = debtor.buy(stage, "一台料理机", 26_900).await?;
    stage.past_grace(&owed).await?;
    debtor.until_noted(stage, 1).await?;
    let path = |what: &str| format!("/v1/accounts/{}/pay-later/{what}", debtor.payer.account);
    let note = || Some(json!({ "note": "the holder is to be asked first" }));
    stage.ask(Method::POST, &path("freeze"), &stage.staff_session, note()).await?.expect("freezing the line")?;
    let order = stage.order("一束玫瑰", 7_900);
    let refused = stage.pay(&order, &debtor.payer, &debtor.line).await?;
    let payment = story.refused(&order, &refused, &["case", "since"])?;
    story.all(&refused.causes_of(&debtor.line));
    story.planned(&["unfreeze_line", "repay_bill", "resume"]);
    debtor.ask(stage, Method::POST, "unfreeze", Some(json!({}))).await?.expect("asking for it to be lifted")?;
    for key in [&stage.staff_session, &stage.second_staff_session] {
        stage.ask(Method::POST, &path("unfreeze"), key, note()).await?.expect("lifting it")?;
    }
    story.did("the holder asked, and two members of staff let the line go");
    let half = stage.resume(&payment, None, None).await?;
    story.left(&half.causes_of(&debtor.line), &[Cause::BnplOverdue, Cause::CreditScoreImpact]);
    debtor.repay(stage, &owed, &debtor.payer.wallet).await?.expect("repaying the bill")?;
    story.did("and he repaid the bill; half of what it took from the score came back");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
