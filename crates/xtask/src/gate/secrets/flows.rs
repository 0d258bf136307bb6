//! The flows: whatever takes something secret, as it should be used, with what is refused, and with secrets where they do not
//! belong. All that is answered is kept, to be searched.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::secrets::canaries::{Canaries, Kind};
use crate::gate::secrets::search::hexadecimal;
use crate::gate::traffic::api::{Api, Payer, Seeded, client};

/// How many payers set a pay password: each costs the server a tenth of a second by design.
const WITH_PASSWORD: usize = 20;

/// Every so manieth payer says who he is; each has a person on the registry's record made for him.
const HOLDERS: usize = 4;

/// What a wallet pays only with the pay password, in fen.
const MUCH: i64 = 5_000;

/// Whoever goes through the flows.
pub(crate) struct Flows {
    http: Client,
    api: Api,
    base: String,
    control: String,
    seeded: Seeded,
    sessions: Vec<String>,
    orders: u32,
    requests: u32,
    statuses: BTreeMap<u16, u32>,
    answers: String,
    metrics: String,
    /// A binding of each payer that waits for details.
    bindings: Vec<String>,
    /// For how many payments by card a bank's code was entered.
    pub(crate) paid_by_card: u32,
    /// How many tickets were opened, with all that their payers wrote.
    pub(crate) tickets: u32,
    /// How often a holder's name was shown, masked, to him or to staff.
    pub(crate) holders: u32,
}

impl Flows {
    pub(crate) async fn begin(base: &str, control: &str, seeded: &Seeded) -> Result<Self, Failure> {
        Ok(Self {
            http: client()?,
            api: Api::new(vec![base.to_owned()], control, seeded)?.with_staff().await?,
            base: base.to_owned(),
            control: control.trim_end_matches('/').to_owned(),
            seeded: seeded.clone(),
            sessions: Vec::new(),
            orders: 0,
            requests: 0,
            statuses: BTreeMap::new(),
            answers: String::new(),
            metrics: String::new(),
            bindings: Vec::new(),
            paid_by_card: 0,
            tickets: 0,
            holders: 0,
        })
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests
    }

    pub(crate) fn statuses(&self) -> &BTreeMap<u16, u32> {
        &self.statuses
    }

    /// What was answered, and what the metrics said in the end.
    pub(crate) fn heard(&self) -> [(&'static str, &str); 2] {
        [("an answer", &self.answers), ("the metrics", &self.metrics)]
    }

    /// Goes through all of them until enough canaries are on their way.
    pub(crate) async fn run(&mut self, canaries: &mut Canaries) -> Result<(), Failure> {
        for key in [self.seeded.api_key.clone(), self.seeded.staff_key.clone(), self.api.staff().to_owned()] {
            canaries.issued(Kind::Token, &key);
        }
        let payers = self.seeded.payers.clone();
        for (index, payer) in payers.iter().enumerate() {
            let session = self.api.sign_in(&payer.account).await?;
            canaries.issued(Kind::Token, &session);
            self.sessions.push(session.clone());
            if index < WITH_PASSWORD {
                self.password(payer, &session, canaries).await?;
            } else {
                self.payment_code(payer, &session, canaries).await?;
                self.card(payer, &session, index, canaries).await?;
            }
            if index % HOLDERS == 0 {
                self.holder(payer, &session, canaries).await?;
            }
            let waits = self.begun(&session).await?;
            self.bindings.push(waits);
        }
        let mut round = 0;
        while canaries.hungry() {
            let payer = payers.get(round % payers.len()).cloned();
            let session = self.sessions.get(round % payers.len()).cloned();
            let binding = self.bindings.get(round % payers.len()).cloned();
            if let (Some(payer), Some(session), Some(binding)) = (payer, session, binding) {
                self.misplaced(&payer, &session, canaries).await?;
                self.details(&session, &binding, canaries).await?;
                self.strangers(&payer, &session, canaries).await?;
                self.foreign(canaries).await?;
            }
            round += 1;
        }
        self.metrics = self.http.get(format!("{}/metrics", self.base)).send().await?.text().await?;
        Ok(())
    }

    /// Sets a pay password, pays with it, changes it, and enters wrong ones.
    async fn password(&mut self, payer: &Payer, session: &str, canaries: &mut Canaries) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/pay-password", payer.account);
        let (first, second) = (canaries.fresh(Kind::Password), canaries.fresh(Kind::Password));
        self.ask(Method::PUT, &path, session, json!({ "password": first })).await?;
        self.ask(Method::PUT, &path, session, json!({ "password": second, "current": first })).await?;
        let key = self.seeded.api_key.clone();
        let order = self.order(payer, MUCH);
        let made = self.ask(Method::POST, "/v1/payments", &key, order).await?;
        let payment = made["id"].as_str().or_else(|| made["payment"].as_str()).unwrap_or_default().to_owned();
        let proofs = format!("{path}/proofs");
        let wrong = canaries.fresh(Kind::Password);
        self.ask(Method::POST, &proofs, session, json!({ "payment": payment, "password": wrong })).await?;
        let proven =
            self.ask(Method::POST, &proofs, session, json!({ "payment": payment, "password": second })).await?;
        if let Some(proof) = proven["proof"].as_str() {
            canaries.issued(Kind::Token, proof);
            let proof = json!({ "proof": proof });
            self.ask(Method::POST, &format!("/v1/payments/{payment}/actions"), session, proof.clone()).await?;
            self.ask(Method::POST, &format!("/v1/payments/{payment}/actions"), session, proof).await?;
        }
        Ok(())
    }

