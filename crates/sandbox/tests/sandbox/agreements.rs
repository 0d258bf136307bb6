//! Agreements: signed on the page, asked about, ended.

use serde_json::{Value, json};

use crate::listener::{Listener, signed_text};
use crate::world::{World, code, order};

async fn pay(world: &World, number: &str, agreement: &str) -> String {
    code(&world.call("alipay.trade.pay", order(number, "9.00", agreement)).await).to_owned()
}

async fn ask(world: &World, agreement: &str) -> Value {
    world.call("alipay.user.agreement.query", json!({ "agreement_no": agreement })).await
}

#[tokio::test]
async fn the_way_back_and_the_notice_are_signed() {
    let world = World::start().await;
    let mut listener = Listener::start(&[]).await;
    let buyer = world.buyer(1000).await;
    let biz = json!({
        "personal_product_code": "GENERAL_WITHHOLDING_P",
        "access_params": { "channel": "ALIPAYAPP" },
        "external_agreement_no": "SHOP1",
        "external_logon_id": "小明",
    });
    let address = world.page_address(&biz, &listener.url, "http://127.0.0.1:1/back?order=5");
    let pressed = world.press(&address, &buyer, "agree").await;
    let back = url::Url::parse(pressed.headers()["location"].to_str().unwrap()).unwrap();
    let mut fields: crate::listener::Fields = back.query_pairs().into_owned().collect();
    assert_eq!(fields.remove("order").unwrap(), "5");
    let sign = fields["sign"].clone();
    assert!(world.verifies(&signed_text(&fields, &["sign", "sign_type"]), &sign));
    assert_eq!((fields["status"].as_str(), fields["invalid_time"].as_str()), ("NORMAL", "2115-02-01 00:00:00"));

    let notice = listener.next().await;
    assert_eq!(notice["notify_type"], "dut_user_sign");
    assert_eq!(notice["agreement_no"], fields["agreement_no"]);
    // A signing keeps sign_type in what is signed.
    assert!(world.verifies(&signed_text(&notice, &["sign"]), &notice["sign"]));

    let by_merchant = json!({ "external_agreement_no": "SHOP1", "personal_product_code": "GENERAL_WITHHOLDING_P" });
    let found = world.call("alipay.user.agreement.query", by_merchant).await;
    assert_eq!(
        (code(&found), found["status"].as_str(), found["principal_id"].as_str()),
        ("10000", Some("NORMAL"), Some(buyer.as_str()))
    );

    // Signing again under the same number is refused on the page.
    let page = world.http.get(world.page_address(&biz, "", "")).send().await.unwrap().text().await.unwrap();
    assert!(page.is_ascii() && page.contains("SHOP1"), "{page}");
}

#[tokio::test]
async fn cancelled_on_the_page_is_no_agreement() {
    let world = World::start().await;
    let buyer = world.buyer(1000).await;
    let biz = json!({ "personal_product_code": "GENERAL_WITHHOLDING_P", "access_params": { "channel": "ALIPAYAPP" } });
    let pressed = world.press(&world.page_address(&biz, "", "http://127.0.0.1:1/b"), &buyer, "cancel").await;
    assert_eq!(pressed.status().as_u16(), 200);
    assert!(world.truth().await["agreements"].as_array().unwrap().is_empty());
    assert_eq!(code(&ask(&world, "20260000").await), "USER_AGREEMENT_NOT_EXIST");
    assert_eq!(pay(&world, "n1", "20260000").await, "ACQ.AGREEMENT_NOT_EXIST");
}

