//! Every route with every role, and other people's things.

#![allow(clippy::disallowed_methods, reason = "a gate says in the environment how many it wants")]

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use tantu_web::access::{Actor, RULES};

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, STAFF_KEY, TestApp, seat};

const ACTORS: [Actor; 6] =
    [Actor::Anybody, Actor::Merchant, Actor::Staff, Actor::StaffKey, Actor::Payer, Actor::Cashier];

#[tokio::test]
async fn every_route_answers_whom_the_table_allows_and_nobody_else() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let cashier = app.secret.cashier_token(app.refused(&payer, 100).await.parse().unwrap());
    for rule in RULES {
        // Whoever signs out may do nothing more.
        let leaving = if rule.path.ends_with("/sign-out") { Some(app.payer(0).await.session) } else { None };
        for actor in ACTORS {
            let token = match actor {
                Actor::Anybody | Actor::Local => "",
                Actor::Merchant => MERCHANT,
                Actor::Staff => STAFF,
                Actor::StaffKey => STAFF_KEY,
                Actor::Payer => leaving.as_deref().unwrap_or(&payer.session),
                Actor::Cashier => &cashier,
            };
            let method: Method = rule.method.parse().unwrap();
            let mut request = Request::builder().method(method).uri(rule.path.replace(['{', '}'], ""));
            if !token.is_empty() {
                request = request.header("Authorization", format!("Bearer {token}"));
            }
            let reply = app.send(request.body(Body::empty()).unwrap()).await;
            let allowed = rule.allows.contains(&actor) || rule.allows.contains(&Actor::Anybody);
            let denied = matches!(reply.status, 401 | 403);
            assert_eq!(denied, !allowed, "{} {} as {actor:?}: {} {}", rule.method, rule.path, reply.status, reply.text);
            assert_ne!(reply.status, 405, "{} {} is no route", rule.method, rule.path);
            // He has signed out there.
            seat(&app.engine).await;
        }
    }
}

#[tokio::test]
async fn whose_session_is_over_is_told_so_and_what_leads_back() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    app.ask(Method::POST, "/v1/sign-out", &payer.session, None).await.expect(204);
    let again = app.ask(Method::POST, "/v1/sign-out", &payer.session, None).await;
    assert_eq!(again.status, 401, "{}", again.text);
    let before = app.store.changes();
    let paths = [
        (format!("/v1/payments/{payment}/resume"), json!(["sign_in_again", "resume"])),
        ("/v1/bindings".to_owned(), json!(["sign_in_again", "resume_binding"])),
        ("/v1/device-keys".to_owned(), json!(["sign_in_again"])),
    ];
    for (path, steps) in paths {
        let over = app.post(&path, &payer.session, json!({})).await.expect(401);
        let told = over.json();
        assert_eq!(told["type"], "urn:tantu:cause:app.session_stale", "{told}");
        assert_eq!(told["causes"][0]["evidence"]["reason"], "signed_out", "{told}");
        assert!(told["causes"][0]["evidence"]["age_seconds"].as_i64().is_some_and(|age| (0..60).contains(&age)));
        let named = told["plan"]["steps"].as_array().unwrap().iter().map(|step| step["operation"].clone());
        assert_eq!(json!(named.collect::<Vec<_>>()), steps, "{told}");
    }
    assert_eq!(app.store.changes(), before);
    let unknown = app.post("/v1/bindings", "ps_00000000000000000000000000", json!({})).await.expect(401);
    assert_eq!(unknown.json()["causes"], json!(null), "what never was a session is nobody's: {}", unknown.text);
    let page = |path: &'static str| {
        let cookie = format!("tantu_session={}", payer.session);
        let request = Request::builder().method(Method::GET).uri(path).header("Cookie", cookie);
        app.send(request.body(Body::empty()).unwrap())
    };
    let cards = page("/cards?lang=en").await;
    assert_eq!(cards.status, 401, "{}", cards.text);
    assert!(cards.text.contains("You have been signed out"), "{}", cards.text);
    assert_eq!(page("/help").await.status, 200, "what anybody may see he sees, too");
}

