//! The public surfaces that the gate uses, as any client would: their addresses and shapes stand here only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::failure::Failure;

/// What `tantu seed` prepared.
#[derive(Debug, Clone)]
pub(crate) struct Seeded {
    pub(crate) api_key: String,
    pub(crate) staff_key: String,
    pub(crate) payers: Vec<Payer>,
}

/// An account, and what it pays with.
#[derive(Debug, Clone)]
pub(crate) struct Payer {
    pub(crate) account: String,
    pub(crate) wallet: String,
    /// The instrument under a mandate, if it signed one.
    pub(crate) mandate: Option<String>,
}

/// An order, sent again word for word until it is answered.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) key: String,
    pub(crate) account: String,
    pub(crate) instrument: String,
    pub(crate) fen: i64,
    pub(crate) by_wallet: bool,
    /// Which server is asked first; after it the others, one after the other.
    pub(crate) turn: usize,
}

/// What a caller was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Succeeded,
    Undecided,
    Refused,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Reply {
    /// An answer that promises something.
    Told { payment: String, said: Said, causes: Vec<String> },
    /// No answer, or one that promises nothing: send it again.
    Silent,
    /// An answer that nobody should get here.
    Wrong(String),
}

/// A payment as it stands now.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) state: String,
    pub(crate) order_no: String,
    pub(crate) fen: Option<i64>,
}

/// A client of the servers and of the sandbox's control.
///
/// Payments are asked for and looked up at each server in turn, so what one has not answered the next is asked. What
/// a browser does stays at the first: its session is of that server.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    http: Client,
    bases: Arc<[String]>,
    turn: Arc<AtomicUsize>,
    control: String,
    api_key: String,
    /// The key of a member of staff, and once he has signed in, his session.
    staff: String,
}

impl Api {
    pub(crate) fn new(bases: Vec<String>, control: &str, seeded: &Seeded) -> Result<Self, Failure> {
        Ok(Self {
            http: client()?,
            bases: bases.into(),
            turn: Arc::default(),
            control: control.trim_end_matches('/').to_owned(),
            api_key: seeded.api_key.clone(),
            staff: seeded.staff_key.clone(),
        })
    }

    /// The same with the member of staff signed in: he enrols a second factor, and a code of it opens his session.
    pub(crate) async fn with_staff(self) -> Result<Self, Failure> {
        let made = self.ask(Method::POST, "/v1/staff/factor", &self.staff, None).await?;
        let code = json!({ "code": code_of(&text(&made, "/secret")?)? });
        let opened = self.ask(Method::POST, "/v1/staff/sessions", &self.staff, Some(code)).await?;
        Ok(Self { staff: text(&opened, "/session")?, ..self })
    }

    /// The session of the member of staff.
    pub(crate) fn staff(&self) -> &str {
        &self.staff
    }

    fn first(&self) -> &str {
        self.bases.first().map_or("", String::as_str)
    }

    fn next(&self) -> &str {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.bases.len().max(1);
        self.bases.get(turn).map_or("", String::as_str)
    }

    /// Asks for an order to be paid, for the first time or once more.
    pub(crate) async fn pay(&self, order: &Order, sends: u32) -> Reply {
        let base = usize::try_from(sends).unwrap_or(0).wrapping_add(order.turn) % self.bases.len().max(1);
        let base = self.bases.get(base).map_or("", String::as_str);
        let body = json!({
            "order_no": order.number,
            "subject": order.number,
            "account": order.account,
            "amount": { "amount": order.fen, "currency": "CNY" },
            "instrument": order.instrument,
        });
        let request = self.http.post(format!("{base}/v1/payments")).bearer_auth(&self.api_key);
        let answer = request.header("Idempotency-Key", &order.key).json(&body).send().await;
        let Ok(answer) = answer else { return Reply::Silent };
        let status = answer.status();
        // A body that breaks off promises nothing either.
        let Ok(body) = answer.json::<Value>().await else { return Reply::Silent };
        reply(status, &body)
    }

