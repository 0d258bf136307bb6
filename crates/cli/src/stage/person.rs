//! A person on the registry's record, with a phone in his hand: what a payer does to be known.

use reqwest::Method;
use serde_json::{Value, json};

use crate::output::Failure;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;
use crate::stage::{Stage, wait_until};

/// A person of the sandbox's register.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) phone: String,
}

impl Stage {
    /// The person of this number on the register; each case takes its own, so that no code is sent too soon.
    pub(crate) async fn person(&self, number: usize) -> Result<Person, Failure> {
        let people = self.control(Method::GET, "/people", Value::Null).await?;
        let person = people.get(number).ok_or_else(|| Failure::usage("the register has too few people"))?;
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        Ok(Person {
            name: text(&person["name"]),
            document: text(&person["certificate_number"]),
            phone: text(&person["phones"][0]),
        })
    }

    /// Gives a person a second number, as the carrier has it on record.
    pub(crate) async fn second_phone(&self, person: &Person, phone: &str) -> Result<Person, Failure> {
        let record =
            json!({ "name": person.name, "certificate_number": person.document, "phones": [person.phone, phone] });
        self.control(Method::POST, "/people", record).await?;
        Ok(Person { phone: phone.to_owned(), ..person.clone() })
    }

    /// The digits of the newest text that a phone shows.
    pub(crate) async fn code_in(&self, phone: &str) -> Result<String, Failure> {
        let path = format!("/phones/{phone}/messages");
        wait_until(|| async {
            let texts = self.control(Method::GET, &path, Value::Null).await?;
            let newest = texts.as_array().and_then(|texts| texts.last()).and_then(|text| text["body"].as_str());
            Ok(newest.and_then(six_digits))
        })
        .await
    }
}

impl Person {
    /// Somebody of whom only his phone matters.
    pub(crate) fn with_phone(phone: &str) -> Self {
        Self { name: String::new(), document: String::new(), phone: phone.to_owned() }
    }

    /// The same document under another name: nobody whom the register knows.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }
}

/// The first run of exactly six digits.
fn six_digits(text: &str) -> Option<String> {
    text.split(|char: char| !char.is_ascii_digit()).find(|run| run.len() == 6).map(str::to_owned)
}

impl Payer {
    /// Binds the person's phone: a code is sent, read from the phone and entered.
    pub(crate) async fn bind_phone(&self, stage: &Stage, person: &Person) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/phone", self.account);
        let sent = self.ask(stage, Method::POST, &path, Some(json!({ "phone": person.phone }))).await?;
        let code = sent.expect("the sending of a code")?.text("code")?;
        let digits = stage.code_in(&person.phone).await?;
        let path = format!("{path}/confirmations");
        let entered = self.ask(stage, Method::POST, &path, Some(json!({ "code": code, "digits": digits }))).await?;
        entered.expect("the binding of a phone").map(drop)
    }

    /// Says who he is; the registry is asked.
    pub(crate) async fn verify(&self, stage: &Stage, person: &Person, until: Option<&str>) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/identity", self.account);
        let body = json!({ "name": person.name, "document": person.document, "tier": "I", "valid_until": until });
        self.ask(stage, Method::PUT, &path, Some(body)).await
    }

    /// Confirms what was changed, by the whole number of the document.
    pub(crate) async fn confirm_details(&self, stage: &Stage, person: &Person) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/identity/confirmations", self.account);
        self.ask(stage, Method::POST, &path, Some(json!({ "document": person.document })))
            .await?
            .expect("confirming the change")
            .map(drop)
    }
}
