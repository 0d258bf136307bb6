//! What is sent: the fields, their forms, what is under seal, and a signature that the other side can verify (the
//! stub verifies every request by its own construction).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tantu_channels::card::{BindingOrder, CardBinding, CardFactors, CardPayments, CodeOrder};
use tantu_channels::secret::Secret;
use tantu_channels::unionpay::{ConfigError, Trust, UnionPay, UnionPayConfig};
use tantu_channels::{Charge, ChargeOrder, ChargeWay};
use tantu_domain::card::{BindingReport, CardToken};
use tantu_domain::money::Money;
use url::Url;

use crate::authority::{MERCHANT_SERIAL, OTHER_NAME, SEALER_SERIAL, STRANGER, WORLD};
use crate::bindings::{CARD, one_time_code, order};
use crate::charges;
use crate::stub::{HERE, Hands, MER_ID, Pairs, Stub, TOKEN, TR_ID, TXN_TIME, attempt, binding, code, config, unsealed};

/// Everything but the signature and the sealed fields.
fn shown(request: &Pairs) -> Vec<(&str, &str)> {
    let all = request.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    all.filter(|(name, _)| !["signature", "accNo", "customerInfo"].contains(name)).collect()
}

/// The values in `customerInfo`, those under seal behind the others.
fn customer_info(request: &Pairs) -> (String, String) {
    let info = String::from_utf8(STANDARD.decode(&request["customerInfo"]).unwrap()).unwrap();
    let info = info.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    match info.split_once("encryptedInfo=") {
        Some((plain, sealed)) => (plain.to_owned(), unsealed(sealed)),
        None => (info.to_owned(), String::new()),
    }
}

fn common<'a>(kind: [&'a str; 3], number: &'a str, cert_id: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("accessType", "0"),
        ("bizType", kind[2]),
        ("certId", cert_id),
        ("channelType", "07"),
        ("encoding", "UTF-8"),
        ("merId", MER_ID),
        ("orderId", number),
        ("signMethod", "01"),
        ("txnSubType", kind[1]),
        ("txnTime", TXN_TIME),
        ("txnType", kind[0]),
        ("version", "5.1.0"),
    ]
}

fn expected<'a>(mut common: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    common.extend(more);
    common.sort_unstable();
    common
}

#[tokio::test]
async fn a_charge_says_what_the_demos_say() {
    let stub = Stub::start(vec![code("05"), code("05")]).await;
    stub.unionpay.charge(&charges::order()).await;
    let with_code = ChargeOrder {
        way: ChargeWay::Card { token: CardToken::new(TOKEN), code: Some(one_time_code()) },
        ..charges::order()
    };
    stub.unionpay.charge(&with_code).await;
    let requests = stub.requests();
    let (end, request) = &requests[0];
    assert_eq!(end, "backTransReq.do");
    let (number, cert_id) = (attempt().channel_number(), MERCHANT_SERIAL.to_string());
    let data = format!("{{trId={TR_ID}&token={TOKEN}}}");
    let more = [
        ("backUrl", "https://tantu.example/v1/notifications/unionpay"),
        ("currencyCode", "156"),
        ("payTimeout", "20261120091500"),
        ("tokenPayData", data.as_str()),
        ("txnAmt", "8888"),
    ];
    assert_eq!(shown(request), expected(common(["01", "01", "000902"], &number, &cert_id), &more));
    assert!(!request.contains_key("customerInfo"));
    assert_eq!(customer_info(&requests[1].1), ("smsCode=111111".to_owned(), String::new()));
}

#[tokio::test]
async fn a_question_names_the_order_by_number_and_time() {
    let stub = Stub::start(vec![code("34"), code("34")]).await;
    Charge::query(&stub.unionpay, attempt()).await;
    CardBinding::query(&stub.unionpay, binding()).await;
    let cert_id = MERCHANT_SERIAL.to_string();
    let (of_attempt, of_binding) = (attempt().channel_number(), binding().channel_number());
    let requests = stub.requests();
    assert_eq!(requests[0].0, "queryTrans.do");
    assert_eq!(shown(&requests[0].1), common(["00", "00", "000000"], &of_attempt, &cert_id));
    assert_eq!(requests[1].0, "backTransReq.do");
    assert_eq!(shown(&requests[1].1), common(["78", "02", "000902"], &of_binding, &cert_id));
}

#[tokio::test]
async fn a_reversal_bears_the_orders_number_and_time() {
    let stub = Stub::start(vec![code("00")]).await;
    stub.unionpay.cancel(attempt()).await;
    let (end, request) = stub.request();
    let (number, cert_id) = (attempt().channel_number(), MERCHANT_SERIAL.to_string());
    assert_eq!(end, "backTransReq.do");
    assert_eq!(shown(&request), common(["99", "01", "000000"], &number, &cert_id));
}

#[tokio::test]
async fn factors_go_under_seal() {
    let stub = Stub::start(vec![code("00"), code("05")]).await;
    CardBinding::send_code(&stub.unionpay, &order()).await;
    stub.unionpay.open(&order(), Some(&one_time_code())).await;
    let (number, cert_id) = (binding().channel_number(), MERCHANT_SERIAL.to_string());
    let (sealer, data) = (SEALER_SERIAL.to_string(), format!("{{trId={TR_ID}&tokenType=01}}"));
    let more = [("encryptCertId", sealer.as_str()), ("tokenPayData", data.as_str())];
    let requests = stub.requests();
    let told = [
        (["77", "00", "000902"], "", "phoneNo=18100000000"),
        (
            ["79", "00", "000902"],
            "certifTp=01&certifId=510265199012130300&customerNm=张三&smsCode=111111&",
            // Year and month, though the card says month and year.
            "phoneNo=18100000000&cvn2=248&expired=2912",
        ),
    ];
    for ((end, request), (kind, plain, sealed)) in requests.iter().zip(told) {
        assert_eq!(end, "backTransReq.do");
        assert_eq!(shown(request), expected(common(kind, &number, &cert_id), &more));
        assert_eq!(unsealed(&request["accNo"]), CARD);
        assert_eq!(customer_info(request), (plain.to_owned(), sealed.to_owned()));
    }
    // A debit card has neither an expiry nor a CVN2 that the bank compares.
    let factors = CardFactors { expiry: None, cvn2: None, ..order().factors };
    let stub = Stub::start(vec![code("05")]).await;
    stub.unionpay.open(&BindingOrder { factors, ..order() }, None).await;
    let (plain, sealed) = customer_info(&stub.request().1);
    assert_eq!(plain, "certifTp=01&certifId=510265199012130300&customerNm=张三&");
    assert_eq!(sealed, "phoneNo=18100000000");
}

