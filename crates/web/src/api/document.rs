//! The API's routes with their description, from which `/openapi.json` and `/docs` are made.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::answer::{ProblemBody, RefusalBody};
use crate::api::{
    accounts, announcements, bindings, card_banks, codes, device_checks, device_keys, device_reports, diagnoses,
    health, incidents, instruments, mandates, merchants, metrics, notifications, pay_later, payer_links, payments,
    points, preflight, refunds, sign_out, staff, tickets,
};
use crate::app::Shared;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tantu 坦途",
        version = "1",
        description = "Payments that are refused with a cause, a proof and a way forward. Amounts are whole minor units; times are RFC 3339 with a zone. A refusal is application/problem+json with `causes`, `can_pay_with` and `plan`; errors of a request are problems with `field` and the way out.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemBody, RefusalBody)),
    modifiers(&Keys)
)]
struct Description;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = |text: &str| {
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text)).build())
        };
        components.add_security_scheme("merchant", bearer("A merchant's API key: tk_…"));
        components.add_security_scheme("staff", bearer("A session of staff, opened by the second factor: ss_…"));
        components.add_security_scheme("staff_key", bearer("A staff key, which opens a session: tk_…"));
        components.add_security_scheme("payer", bearer("A payer's session: ps_…"));
        components.add_security_scheme("cashier", bearer("The token of a cashier link: ck_…"));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("tantu_session"));
        components.add_security_scheme("payer_cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// Every route of the API.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(payments::create::create, payments::list::list))
        .routes(routes!(payments::show::show))
        .routes(routes!(payments::diagnosis::diagnosis))
        .routes(routes!(payments::events::events))
        .routes(routes!(payments::trace::trace))
        .routes(routes!(payments::actions::act))
        .routes(routes!(payments::resume::resume))
        .routes(routes!(payments::schedule::schedule, payments::schedule::unschedule))
        .routes(routes!(payments::close::close))
        .routes(routes!(refunds::create::create, refunds::list::list))
        .routes(routes!(refunds::show::show))
        .routes(routes!(codes::send))
        .routes(routes!(codes::prove))
        .routes(routes!(codes::miss))
        .routes(routes!(preflight::preflight))
        .routes(routes!(diagnoses::diagnose))
        .merge(of_accounts())
        .merge(of_pay_later())
        .routes(routes!(mandates::begin::begin))
        .routes(routes!(mandates::show::show))
        .routes(routes!(merchants::balance::balance))
        .routes(routes!(instruments::add::add))
        .routes(routes!(instruments::recheck::recheck))
        .routes(routes!(instruments::single_out::single_out))
        .routes(routes!(instruments::unbind::unbind))
        .routes(routes!(instruments::payment_function::switch))
        .routes(routes!(bindings::begin::begin))
        .routes(routes!(bindings::show::show))
        .routes(routes!(bindings::terms::accept))
        .routes(routes!(bindings::details::give))
        .routes(routes!(bindings::code::enter))
        .routes(routes!(bindings::resend::resend))
        .routes(routes!(bindings::single_out::single_out))
        .routes(routes!(bindings::abandon::abandon))
        .routes(routes!(card_banks::list))
        .merge(of_devices())
        .merge(of_tickets())
        .merge(of_staff())
        .routes(routes!(payer_links::issue))
        .routes(routes!(sign_out::sign_out))
        .merge(of_incidents())
        .routes(routes!(notifications::take_in))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::show))
}

/// What a payer's device registers, says of itself, and is told.
fn of_devices() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(device_keys::register::register))
        .routes(routes!(device_keys::revoke::revoke))
        .routes(routes!(device_reports::report).layer(DefaultBodyLimit::max(device_reports::LARGEST)))
        .routes(routes!(device_checks::tell))
}

/// How staff sign in.
fn of_staff() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(staff::second_factor::enrol))
        .routes(routes!(staff::second_factor::remove))
        .routes(routes!(staff::sessions::sign_in, staff::sessions::sign_out))
}

/// What an account's holder and staff do about the account itself.
fn of_accounts() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(accounts::open::open))
        .routes(routes!(accounts::show::show))
        .routes(routes!(accounts::freeze::freeze))
        .routes(routes!(accounts::restrict::restrict))
        .routes(routes!(accounts::unfreeze::unfreeze))
        .routes(routes!(accounts::audit::audit))
        .routes(routes!(accounts::notices::notices))
        .routes(routes!(accounts::incident_notices::list))
        .routes(routes!(points::show))
        .routes(routes!(points::top_up::top_up))
        .routes(routes!(points::release::release))
        .routes(routes!(accounts::notices::appeal))
        .routes(routes!(accounts::notices::confirm))
        .routes(routes!(accounts::notices::secure))
        .routes(routes!(accounts::request_unfreeze::request_unfreeze))
        .routes(routes!(accounts::limits::set))
        .routes(routes!(accounts::top_up::top_up))
        .routes(routes!(accounts::pay_password::set))
        .routes(routes!(accounts::pay_password::prove))
        .routes(routes!(accounts::reset_pay_password::begin))
        .routes(routes!(accounts::reset_pay_password::confirm))
        .routes(routes!(accounts::identity::show, accounts::identity::verify))
        .routes(routes!(accounts::identity::confirm))
        .routes(routes!(accounts::phone::begin))
        .routes(routes!(accounts::phone::bind))
}

/// What is disturbed, what is planned, and what staff tell everybody.
fn of_incidents() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(incidents::list::list, incidents::begin::begin))
        .routes(routes!(incidents::show::show))
        .routes(routes!(incidents::end::end))
        .routes(routes!(announcements::list::list, announcements::publish::publish))
        .routes(routes!(announcements::withdraw::withdraw))
}

/// Questions to support.
fn of_tickets() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(tickets::list::list, tickets::open::open))
        .routes(routes!(tickets::show::show))
        .routes(routes!(tickets::say::say))
        .routes(routes!(tickets::close::close))
}

/// Of lines, bills, repayments and the credit history.
fn of_pay_later() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(pay_later::line::show, pay_later::line::open))
        .routes(routes!(pay_later::auto_repay::set))
        .routes(routes!(pay_later::freeze::freeze))
        .routes(routes!(pay_later::freeze::unfreeze))
        .routes(routes!(pay_later::extension::ask))
        .routes(routes!(pay_later::extension::decide))
        .routes(routes!(pay_later::dispute::open))
        .routes(routes!(pay_later::dispute::decide))
        .routes(routes!(pay_later::notices::list))
        .routes(routes!(pay_later::bills::list))
        .routes(routes!(pay_later::bill::show))
        .routes(routes!(pay_later::repay::repay))
        .routes(routes!(pay_later::credit::report))
        .routes(routes!(pay_later::statement::statement))
}

/// The description as OpenAPI.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// `/openapi.json` and the page for it at `/docs`.
pub(crate) fn page(document: utoipa::openapi::OpenApi) -> Router<Shared> {
    SwaggerUi::new("/docs").url("/openapi.json", document).into()
}
