//! Brings in what the channel said when it was to have a binding's code sent.

use tantu_domain::binding::Binding;
use tantu_domain::card::CodeReport;
use tantu_domain::ids::OpeningId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Brings it in.
#[derive(Debug, Clone)]
pub(crate) struct RecordCode {
    /// For which details.
    pub(crate) opening: OpeningId,
    /// What it said.
    pub(crate) report: CodeReport,
}

impl Command for RecordCode {
    type Outcome = Binding;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.openings.insert(self.opening);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Binding> {
        let missing = || Rejection::NotFound { what: "opening", id: self.opening.to_string() };
        let before = world.binding_of(self.opening).ok_or_else(missing)?;
        let (after, _) = before.clone().record_code(self.opening, &self.report, tools.now);
        let changes = (after != *before).then(|| Change::PutBinding(after.clone()));
        Ok((after, changes.into_iter().collect()))
    }
}