#[tokio::test]
async fn the_code_for_a_payment_bears_its_number_and_amount() {
    let phone = Some(Secret::new("18100000000"));
    let order = CodeOrder { attempt: attempt(), token: CardToken::new(TOKEN), amount: Money::cny(8888), phone };
    let stub = Stub::start(vec![code("00"), code("00")]).await;
    CardPayments::send_code(&stub.unionpay, &CodeOrder { phone: None, ..order.clone() }).await;
    CardPayments::send_code(&stub.unionpay, &order).await;
    let (number, cert_id) = (attempt().channel_number(), MERCHANT_SERIAL.to_string());
    let data = format!("{{trId={TR_ID}&token={TOKEN}}}");
    let more = [("currencyCode", "156"), ("tokenPayData", data.as_str()), ("txnAmt", "8888")];
    let requests = stub.requests();
    let common = common(["77", "02", "000902"], &number, &cert_id);
    assert_eq!(shown(&requests[0].1), expected(common, &more));
    assert!(!requests[0].1.contains_key("customerInfo"));
    assert_eq!(customer_info(&requests[1].1), (String::new(), "phoneNo=18100000000".to_owned()));
    assert_eq!(requests[1].1["encryptCertId"], SEALER_SERIAL.to_string());
}

#[tokio::test]
async fn letting_go_names_the_token_and_a_number_of_its_own() {
    let stub = Stub::start(vec![code("00")]).await;
    stub.unionpay.delete(&CardToken::new(TOKEN)).await.unwrap();
    let (end, request) = stub.request();
    assert_eq!(end, "backTransReq.do");
    assert_eq!(request["tokenPayData"], format!("{{trId={TR_ID}&token={TOKEN}}}"));
    let kind = ["txnType", "txnSubType", "bizType"].map(|name| request[name].as_str());
    assert_eq!(kind, ["74", "01", "000902"]);
    // Eight to forty letters and digits, at the present time.
    assert_eq!(
        (request["orderId"].as_str(), request["txnTime"].as_str()),
        ("t20261120090203000000000", "20261120090203")
    );
}

#[tokio::test]
async fn a_factor_cannot_say_what_is_anothers() {
    let with = |change: fn(&mut CardFactors)| {
        let mut order = order();
        change(&mut order.factors);
        order
    };
    for order in [
        with(|factors| factors.name = Secret::new("张三&smsCode=1")),
        with(|factors| factors.document = Secret::new("1}")),
        with(|factors| factors.phone = Secret::new("18100000000&cvn2=1")),
        with(|factors| factors.number = Secret::new("6".repeat(300))),
    ] {
        let stub = Stub::start(Vec::new()).await;
        let BindingReport::Fault(word) = stub.unionpay.open(&order, None).await else { panic!("it is not sent") };
        assert_eq!(word.code, "unsendable_factor");
        assert!(stub.requests().is_empty());
    }
}

fn refused(change: impl FnOnce(&mut UnionPayConfig)) -> ConfigError {
    let mut config = config(HERE);
    change(&mut config);
    UnionPay::new(&config, std::sync::Arc::new(Hands::default())).unwrap_err()
}

#[test]
fn settings_that_cannot_work_say_which() {
    let trust = |change: fn(&mut Trust)| move |config: &mut UnionPayConfig| change(&mut config.trust);
    let stranger = || WORLD.between.issue(OTHER_NAME, &STRANGER, 4, 2030);
    let old = || WORLD.between.issue(OTHER_NAME, &crate::authority::MERCHANT, 4, 2025);
    assert_eq!(refused(|config| config.mer_id.clear()), ConfigError::Empty("mer_id"));
    assert_eq!(refused(|config| config.tr_id.clear()), ConfigError::Empty("tr_id"));
    assert_eq!(refused(|config| config.notify_url.clear()), ConfigError::Empty("notify_url"));
    assert_eq!(refused(trust(|trust| trust.signer.clear())), ConfigError::Empty("signer"));
    assert_eq!(refused(trust(|trust| trust.roots_pem.clear())), ConfigError::Certificates("roots"));
    assert_eq!(refused(trust(|trust| trust.middle_pem = "none".into())), ConfigError::Certificates("middle"));
    assert_eq!(refused(|config| config.sign_key_pem = Secret::new("AAAA")), ConfigError::SignKey);
    assert_eq!(refused(|config| config.sign_cert_pem.clear()), ConfigError::Certificates("sign_cert"));
    assert_eq!(refused(|config| config.sign_cert_pem = stranger()), ConfigError::OtherKey);
    assert_eq!(refused(|config| config.sign_cert_pem = old()), ConfigError::SignCertNotValid);
    let open = Url::parse("http://gateway.95516.com/gateway/api/").unwrap();
    assert_eq!(refused(|config| config.gateway = open), ConfigError::Insecure);
}
