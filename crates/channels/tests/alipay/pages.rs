//! Page orders: the address that the payer's browser opens.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tantu_channels::{PageOrder, PageOrders, Screen};
use tantu_domain::money::Money;
use url::Url;

use crate::authority::{APP_SN, Files, ROOT_SN};
use crate::stub::{APP, at, attempt, config, connect, signed_by_merchant};

const HERE: &str = "http://127.0.0.1:9/gateway.do";

fn order(screen: Screen) -> PageOrder {
    PageOrder {
        attempt: attempt(),
        amount: Money::cny(8888),
        subject: "茶 & 水".to_owned(),
        screen,
        expires_at: at("2026-11-22T16:00:00.9Z"),
        notify_url: "https://tantu.example/n".to_owned(),
        return_url: "https://tantu.example/back?a=1&b=2".to_owned(),
    }
}

fn parameters(page: &str) -> BTreeMap<String, String> {
    let page = Url::parse(page).unwrap();
    assert!(page.as_str().starts_with("http://127.0.0.1:9/gateway.do?"));
    page.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[test]
fn a_page_is_an_address_that_the_other_side_can_verify() {
    let alipay = connect(config(HERE));
    for (screen, method, product, quit_url) in [
        (Screen::Desktop, "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY", None),
        (Screen::Phone, "alipay.trade.wap.pay", "QUICK_WAP_WAY", Some("https://tantu.example/back?a=1&b=2")),
    ] {
        let sent = parameters(&alipay.page(&order(screen)).unwrap());
        assert!(signed_by_merchant(&sent), "{method}");
        assert_eq!((sent["method"].as_str(), sent["app_id"].as_str()), (method, APP));
        assert_eq!((&sent["notify_url"], &sent["return_url"]), (&order(screen).notify_url, &order(screen).return_url));
        let mut expected = json!({
            "out_trade_no": attempt().channel_number(),
            "total_amount": "88.88",
            "subject": "茶   水",
            "product_code": product,
            // Absolute, in Beijing, and never later than we believe.
            "time_expire": "2026-11-23 00:00:00",
        });
        if let Some(quit_url) = quit_url {
            expected["quit_url"] = json!(quit_url);
        }
        assert_eq!(serde_json::from_str::<Value>(&sent["biz_content"]).unwrap(), expected);
    }
}

#[test]
fn a_page_names_the_certificates_too() {
    let alipay = connect(Files::good().config(HERE));
    let sent = parameters(&alipay.page(&order(Screen::Desktop)).unwrap());
    assert!(signed_by_merchant(&sent));
    assert_eq!((sent["app_cert_sn"].as_str(), sent["alipay_root_cert_sn"].as_str()), (APP_SN, ROOT_SN));
}
