//! Keeps an identity that its sources have confirmed.

use tantu_domain::account::Account;
use tantu_domain::code::SealedText;
use tantu_domain::ids::AccountId;
use tantu_domain::person::{Detail, Identity};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::SealedPerson;
use tantu_store::world::World;

use super::load_holder::{keys_of, person_of};
use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};

/// Keeps an identity.
#[derive(Debug, Clone)]
pub(crate) struct RecordIdentity {
    /// Whose.
    pub(crate) account: AccountId,
    /// What was confirmed.
    pub(crate) identity: Identity,
    /// What is not as it was before.
    pub(crate) changed: Option<Detail>,
    /// The name, sealed for its row.
    pub(crate) name: SealedText,
    /// The document's number, sealed for its row.
    pub(crate) document: SealedText,
}

impl Command for RecordIdentity {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        keys_of(self.account)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Account> {
        let known = account_of(world, self.account)?;
        let account = Account { person: known.person.verified(self.identity, self.changed), ..known };
        let (name, document) = (Some(self.name.clone()), Some(self.document.clone()));
        let person = SealedPerson { name, document, ..person_of(world, self.account) };
        Ok((account.clone(), vec![Change::PutAccount(account), Change::PutPerson(person)]))
    }
}
