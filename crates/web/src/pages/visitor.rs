//! Who looks at a page: the language, the browser, and the payer if he is signed in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::Redirect;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use tantu_domain::ids::{AccountId, PaymentId};
use tantu_explain::Lang;
use tantu_explain::words::{PageWords, pages};

use crate::access::signed_in;
use crate::app::{App, Shared};
use crate::body::FormBody;
use crate::cookies;
use crate::lang::{asked_in, lang_of, query_value};
use crate::pages::cashier::{cashier_of, path};
use crate::pages::error;
use crate::pages::layout::{Frame, layout};
use crate::problem::{Kind, Problem};
use crate::secret::fresh_token;

/// A browser is remembered for a year, so that a page left open keeps its forms.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// How long an order is remembered while its payer tops up his wallet.
const HOUR: u32 = 60 * 60;

/// The parameter of an address that names the order that a payer comes from.
const ORDER: &str = "order";

/// Who looks.
pub(crate) struct Visitor {
    pub(crate) app: Shared,
    pub(crate) lang: Lang,
    pub(crate) words: &'static PageWords,
    /// Whose session it is, if it is one.
    pub(crate) account: Option<AccountId>,
    uri: Uri,
    method: Method,
    browser: String,
    is_new: bool,
    session: String,
    order: Option<String>,
}

impl Visitor {
    /// Reads who looks from a request.
    pub(crate) async fn of(app: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Self, Problem> {
        let lang = lang_of(uri, headers);
        let token = cookies::value(headers, cookies::SESSION).unwrap_or("");
        let account = signed_in(app, token).await?;
        let known = cookies::value(headers, cookies::VISITOR).filter(|value| value.len() <= 64);
        let browser = known.map_or_else(|| fresh_token(""), |known| Ok(known.to_owned()))?;
        Ok(Self {
            app: app.clone(),
            lang,
            words: pages(lang),
            account,
            uri: uri.clone(),
            method: method.clone(),
            is_new: known.is_none(),
            browser,
            session: if account.is_some() { token.to_owned() } else { String::new() },
            order: cookies::value(headers, cookies::ORDER).map(str::to_owned),
        })
    }

    /// The value of one parameter of the address; empty if it is absent.
    pub(crate) fn query(&self, name: &str) -> String {
        query_value(&self.uri, name).unwrap_or_default()
    }

    /// All values of one parameter of the address, in their order.
    pub(crate) fn queries(&self, name: &str) -> Vec<String> {
        let query = self.uri.query().unwrap_or("").as_bytes();
        url::form_urlencoded::parse(query)
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    /// The order that this browser was about to pay when it went to top up the wallet.
    pub(crate) fn order(&self) -> Option<PaymentId> {
        let (order, token) = self.order.as_deref()?.split_once(':')?;
        let order: PaymentId = order.parse().ok()?;
        self.app.config.secret.opens_cashier(order, token).then_some(order)
    }

    /// Leads on by a GET, and remembers which order is to be paid after that.
    pub(crate) fn redirect_for_order(&self, to: &str, order: PaymentId) -> Response {
        let config = &self.app.config;
        let value = format!("{order}:{}", config.secret.cashier_token(order));
        with_cookie(self.redirect(to), cookies::set(cookies::ORDER, &value, HOUR, &config.public_base))
    }

    /// The page of the order that its payer comes from, if the address names one.
    pub(crate) fn order_page(&self) -> Option<String> {
        let order: PaymentId = self.query(ORDER).parse().ok()?;
        let known = self.app.config.secret.opens_cashier(order, &self.query("t"));
        known.then(|| path(&self.app, order, "/result"))
    }

    /// The way back to that order.
    pub(crate) fn back_to_order(&self) -> Markup {
        html! {
            @if let Some(page) = self.order_page() {
                p { a.button.wide href=(page) { (self.words.back_to_cashier) } }
            }
        }
    }

    /// What each form of a page carries, so that no other site can send it.
    pub(crate) fn form_token(&self) -> String {
        self.app.config.secret.form_token(&self.browser, &self.session)
    }

    /// That a form was shown to this browser, to the same payer.
    pub(crate) fn check(&self, form: &FormBody) -> Result<(), Problem> {
        if !self.is_new && self.app.config.secret.opens_form(&self.browser, &self.session, form.value("csrf")) {
            return Ok(());
        }
        Err(Problem::field(
            Kind::FormExpired,
            "csrf",
            "the form is not of this browser or is too old; open the page again",
        ))
    }

    /// A page.
    pub(crate) fn page(&self, title: &str, content: &Markup) -> Response {
        self.framed(title, content, None)
    }

    /// A page that looks again by itself.
    pub(crate) fn refreshing_page(&self, title: &str, content: &Markup, seconds: u32) -> Response {
        self.framed(title, content, Some(seconds))
    }

    fn framed(&self, title: &str, content: &Markup, refresh: Option<u32>) -> Response {
        self.remembering(layout(&self.frame(refresh), title, content))
    }

    fn frame(&self, refresh: Option<u32>) -> Frame<'_> {
        let here = (self.method != Method::POST).then_some(&self.uri);
        Frame { lang: self.lang, here, demo: self.app.config.demo, refresh }
    }

    /// Leads on by a GET.
    pub(crate) fn redirect(&self, to: &str) -> Response {
        self.remembering(Redirect::to(to).into_response())
    }

    /// What a handler found, or the page that says why not.
    pub(crate) fn answer(&self, found: Result<Response, Problem>) -> Response {
        found.unwrap_or_else(|problem| {
            let cashier = cashier_of(&self.uri).filter(|_| problem.kind != Kind::NotFound);
            self.remembering(error::within(&problem, &self.frame(None), cashier.as_deref()))
        })
    }

    fn remembering(&self, mut response: Response) -> Response {
        let base = &self.app.config.public_base;
        let browser = self.is_new.then(|| cookies::set(cookies::VISITOR, &self.browser, YEAR, base)).flatten();
        let lang = asked_in(&self.uri).and_then(|lang| cookies::set(cookies::LANG, lang.id(), YEAR, base));
        for cookie in [browser, lang].into_iter().flatten() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// An address that still names the order that the payer comes from.
pub(crate) fn with_order(visitor: &Visitor, to: &str) -> String {
    match (visitor.order_page(), visitor.query(ORDER).parse()) {
        (Some(_), Ok(order)) => from_order(&visitor.app, order, to),
        _ => to.to_owned(),
    }
}

/// The address of a page that leads back to an order.
pub(crate) fn from_order(app: &App, order: PaymentId, to: &str) -> String {
    format!("{to}?{ORDER}={order}&t={}", app.config.secret.cashier_token(order))
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let found = Self::of(app, &parts.method, &parts.uri, &parts.headers).await;
        found.map_err(|problem| error::page(&problem, lang_of(&parts.uri, &parts.headers)))
    }
}
