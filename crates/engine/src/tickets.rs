//! Tickets: opened, answered, looked at again when something has changed, ended. One file each.
//!
//! A ticket about a payment or a binding has the bytes of that, so there is one at most, and whoever asks again goes on
//! with the same thread. Its job looks from time to time whether the same check says something else.

pub mod close;
pub mod open;
pub mod say;
pub mod tend;

use jiff::Timestamp;
use tantu_channels::secret::Secret;
use tantu_domain::code::SealedText;
use tantu_domain::ids::{AccountId, JobId, TicketId};
use tantu_domain::ticket::{About, Ticket};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;
use tantu_vault::Place;

use crate::Engine;
use crate::error::{EngineError, Rejection};
use crate::tickets::open::OpenTicket;
use crate::tickets::tend::TendTicket;

/// What somebody asks for.
#[derive(Debug)]
pub struct Asked {
    /// The ticket, without the number to call back.
    pub command: OpenTicket,
    /// The number to call back, if he wants that.
    pub call_back: Option<Secret>,
}

/// The job that looks after a ticket. The ticket's bytes are those of a payment or a binding, whose own jobs have them already: so
/// the first byte is turned over: no time that anybody lives in begins so.
pub(crate) fn job_of(ticket: TicketId) -> JobId {
    let mut bytes = ticket.bytes();
    bytes[0] ^= 0xff;
    JobId::from_bytes(bytes).unwrap_or_else(|| unreachable!("a ticket's last byte is its shard"))
}

/// The keys of a ticket, of its job, and of its account's audit trail.
fn audited(ticket: TicketId, account: AccountId) -> Keys {
    let mut keys = Keys::default();
    keys.tickets.insert(ticket);
    keys.accounts.insert(account);
    keys.audit.insert(account);
    keys.jobs.insert(job_of(ticket));
    keys
}

/// A ticket of an account. Somebody else's answers as one that is not there.
fn known(world: &World, ticket: TicketId, account: AccountId) -> Result<&Ticket, Rejection> {
    let own = world.tickets.get(&ticket).filter(|known| known.account == account);
    own.ok_or_else(|| Rejection::NotFound { what: "ticket", id: ticket.to_string() })
}

/// Adds what a ticket is about.
fn with_subject(mut keys: Keys, about: About) -> Keys {
    match about {
        About::Payment(payment) => keys.payments.extend([payment]),
        About::Binding(binding) => keys.bindings.extend([binding]),
        About::Nothing => {}
    }
    keys
}

/// The job that looks after an open ticket from now on, if there is anything to look at.
fn tending(ticket: &Ticket, world: &World, now: Timestamp) -> Option<Change> {
    let id = job_of(ticket.id);
    let fence = world.jobs.get(&id).map_or(1, |job| job.fence.saturating_add(1));
    let (kind, run_at) = (JobKind::TendTicket { ticket: ticket.id }, ticket.look_at(now));
    let is_open = ticket.about != About::Nothing && ticket.ending().is_none();
    is_open.then_some(Change::PutJob(Job { id, kind, run_at, tries: 0, fence, lease: None }))
}

pub(crate) fn place(ticket: &[u8; 16]) -> Place<'_> {
    Place { table: "tickets", column: "call_back", row: ticket }
}

impl Engine {
    /// Opens a ticket, or goes on with the one that is there.
    ///
    /// # Errors
    /// [`EngineError`] if there is nothing to ask about, or a number to call back is given and nothing here could seal it.
    pub async fn open_ticket(&self, asked: Asked) -> Result<Ticket, EngineError> {
        let Asked { mut command, call_back } = asked;
        if let Some(number) = call_back {
            let people = self.people()?;
            let sealed = people.vault.seal(place(&command.id.bytes()), number.reveal());
            command.call_back = Some(sealed.map(SealedText).map_err(|_| EngineError::Vault)?);
        }
        self.run(command).await
    }

    /// A ticket as it stands: what it is about is looked at first.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be read.
    pub async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, EngineError> {
        let Some(ticket) = self.read(move |store| store.ticket(id)).await? else { return Ok(None) };
        if ticket.ending().is_some() || ticket.about == About::Nothing {
            return Ok(Some(ticket));
        }
        let tended = self.run(TendTicket { ticket: id, about: ticket.about, fence: None }).await?;
        Ok(Some(tended.unwrap_or(ticket)))
    }

    /// The number to call back, for whoever of the staff calls.
    ///
    /// # Errors
    /// [`EngineError`] if it does not open.
    pub fn call_back(&self, ticket: &Ticket) -> Result<Option<Secret>, EngineError> {
        let Some(sealed) = &ticket.call_back else { return Ok(None) };
        let opened = self.people()?.vault.open(place(&ticket.id.bytes()), &sealed.0);
        let opened = opened.map_err(|_| {
            tracing::error!(ticket = %ticket.id, "a number to call back does not open");
            EngineError::Vault
        })?;
        Ok(Some(Secret::new(opened.as_str())))
    }
}
