//! A line takes no new orders any more, by its holder's will. Its bills stay, and are collected as before.

use tantu_domain::ids::AccountId;
use tantu_paylater::line::{FrozenReason, Line};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::file_of;

/// Freezes a line.
#[derive(Debug, Clone)]
pub struct FreezeLine {
    /// Whose.
    pub account: AccountId,
}

impl Command for FreezeLine {
    type Outcome = Line;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Line> {
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let row = &file_of(world.accounts.get(&self.account).ok_or_else(missing)?)?.row;
        let line = row.line.clone().freeze(FrozenReason::HolderRequest, tools.now)?;
        Ok((line.clone(), vec![Change::PutLine(LineRow { line, ..row.clone() })]))
    }
}
