//! One of the staff asks for a later due date of a bill, for a payer in hardship. Another one decides.

use jiff::civil::Date;
use tantu_domain::ids::{AccountId, BillId, ExtensionId};
use tantu_domain::staff::StaffMark;
use tantu_paylater::hardship::{Extension, ExtensionState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::{line_in, offered};

/// Asks for a later due date.
#[derive(Debug, Clone)]
pub struct AskExtension {
    /// Whose bill.
    pub account: AccountId,
    /// Which.
    pub bill: BillId,
    /// The day; on a day off, the next working day.
    pub day: Date,
    /// Who asks.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for AskExtension {
    type Outcome = Extension;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Extension> {
        let known = line_in(world, self.account)?;
        let owed = || Rejection::State(format!("nothing is owed on {}", self.bill));
        let bill = known.bills.iter().find(|bill| bill.id == self.bill).ok_or_else(owed)?;
        let open = |one: &&Extension| one.bill == self.bill && one.state == ExtensionState::Asked;
        if let Some(open) = known.extensions.iter().find(open) {
            let why = format!("{} was asked for already; another member of staff decides on that first", open.due_on);
            return Err(Rejection::State(why));
        }
        let id = ExtensionId::new(tools.ids, self.account.shard());
        let asked = Extension::ask(id, bill, self.day, self.by, &offered(tools)?.calendar, tools.now)?;
        let what = format!("{} until {}: {}", self.bill, asked.due_on, self.note);
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), ("ask_extension", &what));
        Ok((asked.clone(), vec![Change::PutExtension(asked), noted]))
    }
}
