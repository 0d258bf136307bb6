//! What the merchant and staff do, over the public API.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::output::Failure;
use crate::stage::payer::Payer;
use crate::stage::phone::Phone;
use crate::stage::reply::Reply;
use crate::stage::{Stage, wait_until};

/// An order of the merchant.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) subject: &'static str,
    pub(crate) fen: i64,
    pub(crate) key: String,
    /// The app that speaks for the payer, as `Tantu-Client` names it.
    pub(crate) client: Option<&'static str>,
    /// What his phone signed for it, as `Tantu-Device` carries it.
    pub(crate) device: Option<String>,
}

impl Stage {
    /// A new order with a number of its own.
    pub(crate) fn order(&self, subject: &'static str, fen: i64) -> Order {
        let number = hex::encode(self.server.engine.ids().fresh());
        Order {
            key: format!("key-{number}"),
            number: format!("order-{number}"),
            subject,
            fen,
            client: None,
            device: None,
        }
    }

    /// The body by which the merchant asks for an order to be paid.
    pub(crate) fn payment_body(order: &Order, payer: &Payer, instrument: &str) -> Value {
        json!({
            "order_no": order.number,
            "subject": order.subject,
            "account": payer.account,
            "amount": { "amount": order.fen, "currency": "CNY" },
            "instrument": instrument,
        })
    }

    /// The merchant asks for an order to be paid.
    pub(crate) async fn pay(&self, order: &Order, payer: &Payer, instrument: &str) -> Result<Reply, Failure> {
        let body = Self::payment_body(order, payer, instrument);
        let speaker = [("Tantu-Client", order.client), ("Tantu-Device", order.device.as_deref())];
        self.send("/v1/payments", &order.key, &speaker, &body).await
    }

    /// The refused order is taken up again; `instrument` if the payer chose another one.
    pub(crate) async fn resume(
        &self,
        payment: &str,
        instrument: Option<&str>,
        client: Option<&str>,
    ) -> Result<Reply, Failure> {
        let body = instrument.map_or_else(|| json!({}), |instrument| json!({ "instrument": instrument }));
        let key = format!("resume-{}", hex::encode(self.server.engine.ids().fresh()));
        self.send(&format!("/v1/payments/{payment}/resume"), &key, &[("Tantu-Client", client)], &body).await
    }

    /// The same, with the payer's phone agreeing to it.
    pub(crate) async fn resume_with(&self, payment: &str, phone: &Phone) -> Result<Reply, Failure> {
        let agreed = phone.agrees_to(&format!("payment {payment}"));
        let key = format!("resume-{}", hex::encode(self.server.engine.ids().fresh()));
        let path = format!("/v1/payments/{payment}/resume");
        self.send(&path, &key, &[("Tantu-Device", Some(&agreed))], &json!({})).await
    }

