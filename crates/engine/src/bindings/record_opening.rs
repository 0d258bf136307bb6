//! The one door by which the channel's word about an opening enters: answer, notification and query alike.

use tantu_domain::binding::{Binding, BindingRecorded, BindingState};
use tantu_domain::card::{BindingReport, Card};
use tantu_domain::ids::OpeningId;
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::observation::{Clearing, ObservationState};
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{account_of, job_of};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::record::HeldJob;

/// Brings in what the channel said.
#[derive(Debug, Clone)]
pub struct RecordOpening {
    /// Of which opening.
    pub opening: OpeningId,
    /// What.
    pub report: BindingReport,
    /// The job that asked; `None` for an answer or a notification.
    pub job: Option<HeldJob>,
}

impl Command for RecordOpening {
    type Outcome = Binding;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.openings.insert(self.opening);
        keys.jobs.insert(job_of(self.opening));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Binding> {
        let job = world.jobs.get(&job_of(self.opening));
        if let (Some(held), Some(job)) = (self.job, job)
            && held.fence != job.fence
        {
            return Err(Rejection::Fenced(held.id));
        }
        let missing = || Rejection::NotFound { what: "opening", id: self.opening.to_string() };
        let before = world.binding_of(self.opening).ok_or_else(missing)?;
        let (after, recorded) = before.clone().record_opening(self.opening, &self.report, tools.now);
        let mut changes: Vec<Change> =
            (after != *before).then(|| Change::PutBinding(after.clone())).into_iter().collect();
        if let BindingRecorded::Bound(card) = recorded {
            changes.extend(bound(world, &after, *card, tools)?);
        }
        match (job, self.job, &after.state) {
            (Some(job), Some(held), BindingState::Opening { .. }) => {
                changes.push(Change::PutJob(Job { run_at: held.again_at, lease: None, ..job.clone() }));
            }
            (Some(job), _, state) if !matches!(state, BindingState::Opening { .. }) => {
                changes.push(Change::FinishJob(job.id));
            }
            _ => {}
        }
        Ok((after, changes))
    }
}

/// The card becomes an instrument, or the instrument's. What was told of the token before is over with it; what
/// only time clears was told of the card's limits and stays.
fn bound(world: &World, binding: &Binding, card: Card, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let file = account_of(world, binding.account)?;
    let told = file.observations.iter().filter(|observation| observation.instrument == binding.instrument);
    let cleared = told.filter_map(|observation| match observation.state {
        ObservationState::Standing(Clearing::NewBinding) => observation.clear_by_binding(tools.now),
        ObservationState::Standing(Clearing::PayerSaysDone) => observation.clear_by_payer(tools.now),
        ObservationState::Standing(Clearing::At(_)) | ObservationState::Cleared { .. } => None,
    });
    let kind = InstrumentKind::Card(card);
    let instrument = Instrument { id: binding.instrument, account: binding.account, kind };
    Ok(std::iter::once(Change::PutInstrument(instrument)).chain(cleared.map(Change::PutObservation)).collect())
}
