//! Sets from what bills are collected, and whether they are.

use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_paylater::instrument::Source;
use tantu_paylater::schedule::AutoRepayState;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::{AutoRepaySetting, LineRow};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::file_of;

/// Asks for other settings.
#[derive(Debug, Clone)]
pub struct SetAutoRepay {
    /// Whose.
    pub account: AccountId,
    /// Whether bills are collected.
    pub on: bool,
    /// From what, in the payer's order.
    pub designated: Vec<InstrumentId>,
    /// The day of the month on which wages come, if the payer says it.
    pub payday: Option<i8>,
}

impl Command for SetAutoRepay {
    type Outcome = AutoRepaySetting;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<AutoRepaySetting> {
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        let row = &file_of(file)?.row;
        for id in &self.designated {
            let known = file.instruments.iter().find(|instrument| instrument.id == *id);
            let known = known.ok_or_else(|| Rejection::NotFound { what: "instrument", id: id.to_string() })?;
            let source = Source::of(known.product());
            if let Some(rule) = source.forbidden_by() {
                return Err(Rejection::State(format!("{id} cannot repay a bill: {rule}")));
            }
            if !source.collects_alone() {
                return Err(Rejection::State(format!(
                    "{id} must be confirmed each time, so it cannot be charged alone"
                )));
            }
        }
        if self.on && self.designated.is_empty() {
            return Err(Rejection::State("auto-repay needs at least one instrument".into()));
        }
        if self.payday.is_some_and(|day| !(1..=31).contains(&day)) {
            return Err(Rejection::State("a payday is a day of the month, from 1 to 31".into()));
        }
        let state = match (self.on, row.auto_repay.state) {
            (true, same @ AutoRepayState::On { .. }) | (false, same @ AutoRepayState::Off { .. }) => same,
            (true, AutoRepayState::Off { .. }) => AutoRepayState::On { since: tools.now },
            (false, AutoRepayState::On { .. }) => AutoRepayState::Off { since: Some(tools.now) },
        };
        let setting = AutoRepaySetting { state, designated: self.designated.clone(), payday: self.payday };
        let row = LineRow { auto_repay: setting.clone(), ..row.clone() };
        Ok((setting, vec![Change::PutLine(row)]))
    }
}
