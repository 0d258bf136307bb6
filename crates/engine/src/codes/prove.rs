//! Spends a code that was sent for a payment, and keeps the proof that its holder confirmed it, in one commit.

use tantu_domain::code::Purpose;
use tantu_domain::ids::{CodeId, PaymentId};
use tantu_domain::password::Proof;
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::codes::spent;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Keeps a proof.
#[derive(Debug, Clone)]
pub(crate) struct ProveCode {
    /// For which payment.
    pub(crate) payment: PaymentId,
    /// The code that was right.
    pub(crate) code: CodeId,
    /// The hash of the proof's token.
    pub(crate) proof: TokenHash,
}

impl Command for ProveCode {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.codes.insert(self.code);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let code = spent(world, self.code, tools.now)?;
        // It was sent for this payee and amount. If either is another by now, it is for another payment.
        if code.purpose != Purpose::Payment(payment.id, payment.merchant, payment.amount) {
            return Err(Rejection::State("this code is for another payment".into()));
        }
        let proof = Proof::new(payment, self.proof.0, tools.now);
        Ok(((), vec![Change::PutCode(code), Change::PutProof(proof)]))
    }
}
