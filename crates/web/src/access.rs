//! Who may ask what: one table for every route. What does not stand here answers nobody.
//!
//! The guard knows routes and roles. Whether a thing is the caller's own is decided where it is loaded,
//! and what is somebody else's answers exactly as what does not exist.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tantu_domain::ids::{AccountId, MerchantId};
use tantu_store::access::{Role, SessionKind};

use crate::app::{Shared, is_api};
use crate::cookies;
use crate::pages;
use crate::problem::{Kind, Problem};
use crate::secret::{API_KEY, CASHIER, SESSION, hash_of};

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Anybody at all; what such a route shows is public, or it looks for proof by itself (a channel's
    /// signature, a cashier link's token).
    Anybody,
    /// A merchant's API key.
    Merchant,
    /// A staff key.
    Staff,
    /// A payer who is signed in.
    Payer,
    /// The holder of a cashier link: sees and pays that one payment, and changes no account.
    Cashier,
    /// A program on this machine, which needs no key: its connection comes from loopback, and no proxy says
    /// that it speaks for somebody else.
    Local,
}

/// Who may use one route.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The method.
    pub method: &'static str,
    /// The path as the router writes it.
    pub path: &'static str,
    /// Who may.
    pub allows: &'static [Actor],
}

const fn rule(method: &'static str, path: &'static str, allows: &'static [Actor]) -> Rule {
    Rule { method, path, allows }
}

use Actor::{Anybody, Cashier, Local, Merchant, Payer, Staff};

