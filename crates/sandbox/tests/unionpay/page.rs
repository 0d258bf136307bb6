//! UnionPay's own page, on which a payer opens his card.

use serde_json::json;

use crate::client::Fields;
use crate::listener::Listener;
use crate::world::World;

/// What the page's hidden field holds.
fn token_of(page: &str) -> String {
    page.split("name=\"token\" value=\"")
        .nth(1)
        .unwrap_or_else(|| panic!("{page}"))
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

async fn open_page(world: &World, mut request: Fields) -> String {
    world.client.sign(&mut request);
    let (status, page) = world.client.post(&world.client.front, &request).await.unwrap();
    assert_eq!(status, 200);
    page
}

async fn press(world: &World, form: &[(&str, &str)]) -> String {
    let url = format!("{}/sandbox/open", world.sandbox.unionpay_url());
    world.client.http.post(url).form(form).send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_payer_opens_his_card_on_it() {
    let world = World::start().await;
    let mut listener = Listener::start(&[]).await;
    let card = world.card(json!({})).await;
    let mut request = world.client.request("79/00", "open00000001");
    request.insert("tokenPayData".to_owned(), format!("{{trId={}&tokenType=01}}", world.client.tr_id));
    request.insert("frontUrl".to_owned(), "http://127.0.0.1:1/back".to_owned());
    request.insert("backUrl".to_owned(), listener.url.clone());
    let page = open_page(&world, request).await;
    assert!(page.contains("开通银联快捷支付") && page.contains("name=\"card\""), "{page}");
    let token = token_of(&page);
    let own = |name: &str| card.view[name].as_str().unwrap();
    let typed = [
        ("token", token.as_str()),
        ("card", card.number.as_str()),
        ("name", own("name")),
        ("certificate_number", own("certificate_number")),
        ("phone", card.phone.as_str()),
    ];
    let page = press(&world, &[&typed[..], &[("decision", "send")]].concat()).await;
    assert!(page.contains("验证码已发送"), "{page}");
    let code = world.code(&card.phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let page = press(&world, &[("token", token.as_str()), ("decision", "open"), ("code", wrong)]).await;
    assert!(page.contains("短信验证码校验失败"), "{page}");
    let page = press(&world, &[("token", token.as_str()), ("decision", "open"), ("code", &code)]).await;
    assert!(page.contains("action=\"http://127.0.0.1:1/back\"") && page.contains("name=\"signature\""), "{page}");
    let notified = listener.next().await;
    assert!(world.client.verifies(&notified) && notified["activateStatus"] == "1");
    let asked = world.client.call(world.client.request("78/02", "open00000001")).await;
    assert_eq!(asked["tokenPayData"], notified["tokenPayData"]);
    assert!(
        press(&world, &[("token", token.as_str()), ("decision", "open"), ("code", &code)]).await.contains("页面已失效")
    );
}

#[tokio::test]
async fn an_unsigned_form_opens_no_page() {
    let world = World::start().await;
    let mut request = world.client.request("79/00", "open00000001");
    request.insert("signature".to_owned(), "AAAA".to_owned());
    let (_, page) = world.client.post(&world.client.front, &request).await.unwrap();
    assert!(page.contains("验证签名失败") && !page.contains("<form"), "{page}");
}
