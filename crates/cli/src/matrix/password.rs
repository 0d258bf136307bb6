//! auth.payment_password: an Alipay payment above ¥4,000.00 asks for it.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::{PASSWORD, Payer};
use crate::stage::person::Person;
use crate::stage::reply::Reply;

/// Not the payer's.
const WRONG: &str = "271828";

/// What the holder sets instead of the one that he has forgotten.
const ANOTHER: &str = "161803";

pub(crate) async fn unset(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    let order = stage.order("一部手机", 420_000);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["state", "tries_left", "locked_until"])?;
    story.fact("state", "unset");
    story.planned(&["set_payment_password", "resume"]);
    payer.set_password(stage, PASSWORD).await?;
    story.did("the payer set a pay password");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    entered(stage, story, &payer, &payment).await
}

pub(crate) async fn wrong(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    let order = stage.order("一台平板", 420_000);
    let payment = waiting(story, stage.pay(&order, &payer, payer.alipay()?).await?)?;
    let refused = payer.enter_password(stage, &payment, WRONG).await?;
    story.refused(&order, &refused, &["state", "tries_left"])?;
    story.fact("state", "wrong");
    story.fact("tries_left", 4);
    story.planned(&["resume"]);
    entered(stage, story, &payer, &payment).await
}

pub(crate) async fn locked(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    let order = stage.order("一台相机", 420_000);
    let payment = waiting(story, stage.pay(&order, &payer, payer.alipay()?).await?)?;
    for _ in 0..4 {
        payer.enter_password(stage, &payment, WRONG).await?;
    }
    let refused = payer.enter_password(stage, &payment, WRONG).await?;
    story.refused(&order, &refused, &["state", "tries_left", "locked_until"])?;
    story.fact("state", "locked");
    story.fact("tries_left", 0);
    story.planned(&["wait_until", "resume"]);
    let even_right = payer.enter_password(stage, &payment, PASSWORD).await?;
    story.check(even_right.evidence("auth.payment_password")["state"] == "locked", || {
        "while it is locked the right one is not looked at either".into()
    });
    let until: Timestamp = story.evidence["locked_until"].as_str().unwrap_or_default().parse()?;
    let wait = until.duration_since(stage.server.engine.clock().now()).as_secs();
    stage.advance(wait.saturating_add(1)).await?;
    story.did("waited until the lock ended");
    entered(stage, story, &payer, &payment).await
}

/// The holder need not wait: a code to his phone, his name and his document set another. Whoever lacks one of them sets none, and
/// is not told which.
pub(crate) async fn forgotten(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    stage.advance(61).await?;
    let person = stage.person(6).await?;
    let payer = stage.stranger(0).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    payer.bind_phone(stage, &person).await?;
    payer.set_password(stage, PASSWORD).await?;
    let early = payer.begin_reset(stage).await?;
    story.check(early.status == 429, || format!("what was given today proves nobody, was {}", early.status));
    stage.advance(24 * 3600 + 1).await?;
    let payer = payer.with_alipay(stage, 1_000_000).await?;
    let order = stage.order("一架钢琴", 420_000);
    let payment = waiting(story, stage.pay(&order, &payer, payer.alipay()?).await?)?;
    for _ in 0..4 {
        payer.enter_password(stage, &payment, WRONG).await?;
    }
    let refused = payer.enter_password(stage, &payment, WRONG).await?;
    story.refused(&order, &refused, &["state", "locked_until", "reset_by"])?;
    story.fact("reset_by", "identity");
    story.planned(&["reset_payment_password", "resume"]);
    let before = stage.messages(&person.phone).await?.len();
    let code = payer.begin_reset(stage).await?.expect("the sending of a code")?.text("code")?;
    let digits = stage.code(&person.phone, before).await?;
    let other = if digits == "000000" { "000001" } else { "000000" };
    let thief = stage.person(7).await?;
    let mut told = Vec::new();
    for (who, digits) in [(&person, other), (&thief, digits.as_str()), (&thief, other)] {
        let no = payer.reset_password(stage, &code, digits, who, &payment).await?;
        told.push((no.status, no.body.to_string()));
    }
    story.check(told.iter().all(|no| no.0 == 409 && *no == told[0]), || format!("each should read the same: {told:?}"));
    let proof = payer.reset_password(stage, &code, &digits, &person, &payment).await?.expect("the new pay password")?;
    story.did("the holder proved who he is and set another pay password");
    payer.act(stage, &payment, &proof).await?.expect("going on with the payment")?;
    let again = payer.reset_password(stage, &code, &digits, &person, &payment).await?;
    story.check(again.status == 409, || format!("a code is good once, was {}", again.status));
    story.paid(stage, &payment).await
}

impl Payer {
    /// Has a code sent by which another pay password is set.
    async fn begin_reset(&self, stage: &Stage) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/pay-password/resets", self.account);
        self.ask(stage, Method::POST, &path, None).await
    }

    /// Sets another pay password with all that it takes.
    async fn reset_password(
        &self,
        stage: &Stage,
        code: &str,
        digits: &str,
        person: &Person,
        payment: &str,
    ) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/pay-password/resets/confirmations", self.account);
        let body = json!({
            "code": code, "digits": digits, "name": person.name, "document": person.document,
            "password": ANOTHER, "payment": payment,
        });
        self.ask(stage, Method::POST, &path, Some(body)).await
    }
}

/// The payment waits for the pay password.
fn waiting(story: &mut Story, made: Reply) -> Result<String, Failure> {
    let made = made.expect("a payment that waits for the pay password")?;
    let next = made.body["next_action"]["operation"].clone();
    story.check(next == "enter_payment_password", || format!("the next action should be the password, is {next}"));
    story.check(made.body["state"] == "requires_action", || format!("the payment stands {}", made.body["state"]));
    made.payment()
}

/// The payer enters the right one, and the same order is paid; its proof is good for once.
async fn entered(stage: &Stage, story: &mut Story, payer: &Payer, payment: &str) -> Result<(), Failure> {
    let proof = payer.enter_password(stage, payment, PASSWORD).await?.expect("the right pay password")?;
    payer.act(stage, payment, &proof).await?.expect("going on with the payment")?;
    story.did("the payer entered the pay password");
    let trace = stage.trace(payment).await?;
    let last =
        trace.body["decisions"].as_array().and_then(|decisions| decisions.last().cloned()).unwrap_or(Value::Null);
    let proven = last["checks"]
        .as_array()
        .is_some_and(|checks| checks.iter().any(|check| check["rule"] == "password_proven" && check["held"] == true));
    story.check(proven && last["consistent"] == true, || format!("the trace should show the proof: {last}"));
    story.paid(stage, payment).await
}