/// Every route.
pub const RULES: &[Rule] = &[
    rule("POST", "/v1/payments", &[Merchant]),
    rule("GET", "/v1/payments", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/diagnosis", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/events", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/trace", &[Merchant, Staff, Payer]),
    rule("POST", "/v1/payments/{id}/actions", &[Merchant, Payer, Cashier]),
    rule("POST", "/v1/payments/{id}/resume", &[Merchant, Payer, Cashier]),
    // Only the payer agrees to be charged later, not the merchant for him.
    rule("POST", "/v1/payments/{id}/schedule", &[Payer, Cashier]),
    rule("DELETE", "/v1/payments/{id}/schedule", &[Payer, Cashier]),
    rule("POST", "/v1/payments/{id}/close", &[Merchant]),
    rule("POST", "/v1/preflight", &[Merchant, Staff, Payer]),
    // A code is public; of a payment it tells those who may see it.
    rule("POST", "/v1/diagnoses", &[Anybody, Merchant, Staff, Payer, Cashier]),
    // A device that trusts no connection sends no secret over one.
    rule("POST", "/v1/device-reports", &[Anybody, Merchant, Staff, Payer, Cashier]),
    // Every device may ask what to check before it trusts or signs anything.
    rule("GET", "/v1/device-checks", &[Anybody]),
    rule("POST", "/v1/accounts", &[Staff]),
    rule("GET", "/v1/accounts/{id}", &[Staff, Payer]),
    rule("POST", "/v1/accounts/{id}/freeze", &[Staff]),
    rule("POST", "/v1/accounts/{id}/unfreeze", &[Staff]),
    rule("POST", "/v1/accounts/{id}/unfreeze-requests", &[Payer]),
    rule("PUT", "/v1/accounts/{id}/limits", &[Payer]),
    rule("PUT", "/v1/accounts/{id}/pay-password", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-password/proofs", &[Payer]),
    rule("POST", "/v1/accounts/{id}/mandates", &[Payer]),
    rule("POST", "/v1/accounts/{id}/instruments", &[Payer]),
    rule("GET", "/v1/mandates/{id}", &[Payer]),
    rule("GET", "/v1/merchants/{id}/balance", &[Merchant, Staff]),
    rule("POST", "/v1/instruments/{id}/recheck", &[Payer]),
    rule("POST", "/v1/instruments/{id}/single-out", &[Payer]),
    rule("POST", "/v1/instruments/{id}/unbind", &[Payer]),
    rule("PUT", "/v1/instruments/{id}/payment-function", &[Payer]),
    // Only the holder binds his card: nobody else is to see its details.
    rule("POST", "/v1/bindings", &[Payer]),
    rule("GET", "/v1/bindings/{id}", &[Payer]),
    rule("POST", "/v1/bindings/{id}/terms", &[Payer]),
    rule("POST", "/v1/bindings/{id}/details", &[Payer]),
    rule("POST", "/v1/bindings/{id}/code", &[Payer]),
    rule("POST", "/v1/bindings/{id}/code/resend", &[Payer]),
    rule("POST", "/v1/bindings/{id}/single-out", &[Payer]),
    rule("POST", "/v1/bindings/{id}/abandon", &[Payer]),
    rule("GET", "/v1/card-banks", &[Anybody]),
    rule("POST", "/v1/device-keys", &[Payer]),
    rule("DELETE", "/v1/device-keys/{id}", &[Payer]),
    rule("POST", "/v1/payer-links", &[Staff]),
    rule("GET", "/v1/incidents", &[Merchant, Staff, Payer]),
    rule("POST", "/v1/incidents", &[Staff]),
    rule("POST", "/v1/incidents/{id}/end", &[Staff]),
    rule("POST", "/v1/notifications/{channel}", &[Anybody]),
    rule("GET", "/healthz", &[Anybody]),
    rule("GET", "/readyz", &[Anybody]),
    rule("GET", "/metrics", &[Staff, Local]),
    rule("GET", "/", &[Anybody]),
    rule("GET", "/explain", &[Anybody]),
    rule("GET", "/help", &[Anybody]),
    rule("POST", "/help/words", &[Anybody]),
    rule("GET", "/help/check", &[Anybody]),
    rule("GET", "/help/{cause}", &[Anybody]),
    rule("GET", "/check", &[Anybody]),
    rule("GET", "/check.js", &[Anybody]),
    rule("GET", "/style.css", &[Anybody]),
    rule("GET", "/demo", &[Anybody]),
    rule("POST", "/demo/sign-in", &[Anybody]),
    rule("GET", "/sign-in", &[Anybody]),
    rule("POST", "/sign-in", &[Anybody]),
    rule("GET", "/cashier/{payment}", &[Anybody]),
    rule("POST", "/cashier/{payment}/pay", &[Anybody]),
    rule("GET", "/cashier/{payment}/result", &[Anybody]),
    rule("GET", "/cashier/{payment}/channel", &[Anybody]),
    rule("GET", "/cashier/{payment}/returned", &[Anybody]),
    rule("POST", "/cashier/{payment}/mandates", &[Payer]),
    rule("POST", "/cashier/{payment}/unfreeze-requests", &[Payer]),
    rule("POST", "/cashier/{payment}/recheck", &[Payer]),
    rule("POST", "/cashier/{payment}/password", &[Payer]),
    rule("GET", "/cashier/{payment}/set-password", &[Payer]),
    rule("GET", "/cashier/{payment}/bank-code", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code/resend", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code/missing", &[Payer]),
    rule("GET", "/cards", &[Payer]),
    rule("POST", "/cards/bind", &[Payer]),
    rule("POST", "/cards/{id}/switch", &[Payer]),
    rule("POST", "/cards/{id}/unbind", &[Payer]),
    rule("GET", "/cards/bindings/{id}", &[Payer]),
    rule("POST", "/cards/bindings/{id}/terms", &[Payer]),
    rule("POST", "/cards/bindings/{id}/details", &[Payer]),
    rule("POST", "/cards/bindings/{id}/code", &[Payer]),
    rule("POST", "/cards/bindings/{id}/resend", &[Payer]),
    rule("POST", "/cards/bindings/{id}/single-out", &[Payer]),
    rule("POST", "/cards/bindings/{id}/abandon", &[Payer]),
    rule("POST", "/cashier/{payment}/set-password", &[Payer]),
    rule("GET", "/limits", &[Payer]),
    rule("POST", "/limits", &[Payer]),
    // Whoever has the link may pay, and so may agree to pay later.
    rule("POST", "/cashier/{payment}/schedule", &[Anybody]),
    rule("GET", "/mandates/{id}/return", &[Anybody]),
];

/// Who asks, once the guard has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody that we know.
    Unknown,
    /// A merchant.
    Merchant(MerchantId),
    /// A member of staff.
    Staff,
    /// The holder of an account.
    Payer(AccountId),
    /// Somebody with the token of a cashier link; whose, the handler checks.
    Cashier(String),
}

impl Caller {
    fn actor(&self) -> Actor {
        match self {
            Self::Unknown => Anybody,
            Self::Merchant(_) => Merchant,
            Self::Staff => Staff,
            Self::Payer(_) => Payer,
            Self::Cashier(_) => Cashier,
        }
    }
}

/// Lets through whom the table allows.
pub(crate) async fn guard(State(app): State<Shared>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let found = RULES.iter().find(|rule| rule.method == method.as_str() && rule.path == path.as_str());
    let Some(rule) = found else {
        tracing::error!(%method, path = path.as_str(), "a route has no rule in access.rs; nobody may use it");
        return Problem::new(Kind::NotFound, "there is nothing here").into_response();
    };
    if *rule.allows == [Anybody] {
        return next.run(request).await;
    }
    let local = rule.allows.contains(&Local) && is_local(&request);
    // The body must not be held while we wait, so the head is copied.
    let asked =
        Asked { method: request.method().clone(), uri: request.uri().clone(), headers: request.headers().clone() };
    let caller = match identify(&app, &asked).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let allowed = rule.allows.contains(&caller.actor()) || (local && caller == Caller::Unknown);
    if !allowed {
        return refuse(&app, &asked, &caller, rule).await;
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Whether a program on this machine asks. A server that does not tell where its connections come from has
/// no such callers.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // A proxy on this machine speaks for the whole world, and says so.
    let spoken_for = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback())
        && !spoken_for.iter().any(|name| request.headers().contains_key(*name))
}

/// The head of a request.
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

async fn refuse(app: &Shared, asked: &Asked, caller: &Caller, rule: &Rule) -> Response {
    if !is_api(asked.uri.path()) {
        return pages::sign_in::needed(app, &asked.method, &asked.uri, &asked.headers, rule.path).await;
    }
    let problem = if *caller == Caller::Unknown {
        let detail = "say who asks: Authorization: Bearer with an API key (tk_…) or a payer's session (ps_…)";
        Problem::new(Kind::Unauthenticated, detail)
    } else {
        Problem::new(Kind::Forbidden, format!("this needs {}", wanted(rule)))
    };
    problem.into_response()
}

fn wanted(rule: &Rule) -> String {
    let names = rule.allows.iter().map(|actor| match actor {
        Anybody => "nobody in particular",
        Merchant => "a merchant's API key",
        Staff => "a staff key",
        Payer => "the payer's session",
        Cashier => "the payment's cashier link",
        Local => "a connection from this machine itself",
    });
    names.collect::<Vec<_>>().join(" or ")
}

async fn identify(app: &Shared, asked: &Asked) -> Result<Caller, Problem> {
    let Some(value) = asked.headers.get(header::AUTHORIZATION) else {
        return by_cookie(app, asked).await;
    };
    let unknown = || {
        Problem::new(Kind::Unauthenticated, "the key or session is not known or is over; check it, or sign in again")
    };
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(unknown)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown());
    }
    if token.starts_with(API_KEY) {
        let hash = hash_of(token);
        let key = app.engine.read(move |store| store.api_key(&hash)).await?.ok_or_else(unknown)?;
        return Ok(match key.role {
            Role::Merchant(merchant) => Caller::Merchant(merchant),
            Role::Staff => Caller::Staff,
        });
    }
    if token.starts_with(CASHIER) {
        return Ok(Caller::Cashier(token.to_owned()));
    }
    session(app, token).await?.map(Caller::Payer).ok_or_else(unknown)
}

