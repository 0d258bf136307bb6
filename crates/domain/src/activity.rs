//! What an account did lately, as far as the rules against misuse look at it, and since when they look no further back.

use jiff::{SignedDuration, Timestamp};

use crate::device::SigningDevice;
use crate::ids::{DeviceKeyId, MerchantId};
use crate::place::Place;

/// The most orders that are remembered of an account, whatever the rules say.
const MOST: usize = 200;

/// The most devices that are remembered.
const MOST_DEVICES: usize = 10;

/// One order that the account has made, paid or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub payee: MerchantId,
}

/// What an account did lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Its orders, the oldest first.
    pub orders: Vec<Order>,
    /// The devices that have signed for it, and when each did first; the oldest first.
    pub devices: Vec<(DeviceKeyId, Timestamp)>,
    /// Where its device was last, and when.
    pub place: Option<(Place, Timestamp)>,
    /// When its holder confirmed that it was he, or staff lifted a case: the rules look at nothing that was before.
    pub cleared_at: Option<Timestamp>,
}

impl Activity {
    /// Its orders since an instant.
    pub fn orders_since(&self, since: Timestamp) -> impl Iterator<Item = &Order> {
        let since = self.cleared_at.map_or(since, |cleared| cleared.max(since));
        self.orders.iter().filter(move |order| since < order.at)
    }

    /// With one order more, and without those that no rule looks at any more.
    #[must_use]
    pub fn with(mut self, order: Order, remembered: SignedDuration) -> Self {
        let since = order.at.checked_sub(remembered).unwrap_or(Timestamp::MIN);
        let cleared = self.cleared_at.unwrap_or(Timestamp::MIN);
        self.orders.retain(|known| since < known.at && cleared < known.at);
        self.orders.push(order);
        let over = self.orders.len().saturating_sub(MOST);
        self.orders.drain(..over);
        self
    }

    /// When a device signed first, if it is known.
    pub fn first_seen(&self, device: DeviceKeyId) -> Option<Timestamp> {
        self.devices.iter().find(|(known, _)| *known == device).map(|(_, at)| *at)
    }

    /// With a device that has signed, and the place where it says that it is.
    #[must_use]
    pub fn seen(mut self, device: SigningDevice, now: Timestamp) -> Self {
        if self.first_seen(device.key).is_none() {
            self.devices.push((device.key, now));
            let over = self.devices.len().saturating_sub(MOST_DEVICES);
            self.devices.drain(..over);
        }
        self.place = device.place.map(|place| (place, now)).or(self.place);
        self
    }

    /// The same, now that a person has looked: the orders and places before count for nothing.
    #[must_use]
    pub fn cleared(self, now: Timestamp) -> Self {
        Self { orders: Vec::new(), place: None, cleared_at: Some(now), ..self }
    }
}