    /// Pays by the code that the payer's app shows: one that is good, used twice, and one that is none.
    async fn payment_code(&mut self, payer: &Payer, session: &str, canaries: &mut Canaries) -> Result<(), Failure> {
        let path = format!("/v1/accounts/{}/instruments", payer.account);
        let added = self.ask(Method::POST, &path, session, json!({ "channel": "alipay" })).await?;
        let instrument = added["instrument"].as_str().unwrap_or_default().to_owned();
        let buyer = self.api.new_buyer(1_000_000).await?;
        let minted = self.http.post(format!("{}/alipay/buyers/{buyer}/payment-code", self.control)).json(&json!({}));
        let minted: Value = minted.send().await?.json().await?;
        let good = minted["auth_code"].as_str().unwrap_or_default().to_owned();
        canaries.issued(Kind::PaymentCode, &good);
        let key = self.seeded.api_key.clone();
        for code in [good.clone(), good, canaries.fresh(Kind::PaymentCode)] {
            let mut order = self.order(payer, 900);
            order["instrument"] = json!(instrument);
            order["payment_code"] = json!({ "code": code });
            self.ask(Method::POST, "/v1/payments", &key, order).await?;
        }
        Ok(())
    }

    /// Secrets of our own payers where they do not belong, or malformed.
    async fn misplaced(&mut self, payer: &Payer, session: &str, canaries: &mut Canaries) -> Result<(), Failure> {
        let key = self.seeded.api_key.clone();
        let mut fresh = |kind| canaries.fresh(kind);
        let mut order = self.order(payer, 100);
        order["card"] = json!({ "number": fresh(Kind::Card), "cvn2": fresh(Kind::Cvn), "phone": fresh(Kind::Phone) });
        self.ask(Method::POST, "/v1/payments", &key, order).await?;
        let mut order = self.order(payer, 100);
        order["amount"] = json!({ "amount": fresh(Kind::Card), "currency": "CNY" });
        self.ask(Method::POST, "/v1/payments", &key, order).await?;
        let mut order = self.order(payer, 100);
        order["payment_code"] = json!({ "code": format!("{} ", fresh(Kind::PaymentCode)) });
        self.ask(Method::POST, "/v1/payments", &key, order).await?;
        let account = format!("/v1/accounts/{}", payer.account);
        let password = json!({ "password": fresh(Kind::Card), "current": fresh(Kind::Code) });
        self.ask(Method::PUT, &format!("{account}/pay-password"), session, password).await?;
        let proof = json!({ "payment": fresh(Kind::Token), "password": fresh(Kind::Password) });
        self.ask(Method::POST, &format!("{account}/pay-password/proofs"), session, proof).await?;
        let report = json!({ "clock": { "device_time": fresh(Kind::Id), "sms": fresh(Kind::Code) } });
        self.ask(Method::POST, "/v1/device-reports", session, report).await?;
        let diagnosis = json!({ "text": format!("my card {} and my phone {}", fresh(Kind::Card), fresh(Kind::Phone)) });
        self.ask(Method::POST, "/v1/diagnoses", session, diagnosis).await?;
        self.asked_for_help(session, canaries).await?;
        let mut fresh = |kind| canaries.fresh(kind);
        let cut = format!("{{\"password\":\"{}\",\"id\":\"{}\"", fresh(Kind::Password), fresh(Kind::Id));
        self.send(Method::POST, "/v1/payments", &key, cut.into_bytes(), &[]).await.map(drop)
    }

