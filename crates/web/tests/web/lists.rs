//! Lists of payments: everybody sees his own, page by page, and bad questions are named.

use serde_json::{Value, json};

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, TestApp};

fn ids(page: &Value) -> Vec<&str> {
    page["payments"].as_array().unwrap().iter().map(|payment| payment["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn everybody_lists_his_own_page_by_page() {
    let app = TestApp::start().await;
    let (payer, other) = (app.payer(0).await, app.payer(0).await);
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(app.refused(if number == 2 { &other } else { &payer }, 100 + number).await);
    }
    // Two that are made within one millisecond stand in the order of their ids.
    made.sort();
    made.reverse();
    let mut walked = Vec::new();
    let mut path = "/v1/payments?limit=2".to_owned();
    for _ in 0..9 {
        let page = app.get(&path, MERCHANT).await.expect(200).json();
        walked.extend(ids(&page).iter().map(ToString::to_string));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/payments?limit=2&cursor={cursor}");
    }
    assert_eq!(walked, made);
    let of = |list: Value| ids(&list).iter().map(ToString::to_string).collect::<Vec<_>>();
    let others = of(app.get("/v1/payments", &other.session).await.expect(200).json());
    assert_eq!(others.len(), 1);
    let owns = of(app.get("/v1/payments", &payer.session).await.expect(200).json());
    assert_eq!(owns, made.iter().filter(|id| **id != others[0]).cloned().collect::<Vec<_>>());
    let staff = app.get(&format!("/v1/payments?account={}", other.account), STAFF).await.expect(200).json();
    assert_eq!(of(staff), others);
    assert_eq!(
        app.get("/v1/payments", OTHER_MERCHANT).await.expect(200).json(),
        json!({"payments": [], "next_cursor": null})
    );
}

#[tokio::test]
async fn an_order_is_found_by_its_number() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let made = app.refused(&payer, 100).await;
    app.refused(&payer, 200).await;
    let shown = app.get(&format!("/v1/payments/{made}"), MERCHANT).await.expect(200).json();
    let path = format!("/v1/payments?order_no={}", shown["order_no"].as_str().unwrap());
    let found = app.get(&path, MERCHANT).await.expect(200).json();
    assert_eq!(found["payments"], json!([shown]), "a listed payment looks as it does alone");
    for (path, token) in [(path.as_str(), OTHER_MERCHANT), ("/v1/payments?order_no=none", MERCHANT)] {
        assert_eq!(app.get(path, token).await.expect(200).json()["payments"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn bad_questions_are_named() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let nobody = "acc_00000000000000000000000000";
    let cases = [
        (MERCHANT, "limit=0", 400, "limit"),
        (MERCHANT, "limit=101", 400, "limit"),
        (MERCHANT, "limit=many", 400, "limit"),
        (MERCHANT, "cursor=next", 400, "cursor"),
        (MERCHANT, "cursor=acc_00000000000000000000000000", 400, "cursor"),
        (MERCHANT, "colour=red", 400, "colour"),
        (MERCHANT, &format!("account={nobody}"), 403, "account"),
        (&payer.session, "merchant=mer_00000000000000000000000000", 403, "merchant"),
        (&payer.session, "order_no=1", 400, "order_no"),
        (STAFF, "", 400, "account"),
        (STAFF, "account=me", 404, "account"),
    ];
    for (token, query, status, field) in cases {
        let problem = app.get(&format!("/v1/payments?{query}"), token).await.expect(status).json();
        assert_eq!(problem["field"], field, "{query}: {problem}");
    }
}
