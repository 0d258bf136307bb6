//! Announcements, planned maintenance, the status page and its feed.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use jiff::Timestamp;
use serde_json::{Value, json};
use tantu_domain::clock::Clock as _;
use tantu_explain::Lang;

use crate::app::{BASE, MERCHANT, Payer, STAFF, TestApp};
use crate::channel::Mood;
use crate::pages::whole;
use crate::reply::Reply;

/// Noon of a Sunday is now; these are an hour and two hours later.
const FROM: &str = "2026-11-22T13:00:00+08:00";
const TO: &str = "2026-11-22T14:00:00+08:00";

fn trilingual(of: &str) -> Value {
    json!({ "zh-Hans": format!("{of}（简）"), "zh-Hant": format!("{of}（繁）"), "en": format!("{of} (en)") })
}

fn notice() -> Value {
    json!({ "kind": "notice", "title": trilingual("T<1>"), "text": trilingual("& more") })
}

fn maintenance(scope: &str) -> Value {
    let mut body = notice();
    (body["kind"], body["scope"]) = (json!("planned_maintenance"), json!(scope));
    (body["from"], body["to"]) = (json!(FROM), json!(TO));
    body
}

async fn published(app: &TestApp, body: Value) -> Value {
    app.post("/v1/announcements", STAFF, body).await.expect(201).json()
}

async fn page(app: &TestApp, lang: Lang) -> String {
    let reply = app.browse(&format!("/status?lang={}", lang.id()), "").await.expect(200);
    whole(&reply.text, lang.id(), "status");
    reply.text
}

async fn feed(app: &TestApp, lang: Lang, known: &str) -> Reply {
    let request = Request::builder().uri(format!("/status.atom?lang={}", lang.id())).header("If-None-Match", known);
    app.send(request.body(Body::empty()).unwrap()).await
}

fn parsed(reply: &Reply) -> atom_syndication::Feed {
    atom_syndication::Feed::read_from(reply.text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", reply.text))
}

#[tokio::test]
async fn maintenance_takes_effect_by_itself_and_ends_by_itself() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let order = |fen| app.order(&payer, &payer.wallet, fen);
    let planned = published(&app, maintenance("platform")).await;
    let asked = json!({ "account": payer.account, "amount": { "amount": 1, "currency": "CNY" } });
    let said = app.post("/v1/preflight", &payer.session, asked.clone()).await.expect(200).json();
    let ahead = json!([{ "incident": planned["incident"], "scope": "platform", "from": FROM, "to": TO }]);
    assert_eq!((&said["can_pay"], &said["planned"]), (&json!(true), &ahead), "it is said in advance");
    app.post("/v1/payments", MERCHANT, order(100)).await.expect(201);
    app.clock.advance(1);
    let refused = app.post("/v1/payments", MERCHANT, order(200)).await.expect(503);
    assert_eq!(refused.header("retry-after"), "3600");
    let told = refused.json();
    let proof = &told["causes"][0];
    assert_eq!(proof["id"], "platform.outage", "{told}");
    let expected = json!({ "incident": planned["incident"], "since": FROM, "expected_end": TO });
    assert_eq!(proof["evidence"], expected, "{told}");
    let said = app.post("/v1/preflight", &payer.session, asked).await.expect(200).json();
    assert_eq!((&said["can_pay"], &said["planned"]), (&json!(false), &json!([])));
    let shown = page(&app, Lang::En).await;
    assert!(shown.contains("Payments are paused") && shown.contains("14:00"), "{shown}");
    app.clock.advance(1);
    let resume = format!("/v1/payments/{}/resume", told["payment"].as_str().unwrap());
    app.ask(Method::POST, &resume, MERCHANT, None).await.expect(200);
    let shown = page(&app, Lang::En).await;
    assert!(shown.contains("Everything is working") && shown.contains("13:00 – 14:00"), "{shown}");
}

