//! Bank cards: bound and paid with by people whose number, document, phone, security code and bank's codes are canaries; with
//! what is right, what is wrong, and what the bank has never heard of.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::secrets::canaries::{Canaries, Kind};
use crate::gate::secrets::flows::Flows;
use crate::gate::traffic::api::Payer;

/// A bank that binds cards of either kind, sends its codes, and asks for one above ¥200.
const BANK: &str = "haian";

/// What a card pays without and with the bank's code, in fen.
const LITTLE: i64 = 2_000;
const MUCH: i64 = 30_000;

/// How long a code may take to its phone.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS: u32 = 250;

/// Whose card it is, and what stands on it.
struct Card {
    number: String,
    document: String,
    phone: String,
    printed: Option<(&'static str, String)>,
}

impl Flows {
    /// A payer's card, in one of four ways: bound and paid with, with the bank's code right or wrong; bound with a wrong code;
    /// or with a phone that the bank does not know.
    pub(super) async fn card(
        &mut self,
        payer: &Payer,
        session: &str,
        way: usize,
        canaries: &mut Canaries,
    ) -> Result<(), Failure> {
        let card = self.issued(way.is_multiple_of(2), canaries).await?;
        let binding = self.begun(session).await?;
        let phone = if way % 4 == 3 { canaries.fresh(Kind::Phone) } else { card.phone.clone() };
        let before = self.messages(&card.phone).await?.len();
        let details = format!("/v1/bindings/{binding}/details");
        let given = self.ask(Method::POST, &details, session, card.details(&phone)).await?;
        let Some(sealed) = given["sealed"].as_str().map(str::to_owned) else { return Ok(()) };
        let sent = self.code(&card.phone, before, canaries).await?;
        let code = if way % 4 == 1 { canaries.fresh(Kind::Code) } else { sent };
        let entered = json!({ "code": code, "sealed": sealed });
        let bound = self.ask(Method::POST, &format!("/v1/bindings/{binding}/code"), session, entered).await?;
        if bound["state"] != "bound" {
            return Ok(());
        }
        let instrument = bound["instrument"].as_str().unwrap_or_default().to_owned();
        self.by_card(payer, &instrument, LITTLE).await?;
        let before = self.messages(&card.phone).await?.len();
        let payment = self.by_card(payer, &instrument, MUCH).await?;
        let sent = self.code(&card.phone, before, canaries).await?;
        let code = if way % 4 == 2 { canaries.fresh(Kind::Code) } else { sent };
        let action = json!({ "bank_code": code });
        self.paid_by_card += 1;
        self.ask(Method::POST, &format!("/v1/payments/{payment}/actions"), session, action).await.map(drop)
    }

    /// Details that only look right, details that do not, and codes for nothing.
    pub(super) async fn details(
        &mut self,
        session: &str,
        binding: &str,
        canaries: &mut Canaries,
    ) -> Result<(), Failure> {
        let mut fresh = |kind| canaries.fresh(kind);
        let path = format!("/v1/bindings/{binding}");
        let entered = json!({ "code": fresh(Kind::Code), "sealed": fresh(Kind::Token) });
        self.ask(Method::POST, &format!("{path}/code"), session, entered).await?;
        let known = json!({
            "name": "Somebody", "document_no": fresh(Kind::Id), "card_no": fresh(Kind::KnownCard),
            "phone": fresh(Kind::Phone), "expiry": "12/30", "cvn": fresh(Kind::Cvn),
        });
        self.ask(Method::POST, &format!("{path}/details"), session, known).await?;
        let malformed = json!({
            "name": "Somebody", "document_no": fresh(Kind::Id), "card_no": format!("{} ", fresh(Kind::Card)),
            "phone": format!("+86 {}", fresh(Kind::Phone)), "cvn": format!("{}0", fresh(Kind::Cvn)),
        });
        self.ask(Method::POST, &format!("{path}/details"), session, malformed).await.map(drop)
    }

    /// Begins a binding and agrees to the terms; gives its id.
    pub(super) async fn begun(&mut self, session: &str) -> Result<String, Failure> {
        let begun = self.ask(Method::POST, "/v1/bindings", session, json!({})).await?;
        let id = begun["id"].as_str().ok_or_else(|| Failure::new(format!("no binding begins: {begun}")))?.to_owned();
        let agreed = json!({ "edition": begun["terms"] });
        self.ask(Method::POST, &format!("/v1/bindings/{id}/terms"), session, agreed).await?;
        Ok(id)
    }

    /// A bank issues a card to somebody whom nobody has heard of.
    async fn issued(&mut self, credit: bool, canaries: &mut Canaries) -> Result<Card, Failure> {
        let (document, phone) = (canaries.fresh(Kind::Id), canaries.fresh(Kind::Phone));
        let printed = credit.then(|| ("3012", canaries.fresh(Kind::Cvn)));
        let mut wanted = json!({
            "bank": BANK, "kind": if credit { "credit" } else { "debit" }, "name": "Somebody",
            "certificate_number": document, "phone": phone,
        });
        if let Some((month, cvn)) = &printed {
            wanted["expired"] = json!(month);
            wanted["cvn2"] = json!(cvn);
        }
        let card = self.outside(Method::POST, "/cards", Some(wanted)).await?;
        let number = card["number"].as_str().ok_or_else(|| Failure::new(format!("no card: {card}")))?.to_owned();
        canaries.learnt(Kind::Card, &number);
        Ok(Card { number, document, phone, printed })
    }

    async fn by_card(&mut self, payer: &Payer, instrument: &str, fen: i64) -> Result<String, Failure> {
        let mut order = self.order(payer, fen);
        order["instrument"] = json!(instrument);
        let key = self.api_key();
        let made = self.ask(Method::POST, "/v1/payments", &key, order).await?;
        Ok(made["id"].as_str().or_else(|| made["payment"].as_str()).unwrap_or_default().to_owned())
    }

    pub(super) async fn messages(&self, phone: &str) -> Result<Vec<Value>, Failure> {
        let shown = self.outside(Method::GET, &format!("/phones/{phone}/messages"), None).await?;
        Ok(shown.as_array().cloned().unwrap_or_default())
    }

    /// The code of the message that comes after those that were there before.
    pub(super) async fn code(&self, phone: &str, before: usize, canaries: &mut Canaries) -> Result<String, Failure> {
        let mut look = tokio::time::interval(LOOK);
        for _ in 0..LOOKS {
            look.tick().await;
            let shown = self.messages(phone).await?;
            let newest = shown.iter().max_by_key(|message| message["at"].as_str().unwrap_or_default().to_owned());
            let body = newest.filter(|_| shown.len() > before).and_then(|message| message["body"].as_str());
            let mut words = body.into_iter().flat_map(|body| body.split(|letter: char| !letter.is_ascii_digit()));
            if let Some(code) = words.find(|word| word.len() == 6) {
                canaries.learnt(Kind::Code, code);
                return Ok(code.to_owned());
            }
        }
        Err(Failure::new("the bank's code did not come to its phone"))
    }
}

impl Card {
    /// What its holder enters, with this phone.
    fn details(&self, phone: &str) -> Value {
        let mut details = json!({
            "name": "Somebody", "document_no": self.document, "card_no": self.number, "phone": phone,
        });
        if let Some((month, cvn)) = &self.printed {
            // The bank writes the year first, the card the month.
            let (year, month) = month.split_at(2);
            details["expiry"] = json!(format!("{month}/{year}"));
            details["cvn"] = json!(cvn);
        }
        details
    }
}
