//! Looks again at what a ticket is about: the same evaluation as ever says what stands in the way now. What succeeded ends its
//! ticket, and what has changed is said in the thread.

use tantu_domain::binding::{Binding, BindingState};
use tantu_domain::cause::Cause;
use tantu_domain::client::Speaker;
use tantu_domain::ids::TicketId;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::ticket::{About, Author, Ending, Ticket};
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::preflight::{Prospect, preflight};
use crate::payments::submit::file_of;
use crate::tickets::{job_of, with_subject};

/// Looks at what a ticket is about.
#[derive(Debug, Clone)]
pub(crate) struct TendTicket {
    pub(crate) ticket: TicketId,
    pub(crate) about: About,
    /// The fence of the job's lease; `None` if somebody only looks.
    pub(crate) fence: Option<u64>,
}

impl Command for TendTicket {
    /// The ticket, if there is one.
    type Outcome = Option<Ticket>;

    fn keys(&self) -> Keys {
        let mut keys = with_subject(Keys::default(), self.about);
        keys.tickets.insert(self.ticket);
        keys.jobs.insert(job_of(self.ticket));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Option<Ticket>> {
        let job = world.jobs.get(&job_of(self.ticket));
        if let (Some(job), Some(fence)) = (job, self.fence)
            && job.fence != fence
        {
            return Err(Rejection::Fenced(job.id));
        }
        let Some(known) = world.tickets.get(&self.ticket) else {
            return Ok((None, job.map(|job| Change::FinishJob(job.id)).into_iter().collect()));
        };
        let ticket = self.looked_at(known, world, tools)?;
        let mut changes = Vec::new();
        if ticket != *known {
            changes.push(Change::PutTicket(ticket.clone()));
        }
        match job {
            Some(job) if ticket.ending().is_some() => changes.push(Change::FinishJob(job.id)),
            Some(job) if self.fence.is_some() => {
                let run_at = ticket.look_at(tools.now);
                changes.push(Change::PutJob(Job { run_at, lease: None, ..job.clone() }));
            }
            Some(_) | None => {}
        }
        Ok((Some(ticket), changes))
    }
}

impl TendTicket {
    fn looked_at(&self, ticket: &Ticket, world: &World, tools: &Tools<'_>) -> Result<Ticket, Rejection> {
        let ticket = ticket.clone();
        if ticket.ending().is_some() {
            return Ok(ticket);
        }
        match ticket.about {
            About::Payment(id) => match world.payments.get(&id) {
                Some(payment) => of_payment(ticket, payment, world, tools),
                None => Ok(ticket),
            },
            About::Binding(id) => match world.bindings.get(&id) {
                Some(binding) => of_binding(ticket, binding, tools),
                None => Ok(ticket),
            },
            About::Nothing => Ok(ticket),
        }
    }
}

fn of_payment(ticket: Ticket, payment: &Payment, world: &World, tools: &Tools<'_>) -> Result<Ticket, Rejection> {
    match &payment.state {
        PaymentState::Succeeded { at } => Ok(ticket.end(Author::Recheck, Ending::Solved, *at)?),
        PaymentState::Closed { at } => Ok(ticket.end(Author::Recheck, Ending::GivenUp, *at)?),
        PaymentState::Refused { .. } => Ok(ticket.recheck(stops_now(payment, world, tools)?, tools.now)),
        // What is under way is neither known to stop anything nor to have succeeded.
        PaymentState::Created | PaymentState::RequiresAction { .. } | PaymentState::Processing { .. } => Ok(ticket),
    }
}

/// What stops a refused payment's instrument as things stand.
fn stops_now(payment: &Payment, world: &World, tools: &Tools<'_>) -> Result<Vec<Cause>, Rejection> {
    let Some(chosen) = payment.instrument() else { return Ok(Vec::new()) };
    let (file, speaker) = (file_of(world, payment)?, Speaker::default());
    let prospect = Prospect::of(payment, &speaker, tools);
    let verdict = preflight(&file, &world.incidents, &prospect, tools);
    let mine = verdict.findings(chosen).into_iter();
    let mine = mine.filter(|finding| finding.instrument.is_none_or(|instrument| instrument == chosen));
    Ok(mine.map(|finding| finding.cause).collect())
}

fn of_binding(ticket: Ticket, binding: &Binding, tools: &Tools<'_>) -> Result<Ticket, Rejection> {
    match binding.state {
        BindingState::Bound { at } => Ok(ticket.end(Author::Recheck, Ending::Solved, at)?),
        BindingState::Abandoned { at } => Ok(ticket.end(Author::Recheck, Ending::GivenUp, at)?),
        BindingState::Due { .. } => {
            let causes = binding.refusal.iter().flat_map(|refusal| &refusal.causes).map(|finding| finding.cause);
            Ok(ticket.recheck(causes, tools.now))
        }
        BindingState::Sending { .. } | BindingState::Opening { .. } => Ok(ticket),
    }
}
