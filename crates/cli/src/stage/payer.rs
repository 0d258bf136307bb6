//! A payer: an account with a wallet, a session of his own, and, if he has signed, an Alipay mandate.

use reqwest::Method;
use serde_json::{Value, json};

use crate::output::Failure;
use crate::stage::reply::{Reply, text};
use crate::stage::{Stage, wait_until};

/// The pay password of a payer who has one.
pub(crate) const PASSWORD: &str = "314159";

/// A payer.
#[derive(Debug, Clone)]
pub(crate) struct Payer {
    pub(crate) account: String,
    pub(crate) wallet: String,
    session: String,
    /// The app that speaks for him, as `Tantu-Client` names it.
    client: Option<&'static str>,
    /// His instrument at Alipay, once signed.
    pub(crate) alipay: Option<String>,
    /// Who he is at Alipay.
    pub(crate) buyer: Option<String>,
}

impl Payer {
    /// Signs the payer in by a one-time link, as the platform would send it to him.
    pub(crate) async fn sign_in(stage: &Stage, account: String, wallet: String) -> Result<Self, Failure> {
        Self::sign_in_with(stage, account, wallet, None).await
    }

    /// The same with an app that says which it is.
    pub(crate) async fn sign_in_with(
        stage: &Stage,
        account: String,
        wallet: String,
        client: Option<&'static str>,
    ) -> Result<Self, Failure> {
        let link = stage
            .ask(Method::POST, "/v1/payer-links", &stage.staff_session, Some(json!({ "account": account })))
            .await?;
        let url = link.expect("a sign-in link")?.text("url")?;
        let token =
            url::Url::parse(&url)?.query_pairs().find(|(name, _)| name == "link").map(|(_, value)| value.into_owned());
        let token = token.ok_or_else(|| Failure::usage(format!("the sign-in link {url} carries no token")))?;
        let request = stage.http.post(format!("{}/sign-in", stage.server.base)).form(&[("link", token.as_str())]);
        let request = match client {
            Some(client) => request.header("Tantu-Client", client),
            None => request,
        };
        let answer = request.send().await?;
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let session =
            cookies.filter_map(|cookie| cookie.strip_prefix("tantu_session=")).find_map(|rest| rest.split(';').next());
        let session = session.map(str::to_owned).ok_or_else(|| Failure::usage("signing in set no session"))?;
        Ok(Self { account, wallet, session, client, alipay: None, buyer: None })
    }

    /// The same payer signed in again, with an app on this or on another phone.
    pub(crate) async fn again(&self, stage: &Stage, client: &'static str) -> Result<Self, Failure> {
        let again = Self::sign_in_with(stage, self.account.clone(), self.wallet.clone(), Some(client)).await?;
        Ok(Self { alipay: self.alipay.clone(), buyer: self.buyer.clone(), ..again })
    }

    /// The same payer with another app.
    pub(crate) fn speaking(self, client: &'static str) -> Self {
        Self { client: Some(client), ..self }
    }

