//! Signing in by a one-time link. Opening the link shows a button, because previews open links too; the
//! button spends it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use tantu_domain::ids::PaymentId;
use tantu_domain::operation::Operation;
use tantu_engine::sessions::sign_in::SignIn;
use tantu_engine::sessions::sign_out::SignOut;
use tantu_explain::words::operation;

use crate::access::session_token;
use crate::app::{App, Shared};
use crate::body::FormBody;
use crate::cookies;
use crate::lang::lang_of;
use crate::pages::cards;
use crate::pages::cashier::cashier_of;
use crate::pages::demo;
use crate::pages::error;
use crate::pages::layout::notice;
use crate::pages::pay_later;
use crate::pages::tickets;
use crate::pages::visitor::{Visitor, with_cookie};
use crate::problem::Problem;
use crate::render::Telling;
use crate::secret::{LINK, SESSION, fresh_token, hash_of};
use crate::signed_out::SignedOut;

/// How long a session lasts in the browser; the engine ends it after the same time.
const SESSION_SECONDS: u32 = 12 * 60 * 60;

/// How long we remember where somebody wanted to go.
const NEXT_SECONDS: u32 = 30 * 60;

/// Shows the button.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let words = visitor.words;
    let link = visitor.query("link");
    let content = if link.is_empty() {
        notice("key", words.sign_in_title, &[words.sign_in_by_link], &html! {})
    } else {
        notice(
            "key",
            words.sign_in_title,
            &[words.sign_in_once],
            &html! {
                form method="post" action="/sign-in" {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="link" value=(link);
                    input type="hidden" name="next" value=(visitor.query("next"));
                    button.wide type="submit" { (words.sign_in_button) }
                }
            },
        )
    };
    visitor.page(words.sign_in_title, &content)
}

/// Exchanges the link for a session.
pub(crate) async fn exchange(
    State(app): State<Shared>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Result<FormBody, Problem>,
) -> Response {
    visitor.answer(exchanged(&app, &visitor, &headers, form).await)
}

async fn exchanged(
    app: &Shared,
    visitor: &Visitor,
    headers: &HeaderMap,
    form: Result<FormBody, Problem>,
) -> Result<Response, Problem> {
    let form = form?;
    if is_browser(headers) {
        visitor.check(&form)?;
    }
    let (link, session) = (form.value("link"), fresh_token(SESSION)?);
    let link = if link.starts_with(LINK) { hash_of(link) } else { hash_of("") };
    // A browser says nothing of itself; an app does, and a payer is signed in with one app at a time.
    let by_app = headers.contains_key("Tantu-Client");
    let account = app.engine.sign_in(SignIn { link, session: hash_of(&session), app: by_app }).await?;
    tracing::info!(%account, "a payer signed in");
    let remembered = cookies::value(headers, cookies::NEXT).map(decoded);
    let next = own_path(app, form.value("next")).or_else(|| remembered.and_then(|next| own_path(app, &next)));
    let base = &app.config.public_base;
    let answer = visitor.redirect(next.as_deref().unwrap_or("/"));
    let answer = with_cookie(answer, cookies::set(cookies::SESSION, &session, SESSION_SECONDS, base));
    Ok(with_cookie(answer, cookies::set(cookies::NEXT, "", 0, base)))
}

/// A form of another site can come only from a browser, and a browser names itself by one of these. A
/// program that has the link may exchange it without having seen the page.
fn is_browser(headers: &HeaderMap) -> bool {
    headers.contains_key(header::COOKIE)
        || headers.contains_key(header::ORIGIN)
        || headers.contains_key("sec-fetch-site")
}

/// A path of our own pages; anything that leads elsewhere is none.
fn own_path(app: &App, text: &str) -> Option<String> {
    if !text.starts_with('/') || text.starts_with("//") || text.contains(['\\', '\r', '\n', '\t']) {
        return None;
    }
    let base = url::Url::parse(&app.config.public_base).ok()?;
    let joined = base.join(text).ok()?;
    (joined.origin() == base.origin()).then(|| text.to_owned())
}

