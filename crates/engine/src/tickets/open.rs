//! Opens a ticket about something that did not go through, with all that is known of it; or goes on with the one that is there.

use jiff::SignedDuration;
use tantu_domain::binding::BindingState;
use tantu_domain::code::SealedText;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, TicketId};
use tantu_domain::masked::Masked;
use tantu_domain::payment::PaymentState;
use tantu_domain::ticket::{About, Ticket, TicketState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::tickets::{audited, tending, with_subject};

/// Opens a ticket.
#[derive(Debug, Clone)]
pub struct OpenTicket {
    /// Its id: that of what it is about, or a new one.
    pub id: TicketId,
    /// Whose.
    pub account: AccountId,
    /// About what.
    pub about: About,
    /// In the payer's own words, if he has any.
    pub words: Option<Masked>,
    /// What he holds that we have not stored: what his device's report explains.
    pub causes: Vec<Finding>,
    /// What his device showed, a line for each thing.
    pub device: Vec<Masked>,
    /// The number to call back, sealed.
    pub call_back: Option<SealedText>,
    /// Within what time staff answer.
    pub promise: SignedDuration,
}

impl Command for OpenTicket {
    type Outcome = Ticket;

    fn keys(&self) -> Keys {
        with_subject(audited(self.id, self.account), self.about)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Ticket> {
        let stored = self.why(world)?;
        let (mut ticket, is_new) = match world.tickets.get(&self.id) {
            Some(known) if known.account == self.account => (known.clone(), false),
            Some(_) => return Err(Rejection::NotFound { what: "ticket", id: self.id.to_string() }),
            None => (self.fresh(stored, tools), true),
        };
        if ticket.ending().is_some() {
            ticket.state = self.waits(tools);
        }
        if let Some(words) = &self.words {
            ticket = ticket.ask(words.clone(), tools.now, self.promise)?;
        }
        if !is_new {
            let news = self.device.iter().filter(|line| !ticket.device.contains(line)).cloned();
            let news: Vec<Masked> = news.take(MOST_DEVICE_LINES.saturating_sub(ticket.device.len())).collect();
            ticket.device.extend(news);
        }
        ticket.call_back = self.call_back.clone().or(ticket.call_back);
        let said = self.id.to_string();
        let mut changes = vec![Change::PutTicket(ticket.clone())];
        changes.push(entry(world, self.account, tools.wall, self.account.to_string(), ("open_ticket", &said)));
        changes.extend(tending(&ticket, world, tools.now));
        Ok((ticket, changes))
    }
}

/// The most lines that are kept of a device.
const MOST_DEVICE_LINES: usize = 40;

impl OpenTicket {
    fn waits(&self, tools: &Tools<'_>) -> TicketState {
        TicketState::Waiting { answer_by: tools.now.checked_add(self.promise).unwrap_or(tools.now) }
    }

    fn fresh(&self, stored: Vec<Finding>, tools: &Tools<'_>) -> Ticket {
        let mut causes = stored;
        causes.extend(self.causes.iter().cloned());
        Ticket {
            id: self.id,
            account: self.account,
            about: self.about,
            opened_at: tools.now,
            state: self.waits(tools),
            causes,
            device: self.device.iter().take(MOST_DEVICE_LINES).cloned().collect(),
            call_back: None,
            messages: Vec::new(),
        }
    }

    /// Why it did not go through, as it is stored; and that there is something to ask about.
    fn why(&self, world: &World) -> Result<Vec<Finding>, Rejection> {
        let missing = |what: &'static str, id: String| Rejection::NotFound { what, id };
        match self.about {
            About::Nothing => Ok(Vec::new()),
            About::Payment(id) => {
                let own = world.payments.get(&id).filter(|payment| payment.account == self.account);
                let payment = own.ok_or_else(|| missing("payment", id.to_string()))?;
                let chosen = payment.instrument();
                // What stops other instruments is no reason why this one did not pay.
                let mine = |finding: &&Finding| finding.instrument.is_none() || finding.instrument == chosen;
                match &payment.state {
                    PaymentState::Refused { refusal, .. } => Ok(refusal.causes.iter().filter(mine).cloned().collect()),
                    PaymentState::Created | PaymentState::RequiresAction { .. } | PaymentState::Processing { .. } => {
                        Ok(Vec::new())
                    }
                    state @ (PaymentState::Succeeded { .. } | PaymentState::Closed { .. }) => {
                        let why = format!("the payment is {}: nothing about it is open", state.id());
                        Err(Rejection::State(why))
                    }
                }
            }
            About::Binding(id) => {
                let own = world.bindings.get(&id).filter(|binding| binding.account == self.account);
                let binding = own.ok_or_else(|| missing("binding", id.to_string()))?;
                match binding.state {
                    BindingState::Bound { .. } | BindingState::Abandoned { .. } => {
                        Err(Rejection::State("the binding is over: nothing about it is open".into()))
                    }
                    BindingState::Due { .. } | BindingState::Sending { .. } | BindingState::Opening { .. } => {
                        Ok(binding.refusal.as_ref().map(|refusal| refusal.causes.clone()).unwrap_or_default())
                    }
                }
            }
        }
    }
}
