//! Makes a payment of which points pay a part, and another instrument the rest: all of it or nothing.

use tantu_domain::ids::InstrumentId;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::Led;
use crate::payments::create::CreatePayment;
use crate::points::offered;

/// Asks for an order to be paid so.
#[derive(Debug, Clone)]
pub struct PayWithPoints {
    /// The order; its instrument pays the rest.
    pub order: CreatePayment,
    /// The account's instrument for points.
    pub instrument: InstrumentId,
    /// How many pay a part.
    pub points: i64,
}

impl Command for PayWithPoints {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        self.order.keys()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        let order = &self.order;
        if let Some(again) = Led::again(world, &order.idempotency, order.request_hash, tools.now)? {
            return Ok(again);
        }
        let worth = offered(tools)?.worth(self.points);
        let payment = order.payment(order.id(world, tools)?, tools);
        let parts = worth.and_then(|worth| payment.with_points(self.instrument, worth));
        let too_many = || {
            let why = format!(
                "{} points leave nothing of {} to pay; choose them as the instrument",
                self.points, order.amount
            );
            Rejection::State(why)
        };
        let payment = parts.filter(|_| order.instrument != self.instrument).ok_or_else(too_many)?;
        order.decided(payment, None, world, tools)
    }
}
