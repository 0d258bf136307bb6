//! The control: a door that does not look at signatures. Whatever comes is signed by the channel's own key before the
//! production reader gets it, which is the same as believing it.

use std::sync::Arc;

use tantu_channels::{Notification, NotificationError, Notifications};
use tantu_domain::channel::Channel;

use super::fields::{form, of_form};
use super::liar::Liar;

/// A reader that believes everything.
pub(super) struct Credulous {
    channel: Channel,
    reader: Arc<dyn Notifications>,
    liar: Arc<Liar>,
}

impl Credulous {
    pub(super) fn new(channel: Channel, reader: Arc<dyn Notifications>, liar: Arc<Liar>) -> Self {
        Self { channel, reader, liar }
    }
}

impl Notifications for Credulous {
    fn read(&self, body: &[u8]) -> Result<Notification, NotificationError> {
        let fields = of_form(body);
        let believed = match self.channel {
            Channel::UnionPay => self.liar.unionpay.signed(fields),
            _ => self.liar.alipay.signed(fields),
        };
        self.reader.read(&form(&believed))
    }

    fn accepted(&self) -> &'static str {
        self.reader.accepted()
    }
}
