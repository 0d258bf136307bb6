//! The control port: what no real channel has. JSON in and out; every refusal names the field and what is allowed.

mod agreements;
mod body;
mod buyers;
mod clock;
mod credentials;
mod faults;
mod trades;
mod truth;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use crate::alipay::Alipay;

/// The routes of the control port.
pub(crate) fn router(alipay: Arc<Alipay>) -> Router {
    Router::new()
        .route("/credentials", get(credentials::show))
        .route("/faults", post(faults::add).get(faults::list).delete(faults::remove_all))
        .route("/faults/{id}", delete(faults::remove_one))
        .route("/truth", get(truth::show))
        .route("/clock", get(clock::show).post(clock::advance))
        .route("/alipay/buyers", post(buyers::create).get(buyers::list))
        .route("/alipay/buyers/{id}", patch(buyers::change).get(buyers::show))
        .route("/alipay/buyers/{id}/top-up", post(buyers::top_up))
        .route("/alipay/buyers/{id}/payment-code", post(trades::mint_code))
        .route("/alipay/trades/{out_trade_no}/confirm", post(trades::confirm))
        .route("/alipay/buyers/{id}/agreements", get(agreements::of_buyer))
        .route("/alipay/agreements/{agreement_no}", patch(agreements::change))
        .route("/alipay/agreements/{agreement_no}/unsign", post(agreements::unsign))
        .fallback(body::no_such_route)
        .with_state(alipay)
}
