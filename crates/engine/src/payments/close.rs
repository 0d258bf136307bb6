//! Gives a payment up: it will not be paid any more, and its order number stays taken.

use tantu_domain::ids::{MerchantId, PaymentId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Asks for a payment to be given up.
#[derive(Debug, Clone)]
pub struct ClosePayment {
    /// Which.
    pub payment: PaymentId,
    /// Who asks: only its merchant may.
    pub merchant: MerchantId,
}

impl Command for ClosePayment {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let payment = world
            .payments
            .get(&self.payment)
            .filter(|payment| payment.merchant == self.merchant)
            .cloned()
            .ok_or_else(|| Rejection::NotFound { what: "payment", id: self.payment.to_string() })?;
        Ok(((), vec![Change::PutPayment(payment.close(tools.now)?)]))
    }
}
