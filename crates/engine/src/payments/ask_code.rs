//! Has another code sent for a payment that waits for one: the message did not come, or came too late.

use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::payment::Payment;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::submit::send_code_job;

/// Has another one sent.
#[derive(Debug, Clone)]
pub struct AskCodeAgain {
    /// For which payment.
    pub payment: PaymentId,
}

impl Command for AskCodeAgain {
    type Outcome = Payment;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Payment> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let Some(instrument) = payment.awaited_code().map(|code| code.instrument) else {
            let why = format!("the payment is {} and waits for no code", payment.state.id());
            return Err(Rejection::State(why));
        };
        let attempt = AttemptId::new(tools.ids, payment.account.shard());
        let asked = payment.clone().ask_code(attempt, instrument, tools.now)?;
        let job = send_code_job(&asked, attempt, tools);
        Ok((asked.clone(), vec![Change::PutPayment(asked), Change::PutJob(job)]))
    }
}
