//! The one door by which a channel's word about a mandate enters: return page, notification and query alike.

use tantu_domain::ids::MandateId;
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate, MandateReport, MandateState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Brings in what a channel said.
#[derive(Debug, Clone)]
pub struct RecordMandate {
    /// Of which mandate.
    pub mandate: MandateId,
    /// What.
    pub report: MandateReport,
}

impl Command for RecordMandate {
    type Outcome = Mandate;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.mandates.insert(self.mandate);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Mandate> {
        let missing = || Rejection::NotFound { what: "mandate", id: self.mandate.to_string() };
        let before = world.mandates.get(&self.mandate).ok_or_else(missing)?;
        let after = before.clone().record(&self.report);
        if after == *before {
            return Ok((after, Vec::new()));
        }
        let mut changes = vec![Change::PutMandate(after.clone())];
        if let (MandateState::Signing { .. }, MandateState::Active { .. }) = (&before.state, &after.state) {
            let kind = InstrumentKind::Mandate(after.clone());
            changes.push(Change::PutInstrument(Instrument { id: after.instrument, account: after.account, kind }));
            let file = world.accounts.get(&after.account).ok_or_else(missing)?;
            let own = file.observations.iter().filter(|observation| observation.instrument == after.instrument);
            changes.extend(
                own.filter_map(|observation| observation.clear_by_binding(tools.now)).map(Change::PutObservation),
            );
        }
        Ok((after, changes))
    }
}
