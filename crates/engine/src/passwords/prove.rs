//! Keeps the proof that the pay password was entered for a payment, and forgives the tries before.

use tantu_domain::account::Account;
use tantu_domain::ids::PaymentId;
use tantu_domain::password::{PasswordHash, Proof};
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Keeps a proof.
#[derive(Debug, Clone)]
pub(crate) struct ProvePassword {
    /// For which payment.
    pub(crate) payment: PaymentId,
    /// The password that was right. If another one is set by now, it is not.
    pub(crate) password: PasswordHash,
    /// The hash of the proof's token.
    pub(crate) proof: TokenHash,
}

impl Command for ProvePassword {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let account = account_of(world, payment.account)?;
        let same = account.password.as_ref().filter(|password| password.hash == self.password);
        let password = same.ok_or_else(|| Rejection::State("the pay password was changed meanwhile".into()))?;
        let forgiven = Account { password: Some(password.forgive()), ..account.clone() };
        let proof = Proof::new(payment, self.proof.0, tools.now);
        Ok(((), vec![Change::PutAccount(forgiven), Change::PutProof(proof)]))
    }
}