#[tokio::test]
async fn maintenance_of_a_channel_leaves_the_other_ways() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    let planned = published(&app, maintenance("alipay")).await;
    app.clock.advance(1);
    let told = app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 200)).await.expect(402).json();
    assert_eq!(told["causes"][0]["id"], "channel.interface_fault", "{told}");
    assert_eq!(told["causes"][0]["evidence"]["incident"], planned["incident"], "{told}");
    assert_eq!(told["can_pay_with"], json!([payer.wallet]));
    let cashier = app.cashier(told["payment"].as_str().unwrap(), "/result");
    let refused = app.browse(&format!("{cashier}&lang=en"), "").await.expect(200).text;
    assert!(refused.contains("href=\"/status\""), "{refused}");
    assert!(page(&app, Lang::En).await.contains("Some ways to pay are down"));
}

#[tokio::test]
async fn what_is_withdrawn_takes_no_effect() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let planned = published(&app, maintenance("platform")).await;
    assert_eq!(published(&app, maintenance("platform")).await["id"], planned["id"], "the same again is the same");
    let withdraw = format!("/v1/announcements/{}/withdraw", planned["id"].as_str().unwrap());
    let first = app.ask(Method::POST, &withdraw, STAFF, None).await.expect(200).json();
    assert!(first["withdrawn_at"].is_string() && first["withdrawn_by"].is_string(), "{first}");
    assert_eq!(app.ask(Method::POST, &withdraw, STAFF, None).await.expect(200).json(), first, "once");
    assert_eq!(app.get("/v1/announcements", "").await.expect(200).json()["announcements"], json!([]));
    let listed = app.get("/v1/announcements", STAFF).await.expect(200).json();
    assert_eq!(listed["announcements"], json!([first]), "staff see who did it");
    app.clock.advance(1);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(201);
    app.clock.advance(3);
    let shown = page(&app, Lang::En).await;
    assert!(!shown.contains("T&lt;1&gt;") && !shown.contains("13:00"), "it never was: {shown}");
    let told = parsed(&feed(&app, Lang::En, "").await);
    assert!(told.entries()[0].title().as_str().starts_with("Called off"), "{told:?}");
    let again = published(&app, {
        let mut body = maintenance("platform");
        body["from"] = json!("2026-11-22T20:00:00+08:00");
        body["to"] = json!("2026-11-22T21:00:00+08:00");
        body
    })
    .await;
    assert_ne!(again["id"], planned["id"]);
    // What has begun ends with its announcement.
    app.clock.advance(4);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(503);
    let withdraw = format!("/v1/announcements/{}/withdraw", again["id"].as_str().unwrap());
    app.ask(Method::POST, &withdraw, STAFF, None).await.expect(200);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(201);
}

/// A change to a good body; type and field of the problem.
type Case = (fn(&mut Value), &'static str, &'static str);

const BAD: &[Case] = &[
    (|body| body["kind"] = json!("news"), "invalid-field", "kind"),
    (|body| body["kind"] = json!("notice"), "invalid-field", "scope"),
    (|body| drop(body.as_object_mut().unwrap().remove("scope")), "missing-field", "scope"),
    (|body| drop(body.as_object_mut().unwrap().remove("from")), "missing-field", "from"),
    (|body| drop(body.as_object_mut().unwrap().remove("to")), "missing-field", "to"),
    (|body| body["scope"] = json!("moon"), "invalid-field", "scope"),
    (|body| body["from"] = json!("tomorrow"), "invalid-field", "from"),
    (|body| body["from"] = json!("2026-11-22T11:59:59+08:00"), "invalid-field", "from"),
    (|body| body["from"] = json!("2028-11-22T12:00:00+08:00"), "invalid-field", "to"),
    (|body| body["to"] = json!(FROM), "invalid-field", "to"),
    (|body| body["to"] = json!("2026-11-26T12:00:00+08:00"), "invalid-field", "to"),
    (|body| drop(body["title"].as_object_mut().unwrap().remove("zh-Hant")), "missing-field", "title.zh-Hant"),
    (|body| body["title"]["fr"] = json!("x"), "unknown-field", "title.fr"),
    (|body| body["title"]["en"] = json!(" "), "invalid-field", "title.en"),
    (|body| body["title"]["en"] = json!("x".repeat(81)), "invalid-field", "title.en"),
    (|body| body["title"]["zh-Hans"] = json!("a\nb"), "invalid-field", "title.zh-Hans"),
    (|body| body["text"]["zh-Hans"] = json!("字".repeat(2_001)), "invalid-field", "text.zh-Hans"),
    (|body| body["text"]["en"] = json!("a\u{7}b"), "invalid-field", "text.en"),
    (|body| body["text"]["en"] = json!("a\u{fffe}b"), "invalid-field", "text.en"),
];

