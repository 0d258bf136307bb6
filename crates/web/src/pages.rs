//! The pages: server-rendered, made for a phone, and whole without a script.

mod bank_code;
mod binding;
mod cards;
mod cases;
pub(crate) mod cashier;
pub(crate) mod check;
pub(crate) mod confirm;
mod demo;
pub(crate) mod error;
mod explain;
mod guided;
mod help;
mod identity;
mod layout;
pub(crate) mod limits;
mod mandate_return;
pub(crate) mod notices;
mod password;
pub(crate) mod pay_later;
mod refunds;
mod repair;
mod reset_password;
mod result;
mod schedule;
pub(crate) mod sign_in;
pub(crate) mod status;
mod steps;
pub(crate) mod style;
mod tickets;
mod top_up;
mod trace;
mod visitor;
mod welcome;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::Shared;

/// Every page. Who may see it stands in access.rs, under the same path.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(welcome::show))
        .route("/explain", get(explain::show))
        .route("/help", get(help::show))
        .route("/help/words", post(help::hear).layer(DefaultBodyLimit::max(help::LARGEST)))
        .route("/help/check", get(guided::show))
        .route("/help/{cause}", get(help::article))
        .route(status::PATH, get(status::show))
        .route(status::feed::PATH, get(status::feed::show))
        .route(check::PATH, get(check::show))
        .route(check::SCRIPT, get(check::script))
        .route(style::PATH, get(style::show))
        .route("/demo", get(demo::show))
        .route("/demo/sign-in", post(demo::sign_in))
        .route("/sign-in", get(sign_in::show).post(sign_in::exchange))
        .route("/sign-out", post(sign_in::leave))
        .route("/cashier/{payment}", get(cashier::show))
        .route("/cashier/{payment}/pay", post(cashier::pay))
        .route("/cashier/{payment}/result", get(result::show))
        .route("/cashier/{payment}/channel", get(confirm::there))
        .route("/cashier/{payment}/returned", get(confirm::back))
        .route("/cashier/{payment}/mandates", post(repair::sign_mandate))
        .route("/cashier/{payment}/unfreeze-requests", post(repair::request_unfreeze))
        .route("/cashier/{payment}/recheck", post(repair::recheck))
        .route("/cashier/{payment}/top-up", get(top_up::show).post(top_up::pay))
        .route("/cashier/{payment}/password", post(password::enter))
        .route("/cashier/{payment}/set-password", get(password::show).post(password::set))
        .route("/cashier/{payment}/reset-password", get(reset_password::show).post(reset_password::set))
        .route("/cashier/{payment}/reset-password/code", post(reset_password::send))
        .route(identity::PATH, get(identity::show).post(identity::verify))
        .route("/identity/confirmation", post(identity::confirm))
        .route("/identity/phone", post(identity::send))
        .route("/identity/phone/code", post(identity::bind))
        .route(cases::PATH, get(cases::show))
        .route("/cases/secure", post(cases::secure))
        .route("/cases/{id}", post(cases::appeal))
        .route("/cases/{id}/confirmation", post(cases::confirm))
        .route(limits::PATH, get(limits::show).post(limits::set))
        .route("/cashier/{payment}/schedule", post(schedule::set))
        .route("/cashier/{payment}/bank-code", get(bank_code::show).post(bank_code::enter))
        .route("/cashier/{payment}/bank-code/resend", post(bank_code::resend))
        .route("/cashier/{payment}/bank-code/missing", post(bank_code::missing))
        .route("/cashier/{payment}/check", get(guided::of))
        .route("/cashier/{payment}/ticket", get(tickets::ask).post(tickets::begin))
        .route(notices::PATH, get(notices::show))
        .route(tickets::PATH, get(tickets::list))
        .route("/tickets/{id}", get(tickets::show))
        .route("/tickets/{id}/messages", post(tickets::say))
        .route("/tickets/{id}/close", post(tickets::close))
        .route(pay_later::PATH, get(pay_later::home::show).post(pay_later::home::open))
        .route("/pay-later/freeze", post(pay_later::home::freeze))
        .route("/pay-later/unfreeze", post(pay_later::home::unfreeze))
        .route("/pay-later/bills/{id}", get(pay_later::bill::show).post(pay_later::repay::repay))
        .route("/pay-later/auto-repay", get(pay_later::auto_repay::show).post(pay_later::auto_repay::set))
        .route("/pay-later/credit", get(pay_later::credit::show))
        .route("/pay-later/credit/{entry}", post(pay_later::credit::dispute))
        .route("/cards", get(cards::show))
        .route("/cards/bind", post(binding::begin))
        .route("/cards/{id}/switch", post(cards::switch))
        .route("/cards/{id}/unbind", post(cards::unbind))
        .route("/cards/bindings/{id}", get(binding::show))
        .route("/cards/bindings/{id}/terms", post(binding::agree))
        .route("/cards/bindings/{id}/details", post(binding::give))
        .route("/cards/bindings/{id}/code", post(binding::enter))
        .route("/cards/bindings/{id}/resend", post(binding::resend))
        .route("/cards/bindings/{id}/single-out", post(binding::single_out))
        .route("/cards/bindings/{id}/abandon", post(binding::abandon))
        .route("/mandates/{id}/return", get(mandate_return::show))
}
