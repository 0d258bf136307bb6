//! Whose card, and whose account at Alipay: another person's pays nothing. The names are those of the sandbox's register, banks
//! and Alipay; we learn of them as we would of real ones.

use serde_json::{Value, json};

use crate::matrix::bank_word::BEFORE_ANOTHER_CODE;
use crate::matrix::binding;
use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;
use crate::stage::person::Person;

const FACTS: &[&str] = &["whose", "side", "holder", "account_holder"];

/// The first letter of a name, the others hidden.
fn hidden(person: &Person) -> String {
    let letters = person.name.chars();
    letters.enumerate().map(|(place, letter)| if place == 0 { letter } else { '*' }).collect()
}

/// The card must be named as the side that differs, and both names be hidden.
fn both_sides(story: &mut Story, of_card: &Person, of_account: &Person, told: &Value) {
    story.fact("whose", "platform");
    story.fact("side", "card");
    story.fact("holder", hidden(of_card));
    story.fact("account_holder", hidden(of_account));
    story.planned(&["correct_name"]);
    let told = told.to_string();
    let shown = told.contains(&of_card.name) || told.contains(&of_account.name) || told.contains(&of_card.document);
    story.check(!shown, || "a name or document is shown whole".into());
}

/// Whom staff had met bound somebody's card, and has verified since that he is another: the card pays nothing now.
async fn bound_to_another(
    stage: &Stage,
    story: &mut Story,
    (of_card, of_account): (&Person, &Person),
) -> Result<(Payer, String, String), Failure> {
    let payer = stage.payer(0).await?;
    let card = BankCard::issue(stage, of_card.card()).await?;
    let instrument = payer.with_card(stage, &card).await?;
    payer.verify(stage, of_account, None).await?.expect("the verification")?;
    let order: Order = stage.order("一盏台灯", 8_800);
    let before = preflight(stage, &payer, order.fen).await?;
    let refused = stage.pay(&order, &payer, &instrument).await?;
    let payment = story.refused(&order, &refused, FACTS)?;
    both_sides(story, of_card, of_account, &refused.body);
    story.check(before.contains("identity.name_mismatch"), || format!("preflight did not foresee it: {before}"));
    Ok((payer, instrument, payment))
}

async fn preflight(stage: &Stage, payer: &Payer, fen: i64) -> Result<String, Failure> {
    let body = json!({ "account": payer.account, "amount": { "amount": fen, "currency": "CNY" } });
    let told = payer.ask(stage, reqwest::Method::POST, "/v1/preflight", Some(body)).await?.expect("a preflight")?;
    Ok(told.body.to_string())
}

pub(crate) async fn own_card_bound(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (other, own) = (stage.person(6).await?, stage.person(7).await?);
    let (payer, instrument, payment) = bound_to_another(stage, story, (&other, &own)).await?;
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let card = BankCard::issue(stage, own.card()).await?;
    let binding = payer.begin_binding(stage, Some(&instrument)).await?;
    payer.bind(stage, &binding, &card).await?.expect("the own card in its place")?;
    story.did("the payer bound a card of his own in its place");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn identity_corrected(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (own, other) = (stage.person(6).await?, stage.person(7).await?);
    let (payer, _, payment) = bound_to_another(stage, story, (&own, &other)).await?;
    payer.verify(stage, &own, None).await?.expect("the verification of who he is")?;
    payer.confirm_details(stage, &own).await?;
    story.did("the holder corrected his identity, and confirmed it by his document");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn card_offered(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let (other, own) = (stage.person(6).await?, stage.person(7).await?);
    let payer = stage.payer(0).await?;
    payer.verify(stage, &own, None).await?.expect("the verification")?;
    let card = BankCard::issue(stage, other.card()).await?;
    let binding = payer.begin_binding(stage, None).await?;
    let before = stage.messages(&card.phone).await?.len();
    let step = payer.give_details(stage, &binding, card.details(&card.phone)).await?;
    binding::refused(story, &step, FACTS);
    both_sides(story, &other, &own, &step.body);
    let sent = stage.messages(&card.phone).await?.len();
    story.check(sent == before, || "the other person's bank was asked for a code".into());
    stage.advance(BEFORE_ANOTHER_CODE).await?;
    let card = BankCard::issue(stage, own.card()).await?;
    let done = payer.bind(stage, &binding, &card).await?.expect("the same binding with his own card")?;
    story.did("the payer gave a card of his own");
    binding::bound_and_pays(stage, story, &payer, &done).await
}

pub(crate) async fn alipay_of_another(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let mut payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    payer.at_alipay(stage, json!({ "state": "payer_unmatched" })).await?;
    let order = stage.order("一双雨靴", 12_600);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["whose", "code", "told_at"])?;
    story.fact("whose", "alipay");
    story.fact("code", "ACQ.PAYER_UNMATCHED");
    story.planned(&["correct_name", "recheck", "resume"]);
    let instrument = payer.alipay()?.to_owned();
    let own = stage.control(reqwest::Method::POST, "/alipay/buyers", json!({ "balance": 100_000 })).await?;
    payer.buyer = own["buyer_id"].as_str().map(str::to_owned);
    payer.sign(stage).await?;
    story.did("the payer signed again with his own Alipay account");
    stage.recheck(&payer, &instrument).await?;
    story.did("and said so: recheck");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}
