//! Keeps an identity that its sources have confirmed.

use tantu_domain::account::Account;
use tantu_domain::ceiling::Tier;
use tantu_domain::code::SealedText;
use tantu_domain::ids::AccountId;
use tantu_domain::person::{Detail, HolderMark, Identity};
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
    /// By how many sources it was confirmed.
    pub(crate) tier: Tier,
    /// What was confirmed.
    pub(crate) identity: Identity,
    /// What is not as it was before.
    pub(crate) changed: Option<Detail>,
    /// By which the same person is known on a card, where cards are bound.
    pub(crate) mark: Option<HolderMark>,
    /// The name, sealed for its row.
    pub(crate) name: SealedText,
    /// The document's number, sealed for its row.
    pub(crate) document: SealedText,
}

impl RecordIdentity {
    /// Who shows a new document, and is the same person, stays as well known as he was.
    fn tier_after(&self, known: &Account) -> Tier {
        let same = known.person.identity.is_some() && self.changed.is_none();
        if same { self.tier.max(known.tier) } else { self.tier }
    }
}

impl Command for RecordIdentity {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        keys_of(self.account)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Account> {
        let known = account_of(world, self.account)?;
        let person = known.person.verified(self.identity, self.mark.clone(), self.changed);
        let account = Account { person, tier: self.tier_after(&known), ..known };
        let (name, document) = (Some(self.name.clone()), Some(self.document.clone()));
        let person = SealedPerson { name, document, ..person_of(world, self.account) };
        Ok((account.clone(), vec![Change::PutAccount(account), Change::PutPerson(person)]))
    }
}
