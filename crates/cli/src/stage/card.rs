//! A bank card in the payer's hand: issued by one of the sandbox's banks, bound step by step over our API, its codes
//! read from the phone as a person reads them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::output::Failure;
use crate::stage::payer::Payer;
use crate::stage::reply::{Reply, text};
use crate::stage::{Stage, wait_until};

/// A card as its holder holds it.
#[derive(Debug, Clone)]
pub(crate) struct BankCard {
    pub(crate) number: String,
    name: String,
    document_no: String,
    /// The phone reserved at the bank.
    pub(crate) phone: String,
    /// A credit card's month and year, and its security code.
    printed: Option<(String, String)>,
}

impl BankCard {
    /// A bank issues a card as it is wanted.
    pub(crate) async fn issue(stage: &Stage, wanted: Value) -> Result<Self, Failure> {
        let card = stage.control(Method::POST, "/cards", wanted).await?;
        Ok(Self {
            number: text(&card, "number")?,
            name: text(&card, "name")?,
            document_no: text(&card, "certificate_number")?,
            phone: text(&card, "phone")?,
            printed: card["expired"].as_str().zip(card["cvn2"].as_str()).map(|(expired, code)| {
                // The bank writes the year first, the card the month.
                let (year, month) = expired.split_at(expired.len().min(2));
                (format!("{month}/{year}"), code.to_owned())
            }),
        })
    }

    /// The bank changes it.
    pub(crate) async fn change(&self, stage: &Stage, change: Value) -> Result<(), Failure> {
        stage.control(Method::PATCH, &format!("/cards/{}", self.number), change).await.map(drop)
    }

    /// What its holder enters, with this phone.
    pub(crate) fn details(&self, phone: &str) -> Value {
        let mut details = json!({
            "name": self.name,
            "document_no": self.document_no,
            "card_no": self.number,
            "phone": phone,
        });
        if let Some((expiry, code)) = &self.printed {
            details["expiry"] = json!(expiry);
            details["cvn"] = json!(code);
        }
        details
    }

    /// The bank's side lets its token go, and tells nobody.
    pub(crate) async fn token_is_gone(&self, stage: &Stage) -> Result<(), Failure> {
        let tokens = stage.control(Method::GET, "/unionpay/tokens", Value::Null).await?;
        let listed = tokens.as_array().or_else(|| tokens["tokens"].as_array()).cloned().unwrap_or_default();
        let own = |token: &&Value| token.to_string().contains(&self.number) && token["state"] == "normal";
        let token = listed.iter().find(own).and_then(|token| token["token"].as_str());
        let token = token.ok_or_else(|| Failure::usage("the bank's side has no token of this card"))?;
        let path = format!("/unionpay/tokens/{token}");
        stage.control(Method::PATCH, &path, json!({ "state": "deleted" })).await.map(drop)
    }
}

impl Stage {
    /// How many messages a phone has shown.
    pub(crate) async fn messages(&self, phone: &str) -> Result<Vec<Value>, Failure> {
        let shown = self.control(Method::GET, &format!("/phones/{phone}/messages"), Value::Null).await?;
        Ok(shown.as_array().cloned().unwrap_or_default())
    }

    /// The six digits of the newest message after those that were there before.
    pub(crate) async fn code(&self, phone: &str, before: usize) -> Result<String, Failure> {
        wait_until(|| async {
            let shown = self.messages(phone).await?;
            if shown.len() <= before {
                return Ok(None);
            }
            let newest = shown.iter().max_by_key(|message| message["at"].as_str().unwrap_or_default().to_owned());
            let body = newest.and_then(|message| message["body"].as_str()).unwrap_or_default();
            let digits = body.split(|letter: char| !letter.is_ascii_digit()).find(|part| part.len() == 6);
            Ok(digits.map(str::to_owned))
        })
        .await
    }
}

impl Payer {
    /// Begins a binding and agrees to the terms; gives its id.
    pub(crate) async fn begin_binding(&self, stage: &Stage, instrument: Option<&str>) -> Result<String, Failure> {
        let body = instrument.map_or_else(|| json!({}), |instrument| json!({ "instrument": instrument }));
        let begun = self.ask(stage, Method::POST, "/v1/bindings", Some(body)).await?.expect("a binding")?;
        let (id, terms) = (begun.text("id")?, begun.text("terms")?);
        let path = format!("/v1/bindings/{id}/terms");
        self.ask(stage, Method::POST, &path, Some(json!({ "edition": terms }))).await?.expect("the terms")?;
        Ok(id)
    }

    /// Gives a card's details.
    pub(crate) async fn give_details(&self, stage: &Stage, binding: &str, details: Value) -> Result<Reply, Failure> {
        self.ask(stage, Method::POST, &format!("/v1/bindings/{binding}/details"), Some(details)).await
    }

    /// Enters the code of a binding, with the box that came with the details.
    pub(crate) async fn enter_binding_code(
        &self,
        stage: &Stage,
        binding: &str,
        code: &str,
        given: &Reply,
    ) -> Result<Reply, Failure> {
        let body = json!({ "code": code, "sealed": given.text("sealed")? });
        self.ask(stage, Method::POST, &format!("/v1/bindings/{binding}/code"), Some(body)).await
    }

    /// Gives the details and enters the code that comes to the phone.
    pub(crate) async fn bind(&self, stage: &Stage, binding: &str, card: &BankCard) -> Result<Reply, Failure> {
        let before = stage.messages(&card.phone).await?.len();
        let given = self.give_details(stage, binding, card.details(&card.phone)).await?;
        if given.status >= 300 {
            return Ok(given);
        }
        let code = stage.code(&card.phone, before).await?;
        self.enter_binding_code(stage, binding, &code, &given).await
    }

    /// Binds a card that nothing speaks against; gives its instrument.
    pub(crate) async fn with_card(&self, stage: &Stage, card: &BankCard) -> Result<String, Failure> {
        let binding = self.begin_binding(stage, None).await?;
        self.bind(stage, &binding, card).await?.expect("a bound card")?.text("instrument")
    }

    /// Enters the bank's code for a payment.
    pub(crate) async fn enter_bank_code(&self, stage: &Stage, payment: &str, code: &str) -> Result<Reply, Failure> {
        self.do_action(stage, payment, json!({ "bank_code": code })).await
    }
}
