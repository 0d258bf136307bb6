//! Holders: who an account's holder is and where he is reached, as he says it himself; with what is right, what the registry
//! does not know, and what is somebody else's.

use reqwest::Method;
use serde_json::json;

use crate::failure::Failure;
use crate::gate::secrets::canaries::{Canaries, Kind};
use crate::gate::secrets::flows::Flows;
use crate::gate::traffic::api::Payer;

impl Flows {
    /// A person on the registry's record: his phone is bound, after a wrong code, and his identity verified, after another
    /// person's name; then he says it once more, and he and staff look at it.
    pub(super) async fn holder(
        &mut self,
        payer: &Payer,
        session: &str,
        canaries: &mut Canaries,
    ) -> Result<(), Failure> {
        let (name, document) = (canaries.fresh(Kind::Name), canaries.fresh(Kind::Id));
        let phone = canaries.fresh(Kind::Phone);
        let record = json!({ "name": name, "certificate_number": document, "phones": [phone] });
        self.outside(Method::POST, "/people", Some(record)).await?;

        let path = format!("/v1/accounts/{}/phone", payer.account);
        let before = self.messages(&phone).await?.len();
        let sent = self.ask(Method::POST, &path, session, json!({ "phone": phone })).await?;
        let right = self.code(&phone, before, canaries).await?;
        for digits in [canaries.fresh(Kind::Code), right] {
            let entered = json!({ "code": sent["code"], "digits": digits });
            self.ask(Method::POST, &format!("{path}/confirmations"), session, entered).await?;
        }

        let path = format!("/v1/accounts/{}/identity", payer.account);
        for name in [canaries.fresh(Kind::Name), name.clone(), name] {
            let said = json!({ "name": name, "document": document, "tier": "I" });
            self.ask(Method::PUT, &path, session, said).await?;
        }
        let confirmed = json!({ "document": document });
        self.ask(Method::POST, &format!("{path}/confirmations"), session, confirmed).await?;
        let staff = self.staff();
        for key in [session, &staff] {
            let seen = self.ask(Method::GET, &path, key, json!({})).await?;
            self.holders += u32::from(seen["name"].as_str().is_some_and(|name| name.contains('*')));
        }
        Ok(())
    }

    /// People whom the registry has never heard of, and phones that are nobody's.
    pub(super) async fn strangers(
        &mut self,
        payer: &Payer,
        session: &str,
        canaries: &mut Canaries,
    ) -> Result<(), Failure> {
        let mut fresh = |kind| canaries.fresh(kind);
        let account = format!("/v1/accounts/{}", payer.account);
        let said = json!({ "name": fresh(Kind::Name), "document": fresh(Kind::Id), "tier": "I" });
        self.ask(Method::PUT, &format!("{account}/identity"), session, said).await?;
        let malformed = json!({ "name": fresh(Kind::Name), "document": format!("{}0", fresh(Kind::Id)), "tier": "I" });
        self.ask(Method::PUT, &format!("{account}/identity"), session, malformed).await?;
        let cards = json!({
            "name": fresh(Kind::Name), "document": fresh(Kind::Id), "tier": "II", "cards": [fresh(Kind::Card)],
        });
        self.ask(Method::PUT, &format!("{account}/identity"), session, cards).await?;
        let confirmed = json!({ "document": fresh(Kind::Id) });
        self.ask(Method::POST, &format!("{account}/identity/confirmations"), session, confirmed).await?;
        let entered = json!({ "code": fresh(Kind::Token), "digits": fresh(Kind::Code) });
        self.ask(Method::POST, &format!("{account}/phone/confirmations"), session, entered).await?;
        let reset = json!({
            "code": fresh(Kind::Token), "digits": fresh(Kind::Code), "name": fresh(Kind::Name), "document": fresh(Kind::Id),
            "password": fresh(Kind::Password),
        });
        self.ask(Method::POST, &format!("{account}/pay-password/resets/confirmations"), session, reset).await.map(drop)
    }
}
