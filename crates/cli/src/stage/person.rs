//! A person on the registry's record, with a phone in his hand: what a payer does to be known.

use reqwest::Method;
use serde_json::{Value, json};

use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::card::BankCard;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;

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
        let mut people = people.as_array().cloned().unwrap_or_default();
        // A person who was put on record again stands last; by their documents they stay where they were.
        people.sort_by_key(|person| person["certificate_number"].to_string());
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
}

impl Person {
    /// Somebody of whom only his phone matters.
    pub(crate) fn with_phone(phone: &str) -> Self {
        Self { name: String::new(), document: String::new(), phone: phone.to_owned() }
    }

    /// A bank's card for this person, as the sandbox's banks are asked for one.
    pub(crate) fn card(&self) -> Value {
        json!({
            "bank": "haian",
            "kind": "debit",
            "name": self.name,
            "certificate_number": self.document,
            "phone": self.phone,
        })
    }

    /// The same document under another name: nobody whom the register knows.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }
}

impl Payer {
    /// Binds the person's phone: a code is sent, read from the phone and entered.
    pub(crate) async fn bind_phone(&self, stage: &Stage, person: &Person) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/phone", self.account);
        let before = stage.messages(&person.phone).await?.len();
        let sent = self.ask(stage, Method::POST, &path, Some(json!({ "phone": person.phone }))).await?;
        let code = sent.expect("the sending of a code")?.text("code")?;
        let digits = stage.code(&person.phone, before).await?;
        let path = format!("{path}/confirmations");
        let entered = self.ask(stage, Method::POST, &path, Some(json!({ "code": code, "digits": digits }))).await?;
        entered.expect("the binding of a phone").map(drop)
    }

    /// Says who he is; the registry is asked.
    pub(crate) async fn verify(&self, stage: &Stage, person: &Person, until: Option<&str>) -> Result<Reply, Failure> {
        let body = json!({ "name": person.name, "document": person.document, "tier": "I", "valid_until": until });
        self.put_identity(stage, body).await
    }

    /// Says who he is, with a card of his, whose bank is the third source after the register and the phone's carrier.
    pub(crate) async fn verify_by_card(&self, stage: &Stage, person: &Person) -> Result<Reply, Failure> {
        let card = BankCard::issue(stage, person.card()).await?;
        let body = json!({ "name": person.name, "document": person.document, "tier": "II", "cards": [card.number] });
        self.put_identity(stage, body).await
    }

    async fn put_identity(&self, stage: &Stage, body: Value) -> Result<Reply, Failure> {
        self.ask(stage, Method::PUT, &format!("/v1/accounts/{}/identity", self.account), Some(body)).await
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
