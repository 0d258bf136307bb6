//! Tells the payers whom an incident hit that it is over: those whose orders are still open, once each, and by day.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use tantu_domain::ids::{AccountId, IncidentId, PaymentId};
use tantu_paylater::reminder::not_at_night;
use tantu_store::hit::HitsOf;
use tantu_store::job::Job;
use tantu_store::listing::Page;
use tantu_store::notice::About;

use crate::error::EngineError;
use crate::incidents::look_at;
use crate::incidents::notify::NotifyPayer;
use crate::incidents::tend::{Next, TendIncident};
use crate::{Parts, notices};

/// So many payments are looked at under one lease.
const AT_ONCE: u8 = 100;

/// After what time it is tried again to tell those whose messages brought no receipt.
const RETRY: SignedDuration = SignedDuration::from_mins(5);

/// What the message is called at the service that sends it.
const TEMPLATE: &str = "incident_over";

/// Runs the job.
pub(crate) async fn run(
    parts: &Parts,
    job: &Job,
    incident: IncidentId,
    after: Option<PaymentId>,
) -> Result<(), EngineError> {
    let next = next(parts, incident, after).await?;
    parts.lane.run(TendIncident { incident, job: job.id, fence: job.fence, next }).await
}

async fn next(parts: &Parts, incident: IncidentId, after: Option<PaymentId>) -> Result<Next, EngineError> {
    let now = parts.clock.now();
    let Some(known) = parts.read(move |store| store.incident(incident)).await? else { return Ok(Next::Done) };
    if !known.is_over(now) {
        return Ok(Next::Again(look_at(&known, now)));
    }
    let awake = not_at_night(now);
    if awake > now {
        return Ok(Next::Again(awake));
    }
    let page = Page { after, limit: AT_ONCE };
    let hits = parts.read(move |store| store.hits(HitsOf::Incident(incident), page)).await?;
    let mut of: BTreeMap<AccountId, Vec<PaymentId>> = BTreeMap::new();
    for hit in &hits {
        of.entry(hit.account).or_default().push(hit.payment);
    }
    let mut all_told = true;
    for (account, payments) in of {
        let telling = parts.lane.run(NotifyPayer { incident, account, payments }).await?;
        let Some(row) = telling else { continue };
        let About::Over { orders, .. } = row.about else { continue };
        all_told &= notices::tell(parts, &row, TEMPLATE, [("orders", orders.to_string())]).await?;
    }
    Ok(match hits.last() {
        _ if !all_told => Next::Again(now.checked_add(RETRY).unwrap_or(now)),
        Some(last) if hits.len() == usize::from(AT_ONCE) => Next::Onward(last.payment),
        Some(_) | None => Next::Done,
    })
}