#[tokio::test]
async fn what_is_somebody_elses_answers_as_what_does_not_exist() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let payment = app.refused(&payer, 100).await;
    let path = format!("/v1/accounts/{}/mandates", payer.account);
    let begun = app.post(&path, &payer.session, json!({"channel": "alipay"}));
    let mandate = begun.await.expect(201).json()["mandate"].as_str().unwrap().to_owned();
    let nothing = "00000000000000000000000000";
    let unknown = [
        (format!("/v1/payments/{payment}"), format!("/v1/payments/pay_{nothing}")),
        (format!("/v1/payments/{payment}/diagnosis"), format!("/v1/payments/pay_{nothing}/diagnosis")),
        (format!("/v1/accounts/{}", payer.account), format!("/v1/accounts/acc_{nothing}")),
        (format!("/v1/mandates/{mandate}"), format!("/v1/mandates/man_{nothing}")),
    ];
    for (theirs, missing) in &unknown {
        let (theirs, missing) = (app.get(theirs, &stranger.session).await, app.get(missing, &stranger.session).await);
        same_but_for_the_id(&theirs, &missing);
    }
    let writes = [
        (format!("/v1/payments/{payment}/resume"), format!("/v1/payments/pay_{nothing}/resume")),
        (
            format!("/v1/accounts/{}/unfreeze-requests", payer.account),
            format!("/v1/accounts/acc_{nothing}/unfreeze-requests"),
        ),
        (format!("/v1/instruments/{}/recheck", payer.wallet), format!("/v1/instruments/ins_{nothing}/recheck")),
    ];
    let before = app.store.changes();
    for (theirs, missing) in &writes {
        let theirs = app.ask(Method::POST, theirs, &stranger.session, None).await;
        let missing = app.ask(Method::POST, missing, &stranger.session, None).await;
        same_but_for_the_id(&theirs, &missing);
    }
    let theirs = app.ask(Method::POST, &format!("/v1/payments/{payment}/close"), OTHER_MERCHANT, None).await;
    let missing = app.ask(Method::POST, &format!("/v1/payments/pay_{nothing}/close"), OTHER_MERCHANT, None).await;
    same_but_for_the_id(&theirs, &missing);
    let body = |account: &str| json!({"account": account, "amount": {"amount": 1, "currency": "CNY"}});
    let theirs = app.post("/v1/preflight", &stranger.session, body(&payer.account)).await;
    let missing = app.post("/v1/preflight", &stranger.session, body(&format!("acc_{nothing}"))).await;
    same_but_for_the_id(&theirs, &missing);
    assert_eq!(app.store.changes(), before);
}

#[track_caller]
fn same_but_for_the_id(theirs: &crate::reply::Reply, missing: &crate::reply::Reply) {
    assert_eq!(theirs.status, 404, "{}", theirs.text);
    assert_eq!(missing.status, 404, "{}", missing.text);
    let without = |reply: &crate::reply::Reply| {
        let mut problem = reply.json();
        let detail = problem["detail"].as_str().unwrap().rsplit_once(' ').unwrap().0.to_owned();
        problem["detail"] = json!(detail);
        problem
    };
    assert_eq!(without(theirs), without(missing));
    let names = |reply: &crate::reply::Reply| {
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(theirs), names(missing));
}

#[tokio::test]
async fn a_cashier_link_opens_its_own_payment_and_changes_no_account() {
    let app = TestApp::start().await;
    let (payer, other) = (app.payer(1_000).await, app.payer(0).await);
    let (payment, another) = (app.refused(&payer, 2_000).await, app.refused(&other, 100).await);
    let token = app.secret.cashier_token(payment.parse().unwrap());
    app.ask(Method::POST, &format!("/v1/payments/{payment}/resume"), &token, None).await.expect(402);
    app.ask(Method::POST, &format!("/v1/payments/{another}/resume"), &token, None).await.expect(404);
    app.get(&format!("/v1/accounts/{}", payer.account), &token).await.expect(403);
    app.ask(Method::POST, &format!("/v1/accounts/{}/unfreeze-requests", payer.account), &token, None).await.expect(403);
}