#[tokio::test]
async fn each_end_of_an_agreement_has_its_own_code() {
    let world = World::start().await;
    let mut listener = Listener::start(&[]).await;
    let buyer = world.buyer(100_000).await;

    let stopped = world.agreement(&buyer, json!({}), "").await;
    let path = format!("/alipay/agreements/{stopped}");
    assert_eq!(world.control("PATCH", &path, json!({ "status": "STOP" })).await.0, 200);
    assert_eq!(pay(&world, "n1", &stopped).await, "ACQ.AGREEMENT_STATUS_NOT_NORMAL");
    assert_eq!(ask(&world, &stopped).await["status"], "STOP");
    assert_eq!(world.control("PATCH", &path, json!({ "status": "NORMAL" })).await.0, 200);
    assert_eq!(pay(&world, "n1", &stopped).await, "10000");

    let withdrawn = world.agreement(&buyer, json!({}), &listener.url).await;
    listener.next().await;
    assert_eq!(world.control("POST", &format!("/alipay/agreements/{withdrawn}/unsign"), json!({})).await.0, 200);
    let notice = listener.next().await;
    assert_eq!((notice["notify_type"].as_str(), notice["status"].as_str()), ("dut_user_unsign", "UNSIGN"));
    assert!(world.verifies(&signed_text(&notice, &["sign", "sign_type"]), &notice["sign"]));
    assert_eq!(pay(&world, "n2", &withdrawn).await, "ACQ.AGREEMENT_NOT_EXIST");
    assert_eq!(code(&ask(&world, &withdrawn).await), "AGREEMENT_HAS_UNSIGNED");
    assert_eq!(world.control("POST", &format!("/alipay/agreements/{withdrawn}/unsign"), json!({})).await.0, 404);

    let ended = world.agreement(&buyer, json!({}), &listener.url).await;
    listener.next().await;
    let unsign = json!({ "agreement_no": ended });
    assert_eq!(code(&world.call("alipay.user.agreement.unsign", unsign.clone()).await), "10000");
    assert_eq!(listener.next().await["agreement_no"], ended);
    assert_eq!(code(&world.call("alipay.user.agreement.unsign", unsign).await), "AGREEMENT_NOT_EXIST");

    let short = world.agreement(&buyer, json!({ "sign_validity_period": "2d" }), "").await;
    assert_eq!(pay(&world, "n3", &short).await, "10000");
    world.advance(2 * 86_400).await;
    assert_eq!(pay(&world, "n4", &short).await, "ACQ.AGREEMENT_INVALID");
    assert_eq!(pay(&world, "n3", &short).await, "ACQ.TRADE_HAS_SUCCESS");
}

#[tokio::test]
async fn periodic_agreements_keep_their_limits() {
    let world = World::start().await;
    let buyer = world.buyer(100_000).await;
    let rules = json!({
        "period_type": "MONTH", "period": 1, "execute_time": "2026-12-01",
        "single_amount": "10.00", "total_amount": "20.00", "total_payments": 3,
    });
    let more = json!({ "personal_product_code": "CYCLE_PAY_AUTH_P", "period_rule_params": rules });
    let agreement = world.agreement(&buyer, more, "").await;
    let mut codes = Vec::new();
    for (number, amount, product) in [
        ("n1", "5.00", "GENERAL_WITHHOLDING"),
        ("n1", "10.01", "CYCLE_PAY_AUTH"),
        ("n1", "10.00", "CYCLE_PAY_AUTH"),
        ("n2", "4.00", "CYCLE_PAY_AUTH"),
        ("n3", "6.01", "CYCLE_PAY_AUTH"),
        ("n3", "1.00", "CYCLE_PAY_AUTH"),
        ("n4", "1.00", "CYCLE_PAY_AUTH"),
    ] {
        let mut biz = order(number, amount, &agreement);
        biz["product_code"] = json!(product);
        codes.push(code(&world.call("alipay.trade.pay", biz).await).to_owned());
    }
    assert_eq!(
        codes,
        [
            "ACQ.AGREEMENT_ERROR",
            "ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED",
            "10000",
            "10000",
            "ACQ.CYCLE_PAY_TOTAL_FEE_EXCEED",
            "10000",
            "ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED",
        ]
    );
}

#[tokio::test]
async fn a_period_is_a_number_of_days_or_months() {
    let world = World::start().await;
    let buyer = world.buyer(0).await;
    for (period, valid) in [("2m", true), ("90d", true), ("1y", false), ("d", false), ("0m", false), ("1.5m", false)] {
        let biz = json!({
            "personal_product_code": "GENERAL_WITHHOLDING_P",
            "access_params": { "channel": "ALIPAYAPP" },
            "sign_validity_period": period,
        });
        let page = world.http.get(world.page_address(&biz, "", "")).send().await.unwrap().text().await.unwrap();
        assert_eq!(page.contains("同意并签约"), valid, "{period}: {page}");
        assert!(valid || page.contains("sign_validity_period"), "{page}");
    }
    assert!(!buyer.is_empty());
}