/// What a step would do, and that it needs the payer: shown instead of doing it.
pub(crate) async fn needed(
    app: &Shared,
    method: &axum::http::Method,
    uri: &Uri,
    headers: &HeaderMap,
    rule: &str,
    over: Option<&SignedOut>,
) -> Response {
    let visitor = match Visitor::of(app, method, uri, headers).await {
        Ok(visitor) => visitor,
        Err(problem) => return error::page(&problem, lang_of(uri, headers)),
    };
    let words = visitor.words;
    let wanted = wanted(rule).map(|wanted| operation(wanted, None, visitor.lang));
    let back = cashier_of(uri);
    let said =
        over.map(|over| Telling::new(visitor.lang, app.engine.clock().now(), &[], None).words(over.finding(), &[]));
    let title = said.as_ref().map_or(words.sign_in_to_fix, |said| said.title.as_str());
    let happened: Vec<&str> = said.iter().map(|said| said.happened.as_str()).collect();
    let content = notice(
        "key",
        title,
        &happened,
        &html! {
            @if let Some(wanted) = &wanted {
                div.step { h2 { (wanted.title) } p { (wanted.what) } p.quiet { (wanted.takes) } }
            }
            p { (words.sign_in_by_link) }
            div.actions {
                (demo_door(&visitor, uri))
                @if let Some(back) = &back { a.button.quiet href=(back) { (words.back_to_cashier) } }
            }
        },
    );
    let mut response = visitor.page(title, &content).into_response();
    *response.status_mut() = if over.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
    let next = here(method, uri).or(back).or_else(|| own_page(uri)).map(|page| encoded(&page));
    with_cookie(
        response,
        next.and_then(|next| cookies::set(cookies::NEXT, &next, NEXT_SECONDS, &app.config.public_base)),
    )
}

/// More than this of an address is not remembered in a browser.
const LONGEST_NEXT: usize = 1_500;

/// The very page under a cashier link that somebody wanted to see, with what its address knows. What he wanted to do there he
/// presses again.
fn here(method: &axum::http::Method, uri: &Uri) -> Option<String> {
    let whole = uri.path_and_query().map(ToString::to_string)?;
    (method == axum::http::Method::GET && cashier_of(uri).is_some() && whole.len() <= LONGEST_NEXT).then_some(whole)
}

/// The page of the cards, of pay later, of tickets or of the account that an address of theirs belongs to.
fn own_page(uri: &Uri) -> Option<String> {
    let mut parts = uri.path().split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("cards"), Some("bindings"), Some(id)) => Some(format!("{}/bindings/{id}", cards::PATH)),
        (Some("cards"), _, _) => Some(cards::PATH.to_owned()),
        (Some("pay-later"), Some("bills"), Some(id)) => Some(format!("{}/bills/{id}", pay_later::PATH)),
        (Some("pay-later"), Some(page @ ("auto-repay" | "credit")), _) => Some(format!("{}/{page}", pay_later::PATH)),
        (Some("pay-later"), _, _) => Some(pay_later::PATH.to_owned()),
        (Some(page @ ("identity" | "cases" | "limits")), _, _) => Some(format!("/{page}")),
        (Some("tickets"), Some(id), _) => Some(format!("{}/{id}", tickets::PATH)),
        (Some("tickets"), None, _) => Some(tickets::PATH.to_owned()),
        _ => None,
    }
}

/// Ends the session in this browser.
pub(crate) async fn leave(
    State(app): State<Shared>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Result<FormBody, Problem>,
) -> Response {
    let left = async {
        visitor.check(&form?)?;
        if let Some(token) = session_token(&headers) {
            app.engine.run(SignOut { session: hash_of(token) }).await?;
        }
        let base = &app.config.public_base;
        Ok(with_cookie(visitor.redirect("/"), cookies::set(cookies::SESSION, "", 0, base)))
    };
    visitor.answer(left.await)
}

fn demo_door(visitor: &Visitor, uri: &Uri) -> Markup {
    let payment = uri.path().split('/').nth(2).and_then(|text| text.parse::<PaymentId>().ok());
    let listed = payment.filter(|payment| demo::lists(&visitor.app, *payment));
    html! { @if let Some(payment) = listed { (demo::as_payer(visitor, payment)) } }
}

fn wanted(rule: &str) -> Option<Operation> {
    match rule {
        "/cashier/{payment}/mandates" => Some(Operation::SignMandate),
        "/cashier/{payment}/unfreeze-requests" => Some(Operation::RequestUnfreeze),
        "/cashier/{payment}/recheck" => Some(Operation::Recheck),
        _ => None,
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("v={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
