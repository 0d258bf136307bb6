//! The router: every route, and what surrounds each request — the guard, the time-out, the headers.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Router, http};
use jiff::SignedDuration;
use tantu_codes::Tables;
use tantu_domain::cause::Cause;
use tantu_domain::ids::PaymentId;
use tantu_engine::Engine;
use tokio::sync::Semaphore;

use crate::access;
use crate::api;
use crate::crowd;
use crate::lang::lang_of;
use crate::pages;
use crate::problem::{Kind, Problem};
use crate::secret::ServerSecret;

/// As many requests at once as a server of the usual size can hold.
pub(crate) const MOST_REQUESTS: u32 = 4_096;

/// What the web is configured with.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// Our address as browsers and merchants see it, without a slash at its end.
    pub public_base: String,
    /// What cashier links and form tokens are signed with. Another secret ends every link that is out.
    pub secret: ServerSecret,
    /// Where an app may ask a channel's page to send its payer back to, besides our own pages: an origin
    /// with the beginning of a path, such as `https://shop.example/return`.
    pub allowed_return_prefixes: Vec<String>,
    /// Whether `/demo` is shown, with a way to sign in as the demo's payers.
    pub demo: bool,
    /// What `/demo` lists. Others may add to it while the server runs.
    pub demo_links: DemoLinks,
    /// The channels' codes with the operator's own rows; the published ones alone if there are none.
    pub codes: Option<Arc<Tables>>,
    /// Where a payer's own device goes besides us, each an origin such as `https://openapi.alipay.com`: the channels' pages.
    pub partner_origins: Vec<String>,
    /// The most requests that are handled at once; whoever finds no place is refused.
    pub most_requests: u32,
    /// Within what time staff answer a ticket.
    pub ticket_promise: SignedDuration,
    /// The most bytes that a request's body may have.
    pub body_limit: usize,
    /// The longest that a request may take.
    pub request_timeout: Duration,
}

impl WebConfig {
    /// A configuration with the usual limits: bodies to 64 KiB, 30 seconds, no demo.
    pub fn new(public_base: impl Into<String>, secret: ServerSecret) -> Self {
        Self {
            public_base: public_base.into().trim_end_matches('/').to_owned(),
            secret,
            allowed_return_prefixes: Vec::new(),
            demo: false,
            demo_links: DemoLinks::default(),
            codes: None,
            partner_origins: Vec::new(),
            most_requests: MOST_REQUESTS,
            ticket_promise: SignedDuration::from_hours(2),
            body_limit: 64 * 1024,
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// A payment that the demo shows.
#[derive(Debug, Clone)]
pub struct DemoLink {
    /// Which.
    pub payment: PaymentId,
    /// What it shows, in this order; their titles are its title.
    pub causes: Vec<Cause>,
}

/// The demo's payments, shared with whoever makes them.
#[derive(Debug, Clone, Default)]
pub struct DemoLinks(Arc<RwLock<Vec<DemoLink>>>);

impl DemoLinks {
    /// Adds one.
    pub fn add(&self, link: DemoLink) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(link);
    }

    /// All, in the order in which they were added.
    pub fn all(&self) -> Vec<DemoLink> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What every handler shares.
pub struct App {
    /// The door to all use cases.
    pub engine: Engine,
    /// What the web is configured with.
    pub config: WebConfig,
    /// A place for each caller who watches a payment.
    pub(crate) watchers: Arc<Semaphore>,
    /// A place for each request that is being handled.
    pub(crate) places: Arc<Semaphore>,
}

/// The most callers who watch payments at once. Each holds a connection, and looks every two seconds.
pub(crate) const WATCHERS: usize = 1_000;

impl App {
    /// A server over an engine.
    pub fn new(engine: Engine, config: WebConfig) -> Self {
        api::metrics::collect();
        let places = crowd::places(config.most_requests);
        Self { engine, config, watchers: Arc::new(Semaphore::new(WATCHERS)), places }
    }
}

pub(crate) type Shared = Arc<App>;

/// The whole server as a router.
pub fn router(app: App) -> Router {
    let app: Shared = Arc::new(app);
    let limit = app.config.body_limit;
    let (api, document) = api::document::routes().split_for_parts();
    api.merge(pages::routes())
        .route_layer(middleware::from_fn_with_state(app.clone(), access::guard))
        .merge(api::document::page(document))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(middleware::from_fn_with_state(app.clone(), crowd::let_in))
        .layer(middleware::from_fn_with_state(app.clone(), with_headers))
        .layer(middleware::from_fn(counted))
        .with_state(app)
}

/// Whether a path belongs to the API, whose errors are problems; everybody else gets a page.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/") || path == "/openapi.json" || path == "/metrics"
}

async fn not_found(uri: Uri, headers: http::HeaderMap) -> Response {
    let detail = format!("there is nothing at {}; /openapi.json lists what there is", shortened(uri.path()));
    answer_anywhere(&uri, &headers, Problem::new(Kind::NotFound, detail))
}

async fn method_not_allowed(method: http::Method, uri: Uri, headers: http::HeaderMap) -> Response {
    let detail = format!("{method} is not known at {}; /openapi.json lists what is", shortened(uri.path()));
    answer_anywhere(&uri, &headers, Problem::new(Kind::MethodNotAllowed, detail))
}

fn answer_anywhere(uri: &Uri, headers: &http::HeaderMap, problem: Problem) -> Response {
    if is_api(uri.path()) { problem.into_response() } else { pages::error::page(&problem, lang_of(uri, headers)) }
}

/// Paths come from anybody: they are cut before they are repeated.
fn shortened(path: &str) -> String {
    path.chars().take(80).collect()
}

/// Ends a request that takes too long, so that slow senders hold nothing for ever. What has reached the
/// engine is not undone: its idempotency key gives its answer.
async fn in_time(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    match tokio::time::timeout(app.config.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail =
                "the request took too long to arrive or to answer; send it again with the same Idempotency-Key";
            answer_anywhere(&uri, &headers, Problem::new(Kind::Timeout, detail))
        }
    }
}

/// Counts each answer under its route; what has none is counted together, so that nobody makes names here.
async fn counted(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let response = next.run(request).await;
    api::metrics::answered(&method, path, response.status());
    response
}

/// No script, no frame, nothing from elsewhere. There is no `form-action`: browsers apply it to redirects
/// too, and signing a mandate leads from our form to the channel's page.
const PAGE_POLICY: &str =
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The page of the API brings its own script and styles within its elements.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

async fn with_headers(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let docs = request.uri().path().starts_with("/docs");
    let checks = request.uri().path() == pages::check::PATH;
    let mut response = next.run(request).await;
    let policy = if docs { DOCS_POLICY } else { PAGE_POLICY };
    let policy = match checks.then(|| HeaderValue::try_from(pages::check::policy(&app.config.partner_origins))) {
        Some(Ok(policy)) => policy,
        Some(Err(_)) | None => HeaderValue::from_static(policy),
    };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    let set: [(HeaderName, &'static str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in set {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if app.engine.is_draining() {
        // Whoever has asked here asks another next time.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let kept = response.headers().get(header::CACHE_CONTROL);
    if !docs && !kept.is_some_and(|kept| kept.as_bytes().starts_with(b"public")) {
        // What a payment looks like is true for a moment only, and shared caches must not keep it at all; what may be kept says so.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
