//! A ticket is ended by its payer, who needs nothing more, or by staff.

use tantu_domain::ids::{AccountId, TicketId};
use tantu_domain::staff::StaffMark;
use tantu_domain::ticket::{Author, Ending, Ticket};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::tickets::{audited, job_of, known};

/// Ends a ticket.
#[derive(Debug, Clone)]
pub struct CloseTicket {
    /// Which.
    pub ticket: TicketId,
    /// Whose it is.
    pub account: AccountId,
    /// Who of the staff ends it; its payer if nobody.
    pub staff: Option<StaffMark>,
}

impl Command for CloseTicket {
    type Outcome = Ticket;

    fn keys(&self) -> Keys {
        audited(self.ticket, self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Ticket> {
        let by = self.staff.map_or(Author::Payer, Author::Staff);
        let ticket = known(world, self.ticket, self.account)?.clone().end(by, Ending::Closed, tools.now)?;
        let actor = self.staff.map_or_else(|| self.account.to_string(), |staff| staff.to_string());
        let said = self.ticket.to_string();
        let noted = entry(world, self.account, tools.wall, actor, ("close_ticket", &said));
        let over = world.jobs.get(&job_of(self.ticket)).map(|job| Change::FinishJob(job.id));
        Ok((ticket.clone(), [Change::PutTicket(ticket), noted].into_iter().chain(over).collect()))
    }
}
