//! The holder answers the case against a lot of his points, once, with what he names as evidence.

use tantu_domain::audit::Appeal;
use tantu_domain::ids::{AccountId, CaseId};
use tantu_domain::points::{Lot, LotState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Appeals against the quarantine of a lot.
#[derive(Debug, Clone)]
pub struct AppealLot {
    /// Whose.
    pub account: AccountId,
    /// Which case.
    pub case: CaseId,
    /// In the holder's own words.
    pub said: String,
    /// What he names as evidence.
    pub evidence: Vec<String>,
}

impl Command for AppealLot {
    type Outcome = Lot;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Lot> {
        let missing = || Rejection::NotFound { what: "case", id: self.case.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        let of_case = |lot: &&Lot| matches!(lot.state, LotState::Quarantined(against) if against.case == self.case);
        let lot = file.points.iter().flat_map(|points| &points.lots).find(of_case).ok_or_else(missing)?;
        let answered = lot.clone().appeal(tools.now)?;
        let appeal = Appeal {
            case: self.case,
            account: self.account,
            said: self.said.clone(),
            evidence: self.evidence.clone(),
            made_at: tools.now,
        };
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), ("appeal", self.said.as_str()));
        Ok((answered.clone(), vec![Change::PutLot(answered), Change::PutAppeal(appeal), noted]))
    }
}