    /// How a payment stands; `None` if there is no such payment.
    pub(crate) async fn payment(&self, id: &str) -> Result<Option<Standing>, Failure> {
        let answer =
            self.http.get(format!("{}/v1/payments/{id}", self.next())).bearer_auth(&self.api_key).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let body = taken("a payment", answer).await?;
        let order_no = text(&body, "/order_no")?;
        Ok(Some(Standing {
            state: text(&body, "/state")?,
            order_no,
            fen: body.pointer("/amount/amount").and_then(Value::as_i64),
        }))
    }

    /// What is in a wallet.
    pub(crate) async fn balance(&self, account: &str) -> Result<i64, Failure> {
        let body = self.ask(Method::GET, &format!("/v1/accounts/{account}"), &self.staff, None).await?;
        let found = body.pointer("/balance/amount").and_then(Value::as_i64);
        found.ok_or_else(|| Failure::new(format!("the account has no balance.amount: {body}")))
    }

    /// Signs a payer in by a one-time link; gives the session.
    pub(crate) async fn sign_in(&self, account: &str) -> Result<String, Failure> {
        let link = self.ask(Method::POST, "/v1/payer-links", &self.staff, Some(json!({ "account": account }))).await?;
        let url = text(&link, "/url")?;
        let token = url.split_once("link=").map(|(_, token)| token.split('&').next().unwrap_or(token));
        let token = token.ok_or_else(|| Failure::new(format!("the sign-in link {url} carries no token")))?;
        let answer = self.http.post(format!("{}/sign-in", self.first())).form(&[("link", token)]).send().await?;
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let mut sessions = cookies.filter_map(|cookie| cookie.strip_prefix("tantu_session="));
        let session = sessions.find_map(|rest| rest.split(';').next()).map(str::to_owned);
        session.ok_or_else(|| Failure::new(format!("signing in was answered {} and set no session", answer.status())))
    }

    /// Begins the signing of a mandate; gives its id and the channel's page.
    pub(crate) async fn begin_mandate(&self, session: &str, account: &str) -> Result<(String, String), Failure> {
        let path = format!("/v1/accounts/{account}/mandates");
        let begun = self.ask(Method::POST, &path, session, Some(json!({ "channel": "alipay" }))).await?;
        Ok((text(&begun, "/mandate")?, text(&begun, "/page_url")?))
    }

    /// The instrument of a mandate, once it is signed.
    pub(crate) async fn signed_instrument(&self, session: &str, mandate: &str) -> Result<Option<String>, Failure> {
        let now = self.ask(Method::GET, &format!("/v1/mandates/{mandate}"), session, None).await?;
        if now["state"] == "active" { text(&now, "/instrument").map(Some) } else { Ok(None) }
    }

    /// A buyer at the sandbox with so much money.
    pub(crate) async fn new_buyer(&self, fen: i64) -> Result<String, Failure> {
        let body = json!({ "balance": fen });
        let answer = self.http.post(format!("{}/alipay/buyers", self.control)).json(&body).send().await?;
        text(&taken("a buyer", answer).await?, "/buyer_id")
    }

    /// Opens the channel's signing page and presses its button, as a browser would.
    pub(crate) async fn press(&self, page: &str, buyer: &str) -> Result<(), Failure> {
        let opened = self.http.get(page).send().await?;
        let html = opened.text().await?;
        let token = between(&html, "name=\"token\" value=\"", "\"");
        let token = token.ok_or_else(|| Failure::new(format!("the signing page has no token: {html}")))?;
        let origin = page.split('/').take(3).collect::<Vec<_>>().join("/");
        let form = [("token", token), ("buyer_id", buyer), ("decision", "agree")];
        let answer = self.http.post(format!("{origin}/sandbox/agreement")).form(&form).send().await?;
        let status = answer.status();
        let fine = status.is_success() || status.is_redirection();
        if fine { Ok(()) } else { Err(Failure::new(format!("pressing the signing page was answered {status}"))) }
    }

    /// The channel's own books.
    pub(crate) async fn truth(&self) -> Result<Value, Failure> {
        taken("the truth", self.http.get(format!("{}/truth", self.control)).send().await?).await
    }

