//! Finds what a payer is to be told once an incident is over: that orders of his which it hit are still open. Whoever has paid, or
//! given up, is told nothing.

use tantu_domain::ids::{AccountId, IncidentId, PaymentId};
use tantu_domain::line::PaysFor;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::notice::{About, NoticeRow, Road, key_of_over};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::pay_later::pays_for;

/// Finds what to tell one payer.
#[derive(Debug, Clone)]
pub(crate) struct NotifyPayer {
    pub(crate) incident: IncidentId,
    pub(crate) account: AccountId,
    /// His payments that it hit.
    pub(crate) payments: Vec<PaymentId>,
}

impl NotifyPayer {
    fn key(&self) -> String {
        key_of_over(self.incident, self.account)
    }
}

impl Command for NotifyPayer {
    /// What he is to be told now, if anything.
    type Outcome = Option<NoticeRow>;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.extend(&self.payments);
        keys.notices.insert((self.account, self.key()));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Option<NoticeRow>> {
        let payments = self.payments.iter().filter_map(|id| world.payments.get(id));
        let open = payments.filter(|payment| waits_for_payer(payment, tools)).count();
        match (world.notices.get(&self.key()), open) {
            (Some(known), _) if known.told.is_some() => Ok((None, Vec::new())),
            // He has paid before anybody could tell him.
            (Some(known), 0) => {
                let row = NoticeRow { told: Some((tools.now, Road::Page)), ..known.clone() };
                Ok((None, vec![Change::PutNotice(row)]))
            }
            (Some(known), _) => Ok((Some(known.clone()), Vec::new())),
            (None, 0) => Ok((None, Vec::new())),
            (None, open) => {
                let about = About::Over { incident: self.incident, orders: u32::try_from(open).unwrap_or(u32::MAX) };
                let row = NoticeRow { about, account: self.account, at: tools.now, told: None };
                Ok((Some(row.clone()), vec![Change::PutNotice(row)]))
            }
        }
    }
}

/// Whether an order was refused and nobody has paid it since. A bill that is collected has notices of its own.
fn waits_for_payer(payment: &Payment, tools: &Tools<'_>) -> bool {
    matches!(payment.state, PaymentState::Refused { .. }) && pays_for(payment, tools.settings) != PaysFor::Bill
}
