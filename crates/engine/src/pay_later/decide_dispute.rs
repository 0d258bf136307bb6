//! Staff decide on a dispute: the entry is struck, and the score is as if it had never been, or it stands.

use tantu_domain::ids::{AccountId, CreditEntryId};
use tantu_domain::staff::StaffMark;
use tantu_paylater::credit::score;
use tantu_paylater::dispute::Dispute;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::LineRow;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::{line_in, offered};

/// Decides on a dispute.
#[derive(Debug, Clone)]
pub struct DecideDispute {
    /// Whose history.
    pub account: AccountId,
    /// Which entry.
    pub entry: CreditEntryId,
    /// Whether the holder is right.
    pub uphold: bool,
    /// Who decides.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for DecideDispute {
    type Outcome = Dispute;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Dispute> {
        let known = line_in(world, self.account)?;
        let missing = || Rejection::NotFound { what: "dispute", id: self.entry.to_string() };
        let dispute = known.disputes.iter().find(|one| one.entry == self.entry).cloned().ok_or_else(missing)?;
        let stands = known.credit.iter().find(|one| one.id == self.entry).ok_or_else(missing)?;
        let (decided, after) = dispute.decide(*stands, self.uphold, self.by, tools.now)?;
        let mut changes = vec![Change::PutDispute(self.account, decided.clone())];
        if after.struck != stands.struck {
            let history: Vec<_> =
                known.credit.iter().map(|one| if one.id == after.id { after } else { *one }).collect();
            changes.push(Change::PutCreditEntry(self.account, after));
            if let Some(score) = score(&history) {
                let line = known.row.line.clone().rated(score, &offered(tools)?.terms);
                changes.push(Change::PutLine(LineRow { line, ..known.row.clone() }));
            }
        }
        let action = if self.uphold { "uphold_dispute" } else { "reject_dispute" };
        let what = format!("{}: {}", self.entry, self.note);
        changes.push(entry(world, self.account, tools.wall, self.by.to_string(), (action, &what)));
        Ok((decided, changes))
    }
}
