//! Canaries in every secret place: none of them is shown by any type, logged at any level by any part of the client,
//! or told in an error.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use tantu_channels::card::{
    BindingOrder, CardBinding, CardFactors, CardPayments, CodeOrder, DocumentKind, OneTimeCode,
};
use tantu_channels::secret::Secret;
use tantu_channels::{Charge, ChargeOrder, ChargeWay, Notifications, PaymentCode};
use tantu_domain::card::CardToken;
use tantu_domain::money::Money;

use crate::authority::UNIONPAY;
use crate::charges;
use crate::notices::paid;
use crate::stub::{Reply, Stub, attempt, binding, code, config, connect, form, says, signed};

const NUMBER: &str = "6217000000000000018";
const PHONE: &str = "13900139777";
const NAME: &str = "甄不可见";
const DOCUMENT: &str = "110101199003077777";
const EXPIRY: &str = "0731";
const CVN2: &str = "C737";
const CODE: &str = "737373";
const TOKEN: &str = "6235240000077777777";
const SHOWN: &str = "287777777777777777";

/// What must not be seen anywhere. The expiry is too short to be looked for among numbers.
const CANARIES: &[&str] = &[NUMBER, PHONE, NAME, DOCUMENT, CVN2, CODE, TOKEN, SHOWN];

fn assert_hidden(shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

fn binding_order() -> BindingOrder {
    let factors = CardFactors {
        number: Secret::new(NUMBER),
        phone: Secret::new(PHONE),
        name: Secret::new(NAME),
        document_kind: DocumentKind::IdCard,
        document: Secret::new(DOCUMENT),
        expiry: Some(Secret::new(EXPIRY)),
        cvn2: Some(Secret::new(CVN2)),
    };
    BindingOrder { binding: binding(), factors }
}

fn code_order() -> CodeOrder {
    let phone = Some(Secret::new(PHONE));
    CodeOrder { attempt: attempt(), token: CardToken::new(TOKEN), amount: Money::cny(8888), phone }
}

fn charge_order() -> ChargeOrder {
    let code = Some(OneTimeCode::new(CODE));
    ChargeOrder { way: ChargeWay::Card { token: CardToken::new(TOKEN), code }, ..charges::order() }
}

#[test]
fn no_type_shows_a_secret() {
    let config = config("http://127.0.0.1:9/gateway/api/");
    let key = config.sign_key_pem.reveal()[..40].to_owned();
    let scanned = ChargeWay::PaymentCode { code: PaymentCode::new(SHOWN) };
    let shown = [
        format!("{:?}", binding_order()),
        format!("{:?}", code_order()),
        format!("{:?}", charge_order()),
        format!("{scanned:?}"),
        format!("{:?}", OneTimeCode::new(CODE)),
        format!("{config:?}"),
        format!("{:?}", connect(&config)),
    ];
    for shown in shown {
        assert_hidden(&shown);
        assert!(!shown.contains(&key) && !shown.contains(EXPIRY), "{shown}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn opened() -> Reply {
    let data = format!("{{token={TOKEN}&trId=62000000001}}");
    says(&[("respCode", "00"), ("tokenPayData", &data), ("accNo", NUMBER), ("customerInfo", PHONE)])
}

#[tokio::test]
async fn nothing_logs_a_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // For the whole process: what another test's thread asks first is then never taken for a thing that nobody listens to.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let garbage = || Reply::Raw(StatusCode::OK, format!("accNo={NUMBER}&phoneNo={PHONE}"));
    let replies = [opened(), code("66"), code("97"), garbage(), Reply::Raw(StatusCode::BAD_GATEWAY, NUMBER.to_owned())];
    for reply in replies {
        let stub = Stub::start(vec![reply; 7]).await;
        let one = OneTimeCode::new(CODE);
        let shown = [
            format!("{:?}", CardBinding::send_code(&stub.unionpay, &binding_order()).await),
            format!("{:?}", stub.unionpay.open(&binding_order(), Some(&one)).await),
            format!("{:?}", CardBinding::query(&stub.unionpay, binding()).await),
            format!("{:?}", CardPayments::send_code(&stub.unionpay, &code_order()).await),
            format!("{:?}", Charge::query(&stub.unionpay, attempt()).await),
            format!("{:?}", stub.unionpay.delete(&CardToken::new(TOKEN)).await),
        ];
        shown.iter().for_each(|shown| assert_hidden(shown));
    }
    let stub = Stub::start(vec![code("61")]).await;
    assert_hidden(&format!("{:?}", stub.unionpay.charge(&charge_order()).await));
    let mut notice = paid();
    notice.insert("accNo".to_owned(), NUMBER.to_owned());
    assert_hidden(&format!("{:?}", stub.unionpay.read(&form(&signed(notice, &UNIONPAY)))));
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("UnionPay answered") && text.contains("hyper"), "the log is one: {text}");
    assert_hidden(&text);
    // A planted leak is found.
    tracing::info!(phone = PHONE, "a leak");
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains(PHONE));
}