#[tokio::test]
async fn links_sign_in_once_and_are_no_sessions_themselves() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let link = app.post("/v1/payer-links", STAFF, json!({ "account": payer.account })).await.expect(201).json();
    let token = link["url"].as_str().unwrap().split("link=").nth(1).unwrap().to_owned();
    app.get(&format!("/v1/accounts/{}", payer.account), &token).await.expect(401);
    // A preview opens the link and spends nothing.
    for _ in 0..2 {
        app.browse(&format!("/sign-in?link={token}"), "").await.expect(200);
    }
    let page = app.browse(&format!("/sign-in?link={token}&next=//evil.example/x"), "").await.expect(200);
    let visitor = format!("tantu_visitor={}", page.cookie("tantu_visitor").unwrap());
    let fields = [("csrf", page.field("csrf")), ("link", token.clone()), ("next", "//evil.example/x".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.submit("/sign-in", &visitor, &fields[1..]).await.expect(403);
    let signed = app.submit("/sign-in", &visitor, &fields).await.expect(303);
    assert_eq!(signed.header("location"), "/");
    let cookie =
        signed.headers.get_all("set-cookie").iter().find(|line| line.to_str().unwrap().starts_with("tantu_session"));
    let cookie = cookie.unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    app.submit("/sign-in", &visitor, &fields).await.expect(410);
}

#[tokio::test]
async fn another_sites_request_carries_no_session() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let path = format!("/v1/instruments/{}/recheck", payer.wallet);
    let ask = |site: &'static str| {
        let request = Request::builder().method(Method::POST).uri(&path).header("Sec-Fetch-Site", site);
        request.header("Cookie", format!("tantu_session={}", payer.session)).body(Body::empty()).unwrap()
    };
    app.send(ask("cross-site")).await.expect(401);
    app.send(ask("same-origin")).await.expect(200);
}

#[tokio::test]
async fn return_addresses_are_those_of_the_list() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let path = format!("/v1/accounts/{}/mandates", payer.account);
    let cases = [
        ("https://shop.example/back", 201),
        ("https://shop.example/back/here?x=1", 201),
        ("https://shop.example/backdoor", 400),
        ("https://shop.example.evil.com/back", 400),
        ("https://evil.com@shop.example/back", 400),
        ("http://shop.example/back", 400),
        ("javascript:alert(1)", 400),
        ("/relative", 400),
    ];
    for (url, status) in cases {
        let reply = app.post(&path, &payer.session, json!({"channel": "alipay", "return_url": url})).await;
        assert_eq!(reply.status, status, "{url}: {}", reply.text);
    }
}

/// What somebody else has, by the kind that a path names.
struct Foreign {
    things: Vec<(&'static str, &'static str, String)>,
}

impl Foreign {
    /// Of one payer and one merchant, each kind that this server has without banks and phones.
    async fn of(app: &TestApp, owner: &crate::app::Payer) -> Self {
        let payment = app.refused(owner, 100).await;
        let account = format!("/v1/accounts/{}", owner.account);
        let begun = app.post(&format!("{account}/mandates"), &owner.session, json!({"channel": "alipay"})).await;
        let mandate = begun.expect(201).json()["mandate"].as_str().unwrap().to_owned();
        let stopped = app.post(&format!("{account}/restrict"), STAFF, json!({"reason": "terms_of_use"})).await;
        let case = stopped.expect(200).json()["case"]["id"].as_str().unwrap().to_owned();
        let things = vec![
            ("payments", "pay", payment),
            ("accounts", "acc", owner.account.clone()),
            ("mandates", "man", mandate),
            ("instruments", "ins", owner.wallet.clone()),
            ("cases", "cas", case),
        ];
        Self { things }
    }

    fn at(&self, path: &str) -> Option<(&'static str, &str)> {
        let kind = path.split('/').nth(2)?;
        self.things.iter().find(|(known, ..)| *known == kind).map(|(_, prefix, id)| (*prefix, id.as_str()))
    }
}

