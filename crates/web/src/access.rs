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
use tantu_domain::staff::StaffMark;
use tantu_store::access::{Role, SessionKind, TokenHash};

use crate::app::{Shared, is_api};
use crate::cookies;
use crate::lang::lang_of;
use crate::pages;
use crate::problem::{Kind, Problem};
use crate::secret::{API_KEY, CASHIER, SESSION, hash_of, staff_of};
use crate::signed_out::SignedOut;

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Anybody at all; what such a route shows is public, or it looks for proof by itself (a channel's
    /// signature, a cashier link's token).
    Anybody,
    /// A merchant's API key.
    Merchant,
    /// A member of staff who is signed in with his second factor.
    Staff,
    /// A staff key alone: it opens a session, and does nothing else.
    StaffKey,
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

use Actor::{Anybody, Cashier, Local, Merchant, Payer, Staff, StaffKey as Key};

/// Every route.
pub const RULES: &[Rule] = &[
    rule("POST", "/v1/payments", &[Merchant]),
    rule("GET", "/v1/payments", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/diagnosis", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/events", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/payments/{id}/trace", &[Merchant, Staff, Payer]),
    rule("POST", "/v1/payments/{id}/actions", &[Merchant, Payer, Cashier]),
    rule("POST", "/v1/payments/{id}/codes", &[Payer]),
    rule("POST", "/v1/codes/{id}/proofs", &[Payer]),
    rule("POST", "/v1/codes/{id}/missing", &[Payer]),
    rule("POST", "/v1/payments/{id}/resume", &[Merchant, Payer, Cashier]),
    // Only the payer agrees to be charged later, not the merchant for him.
    rule("POST", "/v1/payments/{id}/schedule", &[Payer, Cashier]),
    rule("DELETE", "/v1/payments/{id}/schedule", &[Payer, Cashier]),
    rule("POST", "/v1/payments/{id}/close", &[Merchant]),
    rule("POST", "/v1/payments/{id}/refunds", &[Merchant]),
    rule("GET", "/v1/payments/{id}/refunds", &[Merchant, Staff, Payer]),
    rule("GET", "/v1/refunds/{id}", &[Merchant, Staff, Payer]),
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
    rule("POST", "/v1/accounts/{id}/restrict", &[Staff]),
    rule("POST", "/v1/accounts/{id}/unfreeze", &[Staff]),
    rule("GET", "/v1/accounts/{id}/audit", &[Staff]),
    rule("GET", "/v1/accounts/{id}/notices", &[Payer]),
    rule("GET", "/v1/accounts/{id}/incident-notices", &[Staff, Payer]),
    rule("POST", "/v1/accounts/{id}/secure", &[Payer]),
    rule("POST", "/v1/cases/{id}/appeals", &[Payer]),
    rule("POST", "/v1/cases/{id}/confirmations", &[Payer]),
    rule("POST", "/v1/accounts/{id}/unfreeze-requests", &[Payer]),
    rule("PUT", "/v1/accounts/{id}/limits", &[Payer]),
    rule("POST", "/v1/accounts/{id}/top-ups", &[Payer]),
    rule("GET", "/v1/accounts/{id}/points", &[Staff, Payer]),
    // A merchant who tops up for a payer sells him points; whether they are good depends on who he is.
    rule("POST", "/v1/accounts/{id}/points/top-ups", &[Merchant, Payer]),
    rule("POST", "/v1/accounts/{id}/points/lots/{lot}/release", &[Staff]),
    rule("PUT", "/v1/accounts/{id}/pay-password", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-password/proofs", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-password/resets", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-password/resets/confirmations", &[Payer]),
    rule("GET", "/v1/accounts/{id}/identity", &[Staff, Payer]),
    rule("PUT", "/v1/accounts/{id}/identity", &[Payer]),
    rule("POST", "/v1/accounts/{id}/identity/confirmations", &[Payer]),
    rule("POST", "/v1/accounts/{id}/phone", &[Payer]),
    rule("POST", "/v1/accounts/{id}/phone/confirmations", &[Payer]),
    rule("POST", "/v1/accounts/{id}/mandates", &[Payer]),
    rule("POST", "/v1/accounts/{id}/instruments", &[Payer]),
    rule("GET", "/v1/accounts/{id}/pay-later", &[Staff, Payer]),
    // Only its holder agrees to owe, and to be charged.
    rule("POST", "/v1/accounts/{id}/pay-later", &[Payer]),
    rule("PUT", "/v1/accounts/{id}/pay-later/auto-repay", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-later/freeze", &[Staff, Payer]),
    rule("POST", "/v1/accounts/{id}/pay-later/unfreeze", &[Staff, Payer]),
    rule("GET", "/v1/accounts/{id}/pay-later/notices", &[Staff, Payer]),
    // One of the staff asks, another one decides.
    rule("POST", "/v1/accounts/{id}/pay-later/bills/{bill}/extensions", &[Staff]),
    rule("POST", "/v1/accounts/{id}/pay-later/bills/{bill}/extensions/decision", &[Staff]),
    rule("POST", "/v1/accounts/{id}/pay-later/credit/{entry}/disputes", &[Payer]),
    rule("POST", "/v1/accounts/{id}/pay-later/credit/{entry}/disputes/decision", &[Staff]),
    rule("GET", "/v1/accounts/{id}/pay-later/bills", &[Staff, Payer]),
    rule("GET", "/v1/accounts/{id}/pay-later/bills/{bill}", &[Staff, Payer]),
    rule("POST", "/v1/accounts/{id}/pay-later/bills/{bill}/repayments", &[Payer]),
    rule("GET", "/v1/accounts/{id}/pay-later/credit", &[Staff, Payer]),
    rule("GET", "/v1/accounts/{id}/pay-later/statement", &[Staff, Payer]),
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
    // A key is one factor; what moves money, limits or states takes both.
    rule("POST", "/v1/staff/factor", &[Key]),
    rule("POST", "/v1/staff/sessions", &[Key]),
    rule("DELETE", "/v1/staff/sessions", &[Staff]),
    rule("POST", "/v1/staff/{id}/factor/removals", &[Staff]),
    rule("POST", "/v1/sign-out", &[Payer]),
    // Of a ticket its payer and staff know; only its payer asks.
    rule("GET", "/v1/tickets", &[Staff, Payer]),
    rule("POST", "/v1/tickets", &[Payer]),
    rule("GET", "/v1/tickets/{id}", &[Staff, Payer]),
    rule("POST", "/v1/tickets/{id}/messages", &[Staff, Payer]),
    rule("POST", "/v1/tickets/{id}/close", &[Staff, Payer]),
    rule("GET", "/v1/incidents", &[Merchant, Staff, Payer]),
    rule("POST", "/v1/incidents", &[Staff]),
    // Whom it hit only staff know.
    rule("GET", "/v1/incidents/{id}", &[Staff]),
    rule("POST", "/v1/incidents/{id}/end", &[Staff]),
    // What is told to everybody; staff see what was withdrawn, too.
    rule("GET", "/v1/announcements", &[Anybody, Merchant, Staff, Payer, Cashier]),
    rule("POST", "/v1/announcements", &[Staff]),
    rule("POST", "/v1/announcements/{id}/withdraw", &[Staff]),
    rule("POST", "/v1/notifications/{channel}", &[Anybody]),
    rule("GET", "/healthz", &[Anybody]),
    rule("GET", "/readyz", &[Anybody]),
    // What reads them all day has no second factor.
    rule("GET", "/metrics", &[Staff, Key, Local]),
    rule("GET", "/", &[Anybody]),
    rule("GET", "/explain", &[Anybody]),
    rule("GET", "/help", &[Anybody]),
    rule("POST", "/help/words", &[Anybody]),
    rule("GET", "/help/check", &[Anybody]),
    rule("GET", "/help/{cause}", &[Anybody]),
    rule("GET", "/status", &[Anybody]),
    rule("GET", "/status.atom", &[Anybody]),
    rule("GET", "/check", &[Anybody]),
    rule("GET", "/check.js", &[Anybody]),
    rule("GET", "/style.css", &[Anybody]),
    rule("GET", "/demo", &[Anybody]),
    rule("POST", "/demo/sign-in", &[Anybody]),
    rule("GET", "/sign-in", &[Anybody]),
    rule("POST", "/sign-in", &[Anybody]),
    rule("POST", "/sign-out", &[Payer]),
    rule("GET", "/cashier/{payment}", &[Anybody]),
    rule("POST", "/cashier/{payment}/pay", &[Anybody]),
    rule("GET", "/cashier/{payment}/result", &[Anybody]),
    rule("GET", "/cashier/{payment}/channel", &[Anybody]),
    rule("GET", "/cashier/{payment}/returned", &[Anybody]),
    rule("POST", "/cashier/{payment}/mandates", &[Payer]),
    rule("POST", "/cashier/{payment}/unfreeze-requests", &[Payer]),
    rule("POST", "/cashier/{payment}/recheck", &[Payer]),
    rule("GET", "/cashier/{payment}/top-up", &[Payer]),
    rule("POST", "/cashier/{payment}/top-up", &[Payer]),
    rule("POST", "/cashier/{payment}/password", &[Payer]),
    rule("GET", "/cashier/{payment}/set-password", &[Payer]),
    rule("GET", "/cashier/{payment}/reset-password", &[Payer]),
    rule("POST", "/cashier/{payment}/reset-password", &[Payer]),
    rule("POST", "/cashier/{payment}/reset-password/code", &[Payer]),
    rule("GET", "/cashier/{payment}/bank-code", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code/resend", &[Payer]),
    rule("POST", "/cashier/{payment}/bank-code/missing", &[Payer]),
    rule("GET", "/cashier/{payment}/check", &[Anybody]),
    rule("GET", "/cashier/{payment}/ticket", &[Payer]),
    rule("POST", "/cashier/{payment}/ticket", &[Payer]),
    rule("GET", "/tickets", &[Payer]),
    rule("GET", "/tickets/{id}", &[Payer]),
    rule("POST", "/tickets/{id}/messages", &[Payer]),
    rule("POST", "/tickets/{id}/close", &[Payer]),
    rule("GET", "/notices", &[Payer]),
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
    rule("GET", "/pay-later", &[Payer]),
    rule("POST", "/pay-later", &[Payer]),
    rule("POST", "/pay-later/freeze", &[Payer]),
    rule("POST", "/pay-later/unfreeze", &[Payer]),
    rule("GET", "/pay-later/bills/{id}", &[Payer]),
    rule("POST", "/pay-later/bills/{id}", &[Payer]),
    rule("GET", "/pay-later/auto-repay", &[Payer]),
    rule("POST", "/pay-later/auto-repay", &[Payer]),
    rule("GET", "/pay-later/credit", &[Payer]),
    rule("POST", "/pay-later/credit/{entry}", &[Payer]),
    rule("GET", "/identity", &[Payer]),
    rule("POST", "/identity", &[Payer]),
    rule("POST", "/identity/confirmation", &[Payer]),
    rule("POST", "/identity/phone", &[Payer]),
    rule("POST", "/identity/phone/code", &[Payer]),
    rule("GET", "/cases", &[Payer]),
    rule("POST", "/cases/secure", &[Payer]),
    rule("POST", "/cases/{id}", &[Payer]),
    rule("POST", "/cases/{id}/confirmation", &[Payer]),
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
    /// A member of staff. By which factors, the guard knows.
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
    let (caller, staff) = match identify(&app, &asked).await {
        Ok(Known::As(caller)) => (caller, None),
        Ok(Known::Staff(staff)) => (Caller::Staff, Some(staff)),
        // A browser whose session is over still sees what anybody may.
        Ok(Known::SignedOut(_)) if rule.allows.contains(&Anybody) && !asked.names_itself() => (Caller::Unknown, None),
        Ok(Known::SignedOut(over)) => return refuse_signed_out(&app, &asked, &over, rule).await,
        Err(problem) => return problem.into_response(),
    };
    let actor = match staff {
        Some(ByFactors { key: Some(_), .. }) => Key,
        Some(_) | None => caller.actor(),
    };
    // A key alone sees what anybody may, as anybody.
    let (caller, staff, actor) = match actor {
        Key if !rule.allows.contains(&Key) && rule.allows.contains(&Anybody) => (Caller::Unknown, None, Anybody),
        other => (caller, staff, other),
    };
    let allowed = rule.allows.contains(&actor) || (local && caller == Caller::Unknown);
    if !allowed {
        return refuse(&app, &asked, &caller, rule).await;
    }
    if let Some(staff) = staff {
        request.extensions_mut().insert(staff.mark);
        request.extensions_mut().insert(staff);
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

impl Asked {
    /// Whether a program says who it is, and does not leave that to a browser's cookie.
    fn names_itself(&self) -> bool {
        self.headers.contains_key(header::AUTHORIZATION)
    }
}

/// A member of staff, and what he has shown.
#[derive(Debug, Clone, Copy)]
struct ByFactors {
    mark: StaffMark,
    /// His key's hash, if he has shown that alone; `None` for a session, which took both factors.
    key: Option<TokenHash>,
}

/// Whom a key or a session shows.
enum Known {
    As(Caller),
    Staff(ByFactors),
    /// A payer whose session is over.
    SignedOut(SignedOut),
}

async fn refuse_signed_out(app: &Shared, asked: &Asked, over: &SignedOut, rule: &Rule) -> Response {
    if is_api(asked.uri.path()) {
        return over.answer(app, lang_of(&asked.uri, &asked.headers), &asked.uri);
    }
    pages::sign_in::needed(app, &asked.method, &asked.uri, &asked.headers, rule.path, Some(over)).await
}

async fn refuse(app: &Shared, asked: &Asked, caller: &Caller, rule: &Rule) -> Response {
    if !is_api(asked.uri.path()) {
        return pages::sign_in::needed(app, &asked.method, &asked.uri, &asked.headers, rule.path, None).await;
    }
    let problem = if *caller == Caller::Unknown {
        let detail = "say who asks: Authorization: Bearer with an API key (tk_…), or a session of a payer (ps_…) or of staff (ss_…)";
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
        Staff => "a session of staff (POST /v1/staff/sessions with a code of the second factor)",
        Key => "a staff key",
        Payer => "the payer's session",
        Cashier => "the payment's cashier link",
        Local => "a connection from this machine itself",
    });
    names.collect::<Vec<_>>().join(" or ")
}

async fn identify(app: &Shared, asked: &Asked) -> Result<Known, Problem> {
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
            Role::Merchant(merchant) => Known::As(Caller::Merchant(merchant)),
            Role::Staff => Known::Staff(ByFactors { mark: StaffMark::of(&hash.0), key: Some(hash) }),
        });
    }
    if let Some(mark) = staff_of(token) {
        let signed_in = app.engine.staff_is_signed_in(mark, &hash_of(token)).await?;
        return signed_in.then_some(Known::Staff(ByFactors { mark, key: None })).ok_or_else(unknown);
    }
    if token.starts_with(CASHIER) {
        return Ok(Known::As(Caller::Cashier(token.to_owned())));
    }
    session(app, token).await?.ok_or_else(unknown)
}

/// A browser sends its cookie wherever somebody leads it, so a request that another site caused is nobody's.
async fn by_cookie(app: &Shared, asked: &Asked) -> Result<Known, Problem> {
    let own = asked.method == Method::GET || !is_api(asked.uri.path()) || from_own_page(app, &asked.headers);
    match cookies::value(&asked.headers, cookies::SESSION) {
        Some(token) if own => Ok(session(app, token).await?.unwrap_or(Known::As(Caller::Unknown))),
        Some(_) | None => Ok(Known::As(Caller::Unknown)),
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
pub(crate) async fn signed_in(app: &Shared, token: &str) -> Result<Option<AccountId>, Problem> {
    Ok(match session(app, token).await? {
        Some(Known::As(Caller::Payer(account))) => Some(account),
        Some(_) | None => None,
    })
}

/// Whom a session's token shows; `None` if it never was one.
async fn session(app: &Shared, token: &str) -> Result<Option<Known>, Problem> {
    if !token.starts_with(SESSION) || token.len() > 128 {
        return Ok(None);
    }
    let (hash, wall) = (hash_of(token), app.engine.clock().wall());
    let Some(session) = app.engine.read(move |store| store.session(&hash)).await? else { return Ok(None) };
    let lives = matches!(session.kind, SessionKind::SignedIn { ended: None, .. }) && wall < session.expires_at;
    if lives {
        return Ok(Some(Known::As(Caller::Payer(session.account))));
    }
    Ok(SignedOut::of(&session, wall).map(Known::SignedOut))
}

/// The session's token that a request bears, as a program or a browser sends it.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match bearer {
        Some(bearer) => bearer.split_once(' ').map(|(_, token)| token),
        None => cookies::value(headers, cookies::SESSION),
    }
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

/// A member of staff shows his key alone, by its hash.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StaffKey(pub(crate) TokenHash);

impl<S: Sync> FromRequestParts<S> for StaffKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let shown = parts.extensions.get::<ByFactors>().and_then(|staff| staff.key);
        shown.map(Self).ok_or_else(|| Problem::new(Kind::Forbidden, "this needs a staff key"))
    }
}

/// A member of staff asks, and who it is: each has a key of his own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StaffCaller(pub(crate) StaffMark);

impl<S: Sync> FromRequestParts<S> for StaffCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match (parts.extensions.get::<Caller>(), parts.extensions.get::<StaffMark>()) {
            (Some(Caller::Staff), Some(mark)) => Ok(Self(*mark)),
            _ => Err(Problem::new(Kind::Forbidden, "this needs a session of staff")),
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
