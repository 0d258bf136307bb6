//! Looks after a ticket, for as long as it is open.

use tantu_domain::ids::TicketId;
use tantu_domain::ticket::About;
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::tickets::tend::TendTicket;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, ticket: TicketId) -> Result<(), EngineError> {
    let known = parts.read(move |store| store.ticket(ticket)).await?;
    let about = known.as_ref().map_or(About::Nothing, |known| known.about);
    let tended = parts.lane.run(TendTicket { ticket, about, fence: Some(job.fence) }).await?;
    if let Some(ending) = tended.as_ref().and_then(tantu_domain::ticket::Ticket::ending) {
        tracing::info!(%ticket, ending = ending.id(), "a ticket is over");
    }
    Ok(())
}
