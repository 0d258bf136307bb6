//! Somebody says something in a ticket's thread: its payer, or a member of staff.

use jiff::SignedDuration;
use tantu_domain::ids::{AccountId, TicketId};
use tantu_domain::masked::Masked;
use tantu_domain::staff::StaffMark;
use tantu_domain::ticket::Ticket;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::tickets::{audited, known, tending};

/// Says something.
#[derive(Debug, Clone)]
pub struct SayInTicket {
    /// In which.
    pub ticket: TicketId,
    /// Whose it is.
    pub account: AccountId,
    /// Who of the staff speaks; its payer if nobody.
    pub staff: Option<StaffMark>,
    /// What.
    pub words: Masked,
    /// Within what time staff answer what a payer says.
    pub promise: SignedDuration,
}

impl Command for SayInTicket {
    type Outcome = Ticket;

    fn keys(&self) -> Keys {
        audited(self.ticket, self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Ticket> {
        let ticket = known(world, self.ticket, self.account)?.clone();
        let Some(staff) = self.staff else {
            let was_over = ticket.ending().is_some();
            let ticket = ticket.ask(self.words.clone(), tools.now, self.promise)?;
            let again = tending(&ticket, world, tools.now).filter(|_| was_over);
            return Ok((ticket.clone(), std::iter::once(Change::PutTicket(ticket)).chain(again).collect()));
        };
        let ticket = ticket.answer(staff, self.words.clone(), tools.now)?;
        // What was said stands in the thread; the trail says who spoke.
        let said = self.ticket.to_string();
        let noted = entry(world, self.account, tools.wall, staff.to_string(), ("answer_ticket", &said));
        Ok((ticket.clone(), vec![Change::PutTicket(ticket), noted]))
    }
}
