//! Buys points: a payment whose payee is the account's own points. The lot is ordered in the commit that makes the payment, and
//! is there in the commit that captures it.

use tantu_domain::points::{Lot, Origin};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::Led;
use crate::payments::create::CreatePayment;
use crate::points::offered;

/// Asks for points.
#[derive(Debug, Clone)]
pub struct BuyPoints {
    /// The payment, to [`tantu_domain::payment::Payment::own_points`].
    pub order: CreatePayment,
    /// Who sells them.
    pub origin: Origin,
    /// How many.
    pub points: i64,
}

impl Command for BuyPoints {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        self.order.keys()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        let order = &self.order;
        if let Some(again) = Led::again(world, &order.idempotency, order.request_hash, tools.now)? {
            return Ok(again);
        }
        if offered(tools)?.worth(self.points) != Some(order.amount) || self.points <= 0 {
            return Err(Rejection::State(format!("{} points are not worth {}", self.points, order.amount)));
        }
        let id = order.id(world, tools)?;
        let lot = Change::PutLot(Lot::ordered(id, order.account, self.origin, self.points, tools.now));
        // The decision may capture it at once, and then needs the lot.
        let mut with_lot = world.clone();
        with_lot.apply(&lot);
        let (led, changes) = order.decided(order.payment(id, tools), None, &with_lot, tools)?;
        Ok((led, std::iter::once(lot).chain(changes).collect()))
    }
}