#[tokio::test]
async fn every_bad_announcement_is_named_and_changes_nothing() {
    let app = TestApp::start().await.with_usual_bodies();
    let before = app.store.changes();
    for (number, (spoil, kind, field)) in BAD.iter().enumerate() {
        let mut body = maintenance("platform");
        spoil(&mut body);
        let problem = app.post("/v1/announcements", STAFF, body).await.expect(400).json();
        assert_eq!(problem["type"], format!("urn:tantu:problem:{kind}"), "{number}: {problem}");
        assert_eq!(problem["field"], *field, "{number}: {problem}");
    }
    app.ask(Method::POST, "/v1/announcements/ann_00000000000000000000000000/withdraw", STAFF, None).await.expect(404);
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn the_page_says_what_is_disturbed_and_nothing_of_ours_alone() {
    let app = TestApp::start().await;
    for lang in Lang::ALL {
        assert!(page(&app, *lang).await.contains("status.atom?lang="), "the feed is named");
    }
    let begun = json!({ "scope": "alipay", "code": "db-7 is on fire", "expected_end": "2026-11-22T12:30:00+08:00" });
    let begun = app.post("/v1/incidents", STAFF, begun).await.expect(201).json();
    published(&app, notice()).await;
    published(&app, maintenance("unionpay")).await;
    for lang in Lang::ALL {
        let shown = page(&app, *lang).await;
        assert!(shown.contains("12:30") && shown.contains("T&lt;1&gt;") && shown.contains("13:00"), "{shown}");
        assert!(!shown.contains("on fire") && !shown.contains("stf_"), "{shown}");
        assert!(shown.contains("http-equiv=\"refresh\""), "it looks again: {shown}");
    }
    let end = format!("/v1/incidents/{}/end", begun["id"].as_str().unwrap());
    app.ask(Method::POST, &end, STAFF, None).await.expect(200);
    let shown = page(&app, Lang::En).await;
    assert!(shown.contains("Everything is working"), "{shown}");
    app.clock.advance(15 * 24);
    assert!(page(&app, Lang::En).await.contains("No fault in the last 14 days"), "it is forgotten");
}

#[tokio::test]
async fn the_feed_is_an_atom_feed_that_changes_when_something_happens() {
    let app = TestApp::start().await;
    let empty = parsed(&feed(&app, Lang::En, "").await.expect(200));
    assert_eq!(empty.entries().len(), 0);
    let begun = json!({ "scope": "platform", "code": "db-7" });
    let begun = app.post("/v1/incidents", STAFF, begun).await.expect(201).json();
    published(&app, notice()).await;
    published(&app, maintenance("unionpay")).await;
    let mut ids = BTreeSet::new();
    for lang in Lang::ALL {
        let reply = feed(&app, *lang, "").await.expect(200);
        assert_eq!(reply.header("content-type"), "application/atom+xml; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "public, max-age=60");
        let told = parsed(&reply);
        assert_eq!((told.entries().len(), told.authors().len()), (3, 1), "{told:?}");
        assert_eq!(told.lang(), Some(lang.id()));
        let own = format!("{BASE}/status.atom?lang={}", lang.id());
        assert!(told.links().iter().any(|link| link.rel() == "self" && link.href() == own), "{told:?}");
        assert!(told.links().iter().any(|link| link.rel() == "alternate"), "{told:?}");
        let entries = told.entries().iter().map(|entry| entry.id().to_owned());
        let of_feed: Vec<String> = entries.chain([told.id().to_owned()]).collect();
        assert!(of_feed.iter().all(|id| id.starts_with("urn:uuid:") && id.len() == 45), "{of_feed:?}");
        ids.extend(of_feed);
        let announced = told.entries().iter().filter(|entry| entry.title().as_str().starts_with("T<1>"));
        let mut texts = announced.filter_map(|entry| entry.content().and_then(|content| content.value()));
        assert!(texts.any(|text| text.starts_with("& more")), "{told:?}");
        assert!(!reply.text.contains("db-7") && !reply.text.contains("stf_"), "{}", reply.text);
        // The same again is not sent again, at any moment.
        app.clock.advance(1);
        feed(&app, *lang, reply.header("etag")).await.expect(304);
    }
    assert_eq!(ids.len(), 12, "no two feeds share an id");
    let before = feed(&app, Lang::En, "").await;
    let end = format!("/v1/incidents/{}/end", begun["id"].as_str().unwrap());
    app.ask(Method::POST, &end, STAFF, None).await.expect(200);
    let after = feed(&app, Lang::En, before.header("etag")).await.expect(200);
    let (before, after) = (parsed(&before), parsed(&after));
    assert_eq!(after.id(), before.id());
    assert!(after.updated() > before.updated());
    let same = |feed: &atom_syndication::Feed| {
        feed.entries().iter().map(|entry| entry.id().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(same(&after), same(&before), "the ids stay");
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come")
}

async fn notices(app: &TestApp, payer: &Payer) -> Vec<Value> {
    let path = format!("/v1/accounts/{}/incident-notices", payer.account);
    app.get(&path, &payer.session).await.expect(200).json().as_array().unwrap().clone()
}

async fn told(app: &TestApp, payer: &Payer) -> Value {
    until("the notice", async || notices(app, payer).await.into_iter().find(|one| one["told_at"].is_string())).await
}

async fn begun(app: &TestApp, scope: &str) -> String {
    let begun = app.post("/v1/incidents", STAFF, json!({ "scope": scope })).await.expect(201).json();
    begun["id"].as_str().unwrap().to_owned()
}

async fn end(app: &TestApp, incident: &str, status: u16) {
    app.ask(Method::POST, &format!("/v1/incidents/{incident}/end"), STAFF, None).await.expect(status);
}

async fn stopped(app: &TestApp, payer: &Payer, fen: i64) -> String {
    let order = app.order(payer, &payer.wallet, fen);
    app.post("/v1/payments", MERCHANT, order).await.expect(503).json()["payment"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whom_an_incident_hit_is_told_once_and_nobody_else() {
    let app = TestApp::start().await;
    let payers = [app.payer(1_000).await, app.payer(1_000).await, app.payer(1_000).await];
    let [payer, gave_up, spared] = &payers;
    let incident = begun(&app, "platform").await;
    let first = stopped(&app, payer, 100).await;
    let second = stopped(&app, payer, 200).await;
    let third = stopped(&app, gave_up, 300).await;
    app.ask(Method::POST, &format!("/v1/payments/{third}/close"), MERCHANT, None).await.expect(200);
    // Tried again while it stands, it is the same hit.
    app.ask(Method::POST, &format!("/v1/payments/{first}/resume"), MERCHANT, None).await.expect(503);
    let path = format!("/v1/incidents/{incident}");
    let file = app.get(&format!("{path}?limit=2"), STAFF).await.expect(200).json();
    assert_eq!((&file["hit_count"], file["hits"].as_array().map(Vec::len)), (&json!(3), Some(2)), "{file}");
    assert!(file["begun_by"].as_str().is_some_and(|mark| mark.starts_with("stf_")), "{file}");
    let rest = format!("{path}?limit=2&cursor={}", file["next_cursor"].as_str().unwrap());
    let rest = app.get(&rest, STAFF).await.expect(200).json();
    let hits = |file: &Value| {
        file["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["payment"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let listed: BTreeSet<String> = hits(&file).into_iter().chain(hits(&rest)).collect();
    assert_eq!((listed, &rest["next_cursor"]), (BTreeSet::from([first.clone(), second, third]), &json!(null)));
    app.get(&format!("{path}?limit=0"), STAFF).await.expect(400);
    app.get(&format!("{path}?cursor=x"), STAFF).await.expect(400);
    app.get("/v1/incidents/inc_00000000000000000000000000", STAFF).await.expect(404);

    end(&app, &incident, 200).await;
    let notice = told(&app, payer).await;
    assert_eq!(
        (&notice["incident"], &notice["orders"], &notice["road"]),
        (&json!(incident), &json!(2), &json!("page"))
    );
    end(&app, &incident, 404).await;
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    let shown = app.browse("/notices?lang=en", &cookies).await.expect(200).text;
    whole(&shown, "en", "notices");
    assert_eq!(shown.matches("href=\"/cashier/").count(), 2, "{shown}");
    app.ask(Method::POST, &format!("/v1/payments/{first}/resume"), MERCHANT, None).await.expect(200);
    let shown = app.browse("/notices?lang=en", &cookies).await.expect(200).text;
    assert_eq!(shown.matches("href=\"/cashier/").count(), 1, "what is paid is not asked for: {shown}");
    // Another incident that hits nobody tells nobody; the one that hits all the same payers tells of itself.
    let quiet = begun(&app, "alipay").await;
    end(&app, &quiet, 200).await;
    let again = begun(&app, "platform").await;
    stopped(&app, payer, 400).await;
    end(&app, &again, 200).await;
    until("the second notice", async || {
        notices(&app, payer).await.into_iter().find(|one| one["incident"] == json!(again) && one["told_at"].is_string())
    })
    .await;
    assert_eq!(notices(&app, payer).await.len(), 2, "one for each");
    for other in [gave_up, spared] {
        assert_eq!(notices(&app, other).await, Vec::<Value>::new());
    }
    let theirs = format!("/v1/accounts/{}/incident-notices", payer.account);
    app.get(&theirs, &spared.session).await.expect(404);
    assert_eq!(app.get(&theirs, STAFF).await.expect(200).json().as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn nobody_is_told_at_night() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    app.clock.advance(11);
    let incident = begun(&app, "platform").await;
    stopped(&app, &payer, 100).await;
    end(&app, &incident, 200).await;
    // An hour later everything that was due has been looked at, and waits for eight in the morning.
    app.clock.advance(1);
    app.engine.clock_moved();
    let morning: Timestamp = "2026-11-23T08:00:00+08:00".parse().unwrap();
    until("the morning", async || {
        let wall = app.clock.wall();
        let due = app.engine.read(move |store| store.next_due(wall)).await.unwrap();
        (due == Some(morning)).then_some(())
    })
    .await;
    assert_eq!(notices(&app, &payer).await, Vec::<Value>::new());
    app.clock.advance(9);
    app.engine.clock_moved();
    assert_eq!(told(&app, &payer).await["told_at"], "2026-11-23T09:00:00+08:00");
}

#[tokio::test]
async fn whom_maintenance_hit_is_told_at_its_end() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let planned = published(&app, maintenance("platform")).await;
    app.clock.advance(1);
    stopped(&app, &payer, 100).await;
    app.clock.advance(1);
    app.engine.clock_moved();
    let notice = told(&app, &payer).await;
    assert_eq!(notice["incident"], planned["incident"]);
    let file =
        app.get(&format!("/v1/incidents/{}", planned["incident"].as_str().unwrap()), STAFF).await.expect(200).json();
    assert_eq!((&file["until"], &file["source"], &file["hit_count"]), (&json!(TO), &json!("maintenance"), &json!(1)));
}

#[tokio::test]
async fn what_a_channel_leaves_undecided_is_its_incidents_hit() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Silent);
    let mut begun = Value::Null;
    for _ in 0..3 {
        app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(202);
    }
    until("the breaker's incident", async || {
        let listed = app.get("/v1/incidents", STAFF).await.expect(200).json();
        begun = listed["incidents"][0].clone();
        (!begun.is_null()).then_some(())
    })
    .await;
    let path = format!("/v1/incidents/{}", begun["id"].as_str().unwrap());
    let file = until("a hit", async || {
        let file = app.get(&path, STAFF).await.expect(200).json();
        (file["hit_count"].as_u64() > Some(0)).then_some(file)
    })
    .await;
    assert_eq!((&file["source"], &file["begun_by"]), (&json!("breaker"), &json!(null)), "{file}");
    assert_eq!(file["hits"][0]["state"], "processing", "{file}");
    assert_eq!(file["hits"][0]["account"], json!(payer.account));
}
