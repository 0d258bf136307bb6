//! Binds a phone, and spends the code that proved it, in one commit.

use tantu_domain::account::Account;
use tantu_domain::code::SealedText;
use tantu_domain::ids::{AccountId, CodeId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::SealedPerson;
use tantu_store::world::World;

use super::load_holder::{keys_of, person_of};
use crate::accounts::account_of;
use crate::codes::spent;
use crate::command::{Command, Decision, Tools};

/// Binds a phone.
#[derive(Debug, Clone)]
pub(crate) struct BindPhone {
    /// Whose.
    pub(crate) account: AccountId,
    /// The code that was right.
    pub(crate) code: CodeId,
    /// Whether it takes the place of a different one.
    pub(crate) another: bool,
    /// The phone, sealed for its row.
    pub(crate) phone: SealedText,
}

impl Command for BindPhone {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = keys_of(self.account);
        keys.codes.insert(self.code);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let known = account_of(world, self.account)?;
        let code = spent(world, self.code, tools.now)?;
        let account = Account { person: known.person.bound_phone(self.another, tools.now), ..known };
        let sealed = SealedPerson { phone: Some(self.phone.clone()), ..person_of(world, self.account) };
        Ok((account.clone(), vec![Change::PutAccount(account), Change::PutPerson(sealed), Change::PutCode(code)]))
    }
}
