//! One sandbox and one merchant who talks to it with a client of this file alone.

use std::collections::BTreeMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tantu_sandbox::{Sandbox, SandboxConfig};
use x509_parser::prelude::{FromDer, X509Certificate};

/// A running sandbox with its merchant.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) app_id: String,
    pub(crate) gateway: String,
    pub(crate) credentials: Value,
    key: KeyPair,
    alipay_key: Vec<u8>,
    /// What certificate mode adds to the system parameters.
    numbers: Vec<(&'static str, String)>,
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
        let alipay = &credentials["alipay"];
        let text = |name: &str| alipay[name].as_str().unwrap().to_owned();
        Self {
            app_id: text("app_id"),
            gateway: text("gateway"),
            key: KeyPair::from_pkcs8(&pem_body(&text("merchant_private_key_pkcs8"))).unwrap(),
            alipay_key: pem_body(&text("alipay_public_key")),
            credentials: alipay.clone(),
            numbers: Vec::new(),
            sandbox,
            http,
        }
    }

    /// The same merchant with his application in certificate mode.
    pub(crate) async fn with_certificates() -> Self {
        let mut world = Self::start().await;
        world.take_certificates();
        world
    }

    /// From here on the merchant calls with his application in certificate mode.
    pub(crate) fn take_certificates(&mut self) {
        let certificate = self.credentials["certificate"].clone();
        let text = |name: &str| certificate[name].as_str().unwrap().to_owned();
        self.app_id = text("app_id");
        self.key = KeyPair::from_pkcs8(&pem_body(&text("merchant_private_key_pkcs8"))).unwrap();
        let alipay_cert = pem_body(&text("alipay_public_cert"));
        let (_, alipay_cert) = X509Certificate::from_der(&alipay_cert).unwrap();
        self.alipay_key = alipay_cert.public_key().raw.to_vec();
        self.numbers = ["app_cert_sn", "alipay_root_cert_sn"].map(|name| (name, text(name))).to_vec();
    }

    /// A control call; its status and body.
    pub(crate) async fn control(&self, verb: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.control_url());
        let verb = reqwest::Method::from_bytes(verb.as_bytes()).unwrap();
        let mut request = self.http.request(verb, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn truth(&self) -> Value {
        self.control("GET", "/truth", Value::Null).await.1["alipay"].clone()
    }

    /// Looks into the truth until it is so; what it then was.
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

    pub(crate) async fn fault(&self, body: Value) -> String {
        let (status, answer) = self.control("POST", "/faults", body).await;
        assert_eq!(status, 201, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn advance(&self, seconds: i64) {
        let (status, answer) = self.control("POST", "/clock", json!({ "advance_seconds": seconds })).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub(crate) async fn buyer(&self, balance: i64) -> String {
        let (status, answer) = self.control("POST", "/alipay/buyers", json!({ "balance": balance })).await;
        assert_eq!(status, 201, "{answer}");
        answer["buyer_id"].as_str().unwrap().to_owned()
    }

    /// The system parameters of a call, unsigned.
    pub(crate) fn parameters(&self, method: &str, biz: &Value) -> BTreeMap<String, String> {
        let mut parameters = BTreeMap::new();
        for (name, value) in [
            ("app_id", self.app_id.as_str()),
            ("method", method),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", "2026-11-22 20:15:00"),
            ("version", "1.0"),
        ] {
            parameters.insert(name.to_owned(), value.to_owned());
        }
        parameters.insert("biz_content".to_owned(), biz.to_string());
        for (name, number) in &self.numbers {
            parameters.insert((*name).to_owned(), number.clone());
        }
        parameters
    }

    pub(crate) fn sign(&self, parameters: &mut BTreeMap<String, String>) {
        parameters.remove("sign");
        let kept = parameters.iter().filter(|(_, value)| !value.is_empty());
        let text = kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        parameters.insert("sign".to_owned(), STANDARD.encode(signature));
    }

    pub(crate) async fn post(&self, parameters: &BTreeMap<String, String>) -> Result<(u16, String), reqwest::Error> {
        let response = self.http.post(&self.gateway).form(parameters).send().await?;
        Ok((response.status().as_u16(), response.text().await?))
    }

    /// A signed call with its raw outcome.
    pub(crate) async fn raw(&self, method: &str, biz: Value) -> Result<(u16, String), reqwest::Error> {
        let mut parameters = self.parameters(method, &biz);
        self.sign(&mut parameters);
        self.post(&parameters).await
    }

    /// A signed call whose answer must be signed; the `…_response` object.
    pub(crate) async fn call(&self, method: &str, biz: Value) -> Value {
        self.notified_call(method, biz, "").await
    }

    pub(crate) async fn notified_call(&self, method: &str, biz: Value, notify_url: &str) -> Value {
        let mut parameters = self.parameters(method, &biz);
        parameters.insert("notify_url".to_owned(), notify_url.to_owned());
        self.sign(&mut parameters);
        let (status, body) = self.post(&parameters).await.unwrap();
        assert_eq!(status, 200, "{body}");
        assert!(self.is_signed(&body), "{body}");
        self.object(method, &body)
    }

    pub(crate) fn object(&self, method: &str, body: &str) -> Value {
        let whole: Value = serde_json::from_str(body).unwrap();
        whole[format!("{}_response", method.replace('.', "_"))].clone()
    }

    /// Whether the bytes between the key and the last `"sign"` are signed by Alipay.
    pub(crate) fn is_signed(&self, body: &str) -> bool {
        let Some(sign) = body.rfind(",\"sign\":\"") else { return false };
        let start = body.find(":{").unwrap() + 1;
        let signature = body[sign + 9..].trim_end_matches("\"}");
        let end = if self.numbers.is_empty() { sign } else { body.rfind(",\"alipay_cert_sn\":\"").unwrap() };
        self.verifies(&body[start..end], signature)
    }

    pub(crate) fn verifies(&self, text: &str, signature: &str) -> bool {
        let signature = STANDARD.decode(signature).unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.alipay_key)
            .verify(text.as_bytes(), &signature)
            .is_ok()
    }

    /// The signed address of the page on which a buyer signs.
    pub(crate) fn page_address(&self, biz: &Value, notify_url: &str, return_url: &str) -> String {
        self.address("alipay.user.agreement.page.sign", biz, notify_url, return_url)
    }

    /// The signed address of a page.
    pub(crate) fn address(&self, method: &str, biz: &Value, notify_url: &str, return_url: &str) -> String {
        let mut parameters = self.parameters(method, biz);
        parameters.insert("notify_url".to_owned(), notify_url.to_owned());
        parameters.insert("return_url".to_owned(), return_url.to_owned());
        self.sign(&mut parameters);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
        format!("{}?{query}", self.gateway)
    }

    /// Opens the page and presses one of its buttons; what the browser then gets.
    pub(crate) async fn press(&self, address: &str, buyer: &str, decision: &str) -> reqwest::Response {
        self.press_on(address, "/sandbox/agreement", buyer, decision).await
    }

    /// Opens a page, finds its buttons, and presses one of them.
    pub(crate) async fn press_on(&self, address: &str, action: &str, buyer: &str, decision: &str) -> reqwest::Response {
        let page = self.http.get(address).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("action=\"{action}\"")) && page.contains("取消"), "{page}");
        let token = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [("token", token.as_str()), ("buyer_id", buyer), ("decision", decision)];
        let action = format!("{}{action}", self.sandbox.alipay_url());
        self.http.post(action).form(&form).send().await.unwrap()
    }

    /// A signed agreement of the buyer; its number.
    pub(crate) async fn agreement(&self, buyer: &str, more: Value, notify_url: &str) -> String {
        let mut biz = json!({
            "personal_product_code": "GENERAL_WITHHOLDING_P",
            "product_code": "GENERAL_WITHHOLDING",
            "sign_scene": "INDUSTRY|SHOP",
            "access_params": { "channel": "ALIPAYAPP" },
        });
        for (name, value) in more.as_object().unwrap() {
            biz[name] = value.clone();
        }
        let address = self.page_address(&biz, notify_url, "http://127.0.0.1:1/back");
        let pressed = self.press(&address, buyer, "agree").await;
        assert_eq!(pressed.status().as_u16(), 302, "{}", pressed.text().await.unwrap());
        let back = pressed.headers()["location"].to_str().unwrap().to_owned();
        let back = url::Url::parse(&back).unwrap();
        let mut fields = back.query_pairs();
        fields.find(|(name, _)| name == "agreement_no").unwrap().1.into_owned()
    }
}

/// An order under an agreement.
pub(crate) fn order(number: &str, amount: &str, agreement_no: &str) -> Value {
    json!({
        "out_trade_no": number,
        "total_amount": amount,
        "subject": "会员/一个月",
        "product_code": "GENERAL_WITHHOLDING",
        "agreement_params": { "agreement_no": agreement_no },
    })
}

/// `10000`, or the sub_code of a refusal.
pub(crate) fn code(answer: &Value) -> &str {
    answer["sub_code"].as_str().or_else(|| answer["code"].as_str()).unwrap_or("?")
}

pub(crate) fn pem_body(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).unwrap()
}