    /// Whoever asks for help writes whatever he thinks is needed, and his device may say as much.
    async fn asked_for_help(&mut self, session: &str, canaries: &mut Canaries) -> Result<(), Failure> {
        let mut fresh = |kind| canaries.fresh(kind);
        let secrets = format!(
            "card {} id {} phone {} my password is {}, the sms code {} and cvn {}; my app shows {} and {}",
            fresh(Kind::KnownCard),
            fresh(Kind::Id),
            fresh(Kind::Phone),
            fresh(Kind::Password),
            fresh(Kind::Code),
            fresh(Kind::Cvn),
            fresh(Kind::PaymentCode),
            fresh(Kind::Token)
        );
        let network = json!({ "tunnel": fresh(Kind::Card), "portal": format!("http://{}/in", fresh(Kind::Token)) });
        let report = json!({ "stuck": { "what": format!("{} of {}", fresh(Kind::Token), fresh(Kind::Id)) }, "network": network });
        let (call_back, more) = (fresh(Kind::Phone), format!("and {} too", fresh(Kind::Card)));
        let no_number = fresh(Kind::Card);
        self.ask(Method::POST, "/v1/device-reports", session, report.clone()).await?;
        let body = json!({ "text": secrets, "device_report": report });
        let opened = self.ask(Method::POST, "/v1/tickets", session, body.clone()).await?;
        if let Some(ticket) = opened["id"].as_str() {
            let path = format!("/v1/tickets/{ticket}");
            for key in [session.to_owned(), self.api.staff().to_owned()] {
                let said = json!({ "text": more });
                self.ask(Method::POST, &format!("{path}/messages"), &key, said).await?;
            }
            self.ask(Method::GET, &path, session, json!({})).await?;
            self.ask(Method::POST, &format!("{path}/close"), session, json!({})).await?;
            self.tickets += 1;
        }
        for number in [call_back, no_number] {
            let body = json!({ "text": "call me", "call_back": number });
            self.ask(Method::POST, "/v1/tickets", session, body).await?;
        }
        Ok(())
    }

    /// Secrets of strangers: wrong keys, devices that sign wrong, links that are none, and notifications that nobody signed.
    async fn foreign(&mut self, canaries: &mut Canaries) -> Result<(), Failure> {
        let mut fresh = |kind| canaries.fresh(kind);
        let (bearer, cookie) = (fresh(Kind::Token), format!("tantu_session={}", fresh(Kind::Token)));
        self.send(Method::GET, "/v1/payments", &bearer, Vec::new(), &[("cookie", &cookie)]).await?;
        let device = format!("key=dev_{}, time=2026-11-22T12:00:00Z, signature={}", "0".repeat(26), fresh(Kind::Token));
        let body = json!({ "id": fresh(Kind::Id) }).to_string().into_bytes();
        self.send(Method::POST, "/v1/payments", &bearer, body, &[("tantu-device", &device)]).await?;
        let link = format!("link={}&phone={}", fresh(Kind::Token), fresh(Kind::Phone));
        self.send(Method::POST, "/sign-in", "", link.into_bytes(), FORM).await?;
        let (id, cvn, code) = (fresh(Kind::Id), fresh(Kind::Cvn), fresh(Kind::Code));
        let customer = STANDARD.encode(format!("{{certifId={id}&cvn2={cvn}&smsCode={code}}}"));
        let notice =
            format!("accNo={}&customerInfo={customer}&cvn2={}&respCode=00", fresh(Kind::Card), fresh(Kind::Cvn));
        for channel in ["alipay", "unionpay"] {
            let notice = notice.clone().into_bytes();
            self.send(Method::POST, &format!("/v1/notifications/{channel}"), "", notice, FORM).await?;
        }
        Ok(())
    }

