//! What a merchant has, before and after it is folded.

use serde_json::{Value, json};
use tantu_domain::ids::{MerchantId, PaymentId, TransactionId};
use tantu_domain::money::Money;
use tantu_engine::merchants::debit::DebitMerchant;
use tantu_store::Store as _;

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, TestApp};

/// Two payers on shards of their own have paid the merchant ¥25.00; his id.
async fn paid(app: &TestApp) -> MerchantId {
    let mut payment = Value::Null;
    for fen in [1_000, 1_500] {
        let payer = app.payer(10_000).await;
        payment = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, fen)).await.expect(201).json();
    }
    let payment: PaymentId = payment["id"].as_str().unwrap().parse().unwrap();
    app.store.payment(payment).unwrap().unwrap().merchant
}

/// Settled, clearing, in transit and held, in fen.
async fn shown(app: &TestApp, merchant: MerchantId, token: &str) -> [i64; 4] {
    let body = app.get(&format!("/v1/merchants/{merchant}/balance"), token).await.expect(200).json();
    assert_eq!(body["merchant"], json!(merchant.to_string()));
    ["settled", "clearing", "in_transit", "held"].map(|name| {
        assert_eq!(body[name]["currency"], "CNY", "{name}");
        body[name]["amount"].as_i64().unwrap()
    })
}

#[tokio::test]
async fn a_balance_shows_what_is_settled_and_what_is_not_yet() {
    let app = TestApp::start().await;
    let merchant = paid(&app).await;
    assert_eq!(shown(&app, merchant, MERCHANT).await, [0, 2_500, 0, 0]);
    let id = TransactionId::new(&*app.engine.ids(), merchant.shard());
    // The fullest shard comes in, and the other stays where it is.
    app.engine.debit_merchant(DebitMerchant { id, merchant, amount: Money::cny(700) }).await.unwrap();
    assert_eq!(shown(&app, merchant, MERCHANT).await, [800, 1_000, 0, 700]);
    app.engine.fold_merchant(merchant).await.unwrap();
    assert_eq!(shown(&app, merchant, STAFF).await, [1_800, 0, 0, 700]);
}

#[tokio::test]
async fn a_balance_is_shown_to_nobody_else() {
    let app = TestApp::start().await;
    let merchant = paid(&app).await;
    let theirs = app.get(&format!("/v1/merchants/{merchant}/balance"), OTHER_MERCHANT).await.expect(404).json();
    let nobody = "mer_00000000000000000000000000";
    let missing = app.get(&format!("/v1/merchants/{nobody}/balance"), OTHER_MERCHANT).await.expect(404).json();
    assert_eq!(theirs["detail"], json!(format!("there is no merchant {merchant}")));
    assert_eq!(missing["detail"], json!(format!("there is no merchant {nobody}")));
    app.get(&format!("/v1/merchants/{nobody}/balance"), STAFF).await.expect(404);
    app.get("/v1/merchants/none/balance", STAFF).await.expect(404);
}