/// A browser sends its cookie wherever somebody leads it, so a request that another site caused is nobody's.
async fn by_cookie(app: &Shared, asked: &Asked) -> Result<Caller, Problem> {
    let own = asked.method == Method::GET || !is_api(asked.uri.path()) || from_own_page(app, &asked.headers);
    match cookies::value(&asked.headers, cookies::SESSION) {
        Some(token) if own => Ok(session(app, token).await?.map_or(Caller::Unknown, Caller::Payer)),
        Some(_) | None => Ok(Caller::Unknown),
    }
}

fn from_own_page(app: &Shared, headers: &HeaderMap) -> bool {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (value("sec-fetch-site"), value("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == app.config.public_base,
        (None, None) => true,
    }
}

/// Whose session a token is, if it still is one.
pub(crate) async fn session(app: &Shared, token: &str) -> Result<Option<AccountId>, Problem> {
    if !token.starts_with(SESSION) || token.len() > 128 {
        return Ok(None);
    }
    let (hash, wall) = (hash_of(token), app.engine.clock().wall());
    let session = app.engine.read(move |store| store.session(&hash)).await?;
    let lives = session.filter(|session| session.kind == SessionKind::SignedIn && wall < session.expires_at);
    Ok(lives.map(|session| session.account))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self::Unknown))
    }
}

/// The merchant who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MerchantCaller(pub(crate) MerchantId);

impl<S: Sync> FromRequestParts<S> for MerchantCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Merchant(merchant)) => Ok(Self(*merchant)),
            _ => Err(Problem::new(Kind::Forbidden, "this needs a merchant's API key")),
        }
    }
}

/// A member of staff asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StaffCaller;

impl<S: Sync> FromRequestParts<S> for StaffCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Staff) => Ok(Self),
            _ => Err(Problem::new(Kind::Forbidden, "this needs a staff key")),
        }
    }
}

/// The payer who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayerCaller(pub(crate) AccountId);

impl<S: Sync> FromRequestParts<S> for PayerCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Payer(account)) => Ok(Self(*account)),
            _ => Err(Problem::new(Kind::Forbidden, "this needs the payer's session")),
        }
    }
}