    /// Asks our server with his session.
    pub(crate) async fn ask(
        &self,
        stage: &Stage,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Reply, Failure> {
        stage.ask_as(method, path, &self.session, self.client, body).await
    }

    /// Asks for something that has one effect however often it arrives.
    pub(crate) async fn send(&self, stage: &Stage, path: &str, body: Value) -> Result<Reply, Failure> {
        let key = format!("payer-{}", hex::encode(stage.server.engine.ids().fresh()));
        let request = stage
            .http
            .post(format!("{}{path}", stage.server.base))
            .bearer_auth(&self.session)
            .header("Idempotency-Key", key)
            .header("Accept-Language", stage.language)
            .json(&body);
        Reply::of(request.send().await?).await
    }

    /// Opens an Alipay account with a balance and signs a mandate there.
    pub(crate) async fn with_alipay(mut self, stage: &Stage, balance_fen: i64) -> Result<Self, Failure> {
        let buyer = stage.control(Method::POST, "/alipay/buyers", json!({ "balance": balance_fen })).await?;
        self.buyer = Some(text(&buyer, "buyer_id")?);
        self.sign(stage).await?;
        Ok(self)
    }

    /// Signs a mandate at Alipay: a first one, or again for the same instrument. He presses the channel's own
    /// page, and the channel tells us.
    pub(crate) async fn sign(&mut self, stage: &Stage) -> Result<(), Failure> {
        let mut body = json!({ "channel": "alipay" });
        if let Some(instrument) = &self.alipay {
            body["instrument"] = json!(instrument);
        }
        let path = format!("/v1/accounts/{}/mandates", self.account);
        let begun = self.ask(stage, Method::POST, &path, Some(body)).await?.expect("the signing of a mandate")?;
        let (mandate, page) = (begun.text("mandate")?, begun.text("page_url")?);
        press(stage, &page, self.buyer.as_deref().unwrap_or_default()).await?;
        let path = format!("/v1/mandates/{mandate}");
        let instrument = wait_until(|| async {
            let now = self.ask(stage, Method::GET, &path, None).await?;
            (now.body["state"] == "active").then(|| now.text("instrument")).transpose()
        })
        .await?;
        self.alipay = Some(instrument);
        Ok(())
    }

    /// Withdraws the mandate in his Alipay. `told` is whether Alipay lets us know.
    pub(crate) async fn revoke_at_alipay(&self, stage: &Stage, told: bool) -> Result<(), Failure> {
        let buyer = self.buyer.as_deref().unwrap_or_default();
        let listed = stage.control(Method::GET, &format!("/alipay/buyers/{buyer}/agreements"), Value::Null).await?;
        let listed = listed.as_array().or_else(|| listed["agreements"].as_array()).cloned().unwrap_or_default();
        let standing = listed.iter().find(|agreement| agreement["status"] == "NORMAL");
        let standing = standing.ok_or_else(|| Failure::usage("the buyer has no agreement to withdraw"))?;
        let path = format!("/alipay/agreements/{}/unsign", text(standing, "agreement_no")?);
        stage.control(Method::POST, &path, json!({ "notify": told })).await?;
        if told {
            let path = format!("/v1/accounts/{}", self.account);
            wait_until(|| async {
                let now = self.ask(stage, Method::GET, &path, None).await?;
                Ok(now.body.to_string().contains("\"revoked\"").then_some(()))
            })
            .await?;
        }
        Ok(())
    }

    /// Tops up his Alipay.
    pub(crate) async fn top_up_at_alipay(&self, stage: &Stage, fen: i64) -> Result<(), Failure> {
        let buyer = self.buyer.as_deref().unwrap_or_default();
        stage.control(Method::POST, &format!("/alipay/buyers/{buyer}/top-up"), json!({ "amount": fen })).await.map(drop)
    }

    /// Changes who he is at Alipay: his state there, or the balance of the card behind it.
    pub(crate) async fn at_alipay(&self, stage: &Stage, change: Value) -> Result<(), Failure> {
        let buyer = self.buyer.as_deref().unwrap_or_default();
        stage.control(Method::PATCH, &format!("/alipay/buyers/{buyer}"), change).await.map(drop)
    }

    /// Says which of the causes that fit Alipay's code his own app shows.
    pub(crate) async fn single_out(&self, stage: &Stage, cause: &str) -> Result<(), Failure> {
        let path = format!("/v1/instruments/{}/single-out", self.alipay()?);
        self.ask(stage, Method::POST, &path, Some(json!({ "cause": cause })))
            .await?
            .expect("the payer's word")
            .map(drop)
    }

    /// Sets his pay password.
    pub(crate) async fn set_password(&self, stage: &Stage, password: &str) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/pay-password", self.account);
        self.ask(stage, Method::PUT, &path, Some(json!({ "password": password })))
            .await?
            .expect("setting the pay password")
            .map(drop)
    }

