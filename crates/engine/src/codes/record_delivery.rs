//! Records what the carrier says of a code's message.

use jiff::Timestamp;
use tantu_channels::sms::Receipt;
use tantu_domain::code::{Code, Delivery};
use tantu_domain::ids::CodeId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::codes::delivery;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Records a delivery.
#[derive(Debug, Clone)]
pub(crate) struct RecordDelivery {
    code: CodeId,
    delivery: Delivery,
    at: Option<Timestamp>,
}

impl RecordDelivery {
    pub(crate) fn of(code: &Code, receipt: &Receipt) -> Self {
        Self { code: code.id, delivery: delivery(receipt), at: receipt.at }
    }
}

impl Command for RecordDelivery {
    type Outcome = Code;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.codes.insert(self.code);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Code> {
        let missing = || Rejection::NotFound { what: "code", id: self.code.to_string() };
        let known = world.codes.get(&self.code).ok_or_else(missing)?;
        let code = Code { delivery: self.delivery, delivery_at: self.at, ..known.clone() };
        Ok((code.clone(), vec![Change::PutCode(code)]))
    }
}
