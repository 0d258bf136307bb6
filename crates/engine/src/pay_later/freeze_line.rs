//! A line takes no new orders any more: its holder wants it so, or one of the staff. Its bills stay, and are collected as before.

use tantu_domain::ids::{AccountId, CaseId};
use tantu_domain::staff::StaffMark;
use tantu_paylater::line::{FrozenCase, FrozenReason, Line};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::pay_later::line_in;

/// Freezes a line.
#[derive(Debug, Clone)]
pub struct FreezeLine {
    /// Whose.
    pub account: AccountId,
    /// Who of the staff decides, and why, for staff alone; `None` if its holder does.
    pub by: Option<(StaffMark, String)>,
}

impl Command for FreezeLine {
    type Outcome = Line;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Line> {
        let row = &line_in(world, self.account)?.row;
        let id = CaseId::new(tools.ids, self.account.shard());
        let reason = match &self.by {
            None => FrozenReason::HolderRequest,
            Some(_) => FrozenReason::Case(FrozenCase { id, asked_at: None, lift_by: None }),
        };
        let line = row.line.clone().freeze(reason, tools.now)?;
        let mut changes = vec![Change::PutLine(LineRow { line: line.clone(), ..row.clone() })];
        if let Some((by, note)) = &self.by {
            changes.push(entry(world, self.account, tools.wall, by.to_string(), ("freeze_line", note)));
        }
        Ok((line, changes))
    }
}
