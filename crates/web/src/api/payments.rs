//! Payments: made, shown, listed, watched, explained, resumed, given up.

pub(crate) mod actions;
pub(crate) mod close;
pub(crate) mod create;
pub(crate) mod diagnosis;
pub(crate) mod events;
pub(crate) mod list;
pub(crate) mod resume;
pub(crate) mod schedule;
pub(crate) mod show;
pub(crate) mod trace;

use tantu_domain::ids::PaymentId;
use tantu_domain::payment::Payment;

use crate::access::Caller;
use crate::app::Shared;
use crate::problem::Problem;

/// A payment that the caller may see. What is somebody else's answers as what does not exist.
pub(crate) async fn visible(app: &Shared, caller: &Caller, id: PaymentId) -> Result<Payment, Problem> {
    let payment = app.engine.read(move |store| store.payment(id)).await?;
    payment
        .filter(|payment| may_see(app, caller, payment))
        .ok_or_else(|| Problem::not_found("payment", &id.to_string()))
}

fn may_see(app: &Shared, caller: &Caller, payment: &Payment) -> bool {
    match caller {
        Caller::Unknown => false,
        Caller::Merchant(merchant) => payment.merchant == *merchant,
        Caller::Staff => true,
        Caller::Payer(account) => payment.account == *account,
        Caller::Cashier(token) => app.config.secret.opens_cashier(payment.id, token),
    }
}
