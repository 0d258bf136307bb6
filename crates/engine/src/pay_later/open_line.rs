//! Opens a pay-later line for a person whose identity is verified.

use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, CreditEntryId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_paylater::credit::{CreditEntry, CreditEvent, score};
use tantu_paylater::line::{Line, may_open};
use tantu_paylater::schedule::AutoRepayState;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::{AutoRepaySetting, LineRow};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::tend_line::first_job;
use crate::pay_later::{offered, tier_of};

/// Asks for a line. There is one at most for each account; asking again gives the same.
#[derive(Debug, Clone)]
pub struct OpenLine {
    /// Whose.
    pub account: AccountId,
    /// The edition of the terms that its holder has accepted. It must be the one in force.
    pub terms: String,
}

impl Command for OpenLine {
    type Outcome = Line;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Line> {
        let product = offered(tools)?;
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        if let Some(known) = &file.pay_later {
            return Ok((known.row.line.clone(), Vec::new()));
        }
        if self.terms != product.terms.version {
            let why = format!("the terms in force are {}; show those and have them accepted", product.terms.version);
            return Err(Rejection::State(why));
        }
        let shard = self.account.shard();
        let holder = tier_of(&file.account);
        let tier = match may_open(holder)? {
            Tier::One => 1,
            Tier::Two => 2,
            Tier::Three => 3,
        };
        let event = CreditEvent::Opened { tier };
        let entry = CreditEntry { id: CreditEntryId::new(tools.ids, shard), at: tools.now, event, struck: false };
        let id = InstrumentId::new(tools.ids, shard);
        let score = score(&[entry]).unwrap_or(0);
        let line = Line::open(self.account, id, holder, score, &product.terms, tools.now)?;
        let instrument = Instrument { id, account: self.account, kind: InstrumentKind::PayLater };
        let state = AutoRepayState::Off { since: None };
        let auto_repay = AutoRepaySetting { state, designated: Vec::new(), payday: None };
        let changes = vec![
            Change::PutInstrument(instrument),
            Change::PutLine(LineRow { line: line.clone(), auto_repay }),
            Change::PutCreditEntry(self.account, entry),
            Change::PutJob(first_job(&line, tools)?),
        ];
        Ok((line, changes))
    }
}
