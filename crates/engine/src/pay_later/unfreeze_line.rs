//! A line takes new orders again, because its holder, who froze it, says so.

use tantu_domain::ids::AccountId;
use tantu_paylater::line::Line;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::file_of;

/// Lifts the freeze of a line.
#[derive(Debug, Clone)]
pub struct UnfreezeLine {
    /// Whose.
    pub account: AccountId,
}

impl Command for UnfreezeLine {
    type Outcome = Line;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Line> {
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let row = &file_of(world.accounts.get(&self.account).ok_or_else(missing)?)?.row;
        let line = row.line.clone().unfreeze()?;
        Ok((line.clone(), vec![Change::PutLine(LineRow { line, ..row.clone() })]))
    }
}
