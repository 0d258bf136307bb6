//! Rules against misuse: an unofficial app restricts, a guessed pay password freezes; and the ways back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::payer::PASSWORD;

/// Not the payer's.
const WRONG: &str = "271828";

/// What the payer chooses when he has his account back.
const ANOTHER: &str = "161803";

pub(crate) async fn unofficial_app(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let mut order = stage.order("一个背包", 12_800);
    order.client = Some("tantu-lite/9.9.9");
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["case", "since", "reason", "until"])?;
    story.fact("whose", "platform");
    story.fact("reason", "terms_of_use");
    story.planned(&["appeal", "resume"]);
    let told = refused.body.to_string();
    story.check(!told.contains("unofficial") && !told.contains("tantu-lite"), || format!("it names the rule: {told}"));
    let case = story.evidence["case"].as_str().unwrap_or_default().to_owned();
    let path = format!("/v1/cases/{case}/appeals");
    let body = json!({ "text": "I took the app from a shop by mistake and removed it", "evidence": ["order 4711"] });
    payer.ask(stage, Method::POST, &path, Some(body.clone())).await?.expect("the appeal")?;
    let twice = payer.ask(stage, Method::POST, &path, Some(body)).await?;
    story.check(twice.status == 409, || format!("a case is answered once, was {}", twice.status));
    story.did("the holder appealed with evidence");
    let seen = stage
        .ask(Method::GET, &format!("/v1/accounts/{}/audit", payer.account), &stage.staff_session, None)
        .await?
        .expect("the audit trail")?;
    story.check(seen.body["rule"] == "unofficial_client" && seen.body["trail"][0]["action"] == "restrict", || {
        format!("staff should see the rule: {}", seen.body)
    });
    stage.lift(&payer).await?;
    story.did("two members of staff lifted the restriction");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn guessed_password(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let person = stage.person(3).await?;
    let payer = stage.stranger(0).await?;
    payer.verify(stage, &person, None).await?.expect("the verification")?;
    payer.bind_phone(stage, &person).await?;
    let payer = payer.with_alipay(stage, 1_000_000).await?;
    payer.set_password(stage, PASSWORD).await?;
    let order = stage.order("一台电视", 420_000);
    let payment = stage.pay(&order, &payer, payer.alipay()?).await?.expect("a payment that waits")?.payment()?;
    for pause in [31 * 60, 1] {
        for _ in 0..5 {
            payer.enter_password(stage, &payment, WRONG).await?;
        }
        stage.advance(pause).await?;
    }
    let refused = stage.resume(&payment, None, None).await?;
    story.refused(&order, &refused, &["case", "since"])?;
    story.planned(&["secure_account", "resume"]);
    let path = format!("/v1/accounts/{}/notices", payer.account);
    let notices = payer.ask(stage, Method::GET, &path, None).await?.expect("the notices")?;
    story.check(notices.body[0]["operation"] == "secure_account", || format!("the notice says {}", notices.body));
    let secure = |document: &str| json!({ "document": document, "password": ANOTHER });
    let path = format!("/v1/accounts/{}/secure", payer.account);
    let thief = payer.ask(stage, Method::POST, &path, Some(secure("110105199001010015"))).await?;
    story.check(thief.status == 409, || format!("who does not know the document gets nothing, was {}", thief.status));
    payer.ask(stage, Method::POST, &path, Some(secure(&person.document))).await?.expect("taking the account back")?;
    story.did("the holder proved who he is and chose another pay password");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    let proof = payer.enter_password(stage, &payment, ANOTHER).await?.expect("the new pay password")?;
    payer.act(stage, &payment, &proof).await?.expect("going on with the payment")?;
    story.check(refused.body["causes"][0]["evidence"]["rule"] == Value::Null, || "it names the rule".into());
    story.paid(stage, &payment).await
}