    /// Moves the business clock, so that what waits for an expiry need not be waited for.
    pub(crate) async fn advance_clock(&self, seconds: u64) -> Result<(), Failure> {
        let body = json!({ "advance_seconds": seconds });
        let answer = self.http.post(format!("{}/clock", self.control)).json(&body).send().await?;
        taken("the clock", answer).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str, key: &str, body: Option<Value>) -> Result<Value, Failure> {
        let mut request = self.http.request(method, format!("{}{path}", self.first())).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        taken(path, request.send().await?).await
    }
}

/// A client for loopback: no proxy, no redirects, bounded waits.
pub(crate) fn client() -> Result<Client, Failure> {
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(30));
    Ok(client.build()?)
}

/// The code that an app shows now for a secret.
#[expect(clippy::disallowed_methods, reason = "an app that shows codes reads the real clock")]
fn code_of(secret: &str) -> Result<String, Failure> {
    let wrong = || Failure::new("the secret of a second factor is none");
    let secret = totp_rs::Secret::try_from_base32(secret).map_err(|_| wrong())?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().map_err(|_| wrong())?;
    let now = u64::try_from(jiff::Timestamp::now().as_second()).map_err(|_| wrong())?;
    Ok(totp.generate(now).to_string())
}

fn reply(status: StatusCode, body: &Value) -> Reply {
    let said = match status.as_u16() {
        200 | 201 => Said::Succeeded,
        202 => Said::Undecided,
        402 => Said::Refused,
        // The server stops or is too slow, and says so; whatever has reached it, the key brings it back.
        408 => return Reply::Silent,
        500 | 503 if body["causes"].as_array().is_none_or(Vec::is_empty) => return Reply::Silent,
        _ => return Reply::Wrong(format!("{status}: {body}")),
    };
    let payment = ["/payment", "/id"].iter().find_map(|field| body.pointer(field).and_then(Value::as_str));
    let causes = body["causes"].as_array().into_iter().flatten().filter_map(|cause| cause["id"].as_str());
    match payment {
        Some(payment) => Reply::Told { payment: payment.to_owned(), said, causes: causes.map(str::to_owned).collect() },
        None => Reply::Wrong(format!("{status} without a payment: {body}")),
    }
}

async fn taken(what: &str, answer: Response) -> Result<Value, Failure> {
    let status = answer.status();
    let body = answer.text().await?;
    if !status.is_success() {
        return Err(Failure::new(format!("{what} was answered {status}: {body}")));
    }
    serde_json::from_str(&body).map_err(|error| Failure::new(format!("{what} is no JSON ({error}): {body}")))
}

/// The text at a place of a JSON document.
pub(crate) fn text(body: &Value, place: &str) -> Result<String, Failure> {
    let found = body.pointer(place).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("there is no {place} in {body}")))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_promises_something_is_believed() {
        let paid = json!({ "id": "pay_1", "state": "succeeded" });
        let refused = json!({ "payment": "pay_1", "causes": [{ "id": "funds.insufficient_balance" }] });
        let table = [
            (201, paid.clone(), "Told { payment: \"pay_1\", said: Succeeded, causes: [] }"),
            (202, paid, "Told { payment: \"pay_1\", said: Undecided, causes: [] }"),
            (402, refused, "Told { payment: \"pay_1\", said: Refused, causes: [\"funds.insufficient_balance\"] }"),
            (503, json!({ "title": "stopping" }), "Silent"),
            (
                422,
                json!({ "title": "another body" }),
                "Wrong(\"422 Unprocessable Entity: {\\\"title\\\":\\\"another body\\\"}\")",
            ),
            (200, json!({}), "Wrong(\"200 OK without a payment: {}\")"),
        ];
        for (status, body, expected) in table {
            let got = reply(StatusCode::from_u16(status).unwrap(), &body);
            assert_eq!(format!("{got:?}"), expected);
        }
    }

    #[test]
    fn finds_the_token_of_a_form() {
        let html = r#"<input type="hidden" name="token" value="abc"><select name="buyer_id">"#;
        assert_eq!(between(html, "name=\"token\" value=\"", "\""), Some("abc"));
    }
}
