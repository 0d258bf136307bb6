//! support.escalate: whoever refuses says that he does, and nothing that anybody could remove. A person is asked, who has all
//! that is known before him; once the other side has put it right, the same order is paid and the ticket is solved by itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::bank_word::{BEFORE_ANOTHER_CODE, Holder};
use crate::matrix::binding::{bound_and_pays, refused_among, single_out};
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::debtor::Debtor;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;

/// What a payer writes in his distress; none of it may be kept.
const SECRETS: [&str; 3] = ["6222021234567894", "482913", "19900001001"];

/// At Alipay two accounts have one name: only its own service can part them.
const DUPLICATE: &str = "ACQ.USER_LOGONID_DUP";

/// The payer asks a person about a payment or a binding; what he wrote is kept without its secrets.
async fn asked(stage: &Stage, story: &mut Story, payer: &Payer, about: Value) -> Result<String, Failure> {
    let mut body = about;
    let [card, code, phone] = SECRETS;
    body["text"] = json!(format!("付不了！卡号{card}，验证码是{code}，请打 {phone}"));
    let opened = payer.ask(stage, Method::POST, "/v1/tickets", Some(body)).await?.expect("a ticket")?;
    story.did("the payer asked a person: order, time, amount and findings went along");
    let text = opened.body.to_string();
    let kept = SECRETS.iter().find(|secret| text.contains(**secret));
    story.check(kept.is_none(), || format!("the ticket keeps {kept:?}"));
    story.check(opened.body["masked"] == json!(["number", "phone", "code"]), || format!("masked: {text}"));
    story.check(opened.body["state"] == "waiting" && opened.body["answer_by"].is_string(), || {
        format!("an answer should be promised: {text}")
    });
    opened.text("id")
}

/// Staff answer with whom to ask; he sees it.
async fn answered(stage: &Stage, story: &mut Story, payer: &Payer, ticket: &str, phone: &str) -> Result<(), Failure> {
    let path = format!("/v1/tickets/{ticket}/messages");
    let waiting =
        stage.ask(Method::GET, "/v1/tickets", &stage.staff_session, None).await?.expect("what waits for staff")?;
    story.check(waiting.body.to_string().contains(ticket), || "the ticket should wait for staff".into());
    let words = json!({ "text": "对方需要您本人联系，电话在下面。" });
    stage.ask(Method::POST, &path, &stage.staff_session, Some(words)).await?.expect("staff's answer")?;
    let seen = payer.ask(stage, Method::GET, &format!("/v1/tickets/{ticket}"), None).await?.expect("the ticket")?;
    let contacts = seen.body["contacts"].to_string();
    story.check(seen.body["state"] == "answered" && contacts.contains(phone), || {
        format!("staff's answer and {phone} should be there: {}", seen.body)
    });
    story.did("staff answered, and named whom to call");
    Ok(())
}

/// The ticket is over by itself, and says since when it is paid.
async fn solved(stage: &Stage, story: &mut Story, payer: &Payer, ticket: &str) -> Result<(), Failure> {
    let seen = payer.ask(stage, Method::GET, &format!("/v1/tickets/{ticket}"), None).await?.expect("the ticket")?;
    let over = seen.body["state"] == "solved" && seen.body["ended_at"].is_string();
    story.check(over, || format!("the ticket should be solved: {}", seen.body));
    Ok(())
}

fn duplicate(payer: &Payer) -> Value {
    let buyer = payer.buyer.clone();
    json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "refused", "sub_code": DUPLICATE, "buyer": buyer, "times": null })
}

pub(crate) async fn at_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    stage.fault(duplicate(&payer)).await?;
    let order = stage.order("一把吉他", 68_800);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["whose", "code", "message", "told_at"])?;
    story.fact("code", DUPLICATE);
    story.planned(&["open_ticket", "recheck", "resume"]);
    let ticket = asked(stage, story, &payer, json!({ "payment": payment })).await?;
    answered(stage, story, &payer, &ticket, "95188").await?;
    stage.no_more_faults().await?;
    story.did("Alipay's service parted the two accounts");
    stage.recheck(&payer, payer.alipay()?).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await?;
    solved(stage, story, &payer, &ticket).await
}

pub(crate) async fn of_a_bill(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let debtor = Debtor::open(stage, payer).await?;
    let owed = debtor.buy(stage, "一张书桌", 45_900).await?;
    stage.fault(duplicate(&debtor.payer)).await?;
    let alipay = debtor.payer.alipay()?.to_owned();
    let refused = debtor.repay(stage, &owed, &alipay).await?;
    let payment = story.repayment_refused(&owed, &refused, &["whose", "code", "told_at"])?;
    story.fact("code", DUPLICATE);
    story.stands_on(&debtor.bill(stage, &owed).await?);
    let ticket = asked(stage, story, &debtor.payer, json!({ "payment": payment })).await?;
    answered(stage, story, &debtor.payer, &ticket, "95188").await?;
    stage.no_more_faults().await?;
    story.did("Alipay's service parted the two accounts");
    stage.recheck(&debtor.payer, &alipay).await?;
    debtor.resume(stage, &payment, None).await?.expect("taking the repayment up again")?;
    story.bill_paid(&debtor.bill(stage, &owed).await?);
    solved(stage, story, &debtor.payer, &ticket).await
}

/// UnionPay's "failed; ask 95516", which fits much, and of which the bank knows nothing.
fn unexplained(call: &str) -> Value {
    json!({ "channel": "unionpay", "call": call, "what": "refused", "resp_code": "01", "times": null })
}

pub(crate) async fn by_card(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let holder = Holder::plain(stage).await?;
    stage.fault(unexplained("01/01")).await?;
    let order = stage.order("一双皮鞋", 19_900);
    let refused = holder.pay(stage, &order).await?;
    let payment = story.refused_among(&order, &refused, &["whose", "code", "message", "told_at"])?;
    let path = format!("/v1/instruments/{}/single-out", holder.instrument);
    let cause = json!({ "cause": story.causes[0].id() });
    holder.payer.ask(stage, Method::POST, &path, Some(cause)).await?.expect("that the bank knows nothing")?;
    story.singled_out(&stage.diagnosis(&payment).await?, &holder.instrument);
    let ticket = asked(stage, story, &holder.payer, json!({ "payment": payment })).await?;
    answered(stage, story, &holder.payer, &ticket, "95516").await?;
    stage.no_more_faults().await?;
    story.did("UnionPay's service put it right");
    stage.recheck(&holder.payer, &holder.instrument).await?;
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await?;
    solved(stage, story, &holder.payer, &ticket).await
}

pub(crate) async fn of_a_binding(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, json!({ "bank": "haian", "kind": "debit" })).await?;
    stage.fault(unexplained("79/00")).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let step: Reply = payer.bind(stage, &binding, &card).await?;
    refused_among(story, &step, &["whose", "code", "told_at"]);
    single_out(stage, story, &payer, &binding).await?;
    let ticket = asked(stage, story, &payer, json!({ "binding": binding })).await?;
    answered(stage, story, &payer, &ticket, "95516").await?;
    stage.no_more_faults().await?;
    story.did("UnionPay's service put it right");
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding")?;
    bound_and_pays(stage, story, &payer, &done).await?;
    solved(stage, story, &payer, &ticket).await
}
