//! The holder says that an entry of his credit history is wrong, once.

use tantu_domain::ids::{AccountId, CreditEntryId};
use tantu_paylater::dispute::Dispute;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::line_in;

/// Disputes an entry.
#[derive(Debug, Clone)]
pub struct OpenDispute {
    /// Whose history.
    pub account: AccountId,
    /// Which entry.
    pub entry: CreditEntryId,
    /// What is wrong with it.
    pub said: String,
}

impl Command for OpenDispute {
    type Outcome = Dispute;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Dispute> {
        let known = line_in(world, self.account)?;
        if !known.credit.iter().any(|entry| entry.id == self.entry) {
            return Err(Rejection::NotFound { what: "credit entry", id: self.entry.to_string() });
        }
        if known.disputes.iter().any(|dispute| dispute.entry == self.entry) {
            return Err(Rejection::State("this entry was disputed before; the report says what came of it".into()));
        }
        let dispute = Dispute::open(self.entry, self.said.clone(), tools.now);
        Ok((dispute.clone(), vec![Change::PutDispute(self.account, dispute)]))
    }
}
