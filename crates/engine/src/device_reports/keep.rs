//! Keeps what a signed-in payer's device said of itself, for whoever helps him later.

use tantu_domain::ids::{AccountId, DeviceReportId, PaymentId};
use tantu_store::change::Change;
use tantu_store::device::{ClockReport, DeviceReport, PowerReport};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Keeps a report.
#[derive(Debug, Clone)]
pub struct KeepDeviceReport {
    /// Who is signed in on the device.
    pub account: AccountId,
    /// The payment that did not go on: one of this account's, which the caller has looked up.
    pub payment: Option<PaymentId>,
    /// Its clock.
    pub clock: Option<ClockReport>,
    /// Its power.
    pub power: Option<PowerReport>,
}

impl Command for KeepDeviceReport {
    type Outcome = DeviceReportId;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, _: &World, tools: &Tools<'_>) -> Decision<DeviceReportId> {
        let id = DeviceReportId::new(tools.ids, self.account.shard());
        let report = DeviceReport {
            id,
            account: self.account,
            payment: self.payment,
            received_at: tools.wall,
            clock: self.clock,
            power: self.power,
        };
        Ok((id, vec![Change::PutDeviceReport(report)]))
    }
}
