//! The API's description lists exactly the routes of the table, and every one of them is there.

use std::collections::BTreeSet;

use tantu_web::access::RULES;

use crate::app::TestApp;

#[tokio::test]
async fn the_description_lists_exactly_the_routes() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json", "").await.expect(200).json();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let api = |path: &str| path.starts_with("/v1/") || ["/healthz", "/readyz", "/metrics"].contains(&path);
    let ruled: BTreeSet<(String, String)> =
        RULES.iter().filter(|rule| api(rule.path)).map(|rule| (rule.method.to_owned(), rule.path.to_owned())).collect();
    assert_eq!(described, ruled);
}

#[tokio::test]
async fn the_page_of_the_api_is_there() {
    let app = TestApp::start().await;
    assert!(app.browse("/docs/", "").await.expect(200).text.contains("swagger"));
}

#[test]
fn every_route_has_one_rule() {
    let unique: BTreeSet<(&str, &str)> = RULES.iter().map(|rule| (rule.method, rule.path)).collect();
    assert_eq!(unique.len(), RULES.len());
}
