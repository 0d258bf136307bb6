//! A second one of the staff decides on a later due date: granted, and the bill has it from now on, or declined.

use tantu_domain::ids::{AccountId, BillId};
use tantu_domain::staff::StaffMark;
use tantu_paylater::hardship::{Extension, ExtensionState};
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::line_in;
use crate::pay_later::settle::{charge, job_of};

/// Decides on what was asked for.
#[derive(Debug, Clone)]
pub struct DecideExtension {
    /// Whose bill.
    pub account: AccountId,
    /// Which.
    pub bill: BillId,
    /// Whether it is granted.
    pub grant: bool,
    /// Who decides: not the one who asked.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for DecideExtension {
    type Outcome = Extension;

    fn keys(&self) -> Keys {
        let mut keys = audited(self.account);
        keys.jobs.insert(job_of(self.bill));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Extension> {
        let known = line_in(world, self.account)?;
        let none = || Rejection::State(format!("no later due date of {} waits for a decision", self.bill));
        let open = |one: &&Extension| one.bill == self.bill && one.state == ExtensionState::Asked;
        let asked = known.extensions.iter().find(open).cloned().ok_or_else(none)?;
        let mut changes = Vec::new();
        let decided = if self.grant {
            let bill = known.bills.iter().find(|bill| bill.id == self.bill).ok_or_else(none)?;
            // What the terms charge until today stays charged.
            let (bill, charged) = charge(bill, tools)?;
            let (granted, later) = asked.grant(&bill, self.by, tools.now)?;
            changes.extend(charged);
            changes.push(Change::PutBill(later));
            // It is looked at at once: the days ahead are others now.
            let job = world.jobs.get(&job_of(self.bill));
            changes.extend(job.map(|job| Change::PutJob(Job { run_at: tools.now, ..job.clone() })));
            granted
        } else {
            asked.decline(self.by, tools.now)?
        };
        let action = if self.grant { "grant_extension" } else { "decline_extension" };
        let what = format!("{} until {}: {}", self.bill, decided.due_on, self.note);
        changes.push(Change::PutExtension(decided.clone()));
        changes.push(entry(world, self.account, tools.wall, self.by.to_string(), (action, &what)));
        Ok((decided, changes))
    }
}
