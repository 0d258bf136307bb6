//! A code of ours that does not reach the payer: a payment above what goes without confirmation, confirmed by a code instead of the pay password.

use reqwest::Method;
use serde_json::json;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::person::Person;
use crate::stage::reply::Reply;

pub(crate) async fn lost_before_the_wallet(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = Person::with_phone("19900003001");
    let payer = known(stage, 2_000_000, &person).await?;
    let wallet = payer.wallet.clone();
    not_received(stage, story, &payer, &person, &wallet, 420_000).await
}

pub(crate) async fn lost_before_alipay(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = Person::with_phone("19900003002");
    let payer = known(stage, 0, &person).await?.with_alipay(stage, 1_000_000).await?;
    let alipay = payer.alipay()?.to_owned();
    not_received(stage, story, &payer, &person, &alipay, 420_000).await
}

/// A payer whom staff have met, with a pay password and a phone.
async fn known(stage: &Stage, fen: i64, person: &Person) -> Result<Payer, Failure> {
    let payer = stage.payer(fen).await?;
    payer.set_password(stage, PASSWORD).await?;
    payer.bind_phone(stage, person).await?;
    stage.advance(61).await?;
    Ok(payer)
}

async fn not_received(
    stage: &Stage,
    story: &mut Story,
    payer: &Payer,
    person: &Person,
    instrument: &str,
    fen: i64,
) -> Result<(), Failure> {
    stage.phone(&person.phone, "loses").await?;
    let order = stage.order("一台洗衣机", fen);
    let payment = stage.pay(&order, payer, instrument).await?.expect("a payment that waits")?.payment()?;
    let code = payer.send_code(stage, &payment).await?.expect("the sending of a code")?.text("code")?;
    let refused = payer.miss_code(stage, &code).await?;
    story.refused(&order, &refused, &["phone", "delivery", "sends_left", "next_code_at"])?;
    story.fact("delivery", "sent");
    story.planned(&["resend_code", "resume"]);
    stage.phone(&person.phone, "receives").await?;
    story.did("the payer's phone has a signal again");
    again(stage, story, payer, person, &payment).await
}

pub(crate) async fn intercepted(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = Person::with_phone("19900003003");
    let payer = known(stage, 0, &person).await?.with_alipay(stage, 1_000_000).await?;
    stage.phone(&person.phone, "intercepts").await?;
    let order = stage.order("一台冰柜", 420_000);
    let payment = stage.pay(&order, &payer, payer.alipay()?).await?.expect("a payment that waits")?.payment()?;
    let code = payer.send_code(stage, &payment).await?.expect("the sending of a code")?.text("code")?;
    let refused = payer.miss_code(stage, &code).await?;
    story.refused(&order, &refused, &["phone", "delivery", "delivered_at", "sends_left"])?;
    story.planned(&["check_intercepted_messages", "resend_code", "resume"]);
    stage.phone(&person.phone, "receives").await?;
    story.did("the payer took us off the list of intercepted senders");
    again(stage, story, &payer, &person, &payment).await
}

/// The code is sent again, entered, and the same order is paid; a proof is good once.
async fn again(stage: &Stage, story: &mut Story, payer: &Payer, person: &Person, payment: &str) -> Result<(), Failure> {
    let soon = payer.send_code(stage, payment).await?;
    story.check(soon.status == 429, || format!("a second code within a minute should wait, was {}", soon.status));
    stage.advance(61).await?;
    let before = stage.messages(&person.phone).await?.len();
    let code = payer.send_code(stage, payment).await?.expect("the sending of a code")?.text("code")?;
    let digits = stage.code(&person.phone, before).await?;
    let proof = payer.enter_code(stage, &code, &digits).await?.expect("the right code")?;
    payer.act(stage, payment, &proof).await?.expect("going on with the payment")?;
    story.did("the code came, and the payer entered it");
    story.paid(stage, payment).await
}

impl Payer {
    /// Has a code sent for a payment.
    async fn send_code(&self, stage: &Stage, payment: &str) -> Result<Reply, Failure> {
        self.ask(stage, Method::POST, &format!("/v1/payments/{payment}/codes"), Some(json!({}))).await
    }

    /// Says that a code did not come.
    async fn miss_code(&self, stage: &Stage, code: &str) -> Result<Reply, Failure> {
        self.ask(stage, Method::POST, &format!("/v1/codes/{code}/missing"), Some(json!({}))).await
    }

    /// Enters a code: the proof, or why it was not taken.
    async fn enter_code(&self, stage: &Stage, code: &str, digits: &str) -> Result<Reply, Failure> {
        let path = format!("/v1/codes/{code}/proofs");
        self.ask(stage, Method::POST, &path, Some(json!({ "digits": digits }))).await
    }
}

impl Stage {
    /// What a phone does with texts from now on.
    async fn phone(&self, number: &str, behaviour: &str) -> Result<(), Failure> {
        self.control(Method::PATCH, &format!("/phones/{number}"), json!({ "behaviour": behaviour })).await.map(drop)
    }
}