    /// Plants what must be found: gives how each will be named.
    pub(crate) async fn plant(&mut self, canaries: &mut Canaries, log: &Path) -> Result<Vec<String>, Failure> {
        let key = self.seeded.api_key.clone();
        let Some(payer) = self.seeded.payers.first().cloned() else { return Ok(Vec::new()) };
        let cards: Vec<String> = (0..4).map(|_| canaries.fresh(Kind::Card)).collect();
        let written =
            [cards[0].clone(), hexadecimal(cards[1].as_bytes()), STANDARD.encode(format!("card={}", cards[2]))];
        let heard = self.answers.len();
        for subject in written {
            let mut order = self.order(&payer, 100);
            order["subject"] = json!(subject);
            self.ask(Method::POST, "/v1/payments", &key, order).await?;
        }
        // A payment's answer shows its subject; these are to be found in the database.
        self.answers.truncate(heard);
        let ways = ["plain", "hexadecimal", "base64", "plain"];
        let mut planted: Vec<String> = cards.iter().zip(ways).map(|(card, way)| format!("{card} ({way})")).collect();
        let mut log = std::fs::File::options().append(true).open(log)?;
        writeln!(log, "a careless line about {}", cards[3])?;
        for kind in PLANTED {
            let (logged, answered) = (canaries.fresh(*kind), canaries.fresh(*kind));
            writeln!(log, "a careless line with {}={logged}", kind.name())?;
            self.answers.push_str(&json!({ "detail": "careless", kind.name(): answered }).to_string());
            planted.push(format!("{logged} (plain) in server.log"));
            planted.push(format!("{answered} (plain) in an answer"));
        }
        let cvn = canaries.fresh(Kind::Cvn);
        writeln!(log, "customerInfo={}", STANDARD.encode(format!("{{expired=3012&cvn2={cvn}}}")))?;
        planted.push(format!("{cvn} (base64) in server.log"));
        for key in canaries.keys() {
            writeln!(log, "a careless line about {}", hexadecimal(key))?;
            planted.push("a key of the server in server.log".to_owned());
        }
        Ok(planted)
    }

    pub(super) fn staff(&self) -> String {
        self.api.staff().to_owned()
    }

    pub(super) fn api_key(&self) -> String {
        self.seeded.api_key.clone()
    }

    /// Asks the world outside: a bank, or a phone.
    pub(super) async fn outside(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let request = self.http.request(method, format!("{}{path}", self.control));
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    pub(super) fn order(&mut self, payer: &Payer, fen: i64) -> Value {
        self.orders += 1;
        json!({
            "order_no": format!("order-{}", self.orders),
            "subject": "Two teas",
            "account": payer.account,
            "amount": { "amount": fen, "currency": "CNY" },
            "instrument": payer.wallet,
        })
    }

    pub(super) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        bearer: &str,
        body: Value,
    ) -> Result<Value, Failure> {
        let text = self.send(method, path, bearer, body.to_string().into_bytes(), &[]).await?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        bearer: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Result<String, Failure> {
        self.requests += 1;
        let mut request = self.http.request(method, format!("{}{path}", self.base)).body(body);
        request = request.header("Idempotency-Key", format!("key-{}", self.requests));
        if !bearer.is_empty() {
            request = request.bearer_auth(bearer);
        }
        if headers.iter().all(|(name, _)| *name != "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await?;
        *self.statuses.entry(answer.status().as_u16()).or_default() += 1;
        let kept = format!("{:?}\n", answer.headers());
        let text = answer.text().await?;
        self.answers.push_str(&kept);
        self.answers.push_str(&text);
        self.answers.push('\n');
        Ok(text)
    }
}

/// Of each of these one is planted in the log, and one in an answer.
const PLANTED: &[Kind] = &[
    Kind::Card,
    Kind::Id,
    Kind::Name,
    Kind::Phone,
    Kind::Cvn,
    Kind::Code,
    Kind::Password,
    Kind::PaymentCode,
    Kind::Token,
];

const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];
