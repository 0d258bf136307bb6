//! The registry: two, three and four factors, and never which of them is wrong.

use serde_json::{Value, json};

use crate::world::World;

async fn verify(world: &World, question: Value) -> (u16, Value) {
    let url = format!("{}/registry/verifications", world.sandbox.registry_url());
    let key = world.credentials["registry"]["key"].as_str().unwrap();
    let response = world.client.http.post(url).bearer_auth(key).json(&question).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn all_factors_have_to_belong_together() {
    let world = World::start().await;
    let card = world.card(json!({})).await;
    let own = |name: &str| card.view[name].as_str().unwrap();
    let (name, number, phone) = (own("name"), own("certificate_number"), own("phone"));
    let nobody = "110105198802150000";
    let cases = [
        (json!({ "name": name, "document": number }), "match"),
        (json!({ "name": "别人", "document": number }), "mismatch"),
        (json!({ "name": name, "document": number, "phone": phone }), "match"),
        (json!({ "name": name, "document": number, "phone": "19900009999" }), "mismatch"),
        (json!({ "name": name, "document": number, "card": card.number }), "match"),
        (json!({ "name": name, "document": number, "card": "6288010000000000009" }), "mismatch"),
        (json!({ "name": name, "document": number, "phone": phone, "card": card.number }), "match"),
        (json!({ "name": "别人", "document": number, "phone": phone, "card": card.number }), "mismatch"),
    ];
    for (number, (mut question, result)) in cases.into_iter().enumerate() {
        let id = format!("r-{number}");
        question["id"] = json!(id);
        let (status, answer) = verify(&world, question.clone()).await;
        assert_eq!(status, 200);
        // Nothing but this is said.
        assert_eq!(answer, json!({ "id": id, "result": result }), "{question}");
    }
    let mut other = json!({ "id": "r-0", "name": "别人", "document": number });
    assert_eq!(verify(&world, other.clone()).await.0, 409, "an id is one question");
    other["id"] = json!("r 0");
    assert_eq!(verify(&world, other).await.0, 400, "an id is letters, digits, _ and -");
    let mut question = json!({ "id": "r2", "name": name, "document": nobody });
    let digits = nobody[..17].chars().map(|char| char.to_digit(10).unwrap());
    let sum: u32 =
        digits.zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap()).unwrap();
    question["document"] = json!(format!("{}{check}", &nobody[..17]));
    assert_eq!(verify(&world, question.clone()).await.1["result"], "no_record");
    let person = json!({ "name": name, "certificate_number": question["document"], "phones": [] });
    world.done("POST", "/people", person).await;
    assert_eq!(verify(&world, question.clone()).await.1["result"], "match");
    world.done("PATCH", "/registry", json!({ "available": false })).await;
    assert_eq!(verify(&world, question.clone()).await.1["result"], "unavailable");
    world.done("PATCH", "/registry", json!({ "available": true })).await;
    let number = question["document"].as_str().unwrap();
    world.done("DELETE", &format!("/people/{number}"), Value::Null).await;
    assert_eq!(verify(&world, question.clone()).await.1["result"], "no_record");
}

#[tokio::test]
async fn a_number_that_cannot_be_is_no_question() {
    let world = World::start().await;
    for number in ["110105198802140004", "110105198802300005", "11010519880214000", "x"] {
        let question = json!({ "id": "r1", "name": "林晚舟", "document": number });
        let (status, answer) = verify(&world, question).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some("document")), "{number}");
    }
    let question = json!({ "id": "r1", "name": "林晚舟", "document": "110105198802140005" });
    let url = format!("{}/registry/verifications", world.sandbox.registry_url());
    let refused = world.client.http.post(&url).json(&question).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 401);
    let fault = json!({ "channel": "registry", "call": "verify", "what": "http_500" });
    world.done("POST", "/faults", fault).await;
    let key = world.credentials["registry"]["key"].as_str().unwrap();
    let broken = world.client.http.post(&url).bearer_auth(key).json(&question).send().await.unwrap();
    assert_eq!(broken.status().as_u16(), 500);
}
