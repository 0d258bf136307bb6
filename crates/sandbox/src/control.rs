//! The control port: what no real channel has. JSON in and out; every refusal names the field and what is allowed.

mod agreements;
mod banks;
mod body;
mod buyers;
mod calls;
mod cards;
mod clock;
mod credentials;
mod fault_kinds;
mod faults;
mod people;
mod phones;
mod trades;
mod truth;
mod unionpay;
mod unionpay_truth;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use crate::alipay::Alipay;
use crate::backstage::Backstage;
use crate::registry::Registry;
use crate::sms::Sms;
use crate::unionpay::UnionPay;

/// Everything that the control moves.
#[derive(Clone)]
pub(crate) struct Controlled {
    pub(crate) backstage: Backstage,
    pub(crate) alipay: Arc<Alipay>,
    pub(crate) unionpay: Arc<UnionPay>,
    pub(crate) sms: Arc<Sms>,
    pub(crate) registry: Arc<Registry>,
}

/// The routes of the control port.
pub(crate) fn router(controlled: Controlled) -> Router {
    let alipay = Arc::clone(&controlled.alipay);
    let unionpay = Arc::clone(&controlled.unionpay);
    of_all(controlled).merge(of_alipay(alipay)).merge(of_unionpay(unionpay)).fallback(body::no_such_route)
}

fn of_all(controlled: Controlled) -> Router {
    Router::new()
        .route("/credentials", get(credentials::show))
        .route("/faults", post(faults::add).get(faults::list).delete(faults::remove_all))
        .route("/faults/{id}", delete(faults::remove_one))
        .route("/truth", get(truth::show))
        .route("/calls", get(calls::list))
        .route("/clock", get(clock::show).post(clock::advance))
        .route("/people", get(people::list).post(people::keep))
        .route("/people/{certificate_number}", delete(people::remove))
        .route("/registry", get(people::registry).patch(people::change_registry))
        .with_state(controlled)
}

fn of_alipay(alipay: Arc<Alipay>) -> Router {
    Router::new()
        .route("/alipay/buyers", post(buyers::create).get(buyers::list))
        .route("/alipay/buyers/{id}", patch(buyers::change).get(buyers::show))
        .route("/alipay/buyers/{id}/top-up", post(buyers::top_up))
        .route("/alipay/buyers/{id}/payment-code", post(trades::mint_code))
        .route("/alipay/trades/{out_trade_no}/confirm", post(trades::confirm))
        .route("/alipay/buyers/{id}/agreements", get(agreements::of_buyer))
        .route("/alipay/agreements/{agreement_no}", patch(agreements::change))
        .route("/alipay/agreements/{agreement_no}/unsign", post(agreements::unsign))
        .with_state(alipay)
}

/// UnionPay, and the banks and phones behind it.
fn of_unionpay(unionpay: Arc<UnionPay>) -> Router {
    Router::new()
        .route("/unionpay/merchants", post(unionpay::register).get(unionpay::merchants))
        .route("/unionpay/merchants/{mer_id}", patch(unionpay::change_merchant))
        .route("/unionpay/orders", get(unionpay_truth::orders))
        .route("/unionpay/orders/{order_id}", get(unionpay_truth::order))
        .route("/unionpay/tokens", get(unionpay::tokens))
        .route("/unionpay/tokens/{token}", patch(unionpay::change_token))
        .route("/banks", get(banks::list))
        .route("/banks/{id}", patch(banks::change))
        .route("/cards", post(cards::create).get(cards::list))
        .route("/cards/{number}", patch(cards::change).get(cards::show))
        .route("/cards/{number}/pay-in", post(cards::pay_in))
        .route("/phones", get(phones::list))
        .route("/phones/{number}", patch(phones::change).get(phones::show))
        .route("/phones/{number}/messages", get(phones::messages))
        .with_state(unionpay)
}