    /// Enters a pay password for a payment: the proof, or why it was not taken.
    pub(crate) async fn enter_password(&self, stage: &Stage, payment: &str, password: &str) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/pay-password/proofs", self.account);
        self.ask(stage, Method::POST, &path, Some(json!({ "payment": payment, "password": password }))).await
    }

    /// Hands a proof in: the payment goes on.
    pub(crate) async fn act(&self, stage: &Stage, payment: &str, proof: &Reply) -> Result<Reply, Failure> {
        self.do_action(stage, payment, json!({ "proof": proof.text("proof")? })).await
    }

    /// Tops up his wallet from a card of his.
    pub(crate) async fn top_up(&self, stage: &Stage, instrument: &str, fen: i64) -> Result<Reply, Failure> {
        let key = format!("top-up-{}", hex::encode(stage.server.engine.ids().fresh()));
        let request = stage
            .http
            .post(format!("{}/v1/accounts/{}/top-ups", stage.server.base, self.account))
            .bearer_auth(&self.session)
            .header("Idempotency-Key", key)
            .header("Accept-Language", stage.language)
            .json(&json!({ "amount": { "amount": fen, "currency": "CNY" }, "instrument": instrument }));
        Reply::of(request.send().await?).await
    }

    /// Does what a payment waits for.
    pub(crate) async fn do_action(&self, stage: &Stage, payment: &str, action: Value) -> Result<Reply, Failure> {
        let key = format!("act-{}", hex::encode(stage.server.engine.ids().fresh()));
        let request = stage
            .http
            .post(format!("{}/v1/payments/{payment}/actions", stage.server.base))
            .bearer_auth(&self.session)
            .header("Idempotency-Key", key)
            .header("Accept-Language", stage.language)
            .json(&action);
        Reply::of(request.send().await?).await
    }

    /// Has an order resumed from his wallet, and enters his pay password if that is asked for.
    pub(crate) async fn resumes_from_wallet(
        &self,
        stage: &Stage,
        payment: &str,
        client: Option<&str>,
    ) -> Result<(), Failure> {
        let resumed = stage.resume(payment, Some(&self.wallet), client).await?.expect("paying from the wallet")?;
        if resumed.body["state"] == "requires_action" {
            let proof = self.enter_password(stage, payment, PASSWORD).await?.expect("the pay password")?;
            self.act(stage, payment, &proof).await?.expect("going on with the payment")?;
        }
        Ok(())
    }

    /// His instrument at Alipay.
    pub(crate) fn alipay(&self) -> Result<&str, Failure> {
        self.alipay.as_deref().ok_or_else(|| Failure::usage("this payer has signed no mandate"))
    }
}

/// Opens the channel's page and presses its form, as a browser would: every hidden field goes back as it came. Gives
/// the address that the browser is then led to, if it is.
pub(crate) async fn press(stage: &Stage, page: &str, buyer: &str) -> Result<Option<String>, Failure> {
    let html = stage.http.get(page).send().await?.text().await?;
    let form = html.split("<form").nth(1).and_then(|rest| rest.split("</form>").next());
    let form = form.ok_or_else(|| Failure::usage(format!("the channel's page has no form: {html}")))?;
    let action = attribute(form, "action").unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for input in form.split("<input").skip(1) {
        if let Some(name) = attribute(input, "name")
            && name != "buyer_id"
        {
            fields.push((name, attribute(input, "value").unwrap_or_default()));
        }
    }
    fields.push(("buyer_id".into(), buyer.to_owned()));
    let agree = form.split("<button").skip(1).find(|button| !button.contains("取消"));
    if let Some((name, value)) =
        agree.and_then(|button| Some((attribute(button, "name")?, attribute(button, "value")?)))
    {
        fields.push((name, value));
    }
    let target = url::Url::parse(page)?.join(&action)?;
    let answer = stage.http.post(target).form(&fields).send().await?;
    if answer.status().is_client_error() || answer.status().is_server_error() {
        return Err(Failure::usage(format!(
            "pressing the channel's page was answered {}: {}",
            answer.status(),
            answer.text().await?
        )));
    }
    Ok(answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned))
}

/// The value of an attribute in the first tag of a piece of HTML.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"))
}