    /// The merchant asks with a key, and with what the payer's app and phone say.
    pub(crate) async fn send(
        &self,
        path: &str,
        key: &str,
        speaker: &[(&str, Option<&str>)],
        body: &Value,
    ) -> Result<Reply, Failure> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.server.base))
            .bearer_auth(&self.merchant_key)
            .header("Idempotency-Key", key)
            .header("Accept-Language", self.language)
            .json(body);
        for (name, value) in speaker.iter().filter_map(|(name, value)| Some((*name, (*value)?))) {
            request = request.header(name, value);
        }
        Reply::of(request.send().await?).await
    }

    /// How a payment stands.
    pub(crate) async fn payment(&self, id: &str) -> Result<Reply, Failure> {
        self.ask(Method::GET, &format!("/v1/payments/{id}"), &self.merchant_key, None).await?.expect("a payment")
    }

    /// What each decision about a payment rested on, as staff see it.
    pub(crate) async fn trace(&self, id: &str) -> Result<Reply, Failure> {
        self.ask(Method::GET, &format!("/v1/payments/{id}/trace"), &self.staff_session, None).await?.expect("a trace")
    }

    /// Why a payment stands as it does.
    pub(crate) async fn diagnosis(&self, id: &str) -> Result<Reply, Failure> {
        self.ask(Method::GET, &format!("/v1/payments/{id}/diagnosis"), &self.merchant_key, None)
            .await?
            .expect("a diagnosis")
    }

    /// Waits until a payment is in a state.
    pub(crate) async fn until(&self, id: &str, state: &str) -> Result<(), Failure> {
        wait_until(|| async { Ok((self.payment(id).await?.body["state"] == state).then_some(())) }).await
    }

    /// Staff freeze the payer's account.
    pub(crate) async fn freeze(&self, payer: &Payer) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/freeze", payer.account);
        self.ask(Method::POST, &path, &self.staff_session, Some(json!({ "reason": "security_check" })))
            .await?
            .expect("a freeze")
            .map(drop)
    }

    /// The payer asks for the freeze to be lifted, and staff lift it.
    pub(crate) async fn unfreeze(&self, payer: &Payer) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/unfreeze-requests", payer.account);
        payer.ask(self, Method::POST, &path, Some(json!({}))).await?.expect("the request to unfreeze")?;
        self.lift(payer).await
    }

    /// Two members of staff lift the case against an account.
    pub(crate) async fn lift(&self, payer: &Payer) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/unfreeze", payer.account);
        let note = json!({ "note": "the holder's answer was looked at" });
        let proposed = self.ask(Method::POST, &path, &self.staff_session, Some(note.clone())).await?;
        let proposed = proposed.expect("the proposal to lift a case")?;
        if proposed.body["case"]["lift_proposed"] != true || proposed.body["state"] == "active" {
            return Err(Failure::usage(format!("one person alone should lift nothing: {}", proposed.body)));
        }
        let again = self.ask(Method::POST, &path, &self.staff_session, Some(note.clone())).await?;
        if again.status != 409 {
            return Err(Failure::usage(format!("the same person should not agree with himself: {}", again.body)));
        }
        let lifted = self.ask(Method::POST, &path, &self.second_staff_session, Some(note)).await?;
        lifted.expect("the lifting of a case").map(drop)
    }

    /// The payer says that an instrument is in order again.
    pub(crate) async fn recheck(&self, payer: &Payer, instrument: &str) -> Result<(), Failure> {
        let path = format!("/v1/instruments/{instrument}/recheck");
        payer.ask(self, Method::POST, &path, Some(json!({}))).await?.expect("the recheck").map(drop)
    }

    /// The incidents that stand.
    pub(crate) async fn incidents(&self) -> Result<Vec<Value>, Failure> {
        let listed =
            self.ask(Method::GET, "/v1/incidents", &self.staff_session, None).await?.expect("the incidents")?;
        let list = listed.body.as_array().or_else(|| listed.body["incidents"].as_array());
        Ok(list.cloned().unwrap_or_default())
    }

    /// Staff begin an incident; gives its id.
    pub(crate) async fn begin_incident(&self, scope: &str, code: &str) -> Result<String, Failure> {
        let body = json!({ "scope": scope, "code": code });
        let begun = self.ask(Method::POST, "/v1/incidents", &self.staff_session, Some(body)).await?;
        begun.expect("the beginning of an incident")?.text("id")
    }

    /// Staff announce maintenance; gives the id of the incident that its window is.
    pub(crate) async fn announce_maintenance(
        &self,
        scope: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<String, Failure> {
        let said = json!({ "zh-Hans": "系统升级", "zh-Hant": "系統升級", "en": "An upgrade" });
        let body = json!({
            "kind": "planned_maintenance", "scope": scope, "from": from.to_string(), "to": to.to_string(),
            "title": said, "text": said,
        });
        let announced = self.ask(Method::POST, "/v1/announcements", &self.staff_session, Some(body)).await?;
        announced.expect("the announcement")?.text("incident")
    }

    /// Staff end it.
    pub(crate) async fn end_incident(&self, id: &str) -> Result<(), Failure> {
        let path = format!("/v1/incidents/{id}/end");
        self.ask(Method::POST, &path, &self.staff_session, Some(json!({})))
            .await?
            .expect("the end of an incident")
            .map(drop)
    }
}