/// A body that a route reads, so that it comes to the question whose the thing is.
fn body_of(path: &str, payment: &str) -> serde_json::Value {
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "pay-password" => json!({"password": "271828"}),
        "proofs" => json!({"payment": payment, "password": "271828"}),
        "identity" => json!({"name": "Lin Wanzhou", "document": "11010519491231002X", "tier": "I"}),
        "confirmations" if path.contains("/resets/") => json!({
            "code": "otc_00000000000000000000000000", "digits": "271828", "name": "Lin Wanzhou",
            "document": "11010519491231002X", "password": "271828",
        }),
        "confirmations" if path.contains("/identity/") => json!({"document": "11010519491231002X"}),
        "phone" => json!({"phone": "19900001001"}),
        "secure" => json!({"document": "11010519491231002X", "password": "271828"}),
        "appeals" => json!({"text": "mine"}),
        "mandates" | "instruments" => json!({"channel": "alipay"}),
        "payment-function" => json!({"on": false}),
        "single-out" => json!({"cause": "account.frozen"}),
        _ => json!({}),
    }
}

/// What an answer tells apart from the id that was asked for.
fn told(reply: &crate::reply::Reply, id: &str) -> (u16, String) {
    (reply.status, reply.text.replace(id, "ID"))
}

/// Ids of other people's things, and ids of nothing: the two must answer alike, whoever asks, and nothing is written. The
/// control asks as the owner, whose answers do tell them apart.
#[tokio::test]
async fn foreign_ids_tell_nothing() {
    let ids: usize = std::env::var("TANTU_FOREIGN_IDS").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let app = TestApp::start().await;
    let (owner, stranger) = (app.payer(0).await, app.payer(0).await);
    let foreign = Foreign::of(&app, &owner).await;
    let routes: Vec<_> = RULES
        .iter()
        .filter(|rule| rule.path.starts_with("/v1/") && rule.path.contains("{id}"))
        .filter_map(|rule| foreign.at(rule.path).map(|thing| (rule, thing)))
        .collect();
    let askers = [(Actor::Payer, stranger.session.as_str()), (Actor::Merchant, OTHER_MERCHANT)];
    let ask = async |rule: &tantu_web::access::Rule, id: &str, token: &str| {
        let (method, path): (Method, String) = (rule.method.parse().unwrap(), rule.path.replace("{id}", id));
        let body = (method != Method::GET).then(|| body_of(rule.path, &foreign.things[0].2));
        let answer =
            tokio::time::timeout(std::time::Duration::from_secs(30), app.ask(method, &path, token, body)).await;
        answer.unwrap_or_else(|_| panic!("{} {path} was never answered", rule.method))
    };
    let before = app.store.changes();
    let (mut asked, mut answers) = (0_usize, std::collections::BTreeMap::new());
    while asked < ids {
        for (rule, (prefix, theirs)) in &routes {
            for (actor, token) in askers.iter().filter(|(actor, _)| rule.allows.contains(actor)) {
                let nothing = format!("{prefix}_0{asked:015}0000000000");
                let (one, other) = (ask(rule, theirs, token).await, ask(rule, &nothing, token).await);
                let (one, other) = (told(&one, theirs), told(&other, &nothing));
                assert_eq!(one, other, "{} {} as {actor:?} tells whose it is", rule.method, rule.path);
                assert!(one.0 >= 400, "{} {} lets a stranger in", rule.method, rule.path);
                *answers.entry(one.0).or_insert(0_usize) += 2;
                asked += 2;
            }
        }
    }
    assert_eq!(app.store.changes(), before, "nothing was written");
    let hidden = answers.get(&404).copied().unwrap_or_default();
    assert!(hidden * 2 > asked, "most should come to the question whose it is: {answers:?}");
    let mut control = 0_usize;
    // His own events are a stream, which does not end.
    let owners =
        |rule: &tantu_web::access::Rule| rule.allows.contains(&Actor::Payer) && !rule.path.ends_with("/events");
    for (rule, (prefix, theirs)) in routes.iter().filter(|(rule, _)| owners(rule)) {
        let nothing = format!("{prefix}_0{asked:015}0000000000");
        let (one, other) = (ask(rule, theirs, &owner.session).await, ask(rule, &nothing, &owner.session).await);
        control += usize::from(told(&one, theirs) != told(&other, &nothing));
    }
    assert!(control * 2 > routes.len(), "the owner's answers should be seen to tell: {control} of {}", routes.len());
    println!("routes {} foreign_ids {asked} answers {answers:?} leaks 0 control_told {control}", routes.len());
}
