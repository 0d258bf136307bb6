//! One sandbox, one merchant, and a payer who can read his phone.

use serde_json::{Value, json};
use tantu_sandbox::{Sandbox, SandboxConfig};

use crate::client::{Client, Fields, braced};

/// A running sandbox with its merchant.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) credentials: Value,
}

/// A card with its holder, as the bank has them.
pub(crate) struct Card {
    pub(crate) number: String,
    pub(crate) phone: String,
    pub(crate) view: Value,
}

impl World {
    pub(crate) async fn start() -> Self {
        let listen = "127.0.0.1:0".parse().unwrap();
        let sandbox = Sandbox::start(SandboxConfig { listen, seed: 7 }).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // A cut connection must not be met again in the pool.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        let credentials: Value =
            http.get(format!("{}/credentials", sandbox.control_url())).send().await.unwrap().json().await.unwrap();
        Self { client: Client::new(http, &credentials["unionpay"]), credentials, sandbox }
    }

    /// A control call; its status and body.
    pub(crate) async fn control(&self, verb: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.control_url());
        let verb = reqwest::Method::from_bytes(verb.as_bytes()).unwrap();
        let mut request = self.client.http.request(verb, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// A control call that must succeed.
    pub(crate) async fn done(&self, verb: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(verb, path, body).await;
        assert!(status == 200 || status == 201, "{path}: {answer}");
        answer
    }

    pub(crate) async fn truth(&self) -> Value {
        self.done("GET", "/truth", Value::Null).await["unionpay"].clone()
    }

    pub(crate) async fn order_truth(&self, order_id: &str) -> Value {
        self.done("GET", &format!("/unionpay/orders/{order_id}"), Value::Null).await[0].clone()
    }

    /// Looks until it is so.
    pub(crate) async fn until(&self, so: impl Fn(&Value) -> bool) -> Value {
        let looking = async {
            loop {
                let truth = self.truth().await;
                if so(&truth) {
                    return truth;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), looking).await.expect("the truth within 20 s")
    }

    pub(crate) async fn fault(&self, body: Value) {
        let mut fault = json!({ "channel": "unionpay" });
        for (name, value) in body.as_object().unwrap() {
            fault[name] = value.clone();
        }
        self.done("POST", "/faults", fault).await;
    }

    pub(crate) async fn advance(&self, seconds: i64) {
        self.done("POST", "/clock", json!({ "advance_seconds": seconds })).await;
    }

    pub(crate) async fn card(&self, wanted: Value) -> Card {
        let view = self.done("POST", "/cards", wanted).await;
        Card {
            number: view["number"].as_str().unwrap().to_owned(),
            phone: view["phone"].as_str().unwrap().to_owned(),
            view,
        }
    }

    pub(crate) async fn change_card(&self, card: &Card, change: Value) {
        self.done("PATCH", &format!("/cards/{}", card.number), change).await;
    }

    pub(crate) async fn messages(&self, phone: &str) -> Vec<Value> {
        let shown = self.done("GET", &format!("/phones/{phone}/messages"), Value::Null).await;
        shown.as_array().unwrap().clone()
    }

    /// The code in the last text that the phone shows.
    pub(crate) async fn code(&self, phone: &str) -> String {
        let messages = self.messages(phone).await;
        let body = messages.last().expect("a text")["body"].as_str().unwrap().to_owned();
        body.split("验证码").nth(1).unwrap().chars().take(6).collect()
    }

    fn card_request(&self, kind: &str, order_id: &str, card: &Card) -> Fields {
        let mut fields = self.client.request(kind, order_id);
        fields.insert("encryptCertId".to_owned(), self.client.encrypt_cert_id.clone());
        fields.insert("tokenPayData".to_owned(), format!("{{trId={}&tokenType=01}}", self.client.tr_id));
        fields.insert("accNo".to_owned(), self.client.seal(&card.number));
        fields
    }

    /// 77/00 with the phone that the payer typed.
    pub(crate) fn sms_request(&self, order_id: &str, card: &Card, phone: &str) -> Fields {
        let mut fields = self.card_request("77/00", order_id, card);
        fields.insert("customerInfo".to_owned(), self.client.customer_info(&[("phoneNo", phone)], &[]));
        fields
    }

    /// 79/00 with the holder's own factors, `changed` where a test wants others.
    pub(crate) fn open_request(&self, order_id: &str, card: &Card, code: &str, changed: &[(&str, &str)]) -> Fields {
        let own = |name: &str| card.view[name].as_str().unwrap_or_default().to_owned();
        let of = |name: &str, own: String| {
            changed.iter().find(|(changed, _)| *changed == name).map_or(own, |(_, value)| (*value).to_owned())
        };
        let (phone, cvn2, expired) =
            (of("phoneNo", own("phone")), of("cvn2", own("cvn2")), of("expired", own("expired")));
        let (number, name) = (of("certifId", own("certificate_number")), of("customerNm", own("name")));
        let mut sealed = vec![("phoneNo", phone.as_str())];
        if !cvn2.is_empty() {
            sealed.extend([("cvn2", cvn2.as_str()), ("expired", expired.as_str())]);
        }
        let mut open = vec![("certifTp", "01"), ("certifId", number.as_str()), ("customerNm", name.as_str())];
        if !code.is_empty() {
            open.push(("smsCode", code));
        }
        let mut fields = self.card_request("79/00", order_id, card);
        fields.insert("customerInfo".to_owned(), self.client.customer_info(&sealed, &open));
        fields
    }

    /// Opens a card through both steps; the answer.
    pub(crate) async fn open(&self, order_id: &str, card: &Card) -> Fields {
        let sent = self.client.call(self.sms_request(order_id, card, &card.phone)).await;
        assert_eq!(sent["respCode"], "00", "{sent:?}");
        let code = self.code(&card.phone).await;
        self.client.call(self.open_request(order_id, card, &code, &[])).await
    }

    /// A new card that is open; its token.
    pub(crate) async fn opened(&self, wanted: Value) -> (Card, String) {
        let card = self.card(wanted).await;
        let opened = self.open("open00000001", &card).await;
        assert_eq!(opened["respCode"], "00", "{opened:?}");
        let token = braced(&opened["tokenPayData"])["token"].clone();
        (card, token)
    }

    fn token_data(&self, token: &str) -> String {
        format!("{{trId={}&token={token}}}", self.client.tr_id)
    }

    /// 77/02
    pub(crate) fn paying_sms_request(&self, order_id: &str, token: &str, amount: &str) -> Fields {
        let mut fields = self.client.request("77/02", order_id);
        fields.insert("tokenPayData".to_owned(), self.token_data(token));
        fields.insert("txnAmt".to_owned(), amount.to_owned());
        fields.insert("currencyCode".to_owned(), "156".to_owned());
        fields
    }

    /// 01/01
    pub(crate) fn consume_request(&self, order_id: &str, token: &str, amount: &str, code: &str) -> Fields {
        let mut fields = self.client.request("01/01", order_id);
        fields.insert("tokenPayData".to_owned(), self.token_data(token));
        fields.insert("txnAmt".to_owned(), amount.to_owned());
        fields.insert("currencyCode".to_owned(), "156".to_owned());
        fields.insert("backUrl".to_owned(), "http://127.0.0.1:1/nobody".to_owned());
        if !code.is_empty() {
            fields.insert("customerInfo".to_owned(), self.client.customer_info(&[], &[("smsCode", code)]));
        }
        fields
    }

    /// A payment; its code.
    pub(crate) async fn consume(&self, order_id: &str, token: &str, amount: &str) -> String {
        self.client.call(self.consume_request(order_id, token, amount, "")).await["respCode"].clone()
    }

    pub(crate) async fn query(&self, order_id: &str) -> Fields {
        self.client.call(self.client.request("00/00", order_id)).await
    }

    /// 31/00 or 04/00 of the payment with this query id.
    pub(crate) async fn give_back(&self, kind: &str, order_id: &str, query_id: &str, amount: &str) -> String {
        let mut fields = self.client.request(kind, order_id);
        fields.insert("origQryId".to_owned(), query_id.to_owned());
        fields.insert("txnAmt".to_owned(), amount.to_owned());
        fields.insert("backUrl".to_owned(), "http://127.0.0.1:1/nobody".to_owned());
        self.client.call(fields).await["respCode"].clone()
    }

    pub(crate) async fn balance(&self, card: &Card) -> i64 {
        self.done("GET", &format!("/cards/{}", card.number), Value::Null).await["balance"].as_i64().unwrap()
    }
}
