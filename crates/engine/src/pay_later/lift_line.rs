//! Staff let a line take new orders again that staff had frozen: one proposes it, and another one agrees.

use tantu_domain::ids::AccountId;
use tantu_domain::staff::StaffMark;
use tantu_paylater::line::{Line, LineState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::pay_later::line_in;

/// Says that the freeze may be lifted.
#[derive(Debug, Clone)]
pub struct LiftLine {
    /// Of whose line.
    pub account: AccountId,
    /// Who says so.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for LiftLine {
    type Outcome = Line;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Line> {
        let row = &line_in(world, self.account)?.row;
        let line = row.line.clone().lift(self.by)?;
        let action = if line.state == LineState::Open { "lift_line" } else { "propose_lift_line" };
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), (action, &self.note));
        Ok((line.clone(), vec![Change::PutLine(LineRow { line, ..row.clone() }), noted]))
    }
}
