//! Its holder wants a line to take new orders again: what he froze is lifted, and what staff froze he asks for.

use tantu_domain::ids::AccountId;
use tantu_paylater::line::Line;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::pay_later::line_in;

/// Lifts the freeze of a line, or asks for it.
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

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Line> {
        let row = &line_in(world, self.account)?.row;
        let line = row.line.clone().unfreeze(tools.now)?;
        Ok((line.clone(), vec![Change::PutLine(LineRow { line, ..row.clone() })]))
    }
}
